//! The chats of a session whose file cannot be used and must not be touched: in memory, with what can be read of the file.

use super::{LibraryError, disk, file, migrations};
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::Path;

/// A larger file would not leave enough memory for anything else.
const MOST: u64 = 1024 * 1024 * 1024;

/// With what can be read of a file, or empty.
pub(super) fn open(of: Option<&Path>) -> Result<Connection, LibraryError> {
    let read = of.and_then(|path| read(path).ok());
    let mut connection = read.map_or_else(Connection::open_in_memory, Ok)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    migrations::migrate(&mut connection)?;
    Ok(connection)
}

/// All of a file that is ours, whole and of a version that we know, in memory.
fn read(path: &Path) -> Result<Connection, LibraryError> {
    file::examine_bytes(path)?;
    if fs::metadata(path)?.len() > MOST {
        return Err(LibraryError::Io("it is too large for the memory".to_owned()));
    }
    // Nothing can be made beside it in a folder that forbids writing, which SQLite would do even to read.
    read_by(&file::read_only(path)?).or_else(|_| read_by(&unchanging(path)?))
}

fn read_by(from: &Connection) -> Result<Connection, LibraryError> {
    file::check(from)?;
    let mut memory = Connection::open_in_memory()?;
    Backup::new(from, &mut memory)?.step(-1)?;
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
    Ok(Connection::open_with_flags(format!("{address}?immutable=1"), flags)?)
}
