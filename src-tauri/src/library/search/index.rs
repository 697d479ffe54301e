//! The index: a file of its own beside that of the chats, made from it and never missed, since it can be made again. It is no part
//! of the chats' file, so that its damage is none of theirs, a start does not read it through, and no backup carries it.
//!
//! FTS5's own secure-delete takes entries out one by one by the old text, and does nothing for a table that forgets the text
//! (contentless-delete): that one only notes what is gone. So what is gone is written out of it whole: a merge of all that the
//! index holds leaves it behind, and the pages that it stood on are overwritten.

use super::super::{LibraryError, disk, error, file};
use super::units::Indexed;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Notify;

pub(in crate::library) const FILE: &str = "telltale.db.search";

/// Pages that one step of a merge writes.
const MERGED: i32 = 48;
/// Of "best first", the newest so many are compared.
const COMPARED: i64 = 2_000;
/// Milliseconds that share a place: rows stand by their time, and the places of one chat's messages are near.
const SLOT: u32 = 15;
/// Where time begins. Places fall from there, for the newest are asked for first, and FTS5 reads its lists forward much faster
/// than backward.
const OLDEST: i64 = 1 << 32;
/// So many places on, a row that finds none of its own is put behind the last.
const CROWDED: i64 = 1 << 17;

/// What a row of the index is made of. The numbers are in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Title = 1,
    /// Question or answer, with its reasoning.
    Message = 2,
    /// A file's name and text.
    File = 3,
}

impl Kind {
    pub(super) const ALL: [Kind; 3] = [Kind::Title, Kind::Message, Kind::File];
}

/// Where it comes from: the row of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    pub(super) kind: Kind,
    pub(super) id: i64,
}

/// What the index is to hold of it from now on; nothing where it is gone.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) source: Source,
    pub(super) at: i64,
    pub(super) words: Option<Indexed>,
}

/// A place of the index that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) place: i64,
    pub(super) source: Source,
}

/// How far the index has followed: the chats' file holds the newer of the two, or the older, where the app ended in between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    pub(super) now: i64,
    pub(super) before: i64,
}

/// Which places are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: i64,
    /// Without this one.
    pub(super) to: i64,
}

impl Span {
    /// Those of some time.
    pub(super) fn of_time(from: Option<i64>, until: Option<i64>) -> Span {
        // Rows of a crowded time stand as if they were a little newer.
        let first = until.map_or(i64::MIN, |at| place_of(at) - 2 * CROWDED);
        Span { from: first, to: from.map_or(i64::MAX, |at| place_of(at) + 1) }
    }
}

/// The file, opened when it is first asked.
pub(super) struct Index {
    /// None: in memory.
    path: Option<PathBuf>,
    connection: Option<Connection>,
    /// Told when it was thrown away.
    changed: Arc<Notify>,
}

impl Index {
    pub(super) fn beside(library: Option<&Path>, changed: Arc<Notify>) -> Index {
        Index { path: library.map(|path| path.with_file_name(FILE)), connection: None, changed }
    }

    pub(super) fn move_beside(&mut self, library: &Path) {
        *self = Index::beside(Some(library), self.changed.clone());
        self.changed.notify_one();
    }

    /// What is damaged is thrown away: what asked then finds an empty index, which is filled again.
    pub(super) fn with<T>(
        &mut self,
        work: impl Fn(&mut Connection) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let done = self.open().and_then(&work);
        if !matches!(done, Err(LibraryError::Damaged(_))) {
            return done;
        }
        self.remove()?;
        self.open().and_then(&work)
    }

    /// Away with all of it. The next who asks makes a new one.
    pub(super) fn remove(&mut self) -> Result<(), LibraryError> {
        self.connection = None;
        self.changed.notify_one();
        let Some(path) = &self.path else {
            return Ok(());
        };
        for companion in file::COMPANIONS.iter().copied().chain([""]) {
            match fs::remove_file(disk::beside(path, companion)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&mut self) -> Result<&mut Connection, LibraryError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open(self.path.as_deref())?,
        };
        Ok(self.connection.insert(connection))
    }
}

/// The form that this app writes. Another is made again.
const FORM: i64 = 2;

/// One has words in their order, so that what follows each other is found; the other has which beginnings there are.
const TABLES: [&str; 2] = ["words", "beginnings"];

/// Lists of beginnings are long, and leapt through page by page: small ones.
const SCHEMA: &str = "
    CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), now INTEGER NOT NULL, before INTEGER NOT NULL,
        gone INTEGER NOT NULL) STRICT;
    CREATE TABLE places (place INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id INTEGER NOT NULL) STRICT;
    CREATE UNIQUE INDEX places_by_source ON places (kind, id);
    CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'ascii');
    CREATE VIRTUAL TABLE beginnings USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'ascii',
        detail = 'none');
    INSERT INTO beginnings (beginnings, rank) VALUES ('pgsz', 500);
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);";

fn open(path: Option<&Path>) -> Result<Connection, LibraryError> {
    let connection = match path {
        Some(path) => {
            // SQLite would give a new file the permissions of the day.
            match disk::private().create_new(true).open(path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
                _ => {}
            }
            Connection::open(path)?
        }
        None => Connection::open_in_memory()?,
    };
    connection.busy_timeout(file::BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // As in the file of the chats: a plan for a statement, not for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What a power cut takes is seen by its steps, and made again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let form: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match form {
        FORM => {}
        0 => {
            let step = new_step();
            connection.execute_batch(&format!(
                "BEGIN IMMEDIATE; {SCHEMA} INSERT INTO state VALUES (1, {step}, {step}, 0);
                 PRAGMA user_version = {FORM}; COMMIT"
            ))?;
        }
        other => return Err(LibraryError::Damaged(format!("the index has form {other}"))),
    }
    for table in ["state", "places", "words", "beginnings", "vocabulary"] {
        connection.prepare(&format!("SELECT * FROM {table}")).map(drop).map_err(error::wrong_shape)?;
    }
    Ok(connection)
}

/// One that no file has had, so that files which do not belong together are told apart.
pub(super) fn new_step() -> i64 {
    fastrand::i64(1..)
}

pub(super) fn steps(connection: &mut Connection) -> Result<Steps, LibraryError> {
    let mut state = connection.prepare_cached("SELECT now, before FROM state")?;
    Ok(state.query_row([], |row| Ok(Steps { now: row.get(0)?, before: row.get(1)? }))?)
}

/// How many places it holds of messages and all else.
pub(super) fn size(connection: &mut Connection) -> Result<i64, LibraryError> {
    Ok(connection.prepare_cached("SELECT count(*) FROM places")?.query_row([], |row| row.get(0))?)
}

/// Takes in what has changed, all of it or nothing.
pub(super) fn write(connection: &mut Connection, entries: &[Entry], step: i64) -> Result<(), LibraryError> {
    let write = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut old_places = BTreeSet::new();
    // What was only replaced waits for the next start or for something that is gone.
    let mut urgency = 0;
    for entry in entries {
        let Source { kind, id } = entry.source;
        let old: Option<i64> = write
            .prepare_cached("DELETE FROM places WHERE kind = ?1 AND id = ?2 RETURNING place")?
            .query_row((kind as i64, id), |row| row.get(0))
            .optional()?;
        if let Some(old) = old {
            old_places.insert(old);
            urgency = urgency.max(if entry.words.is_some() { 1 } else { 2 });
        }
    }
    // FTS5 takes rows in their order together, and each of another order by itself.
    for place in old_places {
        for table in TABLES {
            write.prepare_cached(&format!("DELETE FROM {table} WHERE rowid = ?1"))?.execute([place])?;
        }
    }
    let mut in_order: Vec<&Entry> = entries.iter().collect();
    in_order.sort_by_key(|entry| (entry.at, entry.source));
    let mut added = BTreeMap::new();
    for entry in in_order {
        if let Some(words) = entry.words.as_ref().filter(|it| !it.words.is_empty()) {
            let place = free_place(&write, entry.at)?;
            write.prepare_cached("INSERT INTO places VALUES (?1, ?2, ?3)")?.execute((
                place,
                entry.source.kind as i64,
                entry.source.id,
            ))?;
            added.insert(place, words);
        }
    }
    for (place, Indexed { words, beginnings }) in added {
        for (table, text) in TABLES.into_iter().zip([words, beginnings]) {
            write
                .prepare_cached(&format!("INSERT INTO {table} (rowid, text) VALUES (?1, ?2)"))?
                .execute((place, text))?;
        }
    }
    write
        .prepare_cached("UPDATE state SET before = now, now = :step, gone = max(gone, :gone)")?
        .execute(named_params! { ":step": step, ":gone": urgency })?;
    Ok(write.commit()?)
}

fn place_of(at: i64) -> i64 {
    OLDEST - (at.max(0) >> SLOT).min(OLDEST)
}

/// The first free place from this time on; where many share it, as if it were a little newer.
fn free_place(connection: &Connection, at: i64) -> Result<i64, LibraryError> {
    let mut taken = connection.prepare_cached("SELECT 1 FROM places WHERE place = ?1")?;
    let wanted = place_of(at);
    for place in (wanted - 32..=wanted).rev() {
        if !taken.exists([place])? {
            return Ok(place);
        }
    }
    let mut last = connection.prepare_cached("SELECT min(place) FROM places WHERE place > ?1")?;
    let mut limit = wanted - CROWDED;
    loop {
        let place: i64 = last.query_row([limit], |row| row.get(0))?;
        if place - 1 > limit {
            return Ok(place - 1);
        }
        limit -= CROWDED;
    }
}

/// All places, where nothing is asked for but a filter.
pub(super) fn every(
    connection: &mut Connection,
    span: Span,
    limit: usize,
) -> Result<Vec<Found>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT place, kind, id FROM places WHERE place >= ?1 AND place < ?2 ORDER BY place LIMIT ?3",
    )?;
    let rows = statement.query_map((span.from, span.to, limit as i64), read)?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// Of the newest, those first that say most of what is asked in the fewest words.
pub(super) fn best(
    connection: &mut Connection,
    expression: &str,
    span: Span,
) -> Result<Vec<Found>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT place, kind, id FROM (SELECT rowid AS found, bm25(words) AS score FROM words
             WHERE words MATCH ?1 AND rowid >= ?2 AND rowid < ?3 ORDER BY rowid LIMIT ?4)
         JOIN places ON place = found ORDER BY score, place",
    )?;
    let rows = statement.query_map((expression, span.from, span.to, COMPARED), read)?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// What stands at a place.
pub(super) fn found_at(connection: &Connection, place: i64) -> Result<Option<Found>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT place, kind, id FROM places WHERE place = ?1")?;
    Ok(statement.query_row([place], read).optional()?.flatten())
}

/// A row of a kind that is not known is none.
fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Found>> {
    let kind: i64 = row.get(1)?;
    let kind = Kind::ALL.into_iter().find(|known| *known as i64 == kind);
    let (place, id) = (row.get(0)?, row.get(2)?);
    Ok(kind.map(|kind| Found { place, source: Source { kind, id } }))
}

/// Whether the index holds this very word.
pub(super) fn has_word(connection: &mut Connection, word: &str) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM words WHERE words MATCH ?1 LIMIT 1")?;
    Ok(statement.exists([format!("\"{word}\"")])?)
}

/// Words that the index holds from this one on and before that one, each with the number of places that have it.
pub(super) fn words_between(
    connection: &mut Connection,
    from: &str,
    to: &str,
) -> Result<Vec<(String, i64)>, LibraryError> {
    let mut statement =
        connection.prepare_cached("SELECT term, doc FROM vocabulary WHERE term >= ?1 AND term < ?2")?;
    let rows = statement.query_map((from, to), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether what is gone waits to be written out of the index: at once, or, at a start, what was only replaced, too.
pub(super) fn has_gone(connection: &mut Connection, is_start: bool) -> Result<bool, LibraryError> {
    let least = if is_start { 1 } else { 2 };
    Ok(connection.query_row("SELECT gone >= ?1 FROM state", [least], |row| row.get(0))?)
}

/// A step of writing the index anew, each word's list in one piece and without what is gone; false once all of it is, from the log
/// too.
pub(super) fn write_out(connection: &mut Connection) -> Result<bool, LibraryError> {
    let before = connection.total_changes();
    for (done, table) in TABLES.into_iter().enumerate() {
        // Below zero: of all that there is, whatever it would come to by itself.
        let merge = format!("INSERT INTO {table} ({table}, rank) VALUES ('merge', ?1)");
        connection.execute(&merge, [-MERGED])?;
        // One change is each command's own.
        if connection.total_changes() - before > done as u64 + 1 {
            return Ok(true);
        }
    }
    connection.execute("UPDATE state SET gone = 0", [])?;
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    Ok(false)
}
