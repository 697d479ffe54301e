//! How often Poe has asked to slow down of late.

use parking_lot::Mutex;
use poe::{Error, Kind};
use std::collections::VecDeque;

/// What counts as of late.
const WINDOW: i64 = 10 * 60_000;

/// So many within that time are often.
const OFTEN: usize = 3;

#[derive(Default)]
pub(super) struct Limits {
    /// When, oldest first.
    refused: Mutex<VecDeque<i64>>,
}

impl Limits {
    pub(super) fn notice(&self, error: &Error) {
        if error.kind == Kind::RateLimitExceeded {
            self.refused_at(crate::clock::now());
        }
    }

    pub(super) fn is_often(&self, now: i64) -> bool {
        let refused = self.refused.lock();
        refused.iter().filter(|at| now - **at < WINDOW).count() >= OFTEN
    }

    fn refused_at(&self, now: i64) {
        let mut refused = self.refused.lock();
        refused.push_back(now);
        while refused.len() > OFTEN {
            refused.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(refused: &[i64], now: i64, expected: bool) {
        let limits = Limits::default();
        for at in refused {
            limits.refused_at(*at);
        }
        assert_eq!(limits.is_often(now), expected, "{refused:?} at {now}");
    }

    #[test]
    fn three_in_ten_minutes_are_often() {
        check(&[], 0, false);
        check(&[0, 1], 2, false);
        check(&[0, 1, 2], 3, true);
        check(&[0, 300_000, 599_999], 599_999, true);
        check(&[0, 300_000, 600_000], 600_000, false);
        check(&[0, 1, 2, 3, 500_000, 500_001], 600_005, false);
    }
}
