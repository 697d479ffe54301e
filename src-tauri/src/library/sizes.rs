//! How much of the file of chats is what. It is read through a connection of its own, so nobody waits for it.

use super::{Library, LibraryError, file};
use rusqlite::Connection;

/// The tables of Poe's history and its sums; their indexes count too.
const HISTORY: &str =
    "'ledgers', 'ledger_keys', 'history', 'history_spans', 'spent_by_day', 'spent_by_hour', 'spent_by_chat', 'balances',
     'levels_told'";

/// Bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LibrarySizes {
    pub files: u64,
    pub history: u64,
}

impl Library {
    /// Nothing while the chats are in memory only.
    pub async fn sizes(&self) -> Result<LibrarySizes, LibraryError> {
        self.beside(|backups| match backups.path() {
            Ok(path) => read(&file::read_only(&path)?),
            Err(_) => Ok(LibrarySizes::default()),
        })
        .await
    }
}

fn read(connection: &Connection) -> Result<LibrarySizes, LibraryError> {
    let sum = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    // A row's length tells how long a value is, so no file is read.
    let files =
        sum("SELECT coalesce(sum(length(bytes) + coalesce(length(preview), 0)), 0) FROM attachments")?;
    let history = sum(&format!(
        "SELECT coalesce(sum(pgsize), 0) FROM dbstat
         WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ({HISTORY}))"
    ))?;
    let bytes = |sum: i64| u64::try_from(sum).unwrap_or_default();
    Ok(LibrarySizes { files: bytes(files), history: bytes(history) })
}
