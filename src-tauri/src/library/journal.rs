//! The journal of the answers that are under way: what came, piece by piece. To keep another piece costs the same however
//! long the answer is. It is part of the message for whoever reads it, and becomes so in the table once it has ended.

use super::{Library, LibraryError, file};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

impl Library {
    /// The journal of an answer under way: what came of it since the last time. It outlives the app at once and a power cut a
    /// little later, for it comes four times a second and does not wait for the drive.
    pub async fn save_piece(
        &self,
        message_id: i64,
        text: String,
        reasoning: String,
        now: i64,
    ) -> Result<(), LibraryError> {
        self.run_at(message_id, move |connection| {
            file::without_waiting(connection, |connection| {
                add(connection, message_id, &text, &reasoning, now)
            })
        })
        .await
    }
}

/// Answers that are under way.
pub(super) const UNDER_WAY: &str = "state IN ('queued', 'retrying', 'streaming')";

/// What the journal of a message adds to one of its columns, `text` or `reasoning`.
pub(super) fn rest(column: &str) -> String {
    format!(
        "(SELECT coalesce(group_concat(piece, ''), '') FROM
             (SELECT {column} AS piece FROM journal WHERE message_id = messages.id ORDER BY id))"
    )
}

/// What came since the piece before. An answer that has ended keeps its end.
pub(super) fn add(
    connection: &mut Connection,
    message: i64,
    text: &str,
    reasoning: &str,
    now: i64,
) -> Result<(), LibraryError> {
    let both = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Once for an answer: its row holds all that it had before.
    both.prepare_cached(
        "UPDATE messages SET state = 'streaming', first_text_at = coalesce(first_text_at, :now), updated_at = :now
         WHERE id = :id AND state IN ('queued', 'retrying')",
    )?
    .execute(named_params! { ":id": message, ":now": now })?;
    let is_under_way = both
        .prepare_cached("SELECT state = 'streaming' FROM messages WHERE id = ?1")?
        .query_row([message], |row| row.get(0))
        .optional()?
        .ok_or(LibraryError::Missing(message))?;
    if is_under_way {
        both.prepare_cached("INSERT INTO journal (message_id, text, reasoning, at) VALUES (?1, ?2, ?3, ?4)")?
            .execute((message, text, reasoning, now))?;
    }
    Ok(both.commit()?)
}

/// Its pieces become the message's own. Of those that have none nothing changes.
pub(super) fn close(connection: &Connection) -> Result<(), LibraryError> {
    let (text, reasoning) = (rest("text"), rest("reasoning"));
    connection.execute(
        &format!(
            "UPDATE messages SET text = text || {text}, reasoning = reasoning || {reasoning},
                 updated_at = (SELECT max(at) FROM journal WHERE message_id = messages.id)
             WHERE {} AND id IN (SELECT message_id FROM journal)",
            UNDER_WAY
        ),
        [],
    )?;
    connection.execute("DELETE FROM journal", [])?;
    Ok(())
}

/// The message has all of its text, or is to have none.
pub(super) fn clear(connection: &Connection, message: i64) -> Result<(), LibraryError> {
    connection.prepare_cached("DELETE FROM journal WHERE message_id = ?1")?.execute([message])?;
    Ok(())
}
