//! The balance as its own small window shows it: all that this window is ever told.

use super::{Theme, Typeface};
use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MonitorView {
    /// Absent until Poe has told them.
    pub points: Option<i64>,
    /// When they were read.
    pub checked_at: Option<i64>,
    pub checking: bool,
    /// Why the last check failed, in a few words; `points` are then older than it.
    pub problem: Option<String>,
    /// There is a key, or the simulated Poe, to ask with.
    pub usable: bool,
    /// They are the simulated Poe's.
    pub simulated: bool,
    /// Points a day, of the last thirty days as far as they are known.
    pub pace: Option<i64>,
    pub today: Option<i64>,
    /// Whether the desktop lets the window be kept above others.
    pub on_top: bool,
    pub theme: Theme,
    pub typeface: Typeface,
    /// Percent.
    pub text_size: u16,
}
