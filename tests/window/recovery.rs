//! A key is pasted, Poe is rate-limiting this key, the key is revoked and replaced, the app is started again: nothing is lost,
//! and nothing is sent twice.

use std::time::Duration;

use poe::sim::Reply;
use xtask::Result;
use xtask::window::Keychain;

use crate::stage::{ANSWER, Stage, ladder_passes, look, picture, pictures};

const FIRST_KEY: &str = "sk-poe-FirstCanary0123456789abcdefghijklmnop1111";
const SECOND_KEY: &str = "sk-poe-SecondCanary0123456789abcdefghijklmno2222";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn failures_mend_by_themselves_or_by_one_press_and_outlive_a_restart() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;

    stage.desktop.copy(FIRST_KEY)?;
    window.button("Paste key").click()?;
    ladder_passes(&window)?;
    pictures(&window, "ladder")?;
    window.button("Start chatting").click()?;

    stage.sim.on("POST", CHAT, Reply::answer("The first answer."));
    window.ask("Are you there?")?;
    window.message("assistant", "done").within(ANSWER).shows("The first answer.")?;
    assert_eq!(stage.sim.posts(), 1);

    // Slow down: the wait is shown, kept, and the same message goes out once more.
    let slow = Reply::error(
        429,
        "Rate limit exceeded. Please try again later.",
        "rate_limit_error",
        Some("rate_limit_exceeded"),
    );
    stage.sim.on("POST", CHAT, slow.header("retry-after", "3"));
    stage.sim.on("POST", CHAT, Reply::answer("The second answer."));
    window.ask("And now?")?;
    window.message("assistant", "retrying").shows("attempt 2 of 3")?;
    let before = look(&window, "dark")?;
    picture(&window, "slow-down")?;
    look(&window, &before)?;
    window.message("assistant", "done").within(ANSWER).shows("The second answer.")?;
    assert_eq!(stage.sim.posts(), 3);
    let waited = gap(&stage, 1, 2);
    assert!(waited >= Duration::from_secs(3), "sent again after {waited:?} though Poe asked for 3 s");

    // Revoked: the card takes the new key, and the message goes out once by itself.
    let revoked =
        Reply::error(401, "Invalid API key provided", "invalid_request_error", Some("invalid_api_key"));
    stage.sim.on("POST", CHAT, revoked);
    stage.sim.on("POST", CHAT, Reply::answer("The third answer."));
    window.ask("Still there?")?;
    let card = window.card("invalid_api_key");
    card.shows("1111")?;
    assert_eq!(card.attribute("role")?, "alert");
    pictures(&window, "invalid-key")?;
    stage.desktop.copy(SECOND_KEY)?;
    card.action("paste-key").click()?;
    window.message("assistant", "done").within(ANSWER).shows("The third answer.")?;
    window.card("invalid_api_key").goes()?;
    assert_eq!(stage.sim.posts(), 5);
    let keys: Vec<String> =
        stage.sim.requests().iter().filter(|it| it.path == CHAT).map(authorization).collect();
    let (first, second) = (format!("Bearer {FIRST_KEY}"), format!("Bearer {SECOND_KEY}"));
    assert_eq!(keys[..4], [first.as_str(); 4]);
    assert_eq!(keys[4], second);
    window.close()?;

    // Another day.
    let window = stage.open()?;
    window.open_chat("Are you there?")?;
    window.message("assistant", "done").shows("The third answer.")?;
    for text in ["The first answer.", "And now?", "The second answer.", "Still there?"] {
        assert!(window.text()?.contains(text), "“{text}” is gone");
    }
    stage.sim.on("POST", CHAT, Reply::answer("The fourth answer."));
    window.ask("With the key from the keychain?")?;
    window.message("assistant", "done").within(ANSWER).shows("The fourth answer.")?;
    let last = stage.sim.requests().iter().rfind(|it| it.path == CHAT).map(authorization);
    assert_eq!(last, Some(format!("Bearer {SECOND_KEY}")));
    window.close()?;

    for secret in [FIRST_KEY, SECOND_KEY] {
        let found = stage.desktop.files_with(secret)?;
        assert!(found.is_empty(), "the key lies open in {found:?}");
    }
    Ok(())
}

/// The time between two chat requests, counted from 0.
fn gap(stage: &Stage, first: usize, second: usize) -> Duration {
    let times: Vec<_> = stage.sim.requests().iter().filter(|it| it.path == CHAT).map(|it| it.at).collect();
    times[second] - times[first]
}

fn authorization(request: &poe::sim::Recorded) -> String {
    let found = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}
