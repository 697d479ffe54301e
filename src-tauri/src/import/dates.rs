//! Dates as other programs write them: for programs (ISO 8601), or as some language writes them for people. What could be two days
//! is the one that its form makes likely; what is none is none.

use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime, Time};

/// Milliseconds since 1970; without a zone it is taken to be UTC.
pub(super) fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok().or_else(|| for_people(text))?;
    let ms = moment.unix_timestamp_nanos() / 1_000_000;
    i64::try_from(ms).ok().filter(|ms| *ms > 0)
}

/// "2/1/2026, 10:00:00 AM", "2026/2/1 10:00:05", "1.2.2026, 10:01:00", "2026年2月1日 10:00".
fn for_people(text: &str) -> Option<OffsetDateTime> {
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.parse().ok())
        .collect::<Option<_>>()?;
    let [a, b, c, time @ ..] = &numbers[..] else {
        return None;
    };
    let lower = text.to_lowercase();
    let (is_am, is_pm) =
        (lower.contains("am") || lower.contains("上午"), lower.contains("pm") || lower.contains("下午"));
    let (year, month, day) = match (*a, *b, *c) {
        (year @ 1000.., month, day) => (year, month, day),
        // With dots the day goes first; elsewhere it does where the other way round there is no such month.
        (day, month, year) if text.contains('.') && !text.contains('/') || day > 12 => (year, month, day),
        (day, month, year) if !is_am && !is_pm && month <= 12 && !text.contains(',') => (year, month, day),
        (month, day, year) => (year, month, day),
    };
    let date = Date::from_calendar_date(
        i32::try_from(year).ok()?,
        Month::try_from(u8::try_from(month).ok()?).ok()?,
        u8::try_from(day).ok()?,
    );
    let part = |at: usize| u8::try_from(time.get(at).copied().unwrap_or_default()).ok();
    let hour = match part(0)? {
        12 if is_am => 0,
        hour @ 0..12 if is_pm => hour + 12,
        hour => hour,
    };
    let time = Time::from_hms(hour, part(1)?, part(2)?).ok()?;
    Some(date.ok()?.with_time(time).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_several_languages() {
        fn check(text: &str, expected: Option<i64>) {
            assert_eq!(read(text), expected.map(|seconds| seconds * 1000), "{text}");
        }
        let ten = 1_769_940_000;
        check("2026-02-01T10:00:00Z", Some(ten));
        check("2026-02-01T11:00:00+01:00", Some(ten));
        check("2/1/2026, 10:00:00 AM", Some(ten));
        check("2/1/2026, 10:00:00 PM", Some(ten + 43_200));
        check("2026/2/1 10:00:05", Some(ten + 5));
        check("2026/2/1 下午10:00:05", Some(ten + 43_205));
        check("1.2.2026, 10:01:00", Some(ten + 60));
        check("01/02/2026 10:00:00", Some(ten));
        check("25/12/2025, 10:00:00", Some(1_766_656_800));
        check("", None);
        check("yesterday", None);
        check("99.99.2026, 10:00", None);
        check("2026/2/1 99:00:00", None);
        check(&"1".repeat(100), None);
    }
}
