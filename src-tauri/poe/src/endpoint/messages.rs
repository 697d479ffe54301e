//! `/v1/messages`: requests and answers turned from and into those of chat completions.

use serde_json::{Map, Value, json};

use super::{Seen, arguments, call, delta, tokens};
use crate::message::{Content, Message, Part, Role};
use crate::request::ChatRequest;
use crate::said;
use crate::tool::{Tool, ToolCall, ToolChoice};

/// The endpoint demands a limit.
const MAX_TOKENS: u32 = 4_096;

pub(super) fn body(request: &ChatRequest) -> Value {
    let mut body = request.parameters.clone();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("model", request.model.as_str().into());
    set("max_tokens", request.max_tokens.unwrap_or(MAX_TOKENS).into());
    set("stream", request.stream.into());
    let is_system = |message: &&Message| message.role == Role::System;
    let system = request.messages.iter().filter(is_system);
    let system: Vec<_> = system.map(|message| message.content.text()).collect();
    if !system.is_empty() {
        set("system", system.join("\n\n").into());
    }
    set("messages", turns(&request.messages).into());
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
    if !request.tools.is_empty() {
        set("tools", request.tools.iter().map(tool).collect());
        if let Some(wanted) = &request.tool_choice {
            set("tool_choice", choice(wanted));
        }
    }
    Value::Object(body)
}

fn tool(tool: &Tool) -> Value {
    json!({ "name": tool.name, "description": tool.description, "input_schema": tool.parameters })
}

fn choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!({ "type": "auto" }),
        ToolChoice::None => json!({ "type": "none" }),
        ToolChoice::Required => json!({ "type": "any" }),
        ToolChoice::Function(name) => json!({ "type": "tool", "name": name }),
    }
}

/// Person and model take turns: what tools answered is said by the person, and all answers to one message together.
fn turns(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<Value> = Vec::new();
    let mut answers_tools = false;
    for message in messages.iter().filter(|message| message.role != Role::System) {
        if message.role != Role::Tool {
            let role = match message.role {
                Role::Assistant => "assistant",
                _ => "user",
            };
            turns.push(json!({ "role": role, "content": content(message) }));
            answers_tools = false;
            continue;
        }
        let result = json!({
            "type": "tool_result", "tool_use_id": message.tool_call_id, "content": parts(&message.content),
        });
        match turns.last_mut().and_then(|turn| turn["content"].as_array_mut()) {
            Some(results) if answers_tools => results.push(result),
            _ => turns.push(json!({ "role": "user", "content": [result] })),
        }
        answers_tools = true;
    }
    turns
}

fn content(message: &Message) -> Value {
    if message.tool_calls.is_empty() {
        return parts(&message.content);
    }
    // An empty text is refused.
    let mut blocks = match &message.content {
        _ if message.content.is_blank() => Vec::new(),
        Content::Text(text) => vec![json!({ "type": "text", "text": text })],
        Content::Parts(parts) => parts.iter().map(part).collect(),
    };
    blocks.extend(message.tool_calls.iter().map(tool_use));
    blocks.into()
}

fn tool_use(call: &ToolCall) -> Value {
    // The input is an object, whatever the model had written.
    let input = match serde_json::from_str(&call.arguments) {
        Ok(Value::Object(input)) => input,
        _ if call.arguments.trim().is_empty() => Map::new(),
        _ => Map::from_iter([("arguments".to_owned(), call.arguments.as_str().into())]),
    };
    json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
}

fn parts(content: &Content) -> Value {
    match content {
        Content::Text(text) => text.as_str().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    }
}

fn part(part: &Part) -> Value {
    let Some(url) = part.url() else {
        return json!({ "type": "text", "text": part.as_text() });
    };
    let encoded = url.strip_prefix("data:").and_then(|data| data.split_once(";base64,"));
    let source = match encoded {
        Some((media_type, data)) => json!({ "type": "base64", "media_type": media_type, "data": data }),
        None => json!({ "type": "url", "url": url }),
    };
    let kind = match part {
        Part::Image { .. } => "image",
        _ => "document",
    };
    json!({ "type": kind, "source": source })
}

/// The chunks that say the same as an event.
pub(super) fn chunks(seen: &mut Seen, value: &Value) -> Vec<Value> {
    let part = &value["delta"];
    match value["type"].as_str().unwrap_or_default() {
        "message_start" => {
            seen.count(&value["message"]["usage"]);
            vec![json!({ "model": value["message"]["model"], "choices": [] })]
        }
        "content_block_start" if value["content_block"]["type"] == "tool_use" => {
            let block = &value["content_block"];
            let at = seen.call(&value["index"]);
            let mut chunks = vec![call(at, &block["id"], &block["name"])];
            // Usually empty, and the pieces follow.
            if block["input"].as_object().is_some_and(|input| !input.is_empty()) {
                chunks.push(arguments(at, &block["input"].to_string().into()));
            }
            chunks
        }
        "content_block_delta" => match part["type"].as_str().unwrap_or_default() {
            "text_delta" => vec![delta(json!({ "content": part["text"] }))],
            "thinking_delta" => vec![delta(json!({ "reasoning_content": part["thinking"] }))],
            "input_json_delta" => vec![arguments(seen.call(&value["index"]), &part["partial_json"])],
            _ => Vec::new(),
        },
        "message_delta" => {
            seen.count(&value["usage"]);
            let mut last = delta(json!({}));
            if part["stop_reason"].is_string() {
                last["choices"][0]["finish_reason"] = finish_of(&part["stop_reason"]).into();
            }
            last["usage"] = tokens(&seen.usage);
            vec![last]
        }
        "message_stop" => vec!["[DONE]".into()],
        _ if said::is_failure(value) => vec![value.clone()],
        _ => Vec::new(),
    }
}

pub(super) fn message_of(value: &Value) -> Value {
    let blocks = || value["content"].as_array().into_iter().flatten();
    let texts = |name: &str| -> String { blocks().filter_map(|block| block[name].as_str()).collect() };
    let calls: Vec<Value> = blocks()
        .filter(|block| block["type"] == "tool_use")
        .map(|block| json!({ "id": block["id"], "function": { "name": block["name"], "arguments": block["input"] } }))
        .collect();
    json!({ "content": texts("text"), "reasoning_content": texts("thinking"), "tool_calls": calls })
}

pub(super) fn finish_of(reason: &Value) -> &str {
    match reason.as_str().unwrap_or("end_turn") {
        "end_turn" | "stop_sequence" => "stop",
        "max_tokens" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        other => other,
    }
}
