//! A small HTML tokenizer that knows only what the window may be given, and fails on anything else.

use std::collections::BTreeMap;

/// Each element with its attributes; an attribute's values are checked in `value`.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("p", &["class"]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("strong", &[]),
    ("em", &[]),
    ("del", &[]),
    ("br", &[]),
    ("hr", &[]),
    ("code", &["class"]),
    ("pre", &[]),
    ("ul", &[]),
    ("ol", &["start"]),
    ("li", &[]),
    ("blockquote", &["class"]),
    ("table", &[]),
    ("thead", &[]),
    ("tbody", &[]),
    ("tr", &[]),
    ("th", &["align"]),
    ("td", &["align"]),
    ("a", &["class", "href", "title", "rel"]),
    ("input", &["type", "disabled", "checked"]),
    ("button", &["type", "class", "data-src"]),
    ("div", &["class", "data-lang"]),
    ("span", &["class", "data-sign"]),
    ("sup", &["class"]),
    ("section", &["class"]),
    ("math", &["display"]),
    ("mrow", &["displaystyle", "scriptlevel", "mathcolor"]),
    ("mi", &["mathvariant"]),
    ("mn", &[]),
    ("mtext", &[]),
    (
        "mo",
        &[
            "class",
            "stretchy",
            "symmetric",
            "lspace",
            "rspace",
            "minsize",
            "maxsize",
            "form",
            "movablelimits",
            "largeop",
            "fence",
            "separator",
            "mathvariant",
        ],
    ),
    ("mspace", &["width", "height", "depth"]),
    ("mfrac", &["linethickness", "displaystyle", "scriptlevel"]),
    ("msqrt", &[]),
    ("mroot", &[]),
    ("msub", &[]),
    ("msup", &[]),
    ("msubsup", &[]),
    ("munder", &["accentunder"]),
    ("mover", &["accent"]),
    ("munderover", &["accent", "accentunder"]),
    ("mtable", &["class", "displaystyle", "scriptlevel"]),
    ("mtr", &[]),
    ("mtd", &["class"]),
    ("mphantom", &[]),
    ("mpadded", &["class", "width", "height", "depth"]),
    ("menclose", &["notation"]),
    ("mmultiscripts", &[]),
    ("mprescripts", &[]),
];

const CLASSES: &[&str] = &[
    "raw",
    "mark",
    "math",
    "display",
    "alert-title",
    "alert-note",
    "alert-tip",
    "alert-important",
    "alert-warning",
    "alert-caution",
    "image",
    "code",
    "footnote",
    "footnotes",
    "hl-comment",
    "hl-string",
    "hl-number",
    "hl-keyword",
    "hl-type",
    "hl-function",
    "hl-constant",
    "hl-variable",
    "hl-tag",
    "hl-attribute",
    "hl-inserted",
    "hl-deleted",
    "unseen",
    "m-left",
    "m-right",
    "m-tight-left",
    "m-tight-right",
    "m-line-left",
    "m-line-right",
    "m-line-top",
    "m-line-bottom",
    "m-box",
    "m-wide",
    "m-half",
    "m-accent",
    "m-vector",
    "m-prime",
];

/// Fails unless the HTML is well-formed, and made of the lists above alone.
pub(crate) fn check(html: &str, input: &str) {
    if let Err(fault) = walk(html) {
        panic!("{fault}\nin  {html}\nfor {input:?}");
    }
}

/// The addresses in a page, of links and of images.
#[allow(dead_code)]
pub(crate) fn addresses(html: &str) -> Vec<String> {
    let values = html.split(" href=\"").skip(1).chain(html.split(" data-src=\"").skip(1));
    values.map(|rest| decode(rest.split('"').next().unwrap_or_default())).collect()
}

fn walk(html: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text(&rest[..start])?;
        rest = &rest[start + 1..];
        if let Some(end) = rest.strip_prefix('/') {
            let (name, after) = end.split_once('>').ok_or("a tag without an end")?;
            let expected = open.pop();
            if expected != Some(name.to_owned()) {
                return Err(format!("</{name}> closes {expected:?}"));
            }
            rest = after;
            continue;
        }
        let length = rest
            .find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit())
            .ok_or("a tag without an end")?;
        let name = &rest[..length];
        let (_, allowed) = ELEMENTS.iter().find(|(known, _)| *known == name).ok_or(format!("<{name}>"))?;
        let attributes;
        (attributes, rest) = read_attributes(&rest[length..])?;
        for (key, content) in &attributes {
            if !allowed.contains(&key.as_str()) {
                return Err(format!("<{name} {key}>"));
            }
            value(name, key, &decode(content))?;
        }
        if name == "a" && open.iter().any(|parent| parent == "a") {
            return Err("a link in a link".to_owned());
        }
        let block = ["p", "div", "pre", "ul", "ol", "table", "blockquote", "section", "hr"].contains(&name);
        let phrasing = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "a", "em", "strong", "button", "span"];
        if block && open.iter().any(|parent| phrasing.contains(&parent.as_str())) {
            return Err(format!("<{name}> where only text may stand"));
        }
        if name == "button" && open.iter().any(|parent| parent == "a") {
            return Err("a button in a link".to_owned());
        }
        if !["br", "hr", "input"].contains(&name) {
            open.push(name.to_owned());
        }
        if open.len() > 200 {
            return Err("too deep".to_owned());
        }
    }
    text(rest)?;
    if open.is_empty() { Ok(()) } else { Err(format!("left open: {open:?}")) }
}

fn read_attributes(mut rest: &str) -> Result<(BTreeMap<String, String>, &str), String> {
    let mut attributes = BTreeMap::new();
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((attributes, after));
        }
        rest = rest.strip_prefix(' ').ok_or(format!("in a tag: {rest}"))?;
        let length =
            rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').ok_or("a tag without an end")?;
        let name = rest[..length].to_owned();
        rest = &rest[length..];
        let mut content = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            (content, rest) = quoted.split_once('"').ok_or("an attribute without an end")?;
            if content.contains(['<', '>', '\'']) {
                return Err(format!("unescaped in an attribute: {content}"));
            }
        }
        if attributes.insert(name.clone(), content.to_owned()).is_some() {
            return Err(format!("{name} twice"));
        }
    }
}

fn text(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
        if !known.iter().any(|entity| text[at..].starts_with(entity)) {
            return Err(format!("a bare ampersand in {text:?}"));
        }
    }
    match text.contains('>') || text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        true => Err(format!("unescaped: {text:?}")),
        false => Ok(()),
    }
}

fn value(element: &str, name: &str, value: &str) -> Result<(), String> {
    let number = |value: &str| {
        let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        digits.parse::<f64>().is_ok_and(|number| number.abs() <= 1e9)
    };
    let good = match (element, name) {
        (_, "class") => value.split(' ').all(|class| CLASSES.contains(&class)),
        (_, "href") => {
            ["http://", "https://", "mailto:"]
                .iter()
                .any(|scheme| value.to_ascii_lowercase().starts_with(scheme))
                && address(value)
        }
        (_, "data-src") => {
            ["http://", "https://"].iter().any(|scheme| value.to_ascii_lowercase().starts_with(scheme))
                && address(value)
        }
        (_, "rel") => value == "noreferrer noopener",
        (_, "title") => !value.contains(|c: char| c.is_control() && c != '\n' && c != '\t'),
        ("button", "type") => value == "button",
        ("input", "type") => value == "checkbox",
        (_, "disabled" | "checked") => value.is_empty(),
        (_, "data-lang") => {
            (1..=32).contains(&value.len())
                && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+#._-".contains(&b))
        }
        (_, "data-sign") => value.strip_prefix("U+").is_some_and(|code| {
            code.len() >= 4 && u32::from_str_radix(code, 16).is_ok_and(|code| char::from_u32(code).is_some())
        }),
        (_, "align") => ["left", "center", "right"].contains(&value),
        (_, "start") => value.parse::<u64>().is_ok(),
        (_, "mathcolor") => value.len() == 7 && value.starts_with('#'),
        (
            _,
            "width" | "height" | "depth" | "lspace" | "rspace" | "minsize" | "maxsize" | "linethickness"
            | "scriptlevel",
        ) => number(value),
        _ => value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' '),
    };
    if good { Ok(()) } else { Err(format!("<{element} {name}={value:?}>")) }
}

/// What no reader of addresses may take for something else.
fn address(value: &str) -> bool {
    let after =
        value.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    !value.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\')
        && after.is_none_or(|host| !host.is_empty() && !host.contains('@'))
}

fn decode(value: &str) -> String {
    value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
