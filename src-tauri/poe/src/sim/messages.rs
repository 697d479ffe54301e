//! `/v1/messages`: Anthropic's shape of a request, of its answer in one piece or many, and of its errors. What is asked is
//! read and answered as any chat; what its marks say goes to the cache.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::cache::{Block, Cached};
use super::chat::{self, Question};
use super::completion::{Completion, Pace, pieces, tokens};
use super::demo::{Demo, Outcome};
use super::http::Request;
use super::models;
use super::reply::{Part, Reply};

/// What a request may say. Anything else is refused, as Anthropic does.
const FIELDS: [&str; 12] = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "tools",
    "tool_choice",
    "metadata",
    "stream",
];
const MOST_MARKS: usize = 4;

pub(super) fn outcome(demo: &Demo, request: &Request, now: SystemTime) -> Outcome {
    let Asked { question, blocks } = match read(demo, request) {
        Ok(asked) => asked,
        Err(reply) => return reply.into(),
    };
    let mut cached = Cached::default();
    let mut outcome = chat::answered(demo, &question, |completion| {
        cached = demo.cached(question.model, &blocks, now);
        let usage = usage(completion, question.prompt_tokens, cached);
        let id = format!("req_poe_{}", (0..32).map(|_| fastrand::digit(16)).collect::<String>());
        let head = json!({
            "id": id, "type": "message", "role": "assistant", "model": format!("{}-20260401", question.model.id),
            "content": [], "stop_reason": null, "stop_sequence": null, "usage": usage,
        });
        if question.stream { stream(completion, head, question.pace()) } else { whole(completion, head) }
    });
    if let Some(bill) = &mut outcome.bill {
        bill.cached = cached;
    }
    outcome
}

struct Asked {
    question: Question,
    blocks: Vec<Block>,
}

fn read(demo: &Demo, request: &Request) -> Result<Asked, Reply> {
    let invalid = |message: &str| Reply::error(400, message, "invalid_request_error", None);
    if request.header("anthropic-version").is_none() {
        return Err(invalid("anthropic-version: header is required"));
    }
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|error| invalid(&format!("Invalid JSON: {error}")))?;
    let fields = body.as_object().into_iter().flat_map(Map::keys);
    if let Some(unknown) = fields.into_iter().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(invalid(&format!("{unknown}: Extra inputs are not permitted")));
    }
    let name = body["model"].as_str().unwrap_or_default();
    let model = models::find(name).filter(|model| model.is_claude());
    let Some(model) = model else {
        // As Poe was seen to answer where the model is none of Anthropic's.
        return Err(Reply::error(404, "Internal server error", "api_error", None));
    };
    let most = model.most_tokens().unwrap_or(u64::MAX);
    match body["max_tokens"].as_u64() {
        None | Some(0) => return Err(invalid("max_tokens: Field required")),
        Some(wanted) if wanted > most => {
            return Err(invalid(&format!(
                "max_tokens: {wanted} > {most}, which is the maximum allowed number of output tokens for {name}"
            )));
        }
        Some(_) => {}
    }
    if body["temperature"].as_f64().is_some_and(|it| !(0.0..=1.0).contains(&it)) {
        return Err(invalid("temperature: range: 0..1"));
    }
    let mut blocks = blocks("system", &body["system"]);
    let mut messages: Vec<Value> = Vec::new();
    if !body["system"].is_null() {
        messages.push(json!({ "role": "system", "content": body["system"] }));
    }
    for message in body["messages"].as_array().into_iter().flatten() {
        let role = message["role"].as_str().unwrap_or_default();
        if !["user", "assistant"].contains(&role) {
            return Err(invalid("messages: role must be \"user\" or \"assistant\""));
        }
        blocks.extend(self::blocks(role, &message["content"]));
        messages.push(json!({ "role": role, "content": content(&message["content"]) }));
    }
    if blocks.iter().filter(|block| block.is_marked).count() > MOST_MARKS {
        return Err(invalid("A maximum of 4 blocks with cache_control may be provided."));
    }
    let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    let parts = || messages.iter().flat_map(|message| message["content"].as_array().into_iter().flatten());
    if messages.iter().any(|message| is_blank(&message["content"]))
        || parts().any(|part| is_blank(&part["text"]))
    {
        return Err(invalid("messages: text content blocks must be non-empty"));
    }
    let mut asked = json!({ "messages": messages });
    for name in ["model", "max_tokens", "temperature", "top_p", "stream", "tools"] {
        asked[name] = body[name].clone();
    }
    asked["stop"] = body["stop_sequences"].clone();
    let mut question = chat::question(demo, &asked)?;
    question.prompt_tokens = blocks.iter().map(|block| block.tokens).sum::<u64>().max(1);
    Ok(Asked { question, blocks })
}

/// A text alone is a block.
fn blocks(role: &str, content: &Value) -> Vec<Block> {
    let block = |part: &Value| {
        let mut said = part.clone();
        let mark = said.as_object_mut().and_then(|part| part.remove("cache_control"));
        Block {
            said: format!("{role} {said}"),
            tokens: tokens(part["text"].as_str().unwrap_or_default()),
            is_marked: mark.is_some_and(|mark| mark["type"] == "ephemeral"),
        }
    };
    match content {
        Value::String(text) => vec![block(&json!({ "type": "text", "text": text }))],
        Value::Array(parts) => parts.iter().map(block).collect(),
        _ => Vec::new(),
    }
}

/// In the terms of chat completions.
fn content(content: &Value) -> Value {
    let part = |part: &Value| match part["type"].as_str() {
        Some("image") => json!({ "type": "image_url" }),
        _ => part.clone(),
    };
    match content {
        Value::Array(parts) => parts.iter().map(part).collect(),
        other => other.clone(),
    }
}

/// Anthropic counts what is cached beside the rest; Poe adds a sum of its own.
fn usage(completion: &Completion, prompt_tokens: u64, cached: Cached) -> Value {
    let input = prompt_tokens - cached.read - cached.written;
    let output = completion.tokens();
    json!({
        "input_tokens": input, "output_tokens": output, "total_tokens": input + output,
        "cache_read_input_tokens": cached.read, "cache_creation_input_tokens": cached.written,
    })
}

fn stop_reason(completion: &Completion) -> &str {
    match completion.finish.as_str() {
        "length" => "max_tokens",
        _ => "end_turn",
    }
}

fn whole(completion: &Completion, mut head: Value) -> Reply {
    head["stop_reason"] = stop_reason(completion).into();
    head["content"] = json!([{ "type": "text", "text": completion.text }]);
    Reply::json(200, head)
}

fn stream(completion: &Completion, head: Value, pace: Option<Pace>) -> Reply {
    let mut reply = Reply::sse(&[]);
    let mut say = |event: Value| {
        let name = event["type"].as_str().unwrap_or_default();
        reply.body.push(Part::Bytes(format!("event: {name}\ndata: {event}\n\n").into_bytes()));
        if let Some(pace) = pace {
            match name {
                "message_start" => reply.body.push(Part::Wait(pace.first)),
                "content_block_delta" => reply.body.push(Part::Wait(pace.piece)),
                _ => {}
            }
        }
    };
    let mut begun = head.clone();
    begun["usage"]["output_tokens"] = json!(1);
    say(json!({ "type": "message_start", "message": begun }));
    say(
        json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
    );
    say(json!({ "type": "ping" }));
    for piece in pieces(&completion.text) {
        say(
            json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": piece } }),
        );
    }
    say(json!({ "type": "content_block_stop", "index": 0 }));
    say(json!({
        "type": "message_delta", "delta": { "stop_reason": stop_reason(completion), "stop_sequence": null },
        "usage": { "output_tokens": head["usage"]["output_tokens"] },
    }));
    say(json!({ "type": "message_stop" }));
    reply
}

/// The error in Anthropic's envelope, and no header of another API.
pub(super) fn in_its_shape(mut reply: Reply) -> Reply {
    if reply.status >= 400
        && let [Part::Bytes(bytes)] = &mut reply.body[..]
        && let Ok(body) = serde_json::from_slice::<Value>(bytes)
    {
        let error = &body["error"];
        let error = json!({ "type": error["type"], "message": error["message"] });
        *bytes = json!({ "type": "error", "error": error }).to_string().into_bytes();
    }
    reply.header("openai-version", "").header("openai-processing-ms", "")
}
