//! What is set for a chat, as JSON in a column of its conversation or draft. Fields of a later version stay in the file when
//! this one changes its own, and a value that can't be read costs no other.

use super::LibraryError;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Absent means the model's own default.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    pub system: Option<String>,
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    pub max_tokens: Option<u32>,
    /// Points that the chat may use; absent: as many as there are. Nothing of it is sent.
    pub budget: Option<i64>,
    /// Of those that models declare, by their names.
    #[serde(serialize_with = "pairs")]
    pub declared: Map<String, Value>,
}

impl Parameters {
    pub fn from_json(json: &str) -> Parameters {
        let Ok(Value::Object(fields)) = serde_json::from_str(json) else {
            return Parameters::default();
        };
        Parameters {
            system: value(&fields, "system"),
            temperature: value(&fields, "temperature"),
            top_p: value(&fields, "topP"),
            max_tokens: value(&fields, "maxTokens"),
            budget: value(&fields, "budget"),
            declared: value::<Vec<(String, Value)>>(&fields, "declared")
                .unwrap_or_default()
                .into_iter()
                .collect(),
        }
    }

    pub(super) fn to_json(&self) -> Result<String, LibraryError> {
        serde_json::to_string(self).map_err(|error| LibraryError::Io(error.to_string()))
    }
}

/// SQL: `:parameters` in the column of this name; of what was there, fields that this version does not know are left.
pub(super) const OVER_THOSE_OF_BEFORE: &str = "iif(json_valid(parameters) AND :parameters IS NOT NULL, json_patch(parameters, :parameters), :parameters)";

/// A list takes the place of the one before whole, where `json_patch` would leave in an object what is no longer set.
fn pairs<S: Serializer>(declared: &Map<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
    match declared.is_empty() {
        true => serializer.serialize_none(),
        false => serializer.collect_seq(declared),
    }
}

fn value<T: DeserializeOwned>(fields: &Map<String, Value>, name: &str) -> Option<T> {
    T::deserialize(fields.get(name)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_setting_that_cannot_be_read_costs_no_other() {
        let read = Parameters::from_json(
            r#"{"system":"Be brief.","temperature":"hot","topP":0.5,"maxTokens":-1,"seed":7}"#,
        );
        let kept =
            Parameters { system: Some("Be brief.".to_owned()), top_p: Some(0.5), ..Parameters::default() };
        assert_eq!(read, kept);
        let whole =
            Parameters { temperature: Some(0.7), max_tokens: Some(1_024), budget: Some(2_000), ..kept };
        assert_eq!(Parameters::from_json(&whole.to_json().unwrap()), whole);
        let values = [("aspect", Value::from("16:9")), ("web_search", true.into()), ("seed", 4.into())];
        let declared = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let whole = Parameters { declared, ..whole };
        assert_eq!(Parameters::from_json(&whole.to_json().unwrap()), whole);
        let read = Parameters::from_json(r#"{"topP":0.5,"declared":{"aspect":"16:9"}}"#);
        assert_eq!(read, Parameters { top_p: Some(0.5), ..Parameters::default() });
        assert_eq!(Parameters::from_json("not JSON"), Parameters::default());
    }
}
