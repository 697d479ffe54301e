//! A computer that lacks something: a browser to open a link in, a disk that takes the chats, an address that is one; and
//! an app that is started twice.

use std::os::unix::fs::symlink;
use std::path::Path;

use poe::sim::Reply;
use serde_json::json;
use xtask::window::{Keychain, key};
use xtask::{Context, Result};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-StorageCanary0123456789abcdefghijkl4444";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn a_link_that_nothing_opens_can_be_copied() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    // Only what starts the app: no program that opens links.
    let programs = tempfile::tempdir()?;
    for program in ["setpriv", "WebKitWebDriver"] {
        symlink(found(program)?, programs.path().join(program))?;
    }
    let path = programs.path().display().to_string();
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &stage.sim.base_url()), ("PATH", &path)])?;
    window.link("Open poe.com/api/keys").click()?;
    let card = window.card("link_not_opened");
    card.shows("https://poe.com/api/keys")?;
    pictures(&window, "link-not-opened")?;
    card.action("copy-address").type_text(key::ENTER)?;
    window.page().css(".toast").shows("Address copied")?;
    card.action("dismiss").type_text(key::ENTER)?;
    card.goes()?;
    window.close()
}

fn found(program: &str) -> Result<std::path::PathBuf> {
    let folders = std::env::var("PATH").unwrap_or_default();
    let files = folders.split(':').map(|folder| Path::new(folder).join(program));
    let mut files = files.filter(|file| file.exists());
    files.next().with_context(|| format!("{program} is not installed"))
}

#[test]
fn chats_that_cannot_be_saved_go_on_in_another_folder() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let address = stage.sim.base_url();
    let variables = [("TELLTALE_BASE_URL", address.as_str()), ("TELLTALE_DATA_DIR", "")];
    let window = stage.open_with(&variables)?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, Reply::answer("The first."));
    window.ask("Before?")?;
    answered(&window, "The first.")?;

    // Another program keeps the file for itself.
    window.link("Settings").click()?;
    let shown = window.page().css("#data code").text()?;
    let file = Path::new(&shown).join("telltale.db");
    let other = rusqlite::Connection::open(&file)?;
    other.execute_batch("BEGIN IMMEDIATE")?;
    window.link("Chat").click()?;
    window.open_chat("Before?")?;
    window.ask("Not saved?")?;
    let card = window.page().css(".composer").card("storage_failed").within(ANSWER);
    card.shows("Your message is still in the box.")?;
    pictures(&window, "storage-failed")?;
    card.action("copy-text").type_text(key::ENTER)?;
    window.page().css(".toast").shows("Copied")?;
    assert_eq!(stage.sim.posts(), 1);

    // The chooser is the system's own, and is answered by keyboard too.
    let disk = tempfile::tempdir()?;
    stage.sim.on("POST", CHAT, Reply::answer("The second."));
    card.action("choose-folder").type_text(key::ENTER)?;
    stage.desktop.choose("Choose where Telltale keeps its data", disk.path())?;
    window.page().css(".toast").shows("new folder")?;
    card.goes()?;
    window.textbox("Message").type_text(key::ENTER)?;
    answered(&window, "The second.")?;
    assert_eq!(stage.sim.posts(), 2);
    window.link("Settings").click()?;
    window.page().css("#data code").shows(&disk.path().join("Telltale").display().to_string())?;
    window.run(
        "const show = () => document.querySelector('#data')?.scrollIntoView({ block: 'center' }); addEventListener('resize', show); show()",
        json!([]),
    )?;
    pictures(&window, "data-folder")?;
    window.close()?;

    let window = stage.open_with(&variables)?;
    window.open_chat("Before?")?;
    answered(&window, "The second.")?;
    window.close()
}

#[test]
fn an_address_that_is_none_is_set_right_in_the_window() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open_with(&[("TELLTALE_BASE_URL", "htp:/api.poe.com")])?;
    let card = window.card("invalid_base_url");
    card.shows("TELLTALE_BASE_URL is")?;
    pictures(&window, "invalid-base-url")?;
    card.action("fix").type_text(key::ENTER)?;
    window.wait_until(
        "the field has the focus",
        "return document.activeElement?.matches('input[inputmode=url]')",
    )?;
    window.press(&stage.sim.base_url())?;
    window.press(key::ENTER)?;
    window.button("Paste key").appears()?;

    // One in a hundred crashed while it ended, on a machine that was busy.
    for _ in 0..20 {
        let (code, said) = stage.desktop.start_again(Path::new(env!("CARGO_BIN_EXE_telltale")))?;
        assert_eq!(code, Some(0), "it came to the front: {said}");
        assert!(!said.contains("telltale: "), "{said}");
    }
    assert!(window.button("Paste key").is_there()?);
    window.close()
}

fn answered(window: &xtask::window::Window, text: &str) -> Result<()> {
    window.page().last("article[data-role=assistant][data-state=done]").within(ANSWER).shows(text).map(drop)
}
