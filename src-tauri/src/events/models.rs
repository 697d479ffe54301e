//! The list of models as the window sees it, what changed in it, one model's page, and what a turn costs on each.

use super::{ErrorCard, Spent};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use ts_rs::TS;

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelsView {
    /// Another number, other models.
    pub revision: u64,
    pub models: Vec<ModelView>,
    pub fetched_at: Option<i64>,
    /// Since the person last looked at them.
    pub changes: Vec<ModelChange>,
    pub changes_since: Option<i64>,
    pub card: Option<ErrorCard>,
}

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelView {
    pub id: String,
    pub name: String,
    pub maker: String,
    /// The maker makes models and answers for this one; others host them, or are not known.
    pub own: bool,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub features: Vec<String>,
    /// Tokens.
    pub context: Option<i64>,
    pub max_output: Option<i64>,
    /// US dollars per million tokens, as decimal strings.
    pub input_usd: Option<String>,
    pub output_usd: Option<String>,
    /// The same of tokens that the model's host had kept, and of those that it is to keep.
    pub cache_read_usd: Option<String>,
    pub cache_write_usd: Option<String>,
    /// US dollars per request, as a decimal string.
    pub request_usd: Option<String>,
    /// It lists no price, and each of this person's answers of it whose charge is known cost 0 points.
    pub free_so_far: bool,
    /// Its first question waits for a yes: it is not its maker's own or lists no price, and was not allowed.
    pub asks: bool,
    /// All that it can be asked for are films, at an address of their own.
    pub films: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ModelChangeKind {
    New,
    Gone,
    Dearer,
    Cheaper,
    /// A price is told that was not before, or is no longer, or neither side outweighs the other.
    Repriced,
}

/// As in `ModelView`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ListPrice {
    pub input_usd: Option<String>,
    pub output_usd: Option<String>,
    pub request_usd: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelChange {
    pub id: String,
    pub name: String,
    pub maker: String,
    pub kind: ModelChangeKind,
    pub before: Option<ListPrice>,
    pub after: Option<ListPrice>,
}

/// What a turn like this person's costs on each model.
#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct TurnPrices {
    /// Tokens of a typical question with all that goes along, and of its answer.
    pub prompt: i64,
    pub answer: i64,
    /// Answers of this person that it was taken from; 0: it is assumed.
    pub calls: i64,
    /// What a point is worth, as far as it is known.
    pub points_a_dollar: Option<f64>,
    /// By the models' ids. Absent where it is not known.
    pub points: BTreeMap<String, i64>,
    /// US dollars, of which two digits count, as long as it is not known what a point is worth.
    pub usd: BTreeMap<String, String>,
}

/// All that is told of one model.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelPage {
    pub id: String,
    pub description: String,
    /// On poe.com.
    pub url: Option<String>,
    pub created_at: Option<i64>,
    /// US dollars, beside what `ModelView` has: per million tokens read from the prompt cache or written to it, and per image.
    pub cache_read_usd: Option<String>,
    pub cache_write_usd: Option<String>,
    pub image_usd: Option<String>,
    pub parameters: Vec<DeclaredParameter>,
    /// Of this person, as Poe's history tells.
    pub spent: Spent,
    pub last_asked_at: Option<i64>,
}

/// What a setting is about, whatever a model calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Idea {
    /// How long it thinks.
    Effort,
    /// Of an image or a video.
    Shape,
    /// Of a video.
    Length,
    /// Whether it looks on the web.
    Search,
}

/// "reasoning_effort" as people write it.
pub fn parameter_label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A value as its control shows it: a text as itself, all else as JSON writes it.
pub fn parameter_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A setting that the model declares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DeclaredParameter {
    pub name: String,
    /// The name as people write.
    pub label: String,
    pub idea: Option<Idea>,
    pub description: String,
    /// Of these; empty: anything of its kind.
    pub choices: Vec<String>,
    /// As JSON Schema names it: "number", "boolean", "string".
    pub kind: String,
    pub least: Option<f64>,
    pub most: Option<f64>,
    pub default: Option<String>,
    /// Values that Poe did not take of late.
    pub refused: Vec<String>,
    /// The address where this model is asked has no place for it.
    pub unsent: bool,
}
