//! Points: the balance and the history of what was spent.

use serde::Serialize;

/// The balance, from `GET /usage/current_balance`. Everything is optional: Poe documents the first field only.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Balance {
    /// Points left, of the plan and bought ones together. `None`: Poe did not tell. May be zero or less.
    pub points: Option<i64>,
    /// Points of the plan.
    pub plan_points: Option<i64>,
    /// Points bought on top.
    pub addon_points: Option<i64>,
    /// US dollars, as Poe writes them.
    pub total_usd: Option<String>,
    /// US dollars, as Poe writes them.
    pub plan_usd: Option<String>,
    /// US dollars, as Poe writes them.
    pub addon_usd: Option<String>,
    /// The next points that Poe gives, the earlier of the daily and the monthly ones.
    pub next_grant: Option<Grant>,
    /// When the present cycle began, milliseconds since 1970.
    pub cycle_start_ms: Option<i64>,
    /// Whether Poe buys points by itself.
    pub auto_recharge: Option<bool>,
}

/// Points to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// How many.
    pub points: i64,
}

/// A page of the history, newest first. Poe keeps 30 days.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UsagePage {
    /// At most as many as were asked for.
    pub rows: Vec<UsageRow>,
    /// Older ones exist.
    pub has_more: bool,
    /// What to pass as `starting_after` for them.
    pub next: Option<String>,
}

/// One paid call, of the whole account (API, chat and apps).
///
/// A fresh row may say 0 points and change later: keep rows by `query_id` and read the newest page again.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UsageRow {
    /// Poe's id of the row; it is no request id.
    pub query_id: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The model's name.
    pub model: String,
    /// `usage_type`: `API`, `Chat`, `Canvas App`. Empty when absent.
    pub kind: String,
    /// Points spent, never negative.
    pub points: i64,
    /// Points with the sign that Poe sent: sources differ.
    pub raw_points: i64,
    /// US dollars, as Poe writes them.
    pub usd: Option<String>,
    /// The name of the chat, the key or the app.
    pub source_name: Option<String>,
    /// Label and text as Poe writes them, such as `Input`, `238 points (8369 tokens)`.
    pub breakdown: Vec<(String, String)>,
    /// Read from the breakdown's `Input`.
    pub input_tokens: Option<u64>,
    /// Read from the breakdown's `Output`.
    pub output_tokens: Option<u64>,
}
