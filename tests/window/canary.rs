//! A whole session with the key on the clipboard, in the keychain, in use, refused and echoed by the server, with texts being
//! logged and the log exported: afterwards no eight characters of it in a row lie in any file of the desktop, whoever wrote
//! it: the app, its web view, the log of what they said, or the home folder.

use std::collections::HashSet;
use std::fs;

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::Keychain;

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-Wq8Zt3Lx5Vr2Kn9Jb4Md7Hf6Ps1Gy0TcUeAiXo";
const CHAT: &str = "/v1/chat/completions";
const WINDOW: usize = 8;

#[test]
fn after_a_whole_session_no_file_holds_a_piece_of_the_key() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    window.link("Help").click()?;
    window.page().css("a[href='#log']").click()?;
    window.page().css(".texts input[type=checkbox]").click()?;
    window.page().css(".texts.on").appears()?;

    window.link("Chat").click()?;
    stage.sim.on("POST", CHAT, Reply::answer("The first answer."));
    window.ask("Are you there?")?;
    window.message("assistant", "done").within(ANSWER).shows("The first answer.")?;
    let echo = format!("Authorization was Bearer {KEY}, which begins {}", &KEY[..20]);
    let refused = Reply::error(400, &echo, &echo, Some("bad_request")).header("x-request-id", KEY);
    stage.sim.on("POST", CHAT, refused);
    window.ask("And now?")?;
    window.card("bad_request").appears()?;
    let shown = window.run("return document.documentElement.outerHTML", json!([]))?;
    let pieces = pieces(KEY);
    assert_clean("the page", shown.as_str().unwrap_or_default().as_bytes(), &pieces);

    window.link("Help").click()?;
    window.page().css("a[href='#log']").click()?;
    window.page().css(".texts.on").appears()?;
    window.button("Export").click()?;
    window.page().css(".saved code").appears()?;
    pictures(&window, "log")?;
    let stored = window.run(
        "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])",
        json!([]),
    )?;
    assert_clean("the web view's storage", stored.as_str().unwrap_or_default().as_bytes(), &pieces);
    window.close()?;

    let app = stage.desktop.data();
    let everything = stage.desktop.files()?;
    let logs = everything.iter().filter(|path| path.starts_with(app.join("logs"))).count();
    assert!(logs > 0, "nothing was logged, so nothing is shown");
    println!("{} files looked through for pieces of the key", everything.len());
    for path in &everything {
        assert_clean(&path.display().to_string(), &fs::read(path).unwrap_or_default(), &pieces);
    }
    Ok(())
}

/// The ways in beside a key by itself: a file of settings on the clipboard, texts that are no key, a word that Poe refuses and
/// echoes, a key that is removed and put back.
#[test]
fn what_was_pasted_is_nowhere_but_in_the_keychain() -> Result<()> {
    const PROSE: &str = "sk-poe-Tz5Kd9Xw3Qm7Vb2Ln8Rc4Hs6Jf1Py0GuAeIoBaNu";
    const WORD: &str = "sk-ant-Pk6Vm2Zt8Xc4Wn9Qd3Ls7Hb5Rj1Fg0EyUaOiTo";
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    let card = window.card("invalid_input");
    stage.desktop.copy(&format!("My Poe key is {PROSE}, do not lose it"))?;
    window.button("Paste key").click()?;
    card.shows("doesn’t look like a Poe key")?;
    stage.desktop.copy(WORD)?;
    window.button("Paste key").click()?;
    let echo = format!("Incorrect API key provided: {WORD}");
    let refused = Reply::error(401, &echo, &echo, Some("invalid_api_key")).header("x-request-id", WORD);
    stage.sim.on("GET", "/usage/current_balance", refused);
    card.action("use-anyway").click()?;
    window.card("invalid_api_key").appears()?;
    let mut shown = vec![window.run("return document.documentElement.outerHTML", json!([]))?];

    stage.desktop.copy(&format!("{{\"POE_API_KEY\": \"{KEY}\", \"note\": \"{}\"}}", &PROSE[7..27]))?;
    window.button("Paste key").click()?;
    window.button("Start chatting").click()?;
    window.link("Settings").click()?;
    window.button("Remove key").click()?;
    window.button("Remove").click()?;
    let undo = window.page().action("undo-removal");
    undo.appears()?;
    shown.push(window.run("return document.documentElement.outerHTML", json!([]))?);
    undo.click()?;
    undo.goes()?;
    window.link("Help").click()?;
    window.page().css("a[href='#log']").click()?;
    window.button("Export").click()?;
    window.page().css(".saved code").appears()?;
    shown.push(window.run(
        "return document.documentElement.outerHTML + JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])",
        json!([]),
    )?);
    stage.desktop.copy("something else")?;
    window.close()?;

    for secret in [KEY, PROSE, WORD] {
        let pieces = pieces(secret);
        for page in &shown {
            assert_clean("the page", page.as_str().unwrap_or_default().as_bytes(), &pieces);
        }
        for path in &stage.desktop.files()? {
            assert_clean(&path.display().to_string(), &fs::read(path).unwrap_or_default(), &pieces);
        }
    }
    Ok(())
}

pub(crate) fn pieces(key: &str) -> HashSet<Vec<u8>> {
    let secret = key["sk-poe-".len()..].to_ascii_lowercase();
    secret.as_bytes().windows(WINDOW).map(<[u8]>::to_vec).collect()
}

pub(crate) fn assert_clean(place: &str, bytes: &[u8], pieces: &HashSet<Vec<u8>>) {
    let lower = bytes.to_ascii_lowercase();
    let found = lower.windows(WINDOW).position(|window| pieces.contains(window));
    assert!(found.is_none(), "a piece of the key in {place} at byte {found:?}");
}
