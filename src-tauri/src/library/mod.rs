//! Conversations and messages on disk.

use std::path::PathBuf;

/// A damaged file that was moved out of the way, never deleted.
#[derive(Clone, Debug)]
pub struct SetAside {
    pub original: PathBuf,
    pub kept_as: PathBuf,
    pub reason: String,
}

#[derive(Clone, Debug)]
pub enum LibraryError {
    /// Another program holds the file.
    Locked,
    Full,
    ReadOnly,
    Damaged(String),
    /// Written by a later version of the app.
    Newer {
        found: i64,
        known: i64,
    },
    Missing(i64),
    Io(String),
}
