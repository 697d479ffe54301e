//! Reads what an answer's headers tell of the rate limit. Every header is optional: Poe documents `x-ratelimit-*` for each
//! answer ([reference](https://creator.poe.com/api-reference/rate-limits)), but many come without; answers in the shape of
//! Anthropic's API bring `anthropic-ratelimit-requests-*`, with the reset as a date.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::retry;

/// What an answer told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Requests a minute.
    pub(crate) limit: Option<u32>,
    /// How many more there may be until the reset, and how far away that is.
    pub(crate) left: Option<(u32, Duration)>,
}

/// More a minute than this nobody means.
const MAX_BELIEVABLE: u32 = 100_000;

/// What makes no sense is as good as absent.
pub(crate) fn told(headers: &HeaderMap, now: SystemTime) -> Told {
    let number = |names: [&str; 2]| names.iter().find_map(|name| text(headers, name)?.parse().ok());
    let limit = number(["x-ratelimit-limit-requests", "anthropic-ratelimit-requests-limit"]);
    let remaining = number(["x-ratelimit-remaining-requests", "anthropic-ratelimit-requests-remaining"]);
    let reset = ["x-ratelimit-reset-requests", "anthropic-ratelimit-requests-reset"]
        .iter()
        .find_map(|name| reset(text(headers, name)?, now));
    Told { limit: limit.filter(|limit| (1..=MAX_BELIEVABLE).contains(limit)), left: remaining.zip(reset) }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Seconds, `120ms`, `6m0s`, or a date of RFC 3339.
fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    retry::units(text).or_else(|| {
        let date = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        SystemTime::from(date).duration_since(now).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_headers_tell() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 12:00:00 GMT").unwrap();
        let check = |headers: &[(&'static str, &str)], limit: Option<u32>, left: Option<(u32, u64)>| {
            let map =
                headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            let left = left.map(|(left, ms)| (left, Duration::from_millis(ms)));
            assert_eq!(told(&map, now), Told { limit, left }, "{headers:?}");
        };
        const LIMIT: &str = "x-ratelimit-limit-requests";
        const REMAINING: &str = "x-ratelimit-remaining-requests";
        const RESET: &str = "x-ratelimit-reset-requests";
        check(&[], None, None);
        check(&[(LIMIT, "500"), (REMAINING, "499"), (RESET, "1")], Some(500), Some((499, 1_000)));
        check(&[(LIMIT, "1000")], Some(1_000), None);
        check(&[(REMAINING, "3"), (RESET, "120ms")], None, Some((3, 120)));
        check(&[(REMAINING, "3"), (RESET, "1m5s")], None, Some((3, 65_000)));
        // Without both there is nothing to keep to.
        check(&[(REMAINING, "0")], None, None);
        check(&[(REMAINING, "0"), (RESET, "0")], None, None);
        check(&[(RESET, "7")], None, None);
        for junk in ["", "0", "-1", "1.5", "nan", "many", "4294967296", "100001"] {
            check(&[(LIMIT, junk)], None, None);
        }
        check(&[(REMAINING, "-1"), (RESET, "7")], None, None);

        let anthropic = |reset: &str, left: Option<u64>| {
            check(
                &[
                    ("anthropic-ratelimit-requests-limit", "500"),
                    ("anthropic-ratelimit-requests-remaining", "499"),
                    ("anthropic-ratelimit-requests-reset", reset),
                ],
                Some(500),
                left.map(|ms| (499, ms)),
            );
        };
        anthropic("2026-11-22T12:00:20Z", Some(20_000));
        anthropic("2026-11-22T12:00:20.123Z", Some(20_123));
        anthropic("2026-11-22T13:00:20+01:00", Some(20_000));
        anthropic("2026-11-22T10:30:20-01:30", Some(20_000));
        anthropic("2026-11-22T11:59:59Z", None);
        for junk in [
            "2026-11-22",
            "2026-13-22T12:00:20Z",
            "2026-11-22T12:00:20",
            "2026-11-22T12:00:20+0100",
            "2026-11-22T12:00:20+é1:0",
        ] {
            anthropic(junk, None);
        }
    }
}
