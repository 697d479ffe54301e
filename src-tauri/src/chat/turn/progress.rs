//! What a turn tells while it runs: where it waits, and why another try follows.

use super::state::Turn;
use super::turns::Turns;
use super::{keep_trying, state::Ending};
use crate::chat::outgoing::{attachments, declared};
use crate::errors::{Failure, Incident, Moment};
use crate::events::{MessageState, QueueView, RateView, RetryView, WaitsFor};
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
    turns.cards.notice(&error);
    let card = turns.card(turn, &incident(turns, turn, error.into(), attempt - 1, of), None);
    turn.status(|status| {
        status.state = MessageState::Retrying;
        status.queue = None;
        status.retry = Some(RetryView { at: crate::clock::now() + millis(wait), attempt, of, until: None });
        status.card = Some(card);
    });
    turns.tell_live();
}

pub(in crate::chat) fn show_wait(
    turns: &Turns,
    turn: &Turn,
    ending: Ending,
    tries: u32,
    wait: Duration,
    began: Instant,
) {
    let Ending::Failed(failure) = ending else { return };
    let card = turns.card(turn, &incident(turns, turn, failure, tries, tries + 1), None);
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
    turn.shows_wait(what, what.and_then(|_| turns.waiting_card(turn)));
    turns.tell_live();
}

/// What went wrong with a try, with the numbers of this moment.
pub(in crate::chat) fn incident(
    turns: &Turns,
    turn: &Turn,
    failure: Failure,
    attempt: u32,
    of: u32,
) -> Incident {
    let (model, size, only_message) = {
        let seen = turn.lock();
        (seen.view.status.model.clone(), seen.size, seen.only_message)
    };
    let included = turn.included.get().map(Vec::as_slice).unwrap_or_default();
    let set = &turn.options.parameters;
    let known = turns.models.model(&model);
    let moment = Moment {
        attempt,
        of,
        attachment: attachments::largest(included),
        feature: attachments::feature(included),
        max_tokens: set.max_tokens,
        temperature: set.temperature,
        top_p: set.top_p,
        declared: known.map(|model| declared::sent(&model, &set.declared)).unwrap_or_default(),
        chat_tokens: size.and_then(|size| u64::try_from(size.tokens()).ok()),
        only_message,
        needed: turns.points.needed(turn.message_id, &model),
        ..turns.cards.moment(Some(&model))
    };
    Incident::of(failure, moment)
}

pub(in crate::chat) fn millis(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
}
