//! Whether a request is marked, so that the model's host keeps what it read for the next one. Keeping costs a quarter more than
//! reading, finding it again a tenth; what nobody finds within five minutes was dear. Pure.

use crate::events::ModelView;

/// How long the host keeps what it read, in milliseconds, from when that was last found.
pub const WARMTH: i64 = 5 * 60_000;

/// So many tokens of a beginning must there be, or the host keeps nothing of it; of small models' hosts more are needed.
const LEAST: i64 = 1_024;
const LEAST_OF_SMALL: i64 = 2_048;

/// A newer pause tells this much more of the next one than the one before it.
const FADES: f64 = 0.5;

/// In a chat in which keeping has cost more than it saved so far, a next question is believed in only so much.
const WARY: f64 = 0.35;

/// Where a request can be marked: up to there it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Among the messages that are sent.
    pub at: usize,
    /// Of all that stands up to there.
    pub key: u64,
    pub tokens: i64,
}

/// What a kept token costs as a share of a plain one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// One that is found.
    pub read: f64,
    /// One that is to be kept.
    pub write: f64,
}

impl Rates {
    /// By the list, and as the maker charges where that says nothing.
    pub fn of(model: &ModelView) -> Rates {
        let usd = |text: &Option<String>| text.as_deref()?.parse::<f64>().ok();
        let share =
            |of: &Option<String>| usd(of).zip(usd(&model.input_usd)).map(|(part, plain)| part / plain);
        let is_share = |share: &f64| share.is_finite() && *share >= 0.0;
        Rates {
            read: share(&model.cache_read_usd).filter(is_share).unwrap_or(0.1),
            write: share(&model.cache_write_usd).filter(is_share).unwrap_or(1.25),
        }
    }
}

/// Tokens of a request that come from what was kept, and those that are kept from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cached {
    pub read: i64,
    pub written: i64,
}

/// What becomes of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Those of its places that are marked.
    pub marks: Vec<Place>,
    pub cached: Cached,
}

/// Of a model, by its name.
pub fn least(model: &str) -> i64 {
    if model.to_lowercase().contains("haiku") { LEAST_OF_SMALL } else { LEAST }
}

/// How probable it is that the next question comes while this one is warm, by when the latest requests of the chat left, the
/// newest first. Without a pause to judge by nothing is expected, so that a single question costs no more than it must.
/// `saved`: by what was kept of the chat so far, in points.
pub fn next_is_soon(sent: &[i64], now: i64, saved: i64) -> f64 {
    let mut later = now;
    let (mut soon, mut all, mut weight) = (0.0, 0.0, 1.0);
    for at in sent {
        all += weight;
        if later - at < WARMTH {
            soon += weight;
        }
        (later, weight) = (*at, weight * FADES);
    }
    let soon = if all > 0.0 { soon / all } else { 0.0 };
    if saved < 0 { soon * WARY } else { soon }
}

/// `places`: in their order, the last one the whole request. `warm`: tokens that would be found. Of all ways the one that
/// costs least, the next question's gain counted as far as it is to be expected.
pub fn plan(places: &[Place], warm: i64, least: i64, soon: f64, rates: Rates) -> Plan {
    let Some(whole) = places.last() else { return Plan::default() };
    let rest = (whole.tokens - warm) as f64;
    let found = warm as f64 * (1.0 - rates.read);
    let gain = |kept: i64| soon * kept as f64 * (1.0 - rates.read);
    let worth_reading = found + gain(warm);
    let worth_writing = found + gain(whole.tokens) - rest * (rates.write - 1.0);
    let can_write = whole.tokens >= least && whole.tokens > warm;
    let marked_up_to = |tokens: i64| {
        let marks = places.iter().filter(|place| place.tokens >= least && place.tokens <= tokens);
        marks.copied().collect()
    };
    if can_write && worth_writing > worth_reading.max(0.0) {
        let cached = Cached { read: warm, written: whole.tokens - warm };
        Plan { marks: marked_up_to(whole.tokens), cached }
    } else if warm > 0 {
        Plan { marks: marked_up_to(warm), cached: Cached { read: warm, written: 0 } }
    } else {
        Plan::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const USUAL: Rates = Rates { read: 0.1, write: 1.25 };

    #[test]
    fn whether_the_next_question_comes_soon() {
        fn check(pauses_in_minutes: &[i64], expected: f64) {
            // The newest pause comes first.
            let mut at = 0;
            let sent: Vec<i64> = pauses_in_minutes
                .iter()
                .map(|pause| {
                    at -= pause * MINUTE;
                    at
                })
                .collect();
            let found = next_is_soon(&sent, 0, 0);
            assert!((found - expected).abs() < 0.001, "{pauses_in_minutes:?}: {found}");
            assert!((next_is_soon(&sent, 0, -1) - found * WARY).abs() < 0.001);
        }
        check(&[], 0.0);
        check(&[1], 1.0);
        check(&[6], 0.0);
        check(&[5], 0.0);
        check(&[4, 4, 4], 1.0);
        check(&[1, 6], 0.667);
        check(&[6, 1], 0.333);
        check(&[6, 6, 1], 0.143);
        check(&[6, 1, 6, 1], 0.333);
    }

    #[test]
    fn what_is_marked() {
        fn check(tokens: &[i64], warm: i64, soon: f64, marks: &[usize], read: i64, written: i64) {
            let places: Vec<Place> =
                tokens.iter().enumerate().map(|(at, tokens)| Place { at, key: 0, tokens: *tokens }).collect();
            let found = plan(&places, warm, 1_024, soon, USUAL);
            let at: Vec<usize> = found.marks.iter().map(|place| place.at).collect();
            let expected = (marks, Cached { read, written });
            assert_eq!((&at[..], found.cached), expected, "{tokens:?} {warm} {soon}");
        }
        check(&[], 0, 1.0, &[], 0, 0);
        // Nobody is known to come back.
        check(&[5_000, 5_100], 0, 0.0, &[], 0, 0);
        check(&[5_000, 5_500], 0, 1.0, &[0, 1], 0, 5_500);
        // Just worth it, and not.
        check(&[5_000, 5_500], 0, 0.29, &[0, 1], 0, 5_500);
        check(&[5_000, 5_500], 0, 0.27, &[], 0, 0);
        // What is too short is not kept.
        check(&[200, 900], 0, 1.0, &[], 0, 0);
        check(&[200, 1_100], 0, 1.0, &[1], 0, 1_100);
        // What is warm is used, whoever comes after.
        check(&[5_000, 5_500, 5_900], 5_500, 1.0, &[0, 1, 2], 5_500, 400);
        check(&[5_000, 5_500, 5_900], 5_500, 0.0, &[0, 1], 5_500, 0);
        // Much that is new is not kept for a small chance.
        check(&[5_000, 5_500, 90_000], 5_500, 0.2, &[0, 1], 5_500, 0);
        check(&[5_000, 5_500, 90_000], 5_500, 0.9, &[0, 1, 2], 5_500, 84_500);
    }

    #[test]
    fn prices_of_the_list_count() {
        let model = |plain: &str, read: Option<&str>, write: Option<&str>| ModelView {
            input_usd: Some(plain.to_owned()),
            cache_read_usd: read.map(str::to_owned),
            cache_write_usd: write.map(str::to_owned),
            ..ModelView::default()
        };
        assert_eq!(Rates::of(&model("2", Some("0.2"), Some("2.4"))), Rates { read: 0.1, write: 1.2 });
        assert_eq!(Rates::of(&model("2", None, None)), USUAL);
        assert_eq!(Rates::of(&model("0", Some("1"), Some("1"))), USUAL);
        assert_eq!(Rates::of(&ModelView::default()), USUAL);
        assert_eq!((least("claude-haiku-4.5"), least("claude-opus-4.6")), (2_048, 1_024));
    }
}
