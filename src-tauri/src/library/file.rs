//! One file of SQLite's on the disk: whether it is ours, whole and of a version that we know, and a copy of it. Nothing here
//! writes to a file that is looked at.

use super::error::wrong_shape;
use super::migrations::{self, APPLICATION_ID, KNOWN};
use super::{LibraryError, disk};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(3);

/// What every SQLite file begins with, and how long its header is.
const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER: u64 = 100;

/// What SQLite keeps beside a database; moved with it.
pub(super) const COMPANIONS: &[&str] = &["-wal", "-shm", "-journal"];

/// Whether it is ours, whole, and of a version that we know.
pub(super) fn examine(path: &Path) -> Result<(), LibraryError> {
    examine_bytes(path)?;
    check(&read_only(path)?)
}

pub(super) fn read_only(path: &Path) -> Result<Connection, LibraryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// What SQLite overlooks: it takes an emptied or very short file for a new one (and deletes the log, which may hold the
/// last messages), and fills a missing end up with zeros.
pub(super) fn examine_bytes(path: &Path) -> Result<(), LibraryError> {
    let mut header = Vec::new();
    File::open(path)?.take(HEADER).read_to_end(&mut header)?;
    if header.len() < HEADER as usize || !header.starts_with(MAGIC) {
        return Err(LibraryError::Damaged("it does not begin as a database does".to_owned()));
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

/// Ours, of a version that we know, and whole.
pub(super) fn check(connection: &Connection) -> Result<(), LibraryError> {
    check_form(connection)?;
    check_pages(connection)
}

pub(super) fn check_form(connection: &Connection) -> Result<(), LibraryError> {
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    let tables: i64 = tables.map_err(wrong_shape)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = migrations::user_version(connection)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(LibraryError::Damaged(format!("it belongs to another program ({application:#x})")));
    }
    if version > KNOWN {
        return Err(LibraryError::Newer { found: version, known: KNOWN });
    }
    if version < 0 || (tables > 0) != (version > 0) {
        return Err(LibraryError::Damaged(format!("version {version} with {tables} tables")));
    }
    Ok(())
}

/// Reads all of it.
pub(super) fn check_pages(connection: &Connection) -> Result<(), LibraryError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(LibraryError::Damaged(verdict));
    }
    Ok(())
}

/// A copy of what `connection` sees, checked.
pub(super) fn write(connection: &Connection, part: &Path) -> Result<(), LibraryError> {
    // An empty file of ours, for SQLite would give it the permissions of the day.
    disk::private().create(true).truncate(true).open(part)?;
    let name = part.to_str().ok_or_else(|| LibraryError::Io("the folder's name is no text".to_owned()))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    examine(part)?;
    Ok(File::open(part)?.sync_all()?)
}

/// As it is, byte for byte.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), LibraryError> {
    let mut copy = disk::private().create(true).truncate(true).open(to)?;
    std::io::copy(&mut File::open(from)?, &mut copy)?;
    Ok(copy.sync_all()?)
}

/// What is written outlives the app at once and a power cut a little later: the drive is not waited for.
pub(super) fn without_waiting<T>(
    connection: &mut Connection,
    write: impl FnOnce(&mut Connection) -> Result<T, LibraryError>,
) -> Result<T, LibraryError> {
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let written = write(connection);
    connection.pragma_update(None, "synchronous", "FULL")?;
    written
}

#[cfg(test)]
mod tests {
    use crate::library::{Library, LibraryError, Parameters, migrations};
    use rusqlite::types::Value;

    async fn check(library: &Library, pragma: &'static str, expected: impl Into<Value>) {
        let read = move |connection: &mut rusqlite::Connection| {
            Ok(connection.pragma_query_value(None, pragma, |row| row.get::<_, Value>(0))?)
        };
        assert_eq!(library.run(read).await.unwrap(), expected.into(), "{pragma}");
    }

    #[tokio::test]
    async fn how_the_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("telltale.db"), 1).unwrap();
        let conversation = library.create_conversation("m", Parameters::default(), 1).await.unwrap();
        let (_, answer) = library.add_turn(conversation.id, "q", "m", 1).await.unwrap();
        library.save_piece(answer.id, "a".to_owned(), String::new(), 2).await.unwrap();
        check(&library, "journal_mode", "wal".to_owned()).await;
        // FULL again after the journal.
        check(&library, "synchronous", 2).await;
        check(&library, "foreign_keys", 1).await;
        check(&library, "busy_timeout", 3000).await;
        check(&library, "trusted_schema", 0).await;
        check(&library, "cell_size_check", 1).await;
        check(&library, "secure_delete", 1).await;
        check(&library, "temp_store", 2).await;
        check(&library, "application_id", migrations::APPLICATION_ID).await;
        check(&library, "user_version", migrations::KNOWN).await;
    }

    #[tokio::test]
    async fn a_job_that_panics_leaves_nothing_half_done() {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("telltale.db"), 1).unwrap();
        let failed: Result<(), _> = library
            .run(|connection| {
                let transaction = connection.transaction()?;
                transaction.execute_batch("CREATE TABLE half (done)")?;
                panic!("on purpose");
            })
            .await;
        assert!(matches!(failed, Err(LibraryError::Io(_))), "{failed:?}");
        let count = "SELECT count(*) FROM sqlite_schema WHERE name = 'half'";
        let tables = library.run(|c| Ok(c.query_row(count, [], |row| row.get::<_, i64>(0))?));
        assert_eq!(tables.await, Ok(0));
    }
}
