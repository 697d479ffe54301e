//! Good answers: every framing, encoding and cut of the same bytes, and the shapes that a stream may have.

use poe::sim::{Framing, Part, Reply};
use poe::{Finish, TokenUsage};
use serde_json::{Value, json};

use crate::asking::{CHAT, answered, ask, client, plain, question, script};

const WORDS: &str = "Grüße, 世界 🙂 – [DONE] 400 tokens";

#[tokio::test]
async fn the_bytes_do_not_matter() {
    let sim = script().await;
    let client = client(&sim);
    for framing in [Framing::Chunked, Framing::Length, Framing::Close] {
        for size in [0, 1, 2, 7] {
            for encoding in ["identity", "gzip", "brotli"] {
                let mut reply = Reply::answer(WORDS);
                reply.framing = framing;
                let reply = if size == 0 { reply } else { reply.split(size) };
                let reply = match encoding {
                    "gzip" => reply.gzip(),
                    "brotli" => reply.brotli(),
                    _ => reply,
                };
                sim.on("POST", CHAT, reply);
                let seen = ask(&client, question()).await;
                assert_eq!(seen.outcome(), format!("{WORDS} > stop"), "{framing:?} {size} {encoding}");
                assert_eq!(seen.order, ["sending", "started", "text", "usage", "done"]);
            }
        }
    }
}

#[tokio::test]
async fn shapes_of_a_stream() {
    let hi = r#"data: {"choices":[{"delta":{"content":"Hi"}}]}"#;
    let stop = r#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let (length, filter) = (stop.replace("stop", "length"), stop.replace("stop", "content_filter"));
    let (done, cut) = ("data: [DONE]", "data: {\"choices\":[{\"de");
    let (ping, close) = ("event: ping\ndata: {}", hi.replace("data: ", "data:"));
    let lines = |lines: &[&str]| lines.join("\n\n") + "\n\n";
    let usual = lines(&[hi, stop, done]);
    let rows = [
        ("the usual one", usual.clone(), "Hi > stop"),
        ("lines end in CR LF", usual.replace('\n', "\r\n"), "Hi > stop"),
        ("lines end in CR", usual.replace('\n', "\r"), "Hi > stop"),
        ("a byte order mark", format!("\u{feff}{usual}"), "Hi > stop"),
        ("blank lines first", format!("\n\n{usual}"), "Hi > stop"),
        ("pings between", lines(&[": ping", ping, "data:", hi, ": ping", stop, done]), "Hi > stop"),
        ("no space after the colon", lines(&[&close, stop, done]), "Hi > stop"),
        ("no [DONE]", lines(&[hi, stop]), "Hi > stop"),
        ("no reason, but [DONE]", lines(&[hi, done]), "Hi > stop"),
        ("[DONE] twice", lines(&[hi, stop, done, done]), "Hi > stop"),
        ("more after [DONE]", lines(&[hi, stop, done, hi, "data: junk"]), "Hi > stop"),
        ("at the limit", lines(&[hi, &length, done]), "Hi > length"),
        ("filtered after some text", lines(&[hi, &filter, done]), "Hi > content_filter"),
        ("filtered before any", lines(&[&filter, done]), " > content_filter"),
        ("no end", lines(&[hi, hi]), "HiHi > stream_incomplete"),
        ("no text", lines(&[stop, done]), " > empty_answer"),
        ("no text at the limit", lines(&[&length, done]), " > empty_answer"),
        ("a frame cut off", lines(&[hi, cut, stop, done]), "Hi > malformed_response"),
        ("no JSON", lines(&["data: junk", hi, stop, done]), " > malformed_response"),
        ("no data", "event: nothing".to_owned(), " > malformed_response"),
        ("nothing", String::new(), " > malformed_response"),
    ];
    for (name, body, expected) in rows {
        for size in [body.len().max(1), 1] {
            let reply = Reply::bytes(200, "text/event-stream", body.as_bytes().to_vec()).split(size);
            let (seen, posts) = answered(reply, question()).await;
            assert_eq!((seen.outcome().as_str(), posts), (expected, 1), "{name}: {body}");
        }
    }
}

#[tokio::test]
async fn what_comes_instead_of_a_stream() {
    async fn check(content_type: &str, body: &str, expected: &str) {
        for request in [question(), plain()] {
            let reply = Reply::bytes(200, content_type, body.as_bytes().to_vec());
            let (seen, posts) = answered(reply, request).await;
            assert_eq!((seen.outcome().as_str(), posts), (expected, 1), "{content_type} {body}");
        }
    }
    let whole = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
    let stream = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [DONE]\n\n";
    check("application/json", whole, "Hi > stop").await;
    check("text/event-stream", whole, "Hi > stop").await;
    check("", whole, "Hi > stop").await;
    check("application/json", stream, "Hi > stop").await;
    check("", stream, "Hi > stop").await;
    check("application/json", "{\"choices\":[{\"mess", " > malformed_response").await;
    check("application/json", "", " > malformed_response").await;
    check("application/json", "null", " > malformed_response").await;
    check("application/json", r#"{"choices":[]}"#, " > malformed_response").await;
    check("application/json", r#"{"choices":[{"message":null}]}"#, " > malformed_response").await;
    check("text/plain", "OK", " > malformed_response").await;
    check("text/html", "<!DOCTYPE html><title>Wi-Fi</title>", " > captive_portal").await;
    check("text/html", "Log in first", " > captive_portal").await;
    check("application/json", " \n<html>", " > captive_portal").await;
    check("text/event-stream", "<html>", " > captive_portal").await;
}

#[tokio::test]
async fn reasoning_is_shown_once() {
    let frame = r#"{"choices":[{"delta":{"reasoning":"hm, ","reasoning_content":"hm, "}}]}"#;
    let answer = r#"{"choices":[{"delta":{"content":"Yes"},"finish_reason":"stop"}]}"#;
    let (seen, _) = answered(Reply::sse(&[frame, frame, answer, "[DONE]"]), question()).await;
    assert_eq!((seen.reasoning.as_str(), seen.text.as_str()), ("hm, hm, ", "Yes"));
}

#[tokio::test]
async fn the_last_usage_counts() {
    let counts = |total: u64| json!({"choices": [], "usage": {"total_tokens": total}}).to_string();
    let answer = r#"{"choices":[{"delta":{"content":"Yes"},"finish_reason":"stop"}]}"#;
    let (seen, _) = answered(Reply::sse(&[&counts(1), answer, &counts(10), "[DONE]"]), question()).await;
    assert_eq!(seen.usage, Some(TokenUsage { total_tokens: Some(10), ..TokenUsage::default() }));
}

#[tokio::test]
async fn the_usage_of_an_empty_answer_is_kept() {
    let whole = json!({"choices": [{"message": {"content": ""}, "finish_reason": "length"}], "usage": {"total_tokens": 16}});
    let (seen, _) = answered(Reply::json(200, whole), plain()).await;
    assert_eq!((seen.outcome().as_str(), seen.usage.unwrap().total_tokens), (" > empty_answer", Some(16)));
    assert_eq!(seen.error.unwrap().param.as_deref(), Some("max_tokens"));
}

#[tokio::test]
async fn nobody_waits_for_an_end_after_the_finish() {
    let answer = r#"{"choices":[{"delta":{"content":"Yes"},"finish_reason":"stop"}]}"#;
    let (seen, _) = answered(Reply::sse(&[answer]).hang(), question()).await;
    assert_eq!(seen.finish, Some(Finish::Stop));
}

#[tokio::test]
async fn many_small_pieces_and_a_large_one() {
    let piece = r#"{"choices":[{"delta":{"content":"word "}}]}"#;
    let large = json!({"choices": [{"delta": {"content": "x".repeat(2_000_000)}, "finish_reason": "stop"}]})
        .to_string();
    let mut body: Vec<u8> = Vec::new();
    for _ in 0..10_000 {
        body.extend_from_slice(format!("data: {piece}\n\n").as_bytes());
    }
    body.extend_from_slice(format!("data: {large}\n\n").as_bytes());
    let (seen, _) = answered(Reply::bytes(200, "text/event-stream", body), question()).await;
    assert_eq!((seen.text.len(), seen.finish), (2_050_000, Some(Finish::Stop)));
}

#[tokio::test]
async fn endless_bodies_end() {
    let mut stream = Reply::sse(&[r#"{"choices":[{"delta":{"content":"Hi"}}]}"#]);
    stream.body.push(Part::Bytes(b"data: ".to_vec()));
    stream.body.extend((0..17).map(|_| Part::Bytes(vec![b'x'; 1 << 20])));
    let (seen, _) = answered(stream.hang(), question()).await;
    assert_eq!((seen.outcome().as_str(), seen.error.unwrap().partial), ("Hi > malformed_response", true));

    // Packed 1,000 to 1.
    let bomb =
        Reply::bytes(200, "application/json", [b"{\"x\":\"".as_slice(), &vec![b'x'; 5 << 20]].concat());
    let (seen, posts) = answered(bomb.gzip(), plain()).await;
    assert_eq!((seen.outcome().as_str(), posts), (" > malformed_response", 1));
}

#[tokio::test]
async fn what_is_sent() {
    let sim = script().await;
    let mut request = question();
    request.parameters.insert("aspect".to_owned(), json!("16:9"));
    ask(&client(&sim), request).await;
    ask(&client(&sim), plain()).await;
    let [stream, plain] = sim.requests().try_into().unwrap();
    let header = |request: &poe::sim::Recorded, name: &str| {
        request.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    let body: Value = serde_json::from_slice(&stream.body).unwrap();
    assert_eq!((body["stream"].clone(), body["aspect"].clone()), (json!(true), json!("16:9")));
    assert_eq!(header(&stream, "authorization").unwrap(), format!("Bearer {}", crate::asking::KEY));
    assert_eq!(header(&stream, "accept").unwrap(), "text/event-stream");
    assert_eq!(header(&plain, "accept").unwrap(), "application/json");
    assert_eq!(header(&plain, "content-type").unwrap(), "application/json");
    let encodings = header(&plain, "accept-encoding").unwrap();
    assert!(encodings.contains("gzip") && encodings.contains("br"), "{encodings}");
    let body: Value = serde_json::from_slice(&plain.body).unwrap();
    assert_eq!((body["stream"].clone(), body.get("stream_options")), (json!(false), None));
}

#[tokio::test]
async fn nothing_is_sent_that_poe_would_refuse() {
    let sim = script().await;
    let mut request = question();
    request.temperature = Some(3.0);
    let seen = ask(&client(&sim), request).await;
    assert_eq!((seen.outcome().as_str(), seen.order.as_slice()), (" > invalid_input", ["failed"].as_slice()));
    assert_eq!((seen.error.unwrap().param.as_deref(), sim.requests().len()), (Some("temperature"), 0));
}
