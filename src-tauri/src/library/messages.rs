//! The table of messages. They are a tree: each names the one it follows, so that an edited question can begin a branch
//! beside the old one.

use super::{Conversation, LibraryError, attachments, branches, conversations, drafts, journal, marks};
use crate::events::{DraftPlace, MessageRole, MessageState, Parameters};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::LazyLock;

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: i64,
    pub conversation_id: i64,
    /// The message that this one follows; none at the start of a conversation.
    pub parent_id: Option<i64>,
    pub role: MessageRole,
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
}

/// How far a message was when the app ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Interrupted {
    /// Its request may have left.
    Sent,
    /// It waited; nothing had left.
    Unsent,
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
}

/// Of one that is under way, what came so far is in the journal.
pub(super) static SELECT: LazyLock<String> = LazyLock::new(|| {
    let so_far = |column| {
        let rest = journal::rest(column);
        format!("iif(state = 'streaming', {column} || {rest}, {column}) AS {column}")
    };
    format!(
        "SELECT id, conversation_id, parent_id, role, state, {}, {}, model, finish, incident, created_at, sent_at,
             first_text_at, ended_at, prompt_tokens, completion_tokens, kept, account, interrupted FROM messages",
        so_far("text"),
        so_far("reasoning")
    )
});

pub(super) const UNDER_WAY: &str = "state IN ('queued', 'retrying', 'streaming')";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Message> {
    let interrupted: Option<Word<Interrupted>> = row.get("interrupted")?;
    Ok(Message {
        id: row.get("id")?,
        conversation_id: row.get("conversation_id")?,
        parent_id: row.get("parent_id")?,
        role: row.get::<_, Word<MessageRole>>("role")?.0,
        state: row.get::<_, Word<MessageState>>("state")?.0,
        text: super::text(row, "text")?,
        reasoning: super::text(row, "reasoning")?,
        model: super::text(row, "model")?,
        finish: super::optional_text(row, "finish")?,
        incident: super::optional_text(row, "incident")?,
        interrupted: interrupted.map(|word| word.0),
        created_at: row.get("created_at")?,
        sent_at: row.get("sent_at")?,
        first_text_at: row.get("first_text_at")?,
        ended_at: row.get("ended_at")?,
        prompt_tokens: row.get("prompt_tokens")?,
        completion_tokens: row.get("completion_tokens")?,
        kept: row.get("kept")?,
        account: super::optional_text(row, "account")?,
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
    statement
        .query_row([id], read)
        .optional()?
        .ok_or(LibraryError::Missing(id))
}

pub(super) fn ids(connection: &Connection, conversation_id: i64) -> Result<Vec<i64>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT id FROM messages WHERE conversation_id = ?1")?;
    let rows = statement.query_map([conversation_id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a new question goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// At the end of what this conversation shows.
    End(i64),
    /// Beside this question, as another beginning of what follows it.
    Beside(i64),
    /// At the end of a conversation, as a question of another one: with the files that it has.
    Like { conversation: i64, question: i64 },
}

/// A question with its attachments and the place for its answer, all or nothing; it was a draft, and is none from then on.
pub(super) fn add_turn(
    connection: &mut Connection,
    place: Place,
    text: &str,
    attached: &[i64],
    model: &str,
    now: i64,
) -> Result<(Message, Message), LibraryError> {
    let turn = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let added = add(&turn, place, text, attached, model, now)?;
    turn.commit()?;
    Ok(added)
}

/// A new conversation with its first turn, all or nothing. One that goes on from another names the message where that was.
pub(super) fn begin(
    connection: &mut Connection,
    conversation: &NewConversation,
    first: &First,
    now: i64,
) -> Result<(Conversation, Message, Message), LibraryError> {
    let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let NewConversation {
        model,
        parameters,
        follows,
    } = conversation;
    let id = conversations::create(&begin, model, parameters, now)?.id;
    if let Some(message) = follows {
        conversations::follow(&begin, id, *message)?;
    }
    let (place, text, attached) = match first {
        First::New { text, attached } => (Place::End(id), text, &attached[..]),
        First::Like(question) => (
            Place::Like {
                conversation: id,
                question: question.id,
            },
            &question.text,
            &[][..],
        ),
    };
    let (question, answer) = add(&begin, place, text, attached, model, now)?;
    if let First::New { .. } = first {
        drafts::forget(&begin, DraftPlace::new_chat())?;
    }
    let conversation = conversations::one(&begin, id)?;
    begin.commit()?;
    Ok((conversation, question, answer))
}

/// A conversation that is not yet in the table.
#[derive(Clone, Debug)]
pub struct NewConversation {
    pub model: String,
    pub parameters: Parameters,
    /// The message of an earlier conversation from which it goes on.
    pub follows: Option<i64>,
}

/// Its first question.
#[derive(Clone, Debug)]
pub enum First {
    New {
        text: String,
        attached: Vec<i64>,
    },
    /// One of another conversation, with the same files.
    Like(Box<Message>),
}

fn add(
    turn: &Connection,
    place: Place,
    text: &str,
    attached: &[i64],
    model: &str,
    now: i64,
) -> Result<(Message, Message), LibraryError> {
    let (conversation_id, parent, like) = match place {
        Place::End(conversation_id) => (conversation_id, branches::tip(turn, conversation_id)?, None),
        Place::Beside(question) => {
            let question = one(turn, question)?;
            (question.conversation_id, question.parent_id, Some(question.id))
        }
        Place::Like {
            conversation,
            question,
        } => (conversation, branches::tip(turn, conversation)?, Some(question)),
    };
    let first = match attached.first() {
        Some(id) => Some(attachments::one(turn, *id)?),
        None => like
            .map(|question| attachments::of_message(turn, question))
            .transpose()?
            .and_then(|files| files.into_iter().next()),
    };
    let title = match first {
        Some(attachment) if text.trim().is_empty() => attachment.name,
        _ => text.to_owned(),
    };
    conversations::touch(turn, conversation_id, &title, now)?;
    let question = New {
        conversation_id,
        parent,
        role: MessageRole::User,
        text,
        model,
        now,
    }
    .insert(turn)?;
    if let Some(old) = like {
        attachments::copy(turn, old, question)?;
    }
    attachments::attach(turn, attached, question)?;
    let answer = New::answer(conversation_id, question, model, now).insert(turn)?;
    match place {
        Place::End(_) => drafts::forget(turn, DraftPlace::end_of(conversation_id))?,
        Place::Beside(question) => drafts::forget(turn, DraftPlace::instead_of(conversation_id, question))?,
        Place::Like { .. } => {}
    }
    Ok((one(turn, question)?, one(turn, answer)?))
}

/// Another answer to a question, beside the ones that it has: a branch.
pub(super) fn add_answer(
    connection: &mut Connection,
    question: i64,
    model: &str,
    now: i64,
) -> Result<Message, LibraryError> {
    let branch = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let conversation_id = one(&branch, question)?.conversation_id;
    conversations::touch(&branch, conversation_id, "", now)?;
    let answer = New::answer(conversation_id, question, model, now).insert(&branch)?;
    let message = one(&branch, answer)?;
    branch.commit()?;
    Ok(message)
}

/// A message that is not yet in the table. Questions are done as they come, answers wait to be sent.
struct New<'a> {
    conversation_id: i64,
    parent: Option<i64>,
    role: MessageRole,
    text: &'a str,
    model: &'a str,
    now: i64,
}

impl<'a> New<'a> {
    fn answer(conversation_id: i64, question: i64, model: &'a str, now: i64) -> New<'a> {
        New {
            conversation_id,
            parent: Some(question),
            role: MessageRole::Assistant,
            text: "",
            model,
            now,
        }
    }

    fn insert(&self, connection: &Connection) -> rusqlite::Result<i64> {
        let state = match self.role {
            MessageRole::User => MessageState::Done,
            MessageRole::Assistant => MessageState::Queued,
        };
        connection
            .prepare_cached(
                "INSERT INTO messages
                     (conversation_id, parent_id, role, state, text, reasoning, model, created_at, updated_at, chosen)
                 VALUES (:conversation, :parent, :role, :state, :text, '', :model, :now, :now,
                     (SELECT coalesce(max(chosen), 0) FROM messages
                      WHERE conversation_id = :conversation AND parent_id IS :parent))",
            )?
            .insert(named_params! {
                ":conversation": self.conversation_id, ":parent": self.parent, ":role": Word(self.role),
                ":state": Word(state), ":text": self.text, ":model": self.model, ":now": self.now,
            })
    }
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
            ":state": Word(end.state), ":finish": end.finish, ":incident": end.incident, ":sent": end.sent_at,
            ":first_text": end.first_text_at, ":ended": end.ended_at, ":prompt": end.prompt_tokens,
            ":completion": end.completion_tokens, ":text": end.text, ":reasoning": end.reasoning, ":id": id,
        })?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    journal::clear(&both, id)?;
    Ok(both.commit()?)
}

/// An answer's place is emptied for another try.
pub(super) fn restart(
    connection: &mut Connection,
    id: i64,
    model: &str,
    now: i64,
) -> Result<Message, LibraryError> {
    let restart = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = restart.execute(
        "UPDATE messages SET state = 'queued', model = :model, text = '', reasoning = '', finish = NULL, incident = NULL,
             updated_at = :now, sent_at = NULL, first_text_at = NULL, ended_at = NULL, prompt_tokens = NULL,
             completion_tokens = NULL, kept = NULL, account = NULL, interrupted = NULL
         WHERE id = :id AND role = 'assistant'",
        named_params! { ":model": model, ":now": now, ":id": id },
    )?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    journal::clear(&restart, id)?;
    let message = one(&restart, id)?;
    conversations::touch(&restart, message.conversation_id, "", now)?;
    restart.commit()?;
    Ok(message)
}

/// An answer goes on where it stopped: its words stay, its end is taken back.
pub(super) fn resume(
    connection: &mut Connection,
    id: i64,
    model: &str,
    now: i64,
) -> Result<Message, LibraryError> {
    let resume = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = resume.execute(
        &format!(
            "UPDATE messages SET state = 'queued', model = :model, kept = length(CAST(text AS BLOB)), finish = NULL,
                 incident = NULL, updated_at = :now, sent_at = NULL, first_text_at = NULL, ended_at = NULL,
                 prompt_tokens = NULL, completion_tokens = NULL, interrupted = NULL
             WHERE id = :id AND role = 'assistant' AND NOT {UNDER_WAY}"
        ),
        named_params! { ":model": model, ":now": now, ":id": id },
    )?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    let message = one(&resume, id)?;
    conversations::touch(&resume, message.conversation_id, "", now)?;
    resume.commit()?;
    Ok(message)
}

pub(super) fn ask_with(connection: &Connection, id: i64, account: Option<&str>) -> Result<(), LibraryError> {
    connection
        .prepare_cached("UPDATE messages SET account = ?1 WHERE id = ?2")?
        .execute((account, id))?;
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

/// Answers that were under way when the app ended: what came of them is kept, and they say that it is not all. A call is
/// kept before its request leaves, so without one and without new words nothing had left.
pub(super) fn close_interrupted(connection: &mut Connection) -> Result<usize, LibraryError> {
    let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    journal::close(&all)?;
    let interrupted: Vec<i64> = {
        let newest = format!(
            "SELECT conversation_id FROM messages WHERE {UNDER_WAY} ORDER BY updated_at DESC, id DESC"
        );
        let mut statement = all.prepare(&newest)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect::<Result<_, _>>()?
    };
    marks::show_interrupted(&all, &interrupted)?;
    let close = format!(
        "UPDATE messages SET state = 'cut', ended_at = updated_at, incident = NULL, interrupted = iif(
             length(CAST(text AS BLOB)) > coalesce(kept, 0)
                 OR EXISTS (SELECT 1 FROM calls WHERE message_id = messages.id AND calls.ended_at IS NULL),
             'sent', 'unsent')
         WHERE {UNDER_WAY}"
    );
    let closed = all.execute(&close, [])?;
    all.commit()?;
    Ok(closed)
}

/// A role or a state as the one word that it is everywhere else too.
pub(super) struct Word<T>(pub(super) T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(word)) => Ok(word.into()),
            other => Err(rusqlite::Error::ToSqlConversionFailure(
                format!("{other:?} is no word").into(),
            )),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Word<T>> {
        let word = serde_json::Value::String(value.as_str()?.to_owned());
        serde_json::from_value(word)
            .map(Word)
            .map_err(|error| FromSqlError::Other(error.into()))
    }
}
