//! The list of models as the window sees it.

use super::ErrorCard;
use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelsView {
    pub models: Vec<ModelView>,
    pub fetched_at: Option<i64>,
    pub card: Option<ErrorCard>,
}

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelView {
    pub id: String,
    pub name: String,
    pub maker: String,
    pub description: String,
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
}
