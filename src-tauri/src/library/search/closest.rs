//! "Did you mean": for a word that nothing has, one that is written almost like it.

use super::query::{Query, Term};
use std::cmp::Reverse;

/// The part of the alphabet in which a word's neighbors stand, for a slip in its first letter too.
pub(super) fn spans(word: &str) -> Vec<(String, String)> {
    let first = word.chars().take(2).filter(|c| c.is_alphanumeric());
    let span = |c: char| {
        let next = char::from_u32(c as u32 + 1).unwrap_or(char::MAX);
        (c.to_string(), next.to_string())
    };
    let mut spans: Vec<_> = first.map(span).collect();
    spans.dedup();
    spans
}

/// The words of a query that may have been meant otherwise, by where they stand in it.
pub(super) fn words(query: &Query) -> Vec<&Term> {
    let is_word = |term: &&Term| matches!(&term.parts[..], [part] if !part.is_letter && part.text.len() > 2);
    query.all.iter().filter(is_word).collect()
}

/// The nearest of these words, of equals the one that most places have.
pub(super) fn nearest(word: &str, known: &[(String, i64)]) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let most = if letters.len() < 5 { 1 } else { 2 };
    let near = known.iter().filter(|(other, _)| other != word).filter_map(|(other, places)| {
        let other_letters: Vec<char> = other.chars().collect();
        (letters.len().abs_diff(other_letters.len()) <= most).then_some(())?;
        let distance = distance(&letters, &other_letters);
        (distance <= most).then_some((distance, Reverse(*places), other))
    });
    near.min().map(|(_, _, other)| other.clone())
}

/// Letters to add, to take away, to change, or to swap with the one beside it.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before_last[j - 1] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_seen_and_nothing_far_fetched() {
        let known = [
            ("photosynthesis", 3),
            ("photosynthetic", 9),
            ("blue", 40),
            ("blues", 2),
            ("glue", 50),
            ("straße", 1),
        ]
        .map(|(word, places)| (word.to_owned(), places));
        let check = |word: &str, expected: Option<&str>| {
            assert_eq!(nearest(word, &known).as_deref(), expected, "{word}")
        };
        check("photosinthesis", Some("photosynthesis"));
        check("photosynthesi", Some("photosynthesis"));
        check("bleu", Some("blue"));
        check("lbue", Some("blue"));
        check("blue", Some("glue"));
        check("strase", Some("straße"));
        check("bl", None);
        check("geology", None);
        check("", None);
    }
}
