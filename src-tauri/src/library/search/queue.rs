//! What the chats' file has that the index has not: the file notes by itself what changed, and here it is read for the index.

use super::super::columns::text;
use super::super::{LibraryError, file};
use super::index::{Kind, Source, Steps};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};

/// At most so much is read at once: what waits for the library's thread meanwhile waits for no longer.
const MOST: i64 = 256;
const LARGEST: usize = 192 * 1024;
/// Of one text more is not read; a book has less.
const LONGEST: i64 = 4 * 1024 * 1024;

/// Something that waits, with the text that it has now; none where it is gone.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) source: Source,
    /// Counts how often it changed since it waits.
    change: i64,
    pub(super) at: i64,
    pub(super) text: Option<String>,
}

/// Looked at after each change of the file, so that nothing has to be asked in between.
pub(in super::super) fn is_waiting(connection: &Connection) -> bool {
    let any = connection.prepare_cached("SELECT 1 FROM search_queue LIMIT 1");
    any.and_then(|mut any| any.exists([])).unwrap_or(false)
}

pub(super) fn count(connection: &Connection) -> Result<i64, LibraryError> {
    Ok(connection.prepare_cached("SELECT count(*) FROM search_queue")?.query_row([], |row| row.get(0))?)
}

/// Whether the index goes with this file.
pub(super) fn follows(connection: &Connection, steps: Steps) -> Result<bool, LibraryError> {
    let step: i64 =
        connection.prepare_cached("SELECT step FROM search_step")?.query_row([], |row| row.get(0))?;
    Ok([steps.now, steps.before].contains(&step))
}

/// Everything waits, for an index that holds nothing.
pub(super) fn begin(connection: &mut Connection, step: i64) -> Result<(), LibraryError> {
    file::without_waiting(connection, |connection| {
        let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        begin.execute_batch(
            "DELETE FROM search_queue;
             INSERT INTO search_queue (kind, source) SELECT 1, id FROM conversations WHERE title != '';
             INSERT INTO search_queue (kind, source) SELECT 2, id FROM messages WHERE text != '' OR reasoning != '';
             INSERT INTO search_queue (kind, source) SELECT 3, id FROM attachments WHERE message_id IS NOT NULL;",
        )?;
        begin.execute("UPDATE search_step SET step = ?1", [step])?;
        Ok(begin.commit()?)
    })
}

/// Some of what waits: titles, then messages from the newest on, then files.
pub(super) fn next(connection: &mut Connection) -> Result<Vec<Waiting>, LibraryError> {
    let mut waiting = Vec::new();
    let mut size = 0;
    for kind in Kind::ALL {
        let mut statement = connection.prepare_cached(
            "SELECT source, change FROM search_queue WHERE kind = ?1 ORDER BY source DESC LIMIT ?2",
        )?;
        let mut rows = statement.query((kind as i64, MOST))?;
        while let Some(row) = rows.next()? {
            let source = Source { kind, id: row.get(0)? };
            let found = source_text(connection, source)?;
            size += found.as_ref().map_or(0, |(_, text)| text.len());
            let at = found.as_ref().map_or(0, |(at, _)| *at);
            waiting.push(Waiting { source, change: row.get(1)?, at, text: found.map(|(_, text)| text) });
            if size > LARGEST || waiting.len() as i64 >= MOST {
                return Ok(waiting);
            }
        }
    }
    Ok(waiting)
}

/// The index has it. What changed again meanwhile waits on.
pub(super) fn done(connection: &mut Connection, taken: &[Waiting], step: i64) -> Result<(), LibraryError> {
    file::without_waiting(connection, |connection| {
        let done = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for Waiting { source, change, .. } in taken {
            done.prepare_cached("DELETE FROM search_queue WHERE kind = ?1 AND source = ?2 AND change = ?3")?
                .execute((source.kind as i64, source.id, change))?;
        }
        done.prepare_cached("UPDATE search_step SET step = ?1")?.execute([step])?;
        Ok(done.commit()?)
    })
}

fn source_text(connection: &Connection, source: Source) -> Result<Option<(i64, String)>, LibraryError> {
    let sql = match source.kind {
        Kind::Title => "SELECT created_at AS at, title AS one, '' AS other FROM conversations WHERE id = ?1",
        Kind::Message => {
            "SELECT created_at AS at, substr(CAST(text AS BLOB), 1, ?2) AS one,
                 substr(CAST(reasoning AS BLOB), 1, ?2) AS other FROM messages
             WHERE id = ?1"
        }
        Kind::File => {
            "SELECT messages.created_at AS at, name AS one,
                 iif(mime = 'text/plain', substr(bytes, 1, ?2), '') AS other
             FROM attachments JOIN messages ON messages.id = message_id
             WHERE attachments.id = ?1 AND messages.deleted_at IS NULL"
        }
    };
    let read = |row: &Row<'_>| {
        let (one, other) = (text(row, "one")?, text(row, "other")?);
        let told = if other.is_empty() { one } else { format!("{one}\n{other}") };
        Ok((row.get("at")?, told))
    };
    let mut statement = connection.prepare_cached(sql)?;
    let found = if statement.parameter_count() == 1 {
        statement.query_row([source.id], read)
    } else {
        statement.query_row([source.id, LONGEST], read)
    };
    Ok(found.optional()?)
}
