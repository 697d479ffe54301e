//! A temporary chat by keys: begun, asked with a pasted file, left and come back to, ended. Afterwards nothing that was said in
//! it lies in any file of the desktop, whoever wrote it, and what it cost stands in Usage.

use poe::sim::Reply;
use serde_json::json;
use std::fs;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::gallery::{AXE, faults};
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-TemporaryCanary0123456789abcdefghijklmn7777";
const CHAT: &str = "/v1/chat/completions";
/// In all that is said in it.
const MARK: &str = "Walrus";

fn focus(window: &Window, selector: &str) -> Result<()> {
    window.page().css(selector).appears()?;
    window.run(&format!("document.querySelector({selector:?}).focus()"), json!([]))?;
    Ok(())
}

fn assert_nowhere(stage: &Stage, when: &str) -> Result<()> {
    let wide: Vec<u8> = MARK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let everything = stage.desktop.files()?;
    assert!(everything.iter().any(|path| path.ends_with("telltale.db")), "{everything:?}");
    for path in &everything {
        let bytes = fs::read(path).unwrap_or_default();
        for text in [MARK.as_bytes(), MARK.to_lowercase().as_bytes(), &wide] {
            let found = bytes.windows(text.len()).any(|part| part == text);
            assert!(!found, "{when}: {}", path.display());
        }
    }
    Ok(())
}

#[test]
fn a_temporary_chat_leaves_nothing_behind_but_what_it_cost() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let axe = fs::read_to_string(AXE)?;
    stage.sim.on("POST", CHAT, Reply::answer("As ever."));
    window.ask("Something to keep?")?;
    window.message("assistant", "done").within(ANSWER).shows("As ever.")?;

    window.press(&format!("{}n{}", key::CONTROL, key::RELEASE))?;
    pictures(&window, "temporary-start")?;
    focus(&window, ".start button:has(svg)")?;
    window.press(key::ENTER)?;
    window.page().role("heading", "Temporary chat").appears()?;
    window.wait_until(
        "the box has the cursor",
        "return document.activeElement?.matches('.composer textarea')",
    )?;
    pictures(&window, "temporary-empty")?;
    let mut found = faults(&window, &axe, "a temporary chat in which nothing was asked")?;

    stage.sim.on("POST", CHAT, Reply::answer("A **Walrus** answers.\n\n1. Walrus\n2. Walrus"));
    window.textbox("Message").fill("What does a Walrus say?")?;
    window.press(key::ENTER)?;
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.shows("Walrus answers")?;
    pictures(&window, "temporary")?;
    found.extend(faults(&window, &axe, "a temporary chat")?);

    // What is being written waits there, and is nobody else's.
    window.textbox("Message").fill("Walrus, to be continued")?;
    window.press(&format!("{}n{}", key::CONTROL, key::RELEASE))?;
    window.wait_until(
        "the new chat's box is empty",
        "return document.querySelector('.composer textarea')?.value === ''",
    )?;
    focus(&window, ".start button:has(svg)")?;
    window.press(key::ENTER)?;
    window.wait_until(
        "the words are there again",
        "return document.querySelector('.composer textarea')?.value === 'Walrus, to be continued'",
    )?;
    assert_nowhere(&stage, "while it is open")?;

    focus(&window, "[aria-label='End temporary chat']")?;
    window.press(key::ENTER)?;
    window.page().css(".toast").shows("Temporary chat ended")?;
    window.page().css("[aria-label='End temporary chat']").goes()?;
    window.run("location.hash = '#usage'", json!([]))?;
    window.page().role("heading", "Usage").appears()?;
    window.close()?;
    assert_nowhere(&stage, "after the end")?;

    let window = stage.open()?;
    window.page().css("[data-chat]").shows("Something to keep?")?;
    assert!(!window.text()?.contains(MARK));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    window.close()
}
