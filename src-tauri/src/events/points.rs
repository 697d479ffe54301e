//! Points as the window sees them: the balance.

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

/// What the Balance view shows beside the balance: where the points went lately, and how long those that are left will last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BalanceReport {
    /// Days are counted since 1970.
    pub today: i64,
    pub spent_today: i64,
    /// Whole days up to yesterday of which every row is known, at most those that a forecast looks at.
    pub known_days: i64,
    /// Points a day, over the last thirty of them or as many as there are.
    pub pace: Option<i64>,
    pub pace_days: i64,
    /// At the end of each day; the last is today's, as it is now.
    pub past: Vec<BalanceOfDay>,
    /// From the end of today on; empty where nothing can be told.
    pub ahead: Vec<BalanceAhead>,
    /// Grants that Poe told of, within the days ahead.
    pub grants: Vec<GrantOfDay>,
    pub lasts: Option<Lasts>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BalanceOfDay {
    pub day: i64,
    pub points: i64,
    /// Nobody looked on that day: it is reckoned back from a later day by what was spent.
    pub reckoned: bool,
}

/// Six times out of seven it lies between the two outer ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BalanceAhead {
    pub day: i64,
    pub low: i64,
    pub likely: i64,
    pub high: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct GrantOfDay {
    pub day: i64,
    pub points: i64,
}

/// In days from today; absent: more than a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Lasts {
    pub low: Option<i64>,
    pub likely: Option<i64>,
    pub high: Option<i64>,
}
