//! Chats that go out into files, and come in from them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ExportFormat {
    Markdown,
    Html,
    /// Everything, to be read in again.
    Json,
    Text,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Exported {
    pub chats: i64,
    /// The file's name, without its folder.
    pub file: String,
}

/// How far chats are that go out or come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct TransferView {
    pub act: TransferAct,
    pub done: i64,
    pub of: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum TransferAct {
    /// Chats are written.
    Export,
    /// Files are read and looked through, in bytes.
    Read,
    /// Chats come in.
    Import,
    /// What came in is taken away again.
    Cancel,
}

/// What was found in files that were chosen, before anything of it comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ImportPreview {
    /// Names of the files, without their folders.
    pub files: Vec<String>,
    pub sources: Vec<ImportSource>,
    pub chats: i64,
    pub messages: i64,
    pub projects: i64,
    /// Files of messages that come along.
    pub attachments: i64,
    /// Of the chats, those that are here; what is new in them comes in.
    pub here: i64,
    /// When the oldest and the newest chat were last written in.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub left_out: Vec<LeftOut>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ImportSource {
    Telltale,
    ChatGpt,
    Claude,
    Chatbox,
    NextChat,
}

/// What does not come in for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LeftOut {
    pub why: LeftOutWhy,
    pub count: i64,
    /// Of a few of them.
    pub names: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum LeftOutWhy {
    /// A chat in which nobody wrote.
    Empty,
    /// A chat that can't be read.
    Broken,
    /// A chat that is named, and has no messages in the file.
    NotInFile,
    /// A chat that is too large, or has too many messages.
    TooLarge,
    /// The same chat twice.
    Twice,
    /// A message that follows none that is there, or itself.
    LostMessage,
    /// A picture or file that is named, and is not in the file.
    FileNotInFile,
    /// A file of a message that is too large.
    FileTooLarge,
    /// Settings, with keys and addresses in them.
    Settings,
    /// A file of the archive that holds no chats.
    OtherFile,
    /// A part that was named beside the file, and is not there.
    PartMissing,
    /// The file ends before it is complete.
    CutOff,
}

/// How reading files ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Imported {
    /// New ones.
    pub chats: i64,
    /// Messages that came into chats that were here.
    pub added: i64,
    /// Chats that were here, with nothing new.
    pub here: i64,
    /// The newest that came in.
    pub newest: Option<i64>,
}
