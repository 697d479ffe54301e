//! Hostile JSON at every place where the crate reads JSON: nothing panics, and what is no JSON is a typed error.

use std::time::SystemTime;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::answer::{Answer, End};
use crate::error::Kind;
use crate::{classify, models, usage};

/// Values that are JSON, but that nobody expects where they come.
fn odd() -> Vec<String> {
    let fixed = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1",
        "0.5",
        "-0.0",
        "1e0",
        "1E+2",
        "1e-400",
        "1e308",
        "-1e308",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "18446744073709551616",
        "4294967296",
        "1e14",
        "100000000000001",
        "123456789012345678901234567890",
        "0.1e-30",
        "79228162514264337593543950336",
        "3.999999999999999999999999999999999",
        "\"\"",
        "\" \"",
        "\"0\"",
        "\"-1\"",
        "\"1e400\"",
        "\"nan\"",
        "\"inf\"",
        "\"-inf\"",
        "\"9223372036854775808\"",
        "\"0x10\"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u202e\"",
        "\"\u{feff}\"",
        "\"\u{2028}\"",
        "\"\u{7f}\"",
        "\"[DONE]\"",
        "\"data: x\\n\\n\"",
        "\"(\"",
        "\")(\"",
        "\"(tokens)\"",
        "\"x (99999999999999999999 tokens)\"",
        "\"(é tokens)\"",
        "\"<title\"",
        "\"<title>\"",
        "\"<titleİ></title>\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"\":null}",
        "{\"\":{\"\":[]}}",
        "[1,\"a\",null,{},[]]",
        "{\"a\":1,\"a\":2}",
        "{\"__proto__\":{\"x\":1}}",
        "{\"constructor\":1}",
        "{\"error\":{\"error\":{}}}",
        "{\"text\":7}",
        "[{\"text\":7}]",
        "[{\"text\":\"a\"},7,{\"text\":null}]",
        "{\"message\":{\"message\":\"x\"},\"code\":[],\"type\":{}}",
        "{\"code\":1e400000}",
        "{\"index\":-1,\"id\":{},\"function\":[]}",
        "[{\"index\":1e300,\"function\":{\"arguments\":[1]}}]",
        "[{\"index\":99999999999,\"function\":{\"name\":7,\"arguments\":7},\"extra_content\":[[]]}]",
    ];
    let mut values: Vec<String> = fixed.iter().map(|value| (*value).to_owned()).collect();
    values.push(format!("{}{}", "[".repeat(100), "]".repeat(100)));
    values.push(format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100)));
    values.push(format!("{{\"{}\":1}}", "k".repeat(1 << 16)));
    values.push(format!("\"{}\"", "x".repeat(1 << 16)));
    values.push("9".repeat(300));
    values.push(format!("0.{}", "3".repeat(10_000)));
    values.push(format!("[{}0]", "0,".repeat(10_000)));
    values
}

/// What is no JSON. A test's own list for what only its length makes invalid.
fn invalid() -> Vec<Vec<u8>> {
    let fixed: [&[u8]; 52] = [
        b"nul",
        b"NULL",
        b"tru",
        b"True",
        b"NaN",
        b"Infinity",
        b"-",
        b"+1",
        b"01",
        b"-01",
        b"1.",
        b".5",
        b"1e",
        b"1e+",
        b"0x1",
        b"1_0",
        b"1e999",
        b"-1e999",
        b"\"",
        b"\"a",
        b"\"\\\"",
        b"\"\\x41\"",
        b"\"\\u12\"",
        b"\"\\u+041\"",
        b"\"\\ud83d\"",
        b"\"\\ude00\"",
        b"\"\\ud83d\\ud83d\"",
        b"\"a\nb\"",
        b"\"a\tb\"",
        b"\"a\0b\"",
        b"'a'",
        b"[",
        b"]",
        b"[1,]",
        b"[,1]",
        b"[1 2]",
        b"[1",
        b"{",
        b"}",
        b"{\"a\"}",
        b"{\"a\":}",
        b"{\"a\":1,}",
        b"{a:1}",
        b"{1:1}",
        b"{\"a\":1 \"b\":2}",
        b"{\"a\"::1}",
        b"1 2",
        b"\0",
        b"null\0",
        b"// c\n1",
        b"/* c */1",
        b"\xff",
    ];
    let mut values: Vec<Vec<u8>> = fixed.iter().map(|value| value.to_vec()).collect();
    // serde_json stops at a depth of 128.
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        values.push(open.repeat(200).into_bytes());
        values.push(open.repeat(100_000).into_bytes());
    }
    values.push([vec![b'['; 200], vec![b']'; 200]].concat());
    values
}

/// Where a value may stand, marked by `@`.
const PLACES: &[&str] = &[
    "@",
    "[@]",
    r#"{"choices":@}"#,
    r#"{"choices":[@]}"#,
    r#"{"choices":[{"delta":@,"message":@}]}"#,
    r#"{"choices":[{"delta":{"content":@},"message":{"content":@},"finish_reason":"stop"}]}"#,
    r#"{"choices":[{"delta":{"reasoning":@,"reasoning_content":@,"content":"a"}}]}"#,
    r#"{"choices":[{"delta":{"tool_calls":@},"message":{"tool_calls":@}}]}"#,
    r#"{"choices":[{"delta":{"tool_calls":[@]}}]}"#,
    r#"{"choices":[{"delta":{"tool_calls":[{"index":@,"id":@,"function":@}]}}]}"#,
    r#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":@,"arguments":@},"extra_content":@}]}}]}"#,
    r#"{"choices":[{"delta":{},"finish_reason":@,"index":@,"logprobs":@}]}"#,
    r#"{"id":@,"object":@,"created":@,"model":@,"choices":[{"delta":{"content":"a"}}],"usage":@}"#,
    r#"{"choices":[],"usage":{"prompt_tokens":@,"total_tokens":@,"completion_tokens_details":@}}"#,
    r#"{"error":@}"#,
    r#"{"error":{"message":@,"code":@,"type":@,"param":@}}"#,
    r#"{"detail":@}"#,
    r#"{"data":@,"has_more":@,"next_cursor":@}"#,
    r#"{"data":[@],"has_more":true}"#,
    r#"{"data":[{"id":@}]}"#,
    r#"{"data":[{"id":"m","owned_by":@,"description":@,"architecture":@,"supported_features":@,"pricing":@,"created":@}]}"#,
    r#"{"data":[{"id":"m","pricing":{"prompt":@,"completion":@},"context_window":@,"context_length":@,"metadata":@}]}"#,
    r#"{"data":[{"id":"m","reasoning":@,"parameters":@}]}"#,
    r#"{"data":[{"id":"m","reasoning":{"budget":{"min_tokens":@,"max_tokens":@}},"parameters":[{"name":@,"schema":@}]}]}"#,
    r#"{"data":[{"query_id":@,"creation_time":@,"cost_points":@,"bot_name":@,"cost_usd":@}],"has_more":true}"#,
    r#"{"data":[{"query_id":"q","creation_time":@,"cost_points":@,"cost_breakdown_in_points":@}],"has_more":true}"#,
    r#"{"data":[{"query_id":"q","cost_breakdown_in_points":{"Input":@,"Output":@}}]}"#,
    r#"{"current_point_balance":@,"total_balance_usd":@,"auto_recharge":@,"points_cycle_start_time":@}"#,
    r#"{"next_daily_grant_time":@,"next_daily_grant_amount":@,"next_monthly_grant_time":1,"next_monthly_grant_amount":@}"#,
    r#"{"@":1}"#,
    r#"{"a":1,"a":@,"choices":[],"choices":[{"delta":{"content":@}}]}"#,
];

fn put(place: &str, value: &[u8]) -> Vec<u8> {
    let parts: Vec<&[u8]> = place.split('@').map(str::as_bytes).collect();
    parts.join(value)
}

/// A large value several times tells no more than once.
fn is_worth(value: &[u8], place: &str) -> bool {
    value.len() < 1000 || place.matches('@').count() == 1
}

/// Everybody who reads JSON reads this.
fn read(input: &[u8], is_json: bool) {
    let text = String::from_utf8_lossy(input);
    let shown = || text.chars().take(300).collect::<String>();
    let mut kinds = Vec::new();
    for name in ["message", "error", "other"] {
        let (mut answer, mut out) = (Answer::default(), Vec::new());
        let result = answer.frame(name, &text, &mut out);
        if name == "message" {
            kinds.push(result.map_err(|error| error.kind));
        }
        let _ = answer.end(End::InOrder, true);
    }
    kinds.push(Answer::default().whole(input, &mut Vec::new()).map_err(|error| error.kind));
    if !is_json {
        for kind in kinds {
            assert_eq!(kind, Err(Kind::MalformedResponse), "{}", shown());
        }
    }
    for status in [200, 302, 400, 429, 500, 502, 999] {
        let error =
            classify::response(status, &HeaderMap::new(), "api.poe.com", input, SystemTime::UNIX_EPOCH);
        assert!(!error.message.is_empty(), "{status}: {}", shown());
    }
    let parsed = serde_json::from_str::<Value>(&text);
    assert_eq!(parsed.is_ok(), is_json, "{}", shown());
    if let Ok(value) = parsed {
        let _ = models::list(&value);
        let _ = usage::balance(&value);
        for page in [None, Some("q")].map(|cursor| usage::page(&value, cursor)) {
            assert!(
                page.iter()
                    .flat_map(|page| &page.rows)
                    .all(|row| row.points.is_none_or(|points| points >= 0)),
                "{}",
                shown()
            );
        }
    }
}

#[test]
fn values_of_any_kind_in_any_place_are_read_without_a_panic() {
    for value in odd() {
        // A key of such a value would end early.
        for place in
            PLACES.iter().filter(|place| !place.contains("\"@\"") && is_worth(value.as_bytes(), place))
        {
            read(&put(place, value.as_bytes()), !value.contains("1e400000"));
        }
    }
}

#[test]
fn what_is_no_json_is_refused_in_any_place() {
    for value in invalid() {
        // As a key some of these are fine.
        for place in PLACES.iter().filter(|place| !place.contains("\"@\"")) {
            if is_worth(&value, place) {
                read(&put(place, &value), false);
            }
        }
    }
}

#[test]
fn field_names_of_any_kind_are_read_without_a_panic() {
    for key in ["", "\\u0000", "\u{202e}", "choices", "\\ud83d\\ude00", "a\\\"b"] {
        read(&put(r#"{"@":1}"#, key.as_bytes()), true);
    }
    read(&put(r#"{"@":1}"#, "k".repeat(1 << 16).as_bytes()), true);
    read(&put(r#"{"@":1}"#, b"\\ud83d"), false);
    read(&put(r#"{"@":1}"#, b"a\nb"), false);
    let doubled = format!("{{{}\"choices\":[]}}", "\"choices\":[{}],".repeat(10_000));
    read(doubled.as_bytes(), true);
}

/// Bytes that are no text become U+FFFD, as everywhere.
#[test]
fn bytes_that_are_no_text_are_replaced() {
    for value in [&b"\"\xff\""[..], b"\"\xc3\"", b"\"\xed\xa0\x80\"", b"\"\xf0\x9f\x98\"", b"\"a\xc0\x80b\""]
    {
        for place in PLACES.iter().filter(|place| !place.contains("\"@\"")) {
            read(&put(place, value), true);
        }
    }
}
