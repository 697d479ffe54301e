//! A chat of 10,000 messages: it opens at its end, is moved through by keys, keeps its place, and is copied from, although only
//! what is in sight is on the page.

use serde_json::json;
use telltale::library::{FILE, Library};
use xtask::window::{Keychain, Window, key};
use xtask::{Context, Result, ensure};

use crate::fill;
use crate::stage::{Stage, picture, pictures};

const KEY: &str = "sk-poe-LongChats0123456789abcdefghijklmn5555";

/// The question at the top of the view, and by how many pixels it stands below that.
fn at_top(window: &Window) -> Result<(String, f64)> {
    let found = window.run(
        "const view = document.querySelector('.thread').getBoundingClientRect()
         const all = [...document.querySelectorAll('.thread article')]
         const top = all.find((each) => each.getBoundingClientRect().bottom > view.top + 24)
         return [top.innerText.split('\\n')[0], top.getBoundingClientRect().top - view.top]",
        json!([]),
    )?;
    Ok((found[0].as_str().context("a question")?.to_owned(), found[1].as_f64().context("pixels")?))
}

/// The same once what was asked for is painted.
fn at_top_after_frames(window: &Window) -> Result<(String, f64)> {
    let frames = "return new Promise((done) => {
        let left = 3
        const frame = () => (left-- === 0 ? done(true) : requestAnimationFrame(frame))
        requestAnimationFrame(frame)
      })";
    window.run(frames, json!([]))?;
    at_top(window)
}

fn waits_for(window: &Window, question: &str) -> Result<()> {
    let script = format!(
        "const view = document.querySelector('.thread')?.getBoundingClientRect()
         return view && [...document.querySelectorAll('.thread article')].some((each) => {{
           const {{ top }} = each.getBoundingClientRect()
           return each.innerText.includes('{question}') && top >= view.top && top < view.bottom
         }})"
    );
    window.wait_until(&format!("{question} is in sight"), &script)
}

fn alt(window: &Window, pressed: &str) -> Result<()> {
    window.press(&format!("{}{pressed}{}", key::ALT, key::RELEASE))
}

fn drawn(window: &Window) -> Result<i64> {
    window
        .run("return document.querySelectorAll('.thread article').length", json!([]))?
        .as_i64()
        .context("a number")
}

#[test]
fn a_chat_of_ten_thousand_messages() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let path = stage.desktop.data().join(FILE);
    drop(Library::open(&path, fill::NOW)?);
    let mut file = rusqlite::Connection::open(&path)?;
    let all = file.transaction()?;
    fill::chat(&all, "Short", 4, fill::NOW - 60_000)?;
    fill::chat(&all, "Long", 10_000, fill::NOW)?;
    all.commit()?;
    drop(file);

    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.open_chat("Long")?;
    waits_for(&window, "Answer 5000.")?;
    ensure!(drawn(&window)? < 60, "{} are on the page", drawn(&window)?);
    picture(&window, "long-chat-end")?;

    // While it leaps, as by its scroll bar, it says where it is and draws nothing of what goes by.
    window.run(
        "const view = document.querySelector('.thread')
         window.drawn = 0
         new MutationObserver((changes) => {
           for (const { addedNodes } of changes) window.drawn += [...addedNodes].filter((each) => each.nodeName === 'ARTICLE').length
         }).observe(view, { childList: true, subtree: true })
         let before = performance.now()
         window.late = 0
         window.leaping = setInterval(() => {
           const now = performance.now()
           if (now - before > 60) window.late++
           before = now
           view.scrollTop -= 2_000
         }, 16)",
        json!([]),
    )?;
    window.page().css(".passing").shows("of 10,000")?;
    pictures(&window, "long-chat-passing")?;
    window.run("clearInterval(window.leaping)", json!([]))?;
    window.wait_until(
        "it is drawn where it rests",
        "const view = document.querySelector('.thread').getBoundingClientRect()
         return document.querySelector('.passing') === null && [...document.querySelectorAll('.thread article')].some((each) => {
           const { top, bottom } = each.getBoundingClientRect()
           return top < view.top + 40 && bottom > view.top
         })",
    )?;
    let counted = window.run("return [window.drawn, window.late]", json!([]))?;
    let (built, late) = (counted[0].as_i64().context("a number")?, counted[1].as_i64().context("a number")?);
    // On a busy machine a leap may come so late that the view has rested before it.
    ensure!((1..40 * (late + 2)).contains(&built), "{built} were drawn on the way, {late} leaps were late");

    // To the first, and to any other by the outline.
    window.run("document.querySelector('.thread').focus()", json!([]))?;
    window.press(key::HOME)?;
    waits_for(&window, "Question 1:")?;
    window.button("Outline").click()?;
    window.textbox("Find a question or heading").fill("question 2501")?;
    window.page().css("[role=option]").shows("Question 2501:")?;
    picture(&window, "long-chat-outline")?;
    window.press(key::ENTER)?;
    waits_for(&window, "Question 2501:")?;
    let (question, below) = at_top(&window)?;
    ensure!(question.starts_with("Question 2501:") && (10.0..40.0).contains(&below), "{question} at {below}");
    ensure!(drawn(&window)? < 60, "{} are on the page", drawn(&window)?);
    picture(&window, "long-chat-middle")?;

    // Question by question; what becomes known of rows above moves nothing.
    alt(&window, key::ARROW_DOWN)?;
    waits_for(&window, "Question 2502:")?;
    alt(&window, key::ARROW_UP)?;
    alt(&window, key::ARROW_UP)?;
    waits_for(&window, "Question 2500:")?;
    std::thread::sleep(std::time::Duration::from_millis(700));
    let (question, below) = at_top(&window)?;
    ensure!(question.starts_with("Question 2500:") && (10.0..40.0).contains(&below), "{question} at {below}");

    // In a narrow window all rows have other heights, and it stays where it was.
    for width in [600, 1280] {
        window.resize(width, 800)?;
        std::thread::sleep(std::time::Duration::from_millis(500));
        let (question, now) = at_top(&window)?;
        ensure!(
            question.starts_with("Question 2500:") && (now - below).abs() < 3.0,
            "{width}: {question} at {now}"
        );
        let apart = "const all = [...document.querySelectorAll('.thread article')].map((each) => each.getBoundingClientRect())
             return all.slice(1).every((each, n) => Math.abs(each.top - all[n].bottom) < 1)";
        ensure!(window.run(apart, json!([]))? == true, "{width}: rows stand apart");
    }

    // Back from another chat, and after a restart, it is where it was.
    window.open_chat("Short")?;
    waits_for(&window, "Answer 2.")?;
    window.open_chat("Long")?;
    waits_for(&window, "Question 2500:")?;
    ensure!((at_top(&window)?.1 - below).abs() < 3.0, "moved to {:?}", at_top(&window)?);
    // As a session's end does, with all that the app does last.
    window.terminate()?;
    ensure!(
        stage.desktop.data().join("telltale.db.whole").exists(),
        "the next start would read all chats first"
    );
    let window = stage.open()?;
    waits_for(&window, "Question 2500:")?;
    ensure!((at_top(&window)?.1 - below).abs() < 3.0, "moved to {:?}", at_top(&window)?);

    // Whole messages from one to another that is far from it.
    window.run(
        "const press = (text, shiftKey) => {
           const at = [...document.querySelectorAll('.thread article')].find((each) => each.innerText.includes(text))
           at.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, cancelable: true, button: 0, shiftKey }))
         }
         window.pressMessage = press; press('Question 2500:', false)",
        json!([]),
    )?;
    for number in 2_501..=2_508 {
        alt(&window, key::ARROW_DOWN)?;
        // At once and for good: what is drawn on the way moves nothing.
        let (question, below) = at_top_after_frames(&window)?;
        ensure!(
            question.starts_with(&format!("Question {number}:")) && (10.0..40.0).contains(&below),
            "{number}: {question} at {below}"
        );
    }
    window.run("window.pressMessage('Question 2508:', true)", json!([]))?;
    window.page().css(".picks").shows("17 messages selected")?;
    picture(&window, "long-chat-selected")?;
    window.press(&format!("{}c{}", key::CONTROL, key::RELEASE))?;
    window.page().css(".toast").shows("Copied")?;
    let copied = stage.desktop.copied()?;
    for number in 2_500..=2_508 {
        ensure!(copied.contains(&format!("Question {number}:")), "{number} was not copied");
    }
    ensure!(copied.contains("Answer 2504.") && !copied.contains("Answer 2508."), "{copied}");
    window.close()
}
