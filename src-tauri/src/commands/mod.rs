//! Every command of the window, a file per noun: take, call, answer or card. Nothing is decided here.

#[macro_use]
pub mod list;

pub mod account;
pub mod archive;
pub mod attachments;
pub mod backups;
pub mod chat;
pub mod connection;
pub mod desktop;
pub mod doctor;
pub mod folder;
pub mod help;
pub mod log;
pub mod media;
pub mod models;
pub mod monitor;
pub mod prompts;
pub mod quit;
pub mod search;
pub mod settings;
pub mod usage;

use std::sync::Arc;
use tauri::ipc::Invoke;
use tauri::{Runtime, generate_handler};

/// A managed room, as the commands that touch it receive it.
pub type Room<'a, T> = tauri::State<'a, Arc<T>>;

/// Takes the window's calls, on any runtime, so that tests drive the same list.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    commands!(generate_handler)
}

#[cfg(test)]
mod bindings;
