//! The data folder as the window sees it: what lies in it, how much of it, and which program sends it elsewhere.

use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DataView {
    /// Those that there are, in their order.
    pub parts: Vec<DataSize>,
    pub synced_by: Option<CloudDrive>,
    /// Where chats of before a move still lie, which is not looked into.
    pub moved_from: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DataSize {
    pub part: DataPart,
    pub bytes: i64,
}

/// What a person would call a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum DataPart {
    Chats,
    /// Attached to their messages.
    Files,
    /// Pictures, sounds and films of answers.
    Media,
    PointsHistory,
    SearchIndex,
    Backups,
    /// What was damaged and set aside.
    SetAside,
    RequestLog,
    /// Made of the log and for the printer, and never looked at again.
    Exports,
    /// With the accounts' names, certificates and the list of models.
    Settings,
}

/// A program that copies what lies in a folder to other computers while it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum CloudDrive {
    Dropbox,
    GoogleDrive,
    ICloudDrive,
    Nextcloud,
    OneDrive,
    PCloud,
    Syncthing,
}

/// What a person chose in the system's own way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ChosenFolder {
    pub folder: String,
    pub synced_by: Option<CloudDrive>,
}
