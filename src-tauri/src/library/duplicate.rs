//! A conversation once more: its messages with all their versions, their files and what they made. What it cost stays with the first.

use super::conversations::{self, Conversation};
use super::journal::{self, UNDER_WAY};
use super::{Library, LibraryError};
use rusqlite::{Connection, TransactionBehavior, named_params};
use std::collections::BTreeMap;

impl Library {
    pub async fn duplicate_conversation(
        &self,
        id: i64,
        title: String,
        now: i64,
    ) -> Result<Conversation, LibraryError> {
        self.run(move |connection| duplicate(connection, id, &title, now)).await
    }
}

fn duplicate(
    connection: &mut Connection,
    id: i64,
    title: &str,
    now: i64,
) -> Result<Conversation, LibraryError> {
    let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let made = all.execute(
        "INSERT INTO conversations (title, model, parameters, created_at, updated_at, summary, summary_of, project_id,
             answered_at)
         SELECT :title, model, parameters, :now, :now, summary, summary_of, project_id, answered_at
         FROM conversations WHERE id = :id",
        named_params! { ":title": title, ":now": now, ":id": id },
    )?;
    if made == 0 {
        return Err(LibraryError::Missing(id));
    }
    let copy = all.last_insert_rowid();
    let messages: Vec<(i64, Option<i64>)> = {
        let mut statement =
            all.prepare_cached("SELECT id, parent_id FROM messages WHERE conversation_id = ?1 ORDER BY id")?;
        let rows = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    let (text, reasoning) = (journal::rest("text"), journal::rest("reasoning"));
    // An answer that is under way goes on in the first; here it is what came so far.
    let sql = format!(
        "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, finish, incident, created_at,
             updated_at, sent_at, first_text_at, ended_at, prompt_tokens, completion_tokens, chosen, kept, account,
             interrupted, place, shown)
         SELECT :copy, :parent, role, iif({UNDER_WAY}, 'stopped', state),
             iif(state = 'streaming', text || {text}, text), iif(state = 'streaming', reasoning || {reasoning}, reasoning),
             model, finish, incident, created_at, updated_at, sent_at, first_text_at, ended_at, prompt_tokens,
             completion_tokens, chosen, kept, account, interrupted, place, shown
         FROM messages WHERE id = :id"
    );
    let mut copies = BTreeMap::new();
    for (message, parent) in messages {
        let parent = parent.and_then(|parent| copies.get(&parent).copied());
        let new = all.prepare_cached(&sql)?.insert(named_params! {
            ":copy": copy, ":parent": parent, ":id": message,
        })?;
        copies.insert(message, new);
        all.prepare_cached(
            "INSERT INTO attachments (message_id, name, mime, size, left_out, created_at, preview, bytes)
             SELECT ?2, name, mime, size, left_out, created_at, preview, bytes FROM attachments
             WHERE message_id = ?1 ORDER BY id",
        )?
        .execute((message, new))?;
        all.prepare_cached(
            "INSERT INTO media (message_id, url, kind, mime, size, width, height, file, kept_at)
             SELECT ?2, url, kind, mime, size, width, height, file, kept_at FROM media WHERE message_id = ?1 ORDER BY id",
        )?
        .execute((message, new))?;
    }
    let from: Option<i64> =
        all.query_row("SELECT sent_from FROM conversations WHERE id = ?1", [id], |row| row.get(0))?;
    if let Some(from) = from.and_then(|from| copies.get(&from)) {
        all.execute("UPDATE conversations SET sent_from = ?2 WHERE id = ?1", (copy, from))?;
    }
    let copy = conversations::one(&all, copy)?;
    all.commit()?;
    Ok(copy)
}
