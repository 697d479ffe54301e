//! The tree that a conversation's messages are: which way through it is shown, and what stands beside it.

use super::messages::{self, Message};
use super::{Library, LibraryError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::collections::BTreeMap;

impl Library {
    /// What the thread shows, the oldest first: all of it, however long it is.
    pub async fn messages(&self, conversation_id: i64) -> Result<Vec<Message>, LibraryError> {
        self.read_aside_at(conversation_id, move |connection| shown(connection, conversation_id)).await
    }

    /// A part of that: messages from a place on, so many at most.
    pub async fn thread_part(
        &self,
        conversation_id: i64,
        from: i64,
        count: i64,
    ) -> Result<Vec<Message>, LibraryError> {
        self.run_at(conversation_id, move |connection| part(connection, conversation_id, from, count)).await
    }

    /// How many messages the thread shows.
    pub async fn thread_length(&self, conversation_id: i64) -> Result<i64, LibraryError> {
        self.run_at(conversation_id, move |connection| length(connection, conversation_id)).await
    }

    /// The messages that lead to this one, and it; shown or not, and however many.
    pub async fn path(&self, message_id: i64) -> Result<Vec<Message>, LibraryError> {
        self.read_aside_at(message_id, move |connection| path(connection, message_id)).await
    }

    /// The messages in the place of each of these, oldest first, wherever there are several. All are of one chat.
    pub async fn siblings(&self, of: Vec<i64>) -> Result<BTreeMap<i64, Vec<i64>>, LibraryError> {
        self.run_at(of.first().copied().unwrap_or_default(), move |connection| siblings(connection, &of))
            .await
    }

    /// From now on the thread goes through this message. Returns its conversation.
    pub async fn choose(&self, message_id: i64) -> Result<i64, LibraryError> {
        self.run_at(message_id, move |connection| choose(connection, message_id)).await
    }
}

/// The way from the first question down: at each fork the message chosen last, or else the newest.
const WAY: &str = "WITH RECURSIVE way (id) AS (
    SELECT (SELECT id FROM messages WHERE conversation_id = ?1 AND parent_id IS NULL
            ORDER BY chosen DESC, id DESC LIMIT 1)
    UNION SELECT (SELECT child.id FROM messages AS child WHERE child.parent_id = way.id
            ORDER BY child.chosen DESC, child.id DESC LIMIT 1)
        FROM way WHERE way.id IS NOT NULL)";

/// From a message back to the first.
const PATH: &str = "WITH RECURSIVE path (id) AS (
    SELECT ?1 UNION SELECT parent_id FROM messages JOIN path USING (id) WHERE parent_id IS NOT NULL)";

/// What the thread shows, oldest message first.
pub(super) fn shown(connection: &Connection, conversation_id: i64) -> Result<Vec<Message>, LibraryError> {
    let sql = format!("{} WHERE conversation_id = ?1 AND shown = 1 ORDER BY place", *messages::SELECT);
    let messages = read(connection, &sql, conversation_id)?;
    let exists = "SELECT 1 FROM conversations WHERE id = ?1";
    if messages.is_empty() && !connection.prepare_cached(exists)?.exists([conversation_id])? {
        return Err(LibraryError::Missing(conversation_id));
    }
    Ok(messages)
}

fn part(
    connection: &Connection,
    conversation_id: i64,
    from: i64,
    count: i64,
) -> Result<Vec<Message>, LibraryError> {
    let sql = format!(
        "{} WHERE conversation_id = ?1 AND shown = 1 AND place >= ?2 ORDER BY place LIMIT ?3",
        *messages::SELECT
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([conversation_id, from, count], messages::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Each place from the first on is shown once.
fn length(connection: &Connection, conversation_id: i64) -> Result<i64, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT place + 1 FROM messages WHERE conversation_id = ?1 AND shown = 1 ORDER BY place DESC LIMIT 1",
    )?;
    Ok(statement.query_row([conversation_id], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// The last message that is shown.
pub(super) fn tip(connection: &Connection, conversation_id: i64) -> Result<Option<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM messages WHERE conversation_id = ?1 AND shown = 1 ORDER BY place DESC LIMIT 1",
    )?;
    Ok(statement.query_row([conversation_id], |row| row.get(0)).optional()?)
}

/// The thread goes through a message that was just added: what stood in its place and after it is not shown any more.
pub(super) fn make_way(
    connection: &Connection,
    conversation_id: i64,
    parent: Option<i64>,
) -> Result<(), LibraryError> {
    connection
        .prepare_cached(
            "UPDATE messages SET shown = 0 WHERE conversation_id = ?1 AND shown = 1 AND place >=
                 coalesce((SELECT place + 1 FROM messages WHERE id = ?2 AND shown = 1), iif(?2 IS NULL, 0, 9e15))",
        )?
        .execute((conversation_id, parent))?;
    Ok(())
}

/// The messages that lead to this one, and it; shown or not.
pub(super) fn path(connection: &Connection, id: i64) -> Result<Vec<Message>, LibraryError> {
    let sql = format!("{PATH} {} WHERE id IN path ORDER BY id", *messages::SELECT);
    let messages = read(connection, &sql, id)?;
    if messages.is_empty() {
        return Err(LibraryError::Missing(id));
    }
    Ok(messages)
}

/// The messages in the place of each of these, oldest first, wherever there are several. All are of one chat.
pub(super) fn siblings(connection: &Connection, of: &[i64]) -> Result<BTreeMap<i64, Vec<i64>>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT other.id FROM messages AS one JOIN messages AS other INDEXED BY messages_by_parent
             ON other.conversation_id = one.conversation_id AND other.parent_id IS one.parent_id
         WHERE one.id = ?1 ORDER BY other.id",
    )?;
    let mut several = BTreeMap::new();
    for id in of {
        let ids = statement.query_map([id], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        if ids.len() > 1 {
            several.insert(*id, ids);
        }
    }
    Ok(several)
}

/// From now on the thread goes through this message, whatever forks lead to it; those below it keep their own choice. Returns its
/// conversation.
pub(super) fn choose(connection: &mut Connection, id: i64) -> Result<i64, LibraryError> {
    let choose = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let conversation_id = go_through(&choose, id)?;
    choose.commit()?;
    Ok(conversation_id)
}

pub(super) fn go_through(connection: &Connection, id: i64) -> Result<i64, LibraryError> {
    let conversation_id = connection
        .query_row(
            &format!(
                "{PATH} UPDATE messages SET chosen = 1 + (
                     SELECT max(chosen) FROM messages AS other
                     WHERE other.conversation_id = messages.conversation_id AND other.parent_id IS messages.parent_id)
                 WHERE id IN path RETURNING conversation_id"
            ),
            [id],
            |row| row.get(0),
        )
        .optional()?
        .ok_or(LibraryError::Missing(id))?;
    show_way(connection, conversation_id)?;
    Ok(conversation_id)
}

/// Nothing stands side by side under this question any more.
pub(super) fn end_comparison(
    connection: &Connection,
    conversation_id: i64,
    question: Option<i64>,
) -> Result<(), LibraryError> {
    connection
        .prepare_cached(
            "UPDATE messages SET compared = NULL
             WHERE conversation_id = ?1 AND parent_id = ?2 AND compared IS NOT NULL",
        )?
        .execute((conversation_id, question))?;
    Ok(())
}

/// What the thread shows follows what was chosen.
pub(super) fn show_way(connection: &Connection, conversation_id: i64) -> Result<(), LibraryError> {
    // The index lets no place be shown twice, so that what goes does so first. The way ends in nothing, which nothing is "not in".
    for changed in [
        "0 WHERE conversation_id = ?1 AND shown = 1 AND id NOT IN (SELECT id FROM way WHERE id IS NOT NULL)",
        "1 WHERE shown = 0 AND id IN way",
    ] {
        connection.execute(&format!("{WAY} UPDATE messages SET shown = {changed}"), [conversation_id])?;
    }
    Ok(())
}

fn read(connection: &Connection, sql: &str, id: i64) -> Result<Vec<Message>, LibraryError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([id], messages::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
