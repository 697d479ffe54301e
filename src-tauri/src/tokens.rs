//! How long a text is for a model, in tokens. An estimate: only the model knows its own. Pure.

use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, Sub};
use ts_rs::TS;

/// What a message takes beside its text.
pub(crate) const MESSAGE: i64 = 4;

/// What is sent, by what its tokens are counted from: characters by script, and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct TextSize {
    /// ASCII: four make a token, about.
    pub letters: i64,
    /// Of other alphabets: two make one.
    pub marks: i64,
    /// Of scripts without spaces: each is one.
    pub ideographs: i64,
    pub messages: i64,
}

impl TextSize {
    pub fn of(text: &str) -> TextSize {
        let mut size = TextSize::default();
        // Seen at once, which tells in a chat of millions of letters.
        if text.is_ascii() {
            size.letters = i64::try_from(text.len()).unwrap_or(i64::MAX);
            return size;
        }
        for c in text.chars() {
            match c {
                '\0'..='\u{7f}' => size.letters += 1,
                '\u{80}'..='\u{2fff}' => size.marks += 1,
                _ => size.ideographs += 1,
            }
        }
        size
    }

    pub fn of_message(text: &str) -> TextSize {
        TextSize { messages: 1, ..TextSize::of(text) }
    }

    /// As long as nothing is known of the model.
    pub fn tokens(self) -> i64 {
        self.quarters().saturating_add(3) / 4 + MESSAGE * self.messages
    }

    fn quarters(self) -> i64 {
        self.letters + 2 * self.marks + 4 * self.ideographs
    }
}

impl Add for TextSize {
    type Output = TextSize;

    fn add(self, other: TextSize) -> TextSize {
        TextSize {
            letters: self.letters + other.letters,
            marks: self.marks + other.marks,
            ideographs: self.ideographs + other.ideographs,
            messages: self.messages + other.messages,
        }
    }
}

impl Sub for TextSize {
    type Output = TextSize;

    fn sub(self, other: TextSize) -> TextSize {
        TextSize {
            letters: self.letters - other.letters,
            marks: self.marks - other.marks,
            ideographs: self.ideographs - other.ideographs,
            messages: self.messages - other.messages,
        }
    }
}

impl Sum for TextSize {
    fn sum<I: Iterator<Item = TextSize>>(sizes: I) -> TextSize {
        sizes.fold(TextSize::default(), Add::add)
    }
}

/// About how many tokens a message of this text is.
pub(crate) fn estimate(text: &str) -> u64 {
    u64::try_from(TextSize::of_message(text).tokens()).unwrap_or_default()
}

/// In quarters of a token.
pub(crate) fn quarters(text: &str) -> u64 {
    u64::try_from(TextSize::of(text).quarters()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_take_more_and_fewer_characters_a_token() {
        let check = |text: &str, expected: i64| {
            assert_eq!(TextSize::of(text).tokens(), expected, "{text}");
            assert_eq!(TextSize::of_message(text).tokens(), expected + MESSAGE, "{text}");
        };
        check("", 0);
        check("Why?", 1);
        check("Why is the sky blue?", 5);
        check("Почему небо синее?", 9);
        check("空为什么是蓝色的", 8);
    }

    #[test]
    fn characters_are_counted_by_script() {
        let size = |letters, marks, ideographs, messages| TextSize { letters, marks, ideographs, messages };
        let both = TextSize::of_message("Ja, да") + TextSize::of("空 é");
        assert_eq!(both, size(5, 3, 1, 1));
        assert_eq!(both - TextSize::of("空"), size(5, 3, 0, 1));
        assert_eq!([both, both].into_iter().sum::<TextSize>(), size(10, 6, 2, 2));
    }
}
