//! Where the points went: the ledger's rows and their sums, as the Usage view shows them. A day is counted in days since 1970, in
//! the zone that was in force when its rows came; 0 holds rows without a time that can be right.

use super::{ErrorCard, Fact};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is looked at. Without a value everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct UsageFilter {
    /// The first and the last day.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub model: Option<String>,
    /// Poe's `usage_type`.
    pub kind: Option<String>,
    /// The name of a key or of an app.
    pub source: Option<String>,
    /// Asked by this app, or outside it.
    pub here: Option<bool>,
    /// Asked in this chat.
    pub conversation: Option<i64>,
    /// In a chat that began with this preset.
    pub preset: Option<i64>,
}

/// What a day's bar is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum UsageBy {
    #[default]
    Model,
    Kind,
    Source,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum UsageOrder {
    #[default]
    Newest,
    Oldest,
    Dearest,
    Model,
}

/// Points of some rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Spent {
    pub points: i64,
    pub rows: i64,
    /// Of the rows, how many say nothing that can be read; they are counted as 0.
    pub unclear: i64,
}

/// The same of one model, type or key. The name may be empty: Poe gave none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SpentOn {
    pub name: String,
    pub spent: Spent,
}

/// A day that has rows, with the points of each of `UsageView::series` in that order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageDay {
    pub day: i64,
    pub spent: Spent,
    pub points: Vec<i64>,
}

/// A chat of this app, or one on poe.com.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageChat {
    /// Absent: it is on poe.com, or was deleted here.
    pub conversation: Option<i64>,
    /// Absent: deleted here.
    pub title: Option<String>,
    /// Of those that are not kept.
    pub temporary: bool,
    pub spent: Spent,
}

/// What chats that began with a preset cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsagePreset {
    pub preset: i64,
    /// Absent: it was deleted.
    pub name: Option<String>,
    pub spent: Spent,
}

/// One row of the history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageRowView {
    /// Poe's own.
    pub id: String,
    /// Absent where Poe told no time, or one that can't be right.
    pub at: Option<i64>,
    pub day: i64,
    pub model: String,
    /// Poe's `usage_type`: API, Chat, Canvas App.
    pub kind: String,
    /// The chat, key or canvas that Poe names; may be empty.
    pub source: String,
    /// What it cost, what was given back taken off; absent where Poe told nothing that can be read.
    pub points: Option<i64>,
    /// Of what it cost at first.
    pub given_back: Option<i64>,
    /// Instead of `points`: an amount whose sign is not that of the account's other rows, so that nobody can tell whether it
    /// was spent or given back. It is counted nowhere.
    pub unclear: Option<i64>,
    pub usd: Option<String>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    /// As Poe writes them: "Input", "238 points (8369 tokens)".
    pub parts: Vec<Fact>,
    /// Asked by this app.
    pub here: bool,
    /// The chat of this app that it was asked in, unless that is deleted.
    pub conversation: Option<i64>,
    pub title: Option<String>,
    /// It was asked in a chat that is not kept.
    pub temporary: bool,
    /// The preset that its chat began with, and the name of that unless it is gone.
    pub preset: Option<i64>,
    pub preset_name: Option<String>,
}

/// Points of this plan's cycle.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageCycle {
    /// When it began, as Poe told.
    pub began_at: i64,
    /// The first day of it.
    pub from: i64,
    pub spent: Spent,
}

/// Far more than usual, and not by this app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageBurst {
    /// In the hour before this.
    pub until: i64,
    pub points: i64,
    pub rows: i64,
    /// The key, where Poe names it.
    pub source: String,
}

/// No row is missing between the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageSpan {
    pub from: i64,
    pub to: i64,
}

/// How much of Poe's history the ledger holds, and what it is doing about the rest.
#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LedgerView {
    /// The spans that are whole, the oldest first. Between two of them rows may be missing.
    pub spans: Vec<UsageSpan>,
    /// Rows read so far by the reading that is under way.
    pub reading: Option<i64>,
    /// When the history was last read.
    pub read_at: Option<i64>,
    /// Counts changes of rows, so that who shows some knows when to look again.
    pub revision: u64,
    pub burst: Option<UsageBurst>,
    /// Why the last reading failed.
    pub card: Option<ErrorCard>,
}

/// Everything above the rows.
#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageView {
    /// By this computer's clock and zone.
    pub today: i64,
    /// Points a dollar, as this account's rows tell.
    pub points_a_dollar: Option<f64>,
    // The tiles: all of them under the filter, whatever days it says.
    pub spent_today: Spent,
    /// Seven days with today, and the seven before them.
    pub spent_week: Spent,
    pub spent_week_before: Spent,
    /// Thirty days with today.
    pub spent_month: Spent,
    pub cycle: Option<UsageCycle>,
    /// All that the filter lets through, and of that what this app did not ask for.
    pub total: Spent,
    pub outside: Spent,
    /// What the bars are made of, the dearest first. The last may stand for all others: then its name is absent.
    pub series: Vec<Option<String>>,
    /// The oldest first.
    pub days: Vec<UsageDay>,
    /// What each choice of the filter would come to, the dearest first: under its days, whatever else it says.
    pub models: Vec<SpentOn>,
    pub kinds: Vec<SpentOn>,
    pub sources: Vec<SpentOn>,
    /// Points by the hour of the day, 24 of them, the dearest chats, and the presets: under the days of the filter, whatever else it says.
    pub hours: Vec<i64>,
    pub chats: Vec<UsageChat>,
    pub presets: Vec<UsagePreset>,
    pub dearest: Vec<UsageRowView>,
}

/// Some of the rows that the filter lets through.
#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageRows {
    pub offset: i64,
    /// Of all that it lets through.
    pub total: i64,
    pub rows: Vec<UsageRowView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum UsageFormat {
    Csv,
    Json,
}
