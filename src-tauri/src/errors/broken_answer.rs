//! What came and was no whole answer: cut, failed on its way, empty, unreadable.

use super::actions::*;
use super::entry::{Outcome, outcome};
use super::setting::Setting;
use super::values;
use super::{Context, redact};
use crate::events::{Action, Severity};
use crate::words::facts::{Points, Rule};
use crate::words::{self, Words, label};

pub(super) fn cut(host: Option<&str>, context: &Context) -> Outcome {
    let count = context.words.and_then(|words| i64::try_from(words).ok()).map(values::number);
    began(words::stream_cut(host, count), context)
}

/// An error frame in the stream: it carries the words and buttons of the failure inside.
pub(super) fn failed(mut inner: Outcome, model: Option<&str>) -> Outcome {
    for button in &mut inner.actions {
        if button.action == Action::Retry {
            button.label = label::regenerate().to_owned();
        }
    }
    Outcome {
        words: words::stream_error(model, inner.words),
        points: Points::MaybeUsedSoFar,
        rule: Rule::AnswerBegan,
        ..inner
    }
}

pub(super) fn empty(error: &poe::Error, model: Option<&str>, context: &Context) -> Outcome {
    let limit = || context.max_tokens.map(|tokens| values::number(tokens.into()));
    let ate_the_limit = error.param.as_deref() == Some(Setting::MaxTokens.name());
    let raise = if ate_the_limit { raise_limit(context) } else { None };
    outcome(
        words::empty_answer(model, limit().filter(|_| ate_the_limit)),
        Severity::Attention,
        Points::MaybeUsed,
        Rule::MaybeCharged,
        match raise {
            Some(raise) => vec![raise, choose_model()],
            // The same question would be paid for once more, and probably come back as empty.
            None => vec![choose_model(), regenerate(context)],
        },
    )
}

/// With a word of its own for the end.
pub(super) fn ended(error: &poe::Error, context: &Context) -> Outcome {
    let reason = redact::quoted(&error.message, 60);
    // A help page is about no answer: usually some has come.
    let some_came = error.partial || error.status.is_none();
    let words = words::ended_by_host(reason.as_deref(), some_came);
    if some_came {
        return began(words, context);
    }
    outcome(
        words,
        Severity::Attention,
        Points::MaybeUsed,
        Rule::MaybeCharged,
        // The same question would be paid for once more.
        vec![choose_model(), regenerate(context)],
    )
}

pub(super) fn malformed(error: &poe::Error, context: &Context) -> Outcome {
    let words = words::malformed_response(redact::quoted(&error.message, 200).as_deref());
    if error.partial {
        let actions = vec![regenerate(context), keep(), copy_details()];
        outcome(words, Severity::Attention, Points::MaybeUsedSoFar, Rule::AnswerBegan, actions)
    } else {
        outcome(
            words,
            Severity::Broken,
            Points::MaybeUsed,
            Rule::MaybeCharged,
            vec![check_and_retry(), copy_details()],
        )
    }
}

/// Some of the answer is here.
pub(super) fn began(words: Words, context: &Context) -> Outcome {
    let actions = vec![go_on(context), regenerate(context), keep()];
    outcome(words, Severity::Attention, Points::MaybeUsedSoFar, Rule::AnswerBegan, actions)
}
