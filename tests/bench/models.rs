//! `bench models`: the list of models in the real window, with Poe's own 362 (from `POE_RECORDINGS`) and with 2,000. From a press until
//! the first rows are painted, from the list's arrival until they are, and from a key in the search until its rows are. Prints a
//! table and fails where a figure misses its target.
#![allow(clippy::print_stdout)]

use std::time::Duration;

use poe::sim::{Reply, Scenario, Sim};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use xtask::window::{App, Desktop, Keychain, Window};
use xtask::{Context, Result, ensure};

const KEY: &str = "sk-poe-BenchModels0123456789abcdefghijklm8888";
const MANY: usize = 2_000;
const ROUNDS: usize = 20;
/// Milliseconds: a press, a frame of the screen (and what the clock of a page can't tell finer), two frames for a key.
const PRESS: f64 = 50.0;
const FRAME: f64 = 17.5;
const TWO_FRAMES: f64 = 33.0;
/// What is typed, letter by letter, and deleted.
const WORDS: [&str; 5] = ["claude sonnet", "gpt5", "gemni flash", "text video", "antropic"];

struct Figure {
    what: &'static str,
    models: usize,
    found: f64,
    target: f64,
}

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let recorded = recorded()?;
    let mut figures = measured(&runtime, &recorded)?;
    figures.extend(measured(&runtime, &many(&recorded))?);
    println!("\n{:<52} {:>7} {:>9} {:>9}", "figure (ms)", "models", "found", "target");
    let mut missed = Vec::new();
    for Figure { what, models, found, target } in &figures {
        let is_met = found <= target;
        println!("{what:<52} {models:>7} {found:>9.1} {target:>9.1}{}", if is_met { "" } else { "  missed" });
        if !is_met {
            missed.push(format!("{what} with {models}"));
        }
    }
    ensure!(missed.is_empty(), "missed: {}", missed.join(", "));
    Ok(())
}

/// What Poe was seen to list.
fn recorded() -> Result<Vec<Value>> {
    let folder =
        std::env::var_os("POE_RECORDINGS").context("POE_RECORDINGS names no folder of recorded replies")?;
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join("models.json"))?;
    let mut list: Value = serde_json::from_str(&text)?;
    let rows = list["data"].as_array_mut().context("a list")?;
    Ok(std::mem::take(rows))
}

/// The same again and again under other names.
fn many(recorded: &[Value]) -> Vec<Value> {
    (0..MANY)
        .map(|number| {
            let mut row = recorded[number % recorded.len()].clone();
            if number >= recorded.len() {
                let version = number / recorded.len();
                for at in ["/id", "/root", "/metadata/display_name"] {
                    if let Some(Value::String(name)) = row.pointer_mut(at) {
                        name.push_str(&format!("-v{version}"));
                    }
                }
            }
            row
        })
        .collect()
}

fn measured(runtime: &Runtime, rows: &[Value]) -> Result<Vec<Figure>> {
    let models = rows.len();
    println!("==> Opening the window with {models} models");
    let sim = runtime.block_on(Sim::start(Scenario::Script))?;
    let list = |rows: &[Value]| Reply::json(200, json!({ "object": "list", "data": rows }));
    sim.always("GET", "/v1/models", list(rows));
    let desktop = Desktop::start(Keychain::Unlocked)?;
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
    std::thread::sleep(Duration::from_secs(4));

    let mut presses = Vec::new();
    for round in 0..=ROUNDS {
        let took = timed(
            &window,
            "document.querySelector('nav[aria-label=Main] a[href=\"#models\"]').click()",
            "document.querySelectorAll('tr[data-model]').length > 10",
        )?;
        // The first reads the search's words of the whole list; it counts, as a person meets it.
        println!("    press {round}: {took:.1} ms");
        presses.push(took);
        std::thread::sleep(Duration::from_millis(300));
        if round < ROUNDS {
            window.link("Chat").click()?;
            window.textbox("Message").appears()?;
        }
    }

    // The same without the screen's own pace: the page's work for the rows, laid out. On a busy machine the least of it tells most.
    let mut worked = Vec::new();
    let before = page_time(&window);
    for _ in 0..ROUNDS {
        window.link("Chat").click()?;
        window.textbox("Message").appears()?;
        std::thread::sleep(Duration::from_millis(200));
        let script = "return (async () => {
            const { port1, port2 } = new MessageChannel()
            const turn = () => new Promise((done) => { port1.onmessage = done; port2.postMessage(0) })
            const from = performance.now()
            document.querySelector('nav[aria-label=Main] a[href=\"#models\"]').click()
            while (document.querySelectorAll('tr[data-model]').length < 10) await turn()
            document.body.getBoundingClientRect()
            return performance.now() - from })()";
        worked.push(window.run(script, json!([]))?.as_f64().context("a time")?);
        std::thread::sleep(Duration::from_millis(200));
    }
    let used = (page_time(&window) - before) / ROUNDS as f64;
    println!(
        "    the page's work for a press: median {:.1} ms, least {:.1} ms",
        median(&mut worked),
        worked[0]
    );
    println!("    processor time of the page's process, there and back: {used:.1} ms");

    // Another list comes while the view is open: its newest row is on the page with the next frame.
    let mut arrivals = Vec::new();
    for round in 0..6 {
        let mut changed = rows.to_vec();
        let name = format!("Aaa-Arrived-{round}");
        changed[0]["id"] = json!(name.to_lowercase());
        changed[0]["metadata"]["display_name"] = json!(name);
        changed[0]["pricing"] = json!({ "prompt": "0.0000000001", "completion": "0.0000000001" });
        sim.always("GET", "/v1/models", list(&changed));
        arrivals.push(arrival(&window, &name.to_lowercase())?);
        std::thread::sleep(Duration::from_millis(400));
    }
    println!("    arrivals: {arrivals:.1?} ms");

    let mut keys = Vec::new();
    let before = page_time(&window);
    for word in WORDS {
        keys.extend(typed(&window, word)?);
    }
    let used = (page_time(&window) - before) / keys.len() as f64;
    println!("    processor time of the page's process for a key, painted: {used:.1} ms");
    keys.sort_by(f64::total_cmp);
    let slowest = keys[(keys.len() * 99 / 100).min(keys.len() - 1)];
    println!(
        "    {} keys: median {:.1} ms, slowest {:.1} ms",
        keys.len(),
        keys[keys.len() / 2],
        keys[keys.len() - 1]
    );
    window.close()?;
    let figure = |what, found, target| Figure { what, models, found, target };
    Ok(vec![
        figure("press to first rows painted, median", median(&mut presses), PRESS),
        figure("from the list's arrival to its rows, median", median(&mut arrivals), FRAME),
        figure("a key in the search to its rows, 99 of 100", slowest, TWO_FRAMES),
    ])
}

/// Milliseconds of processor time that the page's process has used, drawing included: the same on a busy machine.
fn page_time(window: &Window) -> f64 {
    let used = window.usage().into_iter().filter(|one| one.program.starts_with("WebKitWeb"));
    used.map(|one| one.cpu.as_secs_f64() * 1e3).sum()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Does something in the page; milliseconds until the page says so and has painted it.
fn timed(window: &Window, act: &str, until: &str) -> Result<f64> {
    let script = format!(
        "window.took = null; const began = performance.now();
         const look = () => {{
             let is_so = false;
             try {{ is_so = {until} }} catch {{}}
             if (!is_so) return requestAnimationFrame(look);
             // This frame paints it, and then comes what waits.
             setTimeout(() => {{ window.took = performance.now() - began }});
         }};
         {act}; requestAnimationFrame(look);"
    );
    window.run(&script, json!([]))?;
    window.wait_until("it is shown", "return window.took !== null")?;
    window.run("return window.took", json!([]))?.as_f64().context("a time")
}

/// Milliseconds of the page's own work from the moment that it is given the list until the new row is laid out. The answer's way
/// over the network and its reading in Rust come before that.
fn arrival(window: &Window, id: &str) -> Result<f64> {
    let script = "
        const [id] = arguments
        window.took = null
        const css = `tr[data-model='${id}']`
        // The work that draws the rows is one long task; what comes between two turns of the loop is its length.
        let last = performance.now(), longest = 0
        const turn = () => {
          const now = performance.now()
          longest = Math.max(longest, now - last)
          last = now
          if (document.querySelector(css)) { document.body.getBoundingClientRect(); window.took = Math.max(longest, performance.now() - last); return }
          channel.port2.postMessage(0)
        }
        const channel = new MessageChannel()
        channel.port1.onmessage = turn
        channel.port2.postMessage(0)
        const button = [...document.querySelectorAll('header.bar button')].at(-1)
        button.click()";
    window.run(script, json!([id]))?;
    window.wait_until("the new list is shown", "return window.took !== null")?;
    window.run("return window.took", json!([]))?.as_f64().context("a time")
}

/// Milliseconds from each key, and from the deletion of the whole, to its rows laid out.
fn typed(window: &Window, text: &str) -> Result<Vec<f64>> {
    let script = "
        const [text] = arguments
        const box = document.querySelector('input[type=search]')
        const typed = [...text].map((_, i) => text.slice(0, i + 1)).concat('')
        const took = []
        for (let pass = 0; pass < 3; pass++) {
          for (const value of typed) {
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 40)))
            const from = performance.now()
            box.value = value
            box.dispatchEvent(new Event('input', { bubbles: true }))
            await Promise.resolve()
            document.body.getBoundingClientRect()
            took.push(performance.now() - from)
          }
        }
        return took";
    let script = format!("return (async () => {{ {script} }})()");
    Ok(serde_json::from_value(window.run(&script, json!([text]))?)?)
}
