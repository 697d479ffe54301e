//! Reads JSON that may differ from what is documented: a number may be a string, a field absent, null or of another shape.

use serde_json::Value;

/// A non-empty string; a number as its text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also as a float or in a string; fractions are rounded. A string is read as JSON reads a number, or with
/// commas between groups of three digits ("1,234"); anything else is unknown, since a guess could be wrong by a thousand.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| round(number.as_f64()?)),
        Value::String(text) => {
            let digits = digits(text)?;
            digits.parse().ok().or_else(|| round(digits.parse().ok()?))
        }
        _ => None,
    }
}

/// An amount as text: where it is a number, without the commas that group its digits; otherwise as it is.
pub(crate) fn amount(value: &Value) -> Option<String> {
    let text = text(value)?;
    Some(digits(&text).unwrap_or(text))
}

/// `true` or `false`, also as text.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// The number that a text holds, as JSON would write it: without the commas of American grouping.
fn digits(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = if text.contains(',') { ungrouped(text)? } else { text.to_owned() };
    let is_number = matches!(serde_json::from_str(&plain), Ok(Value::Number(_)));
    is_number.then_some(plain)
}

/// `1234.5` of `1,234.5`: one to three digits, then groups of three.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.strip_prefix('-').unwrap_or(whole).split(',');
    let is_group = |group: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_grouped = groups.next().is_some_and(|first| is_group(first, 1..=3) && !first.starts_with('0'))
        && groups.all(|group| is_group(group, 3..=3))
        && fraction.is_none_or(|rest| is_group(rest, 1..=usize::MAX));
    is_grouped.then(|| text.replace(',', ""))
}

/// A whole number that is not negative.
pub(crate) fn count(value: &Value) -> Option<u64> {
    integer(value)?.try_into().ok()
}

/// The strings of an array, others left out.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Milliseconds since 1970 from a time whose unit is told by its size only: above 1e14 micro-, above 1e12 milliseconds,
/// else seconds. Zero and less mean "none".
pub(crate) fn time_ms(value: &Value) -> Option<i64> {
    match integer(value)? {
        ..=0 => None,
        time if time > 100_000_000_000_000 => Some(time / 1000),
        time if time > 1_000_000_000_000 => Some(time),
        time => Some(time * 1000),
    }
}

fn round(number: f64) -> Option<i64> {
    // Beyond this a float has no units any more, and `as` would cut it.
    (number.abs() < 9e18).then_some(number.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_many_forms() {
        fn check(json: &str, expected: Option<i64>) {
            assert_eq!(integer(&serde_json::from_str(json).unwrap()), expected, "{json}");
        }
        check("7", Some(7));
        check("-12", Some(-12));
        check("\"2500\"", Some(2500));
        check("9007199254740993", Some(9_007_199_254_740_993));
        check("\"9007199254740993\"", Some(9_007_199_254_740_993));
        check("1.5", Some(2));
        check("\"1.4\"", Some(1));
        check("1e30", None);
        check("\"nan\"", None);
        check("\"\"", None);
        check("null", None);
        check("true", None);
        check("[1]", None);
    }

    #[test]
    fn numbers_in_text() {
        fn check(text: &str, expected: Option<i64>) {
            assert_eq!(integer(&text.into()), expected, "{text:?}");
        }
        for (text, expected) in [
            ("1,234", 1_234),
            ("-1,234.5", -1_235),
            ("12,345,678", 12_345_678),
            ("87.5", 88),
            ("1e3", 1_000),
            ("2.5E+2", 250),
            (" 70 ", 70),
            ("-0", 0),
            ("0.4", 0),
        ] {
            check(text, Some(expected));
        }
        for text in [
            "1,23",
            "1,2345",
            "12.345,6",
            "1.234.567",
            "1 234",
            "1_234",
            "1'234",
            ",123",
            "1,",
            "0,123",
            "01,234",
            "007",
            "+5",
            "0x10",
            "inf",
            "NaN",
            "-",
            "1.",
            ".5",
            "1e",
            "1,234e3",
            "1,234.",
            "1,234.5,6",
            "10 points",
            "$5",
            "٣",
            "true",
            "1e400",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn amounts_keep_their_digits() {
        fn check(text: &str, expected: &str) {
            assert_eq!(amount(&text.into()).as_deref(), Some(expected));
        }
        check("1,234.50", "1234.50");
        check("0.00078", "0.00078");
        check("$1,234", "$1,234");
        check("1,23", "1,23");
        assert_eq!(amount(&serde_json::json!(0.25)).as_deref(), Some("0.25"));
        assert_eq!(amount(&serde_json::json!("")), None);
    }

    #[test]
    fn yes_and_no_come_in_many_forms() {
        fn check(json: &str, expected: Option<bool>) {
            assert_eq!(flag(&serde_json::from_str(json).unwrap()), expected, "{json}");
        }
        check("true", Some(true));
        check("\"true\"", Some(true));
        check("\"False\"", Some(false));
        for other in ["\"yes\"", "\"\"", "1", "\"1\"", "null", "{}"] {
            check(other, None);
        }
    }

    #[test]
    fn the_size_of_a_time_tells_its_unit() {
        fn check(time: i64, expected: Option<i64>) {
            assert_eq!(time_ms(&time.into()), expected, "{time}");
        }
        check(1_776_108_000_123_456, Some(1_776_108_000_123));
        check(1_776_108_000_123, Some(1_776_108_000_123));
        check(1_704_825_600, Some(1_704_825_600_000));
        check(0, None);
        check(-1, None);
    }
}
