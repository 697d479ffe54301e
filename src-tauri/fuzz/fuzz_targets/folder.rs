//! The folder of the staging file, one for a whole run.

use std::path::Path;
use std::sync::OnceLock;

use tempfile::TempDir;

static FOLDER: OnceLock<TempDir> = OnceLock::new();

pub fn with(read: impl FnOnce(&Path)) {
    read(FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder for the run")).path());
}
