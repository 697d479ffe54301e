//! What is kept as JSON, as any version of the app may have written it: with fields that this one does not know, or without some
//! that it does. What can be read is read, one value at a time.

use super::Parameters;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What is set for a chat; the model's own default where a value can't be read.
pub(super) fn parameters(json: &str) -> Parameters {
    let Ok(Value::Object(fields)) = serde_json::from_str(json) else {
        return Parameters::default();
    };
    Parameters {
        system: value(&fields, "system"),
        temperature: value(&fields, "temperature"),
        top_p: value(&fields, "topP"),
        max_tokens: value(&fields, "maxTokens"),
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
        let read =
            parameters(r#"{"system":"Be brief.","temperature":"hot","topP":0.5,"maxTokens":-1,"seed":7}"#);
        let kept = Parameters {
            system: Some("Be brief.".to_owned()),
            top_p: Some(0.5),
            ..Parameters::default()
        };
        assert_eq!(read, kept);
        let whole = Parameters {
            temperature: Some(0.7),
            max_tokens: Some(1_024),
            ..kept
        };
        assert_eq!(parameters(&serde_json::to_string(&whole).unwrap()), whole);
        assert_eq!(parameters("not JSON"), Parameters::default());
    }
}
