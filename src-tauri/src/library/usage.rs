//! What the history comes to: its sums by day, model, type, key, chat and hour, which the file keeps itself, and its rows, a
//! screen of them at a time.

use super::columns::{optional_text, text};
use super::history::Ledger;
use super::{Library, LibraryError};
use rusqlite::types::ToSql;
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;

/// What is looked at; without a value everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// The first and the last day.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub model: Option<String>,
    pub kind: Option<String>,
    pub source: Option<String>,
    /// Asked by this app, or outside it.
    pub here: Option<bool>,
    /// Asked in this chat of the app.
    pub conversation: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SumBy {
    Model,
    Kind,
    Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryOrder {
    Newest,
    Oldest,
    Dearest,
    Model,
}

/// Of some rows; those that say nothing that can be read are counted as 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistorySum {
    pub points: i64,
    pub rows: i64,
    pub unclear: i64,
}

/// Of a day and of what the sum is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySum {
    pub day: i64,
    pub name: String,
    pub sum: HistorySum,
}

/// Of a chat of this app (`conversation`, which may be gone), of one on poe.com (`title`) or of none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatSum {
    pub conversation: Option<i64>,
    pub title: Option<String>,
    pub sum: HistorySum,
}

/// A row with what it belongs to in this app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptRow {
    pub query_id: String,
    pub at: Option<i64>,
    pub day: i64,
    pub model: String,
    pub kind: String,
    pub source: String,
    pub positive: Option<i64>,
    pub negative: Option<i64>,
    pub points: Option<i64>,
    pub usd: Option<String>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    pub parts: Vec<(String, String)>,
    pub here: bool,
    /// A chat that is still there.
    pub conversation: Option<i64>,
    pub title: Option<String>,
}

/// Sums of days of which each may be asked for: from the first to the last.
type Days = (i64, i64);

/// The rows of one key that no call of this app can have brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideSum {
    pub source: String,
    pub sum: HistorySum,
}

impl Library {
    /// By day and by name.
    pub async fn history_days(
        &self,
        ledger: Ledger,
        filter: HistoryFilter,
        by: SumBy,
    ) -> Result<Vec<DaySum>, LibraryError> {
        self.run(move |connection| days(connection, ledger, &filter, by)).await
    }

    /// Of these days, each under what the filter says beside them.
    pub async fn history_sums(
        &self,
        ledger: Ledger,
        filter: HistoryFilter,
        days: Vec<(i64, i64)>,
    ) -> Result<Vec<HistorySum>, LibraryError> {
        self.run(move |connection| days.iter().map(|days| sum(connection, ledger, &filter, *days)).collect())
            .await
    }

    /// The dearest name first, under the days of the filter.
    pub async fn history_names(
        &self,
        ledger: Ledger,
        filter: HistoryFilter,
        by: SumBy,
    ) -> Result<Vec<(String, HistorySum)>, LibraryError> {
        self.run(move |connection| names(connection, ledger, &filter, by)).await
    }

    /// By the hour of the day, 24 of them, under the days of the filter.
    pub async fn history_hours(
        &self,
        ledger: Ledger,
        filter: HistoryFilter,
    ) -> Result<Vec<i64>, LibraryError> {
        self.run(move |connection| hours(connection, ledger, &filter)).await
    }

    /// The dearest first, under the days of the filter.
    pub async fn history_chats(
        &self,
        ledger: Ledger,
        filter: HistoryFilter,
        most: i64,
    ) -> Result<Vec<ChatSum>, LibraryError> {
        self.run(move |connection| chats(connection, ledger, &filter, most)).await
    }

    pub async fn history_rows(
        &self,
        ledger: Ledger,
        filter: HistoryFilter,
        order: HistoryOrder,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<KeptRow>, LibraryError> {
        self.run(move |connection| rows(connection, ledger, &filter, order, (offset, limit))).await
    }

    /// The rows of the calls of a message, by their ids.
    pub async fn rows_of(&self, message_id: i64) -> Result<BTreeMap<String, KeptRow>, LibraryError> {
        self.run(move |connection| of_message(connection, message_id)).await
    }

    /// API rows since then that this app did not ask for and of whose model none of its calls is still looked for, by key; the
    /// dearest first.
    pub async fn outside_since(
        &self,
        ledger: Ledger,
        day: i64,
        at: i64,
    ) -> Result<Vec<OutsideSum>, LibraryError> {
        self.run(move |connection| outside(connection, ledger, day, at)).await
    }

    /// The day of this time in the zone that is in force.
    pub async fn day_of(&self, at: i64) -> Result<i64, LibraryError> {
        self.run(move |connection| {
            let day =
                "SELECT CAST(julianday(date(?1 / 1000, 'unixepoch', 'localtime')) - 2440587.5 AS INTEGER)";
            Ok(connection.prepare_cached(day)?.query_row([at], |row| row.get(0))?)
        })
        .await
    }
}

/// The conditions that a filter makes, and their values, the ledger's first.
struct Conditions {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Conditions {
    fn new(ledger: Ledger) -> Conditions {
        Conditions { sql: "ledger = ?".to_owned(), values: vec![Box::new(ledger.0)] }
    }

    fn and(mut self, condition: &str, value: Option<impl ToSql + 'static>) -> Conditions {
        if let Some(value) = value {
            self.sql = format!("{} AND {condition} ?", self.sql);
            self.values.push(Box::new(value));
        }
        self
    }

    fn days(self, filter: &HistoryFilter) -> Conditions {
        self.and("day >=", filter.from).and("day <=", filter.to)
    }

    /// `here`, `source`: as the table has them.
    fn rest(self, filter: &HistoryFilter, here: &str, source: &str) -> Conditions {
        self.and("model =", filter.model.clone())
            .and("kind =", filter.kind.clone())
            .and(&format!("{source} ="), filter.source.clone())
            .and(&format!("{here} ="), filter.here)
    }

    fn of_sums(ledger: Ledger, filter: &HistoryFilter) -> Conditions {
        Conditions::new(ledger).days(filter).rest(filter, "here", "source").and("chat =", filter.conversation)
    }

    fn of_rows(ledger: Ledger, filter: &HistoryFilter) -> Conditions {
        // A chat of poe.com is no key.
        let source = "iif(kind = 'Chat', '', source)";
        Conditions::new(ledger)
            .days(filter)
            .rest(filter, "(call IS NOT NULL)", source)
            .and("conversation =", filter.conversation)
    }

    fn values(&self) -> Vec<&dyn ToSql> {
        self.values.iter().map(|value| &**value).collect()
    }
}

const SUM: &str = "coalesce(sum(points), 0) AS points, coalesce(sum(rows), 0) AS rows";
const SUM_WITH_UNCLEAR: &str = "coalesce(sum(points), 0) AS points, coalesce(sum(rows), 0) AS rows,
    coalesce(sum(unclear), 0) AS unclear";

fn read_sum(row: &Row<'_>) -> rusqlite::Result<HistorySum> {
    Ok(HistorySum { points: row.get("points")?, rows: row.get("rows")?, unclear: row.get("unclear")? })
}

/// Those that the file keeps; of one chat they are few enough to be added up.
fn sums(filter: &HistoryFilter) -> &'static str {
    match filter.conversation {
        None => "spent_by_day",
        Some(_) => {
            "(SELECT ledger, day, model, kind, iif(kind = 'Chat', '', source) AS source, call IS NOT NULL AS here,
                 coalesce(points, 0) AS points, 1 AS rows, points IS NULL AS unclear, conversation AS chat
             FROM history WHERE conversation IS NOT NULL)"
        }
    }
}

fn column(by: SumBy) -> &'static str {
    match by {
        SumBy::Model => "model",
        SumBy::Kind => "kind",
        SumBy::Source => "source",
    }
}

fn days(
    connection: &Connection,
    ledger: Ledger,
    filter: &HistoryFilter,
    by: SumBy,
) -> Result<Vec<DaySum>, LibraryError> {
    let conditions = Conditions::of_sums(ledger, filter);
    let name = column(by);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT day, {name} AS name, {SUM_WITH_UNCLEAR} FROM {} WHERE {} GROUP BY day, {name} ORDER BY day",
        sums(filter),
        conditions.sql
    ))?;
    let rows = statement.query_map(&*conditions.values(), |row| {
        Ok(DaySum { day: row.get("day")?, name: text(row, "name")?, sum: read_sum(row)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn sum(
    connection: &Connection,
    ledger: Ledger,
    filter: &HistoryFilter,
    (from, to): Days,
) -> Result<HistorySum, LibraryError> {
    let filter = HistoryFilter { from: Some(from), to: Some(to), ..filter.clone() };
    let conditions = Conditions::of_sums(ledger, &filter);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {SUM_WITH_UNCLEAR} FROM {} WHERE {}",
        sums(&filter),
        conditions.sql
    ))?;
    Ok(statement.query_row(&*conditions.values(), read_sum)?)
}

fn names(
    connection: &Connection,
    ledger: Ledger,
    filter: &HistoryFilter,
    by: SumBy,
) -> Result<Vec<(String, HistorySum)>, LibraryError> {
    let conditions = Conditions::new(ledger).days(filter);
    let name = column(by);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {name} AS name, {SUM_WITH_UNCLEAR} FROM spent_by_day WHERE {} GROUP BY {name}
         ORDER BY points DESC, rows DESC, name",
        conditions.sql
    ))?;
    let rows = statement.query_map(&*conditions.values(), |row| Ok((text(row, "name")?, read_sum(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn hours(connection: &Connection, ledger: Ledger, filter: &HistoryFilter) -> Result<Vec<i64>, LibraryError> {
    let conditions = Conditions::new(ledger).days(filter);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT hour, {SUM} FROM spent_by_hour WHERE {} AND hour BETWEEN 0 AND 23 GROUP BY hour",
        conditions.sql
    ))?;
    let rows =
        statement.query_map(&*conditions.values(), |row| Ok((row.get("hour")?, row.get("points")?)))?;
    let mut hours = vec![0; 24];
    for row in rows {
        let (hour, points): (i64, i64) = row?;
        if let Some(sum) = usize::try_from(hour).ok().and_then(|hour| hours.get_mut(hour)) {
            *sum = points;
        }
    }
    Ok(hours)
}

fn chats(
    connection: &Connection,
    ledger: Ledger,
    filter: &HistoryFilter,
    most: i64,
) -> Result<Vec<ChatSum>, LibraryError> {
    let conditions = Conditions::new(ledger).days(filter);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT conversations.id AS conversation, coalesce(conversations.title, nullif(spent.title, '')) AS title, chat,
             spent.points, spent.rows, 0 AS unclear
         FROM (SELECT chat, title, {SUM} FROM spent_by_chat WHERE {} AND (chat != 0 OR title != '')
               GROUP BY chat, title) AS spent
             LEFT JOIN conversations ON conversations.id = chat
         ORDER BY spent.points DESC, chat, title LIMIT {most}",
        conditions.sql
    ))?;
    let rows = statement.query_map(&*conditions.values(), |row| {
        Ok(ChatSum {
            conversation: row.get("conversation")?,
            title: optional_text(row, "title")?,
            sum: read_sum(row)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const KEPT: &str =
    "SELECT history.query_id, at, day, history.model, kind, source, positive, negative, history.points, usd,
    input_tokens, output_tokens, parts, call IS NOT NULL AS here, conversations.id AS conversation, title";

fn rows(
    connection: &Connection,
    ledger: Ledger,
    filter: &HistoryFilter,
    order: HistoryOrder,
    (offset, limit): (i64, i64),
) -> Result<Vec<KeptRow>, LibraryError> {
    let conditions = Conditions::of_rows(ledger, filter);
    let order = match order {
        HistoryOrder::Newest => "history.day DESC, history.at DESC, history.id DESC",
        HistoryOrder::Oldest => "history.day, history.at, history.id",
        HistoryOrder::Dearest => "history.points DESC, history.id DESC",
        HistoryOrder::Model => "history.model, history.day DESC, history.at DESC, history.id DESC",
    };
    // The rows are found by an index alone and only those that are wanted are read.
    let mut statement = connection.prepare(&format!(
        "{KEPT} FROM (SELECT id AS found FROM history WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset})
             JOIN history ON history.id = found LEFT JOIN conversations ON conversations.id = conversation
         ORDER BY {order}",
        conditions.sql
    ))?;
    let rows = statement.query_map(&*conditions.values(), read_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<KeptRow> {
    Ok(KeptRow {
        query_id: text(row, "query_id")?,
        at: row.get("at")?,
        day: row.get("day")?,
        model: text(row, "model")?,
        kind: text(row, "kind")?,
        source: text(row, "source")?,
        positive: row.get("positive")?,
        negative: row.get("negative")?,
        points: row.get("points")?,
        usd: optional_text(row, "usd")?,
        input_tokens: row.get("input_tokens")?,
        output_tokens: row.get("output_tokens")?,
        parts: serde_json::from_str(&text(row, "parts")?).unwrap_or_default(),
        here: row.get("here")?,
        conversation: row.get("conversation")?,
        title: optional_text(row, "title")?,
    })
}

fn of_message(connection: &Connection, message_id: i64) -> Result<BTreeMap<String, KeptRow>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "{KEPT} FROM calls JOIN history USING (query_id) LEFT JOIN conversations ON conversations.id = conversation
         WHERE calls.message_id = ?1"
    ))?;
    let rows = statement.query_map([message_id], |row| Ok((text(row, "query_id")?, read_row(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn outside(
    connection: &Connection,
    ledger: Ledger,
    day: i64,
    at: i64,
) -> Result<Vec<OutsideSum>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT source, coalesce(sum(points), 0) AS points, count(*) AS rows, sum(points IS NULL) AS unclear FROM history
         WHERE ledger = ?1 AND day >= ?2 AND at >= ?3 AND call IS NULL AND kind = 'API' AND NOT EXISTS (
             SELECT 1 FROM calls WHERE lower(calls.model) = lower(history.model) AND query_id IS NULL
                 AND sent_at > ?3 - 3600000)
         GROUP BY source ORDER BY points DESC, source",
    )?;
    let rows = statement.query_map((ledger.0, day, at), |row| {
        Ok(OutsideSum { source: text(row, "source")?, sum: read_sum(row)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
