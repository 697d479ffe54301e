//! The list of chats as a person sees it: how each stands, and which one a start opens, an interrupted one first.

use std::time::Duration;

use poe::sim::{Part, Reply};
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window};

use crate::stage::{ANSWER, Stage, pictures};

pub(crate) const KEY: &str = "sk-poe-DeskCanary0123456789abcdefghijklmnopq9999";
const CHAT: &str = "/v1/chat/completions";

pub(crate) const ANSWER_TEXT: &str = "See [the book](https://doc.rust-lang.org/book/) first.\n\n\
    ```rust\nlet first = list.peek().cloned(); // a long line of code that is wider than a narrow window, so that it scrolls\n```\n\n\
    | Step | What it does | Cost |\n|---|---|---:|\n| 1 | open the connection | 182 |\n| 2 | read everything | 4,800 |\n";

/// A new chat with one question, whose answer comes to this state.
pub(crate) fn asked(stage: &Stage, window: &Window, question: &str, reply: Reply, state: &str) -> Result<()> {
    stage.sim.on("POST", CHAT, reply);
    window.button("New chat").click()?;
    window.ask(question)?;
    window.message("assistant", state).within(ANSWER).appears()
}

pub(crate) fn begun(words: &str) -> Reply {
    let frame = json!({ "choices": [{ "index": 0, "delta": { "content": words } }] });
    Reply::sse(&[&frame.to_string()]).hang()
}

/// An answer whose words come one at a time.
fn slowly(words: &str, pause: Duration) -> Reply {
    let frame = |delta: serde_json::Value, end: Option<&str>| {
        let frame = json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": end }] });
        Part::Bytes(format!("data: {frame}\n\n").into_bytes())
    };
    let mut reply = Reply::sse(&[]);
    let words = words.split_inclusive(' ');
    reply.body = words
        .flat_map(|word| [frame(json!({ "content": word }), None), Part::Wait(pause)])
        .chain([frame(json!({}), Some("stop")), Part::Bytes(b"data: [DONE]\n\n".to_vec())])
        .collect();
    reply
}

pub(crate) fn refused(status: u16, message: &str, kind: &str, code: &str) -> Reply {
    Reply::error(status, message, kind, Some(code))
}

fn mark_of(window: &Window, title: &str) -> Result<String> {
    let script = format!(
        "const row = document.querySelector('[aria-label=Chats] a[title={title:?}]');
         return row?.querySelector('.live') ? 'live' : row?.querySelector('[data-mark]')?.dataset.mark ?? ''"
    );
    Ok(window.run(&script, json!([]))?.as_str().unwrap_or_default().to_owned())
}

#[test]
fn the_list_tells_how_each_chat_stands_and_a_start_opens_the_interrupted_one() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    asked(&stage, &window, "Borrow checker in a linked list", Reply::answer(ANSWER_TEXT), "done")?;
    let failed =
        refused(500, "An unexpected error occurred. Please try again.", "api_error", "internal_error");
    // Three tries.
    for _ in 0..2 {
        stage.sim.on("POST", CHAT, failed.clone());
    }
    asked(&stage, &window, "Logo variations, raven and lamp", failed, "failed")?;
    let short = refused(402, "Insufficient points", "insufficient_quota", "insufficient_points");
    asked(&stage, &window, "Summary of the quarterly report", short, "failed")?;
    asked(&stage, &window, "Itinerary for Lisbon in May", begun("Half an itinerary"), "streaming")?;
    // An answer ends where nobody looks, and one where somebody does.
    asked(
        &stage,
        &window,
        "لماذا السماء زرقاء؟",
        slowly("Because blue light is scattered most of all.", Duration::from_millis(300)),
        "streaming",
    )?;
    window.link("Models").click()?;
    window.wait_until("an unread mark", "return document.querySelector('[data-mark=unread]') !== null")?;
    window.link("Chat").click()?;
    window.wait_until("it is read", "return document.querySelector('[data-mark=unread]') === null")?;
    window.open_chat("Itinerary for Lisbon in May")?;
    window.message("assistant", "streaming").shows("Half an itinerary")?;
    assert_eq!(mark_of(&window, "Borrow checker in a linked list")?, "");
    assert_eq!(mark_of(&window, "Logo variations, raven and lamp")?, "failed");
    assert_eq!(mark_of(&window, "Summary of the quarterly report")?, "needsYou");
    assert_eq!(mark_of(&window, "Itinerary for Lisbon in May")?, "live");
    // So it stands in the list, too: nobody looks at it when it ends.
    asked(
        &stage,
        &window,
        "SQL: gaps and islands",
        slowly("Use row_number() and subtract the two.", Duration::from_millis(500)),
        "streaming",
    )?;
    window.open_chat("Borrow checker in a linked list")?;
    window.wait_until("an unread mark", "return document.querySelector('[data-mark=unread]') !== null")?;
    pictures(&window, "desk-list")?;
    // The power goes while a chat is open that nothing happens in.
    window.kill();

    let window = stage.open()?;
    window.message("assistant", "cut").within(ANSWER).shows("Half an itinerary")?;
    window.page().css("h1[aria-label='Itinerary for Lisbon in May']").appears()?;
    assert_eq!(mark_of(&window, "Itinerary for Lisbon in May")?, "failed");
    assert_eq!(mark_of(&window, "SQL: gaps and islands")?, "unread", "that is kept");
    pictures(&window, "desk-restart")?;
    // A reload stays; another start comes back to what was open last.
    window.open_chat("SQL: gaps and islands")?;
    window.message("assistant", "done").shows("row_number")?;
    window.reload()?;
    window.page().css("h1[aria-label='SQL: gaps and islands']").appears()?;
    window.close()?;
    let window = stage.open()?;
    window.page().css("h1[aria-label='SQL: gaps and islands']").within(ANSWER).appears()?;
    assert_eq!(mark_of(&window, "SQL: gaps and islands")?, "");
    window.close()
}
