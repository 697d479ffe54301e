//! No keychain on this system: the key may live in memory, on the person's word, and is never written.

use poe::sim::Reply;
use xtask::Result;
use xtask::window::Keychain;

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-SessionCanary0123456789abcdefghijklmn3333";

#[test]
fn without_a_keychain_the_key_lasts_for_the_session_only() -> Result<()> {
    let stage = Stage::set(Keychain::Missing)?;
    let window = stage.open()?;
    stage.desktop.copy(KEY)?;
    window.button("Paste key").click()?;
    window.card("keychain_unavailable").appears()?;
    pictures(&window, "no-keychain")?;
    window
        .card("keychain_unavailable")
        .action("session-only")
        .click()?;
    window
        .page()
        .css("[data-rung=models][data-state=passed]")
        .appears()?;
    window.button("Start chatting").click()?;
    stage
        .sim
        .on("POST", "/v1/chat/completions", Reply::answer("Here I am."));
    window.ask("Are you there?")?;
    window
        .message("assistant", "done")
        .within(ANSWER)
        .shows("Here I am.")?;
    window.close()?;

    let found = stage.desktop.files_with(KEY)?;
    assert!(found.is_empty(), "the key lies open in {found:?}");
    let window = stage.open()?;
    window.button("Paste key").appears()?;
    window.close()
}
