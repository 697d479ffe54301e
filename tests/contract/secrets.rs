//! The key goes to Poe and nowhere else.

use poe::sim::Reply;
use serde_json::json;

use crate::asking::{CHAT, KEY, ask, client, config, question, script};

#[tokio::test]
async fn not_into_errors_even_when_poe_quotes_it() {
    let quoted = format!("Incorrect API key provided: {KEY}. Bearer {KEY}");
    for reply in [
        Reply::error(401, &quoted, KEY, Some(KEY)).header("x-request-id", KEY),
        Reply::text(403, &quoted),
        Reply::html(502, &format!("<title>{quoted}</title>")),
        Reply::json(200, json!({"error": {"message": quoted, "param": KEY}})),
        Reply::sse(&[&quoted]),
        Reply::sse(&[&json!({"error": quoted}).to_string()]),
        Reply::text(200, &quoted),
    ] {
        let sim = script().await;
        sim.always("POST", CHAT, reply.clone());
        sim.always("GET", "/usage/current_balance", reply);
        let asked = ask(&client(&sim), question()).await.error.unwrap();
        let balance = client(&sim).balance().await.unwrap_err();
        for error in [asked, balance] {
            let printed = format!("{error} {error:?}");
            assert!(!printed.contains("canary"), "{printed}");
        }
    }
}

#[tokio::test]
async fn not_into_what_debug_prints() {
    let sim = script().await;
    let printed = format!("{:?}", config(&sim));
    assert!(
        printed.contains("[secret]") && !printed.contains("canary"),
        "{printed}"
    );
}

#[tokio::test]
async fn not_to_where_a_redirect_leads() {
    let (sim, other) = (script().await, script().await);
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/chat/completions", other.base_url());
        sim.on("POST", CHAT, Reply::empty(status).header("location", &target));
        assert!(ask(&client(&sim), question()).await.error.is_some());
    }
    assert_eq!((sim.posts(), other.requests().len()), (5, 0));
}

#[tokio::test]
async fn no_answer_gets_into_a_log() {
    let piece = r#"{"choices":[{"delta":{"content":"private words"}"#;
    let sim = script().await;
    sim.on("POST", CHAT, Reply::sse(&[piece]));
    let error = ask(&client(&sim), question()).await.error.unwrap();
    assert!(error.message.contains("private words"), "it may be shown");
    assert!(!error.to_string().contains("private words"));
}
