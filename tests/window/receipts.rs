//! What a request cost is said where it is known, and no more: the sum of a message's requests, amounts that may be either,
//! and silence that is no evidence. Nothing that may have been charged goes out again without a press that says so.

use poe::sim::Reply;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-ReceiptsCanary0123456789abcdefghijklmn77";
const CHAT: &str = "/v1/chat/completions";
const HISTORY: &str = "/usage/points_history";

#[test]
fn receipts_and_cards_say_what_is_known_and_no_more() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    // Stopped, continued and stopped: one message, two requests.
    stage.sim.on("POST", CHAT, half("Because of the air"));
    window.ask("Why is the sky blue?")?;
    stop_after(&window, "Because of the air")?;
    stage.sim.always("GET", HISTORY, history(&[("a", 137)]));
    window.message("assistant", "stopped").within(ANSWER).shows("137 points")?;
    stage.sim.on("POST", CHAT, half(" that scatters light"));
    window.button("Continue").click()?;
    stop_after(&window, "that scatters light")?;
    stage.sim.always("GET", HISTORY, history(&[("b", 137), ("a", 137)]));
    window.message("assistant", "stopped").within(ANSWER).shows("274 points")?;
    pictures(&window, "receipt-sum")?;

    // Lost, and not listed: the risk is named, and takes a press of its own.
    stage.sim.always("GET", HISTORY, history(&[]));
    window.button("New chat").click()?;
    stage.sim.on("POST", CHAT, Reply::empty(200).cut());
    window.ask("And red?")?;
    let card = window.card("connection_lost");
    let card = card.within(ANSWER);
    card.shows("Checking whether you were charged…")?;
    card.action("check-and-retry").click()?;
    card.shows("Not known yet")?;
    assert_eq!(card.action("send-at-risk").text()?, "Send again (may be charged twice)");
    assert_eq!(stage.sim.posts(), 3);
    pictures(&window, "charge-risk")?;

    // Ten minutes later.
    let file = rusqlite::Connection::open(stage.desktop.data().join("telltale.db"))?;
    file.execute(
        "UPDATE calls SET server_sent_at = server_sent_at - 660000, server_ended_at = server_ended_at - 660000",
        [],
    )?;
    window.reload()?;
    card.action("check-and-retry").click()?;
    card.shows("No charge found so far")?;
    pictures(&window, "charge-not-found")?;
    assert_eq!(stage.sim.posts(), 3, "silence is no evidence");
    stage.sim.on("POST", CHAT, Reply::answer("Because of dust."));
    window.textbox("Message").click()?;
    window.press(key::ARROW_UP)?;
    window.press(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).shows("Because of dust.")?;
    assert_eq!(stage.sim.posts(), 4);

    // Two at once that cost differently.
    for question in ["One", "Two"] {
        window.button("New chat").click()?;
        // Another model than before: an answer whose row has not come yet would compete for these.
        window.choose_model("Demo-Flash")?;
        let answer = Reply::answer(&format!("{question} it is."));
        stage.sim.on("POST", CHAT, answer.after(std::time::Duration::from_secs(4)));
        window.ask(question)?;
        window.message("user", "done").shows(question)?;
    }
    window.message("assistant", "done").within(ANSWER).shows("Two it is.")?;
    stage.sim.always("GET", HISTORY, history_of("Demo-Flash", &[("d", 212), ("c", 137)]));
    let receipt = window.message("assistant", "done").within(ANSWER);
    receipt.shows("137 or 212 points")?;
    let reason = receipt.css("[data-charge]").attribute("title")?;
    assert_eq!(reason, "Several calls in Usage match; Poe doesn’t say which is this one.");
    pictures(&window, "receipt-either")?;
    window.close()
}

fn stop_after(window: &Window, text: &str) -> Result<()> {
    window.message("assistant", "streaming").within(ANSWER).shows(text)?;
    window.button("Stop").click()?;
    window.message("assistant", "stopped").appears()
}

/// It begins, and goes no further.
fn half(text: &str) -> Reply {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    Reply::sse(&[&chunk.to_string()]).hang()
}

/// Rows of just now, of the model of new chats.
fn history(rows: &[(&str, i64)]) -> Reply {
    history_of("Demo-Sonnet", rows)
}

fn history_of(model: &str, rows: &[(&str, i64)]) -> Reply {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_micros());
    let row = |(id, points): &(&str, i64)| {
        json!({
            "query_id": id, "bot_name": model, "creation_time": now as u64 - 300_000, "usage_type": "API",
            "cost_points": points, "cost_usd": "0.01", "api_key_name": "Laptop",
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    Reply::json(200, json!({ "has_more": false, "length": rows.len(), "data": rows }))
}
