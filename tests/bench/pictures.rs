//! `bench pictures`: a chat of a hundred pictures of 1,024 by 1,024 beside one of one, each in a window of its own. What the page's
//! process holds once each was scrolled past and seen, and it rests. Prints it and fails where it is more than 1.3 times as much.
#![allow(clippy::print_stdout)]

use std::io::Cursor;
use std::time::{Duration, Instant};

use poe::sim::{Scenario, Sim};
use rusqlite::{Connection, params};
use serde_json::json;
use sha2::{Digest, Sha256};
use telltale::library::{FILE, Library};
use tokio::runtime::Runtime;
use xtask::window::{App, Desktop, Keychain, Window};
use xtask::{Context, Result, ensure};

const KEY: &str = "sk-poe-BenchPictures0123456789abcdefghijk4444";
/// 27 November 2026.
const NOW: i64 = 1_795_800_000_000;
const MANY: i64 = 100;
const SIDE: u32 = 1_024;
const TARGET: f64 = 1.3;
/// Until what a page no longer needs is swept up.
const REST: Duration = Duration::from_secs(12);

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let sim = runtime.block_on(Sim::start(Scenario::Script))?;
    let file = picture()?;
    let one = looked_through(&sim, &file, 1)?;
    let many = looked_through(&sim, &file, MANY)?;
    let ratio = many / one;
    println!(
        "\nmemory of the page's process after {MANY} pictures: {many:.0} MiB, after one {one:.0}, {ratio:.2} times"
    );
    ensure!(ratio <= TARGET, "more than {TARGET} times");
    Ok(())
}

/// As a photo has it: soft forms, and grain.
fn picture() -> Result<Vec<u8>> {
    let mut state = 1_u32;
    let picture = image::RgbImage::from_fn(SIDE, SIDE, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 28) as u8;
        image::Rgb([(x / 5) as u8 + grain, (y / 5) as u8 + grain, ((x + y) / 10) as u8 + grain])
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg)?;
    Ok(bytes)
}

/// The same picture, told apart by a comment.
fn numbered(file: &[u8], number: i64) -> Vec<u8> {
    let comment = format!("{number:04}");
    [&file[..2], &[0xff, 0xfe, 0, 6], comment.as_bytes(), &file[2..]].concat()
}

/// A chat of so many answers, each of which made a picture.
fn fill(desktop: &Desktop, file: &[u8], count: i64) -> Result<()> {
    let path = desktop.data().join(FILE);
    drop(Library::open(&path, NOW)?);
    let folder = desktop.data().join("media");
    std::fs::create_dir_all(&folder)?;
    let mut library = Connection::open(&path)?;
    let all = library.transaction()?;
    all.execute(
        "INSERT INTO conversations (title, model, parameters, created_at, updated_at, answered_at)
         VALUES ('Pictures', 'demo-image', '{}', ?1, ?1, ?1)",
        [NOW],
    )?;
    let chat = all.last_insert_rowid();
    let mut before: Option<i64> = None;
    for number in 0..count {
        let url = format!("https://pfst.cf2.poecdn.net/base/image/{number:064x}?w={SIDE}&h={SIDE}");
        let mut message = |role: &str, text: &str, place: i64| -> Result<i64> {
            all.execute(
                "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, created_at, updated_at,
                     sent_at, first_text_at, ended_at, place, shown)
                 VALUES (?1, ?2, ?3, 'done', ?4, '', 'demo-image', ?5, ?5, ?5, ?5 + 400, ?5 + 2000, ?6, 1)",
                params![chat, before, role, text, NOW + number * 60_000, place],
            )?;
            before = Some(all.last_insert_rowid());
            Ok(all.last_insert_rowid())
        };
        message("user", &format!("Draw number {number}"), number * 2)?;
        let answer = message("assistant", &format!("![Picture {number}]({url})"), number * 2 + 1)?;
        let bytes = numbered(file, number);
        let digits: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{digits}.jpg");
        std::fs::write(folder.join(&name), &bytes)?;
        all.execute(
            "INSERT INTO media (message_id, url, kind, mime, size, width, height, file, kept_at)
             VALUES (?1, ?2, 'image', 'image/jpeg', ?3, ?4, ?4, ?5, ?6)",
            params![answer, url, bytes.len() as i64, SIDE, name, NOW],
        )?;
    }
    Ok(all.commit()?)
}

/// MiB, once all were in sight.
fn looked_through(sim: &Sim, file: &[u8], count: i64) -> Result<f64> {
    println!("==> A chat of {count} pictures");
    let desktop = Desktop::start(Keychain::Unlocked)?;
    fill(&desktop, file, count)?;
    let app = App {
        binary: env!("CARGO_BIN_EXE_telltale").into(),
        variables: vec![("TELLTALE_BASE_URL".to_owned(), sim.base_url())],
        ..App::default()
    };
    let window = Window::open(&desktop, &app)?;
    window.resize(1280, 800)?;
    desktop.copy(KEY)?;
    window.button("Paste key").click()?;
    window.button("Start chatting").click()?;
    window.textbox("Message").appears()?;
    window.open_chat("Pictures")?;
    window.page().css("figure.media img").within(Duration::from_secs(30)).appears()?;
    // From the top on, and only further once what is in sight is drawn.
    let script = "
        window.isOver = false
        window.seen = new Set()
        window.most = 0
        const view = document.querySelector('.thread')
        view.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }))
        view.scrollTop = 0
        const isInSight = (each) => { const { top, bottom } = each.getBoundingClientRect(); return bottom > 60 && top < innerHeight - 160 }
        const step = () => {
          const figures = [...document.querySelectorAll('.thread figure.media')].filter(isInSight)
          const images = figures.map((each) => each.querySelector('img'))
          window.most = Math.max(window.most, document.querySelectorAll('.thread figure.media img').length)
          const articles = [...document.querySelectorAll('.thread article[data-role=assistant]')].filter(isInSight)
          const isDrawn = images.every((each) => each && each.complete && each.naturalWidth > 0) && articles.every((each) => each.querySelector('figure.media'))
          if (!isDrawn) return setTimeout(step, 50)
          for (const each of images) window.seen.add(each.alt)
          if (view.scrollHeight - view.scrollTop - view.clientHeight < 2) return (window.isOver = true)
          view.scrollTop += 300
          setTimeout(step, 100)
        }
        setTimeout(step, 1_000)";
    window.run(script, json!([]))?;
    let began = Instant::now();
    while window.run("return window.isOver", json!([]))? != true {
        ensure!(began.elapsed() < Duration::from_secs(300), "it does not come to its end");
        std::thread::sleep(Duration::from_secs(1));
    }
    let seen = window.run("return window.seen.size", json!([]))?.as_i64().context("a number")?;
    ensure!(seen == count, "{seen} of {count} were seen");
    let most = window.run("return window.most", json!([]))?;
    let at_once = held(&window);
    std::thread::sleep(REST);
    let memory = held(&window);
    println!(
        "    seen in {:.0} s, {most} at most on the page; {at_once:.0} MiB, and {memory:.0} once it rests",
        began.elapsed().as_secs_f64()
    );
    window.close()?;
    Ok(memory)
}

fn held(window: &Window) -> f64 {
    let used = window.usage().into_iter().filter(|one| one.program.starts_with("WebKitWeb"));
    used.map(|one| one.memory as f64 / 1_048_576.0).sum()
}
