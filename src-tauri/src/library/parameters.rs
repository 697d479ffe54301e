//! What is set for a chat, as JSON in a column of its conversation or draft. Fields of a later version stay in the file when
//! this one changes its own.

use super::LibraryError;
use serde::{Deserialize, Serialize};

/// Absent means the model's own default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Parameters {
    pub system: Option<String>,
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    pub max_tokens: Option<u32>,
}

impl Parameters {
    pub(super) fn to_json(&self) -> Result<String, LibraryError> {
        serde_json::to_string(self).map_err(|error| LibraryError::Io(error.to_string()))
    }
}

/// SQL: `:parameters` in the column of this name; of what was there, fields that this version does not know are left.
pub(super) const OVER_THOSE_OF_BEFORE: &str = "iif(json_valid(parameters) AND :parameters IS NOT NULL, json_patch(parameters, :parameters), :parameters)";
