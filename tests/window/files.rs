//! Pictures in a chat: chosen in the system's way, refused where the message is written, sent, made smaller by a key,
//! left out, and all still there after a restart.

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, RgbImage};
use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-FilesCanary0123456789abcdefghijklmno3333";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn a_picture_is_refused_sent_shrunk_left_out_and_outlives_a_restart() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let folder = tempfile::tempdir()?;
    let (small, large) = (folder.path().join("tide pool.png"), folder.path().join("noise ü.png"));
    std::fs::write(&small, noise(320, 240)?)?;
    std::fs::write(&large, noise(900, 700)?)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    // A model without eyes is not asked; the card stands where the message is written.
    window.choose_model("Demo-Flash")?;
    attach(&window, &small)?;
    thumbnail(&window, ".composer", "tide pool.png")?;
    window.textbox("Message").fill("What lives here?")?;
    let card = window.page().css(".composer").card("unsupported_feature");
    card.shows("Send without it")?;
    window.page().css(".composer .btn.primary:disabled").appears()?;
    pictures(&window, "files-not-taken")?;
    assert_eq!(stage.sim.posts(), 0);

    // One with eyes is: the same file, untouched.
    window.choose_model("Demo-Vision")?;
    card.goes()?;
    pictures(&window, "files-composer")?;
    stage.sim.on("POST", CHAT, Reply::answer("Anemones."));
    window.button("Send").click()?;
    answered(&window, "Anemones.")?;
    assert_eq!(stage.sim.posts(), 1);
    let first = images(&stage);
    let [whole] = &first[..] else {
        panic!("{} pictures went out", first.len());
    };
    let uri = whole.strip_prefix("data:image/png;base64,");
    let length = std::fs::metadata(&small)?.len().div_ceil(3) * 4;
    assert_eq!(uri.map(|uri| uri.len() as u64), Some(length), "{whole:.40}");

    // Poe finds the next one too large. One press by keyboard, and it goes out smaller.
    attach(&window, &large)?;
    thumbnail(&window, ".composer", "noise ü.png")?;
    let edge = "<html><head><title>413 Request Entity Too Large</title></head></html>";
    stage.sim.on("POST", CHAT, Reply::html(413, edge));
    window.ask("And here?")?;
    let card = window.card("attachment_too_large");
    card.shows("noise ü.png")?;
    pictures(&window, "files-too-large")?;
    assert_eq!(stage.sim.posts(), 2, "nothing is sent again by itself");
    stage.sim.on("POST", CHAT, Reply::answer("Only noise."));
    window.textbox("Message").type_text(key::ARROW_UP)?;
    window.wait_until(
        "the card's first button has the focus",
        "return document.activeElement?.dataset.action === 'shrink-image'",
    )?;
    window.press(key::ENTER)?;
    answered(&window, "Only noise.")?;
    card.goes()?;
    assert_eq!(stage.sim.posts(), 3);
    let sent = images(&stage);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], first[0], "the other one goes along as it was");
    assert!(sent[1].starts_with("data:image/jpeg;base64,"), "{:.40}", sent[1]);
    assert!((sent[1].len() as u64) < std::fs::metadata(&large)?.len());

    // The chat goes on with a model that takes none, without them.
    window.choose_model("Demo-Flash")?;
    window.textbox("Message").fill("In a word?")?;
    let card = window.page().css(".composer").card("unsupported_feature");
    stage.sim.on("POST", CHAT, Reply::answer("Water."));
    card.action("send-without").click()?;
    answered(&window, "Water.")?;
    assert_eq!(stage.sim.posts(), 4);
    assert_eq!(images(&stage), Vec::<String>::new());
    window.choose_model("Demo-Vision")?;
    attach(&window, &small)?;
    thumbnail(&window, ".composer", "tide pool.png")?;
    window.close()?;

    // Another day: those that were sent, and the one of the message that is still being written.
    let window = stage.open()?;
    window.open_chat("What lives here?")?;
    thumbnail(&window, "article[data-role=user]", "tide pool.png")?;
    thumbnail(&window, "article[data-role=user]", "noise ü.png")?;
    thumbnail(&window, ".composer", "tide pool.png")?;
    window.button("Include noise ü.png again").click()?;
    window.button("Stop sending noise ü.png").appears()?;
    pictures(&window, "files-thread")?;

    // Too long: a new chat with a summary brings the files of its question, and says that the others stay.
    let long = Reply::error(413, "Request exceeds the maximum size", "request_too_large", None);
    stage.sim.on("POST", CHAT, long);
    window.ask("How deep?")?;
    let card = window.card("context_too_long").within(ANSWER);
    stage.sim.on("POST", CHAT, Reply::answer("About the sea."));
    stage.sim.on("POST", CHAT, Reply::answer("Very deep."));
    card.action("summarize-and-start").click()?;
    answered(&window, "Very deep.")?;
    thumbnail(&window, "article[data-role=user]", "tide pool.png")?;
    assert_eq!(images(&stage).len(), 1);
    window.page().css("[aria-label=Messages]").shows("2 files of the earlier chat aren’t included.")?;
    pictures(&window, "files-summary")?;

    window.link("Settings").click()?;
    window.button("Back up now").click()?;
    window.page().css("[data-backup=good]").appears()?;
    // In every size, as a person would scroll to it.
    window.run(
        "const show = () => document.querySelector('#data')?.scrollIntoView({ block: 'end' }); addEventListener('resize', show); show()",
        json!([]),
    )?;
    pictures(&window, "files-backups")?;
    window.close()
}

/// By the button; the path then goes to the system's chooser as a person's choice would.
fn attach(window: &Window, file: &Path) -> Result<()> {
    window.button("Attach files").click()?;
    window.choose_file(file)
}

/// A file's chip with a picture that the page was allowed to show.
fn thumbnail(window: &Window, inside: &str, name: &str) -> Result<()> {
    window.wait_until(
        &format!("{name} is shown in {inside}"),
        &format!(
            "return [...document.querySelectorAll('{inside} [data-attachment]')].some((file) => file.textContent.includes('{name}') && file.querySelector('img')?.naturalWidth > 0)"
        ),
    )
}

fn answered(window: &Window, text: &str) -> Result<()> {
    window.message("assistant", "done").within(ANSWER).shows(text).map(drop)
}

/// The pictures of the last request, as they went out.
fn images(stage: &Stage) -> Vec<String> {
    let requests = stage.sim.requests();
    let last = requests.iter().rfind(|it| it.path == CHAT);
    let body: Value = last.and_then(|it| serde_json::from_slice(&it.body).ok()).unwrap_or_default();
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    messages
        .iter()
        .flat_map(|message| message["content"].as_array().cloned().unwrap_or_default())
        .filter_map(|part| part["image_url"]["url"].as_str().map(str::to_owned))
        .collect()
}

/// Noise, as PNG: a picture that no format makes small.
fn noise(width: u32, height: u32) -> Result<Vec<u8>> {
    let mut state = 1_u32;
    let picture = RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(state >> 8) as u8, (state >> 16) as u8, (state >> 24) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}
