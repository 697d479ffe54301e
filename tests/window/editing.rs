//! What is done with one message, by keys: a question changed without asking, an answer deleted and brought back, a fork, a quote; and
//! the row under a message, which moves nothing when somebody comes near.

use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::gallery::{AXE, faults};
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-EditingCanary0123456789abcdefghijklmn5555";
const CHAT: &str = "/v1/chat/completions";
const TIDES: &str = "Tides follow the Moon, which pulls the near side more than the far one.\n\n- Spring tides: twice a month\n- Neap tides: between them";

fn answered(stage: &Stage, window: &Window, question: &str, answer: &str) -> Result<()> {
    stage.sim.on("POST", CHAT, Reply::answer(answer));
    window.ask(question)?;
    window.wait_until(
        "it is answered",
        &format!("return [...document.querySelectorAll('article[data-state=done] .answer')].at(-1)?.textContent.includes({:?})", &answer[..12]),
    )
}

fn box_holds(window: &Window, text: &str) -> Result<()> {
    window.wait_until(
        &format!("the box holds {text:?}"),
        &format!("return document.querySelector('.composer textarea')?.value === {text:?}"),
    )
}

fn said(stage: &Stage) -> Result<Vec<String>> {
    let last = stage.sim.requests().into_iter().rfind(|it| it.path == CHAT);
    let body: Value = last.map(|it| serde_json::from_slice(&it.body)).transpose()?.unwrap_or_default();
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    Ok(messages.iter().filter_map(|message| message["content"].as_str().map(str::to_owned)).collect())
}

/// From the button that has the focus, which opens a menu: the entry of this name.
fn pick(window: &Window, entry: &str) -> Result<()> {
    window.press(key::ENTER)?;
    window.page().css("[role=menu]").shows(entry)?;
    for _ in 0..12 {
        let focus =
            window.run("return document.activeElement?.querySelector('span')?.textContent", json!([]))?;
        if focus == entry {
            return window.press(key::ENTER);
        }
        window.press(key::ARROW_DOWN)?;
    }
    xtask::bail!("no entry {entry} in {}", window.text()?)
}

fn focus_more(window: &Window, place: usize) -> Result<()> {
    window.run(
        &format!("document.querySelector('article[data-place=\"{place}\"] [aria-label=\"More for this message\"]').focus()"),
        json!([]),
    )?;
    Ok(())
}

#[test]
fn a_question_is_changed_without_asking_by_keys() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    answered(&stage, &window, "Why are there tydes?", TIDES)?;
    answered(&stage, &window, "And on Mars?", "Mars has small moons, so hardly any.")?;
    let posts = stage.sim.posts();
    let axe = std::fs::read_to_string(AXE)?;

    // From the empty box up to the last question; it is that one that is edited.
    window.textbox("Message").click()?;
    window.press(key::ARROW_UP)?;
    box_holds(&window, "And on Mars?")?;
    pictures(&window, "editing-question")?;
    let mut found = faults(&window, &axe, "a question being edited")?;
    window.textbox("Message").fill("And on Mars, with its two moons?")?;
    window.press(&format!("{}s{}", key::CONTROL, key::RELEASE))?;
    window.page().css("article[data-place=\"2\"]").shows("And on Mars, with its two moons?")?;
    window.page().css("article[data-place=\"2\"]").shows("Edited")?;
    box_holds(&window, "")?;
    assert_eq!(stage.sim.posts(), posts, "nothing was asked");
    window.page().css("article[data-place=\"3\"]").shows("Mars has small moons")?;

    // An answer in its place; what it cost stays.
    focus_more(&window, 3)?;
    pick(&window, "Edit answer")?;
    window.textbox("Text of the answer").fill("Mars has **two** small moons.")?;
    pictures(&window, "editing-answer")?;
    found.extend(faults(&window, &axe, "an answer being edited")?);
    window.press(&format!("{}{}{}", key::CONTROL, key::ENTER, key::RELEASE))?;
    window.page().css("article[data-place=\"3\"] .answer strong").shows("two")?;
    window.page().css("article[data-place=\"3\"] .receipt").shows("Edited")?;

    // The next question goes with what stands there now.
    answered(&stage, &window, "And on Venus?", "Venus has no moon at all.")?;
    let said = said(&stage)?;
    assert_eq!(
        said[2..],
        ["And on Mars, with its two moons?", "Mars has **two** small moons.", "And on Venus?"]
    );
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    window.close()
}

#[test]
fn a_message_is_deleted_brought_back_forked_and_quoted() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    answered(&stage, &window, "Why are there tides?", TIDES)?;
    answered(&stage, &window, "And on Mars?", "Mars has small moons, so hardly any.")?;
    let posts = stage.sim.posts();
    let axe = std::fs::read_to_string(AXE)?;
    let height = || {
        window.run(
            "return [...document.querySelectorAll('article')].map((it) => it.getBoundingClientRect().height)",
            json!([]),
        )
    };

    // The row comes into sight where the keys are, and nothing moves for it.
    let before = height()?;
    let opacity =
        "return getComputedStyle(document.querySelector('article[data-place=\"1\"] .acts')).opacity";
    window.textbox("Message").click()?;
    window.wait_until("out of sight", &format!("{} === '0'", opacity))?;
    pictures(&window, "editing-rows")?;
    focus_more(&window, 1)?;
    window.wait_until("in sight", &format!("{} === '1'", opacity))?;
    assert_eq!(height()?, before, "nothing moved");
    pictures(&window, "editing-row")?;
    // Where the row has no room beside the receipt it stands below it, and still within its message.
    window.resize(480, 800)?;
    window.wait_until(
        "no row reaches into the next message",
        "return [...document.querySelectorAll('article')].every((it) => [...it.children].every((part) => part.getBoundingClientRect().bottom <= it.getBoundingClientRect().bottom))
           && [...document.querySelectorAll('.acts')].every((it) => it.closest('article').getBoundingClientRect().bottom - it.getBoundingClientRect().bottom >= 16)",
    )?;
    window.resize(1280, 800)?;
    let mut found = faults(&window, &axe, "a row under an answer")?;

    // Deleted, and brought back by the toast; deleted again, and put back after a reload.
    pick(&window, "Delete")?;
    window.page().css("article[data-place=\"1\"][data-deleted=undoable]").shows("Answer deleted.")?;
    window.page().css(".toast").shows("Message deleted")?;
    pictures(&window, "editing-deleted")?;
    found.extend(faults(&window, &axe, "a deleted message")?);
    window.button("Undo").type_text(key::ENTER)?;
    window.page().css("article[data-place=\"1\"] .answer").shows("Spring tides")?;
    focus_more(&window, 1)?;
    pick(&window, "Delete")?;
    window.page().css("article[data-deleted]").appears()?;
    window.reload()?;
    window.page().css("article[data-place=\"3\"]").within(ANSWER).shows("Mars has small moons")?;
    window.button("Put back").type_text(key::ENTER)?;
    window.page().css("article[data-place=\"1\"] .answer").shows("Spring tides")?;
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));

    // A fork is opened at once, with the way to that answer alone.
    focus_more(&window, 1)?;
    pick(&window, "Fork here")?;
    window.page().css("h1[aria-label=\"Why are there tides? (fork)\"]").appears()?;
    window.page().css("article[data-place=\"1\"] .answer").shows("Spring tides")?;
    assert!(!window.page().css("article[data-place=\"2\"]").is_there()?);

    // What is selected goes into the message, where the cursor is.
    window.textbox("Message").fill("About this: ")?;
    window.run(
        "document.activeElement.blur(); const range = document.createRange(); range.selectNodeContents(document.querySelector('.answer li'));
         getSelection().removeAllRanges(); getSelection().addRange(range); return null",
        json!([]),
    )?;
    window.button("Quote").appears()?;
    pictures(&window, "editing-quote")?;
    window.run(
        "const range = document.createRange(); range.selectNodeContents(document.querySelector('.answer li'));
         getSelection().removeAllRanges(); getSelection().addRange(range); return null",
        json!([]),
    )?;
    window.button("Quote").click()?;
    box_holds(&window, "About this:\n\n> Spring tides: twice a month\n\n")?;
    window.wait_until(
        "the cursor is behind it",
        "return document.activeElement?.selectionStart === document.activeElement?.value.length",
    )?;
    assert_eq!(stage.sim.posts(), posts, "none of it asked anything");
    window.close()
}
