//! Failures that Poe or its edge tells: statuses with their bodies, errors inside a 200, answers that break off.

use poe::sim::{Framing, Reply};
use poe::{ChatRequest, DecidedBy, Kind};
use serde_json::json;

use crate::asking::{CHAT, answered, ask, config, plain, question, script};

/// Asks once with one try only, streaming and not.
async fn check(reply: Reply, expected: &str) {
    for request in [question(), plain()] {
        let sim = script().await;
        sim.always("POST", CHAT, reply.clone());
        let client = poe::Client::new(poe::Config { max_attempts: 1, ..config(&sim) }).unwrap();
        let seen = ask(&client, request).await;
        assert_eq!(seen.outcome(), expected, "{reply:?}");
        assert_eq!(sim.posts(), 1);
        let error = seen.error.unwrap();
        assert_eq!((error.status, error.attempt, error.sent), (Some(reply.status), 1, true));
        assert_eq!((error.host.as_deref(), error.partial), (Some("127.0.0.1"), false));
        assert!(error.request_id.is_some_and(|id| id.starts_with("req_")));
    }
}

#[tokio::test]
async fn statuses_with_the_bodies_of_the_guide() {
    let invalid = "invalid_request_error";
    let error = Reply::error;
    check(error(401, "Invalid API key provided", invalid, Some("invalid_api_key")), " > invalid_api_key")
        .await;
    check(error(400, "Model 'x' does not exist", invalid, Some("model_not_found")), " > model_not_found")
        .await;
    check(
        error(400, "Temperature must be between 0 and 2", invalid, Some("invalid_parameter")),
        " > invalid_parameter",
    )
    .await;
    check(
        error(400, "Missing required parameter", invalid, Some("missing_parameter")),
        " > missing_parameter",
    )
    .await;
    check(
        error(429, "Rate limit exceeded.", "rate_limit_error", Some("rate_limit_exceeded")),
        " > rate_limit_exceeded",
    )
    .await;
    check(
        error(402, "Insufficient points", "insufficient_quota", Some("insufficient_points")),
        " > insufficient_points",
    )
    .await;
    check(
        error(500, "An unexpected error occurred.", "api_error", Some("internal_error")),
        " > internal_error",
    )
    .await;
    check(
        error(503, "An unexpected error occurred.", "api_error", Some("internal_error")),
        " > service_unavailable",
    )
    .await;
}

#[tokio::test]
async fn statuses_with_other_bodies() {
    let error = Reply::error;
    check(
        error(401, "Incorrect API key provided.", "authentication_error", Some("invalid_api_key")),
        " > invalid_api_key",
    )
    .await;
    check(
        error(402, "You've used up your points!", "insufficient_quota", Some("insufficient_quota")),
        " > insufficient_points",
    )
    .await;
    check(error(400, "You've used up your points!", "x", None), " > insufficient_points").await;
    check(error(402, "balance", "insufficient_credits", None), " > insufficient_points").await;
    check(error(400, "Bot does not exist: x", "invalid_request_error", None), " > model_not_found").await;
    check(error(404, "Bot does not exist: x", "not_found_error", None), " > model_not_found").await;
    check(error(404, "no such path", "not_found_error", None), " > not_found").await;
    check(error(400, "'high' is not supported", "invalid_request_error", None), " > bad_request").await;
    check(
        error(400, "no tools", "invalid_request_error", Some("unsupported_feature_for_model")),
        " > unsupported_feature",
    )
    .await;
    check(error(403, "declined", "moderation_error", None), " > message_refused").await;
    check(error(403, "no access to this bot", "permission_error", None), " > permission_denied").await;
    check(error(408, "did not start", "timeout_error", None), " > model_timeout").await;
    check(error(413, "too many tokens", "request_too_large", None), " > context_too_long").await;
    check(error(429, "quota", "insufficient_quota", Some("insufficient_quota")), " > insufficient_points")
        .await;
    check(error(529, "busy", "overloaded_error", None), " > model_overloaded").await;
    check(error(502, "upstream", "upstream_error", None), " > gateway_error").await;
    check(Reply::text(429, "rate limited"), " > rate_limit_exceeded").await;
    check(Reply::text(500, ""), " > internal_error").await;
    check(
        Reply::json(401, json!({"error": {"code": 401, "type": "authentication_error"}})),
        " > invalid_api_key",
    )
    .await;
    check(Reply::json(500, json!({"error": "boom"})).gzip(), " > internal_error").await;
    for status in [401, 403] {
        check(Reply::html(status, "<html>"), " > refused_by_network").await;
        check(Reply::text(status, "Forbidden"), " > refused_by_network").await;
        check(Reply::empty(status), " > refused_by_network").await;
    }
    check(Reply::text(401, "{\"error\": {\"message\": \"half a").cut(), " > invalid_api_key").await;
    check(Reply::html(413, "<html>"), " > attachment_too_large").await;
    check(Reply::html(418, "<html>"), " > bad_request").await;
    for status in [502, 504, 520, 522, 524] {
        check(Reply::html(status, "<html>"), " > gateway_error").await;
    }
    check(Reply::empty(302).header("location", "http://login.hotel.example/"), " > captive_portal").await;
    check(Reply::empty(307).header("location", "/v2/chat/completions"), " > not_found").await;
    // The body of a failure may break off or be packed wrongly: the status is enough.
    check(Reply::text(500, "half").cut(), " > internal_error").await;
    check(Reply::text(500, "half").hang(), " > internal_error").await;
    check(Reply::text(503, "no gzip").header("content-encoding", "gzip"), " > service_unavailable").await;
}

#[tokio::test]
async fn errors_inside_a_200() {
    fn frame(error: serde_json::Value) -> String {
        json!({ "error": error }).to_string()
    }
    check(
        Reply::json(200, json!({"error": {"message": "x", "type": "api_error", "code": "internal_error"}})),
        " > internal_error",
    )
    .await;
    check(
        Reply::json(200, json!({"error": {"message": "x", "code": "insufficient_points"}})),
        " > insufficient_points",
    )
    .await;
    check(Reply::json(200, json!({"error": "Bot does not exist: x"})), " > model_not_found").await;
    check(Reply::sse(&[&frame(json!({"type": "overloaded_error"}))]), " > model_overloaded").await;
    check(Reply::sse(&[&frame(json!({"message": "what?"}))]), " > unknown").await;
    let named = "event: error\ndata: {\"message\":\"slow\",\"code\":\"rate_limit_exceeded\"}\n\n";
    check(Reply::bytes(200, "text/event-stream", named.into()), " > rate_limit_exceeded").await;
}

#[tokio::test]
async fn an_error_after_some_text_keeps_both() {
    let text = json!({"choices": [{"delta": {"content": "x".repeat(10_000)}}]}).to_string();
    let error = json!({"error": {"message": "busy", "type": "overloaded_error"}}).to_string();
    let in_chunk =
        json!({"choices": [{"delta": {}}], "error": {"message": "busy", "type": "overloaded_error"}})
            .to_string();
    for frame in [error, in_chunk] {
        let (seen, posts) = answered(Reply::sse(&[&text, &frame]), question()).await;
        let error = seen.error.unwrap();
        assert_eq!(
            (error.kind, error.inner, seen.text.len()),
            (Kind::StreamError, Some(Kind::ModelOverloaded), 10_000)
        );
        assert_eq!((error.message.as_str(), error.decided_by), ("busy", DecidedBy::Type));
        assert!(error.partial && error.maybe_charged());
        assert_eq!(posts, 1);
    }
}

#[tokio::test]
async fn a_stream_cut_at_every_piece() {
    let events = [
        r#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#,
        r#"{"choices":[{"delta":{"content":"one "}}]}"#,
        r#"{"choices":[{"delta":{"content":"two "}}]}"#,
        r#"{"choices":[{"delta":{"content":"three"}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
        r#"{"choices":[],"usage":{"total_tokens":9}}"#,
        "[DONE]",
    ];
    let cut = [
        " > connection_lost",
        " > connection_lost",
        "one  > stream_cut",
        "one two  > stream_cut",
        "one two three > stream_cut",
        "one two three > stop",
        "one two three > stop",
        "one two three > stop",
    ];
    let closed = [" > malformed_response", " > stream_incomplete", "one  > stream_incomplete"];
    for framing in [Framing::Chunked, Framing::Length, Framing::Close] {
        for count in 0..=events.len() {
            let mut reply = Reply::sse(&events[..count]);
            reply.framing = framing;
            let (seen, posts) = answered(reply.clone().cut(), question()).await;
            assert_eq!((seen.outcome().as_str(), posts), (cut[count], 1), "reset after {count}, {framing:?}");
            if let Some(expected) = closed.get(count) {
                let (seen, posts) = answered(reply, question()).await;
                assert_eq!(
                    (seen.outcome().as_str(), posts),
                    (*expected, 1),
                    "closed after {count}, {framing:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_whole_answer_that_breaks_off() {
    let body = br#"{"choices":[{"message":{"content":"Hi"#.to_vec();
    let (seen, posts) = answered(Reply::bytes(200, "application/json", body).cut(), plain()).await;
    assert_eq!((seen.outcome().as_str(), posts), (" > connection_lost", 1));
    assert!(seen.error.unwrap().maybe_charged());
}

#[tokio::test]
async fn a_packed_answer_that_can_not_be_unpacked() {
    let reply = Reply::text(200, "data: no gzip").header("content-encoding", "gzip");
    let (seen, posts) = answered(reply, question()).await;
    assert_eq!((seen.outcome().as_str(), posts), (" > malformed_response", 1));
}

#[tokio::test]
async fn a_reset_before_any_byte_is_not_sent_again() {
    for reply in
        [Reply::empty(200).cut(), Reply::answer("never").after(std::time::Duration::from_millis(5)).cut()]
    {
        let mut reply = reply;
        reply.body.retain(|part| !matches!(part, poe::sim::Part::Bytes(_)));
        let (seen, posts) = answered(reply, question()).await;
        let error = seen.error.clone().unwrap();
        assert_eq!((seen.outcome().as_str(), posts), (" > connection_lost", 1));
        assert!(error.sent && error.maybe_charged() && error.status.is_none(), "{error:?}");
    }
}

#[tokio::test]
async fn each_failing_model_of_the_demo() {
    let sim = script().await;
    let limit = Some(std::time::Duration::from_millis(300));
    let config =
        poe::Config { max_attempts: 1, first_byte_timeout: limit, idle_timeout: limit, ..config(&sim) };
    let client = poe::Client::new(config).unwrap();
    for (model, end) in [
        ("invalid-api-key", "invalid_api_key"),
        ("sonnet-retired", "model_not_found"),
        ("invalid-parameter", "invalid_parameter"),
        ("missing-parameter", "missing_parameter"),
        ("insufficient-points", "insufficient_points"),
        ("rate-limit", "rate_limit_exceeded"),
        ("internal-error", "internal_error"),
        ("unavailable", "service_unavailable"),
        ("overloaded", "model_overloaded"),
        ("forbidden", "permission_denied"),
        ("refused", "message_refused"),
        ("too-long", "context_too_long"),
        ("timeout", "model_timeout"),
        ("gateway", "gateway_error"),
        ("cut", "stream_cut"),
        ("stall", "stream_stalled"),
        ("error-frame", "stream_error"),
        ("length", "length"),
        ("empty", "empty_answer"),
    ] {
        let seen = ask(&client, ChatRequest { model: format!("demo-{model}"), ..question() }).await;
        let outcome = seen.outcome();
        assert_eq!(outcome.rsplit(" > ").next(), Some(end), "{model}: {outcome}");
    }
}
