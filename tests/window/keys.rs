//! Where a key comes from and where it does not go: what the clipboard holds leaves the computer only as a key, one key takes
//! another's place wherever that is asked for, and what was removed comes back.

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const FIRST: &str = "sk-poe-Vd5Kx9Tn3Wq7Zb2Lm8Rc4Hs6Jf1Py0GuAeIoTaXe";
const SECOND: &str = "sk-poe-Bn4Xk8Ws2Qv6Ct9Lz3Mr7Hd5Jf1Pg0EyUiOaTuRo";
const THIRD: &str = "sk-poe-Gm6Yc2Fv8Zt4Xk9Wd3Qn7Lb5Rs1Hj0OuEaIyPoNi";
const CHAT: &str = "/v1/chat/completions";
const UNLIKELY: &str = "The clipboard has text that doesn’t look like a Poe key.";

#[test]
fn what_is_no_key_does_not_leave_this_computer() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    window.button("Paste key").appears()?;
    let card = window.card("invalid_input");
    // The list of models needs no key, and is read at the start.
    let before = requests_but_models(&stage);

    paste_again(&window)?;
    card.shows("Your clipboard is empty")?;
    card.button("Open poe.com/api/keys").appears()?;
    pictures(&window, "paste-empty")?;

    let two_words = "Dear Anna, my PIN is 4711 and the alarm code is 0815.";
    let two_lines = format!("{}\n{}", &FIRST[..24], &FIRST[24..]);
    let in_prose = format!("Here is my key {FIRST} for you");
    let long = "n0-blanks-at-all-".repeat(1_200);
    let other_key = format!("sk-ant-api03-{}", &FIRST[7..].repeat(2));
    for text in [two_words, &two_lines, &in_prose, &long, &"text ".repeat(4_000)] {
        stage.desktop.copy(text)?;
        paste_again(&window)?;
        card.shows(&format!("{UNLIKELY} Nothing was sent."))?;
        card.button("Open poe.com/api/keys").appears()?;
        assert!(!card.action("use-anyway").is_there()?, "{text:.40}");
        nothing_left(&stage, &window, text, before)?;
    }
    pictures(&window, "paste-no-key")?;
    for word in [
        "correct-horse&Battery9",
        "https://example.com/private?token=0123456789abcdef",
        "anna@example.com",
        "/home/anna/.ssh/id_ed25519",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
        &other_key,
    ] {
        stage.desktop.copy(word)?;
        paste_again(&window)?;
        let shown = format!("starts with “{}” and ends with “{}”", &word[..2], &word[word.len() - 2..]);
        card.shows(&shown)?;
        card.action("use-anyway").appears()?;
        nothing_left(&stage, &window, word, before)?;
    }
    pictures(&window, "paste-word")?;
    stage.desktop.copy(&format!("{{\"home\": \"{FIRST}\", \"work\": \"{SECOND}\"}}"))?;
    paste_again(&window)?;
    card.shows("several Poe keys")?;
    pictures(&window, "paste-several")?;
    nothing_left(&stage, &window, FIRST, before)?;
    stage.desktop.copy_as("image/png", include_bytes!("../../src-tauri/icons/32x32.png"))?;
    paste_again(&window)?;
    card.shows("Your clipboard has an image")?;
    pictures(&window, "paste-image")?;
    stage.desktop.copy_as("text/uri-list", b"file:///home/anna/Secret%20plans.odt\r\n")?;
    paste_again(&window)?;
    card.shows("Your clipboard has files")?;
    nothing_left(&stage, &window, "Secret", before)?;
    window.close()
}

/// It is the word that was judged, whatever lies on the clipboard by the time of the press.
#[test]
fn a_word_is_used_only_on_a_press_and_once() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.desktop.copy("my-school-key-77")?;
    window.button("Paste key").click()?;
    let card = window.card("invalid_input");
    card.shows("starts with “my” and ends with “77”")?;
    stage.desktop.copy("Dear Anna, this is private.")?;
    card.action("use-anyway").type_text(key::ENTER)?;
    window.page().css("[data-rung=shape][data-state=warned]").appears()?;
    window.button("Start chatting").click()?;
    assert_eq!(keys(&stage), ["my-school-key-77"]);
    assert!(!leaves(&stage, "Anna"), "the clipboard was read again");

    // One that is put away is not to be had any more.
    window.link("Settings").click()?;
    window.button("Replace key").click()?;
    stage.desktop.copy("another-word")?;
    window.button("Paste key").click()?;
    card.shows("starts with “an”")?;
    card.action("dismiss").click()?;
    card.goes()?;
    let refused = window.run(
        "document.documentElement.removeAttribute('data-tried');
         window.__TAURI_INTERNALS__.invoke('set_key', { source: { type: 'anyway' }, keep: 'session', add: false, forMessage: null, progress: '__CHANNEL__:99' })
           .then(() => 'taken', (card) => card.title).then((said) => document.documentElement.setAttribute('data-tried', said)); return null",
        json!([]),
    );
    refused?;
    let said = window.page().css("html[data-tried]").attribute("data-tried")?;
    assert_eq!(said, "That text was forgotten");
    assert!(!leaves(&stage, "another-word"));
    window.close()
}

#[test]
fn json_and_a_file_of_settings_hold_a_key() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.desktop.copy(&format!(
        "{{\n  \"name\": \"Anna’s laptop\",\n  \"env\": {{ \"POE_API_KEY\": \"{FIRST}\" }}\n}}\n"
    ))?;
    window.button("Paste key").click()?;
    window.page().role("heading", "Connected").appears()?;
    // The key was taken, so the clipboard can be emptied, of the whole text.
    window.button("Clear the clipboard").click()?;
    window.button("Clear the clipboard").goes()?;
    assert!(!stage.desktop.copied().is_ok_and(|text| text.contains(FIRST)));
    window.button("Start chatting").click()?;
    window.link("Settings").click()?;
    window.button("Replace key").click()?;
    stage.desktop.copy(&format!(
        "# the observatory\nDATABASE_URL=postgres://anna:secret@db/sky\n# POE_API_KEY={THIRD}\nexport POE_API_KEY=\"{SECOND}\"\n"
    ))?;
    window.button("Paste key").click()?;
    window.page().role("heading", "Connected").appears()?;
    assert_eq!(keys(&stage), [FIRST, SECOND]);
    assert!(!leaves(&stage, "Anna") && !leaves(&stage, "secret@db"));
    window.close()
}

#[test]
fn after_a_card_mended_the_key_it_can_be_replaced_and_joined() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, FIRST)?;
    let revoked = || Reply::error(401, "Invalid API key", "invalid_request_error", Some("invalid_api_key"));
    stage.sim.on("POST", CHAT, revoked());
    window.ask("Are you there?")?;
    let card = window.card("invalid_api_key");
    card.appears()?;

    // In the card a word goes by the same rule.
    stage.desktop.copy("not-a-key-at-all")?;
    card.action("paste-key").click()?;
    card.shows("starts with “no” and ends with “ll”")?;
    card.action("use-anyway").appears()?;
    pictures(&window, "paste-word-in-card")?;
    assert!(!leaves(&stage, "not-a-key"));
    stage.desktop.copy("")?;
    card.action("paste-key").click()?;
    card.shows("Your clipboard is empty")?;

    stage.sim.on("POST", CHAT, Reply::answer("I am."));
    stage.desktop.copy(SECOND)?;
    card.action("paste-key").click()?;
    window.message("assistant", "done").within(ANSWER).shows("I am.")?;
    assert_eq!(stage.sim.posts(), 2);

    window.link("Settings").click()?;
    window.button("Replace key").click()?;
    window.page().role("heading", "Replace your key").appears()?;
    assert!(!window.page().css("[data-rung]").is_there()?, "the old ladder is shown");
    stage.desktop.copy(THIRD)?;
    window.button("Paste key").click()?;
    window.button("Start chatting").click()?;
    window.link("Settings").click()?;
    window.button("Add an account").click()?;
    window.page().role("heading", "Add an account").appears()?;
    window.button("Back").click()?;
    window.page().role("heading", "Settings").appears()?;
    window.link("Chat").click()?;

    // Who looked at that page and left mends the key in use, and adds none.
    stage.sim.on("POST", CHAT, revoked());
    stage.sim.on("POST", CHAT, Reply::answer("Still."));
    window.ask("And now?")?;
    card.appears()?;
    stage.desktop.copy(FIRST)?;
    card.action("paste-key").click()?;
    window.message("assistant", "done").within(ANSWER).shows("Still.")?;
    window.link("Settings").click()?;
    assert!(!window.page().css("[aria-label=Accounts]").is_there()?, "an account was added");
    window.button("Add an account").click()?;
    window.page().role("heading", "Add an account").appears()?;
    stage.desktop.copy(SECOND)?;
    window.button("Paste key").click()?;
    window.button("Start chatting").click()?;
    window.link("Settings").click()?;
    window.page().css("[aria-label=Accounts] [data-account='2']").appears()?;
    assert_eq!(stage.sim.posts(), 4);
    window.close()
}

#[test]
fn a_removed_key_comes_back_by_keyboard() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, FIRST)?;
    window.link("Settings").click()?;
    window.button("Remove key").click()?;
    window.button("Remove").click()?;
    let undo = window.page().action("undo-removal");
    undo.appears()?;
    pictures(&window, "key-removed")?;
    window.wait_until(
        "the focus is on Undo",
        "return document.activeElement?.dataset.action === 'undo-removal'",
    )?;
    let heard = window.page().css("[role=status]").text()?;
    assert!(heard.contains("removed") && heard.contains("until you quit"), "{heard}");
    // The page that is loaded anew knows of it too.
    window.reload()?;
    undo.appears()?;
    undo.type_text(key::ENTER)?;
    undo.goes()?;
    window.page().css("#account").shows("in your system keyring")?;
    stage.sim.on("POST", CHAT, Reply::answer("I am."));
    window.link("Chat").click()?;
    window.ask("Are you there?")?;
    window.message("assistant", "done").within(ANSWER).shows("I am.")?;
    assert_eq!(keys(&stage).last().map(String::as_str), Some(FIRST));

    // At the app's end it is gone.
    window.link("Settings").click()?;
    window.button("Remove key").click()?;
    window.button("Remove").click()?;
    undo.appears()?;
    window.close()?;
    let window = stage.open()?;
    window.button("Paste key").appears()?;
    assert!(!undo_is_there(&window)?);
    window.close()
}

fn undo_is_there(window: &Window) -> Result<bool> {
    window.page().action("undo-removal").is_there()
}

/// The press, and its own outcome in place of the one before.
fn paste_again(window: &Window) -> Result<()> {
    window.run("document.querySelector('.setup [data-code]')?.setAttribute('data-before', '')", json!([]))?;
    window.button("Paste key").click()?;
    window.page().css(".setup [data-code]:not([data-before])").appears()
}

fn requests_but_models(stage: &Stage) -> usize {
    let all = stage.sim.requests();
    all.iter().filter(|it| it.path != "/v1/models").count()
}

/// No request more than before, none with the text or a good piece of it, and none of it on the page but its ends.
fn nothing_left(stage: &Stage, window: &Window, text: &str, before: usize) -> Result<()> {
    assert_eq!(requests_but_models(stage), before, "{text:.40}");
    let piece = &text[..text.len().min(12)];
    assert!(!leaves(stage, piece), "{piece}");
    let page = window.run("return document.documentElement.outerHTML", json!([]))?;
    assert!(!page.as_str().unwrap_or_default().contains(piece), "{piece} on the page");
    Ok(())
}

fn leaves(stage: &Stage, piece: &str) -> bool {
    stage.sim.requests().iter().any(|it| {
        let headers = it.headers.iter().any(|(name, value)| name.contains(piece) || value.contains(piece));
        headers
            || it.query.contains(piece)
            || it.path.contains(piece)
            || String::from_utf8_lossy(&it.body).contains(piece)
    })
}

/// The keys that requests carried, each once, in their order.
fn keys(stage: &Stage) -> Vec<String> {
    let mut keys = Vec::new();
    for request in stage.sim.requests() {
        let header = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        if let Some(key) = header.and_then(|(_, value)| value.strip_prefix("Bearer "))
            && keys.last().is_none_or(|last| last != key)
        {
            keys.push(key.to_owned());
        }
    }
    keys
}
