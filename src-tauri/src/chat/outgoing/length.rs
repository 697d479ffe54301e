//! What of a chat to leave out where it is too long for a model, and how long an answer is to be. Pure.

use crate::events::AnswerLength;
use crate::tokens::{TextSize, estimate};

/// How many of the oldest turns to leave out: so many that the estimate fits what the model takes, with a fifth to spare
/// for the answer and for what the estimate misses. Where that is unknown, or all seems to fit and was refused
/// nevertheless, so many that half is sent at most. `rest` always goes. `None` where there is nothing to leave out.
pub(in crate::chat) fn leave_out(turns: &[u64], rest: u64, takes: Option<u64>) -> Option<usize> {
    let whole = turns.iter().sum::<u64>() + rest;
    let to_fit = |room: u64| {
        let mut sent = whole;
        let fits = turns.iter().position(|turn| {
            let is_enough = sent <= room;
            sent -= turn;
            is_enough
        });
        fits.unwrap_or(turns.len())
    };
    let known = takes.map(|takes| to_fit(takes - takes / 5));
    match (turns.len(), known) {
        (0, _) => None,
        (_, Some(out @ 1..)) => Some(out),
        _ => Some(to_fit(whole / 2)),
    }
}

/// About how many words an answer is to have that is shorter or longer than this one: half as many, or twice. Two digits of it
/// are enough. They are counted by tokens, since not every script has spaces.
pub(in crate::chat) fn words(of: &str, length: AnswerLength) -> i64 {
    const FEWEST: i64 = 10;
    let now = TextSize::of(of).tokens() / 4 * 3;
    let words = match length {
        AnswerLength::Shorter => now / 2,
        AnswerLength::Longer => now.saturating_mul(2),
    };
    let step = 10_i64.pow(words.max(1).ilog10().saturating_sub(1));
    (words / step * step).max(FEWEST)
}

pub(in crate::chat) fn tokens_of(words: i64) -> i64 {
    words.saturating_mul(4) / 3
}

/// The texts cut so that together they make `room` tokens at most, as far as that can be estimated: long ones lose from
/// their middle, short ones stay whole.
pub(in crate::chat) fn shorten(texts: &[&str], room: u64) -> Vec<String> {
    let lengths: Vec<u64> = texts.iter().map(|text| estimate(text)).collect();
    let mut sorted = lengths.clone();
    sorted.sort_unstable();
    // Who takes less than an equal share leaves the rest of it to the others.
    let (mut left, mut many) = (room, sorted.len() as u64);
    let mut share = 0;
    for length in sorted {
        share = left / many;
        left -= length.min(share);
        many -= 1;
    }
    let cut = |(text, length): (&&str, u64)| {
        if length <= share { (*text).to_owned() } else { without_middle(text, share, length) }
    };
    texts.iter().zip(lengths).map(cut).collect()
}

/// Two thirds of what may stay from the beginning, one from the end.
fn without_middle(text: &str, room: u64, length: u64) -> String {
    let chars: Vec<char> = text.chars().collect();
    let stay = usize::try_from(chars.len() as u64 * room / length.max(1)).unwrap_or(usize::MAX);
    let (start, end) = (stay * 2 / 3, chars.len() - (stay - stay * 2 / 3));
    let part = |chars: &[char]| chars.iter().collect::<String>();
    format!("{} […] {}", part(&chars[..start]), part(&chars[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out() {
        fn check(turns: &[u64], rest: u64, takes: Option<u64>, expected: Option<usize>) {
            assert_eq!(leave_out(turns, rest, takes), expected, "{turns:?} + {rest} into {takes:?}");
        }
        check(&[], 10, Some(5), None);
        check(&[], 10, None, None);
        // So that it fits into four fifths.
        check(&[50, 30, 20], 10, Some(100), Some(1));
        check(&[50, 30, 20], 10, Some(76), Some(1));
        check(&[50, 30, 20], 10, Some(60), Some(2));
        check(&[50, 30, 20], 10, Some(20), Some(3));
        check(&[50, 30, 20], 500, Some(100), Some(3));
        // Refused although it seems to fit: half.
        check(&[30, 30, 30], 10, Some(1_000), Some(2));
        check(&[30, 30, 30], 10, None, Some(2));
        check(&[90, 5, 5], 0, None, Some(1));
        check(&[10], 90, None, Some(1));
        check(&[10], 90, Some(1_000), Some(1));
    }

    #[test]
    fn how_long_an_answer_is_asked_to_be() {
        fn check(characters: usize, shorter: i64, longer: i64) {
            let text = "abcd".repeat(characters / 4);
            assert_eq!(words(&text, AnswerLength::Shorter), shorter, "{characters}");
            assert_eq!(words(&text, AnswerLength::Longer), longer, "{characters}");
        }
        check(0, 10, 10);
        check(40, 10, 12);
        check(400, 37, 150);
        check(6_000, 560, 2_200);
        // Without spaces, too.
        assert_eq!(words(&"心".repeat(800), AnswerLength::Shorter), 300);
    }

    #[test]
    fn long_texts_lose_their_middle() {
        let long = "a".repeat(4_000) + &"z".repeat(4_000);
        let texts = ["short", long.as_str(), long.as_str()];
        let cut = shorten(&texts, 1_000);
        assert_eq!(cut[0], "short");
        assert!(cut[1].starts_with("aaa") && cut[1].ends_with("zzz") && cut[1].contains(" […] "));
        assert!(cut.iter().map(|text| estimate(text)).sum::<u64>() <= 1_020);
        assert!(estimate(&cut[2]) > 400, "what the short one leaves is used");
        assert_eq!(shorten(&texts, 100_000), texts);
        assert!(shorten(&[], 10).is_empty());
    }
}
