//! Chats that go out into a file and come into a fresh library from it, by the keyboard, and an import that is cancelled.

use std::path::Path;
use std::time::Duration;

use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::desk::{ANSWER_TEXT, asked};
use crate::stage::{Stage, pictures};

const KEY: &str = "sk-poe-TransferCanary0123456789abcdefghijklmn2222";

/// The button gets the focus as by Tab, and Enter presses it.
fn press_button(window: &Window, css: &str) -> Result<()> {
    window.page().css(css).appears()?;
    window.run("document.querySelector(arguments[0]).focus()", json!([css]))?;
    window.press(key::ENTER)
}

fn settings(window: &Window) -> Result<()> {
    window.link("Settings").click()?;
    window.page().css("#data").shows("Import")?;
    window.run("document.querySelector('#data').scrollIntoView()", json!([]))?;
    Ok(())
}

const EXPORT: &str = "#data button[aria-haspopup=menu]";
const IMPORT: &str = "#data .line:has(button[aria-haspopup=menu]) + .line button";

fn export_all(stage: &Stage, window: &Window, file: &Path) -> Result<Value> {
    press_button(window, EXPORT)?;
    window.page().role("menuitem", "JSON, with everything").appears()?;
    window.press(key::ARROW_DOWN)?;
    window.press(key::ARROW_DOWN)?;
    window.press(key::ARROW_DOWN)?;
    window.press(key::ENTER)?;
    stage.desktop.choose("Export chats", file)?;
    window.page().css(".toast").shows("Exported 2 chats to")?;
    Ok(serde_json::from_slice(&std::fs::read(file)?)?)
}

/// Enough that there is time to think better of it.
fn large() -> String {
    let message = |chat: usize, at: usize| {
        let sender = if at.is_multiple_of(2) { "human" } else { "assistant" };
        json!({ "uuid": format!("{chat}-{at}"), "sender": sender, "text": "tide ".repeat(60) })
    };
    let chat = |number: usize| {
        let messages: Vec<Value> = (0..400).map(|at| message(number, at)).collect();
        json!({ "uuid": format!("c{number}"), "name": format!("Tides {number}"), "chat_messages": messages })
    };
    Value::from((0..120).map(chat).collect::<Vec<_>>()).to_string()
}

#[test]
fn all_chats_go_out_and_come_into_a_fresh_library_by_keys() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    asked(&stage, &window, "Borrow checker in a linked list", Reply::answer(ANSWER_TEXT), "done")?;
    asked(&stage, &window, "Lisbon in May", Reply::answer("Warm, and *not* crowded."), "done")?;
    settings(&window)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("all.json");
    let gone_out = export_all(&stage, &window, &file)?;

    // Of what is given up while it comes in nothing is left.
    let many = folder.path().join("many.json");
    std::fs::write(&many, large())?;
    press_button(&window, IMPORT)?;
    stage.desktop.choose("Import chats", &many)?;
    let dialog = window.page().css("dialog");
    dialog.within(Duration::from_secs(60)).shows("Import 120 chats?")?;
    pictures(&window, "transfer-found")?;
    window.press(key::ENTER)?;
    let cancel = "#data button[data-action=cancel-transfer]";
    window.page().css(cancel).appears()?;
    window.page().css("#data .under-way").shows("Importing")?;
    pictures(&window, "transfer-under-way")?;
    press_button(&window, cancel)?;
    window.page().css("#data .under-way").within(Duration::from_secs(60)).goes()?;
    assert_eq!(rows(&stage)?, (2, 4), "nothing is left of it");

    // A fresh library.
    let other = Stage::set(Keychain::Unlocked)?;
    let fresh = other.open()?;
    other.connect(&fresh, KEY)?;
    settings(&fresh)?;
    press_button(&fresh, IMPORT)?;
    other.desktop.choose("Import chats", &file)?;
    fresh.page().css("dialog").shows("Import 2 chats?")?;
    fresh.press(key::ENTER)?;
    fresh.page().css("[data-imported]").shows("2 chats imported.")?;
    pictures(&fresh, "transfer-imported")?;
    let again = folder.path().join("again.json");
    let came_back = export_all(&other, &fresh, &again)?;
    // Nobody looks a charge up any more that was being looked up there.
    let told = |archive: &Value| archive["chats"].to_string().replace("\"checking\"", "\"unknown\"");
    assert_eq!(told(&gone_out), told(&came_back));
    press_button(&fresh, "[data-imported] button")?;
    fresh.page().css(".answer").shows("Warm, and not crowded.")?;
    fresh.close()?;
    window.close()
}

/// Chats and messages in the file.
fn rows(stage: &Stage) -> Result<(i64, i64)> {
    let file = rusqlite::Connection::open(stage.desktop.data().join("telltale.db"))?;
    let count = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)";
    Ok(file.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
