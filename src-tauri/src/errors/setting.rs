//! The settings of a request that a refusal may be about, and what they take.

use super::Context;
use super::values::number;
use crate::words;

/// A setting that a failed request can be sent without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Temperature,
    TopP,
    MaxTokens,
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
    /// between 0 and 2"). Read for the button that resets it, never to tell what kind of failure it is.
    pub(super) fn of(error: &poe::Error) -> Option<Setting> {
        let first = error.message.split_whitespace().next().unwrap_or_default();
        let first = first.trim_matches(|c: char| !c.is_alphanumeric());
        error.param.as_deref().and_then(Setting::named).or_else(|| Setting::named(first))
    }

    /// As the request spells it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Setting::Temperature => "temperature",
            Setting::TopP => "top_p",
            Setting::MaxTokens => "max_tokens",
        }
    }

    /// What the model takes: Poe's range, and for the answer's length the model's own.
    pub(super) fn allowed(self, context: &Context) -> String {
        let most = context.max_output.and_then(|most| i64::try_from(most).ok());
        match (self, most) {
            (Setting::MaxTokens, Some(most)) => words::tokens_up_to(&number(most)),
            _ => words::field_range(self.name()).to_owned(),
        }
    }

    /// What was sent lies in the range that `allowed` tells.
    pub(super) fn takes_what_was_sent(self, context: &Context) -> bool {
        match self {
            Setting::Temperature => context.temperature.is_some_and(|value| (0.0..=2.0).contains(&value)),
            Setting::TopP => context.top_p.is_some_and(|value| (0.0..=1.0).contains(&value)),
            Setting::MaxTokens => context.max_tokens.is_some_and(|tokens| {
                tokens > 0 && context.max_output.is_none_or(|most| u64::from(tokens) <= most)
            }),
        }
    }

    /// What was sent.
    pub(super) fn value(self, context: &Context) -> Option<String> {
        match self {
            Setting::Temperature => context.temperature.map(|value| value.to_string()),
            Setting::TopP => context.top_p.map(|value| value.to_string()),
            Setting::MaxTokens => context.max_tokens.map(|value| number(value.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_that_poe_refuses() {
        fn check(param: Option<&str>, message: &str, expected: Option<Setting>) {
            let mut error = poe::Error::new(poe::Kind::InvalidParameter, message);
            error.param = param.map(str::to_owned);
            assert_eq!(Setting::of(&error), expected, "{param:?} {message:?}");
        }
        check(None, "Temperature must be between 0 and 2", Some(Setting::Temperature));
        check(None, "'max_tokens' must be at least 1", Some(Setting::MaxTokens));
        check(Some("top_p"), "Value out of range", Some(Setting::TopP));
        check(Some("reasoning_effort"), "Unsupported value: 'high'", None);
        check(None, "The temperature is too high", None);
        check(None, "", None);
    }
}
