//! Dropping an answer is how to stop it: the connection must close, so that Poe stops working for nobody.

use std::time::Duration;

use poe::sim::{Reply, Sim};
use poe::{ChatEvent, ChatStream};

use crate::asking::{CHAT, ask, client, question, script};
use crate::conditions::{at_once, until};

async fn closes_at_once(answer: ChatStream, sim: &Sim) {
    let left = async || sim.requests().iter().any(|request| request.closed_early);
    at_once(async {
        drop(answer);
        until("the connection closes", left).await;
    })
    .await;
}

#[tokio::test]
async fn stop_in_the_middle_of_the_text_closes_the_connection_at_once() {
    let sim = script().await;
    let piece = r#"{"choices":[{"delta":{"content":"word "}}]}"#;
    sim.on("POST", CHAT, Reply::sse(&[piece, piece]).hang());
    let mut answer = client(&sim).chat(question());
    while !matches!(answer.next().await, Some(ChatEvent::Text(_))) {}
    closes_at_once(answer, &sim).await;
}

#[tokio::test]
async fn stop_before_the_first_byte_closes_the_connection_at_once() {
    let sim = script().await;
    sim.on("POST", CHAT, Reply::empty(200).hang());
    let mut answer = client(&sim).chat(question());
    tokio::select! {
        () = until("it is sent", async || sim.posts() == 1) => {}
        () = async { while answer.next().await.is_some() {} } => panic!("there is no answer"),
    }
    closes_at_once(answer, &sim).await;
}

#[tokio::test]
async fn stop_between_two_tries_sends_no_more() {
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
