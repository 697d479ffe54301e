//! What every form that people read says of a message: who speaks, when, at what cost, and how it ended.

use crate::errors::{self, Context, Incident};
use crate::library::{ArchivedChat, ArchivedMessage, MessageState, Role, Source, ToolCall};
use crate::words::{self, archive};

/// What the thread shows, the oldest first; what was deleted has nothing to say.
pub(super) fn thread(chat: &ArchivedChat) -> impl Iterator<Item = &ArchivedMessage> {
    chat.messages.iter().filter(|message| message.shown && message.deleted_at.is_none())
}

pub(super) fn title(chat: &ArchivedChat) -> &str {
    if chat.title.is_empty() { archive::untitled() } else { &chat.title }
}

/// The person, or the model by its name.
pub(super) fn name(message: &ArchivedMessage) -> &str {
    match message.role {
        Role::User => archive::you(),
        Role::Assistant if message.model.is_empty() => archive::model(),
        Role::Assistant => &message.model,
    }
}

/// When, and what it cost as far as that is known.
pub(super) fn facts(message: &ArchivedMessage) -> String {
    let points: i64 = message.calls.iter().filter_map(|call| call.points).sum();
    let at = words::moment(message.sent_at.unwrap_or(message.created_at));
    if points == 0 { at } else { format!("{at} · {}", archive::points(points)) }
}

/// In a few words, where it did not end well.
pub(super) fn end(message: &ArchivedMessage) -> Option<String> {
    let incident = message.incident.as_ref().map(|incident| {
        let context = Context { message_saved: true, ..Context::default() };
        errors::card_of(&Incident::read(&incident.to_string()), &context).title
    });
    match (message.state, incident) {
        (_, Some(title)) => Some(title),
        (MessageState::Done, None) => None,
        (MessageState::Stopped, None) => Some(archive::stopped().to_owned()),
        (MessageState::Failed, None) => Some(archive::failed().to_owned()),
        _ => Some(archive::cut().to_owned()),
    }
}

/// The pages that an answer names, but for those whose address no link may have.
pub(super) fn sources(message: &ArchivedMessage) -> impl Iterator<Item = &Source> {
    message.sources.iter().filter(|source| markdown::allowed_address(&source.url))
}

/// What a page is called, or else where it is.
pub(super) fn page(source: &Source) -> &str {
    source.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(&source.url)
}

/// What was called, and whether it was done.
pub(super) fn tool(tool: &ToolCall) -> String {
    let (name, arguments) = (tool.name.as_str(), tool.arguments.as_str());
    if tool.done { archive::ran_tool(name, arguments) } else { archive::wanted_tool(name, arguments) }
}

/// What the chat is asked with, a line each.
pub(super) fn system(chat: &ArchivedChat) -> Option<&str> {
    chat.parameters.get("system")?.as_str().filter(|system| !system.trim().is_empty())
}
