//! The processes of one window or desktop, told by a variable that they inherit: the web view and the bus start
//! processes of their own, in groups and sessions of their own.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Those whose environment holds `NAME=value`.
pub(super) fn with(variable: &str) -> Vec<Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|one| one == variable.as_bytes())
    })
    .filter_map(Pid::from_raw)
    .collect()
}

/// Those of them that run this program, by the first 15 letters of its name.
pub(super) fn running(variable: &str, program: &str) -> Vec<Pid> {
    let mut found = with(variable);
    found.retain(|pid| {
        let name =
            std::fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero())).unwrap_or_default();
        name.trim() == program
    });
    found
}

/// Kills them and waits until they are gone.
pub(super) fn end(variable: &str) {
    let start = Instant::now();
    loop {
        let left = with(variable);
        if left.is_empty() || start.elapsed() > Duration::from_secs(5) {
            return;
        }
        for pid in left {
            let _ = kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Proportional set size of them all, in bytes: shared pages are counted once.
pub(super) fn memory(variable: &str) -> u64 {
    with(variable).into_iter().map(memory_of).sum()
}

/// What one process has used so far.
#[derive(Clone, Debug)]
pub struct Usage {
    pub pid: i32,
    /// Its program, by the first 15 letters of its name.
    pub program: String,
    pub cpu: Duration,
    /// Proportional set size in bytes.
    pub memory: u64,
}

/// What each of them has used, but for one of them.
pub(super) fn usage(variable: &str, without: Option<Pid>) -> Vec<Usage> {
    let mut pids = with(variable);
    pids.retain(|pid| Some(*pid) != without);
    pids.into_iter().filter_map(usage_of).collect()
}

fn usage_of(pid: Pid) -> Option<Usage> {
    /// Linux counts in hundredths of a second for every program, whatever its own clock does.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name stands in parentheses, and may hold some itself.
    let (name, fields) = stat.split_once('(')?.1.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map(str::parse::<u32>);
    let ticks = fields.next()?.ok()? + fields.next()?.ok()?;
    let number = pid.as_raw_nonzero().get();
    Some(Usage { pid: number, program: name.to_owned(), cpu: TICK * ticks, memory: memory_of(pid) })
}

pub(super) fn memory_of(pid: Pid) -> u64 {
    let rollup =
        std::fs::read_to_string(format!("/proc/{}/smaps_rollup", pid.as_raw_nonzero())).unwrap_or_default();
    let kilobytes = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:")?.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
