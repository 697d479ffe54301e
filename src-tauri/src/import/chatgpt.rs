//! Chats that were exported from ChatGPT: a map of places, each with what it follows, of which one is where the chat was left. What
//! the model did between its words (thoughts, tools) stands in places of its own.

use super::fields::{flag, list, name, number, text, time};
use super::files::Files;
use super::found::Found;
use super::problem::Problem;
use super::tree::{self, Node};
use crate::events::{ImportSource, LeftOutWhy};
use crate::library::{ArchivedChat, ArchivedMessage, MessageState, Role};
use crate::words::archive as words;
use serde_json::{Map, Value, json};

pub(super) fn is_chat(value: &Value) -> bool {
    value.get("mapping").is_some_and(Value::is_object)
}

pub(super) fn read(value: &Value, found: &mut Found, files: &mut Files) -> Result<(), Problem> {
    let own = name(value, "conversation_id").or_else(|| name(value, "id"));
    let title = text(value, "title");
    let created_at = time(value, "create_time").unwrap_or_default();
    let own = own.unwrap_or_else(|| format!("{created_at} {title}"));
    let key = format!("chatgpt:{own}");
    let mut parameters = Map::new();
    let mut nodes = Vec::new();
    let empty = Map::new();
    let mapping = value.get("mapping").and_then(Value::as_object).unwrap_or(&empty);
    if mapping.len() > super::found::MOST_MESSAGES {
        found.leave_out(LeftOutWhy::TooLarge, title);
        return Ok(());
    }
    for (id, place) in in_order(mapping) {
        let message = place.get("message").filter(|message| message.is_object());
        let message = message.map(|it| one(it, &mut parameters, found, files)).transpose()?.flatten();
        let parent = place.get("parent").and_then(Value::as_str).map(str::to_owned);
        nodes.push(Node { key: id.clone(), parent, message });
    }
    let tree = tree::build(&key, nodes, value.get("current_node").and_then(Value::as_str));
    for _ in 0..tree.lost {
        found.leave_out(LeftOutWhy::LostMessage, title);
    }
    let messages = tree::drop_silent(tree::join_answers(tree.messages));
    let chat = ArchivedChat {
        key,
        title: title.to_owned(),
        model: text(value, "default_model_slug").to_owned(),
        parameters,
        created_at,
        updated_at: time(value, "update_time").unwrap_or_default(),
        archived_at: flag(value, "is_archived").then(|| time(value, "update_time").unwrap_or(created_at)),
        messages,
        ..ArchivedChat::default()
    };
    found.chat(ImportSource::ChatGpt, chat)
}

/// A map has no order of its own: those that follow the same place stand as it lists them, the others by their time.
fn in_order(mapping: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut listed = std::collections::HashMap::new();
    for place in mapping.values() {
        for (at, child) in list(place, "children").iter().enumerate() {
            if let Some(child) = child.as_str() {
                listed.entry(child).or_insert(at);
            }
        }
    }
    let mut places: Vec<_> = mapping.iter().collect();
    places.sort_by_key(|(id, place)| {
        let at = place.get("message").and_then(|message| time(message, "create_time"));
        (listed.get(id.as_str()).copied().unwrap_or(usize::MAX), at.unwrap_or_default())
    });
    places
}

/// `None`: it was not for people, or says nothing.
fn one(
    message: &Value,
    parameters: &mut Map<String, Value>,
    found: &mut Found,
    files: &mut Files,
) -> Result<Option<ArchivedMessage>, Problem> {
    let nothing = Value::Null;
    let (author, content, metadata) = (
        message.get("author").unwrap_or(&nothing),
        message.get("content").unwrap_or(&nothing),
        message.get("metadata").unwrap_or(&nothing),
    );
    let role = text(author, "role");
    let kind = text(content, "content_type");
    let is_hidden = flag(metadata, "is_visually_hidden_from_conversation");
    if is_hidden || matches!(kind, "user_editable_context" | "model_editable_context") {
        return Ok(None);
    }
    let at = time(message, "create_time").unwrap_or_default();
    let blank = ArchivedMessage { created_at: at, ..ArchivedMessage::default() };
    match role {
        "system" => {
            let said = said(content);
            if !said.trim().is_empty() && !parameters.contains_key("system") {
                parameters.insert("system".to_owned(), json!(said));
            }
            Ok(None)
        }
        "user" => {
            let mut asked = ArchivedMessage { role: Role::User, text: said(content), ..blank };
            pictures(content, metadata, &mut asked, found, files)?;
            let is_silent = asked.text.trim().is_empty() && asked.files.is_empty();
            Ok((!is_silent).then_some(asked))
        }
        "assistant" | "tool" => {
            let mut answer = ArchivedMessage {
                role: Role::Assistant,
                model: text(metadata, "model_slug").to_owned(),
                ..blank
            };
            match kind {
                "thoughts" => {
                    let thoughts = list(content, "thoughts").iter().map(thought).filter(|it| !it.is_empty());
                    answer.reasoning = thoughts.collect::<Vec<_>>().join("\n\n");
                }
                "reasoning_recap" => {}
                _ if role == "tool" => {
                    pictures(content, metadata, &mut answer, found, files)?;
                }
                _ if !matches!(text(message, "recipient"), "" | "all") => {
                    answer.reasoning = words::used_tool(text(message, "recipient"));
                }
                "code" => answer.text = fenced(text(content, "language"), text(content, "text")),
                _ => {
                    let said = cited(said(content), metadata);
                    if text(message, "channel") == "analysis" {
                        answer.reasoning = said;
                    } else {
                        answer.text = said;
                    }
                    pictures(content, metadata, &mut answer, found, files)?;
                }
            }
            (answer.state, answer.finish) = ended(message, metadata);
            Ok(Some(answer))
        }
        _ => Ok(None),
    }
}

fn thought(thought: &Value) -> String {
    let (summary, content) = (text(thought, "summary"), text(thought, "content"));
    match (summary.is_empty(), content.is_empty()) {
        (false, false) => format!("**{summary}**\n\n{content}"),
        _ => format!("{summary}{content}"),
    }
}

fn fenced(language: &str, code: &str) -> String {
    let language = if language == "unknown" { "" } else { language };
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{code}\n{fence}")
}

fn ended(message: &Value, metadata: &Value) -> (MessageState, Option<String>) {
    let how = metadata.get("finish_details").map(|details| text(details, "type")).unwrap_or_default();
    match (text(message, "status"), how) {
        (_, "max_tokens") => (MessageState::Done, Some("length".to_owned())),
        ("in_progress", _) | (_, "interrupted") => (MessageState::Stopped, None),
        _ => (MessageState::Done, None),
    }
}

/// The words among its parts.
fn said(content: &Value) -> String {
    let parts = list(content, "parts").iter().filter_map(|part| match part {
        Value::String(text) => Some(text.as_str()),
        part => part.get("text").and_then(Value::as_str),
    });
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { text(content, "text").to_owned() } else { parts.join("\n\n") }
}

/// Pictures that stand among its words by their number, and files that it names. Those that are not here are told in its text.
fn pictures(
    content: &Value,
    metadata: &Value,
    message: &mut ArchivedMessage,
    found: &mut Found,
    files: &mut Files,
) -> Result<(), Problem> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for part in list(content, "parts") {
        let pointer = text(part, "asset_pointer");
        let id = pointer.rsplit("://").next().unwrap_or_default();
        if !id.is_empty() {
            wanted.push((id.to_owned(), String::new()));
        }
    }
    for attachment in list(metadata, "attachments") {
        let (id, name) = (text(attachment, "id"), text(attachment, "name"));
        match wanted.iter_mut().find(|(wanted, _)| !id.is_empty() && wanted == id) {
            Some((_, named)) => *named = name.to_owned(),
            None if id.is_empty() && name.is_empty() => {}
            None => wanted.push((id.to_owned(), name.to_owned())),
        }
    }
    for (id, name) in wanted {
        files.put(&id, &name, message, found)?;
    }
    Ok(())
}

/// Marks of citations, which stand for a source that the message tells apart.
fn cited(mut said: String, metadata: &Value) -> String {
    for reference in list(metadata, "content_references").iter().take(1_000) {
        let mark = text(reference, "matched_text");
        if mark.trim().is_empty() || !said.contains(mark) {
            continue;
        }
        let shown = match text(reference, "alt") {
            "" => links(reference),
            alt => alt.to_owned(),
        };
        said = said.replacen(mark, &shown, 1);
    }
    let citations = list(metadata, "citations");
    if !citations.is_empty() && list(metadata, "content_references").is_empty() {
        said = placed(said, citations);
    }
    without_marks(&said)
}

fn links(reference: &Value) -> String {
    let sources = list(reference, "items").iter().chain([reference]);
    let links = sources.filter_map(link).take(8).collect::<Vec<_>>();
    if links.is_empty() { String::new() } else { format!(" ({})", links.join(", ")) }
}

fn link(source: &Value) -> Option<String> {
    let (title, url) = (text(source, "title"), text(source, "url"));
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    let title = title.replace(['[', ']', '\n'], " ");
    is_web.then(|| {
        format!(
            "[{}](<{}>)",
            if title.trim().is_empty() { url } else { title.trim() },
            url.replace(['<', '>', '\n'], "")
        )
    })
}

/// Of the older form: where each begins and ends, in characters.
fn placed(said: String, citations: &[Value]) -> String {
    let mut places: Vec<(usize, usize, String)> = citations
        .iter()
        .take(1_000)
        .filter_map(|citation| {
            let at = |name| number(citation, name).and_then(|at| usize::try_from(at).ok());
            let (start, end) = (at("start_ix")?, at("end_ix")?);
            let source = citation.get("metadata").and_then(link).map(|link| format!(" ({link})"));
            (start < end).then(|| (start, end, source.unwrap_or_default()))
        })
        .collect();
    places.sort_by_key(|(start, ..)| *start);
    let letters: Vec<char> = said.chars().collect();
    let (mut cited, mut done) = (String::with_capacity(said.len()), 0);
    for (start, end, source) in places {
        if start < done || end > letters.len() {
            continue;
        }
        cited.extend(&letters[done..start]);
        cited.push_str(&source);
        done = end;
    }
    cited.extend(&letters[done..]);
    cited
}

/// What is left of marks that nothing explains: from U+E200 to U+E201.
fn without_marks(said: &str) -> String {
    let mut clean = String::with_capacity(said.len());
    let mut rest = said;
    while let Some(start) = rest.find('\u{e200}') {
        clean.push_str(&rest[..start]);
        // One that does not end is taken alone.
        let end = rest[start..].find('\u{e201}').map(|end| start + end + '\u{e201}'.len_utf8());
        rest = &rest[end.unwrap_or(start + '\u{e200}'.len_utf8())..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_citations_become_links_or_go() {
        let metadata = json!({"content_references": [
            {"matched_text": "\u{e200}cite\u{e202}turn0\u{e201}", "alt": "([Sea](https://sea.example))"},
            {"matched_text": "【1†x】", "items": [{"title": "A [b]", "url": "https://a.example"}, {"url": "javascript:1"}]},
        ]});
        let said = "Tides\u{e200}cite\u{e202}turn0\u{e201} rise【1†x】.\u{e200}nav\u{e201} \u{e200}";
        assert_eq!(
            cited(said.to_owned(), &metadata),
            "Tides([Sea](https://sea.example)) rise ([A  b](<https://a.example>)). "
        );
        let older = json!({"citations": [
            {"start_ix": 2, "end_ix": 4, "metadata": {"title": "T", "url": "https://t.example"}},
            {"start_ix": 3, "end_ix": 900}, {"start_ix": -1, "end_ix": "x"}, 7,
        ]});
        assert_eq!(cited("ü:【】.".to_owned(), &older), "ü: ([T](<https://t.example>)).");
    }
}
