//! What is looked for in the chats, and what is found.

use super::MessageRole;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is looked at. Without a value everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct SearchFilter {
    pub conversation: Option<i64>,
    pub project: Option<i64>,
    pub model: Option<String>,
    pub role: Option<MessageRole>,
    /// From this time on.
    pub since: Option<i64>,
    /// Before this time.
    pub until: Option<i64>,
    pub has_files: bool,
    /// What cost at least so much.
    pub points: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum SearchOrder {
    #[default]
    Newest,
    Best,
}

#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct SearchRequest {
    /// As it is typed: words, "phrases", -without.
    pub text: String,
    pub filter: SearchFilter,
    pub order: SearchOrder,
    /// `next` of the page before.
    pub from: Option<i64>,
    /// How many the window shows: the first page has no more, since it is asked for with each key.
    pub shown: usize,
}

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SearchView {
    pub hits: Vec<SearchHit>,
    /// Where the next page begins; absent where nothing more is found.
    pub next: Option<i64>,
    /// Another spelling, by which something is found where nothing was.
    pub meant: Option<String>,
    /// Not all of the chats are read yet.
    pub reading: Option<SearchReading>,
}

/// How far the reading of the chats for the search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SearchReading {
    pub read: i64,
    pub of: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum FoundIn {
    Title,
    Text,
    Reasoning,
    File,
}

/// A part of a text, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SearchPiece {
    pub text: String,
    /// It is what was looked for.
    pub is_match: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SearchHit {
    pub found_in: FoundIn,
    pub conversation_id: i64,
    /// The chat's; may be empty.
    pub title: Vec<SearchPiece>,
    /// Absent: the chat itself, by its title.
    pub message_id: Option<i64>,
    pub role: Option<MessageRole>,
    pub model: String,
    pub at: i64,
    /// What it cost, where that is known.
    pub points: Option<i64>,
    /// The name of the file, where it was found in one.
    pub file: Vec<SearchPiece>,
    pub snippet: Vec<SearchPiece>,
    /// What to mark in the message, as it is written there.
    pub written: Vec<String>,
}

/// A message of a chat in which it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FoundInChat {
    pub message_id: i64,
    pub count: i64,
    /// As it is written there, each way once.
    pub written: Vec<String>,
}
