//! The chats in another place than their file: copied into a new one in another folder. The old file is only ever read.

use super::{LibraryError, disk, file, open};
use rusqlite::Connection;
use std::fs;
use std::path::Path;

/// Copies everything into a new file. False: it could not be read, though the new place is good.
pub(super) fn copy(connection: &Connection, to: &Path, now: i64) -> Result<bool, LibraryError> {
    let Err(error) = file::write(connection, to) else {
        return Ok(true);
    };
    // It may be what fills the disk.
    let _ = fs::remove_file(to);
    // Whose fault it was shows where an empty file can be made.
    open::open_whole(to, now)?;
    if error == LibraryError::Full {
        for companion in file::COMPANIONS.iter().copied().chain([""]) {
            let _ = fs::remove_file(disk::beside(to, companion));
        }
        return Err(error);
    }
    Ok(false)
}
