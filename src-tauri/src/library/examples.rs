//! The chats and projects that the demo fills its list with: they are called by keys of their own.

use super::{Library, LibraryError, conversations};
use rusqlite::Connection;

/// How the key of each begins.
pub const EXAMPLE: &str = "example:";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examples {
    pub chats: Vec<i64>,
    pub projects: Vec<i64>,
}

impl Library {
    /// Those that are here, in the bin, too.
    pub async fn examples(&self) -> Result<Examples, LibraryError> {
        self.run(|connection| {
            let chats =
                ids(connection, &format!("conversations WHERE {} AND external", conversations::SHOWS))?;
            Ok(Examples { chats, projects: ids(connection, "projects WHERE external")? })
        })
        .await
    }
}

fn ids(connection: &Connection, of: &str) -> Result<Vec<i64>, LibraryError> {
    // A range of keys, which their index knows.
    let mut statement =
        connection.prepare_cached(&format!("SELECT id FROM {of} BETWEEN ?1 AND ?1 || '~'"))?;
    let rows = statement.query_map([EXAMPLE], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
