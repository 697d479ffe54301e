//! The key goes to Poe and nowhere else.

use poe::sim::Reply;
use poe::{Client, Config, Kind};
use serde_json::json;

use crate::asking::{CHAT, KEY, ask, client, config, question, script};
use crate::authority::{Authority, TlsServer};

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
    assert!(printed.contains("[secret]") && !printed.contains("canary"), "{printed}");
}

/// Another host, port, scheme or path; each call, each status.
#[tokio::test]
async fn not_to_where_a_redirect_leads() {
    let (sim, other) = (script().await, script().await);
    let ours = Authority::new("Company");
    let secure = TlsServer::start(ours.sign("localhost", |_| {})).await;
    let client = Client::new(Config { extra_ca: ours.extra(), ..config(&sim) }).unwrap();
    let port = other.base_url().replace("http://127.0.0.1:", "");
    let targets = [
        (other.base_url(), Kind::NotFound),
        (format!("http://localhost:{port}"), Kind::CaptivePortal),
        (format!("//localhost:{port}"), Kind::CaptivePortal),
        (format!("http://{KEY}@localhost:{port}"), Kind::CaptivePortal),
        (format!("http://127.0.0.1@localhost:{port}"), Kind::CaptivePortal),
        (format!("https://localhost:{}", secure.address.port()), Kind::CaptivePortal),
        ("http://api.poe.com.evil.example/v1".to_owned(), Kind::CaptivePortal),
        ("/v1/elsewhere".to_owned(), Kind::NotFound),
        ("file:///etc/passwd".to_owned(), Kind::NotFound),
        (String::new(), Kind::NotFound),
    ];
    for status in [301, 302, 303, 307, 308] {
        for (target, kind) in &targets {
            let before = sim.requests().len();
            let reply = Reply::empty(status).header("location", target);
            for path in [CHAT, "/v1/models", "/usage/current_balance", "/v1/balance"] {
                sim.always(if path == CHAT { "POST" } else { "GET" }, path, reply.clone());
            }
            let errors = [
                ask(&client, question()).await.error.unwrap(),
                client.models().await.unwrap_err(),
                client.balance().await.unwrap_err(),
            ];
            for error in errors {
                assert_eq!((error.kind, error.status), (*kind, Some(status)), "{status} {target}");
                assert!(!error.is_retryable() && !format!("{error:?} {error}").contains("canary"));
            }
            assert_eq!(sim.requests().len(), before + 3, "{status} {target}");
        }
    }
    assert_eq!((other.requests().len(), secure.received().as_str()), (0, ""));
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
