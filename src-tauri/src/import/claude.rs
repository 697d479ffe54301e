//! Chats that were exported from Claude: a list of messages in blocks, each with what it follows in later exports. Projects stand by
//! themselves: nothing tells which chat is of which.

use super::fields::{list, name, text, time};
use super::files::{self, Files};
use super::found::Found;
use super::problem::Problem;
use super::tree::{self, Node};
use crate::events::{ImportSource, LeftOutWhy};
use crate::library::{ArchivedChat, ArchivedMessage, ArchivedProject, Role};
use crate::words::archive as words;
use serde_json::{Map, Value, json};

pub(super) fn is_chat(value: &Value) -> bool {
    value.get("chat_messages").is_some_and(Value::is_array)
}

pub(super) fn is_project(value: &Value) -> bool {
    value.get("uuid").is_some_and(Value::is_string)
        && value.get("name").is_some_and(Value::is_string)
        && (value.get("prompt_template").is_some() || value.get("docs").is_some_and(Value::is_array))
}

pub(super) fn read(value: &Value, found: &mut Found, package: &mut Files) -> Result<(), Problem> {
    let title = text(value, "name");
    let created_at = time(value, "created_at").unwrap_or_default();
    let own = name(value, "uuid").unwrap_or_else(|| format!("{created_at} {title}"));
    let key = format!("claude:{own}");
    let said = list(value, "chat_messages");
    if said.len() > super::found::MOST_MESSAGES {
        found.leave_out(LeftOutWhy::TooLarge, title);
        return Ok(());
    }
    // Earlier exports name no parents: there each follows the one before it.
    let names_parents = said.iter().any(|message| message.get("parent_message_uuid").is_some());
    let mut nodes: Vec<Node> = Vec::with_capacity(said.len());
    for (at, message) in said.iter().enumerate() {
        let parent = match names_parents {
            true => message.get("parent_message_uuid").and_then(Value::as_str).map(str::to_owned),
            false => nodes.last().map(|before| before.key.clone()),
        };
        let id = name(message, "uuid").unwrap_or_else(|| at.to_string());
        let message = message.is_object().then(|| one(message, found, package)).transpose()?.flatten();
        nodes.push(Node { key: id, parent, message });
    }
    let tip = nodes.iter().rev().find(|node| node.message.is_some()).map(|node| node.key.clone());
    let tree = tree::build(&key, nodes, tip.as_deref());
    for _ in 0..tree.lost {
        found.leave_out(LeftOutWhy::LostMessage, title);
    }
    let chat = ArchivedChat {
        key,
        title: title.to_owned(),
        model: text(value, "model").to_owned(),
        created_at,
        updated_at: time(value, "updated_at").unwrap_or_default(),
        messages: tree::drop_silent(tree.messages),
        ..ArchivedChat::default()
    };
    found.chat(ImportSource::Claude, chat)
}

fn one(message: &Value, found: &mut Found, package: &mut Files) -> Result<Option<ArchivedMessage>, Problem> {
    let role = match text(message, "sender") {
        "human" | "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => return Ok(None),
    };
    let mut read = ArchivedMessage {
        role,
        created_at: time(message, "created_at").unwrap_or_default(),
        updated_at: time(message, "updated_at").unwrap_or_default(),
        ..ArchivedMessage::default()
    };
    let (mut words_said, mut thoughts) = (Vec::new(), Vec::new());
    for block in list(message, "content") {
        match text(block, "type") {
            "text" => words_said.push(cited(block)),
            "thinking" => {
                thoughts.push(text(block, "thinking").to_owned());
                read.sent_at = read.sent_at.or_else(|| time(block, "start_timestamp"));
                read.first_text_at = time(block, "stop_timestamp").or(read.first_text_at);
            }
            "tool_use" => thoughts.push(words::used_tool(text(block, "name"))),
            _ => {}
        }
    }
    let join = |texts: Vec<String>| {
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
        texts.join("\n\n")
    };
    read.text = join(words_said);
    read.reasoning = join(thoughts);
    if read.text.is_empty() {
        read.text = text(message, "text").to_owned();
    }
    for attachment in list(message, "attachments") {
        let name = text(attachment, "file_name");
        let name = if name.is_empty() { "text.txt" } else { name };
        match text(attachment, "extracted_content") {
            "" => files::missing(name, &mut read, found),
            content => read.files.extend(found.file(name, content.as_bytes())?),
        }
    }
    for file in list(message, "files") {
        let (id, name) = (text(file, "file_uuid"), text(file, "file_name"));
        if !id.is_empty() || !name.is_empty() {
            package.put(id, name, &mut read, found)?;
        }
    }
    Ok(Some(read))
}

/// Its words, with the addresses that they rest on.
fn cited(block: &Value) -> String {
    let mut said = text(block, "text").to_owned();
    for citation in list(block, "citations").iter().take(50) {
        let details = citation.get("details").unwrap_or(citation);
        let url = text(details, "url");
        if url.starts_with("https://") || url.starts_with("http://") {
            said.push_str(&format!(" [{}](<{}>)", host(url), url.replace(['<', '>', '\n'], "")));
        }
    }
    said
}

fn host(url: &str) -> &str {
    let rest = url.split("://").nth(1).unwrap_or(url);
    rest.split('/').next().unwrap_or(rest)
}

pub(super) fn project(value: &Value, found: &mut Found) -> Result<(), Problem> {
    let mut parameters = Map::new();
    let prompt = text(value, "prompt_template");
    if !prompt.trim().is_empty() {
        parameters.insert("system".to_owned(), json!(prompt));
    }
    let mut files = Vec::new();
    for document in list(value, "docs") {
        let content = text(document, "content");
        if !content.is_empty() {
            files.extend(found.file(text(document, "filename"), content.as_bytes())?);
        }
    }
    let project = ArchivedProject {
        key: format!("claude:{}", text(value, "uuid")),
        name: text(value, "name").chars().take(120).collect(),
        parameters,
        created_at: time(value, "created_at").unwrap_or_default(),
        files,
        ..ArchivedProject::default()
    };
    found.project(ImportSource::Claude, project)
}
