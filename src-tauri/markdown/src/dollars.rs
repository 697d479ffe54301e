//! TeX between `\(` and `\)` or `\[` and `\]`, as most models write it, gets the dollar signs that the parser knows.
//!
//! Both marks are two bytes long, as `$$` is, so that every offset stays what it was.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// No formula is longer.
const LONGEST: usize = 4000;

/// The text with dollar signs from an offset on, and where formulas begin that stand in a line of text.
pub(crate) fn put(text: String, from: usize, options: Options) -> (String, BTreeSet<usize>) {
    let mut inline = BTreeSet::new();
    if !text[from..].contains("\\(") && !text[from..].contains("\\[") {
        return (text, inline);
    }
    let (code, borders) = survey(&text, options);
    let mut code = code.into_iter().peekable();
    let mut bytes = text.clone().into_bytes();
    let mut at = from;
    while let Some(found) = text[at..].find('\\') {
        let start = at + found;
        while code.next_if(|code| code.end <= start).is_some() {}
        if let Some(inside) = code.peek().filter(|code| code.contains(&start)) {
            at = inside.end;
            continue;
        }
        // Whatever follows a backslash is escaped by it, another backslash too.
        at = text.ceil_char_boundary((start + 2).min(text.len()));
        if let Some(end) = formula(&text[from..], start - from).map(|end| from + end) {
            let limit = code.peek().map_or(text.len(), |code| code.start);
            let border = borders.get(borders.partition_point(|border| *border <= start));
            if end <= limit && border.is_none_or(|border| *border >= end + 2) {
                bytes[start..start + 2].copy_from_slice(b"$$");
                bytes[end..end + 2].copy_from_slice(b"$$");
                if text[start..].starts_with("\\(") {
                    inline.insert(start);
                }
                at = end + 2;
            }
        }
    }
    (String::from_utf8(bytes).unwrap_or(text), inline)
}

/// Where the closing mark is of the formula that begins at `start`, if one does.
fn formula(text: &str, start: usize) -> Option<usize> {
    let before = text[..start].chars().next_back().unwrap_or('\n');
    let inner = start + 2;
    let mark = text.get(start..inner)?;
    let rest = &text[inner..];
    let rest = &rest[..rest.floor_char_boundary(LONGEST)];
    let length = match mark {
        // `…/Poe_\(film\)` in an address is no formula.
        "\\(" if !before.is_alphanumeric() && !"_/-%&=?#.~+\\".contains(before) => {
            closing(rest.lines().next()?, "\\(", "\\)")?
        }
        // `\[1\]` in a line of text is a bracket that was escaped.
        "\\["
            if text[..start]
                .rsplit('\n')
                .next()?
                .trim_matches([' ', '\t', '>', '-', '*'])
                .is_empty() =>
        {
            let paragraph = rest.find("\n\n").map_or(rest, |end| &rest[..end]);
            closing(paragraph, "\\[", "\\]").filter(|end| {
                rest[end + 2..]
                    .trim_start_matches([' ', '\t', '.', ','])
                    .starts_with('\n')
                    || rest[end + 2..].trim().is_empty()
            })?
        }
        _ => return None,
    };
    (!rest[..length].contains('$') && !rest[..length].trim().is_empty()).then_some(inner + length)
}

/// Where a closing mark is that no backslash escapes, and before which none opens again.
fn closing(text: &str, open: &str, close: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        at += found;
        if text[at..].starts_with(close) {
            return Some(at);
        }
        if text[at..].starts_with(open) {
            return None;
        }
        at = text.ceil_char_boundary((at + 2).min(text.len()));
    }
    None
}

/// What the parser sees in a text: the ranges of code and HTML, which are left alone, and where blocks begin and end,
/// which no formula reaches over.
fn survey(text: &str, options: Options) -> (Vec<Range<usize>>, Vec<usize>) {
    let (mut code, mut borders) = (Vec::new(), Vec::new());
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) => code.push(range),
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => code.push(range),
            Event::Start(
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. },
            ) => {}
            Event::Start(_) => borders.extend([range.start, range.end]),
            _ => {}
        }
    }
    borders.sort_unstable();
    (code, borders)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(put(text.to_owned(), 0, Options::ENABLE_TABLES).0, expected);
    }

    #[test]
    fn formulas() {
        check(r"so \(x^2\) is", "so $$x^2$$ is");
        check("\\[\nx\n\\]", "$$\nx\n$$");
        check(r"- \[ x \]", "- $$ x $$");
        check(r"\(a\), (\(b\)) **\(c\)**", "$$a$$, ($$b$$) **$$c$$**");
        check("| \\(a\\) |\n|---|\n| \\(b\\) |", "| $$a$$ |\n|---|\n| $$b$$ |");
        check(
            r"\[ \begin{matrix} a \\[2pt] b \end{matrix} \]",
            r"$$ \begin{matrix} a \\[2pt] b \end{matrix} $$",
        );
    }

    #[test]
    fn other_backslashes() {
        for text in [
            r"`\(x\)`",
            r"\\(x\\)",
            r"\(x",
            r"\(\)",
            r"a \[1\] b",
            r"\[x",
            "\\[\n> \\]",
            "\\[\n- a\n\\]",
            "| \\(a | b\\) |\n|---|---|",
            "\\(a\nb\\)",
            "\\[a\n\nb\\]",
            "```\n\\(x\\)\n```",
            r"https://en.wikipedia.org/wiki/Poe_\(film\)",
            r"f\(x\)",
            r"\(a $b$\)",
            r"\[x\] y",
            r#"<b title="\(x\)">"#,
            r"\",
            r"\(",
            r"\é\(",
        ] {
            check(text, text);
        }
    }
}
