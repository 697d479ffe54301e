//! The simulator over a bare socket: every address answers, every fault is a real one.

use std::io::{self, Read};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Encoding, Framing, Part, Recorded, Reply, Scenario, Sim};

/// What came back: the head, and the body as it stood on the wire.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
    end: io::Result<()>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (existing, value) = line.split_once(": ")?;
            existing.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The body without its chunks.
    fn bytes(&self) -> Vec<u8> {
        if self.header("transfer-encoding") != Some("chunked") {
            return self.body.clone();
        }
        let (mut rest, mut bytes) = (&self.body[..], Vec::new());
        while let Some(line) = rest.windows(2).position(|pair| pair == b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
            bytes.extend_from_slice(&rest[line + 2..line + 2 + size]);
            rest = &rest[line + 2 + size + 2..];
        }
        bytes
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes()).unwrap()
    }

    /// The data of each event.
    fn events(&self) -> Vec<String> {
        self.text()
            .split_terminator("\n\n")
            .map(|event| event.strip_prefix("data: ").unwrap().to_owned())
            .collect()
    }

    /// All deltas of one name, joined.
    fn deltas(&self, name: &str) -> String {
        self.events()
            .iter()
            .filter_map(|event| serde_json::from_str::<Value>(event).ok())
            .filter_map(|chunk| chunk["choices"][0]["delta"][name].as_str().map(str::to_owned))
            .collect()
    }
}

async fn send(sim: &Sim, method: &str, target: &str, key: Option<&str>, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(sim.address).await.unwrap();
    let key = key.map_or(String::new(), |key| format!("Authorization: Bearer {key}\r\n"));
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n{key}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).await.map(drop);
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = at.map_or((Vec::new(), Vec::new()), |at| {
        (bytes[..at].to_vec(), bytes[at + 4..].to_vec())
    });
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    Answer {
        status,
        head,
        body,
        end,
    }
}

async fn get(sim: &Sim, target: &str) -> Answer {
    read(send(sim, "GET", target, Some("demo"), "").await).await
}

fn question(model: &str, more: Value) -> String {
    let mut body =
        json!({ "model": model, "messages": [{ "role": "user", "content": "Show me everything" }] });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body.to_string()
}

async fn chat(sim: &Sim, model: &str, more: Value) -> Answer {
    read(
        send(
            sim,
            "POST",
            "/v1/chat/completions",
            Some("demo"),
            &question(model, more),
        )
        .await,
    )
    .await
}

async fn script() -> Sim {
    Sim::start(Scenario::Script).await.unwrap()
}

/// The simulator has seen that the client left its first request.
async fn left(sim: &Sim) -> Recorded {
    loop {
        match sim.requests().into_iter().next() {
            Some(request) if request.closed_early => return request,
            _ => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn lists_models_without_a_key() {
    let sim = script().await;
    let answer = read(send(&sim, "GET", "/v1/models", None, "").await).await;
    let list = answer.json();
    let ids: Vec<&str> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["id"].as_str())
        .collect();
    for id in [
        "demo-sonnet",
        "demo-think",
        "demo-image",
        "demo-dear",
        "demo-tools",
        "demo-rate-limit",
        "demo-cut",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
    assert!(answer.header("x-request-id").is_some() && answer.header("openai-processing-ms").is_some());

    let icon = list["data"][0]["metadata"]["image"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let icon = get(
        &sim,
        icon.strip_prefix(&format!("http://{}", sim.address)).unwrap(),
    )
    .await;
    assert_eq!(icon.header("content-type"), Some("image/png"));
    assert!(icon.body.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn refuses_keys() {
    let check = async |scenario: Scenario, key: Option<&str>, status: u16| {
        let sim = Sim::start(scenario.clone()).await.unwrap();
        let answer = read(send(&sim, "GET", "/usage/current_balance", key, "").await).await;
        assert_eq!(answer.status, status, "{scenario:?} {key:?}");
    };
    check(Scenario::Script, Some("anything"), 200).await;
    check(Scenario::Script, Some("sk-poe-revoked"), 401).await;
    check(Scenario::Script, Some("bad"), 401).await;
    check(Scenario::Script, None, 401).await;
    check(Scenario::Demo, Some("demo"), 200).await;
    check(Scenario::Demo, Some("sk-poe-demo-1"), 200).await;
    check(Scenario::Demo, Some("anything"), 401).await;
}

#[tokio::test]
async fn an_answer_costs_points_and_its_row_settles() {
    let sim = script().await;
    let before = get(&sim, "/usage/current_balance").await.json();
    assert_eq!(before.as_object().unwrap().len(), 12);
    assert_eq!(chat(&sim, "demo-dear", json!({})).await.status, 200);
    let after = get(&sim, "/usage/current_balance").await.json();
    let points = |balance: &Value| balance["current_point_balance"].as_i64().unwrap();
    let spent = points(&before) - points(&after);
    assert!(spent > 1_000, "{spent}");

    let newest = async || get(&sim, "/usage/points_history?limit=1").await.json()["data"][0].clone();
    let (first, second) = (newest().await, newest().await);
    assert_eq!(
        (&first["cost_points"], &first["cost_usd"]),
        (&json!(0), &json!("0"))
    );
    assert_eq!(second["cost_points"], json!(spent));
    assert_eq!(first["query_id"], second["query_id"]);

    sim.set_balance(0);
    assert_eq!(chat(&sim, "demo-flash", json!({})).await.status, 402);
    assert_eq!(
        get(&sim, "/usage/current_balance").await.json()["total_balance_usd"],
        "0.00"
    );
}

#[tokio::test]
async fn history_turns_its_pages() {
    let sim = script().await;
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&sim, &format!("/usage/points_history?limit=100{cursor}"))
            .await
            .json();
        rows.extend(page["data"].as_array().unwrap().clone());
        if page["has_more"] == false {
            break;
        }
        cursor = format!(
            "&starting_after={}",
            rows.last().unwrap()["query_id"].as_str().unwrap()
        );
    }
    assert!(rows.len() > 200);
    assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row["creation_time"].as_u64())));
    let days =
        rows[0]["creation_time"].as_u64().unwrap() - rows.last().unwrap()["creation_time"].as_u64().unwrap();
    assert!((28..30).contains(&(days / 86_400_000_000)));
    for kind in ["API", "Chat", "Canvas App"] {
        assert!(rows.iter().any(|row| row["usage_type"] == kind), "{kind}");
    }
    assert!(rows.iter().any(|row| row["cost_points"].as_i64() < Some(0)));
    assert!(
        rows.iter()
            .any(|row| row["cost_breakdown_in_points"]["Cache discount"].is_string())
    );

    for limit in ["0", "101", "many"] {
        assert_eq!(
            get(&sim, &format!("/usage/points_history?limit={limit}"))
                .await
                .status,
            400
        );
    }
    for path in ["/v1/balance", "/v1/usage/history", "/base/image/short"] {
        assert_eq!(
            get(&sim, path).await.json()["error"]["type"],
            "not_found_error",
            "{path}"
        );
    }
}

#[tokio::test]
async fn streams_and_whole_answers_agree() {
    let sim = script().await;
    let streamed = chat(
        &sim,
        "Demo-Think",
        json!({ "stream": true, "stream_options": { "include_usage": true } }),
    )
    .await;
    let whole = chat(&sim, "Demo-Think", json!({})).await.json();
    let message = &whole["choices"][0]["message"];
    assert_eq!(json!(streamed.deltas("content")), message["content"]);
    assert_eq!(json!(streamed.deltas("reasoning_content")), message["reasoning"]);
    assert_eq!(streamed.deltas("reasoning"), streamed.deltas("reasoning_content"));
    assert_eq!(whole["model"], "Demo-Think");

    let events = streamed.events();
    assert_eq!(events.last().unwrap(), "[DONE]");
    let usage: Value = serde_json::from_str(&events[events.len() - 2]).unwrap();
    assert_eq!(
        (&usage["choices"], &usage["usage"]),
        (&json!([]), &whole["usage"])
    );
    assert_eq!(streamed.header("x-ratelimit-limit-requests"), Some("500"));
    assert_eq!(sim.posts(), 2);

    let plain = chat(&sim, "demo-sonnet", json!({ "stream": true })).await;
    assert!(!plain.text().contains("\"usage\""));
    assert!(plain.deltas("content").contains("```rust"));
    assert!(
        (30_000..32_000).contains(
            &chat(&sim, "demo-long", json!({ "stream": true }))
                .await
                .deltas("content")
                .len()
        )
    );

    let picture =
        chat(&sim, "demo-image", json!({})).await.json()["choices"][0]["message"]["content"].clone();
    let (first, second) = picture.as_str().unwrap().split_once("\n\n").unwrap();
    assert_eq!(first, format!("![Show me everything.png]({second})"));

    let tools = json!([{ "type": "function", "function": { "name": "look" } }]);
    let call = chat(&sim, "demo-tools", json!({ "tools": tools })).await.json();
    assert_eq!(call["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(
        call["choices"][0]["message"]["tool_calls"][0]["function"]["name"],
        "look"
    );
    let refused = chat(&sim, "demo-flash", json!({ "tools": tools })).await.json();
    assert_eq!(refused["error"]["code"], "unsupported_feature_for_model");
}

#[tokio::test]
async fn each_error_model_fails_as_it_says() {
    let sim = script().await;
    let check = async |model: &str, more: Value, status: u16, code: &str, message: &str| {
        let answer = chat(&sim, model, more).await;
        let error = answer.json()["error"].clone();
        assert_eq!(answer.status, status, "{model}");
        assert_eq!(error["code"].as_str().unwrap_or_default(), code, "{model}");
        assert!(
            error["message"].as_str().unwrap().contains(message),
            "{model}: {error}"
        );
    };
    let none = || json!({});
    check(
        "demo-invalid-api-key",
        none(),
        401,
        "invalid_api_key",
        "Invalid API key provided",
    )
    .await;
    check(
        "demo-model-not-found",
        none(),
        400,
        "model_not_found",
        "does not exist",
    )
    .await;
    check(
        "demo-invalid-parameter",
        none(),
        400,
        "invalid_parameter",
        "Temperature must be",
    )
    .await;
    check(
        "demo-missing-parameter",
        none(),
        400,
        "missing_parameter",
        "'messages'",
    )
    .await;
    check(
        "demo-insufficient-points",
        none(),
        402,
        "insufficient_points",
        "Insufficient points",
    )
    .await;
    check(
        "demo-rate-limit",
        none(),
        429,
        "rate_limit_exceeded",
        "Rate limit exceeded",
    )
    .await;
    check(
        "demo-internal-error",
        none(),
        500,
        "internal_error",
        "unexpected error",
    )
    .await;
    check(
        "demo-internal-error",
        none(),
        500,
        "internal_error",
        "unexpected error",
    )
    .await;
    check(
        "demo-unavailable",
        none(),
        503,
        "internal_error",
        "unexpected error",
    )
    .await;
    check("demo-overloaded", none(), 529, "", "overloaded").await;
    check("demo-forbidden", none(), 403, "", "permissions").await;
    check("demo-refused", none(), 403, "", "moderation").await;
    check("demo-too-long", none(), 413, "", "context").await;
    check("demo-timeout", none(), 408, "", "start in time").await;
    check(
        "demo-sonnet",
        json!({ "temperature": 2.1 }),
        400,
        "invalid_parameter",
        "between 0 and 2",
    )
    .await;
    check(
        "demo-sonnet",
        json!({ "messages": null }),
        400,
        "missing_parameter",
        "'messages'",
    )
    .await;
    check("", none(), 400, "missing_parameter", "'model'").await;
    check(
        "xai/fast",
        none(),
        404,
        "model_not_found",
        "Bot does not exist: xai/fast",
    )
    .await;

    assert!(chat(&sim, "demo-rate-limit", none()).await.status == 200);
    assert!(chat(&sim, "demo-internal-error", none()).await.status == 200);
    assert_eq!(
        chat(&sim, "demo-rate-limit", none()).await.header("retry-after"),
        Some("2")
    );
    let gateway = chat(&sim, "demo-gateway", none()).await;
    assert_eq!((gateway.status, gateway.header("x-request-id")), (502, None));
    assert!(gateway.text().starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn each_broken_stream_breaks_as_it_says() {
    let sim = script().await;
    let stream = || json!({ "stream": true });

    let cut = chat(&sim, "demo-cut", stream()).await;
    assert_eq!(
        cut.end.as_ref().unwrap_err().kind(),
        io::ErrorKind::ConnectionReset
    );
    assert!(cut.deltas("content").contains("midnight"));
    assert!(chat(&sim, "demo-cut", json!({})).await.end.is_err());

    let framed = chat(&sim, "demo-error-frame", stream()).await.events();
    assert!(framed.last().unwrap().starts_with("{\"error\":"));
    assert!(framed.len() > 20);

    let finish = async |model: &str| {
        let whole = chat(&sim, model, json!({})).await.json();
        (
            whole["choices"][0]["finish_reason"].clone(),
            whole["choices"][0]["message"]["content"].as_str().unwrap().len(),
        )
    };
    assert_eq!(finish("demo-length").await, (json!("length"), 160));
    assert_eq!(finish("demo-empty").await, (json!("length"), 0));
    let short = chat(&sim, "demo-sonnet", json!({ "max_tokens": 2 })).await.json();
    assert_eq!(short["choices"][0]["finish_reason"], "length");
}

#[tokio::test]
async fn sees_the_client_leave() {
    for (model, scenario) in [("demo-stall", Scenario::Script), ("demo-long", Scenario::Demo)] {
        let sim = Sim::start(scenario).await.unwrap();
        let body = question(model, json!({ "stream": true }));
        let mut stream = send(&sim, "POST", "/v1/chat/completions", Some("demo"), &body).await;
        let mut byte = [0];
        stream.read_exact(&mut byte).await.unwrap();
        assert!(!sim.requests()[0].closed_early);
        drop(stream);
        let request = tokio::time::timeout(Duration::from_secs(5), left(&sim))
            .await
            .unwrap();
        assert!(request.closed_at > Some(request.at));
    }
}

#[tokio::test]
async fn a_stopped_answer_costs_its_share() {
    let sim = Sim::start(Scenario::Demo).await.unwrap();
    let before = sim.shared.demo.points();
    let body = question("demo-long", json!({ "stream": true }));
    let stream = send(&sim, "POST", "/v1/chat/completions", Some("demo"), &body).await;
    stream.readable().await.unwrap();
    drop(stream);
    tokio::time::timeout(Duration::from_secs(5), left(&sim))
        .await
        .unwrap();
    let spent = before - sim.shared.demo.points();
    assert!((1..100).contains(&spent), "{spent}");
}

#[tokio::test]
async fn scripted_replies_come_first_and_once() {
    let sim = script().await;
    sim.always("GET", "/v1/models", Reply::text(503, "always"));
    sim.on("GET", "/v1/models", Reply::html(403, "first"));
    sim.on(
        "GET",
        "/v1/models",
        Reply::json(200, json!([])).header("x-request-id", "mine"),
    );
    let first = get(&sim, "/v1/models?x=1").await;
    let second = get(&sim, "/v1/models").await;
    assert_eq!((first.status, first.text().as_str()), (403, "first"));
    assert_eq!(
        (second.status, second.header("x-request-id")),
        (200, Some("mine"))
    );
    assert_eq!(get(&sim, "/v1/models").await.status, 503);
    assert_eq!(get(&sim, "/v1/models").await.status, 503);
    let seen = &sim.requests()[0];
    assert_eq!((seen.path.as_str(), seen.query.as_str()), ("/v1/models", "x=1"));
}

#[tokio::test]
async fn framings_encodings_and_parts_carry_the_same_body() {
    let sim = script().await;
    for framing in [Framing::Chunked, Framing::Length, Framing::Close] {
        for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Brotli] {
            let mut reply = Reply::answer("Grüße, 世界")
                .split(3)
                .after(Duration::from_millis(1));
            (reply.framing, reply.encoding) = (framing, encoding);
            sim.on("GET", "/", reply);
            let answer = get(&sim, "/").await;
            let bytes = answer.bytes();
            let mut text = String::new();
            let read = match encoding {
                Encoding::Identity => Read::read_to_string(&mut bytes.as_slice(), &mut text),
                Encoding::Gzip => flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text),
                Encoding::Brotli => {
                    brotli::Decompressor::new(bytes.as_slice(), 4096).read_to_string(&mut text)
                }
            };
            assert!(
                read.is_ok() && text.contains("世界") && text.ends_with("data: [DONE]\n\n"),
                "{framing:?} {encoding:?}"
            );
        }
    }
}

#[tokio::test]
async fn faults_before_and_after_the_head() {
    let sim = script().await;
    let check = async |reply: Reply, status: u16, body: &str, reset: bool| {
        sim.on("GET", "/", reply);
        let answer = get(&sim, "/").await;
        assert_eq!(
            (answer.status, answer.text().as_str(), answer.end.is_err()),
            (status, body, reset)
        );
    };
    check(Reply::empty(200).cut(), 0, "", true).await;
    check(Reply::text(200, "").cut(), 200, "", true).await;
    check(Reply::text(200, "half").cut(), 200, "half", true).await;
    check(Reply::text(200, "whole"), 200, "whole", false).await;

    sim.on("GET", "/", Reply::text(200, "half").cut());
    assert_eq!(get(&sim, "/").await.header("content-length"), Some("5"));
}

#[tokio::test]
async fn a_connection_is_used_again_and_ends_with_the_server() {
    let sim = script().await;
    let mut stream = TcpStream::connect(sim.address).await.unwrap();
    let mut bytes = vec![0; 4096];
    for _ in 0..2 {
        sim.on("GET", "/", Reply::text(200, "again"));
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: sim\r\n\r\n")
            .await
            .unwrap();
        let mut text = String::new();
        while !text.ends_with("again") {
            let count = stream.read(&mut bytes).await.unwrap();
            assert_ne!(count, 0);
            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
    }
    let address = sim.address;
    drop(sim);
    assert!(matches!(stream.read(&mut bytes).await, Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn serves_recordings() {
    let folder = std::env::temp_dir().join(format!("sim-recordings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let messages = json!([{ "role": "user", "content": "Hello" }]);
    let chats = json!([{
        "request": { "body": { "model": "Some-Bot", "messages": messages } },
        "response": { "status": 200, "headers": { "server": "edge", "content-encoding": "br" }, "body": {
            "choices": [{ "message": { "content": "Hi there", "reasoning": "Hm", "reasoning_content": "Hm" }, "finish_reason": "stop" }],
        } },
    }]);
    std::fs::write(folder.join("models.json"), json!({ "data": [] }).to_string()).unwrap();
    std::fs::write(folder.join("chat-completions.json"), chats.to_string()).unwrap();
    let sim = Sim::start(Scenario::Recorded(folder.clone())).await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();

    assert_eq!(get(&sim, "/v1/models").await.json(), json!({ "data": [] }));
    let whole = chat(&sim, "Some-Bot", json!({ "messages": messages })).await;
    assert_eq!(
        (whole.header("server"), whole.header("content-encoding")),
        (Some("edge"), None)
    );
    assert_eq!(whole.json(), chats[0]["response"]["body"]);
    let streamed = chat(&sim, "Some-Bot", json!({ "messages": messages, "stream": true })).await;
    assert_eq!(
        (
            streamed.deltas("content").as_str(),
            streamed.deltas("reasoning").as_str()
        ),
        ("Hi there", "Hm")
    );
    assert_eq!(chat(&sim, "Other", json!({})).await.status, 404);
}

#[tokio::test]
async fn parts_may_be_composed_by_hand() {
    let sim = script().await;
    let mut reply = Reply::sse(&["{}"]);
    reply.body.push(Part::Bytes(b": ping\r\n\r\n".to_vec()));
    sim.on("GET", "/", reply.header("Transfer-Encoding", "chunked"));
    let answer = get(&sim, "/").await;
    assert_eq!(answer.text(), "data: {}\n\n: ping\r\n\r\n");
    assert_eq!(answer.head.to_lowercase().matches("transfer-encoding").count(), 1);
}
