//! Chats of a backup of NextChat: sessions in order, their dates as the person's language writes them. What stands beside them in the
//! file, keys among it, is not looked at.

use super::chatbox::failed;
use super::fields::{flag, list, name, number, text, time};
use super::files;
use super::found::Found;
use super::problem::Problem;
use super::tree::{self, Node};
use crate::events::{ImportSource, LeftOutWhy};
use crate::library::{ArchivedChat, ArchivedMessage, MessageState, Role};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

pub(super) fn is_chat(value: &Value) -> bool {
    value.get("messages").is_some_and(Value::is_array)
        && ["mask", "topic", "memoryPrompt"].iter().any(|it| value.get(it).is_some())
}

pub(super) fn read(value: &Value, found: &mut Found) -> Result<(), Problem> {
    let title = text(value, "topic");
    let updated_at = time(value, "lastUpdate").unwrap_or_default();
    let own = name(value, "id").unwrap_or_else(|| format!("{updated_at} {title}"));
    let key = format!("nextchat:{own}");
    let said = list(value, "messages");
    if said.len() > super::found::MOST_MESSAGES {
        found.leave_out(LeftOutWhy::TooLarge, title);
        return Ok(());
    }
    let mask = value.get("mask").unwrap_or(&Value::Null);
    let mut parameters = settings(mask.get("modelConfig").unwrap_or(&Value::Null));
    let prompts =
        list(mask, "context").iter().filter(|it| text(it, "role") == "system").map(|it| text(it, "content"));
    let prompt: Vec<&str> = prompts.filter(|prompt| !prompt.trim().is_empty()).collect();
    if !prompt.is_empty() {
        parameters.insert("system".to_owned(), json!(prompt.join("\n\n")));
    }
    let mut nodes: Vec<Node> = Vec::with_capacity(said.len());
    let mut before = 0;
    for (at, message) in said.iter().enumerate() {
        let parent = nodes.last().map(|node| node.key.clone());
        let mut read = message.is_object().then(|| one(message, found)).transpose()?.flatten();
        // They stand in the order of the file, whatever the dates say.
        if let Some(read) = &mut read {
            read.created_at = read.created_at.max(before);
            before = read.created_at;
        }
        // Its own ids come twice where a session was copied.
        nodes.push(Node {
            key: format!("{at}:{}", name(message, "id").unwrap_or_default()),
            parent,
            message: read,
        });
    }
    let sent_from = number(value, "clearContextIndex")
        .and_then(|at| usize::try_from(at).ok())
        .and_then(|at| nodes.get(at..)?.iter().find(|node| node.message.is_some()))
        .map(|node| format!("{key}/{}", node.key));
    let tip = nodes.last().map(|node| node.key.clone());
    let tree = tree::build(&key, nodes, tip.as_deref());
    let chat = ArchivedChat {
        key,
        title: title.to_owned(),
        model: text(mask.get("modelConfig").unwrap_or(&Value::Null), "model").to_owned(),
        parameters,
        updated_at,
        sent_from,
        messages: tree::drop_silent(tree.messages),
        ..ArchivedChat::default()
    };
    found.chat(ImportSource::NextChat, chat)
}

fn settings(config: &Value) -> Map<String, Value> {
    let mut parameters = Map::new();
    for (theirs, ours) in [("temperature", "temperature"), ("top_p", "topP")] {
        if let Some(value) = config.get(theirs).filter(|value| value.is_number()) {
            parameters.insert(ours.to_owned(), value.clone());
        }
    }
    parameters
}

fn one(message: &Value, found: &mut Found) -> Result<Option<ArchivedMessage>, Problem> {
    let role = match text(message, "role") {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => return Ok(None),
    };
    let mut read = ArchivedMessage {
        role,
        model: text(message, "model").to_owned(),
        created_at: time(message, "date").unwrap_or_default(),
        ..ArchivedMessage::default()
    };
    match message.get("content") {
        Some(Value::String(said)) => read.text = said.clone(),
        Some(Value::Array(parts)) => {
            for part in parts {
                match text(part, "type") {
                    "text" if read.text.is_empty() => read.text = text(part, "text").to_owned(),
                    "text" => read.text = format!("{}\n\n{}", read.text, text(part, "text")),
                    "image_url" => picture(part, &mut read, found)?,
                    _ => {}
                }
            }
        }
        _ => {}
    }
    if role == Role::Assistant {
        let (said, error) = split_error(&read.text);
        if flag(message, "isError") || error.is_some() {
            let error = error.unwrap_or_default();
            read.text = said;
            (read.state, read.incident) = failed(&error, &read.text, read.created_at);
        } else if flag(message, "streaming") {
            read.state = MessageState::Stopped;
        }
    }
    Ok(Some(read))
}

/// A picture stands in the address itself, or nowhere in the file.
fn picture(part: &Value, message: &mut ArchivedMessage, found: &mut Found) -> Result<(), Problem> {
    let url = part.get("image_url").map(|it| text(it, "url")).unwrap_or_default();
    let data = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match data.and_then(|(_, data)| STANDARD.decode(data.trim()).ok()) {
        Some(bytes) => {
            let number = message.files.len() + 1;
            let file = found.file(&format!("picture-{number}"), &bytes)?;
            message.files.extend(file);
        }
        None => files::missing("", message, found),
    }
    Ok(())
}

/// What went wrong is written behind the words, as JSON.
fn split_error(said: &str) -> (String, Option<String>) {
    let Some(start) = said.rfind("\n\n{").or_else(|| said.starts_with('{').then_some(0)) else {
        return (said.to_owned(), None);
    };
    let json: Option<Value> = serde_json::from_str(said[start..].trim()).ok();
    match json.filter(|json| flag(json, "error")) {
        Some(json) => (said[..start].trim_end().to_owned(), Some(text(&json, "message").to_owned())),
        None => (said.to_owned(), None),
    }
}
