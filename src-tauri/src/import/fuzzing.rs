//! Doors into each program's reader, for the fuzz targets: each takes what anybody may have exported, and panics only where a
//! promise is broken.

use super::files::Files;
use super::found::{Found, Wanted};
use super::problem::Problem;
use super::{chatbox, chatgpt, claude, nextchat, own, package, read};
use crate::library::Staging;
use serde_json::Value;
use std::path::Path;

/// One value of its export, as it stands in the list of chats.
pub fn chatgpt(value: Value, folder: &Path) {
    into(folder, |found| chatgpt::read(&value, found, &mut Files::default()));
}

pub fn claude(value: Value, folder: &Path) {
    into(folder, |found| {
        claude::read(&value, found, &mut Files::default())?;
        claude::project(&value, found)
    });
}

pub fn chatbox(value: Value, folder: &Path) {
    into(folder, |found| chatbox::read(&value, found));
}

pub fn nextchat(value: Value, folder: &Path) {
    into(folder, |found| nextchat::read(&value, found));
}

/// An archive of this app.
pub fn own(value: Value, folder: &Path) {
    into(folder, |found| {
        own::file(value.to_string().as_bytes(), found)?;
        own::read(value.clone(), found)?;
        own::project(value, found)
    });
}

/// A file of JSON whose chats are found by their fields.
pub fn json(bytes: &[u8], folder: &Path) {
    into(folder, |found| read::read(bytes, found, &mut Files::default()));
}

/// A zip file.
pub fn zip(bytes: &[u8], folder: &Path) {
    let path = folder.join("export.zip");
    // A full disk is no finding.
    if std::fs::write(&path, bytes).is_ok() {
        into(folder, |found| package::read(&path, found));
    }
}

/// What is found counts as it does for a preview, and what is refused is refused in words.
fn into(folder: &Path, read: impl FnOnce(&mut Found) -> Result<(), Problem>) {
    let Ok(staging) = Staging::create(folder) else { return };
    let mut found = Found::new(staging, 1_760_000_000_000, Wanted::default());
    found.next_file();
    let read = read(&mut found);
    let preview = found.preview(Vec::new(), 0);
    assert!(preview.chats >= 0 && preview.messages >= preview.chats, "{preview:?}");
    match read {
        Ok(()) | Err(Problem::Said(_) | Problem::Cancelled) => {}
        Err(problem) => panic!("{problem:?}"),
    }
}
