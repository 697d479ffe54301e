//! Prints the models, one JSON object a line. Exits with 0, 1 when Poe fails, 2 on bad usage.

mod args;

use std::process::ExitCode;

use args::{Args, bad_usage, finish};
use serde_json::json;

const USAGE: &str = "usage: models [--base-url URL] [--key KEY] [--retries N] [--timeout-ms N]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Args::read_options(&[], &[]).and_then(|args| args.client()) {
        Ok(client) => {
            finish(client.models().await.map(|models| models.iter().map(|model| json!(model)).collect()))
        }
        Err(problem) => bad_usage(&problem, USAGE),
    }
}
