//! Rows as the window shows them.

use super::film_views;
use crate::errors::{self, Context, Failure, FilmTrouble, Incident};
use crate::events::{
    self, BranchView, ConversationMark, ConversationView, MessageStatus, MessageView, ProjectView,
    SourceView, ToolCallView,
};
use crate::library::{self, Conversation, Evidence, Interrupted, Message, MessageState, Role};

pub(super) fn conversation(row: Conversation) -> ConversationView {
    let mark = mark(&row);
    ConversationView {
        id: row.id,
        title: row.title,
        model: row.model,
        parameters: row.parameters.into(),
        updated_at: row.updated_at,
        sent_from: row.sent_from,
        summary: row.summary,
        summary_is_own: row.summary_is_own,
        mark,
        points: row.points,
        saved: row.saved,
        project_id: row.project_id,
        preset_id: row.preset_id,
        pinned: row.pinned,
        archived: row.archived,
        deleted_at: row.deleted_at,
        answered_at: row.answered_at,
        temporary: library::is_temporary(row.id),
    }
}

pub(super) fn project(row: library::Project) -> ProjectView {
    ProjectView {
        id: row.id,
        name: row.name,
        color: row.color,
        model: row.model,
        parameters: row.parameters.into(),
        chats: row.chats,
        points: row.points,
        files: row.files,
        file_bytes: row.file_bytes,
    }
}

/// A message that only waits for something that the person does is told from one that broke.
fn mark(row: &Conversation) -> Option<ConversationMark> {
    let Some(broken) = &row.broken else {
        return row.unread.then_some(ConversationMark::Unread);
    };
    let needs_person = match &broken.incident {
        _ if broken.is_cut => !broken.was_sent,
        Some(incident) => errors::needs_person(&Incident::read(incident)),
        None => false,
    };
    Some(match needs_person {
        true => ConversationMark::NeedsYou,
        false => ConversationMark::Failed,
    })
}

/// What went wrong with a message, if anything: also that the app itself ended before its answer did.
pub(super) fn incident(row: &Message) -> Option<Incident> {
    if row.deleted.is_some() {
        return None;
    }
    let failure = match (&row.incident, row.interrupted) {
        (Some(json), _) => return Some(Incident::read(json)),
        (None, Some(Interrupted::Unsent)) => Failure::ClosedUnsent,
        (None, _) if row.is_interrupted() && row.video_id.is_some() => {
            Failure::Film(FilmTrouble::Unreached { said: None })
        }
        (None, _) if row.is_interrupted() => Failure::Interrupted,
        (None, _) => return None,
    };
    let ended_at = row.ended_at.unwrap_or(row.created_at);
    Some(Incident::new(failure, &Context::at(ended_at)))
}

/// Those that may be opened.
pub(super) fn sources(sources: &[library::Source]) -> Vec<SourceView> {
    let view = |source: &library::Source| {
        let host = url::Url::parse(&source.url).ok()?.host_str()?.to_owned();
        let may_open = markdown::allowed_address(&source.url);
        Some(SourceView {
            number: u32::try_from(source.number).ok().filter(|number| *number > 0 && may_open)?,
            url: source.url.clone(),
            host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
            title: source.title.clone(),
        })
    };
    sources.iter().filter_map(view).collect()
}

pub(super) fn kept_source(source: poe::Source) -> library::Source {
    library::Source { number: source.number.into(), url: source.url, title: source.title }
}

/// Where the numbers of the text lead.
pub(super) fn marks(sources: &[SourceView]) -> Vec<markdown::Mark> {
    let mark = |source: &SourceView| markdown::Mark {
        number: source.number,
        address: source.url.clone(),
        title: source.title.clone().unwrap_or_else(|| source.host.clone()),
    };
    sources.iter().map(mark).collect()
}

pub(super) fn tools(tools: Vec<library::ToolCall>) -> Vec<ToolCallView> {
    let view = |tool: library::ToolCall| ToolCallView {
        name: tool.name,
        arguments: tool.arguments,
        done: tool.done,
    };
    tools.into_iter().map(view).collect()
}

pub(super) fn message(mut row: Message, evidence: Evidence) -> MessageView {
    if row.deleted.is_some() {
        // A file from elsewhere may have them still.
        (row.text, row.reasoning) = (String::new(), String::new());
    }
    let is_question = row.role == Role::User;
    let sources = sources(&evidence.sources);
    let film = film_views::view(&row);
    MessageView {
        id: row.id,
        conversation_id: row.conversation_id,
        role: row.role.into(),
        blocks: if is_question { Vec::new() } else { markdown::render_marked(&row.text, &marks(&sources)) },
        text: if is_question { row.text } else { String::new() },
        reasoning: row.reasoning,
        attachments: Vec::new(),
        created_at: row.created_at,
        place: u32::try_from(row.place).unwrap_or(u32::MAX),
        branch: None,
        deleted: row.deleted.map(Into::into),
        status: MessageStatus {
            state: row.state.into(),
            model: row.model,
            finish: row.finish,
            card: None,
            retry: None,
            queue: None,
            waits_for: None,
            tick: None,
            sent_at: row.sent_at,
            first_text_at: row.first_text_at,
            ended_at: row.ended_at,
            prompt_tokens: row.prompt_tokens,
            completion_tokens: row.completion_tokens,
            charge: None,
            account: row.account,
            words: row.words,
            merged: row.prompt.is_some(),
            edited_at: row.edited_at,
            sources,
            tools: tools(evidence.tools),
            usual: None,
            film,
        },
    }
}

/// Which of the messages in its place this is; `None` where it is the only one.
pub(super) fn branch(id: i64, siblings: Option<&Vec<i64>>) -> Option<BranchView> {
    let siblings = siblings?;
    let at = siblings.iter().position(|sibling| *sibling == id)?;
    Some(BranchView {
        number: u32::try_from(at + 1).unwrap_or(u32::MAX),
        of: u32::try_from(siblings.len()).unwrap_or(u32::MAX),
        previous: at.checked_sub(1).map(|at| siblings[at]),
        next: siblings.get(at + 1).copied(),
    })
}

impl From<Role> for events::MessageRole {
    fn from(role: Role) -> events::MessageRole {
        match role {
            Role::User => events::MessageRole::User,
            Role::Assistant => events::MessageRole::Assistant,
        }
    }
}

impl From<library::Deleted> for events::Deleted {
    fn from(deleted: library::Deleted) -> events::Deleted {
        match deleted {
            library::Deleted::Undoable => events::Deleted::Undoable,
            library::Deleted::ForGood => events::Deleted::ForGood,
        }
    }
}

impl From<MessageState> for events::MessageState {
    fn from(state: MessageState) -> events::MessageState {
        match state {
            MessageState::Queued => events::MessageState::Queued,
            MessageState::Retrying => events::MessageState::Retrying,
            MessageState::Streaming => events::MessageState::Streaming,
            MessageState::Done => events::MessageState::Done,
            MessageState::Stopped => events::MessageState::Stopped,
            MessageState::Cut => events::MessageState::Cut,
            MessageState::Failed => events::MessageState::Failed,
        }
    }
}

impl From<events::MessageState> for MessageState {
    fn from(state: events::MessageState) -> MessageState {
        match state {
            events::MessageState::Queued => MessageState::Queued,
            events::MessageState::Retrying => MessageState::Retrying,
            events::MessageState::Streaming => MessageState::Streaming,
            events::MessageState::Done => MessageState::Done,
            events::MessageState::Stopped => MessageState::Stopped,
            events::MessageState::Cut => MessageState::Cut,
            events::MessageState::Failed => MessageState::Failed,
        }
    }
}

impl From<library::Parameters> for events::Parameters {
    fn from(stored: library::Parameters) -> events::Parameters {
        events::Parameters {
            system: stored.system,
            temperature: stored.temperature,
            top_p: stored.top_p,
            max_tokens: stored.max_tokens,
            budget: stored.budget,
            declared: stored.declared,
        }
    }
}

impl From<events::Parameters> for library::Parameters {
    fn from(set: events::Parameters) -> library::Parameters {
        library::Parameters {
            system: set.system,
            temperature: set.temperature,
            top_p: set.top_p,
            max_tokens: set.max_tokens,
            budget: set.budget,
            declared: set.declared,
        }
    }
}

impl From<events::ConversationChange> for library::ConversationChange {
    fn from(change: events::ConversationChange) -> library::ConversationChange {
        library::ConversationChange {
            title: change.title,
            model: change.model,
            parameters: change.parameters.map(Into::into),
        }
    }
}

impl From<events::ListOf> for library::ListOf {
    fn from(of: events::ListOf) -> library::ListOf {
        match of {
            events::ListOf::Chats => library::ListOf::Chats,
            events::ListOf::Project { id } => library::ListOf::Project(id),
            events::ListOf::Archive => library::ListOf::Archive,
            events::ListOf::Bin => library::ListOf::Bin,
        }
    }
}

impl From<events::ListOrder> for library::ListOrder {
    fn from(order: events::ListOrder) -> library::ListOrder {
        match order {
            events::ListOrder::Asked => library::ListOrder::Asked,
            events::ListOrder::Answered => library::ListOrder::Answered,
            events::ListOrder::Points => library::ListOrder::Points,
        }
    }
}

impl From<events::Organize> for library::Organize {
    fn from(what: events::Organize) -> library::Organize {
        match what {
            events::Organize::Pin { on } => library::Organize::Pin(on),
            events::Organize::Archive { on } => library::Organize::Archive(on),
            events::Organize::Project { id } => library::Organize::Project(id),
            events::Organize::Delete { on } => library::Organize::Delete(on),
        }
    }
}

impl From<events::DraftPlace> for library::DraftPlace {
    fn from(place: events::DraftPlace) -> library::DraftPlace {
        library::DraftPlace { conversation_id: place.conversation_id, instead_of: place.instead_of }
    }
}

impl From<events::DraftPlace> for library::FilePlace {
    fn from(place: events::DraftPlace) -> library::FilePlace {
        library::DraftPlace::from(place).into()
    }
}
