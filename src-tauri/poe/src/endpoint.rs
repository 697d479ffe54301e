//! What goes to an address and comes from it. Nearly all models answer at chat completions; a few list only `/v1/responses`
//! or `/v1/messages`. Their requests and answers are turned from and into those of chat completions here, so that nothing else knows.

use serde_json::{Value, json};

use crate::request::{ChatRequest, Endpoint};
use crate::said;

mod completions;
mod messages;
mod responses;

/// Where a chunk of ours says what was searched for: chat completions have no word for it.
pub(crate) const SEARCHES: &str = "searches";

/// The JSON to send.
pub(crate) fn body(request: &ChatRequest) -> Vec<u8> {
    let body = match request.endpoint {
        Endpoint::Chat => completions::body(request),
        Endpoint::Responses => responses::body(request),
        Endpoint::Messages => messages::body(request),
    };
    body.to_string().into_bytes()
}

/// The whole answer, as a chat completion.
pub(crate) fn completion(endpoint: Endpoint, body: &[u8]) -> Option<Vec<u8>> {
    let value: Value = match endpoint {
        Endpoint::Chat => return None,
        _ => serde_json::from_slice(body).ok()?,
    };
    if said::is_failure(&value) {
        return None;
    }
    let (message, finish, usage) = match endpoint {
        Endpoint::Responses => {
            (responses::message_of(&value), responses::finish_of(&value), responses::tokens(&value["usage"]))
        }
        _ => (
            messages::message_of(&value),
            messages::finish_of(&value["stop_reason"]),
            messages::tokens(&value["usage"]),
        ),
    };
    let choices = match value["output"].as_array().or_else(|| value["content"].as_array()) {
        Some(_) => json!([{ "index": 0, "message": message, "finish_reason": finish }]),
        None => json!([]),
    };
    let completion = json!({ "model": value["model"], "choices": choices, "usage": usage });
    Some(completion.to_string().into_bytes())
}

/// Turns the events of a stream into those of a chat completion.
#[derive(Debug, Default)]
pub(crate) struct Translator {
    endpoint: Endpoint,
    seen: Seen,
}

/// What later events need of earlier ones.
#[derive(Debug, Default)]
struct Seen {
    has_text: bool,
    has_searched: bool,
    /// Where the tool calls stand among the items of the answer, in order.
    calls: Vec<Value>,
    /// Told in parts.
    usage: Value,
}

impl Seen {
    /// The number of a tool call among tool calls: the endpoints count text and thoughts too.
    fn call(&mut self, index: &Value) -> usize {
        let known = self.calls.iter().position(|call| call == index);
        known.unwrap_or_else(|| {
            self.calls.push(index.clone());
            self.calls.len() - 1
        })
    }

    /// A sum that comes early is of what was counted until then.
    fn count(&mut self, usage: &Value) {
        self.usage["total_tokens"] = Value::Null;
        for (name, value) in usage.as_object().into_iter().flatten() {
            self.usage[name] = value.clone();
        }
    }
}

impl Translator {
    pub(crate) fn new(endpoint: Endpoint) -> Translator {
        Translator { endpoint, seen: Seen::default() }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// The data of the chunks that say the same; `None`: the event is one already, or can't be read, which is for the
    /// reader of chunks to judge.
    pub(crate) fn translate(&mut self, data: &str) -> Option<Vec<String>> {
        let chunks = match self.endpoint {
            Endpoint::Chat => return None,
            Endpoint::Responses => responses::chunks(&mut self.seen, &serde_json::from_str(data).ok()?),
            Endpoint::Messages => messages::chunks(&mut self.seen, &serde_json::from_str(data).ok()?),
        };
        let text = |chunk: Value| chunk.as_str().map_or_else(|| chunk.to_string(), str::to_owned);
        Some(chunks.into_iter().map(text).collect())
    }
}

fn delta(delta: Value) -> Value {
    json!({ "choices": [{ "index": 0, "delta": delta }] })
}

fn call(index: usize, id: &Value, name: &Value) -> Value {
    delta(
        json!({ "tool_calls": [{ "index": index, "id": id, "function": { "name": name, "arguments": "" } }] }),
    )
}

fn arguments(index: usize, piece: &Value) -> Value {
    delta(json!({ "tool_calls": [{ "index": index, "function": { "arguments": piece } }] }))
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
