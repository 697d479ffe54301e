//! In which form an answer is asked for.

use serde_json::{Value, json};

/// In which form an answer should come.
///
/// [Poe's page](https://creator.poe.com/docs/external-applications/openai-compatible-api) says that it ignores the field and
/// does not support schemas; some models heed it all the same. Not sent to `/v1/messages`, which has no such field.
#[derive(Clone, Debug, PartialEq)]
pub enum ResponseFormat {
    /// Words; the usual.
    Text,
    /// A JSON object. A message should ask for JSON, too.
    JsonObject,
    /// JSON of this schema.
    JsonSchema {
        /// 1 to 64 letters, digits, `_` and `-`.
        name: String,
        /// JSON Schema, an object.
        schema: Value,
    },
}

impl ResponseFormat {
    pub(crate) fn to_json(&self) -> Value {
        match self {
            ResponseFormat::JsonSchema { name, schema } => {
                json!({ "type": "json_schema", "json_schema": { "name": name, "schema": schema } })
            }
            _ => self.flat(),
        }
    }

    /// As `/v1/responses` takes it.
    pub(crate) fn flat(&self) -> Value {
        match self {
            ResponseFormat::Text => json!({ "type": "text" }),
            ResponseFormat::JsonObject => json!({ "type": "json_object" }),
            ResponseFormat::JsonSchema { name, schema } => {
                json!({ "type": "json_schema", "name": name, "schema": schema })
            }
        }
    }
}
