//! A chat that goes on from an old one, or without its older turns: those are summed up by a call of its own, before the question's.

use super::prelude::Prelude;
use super::progress::{show_queue, show_retry};
use super::state::Turn;
use super::turns::Turns;
use crate::chat::outgoing::{self, request};
use crate::errors::Failure;
use crate::events::MessageState;
use crate::library::{CacheUse, Conversation, is_temporary};
use crate::points::PromptSize;
use poe::{ChatEvent, Endpoint, Error, Kind};

/// Makes the summary of the chat up to message `of`, and keeps it as this turn's conversation's.
pub(in crate::chat) async fn make(
    turns: &Turns,
    turn: &Turn,
    client: &poe::Client,
    of: i64,
) -> Result<Conversation, Failure> {
    // The chat's own, whose price was told, whichever of its answers is the first to need it.
    let chats = turns.library.conversation(turn.conversation_id).await?.model;
    let model = if chats.is_empty() { turn.lock().view.status.model.clone() } else { chats };
    let known = turns.models.model(&model);
    let path = turns.library.path(of).await?;
    let earlier = match path.first() {
        Some(first) => turns.library.conversation(first.conversation_id).await?.summary,
        None => None,
    };
    let said = request::turns(&path, None).flatten().map(|message| message.text.as_str());
    let texts: Vec<&str> = earlier.as_deref().into_iter().chain(said).collect();
    let takes = known.as_ref().and_then(|model| model.context_length);
    let messages = vec![poe::Message::user(outgoing::summary::question(&texts, takes))];
    let mut request = poe::ChatRequest::new(model, messages);
    request.endpoint = known.as_ref().map_or(Endpoint::Chat, Endpoint::of);
    request.is_private = is_temporary(turn.conversation_id);
    let size = PromptSize::of(&request.messages, request.max_tokens);
    turns.begin_call(turn, &request.model, Some(size)).await?;
    let mut stream = client.chat_in(turn.conversation_id, request);
    let (mut summary, mut prelude) = (String::new(), Prelude::new());
    let mut refusal = String::new();
    while let Some(event) = stream.next().await {
        match event {
            ChatEvent::Text(text) => summary.push_str(&prelude.push(&text).text),
            ChatEvent::Refusal(text) => refusal.push_str(&text),
            ChatEvent::Queued { position, wait, slowed } => show_queue(turns, turn, position, wait, slowed),
            ChatEvent::Retrying { attempt, of, wait, error } => {
                show_retry(turns, turn, attempt, of, wait, error)
            }
            ChatEvent::Sending { .. } => {
                turns.points.charges.leaves(turn.message_id);
                turn.status(|status| {
                    (status.retry, status.queue, status.card) = (None, None, None);
                    status.sent_at = status.sent_at.or(Some(crate::clock::now()));
                });
            }
            ChatEvent::Failed(error) => {
                turns.cards.notice(&error);
                // What came of a summary is no part of the answer, and is not kept.
                return Err(Error { partial: false, ..error }.into());
            }
            ChatEvent::Started { .. }
            | ChatEvent::Reasoning(_)
            | ChatEvent::ToolCall(_)
            | ChatEvent::Searched(_)
            | ChatEvent::Sources(_)
            | ChatEvent::Usage(_)
            | ChatEvent::Done { .. } => {}
        }
    }
    summary.push_str(&prelude.finish(true).text);
    if !refusal.is_empty() {
        return Err(Failure::Declined { said: Some(refusal) });
    }
    if summary.trim().is_empty() {
        let error = Error::new(Kind::EmptyAnswer, "the summary is empty");
        return Err(Error { sent: true, ..error }.into());
    }
    // The question's call begins anew.
    let mut status = turn.lock().view.status.clone();
    (status.state, status.ended_at) = (MessageState::Done, Some(crate::clock::now()));
    turns.points.end(turn.message_id, &status, CacheUse::default(), true).await?;
    turn.status(|status| (status.state, status.sent_at) = (MessageState::Queued, None));
    let kept = turns.library.set_summary(turn.conversation_id, summary.trim().to_owned()).await?;
    turns.announce_conversations().await;
    Ok(kept)
}
