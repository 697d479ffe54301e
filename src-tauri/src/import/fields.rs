//! Fields of other programs' JSON, whatever type they have: one that is not as expected is as if it were missing.

use serde_json::Value;

pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A name that is a text or a number.
pub(super) fn name(value: &Value, field: &str) -> Option<String> {
    match value.get(field)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) fn number(value: &Value, name: &str) -> Option<i64> {
    let number = value.get(name)?;
    // What does not fit into a whole number is cut.
    number.as_i64().or_else(|| number.as_f64().filter(|it| it.is_finite()).map(|it| it as i64))
}

/// Beyond this a time is none: the year 2100.
const LATEST: f64 = 4_102_444_800_000.0;

/// Milliseconds since 1970, of what may be seconds, milliseconds or a date.
pub(super) fn time(value: &Value, name: &str) -> Option<i64> {
    match value.get(name)? {
        Value::Number(number) => moment(number.as_f64()?),
        Value::String(text) => super::dates::read(text),
        _ => None,
    }
}

fn moment(number: f64) -> Option<i64> {
    // Seconds since 1970 reach this only in the year 5138.
    let ms = if number < 1e11 { number * 1000.0 } else { number };
    (ms > 0.0 && ms < LATEST).then_some(ms as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_in_each_of_the_shapes() {
        fn check(value: Value, expected: Option<i64>) {
            assert_eq!(time(&json!({ "at": value }), "at"), expected, "{value}");
        }
        check(json!(1_760_000_000.125), Some(1_760_000_000_125));
        check(json!(1_769_940_000_000_i64), Some(1_769_940_000_000));
        check(json!("2026-02-01T10:00:00.123456Z"), Some(1_769_940_000_123));
        check(json!(0), None);
        check(json!(-5), None);
        check(json!(1e300), None);
        check(json!(null), None);
        check(json!([]), None);
    }
}
