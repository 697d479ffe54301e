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
