//! The table of calls: every chat request that was sent, and what became of its points. A call outlives the chat that it
//! was made in, for what was spent today stays spent.

use super::messages::Word;
use super::{Library, LibraryError};
use crate::events::ChargeState;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};

#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    pub id: i64,
    /// The answer that it was made for; none once that is deleted.
    pub message_id: Option<i64>,
    pub model: String,
    pub sent_at: i64,
    pub ended_at: Option<i64>,
    pub answered: bool,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    /// Points that it was expected to cost.
    pub estimate: Option<i64>,
    pub charge: ChargeState,
    pub points: Option<i64>,
    pub query_id: Option<String>,
}

/// A call that is about to leave.
#[derive(Clone, Debug)]
pub struct NewCall {
    pub message_id: i64,
    /// Whose points: no other account's history can tell of them.
    pub account: String,
    pub model: String,
    pub sent_at: i64,
    pub estimate: Option<i64>,
    /// Points that may be spent in a day; `None`: as many as there are.
    pub limit: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted(i64),
    /// The day's limit would be passed. Nothing was kept.
    OverLimit {
        limit: i64,
        used: i64,
    },
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub struct CallEnd {
    pub sent_at: i64,
    pub ended_at: i64,
    pub answered: bool,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
}

impl Library {
    /// Keeps a call that is about to leave, unless it would pass the day's limit.
    pub async fn admit_call(&self, call: NewCall) -> Result<Admission, LibraryError> {
        self.thread.run(move |connection| admit(connection, &call)).await
    }

    pub async fn used_today(&self, account: &str, now: i64) -> Result<i64, LibraryError> {
        let account = account.to_owned();
        self.thread
            .run(move |connection| used_today(connection, &account, now))
            .await
    }

    /// The running call of this message never left, or was refused before any model ran: there is nothing to look up.
    pub async fn drop_call(&self, message_id: i64) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| drop_running(connection, message_id))
            .await
    }

    /// The running call of this message has ended.
    pub async fn end_call(&self, message_id: i64, ended: CallEnd) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| end(connection, message_id, &ended))
            .await
    }

    /// At start: calls that an earlier run left under way.
    pub async fn end_interrupted_calls(&self, now: i64) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| end_interrupted(connection, now))
            .await
    }

    /// Models and tokens of the newest answers, the oldest first.
    pub async fn past_answers(&self) -> Result<Vec<(String, i64)>, LibraryError> {
        self.thread.run(|connection| past_answers(connection)).await
    }

    /// Calls without a verdict, or with one that a late row may still change (those that ended after `since`).
    pub async fn open_calls(&self, account: &str, since: i64) -> Result<Vec<CallRow>, LibraryError> {
        let account = account.to_owned();
        self.thread
            .run(move |connection| open_calls(connection, &account, since))
            .await
    }

    pub async fn claimed_rows(&self) -> Result<Vec<String>, LibraryError> {
        self.thread.run(|connection| claimed(connection)).await
    }

    /// Keeps a verdict; says whether it is another than before.
    pub async fn judge_call(
        &self,
        id: i64,
        charge: ChargeState,
        points: Option<i64>,
        query_id: Option<String>,
    ) -> Result<bool, LibraryError> {
        self.thread
            .run(move |connection| judge(connection, id, charge, points, query_id.as_deref()))
            .await
    }

    pub async fn call_of(&self, message_id: i64) -> Result<Option<CallRow>, LibraryError> {
        self.thread
            .run(move |connection| of_message(connection, message_id))
            .await
    }

    pub async fn calls_of(&self, conversation_id: i64) -> Result<Vec<CallRow>, LibraryError> {
        self.thread
            .run(move |connection| of_conversation(connection, conversation_id))
            .await
    }
}

const SELECT: &str =
    "SELECT id, message_id, model, sent_at, ended_at, answered, prompt_tokens, completion_tokens, estimate,
    charge, points, query_id FROM calls";

fn read(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    Ok(CallRow {
        id: row.get("id")?,
        message_id: row.get("message_id")?,
        model: super::text(row, "model")?,
        sent_at: row.get("sent_at")?,
        ended_at: row.get("ended_at")?,
        answered: row.get("answered")?,
        prompt_tokens: row.get("prompt_tokens")?,
        completion_tokens: row.get("completion_tokens")?,
        estimate: row.get("estimate")?,
        charge: row.get::<_, Word<ChargeState>>("charge")?.0,
        points: row.get("points")?,
        query_id: super::optional_text(row, "query_id")?,
    })
}

/// Counts the day and keeps the call in one step, so that two at once cannot both take what is left.
fn admit(connection: &mut Connection, call: &NewCall) -> Result<Admission, LibraryError> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // A message has one call under way; an earlier try of the same turn came to nothing.
    drop_running(&step, call.message_id)?;
    if let Some(limit) = call.limit {
        let used = used_today(&step, &call.account, call.sent_at)?;
        if used >= limit || used + call.estimate.unwrap_or(0) > limit {
            return Ok(Admission::OverLimit { limit, used });
        }
    }
    let id = step
        .prepare_cached(
            "INSERT INTO calls (message_id, account, model, sent_at, answered, estimate, charge)
             VALUES (:message, :account, :model, :sent, 0, :estimate, :charge)",
        )?
        .insert(named_params! {
            ":message": call.message_id, ":account": call.account, ":model": call.model, ":sent": call.sent_at,
            ":estimate": call.estimate, ":charge": Word(ChargeState::Checking),
        })?;
    step.commit()?;
    Ok(Admission::Admitted(id))
}

/// What this app's calls cost since midnight, and what those not settled yet are expected to cost.
fn used_today(connection: &Connection, account: &str, now: i64) -> Result<i64, LibraryError> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(sum(CASE charge WHEN 'charged' THEN points WHEN 'notCharged' THEN 0 ELSE estimate END), 0)
             FROM calls WHERE account = :account AND sent_at >=
                 1000 * CAST(strftime('%s', :now / 1000, 'unixepoch', 'localtime', 'start of day', 'utc') AS INTEGER)",
        )?
        .query_row(named_params! { ":account": account, ":now": now }, |row| row.get(0))?)
}

fn drop_running(connection: &Connection, message_id: i64) -> Result<(), LibraryError> {
    connection.execute(
        "DELETE FROM calls WHERE message_id = ?1 AND ended_at IS NULL",
        [message_id],
    )?;
    Ok(())
}

fn end(connection: &Connection, message_id: i64, end: &CallEnd) -> Result<(), LibraryError> {
    connection
        .prepare_cached(
            "UPDATE calls SET sent_at = :sent, ended_at = :ended, answered = :answered, prompt_tokens = :prompt,
                 completion_tokens = :completion
             WHERE message_id = :message AND ended_at IS NULL",
        )?
        .execute(named_params! {
            ":sent": end.sent_at, ":ended": end.ended_at, ":answered": end.answered, ":prompt": end.prompt_tokens,
            ":completion": end.completion_tokens, ":message": message_id,
        })?;
    Ok(())
}

/// Calls that were under way when the app ended, ended with their answers.
fn end_interrupted(connection: &Connection, now: i64) -> Result<(), LibraryError> {
    connection.execute(
        "UPDATE calls SET ended_at = coalesce(
             (SELECT max(ended_at, calls.sent_at) FROM messages WHERE messages.id = calls.message_id), ?1)
         WHERE ended_at IS NULL",
        [now],
    )?;
    Ok(())
}

/// The calls of an account that no verdict has closed, and those that ran beside them, which compete for the same rows.
fn open_calls(connection: &Connection, account: &str, since: i64) -> Result<Vec<CallRow>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "{SELECT} WHERE account = :account AND (ended_at IS NULL OR charge = 'checking'
             OR (charge IN ('notCharged', 'ambiguous') AND ended_at >= :since))
         ORDER BY id"
    ))?;
    let rows = statement.query_map(named_params! { ":account": account, ":since": since }, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn past_answers(connection: &Connection) -> Result<Vec<(String, i64)>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT model, completion_tokens FROM (
             SELECT id, model, completion_tokens FROM messages
             WHERE state = 'done' AND completion_tokens > 0 ORDER BY id DESC LIMIT 1000)
         ORDER BY id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((super::text(row, "model")?, row.get("completion_tokens")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Rows of the history that earlier verdicts took.
fn claimed(connection: &Connection) -> Result<Vec<String>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT query_id FROM calls WHERE query_id IS NOT NULL")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Says whether anything changed. A row that another call has is not taken from it.
fn judge(
    connection: &Connection,
    id: i64,
    charge: ChargeState,
    points: Option<i64>,
    query_id: Option<&str>,
) -> Result<bool, LibraryError> {
    let changed = connection
        .prepare_cached(
            "UPDATE OR IGNORE calls SET charge = :charge, points = :points, query_id = :query
             WHERE id = :id AND (charge, points, query_id) IS NOT (:charge, :points, :query)",
        )?
        .execute(
            named_params! { ":charge": Word(charge), ":points": points, ":query": query_id, ":id": id },
        )?;
    Ok(changed > 0)
}

/// The last call of a message.
fn of_message(connection: &Connection, message_id: i64) -> Result<Option<CallRow>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "{SELECT} WHERE message_id = ?1 ORDER BY id DESC LIMIT 1"
    ))?;
    Ok(statement.query_row([message_id], read).optional()?)
}

/// The last call of each message of a conversation.
fn of_conversation(connection: &Connection, conversation_id: i64) -> Result<Vec<CallRow>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "{SELECT} WHERE id IN (
             SELECT max(calls.id) FROM calls JOIN messages ON messages.id = calls.message_id
             WHERE messages.conversation_id = ?1 GROUP BY calls.message_id)"
    ))?;
    let rows = statement.query_map([conversation_id], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
