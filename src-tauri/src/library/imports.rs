//! The table of imports: chats of another file come in bit by bit, hidden until all of them are there, and then show at once. What
//! was broken off (by the person, by a full disk, by the end of the app) is swept away as if it had never come.
//!
//! A chat that is here already comes in once: messages that it lacks ride in a hidden chat of their own, and are put under the
//! messages that they follow when all is done.

use super::archive::{
    ArchivedCall, ArchivedChat, ArchivedFile, ArchivedMedia, ArchivedMessage, ArchivedProject,
};
use super::evidence::Evidence;
use super::ledger::ChargeState;
use super::messages::{Interrupted, MessageState, Role};
use super::{Library, LibraryError, asked_with, branches, evidence, file};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Where the messages of a chat that comes in go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoming {
    pub conversation_id: i64,
    /// The chat of this library that they go on in, once all is done.
    pub goes_on_in: Option<i64>,
}

/// A message that came in, and what belongs to it.
#[derive(Clone, Debug)]
pub struct WithFiles {
    pub message_id: i64,
    pub files: Vec<ArchivedFile>,
    pub media: Vec<ArchivedMedia>,
}

/// A project and those of its chats that come in.
#[derive(Clone, Debug)]
pub struct IncomingProject {
    pub project: ArchivedProject,
    pub chats: Vec<i64>,
    pub files: Vec<NewFile>,
}

#[derive(Clone, Debug)]
pub struct NewFile {
    pub file: ArchivedFile,
    pub bytes: Vec<u8>,
}

impl Library {
    pub async fn begin_import(&self, now: i64) -> Result<i64, LibraryError> {
        self.run(move |connection| {
            Ok(connection.prepare("INSERT INTO imports (at) VALUES (?1)")?.insert([now])?)
        })
        .await
    }

    /// Of these keys those of chats that are here.
    pub async fn known_chats(&self, keys: Vec<String>) -> Result<HashSet<String>, LibraryError> {
        self.run(move |connection| known(connection, keys)).await
    }

    /// The chat of this key that is here.
    pub async fn chat_of_key(&self, key: &str) -> Result<Option<i64>, LibraryError> {
        let key = key.to_owned();
        self.run(move |connection| of_key(connection, &key)).await
    }

    /// A chat but for its messages; or where those go that a chat of this key lacks.
    pub async fn import_chat(&self, import: i64, chat: ArchivedChat) -> Result<Incoming, LibraryError> {
        self.without_waiting(move |connection| add_chat(connection, import, &chat)).await
    }

    /// The keys of all messages of a chat.
    pub async fn message_keys(&self, conversation_id: i64) -> Result<HashSet<String>, LibraryError> {
        self.run(move |connection| message_keys(connection, conversation_id)).await
    }

    /// Some of its messages, each after the one that it follows. Gives those that have files, which follow by themselves.
    pub async fn import_messages(
        &self,
        to: Incoming,
        messages: Vec<ArchivedMessage>,
    ) -> Result<Vec<WithFiles>, LibraryError> {
        self.without_waiting(move |connection| add_messages(connection, to, messages)).await
    }

    pub async fn import_file(
        &self,
        message_id: i64,
        file: ArchivedFile,
        bytes: Vec<u8>,
    ) -> Result<(), LibraryError> {
        self.without_waiting(move |connection| {
            add_file(connection, FileOf::Message(message_id), &file, &bytes)
        })
        .await
    }

    /// All of it is here: what a chat needs to know of its own messages, before anything shows.
    pub async fn settle_chat(&self, to: Incoming, chat: ArchivedChat) -> Result<(), LibraryError> {
        self.without_waiting(move |connection| settle(connection, to, &chat)).await
    }

    /// From now on it shows, all at once, with the projects that its chats are in.
    pub async fn finish_import(
        &self,
        import: i64,
        projects: Vec<IncomingProject>,
    ) -> Result<(), LibraryError> {
        self.run(move |connection| finish(connection, import, &projects)).await
    }

    /// Takes away a part of the imports that are not done, but for this one: says whether there is more to take.
    pub async fn sweep_imports(&self, but: Option<i64>) -> Result<bool, LibraryError> {
        self.without_waiting(move |connection| sweep(connection, but)).await
    }

    async fn without_waiting<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, LibraryError> + Send + 'static,
    ) -> Result<T, LibraryError> {
        self.run(|connection| file::without_waiting(connection, job)).await
    }
}

fn known(connection: &Connection, keys: Vec<String>) -> Result<HashSet<String>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM conversations WHERE external = ?1")?;
    let mut known = HashSet::new();
    for key in keys {
        if statement.exists([&key])? {
            known.insert(key);
        }
    }
    Ok(known)
}

fn json(fields: &Map<String, Value>) -> Result<String, LibraryError> {
    serde_json::to_string(fields).map_err(|error| LibraryError::Io(error.to_string()))
}

fn of_key(connection: &Connection, key: &str) -> Result<Option<i64>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT id FROM conversations WHERE external = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

fn add_chat(connection: &Connection, import: i64, chat: &ArchivedChat) -> Result<Incoming, LibraryError> {
    let here = of_key(connection, &chat.key)?;
    let key = here.is_none().then_some(&chat.key);
    let id = connection
        .prepare_cached(
            "INSERT INTO conversations (title, model, parameters, created_at, updated_at, answered_at, pinned, archived_at, unread,
                 summary, external, import_id, preset_id)
             VALUES (:title, :model, :parameters, :created, :updated, :answered, :pinned, :archived, :unread, :summary, :key,
                 :import, (SELECT id FROM prompts WHERE key = :preset AND kind = 'preset'))",
        )?
        .insert(named_params! {
            ":title": chat.title, ":model": chat.model, ":parameters": json(&chat.parameters)?,
            ":created": chat.created_at, ":updated": chat.updated_at, ":answered": chat.answered_at,
            ":pinned": chat.pinned, ":archived": chat.archived_at, ":unread": chat.unread, ":summary": chat.summary,
            ":key": key, ":import": import, ":preset": chat.preset,
        })?;
    Ok(Incoming { conversation_id: id, goes_on_in: here })
}

fn message_keys(connection: &Connection, conversation_id: i64) -> Result<HashSet<String>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(messages.external, conversations.external || ':' || messages.id)
         FROM messages JOIN conversations ON conversations.id = conversation_id WHERE conversation_id = ?1",
    )?;
    let rows = statement.query_map([conversation_id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A message of a chat by its key: its id, and how many lead to it.
fn by_key(connection: &Connection, chat: i64, key: &str) -> Result<Option<(i64, i64)>, LibraryError> {
    let mut statement = connection
        .prepare_cached("SELECT id, place FROM messages WHERE external = ?2 AND conversation_id = ?1")?;
    let found = statement.query_row((chat, key), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    // One that was made here is called by its chat and its number.
    let Some(id) = key.rsplit_once(':').and_then(|(_, id)| id.parse::<i64>().ok()) else {
        return Ok(None);
    };
    let mut own = connection.prepare_cached(
        "SELECT messages.id, place FROM messages JOIN conversations ON conversations.id = conversation_id
         WHERE messages.id = ?2 AND conversation_id = ?1 AND messages.external IS NULL
             AND conversations.external || ':' || messages.id = ?3",
    )?;
    Ok(own.query_row((chat, id, key), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn add_messages(
    connection: &mut Connection,
    to: Incoming,
    messages: Vec<ArchivedMessage>,
) -> Result<Vec<WithFiles>, LibraryError> {
    let add = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut with_files = Vec::new();
    for mut message in messages {
        let id = add_message(&add, to, &message)?;
        let (sources, tools) = (std::mem::take(&mut message.sources), std::mem::take(&mut message.tools));
        evidence::put(&add, id, &Evidence { sources, tools })?;
        for call in &message.calls {
            add_call(&add, id, call)?;
        }
        let (files, media) = (std::mem::take(&mut message.files), std::mem::take(&mut message.media));
        if !files.is_empty() || !media.is_empty() {
            with_files.push(WithFiles { message_id: id, files, media });
        }
    }
    add.commit()?;
    Ok(with_files)
}

fn add_message(
    connection: &Connection,
    to: Incoming,
    message: &ArchivedMessage,
) -> Result<i64, LibraryError> {
    let chat = to.conversation_id;
    let parent = message.parent.as_deref().map(|key| by_key(connection, chat, key)).transpose()?.flatten();
    // In the chat that was here: it is put there when all is done.
    let under = match (&message.parent, parent, to.goes_on_in) {
        (Some(key), None, Some(here)) => by_key(connection, here, key)?,
        _ => None,
    };
    let (state, interrupted) = ended(message);
    let incident = message.incident.as_ref().map(|incident| match incident {
        Value::String(text) => text.clone(),
        incident => incident.to_string(),
    });
    let place = parent.or(under).map_or(0, |(_, place)| place + 1);
    let id = connection
        .prepare_cached(
            "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, finish, incident, interrupted,
                 created_at, updated_at, sent_at, first_text_at, ended_at, prompt_tokens, completion_tokens, kept, account,
                 chosen, place, shown, words, edited_at, deleted_at, external,
                 asked_with)
             VALUES (:chat, :parent, :role, :state, :text, :reasoning, :model, :finish, :incident, :interrupted, :created,
                 :updated, :sent, :first_text, :ended, :prompt, :completion, :kept, :account, :chosen, :place, :shown, :words, :edited,
                 :deleted, :key, :asked_with)",
        )?
        .insert(named_params! {
            ":chat": chat, ":parent": parent.map(|(id, _)| id), ":role": message.role, ":state": state,
            ":text": message.text, ":reasoning": message.reasoning, ":model": message.model, ":finish": message.finish,
            ":incident": incident, ":interrupted": interrupted, ":created": message.created_at,
            ":updated": message.updated_at, ":sent": message.sent_at, ":first_text": message.first_text_at,
            ":ended": message.ended_at, ":prompt": message.prompt_tokens, ":completion": message.completion_tokens,
            ":kept": message.kept, ":account": message.account, ":chosen": message.chosen.clamp(-MOST_CHOSEN, MOST_CHOSEN),
            ":place": place, ":shown": message.shown && to.goes_on_in.is_none(), ":words": message.words,
            ":edited": message.edited_at, ":deleted": message.deleted_at, ":key": message.key,
            ":asked_with": message.asked_with.as_ref().and_then(|kept| asked_with::json(&asked_with::read(kept))),
        })?;
    if let Some(here) = to.goes_on_in.filter(|_| parent.is_none()) {
        connection
            .prepare_cached(
                "INSERT INTO grafts (message_id, conversation_id, parent_id) VALUES (?1, ?2, ?3)",
            )?
            .execute((id, here, under.map(|(id, _)| id)))?;
    }
    Ok(id)
}

/// The next choice is one more, and must fit.
const MOST_CHOSEN: i64 = 1 << 40;

/// An answer that was under way where it comes from gets no further here.
fn ended(message: &ArchivedMessage) -> (MessageState, Option<Interrupted>) {
    match message.state {
        // A question is done as it comes.
        _ if message.role == Role::User => (MessageState::Done, None),
        MessageState::Queued | MessageState::Retrying | MessageState::Streaming => {
            let sent = !message.text.is_empty() || !message.calls.is_empty();
            (MessageState::Cut, Some(if sent { Interrupted::Sent } else { Interrupted::Unsent }))
        }
        state => (state, message.interrupted),
    }
}

/// It is nobody's: no history of an account that is used here would tell of it. A row that is here keeps its own.
fn add_call(connection: &Connection, message: i64, call: &ArchivedCall) -> Result<(), LibraryError> {
    let charge = match call.charge {
        ChargeState::Checking | ChargeState::NotYet => ChargeState::Unknown,
        charge => charge,
    };
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO calls (message_id, account, model, sent_at, ended_at, server_sent_at, server_ended_at,
                 server_within, took, answered, prompt_tokens, completion_tokens, cache_read, cache_written, cache_saved,
                 estimate, charge, points, amounts, query_id, letters, marks, ideographs, sent)
             VALUES (:message, '', :model, :sent_at, coalesce(:ended_at, :sent_at), :server_sent, :server_ended, :within, :took,
                 :answered, :prompt, :completion, :read, :written, :saved, :estimate, :charge, :points, :amounts, :query,
                 :letters, :marks, :ideographs, :sent)",
        )?
        .execute(named_params! {
            ":message": message, ":model": call.model, ":sent_at": call.sent_at, ":ended_at": call.ended_at,
            ":server_sent": call.server_sent_at, ":server_ended": call.server_ended_at, ":within": call.server_within,
            ":took": call.took, ":answered": call.answered, ":prompt": call.prompt_tokens,
            ":completion": call.completion_tokens, ":read": call.cache_read, ":written": call.cache_written,
            ":saved": call.cache_saved, ":estimate": call.estimate, ":charge": charge, ":points": call.points,
            ":amounts": call.amounts, ":query": call.query_id, ":letters": call.letters, ":marks": call.marks,
            ":ideographs": call.ideographs, ":sent": call.sent,
        })?;
    Ok(())
}

enum FileOf {
    Message(i64),
    Project(i64),
}

fn add_file(
    connection: &Connection,
    of: FileOf,
    file: &ArchivedFile,
    bytes: &[u8],
) -> Result<(), LibraryError> {
    let (message, project) = match of {
        FileOf::Message(id) => (Some(id), None),
        FileOf::Project(id) => (None, Some(id)),
    };
    connection
        .prepare_cached(
            "INSERT INTO attachments (message_id, project_id, name, mime, size, bytes, left_out, created_at)
             VALUES (:message, :project, :name, :mime, :size, :bytes, :left_out, :at)",
        )?
        .execute(named_params! {
            ":message": message, ":project": project, ":name": file.name, ":mime": file.mime,
            ":size": i64::try_from(bytes.len()).unwrap_or(i64::MAX), ":bytes": bytes, ":left_out": file.left_out,
            ":at": file.created_at,
        })?;
    Ok(())
}

fn settle(connection: &mut Connection, to: Incoming, chat: &ArchivedChat) -> Result<(), LibraryError> {
    let id = to.conversation_id;
    let settle = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if to.goes_on_in.is_none() {
        let sent_from = chat.sent_from.as_deref().map(|key| by_key(&settle, id, key)).transpose()?.flatten();
        settle.execute(
            "UPDATE conversations SET sent_from = coalesce(?2, iif(?3,
                 (SELECT max(id) + 1 FROM messages WHERE conversation_id = ?1), NULL)) WHERE id = ?1",
            (id, sent_from.map(|(id, _)| id), chat.all_left_out),
        )?;
    }
    settle.execute(
        "UPDATE conversations SET (points, saved) = (
             SELECT coalesce(sum(calls.points), 0), coalesce(sum(calls.cache_saved), 0)
             FROM messages JOIN calls ON calls.message_id = messages.id WHERE conversation_id = ?1)
         WHERE id = ?1",
        [id],
    )?;
    if let Some(key) = &chat.summary_of {
        // It may be in a chat that comes later, and then goes without.
        settle.execute(
            "UPDATE conversations SET summary_of = coalesce(
                 (SELECT id FROM messages WHERE external = ?2),
                 (SELECT messages.id FROM messages JOIN conversations ON conversations.id = conversation_id
                  WHERE messages.external IS NULL AND messages.id = ?3 AND conversations.external || ':' || messages.id = ?2))
             WHERE id = ?1",
            (id, key, key.rsplit_once(':').and_then(|(_, id)| id.parse::<i64>().ok())),
        )?;
    }
    Ok(settle.commit()?)
}

/// One that is here keeps its own name and settings.
fn add_project(connection: &Connection, incoming: &IncomingProject) -> Result<(), LibraryError> {
    let IncomingProject { project, chats, files } = incoming;
    let added = connection
        .prepare_cached(
            "INSERT INTO projects (name, color, model, parameters, place, created_at, external)
             SELECT :name, :color, :model, :parameters, (SELECT coalesce(max(place), 0) + 1 FROM projects), :at, :key
             WHERE NOT EXISTS (SELECT 1 FROM projects WHERE external = :key)",
        )?
        .execute(named_params! {
            ":name": project.name, ":color": project.color, ":model": project.model,
            ":parameters": json(&project.parameters)?, ":at": project.created_at, ":key": project.key,
        })?;
    if added > 0 {
        let id = connection.last_insert_rowid();
        for NewFile { file, bytes } in files {
            add_file(connection, FileOf::Project(id), file, bytes)?;
        }
    }
    let mut put = connection.prepare_cached(
        "UPDATE conversations SET project_id = (SELECT id FROM projects WHERE external = ?2) WHERE id = ?1",
    )?;
    for chat in chats {
        put.execute((chat, &project.key))?;
    }
    Ok(())
}

/// What goes on in chats that were here is put there; then the flag is set.
fn finish(
    connection: &mut Connection,
    import: i64,
    projects: &[IncomingProject],
) -> Result<(), LibraryError> {
    let finish = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for project in projects {
        add_project(&finish, project)?;
    }
    let grafted: Vec<(i64, i64)> = {
        let mut statement = finish.prepare(
            "SELECT DISTINCT messages.conversation_id, grafts.conversation_id FROM grafts
                 JOIN messages ON messages.id = message_id JOIN conversations ON conversations.id = messages.conversation_id
             WHERE import_id = ?1",
        )?;
        let rows = statement.query_map([import], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    for (from, to) in grafted {
        // Between what is here and what comes, the thread stays with what is here.
        finish.execute(
            "UPDATE messages SET parent_id = grafts.parent_id, chosen = coalesce((
                 SELECT min(chosen) - 1 FROM messages AS other
                 WHERE other.conversation_id = ?2 AND other.parent_id IS grafts.parent_id), 0)
             FROM grafts WHERE message_id = messages.id AND messages.conversation_id = ?1",
            (from, to),
        )?;
        finish.execute(
            "DELETE FROM grafts WHERE conversation_id = ?2 AND message_id IN (
            SELECT id FROM messages WHERE conversation_id = ?1)",
            (from, to),
        )?;
        finish.execute("UPDATE messages SET conversation_id = ?2 WHERE conversation_id = ?1", (from, to))?;
        finish.execute(
            "UPDATE conversations SET updated_at = max(conversations.updated_at, other.updated_at),
                 points = conversations.points + other.points, saved = conversations.saved + other.saved
             FROM conversations AS other WHERE conversations.id = ?2 AND other.id = ?1",
            (from, to),
        )?;
        finish.execute("DELETE FROM conversations WHERE id = ?1", [from])?;
        branches::show_way(&finish, to)?;
    }
    if finish.execute("UPDATE imports SET done = 1 WHERE id = ?1 AND done = 0", [import])? == 0 {
        return Err(LibraryError::Missing(import));
    }
    Ok(finish.commit()?)
}

/// Messages of one step: some milliseconds.
const STEP: i64 = 200;

fn sweep(connection: &mut Connection, but: Option<i64>) -> Result<bool, LibraryError> {
    let sweep = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let chat: Option<i64> = sweep
        .query_row(
            "SELECT conversations.id FROM imports JOIN conversations ON import_id = imports.id
             WHERE done = 0 AND imports.id IS NOT ?1 LIMIT 1",
            [but],
            |row| row.get(0),
        )
        .optional()?;
    let Some(chat) = chat else {
        sweep.execute("DELETE FROM imports WHERE done = 0 AND id IS NOT ?1", [but])?;
        sweep.commit()?;
        return Ok(false);
    };
    // The later ones follow the earlier ones.
    let taken = sweep.execute(
        "DELETE FROM messages WHERE id IN (
             SELECT id FROM messages WHERE conversation_id = ?1 ORDER BY id DESC LIMIT ?2)",
        [chat, STEP],
    )?;
    if taken == 0 {
        sweep.execute("DELETE FROM conversations WHERE id = ?1", [chat])?;
    }
    sweep.commit()?;
    Ok(true)
}
