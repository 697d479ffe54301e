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
