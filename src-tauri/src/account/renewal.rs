//! Keys from a sign-in end, and Poe renews none by itself: when to say so.

use super::Account;
use std::sync::Arc;
use std::time::Duration;

/// So long before its end a new sign-in is offered.
const AHEAD: i64 = 7 * 24 * 60 * 60 * 1000;

/// A sleep may be much longer than asked for where the computer slept too, so the clock is looked at this often.
const LOOK: i64 = 30_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    NotYet,
    /// Ends within a week, at this time.
    Soon(i64),
    /// Ended at this time.
    Passed(i64),
}

pub fn renewal(expires_at: Option<i64>, now: i64) -> Renewal {
    match expires_at {
        Some(at) if at <= now => Renewal::Passed(at),
        Some(at) if at.saturating_sub(AHEAD) <= now => Renewal::Soon(at),
        _ => Renewal::NotYet,
    }
}

/// How long until the answer may be another.
fn next_look(expires_at: Option<i64>, now: i64) -> Duration {
    let left = expires_at.map_or(LOOK, |at| match renewal(Some(at), now) {
        Renewal::NotYet => at - AHEAD - now,
        Renewal::Soon(_) => at - now,
        Renewal::Passed(_) => LOOK,
    });
    Duration::from_millis(u64::try_from(left.clamp(1, LOOK)).unwrap_or(1))
}

/// Tells of the account anew when its key comes near its end and when it ends, for as long as the app runs.
pub async fn watch(account: Arc<Account>) {
    let mut told = Renewal::NotYet;
    loop {
        let now = crate::clock::now();
        let expires_at = account.expires_at();
        let due = renewal(expires_at, now);
        if due != told {
            told = due;
            account.tell();
        }
        tokio::time::sleep(next_look(expires_at, now)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_ahead_and_at_the_end() {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        fn check(days_left: Option<f64>, expected: &str, wait_ms: u64) {
            let now = 1_800_000_000_000;
            let at = days_left.map(|days| now + (days * DAY as f64) as i64);
            let word = match renewal(at, now) {
                Renewal::NotYet => "not yet",
                Renewal::Soon(_) => "soon",
                Renewal::Passed(_) => "passed",
            };
            assert_eq!(word, expected, "{days_left:?}");
            assert_eq!(next_look(at, now), Duration::from_millis(wait_ms), "{days_left:?}");
        }
        check(None, "not yet", 30_000);
        check(Some(30.0), "not yet", 30_000);
        check(Some(7.0001), "not yet", 8_640);
        check(Some(7.0), "soon", 30_000);
        check(Some(0.0001), "soon", 8_640);
        check(Some(0.0), "passed", 30_000);
        check(Some(-3.0), "passed", 30_000);
    }
}
