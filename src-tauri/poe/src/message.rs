//! What a conversation is made of: messages with text, pictures, files, tool calls and the answers of tools.
//!
//! Reasoning has no place here: Poe's back ends refuse it in a history, so it is never sent back.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use crate::tool::ToolCall;

/// One message of the conversation. Serializes as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What it says, verbatim. Of an assistant that only called tools it is empty.
    pub content: Content,
    /// Of an assistant: the tools that it called. Send them back whole, [`ToolCall::extra_content`] included.
    pub tool_calls: Vec<ToolCall>,
    /// Of a tool: the call that it answers.
    pub tool_call_id: Option<String>,
}

impl Message {
    /// Instructions to the model.
    pub fn system(content: impl Into<Content>) -> Message {
        Message::new(Role::System, content.into())
    }

    /// The person's words, pictures and files.
    pub fn user(content: impl Into<Content>) -> Message {
        Message::new(Role::User, content.into())
    }

    /// An earlier answer, without its reasoning.
    pub fn assistant(content: impl Into<Content>) -> Message {
        Message::new(Role::Assistant, content.into())
    }

    /// An earlier answer that called tools; each call needs a [`Message::tool`] after it.
    pub fn tool_calls(content: impl Into<Content>, calls: Vec<ToolCall>) -> Message {
        Message { tool_calls: calls, ..Message::assistant(content) }
    }

    /// What a tool answered to the call with this id.
    pub fn tool(call_id: impl Into<String>, content: impl Into<Content>) -> Message {
        Message { tool_call_id: Some(call_id.into()), ..Message::new(Role::Tool, content.into()) }
    }

    fn new(role: Role, content: Content) -> Message {
        Message { role, content, tool_calls: Vec::new(), tool_call_id: None }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({ "role": self.role.as_str(), "content": self.content.to_json() });
        if !self.tool_calls.is_empty() {
            json["tool_calls"] = self.tool_calls.iter().map(ToolCall::to_json).collect();
        }
        if let Some(id) = &self.tool_call_id {
            json["tool_call_id"] = id.as_str().into();
        }
        json
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// A tool that the model called.
    Tool,
}

impl Role {
    /// `system`, `user`, `assistant` or `tool`.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
        }
    }
}

/// What a message says: words, or parts of which some may be pictures and files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Words alone; sent as a string.
    Text(String),
    /// Sent as an array.
    Parts(Vec<Part>),
}

impl Content {
    /// The words, one part after another, each on a line of its own.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Content::Text(text) => Cow::Borrowed(text),
            Content::Parts(parts) => {
                let texts: Vec<&str> = parts.iter().filter_map(Part::as_text).collect();
                Cow::Owned(texts.join("\n"))
            }
        }
    }

    /// The pictures and files.
    pub fn attachments(&self) -> impl Iterator<Item = &Part> {
        let parts: &[Part] = match self {
            Content::Text(_) => &[],
            Content::Parts(parts) => parts,
        };
        parts.iter().filter(|part| part.as_text().is_none())
    }

    /// Nothing but blanks, and no attachment.
    pub fn is_blank(&self) -> bool {
        self.text().trim().is_empty() && self.attachments().next().is_none()
    }

    fn to_json(&self) -> Value {
        match self {
            Content::Text(text) => text.as_str().into(),
            Content::Parts(parts) => parts.iter().map(Part::to_json).collect(),
        }
    }
}

impl From<String> for Content {
    fn from(text: String) -> Content {
        Content::Text(text)
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Content {
        Content::Text(text.to_owned())
    }
}

impl From<&String> for Content {
    fn from(text: &String) -> Content {
        Content::Text(text.clone())
    }
}

impl From<Vec<Part>> for Content {
    fn from(parts: Vec<Part>) -> Content {
        Content::Parts(parts)
    }
}

/// A part of a message
/// ([documentation](https://creator.poe.com/docs/external-applications/openai-compatible-api)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A picture.
    Image {
        /// `data:image/png;base64,…` or `https://…`.
        url: String,
        /// How closely the model looks; `None` leaves it to Poe.
        detail: Option<Detail>,
    },
    /// A PDF, sound or film.
    File {
        /// The name that the model sees.
        name: String,
        /// `data:application/pdf;base64,…`; Poe documents no other form.
        data: String,
    },
}

impl Part {
    /// Words.
    pub fn text(text: impl Into<String>) -> Part {
        Part::Text(text.into())
    }

    /// A picture on the web.
    pub fn image_url(url: impl Into<String>) -> Part {
        Part::Image { url: url.into(), detail: None }
    }

    /// A picture from its bytes; `media_type` such as `image/png`.
    pub fn image(media_type: &str, bytes: &[u8]) -> Part {
        Part::image_url(data_url(media_type, bytes))
    }

    /// A file from its bytes; `media_type` such as `application/pdf`, `audio/mp3`, `video/mp4`.
    pub fn file(name: impl Into<String>, media_type: &str, bytes: &[u8]) -> Part {
        Part::File { name: name.into(), data: data_url(media_type, bytes) }
    }

    /// The words of a text part.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Part::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Where a picture or file comes from.
    pub fn url(&self) -> Option<&str> {
        match self {
            Part::Text(_) => None,
            Part::Image { url, .. } => Some(url),
            Part::File { data, .. } => Some(data),
        }
    }

    /// Which of the kinds in [`Model::input_modalities`](crate::Model::input_modalities) a model must take to read this
    /// part. A PDF has none: Poe turns it into text for the model.
    pub fn modality(&self) -> Option<&'static str> {
        match self {
            Part::Text(_) => Some("text"),
            Part::Image { .. } => Some("image"),
            Part::File { data, .. } => ["image", "audio", "video"]
                .into_iter()
                .find(|kind| data.strip_prefix("data:").is_some_and(|rest| rest.starts_with(kind))),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Part::Text(text) => json!({ "type": "text", "text": text }),
            Part::Image { url, detail } => {
                let mut image = json!({ "url": url });
                if let Some(detail) = detail {
                    image["detail"] = detail.as_str().into();
                }
                json!({ "type": "image_url", "image_url": image })
            }
            Part::File { name, data } => {
                json!({ "type": "file", "file": { "filename": name, "file_data": data } })
            }
        }
    }
}

/// How closely a model looks at a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// As the model likes.
    Auto,
    /// Small and cheap.
    Low,
    /// In full.
    High,
}

impl Detail {
    /// `auto`, `low` or `high`.
    pub fn as_str(self) -> &'static str {
        match self {
            Detail::Auto => "auto",
            Detail::Low => "low",
            Detail::High => "high",
        }
    }
}

fn data_url(media_type: &str, bytes: &[u8]) -> String {
    let mut url = format!("data:{media_type};base64,");
    STANDARD.encode_string(bytes, &mut url);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_the_wire() {
        fn check(message: Message, expected: Value) {
            assert_eq!(serde_json::to_value(message).unwrap(), expected);
        }
        check(Message::user("hi"), json!({"role": "user", "content": "hi"}));
        check(
            Message::user(vec![Part::text("What is it?"), Part::image("image/png", b"\x89PNG")]),
            json!({"role": "user", "content": [
                {"type": "text", "text": "What is it?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}
            ]}),
        );
        check(
            Message::user(vec![Part::Image {
                url: "https://x.example/a.png".to_owned(),
                detail: Some(Detail::Low),
            }]),
            json!({"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "https://x.example/a.png", "detail": "low"}}
            ]}),
        );
        check(
            Message::user(vec![Part::file("a.pdf", "application/pdf", b"%PDF")]),
            json!({"role": "user", "content": [
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}}
            ]}),
        );
        let call = ToolCall {
            id: "getWeather:0".to_owned(),
            name: "getWeather".to_owned(),
            arguments: "{\"a\": 1}".to_owned(),
            extra_content: Some(json!({"google": {"thought_signature": "CiQB=="}})),
        };
        check(
            Message::tool_calls("", vec![call]),
            json!({"role": "assistant", "content": "", "tool_calls": [{
                "id": "getWeather:0", "type": "function",
                "function": {"name": "getWeather", "arguments": "{\"a\": 1}"},
                "extra_content": {"google": {"thought_signature": "CiQB=="}}
            }]}),
        );
        check(
            Message::tool("getWeather:0", "sunny"),
            json!({"role": "tool", "content": "sunny", "tool_call_id": "getWeather:0"}),
        );
    }

    #[test]
    fn what_a_model_must_take() {
        fn check(part: Part, expected: Option<&str>) {
            assert_eq!(part.modality(), expected, "{part:?}");
        }
        check(Part::text("x"), Some("text"));
        check(Part::image_url("https://x.example/a"), Some("image"));
        check(Part::file("a.pdf", "application/pdf", b""), None);
        check(Part::file("a.mp3", "audio/mp3", b""), Some("audio"));
        check(Part::file("a.mp4", "video/mp4", b""), Some("video"));
    }

    #[test]
    fn what_counts_as_a_blank_message() {
        fn check(content: impl Into<Content>, expected: bool) {
            let content = content.into();
            assert_eq!(content.is_blank(), expected, "{content:?}");
        }
        check(" \n", true);
        check("x", false);
        check(vec![], true);
        check(vec![Part::text(" ")], true);
        check(vec![Part::text(" "), Part::image_url("https://x.example/a")], false);
    }
}
