//! Every case of `tests/fixtures`, played by the simulated Poe, and what the client makes of it: a line a case, one text
//! for each variant.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use poe::sim::{Behaviour, Case, Encoding, Framing};

use crate::asking::{plain, question, script};
use crate::playing::Ask::{self, *};
use crate::playing::{attached, hot, messages, responses, summary, two, wide, with_effort, with_tool};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

// A case is a line, however long.
const CASES: &[(&str, Ask, &[&str])] = &[
    (
        "F01",
        Models,
        &["3 models: claude-sonnet-4.6 0.0000026 983040 2, veo-3.1 ? 480 2, some-community-bot ? ? 0"],
    ),
    ("F02", Models, &["362 models: bot-0 ? ? 0, bot-1 ? ? 0, bot-2 ? ? 0"]),
    ("F03", Models, &["1 models: odd 0.0000026 4096 1"]),
    ("F04", Models, &["0 models: "]),
    ("F05", Models, &["malformed_response, maybe charged", "malformed_response, maybe charged"]),
    ("F06", Balance, &["Some(654141) points, 11 fields"]),
    ("F07", Balance, &["Some(1500) points, 1 fields"]),
    (
        "F08",
        Balance,
        &[
            "Some(2500) points, 1 fields",
            "None points, 0 fields",
            "None points, 0 fields",
            "Some(-12) points, 1 fields",
            "Some(9007199254740993) points, 1 fields",
        ],
    ),
    ("F09", Balance, &["invalid_api_key"]),
    ("F10", BalanceWithoutKey, &["invalid_api_key"]),
    ("F11", Balance, &["refused_by_network, maybe charged"]),
    (
        "F12",
        Page(None),
        &[
            "Claude-Haiku-4.5 26 1776108000123 8369 4 0.00078 Desktop app; GPT-Image-1 1200 1776104400000 0.036 Holiday card, more after ltoklyofyfiix6j6nf",
        ],
    ),
    (
        "F13",
        Pages,
        &[
            "Claude-Haiku-4.5 26 1776108000123 8369 4 0.00078 Desktop app; GPT-Image-1 1200 1776104400000 0.036 Holiday card, more after ltoklyofyfiix6j6nf | Gemini-3.1-Pro 0 1776100800000 0 My app",
        ],
    ),
    (
        "F14",
        Pages,
        &[
            "Claude-Haiku-4.5 26 1776108000123 8369 4 0.00078 Desktop app; GPT-Image-1 1200 1776104400000 0.036 Holiday card, more after ltoklyofyfiix6j6nf | Claude-Haiku-4.5 26 1776108000123 8369 4 0.00078 Desktop app; GPT-Image-1 1200 1776104400000 0.036 Holiday card",
        ],
    ),
    (
        "F15",
        Page(None),
        &["Claude-Haiku-4.5 299 1776108000123 8369 4 0.00897; Claude-Haiku-4.5 1 1776108000123 0.00003"],
    ),
    ("F16", Page(None), &["GPT-4o 150 1704825600000"]),
    ("F17", PageTwice, &["Claude-Haiku-4.5 0 1776108000123 | Claude-Haiku-4.5 299 1776108000123"]),
    ("F18", BalanceAndPage, &["Some(1500) points, 1 fields | internal_error, retryable"]),
    ("F19", Page(None), &["invalid_parameter"]),
    ("F20", BalanceAndPage, &["not_found | not_found"]),
    ("F21", Page(Some("a&b=c")), &["Claude-Haiku-4.5 3 1776108000123"]),
    ("C01", Chat(plain), &["Hello. > stop, 7+3=10 tokens"]),
    (
        "C02",
        Chat(plain),
        &["17 x 19 = 323 > stop, thought \"**Breaking it down**\\n\\n20*17 - 17\", 31+228=259 tokens"],
    ),
    (
        "C03",
        Chat(with_tool),
        &[
            " > tool_calls, called getWeather({\"location\": \"San Francisco\"}) as call_31618866, 14+0=14 tokens",
            " > tool_calls, called getWeather({\"location\": \"San Francisco\"}) as call_31618866, 14+0=14 tokens",
        ],
    ),
    ("C04", ToolTurn, &["It is sunny. > stop, 7+3=10 tokens"]),
    (
        "C05",
        Chat(with_tool),
        &[
            "Let me look. > tool_calls, called getWeather({\"location\": \"San Francisco\"}) as getWeather:0, 14+0=14 tokens",
        ],
    ),
    ("C06", Chat(with_tool), &[" > unsupported_feature, param model"]),
    ("C07", Chat(with_effort), &[" > bad_request"]),
    (
        "C08",
        Chat(plain),
        &[
            "![A red fox in snow.png](URL)\n\nURL > stop, 7+3=10 tokens, Image 200 image/png",
            "![A red fox in snow.png](URL)\n\nURL > stop, 7+3=10 tokens, Image 404 text/html; charset=UTF-8",
            "![A red fox in snow.png](URL)\n\nURL > stop, 7+3=10 tokens, Image 200 application/octet-stream",
        ],
    ),
    ("C09", Chat(plain), &["URL > stop, 7+0=7 tokens, Audio 200 audio/mpeg"]),
    ("C10", Chat(plain), &["Hello there! > stop, 7+3=10 tokens"]),
    (
        "C11",
        Chat(plain),
        &[
            "**Considering the Request**\n\nThe user wants a greeting.\n\nHello to you! > stop, 7+1600=1607 tokens",
        ],
    ),
    ("C12", Chat(plain), &[" > empty_answer, param max_tokens, maybe charged, 7+16=23 tokens"]),
    ("C13", Chat(plain), &[" > content_filter, 7+0=7 tokens"]),
    (
        "C14",
        Chat(plain),
        &[
            " > insufficient_points",
            " > insufficient_points",
            " > insufficient_points",
            " > insufficient_points",
        ],
    ),
    ("C15", Chat(plain), &[" > model_not_found", " > model_not_found"]),
    ("C16", Chat(hot), &[" > invalid_parameter"]),
    ("C17", Chat(plain), &[" > missing_parameter", " > bad_request"]),
    ("C18", Chat(two), &[" > invalid_parameter"]),
    ("C19", Chat(plain), &[" > message_refused"]),
    ("C20", Chat(plain), &[" > model_timeout, retryable", " > first_byte_timeout, maybe charged"]),
    ("C21", Chat(plain), &[" > context_too_long", " > attachment_too_large"]),
    (
        "C22",
        UntilRefused(plain),
        &[
            " > rate_limit_exceeded, wait 7s, retryable, asked 501",
            " > rate_limit_exceeded, retryable, asked 1",
            " > rate_limit_exceeded, wait about a minute, retryable, asked 1",
            " > rate_limit_exceeded, retryable, asked 1",
            " > rate_limit_exceeded, retryable, asked 1",
        ],
    ),
    ("C23", Chat(plain), &[" > internal_error, retryable", " > internal_error, retryable"]),
    (
        "C24",
        Chat(plain),
        &[
            " > gateway_error, maybe charged",
            " > gateway_error, maybe charged",
            " > gateway_error, maybe charged",
            " > gateway_error, maybe charged",
        ],
    ),
    ("C25", Chat(plain), &[" > service_unavailable, wait 2s, retryable", " > model_overloaded, retryable"]),
    (
        "C26",
        Chat(plain),
        &[
            " > internal_error, maybe charged",
            " > malformed_response, maybe charged",
            " > captive_portal, maybe charged",
            " > malformed_response, maybe charged",
            " > malformed_response, maybe charged, 7+3=10 tokens",
        ],
    ),
    ("C27", Chat(wide), &[" > invalid_parameter, param aspect"]),
    ("C28", Chat(wide), &["{\"aspect\":\"16:9\"} > stop, 7+3=10 tokens"]),
    (
        "C29",
        Chat(attached),
        &[
            "text, image_url image/jpg, image_url https, file application/pdf a.pdf, file audio/mp3 a.mp3, file video/mp4 a.mp4 > stop, 7+3=10 tokens",
        ],
    ),
    (
        "C30",
        Chat(plain),
        &[
            " > refused_by_network, maybe charged",
            " > refused_by_network, maybe charged",
            " > refused_by_network, maybe charged",
            " > refused_by_network, maybe charged",
            " > refused_by_network, maybe charged",
            " > permission_denied",
        ],
    ),
    (
        "C31",
        Chat(plain),
        &[
            " > stop, refused \"I can’t help with that.\"",
            " > stop, refused \"I can’t help with that.\"",
            "The first half of > ended_by_host, partial, maybe charged",
            " > internal_error, maybe charged",
            " > unknown, maybe charged",
            " > internal_error, maybe charged",
        ],
    ),
    ("T01", Chat(question), &["Hello > stop"]),
    ("T02", Chat(question), &["Hello > stop, 7+3=10 tokens"]),
    ("T03", Chat(question), &["Hello > stop"]),
    ("T04", Chat(question), &["Hello > stop, 7+3=10 tokens"]),
    ("T05", Chat(question), &["Hello > stop"]),
    ("T06", Chat(question), &["Grüße 👋 > stop"]),
    (
        "T07",
        Chat(question),
        &["Yes. > stop, thought \"Let me think.\"", "Yes. > stop, thought \"Let me think.\""],
    ),
    (
        "T08",
        Chat(question),
        &[
            "Thinking... (1s elapsed)Thinking... (2s elapsed)\n\nYes. > stop",
            "*Thinking...*\n\n> Let me think.\n\nYes. > stop",
            "Generating...\nYes. > stop",
        ],
    ),
    (
        "T09",
        Chat(question),
        &[
            " > tool_calls, called getWeather({\"location\": \"Rome\"}) as call_a, called getWeather({\"location\": \"Oslo\"}) as call_b",
        ],
    ),
    (
        "T10",
        Chat(question),
        &[" > stream_incomplete, maybe charged, called getWeather({\"location\": \"Rome\"}) as call_a"],
    ),
    ("T11", Chat(question), &["One two three > stream_error of internal_error, partial, maybe charged"]),
    (
        "T12",
        Chat(question),
        &[
            "One two > stream_error of internal_error, partial, maybe charged",
            "One two > stream_error of internal_error, partial, maybe charged",
        ],
    ),
    (
        "T13",
        Chat(question),
        &["One two > stream_cut, partial, maybe charged", "One two > stream_stalled, partial, maybe charged"],
    ),
    ("T14", Chat(question), &["One  > malformed_response, partial, maybe charged"]),
    ("T15", Chat(question), &["Hello > stop", "Hello > stop", "Hello > stop"]),
    ("T16", Chat(question), &["Hello > length", "Hello > content_filter"]),
    ("T17", Chat(question), &["Hello. > stop, 7+3=10 tokens"]),
    (
        "T18",
        Chat(question),
        &[" > invalid_api_key", " > insufficient_points", " > rate_limit_exceeded, wait 7s, retryable"],
    ),
    ("T19", Chat(question), &["Hello > stop"]),
    (
        "T20",
        Chat(question),
        &["50000 bytes > stop", "2000000 bytes > stop", " > malformed_response, maybe charged"],
    ),
    ("T21", Stop, &["left, Some(1499) points, 1 fields"]),
    (
        "T22",
        Chat(question),
        &["Generating image...\n\n![A red fox.png](URL)\n\nURL > stop, Image 200 image/png"],
    ),
    (
        "T23",
        Chat(question),
        &["Hello > stop", "Hello > stop", "Hello > stop", "Hello > stop", "Hello > stop"],
    ),
    (
        "T24",
        Chat(question),
        &[
            " > internal_error, maybe charged",
            "One  > stream_error of internal_error, partial, maybe charged",
            "One  > stream_error of internal_error, partial, maybe charged",
            " > bad_request, maybe charged",
            " > service_unavailable, maybe charged",
            " > rate_limit_exceeded, retryable",
            "One  > stream_error of internal_error, partial, maybe charged",
            "One  > stream_error of internal_error, partial, maybe charged",
            " > context_too_long",
            " > unknown, maybe charged",
            "One  > stream_error of internal_error, partial, maybe charged",
        ],
    ),
    (
        "T25",
        Chat(question),
        &[
            " > stop, refused \"I can’t help with that.\"",
            "Well.  > stop, refused \"I can’t help with that.\"",
            " > stop, refused \"I can’t help with that.\"",
            " > stream_cut, partial, maybe charged, refused \"I can’t \"",
        ],
    ),
    (
        "T26",
        Chat(question),
        &[
            "The first half of > ended_by_host, partial, maybe charged",
            "The first half of > ended_by_host, partial, maybe charged",
            "The first half of > length",
            "The first half of > content_filter",
            "The first half of > stop",
            " > ended_by_host, maybe charged",
            "Hello > stop",
        ],
    ),
    (
        "T27",
        Chat(question),
        &[
            " > tool_calls, called web_search({\"q\":\"rain\"}) as call_1",
            "Let me look. > tool_calls, called web_search({}) as call_1",
            " > tool_calls, called web_search({}) as ",
        ],
    ),
    (
        "T28",
        Chat(question),
        &[
            "<think>\nLet me think.\n</think>\n\nYes. > stop",
            "<think>Let me think.</think>Yes. > stop",
            "```\n<think>\n```\nYes. > stop",
        ],
    ),
    (
        "A01",
        SignIn,
        &[
            "0 turned away, page done, a key, expires in Some(2592000s)",
            "0 turned away, page done, a key, expires in None",
            "0 turned away, page done, a key, expires in None",
        ],
    ),
    (
        "A02",
        SignIn,
        &[
            "0 turned away, page done, bad_request invalid_grant: The code has expired.",
            "0 turned away, page done, internal_error, retryable server_error: Try again.",
            "0 turned away, page done, gateway_error, maybe charged poe.com | 502: Bad gateway",
            "0 turned away, page done, malformed_response, maybe charged no key in the reply",
        ],
    ),
    (
        "A03",
        SignIn,
        &["1 turned away, page refused, refused: access_denied", "1 turned away, page gone, state mismatch"],
    ),
    (
        "R01",
        Chat(responses),
        &[
            "Hello. > stop, thought \"A greeting.\", 61+16=77 tokens",
            " > tool_calls, called getWeather({\"location\": \"Rome\"}) as call_01, 61+16=77 tokens",
            "Hel > length, 61+16=77 tokens",
            "Hello. > stop, thought \"A greeting.\", 61+16=77 tokens",
            " > tool_calls, called getWeather({\"location\": \"Rome\"}) as call_01, 61+16=77 tokens",
            "Hel > stream_error of internal_error, partial, maybe charged",
            "Hel > stream_incomplete, partial, maybe charged",
        ],
    ),
    ("R02", Chat(responses), &[" > bad_request"]),
    (
        "M01",
        Chat(messages),
        &[
            " > not_found",
            "Hello. > stop, thought \"A greeting.\", 9+4=13 tokens",
            "Hello. > length, 9+4=0 tokens",
            "Hel > stream_error of model_overloaded, partial, maybe charged",
        ],
    ),
    (
        "V01",
        Film,
        &[
            "Queued, Queued Some(0), InProgress Some(40), Completed Some(100), 8 bytes, too many: malformed_response",
            "Queued, InProgress Some(40), message_refused",
            "Queued, not_found",
        ],
    ),
];

#[tokio::test]
async fn lists_of_the_fixtures() {
    check_all("F").await;
}

#[tokio::test]
async fn whole_answers_of_the_fixtures() {
    check_all("C").await;
}

#[tokio::test]
async fn streams_of_the_fixtures() {
    check_all("T").await;
}

#[tokio::test]
async fn other_endpoints_of_the_fixtures() {
    for family in ["A", "R", "M", "V"] {
        check_all(family).await;
    }
}

#[test]
fn no_case_is_missing() {
    let names: Vec<&str> = CASES.iter().map(|(name, ..)| *name).collect();
    let listed: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
    let files: BTreeSet<String> = std::fs::read_dir(FIXTURES)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
        .collect();
    assert_eq!(listed, files);
    assert_eq!((names.len(), listed.len()), (87, 87));
}

async fn check_all(family: &str) {
    for (name, ask, expected) in CASES.iter().filter(|(name, ..)| name.starts_with(family)) {
        check(name, *ask, expected).await;
    }
}

async fn check(name: &str, ask: Ask, expected: &[&str]) {
    let case = Case::read(Path::new(FIXTURES), name).unwrap();
    let mut got = Vec::new();
    for variant in case.variants() {
        // A machine at work takes its time for megabytes; only what never ends is to end by a limit.
        let limit = Duration::from_millis(if case.hangs(variant) { 500 } else { 60_000 });
        let mut texts = BTreeSet::new();
        for (encoding, framing) in [
            (Encoding::Identity, Framing::Length),
            (Encoding::Gzip, Framing::Chunked),
            (Encoding::Brotli, Framing::Close),
        ] {
            let sim = script().await;
            let behaviour = Behaviour { encoding, framing, speed: 1_000 };
            sim.play(&case, variant, behaviour).unwrap();
            texts.insert(summary(&sim, ask, limit).await);
        }
        assert_eq!(texts.len(), 1, "{name} {variant}: the encoding matters: {texts:?}");
        got.extend(texts);
    }
    assert_eq!(got, expected, "{name}");
}
