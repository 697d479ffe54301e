//! Films of answers: what Poe calls them, those that were still being made when the app ended, and how long a model takes.

use super::made_from::MadeFrom;
use super::messages::{self, Message};
use super::{Library, LibraryError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

/// The newest so many answers of a model say how long the next one takes.
const MOST: i64 = 20;

impl Library {
    /// Poe makes this film for an answer; none, where it will never be there.
    pub async fn keep_video(&self, message_id: i64, video: Option<String>) -> Result<(), LibraryError> {
        self.run_at(message_id, move |connection| {
            let keep = "UPDATE messages SET video_id = ?2 WHERE id = ?1";
            match connection.execute(keep, (message_id, video))? {
                0 => Err(LibraryError::Missing(message_id)),
                _ => Ok(()),
            }
        })
        .await
    }

    /// The answer will be a film that is made from another one.
    pub async fn make_from(&self, message_id: i64, from: MadeFrom) -> Result<(), LibraryError> {
        self.run_at(message_id, move |connection| {
            let MadeFrom { video, how } = from;
            let set = "UPDATE messages SET video_from = ?2, video_how = ?3 WHERE id = ?1";
            connection.execute(set, (message_id, video, how))?;
            Ok(())
        })
        .await
    }

    /// The request of a film that was given up meanwhile, and is there after all, took until now.
    pub async fn prolong_call(&self, message_id: i64, now: i64) -> Result<(), LibraryError> {
        self.run(move |connection| prolong(connection, message_id, now)).await
    }

    /// What answers to this question are made from, if from anything: one that is asked anew is made likewise.
    pub async fn made_from(&self, question: i64) -> Result<Option<MadeFrom>, LibraryError> {
        self.run_at(question, move |connection| made_from(connection, question)).await
    }

    /// Answers whose film was being made when the app ended.
    pub async fn films_under_way(&self) -> Result<Vec<i64>, LibraryError> {
        self.run(|connection| under_way(connection)).await
    }

    /// Asks for the same film once more: its place waits again, and nothing else of it changes.
    pub async fn await_video(&self, message_id: i64, now: i64) -> Result<Message, LibraryError> {
        self.run_at(message_id, move |connection| await_one(connection, message_id, now)).await
    }

    /// How long the newest answers of a model took, in milliseconds.
    pub async fn times_of(&self, model: &str) -> Result<Vec<i64>, LibraryError> {
        let model = model.to_owned();
        self.run(move |connection| times(connection, &model)).await
    }
}

fn prolong(connection: &Connection, message: i64, now: i64) -> Result<(), LibraryError> {
    connection.execute(
        "UPDATE calls SET ended_at = :now, took = max(:now - sent_at, 0), answered = 1,
             server_ended_at = server_sent_at + max(:now - sent_at, 0)
         WHERE id = (SELECT max(id) FROM calls WHERE message_id = :message) AND ended_at IS NOT NULL",
        named_params! { ":now": now, ":message": message },
    )?;
    Ok(())
}

fn made_from(connection: &Connection, question: i64) -> Result<Option<MadeFrom>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT video_from, video_how FROM messages WHERE parent_id = ?1 AND video_from IS NOT NULL
         ORDER BY id DESC LIMIT 1",
    )?;
    let found = statement.query_row([question], |row| Ok(MadeFrom { video: row.get(0)?, how: row.get(1)? }));
    Ok(found.optional()?)
}

fn under_way(connection: &Connection) -> Result<Vec<i64>, LibraryError> {
    let mut statement = connection.prepare(
        "SELECT messages.id FROM messages JOIN conversations ON conversations.id = conversation_id
         WHERE state = 'cut' AND interrupted = 'sent' AND video_id IS NOT NULL AND text = ''
             AND messages.deleted_at IS NULL AND conversations.deleted_at IS NULL
         ORDER BY messages.id",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn await_one(connection: &mut Connection, id: i64, now: i64) -> Result<Message, LibraryError> {
    let again = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = again.execute(
        "UPDATE messages SET state = 'queued', finish = NULL, incident = NULL, interrupted = NULL, ended_at = NULL,
             updated_at = :now
         WHERE id = :id AND video_id IS NOT NULL AND text = '' AND deleted_at IS NULL",
        named_params! { ":id": id, ":now": now },
    )?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    let message = messages::one(&again, id)?;
    again.commit()?;
    Ok(message)
}

fn times(connection: &Connection, model: &str) -> Result<Vec<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT ended_at - sent_at FROM messages
         WHERE role = 'assistant' AND state = 'done' AND model = ?1 AND ended_at > sent_at
         ORDER BY id DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((model, MOST), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Another answer in the place of one is made as that one was.
pub(super) fn make_alike(connection: &Connection, like: i64, answer: i64) -> Result<(), LibraryError> {
    connection.execute(
        "UPDATE messages SET (video_from, video_how) = (
             SELECT video_from, video_how FROM messages AS old WHERE old.id = ?1 AND old.model = messages.model)
         WHERE id = ?2",
        (like, answer),
    )?;
    Ok(())
}
