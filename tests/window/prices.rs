//! What a press would cost stands on the button wherever a price is known, and nothing is claimed where none is.

use poe::sim::Reply;
use xtask::Result;
use xtask::window::{Keychain, Window};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-PricesCanary0123456789abcdefghijklmn6666";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn buttons_say_what_they_would_cost() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    // Of the message with all before it.
    window.choose_model("Demo-Sonnet")?;
    let long = "The sky is blue because of scattering. ".repeat(600);
    stage.sim.on("POST", CHAT, Reply::answer(&long));
    window.textbox("Message").fill("Why is the sky blue?")?;
    let first = send_price(&window, "data-points")?;
    window.button("Send").click()?;
    window.message("assistant", "done").within(ANSWER).shows("scattering")?;
    window.textbox("Message").fill("Why is the sky blue?")?;
    window.wait_until(
        "the long answer counts in",
        &format!(
            "return Number(document.querySelector('.composer [data-points]')?.dataset.points ?? 0) > {}",
            first + 100
        ),
    )?;
    window.button("Regenerate").shows("≈ ")?;
    pictures(&window, "prices-send")?;

    // A cut answer: going on and beginning anew.
    stage.sim.on("POST", CHAT, cut());
    window.button("Send").click()?;
    let card = window.card("stream_cut");
    let card = card.within(ANSWER);
    priced(&card.action("continue").shows("Continue")?, "Continue (≈ ")?;
    priced(&card.action("retry").text()?, "Regenerate (≈ ")?;
    pictures(&window, "prices-cut")?;
    card.action("keep").click()?;

    // Not enough points: another model, and less of the chat.
    window.textbox("Message").fill("And red?")?;
    // A card says one figure of a range: its middle.
    let needed = (send_price(&window, "data-low")? * send_price(&window, "data-points")?).isqrt();
    let have = needed - 300;
    stage.sim.set_balance(have);
    window.link("Balance").click()?;
    window.button("Refresh").click()?;
    window.page().css("main").shows("Checked just now")?;
    window.link("Chat").click()?;
    // That is said before the press, with a model that there are points for; it stops nobody.
    window.textbox("Message").fill("And red?")?;
    window.page().css(".composer #short").shows("points short")?;
    window.page().css(".composer .cheaper").shows("Use Demo-")?;
    window.page().css(".composer .amber").shows("Send")?;
    window.wait_until(
        "what is short is there to its last word",
        "const short = document.querySelector('.composer #short'); return short.scrollWidth <= short.clientWidth",
    )?;
    window.wait_until(
        "how full the context is stands in the same line",
        "return document.querySelector('.composer [data-tokens] .share')?.getBoundingClientRect().height <= 6",
    )?;
    pictures(&window, "prices-amber")?;
    let poor = Reply::error(402, "Insufficient points", "insufficient_quota", Some("insufficient_points"));
    stage.sim.on("POST", CHAT, poor);
    window.ask("And red?")?;
    let card = window.card("insufficient_points");
    let card = card.within(ANSWER);
    priced(&card.action("use-model").text()?, " (≈ ")?;
    priced(&card.action("trim-context").text()?, "Leave out older messages (saves ≈ ")?;
    pictures(&window, "prices-short")?;

    // A model of which no price is published.
    stage.sim.set_balance(48_250);
    window.button("New chat").click()?;
    window.choose_model("Demo-Forbidden")?;
    stage.sim.on("POST", CHAT, cut());
    window.ask("And here?")?;
    let card = window.card("stream_cut");
    let card = card.within(ANSWER);
    assert_eq!(card.action("continue").text()?, "Continue");
    assert_eq!(card.action("retry").text()?, "Regenerate");
    window.textbox("Message").fill("More?")?;
    window.wait_until(
        "its price is said to be unknown",
        "return document.querySelector('#price')?.textContent.startsWith('Price unknown')",
    )?;
    assert!(!window.page().css(".composer [data-points]").is_there()?);
    pictures(&window, "prices-unknown")?;
    window.close()
}

fn cut() -> Reply {
    let chunk = r#"{"choices":[{"index":0,"delta":{"content":"Because of the air, which"}}]}"#;
    Reply::sse(&[chunk]).cut()
}

/// The points on the button, at least or at most.
fn send_price(window: &Window, end: &str) -> Result<i64> {
    let shown = window.page().css(".composer [data-points]").attribute(end)?;
    Ok(shown.parse()?)
}

/// The label goes on with a figure and ends.
fn priced(label: &str, beginning: &str) -> Result<()> {
    let rest = label.split_once(beginning).map(|(_, rest)| rest);
    let figure = rest.and_then(|rest| rest.strip_suffix(')'));
    let figure = figure.map(|figure| figure.replace(',', "").parse::<i64>());
    assert!(matches!(figure, Some(Ok(1..))), "{label:?} has no figure");
    Ok(())
}
