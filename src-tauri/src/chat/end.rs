//! The one end of a turn: what it came to, and the card that says why.

use super::run::Ending;
use super::turn::Turn;
use super::{Chat, attachments, charges, closest};
use crate::errors::{self, Context, Failure, NotSaved};
use crate::events::{ErrorCard, MessageState, MessageStatus};
use crate::library::{End, LibraryError};
use poe::{Finish, Kind};
use std::time::Duration;

/// So long a card waits for the new list of models.
const LIST_WAIT: Duration = Duration::from_secs(2);

/// The one end of a turn: saved with everything it brought, then told.
pub(super) async fn end(chat: &Chat, turn: &Turn, ending: Ending) {
    turn.lock().frame(true);
    let mut status = turn.lock().view.status.clone();
    (status.retry, status.queue, status.waits_for) = (None, None, None);
    status.ended_at = Some(crate::clock::now());
    let may_be_charged = match &ending {
        Ending::Done(_) | Ending::Stopped => true,
        Ending::TakenBack => false,
        Ending::Failed(Failure::Poe(error)) => error.maybe_charged(),
        Ending::Failed(_) => false,
    };
    let ending = match ending {
        Ending::Stopped | Ending::TakenBack if status.sent_at.is_none() && chat.is_closing() => {
            Ending::Failed(Failure::ClosedUnsent)
        }
        other => other,
    };
    let (refusal, tools) = {
        let mut seen = turn.lock();
        (std::mem::take(&mut seen.refusal), std::mem::take(&mut seen.tools))
    };
    (status.state, status.finish, status.card) = match ending {
        Ending::Stopped => (MessageState::Stopped, None, None),
        Ending::TakenBack => (MessageState::Failed, None, turn.plan.waits_with.clone()),
        Ending::Done(finish) => {
            let failure = match finish {
                Finish::Length => Some(Failure::LengthLimit),
                Finish::ContentFilter => Some(Failure::Declined { said: None }),
                Finish::ToolCalls | Finish::Stop | Finish::Other(_) => {
                    let has_text = !turn.lock().text.is_empty();
                    (!tools.is_empty()).then_some(Failure::ToolWanted { tools, has_text })
                }
            };
            let card = failure.map(|failure| failure_card(chat, turn, &failure, 1, 1));
            (MessageState::Done, Some(finish.as_str().to_owned()), card)
        }
        Ending::Failed(failure) => {
            if let Failure::Poe(error) = &failure
                && error.kind == Kind::ModelNotFound
            {
                renew_models(chat, turn).await;
            }
            let tries = if let Failure::Poe(error) = &failure {
                error.attempt
            } else {
                1
            };
            let card = failure_card(chat, turn, &failure, tries, tries);
            (state_after(&failure), ended_by(&failure), Some(card))
        }
    };
    // However it ended, these are the words that were paid for.
    if !refusal.is_empty() {
        let declined = Failure::Declined { said: Some(refusal) };
        status.card = Some(failure_card(chat, turn, &declined, 1, 1));
    }
    let calls = chat.end_call(turn, &status, may_be_charged).await;
    if let Ok(calls) = &calls {
        let came = !turn.lock().text.is_empty();
        charges::charge(&mut status, calls, false, came);
    }
    let end = end_of(turn, &status);
    let saved = chat.library.save_end(turn.message_id, end.clone()).await;
    let saved = saved.and(calls.map(drop));
    match saved {
        Ok(()) => {}
        // Its row is gone with its chat or its file, and nothing can ever take it.
        Err(error @ LibraryError::Missing(_)) => {
            status.card = Some(unsaved_card(chat, turn, &end, &error.into()));
        }
        Err(error) => {
            let card = unsaved_card(chat, turn, &end, &error.into());
            chat.keep_unsaved(turn, end, card.clone());
            status.card = Some(card);
        }
    }
    turn.status(|shown| *shown = status);
}

/// Poe does not know a model of our list, so the list is old: the card names the closest of the new one, unless that takes
/// long to come. Asking for it costs nothing.
async fn renew_models(chat: &Chat, turn: &Turn) {
    let status = turn.lock().view.status.clone();
    if chat.models.find(&status.model).is_none() {
        return;
    }
    let (models, sent_at) = (
        chat.models.clone(),
        status.sent_at.unwrap_or_else(crate::clock::now),
    );
    let renewal = tokio::spawn(async move { models.after(sent_at).await });
    // Goes on after this; then the list is new in the window, and the card has the names of the old one.
    let _ = tokio::time::timeout(LIST_WAIT, renewal).await;
}

fn end_of(turn: &Turn, status: &MessageStatus) -> End {
    let (text, reasoning) = turn.so_far();
    End {
        state: status.state,
        finish: status.finish.clone(),
        card: status.card.clone(),
        sent_at: status.sent_at,
        first_text_at: status.first_text_at,
        ended_at: status.ended_at.unwrap_or_else(crate::clock::now),
        prompt_tokens: status.prompt_tokens,
        completion_tokens: status.completion_tokens,
        text,
        reasoning,
    }
}

/// The word for the end, where the model's host gave one of its own.
fn ended_by(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Poe(error) if error.kind == Kind::EndedByHost => Some(error.message.clone()),
        _ => None,
    }
}

/// An answer that broke off with words in it is cut; one that an error ended is failed.
fn state_after(failure: &Failure) -> MessageState {
    match failure {
        Failure::Poe(error) if error.partial && error.kind != Kind::StreamError => MessageState::Cut,
        _ => MessageState::Failed,
    }
}

/// The disk did not take the end of a turn. One that was never asked can be sent; an answer is saved, and not paid again.
fn unsaved_card(chat: &Chat, turn: &Turn, end: &End, failure: &Failure) -> ErrorCard {
    let model = turn.lock().view.status.model.clone();
    let context = Context {
        not_saved: end.sent_at.map(|_| NotSaved::Answer),
        ..chat.context(Some(&model))
    };
    errors::card(failure, &context)
}

pub(super) fn failure_card(chat: &Chat, turn: &Turn, failure: &Failure, attempt: u32, of: u32) -> ErrorCard {
    let view = turn.lock().view.clone();
    let words = turn.lock().text.split_whitespace().count();
    let length = turn.lock().request_length;
    let chat_tokens = length.map(|length| length.tokens);
    let known = chat.context(Some(&view.status.model));
    let included = turn.included.get().map(Vec::as_slice).unwrap_or_default();
    let context = Context {
        attachment: attachments::largest(included),
        feature: attachments::feature(included),
        attempt,
        of,
        words: (words > 0).then_some(words),
        max_tokens: turn.plan.parameters.max_tokens,
        temperature: turn.plan.parameters.temperature,
        top_p: turn.plan.parameters.top_p,
        chat_tokens,
        only_message: length.is_some_and(|length| length.earlier == 0),
        larger: chat_tokens.and_then(|tokens| {
            let needed = (tokens + tokens / 4).max(known.context_length.unwrap_or_default() + 1);
            closest::larger(&view.status.model, needed, &chat.models.view().models)
        }),
        ..known
    };
    let context = chat.priced(turn.message_id, &view.status.model, &turn.source(), context);
    errors::card(failure, &context)
}
