//! Decides whether a failed request may be sent again, and when. Pure: no clock, no randomness, no IO.
//!
//! Poe has no idempotency key, so a request that may have run could be charged twice. Sent again by itself is only what
//! Poe refused (408, 429, 500, 503, 529, or a rate limit or overload told inside a 200) and what never left this computer
//! (name lookup, refused connection, connect timeout), and only while no byte of the answer has come. Waiting follows the
//! [error guide](https://creator.poe.com/api-reference/errors): what `Retry-After` says, else 1, 2, 4 s with full jitter.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

use crate::error::{Error, Kind};

/// The longest wait before a resend that nobody pressed a button for.
pub const MAX_WAIT: Duration = Duration::from_secs(60);

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(8);
/// Whoever names more than a year does not mean it.
const MAX_BELIEVABLE: Duration = Duration::from_secs(366 * 24 * 3600);

/// What to do after a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How long to wait before the next try, at most [`MAX_WAIT`]. `None`: do not send it again.
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
    /// Poe named more than [`MAX_WAIT`]: a person should see that and choose.
    WaitTooLong,
}

/// Decides about a chat request.
///
/// `attempt` is the try that failed, from 1; `max_attempts` counts all tries; `bytes_seen` is how much of the answer had
/// come; `jitter`, from 0 to 1, picks the point within our own waiting time.
///
/// ```
/// use poe::{Error, Kind, Reason, retry::decide};
/// let mut error = Error::new(Kind::RateLimitExceeded, "slow down");
/// error.status = Some(429);
/// error.retry_after = Some(std::time::Duration::from_secs(7));
/// let decision = decide(&error, 1, 3, 0, 0.5);
/// assert_eq!((decision.wait, decision.reason), (error.retry_after, Reason::RetryAfter));
/// ```
pub fn decide(error: &Error, attempt: u32, max_attempts: u32, bytes_seen: u64, jitter: f64) -> Decision {
    if bytes_seen > 0 || error.partial {
        stay(Reason::AnswerBegan)
    } else if error.is_retryable() {
        when(error, attempt, max_attempts, jitter)
    } else if error.maybe_charged() {
        stay(Reason::MaybeProcessed)
    } else {
        stay(Reason::NotRetryable)
    }
}

/// Decides about a GET, which costs nothing: what broke on the way may be sent again too, an unreadable reply once.
pub(crate) fn decide_get(error: &Error, attempt: u32, max_attempts: u32, jitter: f64) -> Decision {
    let again = match error.kind {
        Kind::ConnectionLost | Kind::GatewayError | Kind::FirstByteTimeout | Kind::StreamStalled => true,
        Kind::MalformedResponse => attempt == 1,
        _ => error.is_retryable(),
    };
    if again { when(error, attempt, max_attempts, jitter) } else { stay(Reason::NotRetryable) }
}

fn stay(reason: Reason) -> Decision {
    Decision { wait: None, reason }
}

fn when(error: &Error, attempt: u32, max_attempts: u32, jitter: f64) -> Decision {
    if error.retry_after.is_some_and(|wait| wait > MAX_WAIT) {
        stay(Reason::WaitTooLong)
    } else if attempt >= max_attempts {
        stay(Reason::TriesUsedUp)
    } else if let Some(wait) = error.retry_after {
        Decision { wait: Some(wait), reason: Reason::RetryAfter }
    } else {
        let full = MAX_BACKOFF.min(FIRST_BACKOFF * 2u32.saturating_pow(attempt.saturating_sub(1).min(8)));
        let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 1.0 };
        Decision { wait: Some(full.mul_f64(jitter)), reason: Reason::Backoff }
    }
}

/// `x-should-retry: false`. The header may forbid a resend; `true` allows nothing that would not be safe anyway.
pub(crate) fn is_forbidden(headers: &HeaderMap) -> bool {
    text(headers, "x-should-retry").is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

/// How long an answer asks to wait: `retry-after-ms`, `retry-after` (seconds or an HTTP date), and for a 429
/// `x-ratelimit-reset-requests` (other answers carry that one without meaning "wait"). What makes no sense (not a number,
/// infinite, negative, past, over a year) is as good as absent.
pub(crate) fn after(headers: &HeaderMap, status: u16, now: SystemTime) -> Option<Duration> {
    let milliseconds = || number(text(headers, "retry-after-ms")?).and_then(|ms| seconds(ms / 1000.0));
    let retry_after = || {
        let value = text(headers, "retry-after")?;
        match number(value) {
            Some(number) => seconds(number),
            None => believable(httpdate::parse_http_date(value).ok()?.duration_since(now).ok()?),
        }
    };
    let reset = || {
        if status == 429 { units(text(headers, "x-ratelimit-reset-requests")?) } else { None }
    };
    milliseconds().or_else(retry_after).or_else(reset)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A decimal number, without the words (`inf`, `nan`) that Rust would take for one.
fn number(text: &str) -> Option<f64> {
    text.bytes().any(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn seconds(number: f64) -> Option<Duration> {
    believable(Duration::try_from_secs_f64(number).ok()?)
}

fn believable(wait: Duration) -> Option<Duration> {
    (!wait.is_zero() && wait <= MAX_BELIEVABLE).then_some(wait)
}

/// `1`, `1.5`, `120ms`, `1s`, `6m0s`.
pub(crate) fn units(text: &str) -> Option<Duration> {
    if let Some(number) = number(text) {
        return seconds(number);
    }
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let end = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| digits + at);
        let unit = match &rest[digits..end] {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        sum += rest[..digits].parse::<f64>().ok()? * unit;
        rest = &rest[end..];
    }
    seconds(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long is asked for, in milliseconds. "Now" is 2026-11-22 12:00:00 UTC.
    fn asked(status: u16, headers: &[(&'static str, &str)]) -> Option<u128> {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 12:00:00 GMT").unwrap();
        let map =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        after(&map, status, now).map(|wait| wait.as_millis())
    }

    #[test]
    fn the_wait_is_what_the_headers_ask_for() {
        fn check(headers: &[(&'static str, &str)], expected: Option<u128>) {
            assert_eq!(asked(429, headers), expected, "{headers:?}");
        }
        fn retry_after(value: &str, expected: Option<u128>) {
            check(&[("retry-after", value)], expected);
        }
        retry_after("7", Some(7_000));
        retry_after(" 7 ", Some(7_000));
        retry_after("0.5", Some(500));
        retry_after("1.5", Some(1_500));
        retry_after("60", Some(60_000));
        retry_after("90", Some(90_000));
        retry_after("86400", Some(86_400_000));
        retry_after("Sun, 22 Nov 2026 12:00:20 GMT", Some(20_000));
        retry_after("Sun, 22 Nov 2026 13:00:00 GMT", Some(3_600_000));
        retry_after("Sunday, 22-Nov-26 12:00:20 GMT", Some(20_000));
        retry_after("Sun, 22 Nov 2026 11:59:00 GMT", None);
        retry_after("Thu, 01 Jan 1970 00:00:00 GMT", None);
        retry_after("Fri, 31 Dec 9999 23:59:59 GMT", None);
        retry_after("Fri, 31 Dec 100000 23:59:59 GMT", None);
        for junk in [
            "", "0", "-7", "nan", "NaN", "inf", "-inf", "infinity", "1e35", "1e400", "soon", "7s", "0x7",
            "7 7",
        ] {
            retry_after(junk, None);
        }

        check(&[("retry-after-ms", "250")], Some(250));
        check(&[("retry-after-ms", "250"), ("retry-after", "7")], Some(250));
        check(&[("retry-after-ms", "junk"), ("retry-after", "7")], Some(7_000));
        check(&[("retry-after-ms", "-1"), ("retry-after", "7")], Some(7_000));
        check(&[("retry-after", "7"), ("x-ratelimit-reset-requests", "3")], Some(7_000));
        check(&[("retry-after", "junk"), ("x-ratelimit-reset-requests", "3")], Some(3_000));
        for (value, expected) in [
            ("1", Some(1_000)),
            ("0.2", Some(200)),
            ("120ms", Some(120)),
            ("1s", Some(1_000)),
            ("6m0s", Some(360_000)),
            ("1h2m3.5s", Some(3_723_500)),
            ("0", None),
            ("s", None),
            ("3 days", None),
            ("1.2.3s", None),
            ("2026-11-22T12:00:20Z", None),
        ] {
            check(&[("x-ratelimit-reset-requests", value)], expected);
        }
        check(&[], None);
        assert_eq!(asked(500, &[("x-ratelimit-reset-requests", "58")]), None);
        assert_eq!(asked(503, &[("retry-after", "2")]), Some(2_000));
    }

    #[test]
    fn the_header_may_only_forbid() {
        fn check(value: &str, expected: bool) {
            let map = [("x-should-retry".parse().unwrap(), value.parse().unwrap())].into_iter().collect();
            assert_eq!(is_forbidden(&map), expected, "{value}");
        }
        check("false", true);
        check("False", true);
        check("true", false);
        check("junk", false);
        assert!(!is_forbidden(&HeaderMap::new()));
    }

    fn failure(kind: Kind, status: Option<u16>, sent: bool) -> Error {
        Error { status, sent, by_poe: status.is_some(), ..Error::new(kind, "") }
    }

    #[test]
    fn who_may_be_sent_again() {
        fn check(kind: Kind, status: Option<u16>, sent: bool, expected: Reason) {
            let error = failure(kind, status, sent);
            let decision = decide(&error, 1, 3, 0, 0.5);
            assert_eq!(decision.reason, expected, "{kind:?} {status:?} sent: {sent}");
            assert_eq!(decision.wait.is_some(), expected == Reason::Backoff);
            // A byte of answer forbids everything.
            assert_eq!(decide(&error, 1, 3, 1, 0.5), stay(Reason::AnswerBegan));
            assert_eq!(decide(&Error { partial: true, ..error }, 1, 3, 0, 0.5), stay(Reason::AnswerBegan));
        }
        use Reason::{Backoff, MaybeProcessed, NotRetryable};
        check(Kind::RateLimitExceeded, Some(429), true, Backoff);
        check(Kind::InternalError, Some(500), true, Backoff);
        check(Kind::ServiceUnavailable, Some(503), true, Backoff);
        check(Kind::ModelOverloaded, Some(529), true, Backoff);
        check(Kind::ModelTimeout, Some(408), true, Backoff);
        check(Kind::ModelOverloaded, Some(500), true, Backoff);
        check(Kind::DnsFailed, None, false, Backoff);
        check(Kind::ConnectionRefused, None, false, Backoff);
        check(Kind::ConnectTimeout, None, false, Backoff);

        check(Kind::RateLimitExceeded, Some(200), true, Backoff);
        check(Kind::ModelOverloaded, Some(200), true, Backoff);
        check(Kind::InternalError, Some(200), true, MaybeProcessed);
        check(Kind::ServiceUnavailable, Some(200), true, MaybeProcessed);
        check(Kind::ModelTimeout, Some(200), true, MaybeProcessed);
        check(Kind::Unknown, Some(200), true, MaybeProcessed);
        check(Kind::InsufficientPoints, Some(200), true, NotRetryable);

        check(Kind::InsufficientPoints, Some(429), true, NotRetryable);
        check(Kind::RateLimitExceeded, Some(400), true, NotRetryable);
        check(Kind::InternalError, Some(507), true, NotRetryable);
        check(Kind::GatewayError, Some(502), true, MaybeProcessed);
        check(Kind::ConnectionLost, None, true, MaybeProcessed);
        check(Kind::FirstByteTimeout, None, true, MaybeProcessed);
        check(Kind::StreamIncomplete, Some(200), true, MaybeProcessed);
        check(Kind::MalformedResponse, Some(200), true, MaybeProcessed);
        check(Kind::EmptyAnswer, Some(200), true, MaybeProcessed);
        check(Kind::CaptivePortal, Some(200), true, MaybeProcessed);
        for kind in
            [Kind::Offline, Kind::TlsUntrusted, Kind::TlsInvalid, Kind::ProxyFailed, Kind::InvalidInput]
        {
            check(kind, None, false, NotRetryable);
        }
        for (kind, status) in [
            (Kind::BadRequest, 400),
            (Kind::InvalidApiKey, 401),
            (Kind::InsufficientPoints, 402),
            (Kind::PermissionDenied, 403),
            (Kind::ModelNotFound, 404),
            (Kind::ContextTooLong, 413),
        ] {
            check(kind, Some(status), true, NotRetryable);
        }
    }

    #[test]
    fn when_it_is_sent_again() {
        fn check(retry_after: Option<u64>, attempt: u32, jitter: f64, wait: Option<u64>, reason: Reason) {
            let mut error = failure(Kind::RateLimitExceeded, Some(429), true);
            error.retry_after = retry_after.map(Duration::from_millis);
            let expected = Decision { wait: wait.map(Duration::from_millis), reason };
            assert_eq!(decide(&error, attempt, 6, 0, jitter), expected, "{retry_after:?} {attempt} {jitter}");
            assert_eq!(decide_get(&error, attempt, 6, jitter), expected);
        }
        check(None, 1, 1.0, Some(1_000), Reason::Backoff);
        check(None, 2, 1.0, Some(2_000), Reason::Backoff);
        check(None, 3, 1.0, Some(4_000), Reason::Backoff);
        check(None, 4, 1.0, Some(8_000), Reason::Backoff);
        check(None, 5, 1.0, Some(8_000), Reason::Backoff);
        check(None, 2, 0.25, Some(500), Reason::Backoff);
        check(None, 2, 0.0, Some(0), Reason::Backoff);
        check(None, 2, f64::NAN, Some(2_000), Reason::Backoff);
        check(None, 2, 7.0, Some(2_000), Reason::Backoff);
        check(None, 6, 0.5, None, Reason::TriesUsedUp);
        check(Some(7_000), 1, 0.5, Some(7_000), Reason::RetryAfter);
        check(Some(60_000), 1, 0.5, Some(60_000), Reason::RetryAfter);
        check(Some(60_001), 1, 0.5, None, Reason::WaitTooLong);
        check(Some(60_001), 6, 0.5, None, Reason::WaitTooLong);
        check(Some(7_000), 6, 0.5, None, Reason::TriesUsedUp);
    }

    #[test]
    fn gets_are_sent_again_more_freely() {
        fn check(kind: Kind, status: Option<u16>, attempt: u32, expected: bool) {
            let error = failure(kind, status, true);
            assert_eq!(decide_get(&error, attempt, 3, 0.5).wait.is_some(), expected, "{kind:?} {attempt}");
        }
        check(Kind::ConnectionLost, None, 2, true);
        check(Kind::GatewayError, Some(502), 2, true);
        check(Kind::FirstByteTimeout, None, 2, true);
        check(Kind::GatewayError, Some(502), 3, false);
        check(Kind::MalformedResponse, Some(200), 1, true);
        check(Kind::MalformedResponse, Some(200), 2, false);
        check(Kind::InvalidApiKey, Some(401), 1, false);
        check(Kind::NotFound, Some(404), 1, false);
        check(Kind::CaptivePortal, Some(200), 1, false);
    }
}
