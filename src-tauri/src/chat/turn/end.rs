//! The one end of a turn: what it came to, and the card that says why.

use super::gathered;
use super::progress::incident;
use super::refused;
use super::state::{Ending, Turn};
use super::turns::Turns;
use crate::errors::{Failure, FilmTrouble, Incident, Moment, NotSaved};
use crate::events::{Event, MessageState, MessageStatus, Notice};
use crate::library::{CacheUse, End, LibraryError, is_temporary};
use crate::points::{charge_of, receipt};
use poe::{Finish, Kind};
use std::time::Duration;

/// Milliseconds of an answer that are worth a notice.
const LONG: i64 = 20_000;

/// So long a card waits for the new list of models.
const LIST_WAIT: Duration = Duration::from_secs(2);

/// The one end of a turn: saved with everything it brought, then told.
pub(in crate::chat) async fn end(turns: &Turns, turn: &Turn, ending: Ending) {
    turn.lock().frame(true);
    let mut status = turn.lock().view.status.clone();
    (status.retry, status.queue, status.waits_for, status.usual) = (None, None, None, None);
    status.ended_at = Some(crate::clock::now());
    let may_be_charged = match &ending {
        Ending::Done(_) | Ending::Stopped => true,
        Ending::TakenBack => false,
        Ending::Failed(Failure::Poe(error)) => error.maybe_charged(),
        Ending::Failed(Failure::Film(_)) => true,
        Ending::Failed(_) => false,
    };
    let ending = match ending {
        Ending::Stopped | Ending::TakenBack if status.sent_at.is_none() && turns.is_closing() => {
            Ending::Failed(Failure::ClosedUnsent)
        }
        other => other,
    };
    let (refusal, tools) = {
        let mut seen = turn.lock();
        (std::mem::take(&mut seen.refusal), seen.gathered.wanted())
    };
    status.tools.extend(turn.lock().gathered.calls());
    let tries = match &ending {
        Ending::Failed(Failure::Poe(error)) => error.attempt,
        _ => 1,
    };
    if let Ending::Failed(Failure::Poe(error)) = &ending
        && error.kind == Kind::ModelNotFound
    {
        renew_models(turns, turn).await;
    }
    refused::note(turns, turn, &ending).await;
    let taken_back = matches!(ending, Ending::TakenBack);
    let (state, finish, failure) = match ending {
        Ending::Stopped => (MessageState::Stopped, None, None),
        Ending::TakenBack => (MessageState::Failed, None, None),
        Ending::Done(finish) => {
            let failure = match finish {
                Finish::Length => Some(Failure::LengthLimit),
                Finish::ContentFilter => Some(Failure::Declined { said: None }),
                Finish::ToolCalls | Finish::Stop | Finish::Other(_) => {
                    let has_text = !turn.lock().text.is_empty();
                    (!tools.is_empty()).then_some(Failure::ToolWanted { tools, has_text })
                }
            };
            (MessageState::Done, Some(finish.as_str().to_owned()), failure)
        }
        Ending::Failed(failure) => (state_after(&failure), ended_by(&failure), Some(failure)),
    };
    (status.state, status.finish) = (state, finish);
    // However it ended, these are the words that were paid for.
    let failure = match refusal.is_empty() {
        true => failure,
        false => Some(Failure::Declined { said: Some(refusal) }),
    };
    let incident = match failure {
        Some(failure) => Some(incident(turns, turn, failure, tries, tries)),
        None => turn.options.waits_with.clone().filter(|_| taken_back),
    };
    let cache = turn.lock().cache;
    keep_warm(turns, turn, &status, cache);
    let calls = turns.points.end(turn.message_id, &status, cache, may_be_charged).await;
    let known = calls.as_deref().unwrap_or_default();
    status.charge = receipt(known);
    let charge = charge_of(status.sent_at, known, false);
    let card = |incident: &Incident| turns.card(turn, incident, charge.clone());
    status.card = incident.as_ref().map(card);
    let end = end_of(turn, &status, incident.as_ref());
    let saved = turns.library.save_end(turn.message_id, end.clone()).await;
    if saved.is_ok() {
        turns.media.answered(turn.message_id, &end.text);
    }
    let saved = saved.and(calls.map(drop));
    if let Err(error) = saved {
        // One that was never asked can be sent; an answer is saved, and not paid again.
        let moment = Moment {
            not_saved: end.sent_at.map(|_| NotSaved::Answer),
            ..turns.cards.moment(Some(&status.model))
        };
        // A row that is gone with its chat or its file can never take it.
        let is_gone = matches!(error, LibraryError::Missing(_));
        let incident = Incident::of(error.into(), moment);
        status.card = Some(card(&incident));
        if !is_gone {
            turns.keep_unsaved(turn, end, incident);
        }
    }
    // Of several side by side the last one tells of all.
    let is_news = !taken_back && !turns.is_closing() && is_long(&status) && !turns.has_others(turn);
    let has_failed = matches!(status.state, MessageState::Failed | MessageState::Cut);
    turn.status(|shown| *shown = status);
    if is_news && let Ok(chat) = turns.library.conversation(turn.conversation_id).await {
        (turns.announce)(Event::Notice(Notice::Answer {
            conversation_id: turn.conversation_id,
            // The desktop may keep what it was told.
            title: if is_temporary(chat.id) { String::new() } else { chat.title },
            failed: has_failed,
        }));
    }
}

/// Whether whoever asked may have turned to something else, and did not stop it.
fn is_long(status: &MessageStatus) -> bool {
    let took = status.ended_at.zip(status.sent_at).map_or(0, |(ended, sent)| ended - sent);
    status.state != MessageState::Stopped && took > LONG
}

/// The answer told that the request's marks count: the next one finds what they kept.
fn keep_warm(turns: &Turns, turn: &Turn, status: &MessageStatus, cache: CacheUse) {
    let marks = std::mem::take(&mut turn.lock().marks);
    let counts = [cache.read, cache.written].into_iter().flatten().any(|tokens| tokens > 0);
    if let Some(sent_at) = status.sent_at.filter(|_| counts) {
        turns.points.caching.keep(turn.conversation_id, &status.model, &marks, sent_at);
    }
}

/// Poe does not know a model of our list, so the list is old: the card names the closest of the new one, unless that takes
/// long to come. Asking for it costs nothing.
async fn renew_models(turns: &Turns, turn: &Turn) {
    let status = turn.lock().view.status.clone();
    if turns.models.find(&status.model).is_none() {
        return;
    }
    let (models, sent_at) = (turns.models.clone(), status.sent_at.unwrap_or_else(crate::clock::now));
    let renewal = tokio::spawn(async move { models.after(sent_at).await });
    // Goes on after this; then the list is new in the window, and the card has the names of the old one.
    let _ = tokio::time::timeout(LIST_WAIT, renewal).await;
}

fn end_of(turn: &Turn, status: &MessageStatus, incident: Option<&Incident>) -> End {
    let (text, reasoning) = turn.so_far();
    End {
        state: status.state.into(),
        finish: status.finish.clone(),
        incident: incident.map(Incident::to_json),
        sent_at: status.sent_at,
        first_text_at: status.first_text_at,
        ended_at: status.ended_at.unwrap_or_else(crate::clock::now),
        prompt_tokens: status.prompt_tokens,
        completion_tokens: status.completion_tokens,
        text,
        reasoning,
        evidence: gathered::evidence(status),
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
        Failure::Film(FilmTrouble::Stopped) => MessageState::Stopped,
        Failure::Poe(error) if error.partial && error.kind != Kind::StreamError => MessageState::Cut,
        _ => MessageState::Failed,
    }
}
