//! Files as the window sees them: attachments and backups.

use super::PointsRange;
use serde::Serialize;
use ts_rs::TS;

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct AttachmentView {
    pub id: i64,
    /// None while the message is being written.
    pub message_id: Option<i64>,
    pub name: String,
    /// What the content is, whatever the name says.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// A small picture of it, as a data URL.
    pub preview: Option<String>,
    /// It stays here and is no longer sent.
    pub left_out: bool,
    /// Of a PDF that is to be sent: at least and at most, where some are packed.
    pub pages: Option<[i64; 2]>,
    /// What one that is to be sent adds to each turn.
    pub points: Option<PointsRange>,
}

/// The most bytes of a file that are taken at all: a picture that is too large to send can still be made smaller.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// More than any camera of a phone makes; a picture of so many takes 256 MB while it is worked on.
pub const MOST_PIXELS: u64 = 64_000_000;

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BackupsView {
    /// The newest first.
    pub backups: Vec<BackupView>,
}

/// A copy of the file of chats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BackupView {
    pub id: String,
    pub at: i64,
    /// Bytes.
    pub size: i64,
    pub state: BackupState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum BackupState {
    Good,
    Damaged,
    /// Made by a later version of the app.
    Newer,
}
