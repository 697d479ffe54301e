//! What goes to Poe for a turn: the chat so far and only what the person set.

use super::attachments::Attached;
use super::declared;
use crate::chat::options::TurnOptions;
use crate::events::Parameters;
use crate::library::{AskedWith, Conversation, Message, MessageState, Role};
use crate::models::{SEARCH_TOOL, takes_search_tool};
use crate::tokens::TextSize;
use std::borrow::Cow;

/// Asks the model to go on with its own last words, which stand right before.
const GO_ON: &str = "Your last message was cut off. Go on with it from exactly where it stopped: begin with the very next \
                     characters, repeat nothing of it, and say nothing about this.";

/// Goes with a question for once: it is in no message of the chat.
fn in_about(words: i64) -> String {
    format!("Answer in about {words} words this time.")
}

/// Tokens that it takes are counted in what the answer is said to cost.
pub(in crate::chat) fn size_of_wish(words: i64) -> TextSize {
    TextSize::of(&in_about(words))
}

fn with_wish(content: poe::Content, words: Option<i64>) -> poe::Content {
    match (content, words.map(in_about)) {
        (content, None) => content,
        (poe::Content::Text(text), Some(wish)) => poe::Content::Text(format!("{text}\n\n{wish}")),
        (poe::Content::Parts(mut parts), Some(wish)) => {
            parts.push(poe::Part::text(wish));
            poe::Content::Parts(parts)
        }
    }
}

/// The request for the answer at the end of `path`.
pub(in crate::chat) fn build(
    path: &[Message],
    conversation: &Conversation,
    model: &str,
    known: Option<&poe::Model>,
    options: &TurnOptions,
    attached: &Attached,
) -> poe::ChatRequest {
    let (answer, before) = match path.split_last() {
        Some((answer, before)) if answer.role == Role::Assistant => (Some(answer), before),
        _ => (None, path),
    };
    let mut messages = opening(summary(conversation), options.parameters.system.as_deref());
    messages.extend(said(before, conversation.sent_from, attached));
    if let Some(question) = before.last().filter(|m| m.role == Role::User) {
        let words = answer.and_then(|answer| answer.words);
        messages.push(poe::Message::user(with_wish(attached.content(&asked(question, answer)), words)));
    }
    if let Some(answer) = answer.filter(|answer| options.goes_on && !answer.text.is_empty()) {
        messages.push(poe::Message::assistant(&*answer.text));
        messages.push(poe::Message::user(GO_ON));
    }
    let mut request = poe::ChatRequest::new(model, messages);
    set(&mut request, &options.parameters, known);
    // Poe's documentation asks for plain requests to models that answer with media.
    request.stream = known.is_none_or(|m| {
        m.output_modalities.is_empty() || m.output_modalities.iter().any(|kind| kind == "text")
    });
    request
}

/// The question as it is asked for this answer: one that is made of others is asked for with words of its own.
pub(in crate::chat) fn asked<'q>(question: &'q Message, answer: Option<&Message>) -> Cow<'q, Message> {
    match answer.and_then(|answer| answer.prompt.clone()) {
        Some(text) => Cow::Owned(Message { text, ..question.clone() }),
        None => Cow::Borrowed(question),
    }
}

/// What the person set, as far as this model takes it. A limit that the model declares as something else than a number is
/// sent as that alone.
pub(super) fn set(request: &mut poe::ChatRequest, parameters: &Parameters, known: Option<&poe::Model>) {
    request.parameters = known.map(|model| declared::sent(model, &parameters.declared)).unwrap_or_default();
    // The switch of its tool is no parameter.
    if known.is_some_and(takes_search_tool) {
        request.web_search = request.parameters.remove(SEARCH_TOOL).is_some_and(|on| on == true);
    }
    let is_own = |name: &str| {
        known.is_some_and(|model| {
            model.parameters.iter().any(|own| own.name == name && !own.is_field_of_request())
        })
    };
    request.temperature = parameters.temperature.filter(|_| !is_own("temperature"));
    request.top_p = parameters.top_p.filter(|_| !is_own("top_p"));
    request.max_tokens = parameters.max_tokens.filter(|_| !is_own("max_tokens"));
}

/// What went along of the parameters that its model declares, as the chat has them.
pub(in crate::chat) fn asked_with(request: &poe::ChatRequest) -> AskedWith {
    let search = request.web_search.then(|| (SEARCH_TOOL.to_owned(), true.into()));
    request.parameters.clone().into_iter().chain(search).collect()
}

/// What is sent of a chat again, its files with it.
pub(in crate::chat) fn said(
    path: &[Message],
    sent_from: Option<i64>,
    attached: &Attached,
) -> Vec<poe::Message> {
    let turn = |[question, answer]: [&Message; 2]| {
        [poe::Message::user(attached.content(question)), poe::Message::assistant(&*answer.text)]
    };
    turns(path, sent_from).flat_map(turn).collect()
}

/// The questions of such a request; the last is the one that is asked.
pub(in crate::chat) fn questions(path: &[Message], sent_from: Option<i64>) -> Vec<i64> {
    let before = match path.split_last() {
        Some((answer, before)) if answer.role == Role::Assistant => before,
        _ => path,
    };
    let asked = before.last().filter(|m| m.role == Role::User);
    turns(before, sent_from).map(|[question, _]| question).chain(asked).map(|question| question.id).collect()
}

/// What an earlier chat was about, or the turns of this one that are left out.
pub(in crate::chat) fn summary(conversation: &Conversation) -> Option<String> {
    let text = conversation.summary.as_deref()?;
    let of = match conversation.summary_is_own {
        true => "Summary of this chat so far",
        false => "This chat goes on from an earlier one. Summary of the earlier one",
    };
    Some(format!("{of}:\n\n{text}"))
}

/// What is sent before the first message: the person's own words for it, and a [`summary`].
pub(in crate::chat) fn opening(summary: Option<String>, system: Option<&str>) -> Vec<poe::Message> {
    let system = system.filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let parts: Vec<String> = [system, summary].into_iter().flatten().collect();
    if parts.is_empty() { Vec::new() } else { vec![poe::Message::system(parts.join("\n\n"))] }
}

/// The questions that are sent again, each with its answer. One that never got a word of answer is left out: what failed
/// once (too long, declined) would fail every later turn with it. So is what was deleted, with the other half of its turn.
pub(in crate::chat) fn turns(
    path: &[Message],
    sent_from: Option<i64>,
) -> impl Iterator<Item = [&Message; 2]> {
    path.windows(2).filter_map(move |pair| match pair {
        [question, answer]
            if question.role == Role::User
                && answer.role == Role::Assistant
                && !answer.text.is_empty()
                && [question, answer].iter().all(|it| it.deleted.is_none())
                && sent_from.is_none_or(|from| question.id >= from) =>
        {
            Some([question, answer])
        }
        _ => None,
    })
}

/// Its continuation failed before anything came of it: another try continues it too.
pub(in crate::chat) fn is_to_go_on(answer: &Message) -> bool {
    let kept = answer.kept.and_then(|bytes| usize::try_from(bytes).ok());
    answer.state == MessageState::Failed && !answer.text.is_empty() && kept == Some(answer.text.len())
}
