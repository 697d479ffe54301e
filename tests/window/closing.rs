//! The window is closed, a chat deleted, the page reloaded while answers are under way: what is cut off is said before, what is
//! not meant goes on, and what has come is kept.

use std::time::Duration;

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-ClosingCanary0123456789abcdefghijkl5555";
const CHAT: &str = "/v1/chat/completions";
const DIALOG: &str = "dialog[role=alertdialog]";

/// A question in a new chat, whose answer begins and goes on for ever.
fn ask_for_long(stage: &Stage, window: &Window, question: &str) -> Result<()> {
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    stage.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    window.button("New chat").click()?;
    window.ask(question)?;
    window.message("assistant", "streaming").within(ANSWER).shows("Half an answer").map(drop)
}

#[test]
fn closing_while_answers_come_asks_first() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    ask_for_long(&stage, &window, "Count the stars, one by one, and tell me about each of them?")?;
    ask_for_long(&stage, &window, "And the grains of sand?")?;

    stage.desktop.close_window("Telltale")?;
    let dialog = window.page().css(DIALOG);
    dialog.shows("2 answers are still coming")?;
    dialog.shows("And the grains of sand?")?;
    dialog.shows("the text so far is saved")?;
    window.wait_until(
        "staying is what Enter does",
        "return document.activeElement?.dataset.action === 'stay'",
    )?;
    pictures(&window, "quit")?;
    window.press(key::ESCAPE)?;
    dialog.goes()?;
    window.message("assistant", "streaming").appears()?;
    window.wait_until(
        "the cursor is back where it was",
        "return document.activeElement?.tagName === 'TEXTAREA'",
    )?;

    // By the page's own key; a reloaded page asks again.
    window.press(&format!("{}q{}", key::CONTROL, key::RELEASE))?;
    dialog.appears()?;
    window.reload()?;
    dialog.shows("2 answers are still coming")?;
    for question in ["One more?", "And one more?"] {
        dialog.action("stay").click()?;
        dialog.goes()?;
        ask_for_long(&stage, &window, question)?;
        std::thread::sleep(Duration::from_millis(1_100));
        stage.desktop.close_window("Telltale")?;
    }
    dialog.shows("4 answers are still coming")?;
    dialog.shows("and 1 more")?;
    dialog.action("quit").click()?;
    window.ends()?;

    let window = stage.open()?;
    window.open_chat("And the grains of sand?")?;
    window.message("assistant", "stopped").shows("Half an answer")?;
    stage.sim.on("POST", CHAT, Reply::answer("Of course."));
    window.ask("Do we go on?")?;
    window.message("assistant", "done").within(ANSWER).shows("Of course.")?;
    assert_eq!(stage.sim.posts(), 5);
    // With nothing under way it closes at once.
    stage.desktop.close_window("Telltale")?;
    window.ends()
}

#[test]
fn a_page_that_hangs_keeps_no_window_open() -> Result<()> {
    half_an_answer_outlives(|stage, window| {
        window.hang()?;
        stage.desktop.close_window("Telltale")?;
        window.ends()
    })
}

#[test]
fn the_end_of_a_session_keeps_what_has_come() -> Result<()> {
    half_an_answer_outlives(|_, window| window.terminate())
}

fn half_an_answer_outlives(end: impl FnOnce(&Stage, Window) -> Result<()>) -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    ask_for_long(&stage, &window, "Count the stars?")?;
    end(&stage, window)?;

    let window = stage.open()?;
    window.open_chat("Count the stars?")?;
    window.message("assistant", "stopped").shows("Half an answer")?;
    assert_eq!(stage.sim.posts(), 1);
    window.close()
}

#[test]
fn a_chat_deleted_while_it_streams_stops_nobody_else() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    ask_for_long(&stage, &window, "This one stays?")?;
    ask_for_long(&stage, &window, "This one goes?")?;
    window.page().css("header.head [aria-haspopup=menu]").click()?;
    window.page().css("[role=menuitem].danger").click()?;
    let chats = window.page().css("[aria-label=Chats]");
    window.wait_until(
        "the chat is gone from the list",
        "return !document.querySelector('[aria-label=Chats]').innerText.includes('This one goes?')",
    )?;

    stage.sim.on("POST", CHAT, Reply::answer("Of course."));
    window.ask("Can I ask on?")?;
    window.message("assistant", "done").within(ANSWER).shows("Of course.")?;
    assert!(!chats.text()?.contains("Untitled"), "an empty chat is left");
    window.open_chat("This one stays?")?;
    window.message("assistant", "streaming").shows("Half an answer")?;
    window.button("Stop").click()?;
    window.message("assistant", "stopped").appears()?;
    assert_eq!(stage.sim.posts(), 3);
    window.close()
}

#[test]
fn a_message_that_waits_for_its_time_outlives_a_reload_and_goes_once() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let down = Reply::error(503, "Down for now", "api_error", None).header("Retry-After", "300");
    stage.sim.on("POST", CHAT, down);
    stage.sim.on("POST", CHAT, Reply::answer("There you are."));
    window.ask("Later?")?;
    window.card("service_unavailable").within(ANSWER).appears()?;
    // The five minutes are almost over.
    let file = rusqlite::Connection::open(stage.desktop.data().join("telltale.db"))?;
    let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)? + Duration::from_secs(12);
    let at = i64::try_from(at.as_millis())?;
    file.execute(
        "UPDATE messages SET incident = json_set(incident, '$.moment.at', ?1 - json_extract(incident, '$.failure.retryAfter')) WHERE state = 'failed'",
        [at],
    )?;
    window.reload()?;
    let card = window.card("service_unavailable");
    card.action("wait-and-send").click()?;
    window.wait_until(
        "it waits",
        "return document.querySelector('[data-action=wait-and-send]')?.getAttribute('aria-pressed') === 'true'",
    )?;
    pictures(&window, "waits-to-be-sent")?;
    window.reload()?;
    window.message("assistant", "retrying").appears()?;
    let pressed = window.run(
        "return document.querySelector('[data-action=wait-and-send]')?.getAttribute('aria-pressed')",
        json!([]),
    )?;
    assert_eq!(pressed, "true", "a reloaded page shows that it waits");
    window.message("assistant", "done").within(ANSWER).shows("There you are.")?;
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(stage.sim.posts(), 2);
    window.close()
}
