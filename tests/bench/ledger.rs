//! `bench ledger`: a ledger of 100,000 rows in the real window. How fast rows come in, from Poe's pages to the file; how long it
//! takes from a press until tiles and chart are painted; what a filter over all time takes; and what the view holds in memory.
//! Prints a table and fails where a figure misses its target.
#![allow(clippy::print_stdout)]

#[path = "../app/house/mod.rs"]
#[allow(dead_code, clippy::unwrap_used)]
mod house;

use std::path::Path;
use std::time::{Duration, Instant};

use poe::BaseUrl;
use poe::sim::{Scenario, Sim};
use serde_json::json;
use telltale::library::{HistoryPage, HistoryRow, Library};
use tokio::runtime::Runtime;
use xtask::window::{App, Desktop, Keychain, Window};
use xtask::{Context, Result, ensure};

const ROWS: i64 = 100_000;
/// As many as are read without a pause for other requests.
const READ: i64 = 20_000;
const ROUNDS: usize = 9;
const KEY: &str = "sk-poe-BenchLedger0123456789abcdefghijklm7777";
const DAY: i64 = 86_400_000;
/// Three years.
const DAYS: i64 = 1_095;
const MODELS: [&str; 12] = [
    "Claude-Sonnet-4.6",
    "Gemini-3-Flash",
    "GPT-5.2",
    "Grok-4",
    "Kimi-K2.5",
    "DeepSeek-V4",
    "Claude-Opus-4.6",
    "Flux-2",
    "GPT-Image-1.5",
    "Llama-5",
    "Qwen-4",
    "Sora-2",
];

/// The sum below the chart, as the page holds it.
const TOTAL: &str = "document.querySelector('section.tile > .sr.num').textContent";

struct Figure {
    what: &'static str,
    unit: &'static str,
    found: f64,
    /// At most; rows a second at least.
    target: f64,
}

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let mut figures = vec![reading(&runtime)?];
    figures.extend(shown(&runtime)?);
    println!("\n{:<52} {:>9} {:>9}", "figure", "found", "target");
    let mut missed = Vec::new();
    for Figure { what, unit, found, target } in &figures {
        let is_met = if *unit == "rows/s" { found >= target } else { found <= target };
        println!(
            "{:<52} {found:>9.0} {target:>9.0}{}",
            format!("{what} ({unit})"),
            if is_met { "" } else { "  missed" }
        );
        if !is_met {
            missed.push(*what);
        }
    }
    ensure!(missed.is_empty(), "missed: {}", missed.join(", "));
    Ok(())
}

/// A row by its number, the newest first.
fn row(number: i64, now: i64, days: i64, of: i64) -> HistoryRow {
    let mut random = fastrand::Rng::with_seed(number as u64);
    // Most is asked of a few models and through one key.
    let pick = |random: &mut fastrand::Rng, most: usize| random.usize(0..most).min(random.usize(0..most));
    let model = MODELS[pick(&mut random, MODELS.len())];
    let (kind, source) = match random.usize(0..10) {
        0..7 => ("API", ["Laptop", "Server", "Notes"][pick(&mut random, 3)]),
        7..9 => ("Chat", "Garden plan"),
        _ => ("Canvas App", "Board"),
    };
    let points = random.i64(1..900);
    HistoryRow {
        query_id: format!("bench-{number}"),
        at: Some(now - number * (days * DAY / of)),
        model: model.to_owned(),
        kind: kind.to_owned(),
        source: source.to_owned(),
        is_told: true,
        positive: Some(points),
        usd: Some(format!("{:.5}", points as f64 * 0.000_03)),
        input_tokens: Some(points * 20),
        output_tokens: Some(points),
        parts: vec![
            ("Input".to_owned(), format!("{points} points ({} tokens)", points * 20)),
            ("Total".to_owned(), format!("{points} points")),
        ],
        ..HistoryRow::default()
    }
}

/// From Poe's pages over a socket to the file.
fn reading(runtime: &Runtime) -> Result<Figure> {
    println!("==> Reading {READ} rows of Poe's history");
    runtime.block_on(async {
        let house = house::House::new().await;
        let now = telltale::clock::now();
        let rows = (0..READ).map(|number| {
            let row = row(number, now, 29, READ);
            json!({"query_id": row.query_id, "bot_name": row.model, "creation_time": row.at.map(|at| at * 1_000),
                "usage_type": row.kind, "cost_points": row.positive, "cost_usd": row.usd, "api_key_name": row.source,
                "cost_breakdown_in_points": {"Total": "1 point"}})
        });
        house.sim.set_history(rows.collect());
        let began = Instant::now();
        let ledger = house.ledger.refresh().await;
        let took = began.elapsed().as_secs_f64();
        ensure!(ledger.card.is_none() && ledger.spans.len() == 1, "it was not read: {ledger:?}");
        let view = house.ledger.usage(Default::default(), Default::default()).await?;
        ensure!(view.total.rows == READ, "{} rows came", view.total.rows);
        Ok(Figure { what: "reading the history", unit: "rows/s", found: READ as f64 / took, target: 2_000.0 })
    })
}

/// What a person with so many rows waits for in the window.
fn shown(runtime: &Runtime) -> Result<Vec<Figure>> {
    println!("==> Opening the window with {ROWS} rows");
    let sim = runtime.block_on(Sim::start(Scenario::Script))?;
    sim.set_history(Vec::new());
    let desktop = Desktop::start(Keychain::Unlocked)?;
    runtime.block_on(fill(&desktop.data().join("telltale.db"), &sim))?;
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
    std::thread::sleep(Duration::from_secs(3));
    let before = window.memory();

    let mut opened = Vec::new();
    let mut filtered = Vec::new();
    let mut grown = f64::INFINITY;
    for round in 0..=ROUNDS {
        let took = timed(
            &window,
            "document.querySelector('nav[aria-label=Main] a[href=\"#usage\"]').click()",
            "document.querySelector('.tiles .big') && document.querySelectorAll('.plot [data-series]').length > 3",
        )?;
        // The first loads the view's files; it counts, as a person meets it.
        opened.push(took);
        if round == 0 {
            choose_all_time(&window)?;
            std::thread::sleep(Duration::from_secs(2));
            grown = window.memory().saturating_sub(before) as f64 / f64::from(1 << 20);
        }
        for (filter, value) in [("Model", MODELS[round % 3]), ("Model", ""), ("Type", "Chat"), ("Type", "")] {
            let change = format!(
                "window.shown = {TOTAL}; const list = document.querySelector('.filters select[aria-label={filter}]');
                 list.value = [...list.options].find(({{ text, value }}) => '{value}' === '' ? value === '-1' : text.startsWith('{value}')).value;
                 list.dispatchEvent(new Event('change', {{ bubbles: true }}))"
            );
            let took = timed(&window, &change, &format!("{TOTAL} !== window.shown"))?;
            if round > 0 {
                filtered.push(took);
            }
        }
        window.link("Chat").click()?;
        window.textbox("Message").appears()?;
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    println!("    opened in {:.0} to {:.0} ms", min(&opened), max(&opened));
    println!("    filtered in {:.0} to {:.0} ms", min(&filtered), max(&filtered));
    Ok(vec![
        Figure {
            what: "press to chart and tiles, all time, median",
            unit: "ms",
            found: median(&mut opened),
            target: 200.0,
        },
        Figure {
            what: "a filter over all time, median",
            unit: "ms",
            found: median(&mut filtered),
            target: 50.0,
        },
        Figure {
            what: "memory with the view open over all time, more than before",
            unit: "MiB",
            found: grown,
            target: 30.0,
        },
    ])
}

fn min(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

fn max(times: &[f64]) -> f64 {
    times.iter().copied().fold(0.0, f64::max)
}

fn choose_all_time(window: &Window) -> Result<()> {
    window.run("document.querySelector('input[name=usage-range][value=all]').click()", json!([]))?;
    window.wait_until(
        "three years are shown",
        &format!("return Number({TOTAL}.replace(/\\D/g, '')) > 40000000"),
    )
}

/// Does something in the page; milliseconds until the page says so and has painted it.
fn timed(window: &Window, act: &str, until: &str) -> Result<f64> {
    let script = format!(
        "window.took = null; const began = performance.now();
         const look = () => {{
             let is_so = false;
             try {{ is_so = {until} }} catch {{}}
             if (!is_so) return requestAnimationFrame(look);
             requestAnimationFrame(() => setTimeout(() => {{ window.took = performance.now() - began }}));
         }};
         {act}; look();"
    );
    window.run(&script, json!([]))?;
    window.wait_until("it is shown", "return window.took !== null")?;
    window.run("return window.took", json!([]))?.as_f64().context("a time")
}

/// Three years of rows of the account that the window will have.
async fn fill(file: &Path, sim: &Sim) -> Result<()> {
    let now = telltale::clock::now();
    let (library, _) = Library::open(file, now).map_err(|error| xtask::Error::msg(format!("{error:?}")))?;
    let service = BaseUrl::parse(&sim.base_url())?;
    let account = format!("{} {}", service.as_str(), &KEY[KEY.len() - 4..]);
    let failed = |error| xtask::Error::msg(format!("{error:?}"));
    let ledger = library.ledger(service.as_str(), &account).await.map_err(failed)?;
    for first in (0..ROWS).step_by(1_000) {
        let rows = (first..first + 1_000).map(|number| row(number, now, DAYS, ROWS)).collect();
        let page =
            HistoryPage { rows, to: now, listed_since: Some(now - DAYS * DAY), ..HistoryPage::default() };
        library.keep_history(ledger, page).await.map_err(failed)?;
    }
    Ok(())
}
