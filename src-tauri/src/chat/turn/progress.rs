//! What a turn tells while it runs: where it waits, and why another try follows.

use super::state::Turn;
use super::turns::Turns;
use super::{keep_trying, state::Ending};
use crate::chat::outgoing::attachments;
use crate::errors::{self, Context, Failure};
use crate::events::{ErrorCard, MessageState, QueueView, RateView, RetryView, WaitsFor};
use poe::Error;
use std::time::Duration;
use tokio::time::Instant;

/// The message waits in line.
pub(in crate::chat) fn show_queue(
    turns: &Turns,
    turn: &Turn,
    position: usize,
    wait: Duration,
    slowed: Option<(u32, u32)>,
) {
    turn.status(|status| {
        status.state = MessageState::Queued;
        status.retry = None;
        status.queue = Some(QueueView {
            ahead: u32::try_from(position.saturating_sub(1)).unwrap_or(u32::MAX),
            wait_until: crate::clock::now() + millis(wait),
            slowed: slowed.map(|(used, limit)| RateView { used, limit }),
        });
    });
    turns.tell_live();
}

/// A try failed, and the client makes another by itself.
pub(in crate::chat) fn show_retry(
    turns: &Turns,
    turn: &Turn,
    attempt: u32,
    of: u32,
    wait: Duration,
    error: Error,
) {
    turns.cards.limits.notice(&error);
    let card = failure_card(turns, turn, &error.into(), attempt - 1, of);
    turn.status(|status| {
        status.state = MessageState::Retrying;
        status.queue = None;
        status.retry = Some(RetryView {
            at: crate::clock::now() + millis(wait),
            attempt,
            of,
            until: None,
        });
        status.card = Some(card);
    });
    turns.tell_live();
}

pub(in crate::chat) fn show_wait(
    turns: &Turns,
    turn: &Turn,
    ending: &Ending,
    tries: u32,
    wait: Duration,
    began: Instant,
) {
    let Ending::Failed(failure) = ending else { return };
    let card = failure_card(turns, turn, failure, tries, tries + 1);
    let left = keep_trying::LONGEST.saturating_sub(began.elapsed());
    turn.status(|status| {
        status.state = MessageState::Retrying;
        (status.queue, status.sent_at) = (None, None);
        status.retry = Some(RetryView {
            at: crate::clock::now() + millis(wait),
            attempt: tries + 1,
            of: tries + 1,
            until: Some(crate::clock::now() + millis(left)),
        });
        status.card = Some(card);
    });
    turns.tell_live();
}

pub(in crate::chat) fn show_waits_for(turns: &Turns, turn: &Turn, what: Option<WaitsFor>) {
    turn.shows_wait(what);
    turns.tell_live();
}

pub(in crate::chat) fn failure_card(
    turns: &Turns,
    turn: &Turn,
    failure: &Failure,
    attempt: u32,
    of: u32,
) -> ErrorCard {
    errors::card(failure, &failure_context(turns, turn, attempt, of))
}

pub(in crate::chat) fn failure_context(turns: &Turns, turn: &Turn, attempt: u32, of: u32) -> Context {
    let view = turn.lock().view.clone();
    let words = turn.lock().text.split_whitespace().count();
    let (size, only_message) = {
        let seen = turn.lock();
        (seen.size, seen.only_message)
    };
    let chat_tokens = size.and_then(|size| u64::try_from(size.prompt).ok());
    let known = turns.cards.context(Some(&view.status.model));
    let included = turn.included.get().map(Vec::as_slice).unwrap_or_default();
    let context = Context {
        attachment: attachments::largest(included),
        feature: attachments::feature(included),
        attempt,
        of,
        words: (words > 0).then_some(words),
        max_tokens: turn.options.parameters.max_tokens,
        temperature: turn.options.parameters.temperature,
        top_p: turn.options.parameters.top_p,
        chat_tokens,
        only_message,
        larger: turns
            .cards
            .larger(&view.status.model, chat_tokens, known.context_length),
        ..known
    };
    turns
        .points
        .priced(turn.message_id, &view.status.model, &turn.source(), context)
}

pub(in crate::chat) fn millis(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
}
