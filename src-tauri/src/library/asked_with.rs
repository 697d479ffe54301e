//! What answers were asked with: the declared parameters that went along, in a column of the table of messages, and a chat that begins
//! with the same question and settings, to be changed and sent.

use super::conversations::{self, Conversation};
use super::drafts::{self, Draft, DraftPlace};
use super::messages;
use super::{Library, LibraryError, attachments};
use rusqlite::{Connection, TransactionBehavior, named_params};
use serde_json::{Map, Value};

/// By their names, as they were sent.
pub type AskedWith = Map<String, Value>;

impl Library {
    /// The request for an answer is about to leave with these.
    pub async fn keep_asked_with(&self, message_id: i64, values: &AskedWith) -> Result<(), LibraryError> {
        let json = json(values);
        self.run_at(message_id, move |connection| keep(connection, message_id, json.as_deref())).await
    }

    /// A chat whose first question is being written: the one of this answer, with its files, its model, and what it was asked with.
    pub async fn ask_again(&self, answer: i64, now: i64) -> Result<Conversation, LibraryError> {
        self.run(move |connection| ask_again(connection, answer, now)).await
    }
}

/// The column of this, `None` for nothing.
pub(super) fn json(values: &AskedWith) -> Option<String> {
    (!values.is_empty()).then(|| Value::Object(values.clone()).to_string())
}

/// What a column or an archive holds of it; what is none of what a parameter may hold is passed over.
pub(super) fn read(kept: &Value) -> AskedWith {
    let is_value = |value: &Value| value.is_boolean() || value.is_number() || value.is_string();
    let kept = kept.as_object().into_iter().flatten();
    kept.filter(|(_, value)| is_value(value)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

pub(super) fn of_column(json: Option<&str>) -> Option<AskedWith> {
    json.and_then(|json| serde_json::from_str(json).ok()).as_ref().map(read)
}

/// What is there already costs no write.
fn keep(connection: &Connection, message_id: i64, json: Option<&str>) -> Result<(), LibraryError> {
    connection
        .prepare_cached("UPDATE messages SET asked_with = ?1 WHERE id = ?2 AND asked_with IS NOT ?1")?
        .execute((json, message_id))?;
    Ok(())
}

fn ask_again(connection: &mut Connection, id: i64, now: i64) -> Result<Conversation, LibraryError> {
    let again = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answer = messages::one(&again, id)?;
    let question = messages::one(&again, answer.parent_id.ok_or(LibraryError::Missing(id))?)?;
    if question.deleted.is_some() {
        return Err(LibraryError::Missing(question.id));
    }
    let before = conversations::one(&again, answer.conversation_id)?;
    let mut parameters = before.parameters;
    let kept: Option<String> =
        again.query_row("SELECT asked_with FROM messages WHERE id = ?1", [id], |row| row.get(0))?;
    // That of an answer of an earlier version is not known: its chat's are the nearest.
    if let Some(asked_with) = of_column(kept.as_deref()) {
        parameters.declared = asked_with;
    }
    let new = conversations::create(&again, &answer.model, &parameters, now)?.id;
    again.execute(
        "UPDATE conversations SET project_id = :project WHERE id = :new",
        named_params! { ":project": before.project_id, ":new": new },
    )?;
    let text = answer.prompt.unwrap_or(question.text);
    drafts::save(&again, DraftPlace::end_of(new), &Draft { text, ..Draft::default() }, now)?;
    attachments::copy_to_draft(&again, question.id, new)?;
    let chat = conversations::one(&again, new)?;
    again.commit()?;
    Ok(chat)
}
