//! What is being written, in the real window: an input method's Enter sends nothing, nothing goes out without its file, an
//! edit eats no draft, and a restart, a kill and a huge paste lose none.

use std::time::Instant;

use poe::sim::{Part, Reply};
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-DraftsCanary0123456789abcdefghijklmn8888";
const CHAT: &str = "/v1/chat/completions";

/// WebKit's order: the composition ends, then comes the key that ended it, which says nothing of a composition.
const COMPOSE: &str = "
    const box = document.activeElement;
    const end = () => {
      box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
      box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '日本' }));
    };
    const press = (name, more) => box.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
    for (const name of ['Enter', 'Escape']) {
      end(); press(name, { keyCode: 229 });
      end(); press(name, { keyCode: 229, ctrlKey: true });
      press(name, { isComposing: true, keyCode: 229 });
      press(name, { isComposing: true, keyCode: name === 'Enter' ? 13 : 27 });
    }
    return new KeyboardEvent('keydown', { keyCode: 229 }).keyCode;";

fn compose(window: &Window) -> Result<()> {
    let code = window.run(COMPOSE, json!([]))?;
    assert_eq!(code, 229, "the engine lets a script say so");
    Ok(())
}

fn box_holds(window: &Window, text: &str) -> Result<()> {
    window.wait_until(
        &format!("the box holds {text:?}"),
        &format!("return document.querySelector('.composer textarea')?.value === {text:?}"),
    )
}

fn answered(stage: &Stage, window: &Window, question: &str, text: &str) -> Result<()> {
    stage.sim.on("POST", CHAT, Reply::answer(text));
    window.ask(question)?;
    window.message("assistant", "done").within(ANSWER).shows(text).map(drop)
}

#[test]
fn an_input_method_s_enter_sends_nothing_anywhere() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.textbox("Message").fill("nihon")?;
    compose(&window)?;
    box_holds(&window, "nihon")?;
    assert_eq!(stage.sim.posts(), 0);

    // Esc of an input method stops no answer.
    let half =
        json!({ "choices": [{ "index": 0, "delta": { "content": "Half of it" }, "finish_reason": null }] });
    let mut reply = Reply::sse(&[]);
    reply.body = vec![Part::Bytes(format!("data: {half}\n\n").into_bytes()), Part::Hang];
    stage.sim.on("POST", CHAT, reply);
    window.ask("Are you there?")?;
    window.message("assistant", "streaming").within(ANSWER).shows("Half of it")?;
    window.run("document.querySelector('.composer textarea').focus()", json!([]))?;
    compose(&window)?;
    window.message("assistant", "streaming").appears()?;
    window.press(key::ESCAPE)?;
    window.message("assistant", "stopped").appears()?;

    // A name that is being composed is neither taken nor dropped, and no model is chosen.
    window.page().css("h1 .title").click()?;
    window.textbox("Title of this chat").fill("Nippon")?;
    compose(&window)?;
    window.textbox("Title of this chat").type_text(key::ENTER)?;
    window.page().css("h1[aria-label=Nippon]").appears()?;
    window.press(&format!("{}k{}", key::CONTROL, key::RELEASE))?;
    window.textbox("Search models").fill("Demo")?;
    compose(&window)?;
    window.textbox("Search models").appears()?;
    window.press(key::ESCAPE)?;
    window.textbox("Search models").goes()?;
    assert_eq!(stage.sim.posts(), 1);
    window.close()
}

/// Drops a file that takes as long to read as the story wants: `window.arrive()` ends it.
const SLOW_FILE: &str = "
    const file = new File(['The report.'], 'report.txt');
    file.arrayBuffer = () => new Promise((resolve) => {
      window.arrive = () => resolve(new TextEncoder().encode('The report.').buffer);
    });
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], files: [file], items: [{ kind: 'file', webkitGetAsEntry: () => null }] } });
    window.dispatchEvent(event)";

#[test]
fn nothing_goes_out_before_its_file_is_there() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.textbox("Message").fill("Sum it up")?;
    window.run(SLOW_FILE, json!([]))?;
    window.page().css(".reading").shows("Reading 1 file")?;
    window.textbox("Message").type_text(key::ENTER)?;
    window.page().css("[role=status]").shows("Not sent yet: still reading 1 file.")?;
    window.page().css(".composer .btn.primary:disabled").appears()?;
    pictures(&window, "drafts-reading")?;
    assert_eq!(stage.sim.posts(), 0);
    window.run("window.arrive()", json!([]))?;
    window.page().css(".reading").goes()?;
    stage.sim.on("POST", CHAT, Reply::answer("In short: a report."));
    window.textbox("Message").type_text(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).shows("In short: a report.")?;
    let sent = |number: usize| {
        let requests = stage.sim.requests();
        let body = requests.iter().filter(|it| it.path == CHAT).nth(number);
        String::from_utf8_lossy(&body.map(|it| it.body.clone()).unwrap_or_default()).into_owned()
    };
    assert!(sent(0).contains("The report."), "{}", sent(0));

    // One that comes after the person went elsewhere is where it was dropped.
    window.run(SLOW_FILE, json!([]))?;
    window.page().css(".reading").appears()?;
    window.button("New chat").click()?;
    window.page().css("article").goes()?;
    window.page().css(".reading").goes()?;
    window.run("window.arrive()", json!([]))?;
    answered(&stage, &window, "Another matter", "Fine.")?;
    assert!(!sent(1).contains("The report."));
    window.open_chat("Sum it up")?;
    window.page().css(".composer [data-attachment]").shows("report.txt")?;
    window.close()
}

#[test]
fn an_edit_eats_no_draft_and_both_outlive_a_restart_and_a_kill() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    answered(&stage, &window, "The old question", "The old answer.")?;

    window.textbox("Message").fill("half a thought")?;
    window.button("Edit").click()?;
    box_holds(&window, "The old question")?;
    window.page().css("article[data-edited=true]").shows("Editing")?;
    pictures(&window, "drafts-edit")?;
    window.textbox("Message").type_text(key::ESCAPE)?;
    box_holds(&window, "half a thought")?;
    window.page().css("article[data-edited=true]").goes()?;

    // Left and come back to: still an edit; sent, it stands beside the old one and nothing is posted twice.
    window.button("Edit").click()?;
    box_holds(&window, "The old question")?;
    window.textbox("Message").fill("The better question")?;
    window.button("New chat").click()?;
    box_holds(&window, "")?;
    window.textbox("Message").fill("for a new chat")?;
    window.open_chat("The old question")?;
    box_holds(&window, "The better question")?;
    window.page().css("article[data-edited=true]").appears()?;
    window.close()?;

    // The chat that was open is open again.
    let window = stage.open()?;
    box_holds(&window, "The better question")?;
    window.button("New chat").click()?;
    box_holds(&window, "for a new chat")?;
    window.open_chat("The old question")?;
    box_holds(&window, "The better question")?;
    window.page().css("article[data-edited=true]").appears()?;
    stage.sim.on("POST", CHAT, Reply::answer("The better answer."));
    window.textbox("Message").type_text(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).shows("The better answer.")?;
    window.page().css("article[data-role=user]").shows("2 of 2")?;
    box_holds(&window, "half a thought")?;
    assert_eq!(stage.sim.posts(), 2);

    // A kill a moment after the last key.
    window.textbox("Message").fill("half a thought and more")?;
    std::thread::sleep(std::time::Duration::from_millis(600));
    window.kill();
    let window = stage.open()?;
    window.open_chat("The old question")?;
    box_holds(&window, "half a thought and more")?;
    window.reload()?;
    box_holds(&window, "half a thought and more")?;
    answered(&stage, &window, "half a thought and more", "Sent.")?;
    window.close()?;
    let window = stage.open()?;
    window.open_chat("The old question")?;
    window.message("assistant", "done").shows("Sent.")?;
    box_holds(&window, "")?;
    window.close()
}

#[test]
fn six_megabytes_pasted_become_a_file() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.textbox("Message").fill("Sum this up")?;
    // As long as a line is in a real text.
    let line = "The tide comes in, and the tide goes out again; nobody on the shore counts how often.\n";
    let text = line.repeat(6 * 1024 * 1024 / line.len());
    stage.desktop.copy(&text)?;
    let start = Instant::now();
    window.press(&format!("{}v{}", key::CONTROL, key::RELEASE))?;
    window.page().css(".composer [data-attachment]").shows("Pasted text.txt")?;
    println!("6 MB were a file after {} ms", start.elapsed().as_millis());
    assert!(!window.text()?.contains("Put it in the box"), "too long for it");
    box_holds(&window, "Sum this up")?;
    let start = Instant::now();
    window.textbox("Message").type_text("!")?;
    box_holds(&window, "Sum this up!")?;
    println!("a key took {} ms with it", start.elapsed().as_millis());
    window.button("Remove Pasted text.txt").click()?;
    window.page().css(".composer [data-attachment]").goes()?;

    // One that the box could hold may go back into it.
    let text = &text[..line.len() * 1000];
    stage.desktop.copy(text)?;
    window.press(&format!("{}v{}", key::CONTROL, key::RELEASE))?;
    window.page().css(".composer [data-attachment]").shows("Pasted text.txt")?;
    pictures(&window, "drafts-pasted")?;
    window.button("Put it in the box").click()?;
    window.page().css(".composer [data-attachment]").goes()?;
    box_holds(&window, &format!("Sum this up!\n{text}"))?;
    let start = Instant::now();
    window.textbox("Message").type_text("!")?;
    box_holds(&window, &format!("Sum this up!\n{text}!"))?;
    println!("a key took {} ms with {} characters in the box", start.elapsed().as_millis(), text.len());

    window.textbox("Message").fill("Sum this up")?;
    stage.desktop.copy(text)?;
    window.press(&format!("{}v{}", key::CONTROL, key::RELEASE))?;
    window.page().css(".composer [data-attachment]").shows("Pasted text.txt")?;
    stage.sim.on("POST", CHAT, Reply::answer("Tides."));
    window.textbox("Message").type_text(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).shows("Tides.")?;
    let requests = stage.sim.requests();
    let body = &requests.iter().rfind(|it| it.path == CHAT).map(|it| it.body.len());
    assert!(body.is_some_and(|length| length > text.len()), "{body:?}");
    window.close()
}
