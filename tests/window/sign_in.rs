//! Signing in with Poe in a real browser: the app opens it, the person allows or denies, the key comes back.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use poe::sim::Reply;
use xtask::Result;
use xtask::window::{App, Keychain, Window};

use crate::stage::{ANSWER, Stage, pictures};

#[test]
fn the_browser_brings_a_key_or_the_reason_why_not() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let folder = tempfile::tempdir()?;
    let opened = folder.path().join("opened");
    let path = catch_links(folder.path(), &opened)?;
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
            serde_json::json!([address(&opened)?]),
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

/// A `PATH` on which the system's opener only writes down what it should open.
fn catch_links(folder: &Path, opened: &Path) -> Result<String> {
    let opener = folder.join("xdg-open");
    let script = format!(
        "#!/bin/sh\nprintf %s \"$1\" > {0}.part && mv {0}.part {0}\n",
        opened.display()
    );
    std::fs::write(&opener, script)?;
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755))?;
    let path = std::env::var("PATH").unwrap_or_default();
    Ok(format!("{}:{path}", folder.display()))
}

fn address(opened: &PathBuf) -> Result<String> {
    let begun = Instant::now();
    loop {
        match std::fs::read_to_string(opened) {
            Ok(address) => return Ok(address),
            Err(_) if begun.elapsed() < Duration::from_secs(15) => {
                std::thread::sleep(Duration::from_millis(20))
            }
            Err(error) => return Err(error.into()),
        }
    }
}
