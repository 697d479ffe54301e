//! Pictures, sounds and films of answers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
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
    /// Somebody else has it, who would learn that it was read; or another program's user paid for it.
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
    /// Whoever has it is on this computer or near it, where nothing is loaded from.
    Near,
    /// Whoever has it sends on to another address.
    Moved,
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
    /// Of one that is elsewhere and may be loaded on a press: who would be asked. Also of one that did not come on a press.
    pub host: Option<String>,
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
    /// Those that the model declares, as they were sent.
    #[ts(type = "{ [name: string]: boolean | number | string }")]
    pub asked_with: Map<String, Value>,
    /// What the answer cost, as far as it is known.
    pub points: Option<i64>,
    /// How many came with that answer.
    pub among: i64,
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
