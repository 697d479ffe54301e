//! The keychain in every state that a test can bring about: named right in the window and soon, the window usable
//! meanwhile, the key nowhere on the disk. Without one the key may live in memory, on the person's word.

use poe::sim::Reply;
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-SessionCanary0123456789abcdefghijklmn3333";

/// After the window's first paint, or what came after that.
const SOON_MS: f64 = 2_000.0;

#[test]
fn every_state_is_named_soon_in_a_window_that_can_be_used() -> Result<()> {
    let mut table = Table::default();
    let mut stage = Stage::set(Keychain::Unlocked)?;

    let window = stage.open()?;
    table.check(&window, "unlocked, fresh", "notStored")?;
    assert!(!window.page().css("[data-code^=keychain]").is_there()?);
    stage.connect(&window, KEY)?;
    window.close()?;
    stage.desktop.copy("something else")?;

    let window = stage.open()?;
    table.check(&window, "unlocked, with a key", "stored")?;
    window.textbox("Message").appears()?;
    window.link("Settings").click()?;
    window.page().css("#account").shows("in your system keyring")?;
    window.close()?;

    stage.desktop.lock()?;
    let window = stage.open()?;
    table.check(&window, "locked, with a key", "locked")?;
    window.card("keychain_locked").appears()?;
    pictures(&window, "keychain-locked")?;
    window.close()?;
    table.nowhere(&stage)?;

    for (name, keychain, state, card) in [
        ("locked, fresh", Keychain::Locked, "locked", "keychain_locked"),
        ("a bus without a service", Keychain::Absent, "unavailable", "keychain_unavailable"),
        ("no bus", Keychain::Missing, "unavailable", "keychain_unavailable"),
        ("a bus that never answers", Keychain::MuteBus, "unavailable", "keychain_unavailable"),
    ] {
        let stage = Stage::set(keychain)?;
        let window = stage.open()?;
        table.check(&window, name, state)?;
        window.card(card).appears()?;
        stage.desktop.copy(KEY)?;
        window.button("Paste key").click()?;
        window.page().css("[data-rung=stored][data-state=failed]").appears()?;
        window.close()?;
        stage.desktop.copy("something else")?;
        table.nowhere(&stage)?;
    }

    let stage = Stage::set(Keychain::Unlocked)?;
    put_there_by_another_program(&stage)?;
    let window = stage.open()?;
    table.check(&window, "an entry that is no text", "corrupt")?;
    let card = window.card("keychain_corrupt");
    card.appears()?;
    pictures(&window, "keychain-corrupt")?;
    stage.connect(&window, KEY)?;
    window.link("Settings").click()?;
    window.page().css("#account").shows("in your system keyring")?;
    window.close()?;

    let mut stage = Stage::set(Keychain::Asking)?;
    stage.desktop.lock()?;
    let window = stage.open()?;
    stage.desktop.answer_keyring(false)?;
    let refused = window.run("return performance.now()", json!([]))?;
    table.check_since(&window, "its question refused", "denied", &refused)?;
    window.card("keychain_denied").appears()?;
    window.close()?;

    let stage = Stage::set(Keychain::Mute)?;
    let window = stage.open()?;
    table.check(&window, "a service that never answers", "checking")?;
    let asking = window.page().css(".asking");
    asking.shows("hasn’t responded yet")?;
    pictures(&window, "keychain-mute")?;
    window.link("Settings").click()?;
    window.page().css("#account").appears()?;
    window.kill();
    table.print();
    Ok(())
}

#[test]
fn without_a_keychain_the_key_lasts_for_the_session_only() -> Result<()> {
    let stage = Stage::set(Keychain::Missing)?;
    let window = stage.open()?;
    let line = window.card("keychain_unavailable");
    line.shows("No keychain was found")?;
    window.wait_until(
        "the focus is on Paste key",
        "return document.activeElement?.dataset.action === 'paste-key'",
    )?;
    let main = window.page().css("main").text()?;
    assert!(!main.contains("It stays in your"), "{main}");
    pictures(&window, "no-keychain-at-first")?;
    line.action("session-only").click()?;
    line.shows("kept in memory until you quit")?;
    window.wait_until(
        "the box is ticked and Paste key has the focus",
        "return document.querySelector('.session input').checked && document.activeElement?.dataset.action === 'paste-key'",
    )?;
    pictures(&window, "no-keychain-session")?;
    window.reload()?;
    window.card("keychain_unavailable").action("how-to-install").type_text(key::ENTER)?;
    window.page().css("main").shows("sudo apt install gnome-keyring")?;
    window.run("history.back()", json!([]))?;
    stage.desktop.copy(KEY)?;
    window.button("Paste key").click()?;
    window.card("keychain_unavailable").appears()?;
    pictures(&window, "no-keychain")?;
    window.card("keychain_unavailable").action("session-only").click()?;
    window.page().css("[data-rung=models][data-state=passed]").appears()?;
    window.button("Start chatting").click()?;
    is_answered(&stage, &window)?;
    window.close()?;

    let found = stage.desktop.files_with(KEY)?;
    assert!(found.is_empty(), "the key lies open in {found:?}");
    let window = stage.open()?;
    window.button("Paste key").appears()?;
    window.close()
}

/// The keyring's own question, on the screen, answered by key presses that reach it as a person's do.
#[test]
fn the_keyrings_question_is_refused_and_then_answered() -> Result<()> {
    let mut stage = Stage::set(Keychain::Asking)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.close()?;

    stage.desktop.lock()?;
    let window = stage.open()?;
    window.page().css(".asking").shows("Your keychain is asking for a password.")?;
    stage.desktop.answer_keyring(false)?;
    let card = window.card("keychain_denied");
    card.shows("Access to the key was denied")?;
    pictures(&window, "keychain-denied")?;
    card.action("unlock-keychain").click()?;
    stage.desktop.answer_keyring(true)?;
    window.textbox("Message").appears()?;
    is_answered(&stage, &window)?;
    window.close()?;
    assert_eq!(stage.desktop.files_with(KEY)?, Vec::<std::path::PathBuf>::new());
    Ok(())
}

/// In a new home the keyring asks for a password of its own before it keeps the key. That is said, nothing else stands still, and
/// *Cancel* there is a refusal, not a missing store.
#[test]
fn a_new_keyring_asks_and_may_be_refused() -> Result<()> {
    let stage = Stage::set(Keychain::New)?;
    let window = stage.open()?;
    window.button("Paste key").appears()?;
    assert!(!window.page().css("[data-code^=keychain]").is_there()?);
    stage.desktop.copy(KEY)?;
    window.button("Paste key").click()?;
    let asking = window.page().css(".asking");
    asking.shows("Your keychain is asking for a password.")?;
    let off = "return [...document.querySelectorAll('.setup button:disabled')].map((it) => it.textContent)";
    assert_eq!(window.run(off, json!([]))?, json!(["Paste key"]));
    pictures(&window, "keychain-new")?;
    stage.desktop.answer_keyring(false)?;
    let card = window.page().css("[data-rung=stored] [data-code=keychain_denied]");
    card.shows("Access to the key was denied")?;
    asking.goes()?;
    pictures(&window, "keychain-new-refused")?;
    window.card("keychain_denied").action("session-only").click()?;
    window.button("Start chatting").click()?;
    is_answered(&stage, &window)?;
    assert_eq!(stage.desktop.files_with(KEY)?, Vec::<std::path::PathBuf>::new());
    window.close()
}

fn is_answered(stage: &Stage, window: &Window) -> Result<()> {
    stage.sim.on("POST", "/v1/chat/completions", Reply::answer("Here I am."));
    window.ask("Are you there?")?;
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.shows("Here I am.").map(drop)
}

/// Not a test by itself: what another program does on a stage's desktop, in a process of its own there.
#[test]
fn another_program() -> Result<()> {
    if std::env::var_os(ANOTHER).is_none() {
        return Ok(());
    }
    let service = SecretService::connect(EncryptionType::Plain)?;
    let entry = [("service", "dev.telltale.desktop"), ("username", "poe-api-key")].into();
    service.get_default_collection()?.create_item(
        "theirs",
        entry,
        b"\xff\xfe",
        false,
        "application/octet-stream",
    )?;
    Ok(())
}

const ANOTHER: &str = "TELLTALE_TEST_ANOTHER_PROGRAM";

fn put_there_by_another_program(stage: &Stage) -> Result<()> {
    let this = std::env::current_exe()?.display().to_string();
    let mut program = stage.desktop.command(&this);
    let ended = program.args(["--exact", "keychain::another_program"]).env(ANOTHER, "1").output()?;
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
    Ok(())
}

#[derive(Default)]
struct Table {
    lines: Vec<String>,
}

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the test shows")]
impl Table {
    /// The window marks when a state is drawn; the paint is the browser's own record.
    fn check(&mut self, window: &Window, name: &str, state: &str) -> Result<()> {
        // Where a paint is not recorded, the page's beginning stands for it, which is earlier.
        let paint = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
        let told = format!("return performance.getEntriesByName('key:{state}').length > 0");
        window.wait_until(&format!("{name}: the key is {state}"), &told)?;
        self.check_since(window, name, state, &window.run(paint, json!([]))?)
    }

    fn check_since(&mut self, window: &Window, name: &str, state: &str, since: &Value) -> Result<()> {
        let mark = format!("key:{state}");
        let told = format!("return performance.getEntriesByName({mark:?}).length > 0");
        window.wait_until(&format!("{name}: the key is {state}"), &told)?;
        let script = "return performance.getEntriesByName(arguments[0])[0].startTime";
        let named = window.run(script, json!([mark]))?.as_f64().unwrap_or(f64::MAX);
        let since = since.as_f64().unwrap_or(0.0);
        let after = (named - since).max(0.0);
        let line = format!("{name:30} {state:12} {named:8.0} {since:8.0} {after:8.0}");
        eprintln!("{line}");
        self.lines.push(line);
        assert!(after < SOON_MS, "{name}: named {after:.0} ms after there was something to name");
        window.press(key::TAB)?;
        window.wait_until(
            &format!("{name}: Tab reaches something to press"),
            "return document.activeElement.matches('a, button, input, select, textarea')",
        )
    }

    fn nowhere(&self, stage: &Stage) -> Result<()> {
        let found = stage.desktop.files_with(KEY)?;
        assert!(found.is_empty(), "the key lies open in {found:?}");
        Ok(())
    }

    fn print(&self) {
        let head = ["keychain", "named", "at ms", "since", "after ms"];
        let [keychain, named, at, since, after] = head;
        println!("{keychain:30} {named:12} {at:>8} {since:>8} {after:>8}");
        println!("{}", self.lines.join("\n"));
        println!(
            "(ms since the page began; since: the first paint, or the refusal; the key is on no disk in any of them)"
        );
    }
}
