//! Every entry of the catalogue is reached by the way a person would meet it: a reply of Poe, a network that fails, a
//! certificate, a proxy, a field. One line a code; what cannot be had here is listed with its reason, and printed.

use crate::authority::{Authority, TlsServer};
use crate::commands::Window;
use crate::house::{House, KEY};
use poe::sim::Reply;
use poe::{BaseUrl, ManualProxy, Proxy, Secret};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use telltale::account::Network;
use telltale::errors::{codes, page};
use telltale::events::MessageView;

const CHAT: &str = "/v1/chat/completions";
const HALF: &str = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;

/// Whether Poe answered in a way that allows another try; else one POST is all there may be.
#[derive(Clone, Copy, PartialEq)]
enum Tries {
    Once,
    Thrice,
}
use Tries::{Once, Thrice};

fn refusal(status: u16, type_: &str, code: Option<&str>) -> Reply {
    Reply::error(status, "Poe's own words", type_, code).header("Retry-After", "0.05")
}

fn finished(reason: &str) -> Reply {
    let end = format!(r#"{{"choices":[{{"index":0,"delta":{{}},"finish_reason":"{reason}"}}]}}"#);
    Reply::sse(&[HALF, &end, "[DONE]"])
}

/// What Poe, or what stands in its place, replies to a question.
fn replies() -> Vec<(&'static str, Tries, Reply)> {
    let request = "invalid_request_error";
    let end = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    let call = r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"web_search","arguments":"{}"}}]}}]}"#;
    let frame = r#"{"error":{"message":"Overloaded","type":"overloaded_error"}}"#;
    vec![
        ("invalid_api_key", Once, refusal(401, request, Some("invalid_api_key"))),
        ("permission_denied", Once, refusal(403, "permission_error", None)),
        ("model_not_found", Once, refusal(404, request, Some("model_not_found"))),
        ("not_found", Once, refusal(404, "not_found_error", None)),
        ("invalid_parameter", Once, refusal(400, request, Some("invalid_parameter"))),
        ("bad_request", Once, refusal(422, request, None)),
        ("missing_parameter", Once, refusal(400, request, Some("missing_parameter"))),
        ("unsupported_feature", Once, refusal(400, request, Some("unsupported_feature_for_model"))),
        ("context_too_long", Once, refusal(413, "request_too_large", None)),
        ("attachment_too_large", Once, Reply::html(413, "<h1>413</h1>")),
        ("message_refused", Once, refusal(403, "moderation_error", None)),
        ("insufficient_points", Once, refusal(402, "insufficient_quota", Some("insufficient_points"))),
        (
            "rate_limit_exceeded",
            Once,
            Reply::error(429, "Slow", "rate_limit_error", Some("rate_limit_exceeded"))
                .header("Retry-After", "300"),
        ),
        ("internal_error", Thrice, refusal(500, "api_error", Some("internal_error"))),
        ("service_unavailable", Thrice, refusal(503, "api_error", None)),
        ("model_overloaded", Thrice, refusal(529, "overloaded_error", None)),
        ("model_timeout", Thrice, refusal(408, "timeout_error", None)),
        ("gateway_error", Once, Reply::html(502, "<h1>Bad gateway</h1>")),
        ("captive_portal", Once, Reply::html(200, "<h1>Welcome, guest</h1>")),
        ("malformed_response", Once, Reply::text(200, "not what was asked for")),
        ("connection_lost", Once, Reply::sse(&[]).cut()),
        ("stream_cut", Once, Reply::sse(&[HALF]).cut()),
        ("stream_incomplete", Once, Reply::sse(&[HALF])),
        ("stream_error", Once, Reply::sse(&[HALF, frame])),
        ("empty_answer", Once, Reply::sse(&[end, "[DONE]"])),
        ("length_limit", Once, finished("length")),
        ("ended_by_host", Once, finished("error")),
        ("refused_by_network", Once, Reply::html(403, "<h1>Just a moment</h1>")),
        ("tool_wanted", Once, Reply::sse(&[call, end, "[DONE]"])),
        ("unknown", Once, Reply::sse(&[r#"{"message":"The slot was lost."}"#, "[DONE]"])),
    ]
}

fn code(view: &MessageView) -> String {
    let card = view.status.card.as_ref();
    card.map_or_else(|| format!("no card: {:?}", view.status.state), |card| card.code.clone())
}

async fn reply_gives(expected: &str, tries: Tries, reply: Reply) {
    let house = House::new().await;
    house.sim.always("POST", CHAT, reply);
    let (_, answer) = house.ask("Why?").await;
    let end = house.ended(answer).await;
    assert_eq!(code(&end), expected);
    let most = if tries == Thrice { 3 } else { 1 };
    assert_eq!(house.sim.posts(), most, "{expected}: sent so many times");
    house.assert_no_key();
}

/// The same question where the way to Poe fails: nothing may reach the simulated Poe.
async fn way_gives(expected: &str, address: &str, network: Network) {
    let house = House::new().await;
    house.account.set_network(network).unwrap();
    let base_url = BaseUrl::parse(address).unwrap();
    house.account.connect_to(base_url, Secret::from_pasted(KEY)).unwrap();
    let (_, answer) = house.ask("Why?").await;
    assert_eq!(code(&house.ended(answer).await), expected);
    assert_eq!(house.sim.posts(), 0, "{expected}");
    house.assert_no_key();
}

fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn by(proxy: Proxy, trusted: &Authority) -> Network {
    Network { proxy, extra_ca: trusted.extra(), ..Network::default() }
}

async fn ways() -> BTreeSet<&'static str> {
    let (ours, theirs) = (Authority::new("Company"), Authority::new("Somebody"));
    let none = || by(Proxy::None, &ours);
    let local = |port: u16| format!("https://localhost:{port}/v1");
    way_gives("dns_failed", "https://no-such-host.invalid/v1", none()).await;
    way_gives("connection_refused", &local(closed_port()), none()).await;
    let stranger = TlsServer::start(theirs.sign("localhost", |_| {})).await;
    way_gives("tls_untrusted", &local(stranger.address.port()), none()).await;
    let expired = ours.sign("localhost", |it| it.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let expired = TlsServer::start(expired).await;
    way_gives("tls_invalid", &local(expired.address.port()), none()).await;
    let nobody = ManualProxy::parse(&format!("http://127.0.0.1:{}", closed_port()), None).unwrap();
    way_gives("proxy_failed", "https://poe.invalid/v1", by(Proxy::Manual(nobody), &ours)).await;
    assert_eq!(
        stranger.received() + &expired.received(),
        "",
        "the key stays here until the other side is known"
    );
    BTreeSet::from(["dns_failed", "connection_refused", "tls_untrusted", "tls_invalid", "proxy_failed"])
}

/// What one's own limit and the two halves of what Poe says of points come to.
async fn points() -> [&'static str; 2] {
    let house = House::new().await;
    house.sim.set_balance(48_000);
    house.balance.refresh().await;
    house.chat.set_daily_limit(Some(1));
    let (_, answer) = house.ask("Why?").await;
    assert_eq!(code(&house.ended(answer).await), "budget_reached");
    assert_eq!(house.sim.posts(), 0);
    let failed = refusal(503, "api_error", None);
    house.sim.always("GET", "/usage/points_history", failed);
    let card = house.ledger.refresh().await.card.expect("a card");
    assert_eq!(card.code, "usage_partial");
    ["budget_reached", "usage_partial"]
}

/// What a command refuses with, in the app as the window meets it.
fn commands() -> BTreeSet<&'static str> {
    let window = Window::open();
    let check = |command: &str, arguments: Value, expected: &str| {
        let refused = window.call(command, arguments).unwrap_err();
        assert_eq!(refused["code"], expected, "{command}: {refused}");
    };
    check("open_link", json!({ "url": "file:///etc/passwd" }), "link_refused");
    check("open_conversation", json!({ "id": 999 }), "storage_failed");
    check("move_data", json!({ "folder": "/tmp" }), "data_folder");
    check("restore_backup", json!({ "id": "none" }), "backup_failed");
    check("change_settings", json!({ "change": { "baseUrl": "http://api.poe.com/v1" } }), "invalid_base_url");
    check(
        "change_settings",
        json!({ "change": { "defaultParameters": { "temperature": 3 } } }),
        "invalid_input",
    );
    let empty = json!({ "source": { "type": "typed", "key": " " }, "keep": "keychain", "forMessage": null, "progress": "__CHANNEL__:7" });
    check("set_key", empty, "invalid_input");
    let notices = damaged_files();
    let expected = ["settings_set_aside", "library_set_aside"];
    assert_eq!(notices, expected.map(str::to_owned), "damaged files");
    BTreeSet::from([
        "library_set_aside",
        "settings_set_aside",
        "link_refused",
        "storage_failed",
        "backup_failed",
        "data_folder",
        "invalid_base_url",
        "invalid_input",
    ])
}

/// The notices of a start on files that are none.
fn damaged_files() -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    for file in ["settings.json", "telltale.db"] {
        std::fs::write(dir.path().join(file), "not what it should be".repeat(300)).unwrap();
    }
    let boot = Window::open_in(dir).ok("boot", json!({}));
    let notices = boot["notices"].as_array().unwrap().iter();
    notices.map(|card| card["code"].as_str().unwrap().to_owned()).collect()
}

/// Reached by a test elsewhere, since it needs a service, a clock or a file of its own; or by none, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("api_key_expired", "tests/app/sign_in.rs lets a key end"),
    ("sign_in_failed", "tests/app/sign_in.rs has each of its ends"),
    ("keychain_locked", "tests/app/keychain.rs, with a real keyring"),
    ("keychain_unavailable", "tests/app/keychain.rs, with a bus without a service"),
    ("keychain_timed_out", "tests/app/keychain.rs, with a bus that never answers"),
    ("keychain_corrupt", "tests/app/keychain.rs, with two entries"),
    ("link_not_opened", "tests/window/storage.rs, on a desktop without a browser"),
    ("video_waits", "tests/app/films.rs, where the waiting ends before the video is there"),
    ("video_failed", "tests/app/films.rs, of a video that fails, and of one that is gone"),
    ("import_failed", "tests/app/import.rs, of files that hold no chats"),
    ("file_not_saved", "tests/window/answers.rs, where nothing can be written"),
    ("page_reloaded", "tests/window/web_process.rs, where the page's process ends"),
    ("keychain_denied", "tests/window/keychain.rs, with a keyring whose question is refused"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_is_reached_and_none_is_sent_twice() {
    let mut reached = BTreeSet::new();
    for (code, tries, reply) in replies() {
        reply_gives(code, tries, reply).await;
        reached.insert(code);
    }
    let house = House::without_key().await;
    let (_, answer) = house.ask("Why?").await;
    assert_eq!(code(&house.ended(answer).await), "no_api_key");
    assert_eq!(house.sim.posts(), 0);
    reached.insert("no_api_key");
    reached.extend(points().await);
    reached.extend(ways().await);
    reached.extend(tokio::task::spawn_blocking(commands).await.unwrap());
    let waits = tokio::task::spawn_blocking(crate::waits::reached).await.unwrap();
    let alone = waits.contains("offline");
    reached.extend(waits);
    #[allow(clippy::print_stdout)]
    if !alone && reached.insert("offline") {
        println!("not here: offline: no process may have a network of its own on this computer");
    }
    #[allow(clippy::print_stdout)]
    for (code, reason) in ELSEWHERE {
        assert!(reached.insert(code), "{code} is reached here: its line can go");
        println!("not here: {code}: {reason}");
    }
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), codes(), "entries and their ways");
    for kind in poe::Kind::ALL {
        assert!(codes().contains(&kind.code()), "{kind:?}");
    }
    for code in codes() {
        assert!(page(code).is_some(), "{code} has no page");
    }
}
