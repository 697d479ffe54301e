//! How English writes numbers, sizes and times, wherever they stand in a sentence.

use crate::words::facts::Unit;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// 1234567 as "1,234,567".
pub(crate) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::from(if value < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "Apr 13, 2026", in UTC, of milliseconds since 1970. Empty for what no calendar holds.
pub(crate) fn day(ms: i64) -> String {
    let shape = format_description!("[month repr:short] [day padding:none], [year]");
    shaped(ms, shape)
}

/// "Apr 13, 2026, 19:20 UTC".
pub(crate) fn moment(ms: i64) -> String {
    let shape = format_description!("[month repr:short] [day padding:none], [year], [hour]:[minute] UTC");
    shaped(ms, shape)
}

fn shaped(ms: i64, shape: &[BorrowedFormatItem<'_>]) -> String {
    let time = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).ok();
    time.and_then(|time| time.format(shape).ok()).unwrap_or_default()
}

/// "31.4 MB", in powers of ten as file managers count.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => {
            let tenths = (bytes / 100_000) + u64::from(!bytes.is_multiple_of(100_000));
            match tenths % 10 {
                0 => format!("{} MB", tenths / 10),
                tenth => format!("{}.{tenth} MB", tenths / 10),
            }
        }
    }
}

/// Of what was read some time ago.
pub(crate) fn age((count, unit): (i64, Unit)) -> String {
    match unit {
        Unit::Second if count < 5 => "just refreshed".to_owned(),
        Unit::Second => format!("{count} s old"),
        Unit::Minute => format!("{count} min old"),
        Unit::Hour => format!("{count} h old"),
        Unit::Day => format!("{count} days old"),
    }
}

pub(crate) fn ago((count, unit): (i64, Unit)) -> String {
    match unit {
        Unit::Second if count < 5 => "just now".to_owned(),
        Unit::Second => format!("{count} s ago"),
        Unit::Minute => format!("{count} min ago"),
        Unit::Hour => format!("{count} h ago"),
        Unit::Day => format!("{count} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands() {
        fn check(value: i64, expected: &str) {
            assert_eq!(grouped(value), expected);
        }
        check(0, "0");
        check(999, "999");
        check(2400, "2,400");
        check(-999, "-999");
        check(-1280, "-1,280");
        check(1_234_567, "1,234,567");
        check(i64::MIN, "-9,223,372,036,854,775,808");
    }

    #[test]
    fn dates() {
        assert_eq!(day(1_776_108_001_500), "Apr 13, 2026");
        assert_eq!(moment(1_775_070_001_500), "Apr 1, 2026, 19:00 UTC");
    }

    #[test]
    fn sizes() {
        fn check(bytes: u64, expected: &str) {
            assert_eq!(size(bytes), expected);
        }
        check(1, "1 kB");
        check(999_999, "1000 kB");
        check(1_000_000, "1 MB");
        check(20_000_001, "20.1 MB");
        check(31_400_000, "31.4 MB");
    }
}
