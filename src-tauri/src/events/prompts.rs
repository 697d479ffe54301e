//! Presets, with which chats begin, and snippets, which are put into messages.

use super::Parameters;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum PromptKind {
    Preset,
    Snippet,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PromptView {
    pub id: i64,
    pub kind: PromptKind,
    pub name: String,
    /// Of a snippet: `{{…}}` in it is asked for when it is put into a message.
    pub text: String,
    /// What a preset's chats are asked of; absent: as everywhere.
    pub model: Option<String>,
    /// What they begin with, the system prompt among it.
    pub parameters: Parameters,
    pub updated_at: i64,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct NewPrompt {
    pub kind: PromptKind,
    pub name: String,
    pub text: String,
    pub model: Option<String>,
    pub parameters: Parameters,
}

/// What was found in a file of prompts, before anything of it comes in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PromptsFound {
    /// Its name, without its folder.
    pub file: String,
    pub added: Vec<PromptFound>,
    /// Those that are here with other content.
    pub changed: Vec<PromptDifference>,
    /// How many are here as they are there.
    pub same: u32,
    /// What can't be read, or is more than is kept, with a few of their names.
    pub left_out: u32,
    pub left_out_names: Vec<String>,
    /// Out of so many something was taken that looks like a key.
    pub without_key: u32,
}

/// One that is not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PromptFound {
    pub kind: PromptKind,
    pub name: String,
}

/// What the file's version of one would change here.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PromptDifference {
    pub key: String,
    pub kind: PromptKind,
    /// As it is called here.
    pub name: String,
    /// The file's version is the later one.
    pub is_newer: bool,
    pub fields: Vec<FieldDifference>,
    /// Of its text or system prompt; none where that is the same.
    pub lines: Vec<LineDifference>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FieldDifference {
    /// `name`, `model`, `temperature`, `topP`, `maxTokens`, `budget`, or as the model declares it.
    pub field: String,
    /// Absent: not set.
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LineDifference {
    pub change: LineChange,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum LineChange {
    Same,
    Added,
    Removed,
    /// Here stand lines that are the same, or more than are shown.
    Skipped,
}

/// How reading a file of prompts ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PromptsBrought {
    pub added: u32,
    pub changed: u32,
}

/// What is given takes the place of what is there.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct PromptChange {
    pub name: Option<String>,
    pub text: Option<String>,
    /// Empty: as everywhere.
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
}
