//! The set-up's last check: its cost is told before, it is sent once and small, and its failure undoes nothing.

use crate::commands::Window;
use poe::sim::Reply;
use serde_json::{Value, json};

const CHAT: &str = "/v1/chat/completions";

fn connected() -> Window {
    let window = Window::open();
    window.set_key(crate::house::KEY).unwrap();
    window
}

fn posts(window: &Window) -> Vec<Value> {
    let requests = window.sim.requests().into_iter();
    let posts = requests.filter(|request| request.path == CHAT);
    posts.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

#[test]
fn the_new_chats_model_is_asked_and_its_price_said() {
    let window = connected();
    let offer = window.ok("test_offer", json!({}));
    let first = window.app().models.first_text_model();
    assert_eq!(offer["model"], json!(first), "a first chat's model");
    assert!(offer["points"].as_i64().is_some_and(|points| points >= 1), "{offer}");

    window.ok("change_settings", json!({ "change": { "defaultModel": "demo-flash" } }));
    let chosen = window.ok("test_offer", json!({}));
    assert_eq!(chosen["model"], "demo-flash");
    assert_eq!(posts(&window).len(), 0, "nothing is sent by itself");
}

#[test]
fn it_is_ten_tokens_sent_once() {
    let window = connected();
    let offer = window.ok("test_offer", json!({}));
    window.sim.on("POST", CHAT, Reply::answer("OK"));
    let tested = window.ok("send_test", json!({ "request": offer }));
    assert_eq!((&tested["name"], &tested["state"]), (&json!("test"), &json!("passed")));
    assert!(tested["note"].as_str().unwrap().contains("first word after"), "{tested}");
    let sent = posts(&window);
    assert_eq!(sent.len(), 1);
    assert_eq!((&sent[0]["max_tokens"], &sent[0]["model"]), (&json!(10), &offer["model"]));
    let chats = window.ok("boot", json!({}))["conversations"]["rows"].clone();
    assert_eq!(chats, json!([]), "it is no chat");
}

#[test]
fn each_failure_has_its_own_entry_and_the_key_stays() {
    fn check(reply: Reply, code: &str) {
        let window = connected();
        let offer = window.ok("test_offer", json!({}));
        window.sim.always("POST", CHAT, reply);
        let tested = window.ok("send_test", json!({ "request": offer }));
        assert_eq!((&tested["state"], &tested["card"]["code"]), (&json!("failed"), &json!(code)));
        assert!(!tested["card"]["actions"].as_array().unwrap().is_empty(), "{tested}");
        assert_eq!(posts(&window).len(), 1, "{code} is not sent again by itself");
        assert_eq!(window.ok("boot", json!({}))["account"]["state"], "stored");
    }
    check(Reply::error(402, "No points", "insufficient_credits", None), "insufficient_points");
    check(
        Reply::error(429, "Slow down", "rate_limit_error", Some("rate_limit_exceeded")),
        "rate_limit_exceeded",
    );
    check(Reply::error(500, "Oh", "internal_error", None), "internal_error");
    check(Reply::html(502, "<p>no</p>"), "gateway_error");
}
