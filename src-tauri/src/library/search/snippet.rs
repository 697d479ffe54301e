//! A few lines around what was found, for a list.

use std::ops::Range;

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
        add(&mut pieces, &text[at..mark.start], false);
        add(&mut pieces, &text[mark.start..mark.end.min(end)], true);
        at = mark.end.min(end);
    }
    add(&mut pieces, &text[at..end], false);
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
fn add(pieces: &mut Vec<Piece>, text: &str, is_match: bool) {
    let mut told = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            told.push(c);
        } else if !told.ends_with(' ') {
            told.push(' ');
        }
    }
    if !told.is_empty() {
        pieces.push(Piece { text: told, is_match });
    }
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
