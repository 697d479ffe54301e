//! Opening the file: is it ours, whole, and of a version we know? What is damaged is set aside, never deleted; nothing
//! is written to a file before it has passed.

use super::migrations::{self, APPLICATION_ID, KNOWN};
use super::{LibraryError, SetAside, conversations, disk, messages};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::io;
use std::path::Path;
use std::time::Duration;

const BUSY_TIMEOUT: Duration = Duration::from_secs(3);

/// What SQLite keeps beside a database; moved with it.
const COMPANIONS: &[&str] = &["-wal", "-shm", "-journal"];

pub(super) fn open(path: &Path) -> Result<(Connection, Option<SetAside>), LibraryError> {
    if let Some(folder) = path.parent() {
        disk::create_folder(folder)?;
    }
    match open_whole(path) {
        Err(LibraryError::Damaged(reason)) => {
            let set_aside = disk::set_aside(path, COMPANIONS, reason)?;
            Ok((open_whole(path)?, Some(set_aside)))
        }
        opened => Ok((opened?, None)),
    }
}

fn open_whole(path: &Path) -> Result<Connection, LibraryError> {
    // SQLite gives its companion files the permissions of this one.
    match disk::private().create_new(true).open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // SQLite would take an emptied file for a new one, and delete the log that still holds the last messages.
            if std::fs::metadata(path)?.len() == 0 {
                return Err(LibraryError::Damaged("the file is empty".to_owned()));
            }
            // Only a file of another owner refuses; then SQLite says whether it can be written.
            let _ = disk::make_private(path);
        }
        Err(error) => return Err(error.into()),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Closing must not write the log into a file that is about to be refused.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;

    check(&connection).map_err(|error| cannot_open(error, path))?;
    if connection.is_readonly("main")? {
        return Err(LibraryError::ReadOnly);
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    settle(&connection)?;
    migrations::migrate(&mut connection)?;
    // A file with our name and version, yet other tables.
    connection
        .prepare(messages::SELECT)
        .and(connection.prepare(conversations::SELECT))
        .map(drop)
        .map_err(|error| LibraryError::Damaged(error.to_string()))?;
    Ok(connection)
}

/// Reads only.
fn check(connection: &Connection) -> Result<(), LibraryError> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
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

/// SQLite says "unable to open" as well where the folder forbids the files that it keeps beside the database.
fn cannot_open(error: LibraryError, path: &Path) -> LibraryError {
    let probe = disk::beside(path, ".probe");
    match error {
        LibraryError::Io(detail) => match disk::private().create_new(true).open(&probe) {
            Ok(_) => {
                let _ = std::fs::remove_file(probe);
                LibraryError::Io(detail)
            }
            Err(refused) => refused.into(),
        },
        other => other,
    }
}
