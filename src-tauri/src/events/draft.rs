//! Messages that are being written.

use super::{AttachmentView, ErrorCard, FilmSource, Parameters};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a message that is being written will go: to the end of a chat, in the place of a question of it, or into a chat that
/// it begins (neither).
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DraftPlace {
    pub conversation_id: Option<i64>,
    pub instead_of: Option<i64>,
}

/// A message that is being written, as it was last kept.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DraftView {
    /// None where nothing was kept.
    pub text: Option<String>,
    /// What a chat that it begins will be asked with, where that was chosen.
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
    /// The preset that it begins with.
    pub preset: Option<i64>,
    pub film: Option<FilmSource>,
    pub attachments: Vec<AttachmentView>,
    /// What stands against sending them.
    pub card: Option<ErrorCard>,
    /// The most bytes of a file that are taken at all.
    pub largest: i64,
}

/// What is to be kept of it.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct DraftChange {
    pub text: String,
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
    pub preset: Option<i64>,
    pub film: Option<FilmSource>,
}

/// The most bytes of words that are kept: what is typed is written to the disk with each pause.
pub const LARGEST_DRAFT: usize = 8 * 1024 * 1024;
