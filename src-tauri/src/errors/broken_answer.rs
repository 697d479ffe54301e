//! What came and was no whole answer: cut, failed on its way, empty, unreadable.

use super::actions::*;
use super::catalogue::{Points, Rule};
use super::kinds::{Said, of_kind};
use super::values::{self, Setting};
use super::words::{self, Words, label};
use super::{Context, redact};
use crate::events::{Action, Severity};
use poe::Kind;

pub(super) fn cut(host: Option<&str>, context: &Context) -> Said {
    let count = context
        .words
        .and_then(|words| i64::try_from(words).ok())
        .map(values::number);
    began(words::stream_cut(host, count), context)
}

/// An error frame in the stream: it carries the words and buttons of the failure inside.
pub(super) fn failed(error: &poe::Error, model: Option<&str>, context: &Context) -> Said {
    let inner = match error.inner {
        Some(Kind::StreamError) | None => Kind::Unknown,
        Some(kind) => kind,
    };
    let (inner, severity, _, _, mut actions) = of_kind(error, inner, context);
    for button in &mut actions {
        if button.action == Action::Retry {
            button.label = label::REGENERATE.to_owned();
        }
    }
    let words = words::stream_error(model, inner);
    (
        words,
        severity,
        Points::MaybeUsedSoFar,
        Rule::AnswerBegan,
        actions,
    )
}

pub(super) fn empty(error: &poe::Error, model: Option<&str>, context: &Context) -> Said {
    let limit = || context.max_tokens.map(|tokens| values::number(tokens.into()));
    let ate_the_limit = error.param.as_deref() == Some(Setting::MaxTokens.name());
    let raise = if ate_the_limit { raise_limit(context) } else { None };
    (
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
pub(super) fn ended(error: &poe::Error, context: &Context) -> Said {
    let reason = redact::quoted(&error.message, 60);
    // A help page is about no answer: usually some has come.
    let some_came = error.partial || error.status.is_none();
    let words = words::ended_by_host(reason.as_deref(), some_came);
    if some_came {
        return began(words, context);
    }
    (
        words,
        Severity::Attention,
        Points::MaybeUsed,
        Rule::MaybeCharged,
        // The same question would be paid for once more.
        vec![choose_model(), regenerate(context)],
    )
}

pub(super) fn malformed(error: &poe::Error, context: &Context) -> Said {
    let words = words::malformed_response(redact::quoted(&error.message, 200).as_deref());
    if error.partial {
        let actions = vec![regenerate(context), keep(), copy_details()];
        (
            words,
            Severity::Attention,
            Points::MaybeUsedSoFar,
            Rule::AnswerBegan,
            actions,
        )
    } else {
        (
            words,
            Severity::Broken,
            Points::MaybeUsed,
            Rule::MaybeCharged,
            vec![check_and_retry(), copy_details()],
        )
    }
}

/// Some of the answer is here.
pub(super) fn began(words: Words, context: &Context) -> Said {
    let actions = vec![go_on(context), regenerate(context), keep()];
    (
        words,
        Severity::Attention,
        Points::MaybeUsedSoFar,
        Rule::AnswerBegan,
        actions,
    )
}
