//! Opening the file: is it ours, whole, and of a version we know? What is damaged is set aside, never deleted; nothing
//! is written to a file before it has passed.

use super::file::COMPANIONS;
use super::migrations::{self, KNOWN};
use super::{LibraryError, SetAside, backups, conversations, disk, error, file, messages, room, whole};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) set_aside: Option<SetAside>,
    /// When it was read through.
    pub(super) checked_at: i64,
}

pub(super) fn open(path: &Path, now: i64) -> Result<Opened, LibraryError> {
    if let Some(folder) = path.parent() {
        disk::create_folder(folder)?;
    }
    let said_before = disk::left_aside(path, COMPANIONS);
    let checked_at = whole::checked_at(path, now);
    match open_checked(path, now, checked_at.is_some()) {
        Err(LibraryError::Damaged(reason)) => {
            let set_aside = Some(disk::set_aside(path, COMPANIONS, reason)?);
            Ok(Opened { connection: open_whole(path, now)?, set_aside, checked_at: now })
        }
        opened => {
            Ok(Opened { connection: opened?, set_aside: said_before, checked_at: checked_at.unwrap_or(now) })
        }
    }
}

/// Reads it through first.
pub(super) fn open_whole(path: &Path, now: i64) -> Result<Connection, LibraryError> {
    open_checked(path, now, false)
}

fn open_checked(path: &Path, now: i64, is_known: bool) -> Result<Connection, LibraryError> {
    prepare_file(path)?;
    let mut connection = open_unchanged(path, is_known).map_err(|error| cannot_open(error, path))?;
    if connection.is_readonly("main")? {
        let header = LibraryError::Damaged("its header forbids writing".to_owned());
        return Err(refusal(path).unwrap_or(header));
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    room::begin(&connection).and_then(|()| settle(&connection)).map_err(|error| cannot_open(error, path))?;
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
        .map_err(error::wrong_shape)?;
    room::convert(&connection)?;
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
    file::examine_bytes(path)
}

/// Opens and checks, and writes nothing.
fn open_unchanged(path: &Path, is_known: bool) -> Result<Connection, LibraryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(file::BUSY_TIMEOUT)?;
    // Closing must not write the log into a file that is about to be refused.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Otherwise SQLite plans a statement anew whenever another value is bound to it, which takes longer than most of them do.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    file::check_form(&connection)?;
    if !is_known {
        file::check_pages(&connection)?;
    }
    Ok(connection)
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
