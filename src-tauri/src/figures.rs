//! How a number and a day are written for people, wherever they stand in a sentence.

use time::OffsetDateTime;
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
    let time = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).ok();
    time.and_then(|time| time.format(shape).ok()).unwrap_or_default()
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
}
