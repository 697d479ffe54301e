//! The table of drafts: the words of messages that are being written, and where each will go. Their files are attachments
//! that no message has yet. A draft goes when its message is on the disk, in the same transaction, and not before.

use super::columns::{optional_text, text};
use super::made_from::FilmHow;
use super::{Library, LibraryError, Parameters, file, parameters};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

/// Where a message that is being written will go: to the end of a chat, in the place of a question of it, or into a chat that
/// it begins (neither).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DraftPlace {
    pub conversation_id: Option<i64>,
    pub instead_of: Option<i64>,
}

impl DraftPlace {
    pub fn new_chat() -> DraftPlace {
        DraftPlace::default()
    }

    pub fn end_of(conversation_id: i64) -> DraftPlace {
        DraftPlace { conversation_id: Some(conversation_id), instead_of: None }
    }

    pub fn instead_of(conversation_id: i64, question: i64) -> DraftPlace {
        DraftPlace { conversation_id: Some(conversation_id), instead_of: Some(question) }
    }

    /// Of its chat; 0 where that does not exist yet.
    pub(super) fn id(self) -> i64 {
        self.conversation_id.unwrap_or_default()
    }
}

/// What is kept of a message that is being written, but for its files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    pub text: String,
    /// What a chat that does not exist yet will be asked with, where that was chosen.
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
    /// What it begins with.
    pub preset: Option<i64>,
    /// The answer whose film it is to be made from, and how.
    pub film: Option<(i64, FilmHow)>,
}

impl Library {
    /// What is being written, as far as it was saved.
    pub async fn draft(&self, place: DraftPlace) -> Result<Option<Draft>, LibraryError> {
        self.run_at(place.id(), move |connection| one(connection, place)).await
    }

    /// Like the journal of an answer: while somebody types, it comes four times a second.
    pub async fn save_draft(&self, place: DraftPlace, draft: Draft, now: i64) -> Result<(), LibraryError> {
        self.run_at(place.id(), move |connection| {
            file::without_waiting(connection, |connection| save(connection, place, &draft, now))
        })
        .await
    }

    /// With its files.
    pub async fn discard_draft(&self, place: DraftPlace) -> Result<(), LibraryError> {
        self.run_at(place.id(), move |connection| discard(connection, place)).await
    }

    /// The question whose edit is under way in a conversation, of those that its thread shows.
    pub async fn editing(&self, conversation_id: i64) -> Result<Option<i64>, LibraryError> {
        self.run_at(conversation_id, move |connection| editing(connection, conversation_id)).await
    }
}

const AT: &str = "conversation_id IS :conversation AND instead_of IS :instead_of";

pub(super) fn one(connection: &Connection, place: DraftPlace) -> Result<Option<Draft>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT text, model, parameters, preset_id, film_of, film_how FROM drafts WHERE {AT}"
    ))?;
    let draft = statement.query_row(
        named_params! { ":conversation": place.conversation_id, ":instead_of": place.instead_of },
        |row| {
            let parameters = optional_text(row, "parameters")?;
            Ok(Draft {
                text: text(row, "text")?,
                model: optional_text(row, "model")?,
                parameters: parameters.map(|json| Parameters::from_json(&json)),
                preset: row.get("preset_id")?,
                film: row.get::<_, Option<i64>>("film_of")?.zip(row.get("film_how")?),
            })
        },
    );
    Ok(draft.optional()?)
}

/// One without words, model and settings is no draft, unless it is an edit: that is under way until it is sent or given up.
pub(super) fn save(
    connection: &Connection,
    place: DraftPlace,
    draft: &Draft,
    now: i64,
) -> Result<(), LibraryError> {
    let is_nothing = place.instead_of.is_none() && *draft == Draft::default();
    if is_nothing {
        return forget(connection, place);
    }
    let parameters = draft.parameters.as_ref().map(Parameters::to_json).transpose()?;
    connection
        .prepare_cached(&format!(
            "INSERT INTO drafts (conversation_id, instead_of, text, model, parameters, preset_id, film_of, film_how, updated_at)
             VALUES (:conversation, :instead_of, :text, :model, :parameters,
                 (SELECT id FROM prompts WHERE id = :preset), (SELECT id FROM messages WHERE id = :film), :how, :now)
             ON CONFLICT (ifnull(conversation_id, 0), ifnull(instead_of, 0)) DO UPDATE
             SET text = :text, model = :model, parameters = {}, preset_id = excluded.preset_id, film_of = excluded.film_of,
                 film_how = excluded.film_how, updated_at = :now",
            parameters::OVER_THOSE_OF_BEFORE
        ))?
        .execute(named_params! {
            ":conversation": place.conversation_id, ":instead_of": place.instead_of, ":text": draft.text,
            ":model": draft.model, ":parameters": parameters, ":preset": draft.preset,
            ":film": draft.film.map(|(answer, _)| answer), ":how": draft.film.map(|(_, how)| how), ":now": now,
        })?;
    Ok(())
}

/// Its words only: its files are a message's now, or stay.
pub(super) fn forget(connection: &Connection, place: DraftPlace) -> Result<(), LibraryError> {
    connection
        .prepare_cached(&format!("DELETE FROM drafts WHERE {AT}"))?
        .execute(named_params! { ":conversation": place.conversation_id, ":instead_of": place.instead_of })?;
    Ok(())
}

/// It is given up, with the files that came with it.
pub(super) fn discard(connection: &mut Connection, place: DraftPlace) -> Result<(), LibraryError> {
    let discard = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    forget(&discard, place)?;
    discard.execute(
        &format!("DELETE FROM attachments WHERE message_id IS NULL AND project_id IS NULL AND {AT}"),
        named_params! { ":conversation": place.conversation_id, ":instead_of": place.instead_of },
    )?;
    Ok(discard.commit()?)
}

/// The question whose edit was worked on last, later than what stands at the end; of those that the thread shows.
pub(super) fn editing(connection: &Connection, conversation_id: i64) -> Result<Option<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT instead_of FROM drafts
         WHERE conversation_id = ?1
             AND (instead_of IS NULL OR (SELECT shown FROM messages WHERE id = instead_of))
         ORDER BY updated_at DESC, id DESC LIMIT 1",
    )?;
    let last = statement.query_row([conversation_id], |row| row.get(0)).optional()?;
    Ok(last.flatten())
}
