//! Opening the file: is it ours, whole, and of a version we know? What is damaged is set aside, never deleted; nothing
//! is written to a file before it has passed.

use super::migrations::{self, APPLICATION_ID, KNOWN};
use super::{LibraryError, SetAside, backups, conversations, disk, messages, moving};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

const BUSY_TIMEOUT: Duration = Duration::from_secs(3);

/// What every SQLite file begins with, and how long its header is.
const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER: u64 = 100;

/// What SQLite keeps beside a database; moved with it.
pub(super) const COMPANIONS: &[&str] = &["-wal", "-shm", "-journal"];

pub(super) fn open(path: &Path, now: i64) -> Result<(Connection, Option<SetAside>), LibraryError> {
    if let Some(folder) = path.parent() {
        disk::create_folder(folder)?;
    }
    let said_before = disk::left_aside(path, COMPANIONS);
    match open_whole(path, now) {
        Err(LibraryError::Damaged(reason)) => {
            let set_aside = disk::set_aside(path, COMPANIONS, reason)?;
            Ok((open_whole(path, now)?, Some(set_aside)))
        }
        opened => Ok((opened?, said_before)),
    }
}

/// For a session whose file is refused and must not be touched: with what can be read of one, or empty.
pub(super) fn in_memory(of: Option<&Path>) -> Result<Connection, LibraryError> {
    let read = of.and_then(|path| moving::read(path).ok());
    let mut connection = read.map_or_else(Connection::open_in_memory, Ok)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    migrations::migrate(&mut connection)?;
    Ok(connection)
}

pub(super) fn open_whole(path: &Path, now: i64) -> Result<Connection, LibraryError> {
    prepare_file(path)?;
    let mut connection = open_unchanged(path).map_err(|error| cannot_open(error, path))?;
    if connection.is_readonly("main")? {
        let header = LibraryError::Damaged("its header forbids writing".to_owned());
        return Err(refusal(path).unwrap_or(header));
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    settle(&connection).map_err(|error| cannot_open(error, path))?;
    // A file of an earlier version is kept as it was: where that cannot be, it is not touched.
    if (1..KNOWN).contains(&migrations::user_version(&connection)?) {
        backups::make(&connection, &backups::folder(path), now)?;
    }
    migrations::migrate(&mut connection)?;
    // A file with our name and version, yet other tables.
    connection
        .prepare(&messages::SELECT)
        .and(connection.prepare(conversations::SELECT))
        .map(drop)
        .map_err(wrong_shape)?;
    Ok(connection)
}

/// A new file is made here, for SQLite gives its companion files the permissions of this one.
fn prepare_file(path: &Path) -> Result<(), LibraryError> {
    match disk::private().create_new(true).open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    // Only a file of another owner refuses; then SQLite says whether it can be written.
    let _ = disk::make_private(path);
    // One that another handle is making at this moment is empty for a little while.
    for _ in 0..10 {
        if fs::metadata(path)?.len() > 0 {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    examine_bytes(path)
}

/// What SQLite overlooks: it takes an emptied or very short file for a new one (and deletes the log, which may hold the
/// last messages), and fills a missing end up with zeros.
pub(super) fn examine_bytes(path: &Path) -> Result<(), LibraryError> {
    let mut header = Vec::new();
    File::open(path)?.take(HEADER).read_to_end(&mut header)?;
    if header.len() < HEADER as usize || !header.starts_with(MAGIC) {
        return Err(LibraryError::Damaged(
            "it does not begin as a database does".to_owned(),
        ));
    }
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size.max(1)),
    };
    // An end that is missing while there is a log was being copied out of it, and is copied again.
    let log = fs::metadata(disk::beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    if !log && !fs::metadata(path)?.len().is_multiple_of(page) {
        return Err(LibraryError::Damaged("its end is missing".to_owned()));
    }
    Ok(())
}

/// Opens and checks, and writes nothing.
fn open_unchanged(path: &Path) -> Result<Connection, LibraryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Closing must not write the log into a file that is about to be refused.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    check(&connection)?;
    Ok(connection)
}

pub(super) fn check(connection: &Connection) -> Result<(), LibraryError> {
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    let tables: i64 = tables.map_err(wrong_shape)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = migrations::user_version(connection)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(LibraryError::Damaged(format!(
            "it belongs to another program ({application:#x})"
        )));
    }
    if version > KNOWN {
        return Err(LibraryError::Newer {
            found: version,
            known: KNOWN,
        });
    }
    if version < 0 || (tables > 0) != (version > 0) {
        return Err(LibraryError::Damaged(format!(
            "version {version} with {tables} tables"
        )));
    }
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(LibraryError::Damaged(verdict));
    }
    Ok(())
}

/// For a statement that is known to be right: when SQLite calls it wrong, it is the file that is.
pub(super) fn wrong_shape(error: rusqlite::Error) -> LibraryError {
    let wrong = matches!(error, rusqlite::Error::SqlInputError { .. })
        || error.sqlite_error_code() == Some(ErrorCode::Unknown);
    if wrong {
        LibraryError::Damaged(error.to_string())
    } else {
        error.into()
    }
}

fn settle(connection: &Connection) -> Result<(), LibraryError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    // Everything that the app writes lies in its folder.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    if cfg!(target_os = "macos") {
        // There a plain fsync stops at the drive's cache.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    Ok(())
}

/// SQLite says "unable to open" as well where the file or its folder forbids writing; the system says which.
fn cannot_open(error: LibraryError, path: &Path) -> LibraryError {
    match error {
        LibraryError::Io(_) => refusal(path).unwrap_or(error),
        _ => error,
    }
}

/// Whether the system lets us write to the file and beside it.
fn refusal(path: &Path) -> Option<LibraryError> {
    let probe = disk::beside(path, ".probe");
    let file = fs::OpenOptions::new().read(true).write(true).open(path);
    let refused = file.and_then(|_| disk::private().create_new(true).open(&probe));
    let _ = fs::remove_file(probe);
    refused.err().map(LibraryError::from)
}
