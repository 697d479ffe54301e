//! What the server's clock says, whatever this computer's clock is set to: learned from the `Date` of its replies, and
//! counted on by a clock that nobody can set.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{AGE, CONTENT_TYPE, DATE, HeaderMap};

/// A moment by the time since this computer started, its sleep included. No change of the computer's date touches it. It
/// means nothing after another start of the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Duration);

impl Moment {
    /// Now.
    pub fn now() -> Moment {
        Moment(since_start())
    }

    /// The time from an earlier moment to this one; zero if that one is later.
    pub fn since(self, earlier: Moment) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    fn ms(self) -> i64 {
        millis(self.0)
    }
}

/// Whole milliseconds; more than fit are as many as fit.
pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// A moment by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerTime {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// It may be so many milliseconds earlier or later: half a second, since `Date` tells whole ones, and half the round trip
    /// of the reply that told.
    pub within_ms: i64,
}

/// What one server's replies told of its clock.
#[derive(Debug, Default)]
pub(crate) struct ServerClock(Mutex<Option<Offset>>);

/// The server's clock is ahead of the time since the start of this computer by at least and at most so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Offset {
    least: i64,
    most: i64,
}

impl ServerClock {
    /// Takes the `Date` of a reply to a request that was sent then. A page of somebody in between tells of another clock, and
    /// a kept copy of another time.
    pub(crate) fn learn(&self, headers: &HeaderMap, sent: Moment, came: Moment) {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let is_answer = text(CONTENT_TYPE)
            .is_some_and(|kind| kind.contains("json") || kind.starts_with("text/event-stream"));
        let date = text(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        let date = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
        let Some(date) = date.filter(|_| is_answer && !headers.contains_key(AGE)) else {
            return;
        };
        let date = millis(date);
        // The date was true at some time between sending and now, and for a whole second.
        let new = Offset { least: date - came.ms(), most: date.saturating_add(1_000) - sent.ms() };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A reply that took long tells little: the closer one stays as long as the two agree.
        *known = match *known {
            Some(old) if old.agrees(new) && old.width() <= new.width() => Some(old),
            _ => Some(new),
        };
    }

    pub(crate) fn at(&self, moment: Moment) -> Option<ServerTime> {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.map(|offset| ServerTime {
            at_ms: moment.ms() + offset.least + offset.width() / 2,
            within_ms: (offset.width() + 1) / 2,
        })
    }
}

impl Offset {
    fn width(self) -> i64 {
        self.most - self.least
    }

    fn agrees(self, other: Offset) -> bool {
        self.least <= other.most && other.least <= self.most
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn since_start() -> Duration {
    read(rustix::time::ClockId::Boottime)
}

/// There this clock goes on while the computer sleeps.
#[cfg(target_vendor = "apple")]
fn since_start() -> Duration {
    read(rustix::time::ClockId::Monotonic)
}

#[cfg(unix)]
fn read(clock: rustix::time::ClockId) -> Duration {
    Duration::try_from(rustix::time::clock_gettime(clock)).unwrap_or_default()
}

/// Rust's own clock goes on while the computer sleeps. It is counted from its first reading.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn since_start() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "Sun, 22 Nov 2026 12:00:00 GMT";
    const NOON_MS: i64 = 1_795_348_800_000;

    fn headers(date: &str, more: &[(&'static str, &str)]) -> HeaderMap {
        let all = [("date", date), ("content-type", "application/json")];
        let headers = all.iter().chain(more);
        headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn at(ms: u64) -> Moment {
        Moment(Duration::from_millis(ms))
    }

    fn told(clock: &ServerClock, ms: u64) -> Option<(i64, i64)> {
        clock.at(at(ms)).map(|time| (time.at_ms - NOON_MS, time.within_ms))
    }

    #[test]
    fn half_a_second_and_half_the_round_trip() {
        let clock = ServerClock::default();
        assert_eq!(told(&clock, 0), None);
        clock.learn(&headers(NOON, &[]), at(1_000), at(1_200));
        // Noon to a second past it, at some time from 1.0 s to 1.2 s.
        assert_eq!(told(&clock, 1_100), Some((500, 600)));
        assert_eq!(told(&clock, 61_100), Some((60_500, 600)));
        // Before the first reply too.
        assert_eq!(told(&clock, 100), Some((-500, 600)));
    }

    #[test]
    fn the_closer_of_two_that_agree_and_the_newer_of_two_that_do_not() {
        let clock = ServerClock::default();
        clock.learn(&headers(NOON, &[]), at(0), at(40));
        clock.learn(&headers("Sun, 22 Nov 2026 12:01:00 GMT", &[]), at(10_000), at(60_500));
        assert_eq!(told(&clock, 20), Some((500, 520)), "a slow reply tells less");
        clock.learn(&headers("Sun, 22 Nov 2026 12:00:50 GMT", &[]), at(50_000), at(50_020));
        assert_eq!(told(&clock, 50_010), Some((50_500, 510)));
        // The server's clock was set.
        clock.learn(&headers("Sun, 22 Nov 2026 13:00:50 GMT", &[]), at(60_000), at(61_000));
        assert_eq!(told(&clock, 60_500), Some((3_650_500, 1_000)));
    }

    #[test]
    fn what_tells_nothing_of_the_servers_clock() {
        let clock = ServerClock::default();
        let learn = |headers: &HeaderMap| clock.learn(headers, at(0), at(10));
        learn(&headers("yesterday", &[]));
        learn(&headers("", &[]));
        learn(&headers(NOON, &[("age", "30")]));
        let mut page = headers(NOON, &[]);
        page.insert("content-type", "text/html".parse().unwrap());
        learn(&page);
        page.remove("content-type");
        learn(&page);
        assert_eq!(told(&clock, 0), None);
    }

    #[test]
    fn moments_go_on() {
        let before = Moment::now();
        std::thread::sleep(Duration::from_millis(5));
        let passed = Moment::now().since(before);
        assert!(passed >= Duration::from_millis(4) && passed < Duration::from_secs(60), "{passed:?}");
        assert_eq!(before.since(Moment::now()), Duration::ZERO);
    }
}
