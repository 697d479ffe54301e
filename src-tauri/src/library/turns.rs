//! Turns: a question and the place for its answer come into the table together, and an answer goes out again. What else is
//! kept of a message follows in the same transaction: the title, the files, the end of its draft.

use super::drafts::{self, DraftPlace};
use super::journal::{self, UNDER_WAY};
use super::messages::{self, Message, MessageState, Role};
use super::{
    Conversation, Library, LibraryError, Parameters, attachments, branches, conversations, evidence, films,
    marks,
};
use rusqlite::{Connection, TransactionBehavior, named_params};

/// A conversation that is not yet in the table.
#[derive(Clone, Debug)]
pub struct NewConversation {
    pub model: String,
    pub parameters: Parameters,
    /// The message of an earlier conversation from which it goes on.
    pub follows: Option<i64>,
    pub project_id: Option<i64>,
    pub preset_id: Option<i64>,
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

impl Library {
    /// A question and its answer, which starts queued. Both are on the disk, synced, when this returns.
    pub async fn add_turn(
        &self,
        conversation_id: i64,
        text: &str,
        model: &str,
        now: i64,
    ) -> Result<(Message, Message), LibraryError> {
        self.add_turn_with(conversation_id, text, Vec::new(), model, now).await
    }

    /// The same for a question with attachments, which are from then on part of it.
    pub async fn add_turn_with(
        &self,
        conversation_id: i64,
        text: &str,
        attached: Vec<i64>,
        model: &str,
        now: i64,
    ) -> Result<(Message, Message), LibraryError> {
        let (text, model) = (text.to_owned(), model.to_owned());
        self.run_at(conversation_id, move |connection| {
            add_turn(connection, Place::End(conversation_id), &text, &attached, &model, now)
        })
        .await
    }

    /// Another question in the place of this one, which stays with all that follows it.
    pub async fn add_turn_beside(
        &self,
        question: i64,
        text: &str,
        attached: Vec<i64>,
        model: &str,
        now: i64,
    ) -> Result<(Message, Message), LibraryError> {
        let (text, model) = (text.to_owned(), model.to_owned());
        self.run_at(question, move |connection| {
            add_turn(connection, Place::Beside(question), &text, &attached, &model, now)
        })
        .await
    }

    /// A new conversation with its first question and the place for the answer: all of it, or nothing.
    pub async fn begin_conversation(
        &self,
        new: NewConversation,
        first: First,
        now: i64,
    ) -> Result<(Conversation, Message, Message), LibraryError> {
        self.run(move |connection| begin(connection, &new, &first, &[], now)).await
    }

    /// The same with a place for an answer of each of these models beside the first.
    pub async fn begin_comparison(
        &self,
        new: NewConversation,
        first: First,
        beside: Vec<String>,
        now: i64,
    ) -> Result<(Conversation, Message, Message), LibraryError> {
        self.run(move |connection| begin(connection, &new, &first, &beside, now)).await
    }

    /// Another answer to a question, queued, beside the ones that it has. `words`: about how many it is asked to have.
    pub async fn add_answer(
        &self,
        question: i64,
        model: &str,
        words: Option<i64>,
        now: i64,
    ) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.run_at(question, move |connection| add_answer(connection, question, &model, words, now)).await
    }

    /// The same for another answer in the place of this one: it is asked with the same words, and takes its column.
    pub async fn answer_again(
        &self,
        answer: i64,
        model: &str,
        words: Option<i64>,
        now: i64,
    ) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.run_at(answer, move |connection| answer_again(connection, answer, &model, words, now)).await
    }

    /// For sending again: the answer is queued and empty.
    pub async fn restart_answer(
        &self,
        message_id: i64,
        model: &str,
        now: i64,
    ) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.run_at(message_id, move |connection| restart(connection, message_id, &model, now)).await
    }

    /// For going on where an answer stopped: it is queued and keeps its words.
    pub async fn resume_answer(
        &self,
        message_id: i64,
        model: &str,
        now: i64,
    ) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.run_at(message_id, move |connection| resume(connection, message_id, &model, now)).await
    }

    /// At start: answers that an earlier run left under way become cut. Returns how many.
    pub async fn close_interrupted(&self) -> Result<usize, LibraryError> {
        self.run(close_interrupted).await
    }
}

/// A question with its attachments and the place for its answer, all or nothing; it was a draft, and is none from then on.
fn add_turn(
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
fn begin(
    connection: &mut Connection,
    conversation: &NewConversation,
    first: &First,
    beside: &[String],
    now: i64,
) -> Result<(Conversation, Message, Message), LibraryError> {
    let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let NewConversation { model, parameters, follows, project_id, preset_id } = conversation;
    let id = conversations::create(&begin, model, parameters, now)?.id;
    if let Some(project) = project_id {
        // One that is gone meanwhile is none.
        let set =
            "UPDATE conversations SET project_id = (SELECT id FROM projects WHERE id = ?2) WHERE id = ?1";
        begin.execute(set, (id, project))?;
    }
    if let Some(preset) = preset_id {
        let set = "UPDATE conversations SET preset_id = (SELECT id FROM prompts WHERE id = ?2) WHERE id = ?1";
        begin.execute(set, (id, preset))?;
    }
    if let Some(message) = follows {
        conversations::follow(&begin, id, *message)?;
    }
    let (place, text, attached) = match first {
        First::New { text, attached } => (Place::End(id), text, &attached[..]),
        First::Like(question) => {
            (Place::Like { conversation: id, question: question.id }, &question.text, &[][..])
        }
    };
    let (question, answer) = add(&begin, place, text, attached, model, now)?;
    add_beside(&begin, &question, &answer, beside, now)?;
    if let First::New { .. } = first {
        drafts::forget(&begin, DraftPlace::new_chat())?;
    }
    let conversation = conversations::one(&begin, id)?;
    begin.commit()?;
    Ok((conversation, question, answer))
}

pub(super) fn add(
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
            let question = asked(turn, question)?;
            (question.conversation_id, question.parent_id, Some(question.id))
        }
        Place::Like { conversation, question } => {
            (conversation, branches::tip(turn, conversation)?, Some(question))
        }
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
    if let Some(answer) = parent {
        // Who goes on from an answer has chosen it.
        branches::end_comparison(turn, conversation_id, messages::one(turn, answer)?.parent_id)?;
    }
    let asked = New { role: Role::User, text, ..New::under(conversation_id, parent, model, now) };
    let question = asked.insert(turn)?;
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
    Ok((messages::one(turn, question)?, messages::one(turn, answer)?))
}

/// Gives the answer the first column, and the place of one of each of these models the next ones.
pub(super) fn add_beside(
    connection: &Connection,
    question: &Message,
    answer: &Message,
    beside: &[String],
    now: i64,
) -> Result<(), LibraryError> {
    if beside.is_empty() {
        return Ok(());
    }
    connection.execute("UPDATE messages SET compared = 1 WHERE id = ?1", [answer.id])?;
    for (column, model) in (2..).zip(beside) {
        let compared = Some(column);
        New { compared, ..New::answer(question.conversation_id, question.id, model, now) }
            .insert(connection)?;
    }
    // The newest would be shown.
    branches::go_through(connection, answer.id)?;
    Ok(())
}

/// Another answer to a question, beside the ones that it has: a branch.
fn add_answer(
    connection: &mut Connection,
    question: i64,
    model: &str,
    words: Option<i64>,
    now: i64,
) -> Result<Message, LibraryError> {
    let branch = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let conversation_id = asked(&branch, question)?.conversation_id;
    conversations::touch(&branch, conversation_id, "", now)?;
    let answer = New { words, ..New::answer(conversation_id, question, model, now) }.insert(&branch)?;
    let message = messages::one(&branch, answer)?;
    branch.commit()?;
    Ok(message)
}

fn answer_again(
    connection: &mut Connection,
    id: i64,
    model: &str,
    words: Option<i64>,
    now: i64,
) -> Result<Message, LibraryError> {
    let branch = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Message { parent_id: Some(question), prompt, compared, .. } = messages::one(&branch, id)? else {
        return Err(LibraryError::Missing(id));
    };
    let conversation_id = asked(&branch, question)?.conversation_id;
    conversations::touch(&branch, conversation_id, "", now)?;
    branch.execute("UPDATE messages SET compared = NULL WHERE id = ?1", [id])?;
    let prompt = prompt.as_deref();
    let answer = New { words, prompt, compared, ..New::answer(conversation_id, question, model, now) };
    let answer = answer.insert(&branch)?;
    films::make_alike(&branch, id, answer)?;
    let message = messages::one(&branch, answer)?;
    branch.commit()?;
    Ok(message)
}

/// A question that can be asked once more: one that was deleted can't.
pub(super) fn asked(connection: &Connection, id: i64) -> Result<Message, LibraryError> {
    let question = messages::one(connection, id)?;
    match (question.role, question.deleted) {
        (Role::User, None) => Ok(question),
        _ => Err(LibraryError::Missing(id)),
    }
}

/// A message that is not yet in the table. Questions are done as they come, answers wait to be sent.
pub(super) struct New<'a> {
    conversation_id: i64,
    parent: Option<i64>,
    role: Role,
    text: &'a str,
    model: &'a str,
    words: Option<i64>,
    prompt: Option<&'a str>,
    compared: Option<i64>,
    now: i64,
}

impl<'a> New<'a> {
    fn answer(conversation_id: i64, question: i64, model: &'a str, now: i64) -> New<'a> {
        New::under(conversation_id, Some(question), model, now)
    }

    pub(super) fn merged(
        conversation_id: i64,
        question: i64,
        model: &'a str,
        prompt: &'a str,
        now: i64,
    ) -> New<'a> {
        New { prompt: Some(prompt), ..New::answer(conversation_id, question, model, now) }
    }

    fn under(conversation_id: i64, parent: Option<i64>, model: &'a str, now: i64) -> New<'a> {
        New {
            conversation_id,
            parent,
            role: Role::Assistant,
            text: "",
            model,
            words: None,
            prompt: None,
            compared: None,
            now,
        }
    }

    /// It is the newest in its place, so that the thread goes through it where it comes by there.
    pub(super) fn insert(&self, connection: &Connection) -> Result<i64, LibraryError> {
        branches::make_way(connection, self.conversation_id, self.parent)?;
        let state = match self.role {
            Role::User => MessageState::Done,
            Role::Assistant => MessageState::Queued,
        };
        Ok(connection
            .prepare_cached(
                "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, words, prompt, compared,
                     created_at, updated_at, chosen, place, shown)
                 VALUES (:conversation, :parent, :role, :state, :text, '', :model, :words, :prompt, :compared, :now, :now,
                     (SELECT coalesce(max(chosen), 0) FROM messages
                      WHERE conversation_id = :conversation AND parent_id IS :parent),
                     coalesce((SELECT place + 1 FROM messages WHERE id = :parent), 0),
                     coalesce((SELECT shown FROM messages WHERE id = :parent), :parent IS NULL))",
            )?
            .insert(named_params! {
                ":conversation": self.conversation_id, ":parent": self.parent, ":role": self.role,
                ":state": state, ":text": self.text, ":model": self.model, ":words": self.words,
                ":prompt": self.prompt, ":compared": self.compared, ":now": self.now,
            })?)
    }
}

/// An answer's place is emptied for another try.
fn restart(connection: &mut Connection, id: i64, model: &str, now: i64) -> Result<Message, LibraryError> {
    let restart = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = restart.execute(
        "UPDATE messages SET state = 'queued', model = :model, text = '', reasoning = '', finish = NULL, incident = NULL,
             updated_at = :now, sent_at = NULL, first_text_at = NULL, ended_at = NULL, prompt_tokens = NULL,
             completion_tokens = NULL, kept = NULL, account = NULL, interrupted = NULL, edited_at = NULL,
             video_id = iif(model = :model, video_id, NULL)
         WHERE id = :id AND role = 'assistant' AND deleted_at IS NULL",
        named_params! { ":model": model, ":now": now, ":id": id },
    )?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    journal::clear(&restart, id)?;
    evidence::clear(&restart, id)?;
    let message = messages::one(&restart, id)?;
    conversations::touch(&restart, message.conversation_id, "", now)?;
    restart.commit()?;
    Ok(message)
}

/// An answer goes on where it stopped: its words stay, its end is taken back.
fn resume(connection: &mut Connection, id: i64, model: &str, now: i64) -> Result<Message, LibraryError> {
    let resume = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = resume.execute(
        &format!(
            "UPDATE messages SET state = 'queued', model = :model, kept = length(CAST(text AS BLOB)), finish = NULL,
                 incident = NULL, updated_at = :now, sent_at = NULL, first_text_at = NULL, ended_at = NULL,
                 prompt_tokens = NULL, completion_tokens = NULL, interrupted = NULL
             WHERE id = :id AND role = 'assistant' AND deleted_at IS NULL AND NOT {UNDER_WAY}"
        ),
        named_params! { ":model": model, ":now": now, ":id": id },
    )?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    let message = messages::one(&resume, id)?;
    conversations::touch(&resume, message.conversation_id, "", now)?;
    resume.commit()?;
    Ok(message)
}

/// Answers that were under way when the app ended: what came of them is kept, and they say that it is not all. A call is
/// kept before its request leaves, so without one and without new words nothing had left.
fn close_interrupted(connection: &mut Connection) -> Result<usize, LibraryError> {
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
