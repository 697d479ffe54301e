//! What the examples share: arguments, the client made from them, and output of one JSON object a line.
#![allow(dead_code)] // No example uses all of it.

use std::collections::HashMap;
use std::io::Write;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use poe::{BaseUrl, Client, Config, Error, Secret};
use serde_json::{Value, json};

const COMMON: &[&str] = &["--base-url", "--key", "--retries", "--timeout-ms"];

pub(crate) struct Args {
    values: HashMap<String, String>,
    switches: Vec<String>,
    pub(crate) words: Vec<String>,
}

impl Args {
    /// Reads the command line. `valued` and `switches` are what this example knows beside the common ones.
    pub(crate) fn read(valued: &[&str], switches: &[&str]) -> Result<Args, String> {
        let mut args = Args { values: HashMap::new(), switches: Vec::new(), words: Vec::new() };
        let mut given = std::env::args().skip(1);
        while let Some(word) = given.next() {
            let (name, joined) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            if word == "--" {
                args.words.extend(given.by_ref());
            } else if !word.starts_with("--") {
                args.words.push(word);
            } else if COMMON.contains(&name) || valued.contains(&name) {
                let value = joined.or_else(|| given.next()).ok_or_else(|| format!("{name} needs a value"))?;
                args.values.insert(name.to_owned(), value);
            } else if switches.contains(&word.as_str()) {
                args.switches.push(word);
            } else {
                return Err(format!("unknown option {name}"));
            }
        }
        Ok(args)
    }

    /// Like [`Args::read`], for an example that takes options only.
    pub(crate) fn read_options(valued: &[&str], switches: &[&str]) -> Result<Args, String> {
        let args = Args::read(valued, switches)?;
        match args.words.first() {
            Some(word) => Err(format!("unexpected {word:?}")),
            None => Ok(args),
        }
    }

    pub(crate) fn has(&self, switch: &str) -> bool {
        self.switches.iter().any(|given| given == switch)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub(crate) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, String> {
        let parse = |text: &str| text.parse().map_err(|_| format!("{name} {text:?} is no number in range"));
        self.text(name).map(parse).transpose()
    }

    /// The key is `--key`, else POE_API_KEY, else none.
    pub(crate) fn client(&self) -> Result<Client, String> {
        let base_url = BaseUrl::parse(self.text("--base-url").unwrap_or(BaseUrl::DEFAULT)).map_err(failed)?;
        let key = self.text("--key").map(str::to_owned).or_else(|| std::env::var("POE_API_KEY").ok());
        let mut config = Config::new(base_url, key.as_deref().and_then(Secret::from_pasted));
        if let Some(retries) = self.number::<u32>("--retries")? {
            config.max_attempts = retries.saturating_add(1);
        }
        if let Some(milliseconds) = self.number("--timeout-ms")? {
            config.first_byte_timeout = Some(Duration::from_millis(milliseconds));
            config.idle_timeout = config.first_byte_timeout;
        }
        Ok(Client::new(config).unwrap_or_else(|error| {
            print(&failure(&error));
            std::process::exit(1)
        }))
    }
}

/// An address that can't be used: printed as every failure, told as bad usage.
fn failed(error: Error) -> String {
    print(&failure(&error));
    error.to_string()
}

/// The line of a failure.
pub(crate) fn failure(error: &Error) -> Value {
    json!({
        "event": "failed",
        "code": error.code(),
        "status": error.status,
        "message": error.message,
        "retry_after_ms": error.retry_after.map(|wait| wait.as_millis() as u64),
        "request_id": error.request_id,
        "partial": error.partial,
    })
}

/// Prints a line at once. When nobody reads any more there is nothing left to do.
pub(crate) fn print(line: &Value) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

/// Prints the lines of a GET, or its failure.
pub(crate) fn finish(result: Result<Vec<Value>, Error>) -> ExitCode {
    match result {
        Ok(lines) => {
            lines.iter().for_each(print);
            ExitCode::SUCCESS
        }
        Err(error) => {
            print(&failure(&error));
            ExitCode::FAILURE
        }
    }
}

/// Says on standard error what is wrong with the command line.
pub(crate) fn bad_usage(problem: &str, usage: &str) -> ExitCode {
    // When standard error is closed, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "{problem}\n{usage}");
    ExitCode::from(2)
}
