//! Whatever the shape in which a reason comes, its words and its ids are in the error, and in what the log is told.

use std::path::Path;
use std::sync::{Arc, Mutex};

use poe::sim::{Behaviour, Case};
use poe::{Client, Config, Observer};

use crate::asking::{ask, config, plain, question, script};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

/// The words of each variant of a case, asked once.
async fn check(name: &str, is_stream: bool, words: &[&str]) {
    let case = Case::read(Path::new(FIXTURES), name).unwrap();
    assert_eq!(case.variants().count(), words.len());
    for (variant, words) in case.variants().zip(words) {
        let sim = script().await;
        sim.play(&case, variant, Behaviour::default()).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = told.clone();
        let client = Client::new(Config {
            max_attempts: 1,
            observer: Some(Observer::new(move |record| log.lock().unwrap().push(record.clone()))),
            ..config(&sim)
        })
        .unwrap();
        let seen = ask(&client, if is_stream { question() } else { plain() }).await;
        let message = seen.error.map(|error| error.message).unwrap_or_default();
        assert!(message.contains(words), "{name} {variant}: {message:?} lacks {words:?}");
        let told = told.lock().unwrap();
        let said = told[0].said.clone().unwrap_or_default();
        assert!(said.contains(words), "{name} {variant}: the log says {said:?}");
    }
}

#[tokio::test]
async fn reasons_of_streams_are_told() {
    let lost = "The slot was lost.";
    let words = [
        lost,
        lost,
        lost,
        "9000 tokens, 8192 are taken",
        "being loaded",
        "slow down",
        lost,
        "error_id: 00000000-demo",
        "Too long.",
        lost,
        lost,
    ];
    check("T24", true, &words).await;
}

#[tokio::test]
async fn reasons_of_ends_are_told() {
    check("T26", true, &["error", "RECITATION", "", "", "", "abort", ""]).await;
}

#[tokio::test]
async fn reasons_of_whole_replies_are_told() {
    let lost = "The slot was lost.";
    check("C31", false, &["", "", "error", lost, "field required", lost]).await;
    check(
        "C30",
        false,
        &["Just a moment...", "Sign in to the network", "Forbidden", "", "Forbidden", "may not use it"],
    )
    .await;
}
