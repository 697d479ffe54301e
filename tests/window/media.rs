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
    stage.sim.on(
        "POST",
        CHAT,
        Reply::answer(&format!("![Rings in a tide pool.png]({address})\n\n{address}")),
    );
    window.ask("Rings in a tide pool")?;
    window.page().css("figure[data-media=kept]").appears()?;
    window.wait_until(
        "it is drawn",
        "return document.querySelector('figure.media img')?.naturalWidth === 640",
    )?;
    let links = "return [...document.querySelectorAll('.answer button.image, .answer a')].filter((it) => it.offsetParent).length";
    assert_eq!(window.run(links, json!([]))?, 0, "it stands in the place of its links");
    pictures(&window, "media-answer")?;
    let axe = std::fs::read_to_string(AXE)?;
    let mut found = faults(&window, &axe, "an image and the row under it")?;
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
    let last = stage.sim.requests().into_iter().rfind(|it| it.path == CHAT);
    let body: Value = last.and_then(|it| serde_json::from_slice(&it.body).ok()).unwrap_or_default();
    assert!(body.to_string().contains("data:image/png;base64,"), "{:.300}", body.to_string());

    // With all that was made, and its question.
    window.link("Media").click()?;
    window.page().css("main").shows("Rings in a tide pool")?;
    window.wait_until("its tile is drawn", "return document.querySelector('.tile img')?.naturalWidth > 0")?;
    pictures(&window, "media-all")?;
    found.extend(faults(&window, &axe, "Media")?);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    assert_eq!(stage.sim.requests().iter().filter(|it| it.path == NAME).count(), 1, "it was fetched once");
    assert!(stage.desktop.files_with(KEY)?.is_empty());
    window.close()
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
