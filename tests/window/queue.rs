//! Many messages and little left of the minute: the line is seen where one waits and beside the chats, it moves, and each
//! message goes once. Whoever is refused again and again is shown the way out.

use std::time::Duration;

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::Keychain;

use crate::links;
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-QueueCanary0123456789abcdefghijklmno4444";
const CHAT: &str = "/v1/chat/completions";
/// Chats that send while the pace is slow.
const MANY: usize = 4;

#[test]
fn messages_wait_in_a_line_that_is_seen() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let folder = tempfile::tempdir()?;
    let opened = folder.path().join("opened");
    let path = links::catch(folder.path(), &opened)?;
    let base_url = stage.sim.base_url();
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &base_url), ("PATH", &path)])?;
    stage.connect(&window, KEY)?;

    // Poe says that 8 of 40 are left for the next 40 seconds: 80 % are used.
    let nearly_used = Reply::answer("The first.")
        .header("x-ratelimit-limit-requests", "40")
        .header("x-ratelimit-remaining-requests", "8")
        .header("x-ratelimit-reset-requests", "40");
    stage.sim.on("POST", CHAT, nearly_used);
    window.ask("First?")?;
    window.message("assistant", "done").within(ANSWER).shows("The first.")?;
    stage.sim.always("POST", CHAT, Reply::answer("Here you are."));
    for number in 1..=MANY {
        window.button("New chat").click()?;
        window.ask(&format!("Question {number}?"))?;
        window.message("user", "done").shows(&format!("Question {number}?"))?;
    }
    // The last one stands behind others, knows for how long about, and why.
    let waiting = window.message("assistant", "queued");
    waiting.shows("ahead, about")?;
    let line = waiting.shows("Slowing down: ")?;
    assert!(line.contains("of 40 requests this minute"), "{line}");
    let place = ahead(&line);
    assert!(place >= 1, "{line}");
    let beside = window.page().css("[aria-label=Chats] .waiting").text()?;
    let many: usize = beside.split(' ').next().unwrap_or_default().parse()?;
    assert!(beside.ends_with(" waiting") && many > 1 && many <= MANY, "{beside}");
    pictures(&window, "queue")?;

    // The line moves by itself.
    let line = Duration::from_secs(90);
    waiting.within(line).shows("Next in line")?;
    window.message("assistant", "done").within(line).shows("Here you are.")?;
    window.page().css("[aria-label=Chats] .waiting").goes()?;
    assert_eq!(stage.sim.posts(), 1 + MANY, "each went once");
    let sent: Vec<_> = stage.sim.requests().into_iter().filter(|it| it.path == CHAT).collect();
    for (number, request) in (1..).zip(&sent[1..]) {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        assert!(body.contains(&format!("Question {number}?")), "out of turn: {body}");
    }
    let slowest = sent.windows(2).map(|pair| pair[1].at - pair[0].at).max();
    assert!(slowest > Some(Duration::from_secs(3)), "{slowest:?} is no slower pace");

    // Refused again and again: why, and what helps for good.
    let limited = Reply::error(
        429,
        "Rate limit exceeded. Please try again later.",
        "rate_limit_error",
        Some("rate_limit_exceeded"),
    );
    stage.sim.always("POST", CHAT, limited.header("retry-after", "2"));
    window.button("New chat").click()?;
    window.ask("Once more?")?;
    let card = window.page().css("[data-state=failed]").card("rate_limit_exceeded");
    let card = card.within(Duration::from_secs(90));
    card.appears()?;
    card.css("summary").click()?;
    card.shows("This has happened a lot lately. A higher Poe plan raises the limit.")?;
    assert_eq!(stage.sim.posts(), 1 + MANY + 3);
    pictures(&window, "often-limited")?;
    card.action("open-plans").click()?;
    assert_eq!(links::caught(&opened)?, "https://poe.com/subscribe");

    // The log beside it, with its native controls.
    window.run("location.hash = arguments[0]", json!(["log"]))?;
    window.page().css(".filters select").appears()?;
    pictures(&window, "log")?;
    window.close()
}

/// "2 ahead, about 9 s" is 2.
fn ahead(line: &str) -> usize {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| word.starts_with("ahead"));
    at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}
