//! Room that is no longer needed, back to the disk: page by page from the end of the file, in steps of some milliseconds, between which
//! everything else has its turn.

use super::{Library, LibraryError, file};
use rusqlite::Connection;

/// SQLite's word for a file that gives pages back when it is asked to.
const WHEN_ASKED: i64 = 2;
/// A file that was made otherwise has to be written anew for it once. One that keeps no more than this takes a moment.
const MOST_KEPT: i64 = 32 * 1024 * 1024;
/// Pages of one step.
const STEP: i64 = 64;

impl Library {
    pub async fn give_room_back(&self) -> Result<(), LibraryError> {
        while self.run(|connection| file::without_waiting(connection, give_back)).await? {}
        self.run(|connection| {
            // The file gets shorter when the log is copied into it; where another handle reads, with a later one.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            Ok(())
        })
        .await
    }
}

/// A new file gives back from its beginning. Nothing is written into it before that is said.
pub(super) fn begin(connection: &Connection) -> Result<(), LibraryError> {
    if pragma(connection, "page_count")? == 0 {
        connection.pragma_update(None, "auto_vacuum", WHEN_ASKED)?;
    }
    Ok(())
}

/// One of before gives back from now on, where that is soon done.
pub(super) fn convert(connection: &Connection) -> Result<(), LibraryError> {
    if gives_back(connection)? || kept(connection)? > MOST_KEPT {
        return Ok(());
    }
    let written = connection.pragma_update(None, "auto_vacuum", WHEN_ASKED);
    match written.and_then(|()| connection.execute_batch("VACUUM")).map_err(LibraryError::from) {
        // It stays as it was, and is used all the same.
        Err(LibraryError::Full | LibraryError::Locked) => Ok(()),
        done => done,
    }
}

/// Says whether there is more.
fn give_back(connection: &mut Connection) -> Result<bool, LibraryError> {
    if !gives_back(connection)? {
        return Ok(false);
    }
    let mut statement = connection.prepare_cached(&format!("PRAGMA incremental_vacuum({STEP})"))?;
    // A row a page.
    let mut pages = statement.query([])?;
    while pages.next()?.is_some() {}
    drop(pages);
    drop(statement);
    Ok(pragma(connection, "freelist_count")? > 0)
}

fn gives_back(connection: &Connection) -> Result<bool, LibraryError> {
    Ok(pragma(connection, "auto_vacuum")? == WHEN_ASKED)
}

/// Bytes that are in use.
fn kept(connection: &Connection) -> Result<i64, LibraryError> {
    let pages = pragma(connection, "page_count")? - pragma(connection, "freelist_count")?;
    Ok(pages * pragma(connection, "page_size")?)
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, LibraryError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
