//! Chats as they go out and come in: with all that is kept of them, and without this file's own ids. What is named here is what an
//! archive names (`tests/fixtures/archive/FORMAT.md`): a field may be added, none may change.
//!
//! A chat is called by its key wherever it goes, and so are its messages, so that whatever goes to and fro comes in once.

use super::columns::{optional_text, text};
use super::evidence::{self, Evidence, Source, ToolCall};
use super::ledger::ChargeState;
use super::messages::{self, Interrupted, Message, MessageState, Role};
use super::{Library, LibraryError, asked_with, conversations};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashMap;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArchivedProject {
    pub key: String,
    pub name: String,
    pub color: String,
    pub model: Option<String>,
    pub parameters: Map<String, Value>,
    pub place: i64,
    pub created_at: i64,
    pub files: Vec<ArchivedFile>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArchivedChat {
    pub key: String,
    pub title: String,
    pub model: String,
    /// As in the file, with those of a later version.
    pub parameters: Map<String, Value>,
    /// By its key.
    pub project: Option<String>,
    /// What it began with, by its key.
    pub preset: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub answered_at: Option<i64>,
    pub pinned: Option<i64>,
    pub archived_at: Option<i64>,
    pub unread: bool,
    /// The oldest message that is sent, by its key.
    pub sent_from: Option<String>,
    /// Of what is there nothing is sent.
    pub all_left_out: bool,
    pub summary: Option<String>,
    /// The message of another chat up to which the summary goes, by its key.
    pub summary_of: Option<String>,
    /// What its answers cost, as far as it is known. Told for readers: what comes in is added up from the calls.
    pub points: i64,
    pub saved: i64,
    /// Each after the one that it follows.
    pub messages: Vec<ArchivedMessage>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArchivedMessage {
    pub key: String,
    /// The message that it follows, by its key.
    pub parent: Option<String>,
    pub role: Role,
    pub state: MessageState,
    pub text: String,
    pub reasoning: String,
    pub model: String,
    pub finish: Option<String>,
    pub incident: Option<Value>,
    pub interrupted: Option<Interrupted>,
    pub created_at: i64,
    pub updated_at: i64,
    pub sent_at: Option<i64>,
    pub first_text_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub kept: Option<i64>,
    pub account: Option<String>,
    /// Among those that follow the same one, the thread goes through the highest, of equals through the last.
    pub chosen: i64,
    /// It stands in the thread.
    pub shown: bool,
    /// About how many words it was asked to have.
    pub words: Option<i64>,
    /// The declared parameters that went along, by their names: an object. What is none is passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_with: Option<Value>,
    pub edited_at: Option<i64>,
    /// Its words stay behind.
    pub deleted_at: Option<i64>,
    pub files: Vec<ArchivedFile>,
    /// What the answer made, as far as it is kept.
    pub media: Vec<ArchivedMedia>,
    /// The pages that it names, and what it did or wanted with tools.
    pub sources: Vec<Source>,
    pub tools: Vec<ToolCall>,
    pub calls: Vec<ArchivedCall>,
}

impl Default for ArchivedMessage {
    fn default() -> ArchivedMessage {
        ArchivedMessage {
            key: String::new(),
            parent: None,
            role: Role::User,
            state: MessageState::Done,
            text: String::new(),
            reasoning: String::new(),
            model: String::new(),
            finish: None,
            incident: None,
            interrupted: None,
            created_at: 0,
            updated_at: 0,
            sent_at: None,
            first_text_at: None,
            ended_at: None,
            prompt_tokens: None,
            completion_tokens: None,
            kept: None,
            account: None,
            chosen: 0,
            shown: false,
            words: None,
            asked_with: None,
            edited_at: None,
            deleted_at: None,
            files: Vec::new(),
            media: Vec::new(),
            sources: Vec::new(),
            tools: Vec::new(),
            calls: Vec::new(),
        }
    }
}

/// An image, a sound or a film but for its bytes, which stand among those of the files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArchivedMedia {
    pub id: i64,
    /// As the answer has it.
    pub url: String,
    /// Told for readers, as all that follows: what comes in is told by its bytes.
    pub mime: String,
    pub size: i64,
    pub kept_at: i64,
    /// The name of its file in the folder of media.
    #[serde(skip)]
    pub file: String,
}

/// Their numbers begin here, so that none is a file's.
const MEDIA: i64 = 1 << 32;

/// A file but for its bytes, which stand by themselves under the same number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArchivedFile {
    pub id: i64,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub left_out: bool,
    pub created_at: i64,
}

/// A request that was sent for an answer. Whose points it spent is not told: that names the end of a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArchivedCall {
    pub model: String,
    pub sent_at: i64,
    pub ended_at: Option<i64>,
    pub server_sent_at: Option<i64>,
    pub server_ended_at: Option<i64>,
    pub server_within: Option<i64>,
    pub took: Option<i64>,
    pub answered: bool,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cache_read: Option<i64>,
    pub cache_written: Option<i64>,
    pub cache_saved: Option<i64>,
    pub estimate: Option<i64>,
    pub charge: ChargeState,
    pub points: Option<i64>,
    pub amounts: Option<String>,
    /// Its row of Poe's history.
    pub query_id: Option<String>,
    pub letters: Option<i64>,
    pub marks: Option<i64>,
    pub ideographs: Option<i64>,
    pub sent: Option<i64>,
}

impl Default for ArchivedCall {
    fn default() -> ArchivedCall {
        ArchivedCall {
            model: String::new(),
            sent_at: 0,
            ended_at: None,
            server_sent_at: None,
            server_ended_at: None,
            server_within: None,
            took: None,
            answered: false,
            prompt_tokens: None,
            completion_tokens: None,
            cache_read: None,
            cache_written: None,
            cache_saved: None,
            estimate: None,
            charge: ChargeState::Unknown,
            points: None,
            amounts: None,
            query_id: None,
            letters: None,
            marks: None,
            ideographs: None,
            sent: None,
        }
    }
}

impl Library {
    /// The chats that go out when all do, in the order of the list: those in the bin stay.
    pub async fn archive_list(&self) -> Result<Vec<i64>, LibraryError> {
        self.run(|connection| list(connection)).await
    }

    pub async fn archived_projects(&self) -> Result<Vec<ArchivedProject>, LibraryError> {
        self.run(|connection| projects(connection)).await
    }

    /// It is given a key, where it has none yet.
    pub async fn archived_chat(&self, id: i64) -> Result<ArchivedChat, LibraryError> {
        self.run(move |connection| chat(connection, id)).await
    }
}

fn list(connection: &Connection) -> Result<Vec<i64>, LibraryError> {
    let sql = format!(
        "SELECT id FROM conversations WHERE deleted_at IS NULL AND {} ORDER BY updated_at DESC, id DESC",
        conversations::SHOWS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const NEW_KEY: &str = "lower(hex(randomblob(16)))";

fn projects(connection: &Connection) -> Result<Vec<ArchivedProject>, LibraryError> {
    connection.execute(&format!("UPDATE projects SET external = {NEW_KEY} WHERE external IS NULL"), [])?;
    let mut statement = connection.prepare_cached(
        "SELECT id, external, name, color, model, parameters, place, created_at FROM projects ORDER BY place, id",
    )?;
    let rows = statement.query_map([], |row| {
        let project = ArchivedProject {
            key: text(row, "external")?,
            name: text(row, "name")?,
            color: text(row, "color")?,
            model: optional_text(row, "model")?,
            parameters: fields(&text(row, "parameters")?),
            place: row.get("place")?,
            created_at: row.get("created_at")?,
            files: Vec::new(),
        };
        Ok((row.get::<_, i64>("id")?, project))
    })?;
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    let mut files = connection.prepare_cached(&format!("{FILES} WHERE project_id = ?1 ORDER BY id"))?;
    let mut projects = Vec::with_capacity(rows.len());
    for (id, project) in rows {
        let found = files.query_map([id], file)?;
        projects.push(ArchivedProject { files: found.collect::<Result<_, _>>()?, ..project });
    }
    Ok(projects)
}

const FILES: &str = "SELECT id, message_id, name, mime, size, left_out, created_at FROM attachments";

fn file(row: &Row<'_>) -> rusqlite::Result<ArchivedFile> {
    Ok(ArchivedFile {
        id: row.get("id")?,
        name: text(row, "name")?,
        mime: text(row, "mime")?,
        size: row.get("size")?,
        left_out: row.get("left_out")?,
        created_at: row.get("created_at")?,
    })
}

fn fields(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

/// What a message is called where it has no name from elsewhere: a file never uses an id twice.
fn key(chat: &str, external: Option<String>, id: i64) -> String {
    external.unwrap_or_else(|| format!("{chat}:{id}"))
}

fn chat(connection: &Connection, id: i64) -> Result<ArchivedChat, LibraryError> {
    let name = format!("UPDATE conversations SET external = {NEW_KEY} WHERE id = ?1 AND external IS NULL");
    connection.prepare_cached(&name)?.execute([id])?;
    // And its project by one of its own.
    let name = format!(
        "UPDATE projects SET external = {NEW_KEY}
         WHERE external IS NULL AND id = (SELECT project_id FROM conversations WHERE id = ?1)"
    );
    connection.prepare_cached(&name)?.execute([id])?;
    let mut statement = connection.prepare_cached(
        "SELECT external, title, model, parameters, created_at, updated_at, answered_at, pinned, archived_at, unread, summary,
             points, saved, sent_from, summary_of,
             (SELECT external FROM projects WHERE projects.id = project_id) AS project,
             (SELECT key FROM prompts WHERE prompts.id = preset_id) AS preset
         FROM conversations WHERE id = ?1",
    )?;
    let found = statement.query_row([id], |row| {
        let chat = ArchivedChat {
            key: text(row, "external")?,
            title: text(row, "title")?,
            model: text(row, "model")?,
            parameters: fields(&text(row, "parameters")?),
            project: optional_text(row, "project")?,
            preset: optional_text(row, "preset")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            answered_at: row.get("answered_at")?,
            pinned: row.get("pinned")?,
            archived_at: row.get("archived_at")?,
            unread: row.get("unread")?,
            sent_from: None,
            all_left_out: false,
            summary: optional_text(row, "summary")?,
            summary_of: None,
            points: row.get("points")?,
            saved: row.get("saved")?,
            messages: Vec::new(),
        };
        Ok((chat, row.get::<_, Option<i64>>("sent_from")?, row.get::<_, Option<i64>>("summary_of")?))
    });
    let (chat, sent_from, summary_of) = found.optional()?.ok_or(LibraryError::Missing(id))?;
    let messages = messages_of(connection, id, &chat.key)?;
    // It names the first that is sent, which need not be there yet.
    let sent =
        sent_from.map(|from| messages.iter().find(|(id, _)| *id >= from).map(|(_, it)| it.key.clone()));
    let all_left_out = sent == Some(None) && !messages.is_empty();
    let sent_from = sent.flatten();
    let summary_of = summary_of.map(|message| key_of(connection, message)).transpose()?.flatten();
    let messages = messages.into_iter().map(|(_, message)| message).collect();
    Ok(ArchivedChat { sent_from, all_left_out, summary_of, messages, ..chat })
}

/// Of a message of another chat, which gets a key where it has none.
fn key_of(connection: &Connection, message: i64) -> Result<Option<String>, LibraryError> {
    connection.execute(
        &format!(
            "UPDATE conversations SET external = {NEW_KEY}
             WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1) AND external IS NULL"
        ),
        [message],
    )?;
    let found = connection.query_row(
        "SELECT conversations.external AS chat, messages.external AS message
         FROM messages JOIN conversations ON conversations.id = conversation_id WHERE messages.id = ?1",
        [message],
        |row| Ok(key(&text(row, "chat")?, optional_text(row, "message")?, message)),
    );
    Ok(found.optional()?)
}

fn messages_of(
    connection: &Connection,
    chat: i64,
    chat_key: &str,
) -> Result<Vec<(i64, ArchivedMessage)>, LibraryError> {
    let mut files: HashMap<i64, Vec<ArchivedFile>> = HashMap::new();
    let sql = format!(
        "{FILES} WHERE message_id IN (SELECT id FROM messages WHERE conversation_id = ?1 AND deleted_at IS NULL)
         ORDER BY id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([chat], |row| Ok((row.get::<_, i64>("message_id")?, file(row)?)))?;
    for row in rows {
        let (message, file) = row?;
        files.entry(message).or_default().push(file);
    }
    let mut media = media_of(connection, chat)?;
    let mut calls = calls_of(connection, chat)?;
    let mut names: HashMap<i64, String> = HashMap::new();
    let mut found = Vec::new();
    // What follows a message has a higher id.
    let sql = format!("{} WHERE conversation_id = ?1 ORDER BY id", *messages::SELECT);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([chat])?;
    while let Some(row) = rows.next()? {
        let Message { id, parent_id, role, state, model, finish, interrupted, deleted, .. } =
            messages::read(row)?;
        let key = key(chat_key, optional_text(row, "external")?, id);
        names.insert(id, key.clone());
        let Evidence { sources, tools } = evidence::of(connection, id)?;
        let message = ArchivedMessage {
            key,
            parent: parent_id.and_then(|parent| names.get(&parent).cloned()),
            role,
            state,
            text: text(row, "text")?,
            reasoning: text(row, "reasoning")?,
            model,
            finish,
            incident: optional_text(row, "incident")?.map(|json| incident(&json)),
            interrupted,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            sent_at: row.get("sent_at")?,
            first_text_at: row.get("first_text_at")?,
            ended_at: row.get("ended_at")?,
            prompt_tokens: row.get("prompt_tokens")?,
            completion_tokens: row.get("completion_tokens")?,
            kept: row.get("kept")?,
            account: optional_text(row, "account")?,
            chosen: row.get("chosen")?,
            shown: row.get("shown")?,
            words: row.get("words")?,
            asked_with: asked_with::of_column(optional_text(row, "asked_with")?.as_deref())
                .filter(|_| deleted.is_none())
                .map(Value::Object),
            edited_at: row.get("edited_at")?,
            deleted_at: row.get("deleted_at")?,
            files: files.remove(&id).unwrap_or_default(),
            media: media.remove(&id).unwrap_or_default(),
            sources,
            tools,
            calls: calls.remove(&id).unwrap_or_default(),
        };
        found.push((id, message));
    }
    Ok(found)
}

/// Without the last characters of the key that was in use.
fn incident(json: &str) -> Value {
    let mut incident = serde_json::from_str(json).unwrap_or_else(|_| Value::from(json));
    if let Some(moment) = incident.get_mut("moment").and_then(Value::as_object_mut) {
        moment.remove("last_four");
        moment.remove("lastFour");
    }
    incident
}

fn media_of(connection: &Connection, chat: i64) -> Result<HashMap<i64, Vec<ArchivedMedia>>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT media.* FROM messages JOIN media ON media.message_id = messages.id
         WHERE conversation_id = ?1 AND deleted_at IS NULL ORDER BY media.id",
    )?;
    let rows = statement.query_map([chat], |row| {
        let media = ArchivedMedia {
            id: MEDIA + row.get::<_, i64>("id")?,
            url: text(row, "url")?,
            mime: text(row, "mime")?,
            size: row.get("size")?,
            kept_at: row.get("kept_at")?,
            file: text(row, "file")?,
        };
        Ok((row.get::<_, i64>("message_id")?, media))
    })?;
    let mut media: HashMap<i64, Vec<ArchivedMedia>> = HashMap::new();
    for row in rows {
        let (message, one) = row?;
        media.entry(message).or_default().push(one);
    }
    Ok(media)
}

fn calls_of(connection: &Connection, chat: i64) -> Result<HashMap<i64, Vec<ArchivedCall>>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT calls.* FROM messages JOIN calls ON calls.message_id = messages.id
         WHERE conversation_id = ?1 ORDER BY calls.id",
    )?;
    let rows = statement.query_map([chat], |row| {
        let call = ArchivedCall {
            model: text(row, "model")?,
            sent_at: row.get("sent_at")?,
            ended_at: row.get("ended_at")?,
            server_sent_at: row.get("server_sent_at")?,
            server_ended_at: row.get("server_ended_at")?,
            server_within: row.get("server_within")?,
            took: row.get("took")?,
            answered: row.get("answered")?,
            prompt_tokens: row.get("prompt_tokens")?,
            completion_tokens: row.get("completion_tokens")?,
            cache_read: row.get("cache_read")?,
            cache_written: row.get("cache_written")?,
            cache_saved: row.get("cache_saved")?,
            estimate: row.get("estimate")?,
            charge: row.get("charge")?,
            points: row.get("points")?,
            amounts: optional_text(row, "amounts")?,
            query_id: optional_text(row, "query_id")?,
            letters: row.get("letters")?,
            marks: row.get("marks")?,
            ideographs: row.get("ideographs")?,
            sent: row.get("sent")?,
        };
        Ok((row.get::<_, i64>("message_id")?, call))
    })?;
    let mut calls: HashMap<i64, Vec<ArchivedCall>> = HashMap::new();
    for row in rows {
        let (message, call) = row?;
        calls.entry(message).or_default().push(call);
    }
    Ok(calls)
}
