//! Pictures, sounds and films of answers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum MediaKind {
    #[default]
    Image,
    Audio,
    Video,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum MediaState {
    /// A file of it lies in the data folder.
    Kept,
    /// This person paid for it, and Poe has it: it is fetched by itself.
    Coming,
    /// Somebody else has it, who would learn that it was read.
    #[default]
    Elsewhere,
    /// It did not come.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum MediaProblem {
    /// Poe has it no longer.
    Gone,
    TooLarge,
    /// Neither a picture nor a sound nor a film that is known.
    Unknown,
    /// Its file is damaged.
    Broken,
    /// It is not Poe's.
    Elsewhere,
    /// Nobody answered, or not as expected: it may come another time.
    Unreached,
}

/// Something that an answer links to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MediaView {
    /// Of one that is kept.
    pub id: Option<i64>,
    pub message_id: i64,
    /// As the answer has it.
    pub url: String,
    /// What the answer says of it; the prompt, usually.
    pub alt: String,
    /// What it is, where it is kept; else what its address says.
    pub kind: MediaKind,
    pub state: MediaState,
    /// Of one that is kept, as are the next three.
    pub mime: String,
    pub bytes: i64,
    /// Pixels, of a picture.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub problem: Option<MediaProblem>,
}

/// One that is kept, with what led to it.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MediaMade {
    pub media: MediaView,
    pub conversation_id: i64,
    pub model: String,
    /// The question.
    pub prompt: String,
    pub made_at: i64,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MediaPage {
    /// Of all pages.
    pub count: i64,
    pub made: Vec<MediaMade>,
}
