//! The request log, through the window's commands: what is listed, what is kept, and that it never stands in a chat's way.

use crate::commands::Window;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const CHAT: &str = "/v1/chat/completions";
const KEY: &str = "sk-poe-Zq7Lw2Vt9Xk4Rb8Nd3Mf6Hs1Pj5Gy0TcUeAi";

fn window() -> Window {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    window
}

/// Asks in a new chat and waits for the end of the answer.
pub(crate) fn ask(window: &Window, text: &str) -> Value {
    let chat = json!({ "id": window.chat("demo-flash") });
    let sent = window.ok("send", json!({ "conversationId": chat["id"], "text": text }));
    window.ended(&chat["id"], &sent["answer"]["id"])
}

/// The entries that fit, the newest first.
fn entries(window: &Window, filter: Value) -> Vec<Value> {
    window.ok("log_page", json!({ "filter": filter }))["entries"].as_array().unwrap().clone()
}

fn chats(window: &Window) -> Vec<Value> {
    entries(window, json!({ "text": CHAT }))
}

fn slow_down() -> Reply {
    Reply::error(429, "Slow down", "rate_limit_error", Some("rate_limit_exceeded"))
        .header("retry-after-ms", "1")
        .header("x-request-id", "req_slow")
}

#[test]
fn every_try_is_listed_with_what_it_was_and_how_it_ended() {
    let window = window();
    window.sim.on("POST", CHAT, slow_down());
    assert_eq!(ask(&window, "Hello")["status"]["state"], "done");

    let tries = chats(&window);
    let facts = |entry: &Value| {
        ["method", "model", "attempt", "of", "status", "code", "stopped", "hasBodies"]
            .map(|name| entry[name].clone())
            .to_vec()
    };
    assert_eq!(tries.len(), 2, "{tries:?}");
    let first = json!(["POST", "demo-flash", 1, 3, 429, "rate_limit_exceeded", false, false]);
    let second = json!(["POST", "demo-flash", 2, 3, 200, null, false, false]);
    assert_eq!(json!(facts(&tries[1])), first);
    assert_eq!(json!(facts(&tries[0])), second);
    assert_eq!(tries[1]["requestId"], "req_slow");
    assert_eq!(tries[0]["host"], "127.0.0.1");
    for name in ["outputTokens", "receivedBytes"] {
        assert!(tries[0][name].as_i64().unwrap() > 0, "{name}: {}", tries[0]);
    }
    assert!(tries[0]["firstByteMs"].as_i64() <= tries[0]["totalMs"].as_i64());
    assert!(telltale::clock::now() - tries[0]["at"].as_i64().unwrap() < 60_000);

    let paths: Vec<Value> = entries(&window, json!({})).iter().map(|it| it["path"].clone()).collect();
    for path in ["/v1/models", "/usage/current_balance", CHAT] {
        assert!(paths.contains(&json!(path)), "{path} is not in {paths:?}");
    }
    let failed = entries(&window, json!({ "failed": true, "model": "DEMO-flash", "text": "req_slow" }));
    assert_eq!(failed, [tries[1].clone()]);
    assert_eq!(window.ok("boot", json!({}))["log"]["codes"], json!(["rate_limit_exceeded"]));
}

#[test]
fn texts_are_kept_only_while_that_is_switched_on() {
    let window = window();
    let texts = |entry: &Value| window.ok("log_bodies", json!({ "id": entry["id"] }));
    ask(&window, "a secret wish");
    assert_eq!(texts(&chats(&window)[0]), json!({ "request": null, "response": null }));
    let file = window.dir.path().join("logs/requests.jsonl");
    assert!(!fs::read_to_string(&file).unwrap().contains("a secret wish"));

    assert_eq!(window.ok("log_keep_bodies", json!({ "on": true }))["bodies"], true);
    ask(&window, "a told wish");
    let kept = texts(&chats(&window)[0]);
    assert!(kept["request"].as_str().unwrap().contains("a told wish"), "{kept}");
    assert!(kept["response"].as_str().unwrap().contains("data: "), "{kept}");
    assert!(fs::read_to_string(&file).unwrap().contains("a told wish"));

    let off = window.ok("log_keep_bodies", json!({ "on": false }));
    assert_eq!((&off["bodies"], &off["hasBodies"]), (&json!(false), &json!(true)));
    ask(&window, "another wish");
    assert_eq!(chats(&window)[0]["hasBodies"], false);
    let without = window.ok("log_clear", json!({ "onlyBodies": true }));
    assert_eq!(without["hasBodies"], false);
    assert!(!fs::read_to_string(&file).unwrap().contains("wish"));
    assert_eq!(chats(&window).len(), 3, "the entries themselves stay");
}

#[test]
fn the_next_start_reads_on_and_keeps_no_texts() {
    let window = window();
    window.ok("log_keep_bodies", json!({ "on": true }));
    ask(&window, "before the end");
    let before = chats(&window);
    let window = window.start_again();
    assert_eq!(chats(&window), before);
    let log = window.ok("boot", json!({}))["log"].clone();
    assert_eq!((&log["bodies"], &log["hasBodies"]), (&json!(false), &json!(true)));
    window.set_key(KEY).unwrap();
    ask(&window, "after the start");
    let after = chats(&window);
    assert_eq!(after[0]["hasBodies"], false);
    assert!(after[0]["id"].as_i64() > before[0]["id"].as_i64());
}

#[test]
fn an_export_names_its_file_and_clearing_leaves_it() {
    let window = window();
    window.ok("log_keep_bodies", json!({ "on": true }));
    ask(&window, "a wish to share");
    let export = |with: bool| {
        let path = window.ok("log_export", json!({ "withBodies": with }));
        let path = Path::new(path.as_str().unwrap()).to_owned();
        assert!(path.starts_with(window.dir.path()), "{path:?}");
        fs::read_to_string(path).unwrap()
    };
    let (with, without) = (export(true), export(false));
    assert!(with.contains("a wish to share") && !without.contains("a wish to share"));
    for line in without.lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap()["path"].is_string(), "{line}");
    }
    let view = window.ok("log_clear", json!({ "onlyBodies": false }));
    assert_eq!((&view["kept"], &view["newest"]), (&json!(0), &json!(null)));
    assert_eq!(fs::read_dir(window.dir.path().join("exports")).unwrap().count(), 2);
    assert_eq!(fs::read_dir(window.dir.path().join("logs")).unwrap().count(), 0);
}

/// /dev/full refuses each byte as a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_once_and_no_chat_feels_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("logs")).unwrap();
    std::os::unix::fs::symlink("/dev/full", dir.path().join("logs/requests.jsonl")).unwrap();
    let window = Window::open_in(dir);
    window.set_key(KEY).unwrap();
    for text in ["one", "two", "three"] {
        assert_eq!(ask(&window, text)["status"]["state"], "done");
    }
    assert_eq!(chats(&window).len(), 3, "what the disk refuses can still be looked at");
    let notices = window.ok("boot", json!({}))["notices"].clone();
    let said: Vec<&Value> = notices.as_array().unwrap().iter().map(|card| &card["title"]).collect();
    assert_eq!(said, ["The request log stopped"]);
    assert_eq!(notices[0]["code"], "storage_failed");
}

/// A pipe that nobody reads lets its writer wait for ever, as a disk that hangs does.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_hangs_holds_up_no_chat() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("logs")).unwrap();
    let pipe = dir.path().join("logs/requests.jsonl");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let window = Window::open_in(dir);
    window.set_key(KEY).unwrap();
    assert_eq!(ask(&window, "Hello")["status"]["state"], "done");
    // Lets the writer go, and the app end. It reads until the last line is written.
    let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
    drop(window);
    let _ = reader.join();
}
