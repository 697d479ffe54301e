//! `bench crash`: the app is killed 200 times while it streams, imports, deletes for good, copies, takes files and indexes, and is looked
//! at after each. Prints what was under way and what was lost, and fails where anything was that it had told, or more text of an
//! answer than 250 ms of it. `CRASH_ROUNDS` sets another number of kills.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../crash.rs"]
mod crash;
#[path = "../app/house/mod.rs"]
#[allow(dead_code)]
mod house;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crash::{INTO, Told};
use tokio::runtime::Runtime;
use xtask::{Result, ensure};

const ROUNDS: usize = 200;
/// Kills of one folder, which grows with each.
const OF_ONE: usize = 20;
const MOST_BEHIND: Duration = Duration::from_millis(250);

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    if let Some(folder) = std::env::var_os(INTO) {
        runtime.block_on(crash::write(Path::new(&folder)));
        return Ok(());
    }
    let rounds = std::env::var("CRASH_ROUNDS").ok().map_or(Ok(ROUNDS), |text| text.parse())?;
    let began = Instant::now();
    let mut folder = tempfile::tempdir()?;
    let mut told = Told::default();
    let (mut committed, mut of_folder) = (0, 0);
    let mut lost = Vec::new();
    let mut behind = Vec::new();
    let mut during: BTreeMap<&str, usize> = BTreeMap::new();
    for round in 0..rounds {
        if round % OF_ONE == 0 {
            committed += of_folder;
            (folder, told) = (tempfile::tempdir()?, Told::default());
        }
        let mut command = Command::new(std::env::current_exe()?);
        let after = Duration::from_millis(fastrand::u64(..1_200));
        let found = runtime.block_on(told.run_and_kill(&mut command, folder.path(), after));
        of_folder = found.committed;
        lost.extend(found.lost.into_iter().map(|what| format!("kill {round}: {what}")));
        behind.push(found.behind);
        found.during.into_iter().for_each(|what| *during.entry(what).or_default() += 1);
    }
    behind.sort();
    let worst = behind.last().copied().unwrap_or_default();
    println!("\n{rounds} kills in {:.0} s", began.elapsed().as_secs_f64());
    for (what, kills) in &during {
        println!("{:<50} {kills:>9}", format!("of them while {what}"));
    }
    println!("{:<50} {:>9}", "messages, chats and files that had been told", committed + of_folder);
    println!("{:<50} {:>9}", "of them lost, or half there", lost.len());
    println!("{:<50} {:>9}", "text behind what was shown, median (ms)", behind[behind.len() / 2].as_millis());
    println!("{:<50} {:>9}", "the most of it (ms)", worst.as_millis());
    for what in &lost {
        println!("  {what}");
    }
    ensure!(lost.is_empty(), "lost: {}", lost.len());
    ensure!(worst <= MOST_BEHIND, "the text was {worst:?} behind");
    Ok(())
}
