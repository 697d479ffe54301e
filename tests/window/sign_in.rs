//! Signing in with Poe in a real browser: the app opens it, the person allows or denies, the key comes back.

use poe::sim::Reply;
use xtask::Result;
use xtask::window::{App, Keychain, Window};

use crate::links;
use crate::stage::{ANSWER, Stage, pictures};

#[test]
fn the_browser_brings_a_key_or_the_reason_why_not() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let folder = tempfile::tempdir()?;
    let opened = folder.path().join("opened");
    let path = links::catch(folder.path(), &opened)?;
    let base_url = stage.sim.base_url();
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &base_url), ("PATH", &path)])?;

    // Without a client ID the page says how to get one.
    window.button("Set up sign-in").click()?;
    window
        .textbox("Client ID for signing in")
        .fill("telltale-tests")?;
    window.button("Save client ID").click()?;
    window.button("Sign in").appears()?;
    pictures(&window, "sign-in")?;

    // Cancelled: nothing is kept, and the way in is there again.
    window.button("Sign in").click()?;
    window.page().css(".wait").shows("Waiting in your browser")?;
    pictures(&window, "sign-in-waiting")?;
    window.button("Cancel").click()?;
    window.button("Sign in").appears()?;

    let browser = browser(&stage)?;
    let decide = |button: &str| -> Result<()> {
        let _ = std::fs::remove_file(&opened);
        window.button("Sign in").click()?;
        browser.run(
            "location.href = arguments[0]",
            serde_json::json!([links::caught(&opened)?]),
        )?;
        browser.button(button).click()
    };

    decide("Deny")?;
    window
        .card("sign_in_failed")
        .shows("told not to let Telltale in")?;

    decide("Allow")?;
    for rung in ["shape", "accepted", "stored", "balance", "models"] {
        let passed = format!("[data-rung={rung}][data-state=passed]");
        window.page().css(&passed).appears()?;
    }
    browser.wait_until(
        "the browser says that all is done",
        "return document.title === 'Back to Telltale'",
    )?;
    browser.close()?;
    window.button("Start chatting").click()?;
    stage
        .sim
        .on("POST", "/v1/chat/completions", Reply::answer("Signed in."));
    window.ask("Who am I?")?;
    window
        .message("assistant", "done")
        .within(ANSWER)
        .shows("Signed in.")?;
    window.link("Settings").click()?;
    window.page().css("#account").shows("valid until")?;
    pictures(&window, "account")?;
    window.close()
}

/// A browser of its own, driven as the app is.
fn browser(stage: &Stage) -> Result<Window<'_>> {
    let folders = std::fs::read_dir("/usr/lib")?.flatten();
    let found = folders
        .map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"))
        .find(|file| file.is_file());
    let app = App {
        binary: found.unwrap_or_else(|| "MiniBrowser".into()),
        arguments: vec!["--automation".to_owned()],
        ..App::default()
    };
    Window::open(&stage.desktop, &app)
}
