//! What sending costs: about, before anything is sent, and what Poe says of it afterwards.

use super::{ChargeState, Fact, PointsRange};
use crate::tokens::TextSize;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What goes along with the next message of a chat, whatever is written in it. The window keeps it and hands it back with
/// the words, so that counting them takes no look at the chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DraftContext {
    pub model: String,
    /// What is sent beside the words.
    pub text: TextSize,
    /// Tokens of files that are no text, at least and at most.
    pub least: i64,
    pub most: i64,
    /// US dollars of pictures whose price the model tells.
    pub usd: String,
    /// Of those that are sent.
    pub pictures: u32,
    /// Files of which nothing is known.
    pub uncounted: u32,
    pub max_tokens: Option<u32>,
    /// Points of the chat's budget, below 0 where it is passed; absent without one.
    pub budget_left: Option<i64>,
    /// Of what a summary is to be made before.
    pub summary: Option<TextSize>,
    /// Absent where the model's host keeps nothing.
    pub cache: Option<DraftCache>,
}

/// What of the next request the model's host has kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DraftCache {
    /// Tokens, of those in `DraftContext`.
    pub warm: i64,
    pub until: Option<i64>,
    /// Those that the chat's last request had kept.
    pub kept: i64,
    /// When the chat's last requests left, the newest first.
    pub sent: Vec<i64>,
    /// Points that the chat cost less by what was kept, so far.
    pub saved: i64,
    pub lost: Option<CacheLoss>,
    /// Why the next one goes where nothing is kept.
    pub uncached: Option<Uncached>,
}

/// Why less is found than was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum CacheLoss {
    /// Another model is asked.
    Model,
    /// An earlier message, or what stands before all of them, is another.
    Change,
    /// Since then it is cold.
    Pause { at: i64 },
}

/// Why a request to a model whose host could keep it goes where nothing is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Uncached {
    /// The person has turned it off.
    Off,
    /// Poe refused it lately.
    Refused,
    /// A setting that has no place there.
    Parameter {
        name: String,
    },
    Tools,
    /// A file of a kind that has no place there.
    File,
    /// Nobody tells how much the model answers at most, which has to be said there.
    NoLimit,
}

/// The same in US dollars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export, export_to = "types.ts")]
pub struct UsdRange {
    pub low: String,
    pub high: String,
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
    pub points: Option<PointsRange>,
    /// Where a price is known, and not yet what a point is worth.
    pub usd: Option<UsdRange>,
    pub uncounted: u32,
    /// Points of what is counted, at least, where files of which nothing is known come on top.
    pub from: Option<i64>,
    /// What the model's host has kept of it, or lost; absent where that makes no difference.
    pub cache: Option<CacheOutlook>,
    pub short: Option<Shortfall>,
    /// One that takes the message, and that there are points for.
    pub cheaper: Option<CheaperModel>,
}

/// How a message's price depends on what the model's host has kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CacheOutlook {
    /// The price holds until then.
    pub until: Option<i64>,
    /// And is this from then on.
    pub then: Option<PointsRange>,
    pub lost: Option<CacheLoss>,
    pub uncached: Option<Uncached>,
    /// Points that it costs more by what was lost, or by where it goes.
    pub more: Option<i64>,
}

/// Points that a message may need beyond what there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export, export_to = "types.ts")]
pub struct Shortfall {
    pub of: ShortOf,
    /// From 0 where they may suffice.
    pub points: PointsRange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ShortOf {
    Balance,
    /// What is left of the day's limit.
    Limit,
    /// What is left of the chat's budget.
    Chat,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export, export_to = "types.ts")]
pub struct CheaperModel {
    pub id: String,
    pub name: String,
    pub points: PointsRange,
}

/// What it costs, about, to ask for an answer once more; absent where a price is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RetryCost {
    pub regenerate: Option<PointsRange>,
    pub go_on: Option<PointsRange>,
    /// Of an answer that has words.
    pub shorter: Option<PointsRange>,
    pub longer: Option<PointsRange>,
}

/// What one request of a message cost in detail, as far as that is known.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RequestCost {
    pub at: i64,
    pub state: ChargeState,
    pub points: Option<i64>,
    /// Of what it cost at first.
    pub given_back: Option<i64>,
    /// US dollars, as Poe writes them.
    pub usd: Option<String>,
    /// As the answer itself told.
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    /// As Poe's history tells: "Input", "238 points (8369 tokens)".
    pub parts: Vec<Fact>,
}
