//! The next question: it waits while an answer comes, stays a draft where that fails, and says what it goes out with.

use std::time::Duration;

use poe::sim::Reply;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-NextCanary0123456789abcdefghijklmnop6666";
const CHAT: &str = "/v1/chat/completions";
const WAITS: &str = "when this answer is complete";

#[test]
fn a_queued_question_stays_a_draft_when_the_first_fails() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, Reply::answer("The first.").after(Duration::from_secs(8)));
    stage.sim.on("POST", CHAT, Reply::answer("The second."));
    window.ask("First?")?;
    window.message("user", "done").shows("First?")?;
    wait_with(&window, "Second?")?;
    pictures(&window, "next-waits")?;
    assert_eq!(stage.sim.posts(), 1);
    answered(&window, "The second.")?;
    assert_eq!(stage.sim.posts(), 2);
    window.page().css(".composer .editing").goes()?;

    let refused = Reply::error(400, "Messages are malformed", "invalid_request_error", None);
    stage.sim.on("POST", CHAT, refused.after(Duration::from_secs(2)));
    window.ask("Third?")?;
    window.page().last("article[data-role=user]").shows("Third?")?;
    wait_with(&window, "Fourth?")?;
    window.page().css(".toast").within(ANSWER).shows("Not sent. Your message is still in the box.")?;
    window.page().css(".composer .editing").goes()?;
    assert_eq!(stage.sim.posts(), 3, "a message that failed takes no other along");
    window.wait_until(
        "it is in the box",
        "return document.querySelector('.composer textarea').value === 'Fourth?'",
    )?;

    // What goes out with it, and what may stay behind.
    window.page().css("[data-tokens]").click()?;
    let panel = window.page().role("dialog", "What goes out with the next message");
    panel.shows("Chat history, 2 turns")?;
    pictures(&window, "context")?;
    window.page().css("[role=dialog] select").type_text("None")?;
    panel.shows("2 turns left out")?;
    window.button("Undo").click()?;
    panel.shows("Chat history, 2 turns")?;
    window.page().css("[role=dialog] select").choose("1")?;
    window.page().css("tr[data-part=history]").goes()?;
    window.page().css("[data-summary=offered]").shows("Summarize the 2 turns left out")?;
    pictures(&window, "context-left-out")?;
    window.run("document.querySelector('[data-summary] button').focus()", serde_json::json!([]))?;
    window.press(key::ENTER)?;
    window.page().css("[data-summary=due]").shows("are summarized with your next message")?;
    pictures(&window, "context-summary")?;
    window.press(key::ESCAPE)?;
    stage.sim.on("POST", CHAT, Reply::answer("Two were asked."));
    stage.sim.on("POST", CHAT, Reply::answer("The fourth."));
    window.textbox("Message").type_text(key::ENTER)?;
    answered(&window, "The fourth.")?;
    let sent = stage.sim.requests().into_iter().rfind(|it| it.path == CHAT).map(|it| it.body);
    let sent = String::from_utf8(sent.unwrap_or_default())?;
    assert!(sent.contains("Fourth?") && !sent.contains("First?"), "{sent}");
    assert!(sent.contains("Summary of this chat so far") && sent.contains("Two were asked."), "{sent}");
    window.page().css("details.summary").shows("Summary of the turns left out")?;

    // A chat in which nothing was asked yet.
    window.button("New chat").click()?;
    window.page().role("group", "Models used last").appears()?;
    pictures(&window, "empty-chat")?;
    window.close()
}

fn wait_with(window: &Window, question: &str) -> Result<()> {
    window.textbox("Message").type_text(question)?;
    window.press(key::ENTER)?;
    window.page().css(".composer .editing").shows(WAITS).map(drop)
}

fn answered(window: &Window, text: &str) -> Result<()> {
    window.page().last("article[data-role=assistant][data-state=done]").within(ANSWER).shows(text).map(drop)
}
