//! `/v1/responses`: requests and answers turned from and into those of chat completions.

use serde_json::{Value, json};

use super::{SEARCHES, Seen, arguments, call, delta};
use crate::message::{Content, Message, Part, Role};
use crate::request::ChatRequest;
use crate::said;
use crate::tool::{Tool, ToolChoice};

/// The body for `/v1/responses`. System text goes into `input`: Poe ignores `instructions`.
pub(super) fn body(request: &ChatRequest) -> Value {
    let mut body = request.parameters.clone();
    let declared = body.remove("reasoning_effort");
    let effort = request.reasoning_effort.clone().map(Value::String).or(declared);
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
    if let Some(effort) = effort {
        set("reasoning", json!({ "effort": effort }));
    }
    let tool = |tool: &Tool| {
        json!({ "type": "function", "name": tool.name, "description": tool.description,
                "parameters": tool.parameters })
    };
    let search = request.web_search.then(|| json!({ "type": "web_search_preview" }));
    let tools: Vec<Value> = search.into_iter().chain(request.tools.iter().map(tool)).collect();
    if !tools.is_empty() {
        set("tools", tools.into());
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
        return vec![json!({ "type": "function_call_output", "call_id": message.tool_call_id,
                            "output": message.content.text() })];
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

/// The chunks that say the same as an event.
pub(super) fn chunks(seen: &mut Seen, value: &Value) -> Vec<Value> {
    let response = &value["response"];
    match value["type"].as_str().unwrap_or_default() {
        "response.created" => vec![json!({ "model": response["model"], "choices": [] })],
        "response.output_text.delta" => {
            seen.has_text = true;
            vec![delta(json!({ "content": value["delta"] }))]
        }
        "response.refusal.delta" => {
            seen.has_text = true;
            vec![delta(json!({ "refusal": value["delta"] }))]
        }
        "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
            vec![delta(json!({ "reasoning_content": value["delta"] }))]
        }
        "response.output_item.added" if value["item"]["type"] == "function_call" => {
            let item = &value["item"];
            vec![call(seen.call(&value["output_index"]), &item["call_id"], &item["name"])]
        }
        "response.output_item.done" if value["item"]["type"] == "web_search_call" => {
            seen.has_searched = true;
            vec![delta(json!({ SEARCHES: [query(&value["item"])] }))]
        }
        "response.output_text.annotation.added" => {
            vec![delta(json!({ "annotations": [value["annotation"]] }))]
        }
        "response.function_call_arguments.delta" => {
            vec![arguments(seen.call(&value["output_index"]), &value["delta"])]
        }
        "response.completed" | "response.incomplete" => {
            let mut last = delta(json!({}));
            let message = message_of(response);
            last["choices"][0]["delta"]["annotations"] = message["annotations"].clone();
            if !seen.has_searched {
                last["choices"][0]["delta"][SEARCHES] = message[SEARCHES].clone();
            }
            if !seen.has_text {
                for name in ["content", "refusal"] {
                    last["choices"][0]["delta"][name] = message[name].clone();
                }
            }
            last["choices"][0]["finish_reason"] = finish_of(response).into();
            last["usage"] = tokens(&response["usage"]);
            vec![last, "[DONE]".into()]
        }
        "response.failed" | "response.cancelled" => {
            let error = response.get("error").filter(|error| !error.is_null());
            vec![json!({ "error": error.unwrap_or(response) })]
        }
        _ if said::is_failure(value) => vec![value.clone()],
        _ => Vec::new(),
    }
}

pub(super) fn tokens(usage: &Value) -> Value {
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

/// Joined from the items: `output_text`, which the reference shows, never came. Some parts of text have no text.
pub(super) fn message_of(response: &Value) -> Value {
    let (mut text, mut reasoning, mut calls) = (String::new(), String::new(), Vec::new());
    let mut refusal = String::new();
    let (mut annotations, mut searches) = (Vec::new(), Vec::new());
    for item in response["output"].as_array().into_iter().flatten() {
        let texts = |name: &str, field: &str| -> String {
            let parts = item[name].as_array().into_iter().flatten();
            parts.filter_map(|part| part[field].as_str()).collect()
        };
        match item["type"].as_str().unwrap_or_default() {
            "message" => {
                text += &texts("content", "text");
                refusal += &texts("content", "refusal");
                let parts = item["content"].as_array().into_iter().flatten();
                annotations.extend(parts.flat_map(|part| part["annotations"].as_array()).flatten().cloned());
            }
            "reasoning" => reasoning += &(texts("summary", "text") + &texts("content", "text")),
            "web_search_call" => searches.push(query(item)),
            "function_call" => calls.push(json!({
                "id": item["call_id"], "function": { "name": item["name"], "arguments": item["arguments"] },
            })),
            _ => {}
        }
    }
    json!({ "content": text, "refusal": refusal, "reasoning_content": reasoning, "tool_calls": calls,
            "annotations": annotations, SEARCHES: searches })
}

/// What a search was for; opening a page that it found has no words of its own.
fn query(item: &Value) -> Value {
    let action = &item["action"];
    let words = action["query"].as_str().or_else(|| action["queries"][0].as_str());
    words.or_else(|| action["url"].as_str()).unwrap_or_default().into()
}

pub(super) fn finish_of(response: &Value) -> &str {
    let has_call = |item: &Value| item["type"] == "function_call";
    match response["incomplete_details"]["reason"].as_str() {
        Some("max_output_tokens") => "length",
        Some(other) => other,
        None if response["status"] == "cancelled" => "cancelled",
        None if response["output"].as_array().is_some_and(|items| items.iter().any(has_call)) => "tool_calls",
        None => "stop",
    }
}
