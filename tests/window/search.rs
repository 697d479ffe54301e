//! Searching, by keyboard: a Chinese word in an old branch is found, opened and marked; words within a chat; what a person meets
//! while nothing is found.

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-SearchCanary0123456789abcdefghijklmno2222";
const CHAT: &str = "/v1/chat/completions";

fn answered(stage: &Stage, window: &Window, question: &str, text: &str) -> Result<()> {
    stage.sim.on("POST", CHAT, Reply::answer(text));
    window.ask(question)?;
    window
        .message("assistant", "done")
        .within(ANSWER)
        .shows(text.split("**").next().unwrap_or_default())
        .map(drop)
}

/// What the web view has marked, as text.
fn marked(window: &Window, name: &str) -> Result<Vec<String>> {
    let script = "return [...(CSS.highlights.get(arguments[0]) ?? [])].map(String)";
    Ok(serde_json::from_value(window.run(script, json!([name]))?)?)
}

fn until_marked(window: &Window, word: &str) -> Result<()> {
    window.wait_until(
        &format!("{word} is marked"),
        &format!("return [...(CSS.highlights.get('found-now') ?? [])].map(String).includes('{word}')"),
    )
}

fn has_focus(window: &Window, name: &str) -> Result<()> {
    window.wait_until(
        &format!("the cursor is in {name}"),
        &format!("return document.activeElement?.getAttribute('aria-label') === '{name}'"),
    )
}

#[test]
fn a_chinese_word_in_an_old_branch_is_found_opened_and_marked_by_keyboard() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    answered(&stage, &window, "请解释机器学习", "机器学习让计算机从**数据**中学习。")?;
    // Another version of the question takes its place.
    window.press(key::ARROW_UP)?;
    window.textbox("Message").fill("Why is the sky blue?")?;
    stage.sim.on("POST", CHAT, Reply::answer("Short waves scatter more: the sky is blue, the SKY."));
    window.press(key::ENTER)?;
    window
        .page()
        .last("article[data-role=assistant][data-state=done]")
        .within(ANSWER)
        .shows("Short waves")?;
    window.press(&format!("{}n{}", key::CONTROL, key::RELEASE))?;
    answered(&stage, &window, "Name a moon of Jupiter", "Europa")?;

    window.press(&format!("{}{}f{}", key::CONTROL, key::SHIFT, key::RELEASE))?;
    has_focus(&window, "Search chats")?;
    window.press("学习")?;
    window.page().css("[data-hit] mark").shows("学习")?;
    window.wait_until("both are found", "return document.querySelectorAll('[data-hit]').length >= 2")?;
    pictures(&window, "search-found")?;
    window.press(&format!("{}{}f{}", key::CONTROL, key::SHIFT, key::RELEASE))?;
    has_focus(&window, "Search chats")?;
    // The answer, among its question and the title.
    window.press(key::ARROW_DOWN)?;
    for _ in 0..4 {
        let about = window.run("return document.activeElement.textContent", json!([]))?;
        if about.as_str().is_some_and(|text| text.contains("数据")) {
            break;
        }
        window.press(key::ARROW_DOWN)?;
    }
    window.press(key::ENTER)?;
    window.message("assistant", "done").shows("机器学习让计算机")?;
    until_marked(&window, "学习")?;
    assert_eq!(marked(&window, "found")?, ["学习"], "and the other one");
    pictures(&window, "search-opened")?;

    // Within the version that the chat shows now, and within the other one.
    window.press(&format!("{}f{}", key::CONTROL, key::RELEASE))?;
    has_focus(&window, "Find in this chat")?;
    window.press("数据")?;
    window.page().css(".find .count").shows("1 of 1")?;
    until_marked(&window, "数据")?;
    window.press(&format!("{}a{}", key::CONTROL, key::RELEASE))?;
    window.press("sky")?;
    window.page().css(".find .count").shows("Not found")?;
    window.press(key::ESCAPE)?;
    window.page().css(".find").goes()?;
    window.button("Next version").click()?;
    window.message("assistant", "done").shows("Short waves")?;
    window.press(&format!("{}f{}", key::CONTROL, key::RELEASE))?;
    has_focus(&window, "Find in this chat")?;
    window.press(&format!("{}a{}", key::CONTROL, key::RELEASE))?;
    window.press("sky")?;
    window.page().css(".find .count").shows("2 of 3")?;
    window.press(key::ENTER)?;
    window.page().css(".find .count").shows("3 of 3")?;
    until_marked(&window, "SKY")?;
    pictures(&window, "search-in-chat")?;

    // A slip is seen, and a press asks for what was meant.
    window.press(&format!("{}{}f{}", key::CONTROL, key::SHIFT, key::RELEASE))?;
    has_focus(&window, "Search chats")?;
    window.press("jupitre")?;
    window.button("jupiter").appears()?;
    pictures(&window, "search-nothing")?;
    window.button("jupiter").click()?;
    window.page().css("[data-hit] mark").shows("Jupiter")?;
    window.close()
}
