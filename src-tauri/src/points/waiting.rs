//! Messages that wait for points. Nothing is sent by itself: once the balance is_covered_by the card offers to send.

use super::Points;
use crate::errors::Waits;

/// A message that could not be paid for, and what is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shortfall {
    /// Where it can be estimated.
    needed: Option<i64>,
    /// The balance when the waiting began.
    had: Option<i64>,
}

impl Shortfall {
    /// A balance that looked enough when Poe refused is not enough: then it has to rise.
    fn is_covered_by(self, points: i64) -> bool {
        let has_risen = self.had.is_none_or(|had| points > had);
        has_risen && self.needed.is_none_or(|needed| points >= needed)
    }
}

impl Points {
    /// From now on the balance is looked at more often, and the message's card follows it.
    pub fn wait_for(&self, message_id: i64, model: &str) {
        let waiting = Shortfall { needed: self.needed(message_id, model), had: self.balance.points() };
        self.waiting.lock().insert(message_id, waiting);
        self.balance.wait_for_points(true);
    }

    /// It is on its way, or gone.
    pub fn no_longer_waits(&self, message_id: i64) {
        let mut waiting = self.waiting.lock();
        if waiting.remove(&message_id).is_some() && waiting.is_empty() {
            self.balance.wait_for_points(false);
        }
    }

    /// The messages that wait.
    pub fn waiting(&self) -> Vec<i64> {
        self.waiting.lock().keys().copied().collect()
    }

    pub fn waits(&self, message_id: i64) -> Option<Waits> {
        let waiting = self.waiting.lock().get(&message_id).copied()?;
        Some(match self.balance.points() {
            Some(points) if waiting.is_covered_by(points) => Waits::Press { points },
            _ => Waits::Points,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_the_points_suffice() {
        fn check(needed: Option<i64>, had: Option<i64>, points: i64, expected: bool) {
            assert_eq!(
                Shortfall { needed, had }.is_covered_by(points),
                expected,
                "{needed:?} {had:?} {points}"
            );
        }
        check(Some(500), Some(100), 100, false);
        check(Some(500), Some(100), 499, false);
        check(Some(500), Some(100), 500, true);
        check(Some(500), Some(600), 600, false);
        check(Some(500), Some(600), 10_000, true);
        check(None, Some(100), 100, false);
        check(None, Some(100), 101, true);
        check(None, None, 1, true);
        check(Some(500), None, 499, false);
    }
}
