//! Prints the points history, newest first, one JSON object a line: the newest 20 rows, `--limit` rows, or with `--all`
//! every row (then `--limit` is the size of a page); each once. Exits with 0, 1 when Poe fails, 2 on bad usage.

mod args;

use std::collections::HashSet;
use std::process::ExitCode;

use args::{Args, bad_usage, failure, print};
use poe::{Client, Error};
use serde_json::json;

const USAGE: &str =
    "usage: usage [--limit N] [--all] [--base-url URL] [--key KEY] [--retries N] [--timeout-ms N]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (client, limit, all) = match read() {
        Ok(read) => read,
        Err(problem) => return bad_usage(&problem, USAGE),
    };
    match print_rows(&client, limit, all).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&failure(&error));
            ExitCode::FAILURE
        }
    }
}

fn read() -> Result<(Client, usize, bool), String> {
    let args = Args::read_options(&["--limit"], &["--all"])?;
    let all = args.has("--all");
    let limit = args.number("--limit")?.unwrap_or(if all { 100 } else { 20 });
    if limit == 0 {
        return Err("--limit is at least 1".to_owned());
    }
    Ok((args.client()?, limit, all))
}

async fn print_rows(client: &Client, limit: usize, all: bool) -> Result<(), Error> {
    let mut left = if all { usize::MAX } else { limit };
    let (mut rows, mut cursors) = (HashSet::new(), HashSet::new());
    let mut cursor = None;
    loop {
        let size = limit.min(left).min(100) as u8;
        let page = client.usage(size, cursor.as_deref()).await?;
        for row in &page.rows {
            if left > 0 && rows.insert(row.query_id.clone()) {
                print(&json!(row));
                left -= 1;
            }
        }
        cursor = page.next;
        match &cursor {
            // A list that leads in a circle ends too.
            Some(next) if left > 0 && cursors.insert(next.clone()) => {}
            _ => return Ok(()),
        }
    }
}
