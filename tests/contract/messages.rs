//! `/v1/messages`: Anthropic's shape there and back, what it counts of the cache and what it charges, and its refusals.

use std::time::Duration;

use poe::sim::{Part, Reply, Sim};
use poe::{ChatRequest, Client, Endpoint, Kind, Message, TokenUsage};
use serde_json::{Value, json};

use crate::asking::{Seen, ask, client, script};

const MESSAGES: &str = "/v1/messages";

fn to_claude(messages: Vec<Message>, cache_marks: Vec<usize>) -> ChatRequest {
    ChatRequest {
        endpoint: Endpoint::Messages,
        most_tokens: Some(64_000),
        cache_marks,
        ..ChatRequest::new("demo-claude", messages)
    }
}

/// 2,000 tokens, as the simulated Poe counts.
fn system() -> Message {
    Message::system("Be brief. ".repeat(800))
}

fn body(sim: &Sim, at: usize) -> Value {
    serde_json::from_slice(&sim.requests()[at].body).unwrap()
}

/// Read, written, and of the question in all.
fn cached(seen: &Seen) -> (u64, u64, u64) {
    let usage = seen.usage.unwrap();
    (usage.cached_tokens.unwrap(), usage.cache_written_tokens.unwrap(), usage.prompt_tokens.unwrap())
}

/// The newest row, settled.
async fn newest(client: &Client) -> (i64, Vec<(String, String)>) {
    client.usage(1, None).await.unwrap();
    let row = client.usage(1, None).await.unwrap().rows.remove(0);
    (row.points.unwrap(), row.breakdown)
}

#[tokio::test]
async fn an_answer_in_pieces_and_in_one() {
    for stream in [true, false] {
        let sim = script().await;
        let request = to_claude(vec![system(), Message::user("Once upon a time")], vec![0, 1]);
        let seen = ask(&client(&sim), ChatRequest { stream, ..request }).await;
        assert!(seen.outcome().ends_with("> stop"), "{seen:?}");
        assert!(seen.text.starts_with("# A tale"));
        assert_eq!(seen.order, ["sending", "started", "text", "usage", "done"]);
        let asked = &sim.requests()[0];
        assert_eq!(asked.path, MESSAGES);
        assert!(asked.headers.iter().any(|(name, _)| name == "anthropic-version"));
        assert_eq!(body(&sim, 0)["max_tokens"], 64_000);
        assert_eq!(cached(&seen), (0, 2_004, 2_004));
        let usage = seen.usage.unwrap();
        let sum = 2_004 + usage.completion_tokens.unwrap();
        assert_eq!(usage.total_tokens, (!stream).then_some(sum), "told with the whole alone");
    }
}

#[tokio::test]
async fn what_was_read_is_cheaper_for_five_minutes() {
    let (sim, minutes) = (script().await, |n: u64| Duration::from_secs(60 * n));
    let client = client(&sim);
    let mut said = vec![system(), Message::user("Once upon a time")];
    let first = ask(&client, to_claude(said.clone(), vec![0, 1])).await;
    let (cold, parts) = newest(&client).await;
    assert!(parts.iter().any(|(label, _)| label == "Cache write"), "{parts:?}");

    said.extend([Message::assistant(first.text.clone()), Message::user("Go on with it")]);
    sim.cool(minutes(4));
    let second = ask(&client, to_claude(said.clone(), vec![0, 1, 3])).await;
    let answer = first.usage.unwrap().completion_tokens.unwrap();
    assert_eq!(cached(&second), (2_004, answer + 4, 2_008 + answer));
    let (warm, parts) = newest(&client).await;
    assert!(warm < cold, "{warm} {cold}");
    let discount = parts.iter().find(|(label, _)| label == "Cache discount");
    assert!(
        discount.is_some_and(|(_, text)| text.starts_with('-') && text.contains("2004 tokens")),
        "{parts:?}"
    );

    // Read after four minutes, it is warm for another five.
    sim.cool(minutes(4));
    assert_eq!(cached(&ask(&client, to_claude(said.clone(), vec![0, 1, 3])).await).1, 0);
    sim.cool(minutes(5));
    assert_eq!(cached(&ask(&client, to_claude(said.clone(), vec![])).await), (0, 0, 2_008 + answer));
    assert_eq!(cached(&ask(&client, to_claude(said, vec![0])).await), (0, 2_000, 2_008 + answer));
}

#[tokio::test]
async fn events_as_anthropic_sends_them() {
    let event = |value: Value| {
        let name = value["type"].as_str().unwrap();
        Part::Bytes(format!("event: {name}\ndata: {value}\n\n").into_bytes())
    };
    let body = vec![
        event(
            json!({"type": "message_start", "message": {"id": "req_poe_1", "model": "claude-20260401", "content": [],
            "usage": {"input_tokens": 9, "cache_read_input_tokens": 7_000, "cache_creation_input_tokens": 300,
                      "cache_creation": {"ephemeral_5m_input_tokens": 300}, "output_tokens": 1}}}),
        ),
        event(
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
        ),
        event(
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm"}}),
        ),
        event(
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}),
        ),
        event(json!({"type": "content_block_stop", "index": 0})),
        event(json!({"type": "ping"})),
        event(
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
        ),
        event(
            json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hi"}}),
        ),
        event(json!({"type": "content_block_stop", "index": 1})),
        event(
            json!({"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 12}}),
        ),
        event(json!({"type": "message_stop"})),
    ];
    let sim = script().await;
    sim.on("POST", MESSAGES, Reply { body, ..Reply::sse(&[]) });
    let seen = ask(&client(&sim), to_claude(vec![Message::user("Hi")], vec![0])).await;
    assert_eq!((seen.outcome().as_str(), seen.reasoning.as_str()), ("Hi > length", "Hm"));
    let usage = TokenUsage {
        prompt_tokens: Some(7_309),
        completion_tokens: Some(12),
        cached_tokens: Some(7_000),
        cache_written_tokens: Some(300),
        ..TokenUsage::default()
    };
    assert_eq!(seen.usage, Some(usage));
}

#[tokio::test]
async fn refusals_are_known_as_poes_own() {
    let check = async |request: ChatRequest, status: u16, kind: Kind| {
        let sim = script().await;
        let error = ask(&client(&sim), request).await.error.unwrap();
        assert_eq!((error.status, error.kind), (Some(status), kind), "{error:?}");
        assert!(error.by_poe && !error.partial && !error.maybe_charged(), "{error:?}");
        assert_eq!(sim.posts(), 1, "nothing is sent again");
    };
    let hi = || to_claude(vec![Message::user("Hi")], Vec::new());
    let other = ChatRequest { model: "demo-sonnet".to_owned(), ..hi() };
    check(other, 404, Kind::NotFound).await;
    let mut unknown = hi();
    unknown.parameters.insert("output_effort".to_owned(), "low".into());
    check(unknown, 400, Kind::BadRequest).await;
    check(ChatRequest { max_tokens: Some(99_000), ..hi() }, 400, Kind::BadRequest).await;
}

#[tokio::test]
async fn an_error_on_the_way_is_anthropics() {
    let sim = script().await;
    let error = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    let start = json!({"type": "message_start", "message": {"usage": {"input_tokens": 9}}});
    let piece =
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}});
    let events = [start, piece, error].map(|event| event.to_string());
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    sim.on("POST", MESSAGES, Reply::sse(&events));
    let seen = ask(&client(&sim), to_claude(vec![Message::user("Hi")], Vec::new())).await;
    let error = seen.error.unwrap();
    assert_eq!((error.kind, error.inner), (Kind::StreamError, Some(Kind::ModelOverloaded)));
    assert!(error.partial && error.maybe_charged());
    assert_eq!(sim.posts(), 1);
}
