//! A turn under way: what `watch` brings of it.

use super::{MessageState, MessageStatus, MessageView};
use serde::Serialize;
use ts_rs::TS;

/// A turn under way.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LiveView {
    pub conversation_id: i64,
    pub message_id: i64,
    pub state: MessageState,
    /// Nothing of it is on its way: it waits for its place, its next try or the network.
    pub waiting: bool,
    /// Tokens a second over the last second, about; 0 before the first.
    pub speed: u32,
}

/// A try that will be made by itself.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RetryView {
    pub at: i64,
    pub attempt: u32,
    pub of: u32,
    /// When it gives up; absent where the number of tries decides.
    pub until: Option<i64>,
}

/// A place in the line of requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct QueueView {
    /// Messages that go before it.
    pub ahead: u32,
    /// When it will probably go.
    pub wait_until: i64,
    /// Little is left of the minute's requests, so that what is left is spread out.
    pub slowed: Option<RateView>,
}

/// Requests of this minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RateView {
    pub used: u32,
    pub limit: u32,
}

/// What has to happen before a message is sent, where that is no failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum WaitsFor {
    /// The network is looked for, and the message goes once it is there.
    Network,
    /// The earlier chat is being summed up: a call of its own.
    Summary,
    /// It goes out at the time that its card names.
    Time,
    /// It goes out once Poe's list of models is there.
    Models,
}

/// A part of a block's HTML, small enough to be sent anew: an item of a list, a row of a table, a line of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PieceView {
    pub kind: PieceKind,
    pub html: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum PieceKind {
    /// Complete elements and text.
    Whole,
    /// What the next pieces stand in; where it opens several elements, in the last of them.
    Open,
    /// The end of what was opened last.
    Close,
}

/// What `watch` brings: a snapshot first, then changes, at most one message a frame.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum TurnUpdate {
    Snapshot {
        message: MessageView,
        /// The last of its blocks once more, in the pieces that later updates may keep.
        last: Vec<PieceView>,
    },
    /// Keep the first `keep` blocks and the first `within` pieces of the next, which is the last one then, and drop the
    /// rest. The first of `blocks` goes on with that block, or is a new one where `within` is 0; append the others. Append
    /// `reasoning`.
    Text {
        keep: usize,
        within: usize,
        blocks: Vec<Vec<PieceView>>,
        reasoning: String,
    },
    Status {
        status: MessageStatus,
    },
}
