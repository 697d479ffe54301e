//! What the hosts of models keep of this person's requests at the moment, as far as their answers told. Pure but for what it
//! holds; it is forgotten with the app, and by then all is cold.

use super::plan::{Place, WARMTH};
use crate::events::CacheLoss;
use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Warmth {
    /// Until when what stands up to a place is kept, by its key.
    until: BTreeMap<u64, i64>,
    /// The last request of each chat that is kept.
    chats: BTreeMap<i64, Tail>,
}

struct Tail {
    model: String,
    last: Place,
    until: i64,
}

/// Why a request finds less, and how many tokens were kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    pub why: CacheLoss,
    pub tokens: i64,
}

/// What a request would find.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub tokens: i64,
    pub until: Option<i64>,
}

impl Warmth {
    /// A request that left at `sent_at` and was answered had these marks, and its answer told that they count.
    pub(super) fn keep(&mut self, conversation: i64, model: &str, marks: &[Place], sent_at: i64) {
        let until = sent_at + WARMTH;
        self.until.retain(|_, old| *old > sent_at - WARMTH);
        self.chats.retain(|_, tail| tail.until > sent_at - 12 * WARMTH);
        for place in marks {
            let kept = self.until.entry(place.key).or_default();
            *kept = until.max(*kept);
        }
        if let Some(last) = marks.last() {
            self.chats.insert(conversation, Tail { model: model.to_lowercase(), last: *last, until });
        }
    }

    /// The longest beginning that is kept.
    pub(super) fn find(&self, places: &[Place], now: i64) -> Found {
        let kept = places.iter().rev().find_map(|place| {
            let until = self.until.get(&place.key).copied().filter(|until| *until > now)?;
            Some(Found { tokens: place.tokens, until: Some(until) })
        });
        kept.unwrap_or_default()
    }

    /// Why less is found than the chat's last request had kept, if it is.
    pub(super) fn lost(&self, conversation: i64, model: &str, places: &[Place], now: i64) -> Option<Lost> {
        let tail = self.chats.get(&conversation)?;
        let why = tail.lost(model, places, now)?;
        Some(Lost { why, tokens: tail.last.tokens })
    }
}

impl Tail {
    fn lost(&self, model: &str, places: &[Place], now: i64) -> Option<CacheLoss> {
        if self.model != model.to_lowercase() {
            return (now < self.until).then_some(CacheLoss::Model);
        }
        let is_there = places.iter().any(|place| place.key == self.last.key);
        match (now < self.until, is_there) {
            (true, true) => None,
            (true, false) => Some(CacheLoss::Change),
            (false, true) => Some(CacheLoss::Pause { at: self.until }),
            // It would be cold by now anyway.
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(keys: &[u64]) -> Vec<Place> {
        let place = |(at, key): (usize, &u64)| Place { at, key: *key, tokens: 1_000 * (at as i64 + 1) };
        keys.iter().enumerate().map(place).collect()
    }

    #[test]
    fn what_is_found_and_what_is_lost() {
        const SENT: i64 = 1_000_000_000;
        fn check(model: &str, keys: &[u64], after: i64, tokens: i64, lost: Option<CacheLoss>) {
            let mut warmth = Warmth::default();
            warmth.keep(7, "Claude", &places(&[1, 2, 3]), SENT);
            let (places, now) = (places(keys), SENT + after);
            assert_eq!(warmth.find(&places, now).tokens, tokens, "{keys:?} {after}");
            let found = warmth.lost(7, model, &places, now);
            assert_eq!(found.map(|it| it.why), lost, "{model} {keys:?} {after}");
            assert!(found.is_none_or(|it| it.tokens == 3_000));
            assert_eq!(warmth.lost(8, model, &places, now), None);
        }
        check("claude", &[1, 2, 3, 4], 1_000, 3_000, None);
        check("claude", &[1, 2, 3, 4], WARMTH, 0, Some(CacheLoss::Pause { at: SENT + WARMTH }));
        check("claude", &[1, 2, 5], 1_000, 2_000, Some(CacheLoss::Change));
        check("claude", &[6, 7], 1_000, 0, Some(CacheLoss::Change));
        check("claude", &[6, 7], WARMTH, 0, None);
        // Keys are of a model.
        check("other", &[11, 12, 13], 1_000, 0, Some(CacheLoss::Model));
        check("other", &[11, 12, 13], WARMTH, 0, None);
    }

    #[test]
    fn what_is_read_stays_warm() {
        let mut warmth = Warmth::default();
        warmth.keep(1, "m", &places(&[1, 2]), 0);
        warmth.keep(1, "m", &places(&[2, 3]), WARMTH - 1);
        assert_eq!(warmth.find(&places(&[1, 2]), WARMTH).tokens, 2_000);
        assert_eq!(warmth.find(&places(&[1]), WARMTH).tokens, 0);
    }
}
