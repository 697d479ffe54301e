//! Conversations as the window sees them, and what may be changed of one.

use super::{MessageView, Parameters};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConversationView {
    pub id: i64,
    /// Empty until the first message names it.
    pub title: String,
    pub model: String,
    pub parameters: Parameters,
    pub updated_at: i64,
    /// The oldest message that is sent; older ones stay in the thread and are left out.
    pub sent_from: Option<i64>,
    /// What an earlier chat was about, or what is left out of this one; sent before the first message.
    pub summary: Option<String>,
    /// The summary is of what is left out of this chat. Where there is none yet, the next request makes it.
    pub summary_is_own: bool,
    pub mark: Option<ConversationMark>,
    /// What its answers cost, as far as it is known.
    pub points: i64,
    /// Points that they cost less by what models' hosts had kept; below 0 where that cost more.
    pub saved: i64,
    pub project_id: Option<i64>,
    /// The preset that it began with.
    pub preset_id: Option<i64>,
    pub pinned: bool,
    pub archived: bool,
    /// In the bin since then.
    pub deleted_at: Option<i64>,
    /// When its newest answer ended.
    pub answered_at: Option<i64>,
    /// Nothing of it is kept on this computer.
    pub temporary: bool,
}

/// What the list of chats tells of one that no answer is on its way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ConversationMark {
    /// Its last message waits for something that the person does.
    NeedsYou,
    /// Its last answer failed, or was cut off.
    Failed,
    /// An answer came since it was last shown.
    Unread,
}

/// What the window shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "view")]
#[ts(export, export_to = "types.ts")]
pub enum Shown {
    /// Absent: one that is not sent yet.
    Chat { id: Option<i64> },
    /// No chat; the one before is opened again.
    Other,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConversationDetail {
    pub conversation: ConversationView,
    /// How many messages the thread has; those that come with it are a part of them.
    pub count: u32,
    pub messages: Vec<MessageView>,
    /// Answers that stand side by side in the last place of the thread, in their order; one of them is its message there. Empty
    /// where there is one.
    pub compared: Vec<MessageView>,
    /// Where it opens; none at its end.
    pub at: Option<ReadingPlace>,
    /// Files of the earlier chat that this one goes on from: a summary does not carry them.
    pub files_behind: u32,
    /// The question whose edit is under way; it comes along wherever it stands.
    pub editing: Option<i64>,
}

/// Where a thread is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ReadingPlace {
    /// The message at the top of the view.
    pub message_id: i64,
    /// Pixels of it that are above.
    pub above: i32,
}

/// A line of what is in a long chat: a question, or a heading of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct OutlineEntry {
    pub message_id: i64,
    /// How many messages of the thread stand before its message.
    pub place: u32,
    /// 0: a question; else a heading of this level, from 1.
    pub level: u8,
    /// Of a heading: which of its message's it is, from 0.
    pub number: u32,
    pub text: String,
}

/// The two messages that a send makes.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Sent {
    pub question: MessageView,
    pub answer: MessageView,
}

/// A question that begins a chat.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FirstMessage {
    /// The one of new chats where none is named.
    pub model: Option<String>,
    /// Those of new chats where none are set.
    pub parameters: Option<Parameters>,
    pub text: String,
    pub attachments: Vec<i64>,
    /// The chat begins in this project.
    pub project_id: Option<i64>,
    /// It begins with this preset, whatever of it was changed since it was chosen.
    pub preset_id: Option<i64>,
}

/// A new chat and the question that was asked in it at once.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Started {
    pub conversation: ConversationView,
    pub sent: Sent,
}

#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct ConversationChange {
    pub title: Option<String>,
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
}
