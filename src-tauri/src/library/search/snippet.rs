//! A few lines around what was found, for a list: as they read, without Markdown's marks of bold and headings.

use std::ops::Range;

use super::units::is_unspaced;

/// Characters before the first find, and in all.
const BEFORE: usize = 48;
const LENGTH: usize = 220;

/// A part of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub is_match: bool,
}

/// `marks` as they stand in the text, in their order.
pub(super) fn snippet(text: &str, marks: &[Range<usize>]) -> Vec<Piece> {
    let first = marks.first().map_or(0, |mark| mark.start);
    let start = match text[..first].char_indices().rev().nth(BEFORE) {
        Some((at, _)) => word_start(text, at, first),
        None => 0,
    };
    let end = text[start..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| start + at);
    let mut pieces = Vec::new();
    let mut at = start;
    for mark in marks.iter().filter(|mark| mark.start < end) {
        add(&mut pieces, text, at..mark.start, false);
        add(&mut pieces, text, mark.start..mark.end.min(end), true);
        at = mark.end.min(end);
    }
    add(&mut pieces, text, at..end, false);
    if start > 0 {
        pieces.insert(0, Piece { text: "…".to_owned(), is_match: false });
    }
    if end < text.len() {
        pieces.push(Piece { text: "…".to_owned(), is_match: false });
    }
    pieces
}

/// The first word that begins behind `at`, where one does before `until`.
fn word_start(text: &str, at: usize, until: usize) -> usize {
    let space = text[at..until].find(char::is_whitespace);
    space.map_or(at, |space| at + space + text[at + space..].chars().next().map_or(0, char::len_utf8))
}

/// Lines and blanks become one space.
fn add(pieces: &mut Vec<Piece>, text: &str, range: Range<usize>, is_match: bool) {
    let mut told = String::with_capacity(range.len());
    let mut at = range.start;
    while let Some(c) = text[at..range.end].chars().next() {
        let mark = if is_match { 0 } else { mark_at(text, at) };
        if mark == 0 && !c.is_whitespace() {
            told.push(c);
        } else if mark == 0 && !told.ends_with(' ') {
            told.push(' ');
        }
        at += mark.max(c.len_utf8()).min(range.end - at);
    }
    if !told.is_empty() {
        pieces.push(Piece { text: told, is_match });
    }
}

/// Bytes of the mark of bold text or of a heading that begins here; 0 where none does. Stars between two blanks, or two letters of
/// words that stand apart, are those of a formula.
fn mark_at(text: &str, at: usize) -> usize {
    let (before, here) = (text[..at].chars().next_back(), &text[at..]);
    let length = |mark| here.len() - here.trim_start_matches(mark).len();
    let is_line_start = before.is_none_or(|c| c == '\n');
    if is_line_start && (1..=6).contains(&length('#')) && here[length('#')..].starts_with(' ') {
        return length('#') + 1;
    }
    let stars = length('*');
    if !(2..=3).contains(&stars) || before == Some('*') {
        return 0;
    }
    let after = here[stars..].chars().next();
    let is_open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() || is_unspaced(c));
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_formula = !is_open(before) && !is_open(after) || is_blank(before) && is_blank(after);
    if is_formula { 0 } else { stars }
}

#[cfg(test)]
mod tests {
    use super::super::query::Query;
    use super::snippet;

    #[test]
    fn the_first_find_is_in_it() {
        fn check(typed: &str, text: &str, expected: &str) {
            let pieces = snippet(text, &Query::parse(typed).marks(text));
            let told =
                pieces.into_iter().map(|it| if it.is_match { format!("[{}]", it.text) } else { it.text });
            assert_eq!(told.collect::<String>(), expected);
        }
        check("sky", "The\n\n  sky is Sky", "The [sky] is [Sky]");
        check("none", "as it is", "as it is");
        check("x", "", "");
        check("sky", "## The **sky**\n### is **blue**, **sky:** ***so***", "The [sky] is blue, [sky]: so");
        check("x", "x**2 ** 3 #x C# a*b* ****", "[x]**2 ** 3 #[x] C# a*b* ****");
        check("bold", "**bo", "bo");
        check(
            "数据",
            "从**数据**中学習、**「一」**は**2**番、**확인**을",
            "从[数据]中学習、「一」は2番、확인을",
        );
        let long = format!("{}needle {}", "hay ".repeat(40), "straw ".repeat(80));
        let told = snippet(&long, &Query::parse("needle").marks(&long));
        assert!(
            told[0].text == "…" && told[1].text.starts_with("hay ") && told[2].text == "needle",
            "{told:?}"
        );
        assert_eq!(told.last().map(|it| it.text.as_str()), Some("…"));
        check("心", &"天".repeat(60), &"天".repeat(60));
        let run = format!("{}心{}", "天".repeat(100), "地".repeat(10));
        check("心", &run, &format!("…{}[心]{}", "天".repeat(49), "地".repeat(10)));
    }
}
