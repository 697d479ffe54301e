//! `bench import`: an export of ChatGPT of 300 MB. How fast it is read and brought in, what that takes of memory, and whether a question
//! that is asked meanwhile is answered as fast as before. Prints a table and fails where a figure misses its target.
#![allow(clippy::print_stdout)]

#[path = "../app/house/mod.rs"]
#[allow(dead_code, clippy::unwrap_used)]
mod house;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use house::House;
use poe::sim::Reply;
use serde_json::json;
use tokio::runtime::Runtime;
use xtask::{Context, Result, ensure};

const BYTES: u64 = 300_000_000;
const QUESTIONS: usize = 15;
const MIB: f64 = 1_048_576.0;

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("conversations.json");
    let chats = write(&file)?;
    println!("{:.0} MB, {chats} chats", file.metadata()?.len() as f64 / 1e6);
    runtime.block_on(measure(&file, chats))
}

async fn measure(file: &Path, chats: i64) -> Result<()> {
    let house = House::new().await;
    let before = answers(&house, || true).await?;
    let base = resident("VmRSS")?;
    // From here on the system keeps the most that was held.
    std::fs::write("/proc/self/clear_refs", "5").context("Linux keeps the peak")?;
    let began = Instant::now();
    let preview = house.import.look(vec![file.to_owned()]).await;
    let preview = preview.ok().flatten().context("nothing was found")?;
    let reading = began.elapsed();
    ensure!(preview.chats == chats, "{preview:?}");
    let began = Instant::now();
    let import = house.import.clone();
    let coming = tokio::spawn(async move { import.accept().await });
    let meanwhile = answers(&house, || !coming.is_finished()).await?;
    let imported = coming.await?.ok().flatten().context("nothing came in")?;
    let bringing = began.elapsed();
    ensure!(imported.chats == chats, "{imported:?}");
    let peak = resident("VmHWM")? - base;
    let megabytes = file.metadata()?.len() as f64 / 1e6;
    let figures = [
        ("read and looked through (MB/s)", megabytes / reading.as_secs_f64(), 30.0, true),
        ("brought in (MB/s)", megabytes / bringing.as_secs_f64(), 5.0, true),
        ("memory above the app's own (MiB)", peak / MIB, 150.0, false),
        ("a question and its answer, median before (ms)", median(&before), f64::INFINITY, false),
        (
            "the same meanwhile (ms)",
            median(&meanwhile),
            (median(&before) * 1.5).max(median(&before) + 15.0),
            false,
        ),
        ("the slowest meanwhile (ms)", worst(&meanwhile), 250.0, false),
    ];
    println!("\n{:<50} {:>9} {:>9}", "figure", "found", "target");
    let mut missed = Vec::new();
    for (what, found, target, is_least) in figures {
        let is_met = if is_least { found >= target } else { found <= target };
        println!("{what:<50} {found:>9.1} {target:>9.1}{}", if is_met { "" } else { "  missed" });
        if !is_met {
            missed.push(what);
        }
    }
    ensure!(missed.is_empty(), "missed: {}", missed.join(", "));
    Ok(())
}

/// How long questions take from the press to the saved end of their answers, while it goes on.
async fn answers(house: &House, goes_on: impl Fn() -> bool) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    while took.len() < QUESTIONS && goes_on() {
        house.sim.on("POST", "/v1/chat/completions", Reply::answer("Twice a day."));
        let began = Instant::now();
        let (_, answer) = house.ask("How often is high tide?").await;
        house.ended(answer).await;
        took.push(began.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ensure!(!took.is_empty(), "it was over before anything was asked");
    took.sort();
    Ok(took)
}

fn median(took: &[Duration]) -> f64 {
    took.get(took.len() / 2).map_or(0.0, |it| it.as_secs_f64() * 1e3)
}

fn worst(took: &[Duration]) -> f64 {
    took.last().map_or(0.0, |it| it.as_secs_f64() * 1e3)
}

/// Bytes, as the system counts them.
fn resident(which: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(which)).context("no such line")?;
    let kilobytes = line.split_whitespace().nth(1).context("no figure")?;
    Ok(kilobytes.parse::<f64>()? * 1024.0)
}

/// Chats as people have them: some long, most short, a few branches, half of it English and a third Chinese.
fn write(path: &Path) -> Result<i64> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut out = BufWriter::new(File::create(path)?);
    let (mut written, mut chats) = (1, 0);
    out.write_all(b"[")?;
    while written < BYTES {
        let count = if random.u8(..20) == 0 { random.usize(100..600) } else { random.usize(4..40) };
        let mut mapping = serde_json::Map::new();
        for at in 0..count {
            let parent = if at > 1 && random.u8(..30) == 0 { at - 2 } else { at.max(1) - 1 };
            let words =
                ["tide ", "the moon pulls ", "潮汐每天两次。", "```rust\nlet a = 1;\n```\n", "größer "];
            let text: String =
                (0..random.usize(5..220)).map(|_| words[random.usize(..words.len())]).collect();
            let role = if at.is_multiple_of(2) { "user" } else { "assistant" };
            let time = 1_700_000_000.0 + (chats * 1_000 + at as i64) as f64;
            mapping.insert(
                format!("n{at}"),
                json!({
                    "id": format!("n{at}"), "parent": (at > 0).then(|| format!("n{parent}")), "children": [],
                    "message": {
                        "id": format!("n{at}"), "author": {"role": role, "name": null, "metadata": {}}, "create_time": time,
                        "update_time": null, "content": {"content_type": "text", "parts": [text]},
                        "status": "finished_successfully", "end_turn": true, "weight": 1.0,
                        "metadata": {"model_slug": "gpt-4o", "request_id": "0123456789abcdef", "timestamp_": "absolute"},
                        "recipient": "all", "channel": null,
                    },
                }),
            );
        }
        let chat = json!({
            "title": format!("Chat {chats}"), "create_time": 1_700_000_000 + chats, "mapping": mapping,
            "current_node": format!("n{}", count - 1), "conversation_id": format!("chat-{chats}"),
        });
        let chat = format!("{}{chat}", if chats == 0 { "" } else { "," });
        out.write_all(chat.as_bytes())?;
        written += chat.len() as u64;
        chats += 1;
    }
    out.write_all(b"]")?;
    out.flush()?;
    Ok(chats)
}
