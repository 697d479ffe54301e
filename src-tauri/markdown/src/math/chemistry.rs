//! Formulas of chemistry as `\ce` of `mhchem` takes them, said in TeX.
//!
//! A number that leads is an amount and one that follows is an index, a sign that ends is a charge, and letters stand upright.

use super::scan::{command, group};

/// Arrows, the longest first, with their commands that take what stands above and below.
const ARROWS: [(&str, &str); 8] = [
    ("<=>>", r"\xrightleftharpoons"),
    ("<<=>", r"\xrightleftharpoons"),
    ("<-->", r"\xrightleftharpoons"),
    ("<=>", r"\xrightleftharpoons"),
    ("<->", r"\xleftrightarrow"),
    ("-->", r"\xrightarrow"),
    ("->", r"\xrightarrow"),
    ("<-", r"\xleftarrow"),
];

/// What stands before a place: it decides what a number or a sign means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing of this molecule yet.
    Nothing,
    Amount,
    /// A letter, a closing bracket or an index.
    Atom,
}

pub(super) fn tex(text: &str) -> Option<String> {
    let mut out = String::new();
    write(text, &mut out, 0)?;
    Some(out)
}

const DEEPEST: usize = 12;

fn write(text: &str, out: &mut String, depth: usize) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    let mut before = Before::Nothing;
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        if let Some((sign, arrow)) = ARROWS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            rest = put_arrow(arrow, &rest[sign.len()..], out, depth)?;
            before = Before::Nothing;
            continue;
        }
        let after = &rest[c.len_utf8()..];
        let ends = after.is_empty() || after.starts_with([' ', ')', ']', '}', '+', '-', '^', '_', ',', '.']);
        match c {
            ' ' | '\n' | '\t' => {
                out.push_str(r"\,");
                before = Before::Nothing;
            }
            '0'..='9' => {
                rest = put_number(rest, before, out);
                if before != Before::Atom {
                    before = Before::Amount;
                }
                continue;
            }
            // Gas and precipitate.
            '^' if before == Before::Nothing && (after.is_empty() || after.starts_with(' ')) => {
                out.push_str(r"\uparrow")
            }
            'v' if before == Before::Nothing && (after.is_empty() || after.starts_with(' ')) => {
                out.push_str(r"\downarrow")
            }
            '^' | '_' => {
                if before != Before::Atom {
                    out.push_str("{}");
                }
                out.push(c);
                rest = put_script(after, c, out, depth)?;
                // Both scripts stand on the same side.
                if rest.starts_with(['^', '_']) {
                    before = Before::Atom;
                }
                if before != Before::Atom && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    before = Before::Nothing;
                }
                continue;
            }
            '+' | '-' if before == Before::Atom && ends && !(c == '-' && after.starts_with(['-', '+'])) => {
                out.push_str(if c == '+' { "^{+}" } else { "^{-}" });
            }
            '-' if before == Before::Atom => {
                out.push_str(r"{-}");
                before = Before::Nothing;
            }
            '+' | '-' => {
                out.push_str(if before == Before::Nothing && after.starts_with(' ') { r"{}" } else { "" });
                out.push(c);
                before = Before::Nothing;
            }
            '=' => {
                out.push_str("{=}");
                before = Before::Nothing;
            }
            '#' => {
                out.push_str(r"{\equiv}");
                before = Before::Nothing;
            }
            '.' | '*' | '•' | '·' => {
                out.push_str(r"{\cdot}");
                before = Before::Nothing;
            }
            '~' => out.push_str(r"{\sim}"),
            '$' => {
                let (inner, after) = group(rest, '$', '$')?;
                out.push_str(&format!("{{{inner}}}"));
                before = Before::Atom;
                rest = after;
                continue;
            }
            '{' => {
                let (inner, after) = group(rest, '{', '}')?;
                out.push('{');
                write(inner, out, depth + 1)?;
                out.push('}');
                before = Before::Atom;
                rest = after;
                continue;
            }
            '\\' => {
                let (_, after) = command(rest)?;
                out.push_str(&rest[..rest.len() - after.len()]);
                let mut after = after;
                while after.starts_with('{') {
                    let (inner, further) = group(after, '{', '}')?;
                    out.push_str(&format!("{{{inner}}}"));
                    after = further;
                }
                out.push(' ');
                before = Before::Atom;
                rest = after.trim_start();
                continue;
            }
            '(' | '[' => {
                out.push(c);
                before = Before::Nothing;
            }
            ')' | ']' => {
                out.push(c);
                before = Before::Atom;
            }
            // A lone small letter is an amount: `x Na`.
            'a'..='z' if before == Before::Nothing && after.starts_with(' ') => out.push(c),
            c if c.is_alphabetic() => {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                out.push_str(&format!(r"\mathrm{{{}}}", &rest[..end]));
                before = Before::Atom;
                rest = &rest[end..];
                continue;
            }
            c => out.push(c),
        }
        rest = after;
    }
    Some(())
}

/// An arrow with what stands above and below it, each of which is chemistry, too.
fn put_arrow<'t>(arrow: &str, text: &'t str, out: &mut String, depth: usize) -> Option<&'t str> {
    let mut rest = text;
    let mut labels = [String::new(), String::new()];
    for label in &mut labels {
        if rest.starts_with('[') {
            let (inner, after) = group(rest, '[', ']')?;
            write(inner, label, depth + 1)?;
            rest = after;
        }
    }
    let [above, below] = labels;
    out.push_str(arrow);
    if !below.is_empty() {
        out.push_str(&format!("[{{{below}}}]"));
    }
    out.push_str(&format!("{{{above}}}"));
    Some(rest.trim_start())
}

/// A number: an amount, which may be a fraction, or an index.
fn put_number<'t>(text: &'t str, before: Before, out: &mut String) -> &'t str {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits(text));
    if before == Before::Atom {
        out.push_str(&format!("_{{{number}}}"));
        return rest;
    }
    let below = rest.strip_prefix('/').map(|below| below.split_at(digits(below)));
    if let Some((below, rest)) = below.filter(|(below, _)| !below.is_empty()) {
        out.push_str(&format!(r"\tfrac{{{number}}}{{{below}}}\,"));
        return rest;
    }
    let decimals = rest.strip_prefix('.').map_or(0, digits);
    let end = if decimals > 0 { number.len() + 1 + decimals } else { number.len() };
    out.push_str(&text[..end]);
    out.push_str(r"\,");
    text[end..].trim_start()
}

/// What is raised or lowered: a group, or digits with the sign of a charge.
fn put_script<'t>(text: &'t str, sign: char, out: &mut String, depth: usize) -> Option<&'t str> {
    if text.starts_with('{') {
        let (inner, rest) = group(text, '{', '}')?;
        out.push('{');
        let plain =
            inner.chars().all(|c| c.is_ascii_digit() || "+-. ".contains(c)) || inner.contains(['\\', '$']);
        match plain {
            true => out.push_str(inner.trim_matches('$')),
            false => write(inner, out, depth + 1)?,
        }
        out.push('}');
        return Some(rest);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let signs =
        text[digits..].find(|c: char| sign != '^' || !"+-".contains(c)).unwrap_or(text.len() - digits);
    let length = match digits + signs {
        0 => text.chars().next()?.len_utf8(),
        length => length,
    };
    out.push_str(&format!("{{{}}}", &text[..length]));
    Some(&text[length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_means_what_a_chemist_means() {
        for (text, expected) in [
            ("H2O", r"\mathrm{H}_{2}\mathrm{O}"),
            ("2H2O", r"2\,\mathrm{H}_{2}\mathrm{O}"),
            ("SO4^2-", r"\mathrm{SO}_{4}^{2-}"),
            ("Na+", r"\mathrm{Na}^{+}"),
            ("CuSO4.5H2O", r"\mathrm{CuSO}_{4}{\cdot}5\,\mathrm{H}_{2}\mathrm{O}"),
            ("CH2=CH2", r"\mathrm{CH}_{2}{=}\mathrm{CH}_{2}"),
            ("A -> B", r"\mathrm{A}\,\xrightarrow{}\mathrm{B}"),
            ("A <=>[x y] B", r"\mathrm{A}\,\xrightleftharpoons{x\,\mathrm{y}}\mathrm{B}"),
            ("^{14}_{6}C", r"{}^{14}_{6}\mathrm{C}"),
            ("1/2 O2", r"\tfrac{1}{2}\,\,\mathrm{O}_{2}"),
            ("CO2 ^", r"\mathrm{CO}_{2}\,\uparrow"),
        ] {
            assert_eq!(tex(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(tex("{"), None);
    }
}
