//! Which elements and attributes of the converter's MathML reach the window.
//!
//! The list is closed, and holds also if the converter ever errs. Inline style, which the window's policy blocks, becomes a
//! class where it carries meaning.

const TAGS: [&str; 29] = [
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "mfrac",
    "msqrt",
    "mroot",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mprescripts",
    "mtable",
    "mtr",
    "mtd",
    "mphantom",
    "mpadded",
    "menclose",
    "mstyle",
    "strong",
    "em",
    "code",
];

const ATTRIBUTES: [&str; 22] = [
    "display",
    "displaystyle",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "largeop",
    "movablelimits",
    "form",
    "fence",
    "separator",
    "lspace",
    "rspace",
    "minsize",
    "maxsize",
    "accent",
    "accentunder",
    "linethickness",
    "width",
    "height",
    "depth",
    "mathvariant",
    "notation",
];

/// Too deep for a browser to lay out with pleasure.
const DEEPEST: usize = 64;

/// Lets through what the lists name; `None` where the formula must be shown as source.
pub(super) fn filter(mathml: &str) -> Option<String> {
    let mut html = String::with_capacity(mathml.len());
    let mut open: Vec<&str> = Vec::new();
    let mut tables: Vec<usize> = Vec::new();
    let mut rest = mathml;
    while let Some(start) = rest.find('<') {
        text(&rest[..start], &mut html);
        let end = start + rest[start..].find('>')?;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('/') {
            let name = open.pop()?;
            if name == "mtable" {
                end_table(tables.pop()?, &mut html);
            }
            if !name.is_empty() {
                html.extend(["</", name, ">"]);
            }
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let name = match name {
            "merror" | "semantics" | "annotation" | "annotation-xml" => return None,
            "b" => "strong",
            "i" => "em",
            other => TAGS.into_iter().find(|tag| *tag == other).unwrap_or_default(),
        };
        if name == "mtable" && !empty {
            tables.push(html.len());
        }
        let parent = open.last().copied().unwrap_or_default();
        if !name.is_empty() {
            html.extend(["<", name]);
            put_attributes(name, attributes, &mut html);
            if let Some(class) = sign(name, attributes, rest, parent) {
                html.extend([" class=\"", class, "\""]);
            }
            html.push('>');
        }
        match empty {
            true if !name.is_empty() => html.extend(["</", name, ">"]),
            true => {}
            false => open.push(name),
        }
        if open.len() > DEEPEST {
            return None;
        }
    }
    text(rest, &mut html);
    (open.is_empty() && html.starts_with("<math")).then_some(html)
}

/// Signs that web views set too high or too small, by what follows their tag.
fn sign(tag: &str, attributes: &str, rest: &str, parent: &str) -> Option<&'static str> {
    let over = parent == "mover" && attributes.contains("stretchy=\"false\"");
    match rest.chars().next()? {
        _ if tag != "mo" => None,
        '′' | '″' | '‴' | '⁗' => Some("m-prime"),
        '→' if over => Some("m-vector"),
        'ˆ' | '˜' | '¯' | '˙' | '¨' | '´' | '`' | 'ˇ' | '˘' | '˚' if over => Some("m-accent"),
        _ => None,
    }
}

/// A line below the last row comes as the line above one that is empty. `start` is where the table's tag begins.
fn end_table(start: usize, html: &mut String) {
    const EMPTY: &str = "></mtd></mtr>";
    let row = html.rfind("<mtr>").filter(|row| *row > start && html.ends_with(EMPTY));
    let Some(row) =
        row.filter(|row| html[*row..].contains("m-line-top") && html[*row..].matches('<').count() == 4)
    else {
        return;
    };
    html.truncate(row);
    let Some(end) = html[start..].find('>').map(|end| start + end) else {
        return;
    };
    match html[start..end].find(" class=\"") {
        Some(class) => html.insert_str(start + class + " class=\"".len(), "m-line-bottom "),
        None => html.insert_str(end, " class=\"m-line-bottom\""),
    }
}

/// Text between tags is escaped already; a stray sign is made safe all the same.
fn text(text: &str, html: &mut String) {
    html.push_str(&text.replace('>', "&gt;"));
}

fn put_attributes(tag: &str, attributes: &str, html: &mut String) {
    let mut rest = attributes.trim();
    while let Some((name, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else {
            return;
        };
        rest = after.trim_start();
        let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b" .%-".contains(&b)) && !huge(value);
        if name == "style" {
            put_style(tag, value, html);
        } else if plain && ATTRIBUTES.contains(&name) {
            html.extend([" ", name, "=\"", value, "\""]);
        }
    }
}

/// `\hspace{99999em}` would push the page apart.
fn huge(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.parse::<f64>().is_ok_and(|number| number.abs() > 100.0)
}

/// Lines, alignment and color are meaning; other style is finish, and left to the window.
fn put_style(tag: &str, style: &str, html: &mut String) {
    let mut classes: Vec<&str> = Vec::new();
    for (name, value) in style.split(';').filter_map(|part| part.split_once(':')) {
        let value = value.trim();
        match (name.trim(), value) {
            ("text-align", "left") => classes.push("m-left"),
            ("text-align", "right") => classes.push("m-right"),
            ("padding-left", "0") => classes.push("m-tight-left"),
            ("padding-right", "0") => classes.push("m-tight-right"),
            ("border-left", _) => classes.push("m-line-left"),
            ("border-right", _) => classes.push("m-line-right"),
            ("border-top", _) => classes.push("m-line-top"),
            ("width", "100%") => classes.push("m-wide"),
            ("width", "50%") => classes.push("m-half"),
            ("color", color) if hex(color) => html.extend([" mathcolor=\"", color, "\""]),
            _ => {}
        }
    }
    if tag == "mtable" && classes == ["m-line-left", "m-line-top"] {
        classes = vec!["m-box"];
    }
    if !classes.is_empty() {
        html.extend([" class=\"", &classes.join(" "), "\""]);
    }
}

fn hex(color: &str) -> bool {
    color
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_stands_alone() {
        assert_eq!(filter("<math><script>x</script></math>").as_deref(), Some("<math>x</math>"));
        assert_eq!(filter("<math onclick=\"x\" href=\"y\"></math>").as_deref(), Some("<math></math>"));
        assert_eq!(filter("<math><annotation-xml></annotation-xml></math>"), None);
        assert_eq!(filter("<math><mi>"), None);
        assert_eq!(filter("<mi></mi>"), None);
    }
}
