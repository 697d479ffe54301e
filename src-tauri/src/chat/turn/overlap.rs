//! Where a continued answer meets the words that it had: models often begin by saying the last ones again.

/// How far back a repetition may reach, in characters.
const REACH: usize = 400;

/// A repetition this long is one, wherever it begins.
const CERTAIN: usize = 8;

/// One this long is one when it begins with a word.
const WORD: usize = 3;

/// Holds back what comes until it is clear how much of it repeats what was there.
pub(in crate::chat) struct Overlap {
    /// The last of what was there.
    before: String,
    held: String,
    is_open: bool,
}

impl Overlap {
    pub(in crate::chat) fn new(text: &str) -> Overlap {
        let start = text.char_indices().rev().nth(REACH - 1).map_or(0, |(at, _)| at);
        Overlap { before: text[start..].to_owned(), held: String::new(), is_open: !text.is_empty() }
    }

    /// What is new in it, as far as that is known.
    pub(in crate::chat) fn push(&mut self, text: &str) -> String {
        if !self.is_open {
            return text.to_owned();
        }
        self.held.push_str(text);
        let may_go_on = self
            .before
            .match_indices(self.held.as_str())
            .any(|(at, found)| at + found.len() < self.before.len());
        if may_go_on {
            return String::new();
        }
        self.finish()
    }

    /// Nothing more comes.
    pub(in crate::chat) fn finish(&mut self) -> String {
        if !self.is_open {
            return String::new();
        }
        self.is_open = false;
        let held = std::mem::take(&mut self.held);
        held[repeated(&self.before, &held)..].to_owned()
    }
}

/// How many bytes at the start of `new` say again what `before` ends with.
fn repeated(before: &str, new: &str) -> usize {
    let starts = before.char_indices().map(|(at, _)| at);
    let overlaps = starts.filter(|&at| new.starts_with(&before[at..]));
    overlaps
        .filter(|&at| {
            let length = before[at..].chars().count();
            let begins_word = before[at..].starts_with(char::is_alphanumeric)
                && !before[..at].ends_with(char::is_alphanumeric);
            length >= CERTAIN || (length >= WORD && begins_word)
        })
        .map(|at| before.len() - at)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever pieces the new text comes in.
    fn check(before: &str, new: &str, expected: &str) {
        for size in [1, 2, 3, 7, 1000] {
            let mut overlap = Overlap::new(before);
            let mut text = String::new();
            let chars: Vec<char> = new.chars().collect();
            for piece in chars.chunks(size) {
                text.push_str(&overlap.push(&piece.iter().collect::<String>()));
            }
            text.push_str(&overlap.finish());
            assert_eq!(text, expected, "{before:?} + {new:?} by {size}");
        }
    }

    #[test]
    fn what_is_said_again_is_left_out_once() {
        check("The quick brown", " fox.", " fox.");
        check("The quick brown", "quick brown fox.", " fox.");
        check("The quick brown", " quick brown fox.", " fox.");
        check("The quick brown", "The quick brown fox.", " fox.");
        check("The quick brown", "brown fox.", " fox.");
        // Cut within a word, which the model begins anew.
        check("A herd of eleph", "elephants came.", "ants came.");
        check("A herd of eleph", "ants came.", "ants came.");
        // Too short to be told from chance.
        check("It is a", "a b c", "a b c");
        check("Is it an apple or a p", "pear?", "pear?");
        check("banana", "ana", "ana");
        check("", "The start.", "The start.");
        check("All of it.", "", "");
        check("All of it.", "All of it.", "");
        check("日本語を勉強しています", "日本語を勉強しています。", "。");
        check("```rust\nfn main() {\n", "fn main() {\n}\n", "}\n");
        check("one two one two", "one two three", " three");
    }

    #[test]
    fn a_repetition_is_looked_for_in_the_last_words_only() {
        let long = "word ".repeat(500);
        let mut overlap = Overlap::new(&long);
        assert_eq!(overlap.push("Something else"), "Something else");
        assert_eq!(Overlap::new(&long).before.chars().count(), REACH);
    }
}
