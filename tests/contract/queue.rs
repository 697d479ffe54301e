//! The queue of a client over the wire: who waits, what it is told, and what leaves.

use std::time::Duration;

use poe::sim::{Reply, Sim};
use poe::{ChatEvent, ChatStream, Client, Config, Kind};

use crate::asking::{CHAT, ask, client, config, question, script};
use crate::conditions::at_once;

const BALANCE: &str = "/usage/current_balance";

fn one_at_a_time(sim: &Sim) -> Client {
    Client::new(Config { max_concurrent: 1, ..config(sim) }).unwrap()
}

async fn to_text(answer: &mut ChatStream) {
    while !matches!(answer.next().await, Some(ChatEvent::Text(_))) {}
}

async fn position(answer: &mut ChatStream) -> (usize, Duration) {
    match answer.next().await {
        Some(ChatEvent::Queued { position, wait, .. }) => (position, wait),
        event => panic!("{event:?}"),
    }
}

/// An answer that never ends.
fn endless() -> Reply {
    Reply::sse(&[r#"{"choices":[{"delta":{"content":"word "}}]}"#]).hang()
}

#[tokio::test]
async fn who_has_no_place_waits_and_is_told() {
    let sim = script().await;
    sim.always("POST", CHAT, endless());
    let client = one_at_a_time(&sim);
    let mut first = client.chat_in(1, question());
    to_text(&mut first).await;
    let mut others: Vec<ChatStream> = [1, 1, 2].map(|lane| client.chat_in(lane, question())).into();
    let mut positions = Vec::new();
    for other in &mut others {
        positions.push(position(other).await.0);
    }
    // The other conversation's first one goes before the second of this one.
    assert_eq!(positions, [1, 2, 2]);

    // Lists do not wait for answers.
    client.balance().await.unwrap();
    assert_eq!(sim.posts(), 1);

    // One that is dropped is out of the way at once, and was never sent.
    drop(others.remove(0));
    drop(others.remove(0));
    assert_eq!(position(&mut others[0]).await.0, 1);
    drop(first);
    at_once(to_text(&mut others[0])).await;
    assert_eq!(sim.posts(), 2);
}

#[tokio::test]
async fn a_429_holds_everything_until_its_time() {
    let sim = script().await;
    sim.on("POST", CHAT, Reply::text(429, "").header("retry-after", "0.6"));
    sim.always("POST", CHAT, Reply::answer("Hello"));
    let client = client(&sim);
    let mut refused = client.chat_in(1, question());
    while !matches!(refused.next().await, Some(ChatEvent::Retrying { .. })) {}
    let again = async { while refused.next().await.is_some() {} };
    let (other, balance, ()) = tokio::join!(ask(&client, question()), client.balance(), again);
    balance.unwrap();
    assert_eq!(other.outcome(), "Hello > stop");
    assert_eq!(other.order[..2], ["queued", "sending"]);
    let requests = sim.requests();
    assert_eq!(requests.len(), 4);
    for request in &requests[1..] {
        let waited = request.at - requests[0].at;
        assert!(waited >= Duration::from_millis(600), "{} {waited:?}", request.path);
    }
}

#[tokio::test]
async fn a_long_429_holds_the_others_for_a_minute_at_most() {
    let sim = script().await;
    sim.on("POST", CHAT, Reply::text(429, "").header("retry-after", "3600"));
    let client = client(&sim);
    let error = ask(&client, question()).await.error.unwrap();
    assert_eq!(error.kind, Kind::RateLimitExceeded);
    let (_, wait) = position(&mut client.chat(question())).await;
    assert!((50..=60).contains(&wait.as_secs()), "{wait:?}");
}

#[tokio::test]
async fn what_the_headers_leave_is_kept_to() {
    let sim = script().await;
    let last = Reply::answer("Hello")
        .header("x-ratelimit-limit-requests", "500")
        .header("x-ratelimit-remaining-requests", "0")
        .header("x-ratelimit-reset-requests", "0.5");
    sim.on("POST", CHAT, last);
    sim.always("POST", CHAT, Reply::answer("Hello"));
    let client = client(&sim);
    assert_eq!(ask(&client, question()).await.order[0], "sending");
    let second = ask(&client, question()).await;
    assert_eq!(second.order[..2], ["queued", "sending"]);
    let requests = sim.requests();
    assert!(requests[1].at - requests[0].at >= Duration::from_millis(490));
}

#[tokio::test]
async fn what_never_left_does_not_count() {
    let sim = script().await;
    let mut config = config(&sim);
    drop(sim);
    config.requests_per_minute = 2;
    config.max_attempts = 2;
    let client = Client::new(config).unwrap();
    for _ in 0..2 {
        let seen = ask(&client, question()).await;
        assert_eq!(seen.error.as_ref().unwrap().kind, Kind::ConnectionRefused);
        assert!(!seen.order.contains(&"queued"), "{:?}", seen.order);
    }
}

#[tokio::test]
async fn short_requests_count_too() {
    let sim = script().await;
    sim.always("POST", CHAT, Reply::answer("Hello"));
    let client = Client::new(Config { requests_per_minute: 3, ..config(&sim) }).unwrap();
    ask(&client, question()).await;
    client.balance().await.unwrap();
    client.models().await.unwrap();
    let (position, wait) = position(&mut client.chat(question())).await;
    assert_eq!(position, 1);
    assert!((58..=60).contains(&wait.as_secs()), "{wait:?}");
    let paths: Vec<String> = sim.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, [CHAT, BALANCE, "/v1/models"]);
}
