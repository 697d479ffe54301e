//! Which address a model answers at. Nearly all do at chat completions; a few list only `/v1/responses` or `/v1/messages`.
//! Their requests and answers are turned from and into those of chat completions here, so that nothing else knows.

use serde_json::{Value, json};

use crate::message::{Content, Message, Part, Role};
use crate::tool::{Tool, ToolChoice};
use crate::{ChatRequest, Model};

/// Where a chat request goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/v1/chat/completions`
    #[default]
    Chat,
    /// `/v1/responses` ([reference](https://creator.poe.com/api-reference/createResponse))
    Responses,
    /// `/v1/messages` ([reference](https://creator.poe.com/api-reference/createMessage)); Claude only.
    Messages,
}

/// `/v1/messages` demands a limit.
const MAX_TOKENS: u32 = 4_096;

impl Endpoint {
    /// Chat completions, unless the model lists another one and not that. A model that lists none, or only one for media,
    /// answers at chat completions too.
    pub fn of(model: &Model) -> Endpoint {
        let lists = |name: &str| {
            model
                .endpoints
                .iter()
                .any(|path| path.trim_start_matches("/v1") == name)
        };
        if lists("/chat/completions") {
            Endpoint::Chat
        } else if lists("/responses") {
            Endpoint::Responses
        } else if lists("/messages") {
            Endpoint::Messages
        } else {
            Endpoint::Chat
        }
    }

    pub(crate) fn path(self) -> &'static str {
        match self {
            Endpoint::Chat => "/chat/completions",
            Endpoint::Responses => "/responses",
            Endpoint::Messages => "/messages",
        }
    }

    /// The whole answer, as a chat completion.
    pub(crate) fn completion(self, body: &[u8]) -> Option<Vec<u8>> {
        let value: Value = match self {
            Endpoint::Chat => return None,
            _ => serde_json::from_slice(body).ok()?,
        };
        if value.get("error").is_some_and(|error| !error.is_null()) {
            return None;
        }
        let (message, finish, usage) = match self {
            Endpoint::Responses => (message_of(&value), finish_of(&value), tokens(&value["usage"])),
            _ => (
                claude_message(&value),
                claude_finish(&value["stop_reason"]),
                tokens(&value["usage"]),
            ),
        };
        let choices = match value["output"].as_array().or_else(|| value["content"].as_array()) {
            Some(_) => json!([{ "index": 0, "message": message, "finish_reason": finish }]),
            None => json!([]),
        };
        let completion = json!({ "model": value["model"], "choices": choices, "usage": usage });
        Some(completion.to_string().into_bytes())
    }
}

/// The body for `/v1/responses`. System text goes into `input`: Poe ignores `instructions`.
pub(crate) fn responses_body(request: &ChatRequest) -> Value {
    let mut body = request.parameters.clone();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("model", request.model.as_str().into());
    set("input", request.messages.iter().flat_map(items).collect());
    set("stream", request.stream.into());
    if let Some(most) = request.max_tokens {
        set("max_output_tokens", most.into());
    }
    for (name, value) in [("temperature", request.temperature), ("top_p", request.top_p)] {
        if let Some(value) = value {
            set(name, value.into());
        }
    }
    if let Some(effort) = &request.reasoning_effort {
        set("reasoning", json!({ "effort": effort }));
    }
    if !request.tools.is_empty() {
        let tool = |tool: &Tool| {
            json!({ "type": "function", "name": tool.name, "description": tool.description,
                    "parameters": tool.parameters })
        };
        set("tools", request.tools.iter().map(tool).collect());
        match &request.tool_choice {
            Some(ToolChoice::Function(name)) => {
                set("tool_choice", json!({ "type": "function", "name": name }));
            }
            Some(choice) => {
                set("tool_choice", choice.to_json());
            }
            None => {}
        }
    }
    Value::Object(body)
}

fn items(message: &Message) -> Vec<Value> {
    if message.role == Role::Tool {
        return vec![
            json!({ "type": "function_call_output", "call_id": message.tool_call_id,
                            "output": message.content.text() }),
        ];
    }
    let text_type = match message.role {
        Role::Assistant => "output_text",
        _ => "input_text",
    };
    let part = |part: &Part| match part {
        Part::Text(text) => json!({ "type": text_type, "text": text }),
        Part::Image { url, detail } => json!({
            "type": "input_image", "image_url": url, "detail": detail.map_or("auto", |detail| detail.as_str()),
        }),
        Part::File { name, data } => json!({ "type": "input_file", "filename": name, "file_data": data }),
    };
    let content: Value = match &message.content {
        Content::Text(text) => text.as_str().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    };
    let mut items = Vec::new();
    if !message.content.is_blank() || message.tool_calls.is_empty() {
        items.push(json!({ "role": message.role.as_str(), "content": content }));
    }
    items.extend(message.tool_calls.iter().map(|call| {
        json!({ "type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments })
    }));
    items
}

/// The body for `/v1/messages`: text, pictures and no tools, since every model there answers at chat completions too.
pub(crate) fn messages_body(request: &ChatRequest) -> Value {
    let mut body = request.parameters.clone();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("model", request.model.as_str().into());
    set("max_tokens", request.max_tokens.unwrap_or(MAX_TOKENS).into());
    set("stream", request.stream.into());
    let is_system = |message: &&Message| message.role == Role::System;
    let system: Vec<_> = request
        .messages
        .iter()
        .filter(is_system)
        .map(|message| message.content.text())
        .collect();
    if !system.is_empty() {
        set("system", system.join("\n\n").into());
    }
    let part = |part: &Part| match part {
        Part::Text(text) => json!({ "type": "text", "text": text }),
        other => {
            let url = other.url().unwrap_or_default();
            let source = match url
                .strip_prefix("data:")
                .and_then(|data| data.split_once(";base64,"))
            {
                Some((media_type, data)) => {
                    json!({ "type": "base64", "media_type": media_type, "data": data })
                }
                None => json!({ "type": "url", "url": url }),
            };
            let type_ = if matches!(other, Part::Image { .. }) {
                "image"
            } else {
                "document"
            };
            json!({ "type": type_, "source": source })
        }
    };
    let message = |message: &Message| {
        let content: Value = match &message.content {
            Content::Text(text) => text.as_str().into(),
            Content::Parts(parts) => parts.iter().map(part).collect(),
        };
        let role = if message.role == Role::Assistant {
            "assistant"
        } else {
            "user"
        };
        json!({ "role": role, "content": content })
    };
    set(
        "messages",
        request
            .messages
            .iter()
            .filter(|m| m.role != Role::System)
            .map(message)
            .collect(),
    );
    // The range is 0 to 1 here.
    if let Some(temperature) = request.temperature {
        set("temperature", temperature.min(1.0).into());
    }
    if let Some(top_p) = request.top_p {
        set("top_p", top_p.into());
    }
    if !request.stop.is_empty() {
        set("stop_sequences", request.stop.as_slice().into());
    }
    Value::Object(body)
}

/// Turns the events of a stream into those of a chat completion.
#[derive(Debug, Default)]
pub(crate) struct Translator {
    endpoint: Endpoint,
    has_text: bool,
}

impl Translator {
    pub(crate) fn new(endpoint: Endpoint) -> Translator {
        Translator {
            endpoint,
            has_text: false,
        }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// The data of the chunks that say the same; `None`: the event is one already, or can't be read, which is for the
    /// reader of chunks to judge.
    pub(crate) fn translate(&mut self, data: &str) -> Option<Vec<String>> {
        let chunks = match self.endpoint {
            Endpoint::Chat => return None,
            Endpoint::Responses => self.of_responses(&serde_json::from_str(data).ok()?),
            Endpoint::Messages => self.of_messages(&serde_json::from_str(data).ok()?),
        };
        let text = |chunk: Value| chunk.as_str().map_or_else(|| chunk.to_string(), str::to_owned);
        Some(chunks.into_iter().map(text).collect())
    }

    fn of_responses(&mut self, value: &Value) -> Vec<Value> {
        let response = &value["response"];
        match value["type"].as_str().unwrap_or_default() {
            "response.created" => vec![json!({ "model": response["model"], "choices": [] })],
            "response.output_text.delta" | "response.refusal.delta" => {
                self.has_text = true;
                vec![delta(json!({ "content": value["delta"] }))]
            }
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                vec![delta(json!({ "reasoning_content": value["delta"] }))]
            }
            "response.output_item.added" if value["item"]["type"] == "function_call" => {
                let item = &value["item"];
                vec![call(&value["output_index"], &item["call_id"], &item["name"])]
            }
            "response.function_call_arguments.delta" => {
                vec![arguments(&value["output_index"], &value["delta"])]
            }
            "response.completed" | "response.incomplete" => {
                let mut last = delta(json!({}));
                if !self.has_text {
                    last["choices"][0]["delta"]["content"] = message_of(response)["content"].clone();
                }
                last["choices"][0]["finish_reason"] = finish_of(response).into();
                last["usage"] = tokens(&response["usage"]);
                vec![last, "[DONE]".into()]
            }
            "response.failed" => vec![json!({ "error": response["error"] })],
            "error" => vec![json!({ "error": value.get("error").unwrap_or(value) })],
            _ => Vec::new(),
        }
    }

    fn of_messages(&mut self, value: &Value) -> Vec<Value> {
        let part = &value["delta"];
        match value["type"].as_str().unwrap_or_default() {
            "message_start" => vec![json!({ "model": value["message"]["model"], "choices": [] })],
            "content_block_start" if value["content_block"]["type"] == "tool_use" => {
                let block = &value["content_block"];
                vec![call(&value["index"], &block["id"], &block["name"])]
            }
            "content_block_delta" => match part["type"].as_str().unwrap_or_default() {
                "text_delta" => vec![delta(json!({ "content": part["text"] }))],
                "thinking_delta" => vec![delta(json!({ "reasoning_content": part["thinking"] }))],
                "input_json_delta" => vec![arguments(&value["index"], &part["partial_json"])],
                _ => Vec::new(),
            },
            "message_delta" => {
                let mut last = delta(json!({}));
                last["choices"][0]["finish_reason"] = claude_finish(&part["stop_reason"]).into();
                last["usage"] = tokens(&value["usage"]);
                vec![last]
            }
            "message_stop" => vec!["[DONE]".into()],
            "error" => vec![json!({ "error": value["error"] })],
            _ => Vec::new(),
        }
    }
}

fn delta(delta: Value) -> Value {
    json!({ "choices": [{ "index": 0, "delta": delta }] })
}

fn call(index: &Value, id: &Value, name: &Value) -> Value {
    delta(
        json!({ "tool_calls": [{ "index": index, "id": id, "function": { "name": name, "arguments": "" } }] }),
    )
}

fn arguments(index: &Value, piece: &Value) -> Value {
    delta(json!({ "tool_calls": [{ "index": index, "function": { "arguments": piece } }] }))
}

/// Joined from the items: `output_text`, which the reference shows, never came. Some parts of text have no text.
fn message_of(response: &Value) -> Value {
    let (mut text, mut reasoning, mut calls) = (String::new(), String::new(), Vec::new());
    for item in response["output"].as_array().into_iter().flatten() {
        let texts = |name: &str| -> String {
            let parts = item[name].as_array().into_iter().flatten();
            parts
                .filter_map(|part| part["text"].as_str().or_else(|| part["refusal"].as_str()))
                .collect()
        };
        match item["type"].as_str().unwrap_or_default() {
            "message" => text += &texts("content"),
            "reasoning" => reasoning += &(texts("summary") + &texts("content")),
            "function_call" => calls.push(json!({
                "id": item["call_id"], "function": { "name": item["name"], "arguments": item["arguments"] },
            })),
            _ => {}
        }
    }
    json!({ "content": text, "reasoning_content": reasoning, "tool_calls": calls })
}

fn finish_of(response: &Value) -> &'static str {
    let has_call = |item: &Value| item["type"] == "function_call";
    match response["incomplete_details"]["reason"].as_str() {
        Some("content_filter") => "content_filter",
        Some(_) => "length",
        None if response["output"]
            .as_array()
            .is_some_and(|items| items.iter().any(has_call)) =>
        {
            "tool_calls"
        }
        None => "stop",
    }
}

fn claude_message(value: &Value) -> Value {
    let blocks = || value["content"].as_array().into_iter().flatten();
    let texts = |name: &str| -> String { blocks().filter_map(|block| block[name].as_str()).collect() };
    let calls: Vec<Value> = blocks()
        .filter(|block| block["type"] == "tool_use")
        .map(|block| json!({ "id": block["id"], "function": { "name": block["name"], "arguments": block["input"] } }))
        .collect();
    json!({ "content": texts("text"), "reasoning_content": texts("thinking"), "tool_calls": calls })
}

fn claude_finish(reason: &Value) -> &str {
    match reason.as_str().unwrap_or("end_turn") {
        "end_turn" | "stop_sequence" => "stop",
        "max_tokens" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        other => other,
    }
}

/// Both endpoints count `input_tokens` and `output_tokens`.
fn tokens(usage: &Value) -> Value {
    if !usage.is_object() {
        return Value::Null;
    }
    json!({
        "prompt_tokens": usage["input_tokens"], "completion_tokens": usage["output_tokens"],
        "total_tokens": usage["total_tokens"],
        "completion_tokens_details": { "reasoning_tokens": usage["output_tokens_details"]["reasoning_tokens"] },
        "prompt_tokens_details": { "cached_tokens": usage["input_tokens_details"]["cached_tokens"] },
    })
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
