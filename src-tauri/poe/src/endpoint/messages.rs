//! `/v1/messages`: requests and answers turned from and into those of chat completions.

use serde_json::{Map, Value, json};

use super::{Seen, arguments, call, delta};
use crate::json::count;
use crate::message::{Content, Message, Part, Role};
use crate::request::ChatRequest;
use crate::said;
use crate::tool::{Tool, ToolCall, ToolChoice};

/// The endpoint demands a limit. Where none is known, every model gives this much.
const MAX_TOKENS: u32 = 4_096;

/// More marks than this are refused.
const MOST_MARKS: usize = 4;

pub(super) fn body(request: &ChatRequest) -> Value {
    let mut body = request.parameters.clone();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("model", request.model.as_str().into());
    set("max_tokens", request.max_tokens.or(request.most_tokens).unwrap_or(MAX_TOKENS).into());
    set("stream", request.stream.into());
    let is_system = |message: &&Message| message.role == Role::System;
    let system = request.messages.iter().filter(is_system);
    let system: Vec<_> = system.map(|message| message.content.text()).collect();
    let marks = marks(request);
    if !system.is_empty() {
        let text = system.join("\n\n");
        let marked = marks.iter().any(|at| request.messages[*at].role == Role::System);
        set(
            "system",
            if marked { json!([marked_block(json!({ "type": "text", "text": text }))]) } else { text.into() },
        );
    }
    set("messages", turns(&request.messages, &marks).into());
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

/// The marks that are sent: of messages that there are, and the last ones.
fn marks(request: &ChatRequest) -> Vec<usize> {
    let mut marks: Vec<usize> =
        request.cache_marks.iter().copied().filter(|at| *at < request.messages.len()).collect();
    marks.sort_unstable();
    marks.dedup();
    marks.split_off(marks.len().saturating_sub(MOST_MARKS))
}

fn marked_block(mut block: Value) -> Value {
    block["cache_control"] = json!({ "type": "ephemeral" });
    block
}

/// Marks stand on blocks, and on none without words.
fn mark(content: &mut Value) {
    if let Value::String(text) = content {
        *content = json!([{ "type": "text", "text": text }]);
    }
    let blocks = content.as_array_mut().into_iter().flatten();
    if let Some(last) = blocks.filter(|block| block["text"] != "").last() {
        *last = marked_block(last.take());
    }
}

/// Person and model take turns: what tools answered is said by the person, and all answers to one message together.
fn turns(messages: &[Message], marks: &[usize]) -> Vec<Value> {
    let mut turns: Vec<Value> = Vec::new();
    let mut answers_tools = false;
    for (at, message) in messages.iter().enumerate().filter(|(_, message)| message.role != Role::System) {
        if message.role == Role::Tool {
            let result = json!({
                "type": "tool_result", "tool_use_id": message.tool_call_id, "content": parts(&message.content),
            });
            match turns.last_mut().and_then(|turn| turn["content"].as_array_mut()) {
                Some(results) if answers_tools => results.push(result),
                _ => turns.push(json!({ "role": "user", "content": [result] })),
            }
        } else {
            let role = if message.role == Role::Assistant { "assistant" } else { "user" };
            turns.push(json!({ "role": role, "content": content(message) }));
        }
        answers_tools = message.role == Role::Tool;
        if let Some(turn) = turns.last_mut().filter(|_| marks.contains(&at)) {
            mark(&mut turn["content"]);
        }
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

/// What is read from the cache and written to it is counted beside `input_tokens` here; elsewhere the question's tokens are
/// the whole of it. So is the sum, where Poe adds one of its own.
pub(super) fn tokens(usage: &Value) -> Value {
    if !usage.is_object() {
        return Value::Null;
    }
    let (read, written) =
        (count(&usage["cache_read_input_tokens"]), count(&usage["cache_creation_input_tokens"]));
    let prompt = count(&usage["input_tokens"]).map(|input| input + read.unwrap_or(0) + written.unwrap_or(0));
    let sum = prompt.zip(count(&usage["output_tokens"])).map(|(prompt, answer)| prompt + answer);
    let told = count(&usage["total_tokens"]);
    json!({
        "prompt_tokens": prompt, "completion_tokens": usage["output_tokens"],
        "total_tokens": told.map(|told| sum.unwrap_or(told)),
        "prompt_tokens_details": { "cached_tokens": read, "cache_written_tokens": written },
    })
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
