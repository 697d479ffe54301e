//! The table of messages. They are a tree: each names the one it follows, so that an edited question can begin a branch
//! beside the old one.

use super::columns::{optional_text, stored_as_word, text};
use super::drafts::{self, DraftPlace};
use super::evidence::{self, Evidence};
use super::journal::{self, UNDER_WAY};
use super::made_from::{FilmHow, MadeFrom};
use super::{Library, LibraryError, attachments};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};
use std::sync::LazyLock;

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: i64,
    pub conversation_id: i64,
    /// The message that this one follows; none at the start of a conversation.
    pub parent_id: Option<i64>,
    pub role: Role,
    pub state: MessageState,
    pub text: String,
    pub reasoning: String,
    pub model: String,
    pub finish: Option<String>,
    /// What went wrong, as JSON of the room that tells of failures; finished cards in files of early versions.
    pub incident: Option<String>,
    /// The app ended while it was under way.
    pub interrupted: Option<Interrupted>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    pub first_text_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    /// Bytes of `text` that were there when the answer was last continued.
    pub kept: Option<i64>,
    /// The account that the answer was asked with, by its name of that time.
    pub account: Option<String>,
    /// How many messages lead to it.
    pub place: i64,
    /// It stands in its chat's thread.
    pub shown: bool,
    /// About how many words it was asked to have; nothing of that is in the chat.
    pub words: Option<i64>,
    /// What it was asked with in the place of its question's words; nothing of that is in the chat.
    pub prompt: Option<String>,
    /// It stands beside other answers to its question, in this column, from 1.
    pub compared: Option<i64>,
    /// When somebody last changed its text.
    pub edited_at: Option<i64>,
    pub deleted: Option<Deleted>,
    /// What Poe calls the film that it waits for or has.
    pub video_id: Option<String>,
    /// The film that this one is made from.
    pub video_from: Option<MadeFrom>,
}

stored_as_word! {
    pub enum Role {
        User = "user",
        Assistant = "assistant",
    }
}

stored_as_word! {
    pub enum MessageState {
        Queued = "queued",
        Retrying = "retrying",
        Streaming = "streaming",
        Done = "done",
        Stopped = "stopped",
        Cut = "cut",
        Failed = "failed",
    }
}

stored_as_word! {
    /// How far a message was when the app ended.
    pub enum Interrupted {
        /// Its request may have left.
        Sent = "sent",
        /// It waited; nothing had left.
        Unsent = "unsent",
    }
}

/// It stands in the thread without its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// They can be put back.
    Undoable,
    ForGood,
}

/// How an answer ended, with all of its text.
#[derive(Clone, Debug)]
pub struct End {
    pub state: MessageState,
    pub finish: Option<String>,
    /// As [`Message::incident`].
    pub incident: Option<String>,
    pub sent_at: Option<i64>,
    pub first_text_at: Option<i64>,
    pub ended_at: i64,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub text: String,
    pub reasoning: String,
    pub evidence: Evidence,
}

impl Library {
    pub async fn message(&self, id: i64) -> Result<Message, LibraryError> {
        self.run_at(id, move |connection| one(connection, id)).await
    }

    /// Of all messages of a conversation, shown or not.
    pub async fn message_ids(&self, conversation_id: i64) -> Result<Vec<i64>, LibraryError> {
        self.run_at(conversation_id, move |connection| ids(connection, conversation_id)).await
    }

    /// Other words in its place, with these files of its draft. One that is under way, or deleted, can't be changed.
    pub async fn edit_message(
        &self,
        id: i64,
        text: String,
        attached: Vec<i64>,
        now: i64,
    ) -> Result<Message, LibraryError> {
        self.run_at(id, move |connection| edit(connection, id, &text, &attached, now)).await
    }

    pub async fn save_end(&self, message_id: i64, end: End) -> Result<(), LibraryError> {
        self.run_at(message_id, move |connection| save_end(connection, message_id, &end)).await
    }

    /// Keeps which account an answer is asked with, by its name.
    pub async fn ask_with(&self, message_id: i64, account: Option<String>) -> Result<(), LibraryError> {
        self.run_at(message_id, move |connection| ask_with(connection, message_id, account.as_deref())).await
    }

    /// Keeps the model that an answer is asked of, and its conversation from then on.
    pub async fn ask_model(&self, message_id: i64, model: &str) -> Result<(), LibraryError> {
        let model = model.to_owned();
        self.run_at(message_id, move |connection| ask_model(connection, message_id, &model)).await
    }
}

/// What an answer was asked with holds words of its question and of other answers to it: it goes nowhere once one of them is deleted.
pub(super) const PROMPT: &str = "iif(deleted_at IS NOT NULL OR EXISTS (SELECT 1 FROM messages AS other
     WHERE other.conversation_id = messages.conversation_id AND other.deleted_at IS NOT NULL
         AND (other.id = messages.parent_id OR other.parent_id = messages.parent_id)), NULL, prompt)";

/// Of one that is under way, what came so far is in the journal.
pub(super) static SELECT: LazyLock<String> = LazyLock::new(|| {
    let so_far = |column| {
        let rest = journal::rest(column);
        format!("iif(state = 'streaming', {column} || {rest}, {column}) AS {column}")
    };
    format!(
        "SELECT id, conversation_id, parent_id, role, state, {}, {}, model, finish, incident, interrupted, created_at, sent_at,
             first_text_at, ended_at, prompt_tokens, completion_tokens, kept, account, place, shown, words, edited_at, deleted_at,
             deleted_at IS NOT NULL AND EXISTS (SELECT 1 FROM deleted_messages WHERE message_id = messages.id) AS undoable,
             updated_at, chosen, external, prompt, compared, video_id, video_from, video_how, asked_with FROM messages",
        so_far("text"),
        so_far("reasoning")
    )
});

/// The columns by their order in [`SELECT`]: each name would be looked for among all of them, in each row of a long chat.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        parent_id: row.get(2)?,
        role: row.get(3)?,
        state: row.get(4)?,
        text: text(row, 5)?,
        reasoning: text(row, 6)?,
        model: text(row, 7)?,
        finish: optional_text(row, 8)?,
        incident: optional_text(row, 9)?,
        interrupted: row.get(10)?,
        created_at: row.get(11)?,
        sent_at: row.get(12)?,
        first_text_at: row.get(13)?,
        ended_at: row.get(14)?,
        prompt_tokens: row.get(15)?,
        completion_tokens: row.get(16)?,
        kept: row.get(17)?,
        account: optional_text(row, 18)?,
        place: row.get(19)?,
        shown: row.get(20)?,
        words: row.get(21)?,
        prompt: optional_text(row, 28)?,
        compared: row.get(29)?,
        edited_at: row.get(22)?,
        deleted: match (row.get::<_, Option<i64>>(23)?, row.get(24)?) {
            (None, _) => None,
            (Some(_), true) => Some(Deleted::Undoable),
            (Some(_), false) => Some(Deleted::ForGood),
        },
        video_id: optional_text(row, 30)?,
        video_from: match (optional_text(row, 31)?, row.get::<_, Option<FilmHow>>(32)?) {
            (Some(video), Some(how)) => Some(MadeFrom { video, how }),
            _ => None,
        },
    })
}

impl Message {
    /// The app ended before the answer did. In a file of an early version that is told by a cut answer that has no card.
    pub fn is_interrupted(&self) -> bool {
        self.state == MessageState::Cut
            && self.incident.is_none()
            && self.interrupted != Some(Interrupted::Unsent)
    }
}

pub(super) fn one(connection: &Connection, id: i64) -> Result<Message, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{} WHERE id = ?1", *SELECT))?;
    statement.query_row([id], read).optional()?.ok_or(LibraryError::Missing(id))
}

pub(super) fn ids(connection: &Connection, conversation_id: i64) -> Result<Vec<i64>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT id FROM messages WHERE conversation_id = ?1")?;
    let rows = statement.query_map([conversation_id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn edit(
    connection: &mut Connection,
    id: i64,
    text: &str,
    attached: &[i64],
    now: i64,
) -> Result<Message, LibraryError> {
    let edit = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // One whose continuation brought nothing is still continued from its end.
    let changed = edit.execute(
        &format!(
            "UPDATE messages SET text = :text, edited_at = :now,
                 kept = iif(kept = length(CAST(text AS BLOB)), length(CAST(:text AS BLOB)), NULL)
             WHERE id = :id AND deleted_at IS NULL AND NOT {UNDER_WAY}"
        ),
        named_params! { ":text": text, ":now": now, ":id": id },
    )?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    attachments::attach(&edit, attached, id)?;
    let message = one(&edit, id)?;
    drafts::forget(&edit, DraftPlace::instead_of(message.conversation_id, id))?;
    edit.commit()?;
    Ok(message)
}

pub(super) fn save_end(connection: &mut Connection, id: i64, end: &End) -> Result<(), LibraryError> {
    let both = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = both
        .prepare_cached(
            "UPDATE messages SET state = :state, finish = :finish, incident = :incident, interrupted = NULL, sent_at = :sent,
                 first_text_at = :first_text, ended_at = :ended, updated_at = :ended, prompt_tokens = :prompt,
                 completion_tokens = :completion, text = :text, reasoning = :reasoning
             WHERE id = :id",
        )?
        .execute(named_params! {
            ":state": end.state, ":finish": end.finish, ":incident": end.incident, ":sent": end.sent_at,
            ":first_text": end.first_text_at, ":ended": end.ended_at, ":prompt": end.prompt_tokens,
            ":completion": end.completion_tokens, ":text": end.text, ":reasoning": end.reasoning, ":id": id,
        })?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    both.prepare_cached(
        "UPDATE conversations SET answered_at = ?2 WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1)",
    )?
    .execute((id, end.ended_at))?;
    evidence::put(&both, id, &end.evidence)?;
    journal::clear(&both, id)?;
    Ok(both.commit()?)
}

pub(super) fn ask_with(connection: &Connection, id: i64, account: Option<&str>) -> Result<(), LibraryError> {
    connection.prepare_cached("UPDATE messages SET account = ?1 WHERE id = ?2")?.execute((account, id))?;
    Ok(())
}

pub(super) fn ask_model(connection: &mut Connection, id: i64, model: &str) -> Result<(), LibraryError> {
    let both = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    both.execute("UPDATE messages SET model = ?1 WHERE id = ?2", (model, id))?;
    both.execute(
        "UPDATE conversations SET model = ?1 WHERE id = (SELECT conversation_id FROM messages WHERE id = ?2)",
        (model, id),
    )?;
    both.commit()?;
    Ok(())
}
