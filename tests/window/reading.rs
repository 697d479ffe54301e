//! Reading, and going on from there: a pasted screenshot, Esc and letters from wherever the cursor is, a long question folded,
//! the way back to what a new version hides, what an answer cost, and a cursor that never falls to the page.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use poe::sim::Reply;
use serde_json::json;
use xtask::window::{Keychain, Window, key};
use xtask::{Result, ensure};

use crate::stage::{ANSWER, Stage, picture, pictures};

const KEY: &str = "sk-poe-ReadingCanary0123456789abcdefghijklmn6666";
const CHAT: &str = "/v1/chat/completions";

fn answered(stage: &Stage, window: &Window, question: &str, text: &str) -> Result<()> {
    stage.sim.on("POST", CHAT, Reply::answer(text));
    window.ask(question)?;
    window.message("assistant", "done").within(ANSWER).shows(text).map(drop)
}

/// It begins, and goes no further.
fn half(text: &str) -> Reply {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    Reply::sse(&[&chunk.to_string()]).hang()
}

fn streams(stage: &Stage, window: &Window, question: &str) -> Result<()> {
    stage.sim.on("POST", CHAT, half("Half of it"));
    window.ask(question)?;
    window.message("assistant", "streaming").within(ANSWER).shows("Half of it").map(drop)
}

fn box_holds(window: &Window, text: &str) -> Result<()> {
    window.wait_until(
        &format!("the box holds {text:?}"),
        &format!("return document.querySelector('.composer textarea')?.value === {text:?}"),
    )
}

/// Real keys of the desktop's own, not the driver's.
fn keys(stage: &Stage, command: &str) -> Result<()> {
    let script = format!(
        "xdotool search --sync --onlyvisible --name '^Telltale$' windowactivate --sync && xdotool {command}"
    );
    let pressed = stage.desktop.command("timeout").args(["20", "sh", "-c", &script]).output()?;
    ensure!(pressed.status.success(), "no keys pressed: {pressed:?}");
    Ok(())
}

fn screenshot() -> Result<Vec<u8>> {
    let shot = RgbImage::from_fn(640, 400, |x, y| Rgb([(x / 3) as u8, (y / 2) as u8, 160]));
    let mut bytes = Cursor::new(Vec::new());
    shot.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

#[test]
fn a_pasted_screenshot_goes_along() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Vision")?;
    window.textbox("Message").fill("What is on it?")?;
    stage.desktop.copy_as("image/png", &screenshot()?)?;
    keys(&stage, "key ctrl+v")?;
    let chip = window.page().css(".composer [data-attachment]");
    chip.shows("Pasted image.png")?;
    window.page().css(".composer [data-attachment] img").appears()?;
    box_holds(&window, "What is on it?")?;
    pictures(&window, "reading-pasted")?;
    // One that is none is refused, and stands against nothing.
    stage.desktop.copy_as("image/png", b"\x89PNG\r\n\x1a\nbroken")?;
    keys(&stage, "key ctrl+v")?;
    window.card("invalid_input").appears()?;
    stage.sim.on("POST", CHAT, Reply::answer("Colors."));
    keys(&stage, "key Return")?;
    window.message("assistant", "done").within(ANSWER).shows("Colors.")?;
    let requests = stage.sim.requests();
    let sent = requests.iter().rfind(|it| it.path == CHAT);
    let sent = String::from_utf8_lossy(&sent.map(|it| it.body.clone()).unwrap_or_default()).into_owned();
    assert_eq!(sent.matches("data:image/png;base64,").count(), 1, "{sent}");
    pictures(&window, "reading-sent-picture")?;
    window.close()
}

#[test]
fn esc_and_letters_work_from_wherever_one_reads() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    answered(&stage, &window, "The first", "A word to select.")?;

    // A selection stays, for it is to be copied.
    streams(&stage, &window, "The second")?;
    window.page().css("article .answer p").click()?;
    window.run(
        "getSelection().selectAllChildren(document.querySelector('article .answer p')); return null",
        json!([]),
    )?;
    keys(&stage, "key Escape")?;
    window.message("assistant", "stopped").within(ANSWER).appears()?;
    assert_eq!(window.run("return getSelection().toString()", json!([]))?, "A word to select.");

    // With a menu of models open the key is the menu's.
    streams(&stage, &window, "The third")?;
    window.press(&format!("{}k{}", key::CONTROL, key::RELEASE))?;
    window.textbox("Search models").appears()?;
    keys(&stage, "key Escape")?;
    window.textbox("Search models").goes()?;
    window.message("assistant", "streaming").appears()?;
    window.button("Copy answer").click()?;
    pictures(&window, "reading-streams")?;
    keys(&stage, "key Escape")?;
    window.message("assistant", "streaming").within(ANSWER).goes()?;

    window.page().css("article .answer p").click()?;
    keys(&stage, "type --delay 60 'And then?'")?;
    box_holds(&window, "And then?")?;
    stage.desktop.copy(" Pasted.")?;
    window.page().css("article .answer p").click()?;
    keys(&stage, "key ctrl+v")?;
    box_holds(&window, "And then? Pasted.")?;
    window.close()
}

fn has_cursor(window: &Window, what: &str, css: &str) -> Result<()> {
    window.wait_until(
        &format!("the cursor is on {what}"),
        &format!("return document.activeElement?.matches({css:?}) ?? false"),
    )
}

#[test]
fn the_cursor_stays_on_the_page() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    answered(&stage, &window, "Why?", "Because.")?;
    stage.sim.on("POST", CHAT, Reply::answer("For a reason."));
    window.button("Regenerate").click()?;
    window.message("assistant", "done").within(ANSWER).shows("For a reason.")?;
    for (button, text) in [("Previous version", "Because."), ("Next version", "For a reason.")] {
        window.run("document.querySelector(`[aria-label='${arguments[0]}']`).focus()", json!([button]))?;
        window.press(key::ENTER)?;
        window.message("assistant", "done").shows(text)?;
        has_cursor(&window, button, &format!("[aria-label='{button}']"))?;
    }

    let revoked =
        Reply::error(401, "Invalid API key provided", "invalid_request_error", Some("invalid_api_key"));
    stage.sim.on("POST", CHAT, revoked);
    stage.sim.on("POST", CHAT, Reply::answer("Here again."));
    window.ask("Still there?")?;
    let card = window.card("invalid_api_key");
    card.appears()?;
    pictures(&window, "reading-card")?;
    stage.desktop.copy("sk-poe-ReadingCanaryTwo456789abcdefghijklmn7777")?;
    window.run("document.querySelector('[data-action=paste-key]').focus()", json!([]))?;
    window.press(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).shows("Here again.")?;
    has_cursor(&window, "the message box", ".composer textarea")?;

    window.link("Settings").click()?;
    let back_up = window.button("Back up now");
    back_up.appears()?;
    window.run(
        "[...document.querySelectorAll('button')].find((each) => each.textContent === 'Back up now').focus()",
        json!([]),
    )?;
    window.press(key::ENTER)?;
    window.page().css("[data-backup]").appears()?;
    back_up.appears()?;
    window.wait_until(
        "the cursor is on the button",
        "return document.activeElement?.textContent === 'Back up now'",
    )?;
    window.close()
}

#[test]
fn a_long_question_folds_and_hidden_turns_are_a_press_away() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let lines: Vec<String> = (1..=120).map(|n| format!("{n}: a line of a log")).collect();
    stage.sim.on("POST", CHAT, Reply::answer("A log."));
    // As a paste would: a typed line would be sent.
    window.textbox("Message").appears()?;
    window.run(
        "const box = document.querySelector('.composer textarea'); box.value = arguments[0]; \
         box.dispatchEvent(new Event('input', { bubbles: true })); return null",
        json!([lines.join("\n")]),
    )?;
    window.button("Send").click()?;
    window.message("assistant", "done").within(ANSWER).shows("A log.")?;
    let height = "return document.querySelector('.bubble').offsetHeight";
    let folded = window.run(height, json!([]))?.as_i64().unwrap_or_default();
    assert!((200..400).contains(&folded), "{folded} px");
    pictures(&window, "reading-folded")?;
    window.button("Show all 120 lines").click()?;
    let open = window.run(height, json!([]))?.as_i64().unwrap_or_default();
    assert!(open > 2_000, "{open} px");
    window.button("Show less").click()?;
    window.button("Show all 120 lines").appears()?;
    window.button("Copy question").click()?;
    window.page().css(".copied").appears()?;
    picture(&window, "reading-copied")?;
    assert_eq!(stage.desktop.copied()?, lines.join("\n"));

    // Nothing moves when the answer ends.
    streams(&stage, &window, "The second")?;
    let top = "return document.querySelector('article:last-of-type').getBoundingClientRect().top";
    let before = window.run(top, json!([]))?;
    window.button("Stop").click()?;
    window.message("assistant", "stopped").appears()?;
    assert_eq!(window.run(top, json!([]))?, before);

    // The first answer once more: the second turn is out of sight, and comes back.
    stage.sim.on("POST", CHAT, half("Another"));
    window.run(
        "document.querySelectorAll('article[data-role=assistant]')[0].querySelector('.both button').click()",
        json!([]),
    )?;
    let toast = window.page().css(".toast");
    toast.shows("Later messages are in version 1")?;
    pictures(&window, "reading-later")?;
    window.button("Go back").click()?;
    window.message("assistant", "stopped").appears()?;
    window.page().css(".thread").shows("The second")?;
    window.page().css("article[data-role=assistant]").shows("1 of 2")?;
    toast.goes()?;
    window.close()
}

#[test]
fn what_an_answer_cost_is_told_part_by_part() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    // The simulated Poe's own script, which keeps a history.
    window.ask("Tell me something short")?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    let cost = window.page().css("article .receipt [data-charge=charged]").within(ANSWER);
    cost.shows("points")?;
    cost.click()?;
    let costs = window.page().css(".costs");
    costs.shows("Input")?;
    let told = costs.shows("US dollars")?;
    assert!(told.contains("Output") && told.contains("tokens"), "{told}");
    pictures(&window, "reading-costs")?;
    window.reload()?;
    window.page().css("article .receipt [data-charge=charged]").click()?;
    costs.shows("US dollars")?;
    window.close()
}
