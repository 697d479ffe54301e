//! The first minutes without a key: the demo, two answers at once, and Stop.

use serde_json::json;
use xtask::Result;
use xtask::window::Keychain;

use crate::stage::{ANSWER, Stage, picture, pictures};

#[test]
fn without_a_key_two_chats_stream_at_once_and_one_is_stopped() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open_with(&[])?;
    window.button("Paste key").appears()?;
    pictures(&window, "set-up")?;
    window.button("Try without a key").click()?;

    window.textbox("Message").appears()?;
    window.choose_model("Demo-Long")?;
    window.ask("First: the long one")?;
    window.message("assistant", "streaming").within(ANSWER).shows(" ")?;

    window.button("New chat").click()?;
    window.message("user", "done").goes()?;
    window.choose_model("Demo-Sonnet")?;
    window.ask("How do I count words in Rust code?")?;
    window.message("assistant", "streaming").within(ANSWER).shows("Python")?;
    picture(&window, "streaming")?;
    let second = window.message("assistant", "done").within(ANSWER).text()?;
    // Its longest line is no other answer's.
    let own = second.lines().max_by_key(|line| line.len()).unwrap_or_default();
    assert!(own.len() > 20, "{second}");
    pictures(&window, "answer")?;

    window.open_chat("First: the long one")?;
    let first = window.message("assistant", "streaming").text()?;
    assert!(!first.contains(own), "answers got mixed:\n{first}\n{second}");
    window.button("Stop").click()?;
    let kept = window.message("assistant", "stopped").text()?;
    let begin: String = first.chars().take(200).collect();
    assert!(kept.contains(&begin), "text was lost:\n{begin}\n—\n{kept}");
    picture(&window, "stopped")?;

    for view in ["Models", "Balance", "Usage", "Settings", "Help"] {
        window.link(view).click()?;
        window.page().role("heading", view).appears()?;
        pictures(&window, &view.to_lowercase())?;
    }
    window.run("location.hash = '#help/points'", json!([]))?;
    window.page().role("heading", "Points and prices").appears()?;
    pictures(&window, "help-points")?;
    window.link("Help").click()?;
    window.page().css("[type=search]").fill("no money")?;
    window.page().css("#code-insufficient_points[open]").appears()?;
    window.run("location.hash = '#settings/connection'", json!([]))?;
    window.page().css("#connection [name=proxy]").appears()?;
    pictures(&window, "settings-connection")?;
    window.run("location.hash = '#log'", json!([]))?;
    window.page().css("table tbody tr").appears()?;
    pictures(&window, "log-demo")?;
    window.page().css("#sidebar [aria-controls$=-means]").click()?;
    window.page().css(".means").shows("Simulated Poe")?;
    picture(&window, "lamp-light")?;
    assert_eq!(stage.sim.requests().len(), 0, "the demo asked another server");
    window.close()
}
