//! An answer from the web, at both addresses that know a way to ask for one, and which recorded model is asked in which way.

use std::collections::BTreeMap;

use poe::sim::Reply;
use poe::{ChatRequest, Endpoint, Kind, Source, WebSearch};
use serde_json::{Value, json};

use crate::asking::{ask, client, question, script};
use crate::conditions::skip;

/// By its parameter, and by the tool.
fn requests() -> [ChatRequest; 2] {
    let mut by_parameter = question();
    by_parameter.parameters.insert("web_search".to_owned(), true.into());
    let by_tool = ChatRequest {
        model: "demo-think".to_owned(),
        endpoint: Endpoint::Responses,
        web_search: true,
        ..question()
    };
    [by_parameter, by_tool]
}

fn hosts(sources: &[Source]) -> Vec<(u32, &str)> {
    sources.iter().map(|it| (it.number, it.url.split('/').nth(2).unwrap_or_default())).collect()
}

#[tokio::test]
async fn an_answer_from_the_web_brings_its_pages() {
    let sim = script().await;
    let client = client(&sim);
    for (is_tool, request) in [false, true].into_iter().zip(requests()) {
        for stream in [true, false] {
            let seen = ask(&client, ChatRequest { stream, ..request.clone() }).await;
            assert!(seen.outcome().ends_with("> stop") && seen.text.contains("[1][2]"), "{}", seen.outcome());
            let expected = [(1, "example.com"), (2, "www.example.org"), (3, "example.net")];
            assert_eq!(hosts(&seen.sources), expected, "{is_tool} {stream}");
            assert_eq!(seen.sources[0].title.as_deref(), Some("How bats hear the dark"));
            let searches: &[&str] = if is_tool { &["Say hello"] } else { &[] };
            assert_eq!(seen.searches, searches, "{stream}");
            assert_eq!(!seen.reasoning.is_empty(), is_tool, "{stream}");
            assert!(seen.usage.is_some_and(|usage| usage.completion_tokens > Some(50)));
            let sent = sim.requests().pop().unwrap();
            let body: Value = serde_json::from_slice(&sent.body).unwrap();
            let (path, asked) = match is_tool {
                true => ("/v1/responses", body["tools"] == json!([{"type": "web_search_preview"}])),
                false => ("/v1/chat/completions", body["web_search"] == true && body.get("tools").is_none()),
            };
            assert_eq!((sent.path.as_str(), asked), (path, true), "{body}");
        }
    }
    // Without the switch nothing of it is sent, and none is found.
    let seen = ask(&client, ChatRequest { web_search: false, ..requests()[1].clone() }).await;
    assert!(seen.sources.is_empty() && seen.searches.is_empty());
}

#[tokio::test]
async fn a_search_is_never_sent_twice() {
    let check = async |reply: Reply, kind: Kind, posts: usize| {
        let sim = script().await;
        sim.always("POST", "/v1/responses", reply.clone());
        let seen = ask(&client(&sim), requests()[1].clone()).await;
        let error = seen.error.unwrap();
        assert_eq!((error.kind, sim.posts()), (kind, posts), "{reply:?}");
        error
    };
    let event = |event: Value| event.to_string();
    let searched = event(json!({"type": "response.output_item.done",
        "item": {"type": "web_search_call", "action": {"type": "search", "query": "rain"}}}));
    let begun = event(json!({"type": "response.created", "response": {"model": "m", "output": []}}));
    // The host has searched, and that is paid, though no word has come.
    let broken = check(Reply::sse(&[&begun, &searched]).cut(), Kind::StreamCut, 1).await;
    assert!(broken.maybe_charged());
    let refused =
        Reply::error(400, "Model does not support responses method.", "invalid_request_error", None);
    let refused = check(refused, Kind::BadRequest, 1).await;
    assert!(!refused.maybe_charged());
    let busy = Reply::error(429, "Rate limit exceeded.", "rate_limit_error", None).header("retry-after", "0");
    check(busy, Kind::RateLimitExceeded, 3).await;
    let failed = event(json!({"type": "response.failed", "response": {"status": "failed",
        "error": {"code": "server_error", "message": "The search failed."}}}));
    let failed = check(Reply::sse(&[&begun, &searched, &failed]), Kind::StreamError, 1).await;
    assert!(failed.maybe_charged());
}

#[tokio::test]
async fn what_a_host_writes_oddly_leads_nowhere() {
    let sim = script().await;
    let chunk = |citations: Value| {
        json!({"citations": citations, "choices": [{"index": 0, "delta": {"content": "a [1] "}}]}).to_string()
    };
    let many: Vec<String> = (0..500).map(|n| format!("https://a.example/{n}")).collect();
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}).to_string();
    let odd = chunk(
        json!(["javascript:alert(1)", {"url": 7}, null, "https://user:pw@a.example", "https://b.example"]),
    );
    let events = [odd, chunk(json!("https://a.example")), chunk(json!(many)), end];
    let events: Vec<&str> = events.iter().map(String::as_str).chain(["[DONE]"]).collect();
    sim.on("POST", "/v1/chat/completions", Reply::sse(&events));
    let seen = ask(&client(&sim), question()).await;
    assert_eq!(seen.outcome(), "a [1] a [1] a [1]  > stop");
    assert_eq!(seen.sources.len(), 100);
    assert!(seen.sources.iter().all(|it| it.url.starts_with("https://") && it.number > 0));
    assert_eq!(seen.sources.iter().find(|it| it.number == 5).unwrap().url, "https://b.example");
}

#[tokio::test]
async fn how_each_recorded_model_is_asked_to_search() {
    let Some(folder) = std::env::var_os("POE_RECORDINGS") else {
        return skip("recordings", "POE_RECORDINGS is not set");
    };
    let sim = poe::sim::Sim::start(poe::sim::Scenario::Recorded(folder.into())).await.unwrap();
    let models = client(&sim).models().await.unwrap();
    assert_eq!(models.len(), 362);
    let mut ways: BTreeMap<String, usize> = BTreeMap::new();
    for model in &models {
        let way = match model.web_search() {
            Some(WebSearch::Parameter(name)) => name,
            Some(WebSearch::Tool) => "the tool of /v1/responses".to_owned(),
            None => "none".to_owned(),
        };
        *ways.entry(way).or_default() += 1;
        // What a model lists is never passed over.
        if model.features.iter().any(|feature| feature == "web_search") {
            assert!(model.web_search().is_some(), "{}", model.id);
        }
    }
    let expected = [
        ("enable_web_search", 7),
        ("none", 311),
        ("the tool of /v1/responses", 4),
        ("tool_web_search", 3),
        ("web_search", 34),
        ("web_search_enabled", 3),
    ];
    assert_eq!(ways, expected.map(|(way, count)| (way.to_owned(), count)).into());
}
