//! What is sent again, how often, and when.

use std::time::{Duration, Instant};

use poe::sim::Reply;
use poe::{Client, Config, Kind};
use serde_json::json;

use crate::asking::{CHAT, answered, ask, client, config, impatient, plain, question, script};

/// Fails with this until the tries are used up, with waiting times short enough for a test.
async fn check(reply: Reply, tries: usize, kind: Kind) {
    for request in [question(), plain()] {
        let (seen, posts) = answered(reply.clone().header("retry-after-ms", "5"), request).await;
        assert_eq!((posts, seen.error.unwrap().kind), (tries, kind), "{reply:?}");
        assert_eq!(seen.retries.len(), tries - 1);
    }
}

#[tokio::test]
async fn only_what_was_refused_is_sent_again() {
    for (status, kind) in [
        (408, Kind::ModelTimeout),
        (429, Kind::RateLimitExceeded),
        (500, Kind::InternalError),
        (503, Kind::ServiceUnavailable),
        (529, Kind::ModelOverloaded),
    ] {
        check(Reply::text(status, "no"), 3, kind).await;
    }
    for (status, kind) in [
        (400, Kind::BadRequest),
        (401, Kind::RefusedByNetwork),
        (402, Kind::InsufficientPoints),
        (403, Kind::RefusedByNetwork),
        (404, Kind::NotFound),
        (409, Kind::BadRequest),
        (413, Kind::AttachmentTooLarge),
        (501, Kind::InternalError),
        (502, Kind::GatewayError),
        (504, Kind::GatewayError),
        (520, Kind::GatewayError),
        (524, Kind::GatewayError),
    ] {
        check(Reply::text(status, "no"), 1, kind).await;
    }
    for (status, kind) in [(401, Kind::InvalidApiKey), (403, Kind::PermissionDenied)] {
        check(Reply::error(status, "no", "x", None), 1, kind).await;
    }
    check(Reply::error(429, "quota", "insufficient_quota", None), 1, Kind::InsufficientPoints).await;
}

#[tokio::test]
async fn inside_a_200_only_a_limit_or_overload_is_sent_again() {
    let frame = |type_: &str| Reply::json(200, json!({"error": {"message": "no", "type": type_}}));
    check(frame("overloaded_error"), 3, Kind::ModelOverloaded).await;
    check(frame("rate_limit_error"), 3, Kind::RateLimitExceeded).await;
    check(frame("api_error"), 1, Kind::InternalError).await;
    check(frame("provider_error"), 1, Kind::InternalError).await;
    check(frame("what"), 1, Kind::Unknown).await;
    let stream = |type_: &str| {
        let role = r#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#;
        Reply::sse(&[role, &json!({"error": {"message": "no", "type": type_}}).to_string()])
    };
    check(stream("overloaded_error"), 3, Kind::ModelOverloaded).await;
    check(stream("api_error"), 1, Kind::InternalError).await;
}

#[tokio::test]
async fn the_header_can_forbid_but_not_allow() {
    check(Reply::text(503, "no").header("x-should-retry", "false"), 1, Kind::ServiceUnavailable).await;
    check(Reply::text(502, "no").header("x-should-retry", "true"), 1, Kind::GatewayError).await;
    check(Reply::text(400, "no").header("x-should-retry", "true"), 1, Kind::BadRequest).await;
}

#[tokio::test]
async fn a_later_try_can_succeed() {
    let sim = script().await;
    sim.on("POST", CHAT, Reply::error(429, "slow down", "rate_limit_error", None).header("retry-after", "1"));
    sim.on("POST", CHAT, Reply::text(500, "").header("retry-after-ms", "10"));
    sim.on("POST", CHAT, Reply::answer("Hello"));
    let seen = ask(&client(&sim), question()).await;
    assert_eq!(seen.outcome(), "Hello > stop");
    let expected = [
        (2, 3, Duration::from_secs(1), Kind::RateLimitExceeded),
        (3, 3, Duration::from_millis(10), Kind::InternalError),
    ];
    assert_eq!(seen.retries, expected);
    assert_eq!(
        seen.order,
        ["sending", "retrying", "sending", "retrying", "sending", "started", "text", "usage", "done"]
    );
    let times: Vec<Instant> = sim.requests().iter().map(|request| request.at).collect();
    assert!(times[1] - times[0] >= Duration::from_secs(1), "Retry-After was not kept");
}

#[tokio::test]
async fn fractions_and_dates_are_kept() {
    let sim = script().await;
    let soon = httpdate(Duration::from_secs(2));
    sim.on("POST", CHAT, Reply::text(429, "").header("retry-after", "0.2"));
    sim.on("POST", CHAT, Reply::text(503, "").header("retry-after", &soon));
    sim.on("POST", CHAT, Reply::answer("Hello"));
    let seen = ask(&client(&sim), question()).await;
    assert_eq!(seen.retries[0].2, Duration::from_millis(200));
    assert!((1..=2_000).contains(&seen.retries[1].2.as_millis()), "{:?}", seen.retries);
}

fn httpdate(ahead: Duration) -> String {
    httpdate::fmt_http_date(std::time::SystemTime::now() + ahead)
}

#[tokio::test]
async fn a_long_wait_is_told_instead_of_slept() {
    let (seen, posts) = answered(Reply::text(429, "").header("retry-after", "90"), question()).await;
    let error = seen.error.unwrap();
    assert_eq!((posts, error.retry_after()), (1, Some(Duration::from_secs(90))));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn junk_means_our_own_waiting_time() {
    let sim = script().await;
    for junk in ["-7", "1e35"] {
        sim.on("POST", CHAT, Reply::text(429, "").header("retry-after", junk));
    }
    let client = Client::new(Config { max_attempts: 2, ..config(&sim) }).unwrap();
    let seen = ask(&client, question()).await;
    assert!(seen.retries[0].2 <= Duration::from_secs(1), "{:?}", seen.retries);
    assert_eq!(seen.error.unwrap().retry_after, None);
}

#[tokio::test]
async fn no_answer_in_time_is_not_sent_again() {
    let sim = script().await;
    let client = impatient(&sim);
    let piece = r#"{"choices":[{"delta":{"content":"Hi"}}]}"#;
    for (reply, expected, status) in [
        (Reply::empty(200).hang(), " > first_byte_timeout", None),
        (Reply::sse(&[""]).hang(), " > stream_stalled", Some(200)),
        (Reply::sse(&[piece]).hang(), "Hi > stream_stalled", Some(200)),
    ] {
        let before = sim.posts();
        sim.on("POST", CHAT, reply);
        let seen = ask(&client, question()).await;
        let error = seen.error.clone().unwrap();
        assert_eq!((seen.outcome().as_str(), error.status), (expected, status));
        assert_eq!((error.partial, error.maybe_charged()), (!seen.text.is_empty(), true));
        assert_eq!(sim.posts(), before + 1);
    }
}

#[tokio::test]
async fn keep_alive_comments_count_as_life() {
    let sim = script().await;
    let mut reply = Reply::sse(&[]);
    for _ in 0..5 {
        reply.body.push(poe::sim::Part::Bytes(b": ping\n\n".to_vec()));
        reply.body.push(poe::sim::Part::Wait(Duration::from_millis(60)));
    }
    reply.body.extend(Reply::answer("Hello").body);
    sim.on("POST", CHAT, reply);
    assert_eq!(ask(&impatient(&sim), question()).await.outcome(), "Hello > stop");
}
