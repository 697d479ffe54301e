//! What a person may set for one chat, and what becomes of what is typed.

use super::ErrorCard;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What a person may set for one chat; absent means the model's own default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct Parameters {
    pub system: Option<String>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// Tokens of the answer, at least 1.
    pub max_tokens: Option<u32>,
    /// Points that the chat may use, at least 1; absent: as many as there are. Nothing of it is sent.
    pub budget: Option<i64>,
    /// Of those that models declare, by their names: as they are sent to a model that declares them. What one has set stays
    /// for it while another is asked.
    #[ts(type = "{ [name: string]: boolean | number | string }")]
    pub declared: Map<String, Value>,
}

/// Parameters as they stand in the form's fields, which may hold anything.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct TypedParameters {
    pub system: String,
    pub temperature: String,
    pub top_p: String,
    pub max_tokens: String,
    pub budget: String,
    /// Of those that the model declares, by name: what was changed. A switch holds "true" or "false".
    pub declared: BTreeMap<String, String>,
    /// What was set of them before.
    #[ts(type = "{ [name: string]: boolean | number | string }")]
    pub before: Map<String, Value>,
}

/// What became of them.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ParametersView {
    pub temperature: ParameterView,
    pub top_p: ParameterView,
    pub max_tokens: ParameterView,
    pub budget: ParameterView,
    /// Why what one of those that the model declares holds can't be sent, by its name.
    pub declared: BTreeMap<String, ErrorCard>,
    /// Absent while a field holds what can't be sent.
    pub value: Option<Parameters>,
}

/// What one field takes, for this model where it has told.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ParameterView {
    /// Absent where there is no such end.
    pub least: Option<f64>,
    pub most: Option<f64>,
    /// Why what it holds can't be sent.
    pub card: Option<ErrorCard>,
}
