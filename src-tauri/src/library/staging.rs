//! What was read of files that are to come in, in a file of its own beside the library: looked through and counted before anything
//! of it touches the library. It is nobody's to keep: it goes with its handle, and one that was left behind with the next.

use super::archive::{ArchivedChat, ArchivedProject};
use super::{LibraryError, disk, file};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Beside the library.
pub(super) const FILE: &str = "import.db";

/// Its own connection: whoever reads files works on it, on a thread that may block.
pub struct Staging {
    connection: Connection,
    path: PathBuf,
}

impl Staging {
    pub fn create(folder: &Path) -> Result<Staging, LibraryError> {
        let path = folder.join(FILE);
        Staging::remove_left(folder);
        // SQLite would give it the permissions of the day.
        disk::private().create_new(true).open(&path)?;
        let connection = Connection::open(&path)?;
        let staging = Staging { connection, path };
        // Nothing of it is needed after a crash.
        staging.connection.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;
             CREATE TABLE chats (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, messages INTEGER NOT NULL, chat TEXT NOT NULL);
             CREATE TABLE projects (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, project TEXT NOT NULL);
             CREATE TABLE files (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
             BEGIN;",
        )?;
        Ok(staging)
    }

    /// What an app that ended meanwhile left.
    pub fn remove_left(folder: &Path) {
        for companion in file::COMPANIONS.iter().copied().chain([""]) {
            let _ = fs::remove_file(disk::beside(&folder.join(FILE), companion));
        }
    }

    /// False: one of this key is there already.
    pub fn add_chat(&self, chat: &ArchivedChat) -> Result<bool, LibraryError> {
        let messages = i64::try_from(chat.messages.len()).unwrap_or(i64::MAX);
        let added = self
            .connection
            .prepare_cached("INSERT OR IGNORE INTO chats (key, messages, chat) VALUES (?1, ?2, ?3)")?
            .execute((&chat.key, messages, json(chat)?))?;
        Ok(added > 0)
    }

    pub fn add_project(&self, project: &ArchivedProject) -> Result<(), LibraryError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO projects (key, project) VALUES (?1, ?2)")?
            .execute((&project.key, json(project)?))?;
        Ok(())
    }

    /// Gives the number under which it is found.
    pub fn add_file(&self, bytes: &[u8]) -> Result<i64, LibraryError> {
        Ok(self.connection.prepare_cached("INSERT INTO files (bytes) VALUES (?1)")?.insert([bytes])?)
    }

    /// Under a number of its own.
    pub fn add_file_as(&self, id: i64, bytes: &[u8]) -> Result<(), LibraryError> {
        let add = "INSERT OR IGNORE INTO files (id, bytes) VALUES (?1, ?2)";
        self.connection.prepare_cached(add)?.execute((id, bytes))?;
        Ok(())
    }

    pub fn file(&self, id: i64) -> Result<Vec<u8>, LibraryError> {
        let mut statement = self.connection.prepare_cached("SELECT bytes FROM files WHERE id = ?1")?;
        statement.query_row([id], |row| row.get(0)).optional()?.ok_or(LibraryError::Missing(id))
    }

    pub fn projects(&self) -> Result<Vec<ArchivedProject>, LibraryError> {
        let mut statement = self.connection.prepare_cached("SELECT project FROM projects ORDER BY id")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|row| parse(&row?)).collect()
    }

    /// Each chat's key, with how many messages it has.
    pub fn keys(&self) -> Result<HashMap<String, i64>, LibraryError> {
        let mut statement = self.connection.prepare_cached("SELECT key, messages FROM chats")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The chat after this number, with its own; the last ones first, since those that come later show further up.
    pub fn chat_before(&self, id: i64) -> Result<Option<(i64, ArchivedChat)>, LibraryError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, chat FROM chats WHERE id < ?1 ORDER BY id DESC LIMIT 1")?;
        let row = statement.query_row([id], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
        row.optional()?.map(|(id, chat)| Ok((id, parse(&chat)?))).transpose()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Open, it can be removed everywhere but on Windows, where what is left goes with the next.
        let folder = self.path.parent().unwrap_or(&self.path);
        if let Ok(memory) = Connection::open_in_memory() {
            drop(std::mem::replace(&mut self.connection, memory));
        }
        Staging::remove_left(folder);
    }
}

fn json(value: &impl Serialize) -> Result<String, LibraryError> {
    serde_json::to_string(value).map_err(|error| LibraryError::Io(error.to_string()))
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, LibraryError> {
    serde_json::from_str(json).map_err(|error| LibraryError::Damaged(error.to_string()))
}
