//! When a message that is to be sent again for a while goes out next. Pure.

use poe::Error;
use std::time::Duration;

/// Then it gives up.
pub(in crate::chat) const LONGEST: Duration = Duration::from_secs(300);

/// The waits before the second, third, fourth try; the last one goes on.
const WAITS: [u64; 4] = [5, 10, 20, 30];

/// How long to wait before trying again; `None` ends it: the failure is not one that passes, something of an answer had
/// come, it may have been charged, or the time is up.
pub(in crate::chat) fn next_try(error: &Error, tries: u32, elapsed: Duration) -> Option<Duration> {
    if error.partial || !error.is_retryable() || error.maybe_charged() {
        return None;
    }
    let at = usize::try_from(tries).unwrap_or(usize::MAX).clamp(1, WAITS.len()) - 1;
    let wait = Duration::from_secs(WAITS[at]).max(error.retry_after().unwrap_or_default());
    (elapsed + wait <= LONGEST).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poe::Kind;

    fn refused(status: u16, kind: Kind) -> Error {
        Error { status: Some(status), by_poe: true, sent: true, ..Error::new(kind, "") }
    }

    fn check(error: &Error, tries: u32, elapsed: u64, expected: Option<u64>) {
        let wait = next_try(error, tries, Duration::from_secs(elapsed));
        assert_eq!(wait, expected.map(Duration::from_secs), "{error:?}");
    }

    #[test]
    fn the_schedule() {
        let overloaded = refused(529, Kind::ModelOverloaded);
        check(&overloaded, 1, 0, Some(5));
        check(&overloaded, 2, 6, Some(10));
        check(&overloaded, 3, 17, Some(20));
        check(&overloaded, 4, 40, Some(30));
        check(&overloaded, 12, 270, Some(30));
        check(&overloaded, 13, 271, None);
        let told =
            Error { retry_after: Some(Duration::from_secs(45)), ..refused(429, Kind::RateLimitExceeded) };
        check(&told, 1, 0, Some(45));
        check(&told, 1, 256, None);
    }

    #[test]
    fn only_what_passes_and_cost_nothing() {
        check(&refused(401, Kind::InvalidApiKey), 1, 0, None);
        check(&refused(502, Kind::GatewayError), 1, 0, None);
        let lost = Error { sent: true, ..Error::new(Kind::ConnectionLost, "") };
        check(&lost, 1, 0, None);
        let begun = Error { partial: true, ..refused(529, Kind::ModelOverloaded) };
        check(&begun, 1, 0, None);
        check(&Error::new(Kind::ConnectionRefused, ""), 1, 0, Some(5));
    }
}
