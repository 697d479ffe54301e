//! Two accounts by keyboard alone: a key is checked up to its test message, a second one joins it, each answer says who asked, and of
//! the one that is removed nothing is left on the disk or in the keyring.

use poe::sim::Reply;
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::canary::{assert_clean, pieces};
use crate::stage::{ANSWER, Stage, pictures};

const FIRST: &str = "sk-poe-Hk4Wd9Zr2Xm7Vt5Nb8Qc3Js6Lf1Py0GuAeIoTa";
const SECOND: &str = "sk-poe-Rb7Nx2Kw9Lc4Vz6Mt1Ds8Hq3Jf5Pg0EyUiOaBe";
const THIRD: &str = "sk-poe-Tv3Gs8Fd5Yk1Wn6Xh9Zq4Lb7Rm2Cj0OuEaIyPo";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn a_second_account_joins_asks_and_goes_without_a_trace() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    paste(&stage, &window, FIRST)?;

    // The last rung, its cost beside it; only the press sends it.
    let rung = window.page().css("[data-rung=test]");
    rung.shows("It uses about ")?;
    pictures(&window, "test-message")?;
    assert_eq!(stage.sim.posts(), 0);
    stage.sim.on("POST", CHAT, Reply::error(500, "Oh", "internal_error", None));
    press(&window, "Send a test message")?;
    window.card("internal_error").appears()?;
    pictures(&window, "test-message-failed")?;
    stage.sim.on("POST", CHAT, Reply::answer("OK"));
    press(&window, "Try again")?;
    window.page().css("[data-rung=test][data-state=passed]").appears()?;
    pictures(&window, "test-message-answered")?;
    assert_eq!(stage.sim.posts(), 2, "each press is one message");
    press(&window, "Start chatting")?;
    ask(&stage, &window, "Who asks first?")?;
    let asker = window.page().last(".receipt [data-account]");
    assert!(!asker.is_there()?, "one account needs no name");

    settings(&window)?;
    press(&window, "Add an account")?;
    window.page().role("heading", "Add an account").appears()?;
    pictures(&window, "add-account")?;
    paste(&stage, &window, SECOND)?;
    press(&window, "Start chatting")?;
    stage.sim.set_balance(8_760);
    ask(&stage, &window, "And who asks now?")?;
    asker.shows("Account 2")?;
    pictures(&window, "receipt")?;

    // The list: each with its balance; rename, switch, replace.
    settings(&window)?;
    press(&window, "Rename Account 2")?;
    window.wait_until(
        "the name can be written",
        "return document.activeElement?.ariaLabel === 'Name of the account'",
    )?;
    // The key that is still on the clipboard is no name.
    window.press(&format!("{}v{}", key::CONTROL, key::RELEASE))?;
    window.press(key::ENTER)?;
    window.card("invalid_input").shows("That looks like a key")?;
    press(&window, "Go to the field")?;
    window.press("Work at the observatory")?;
    window.press(key::ENTER)?;
    let list = window.page().css("[aria-label=Accounts]");
    list.shows("Work at the observatory")?;
    window.page().css("[data-account='1']").shows("points")?;
    window.page().css("[data-account='2']").shows("8,7")?;
    pictures(&window, "accounts")?;
    press(&window, "Use Account 1")?;
    window.page().css("[data-account='1'][data-active=true]").appears()?;
    chat(&window)?;
    ask(&stage, &window, "And now?")?;
    asker.shows("Account 1")?;
    assert!(sent_key(&stage).as_deref() == Some(FIRST), "the other key was sent");
    settings(&window)?;
    press(&window, "Replace key")?;
    window.page().role("heading", "Replace your key").appears()?;
    paste(&stage, &window, THIRD)?;
    press(&window, "Start chatting")?;
    ask(&stage, &window, "With a new key?")?;
    assert!(sent_key(&stage).as_deref() == Some(THIRD), "the old key was sent");

    settings(&window)?;
    press(&window, "Remove Work at the observatory")?;
    pictures(&window, "account-removed")?;
    window.press(&format!("{}{}{}", key::SHIFT, key::TAB, key::RELEASE))?;
    window.press(key::ENTER)?;
    list.goes()?;
    window.wait_until(
        "the focus is where that can be undone",
        "return document.activeElement?.dataset.action === 'undo-removal'",
    )?;
    stage.desktop.copy("something else")?;
    assert_eq!(items(&stage)?, 1, "the keyring holds the one key in use");
    window.close()?;

    let app = stage.desktop.data();
    let everything = stage.desktop.files()?;
    for gone in [FIRST, SECOND] {
        for path in &everything {
            let bytes = std::fs::read(path).unwrap_or_default();
            assert_clean(&path.display().to_string(), &bytes, &pieces(gone));
        }
    }
    let kept = std::fs::read_to_string(app.join("accounts.json"))?;
    assert!(kept.contains(&THIRD[THIRD.len() - 4..]), "{kept}");
    assert!(!kept.contains("observatory") && !kept.contains(&SECOND[SECOND.len() - 4..]), "{kept}");
    Ok(())
}

/// Pasted from the clipboard, and checked to the end.
fn paste(stage: &Stage, window: &Window, key: &str) -> Result<()> {
    stage.desktop.copy(key)?;
    press(window, "Paste key")?;
    window.page().role("heading", "Connected").appears()
}

fn ask(stage: &Stage, window: &Window, question: &str) -> Result<()> {
    stage.sim.on("POST", CHAT, Reply::answer(&format!("You asked: {question}")));
    window.wait_until(
        "the cursor is in the message box",
        "return document.activeElement?.tagName === 'TEXTAREA'",
    )?;
    window.press(&format!("{question}{}", key::ENTER))?;
    let said = format!("You asked: {question}");
    window.page().last("article[data-role=assistant][data-state=done]").within(ANSWER).shows(&said)?;
    Ok(())
}

fn settings(window: &Window) -> Result<()> {
    press(window, "Settings")?;
    window.page().css("#account").appears()
}

fn chat(window: &Window) -> Result<()> {
    press(window, "Chat")?;
    window.textbox("Message").appears()?;
    press(window, "Message")
}

/// Along the page with Tab to what has this name, and Enter; a text field only gets the cursor.
fn press(window: &Window, name: &str) -> Result<()> {
    const FAR: usize = 80;
    const FOCUS: &str = "const it = document.activeElement; \
        return it === document.body ? '' : it.getAttribute('aria-label') ?? it.textContent.trim()";
    for _ in 0..FAR {
        let focus = window.run(FOCUS, json!([]))?;
        if focus == name {
            let is_field = window.run("return document.activeElement.tagName === 'TEXTAREA'", json!([]))?;
            return if is_field == true { Ok(()) } else { window.press(key::ENTER) };
        }
        window.press(key::TAB)?;
    }
    xtask::bail!("Tab leads to nothing called {name}; the page shows:\n{}", window.text()?)
}

fn sent_key(stage: &Stage) -> Option<String> {
    let asked = stage.sim.requests().into_iter().rfind(|request| request.path == CHAT)?;
    let header = asked.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    Some(header.1.strip_prefix("Bearer ")?.to_owned())
}

/// How many of our entries the desktop's keyring holds, as another program there sees it.
fn items(stage: &Stage) -> Result<usize> {
    let this = std::env::current_exe()?.display().to_string();
    let mut program = stage.desktop.command(&this);
    let ended =
        program.args(["--exact", "accounts::count_items", "--nocapture"]).env(COUNTING, "1").output()?;
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    let count = said.lines().find_map(|line| line.strip_prefix("items: "));
    match count {
        Some(count) => Ok(count.parse()?),
        None => xtask::bail!("the keyring was not looked into: {said}"),
    }
}

const COUNTING: &str = "TELLTALE_TEST_COUNTS_ITEMS";

/// Not a test by itself: it runs in a process of its own on a stage's desktop.
#[test]
#[allow(clippy::print_stderr, reason = "its answer")]
fn count_items() -> Result<()> {
    if std::env::var_os(COUNTING).is_some() {
        let service = SecretService::connect(EncryptionType::Plain)?;
        let ours = service.search_items([("service", "dev.telltale.desktop")].into())?;
        eprintln!("items: {}", ours.unlocked.len() + ours.locked.len());
    }
    Ok(())
}
