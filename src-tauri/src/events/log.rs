//! The request log as the window sees it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One try of one request. All of its texts went through `log/entry.rs`, so none holds a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LogEntry {
    /// Counts up through the whole log.
    pub id: i64,
    pub at: i64,
    pub method: String,
    pub host: String,
    pub path: String,
    pub model: Option<String>,
    /// Which try this was, and how many there may be.
    pub attempt: u32,
    pub of: u32,
    /// Absent where no answer came.
    pub status: Option<u16>,
    /// Why it failed: a code of the catalogue.
    pub code: Option<String>,
    /// What Poe, or whatever answered in its place, said of it.
    pub said: Option<String>,
    pub request_id: Option<String>,
    /// Waited for its turn, before it was sent.
    pub queued_ms: i64,
    /// From sending to the first byte of the answer.
    pub first_byte_ms: Option<i64>,
    /// From sending to the end; 0 for what was never sent.
    pub total_ms: i64,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    pub received_bytes: i64,
    /// The person stopped it, or closed the app.
    pub stopped: bool,
    /// What was sent and received is kept too.
    pub has_bodies: bool,
}

/// Which entries are wanted. Empty means all.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct LogFilter {
    pub failed: bool,
    pub model: Option<String>,
    /// In any field, whatever its case.
    pub text: String,
}

/// The newest entries that fit a filter, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LogPage {
    pub entries: Vec<LogEntry>,
    /// How many fit, those that did not fit on the page included.
    pub matching: u32,
    /// All models in the log, to choose from.
    pub models: Vec<String>,
}

/// What the log holds; announced after every change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LogView {
    pub kept: u32,
    /// The id of the newest entry.
    pub newest: Option<i64>,
    /// The codes of the failures in it.
    pub codes: Vec<String>,
    /// Bodies are being kept now.
    pub bodies: bool,
    /// Some entries have bodies.
    pub has_bodies: bool,
    /// Requests that came faster than they could be written.
    pub missed: u32,
    pub folder: String,
}

/// What was sent and received, cut in the middle where it was long.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LogBodies {
    pub request: Option<String>,
    pub response: Option<String>,
}
