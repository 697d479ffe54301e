//! The balance's small window: beside a stream, over a restart, and what it may not do.

use std::time::Duration;

use serde_json::json;
use xtask::window::{App, Keychain, Undriven, Window, key};
use xtask::{Result, ensure};

use crate::bus::until;
use crate::desk::begun;
use crate::stage::{ANSWER, Stage};

const KEY: &str = "sk-poe-MonitorCanary0123456789abcdefghijklm5555";
const CHAT: &str = "/v1/chat/completions";
/// Its title tells the figure.
const SMALL: &str = " points$";

fn has_small(window: &Window) -> Result<bool> {
    Ok(window.desktop().windows(SMALL)? > 0)
}

#[test]
fn the_small_window_stands_beside_a_stream() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, begun("Half a secret answer"));
    window.ask("Count the stars?")?;
    window.message("assistant", "streaming").within(ANSWER).shows("Half a secret answer")?;
    window.link("Balance").click()?;
    window.button("Small window").click()?;

    window.turn_to("balance.html")?;
    let page = window.page().css("main");
    page.shows("48,250 points")?;
    page.shows("Checked")?;
    page.shows("a day")?;
    page.shows("today")?;
    stage.sim.set_balance(46_500);
    window.button("Refresh points").click()?;
    page.shows("46,500 points")?;
    let text = window.text()?;
    ensure!(!text.contains("secret") && !text.contains("stars"), "{text}");
    stage.desktop.picture("1280x800", "monitor-beside-a-stream")?;

    // What it has no permission for is refused, listening most of all: whoever listens hears every event.
    for (command, arguments) in [
        ("send", json!({ "conversationId": 1, "text": "Hello", "insteadOf": null })),
        ("boot", json!({})),
        ("open_conversation", json!({ "id": 1 })),
        ("change_settings", json!({ "change": {} })),
        ("open_link", json!({ "url": "https://poe.com" })),
        ("plugin:event|listen", json!({ "event": "live", "target": { "kind": "Any" }, "handler": 1 })),
        ("plugin:event|emit", json!({ "event": "go", "payload": {} })),
    ] {
        let refused = window.run_later(
            "const [command, args, done] = arguments;
             window.__TAURI_INTERNALS__.invoke(command, args).then(() => done('done'), (error) => done(`refused: ${JSON.stringify(error)}`))",
            json!([command, arguments]),
        )?;
        let refused = refused.as_str().unwrap_or_default();
        ensure!(refused.contains("not allowed"), "{command}: {refused}");
    }

    window.turn_to("index.html").or_else(|_| window.turn_to("/"))?;
    window.link("Chat").click()?;
    window.message("assistant", "streaming").shows("Half a secret answer")?;
    window.button("Stop").click()?;
    window.message("assistant", "stopped").appears()?;

    // It is there again after a restart, and gone once it was closed.
    window.close()?;
    let window = stage.open()?;
    until("the small window", || Ok(has_small(&window)?.then_some(())))?;
    window.turn_to("balance.html")?;
    window.page().css("main").within(ANSWER).shows("46,500 points")?;
    // The page goes while the key is still down.
    let _ = window.press(key::ESCAPE);
    until("it is closed", || Ok((!has_small(&window)?).then_some(())))?;
    window.turn_to("index.html").or_else(|_| window.turn_to("/"))?;
    window.close()?;
    let window = stage.open()?;
    window.textbox("Message").appears()?;
    std::thread::sleep(Duration::from_secs(1));
    ensure!(!has_small(&window)?, "it was closed");
    window.close()
}

/// Without a driver web views keep nothing on disk, which gives each a context of its own.
#[test]
fn undriven_its_page_is_there_too_also_the_second_time() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.set_up(json!({ "version": 1, "monitor": true }))?;
    let app = App {
        binary: env!("CARGO_BIN_EXE_telltale").into(),
        arguments: vec!["--demo".to_owned()],
        ..App::default()
    };
    for _ in 0..2 {
        let shown = Undriven::start(&stage.desktop, &app)?;
        until("its title tells the figure", || Ok((stage.desktop.windows(SMALL)? == 1).then_some(())))?;
        stage.desktop.picture("260x150", "monitor-undriven")?;
        drop(shown);
    }
    Ok(())
}
