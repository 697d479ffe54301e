//! The settings of a request that a refusal may be about, and what they take.

use super::Context;
use super::values::{cut, number};
use crate::events::parameter_text;
use crate::words;
use serde_json::{Map, Value};

/// A setting that a failed request can be sent without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Temperature,
    TopP,
    MaxTokens,
    /// One that the model declares.
    Declared(String),
}

impl Setting {
    pub(super) fn named(name: &str) -> Option<Setting> {
        match name.to_ascii_lowercase().as_str() {
            "temperature" => Some(Setting::Temperature),
            "top_p" => Some(Setting::TopP),
            "max_tokens" => Some(Setting::MaxTokens),
            _ => None,
        }
    }

    /// The setting that a refusal is about: `param`, or the message's first word as Poe writes it ("Temperature must be
    /// between 0 and 2"), or one of those that were sent as the model declares them: by its name, or by its value in quotes
    /// where the message has no name ("Unsupported value: 'high' is not supported"). Read for the button that resets it, never
    /// to tell what kind of failure it is.
    pub(super) fn of(error: &poe::Error, sent: &Map<String, Value>) -> Option<Setting> {
        let first = error.message.split_whitespace().next().unwrap_or_default();
        let first = first.trim_matches(|c: char| !c.is_alphanumeric());
        let named = || error.param.as_deref().and_then(Setting::named).or_else(|| Setting::named(first));
        declared(error, sent).or_else(named)
    }

    /// As the request spells it.
    pub(super) fn name(&self) -> &str {
        match self {
            Setting::Temperature => "temperature",
            Setting::TopP => "top_p",
            Setting::MaxTokens => "max_tokens",
            Setting::Declared(name) => name,
        }
    }

    /// What the model takes: Poe's range, and for the answer's length the model's own.
    pub(super) fn allowed(&self, context: &Context) -> String {
        let most = context.max_output.and_then(|most| i64::try_from(most).ok());
        match (self, most) {
            (Setting::MaxTokens, Some(most)) => words::tokens_up_to(&number(most)),
            _ => words::field_range(self.name()).to_owned(),
        }
    }

    /// What was sent lies in the range that `allowed` tells. One that the model declares was looked at before.
    pub(super) fn takes_what_was_sent(&self, context: &Context) -> bool {
        match self {
            Setting::Temperature => context.temperature.is_some_and(|value| (0.0..=2.0).contains(&value)),
            Setting::TopP => context.top_p.is_some_and(|value| (0.0..=1.0).contains(&value)),
            Setting::MaxTokens => context.max_tokens.is_some_and(|tokens| {
                tokens > 0 && context.max_output.is_none_or(|most| u64::from(tokens) <= most)
            }),
            Setting::Declared(_) => true,
        }
    }

    /// What was sent.
    pub(super) fn value(&self, context: &Context) -> Option<String> {
        match self {
            Setting::Temperature => context.temperature.map(|value| value.to_string()),
            Setting::TopP => context.top_p.map(|value| value.to_string()),
            Setting::MaxTokens => context.max_tokens.map(|value| number(value.into())),
            Setting::Declared(name) => {
                context.declared.get(name).map(|value| cut(&parameter_text(value), LONGEST))
            }
        }
    }
}

/// Which of those that the model declares, and were sent, this refusal is about.
pub fn refused_parameter(error: &poe::Error, sent: &Map<String, Value>) -> Option<String> {
    use poe::Kind::{BadRequest, InvalidParameter, UnsupportedFeature};
    let is_refusal = matches!(error.kind, BadRequest | InvalidParameter | UnsupportedFeature);
    match Setting::of(error, sent).filter(|_| is_refusal)? {
        Setting::Declared(name) => Some(name),
        Setting::Temperature | Setting::TopP | Setting::MaxTokens => None,
    }
}

/// Letters of what was sent.
const LONGEST: usize = 40;

fn declared(error: &poe::Error, sent: &Map<String, Value>) -> Option<Setting> {
    let message = error.message.to_lowercase();
    let words = || message.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let in_quotes =
        |text: &str| ["'", "\"", "`"].iter().any(|quote| message.contains(&format!("{quote}{text}{quote}")));
    // Some are words of any sentence: `no`, `text`, `style`.
    let is_named = |name: &&String| {
        let lower = name.to_lowercase();
        let is_plain =
            words().next() == Some(&*lower) || (lower.contains('_') && words().any(|it| it == lower));
        error.param.as_deref() == Some(name.as_str()) || is_plain || in_quotes(&lower)
    };
    let quoted = || {
        let mut values = sent.iter().filter(|(_, value)| in_quotes(&parameter_text(value).to_lowercase()));
        // Of two that were sent with this value nobody can tell which it was.
        values.next().filter(|_| values.next().is_none()).map(|(name, _)| name)
    };
    sent.keys().find(is_named).or_else(quoted).cloned().map(Setting::Declared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_setting_that_poe_refuses() {
        fn check(param: Option<&str>, message: &str, expected: Option<Setting>) {
            let mut error = poe::Error::new(poe::Kind::InvalidParameter, message);
            error.param = param.map(str::to_owned);
            let sent =
                json!({"reasoning_effort": "high", "web_search": true, "style": "noir", "mood": "noir"});
            let found = Setting::of(&error, sent.as_object().unwrap());
            assert_eq!(found, expected, "{param:?} {message:?}");
        }
        let declared = |name: &str| Some(Setting::Declared(name.to_owned()));
        check(None, "Temperature must be between 0 and 2", Some(Setting::Temperature));
        check(None, "'max_tokens' must be at least 1", Some(Setting::MaxTokens));
        check(Some("top_p"), "Value out of range", Some(Setting::TopP));
        check(Some("reasoning_effort"), "Unsupported value: 'max'", declared("reasoning_effort"));
        check(
            None,
            "Unsupported value: 'high' is not supported with the 'm' model.",
            declared("reasoning_effort"),
        );
        check(None, "Unknown parameter: 'web_search'.", declared("web_search"));
        check(None, "Unsupported value: 'noir'", None);
        check(None, "This is a highly unusual request", None);
        check(None, "The temperature is too high", None);
        check(None, "", None);
    }
}
