//! Chats of a backup of Chatbox: a session with its messages, other ways beside some of them, and earlier threads, each of which is a
//! chat of its own here. Of its settings, with keys in them, nothing is looked at.

use super::fields::{list, name, number, text, time};
use super::files;
use super::found::Found;
use super::problem::Problem;
use super::tree::{self, Node};
use crate::errors::{Context, Failure, Incident};
use crate::events::{ImportSource, LeftOutWhy};
use crate::library::{ArchivedChat, ArchivedMessage, MessageState, Role};
use crate::words::archive as words;
use serde_json::{Map, Value, json};

pub(super) fn is_chat(value: &Value) -> bool {
    value.get("messages").is_some_and(Value::is_array)
        && value.get("id").is_some_and(Value::is_string)
        && ["name", "threads", "threadName", "messageForksHash", "type"]
            .iter()
            .any(|it| value.get(it).is_some())
}

pub(super) fn read(value: &Value, found: &mut Found) -> Result<(), Problem> {
    let own = name(value, "id").unwrap_or_default();
    one(value, &format!("chatbox:{own}"), text(value, "name"), value, found)?;
    for (at, thread) in list(value, "threads").iter().enumerate().filter(|(_, it)| it.is_object()) {
        let id = name(thread, "id").unwrap_or_else(|| at.to_string());
        one(thread, &format!("chatbox:{own}/{id}"), text(thread, "name"), value, found)?;
    }
    Ok(())
}

/// A list of messages: that of the session, or of an earlier thread of it.
fn one(value: &Value, key: &str, title: &str, session: &Value, found: &mut Found) -> Result<(), Problem> {
    let mut parameters = settings(session.get("settings").unwrap_or(&Value::Null));
    let mut nodes: Vec<Node> = Vec::new();
    let mut said = list(value, "messages").iter();
    if said.len() > super::found::MOST_MESSAGES {
        found.leave_out(LeftOutWhy::TooLarge, title);
        return Ok(());
    }
    let mut system = |message: &Value| {
        let is_system = text(message, "role") == "system";
        if is_system && !parameters.contains_key("system") {
            let prompt = parts(message).text;
            if !prompt.trim().is_empty() {
                parameters.insert("system".to_owned(), json!(prompt));
            }
        }
        is_system
    };
    let mut add = |message: &Value, parent: Option<String>, nodes: &mut Vec<Node>, found: &mut Found| {
        let id = name(message, "id").unwrap_or_else(|| format!("#{}", nodes.len()));
        let read = (message.is_object() && !system(message)).then(|| read_message(message, found)).flatten();
        nodes.push(Node { key: id.clone(), parent, message: read });
        id
    };
    // Other ways first: what stands in the list is what is shown.
    let mut ways = Vec::new();
    for (fork, lists) in session.get("messageForksHash").and_then(Value::as_object).into_iter().flatten() {
        for way in list(lists, "lists") {
            ways.push((fork.clone(), list(way, "messages")));
        }
    }
    let mut parent = None;
    for message in said.by_ref() {
        parent = Some(add(message, parent, &mut nodes, found));
    }
    let tip = parent;
    let here: std::collections::HashSet<String> = nodes.iter().map(|node| node.key.clone()).collect();
    for (fork, way) in ways.into_iter().filter(|(fork, _)| here.contains(fork)) {
        let mut parent = Some(fork);
        for message in way {
            parent = Some(add(message, parent, &mut nodes, found));
        }
    }
    let tree = tree::build(key, nodes, tip.as_deref());
    for _ in 0..tree.lost {
        found.leave_out(LeftOutWhy::LostMessage, title);
    }
    let chat = ArchivedChat {
        key: key.to_owned(),
        title: title.to_owned(),
        parameters,
        created_at: time(value, "createdAt").unwrap_or_default(),
        messages: tree::drop_silent(tree.messages),
        ..ArchivedChat::default()
    };
    found.chat(ImportSource::Chatbox, chat)
}

fn settings(settings: &Value) -> Map<String, Value> {
    let mut parameters = Map::new();
    for (theirs, ours) in [("temperature", "temperature"), ("topP", "topP"), ("maxTokens", "maxTokens")] {
        if let Some(value) = settings.get(theirs).filter(|value| value.is_number()) {
            parameters.insert(ours.to_owned(), value.clone());
        }
    }
    parameters
}

#[derive(Default)]
struct Parts {
    text: String,
    reasoning: String,
    pictures: usize,
    took: Option<i64>,
}

fn parts(message: &Value) -> Parts {
    let mut parts = Parts::default();
    let add = |text: &mut String, more: &str| {
        if !text.is_empty() && !more.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(more);
    };
    for part in list(message, "contentParts") {
        match text(part, "type") {
            "text" => add(&mut parts.text, text(part, "text")),
            "reasoning" => {
                add(&mut parts.reasoning, text(part, "text"));
                parts.took = number(part, "duration").or(parts.took);
            }
            "tool-call" => add(&mut parts.reasoning, &words::used_tool(text(part, "toolName"))),
            "image" => parts.pictures += 1,
            _ => {}
        }
    }
    if list(message, "contentParts").is_empty() {
        add(&mut parts.text, text(message, "content"));
        add(&mut parts.reasoning, text(message, "reasoningContent"));
    }
    parts.pictures += list(message, "pictures").len();
    parts
}

fn read_message(message: &Value, found: &mut Found) -> Option<ArchivedMessage> {
    let role = match text(message, "role") {
        "user" => Role::User,
        "assistant" | "tool" => Role::Assistant,
        _ => return None,
    };
    let parts = parts(message);
    let at = time(message, "timestamp").unwrap_or_default();
    let usage = message.get("usage").unwrap_or(&Value::Null);
    let mut read = ArchivedMessage {
        role,
        text: parts.text,
        reasoning: parts.reasoning,
        model: text(message, "model").to_owned(),
        created_at: at,
        sent_at: parts.took.filter(|_| at > 0).map(|_| at),
        first_text_at: parts
            .took
            .filter(|took| at > 0 && (0..86_400_000).contains(took))
            .map(|took| at + took),
        prompt_tokens: number(usage, "inputTokens").filter(|count| *count >= 0),
        completion_tokens: number(usage, "outputTokens").filter(|count| *count >= 0),
        ..ArchivedMessage::default()
    };
    for _ in 0..parts.pictures.min(100) {
        files::missing("", &mut read, found);
    }
    for file in list(message, "files").iter().take(100) {
        files::missing(text(file, "name"), &mut read, found);
    }
    let error = text(message, "error");
    if role == Role::Assistant && !error.is_empty() {
        (read.state, read.incident) = failed(error, &read.text, at);
    }
    Some(read)
}

/// An answer that broke off, or never came, as its program said.
pub(super) fn failed(error: &str, text: &str, at: i64) -> (MessageState, Option<Value>) {
    let said = error.chars().take(2_000).collect();
    let incident = Incident::new(Failure::Unexpected(said), &Context::at(at));
    let state = if text.trim().is_empty() { MessageState::Failed } else { MessageState::Cut };
    (state, serde_json::from_str(&incident.to_json()).ok())
}
