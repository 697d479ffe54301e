//! A video from the press to its playing, by keys alone: how far it is, stopped and got all the same, seen, and made into another.

use std::time::Duration;

use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, key};

use crate::gallery::{AXE, faults};
use crate::stage::{Stage, pictures};

const KEY: &str = "sk-poe-FilmsCanary0123456789abcdefghijklmn5555";

#[test]
fn a_video_is_made_stopped_got_played_and_remixed() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.set_up(json!({ "version": 1, "allowedBots": ["demo-film"] }))?;
    stage.sim.set_film_time(Duration::from_secs(12));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Film")?;
    let axe = std::fs::read_to_string(AXE)?;

    window.ask("A lamp that drifts over dark water")?;
    let line = window.page().css("article[data-role=assistant] .waiting");
    line.shows("Making the video")?;
    window.wait_until(
        "its progress is told",
        "return Number(document.querySelector('.waiting progress')?.value) > 5",
    )?;
    pictures(&window, "film-progress")?;
    let mut found = faults(&window, &axe, "a video that is being made")?;

    // Esc ends the waiting; Poe goes on, and the button gets what it made.
    window.press(key::ESCAPE)?;
    let card = window.card("video_waits");
    card.shows("You stopped waiting for this video")?;
    card.shows("still being made, and charged as usual")?;
    pictures(&window, "film-stopped")?;
    found.extend(faults(&window, &axe, "a video that was stopped")?);
    window.button("Get the video").type_text(key::ENTER)?;
    window.message("assistant", "done").within(Duration::from_secs(40)).appears()?;
    let orders = |path: &str| {
        let all = stage.sim.requests();
        all.iter().filter(|it| it.method == "POST" && it.path.ends_with(path)).count()
    };
    assert_eq!(orders("/v1/videos"), 1, "it was ordered once");

    // It stands in the place of its link, and plays.
    window.page().css("figure[data-media=kept]").appears()?;
    window.page().css("figure .play").shows("Play video")?;
    let links = "return [...document.querySelectorAll('.answer a')].filter((it) => it.offsetParent).length";
    assert_eq!(window.run(links, json!([]))?, 0, "it stands in the place of its link");
    window.page().css("figure .play").type_text(key::ENTER)?;
    // A desktop without a clock for sound may stay at the first picture.
    window.wait_until(
        "it is decoded",
        "const video = document.querySelector('figure video'); return video?.videoWidth === 320 && video.readyState >= 2 && video.error === null",
    )?;
    pictures(&window, "film-played")?;
    found.extend(faults(&window, &axe, "a video that plays")?);

    // The next one is made from it.
    window.page().action("remix").type_text(key::ENTER)?;
    window.page().css("[data-film=remix]").shows("Remix of this video")?;
    window.wait_until("the cursor is in the box", "return document.activeElement?.tagName === 'TEXTAREA'")?;
    pictures(&window, "film-remix")?;
    found.extend(faults(&window, &axe, "a video that is made from another")?);
    stage.sim.set_film_time(Duration::from_millis(400));
    window.ask("The same at night")?;
    window.wait_until(
        "the second one is there",
        "return document.querySelectorAll('article[data-state=done] figure[data-media=kept]').length === 2",
    )?;
    assert_eq!((orders("/remix"), orders("/v1/videos")), (1, 1));
    assert!(!window.page().css("[data-film]").is_there()?);

    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    assert!(stage.desktop.files_with(KEY)?.is_empty());
    window.close()
}
