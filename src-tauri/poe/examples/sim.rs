//! Serves a simulated Poe on loopback until stopped: `sim --port 0 [--scenario demo|script|recorded|CASE]`.
//!
//! Prints `{"base_url":...}` once it listens. `recorded` reads the folder that POE_RECORDINGS names. A case is one of
//! `tests/fixtures`, such as `F07`, or a variant of one, such as `C14-new-url`; the rest is as in `script`.

use std::io::Write;
use std::process::ExitCode;

use poe::sim::{Behaviour, Case, Scenario, Sim};

const USAGE: &str = "usage: sim [--port N] [--scenario demo|script|recorded|CASE]";
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

#[tokio::main]
async fn main() -> ExitCode {
    let (port, scenario, case) = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => return fail(2, &format!("{problem}\n{USAGE}")),
    };
    let sim = match Sim::start_on(port, scenario).await {
        Ok(sim) => sim,
        Err(error) => return fail(1, &format!("cannot start: {error}")),
    };
    if let Some((case, variant)) = case
        && let Err(error) = sim.play(&case, &variant, Behaviour::default())
    {
        return fail(2, &error.to_string());
    }
    let line = serde_json::json!({ "base_url": sim.base_url() });
    let mut out = std::io::stdout();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        return ExitCode::FAILURE;
    }
    std::future::pending().await
}

type Options = (u16, Scenario, Option<(Case, String)>);

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let (mut port, mut scenario, mut case) = (0, Scenario::Demo, None);
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
            ("--scenario", name) => {
                case = Some(named(name)?);
                scenario = Scenario::Script;
            }
            _ => return Err(format!("unknown: {word} {value}")),
        }
    }
    Ok((port, scenario, case))
}

/// A case and its variant; the first one when none is named.
fn named(name: &str) -> Result<(Case, String), String> {
    let (name, variant) = name.split_once('-').map_or((name, None), |(name, variant)| (name, Some(variant)));
    let case = Case::read(CASES.as_ref(), name).map_err(|error| format!("no scenario {name}: {error}"))?;
    let variant = variant.or_else(|| case.variants().next()).unwrap_or_default().to_owned();
    Ok((case, variant))
}

fn fail(code: u8, problem: &str) -> ExitCode {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{problem}");
    ExitCode::from(code)
}
