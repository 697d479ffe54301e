//! One answer of a model, written out as a stream of chunks or as one JSON body.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::reply::{Part, Reply};
use super::search;

/// What every chunk of an answer repeats.
pub(super) struct Identity {
    id: String,
    created: u64,
    model: String,
}

impl Identity {
    /// `model` is spelled as the request spelled it: Poe echoes it.
    pub(super) fn new(model: &str) -> Identity {
        let id = (0..24).map(|_| fastrand::digit(16)).collect::<String>();
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
        Identity { id: format!("chatcmpl-{id}"), created, model: model.to_owned() }
    }
}

/// How fast an answer is written in the friendly script.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    pub(super) first: Duration,
    pub(super) piece: Duration,
}

pub(super) struct Completion {
    pub(super) text: String,
    pub(super) reasoning: String,
    /// In the wire's shape, without `index`.
    pub(super) tool_calls: Vec<Value>,
    /// What was looked for on the web.
    pub(super) searches: Vec<String>,
    /// The pages that the text names, in the shape of `/v1/responses`.
    pub(super) annotations: Vec<Value>,
    pub(super) finish: String,
    pub(super) usage: Value,
}

/// Four characters a token: the estimate that the simulator charges by.
pub(super) fn tokens(text: &str) -> u64 {
    (text.chars().count() as u64).div_ceil(4)
}

impl Completion {
    pub(super) fn text(prompt_tokens: u64, text: &str) -> Completion {
        Completion::reasoned(prompt_tokens, "", text)
    }

    pub(super) fn reasoned(prompt_tokens: u64, reasoning: &str, text: &str) -> Completion {
        let reasoning_tokens = tokens(reasoning);
        let completion_tokens = tokens(text) + reasoning_tokens;
        let mut usage = json!({
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        });
        if reasoning_tokens > 0 {
            usage["completion_tokens_details"] = json!({
                "accepted_prediction_tokens": null, "audio_tokens": null,
                "reasoning_tokens": reasoning_tokens, "rejected_prediction_tokens": null,
            });
            usage["prompt_tokens_details"] = json!({ "audio_tokens": null, "cached_tokens": 0 });
        }
        Completion {
            text: text.to_owned(),
            reasoning: reasoning.to_owned(),
            tool_calls: Vec::new(),
            searches: Vec::new(),
            annotations: Vec::new(),
            finish: "stop".to_owned(),
            usage,
        }
    }

    /// Of the answer, reasoning included.
    pub(super) fn tokens(&self) -> u64 {
        self.usage["completion_tokens"].as_u64().unwrap_or(0)
    }

    /// One JSON body, as for `stream: false`.
    pub(super) fn whole(&self, identity: &Identity) -> Value {
        let mut message = json!({ "role": "assistant", "content": self.text });
        if !self.reasoning.is_empty() {
            message["reasoning_content"] = json!(self.reasoning);
            message["reasoning"] = json!(self.reasoning);
        }
        if !self.tool_calls.is_empty() {
            message["tool_calls"] = json!(self.tool_calls);
        }
        if !self.annotations.is_empty() {
            message["annotations"] = self.annotations.iter().map(search::nested).collect();
        }
        json!({
            "id": identity.id, "object": "chat.completion", "created": identity.created, "model": identity.model,
            "choices": [{ "index": 0, "message": message, "finish_reason": self.finish }],
            "usage": self.usage,
        })
    }

    /// A whole stream: the deltas, the finish, usage where asked for, `[DONE]`.
    pub(super) fn stream(&self, identity: &Identity, usage: bool, pace: Option<Pace>) -> Reply {
        let mut reply = self.open(identity, pace);
        let mut end = vec![chunk(identity, json!({}), Some(&self.finish)).to_string()];
        if usage {
            let mut last = chunk(identity, json!({}), None);
            last["choices"] = json!([]);
            last["usage"] = self.usage.clone();
            end.push(last.to_string());
        }
        end.push("[DONE]".to_owned());
        let end: Vec<&str> = end.iter().map(String::as_str).collect();
        reply.body.extend(Reply::sse(&end).body);
        reply
    }

    /// The deltas without an end, for streams that break.
    pub(super) fn open(&self, identity: &Identity, pace: Option<Pace>) -> Reply {
        let mut deltas = vec![json!({ "role": "assistant", "content": "" })];
        deltas.extend(
            pieces(&self.reasoning).map(|piece| json!({ "reasoning_content": piece, "reasoning": piece })),
        );
        deltas.extend(pieces(&self.text).map(|piece| json!({ "content": piece })));
        if !self.annotations.is_empty() {
            let nested: Vec<Value> = self.annotations.iter().map(search::nested).collect();
            deltas.push(json!({ "annotations": nested }));
        }
        for (index, call) in self.tool_calls.iter().enumerate() {
            deltas.extend(tool_deltas(index, call));
        }
        let mut reply = Reply::sse(&[]);
        for (number, delta) in deltas.into_iter().enumerate() {
            let event = chunk(identity, delta, None).to_string();
            reply.body.extend(Reply::sse(&[&event]).body);
            match pace {
                Some(pace) if number == 0 => reply.body.push(Part::Wait(pace.first)),
                Some(pace) => reply.body.push(Part::Wait(pace.piece)),
                None => {}
            }
        }
        reply
    }
}

fn chunk(identity: &Identity, delta: Value, finish: Option<&str>) -> Value {
    json!({
        "id": identity.id, "object": "chat.completion.chunk", "created": identity.created, "model": identity.model,
        "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }],
    })
}

/// The call's head with empty arguments, then the arguments in two halves.
fn tool_deltas(index: usize, call: &Value) -> Vec<Value> {
    let mut head = call.clone();
    head["index"] = json!(index);
    head["function"]["arguments"] = json!("");
    let arguments = call["function"]["arguments"].as_str().unwrap_or_default();
    let middle = arguments.char_indices().nth(arguments.chars().count() / 2).map_or(0, |(at, _)| at);
    let (first, second) = arguments.split_at(middle);
    let tail = |part: &str| json!({ "tool_calls": [{ "index": index, "function": { "arguments": part } }] });
    vec![json!({ "tool_calls": [head] }), tail(first), tail(second)]
}

/// Pieces of about a token: a word with the blank after it, long words in parts.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = 0;
        for (count, (at, character)) in rest.char_indices().enumerate() {
            end = at + character.len_utf8();
            if character.is_whitespace() || count == 7 {
                break;
            }
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}
