//! What the history comes to: its sums by day, model, type, key, chat and hour, which the file keeps itself, and its rows, a
//! screen of them at a time.

use super::columns::{optional_text, text};
use super::history::Ledger;
use super::ids::is_temporary;
use super::ledger::OF_MESSAGE;
use super::{Library, LibraryError};
use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, named_params};
use std::collections::{BTreeMap, HashMap};

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
    /// In a chat that began with this preset.
    pub preset: Option<i64>,
}

impl HistoryFilter {
    /// It asks for what the sums by day do not tell apart.
    pub fn is_of_few(&self) -> bool {
        self.conversation.or(self.preset).is_some()
    }
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

/// The sums of each day by model, type, key and place: small enough to be held and looked at in any way.
#[derive(Clone, Debug, Default)]
pub struct HistoryCells {
    /// What the cells call by number.
    pub names: Vec<String>,
    /// By their days, the oldest first.
    pub cells: Vec<HistoryCell>,
}

#[derive(Clone, Copy, Debug)]
pub struct HistoryCell {
    pub day: i64,
    pub model: u32,
    pub kind: u32,
    pub source: u32,
    pub here: bool,
    pub sum: HistorySum,
}

/// Of a chat of this app (`conversation`, which may be gone), of one that was not kept (`temporary`), of one on poe.com
/// (`title`) or of none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatSum {
    pub conversation: Option<i64>,
    pub title: Option<String>,
    pub temporary: bool,
    pub sum: HistorySum,
}

/// Of a preset, which may be gone (then without a name).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetSum {
    pub preset: i64,
    pub name: Option<String>,
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
    /// Of a chat that was not kept.
    pub temporary: bool,
    /// What its chat began with, and the name of that unless it is gone.
    pub preset: Option<i64>,
    pub preset_name: Option<String>,
}

/// The rows of one key that no call of this app can have brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideSum {
    pub source: String,
    pub sum: HistorySum,
}

impl Library {
    /// All sums by day; of one chat or preset, its own. What else the filter says is not looked at.
    pub async fn history_cells(
        &self,
        ledger: Ledger,
        of: HistoryFilter,
    ) -> Result<HistoryCells, LibraryError> {
        self.run(move |connection| cells(connection, ledger, &of)).await
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

    /// The dearest first, under the days of the filter.
    pub async fn history_presets(
        &self,
        ledger: Ledger,
        filter: HistoryFilter,
    ) -> Result<Vec<PresetSum>, LibraryError> {
        self.run(move |connection| presets(connection, ledger, &filter)).await
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

    /// All of one model, whichever of these names Poe gave it, and when the last was asked.
    pub async fn history_of_model(
        &self,
        ledger: Ledger,
        names: [String; 2],
    ) -> Result<(HistorySum, Option<i64>), LibraryError> {
        self.run(move |connection| of_model(connection, ledger, &names)).await
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

    /// Minutes since midnight by the clock on the wall, in the zone that is in force.
    pub async fn minute_of_day(&self, at: i64) -> Result<u16, LibraryError> {
        self.run(move |connection| {
            let minute = "SELECT strftime('%H', ?1 / 1000, 'unixepoch', 'localtime') * 60
                + strftime('%M', ?1 / 1000, 'unixepoch', 'localtime')";
            Ok(connection.prepare_cached(minute)?.query_row([at], |row| row.get(0))?)
        })
        .await
    }

    /// The day of this time in the zone that is in force.
    pub async fn day_of(&self, at: i64) -> Result<i64, LibraryError> {
        Ok(self.day_and_rest(at).await?.0)
    }

    /// The same, and how much of the day is left then, 0 to 1.
    pub async fn day_and_rest(&self, at: i64) -> Result<(i64, f64), LibraryError> {
        self.run(move |connection| {
            let day = "SELECT CAST(julianday(date(?1 / 1000, 'unixepoch', 'localtime')) - 2440587.5 AS INTEGER),
                1 - (julianday(?1 / 1000, 'unixepoch', 'localtime') - julianday(date(?1 / 1000, 'unixepoch', 'localtime')))";
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            Ok(connection.prepare_cached(day)?.query_row([at], read)?)
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

    fn of_rows(ledger: Ledger, filter: &HistoryFilter) -> Conditions {
        Conditions::new(ledger)
            .days(filter)
            .and("model =", filter.model.clone())
            .and("kind =", filter.kind.clone())
            // A chat of poe.com is no key.
            .and("iif(kind = 'Chat', '', source) =", filter.source.clone())
            .and("(call IS NOT NULL) =", filter.here)
            .and("conversation =", filter.conversation)
            .and("preset =", filter.preset)
    }

    fn values(&self) -> Vec<&dyn ToSql> {
        self.values.iter().map(|value| &**value).collect()
    }
}

const SUM: &str = "coalesce(sum(points), 0) AS points, coalesce(sum(rows), 0) AS rows";
fn read_sum(row: &Row<'_>) -> rusqlite::Result<HistorySum> {
    Ok(HistorySum { points: row.get("points")?, rows: row.get("rows")?, unclear: row.get("unclear")? })
}

fn cells(connection: &Connection, ledger: Ledger, of: &HistoryFilter) -> Result<HistoryCells, LibraryError> {
    let conditions =
        Conditions::new(ledger).and("conversation =", of.conversation).and("preset =", of.preset);
    const ADDED: &str = "day, model, kind, iif(kind = 'Chat', '', source) AS source, 1 AS here,
        coalesce(sum(points), 0) AS points, count(*) AS rows, sum(points IS NULL) AS unclear";
    // Of one chat or preset they are few enough to be added up.
    let (columns, from, group) = match (of.conversation, of.preset) {
        (None, None) => ("day, model, kind, source, here, points, rows, unclear", "spent_by_day", ""),
        (None, Some(_)) => (ADDED, "history INDEXED BY history_by_preset", "GROUP BY 1, 2, 3, 4"),
        (Some(_), _) => (ADDED, "history", "GROUP BY 1, 2, 3, 4"),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {columns} FROM {from} WHERE {} {group} ORDER BY day",
        conditions.sql
    ))?;
    let (mut found, mut numbers) = (HistoryCells::default(), HashMap::<Vec<u8>, u32>::new());
    let mut rows = statement.query(&*conditions.values())?;
    while let Some(row) = rows.next()? {
        let mut number = |column: usize| -> rusqlite::Result<u32> {
            let name = row.get_ref(column)?.as_bytes()?;
            if let Some(number) = numbers.get(name) {
                return Ok(*number);
            }
            let number = u32::try_from(found.names.len()).unwrap_or(u32::MAX);
            found.names.push(String::from_utf8_lossy(name).into_owned());
            numbers.insert(name.to_vec(), number);
            Ok(number)
        };
        let (model, kind, source) = (number(1)?, number(2)?, number(3)?);
        found.cells.push(HistoryCell {
            day: row.get(0)?,
            model,
            kind,
            source,
            here: row.get(4)?,
            sum: HistorySum { points: row.get(5)?, rows: row.get(6)?, unclear: row.get(7)? },
        });
    }
    Ok(found)
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
            temporary: is_temporary(row.get("chat")?),
            sum: read_sum(row)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn presets(
    connection: &Connection,
    ledger: Ledger,
    filter: &HistoryFilter,
) -> Result<Vec<PresetSum>, LibraryError> {
    let conditions = Conditions::new(ledger).days(filter);
    // By its index, which holds all that is asked for: most rows have none, and are not looked at.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT preset, name, spent.points, spent.rows, spent.unclear
         FROM (SELECT preset, coalesce(sum(points), 0) AS points, count(*) AS rows, sum(points IS NULL) AS unclear
               FROM history INDEXED BY history_by_preset WHERE {} AND preset IS NOT NULL GROUP BY preset) AS spent
             LEFT JOIN prompts ON prompts.id = preset
         ORDER BY spent.points DESC, preset",
        conditions.sql
    ))?;
    let rows = statement.query_map(&*conditions.values(), |row| {
        Ok(PresetSum { preset: row.get("preset")?, name: optional_text(row, "name")?, sum: read_sum(row)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const KEPT: &str =
    "SELECT history.query_id, at, day, history.model, history.kind, source, positive, negative, history.points, usd,
    input_tokens, output_tokens, parts, call IS NOT NULL AS here, conversations.id AS conversation, title,
    preset, prompts.name AS preset_name, coalesce(history.conversation, 0) AS chat";

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
             LEFT JOIN prompts ON prompts.id = preset
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
        temporary: is_temporary(row.get("chat")?),
        preset: row.get("preset")?,
        preset_name: optional_text(row, "preset_name")?,
    })
}

fn of_message(connection: &Connection, message_id: i64) -> Result<BTreeMap<String, KeptRow>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!(
        "{KEPT} FROM calls JOIN history USING (query_id) LEFT JOIN conversations ON conversations.id = conversation
             LEFT JOIN prompts ON prompts.id = preset
         WHERE {OF_MESSAGE}"
    ))?;
    let of = named_params! { ":message": message_id };
    let rows = statement.query_map(of, |row| Ok((text(row, "query_id")?, read_row(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn of_model(
    connection: &Connection,
    ledger: Ledger,
    [id, name]: &[String; 2],
) -> Result<(HistorySum, Option<i64>), LibraryError> {
    const NAMED: &str = "ledger = ?1 AND lower(model) IN (lower(?2), lower(?3))";
    let mut sums = connection.prepare_cached(&format!(
        "SELECT {SUM}, coalesce(sum(unclear), 0) AS unclear FROM spent_by_day WHERE {NAMED}"
    ))?;
    let mut last = connection.prepare_cached(&format!(
        "SELECT max(at) FROM history WHERE ledger = ?1 AND model IN (SELECT DISTINCT model FROM spent_by_day WHERE {NAMED})"
    ))?;
    let sum = sums.query_row((ledger.0, id, name), read_sum)?;
    Ok((sum, last.query_row((ledger.0, id, name), |row| row.get(0))?))
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
