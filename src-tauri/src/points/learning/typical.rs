//! A turn as most of this person's are: the middle one of the last, by what was sent and by what came. Pure.

use super::newest;
use crate::library::PastCall;
use crate::tokens::TextSize;

/// The newest so many calls say what is typical.
const MOST: usize = 50;
/// Before the first answer: a question of a paragraph, and a page.
const ASSUMED_LETTERS: i64 = 1_000;
const ASSUMED_ANSWER: i64 = 700;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typical {
    /// All that is sent: the question and what goes along.
    pub text: TextSize,
    /// Tokens.
    pub answer: i64,
    /// Answers that it was taken from; 0: it is assumed.
    pub calls: i64,
}

impl Default for Typical {
    fn default() -> Typical {
        let text = TextSize { letters: ASSUMED_LETTERS, messages: 1, ..TextSize::default() };
        Typical { text, answer: ASSUMED_ANSWER, calls: 0 }
    }
}

impl Typical {
    /// The newest call comes last.
    pub(super) fn of(calls: &[PastCall]) -> Typical {
        let answered = || calls.iter().filter(|call| call.answered);
        let answers: Vec<i64> =
            answered().filter_map(|call| call.completion_tokens.filter(|tokens| *tokens > 0)).collect();
        let texts: Vec<TextSize> = answered().filter_map(|call| call.text).collect();
        let assumed = Typical::default();
        Typical {
            text: middle(newest(&texts, MOST), |text| text.tokens()).unwrap_or(assumed.text),
            answer: middle(newest(&answers, MOST), |answer| *answer).unwrap_or(assumed.answer),
            calls: i64::try_from(newest(&answers, MOST).len()).unwrap_or(i64::MAX),
        }
    }
}

fn middle<T: Copy>(all: &[T], size: impl Fn(&T) -> i64) -> Option<T> {
    let mut sorted = all.to_vec();
    sorted.sort_by_key(size);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(letters: i64, answer: i64, answered: bool) -> PastCall {
        PastCall {
            model: "m".to_owned(),
            text: (letters > 0).then(|| TextSize { letters, ..TextSize::default() }),
            prompt_tokens: None,
            completion_tokens: (answer > 0).then_some(answer),
            answered,
            points: None,
        }
    }

    fn check(calls: &[(i64, i64, bool)], letters: i64, answer: i64, count: i64) {
        let calls: Vec<PastCall> =
            calls.iter().map(|(letters, answer, answered)| call(*letters, *answer, *answered)).collect();
        let found = Typical::of(&calls);
        assert_eq!((found.text.letters, found.answer, found.calls), (letters, answer, count), "{calls:?}");
    }

    #[test]
    fn the_middle_of_the_last() {
        check(&[], ASSUMED_LETTERS, ASSUMED_ANSWER, 0);
        check(&[(40, 100, true)], 40, 100, 1);
        check(&[(40, 100, true), (9_000, 5_000, true), (80, 90, true)], 80, 100, 3);
        // A stopped answer is no measure, nor is one with files of its question.
        check(&[(40, 100, true), (60, 7, false), (0, 300, true)], 40, 100, 2);
        let old = [(1_000, 1_000, true); 60];
        let new = [(10, 10, true); 50];
        check(&[old.as_slice(), &new].concat(), 10, 10, 50);
    }
}
