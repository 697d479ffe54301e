//! The window's built files, and how large they are as a server would send them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::paths;

/// What everything that the first view reads may weigh. Whoever comes near it looks for what a first view can do without, and reads
/// that later (`ui/src/later.svelte.ts`).
pub const FIRST_VIEW: usize = 80_000;

fn folder() -> PathBuf {
    paths::ui().join("dist")
}

pub fn is_face(name: &str) -> bool {
    name.ends_with(".woff2")
}

/// The page and all that it names but its typefaces: the window's frame, with a chat's head and composer.
pub fn first_view() -> Result<usize> {
    let page =
        std::fs::read_to_string(folder().join("index.html")).context("the window's files are not built")?;
    compressed(&|name| !is_face(name) && (name == "index.html" || page.contains(name)))
}

/// The size of these files, by their names.
pub fn compressed(counts: &dyn Fn(&str) -> bool) -> Result<usize> {
    sum(&folder(), counts)
}

fn sum(folder: &Path, counts: &dyn Fn(&str) -> bool) -> Result<usize> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            bytes += sum(&path, counts)?;
        } else if path.file_name().and_then(|name| name.to_str()).is_some_and(counts) {
            let mut gzip = Command::new("gzip");
            gzip.args(["-9", "--stdout"]).arg(&path).stderr(Stdio::inherit());
            bytes += gzip.output()?.stdout.len();
        }
    }
    Ok(bytes)
}
