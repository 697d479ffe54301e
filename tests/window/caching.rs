//! A chat that the model's host keeps: a cached turn stands below one that was not, the button tells the price warm and from when
//! it is cold, and what would lose it is said before the press.

use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-CachingCanary0123456789abcdefghijklmn88";

#[test]
fn a_cached_and_an_uncached_turn_stand_side_by_side() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Claude")?;
    ask(&window, "Tell me a tale", 1)?;
    window.textbox("Message").fill("Tell me more")?;
    window.page().css(".composer [data-points]").attribute("data-points")?;
    assert!(!window.page().css(".composer #cache").is_there()?, "nothing is kept of a first question");
    let cold = points(&window)?;
    ask(&window, "Tell me more", 2)?;

    // Warm: cheaper than before, with the time and the price from then on.
    window.textbox("Message").fill("And then?")?;
    window.page().css(".composer #cache").shows("Cached until ")?;
    window.page().css(".composer #cache").shows(", then ≈ ")?;
    let warm = points(&window)?;
    assert!(warm < cold, "{warm} {cold}: although it is longer");
    pictures(&window, "caching-warm")?;
    ask(&window, "And then?", 3)?;
    window.page().css("article:last-of-type [data-saved]").within(ANSWER).shows("cache saved ")?;
    let receipts = "return document.querySelectorAll('article [data-charge=charged]').length === 3";
    window.wait_until("all three receipts are there", receipts)?;
    let saved = "return document.querySelectorAll('article [data-saved]').length";
    let saved = window.run(saved, json!([]))?.as_i64();
    assert_eq!(saved, Some(1), "the other two were not cached");
    pictures(&window, "caching-side-by-side")?;
    window.page().css("article:last-of-type .cost").click()?;
    window.page().css(".costs").shows("Cache discount")?;
    window.page().css(".costs").shows("Saved by the cache")?;
    pictures(&window, "caching-receipt")?;

    // What loses it says so before.
    window.choose_model("Demo-Sonnet")?;
    window.textbox("Message").fill("And now?")?;
    window.page().css(".composer #cache").shows("The cache stays with the other model")?;
    window.choose_model("Demo-Claude")?;
    window.textbox("Message").fill("And now?")?;
    window.page().css(".composer #cache").shows("Cached until ")?;
    let warm = points(&window)?;

    // Switched off, nothing is kept, and nothing is said of it.
    window.link("Settings").click()?;
    window.page().css("#chats label:nth-of-type(3) input").click()?;
    window.link("Chat").click()?;
    window.textbox("Message").fill("And now?")?;
    window.wait_until("it costs as if nobody kept it", &format!("return {POINTS} > {warm}"))?;
    assert!(!window.page().css(".composer #cache").is_there()?);
    window.close()
}

const POINTS: &str = "Number(document.querySelector('.composer [data-points]')?.dataset.points ?? 0)";

/// The points on the button, at most.
fn points(window: &Window) -> Result<i64> {
    Ok(window.page().css(".composer [data-points]").attribute("data-points")?.parse()?)
}

fn ask(window: &Window, question: &str, answers: usize) -> Result<()> {
    window.ask(question)?;
    let done = format!("return document.querySelectorAll('article[data-state=done]').length >= {answers}");
    window.wait_until("the answer is done", &done)
}
