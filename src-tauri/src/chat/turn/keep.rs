//! What a model's host is asked to keep of a request for the next one: where the request goes, and which of its places are
//! marked. The rules are those of `route.rs` and of `points`; here they meet the turn.

use super::state::{Ending, Turn};
use super::turns::Turns;
use crate::chat::outgoing::places::{FileSizes, places, sent_before};
use crate::chat::outgoing::{request, route};
use crate::errors::Failure;
use crate::library::{Conversation, LibraryError, Message, Role};
use crate::points::PromptSize;
use crate::points::caching::{Rates, least, next_is_soon, plan};
use poe::{ChatRequest, Endpoint};

/// Of the request that leaves.
pub(super) struct Leaving<'a> {
    pub(super) conversation: &'a Conversation,
    pub(super) known: Option<&'a poe::Model>,
    pub(super) path: &'a [Message],
    pub(super) files: FileSizes,
    /// It goes where nothing is kept, as the host refused to.
    pub(super) is_elsewhere: bool,
}

/// Addresses and marks the request; its size then says what of it is kept.
pub(super) async fn address(
    turns: &Turns,
    turn: &Turn,
    leaving: Leaving<'_>,
    request: &mut ChatRequest,
    size: PromptSize,
) -> Result<PromptSize, LibraryError> {
    let Leaving { conversation, known, path, files, is_elsewhere } = leaving;
    let (caching, now) = (&turns.points.caching, crate::clock::now());
    let is_refused = is_elsewhere || caching.is_refused(&request.model, now).await?;
    let way = route::route(known, request, caching.is_on(), is_refused);
    request.endpoint = way.endpoint;
    request.most_tokens = known.and_then(|model| route::most_tokens(model, size.tokens()));
    let keeps = way.can_keep && way.uncached.is_none();
    {
        let mut seen = turn.lock();
        seen.may_fall_back = keeps && known.is_some_and(|model| Endpoint::of(model) != Endpoint::Messages);
        seen.marks = Vec::new();
    }
    let Some(model) = turns.models.find(&request.model).filter(|_| keeps) else {
        return Ok(size);
    };
    // They have their defaults, and no place here.
    request.parameters.clear();
    let (before, has_wish) = match path.split_last() {
        Some((answer, before)) if answer.role == Role::Assistant => {
            (before, answer.words.is_some() || answer.prompt.is_some())
        }
        _ => (path, false),
    };
    let said: Vec<[&Message; 2]> = request::turns(before, conversation.sent_from).collect();
    let opening: Vec<poe::Message> =
        request.messages.iter().take_while(|message| message.role == poe::Role::System).cloned().collect();
    // With a wish of its own it is not what stands in the chat.
    let asked = before.last().filter(|message| message.role == Role::User && !has_wish);
    let places = places((&caching.whose(), &request.model), &opening, &said, asked, &files);
    let sent = sent_before(before);
    let warm = caching.find(&places, now).tokens;
    let plan = plan(
        &places,
        warm,
        least(&model.id),
        next_is_soon(&sent, now, conversation.saved),
        Rates::of(&model),
    );
    request.cache_marks = plan.marks.iter().map(|place| place.at).collect();
    turn.lock().marks = plan.marks;
    Ok(PromptSize { cached: plan.cached, ..size })
}

/// In Poe's own words, before any byte of an answer.
pub(super) fn is_refused(ending: &Ending) -> bool {
    let Ending::Failed(Failure::Poe(error)) = ending else {
        return false;
    };
    matches!(error.status, Some(400 | 404 | 422)) && error.by_poe && !error.maybe_charged()
}
