//! What sending costs: about, before anything is sent, and what Poe says of it afterwards.

use super::{ChargeState, Fact};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What goes along with the next message of a chat, whatever is written in it. The window keeps it and hands it back with
/// the words, so that counting them takes no look at the chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DraftContext {
    pub model: String,
    /// An estimate of what is sent beside the words.
    pub tokens: i64,
    /// US dollars of pictures whose price the model tells.
    pub usd: String,
    /// Files of which no price is known.
    pub uncounted: u32,
    pub max_tokens: Option<u32>,
}

/// What a message costs as it is written, about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MessageCost {
    /// Of all that is sent.
    pub tokens: i64,
    /// What the model takes.
    pub takes: Option<i64>,
    /// Absent where a price is not known.
    pub points: Option<i64>,
    pub uncounted: u32,
}

/// What it costs, about, to ask for an answer once more; absent where a price is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RetryCost {
    pub regenerate: Option<i64>,
    pub go_on: Option<i64>,
}

/// What one request of a message cost in detail, as far as that is known.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RequestCost {
    pub at: i64,
    pub state: ChargeState,
    pub points: Option<i64>,
    /// US dollars, as Poe writes them.
    pub usd: Option<String>,
    /// As the answer itself told.
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    /// As Poe's history tells: "Input", "238 points (8369 tokens)".
    pub parts: Vec<Fact>,
}
