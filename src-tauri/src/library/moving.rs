//! The chats in another place than their file: read into memory where the file cannot be written, and copied into a new file
//! in another folder. The old file is only ever read.

use super::open::{self, examine_bytes};
use super::{LibraryError, backups, disk};
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::Path;

/// A larger file would not leave enough memory for anything else.
const MOST: u64 = 1024 * 1024 * 1024;

/// All of a file that is ours, whole and of a version that we know, in memory.
pub(super) fn read(path: &Path) -> Result<Connection, LibraryError> {
    examine_bytes(path)?;
    if fs::metadata(path)?.len() > MOST {
        return Err(LibraryError::Io("it is too large for the memory".to_owned()));
    }
    // Nothing can be made beside it in a folder that forbids writing, which SQLite would do even to read.
    read_by(&backups::read_only(path)?).or_else(|_| read_by(&unchanging(path)?))
}

fn read_by(file: &Connection) -> Result<Connection, LibraryError> {
    open::check(file)?;
    let mut memory = Connection::open_in_memory()?;
    Backup::new(file, &mut memory)?.step(-1)?;
    Ok(memory)
}

/// For a file without a log, which nobody can be writing to.
fn unchanging(path: &Path) -> Result<Connection, LibraryError> {
    if fs::metadata(disk::beside(path, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(LibraryError::ReadOnly);
    }
    let no_address = |()| LibraryError::Io("the file's name is no address".to_owned());
    let address = url::Url::from_file_path(path).map_err(no_address)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    Ok(Connection::open_with_flags(
        format!("{address}?immutable=1"),
        flags,
    )?)
}

/// Copies everything into a new file. False: it could not be read, though the new place is good.
pub(super) fn copy(connection: &Connection, to: &Path, now: i64) -> Result<bool, LibraryError> {
    let Err(error) = backups::write(connection, to) else {
        return Ok(true);
    };
    // It may be what fills the disk.
    let _ = fs::remove_file(to);
    // Whose fault it was shows where an empty file can be made.
    open::open_whole(to, now)?;
    if error == LibraryError::Full {
        for companion in open::COMPANIONS.iter().copied().chain([""]) {
            let _ = fs::remove_file(disk::beside(to, companion));
        }
        return Err(error);
    }
    Ok(false)
}
