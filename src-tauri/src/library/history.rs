//! The table of Poe's history: every row that was ever read, kept for good, and between which times none is missing. The sums
//! beside it are kept by the file itself (`migrations.rs`); `usage.rs` reads both.

use super::{Library, LibraryError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

/// One account at Poe, whatever keys it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ledger(pub(super) i64);

/// A row of the history as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryRow {
    pub query_id: String,
    /// Milliseconds since 1970; none that cannot be right.
    pub at: Option<i64>,
    pub model: String,
    pub kind: String,
    /// Of the key, the chat or the app.
    pub source: String,
    /// It says an amount, if only 0.
    pub is_told: bool,
    /// Its amounts, by the sign that they had.
    pub positive: Option<i64>,
    pub negative: Option<i64>,
    /// US dollars, as Poe writes them.
    pub usd: Option<String>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    /// Label and text as Poe writes them: "Input", "238 points (8369 tokens)".
    pub parts: Vec<(String, String)>,
}

/// Some rows that follow one another in Poe's list, the newest first.
#[derive(Clone, Debug, Default)]
pub struct HistoryPage {
    pub rows: Vec<HistoryRow>,
    /// By Poe's clock, when its list was asked for from the start: all that was listed then lies before this.
    pub to: i64,
    /// The span that these follow on; none for the first of a reading.
    pub span: Option<i64>,
    /// Leads on from the last.
    pub cursor: Option<String>,
    /// Nothing was listed before these, and Poe lists all since this time.
    pub listed_since: Option<i64>,
}

/// Between these times no row is missing, milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistorySpan {
    pub id: i64,
    pub from: i64,
    pub to: i64,
    /// Leads on to what is older.
    pub cursor: Option<String>,
    /// Nothing older was listed.
    pub ends: bool,
}

/// What became of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The span that its rows are in.
    pub span: Option<HistorySpan>,
    /// A row is new or another than before.
    pub changed: bool,
    /// Messages of this app to which such a row belongs.
    pub messages: Vec<i64>,
}

impl Library {
    /// Whose points the account's are; a new ledger for one that was never seen. `account`: the key, as calls name it.
    pub async fn ledger(&self, service: &str, account: &str) -> Result<Ledger, LibraryError> {
        let (service, account) = (service.to_owned(), account.to_owned());
        self.run(move |connection| ledger(connection, &service, &account)).await
    }

    /// Poe names the account of this key: what is known of another key of it becomes one with this.
    pub async fn name_ledger(
        &self,
        service: &str,
        account: &str,
        user: &str,
    ) -> Result<Ledger, LibraryError> {
        let (service, account, user) = (service.to_owned(), account.to_owned(), user.to_owned());
        self.run(move |connection| name(connection, &service, &account, &user)).await
    }

    /// Keeps rows as they are now, and that none is missing among them.
    pub async fn keep_history(&self, ledger: Ledger, page: HistoryPage) -> Result<Kept, LibraryError> {
        self.run(move |connection| keep(connection, ledger, &page)).await
    }

    /// Whether nobody was told of spending like this within `apart` before `at`; from then on somebody was.
    pub async fn tell_burst(&self, ledger: Ledger, at: i64, apart: i64) -> Result<bool, LibraryError> {
        self.run(move |connection| {
            let tell = "UPDATE ledgers SET burst_told = ?2
                WHERE id = ?1 AND (burst_told BETWEEN ?2 - ?3 AND ?2) IS NOT TRUE";
            Ok(connection.execute(tell, (ledger.0, at, apart))? > 0)
        })
        .await
    }

    /// The oldest first.
    pub async fn history_spans(&self, ledger: Ledger) -> Result<Vec<HistorySpan>, LibraryError> {
        self.run(move |connection| spans(connection, ledger)).await
    }
}

fn ledger(connection: &mut Connection, service: &str, account: &str) -> Result<Ledger, LibraryError> {
    let known = "SELECT ledger FROM ledger_keys WHERE account = ?1";
    let found = connection.prepare_cached(known)?.query_row([account], |row| row.get(0)).optional()?;
    if let Some(id) = found {
        return Ok(Ledger(id));
    }
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    step.execute("INSERT INTO ledgers (service) VALUES (?1)", [service])?;
    let id = step.last_insert_rowid();
    step.execute("INSERT INTO ledger_keys VALUES (?1, ?2)", (account, id))?;
    step.commit()?;
    Ok(Ledger(id))
}

fn name(
    connection: &mut Connection,
    service: &str,
    account: &str,
    user: &str,
) -> Result<Ledger, LibraryError> {
    let Ledger(own) = ledger(connection, service, account)?;
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let named = "SELECT id FROM ledgers WHERE service = ?1 AND user = ?2";
    let named: Option<i64> = step.query_row(named, (service, user), |row| row.get(0)).optional()?;
    let of: Option<String> =
        step.query_row("SELECT user FROM ledgers WHERE id = ?1", [own], |row| row.get(0))?;
    let ledger = match (named, of) {
        (Some(named), _) if named == own => own,
        (Some(named), of) => {
            step.execute("UPDATE ledger_keys SET ledger = ?1 WHERE account = ?2", (named, account))?;
            // Of an unnamed one all is this account's; a named one is another's, whose key ends alike.
            if of.is_none() {
                step.execute("UPDATE OR IGNORE history SET ledger = ?1 WHERE ledger = ?2", (named, own))?;
                step.execute("DELETE FROM history WHERE ledger = ?1", [own])?;
                step.execute("UPDATE history_spans SET ledger = ?1 WHERE ledger = ?2", (named, own))?;
                step.execute("UPDATE OR REPLACE balances SET ledger = ?1 WHERE ledger = ?2", (named, own))?;
                step.execute("UPDATE OR IGNORE levels_told SET ledger = ?1 WHERE ledger = ?2", (named, own))?;
                step.execute("DELETE FROM levels_told WHERE ledger = ?1", [own])?;
                step.execute("UPDATE ledger_keys SET ledger = ?1 WHERE ledger = ?2", (named, own))?;
                step.execute("DELETE FROM ledgers WHERE id = ?1", [own])?;
                join(&step, named)?;
            }
            named
        }
        (None, None) => {
            step.execute("UPDATE ledgers SET user = ?1 WHERE id = ?2", (user, own))?;
            own
        }
        (None, Some(_)) => {
            step.execute("INSERT INTO ledgers (service, user) VALUES (?1, ?2)", (service, user))?;
            let id = step.last_insert_rowid();
            step.execute("UPDATE ledger_keys SET ledger = ?1 WHERE account = ?2", (id, account))?;
            id
        }
    };
    step.commit()?;
    Ok(Ledger(ledger))
}

/// What a row cost by its amounts, where spending has the sign `:sign`. A reading of 0 says that nothing is charged now.
const POINTS: &str = "CASE
    WHEN iif(:sign > 0, positive, negative) IS NOT NULL
        THEN max(iif(:sign > 0, positive, negative) - coalesce(iif(:sign > 0, negative, positive), 0), 0)
    WHEN coalesce(positive, negative) IS NULL AND is_told THEN 0 END";

fn keep(connection: &mut Connection, ledger: Ledger, page: &HistoryPage) -> Result<Kept, LibraryError> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = sign(&step, ledger)?;
    let mut kept = Kept::default();
    {
        let mut statement = step.prepare_cached(&upsert())?;
        for row in &page.rows {
            let parts = serde_json::to_string(&row.parts).unwrap_or_default();
            let values = named_params! {
                ":ledger": ledger.0, ":query": row.query_id, ":at": row.at, ":model": row.model, ":kind": row.kind,
                ":source": row.source, ":told": row.is_told, ":positive": row.positive, ":negative": row.negative,
                ":usd": row.usd, ":input": row.input_tokens, ":output": row.output_tokens, ":parts": parts,
                ":sign": before,
            };
            let message: Option<Option<i64>> = statement.query_row(values, |row| row.get(0)).optional()?;
            kept.changed |= message.is_some();
            kept.messages.extend(message.flatten());
        }
    }
    let sign = sign(&step, ledger)?;
    if sign != before {
        let points = POINTS.replace("is_told", "points IS NOT NULL");
        step.execute(
            &format!("UPDATE history SET points = {points} WHERE ledger = :ledger AND coalesce(positive, negative) IS NOT NULL"),
            named_params! { ":ledger": ledger.0, ":sign": sign },
        )?;
    }
    let id = widen(&step, ledger, page)?;
    join(&step, ledger.0)?;
    let spans = spans(&step, ledger)?;
    step.commit()?;
    // It may have become part of one that holds it.
    let holds = |span: &HistorySpan| span.id == id || (span.from <= page.to && page.to <= span.to);
    Ok(Kept { span: spans.into_iter().rev().find(holds), ..kept })
}

/// What most rows of an account say is spending; where they are as many, what is positive.
fn sign(connection: &Connection, ledger: Ledger) -> Result<i64, LibraryError> {
    let sign = "SELECT iif(negative > positive, -1, 1) FROM ledgers WHERE id = ?1";
    Ok(connection.prepare_cached(sign)?.query_row([ledger.0], |row| row.get(0))?)
}

/// A row stays on the day that it came to, unless Poe tells another time. What a reading leaves out was told before.
fn upsert() -> String {
    format!(
        "WITH told (ledger, query_id, at, model, kind, source, is_told, positive, negative, usd, input_tokens, output_tokens, parts)
             AS (VALUES (:ledger, :query, :at, :model, :kind, :source, :told, :positive, :negative, :usd, :input, :output, :parts)),
         kept AS (SELECT * FROM history WHERE ledger = :ledger AND query_id = :query),
         -- Only what was given back: when and of what the call was is known from before.
         both AS (SELECT told.*, kept.id AS known, kept.at AS kept_at, kept.day, kept.hour, kept.model AS kept_model,
             kept.kind AS kept_kind, kept.source AS kept_source, kept.points AS kept_points,
             kept.positive AS kept_positive, kept.negative AS kept_negative, kept.usd AS kept_usd,
             kept.input_tokens AS kept_input, kept.output_tokens AS kept_output, kept.parts AS kept_parts,
             kept.id IS NOT NULL AND iif(:sign > 0, told.positive, told.negative) IS NULL
                 AND coalesce(told.positive, told.negative) IS NOT NULL AS gives_back,
             told.is_told AND coalesce(told.positive, told.negative) IS NULL AS is_zero
             FROM told LEFT JOIN kept ON 1),
         now AS (SELECT ledger, query_id, iif(gives_back, coalesce(kept_at, at), coalesce(at, kept_at)) AS at,
             coalesce(nullif(model, ''), kept_model, '') AS model, coalesce(nullif(kind, ''), kept_kind, '') AS kind,
             coalesce(nullif(source, ''), kept_source, '') AS source, is_told OR kept_points IS NOT NULL AS is_told,
             -- 0, and no amount: what was charged is taken back.
             iif(is_zero, NULL, coalesce(positive, kept_positive)) AS positive,
             iif(is_zero, NULL, coalesce(negative, kept_negative)) AS negative,
             iif(gives_back, coalesce(kept_usd, usd), coalesce(usd, kept_usd)) AS usd,
             iif(gives_back, coalesce(kept_input, input_tokens), coalesce(input_tokens, kept_input)) AS input_tokens,
             iif(gives_back, coalesce(kept_output, output_tokens), coalesce(output_tokens, kept_output)) AS output_tokens,
             iif(parts = '[]' OR gives_back AND kept_parts != '[]', coalesce(kept_parts, '[]'), parts) AS parts,
             known IS NOT NULL AND kept_at IS iif(gives_back, coalesce(kept_at, at), coalesce(at, kept_at)) AS stays, day, hour
             FROM both)
         INSERT INTO history (ledger, query_id, at, day, hour, model, kind, source, positive, negative, points, usd,
             input_tokens, output_tokens, parts, call, message, conversation, project, preset)
         SELECT now.ledger, now.query_id, at,
             iif(stays, day,
                 coalesce(CAST(julianday(date(at / 1000, 'unixepoch', 'localtime')) - 2440587.5 AS INTEGER), 0)),
             iif(stays, hour, coalesce(CAST(strftime('%H', at / 1000, 'unixepoch', 'localtime') AS INTEGER), -1)),
             now.model, kind, source, positive, negative, {POINTS}, usd, now.input_tokens, now.output_tokens, parts,
             calls.id, coalesce(calls.message_id, temporary), coalesce(conversation_id, temporary & -1048576), project_id, preset_id
         FROM now LEFT JOIN calls ON calls.query_id = now.query_id LEFT JOIN messages ON messages.id = calls.message_id
             LEFT JOIN conversations ON conversations.id = conversation_id
         WHERE 1
         ON CONFLICT (ledger, query_id) DO UPDATE SET at = excluded.at, day = excluded.day, hour = excluded.hour,
             model = excluded.model, kind = excluded.kind, source = excluded.source, positive = excluded.positive,
             negative = excluded.negative, points = excluded.points, usd = excluded.usd,
             input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens, parts = excluded.parts
         WHERE (excluded.at, excluded.model, excluded.kind, excluded.source, excluded.positive, excluded.negative,
                excluded.points, excluded.usd, excluded.parts)
             IS NOT (history.at, history.model, history.kind, history.source, history.positive, history.negative,
                history.points, history.usd, history.parts)
         RETURNING message"
    )
}

/// The span that the page begins or leads on; its id.
fn widen(connection: &Connection, ledger: Ledger, page: &HistoryPage) -> Result<i64, LibraryError> {
    // More of the last one's millisecond may follow.
    let reached = page.rows.iter().filter_map(|row| row.at).min().map(|at| at + 1);
    let from = [reached, page.listed_since].into_iter().flatten().min().unwrap_or(page.to).min(page.to);
    let ends = page.listed_since.is_some();
    if let Some(span) = page.span {
        let widened = connection
            .prepare_cached(
                "UPDATE history_spans SET from_at = min(from_at, ?1), cursor = ?2, ends = ?3 WHERE id = ?4",
            )?
            .execute((from, &page.cursor, ends, span))?;
        if widened > 0 {
            return Ok(span);
        }
    }
    connection
        .prepare_cached(
            "INSERT INTO history_spans (ledger, from_at, to_at, cursor, ends) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((ledger.0, from, page.to, &page.cursor, ends))?;
    Ok(connection.last_insert_rowid())
}

/// Spans that meet are one: it leads on from where the older one does.
fn join(connection: &Connection, ledger: i64) -> Result<(), LibraryError> {
    let all = spans(connection, Ledger(ledger))?;
    let mut joined: Option<HistorySpan> = None;
    for span in all.into_iter().rev() {
        let Some(newer) = joined.as_mut().filter(|newer| newer.from <= span.to) else {
            joined = Some(span);
            continue;
        };
        if span.from < newer.from {
            (newer.from, newer.cursor, newer.ends) = (span.from, span.cursor, span.ends);
        } else if span.from == newer.from {
            newer.ends |= span.ends;
        }
        newer.to = newer.to.max(span.to);
        connection.execute("DELETE FROM history_spans WHERE id = ?1", [span.id])?;
        connection.execute(
            "UPDATE history_spans SET from_at = ?1, to_at = ?2, cursor = ?3, ends = ?4 WHERE id = ?5",
            (newer.from, newer.to, &newer.cursor, newer.ends, newer.id),
        )?;
    }
    Ok(())
}

fn spans(connection: &Connection, ledger: Ledger) -> Result<Vec<HistorySpan>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, from_at, to_at, cursor, ends FROM history_spans WHERE ledger = ?1 ORDER BY to_at, id",
    )?;
    let rows = statement.query_map([ledger.0], |row| {
        Ok(HistorySpan {
            id: row.get("id")?,
            from: row.get("from_at")?,
            to: row.get("to_at")?,
            cursor: row.get("cursor")?,
            ends: row.get("ends")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
