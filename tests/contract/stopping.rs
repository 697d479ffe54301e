//! Dropping an answer is how to stop it: the connection must close, so that Poe stops working for nobody.

use std::time::{Duration, Instant};

use poe::ChatEvent;
use poe::sim::{Reply, Sim};

use crate::asking::{CHAT, ask, client, question, script};

const LIMIT: Duration = Duration::from_millis(100);

/// The time from `since` to when the server saw the client leave.
pub(crate) async fn left(sim: &Sim, since: Instant) -> Duration {
    for _ in 0..400 {
        if let Some(at) = sim.requests().iter().find_map(|request| request.closed_at) {
            return at.saturating_duration_since(since);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the connection stayed open");
}

#[tokio::test]
async fn in_the_middle_of_the_text() {
    let sim = script().await;
    let piece = r#"{"choices":[{"delta":{"content":"word "}}]}"#;
    sim.on("POST", CHAT, Reply::sse(&[piece, piece]).hang());
    let mut answer = client(&sim).chat(question());
    while !matches!(answer.next().await, Some(ChatEvent::Text(_))) {}
    let stopped = Instant::now();
    drop(answer);
    assert!(left(&sim, stopped).await <= LIMIT);
}

#[tokio::test]
async fn before_the_first_byte() {
    let sim = script().await;
    sim.on("POST", CHAT, Reply::empty(200).hang());
    let mut answer = client(&sim).chat(question());
    let waiting = tokio::time::timeout(Duration::from_millis(200), async {
        while answer.next().await.is_some() {}
    });
    assert!(waiting.await.is_err());
    assert_eq!(sim.posts(), 1);
    let stopped = Instant::now();
    drop(answer);
    assert!(left(&sim, stopped).await <= LIMIT);
}

#[tokio::test]
async fn while_waiting_for_the_next_try() {
    let sim = script().await;
    sim.always("POST", CHAT, Reply::text(429, "").header("retry-after", "30"));
    let mut answer = client(&sim).chat(question());
    while !matches!(answer.next().await, Some(ChatEvent::Retrying { .. })) {}
    drop(answer);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(sim.posts(), 1);
}

#[tokio::test]
async fn looking_away_loses_nothing() {
    let sim = script().await;
    let whole = Reply::answer("one two three four five");
    let mut slow = whole.clone();
    slow.body = whole
        .body
        .into_iter()
        .flat_map(|part| [part, poe::sim::Part::Wait(Duration::from_millis(7))])
        .collect();
    sim.on("POST", CHAT, slow);
    let mut answer = client(&sim).chat(question());
    let mut text = String::new();
    loop {
        // Drops the future of `next` every few milliseconds.
        let Ok(event) = tokio::time::timeout(Duration::from_millis(3), answer.next()).await else {
            continue;
        };
        match event {
            Some(ChatEvent::Text(piece)) => text += &piece,
            Some(ChatEvent::Failed(error)) => panic!("{error}"),
            Some(_) => {}
            None => break,
        }
    }
    assert_eq!(text, "one two three four five");
}

#[tokio::test]
async fn nothing_is_sent_before_the_first_look() {
    let sim = script().await;
    drop(client(&sim).chat(question()));
    assert_eq!(sim.posts(), 0);
    ask(&client(&sim), question()).await;
    assert_eq!(sim.posts(), 1);
}
