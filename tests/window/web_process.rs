//! The page's process is killed while an answer streams: the page is back at once with the chat, what was being written and
//! the running answer, one line says so, and nothing is sent again. Without a driver, which would hold on to the page: keys
//! come from the display, and what happened is read from pictures, the database and the simulated Poe.

use std::thread::sleep;
use std::time::{Duration, Instant};

use image::RgbImage;
use poe::sim::{Part, Reply};
use serde_json::json;
use telltale::library::{DraftPlace, Library, MessageState};
use xtask::Result;
use xtask::window::{App, Keychain, Undriven};

use crate::stage::Stage;

const KEY: &str = "sk-poe-ProcessCanary0123456789abcdefghijklm7777";
const CHAT: &str = "/v1/chat/completions";

/// Where the bar above the chat is, and its name; a line above the view moves it down.
const TOP: [u32; 4] = [260, 0, 1000, 46];
/// The app's name, drawn on every page of it.
const BRAND: [u32; 4] = [0, 0, 240, 40];

#[test]
fn a_killed_web_process_loses_nothing() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    // The key is stored with a driver, as before; then it is let go.
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.textbox("Message").appears()?;
    window.close()?;

    let app = App {
        binary: env!("CARGO_BIN_EXE_telltale").into(),
        variables: vec![("TELLTALE_BASE_URL".into(), stage.sim.base_url())],
        ..App::default()
    };
    let start = Instant::now();
    let app = Undriven::start(&stage.desktop, &app)?;
    until("the page is drawn", || Ok(!is_plain(&crop(&picture(&app, "web-process-before")?, BRAND))))?;
    let start = start.elapsed();
    stage.sim.on("POST", CHAT, slow(60, Duration::from_millis(250)));
    // Keys that come before the page listens are lost.
    until("what is typed is kept", || {
        app.press("ctrl+a")?;
        app.type_text("Tell me slowly")?;
        sleep(Duration::from_millis(700));
        Ok(draft(&stage, DraftPlace::new_chat())?.as_deref() == Some("Tell me slowly"))
    })?;
    app.press("Return")?;
    until("the question is sent", || Ok(stage.sim.posts() > 0))?;
    let end = DraftPlace::end_of(1);
    until("the box is empty", || Ok(draft(&stage, end)?.is_none()))?;
    app.type_text("half a thought")?;
    until("the draft is kept", || Ok(draft(&stage, end)?.as_deref() == Some("half a thought")))?;
    let before = picture(&app, "web-process-before")?;

    app.kill_web_process()?;
    let killed = Instant::now();
    let after = loop {
        let now = picture(&app, "web-process-after")?;
        // Neither the picture of before, nor a window without a page.
        let is_drawn = !is_plain(&crop(&now, BRAND)) && !is_plain(&crop(&now, TOP));
        if is_drawn && crop(&now, TOP) != crop(&before, TOP) {
            break now;
        }
        assert!(killed.elapsed() < Duration::from_secs(10), "the page does not come back");
    };
    let took = killed.elapsed();
    println!(
        "the page was back {} ms after its process was killed; the app's start took {} ms",
        took.as_millis(),
        start.as_millis()
    );
    // 2 s. Where other stories play at the same time all takes longer, a start of the app as well, and no two moments are alike.
    assert!(took < (2 * start).max(Duration::from_secs(2)), "it took {took:?}, a start {start:?}");
    assert!(!is_plain(&after));
    assert_eq!(app.web_processes().len(), 1);

    // The cursor stands behind what was typed, in the same chat.
    until("what is typed now goes on with the draft", || {
        app.type_text("!")?;
        sleep(Duration::from_millis(400));
        let text = draft(&stage, end)?.unwrap_or_default();
        Ok(text.starts_with("half a thought!"))
    })?;
    assert_eq!(draft(&stage, DraftPlace::new_chat())?, None);
    until("the answer is there, whole", || {
        let library = library(&stage)?;
        let messages = stage.runtime.block_on(library.messages(1)).map_err(failed)?;
        let answer = messages.last();
        Ok(answer.is_some_and(|it| it.state == MessageState::Done && it.text.contains("word 59 ")))
    })?;
    sleep(Duration::from_millis(500));
    picture(&app, "web-process-done")?;
    assert_eq!(stage.sim.posts(), 1, "nothing is sent again");

    // A second time, too; then the app still closes as always.
    app.kill_web_process()?;
    until("the page is back once more", || {
        let now = picture(&app, "web-process-again")?;
        Ok(!is_plain(&crop(&now, BRAND)) && app.web_processes().len() == 1)
    })?;
    app.close()
}

/// An answer of so many pieces, one at a time.
fn slow(pieces: usize, pause: Duration) -> Reply {
    let frame = |text: &str| {
        let frame =
            json!({ "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] });
        Part::Bytes(format!("data: {frame}\n\n").into_bytes())
    };
    let mut reply = Reply::sse(&[]);
    reply.body =
        (0..pieces).flat_map(|number| [frame(&format!("word {number} ")), Part::Wait(pause)]).collect();
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    reply.body.push(Part::Bytes(format!("data: {end}\n\ndata: [DONE]\n\n").into_bytes()));
    reply
}

/// As another process reads it, while the app writes.
fn library(stage: &Stage) -> Result<Library> {
    let file = stage.desktop.data().join(telltale::library::FILE);
    Ok(Library::open(&file, telltale::clock::now()).map_err(failed)?.0)
}

fn draft(stage: &Stage, place: DraftPlace) -> Result<Option<String>> {
    let library = library(stage)?;
    let draft = stage.runtime.block_on(library.draft(place)).map_err(failed)?;
    Ok(draft.map(|draft| draft.text))
}

fn failed(error: impl std::fmt::Debug) -> xtask::Error {
    xtask::Error::msg(format!("{error:?}"))
}

fn picture(app: &Undriven, name: &str) -> Result<RgbImage> {
    let file = app.screenshot("screens", name)?;
    Ok(image::open(file)?.into_rgb8())
}

fn crop(image: &RgbImage, [x, y, width, height]: [u32; 4]) -> RgbImage {
    image::imageops::crop_imm(image, x, y, width, height).to_image()
}

/// One color, as a window without a page.
fn is_plain(image: &RgbImage) -> bool {
    let mut pixels = image.pixels();
    let first = pixels.next();
    pixels.all(|pixel| Some(pixel) == first)
}

fn until(what: &str, mut so: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !so()? {
        if start.elapsed() > Duration::from_secs(40) {
            xtask::bail!("waited 40 s until {what}");
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}
