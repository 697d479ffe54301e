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
