//! The lists of conversations, what is done with several at once, and the projects.

use super::{AttachmentView, ConversationView, Parameters, PointsRange, UsdRange};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The beginning of the list of all conversations.
#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConversationList {
    /// How many there are that are neither put away nor deleted.
    pub count: u32,
    pub rows: Vec<ConversationView>,
    /// The models that were asked, the latest first.
    pub models: Vec<String>,
    pub order: ListOrder,
    /// The one of which nothing is kept; it is in no list.
    pub temporary: Option<ConversationView>,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[ts(export, export_to = "types.ts")]
pub enum ListOf {
    /// All that are neither put away nor deleted.
    Chats,
    Project {
        id: i64,
    },
    Archive,
    Bin,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ListOrder {
    /// By the last question.
    #[default]
    Asked,
    /// By the last answer.
    Answered,
    /// By what it cost.
    Points,
}

/// Rows of a list, and how long it is.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ListPart {
    pub count: u32,
    pub rows: Vec<ConversationView>,
}

/// What is done with conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[ts(export, export_to = "types.ts")]
pub enum Organize {
    Pin {
        on: bool,
    },
    Archive {
        on: bool,
    },
    /// Absent: out of any.
    Project {
        id: Option<i64>,
    },
    /// Into the bin, or back.
    Delete {
        on: bool,
    },
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProjectView {
    pub id: i64,
    pub name: String,
    /// By its name.
    pub color: String,
    /// What its chats are asked of; absent: as everywhere.
    pub model: Option<String>,
    /// What its chats begin with; the budget is of all of them together.
    pub parameters: Parameters,
    pub chats: i64,
    /// What its chats cost, as far as it is known.
    pub points: i64,
    /// Files that go with each of its chats, and their bytes.
    pub files: i64,
    pub file_bytes: i64,
}

/// The files of a project.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProjectFiles {
    /// In the order in which they came.
    pub files: Vec<AttachmentView>,
    /// The most bytes of one that are taken at all.
    pub largest: i64,
}

/// What a project adds to each turn of its chats with a model; about, and absent as far as it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct StandingCost {
    /// Tokens of its system prompt.
    pub system: i64,
    /// Of its files.
    pub files: i64,
    /// Files that are sent.
    pub count: u32,
    /// Those of which nothing is known.
    pub uncounted: u32,
    /// What the model takes.
    pub takes: Option<i64>,
    pub points: Option<PointsRange>,
    /// Where a price is known, and not yet what a point is worth.
    pub usd: Option<UsdRange>,
    /// While the model's host has them kept.
    pub warm: Option<PointsRange>,
}

/// What is given takes the place of what is there.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct ProjectChange {
    pub name: Option<String>,
    pub color: Option<String>,
    /// Empty: as everywhere.
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
}
