//! What an answer looks like: text of several scripts, prices beside formulas, code with characters that cannot be seen.

use std::time::{Duration, Instant};

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-AnswersCanary0123456789abcdefghijklmn7777";
const CHAT: &str = "/v1/chat/completions";

/// Both code and text with characters that turn others around, or that are not drawn.
const CODE: &str = "if (role === \"user\u{202e} \u{2066}// only an admin\u{2069}\") {\n  const pass\u{200b}word = \"soft\u{ad}hyphen\"\n}\n";

fn answer() -> String {
    format!(
        "## 备份与恢复\n\n**注意：**请先备份，再看**「设置」**一节。价格由~~旧价（含税）。~~改为 **$1.50**，另一个是 **$2.00**。\n\n\
         **「名前」**を入力し、*（任意）*も可。**확인(필수)**을 누르세요. Real math stays: $x^2 + \\alpha$, $O(n)$; \
         `PATH=$PATH:$HOME/bin` and $HOME/$USER are none.\n\n\
         | Step | What |\n|---|---|\n| 1 | open<br>wait<br>close |\n| 2 | `<br>` is a tag, `a\u{200b}b` hides one |\n\n\
         ```js\n{CODE}```\n\n- [x] می\u{200c}خواهم\n- 「一」**二。**三\n\nThe last line could be a heading\n-"
    )
}

#[test]
fn every_script_and_sign_is_read_as_it_was_meant() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, Reply::answer(&answer()));
    window.ask("How do I restore a backup?")?;
    let message = window.message("assistant", "done").within(ANSWER);
    let text = message.shows("The last line could be a heading -")?;
    for lost in ["**", "~~", "<br>wait"] {
        assert!(!text.contains(lost), "{lost} in {text}");
    }
    for kept in ["$1.50", "$HOME/$USER are none"] {
        assert!(text.contains(kept), "{kept} not in {text}");
    }

    // Each mark is drawn in its place, and Copy gives the characters themselves.
    window.wait_until(
        "marks are drawn",
        "const marks = [...document.querySelectorAll('.answer .code .unseen')]; \
         return marks.length === 5 && marks.every((mark) => mark.getBoundingClientRect().width > 20)",
    )?;
    pictures(&window, "answer-signs")?;
    window.button("Copy code").click()?;
    window.wait_until("copied", "return document.body.innerText.includes('Copied')")?;
    assert_eq!(stage.desktop.copied()?, CODE);

    // So does a selection.
    window.run(
        "const code = document.querySelector('.answer .code code'); getSelection().selectAllChildren(code); return null",
        json!([]),
    )?;
    stage.desktop.copy("something else")?;
    window.press(&format!("{}c{}", key::CONTROL, key::RELEASE))?;
    let begun = Instant::now();
    while stage.desktop.copied()? != CODE {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{:?} was copied",
            stage.desktop.copied()?
        );
    }
    window.close()
}

/// A picture that comes as text of the answer, as some models send theirs: it holds neither the page nor the answer up.
#[test]
fn a_picture_of_megabytes_in_the_text_does_not_hold_the_page() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let picture = format!(
        "![a cat](data:image/png;base64,{})",
        "QUJD".repeat(5 * 256 * 1024)
    );
    let text = format!("Here it is: {picture} Done.");
    let whole = json!({ "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }] });
    let turns = [
        ("Draw a cat, whole.", Reply::json(200, whole)),
        ("Draw a cat, in one event.", pieces(&text, text.len())),
        ("Draw a cat, piece by piece.", pieces(&text, 16 * 1024)),
    ];
    for (turn, (question, reply)) in turns.into_iter().enumerate() {
        stage.sim.on("POST", CHAT, reply);
        window.run(
            "window.held = 0; let before = performance.now(); clearInterval(window.watch); \
             window.watch = setInterval(() => { const now = performance.now(); window.held = Math.max(window.held, now - before); before = now }, 10)",
            json!([]),
        )?;
        let begun = Instant::now();
        window.ask(question)?;
        let answer = format!("article:nth-of-type({})[data-state=done]", 2 * (turn + 1));
        window.page().css(&answer).within(ANSWER).shows("Done.")?;
        let held = window.run("return window.held", json!([]))?;
        let ms = held.as_f64().unwrap_or(f64::MAX);
        println!("{question} {:?}, the page held for {ms:.0} ms", begun.elapsed());
        assert!(ms < 3_000.0, "{question} held the page for {ms:.0} ms");
    }
    window.close()
}

fn pieces(text: &str, size: usize) -> Reply {
    let frames: Vec<String> = text
        .as_bytes()
        .chunks(size)
        .map(|piece| {
            json!({ "choices": [{ "index": 0, "delta": { "content": String::from_utf8_lossy(piece) } }] })
                .to_string()
        })
        .chain([
            json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }).to_string(),
            "[DONE]".to_owned(),
        ])
        .collect();
    Reply::sse(&frames.iter().map(String::as_str).collect::<Vec<_>>())
}
