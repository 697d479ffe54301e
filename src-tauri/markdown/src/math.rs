//! TeX becomes MathML; what the converter cannot do is shown as its source.
//!
//! The converter writes inline style, which the window's policy blocks, so its output passes a closed list of tags
//! and attributes, and the few styles that carry meaning become classes. The list also holds if it ever errs.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Sender};
use std::thread;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::escape::escape;
use crate::unseen::escape_code;

/// The converter recurses, so each part of a formula that can nest costs it stack.
const MOST_NESTING: usize = 500;
const LONGEST: usize = 4000;
const STACK: usize = 64 * 1024 * 1024;

/// The formulas of one document: a formula is converted once, however often its paragraph is rendered.
#[derive(Debug, Default)]
pub(crate) struct Formulas {
    done: HashMap<(String, bool), String>,
    /// Each says how it was written, for who asks that alone.
    pub(crate) marked: bool,
}

impl Formulas {
    pub(crate) fn html(&mut self, tex: &str, display: bool) -> String {
        if self.marked {
            return mark(tex);
        }
        let key = (tex.to_owned(), display);
        self.done
            .entry(key)
            .or_insert_with(|| convert(tex, display).unwrap_or_else(|| source(tex, display)))
            .clone()
    }
}

const MARK: &str = "<math data-tex=\"";

fn mark(tex: &str) -> String {
    let mut html = String::from(MARK);
    escape(tex.trim_matches('\n'), &mut html);
    html.push_str("\"></math>");
    html
}

/// What the marks of a page say, in its order.
pub(crate) fn marks(html: &str) -> Vec<String> {
    let marks = html.split(MARK).skip(1).filter_map(|rest| rest.split('"').next());
    let plain = |tex: &str| {
        let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        signs.iter().fold(tex.to_owned(), |tex, (escaped, sign)| tex.replace(escaped, sign))
    };
    marks.map(plain).collect()
}

/// The formula as it was written. A paragraph may hold it, so it is `code` even where it has lines of its own.
fn source(tex: &str, display: bool) -> String {
    let mut html =
        String::from(if display { "<code class=\"math display\">" } else { "<code class=\"math\">" });
    let tex = tex.trim_matches('\n');
    escape_code(tex, 0..tex.len(), &mut html);
    html.push_str("</code>");
    html
}

fn convert(tex: &str, display: bool) -> Option<String> {
    let nesting = tex.bytes().filter(|b| b"\\{[^_&".contains(b)).count();
    let control = tex.contains(|c: char| c.is_control() && !c.is_ascii_whitespace() || c == '\u{c}');
    if tex.len() > LONGEST || nesting > MOST_NESTING || tex.trim().is_empty() || control {
        return None;
    }
    let style = if display { MathDisplay::Block } else { MathDisplay::Inline };
    let (answer, answered) = mpsc::channel();
    CONVERTER.as_ref()?.send((tex.to_owned(), style, answer)).ok()?;
    filter(&answered.recv().ok()??)
}

type Request = (String, MathDisplay, Sender<Option<String>>);

/// The converter has a thread of its own, with room for the deepest formula. Should it panic, the formula is shown
/// as source, and the next one is converted.
static CONVERTER: LazyLock<Option<Sender<Request>>> = LazyLock::new(|| {
    let (sender, requests) = mpsc::channel::<Request>();
    let worker = thread::Builder::new().name("math".to_owned()).stack_size(STACK);
    let work = move || {
        let converter = LatexToMathML::new(MathCoreConfig { macros: macros(), ..Default::default() });
        for (tex, style, answer) in requests {
            let convert = || converter.as_ref().ok()?.convert_with_local_state(&tex, style).ok();
            let converted = catch_unwind(AssertUnwindSafe(convert)).ok().flatten();
            // Whoever asked may be gone.
            let _ = answer.send(converted.map(|converted| converted.mathml));
        }
    };
    worker.spawn(work).ok().map(|_| sender)
});

/// What answers use and the converter lacks.
fn macros() -> Vec<(String, String)> {
    let macros = [
        ("boxed", r"\begin{array}{|c|}\hline #1\end{array}"),
        ("textcolor", r"{\color{#1} #2}"),
        ("substack", r"\begin{matrix}#1\end{matrix}"),
    ];
    macros.into_iter().map(|(name, body)| (name.to_owned(), body.to_owned())).collect()
}

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
fn filter(mathml: &str) -> Option<String> {
    let display = mathml.starts_with("<math display=\"block\"");
    let mut html = String::with_capacity(mathml.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = mathml;
    while let Some(start) = rest.find('<') {
        text(&rest[..start], &mut html);
        let end = start + rest[start..].find('>')?;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('/') {
            let name = open.pop()?;
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
        if !name.is_empty() {
            html.extend(["<", name]);
            put_attributes(name, attributes, &mut html);
            if let Some(class) = size(name, attributes, rest, display) {
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

/// What a system without a font for mathematics has to be told, for there signs do not grow with what they belong to.
/// `rest` follows the tag.
fn size(tag: &str, attributes: &str, rest: &str, display: bool) -> Option<&'static str> {
    // A style becomes a class itself.
    if attributes.split(' ').any(|one| one.starts_with("style=")) {
        return None;
    }
    match tag {
        "mrow" if opens(rest) && holds_tall(rest) => Some("m-tall"),
        "mo" if display && rest.starts_with(['∫', '∬', '∭', '∮']) => Some("m-integral"),
        "mo" if display && rest.starts_with(['∑', '∏', '∐', '⋂', '⋃', '⨁', '⨂', '⋁', '⋀']) => {
            Some("m-large")
        }
        _ => None,
    }
}

/// Whether a row begins with a bracket; `\left.` is one that is not seen.
fn opens(row: &str) -> bool {
    let sign = row.strip_prefix("<mo").and_then(|row| row.split_once('>'));
    sign.is_some_and(|(_, sign)| {
        sign.starts_with(['(', '[', '{', '|', '‖', '∥', '⟨', '⌈', '⌊', ')', ']', '}', '\u{2063}'])
    })
}

/// Whether a row ends with a sign, as it begins, and holds more than a line between them.
fn holds_tall(row: &str) -> bool {
    let mut depth = 1;
    let mut at = 0;
    while let Some(found) = row[at..].find('<') {
        at += found + 1;
        if row[at..].starts_with("mrow") {
            depth += 1;
        } else if row[at..].starts_with("/mrow") {
            depth -= 1;
        }
        if depth == 0 {
            let inner = &row[..at - 1];
            let tall = ["<mtable", "<mfrac", "<munder", "<mover"];
            return inner.ends_with("</mo>") && tall.iter().any(|tag| inner.contains(tag));
        }
    }
    false
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

    fn check(tex: &str, expected: &str) {
        let html = Formulas::default().html(tex, false);
        assert!(html.contains(expected), "{tex}: {html}");
        assert!(!html.contains(" style="), "{html}");
    }

    #[test]
    fn formulas() {
        check("x^2", "<math><msup><mi>x</mi><mn>2</mn></msup></math>");
        check(r"\frac{a}{b}", "<mfrac>");
        check("a<b", "&lt;");
        check(r"\boxed{42}", "<mtable class=\"m-box\"");
        check(r"\textcolor{red}{x}", "mathcolor=\"#FF0000\"");
        check(r"\sum_{\substack{i<n\\j<m}} x", "<mtable");
        check(r"\begin{aligned}a&=b\\c&=d\end{aligned}", "m-right");
        check(r"\begin{cases}1&x>0\\0&\text{otherwise}\end{cases}", "m-left");
        check(r"\text{<b>x</b>}", "&lt;b");
        check(r"\textbf{x}", "x");
    }

    #[test]
    fn signs_that_grow_with_what_they_belong_to() {
        let matrices = r"\begin{pmatrix}1\\2\end{pmatrix}\begin{pmatrix}3\\4\end{pmatrix}";
        let html = Formulas::default().html(matrices, false);
        assert_eq!(html.matches("<mrow class=\"m-tall\"><mo").count(), 2, "{html}");
        check(r"\left(\frac{1}{2}\right)", "<mrow class=\"m-tall\"><mo");
        let html = Formulas::default().html(r"f\left(x\right) + (\frac{1}{2})", false);
        assert!(!html.contains("m-tall"), "{html}");
        let sum = Formulas::default().html(r"\sum_{k=1}^n k + \int_0^1 x", true);
        for sign in ["class=\"m-large\">∑", "class=\"m-integral\">∫"] {
            assert!(sum.contains(sign), "{sign} in {sum}");
        }
        assert!(!Formulas::default().html(r"\sum_{k=1}^n k", false).contains("m-large"));
    }

    #[test]
    fn what_cannot_be_done_is_source() {
        check(r"\href{javascript:alert(1)}{x}", "<code class=\"math\">\\href{javascript:alert(1)}{x}</code>");
        check(r"\undefined<i>", "<code class=\"math\">\\undefined&lt;i&gt;</code>");
        check("", "<code class=\"math\">");
        assert_eq!(
            Formulas::default().html("\n\\nope\n", true),
            "<code class=\"math display\">\\nope</code>"
        );
    }

    #[test]
    fn no_depth_breaks_the_stack() {
        let units = [
            "{",
            r"\sqrt",
            r"\left(",
            "x^",
            r"\frac",
            r"\text{",
            r"\begin{matrix}",
            "[",
            "^",
            r"\hat",
            r"\boxed{",
        ];
        for unit in
            units.into_iter().chain([r"\mathbf{", r"\color{red}", r"\binom", r"\overset", "'", "&", r"\\"])
        {
            for count in [20, 60, 240, 480, 5000] {
                let tex = format!("{}x{}", unit.repeat(count), "}".repeat(count));
                check(&tex, "");
                check(&unit.repeat(count), "");
            }
        }
    }

    #[test]
    fn the_filter_stands_alone() {
        assert_eq!(filter("<math><script>x</script></math>").as_deref(), Some("<math>x</math>"));
        assert_eq!(filter("<math onclick=\"x\" href=\"y\"></math>").as_deref(), Some("<math></math>"));
        assert_eq!(filter("<math><annotation-xml></annotation-xml></math>"), None);
        assert_eq!(filter("<math><mi>"), None);
        assert_eq!(filter("<mi></mi>"), None);
    }
}
