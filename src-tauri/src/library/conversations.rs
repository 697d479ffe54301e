//! The table of conversations.

use super::columns::{optional_text, text};
use super::marks::{self, Broken};
use super::{Library, LibraryError, Parameters, file, parameters};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    pub id: i64,
    /// Empty until the first question names it.
    pub title: String,
    pub model: String,
    pub parameters: Parameters,
    /// When something was last asked in it.
    pub updated_at: i64,
    /// The oldest message that is sent; none leaves nothing out.
    pub sent_from: Option<i64>,
    /// What an earlier chat was about, or what is left out of this one; sent before the first message.
    pub summary: Option<String>,
    /// The message, of the earlier chat or of this one, up to which the summary goes.
    pub summary_of: Option<i64>,
    /// The summary is of turns of this chat, which are left out.
    pub summary_is_own: bool,
    /// An answer ended in it since it was last shown.
    pub unread: bool,
    /// Its newest answer, where that ended badly.
    pub broken: Option<Broken>,
    /// What its answers cost, as far as it is known.
    pub points: i64,
    /// Points that its calls cost less by what their host had kept.
    pub saved: i64,
    pub project_id: Option<i64>,
    /// What it began with.
    pub preset_id: Option<i64>,
    /// Above all others.
    pub pinned: bool,
    /// Out of the list, and not deleted.
    pub archived: bool,
    /// In the bin since then.
    pub deleted_at: Option<i64>,
    /// When its newest answer ended.
    pub answered_at: Option<i64>,
    /// The message at the top of the view when it was last left, and pixels of it above; none at its end.
    pub reading: Option<(i64, i32)>,
}

impl Library {
    /// All that are not in the bin, the newest first.
    pub async fn conversations(&self) -> Result<Vec<Conversation>, LibraryError> {
        self.run(|connection| all(connection)).await
    }

    pub async fn conversation(&self, id: i64) -> Result<Conversation, LibraryError> {
        self.with_points(self.run_at(id, move |connection| one(connection, id)).await?).await
    }

    pub async fn create_conversation(
        &self,
        model: &str,
        parameters: Parameters,
        now: i64,
    ) -> Result<Conversation, LibraryError> {
        let model = model.to_owned();
        self.run(move |connection| create(connection, &model, &parameters, now)).await
    }

    pub async fn change_conversation(
        &self,
        id: i64,
        change: ConversationChange,
    ) -> Result<Conversation, LibraryError> {
        self.with_points(self.run_at(id, move |connection| self::change(connection, id, &change)).await?)
            .await
    }

    /// Sends from this message on; none sends all again.
    pub async fn send_from(&self, id: i64, message: Option<i64>) -> Result<Conversation, LibraryError> {
        self.with_points(self.run_at(id, move |connection| send_from(connection, id, message)).await?).await
    }

    /// This conversation goes on where an earlier one was at this message.
    pub async fn follow(&self, id: i64, message: i64) -> Result<Conversation, LibraryError> {
        self.run(move |connection| follow(connection, id, message)).await
    }

    /// Where its thread was left. A power cut may bring the place before back.
    pub async fn keep_reading_place(&self, id: i64, at: Option<(i64, i32)>) -> Result<(), LibraryError> {
        self.run_at(id, move |connection| {
            file::without_waiting(connection, |connection| {
                connection.execute(
                    "UPDATE conversations SET reading = ?2, reading_at = ?3 WHERE id = ?1",
                    (id, at.map(|at| at.0), at.map(|at| at.1)),
                )?;
                Ok(())
            })
        })
        .await
    }

    /// In the place of its turns up to this message there will be a summary; none: there is none of its own.
    pub async fn summarize(&self, id: i64, of: Option<i64>) -> Result<Conversation, LibraryError> {
        self.with_points(self.run_at(id, move |connection| summarize(connection, id, of)).await?).await
    }

    pub async fn set_summary(&self, id: i64, text: String) -> Result<Conversation, LibraryError> {
        self.run_at(id, move |connection| set_summary(connection, id, &text)).await
    }
}

/// What is given takes the place of what is there.
#[derive(Clone, Debug, Default)]
pub struct ConversationChange {
    pub title: Option<String>,
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
}

/// A title that a question gives has at most so many characters.
const TITLE_LENGTH: usize = 60;

pub(super) const SELECT: &str =
    "SELECT id, title, model, parameters, updated_at, sent_from, summary, summary_of, unread, points, saved,
    project_id, preset_id, pinned, archived_at, deleted_at, answered_at, reading, reading_at,
    summary_of IS NOT NULL AND EXISTS (
        SELECT 1 FROM messages WHERE messages.id = summary_of AND conversation_id = conversations.id) AS summary_is_own
    FROM conversations";

/// The conversation is no part of an import that is not done.
pub(super) const SHOWS: &str =
    "(import_id IS NULL OR (SELECT done FROM imports WHERE imports.id = import_id))";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: row.get("id")?,
        title: text(row, "title")?,
        model: text(row, "model")?,
        parameters: Parameters::from_json(&text(row, "parameters")?),
        updated_at: row.get("updated_at")?,
        sent_from: row.get("sent_from")?,
        summary: optional_text(row, "summary")?,
        summary_of: row.get("summary_of")?,
        summary_is_own: row.get("summary_is_own")?,
        unread: row.get("unread")?,
        broken: None,
        points: row.get("points")?,
        saved: row.get("saved")?,
        project_id: row.get("project_id")?,
        preset_id: row.get("preset_id")?,
        pinned: row.get::<_, Option<i64>>("pinned")?.is_some(),
        archived: row.get::<_, Option<i64>>("archived_at")?.is_some(),
        deleted_at: row.get("deleted_at")?,
        answered_at: row.get("answered_at")?,
        reading: row.get::<_, Option<i64>>("reading")?.zip(row.get("reading_at")?),
    })
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Conversation>, LibraryError> {
    let sql = format!("{SELECT} WHERE deleted_at IS NULL AND {SHOWS} ORDER BY updated_at DESC, id DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    rows.map(|row| marked(connection, row?)).collect()
}

pub(super) fn one(connection: &Connection, id: i64) -> Result<Conversation, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    let row = statement.query_row([id], read).optional()?;
    marked(connection, row.ok_or(LibraryError::Missing(id))?)
}

/// How it ended goes before what is new in it.
pub(super) fn marked(connection: &Connection, row: Conversation) -> Result<Conversation, LibraryError> {
    let broken = marks::of(connection, row.id)?;
    Ok(Conversation { broken, ..row })
}

pub(super) fn create(
    connection: &Connection,
    model: &str,
    parameters: &Parameters,
    now: i64,
) -> Result<Conversation, LibraryError> {
    connection.execute(
        "INSERT INTO conversations (title, model, parameters, created_at, updated_at)
         VALUES ('', :model, :parameters, :now, :now)",
        named_params! { ":model": model, ":parameters": parameters.to_json()?, ":now": now },
    )?;
    one(connection, connection.last_insert_rowid())
}

/// The order of the list stays: a new name is no new question.
pub(super) fn change(
    connection: &mut Connection,
    id: i64,
    change: &ConversationChange,
) -> Result<Conversation, LibraryError> {
    let parameters = change.parameters.as_ref().map(Parameters::to_json).transpose()?;
    connection.execute(
        &format!(
            "UPDATE conversations SET title = coalesce(:title, title), model = coalesce(:model, model),
                 parameters = iif(:parameters IS NULL, parameters, {})
             WHERE id = :id",
            parameters::OVER_THOSE_OF_BEFORE
        ),
        named_params! {
            ":title": change.title.as_deref().map(one_line), ":model": change.model, ":parameters": parameters, ":id": id,
        },
    )?;
    one(connection, id)
}

/// Sends from this message on; none sends all again.
pub(super) fn send_from(
    connection: &Connection,
    id: i64,
    message: Option<i64>,
) -> Result<Conversation, LibraryError> {
    connection.execute("UPDATE conversations SET sent_from = ?2 WHERE id = ?1", (id, message))?;
    // What is sent again in its own words needs no summary.
    let known = one(connection, id)?;
    let is_sent = known.summary_of.is_some_and(|of| message.is_none_or(|from| from <= of));
    if known.summary_is_own && is_sent { summarize(connection, id, None) } else { Ok(known) }
}

/// That of an earlier chat stays, for nothing else tells what it was about.
fn summarize(connection: &Connection, id: i64, of: Option<i64>) -> Result<Conversation, LibraryError> {
    let changed = connection.execute(
        "UPDATE conversations SET summary = NULL, summary_of = ?2
         WHERE id = ?1 AND (summary_of IS NULL OR summary_of IN (SELECT id FROM messages WHERE conversation_id = ?1))
             AND (?2 IS NULL OR ?2 IN (SELECT id FROM messages WHERE conversation_id = ?1))",
        (id, of),
    )?;
    if changed == 0 {
        return Err(LibraryError::Missing(id));
    }
    one(connection, id)
}

/// This conversation goes on where an earlier one was at this message.
pub(super) fn follow(connection: &Connection, id: i64, message: i64) -> Result<Conversation, LibraryError> {
    connection.execute("UPDATE conversations SET summary_of = ?2 WHERE id = ?1", (id, message))?;
    one(connection, id)
}

pub(super) fn set_summary(
    connection: &Connection,
    id: i64,
    text: &str,
) -> Result<Conversation, LibraryError> {
    connection.execute("UPDATE conversations SET summary = ?2 WHERE id = ?1", (id, text))?;
    one(connection, id)
}

/// A question was asked: the conversation moves to the top, also out of the archive or the bin, and the first one names it.
pub(super) fn touch(connection: &Connection, id: i64, question: &str, now: i64) -> Result<(), LibraryError> {
    let changed = connection.execute(
        "UPDATE conversations SET updated_at = :now, title = iif(title = '', :title, title), archived_at = NULL,
             deleted_at = NULL
         WHERE id = :id",
        named_params! { ":now": now, ":title": title_of(question), ":id": id },
    )?;
    if changed == 0 { Err(LibraryError::Missing(id)) } else { Ok(()) }
}

/// What a question names its chat: its first line that says something, cut at a word's end.
pub fn title_of(question: &str) -> String {
    let line = question.lines().map(one_line).find(|line| !line.is_empty()).unwrap_or_default();
    let Some((end, _)) = line.char_indices().nth(TITLE_LENGTH) else {
        return line;
    };
    let start = &line[..end];
    // The cut may fall right behind a word. A first word that is longer than a title is cut inside.
    match start.rfind(' ') {
        Some(space) if !line[end..].starts_with(' ') => start[..space].to_owned(),
        _ => start.to_owned(),
    }
}

/// Without line ends, tabs and other control characters.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::title_of;

    fn check(question: &str, expected: &str) {
        assert_eq!(title_of(question), expected);
        assert!(title_of(question).chars().count() <= super::TITLE_LENGTH);
    }

    #[test]
    fn titles() {
        check("", "");
        check(" \n\t\n", "");
        check("Why is the sky blue?", "Why is the sky blue?");
        check("\n\n  First \t line  \nsecond", "First line");
        check("a\u{0}b\r\nc", "a b");
        let sixty = "123456789 123456789 123456789 123456789 123456789 1234567890";
        check(sixty, sixty);
        check(&format!("{sixty} more"), sixty);
        check(&format!("{sixty}1"), "123456789 123456789 123456789 123456789 123456789");
        check(&"x".repeat(61), &"x".repeat(60));
        check(&"心".repeat(200), &"心".repeat(60));
        check(&format!("🦀 {}", "é".repeat(99)), "🦀");
    }
}
