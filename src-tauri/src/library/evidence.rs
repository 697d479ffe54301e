//! The tables of what an answer rests on beside its words: the pages that it names, by the numbers that its text has for them,
//! and what it did or wanted with tools.

use super::columns::{optional_text, text};
use super::{Library, LibraryError};
use rusqlite::{Connection, Row, TransactionBehavior};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    pub sources: Vec<Source>,
    pub tools: Vec<ToolCall>,
}

/// A page. Where it leads is not looked at here: a file may come from elsewhere, so who shows it looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Source {
    pub number: i64,
    pub url: String,
    pub title: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ToolCall {
    pub name: String,
    /// As the model wrote them; of a search its words.
    pub arguments: String,
    /// The model's host did it. Otherwise nobody did.
    pub done: bool,
}

/// What one message may have of each; what comes in from elsewhere may name more.
const MOST: usize = 100;

impl Library {
    /// Of those of these messages, which are of one chat, that have any and still have their words.
    pub async fn evidence(&self, messages: Vec<i64>) -> Result<HashMap<i64, Evidence>, LibraryError> {
        self.run_at(messages.first().copied().unwrap_or_default(), move |connection| {
            let mut found = HashMap::new();
            for id in messages {
                let evidence = of(connection, id)?;
                if evidence != Evidence::default() {
                    found.insert(id, evidence);
                }
            }
            Ok(found)
        })
        .await
    }

    /// What is known of it so far, of an answer that is under way.
    pub async fn save_evidence(&self, message_id: i64, evidence: Evidence) -> Result<(), LibraryError> {
        self.run_at(message_id, move |connection| {
            let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            put(&all, message_id, &evidence)?;
            Ok(all.commit()?)
        })
        .await
    }
}

const SAID: &str = "message_id = (SELECT id FROM messages WHERE id = ?1 AND deleted_at IS NULL)";

pub(super) fn of(connection: &Connection, message: i64) -> Result<Evidence, LibraryError> {
    let mut sources = connection
        .prepare_cached(&format!("SELECT number, url, title FROM sources WHERE {SAID} ORDER BY number"))?;
    let rows = sources.query_map([message], |row: &Row<'_>| {
        Ok(Source { number: row.get("number")?, url: text(row, "url")?, title: optional_text(row, "title")? })
    })?;
    let sources = rows.collect::<Result<_, _>>()?;
    let mut tools = connection.prepare_cached(&format!(
        "SELECT name, arguments, done FROM tool_calls WHERE {SAID} ORDER BY place"
    ))?;
    let rows = tools.query_map([message], |row: &Row<'_>| {
        Ok(ToolCall { name: text(row, "name")?, arguments: text(row, "arguments")?, done: row.get("done")? })
    })?;
    Ok(Evidence { sources, tools: rows.collect::<Result<_, _>>()? })
}

/// In the place of what it had.
pub(super) fn put(connection: &Connection, message: i64, evidence: &Evidence) -> Result<(), LibraryError> {
    clear(connection, message)?;
    let mut source = connection.prepare_cached(
        "INSERT OR IGNORE INTO sources (message_id, number, url, title) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for it in evidence.sources.iter().take(MOST) {
        source.execute((message, it.number, &it.url, &it.title))?;
    }
    let mut tool = connection.prepare_cached(
        "INSERT INTO tool_calls (message_id, place, name, arguments, done) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (place, it) in (0_i64..).zip(evidence.tools.iter().take(MOST)) {
        tool.execute((message, place, &it.name, &it.arguments, it.done))?;
    }
    Ok(())
}

pub(super) fn clear(connection: &Connection, message: i64) -> Result<(), LibraryError> {
    for table in ["sources", "tool_calls"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE message_id = ?1"))?
            .execute([message])?;
    }
    Ok(())
}

/// What was deleted is not brought along.
pub(super) fn copy(connection: &Connection, from: i64, to: i64) -> Result<(), LibraryError> {
    put(connection, to, &of(connection, from)?)
}
