//! Notices on the desktop's own service: what they say, and that their buttons bring the window.

use std::time::Duration;

use poe::sim::{Part, Reply};
use serde_json::json;
use xtask::window::Keychain;
use xtask::{Result, ensure};

use crate::bus::{Notices, until};
use crate::stage::Stage;

const KEY: &str = "sk-poe-NoticeCanary0123456789abcdefghijklmn6666";
const CHAT: &str = "/v1/chat/completions";

/// An answer that takes long enough for its end to be told.
fn slow(words: &str) -> Reply {
    let frame = |delta: serde_json::Value, end: Option<&str>| {
        let frame = json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": end }] });
        Part::Bytes(format!("data: {frame}\n\n").into_bytes())
    };
    let mut reply = Reply::sse(&[]);
    reply.body = vec![
        frame(json!({ "content": words }), None),
        Part::Wait(Duration::from_secs(21)),
        frame(json!({}), Some("stop")),
        Part::Bytes(b"data: [DONE]\n\n".to_vec()),
    ];
    reply
}

#[test]
fn a_long_answer_is_told_while_nobody_looks_and_open_brings_the_window() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let notices = Notices::start(&stage.desktop, stage.runtime.handle())?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, slow("It is a long story."));
    window.ask("What did the raven say to the lamp?")?;
    window.message("assistant", "streaming").appears()?;
    window.link("Models").click()?;
    // Another program comes to the front.
    stage.desktop.xdotool(&["search", "--onlyvisible", "--name", "^Telltale$", "windowminimize"])?;
    std::thread::sleep(Duration::from_secs(15));
    let notice = notices.titled("Your answer is ready")?;
    ensure!(notice.below.is_empty(), "a chat is named: {notice:?}");
    let actions: Vec<&str> = notice.actions.iter().map(|(name, _)| name.as_str()).collect();
    ensure!(actions == ["default", "open"] && notice.actions[1].1 == "Open", "{notice:?}");

    notices.press(&notice, "open")?;
    window.message("assistant", "done").shows("It is a long story.")?;
    until("the window is in front", || {
        Ok((window.run("return document.hasFocus()", json!([]))? == true).then_some(()))
    })?;

    // Who looks at it needs no word.
    stage.sim.on("POST", CHAT, slow("And another."));
    window.ask("And then?")?;
    window.message("assistant", "done").within(Duration::from_secs(40)).shows("And another.")?;
    std::thread::sleep(Duration::from_secs(1));
    ensure!(notices.all().len() == 1, "{:?}", notices.all());
    window.close()
}

#[test]
fn unusual_spending_is_told_once_and_leads_to_usage() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let notices = Notices::start(&stage.desktop, stage.runtime.handle())?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
    let now = i64::try_from(now)?;
    let rows = (0..5).map(|id| {
        json!({ "query_id": format!("burst-{id}"), "creation_time": (now - 60_000 * (id + 1)) * 1_000,
            "bot_name": "Claude-Haiku-4.5", "usage_type": "API", "cost_points": 1_600, "api_key_name": "Server" })
    });
    stage.sim.set_history(rows.collect());
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let notice = notices.titled("Unusual spending")?;
    ensure!(notice.below == "8,000 points were used outside Telltale within an hour.", "{notice:?}");
    notices.press(&notice, "default")?;
    window.page().css("h1").shows("Usage")?;
    window.close()?;

    // Told is told, also after a start.
    let window = stage.open()?;
    window.page().css("[data-burst], .views").appears()?;
    std::thread::sleep(Duration::from_secs(3));
    ensure!(notices.all().len() == 1, "{:?}", notices.all());
    window.close()
}
