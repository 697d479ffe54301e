//! Serves a simulated Poe on loopback until stopped: `sim --port 0 [--scenario demo|script|recorded]`.
//!
//! Prints `{"base_url":...}` once it listens. `recorded` reads the folder that POE_RECORDINGS names.

use std::io::Write;
use std::process::ExitCode;

use poe::sim::{Scenario, Sim};

const USAGE: &str = "usage: sim [--port N] [--scenario demo|script|recorded]";

#[tokio::main]
async fn main() -> ExitCode {
    let (port, scenario) = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => return fail(2, &format!("{problem}\n{USAGE}")),
    };
    let sim = match Sim::start_on(port, scenario).await {
        Ok(sim) => sim,
        Err(error) => return fail(1, &format!("cannot start: {error}")),
    };
    let line = serde_json::json!({ "base_url": sim.base_url() });
    let mut out = std::io::stdout();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        return ExitCode::FAILURE;
    }
    std::future::pending().await
}

fn options(mut words: impl Iterator<Item = String>) -> Result<(u16, Scenario), String> {
    let (mut port, mut scenario) = (0, Scenario::Demo);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match (word.as_str(), value.as_str()) {
            ("--port", number) => port = number.parse().map_err(|_| format!("no port: {number}"))?,
            ("--scenario", "demo") => scenario = Scenario::Demo,
            ("--scenario", "script") => scenario = Scenario::Script,
            ("--scenario", "recorded") => {
                let folder = std::env::var_os("POE_RECORDINGS").ok_or("POE_RECORDINGS is not set")?;
                scenario = Scenario::Recorded(folder.into());
            }
            _ => return Err(format!("unknown: {word} {value}")),
        }
    }
    Ok((port, scenario))
}

fn fail(code: u8, problem: &str) -> ExitCode {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{problem}");
    ExitCode::from(code)
}
