//! Reads Markdown on standard input and writes the HTML that the window would show.
//!
//! `--json` reads a JSON array of texts and writes a JSON array of HTML. `--stream N` feeds N characters at a time.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use markdown::{Renderer, html, render};

const USAGE: &str = "usage: render [--json] [--stream N] < input";

fn main() -> ExitCode {
    let outcome = options(std::env::args().skip(1)).and_then(|(json, size)| {
        let mut input = String::new();
        io::stdin().read_to_string(&mut input).map_err(|error| error.to_string())?;
        let output = if json {
            let texts: Vec<String> = serde_json::from_str(&input).map_err(|error| error.to_string())?;
            let pages: Vec<String> = texts.iter().map(|text| page(text, size)).collect();
            serde_json::to_string(&pages).map_err(|error| error.to_string())?
        } else {
            page(&input, size)
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{output}").and_then(|()| out.flush()).map_err(|error| error.to_string())
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(2)
        }
    }
}

/// Whether input and output are JSON, and how many characters are fed at a time.
fn options(mut arguments: impl Iterator<Item = String>) -> Result<(bool, Option<usize>), String> {
    let (mut json, mut size) = (false, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--stream" => {
                let count = arguments.next().and_then(|count| count.parse().ok()).filter(|count| *count > 0);
                size = Some(count.ok_or(USAGE)?);
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok((json, size))
}

fn page(text: &str, size: Option<usize>) -> String {
    let Some(size) = size else {
        return render(text).join("\n");
    };
    let mut renderer = Renderer::new();
    let mut blocks = Vec::new();
    let characters: Vec<char> = text.chars().collect();
    for piece in characters.chunks(size) {
        renderer.push(&piece.iter().collect::<String>());
        renderer.update().apply(&mut blocks);
    }
    renderer.finish().apply(&mut blocks);
    let blocks: Vec<String> = blocks.iter().map(|block| html(block)).collect();
    blocks.join("\n")
}
