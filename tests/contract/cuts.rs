//! Answers that break off: each cut is seen as one, and each answer has exactly one end.

use std::time::Duration;

use poe::sim::{Framing, Part, Reply};
use poe::{Client, Config};
use serde_json::json;

use crate::asking::{CHAT, ask, client, config, plain, question, script};

const PIECES: usize = 20;

fn piece(number: usize) -> String {
    json!({"choices": [{"delta": {"content": format!("{number} ")}}]}).to_string()
}

fn text(pieces: usize) -> String {
    (0..pieces).map(|number| format!("{number} ")).collect()
}

/// A streamed answer of twenty pieces of text, without the first frame, which has none.
fn stream(pieces: usize) -> Reply {
    let pieces: Vec<String> = (0..pieces).map(piece).collect();
    Reply::sse(&pieces.iter().map(String::as_str).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_stream_cut_at_any_piece_has_lost_its_end() {
    let sim = script().await;
    let client = client(&sim);
    for framing in [Framing::Chunked, Framing::Length, Framing::Close] {
        for count in 0..=PIECES {
            let mut reply = stream(count);
            reply.framing = framing;
            sim.on("POST", CHAT, reply.clone().cut());
            let seen = ask(&client, question()).await;
            let end = if count == 0 { "connection_lost" } else { "stream_cut" };
            assert_eq!(seen.outcome(), format!("{} > {end}", text(count)), "reset, {framing:?}");
            assert!(seen.error.unwrap().maybe_charged());

            sim.on("POST", CHAT, reply);
            let seen = ask(&client, question()).await;
            let end = if count == 0 { "malformed_response" } else { "stream_incomplete" };
            assert_eq!(seen.outcome(), format!("{} > {end}", text(count)), "closed in order, {framing:?}");
            assert!(seen.error.unwrap().maybe_charged());
        }
    }
    assert_eq!(sim.posts(), 3 * 2 * (PIECES + 1), "nothing was sent twice");
}

/// Not only between events: after each byte of three of them.
#[tokio::test]
async fn a_stream_at_every_byte() {
    let sim = script().await;
    let client = client(&sim);
    let bytes: Vec<u8> =
        (0..2).flat_map(|number| format!("data: {}\n\n", piece(number)).into_bytes()).collect();
    let one = bytes.len() / 2;
    for count in 1..=bytes.len() {
        let reply = Reply::bytes(200, "text/event-stream", bytes[..count].to_vec()).cut();
        sim.on("POST", CHAT, reply);
        let seen = ask(&client, question()).await;
        // Two line feeds end an event; it is whole before them, and was paid for.
        let (pieces, end) = match (count + 2) / one {
            0 => (0, "connection_lost"),
            pieces => (pieces, "stream_cut"),
        };
        assert_eq!(seen.outcome(), format!("{} > {end}", text(pieces)), "after {count} bytes");
    }
    assert_eq!(sim.posts(), bytes.len());
}

#[tokio::test]
async fn one_object_at_every_piece() {
    let sim = script().await;
    let client = client(&sim);
    let body =
        json!({"choices": [{"message": {"content": text(PIECES)}, "finish_reason": "stop"}]}).to_string();
    let size = body.len() / PIECES;
    for framing in [Framing::Chunked, Framing::Length, Framing::Close] {
        for count in 0..PIECES {
            let bytes = body.as_bytes()[..count * size].to_vec();
            let mut reply = Reply::bytes(200, "application/json", bytes).split(size);
            reply.framing = framing;
            sim.on("POST", CHAT, reply.clone().cut());
            let seen = ask(&client, plain()).await;
            assert_eq!(seen.outcome(), " > connection_lost", "reset after {count}, {framing:?}");
            assert!(seen.error.unwrap().maybe_charged());

            sim.on("POST", CHAT, reply);
            let seen = ask(&client, plain()).await;
            assert_eq!(seen.outcome(), " > malformed_response", "closed after {count}, {framing:?}");
        }
    }
    assert_eq!(sim.posts(), 3 * 2 * PIECES, "nothing was sent twice");
}

/// Every fault at every place, streamed and not: `ask` fails the test at an event after the end, `outcome` at no end.
#[tokio::test]
async fn every_answer_has_exactly_one_end() {
    let sim = script().await;
    let limit = Some(Duration::from_millis(200));
    let client = Client::new(Config {
        max_attempts: 2,
        first_byte_timeout: limit,
        idle_timeout: limit,
        ..config(&sim)
    })
    .unwrap();
    let error = json!({"error": {"message": "no", "type": "api_error"}}).to_string();
    let finish = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}).to_string();
    let faults: [(&str, Vec<Part>); 7] = [
        ("cut", vec![Part::Cut]),
        ("hang", vec![Part::Hang]),
        ("junk", vec![Part::Bytes(b"data: junk\n\n".to_vec())]),
        ("half", vec![Part::Bytes(b"data: {\"choices\":[{".to_vec())]),
        ("error", Reply::sse(&[&error]).body),
        ("error and cut", [Reply::sse(&[&error]).body, vec![Part::Cut]].concat()),
        ("end and more", Reply::sse(&["[DONE]", &finish, &error, "[DONE]"]).body),
    ];
    for (name, fault) in &faults {
        for count in [0, 1, 2, PIECES] {
            for request in [question(), plain()] {
                let mut reply = stream(count);
                reply.body.extend(fault.iter().cloned());
                sim.on("POST", CHAT, reply);
                let seen = ask(&client, request).await;
                assert!(seen.outcome().starts_with(&text(count)), "{name} after {count}");
                assert!(matches!(seen.order.last(), Some(&"done" | &"failed")));
            }
        }
    }
    for status in [200, 204, 301, 400, 401, 402, 403, 404, 408, 413, 429, 500, 502, 503, 504, 529] {
        for reply in [Reply::empty(status), Reply::text(status, "no"), Reply::html(status, "<html>").cut()] {
            sim.always("POST", CHAT, reply.header("retry-after-ms", "1"));
            let seen = ask(&client, question()).await;
            assert!(seen.error.is_some(), "{status}: {}", seen.outcome());
        }
    }
}
