//! Reads what an answer's headers tell of the rate limit. Every header is optional: Poe documents `x-ratelimit-*` for each
//! answer ([reference](https://creator.poe.com/api-reference/rate-limits)), but many come without; answers in the shape of
//! Anthropic's API bring `anthropic-ratelimit-requests-*`, with the reset as a date.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;

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
    let remaining = number([
        "x-ratelimit-remaining-requests",
        "anthropic-ratelimit-requests-remaining",
    ]);
    let reset = ["x-ratelimit-reset-requests", "anthropic-ratelimit-requests-reset"]
        .iter()
        .find_map(|name| reset(text(headers, name)?, now));
    Told {
        limit: limit.filter(|limit| (1..=MAX_BELIEVABLE).contains(limit)),
        left: remaining.zip(reset),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Seconds, `120ms`, `6m0s`, or a date of RFC 3339.
fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    retry::units(text).or_else(|| date(text)?.duration_since(now).ok())
}

/// `2026-11-22T12:00:20Z`, with a fraction or an offset if need be.
fn date(text: &str) -> Option<SystemTime> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let is_shape = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')]
        .iter()
        .all(|&(at, byte)| bytes.get(at) == Some(&byte))
        && bytes.get(10).is_some_and(|byte| b"Tt ".contains(byte));
    if !is_shape {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let offset = match text[19..].trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()) {
        "Z" | "z" => 0,
        zone => {
            let zone_at = text.len() - zone.len();
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let is_zone =
                zone.len() == 6 && zone.starts_with(['+', '-']) && zone.as_bytes().get(3) == Some(&b':');
            let (hours, minutes) = (
                number(zone_at + 1, zone_at + 3)?,
                number(zone_at + 4, zone_at + 6)?,
            );
            is_zone.then_some(sign * (hours * 3_600 + minutes * 60))?
        }
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days since 1970; years begin in March here, so that the leap day is the last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - offset;
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_headers_tell() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 12:00:00 GMT").unwrap();
        let check = |headers: &[(&'static str, &str)], limit: Option<u32>, left: Option<(u32, u64)>| {
            let map = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect();
            let left = left.map(|(left, ms)| (left, Duration::from_millis(ms)));
            assert_eq!(told(&map, now), Told { limit, left }, "{headers:?}");
        };
        const LIMIT: &str = "x-ratelimit-limit-requests";
        const REMAINING: &str = "x-ratelimit-remaining-requests";
        const RESET: &str = "x-ratelimit-reset-requests";
        check(&[], None, None);
        check(
            &[(LIMIT, "500"), (REMAINING, "499"), (RESET, "1")],
            Some(500),
            Some((499, 1_000)),
        );
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
        anthropic("2026-11-22T12:00:20.123456Z", Some(20_000));
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

    #[test]
    fn dates() {
        for seconds in [0, 951_782_399, 951_782_400, 1_709_164_800, 4_107_542_400] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            let http = httpdate::fmt_http_date(time);
            let month = 1 + "JanFebMarAprMayJunJulAugSepOctNovDec".find(&http[8..11]).unwrap() / 3;
            let text = format!("{}-{month:02}-{}T{}Z", &http[12..16], &http[5..7], &http[17..25]);
            assert_eq!(date(&text), Some(time), "{text}");
        }
    }
}
