//! A conversation once more: its messages with all their versions, or the way to one of them; their files and what they made. What it
//! cost stays with the first.

use super::conversations::{self, Conversation};
use super::drafts::{self, Draft, DraftPlace};
use super::journal::{self, UNDER_WAY};
use super::messages::{PROMPT, Role};
use super::{Library, LibraryError, attachments, branches, evidence};
use rusqlite::{Connection, TransactionBehavior, named_params};
use std::collections::BTreeMap;

impl Library {
    pub async fn duplicate_conversation(
        &self,
        id: i64,
        title: String,
        now: i64,
    ) -> Result<Conversation, LibraryError> {
        self.run(move |connection| {
            let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let copy = copied(&all, id, messages_of(&all, id)?, &title, now)?;
            all.commit()?;
            Ok(copy)
        })
        .await
    }

    /// The messages that lead to this one, and it, in a chat of their own. A question waits there to be asked.
    pub async fn fork_conversation(
        &self,
        message_id: i64,
        title: String,
        now: i64,
    ) -> Result<Conversation, LibraryError> {
        self.run(move |connection| fork(connection, message_id, &title, now)).await
    }
}

fn fork(
    connection: &mut Connection,
    message_id: i64,
    title: &str,
    now: i64,
) -> Result<Conversation, LibraryError> {
    let fork = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut path = branches::path(&fork, message_id)?;
    let last = path.pop_if(|last| last.role == Role::User);
    let from = last.as_ref().or(path.last()).ok_or(LibraryError::Missing(message_id))?.conversation_id;
    let messages = path.iter().map(|message| (message.id, message.parent_id)).collect();
    let copy = copied(&fork, from, messages, title, now)?;
    // Of answers side by side one came along.
    fork.execute("UPDATE messages SET compared = NULL WHERE conversation_id = ?1", [copy.id])?;
    if let Some(question) = last.filter(|question| question.deleted.is_none()) {
        let draft = Draft { text: question.text, ..Draft::default() };
        drafts::save(&fork, DraftPlace::end_of(copy.id), &draft, now)?;
        attachments::copy_to_draft(&fork, question.id, copy.id)?;
    }
    // Another version may be what the first one shows.
    branches::show_way(&fork, copy.id)?;
    let copy = conversations::one(&fork, copy.id)?;
    fork.commit()?;
    Ok(copy)
}

/// Each with the one that it follows, which stands before it.
fn messages_of(connection: &Connection, conversation: i64) -> Result<Vec<(i64, Option<i64>)>, LibraryError> {
    let mut statement = connection
        .prepare_cached("SELECT id, parent_id FROM messages WHERE conversation_id = ?1 ORDER BY id")?;
    let rows = statement.query_map([conversation], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn copied(
    all: &Connection,
    id: i64,
    messages: Vec<(i64, Option<i64>)>,
    title: &str,
    now: i64,
) -> Result<Conversation, LibraryError> {
    let made = all.execute(
        "INSERT INTO conversations (title, model, parameters, created_at, updated_at, summary, summary_of, project_id,
             preset_id, answered_at)
         SELECT :title, model, parameters, :now, :now, summary, summary_of, project_id, preset_id, answered_at
         FROM conversations WHERE id = :id",
        named_params! { ":title": title, ":now": now, ":id": id },
    )?;
    if made == 0 {
        return Err(LibraryError::Missing(id));
    }
    let copy = all.last_insert_rowid();
    let (text, reasoning) = (journal::rest("text"), journal::rest("reasoning"));
    // An answer that is under way goes on in the first; here it is what came so far.
    let sql = format!(
        "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, finish, incident, created_at,
             updated_at, sent_at, first_text_at, ended_at, prompt_tokens, completion_tokens, chosen, kept, account,
             interrupted, place, shown, words, prompt, edited_at, deleted_at, compared, asked_with, video_id, video_from, video_how)
         SELECT :copy, :parent, role, iif({UNDER_WAY}, 'stopped', state),
             iif(state = 'streaming', text || {text}, text), iif(state = 'streaming', reasoning || {reasoning}, reasoning),
             model, finish, incident, created_at, updated_at, sent_at, first_text_at, ended_at, prompt_tokens,
             completion_tokens, chosen, kept, account, interrupted, place, shown, words, {PROMPT}, edited_at,
             deleted_at, compared, iif(deleted_at IS NULL, asked_with, NULL), video_id, video_from, video_how
         FROM messages WHERE id = :id"
    );
    let mut copies = BTreeMap::new();
    for (message, parent) in messages {
        let parent = parent.and_then(|parent| copies.get(&parent).copied());
        let new = all.prepare_cached(&sql)?.insert(named_params! {
            ":copy": copy, ":parent": parent, ":id": message,
        })?;
        copies.insert(message, new);
        evidence::copy(all, message, new)?;
        // What was deleted is not brought along.
        let of_kept = "message_id = (SELECT id FROM messages WHERE id = ?1 AND deleted_at IS NULL)";
        all.prepare_cached(&format!(
            "INSERT INTO attachments (message_id, name, mime, size, left_out, created_at, preview, bytes)
             SELECT ?2, name, mime, size, left_out, created_at, preview, bytes FROM attachments
             WHERE {of_kept} ORDER BY id"
        ))?
        .execute((message, new))?;
        all.prepare_cached(&format!(
            "INSERT INTO media (message_id, url, kind, mime, size, width, height, file, kept_at)
             SELECT ?2, url, kind, mime, size, width, height, file, kept_at FROM media WHERE {of_kept} ORDER BY id"
        ))?
        .execute((message, new))?;
    }
    let from: Option<i64> =
        all.query_row("SELECT sent_from FROM conversations WHERE id = ?1", [id], |row| row.get(0))?;
    if let Some(from) = from {
        // Of a way that leads elsewhere, the first message that came after it. Where all is left out, nothing of the copy goes
        // along, either: its price must not be that of the whole chat.
        let kept = copies.range(from..).next().map(|(_, new)| *new);
        let from = kept.or_else(|| copies.values().max().map(|last| last + 1));
        all.execute("UPDATE conversations SET sent_from = ?2 WHERE id = ?1", (copy, from))?;
    }
    conversations::one(all, copy)
}
