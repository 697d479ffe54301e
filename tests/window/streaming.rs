//! Answers that come faster than anybody reads: the reader goes back, selects and copies all the same, and four of them at
//! once stay as light as one.

use std::time::{Duration, Instant};

use poe::sim::{Part, Reply};
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{Stage, picture};

const KEY: &str = "sk-poe-StreamingCanary0123456789abcdefghijklmn77";
const CHAT: &str = "/v1/chat/completions";
const CHARS_A_SECOND: usize = 10_000;
const PIECE: usize = 100;

/// What answers are made of: text, a list, a table and code.
fn answer(length: usize) -> String {
    let mut text = String::from("The first paragraph of the answer can be copied.\n\n");
    for part in 0.. {
        if text.len() >= length {
            break;
        }
        text += &match part % 4 {
            0 => format!(
                "Paragraph {part} has **bold** words and `code()` in it, and goes on for a while, as answers do.\n\n"
            ),
            1 => (0..12).map(|n| format!("- item {n} of part {part}\n")).collect::<String>() + "\n",
            2 => {
                (0..8).fold("| name | value |\n|---|--:|\n".to_owned(), |all, n| {
                    all + &format!("| row {n} | {part} |\n")
                }) + "\n"
            }
            _ => format!(
                "```rust\n{}```\n\n",
                (0..20).map(|n| format!("let value_{n} = call({part}); // note\n")).collect::<String>()
            ),
        };
    }
    text
}

/// At a steady pace, whole at its end.
fn paced(text: &str) -> Reply {
    let mut reply = Reply::sse(&[]);
    let letters: Vec<char> = text.chars().collect();
    for piece in letters.chunks(PIECE) {
        let content: String = piece.iter().collect();
        let frame = json!({ "choices": [{ "index": 0, "delta": { "content": content } }] });
        reply.body.push(Part::Bytes(format!("data: {frame}\n\n").into_bytes()));
        let wait = Duration::from_micros((PIECE * 1_000_000 / CHARS_A_SECOND) as u64);
        reply.body.push(Part::Wait(wait));
    }
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    reply.body.push(Part::Bytes(format!("data: {end}\n\ndata: [DONE]\n\n").into_bytes()));
    reply
}

fn number(window: &Window<'_>, script: &str) -> Result<f64> {
    Ok(window.run(script, json!([]))?.as_f64().unwrap_or(f64::NAN))
}

const LENGTH: &str = "return document.querySelector('article[data-role=assistant]')?.textContent.length ?? 0";
const TOP: &str = "return document.querySelector('.thread').scrollTop";
const FROM_END: &str =
    "const it = document.querySelector('.thread'); return it.scrollHeight - it.scrollTop - it.clientHeight";

/// Waits until so much more of the answer has come.
fn more_comes(window: &Window<'_>) -> Result<()> {
    let before = number(window, LENGTH)?;
    let begun = Instant::now();
    while number(window, LENGTH)? < before + 3_000.0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the answer stands still");
    }
    Ok(())
}

fn is_at_end(window: &Window<'_>) -> Result<()> {
    window.wait_until("the newest words are in sight", &format!("return (() => {{ {FROM_END} }})() < 40"))
}

#[test]
fn a_person_reads_back_selects_and_copies_while_an_answer_pours_in() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, paced(&answer(800_000)));
    window.ask("Tell me everything.")?;
    window.wait_until(
        "it is longer than the window",
        "return document.querySelector('.thread').scrollTop > 500",
    )?;
    is_at_end(&window)?;

    // One tick of the wheel lets go, by the hand of a person, not of a script.
    let pointer = |arguments: &[&str]| -> Result<()> {
        let status = stage.desktop.command("xdotool").args(arguments).status()?;
        assert!(status.success(), "{arguments:?}");
        Ok(())
    };
    pointer(&["mousemove", "700", "400", "click", "4"])?;
    stays_where_it_is(&window, "after a tick of the wheel")?;
    window.button("Jump to latest").click()?;
    is_at_end(&window)?;
    more_comes(&window)?;
    is_at_end(&window)?;

    // So do the keys that go up.
    for (name, keys) in [("Page Up", key::PAGE_UP), ("Home", key::HOME)] {
        window.run("document.querySelector('.thread').focus(); return null", json!([]))?;
        window.press(keys)?;
        stays_where_it_is(&window, name)?;
        if name == "Page Up" {
            window.button("Jump to latest").click()?;
            is_at_end(&window)?;
        }
    }

    // At the beginning a sentence is selected and copied, and stays selected while more comes.
    window.wait_until("the beginning is in sight", &format!("return (() => {{ {TOP} }})() === 0"))?;
    window.run(
        "getSelection().selectAllChildren(document.querySelector('article[data-role=assistant] .answer p')); return null",
        json!([]),
    )?;
    stage.desktop.copy("something else")?;
    more_comes(&window)?;
    picture(&window, "streaming-selected")?;
    window.press(&format!("{}c{}", key::CONTROL, key::RELEASE))?;
    let begun = Instant::now();
    let sentence = "The first paragraph of the answer can be copied.";
    while stage.desktop.copied()?.trim() != sentence {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?} was copied", stage.desktop.copied()?);
    }
    assert_eq!(window.run("return getSelection().toString().trim()", json!([]))?, sentence);
    let state = window
        .run("return document.querySelector('article[data-role=assistant]').dataset.state", json!([]))?;
    assert_eq!(state, "streaming", "all of this was done while it came");

    // Nothing that stood there was drawn again.
    window.run(
        "getSelection().removeAllRanges(); window.first = document.querySelector('.answer p'); return null",
        json!([]),
    )?;
    window.button("Jump to latest").click()?;
    is_at_end(&window)?;
    window.button("Stop").click()?;
    window.message("assistant", "stopped").appears()?;
    assert_eq!(
        window.run("return window.first === document.querySelector('.answer p')", json!([]))?,
        json!(true)
    );
    is_at_end(&window)?;
    window.close()
}

/// The reader is left alone, however much comes.
fn stays_where_it_is(window: &Window<'_>, what: &str) -> Result<()> {
    window.button("Jump to latest").appears()?;
    // What scrolls smoothly may still be under way.
    std::thread::sleep(Duration::from_millis(400));
    let before = number(window, TOP)?;
    more_comes(window)?;
    assert_eq!(number(window, TOP)?, before, "{what}: the page moved by itself");
    Ok(())
}

/// Frames as the page sees them, from now on.
const WATCH_FRAMES: &str = "window.frames_ = []; let last = performance.now(); \
    const next = () => { const now = performance.now(); window.frames_.push(now - last); last = now; requestAnimationFrame(next) }; \
    requestAnimationFrame(next); return null";

#[test]
fn four_answers_come_at_once() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let text = answer(60_000);
    for _ in 0..4 {
        stage.sim.on("POST", CHAT, paced(&text));
    }
    for chat in 1..=4 {
        if chat > 1 {
            window.press(&format!("{}n{}", key::CONTROL, key::RELEASE))?;
            window.wait_until("a new chat is there", "return !document.querySelector('article')")?;
        }
        window.ask(&format!("Question {chat}"))?;
        window.wait_until(
            "it has begun",
            "return document.querySelector('article[data-role=assistant]')?.dataset.state === 'streaming'",
        )?;
    }
    window.run(WATCH_FRAMES, json!([]))?;
    window.message("assistant", "done").within(Duration::from_secs(60)).appears()?;
    let frames: Vec<f64> = serde_json::from_value(window.run("return window.frames_", json!([]))?)?;
    let slowest = frames.iter().copied().fold(0.0, f64::max);
    println!("{} frames, the slowest took {slowest:.0} ms", frames.len());
    // Each is whole, in its own chat.
    for chat in 1..=4 {
        window.open_chat(&format!("Question {chat}"))?;
        window.message("assistant", "done").within(Duration::from_secs(60)).appears()?;
        let items = number(&window, "return document.querySelectorAll('.answer li').length")?;
        assert_eq!(items as usize, text.matches("- item").count(), "chat {chat}");
    }
    window.close()
}
