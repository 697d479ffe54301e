//! Points as the window sees them: the balance, and the rows of the history.

use super::ErrorCard;
use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BalanceView {
    /// Points; absent until Poe has told them.
    pub points: Option<i64>,
    pub plan_points: Option<i64>,
    pub addon_points: Option<i64>,
    /// US dollars as Poe writes them.
    pub usd: Option<String>,
    pub next_grant_at: Option<i64>,
    pub next_grant_points: Option<i64>,
    /// When `points` was read.
    pub checked_at: Option<i64>,
    pub checking: bool,
    /// Why the last check failed; `points` is then older than it.
    pub card: Option<ErrorCard>,
}

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageView {
    pub rows: Vec<UsageRowView>,
    /// Give this to the next call to read on.
    pub next: Option<String>,
    pub fetched_at: i64,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageRowView {
    pub id: String,
    /// Absent where Poe told no time.
    pub at: Option<i64>,
    pub model: String,
    /// Poe's `usage_type`: API, Chat, Canvas App.
    pub kind: String,
    /// The chat, key or canvas that Poe names.
    pub source: Option<String>,
    /// What it cost; absent where Poe told nothing that can be read.
    pub points: Option<i64>,
    /// Instead of `points`: an amount whose sign is not that of the account's other rows, so that nobody can tell whether it
    /// was spent or given back. It is counted nowhere.
    pub unclear: Option<i64>,
    pub usd: Option<String>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
}
