//! What goes out with the next message, part by part, and what would go out if older turns were left out.

use super::PointsRange;
use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ContextView {
    /// Only those that hold something, in the order in which they are sent.
    pub parts: Vec<ContextPart>,
    /// How much of the chat may go along, the most first. The first is all of it.
    pub choices: Vec<HistoryChoice>,
    /// Tokens that the model takes.
    pub takes: Option<i64>,
    /// Of the turns that are left out; absent where there are none, or the chat goes on from the summary of another.
    pub summary: Option<OlderSummary>,
}

/// What may go along in the place of older turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct OlderSummary {
    pub turns: u32,
    /// What it costs to make it, once.
    pub points: Option<PointsRange>,
    pub state: OlderSummaryState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum OlderSummaryState {
    Offered,
    /// The next request makes it.
    Due,
    Made,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ContextPart {
    pub kind: ContextPartKind,
    /// Turns or files in it; 1 of what there is one of.
    pub count: u32,
    pub tokens: i64,
    /// What it adds to each turn; absent where no price is known.
    pub points: Option<PointsRange>,
    /// Files in it of which nothing is known.
    pub uncounted: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ContextPartKind {
    System,
    /// Of an earlier chat, or of what is left out of this one.
    Summary,
    ProjectFiles,
    /// Files of the chat, and of the message that is being written.
    Files,
    History,
}

/// The last turns of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HistoryChoice {
    /// The message from which on it is sent; absent: from the first.
    pub from: Option<i64>,
    pub turns: u32,
    pub tokens: i64,
    pub points: Option<PointsRange>,
    /// It is what goes out now.
    pub is_chosen: bool,
}
