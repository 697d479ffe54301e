//! Real replies, served again: the request is found by its model and messages.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::completion::{Completion, Identity};
use super::http::Request;
use super::reply::Reply;

pub(super) struct Recordings {
    models: Value,
    /// `{request: {body}, response: {status, headers, body}}` each.
    chats: Vec<Value>,
}

impl Recordings {
    pub(super) fn read(folder: &Path) -> io::Result<Recordings> {
        let chats: Value = serde_json::from_slice(&std::fs::read(folder.join("chat-completions.json"))?)?;
        let Value::Array(chats) = chats else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "chat-completions.json holds no list"));
        };
        Ok(Recordings { models: serde_json::from_slice(&std::fs::read(folder.join("models.json"))?)?, chats })
    }

    pub(super) fn models(&self) -> Value {
        self.models.clone()
    }

    pub(super) fn chat(&self, request: &Request) -> Reply {
        let Ok(asked) = serde_json::from_slice::<Value>(&request.body) else {
            return Reply::error(400, "Invalid JSON", "invalid_request_error", None);
        };
        let Some(response) = self.find(&asked) else {
            return Reply::error(404, "No recording of this request", "not_found_error", None);
        };
        let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
        let body = &response["body"];
        let streamed = asked["stream"] == true && status == 200;
        let mut reply = match body["choices"].get(0) {
            Some(choice) if streamed => {
                let usage = asked["stream_options"]["include_usage"] == true;
                let identity = Identity::new(asked["model"].as_str().unwrap_or_default());
                completion(choice, &body["usage"]).stream(&identity, usage, None)
            }
            _ => Reply::json(status, body.clone()),
        };
        for (name, value) in response["headers"].as_object().into_iter().flatten() {
            let framing =
                ["content-encoding", "content-length", "transfer-encoding", "connection", "alt-svc"];
            let ours = streamed && name == "content-type";
            if !framing.contains(&name.as_str()) && !ours {
                reply = reply.header(name, value.as_str().unwrap_or_default());
            }
        }
        reply
    }

    /// The same model and messages were recorded with and without tools: the one that agrees in more is meant.
    fn find(&self, asked: &Value) -> Option<&Value> {
        let agrees = |chat: &&Value, name: &str| chat["request"]["body"][name] == asked[name];
        self.chats
            .iter()
            .filter(|chat| agrees(chat, "model") && agrees(chat, "messages"))
            .max_by_key(|chat| {
                let fields = ["tools", "tool_choice", "reasoning_effort", "response_format"];
                fields.iter().filter(|name| agrees(chat, name)).count()
            })
            .map(|chat| &chat["response"])
    }
}

fn completion(choice: &Value, usage: &Value) -> Completion {
    let message = &choice["message"];
    let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
    Completion {
        text: text("content"),
        reasoning: text("reasoning_content"),
        tool_calls: message["tool_calls"].as_array().cloned().unwrap_or_default(),
        searches: Vec::new(),
        annotations: Vec::new(),
        finish: choice["finish_reason"].as_str().unwrap_or("stop").to_owned(),
        usage: if usage.is_null() { json!({}) } else { usage.clone() },
    }
}
