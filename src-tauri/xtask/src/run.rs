//! `run`: builds and opens the window; where there is no display, plays the demo tour on a virtual one.

use std::process::Command;

use crate::build;
#[cfg(target_os = "linux")]
use crate::{
    setup::{Need, setup},
    tour,
};
use xtask::{Context, Result, bail, paths};

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    #[cfg(target_os = "linux")]
    if !has_display() {
        println!("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).");
        println!("The window opens on a virtual display and plays the demo tour in it.");
        setup(Need::Window)?;
        build::build(false)?;
        return tour::play();
    }
    build::build(false)?;
    println!("==> Opening the window");
    let status = Command::new(paths::app(false)).args(arguments).status().context("the app did not start")?;
    if !status.success() {
        bail!("the app ended with {status}");
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
