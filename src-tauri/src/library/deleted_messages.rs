//! The table of messages that were deleted one by one. Each keeps its place in the thread, so that what follows it stays where it is,
//! and what it cost; its words lie here until they are put back, or go for good with the bin; what it
//! rests on stays in its own tables, unseen, and goes with them.

use super::journal::UNDER_WAY;
use super::messages::{self, Message};
use super::{Library, LibraryError};
use rusqlite::{Connection, TransactionBehavior};

impl Library {
    /// One that is under way can't be: it would get its words after that.
    pub async fn delete_message(&self, id: i64, now: i64) -> Result<Message, LibraryError> {
        self.run_at(id, move |connection| delete(connection, id, now)).await
    }

    pub async fn put_back_message(&self, id: i64) -> Result<Message, LibraryError> {
        self.run_at(id, move |connection| put_back(connection, id)).await
    }

    /// For good: the words, files and media of what was deleted up to this time; without one, of all. Says whether there was any.
    pub async fn purge_messages(&self, until: Option<i64>) -> Result<bool, LibraryError> {
        self.run(move |connection| purge(connection, until.unwrap_or(i64::MAX))).await
    }
}

fn delete(connection: &mut Connection, id: i64, now: i64) -> Result<Message, LibraryError> {
    let delete = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let kept = delete.execute(
        &format!(
            "INSERT INTO deleted_messages (message_id, text, reasoning)
             SELECT id, text, reasoning FROM messages WHERE id = ?1 AND deleted_at IS NULL AND NOT {UNDER_WAY}"
        ),
        [id],
    )?;
    if kept == 0 {
        return Err(LibraryError::Missing(id));
    }
    delete
        .execute("UPDATE messages SET text = '', reasoning = '', deleted_at = ?2 WHERE id = ?1", (id, now))?;
    delete.execute("DELETE FROM drafts WHERE instead_of = ?1", [id])?;
    tell_search_of_files(&delete, id)?;
    let message = messages::one(&delete, id)?;
    delete.commit()?;
    Ok(message)
}

fn put_back(connection: &mut Connection, id: i64) -> Result<Message, LibraryError> {
    let back = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let put = back.execute(
        "UPDATE messages SET text = kept.text, reasoning = kept.reasoning, deleted_at = NULL
         FROM deleted_messages AS kept WHERE messages.id = ?1 AND message_id = messages.id",
        [id],
    )?;
    if put == 0 {
        return Err(LibraryError::Missing(id));
    }
    back.execute("DELETE FROM deleted_messages WHERE message_id = ?1", [id])?;
    tell_search_of_files(&back, id)?;
    let message = messages::one(&back, id)?;
    back.commit()?;
    Ok(message)
}

/// The search looks at them once more, by the trigger that follows whose they are.
fn tell_search_of_files(connection: &Connection, id: i64) -> Result<(), LibraryError> {
    connection.execute("UPDATE attachments SET message_id = message_id WHERE message_id = ?1", [id])?;
    Ok(())
}

fn purge(connection: &mut Connection, until: i64) -> Result<bool, LibraryError> {
    let purge = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    const GONE: &str = "(SELECT message_id FROM deleted_messages JOIN messages ON messages.id = message_id
         WHERE deleted_at <= ?1)";
    // So do their words where an answer was asked with them.
    purge.execute(
        &format!(
            "UPDATE messages SET prompt = NULL WHERE prompt IS NOT NULL AND (id IN {GONE} OR parent_id IN {GONE}
                 OR parent_id IN (SELECT parent_id FROM messages WHERE id IN {GONE}))"
        ),
        [until],
    )?;
    purge.execute(
        &format!("UPDATE messages SET asked_with = NULL, video_id = NULL WHERE id IN {GONE}"),
        [until],
    )?;
    // Files of an edit that was under way go, too.
    for gone in [
        "attachments WHERE instead_of",
        "attachments WHERE message_id",
        "media WHERE message_id",
        "sources WHERE message_id",
        "tool_calls WHERE message_id",
        "deleted_messages WHERE message_id",
    ] {
        purge.execute(&format!("DELETE FROM {gone} IN {GONE}"), [until])?;
    }
    let had_any = purge.changes() > 0;
    purge.commit()?;
    if had_any {
        // Another handle that reads at this moment puts it off to the next checkpoint.
        let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
    Ok(had_any)
}
