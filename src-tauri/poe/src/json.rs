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

/// A whole number, also as a float or in a string; fractions are rounded.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| round(number.as_f64()?)),
        Value::String(text) => text
            .trim()
            .parse()
            .ok()
            .or_else(|| round(text.trim().parse().ok()?)),
        _ => None,
    }
}

/// A whole number that is not negative.
pub(crate) fn count(value: &Value) -> Option<u64> {
    integer(value)?.try_into().ok()
}

/// The strings of an array, others left out.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
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
    fn numbers() {
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
    fn times() {
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
