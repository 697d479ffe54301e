//! The friendly script: every address, every model.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Scenario, Sim};
use super::{chat, get, left, question, read, script, send};

#[tokio::test]
async fn lists_models_without_a_key() {
    let sim = script().await;
    let answer = read(send(&sim, "GET", "/v1/models", None, "").await).await;
    let list = answer.json();
    let ids: Vec<&str> =
        list["data"].as_array().unwrap().iter().filter_map(|row| row["id"].as_str()).collect();
    for id in
        ["demo-sonnet", "demo-think", "demo-image", "demo-dear", "demo-tools", "demo-rate-limit", "demo-cut"]
    {
        assert!(ids.contains(&id), "{id}");
    }
    assert!(answer.header("x-request-id").is_some() && answer.header("openai-processing-ms").is_some());

    let icon = list["data"][0]["metadata"]["image"]["url"].as_str().unwrap().to_owned();
    let icon = get(&sim, icon.strip_prefix(&format!("http://{}", sim.address)).unwrap()).await;
    assert_eq!(icon.header("content-type"), Some("image/png"));
    assert!(icon.body.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn a_request_without_a_good_key_is_refused() {
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
    assert_eq!((&first["cost_points"], &first["cost_usd"]), (&json!(0), &json!("0")));
    assert_eq!(second["cost_points"], json!(spent));
    assert_eq!(first["query_id"], second["query_id"]);

    sim.set_balance(0);
    assert_eq!(chat(&sim, "demo-flash", json!({})).await.status, 402);
    assert_eq!(get(&sim, "/usage/current_balance").await.json()["total_balance_usd"], "0.00");
}

#[tokio::test]
async fn history_turns_its_pages() {
    let sim = script().await;
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&sim, &format!("/usage/points_history?limit=100{cursor}")).await.json();
        rows.extend(page["data"].as_array().unwrap().clone());
        if page["has_more"] == false {
            break;
        }
        cursor = format!("&starting_after={}", rows.last().unwrap()["query_id"].as_str().unwrap());
    }
    assert!(rows.len() > 200);
    assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row["creation_time"].as_u64())));
    let days =
        rows[0]["creation_time"].as_u64().unwrap() - rows.last().unwrap()["creation_time"].as_u64().unwrap();
    assert!((28..30).contains(&(days / 86_400_000_000)));
    for kind in ["API", "Chat", "Canvas App"] {
        assert!(rows.iter().any(|row| row["usage_type"] == kind), "{kind}");
    }
    // Accounts differ in the sign of spending, but none mixes them.
    assert!(rows.iter().all(|row| row["cost_points"].as_i64() >= Some(0)));
    assert!(rows.iter().any(|row| row["cost_breakdown_in_points"]["Cache discount"].is_string()));

    for limit in ["0", "101", "many"] {
        assert_eq!(get(&sim, &format!("/usage/points_history?limit={limit}")).await.status, 400);
    }
    for path in ["/v1/balance", "/v1/usage/history", "/base/image/short"] {
        assert_eq!(get(&sim, path).await.json()["error"]["type"], "not_found_error", "{path}");
    }
}

#[tokio::test]
async fn streams_and_whole_answers_agree() {
    let sim = script().await;
    let streamed =
        chat(&sim, "Demo-Think", json!({ "stream": true, "stream_options": { "include_usage": true } }))
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
    assert_eq!((&usage["choices"], &usage["usage"]), (&json!([]), &whole["usage"]));
    assert_eq!(streamed.header("x-ratelimit-limit-requests"), Some("500"));
    assert_eq!(sim.posts(), 2);

    let plain = chat(&sim, "demo-sonnet", json!({ "stream": true })).await;
    assert!(!plain.text().contains("\"usage\""));
    assert!(plain.deltas("content").contains("```rust"));
    assert!(
        (30_000..32_000)
            .contains(&chat(&sim, "demo-long", json!({ "stream": true })).await.deltas("content").len())
    );

    let picture =
        chat(&sim, "demo-image", json!({})).await.json()["choices"][0]["message"]["content"].clone();
    let (first, second) = picture.as_str().unwrap().split_once("\n\n").unwrap();
    assert_eq!(first, format!("![Show me everything.png]({second})"));

    let tools = json!([{ "type": "function", "function": { "name": "look" } }]);
    let call = chat(&sim, "demo-tools", json!({ "tools": tools })).await.json();
    assert_eq!(call["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(call["choices"][0]["message"]["tool_calls"][0]["function"]["name"], "look");
    let refused = chat(&sim, "demo-flash", json!({ "tools": tools })).await.json();
    assert_eq!(refused["error"]["code"], "unsupported_feature_for_model");
}

#[tokio::test]
async fn a_sound_is_a_link_to_a_file() {
    let sim = script().await;
    let content =
        chat(&sim, "demo-voice", json!({})).await.json()["choices"][0]["message"]["content"].clone();
    let path = content.as_str().unwrap().strip_prefix(&format!("http://{}", sim.address)).unwrap().to_owned();
    let sound = get(&sim, &path).await;
    assert_eq!(sound.header("content-type"), Some("audio/wav"));
    assert!(
        sound.body.starts_with(b"RIFF") && sound.body[8..].starts_with(b"WAVE"),
        "{:?}",
        &sound.body[..12]
    );
    assert!((10_000..20_000).contains(&sound.body.len()));
    // Whoever makes films takes no chat.
    assert_eq!(chat(&sim, "demo-film", json!({})).await.status, 400);
}

#[tokio::test]
async fn each_error_model_fails_as_it_says() {
    let sim = script().await;
    let check = async |model: &str, more: Value, status: u16, code: &str, message: &str| {
        let answer = chat(&sim, model, more).await;
        let error = answer.json()["error"].clone();
        assert_eq!(answer.status, status, "{model}");
        assert_eq!(error["code"].as_str().unwrap_or_default(), code, "{model}");
        assert!(error["message"].as_str().unwrap().contains(message), "{model}: {error}");
    };
    let none = || json!({});
    check("demo-invalid-api-key", none(), 401, "invalid_api_key", "Invalid API key provided").await;
    check("demo-sonnet-retired", none(), 400, "model_not_found", "does not exist").await;
    check("demo-invalid-parameter", none(), 400, "invalid_parameter", "Temperature must be").await;
    check("demo-missing-parameter", none(), 400, "missing_parameter", "'messages'").await;
    check("demo-insufficient-points", none(), 402, "insufficient_points", "Insufficient points").await;
    check("demo-rate-limit", none(), 429, "rate_limit_exceeded", "Rate limit exceeded").await;
    check("demo-internal-error", none(), 500, "internal_error", "unexpected error").await;
    check("demo-internal-error", none(), 500, "internal_error", "unexpected error").await;
    check("demo-unavailable", none(), 503, "internal_error", "unexpected error").await;
    check("demo-overloaded", none(), 529, "", "overloaded").await;
    check("demo-forbidden", none(), 403, "", "permissions").await;
    check("demo-refused", none(), 403, "", "moderation").await;
    check("demo-too-long", none(), 413, "", "context").await;
    check("demo-timeout", none(), 408, "", "start in time").await;
    check("demo-sonnet", json!({ "temperature": 2.1 }), 400, "invalid_parameter", "between 0 and 2").await;
    check("demo-sonnet", json!({ "messages": null }), 400, "missing_parameter", "'messages'").await;
    check("", none(), 400, "missing_parameter", "'model'").await;
    check("xai/fast", none(), 404, "model_not_found", "Bot does not exist: xai/fast").await;

    assert!(chat(&sim, "demo-rate-limit", none()).await.status == 200);
    assert!(chat(&sim, "demo-internal-error", none()).await.status == 200);
    assert_eq!(chat(&sim, "demo-rate-limit", none()).await.header("retry-after"), Some("2"));
    let gateway = chat(&sim, "demo-gateway", none()).await;
    assert_eq!((gateway.status, gateway.header("x-request-id")), (502, None));
    assert!(gateway.text().starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn each_broken_stream_breaks_as_it_says() {
    let sim = script().await;
    let stream = || json!({ "stream": true });

    let cut = chat(&sim, "demo-cut", stream()).await;
    assert_eq!(cut.end.as_ref().unwrap_err().kind(), io::ErrorKind::ConnectionReset);
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
async fn a_stopped_answer_costs_its_share() {
    let sim = Sim::start(Scenario::Demo).await.unwrap();
    let before = sim.shared.demo.points();
    let body = question("demo-long", json!({ "stream": true }));
    let stream = send(&sim, "POST", "/v1/chat/completions", Some("demo"), &body).await;
    stream.readable().await.unwrap();
    drop(stream);
    tokio::time::timeout(Duration::from_secs(5), left(&sim)).await.unwrap();
    let spent = before - sim.shared.demo.points();
    assert!((1..100).contains(&spent), "{spent}");
}

#[tokio::test]
async fn recordings_are_served_as_they_are() {
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
    assert_eq!((whole.header("server"), whole.header("content-encoding")), (Some("edge"), None));
    assert_eq!(whole.json(), chats[0]["response"]["body"]);
    let streamed = chat(&sim, "Some-Bot", json!({ "messages": messages, "stream": true })).await;
    assert_eq!(
        (streamed.deltas("content").as_str(), streamed.deltas("reasoning").as_str()),
        ("Hi there", "Hm")
    );
    assert_eq!(chat(&sim, "Other", json!({})).await.status, 404);
}

/// Of a person, who asks again or goes on from where the answer broke off: the failure is over then, and comes again with the
/// next question.
#[tokio::test(start_paused = true)]
async fn in_the_friendly_script_each_failure_is_mended() {
    let sim = std::sync::Arc::new(Sim::start(Scenario::Demo).await.unwrap());
    let failing = |list: Value| -> Vec<String> {
        let rows = list["data"].as_array().unwrap().clone();
        let rows = rows.iter().filter(|row| row["owned_by"] == super::super::FAILING);
        // A film that fails is another film's matter.
        let rows = rows.filter(|row| row["supported_endpoints"] != json!(["/v1/videos"]));
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let models = failing(get(&sim, "/v1/models").await.json());
    assert_eq!(models.len(), 19);
    let mut played = tokio::task::JoinSet::new();
    for model in models {
        let sim = sim.clone();
        played.spawn(async move {
            let ask = async |text: &str| asked(&sim, &model, json!([{ "role": "user", "content": text }])).await;
            // Those that the app sends again by itself fail until a person presses.
            let failures = match model.as_str() {
                "demo-sonnet-retired" | "demo-insufficient-points" => {
                    for _ in 0..4 {
                        assert_ne!(ask("One").await.status, 200, "{model}");
                    }
                    return;
                }
                "demo-stall" => return,
                "demo-unavailable" | "demo-overloaded" | "demo-timeout" => 3,
                "demo-internal-error" => 2,
                _ => 1,
            };
            let mut begun = String::new();
            for _ in 0..failures {
                let failed = ask("One").await;
                assert!(!is_whole(&failed), "{model}: {}", failed.status);
                if failed.status == 200 {
                    begun = failed.deltas("content");
                }
            }
            if !begun.is_empty() {
                let go_on = json!([
                    { "role": "user", "content": "One" }, { "role": "assistant", "content": begun }, { "role": "user", "content": "Go on." },
                ]);
                let rest = asked(&sim, &model, go_on).await;
                assert!(is_whole(&rest), "{model}");
                let joined = begun + &rest.deltas("content");
                assert_eq!(joined, super::super::answers::UNBROKEN, "{model}");
            }
            assert!(is_whole(&ask("One").await), "{model} is not mended");
            assert!(!is_whole(&ask("Two").await), "{model} fails no more");
            if !matches!(model.as_str(), "demo-refused" | "demo-too-long") {
                assert!(!is_whole(&ask("One").await), "{model} fails no more");
            }
        });
    }
    while let Some(ended) = played.join_next().await {
        ended.unwrap();
    }
}

/// Its stream pauses, and then goes on by itself.
#[tokio::test(start_paused = true)]
async fn in_the_friendly_script_a_pause_ends() {
    let sim = Sim::start(Scenario::Demo).await.unwrap();
    let body = question("demo-stall", json!({ "stream": true }));
    let answer = read(send(&sim, "POST", "/v1/chat/completions", Some("demo"), &body).await).await;
    assert_eq!(answer.deltas("content"), super::super::answers::UNBROKEN);
    assert!(is_whole(&answer));
}

async fn asked(sim: &Sim, model: &str, messages: Value) -> super::RawAnswer {
    let body = json!({ "model": model, "messages": messages, "stream": true }).to_string();
    read(send(sim, "POST", "/v1/chat/completions", Some("demo"), &body).await).await
}

/// It ends as an answer does, and says something.
fn is_whole(answer: &super::RawAnswer) -> bool {
    let ends = answer.end.is_ok() && answer.status == 200;
    ends && answer.text().contains("\"finish_reason\":\"stop\"") && !answer.deltas("content").is_empty()
}
