//! A bot that is not its maker's own, or that lists no price, is asked only after a yes: whichever way leads to it, nothing is sent
//! and nothing is lost before that.

use crate::commands::Window;
use crate::house::KEY;
use poe::sim::Reply;
use serde_json::{Value, json};

const BOT: &str = "demo-community";

fn window() -> Window {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    window
}

fn first(model: &str) -> Value {
    json!({ "first": { "model": model, "parameters": null, "text": "Who are you?", "attachments": [] } })
}

/// The card asks about this bot, and offers to send.
fn asks(refused: &Value, bot: &str) {
    let allow = &refused["actions"][0];
    assert_eq!((&allow["action"], &allow["model"]), (&json!("allow-bot"), &json!(bot)), "{refused}");
    assert_eq!((&refused["field"], &refused["place"]), (&json!("model"), &json!("field")));
}

#[test]
fn every_way_to_such_a_bot_asks_first() {
    let window = window();
    window.ok("read_usage", json!({}));
    let refused = window.call("begin_conversation", first(BOT)).unwrap_err();
    asks(&refused, BOT);
    let what = refused["what"].as_str().unwrap();
    assert!(what.starts_with("Demo-Community is run by Somebody Else and lists no price."), "{what}");
    assert!(what.contains("Your most expensive answer so far cost"), "{what}");
    assert_eq!(window.ok("boot", json!({}))["conversations"]["rows"], json!([]), "no empty chat is left");

    // In a chat: sending, the same question of another model, once more, again and again.
    let chat = window.chat("demo-flash");
    let sent = window.ok("send", json!({ "conversationId": chat, "text": "Hello" }));
    let answer = sent["answer"]["id"].clone();
    assert_eq!(window.ended(&chat, &answer)["status"]["state"], "done");
    let posts = window.sim.posts();
    asks(
        &window.call("resend", json!({ "messageId": answer, "change": { "model": BOT } })).unwrap_err(),
        BOT,
    );
    window.ok("change_conversation", json!({ "id": chat, "change": { "model": BOT } }));
    asks(&window.call("send", json!({ "conversationId": chat, "text": "And you?" })).unwrap_err(), BOT);
    for way in ["keep_trying", "send_when_back", "trim_context", "summarize_and_start"] {
        asks(&window.call(way, json!({ "messageId": answer })).unwrap_err(), BOT);
    }
    asks(&window.call("resend", json!({ "messageId": answer, "change": {} })).unwrap_err(), BOT);
    assert_eq!(window.sim.posts(), posts, "nothing was sent");
    let messages = window.ok("open_conversation", json!({ "id": chat }))["messages"].clone();
    assert_eq!(messages.as_array().unwrap().len(), 2, "and nothing was added");

    // A yes is kept, for this bot alone.
    let settings = window.ok("accept_bot", json!({ "model": BOT, "allOfMaker": false }));
    assert_eq!(settings["allowed"], json!([BOT]));
    let sent = window.ok("send", json!({ "conversationId": chat, "text": "And you?" }));
    assert_eq!(window.ended(&chat, &sent["answer"]["id"])["status"]["state"], "done");
    let window = window.start_again();
    window.set_key(KEY).unwrap();
    window.ok("begin_conversation", first(BOT));
    let back = json!({ "change": { "askAboutBots": true } });
    assert_eq!(window.ok("change_settings", back)["allowed"], json!([]));
    asks(&window.call("begin_conversation", first(BOT)).unwrap_err(), BOT);
}

#[test]
fn a_yes_to_a_maker_holds_for_its_bots_and_a_receipt_of_nothing_is_one() {
    let window = window();
    let row = |id: &str, maker: &str, price: Value| {
        json!({ "id": id, "owned_by": maker, "pricing": price,
            "architecture": { "input_modalities": ["text"], "output_modalities": ["text"] } })
    };
    let price = json!({ "prompt": "0.000001", "completion": "0.000001" });
    let list = json!({ "object": "list", "data": [
        row("hosted-1", "Rented GPUs", price.clone()), row("hosted-2", "Rented GPUs", Value::Null),
        row("other", "Someone", Value::Null), row("own-unpriced", "OpenAI", Value::Null), row("own", "OpenAI", price),
    ] });
    window.sim.always("GET", "/v1/models", Reply::json(200, list));
    window.ok("refresh_models", json!({}));
    let view = window.ok("models", json!({}));
    let asking: Vec<&str> = view["models"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|model| model["asks"] == true)
        .filter_map(|model| model["id"].as_str())
        .collect();
    assert_eq!(asking, ["hosted-1", "hosted-2", "other", "own-unpriced"]);
    let told = |id: &str| {
        let refused = window.call("begin_conversation", first(id)).unwrap_err();
        asks(&refused, id);
        refused["what"].as_str().unwrap().to_owned()
    };
    assert!(told("hosted-1").starts_with("hosted-1 is run by Rented GPUs, not by the model’s own maker."));
    assert!(told("own-unpriced").starts_with("OpenAI lists no price for own-unpriced."));
    window.ok("accept_bot", json!({ "model": "hosted-1", "allOfMaker": true }));
    window.ok("begin_conversation", first("hosted-2"));
    told("other");
    // Who is asked where nobody chose is one of whom nobody has to be asked.
    let first =
        json!({ "first": { "model": null, "parameters": null, "text": "Anyone?", "attachments": [] } });
    let begun = window.ok("begin_conversation", first);
    assert_eq!(begun["conversation"]["model"], "hosted-1", "allowed by now");

    window.app().models.found_free(["other".to_owned()].into());
    window.ok(
        "begin_conversation",
        json!({ "first": { "model": "other", "parameters": null, "text": "Free?", "attachments": [] } }),
    );
}
