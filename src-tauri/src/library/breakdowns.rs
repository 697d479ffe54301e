//! The table of what Poe's history says in detail of the rows that calls have: dollars, and which part cost how much.

use super::columns::{optional_text, text};
use super::{Library, LibraryError};
use rusqlite::{Connection, TransactionBehavior, named_params};
use std::collections::BTreeMap;

/// A row of the history in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    pub query_id: String,
    /// US dollars, as Poe writes them.
    pub usd: Option<String>,
    /// Label and text as Poe writes them: "Input", "238 points (8369 tokens)".
    pub parts: Vec<(String, String)>,
}

impl Library {
    /// Keeps those that belong to a call, as they are now.
    pub async fn keep_breakdowns(&self, rows: Vec<Breakdown>) -> Result<(), LibraryError> {
        self.run(move |connection| keep(connection, &rows)).await
    }

    /// Of the calls of a message, by their rows.
    pub async fn breakdowns_of(&self, message_id: i64) -> Result<BTreeMap<String, Breakdown>, LibraryError> {
        self.run(move |connection| of_message(connection, message_id)).await
    }
}

fn keep(connection: &mut Connection, rows: &[Breakdown]) -> Result<(), LibraryError> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = step.prepare_cached(
            "INSERT OR REPLACE INTO breakdowns (query_id, usd, parts)
             SELECT :query, :usd, :parts WHERE EXISTS (SELECT 1 FROM calls WHERE query_id = :query)",
        )?;
        for row in rows {
            let parts = serde_json::to_string(&row.parts).unwrap_or_default();
            statement.execute(named_params! { ":query": row.query_id, ":usd": row.usd, ":parts": parts })?;
        }
    }
    Ok(step.commit()?)
}

fn of_message(connection: &Connection, message_id: i64) -> Result<BTreeMap<String, Breakdown>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT query_id, usd, parts FROM breakdowns JOIN calls USING (query_id) WHERE message_id = ?1",
    )?;
    let rows = statement.query_map([message_id], |row| {
        let query_id = text(row, "query_id")?;
        let parts = text(row, "parts")?;
        let breakdown = Breakdown {
            query_id: query_id.clone(),
            usd: optional_text(row, "usd")?,
            parts: serde_json::from_str(&parts).unwrap_or_default(),
        };
        Ok((query_id, breakdown))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
