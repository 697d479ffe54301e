//! Messages that wait for points. Nothing is sent by itself: once the balance suffices the card offers to send.

use super::Chat;
use crate::errors::{Refusal, Waits};
use crate::events::MessageView;
use std::sync::Arc;

/// A message that could not be paid for, and what is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Where it can be estimated.
    needed: Option<i64>,
    /// The balance when the waiting began.
    had: Option<i64>,
}

impl Waiting {
    /// A balance that looked enough when Poe refused is not enough: then it has to rise.
    fn suffices(self, points: i64) -> bool {
        let has_risen = self.had.is_none_or(|had| points > had);
        has_risen && self.needed.is_none_or(|needed| points >= needed)
    }
}

impl Chat {
    /// From now on the balance is looked at more often, and the message's card follows it.
    pub async fn wait_for_points(&self, id: i64) -> Result<MessageView, Refusal> {
        let row = self.library.message(id).await?;
        let waiting = Waiting {
            needed: self.needed(id, &row.model),
            had: self.balance.view().points,
        };
        self.waiting.lock().insert(id, waiting);
        self.balance.wait_for_points(true);
        self.shown(id).await
    }

    /// Follows the balance for the messages that wait for it, for as long as the app runs.
    pub async fn keep_funds_told(self: Arc<Self>) {
        let mut read = self.balance.reads();
        while read.changed().await.is_ok() {
            let waiting: Vec<i64> = self.waiting.lock().keys().copied().collect();
            for id in waiting {
                self.tell(id).await;
            }
        }
    }

    /// It is on its way, or gone.
    pub(super) fn no_longer_waits(&self, id: i64) {
        let mut waiting = self.waiting.lock();
        if waiting.remove(&id).is_some() && waiting.is_empty() {
            self.balance.wait_for_points(false);
        }
    }

    pub(super) fn waits(&self, id: i64) -> Option<Waits> {
        let waiting = self.waiting.lock().get(&id).copied()?;
        Some(match self.balance.view().points {
            Some(points) if waiting.suffices(points) => Waits::Press { points },
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
                Waiting { needed, had }.suffices(points),
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
