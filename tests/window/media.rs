//! What a model makes: seen in its place, closer by keys, saved, used in the next message, and all together.

use poe::sim::Reply;
use serde_json::{Value, json};
use std::io::Cursor;
use xtask::Result;
use xtask::window::{Keychain, key};

use crate::gallery::{AXE, faults};
use crate::stage::{Stage, pictures};

const KEY: &str = "sk-poe-MediaCanary0123456789abcdefghijklmn4444";
const CHAT: &str = "/v1/chat/completions";
const NAME: &str = "/base/image/0123456789abcdef";

#[test]
fn a_picture_is_made_seen_saved_and_used() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let made = rings()?;
    stage.sim.always("GET", NAME, Reply::bytes(200, "image/png", made.clone()));
    let address = format!("{}{NAME}?w=640&h=480", stage.sim.base_url().trim_end_matches("/v1"));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    window.choose_model("Demo-Image")?;
    window.run(
        "const shape = document.querySelector('.chip[data-idea=shape] select')
         shape.value = '3:2'
         shape.dispatchEvent(new Event('change', { bubbles: true }))",
        json!([]),
    )?;
    stage.sim.on(
        "POST",
        CHAT,
        Reply::answer(&format!("![Rings in a tide pool.png]({address})\n\n{address}")),
    );
    window.ask("Rings in a tide pool")?;
    window.page().css("figure[data-media=kept]").appears()?;
    window.wait_until(
        "it is drawn",
        "return document.querySelector('figure.media img')?.naturalWidth >= 520",
    )?;
    let links = "return [...document.querySelectorAll('.answer button.image, .answer a')].filter((it) => it.offsetParent).length";
    assert_eq!(window.run(links, json!([]))?, 0, "it stands in the place of its links");
    pictures(&window, "media-answer")?;
    let axe = std::fs::read_to_string(AXE)?;
    let mut found = faults(&window, &axe, "an image and the row under it")?;
    let drawn = requests(&stage).pop().unwrap_or_default();
    assert_eq!(drawn["aspect"], "3:2");
    let media = stage.desktop.data().join("media");
    assert_eq!(media.read_dir()?.count(), 1);

    // All of it, and closer, by keys alone; Esc goes back to where it was opened.
    window.button("Open image: Rings in a tide pool").type_text(key::ENTER)?;
    window.page().css("dialog[open] img").appears()?;
    pictures(&window, "media-full")?;
    found.extend(faults(&window, &axe, "an image in full")?);
    window.press("+")?;
    window.press("+")?;
    window.wait_until("it is closer", "return document.querySelector('.sheet').style.width === '156.25%'")?;
    window.press(key::ESCAPE)?;
    window.wait_until(
        "the cursor is back",
        "return !document.querySelector('dialog[open]') && document.activeElement?.matches('.picture')",
    )?;

    // The file as it came goes where the person wants it.
    let file = stage.desktop.data().join("rings.png");
    window.page().action("save-media").type_text(key::ENTER)?;
    stage.desktop.choose("Save file", &file)?;
    window.wait_until("saved", "return document.body.innerText.includes('Saved')")?;
    assert_eq!(std::fs::read(&file)?, made);

    // It goes along with the next message, to a model that sees.
    window.page().action("use-media").type_text(key::ENTER)?;
    window.page().css(".composer [data-attachment] img").appears()?;
    window.choose_model("Demo-Vision")?;
    stage.sim.on("POST", CHAT, Reply::answer("Rings."));
    window.ask("What is this?")?;
    window.page().last("article[data-role=assistant]").shows("Rings.")?;
    let body = requests(&stage).pop().unwrap_or_default();
    assert!(body.to_string().contains("data:image/png;base64,"), "{:.300}", body.to_string());

    // With all that was made, and its question.
    window.link("Media").click()?;
    window.page().css("main").shows("Rings in a tide pool")?;
    window.wait_until("its tile is drawn", "return document.querySelector('.tile img')?.naturalWidth > 0")?;
    pictures(&window, "media-all")?;
    found.extend(faults(&window, &axe, "Media")?);
    window.page().css("main .settings").shows("Aspect 3:2")?;

    // The same once more, of another model: it waits in a new chat until it is sent.
    let asked = requests(&stage).len();
    window.page().css("main [data-action=ask-again]").type_text(key::ENTER)?;
    window.wait_until(
        "the prompt waits",
        "return document.querySelector('.composer textarea')?.value === 'Rings in a tide pool'
             && document.querySelectorAll('article').length === 0",
    )?;
    pictures(&window, "media-again")?;
    window.choose_model("Demo-Vision")?;
    assert_eq!(requests(&stage).len(), asked, "nothing is sent by itself");
    let theirs = "https://pictures.example/base/image/map.png";
    stage.sim.on("POST", CHAT, Reply::answer(&format!("As on this map: ![A map of the coast]({theirs})")));
    window.button("Send").type_text(key::ENTER)?;
    window.page().css("[data-action=load-media]").shows("Load from pictures.example")?;
    let again = requests(&stage).pop().unwrap_or_default();
    assert_eq!((&again["model"], &again["aspect"]), (&json!("demo-vision"), &Value::Null));
    assert_eq!(again["messages"], json!([{ "role": "user", "content": "Rings in a tide pool" }]));
    pictures(&window, "media-elsewhere")?;
    found.extend(faults(&window, &axe, "a link to somebody else")?);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    assert_eq!(stage.sim.requests().iter().filter(|it| it.path == NAME).count(), 1, "it was fetched once");
    assert!(stage.desktop.files_with(KEY)?.is_empty());
    window.close()
}

/// What was asked of models, in order.
fn requests(stage: &Stage) -> Vec<Value> {
    let asked = stage.sim.requests().into_iter().filter(|it| it.path == CHAT);
    asked.filter_map(|it| serde_json::from_slice(&it.body).ok()).collect()
}

fn rings() -> Result<Vec<u8>> {
    let picture = image::RgbImage::from_fn(640, 480, |x, y| {
        let far = f64::from((x.pow(2) + y.pow(2)) / 64).sqrt();
        if far as u32 % 8 < 4 { image::Rgb([24, 96, 120]) } else { image::Rgb([240, 232, 208]) }
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)?;
    Ok(bytes)
}
