//! Closing the window while answers are under way: what would be cut off, and what the person says to that.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The question whether to quit stands in the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct QuitView {
    /// As they were when it was asked; what has ended since is no longer among the live ones.
    pub answers: Vec<RunningAnswer>,
}

/// An answer that quitting would cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RunningAnswer {
    pub conversation_id: i64,
    pub message_id: i64,
    /// Its request is on its way or being answered. One that waits for a time, the network or its turn costs nothing.
    pub is_sent: bool,
    /// An estimate of the whole answer, where there can be one.
    pub points: Option<i64>,
    /// A film that Poe makes whether the app runs or not; the next start goes on waiting for it.
    pub is_film: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum QuitStep {
    /// The person wants to quit, by a key that the page takes.
    Ask,
    /// The question is in sight.
    Shown,
    Stay,
    Quit,
}
