//! Signing in with Poe in a real browser: the app opens it, the person allows or denies, the key comes back.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{App, Keychain, Window, key};

use crate::links;
use crate::stage::{ANSWER, Stage, ladder_passes, pictures};

#[test]
fn the_browser_brings_a_key_or_the_reason_why_not() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let folder = tempfile::tempdir()?;
    let opened = folder.path().join("opened");
    let path = links::catch(folder.path(), &opened)?;
    let base_url = stage.sim.base_url();
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &base_url), ("PATH", &path)])?;

    // Without a client ID the settings say how to get one.
    window.button("Set up sign-in").click()?;
    window.wait_until(
        "the field has the cursor",
        "return document.activeElement?.closest('#advanced') !== null",
    )?;
    pictures(&window, "sign-in-id")?;
    window.textbox("Client ID for signing in").fill("telltale-tests")?;
    window.press(key::ENTER)?;
    window.page().css("#advanced [data-saved]").appears()?;
    window.button("Go to sign-in").click()?;
    window.button("Sign in").appears()?;
    pictures(&window, "sign-in")?;

    // Cancelled: nothing is kept, and the way in is there again.
    window.button("Sign in").click()?;
    window.page().css(".wait").shows("Waiting for your browser")?;
    pictures(&window, "sign-in-waiting")?;
    window.button("Cancel").click()?;
    window.button("Sign in").appears()?;

    // The browser is closed before anything is decided: the app waits, and can be told not to.
    let closed = browser_on(&stage)?;
    let _ = std::fs::remove_file(&opened);
    window.button("Sign in").click()?;
    follow(&closed, &opened)?;
    closed.close()?;
    window.page().css(".wait").shows("Waiting for your browser")?;
    window.button("Cancel").click()?;

    let browser = browser_on(&stage)?;
    let ask = || -> Result<()> {
        let _ = std::fs::remove_file(&opened);
        window.button("Sign in").click()?;
        follow(&browser, &opened)
    };
    ask()?;
    browser.button("Deny").click()?;
    window.card("sign_in_failed").shows("Access was denied on Poe")?;

    // An answer to somebody else's question.
    ask()?;
    browser.run("document.querySelector('[name=state]').value = 'forged'", json!([]))?;
    browser.button("Allow").click()?;
    window.card("sign_in_failed").shows("returned a different sign-in")?;

    ask()?;
    browser.page().css("[name=expires]").choose("after 8 seconds")?;
    browser.button("Allow").click()?;
    let signed_in = Instant::now();
    ladder_passes(&window)?;
    browser
        .wait_until("the browser says that all is done", "return document.title === 'Back to Telltale'")?;
    browser.close()?;
    window.button("Start chatting").click()?;
    window.textbox("Message").appears()?;

    // The key ends while the chat is open. Signed in again, the message goes out by itself, once.
    sleep(Duration::from_secs(9).saturating_sub(signed_in.elapsed()));
    window.ask("Am I still known?")?;
    window.card("api_key_expired").appears()?;
    window.page().css("[aria-label='Needs attention']").appears()?;
    pictures(&window, "key-expired")?;
    assert_eq!(stage.sim.posts(), 0);
    stage.sim.on("POST", "/v1/chat/completions", Reply::answer("Known again."));
    let _ = std::fs::remove_file(&opened);
    window.card("api_key_expired").action("sign-in").type_text(key::ENTER)?;
    let browser = browser_on(&stage)?;
    follow(&browser, &opened)?;
    browser.button("Allow").click()?;
    window.message("assistant", "done").within(ANSWER).shows("Known again.")?;
    assert_eq!(stage.sim.posts(), 1);
    browser.close()?;
    stage.sim.on("POST", "/v1/chat/completions", Reply::answer("Signed in."));
    window.ask("Who am I?")?;
    window.message("assistant", "done").within(ANSWER).shows("Signed in.")?;
    window.link("Settings").click()?;
    window.page().css("#account").shows("valid until")?;
    pictures(&window, "account")?;
    window.close()
}

/// Goes where the app sent the person.
fn follow(browser: &Window, opened: &Path) -> Result<()> {
    browser.run("location.href = arguments[0]", json!([links::caught(opened)?]))?;
    browser.wait_until(
        "the browser asks whether to allow it",
        "return location.pathname === '/oauth/authorize' && document.readyState === 'complete'",
    )
}

/// A browser of its own, driven as the app is.
fn browser_on(stage: &Stage) -> Result<Window<'_>> {
    let folders = std::fs::read_dir("/usr/lib")?.flatten();
    let found =
        folders.map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser")).find(|file| file.is_file());
    let app = App {
        binary: found.unwrap_or_else(|| "MiniBrowser".into()),
        arguments: vec!["--automation".to_owned()],
        ..App::default()
    };
    Window::open(&stage.desktop, &app)
}
