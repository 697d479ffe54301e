//! The table of calls: every chat request that was sent, and what became of its points. A call outlives the chat that it
//! was made in, for what was spent today stays spent.

use super::columns::{optional_text, stored_as_word, text};
use super::ids::{ids_of, is_temporary};
use super::{Library, LibraryError, Parameters};
use crate::tokens::TextSize;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    pub id: i64,
    /// The answer that it was made for; none once that is deleted.
    pub message_id: Option<i64>,
    pub account: String,
    pub model: String,
    /// By this computer's clock, for people; `server` is what is compared with Poe's times.
    pub sent_at: i64,
    pub ended_at: Option<i64>,
    pub server: Option<ServerSpan>,
    /// Milliseconds.
    pub took: Option<i64>,
    pub answered: bool,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cache: CacheUse,
    /// Points that it was expected to cost.
    pub estimate: Option<i64>,
    pub verdict: Charge,
}

/// What a call had of the cache of its model's host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheUse {
    /// Tokens of the question that were found there.
    pub read: Option<i64>,
    /// Those that are there now for the next one.
    pub written: Option<i64>,
    /// Points by which it cost less; below 0 where it cost more.
    pub saved: Option<i64>,
}

/// What is known of a call's cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    pub state: ChargeState,
    /// With `Charged`: what was given back since is taken off.
    pub points: Option<i64>,
    /// With `Ambiguous`: it cost one of these; empty where that is not known.
    pub amounts: Vec<i64>,
    /// Its row.
    pub query_id: Option<String>,
}

stored_as_word! {
    pub enum ChargeState {
        Checking = "checking",
        /// A person asked, and nothing is listed so far. Never kept: the column does not take it.
        NotYet = "notYet",
        Charged = "charged",
        /// There is evidence: a row that settled at 0.
        NotCharged = "notCharged",
        /// After ten minutes no charge is listed. It may still come.
        NotFound = "notFound",
        /// Rows of the history fit, and may be another call's.
        Ambiguous = "ambiguous",
        /// The history could not be read, or cannot tell.
        Unknown = "unknown",
    }
}

impl From<ChargeState> for Charge {
    fn from(state: ChargeState) -> Charge {
        Charge { state, points: None, amounts: Vec::new(), query_id: None }
    }
}

/// When a call ran by the server's clock, milliseconds since 1970, and by how much that may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerSpan {
    pub sent_at: i64,
    /// `None` while it runs.
    pub ended_at: Option<i64>,
    pub within: i64,
}

/// A call that is about to leave.
#[derive(Clone, Debug)]
pub struct NewCall {
    pub message_id: i64,
    /// Whose points: no other account's history can tell of them.
    pub account: String,
    pub model: String,
    pub sent_at: i64,
    pub server: Option<ServerSpan>,
    /// None with files that are no text.
    pub text: Option<TextSize>,
    pub estimate: Option<i64>,
    pub limits: Limits,
}

/// What calls are held to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Points that may be spent in a day; `None`: as many as there are.
    pub day: Option<i64>,
    /// The same of the chat.
    pub chat: Option<i64>,
    /// Also the budget of the project, where that has one.
    pub holds_project: bool,
}

/// What a person limits the points of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LimitOf {
    #[default]
    Day,
    Chat,
    Project,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted(i64),
    /// A limit would be passed. Nothing was kept.
    OverLimit {
        of: LimitOf,
        limit: i64,
        used: i64,
    },
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub struct CallEnd {
    pub sent_at: i64,
    pub ended_at: i64,
    pub server: Option<ServerSpan>,
    pub took: Option<i64>,
    pub answered: bool,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cache: CacheUse,
}

/// What a call that ended can teach about the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct PastCall {
    pub model: String,
    /// What was sent, where all of it was text.
    pub text: Option<TextSize>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub answered: bool,
    /// Where its row is known.
    pub points: Option<i64>,
}

impl Library {
    /// Keeps a call that is about to leave, unless it would pass the day's limit.
    pub async fn admit_call(&self, call: NewCall) -> Result<Admission, LibraryError> {
        self.run(move |connection| admit(connection, &call)).await
    }

    /// The limit that so many more points would pass, with what is used of it. Nothing is kept. Where the chat is not there yet,
    /// only the day and the project can tell.
    pub async fn passed_limit(
        &self,
        account: String,
        now: i64,
        limits: Limits,
        (chat, project): (Option<i64>, Option<i64>),
        points: i64,
    ) -> Result<Option<(LimitOf, i64, i64)>, LibraryError> {
        self.run(move |connection| {
            let project = match (chat, project) {
                (Some(chat), _) => project_of(connection, chat)?,
                (None, project) => project,
            };
            passed(connection, (&account, now), limits, (chat, project), points)
        })
        .await
    }

    /// What the chat's calls cost, and what those not settled yet are expected to cost.
    pub async fn used_by_chat(&self, conversation_id: i64) -> Result<i64, LibraryError> {
        self.run(move |connection| used_by_chat(connection, conversation_id)).await
    }

    pub async fn used_today(&self, account: &str, now: i64) -> Result<i64, LibraryError> {
        let account = account.to_owned();
        self.run(move |connection| used_today(connection, &account, now)).await
    }

    /// The running call of this message never left, or was refused before any model ran: there is nothing to look up.
    pub async fn drop_call(&self, message_id: i64) -> Result<(), LibraryError> {
        self.run(move |connection| drop_running(connection, message_id)).await
    }

    /// The running call of this message has ended; its id.
    pub async fn end_call(&self, message_id: i64, ended: CallEnd) -> Result<Option<i64>, LibraryError> {
        self.run(move |connection| end(connection, message_id, &ended)).await
    }

    /// At start: calls that an earlier run left under way.
    pub async fn end_interrupted_calls(&self, now: i64) -> Result<(), LibraryError> {
        self.run(move |connection| end_interrupted(connection, now)).await
    }

    /// The newest calls that ended, the oldest first.
    pub async fn past_calls(&self) -> Result<Vec<PastCall>, LibraryError> {
        self.run(|connection| past_calls(connection)).await
    }

    /// The server's clock became known after the call's end.
    pub async fn place_call(&self, id: i64, span: ServerSpan) -> Result<(), LibraryError> {
        self.run(move |connection| place(connection, id, span)).await
    }

    /// Calls without a verdict, and those that ended after `since` (by the server's clock where that is known), whose verdict
    /// a late row may still change, or which compete for rows.
    pub async fn watched_calls(&self, account: &str, since: i64) -> Result<Vec<CallRow>, LibraryError> {
        let account = account.to_owned();
        self.run(move |connection| watched(connection, &account, since)).await
    }

    pub async fn claimed_rows(&self) -> Result<Vec<String>, LibraryError> {
        self.run(|connection| claimed(connection)).await
    }

    /// Models of an account, in small letters, of which each row that is known settled at 0 points.
    pub async fn models_without_charge(&self, account: &str) -> Result<BTreeSet<String>, LibraryError> {
        let account = account.to_owned();
        self.run(move |connection| without_charge(connection, &account)).await
    }

    /// Keeps a verdict; says whether it is another than before.
    pub async fn judge_call(&self, id: i64, verdict: Charge) -> Result<bool, LibraryError> {
        self.run(move |connection| judge(connection, id, &verdict)).await
    }

    /// Its row tells what the cache saved.
    pub async fn set_saved(&self, id: i64, points: i64) -> Result<(), LibraryError> {
        self.run(move |connection| {
            connection.execute("UPDATE calls SET cache_saved = ?1 WHERE id = ?2", [points, id])?;
            Ok(())
        })
        .await
    }

    /// The calls of a message, the oldest first.
    pub async fn calls_of(&self, message_id: i64) -> Result<Vec<CallRow>, LibraryError> {
        self.run(move |connection| of_message(connection, message_id)).await
    }

    /// The calls of each of these messages, the oldest first.
    pub async fn calls_of_all(&self, messages: Vec<i64>) -> Result<Vec<CallRow>, LibraryError> {
        self.run(move |connection| {
            let calls = messages.iter().map(|id| of_message(connection, *id));
            Ok(calls.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
        .await
    }
}

const SELECT: &str =
    "SELECT id, coalesce(message_id, temporary) AS message_id, account, model, sent_at, ended_at, server_sent_at, server_ended_at, server_within, took,
    answered, prompt_tokens, completion_tokens, cache_read, cache_written, cache_saved, estimate, charge, points, amounts,
    query_id FROM calls";

/// A message of the file, or of a temporary chat.
pub(super) const OF_MESSAGE: &str = "(calls.message_id = :message OR calls.temporary = :message)";

fn read(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    let sent: Option<i64> = row.get("server_sent_at")?;
    let (ended_at, within) = (row.get("server_ended_at")?, row.get::<_, Option<i64>>("server_within")?);
    let amounts = optional_text(row, "amounts")?;
    Ok(CallRow {
        id: row.get("id")?,
        message_id: row.get("message_id")?,
        account: text(row, "account")?,
        model: text(row, "model")?,
        sent_at: row.get("sent_at")?,
        ended_at: row.get("ended_at")?,
        server: sent.zip(within).map(|(sent_at, within)| ServerSpan { sent_at, ended_at, within }),
        took: row.get("took")?,
        answered: row.get("answered")?,
        prompt_tokens: row.get("prompt_tokens")?,
        completion_tokens: row.get("completion_tokens")?,
        cache: CacheUse {
            read: row.get("cache_read")?,
            written: row.get("cache_written")?,
            saved: row.get("cache_saved")?,
        },
        estimate: row.get("estimate")?,
        verdict: Charge {
            state: row.get("charge")?,
            points: row.get("points")?,
            amounts: amounts.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
            query_id: optional_text(row, "query_id")?,
        },
    })
}

/// Counts the day and keeps the call in one step, so that two at once cannot both take what is left.
fn admit(connection: &mut Connection, call: &NewCall) -> Result<Admission, LibraryError> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // A message has one call under way; an earlier try of the same turn came to nothing.
    drop_running(&step, call.message_id)?;
    let chat = chat_of(&step, call.message_id)?;
    let of = (Some(chat), project_of(&step, chat)?);
    let points = call.estimate.unwrap_or(0);
    if let Some((of, limit, used)) = passed(&step, (&call.account, call.sent_at), call.limits, of, points)? {
        return Ok(Admission::OverLimit { of, limit, used });
    }
    let id = step
        .prepare_cached(
            "INSERT INTO calls (message_id, temporary, account, model, sent_at, server_sent_at, server_within, answered, estimate, charge,
                 letters, marks, ideographs, sent)
             VALUES (:message, :temporary, :account, :model, :sent, :server_sent, :within, 0, :estimate, :charge,
                 :letters, :marks, :ideographs, :messages)",
        )?
        .insert(named_params! {
            ":message": Some(call.message_id).filter(|id| !is_temporary(*id)),
            ":temporary": Some(call.message_id).filter(|id| is_temporary(*id)),
            ":account": call.account, ":model": call.model, ":sent": call.sent_at,
            ":server_sent": call.server.map(|it| it.sent_at), ":within": call.server.map(|it| it.within),
            ":estimate": call.estimate, ":charge": ChargeState::Checking,
            ":letters": call.text.map(|it| it.letters), ":marks": call.text.map(|it| it.marks),
            ":ideographs": call.text.map(|it| it.ideographs), ":messages": call.text.map(|it| it.messages),
        })?;
    step.commit()?;
    Ok(Admission::Admitted(id))
}

fn chat_of(connection: &Connection, message_id: i64) -> Result<i64, LibraryError> {
    if is_temporary(message_id) {
        return Ok(ids_of(message_id)[0]);
    }
    let chat = "SELECT conversation_id FROM messages WHERE id = ?1";
    Ok(connection.prepare_cached(chat)?.query_row([message_id], |row| row.get(0))?)
}

/// What the calls of a temporary chat cost, and how much less by what their host had kept.
pub(super) fn points_of_temporary(connection: &Connection, chat: i64) -> Result<(i64, i64), LibraryError> {
    let sums = "SELECT coalesce(sum(points), 0), coalesce(sum(cache_saved), 0) FROM calls WHERE temporary BETWEEN ?1 AND ?2";
    let sums =
        connection.prepare_cached(sums)?.query_row(ids_of(chat), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(sums)
}

/// Of all its branches.
fn used_by_chat(connection: &Connection, conversation_id: i64) -> Result<i64, LibraryError> {
    if is_temporary(conversation_id) {
        let used = format!("SELECT {USED} FROM calls WHERE temporary BETWEEN ?1 AND ?2");
        let ids = ids_of(conversation_id);
        return Ok(connection.prepare_cached(&used)?.query_row(ids, |row| row.get(0))?);
    }
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {USED} FROM calls JOIN messages ON messages.id = message_id WHERE conversation_id = ?1"
        ))?
        .query_row([conversation_id], |row| row.get(0))?)
}

/// The first limit that so many more points would pass.
fn passed(
    connection: &Connection,
    (account, now): (&str, i64),
    limits: Limits,
    (chat, project): (Option<i64>, Option<i64>),
    points: i64,
) -> Result<Option<(LimitOf, i64, i64)>, LibraryError> {
    let passes = |limit: i64, used: i64| used >= limit || used + points > limit;
    if let Some(limit) = limits.day {
        let used = used_today(connection, account, now)?;
        if passes(limit, used) {
            return Ok(Some((LimitOf::Day, limit, used)));
        }
    }
    if let Some(limit) = limits.chat {
        let used = chat.map_or(Ok(0), |chat| used_by_chat(connection, chat))?;
        if passes(limit, used) {
            return Ok(Some((LimitOf::Chat, limit, used)));
        }
    }
    if let Some(project) = project.filter(|_| limits.holds_project)
        && let Some(limit) = budget_of_project(connection, project)?
    {
        let used = used_by_project(connection, project)?;
        if passes(limit, used) {
            return Ok(Some((LimitOf::Project, limit, used)));
        }
    }
    Ok(None)
}

fn project_of(connection: &Connection, chat: i64) -> Result<Option<i64>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT project_id FROM conversations WHERE id = ?1")?;
    Ok(statement.query_row([chat], |row| row.get(0)).optional()?.flatten())
}

/// What its chats may cost together.
fn budget_of_project(connection: &Connection, project_id: i64) -> Result<Option<i64>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT parameters FROM projects WHERE id = ?1")?;
    let parameters = statement
        .query_row([project_id], |row| Ok(Parameters::from_json(&text(row, "parameters")?)))
        .optional()?;
    Ok(parameters.and_then(|parameters| parameters.budget))
}

/// Of all its chats, those in the bin too.
fn used_by_project(connection: &Connection, project_id: i64) -> Result<i64, LibraryError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {USED} FROM calls JOIN messages ON messages.id = message_id
                 JOIN conversations ON conversations.id = conversation_id WHERE project_id = ?1"
        ))?
        .query_row([project_id], |row| row.get(0))?)
}

/// What calls cost, and what those not settled yet are expected to cost.
const USED: &str = "coalesce(sum(CASE charge WHEN 'charged' THEN calls.points WHEN 'notCharged' THEN 0 WHEN 'notFound' THEN 0
    ELSE estimate END), 0)";

/// What this app's calls cost today, and what those not settled yet are expected to cost. The days are compared, not times
/// with the day's start, for there are days without a midnight.
fn used_today(connection: &Connection, account: &str, now: i64) -> Result<i64, LibraryError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {USED}
             FROM calls WHERE account = :account AND sent_at > :now - 2 * 86400000
                 AND date(sent_at / 1000, 'unixepoch', 'localtime') = date(:now / 1000, 'unixepoch', 'localtime')",
        ))?
        .query_row(named_params! { ":account": account, ":now": now }, |row| row.get(0))?)
}

fn drop_running(connection: &Connection, message_id: i64) -> Result<(), LibraryError> {
    let sql = format!("DELETE FROM calls WHERE {OF_MESSAGE} AND ended_at IS NULL");
    connection.execute(&sql, named_params! { ":message": message_id })?;
    Ok(())
}

fn end(connection: &Connection, message_id: i64, end: &CallEnd) -> Result<Option<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "UPDATE calls SET sent_at = :sent, ended_at = :ended, server_sent_at = :server_sent,
             server_ended_at = :server_ended, server_within = :within, took = :took, answered = :answered,
             prompt_tokens = :prompt, completion_tokens = :completion, cache_read = :read, cache_written = :written,
             cache_saved = :saved
         WHERE {OF_MESSAGE} AND ended_at IS NULL RETURNING id",
    ))?;
    let values = named_params! {
        ":sent": end.sent_at, ":ended": end.ended_at, ":server_sent": end.server.map(|it| it.sent_at),
        ":server_ended": end.server.and_then(|it| it.ended_at), ":within": end.server.map(|it| it.within),
        ":took": end.took, ":answered": end.answered, ":prompt": end.prompt_tokens,
        ":completion": end.completion_tokens, ":read": end.cache.read, ":written": end.cache.written,
        ":saved": end.cache.saved, ":message": message_id,
    };
    Ok(statement.query_row(values, |row| row.get(0)).optional()?)
}

fn place(connection: &Connection, id: i64, span: ServerSpan) -> Result<(), LibraryError> {
    connection
        .prepare_cached(
            "UPDATE calls SET server_sent_at = ?1, server_ended_at = ?2, server_within = ?3 WHERE id = ?4",
        )?
        .execute((span.sent_at, span.ended_at, span.within, id))?;
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
    connection.execute(
        "UPDATE calls SET took = max(ended_at - sent_at, 0),
             server_ended_at = server_sent_at + max(ended_at - sent_at, 0)
         WHERE took IS NULL",
        [],
    )?;
    Ok(())
}

fn watched(connection: &Connection, account: &str, since: i64) -> Result<Vec<CallRow>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "{SELECT} WHERE account = :account AND (ended_at IS NULL OR charge = 'checking'
             OR coalesce(server_ended_at, ended_at) >= :since)
         ORDER BY id"
    ))?;
    let rows = statement.query_map(named_params! { ":account": account, ":since": since }, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn past_calls(connection: &Connection) -> Result<Vec<PastCall>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT model, letters, marks, ideographs, sent, prompt_tokens, completion_tokens, answered,
             CASE charge WHEN 'charged' THEN points END AS points
         FROM calls WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1000",
    )?;
    let past = |row: &Row<'_>| {
        let count = |column: &str| row.get::<_, Option<i64>>(column);
        let size = [count("letters")?, count("marks")?, count("ideographs")?, count("sent")?];
        let text = match size {
            [Some(letters), Some(marks), Some(ideographs), Some(messages)] => {
                Some(TextSize { letters, marks, ideographs, messages })
            }
            _ => None,
        };
        Ok(PastCall {
            model: self::text(row, "model")?,
            text,
            prompt_tokens: count("prompt_tokens")?,
            completion_tokens: count("completion_tokens")?,
            answered: row.get("answered")?,
            points: count("points")?,
        })
    };
    let mut calls = statement.query_map([], past)?.collect::<Result<Vec<_>, _>>()?;
    calls.reverse();
    Ok(calls)
}

fn without_charge(connection: &Connection, account: &str) -> Result<BTreeSet<String>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT lower(model) FROM calls WHERE account = ?1 AND query_id IS NOT NULL GROUP BY 1
         HAVING sum(charge = 'notCharged') > 0 AND sum(charge != 'notCharged') = 0",
    )?;
    let rows = statement.query_map([account], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Rows of the history that earlier verdicts took.
fn claimed(connection: &Connection) -> Result<Vec<String>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT query_id FROM calls WHERE query_id IS NOT NULL")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Says whether anything changed. A row that another call has is not taken from it.
fn judge(connection: &Connection, id: i64, verdict: &Charge) -> Result<bool, LibraryError> {
    let amounts = (!verdict.amounts.is_empty()).then(|| format!("{:?}", verdict.amounts));
    let changed = connection
        .prepare_cached(
            "UPDATE OR IGNORE calls SET charge = :charge, points = :points, amounts = :amounts, query_id = :query
             WHERE id = :id AND (charge, points, amounts, query_id) IS NOT (:charge, :points, :amounts, :query)",
        )?
        .execute(named_params! {
            ":charge": verdict.state, ":points": verdict.points, ":amounts": amounts,
            ":query": verdict.query_id, ":id": id,
        })?;
    Ok(changed > 0)
}

fn of_message(connection: &Connection, message_id: i64) -> Result<Vec<CallRow>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE {OF_MESSAGE} ORDER BY id"))?;
    let rows = statement.query_map(named_params! { ":message": message_id }, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
