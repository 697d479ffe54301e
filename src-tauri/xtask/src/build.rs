//! `build`: the window's files, then the app with them embedded, so that it needs no dev server.

use std::path::Path;
use std::time::SystemTime;

use crate::setup::{Need, setup};
use xtask::step::{cargo, npm, step};
use xtask::{Result, paths};

pub(crate) fn build(release: bool) -> Result<()> {
    setup(Need::Build)?;
    ui()?;
    let mut command = cargo();
    command.args(["build", "--package", "telltale", "--features", "custom-protocol"]);
    if release {
        command.arg("--release");
    }
    step(if release { "Building the app for release" } else { "Building the app" }, &mut command)?;
    println!("    {}", paths::app(release).display());
    Ok(())
}

/// Builds `ui/dist`, unless it is newer than everything it is made of.
pub(crate) fn ui() -> Result<()> {
    let folder = paths::ui();
    let made = folder.join("dist/index.html").metadata().and_then(|it| it.modified()).ok();
    let sources = std::fs::read_dir(&folder)?
        .flatten()
        .filter(|entry| !["dist", "node_modules"].iter().any(|name| entry.file_name() == *name))
        .filter_map(|entry| newest(&entry.path()))
        .max();
    if made.is_some() && made > sources {
        return Ok(());
    }
    step("Building the window's files", npm().args(["run", "build"]))
}

/// The newest date in a tree; folders count too, or a removed file would go unseen.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = path.metadata().and_then(|it| it.modified()).ok();
    let below =
        std::fs::read_dir(path).into_iter().flatten().flatten().filter_map(|entry| newest(&entry.path()));
    below.chain(own).max()
}
