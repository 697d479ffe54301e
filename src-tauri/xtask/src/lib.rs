//! What the commands and the window tests share: where things lie, steps that tell what they do, and driving the real window.
#![allow(clippy::print_stdout, clippy::print_stderr)]

pub mod dist;
pub mod paths;
pub mod step;
#[cfg(target_os = "linux")]
pub mod window;

pub use anyhow::{Context, Error, Result, bail, ensure};
