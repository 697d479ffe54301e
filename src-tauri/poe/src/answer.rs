//! Puts an answer together from frames: what each frame adds, and whether the end is a good one. Pure; the same for a
//! stream and for one JSON object.
//!
//! The official libraries take a stream that just ends for a whole answer. Here it is whole only with a finish reason or
//! `[DONE]`.

use serde_json::Value;

use crate::chat::{ChatEvent, Finish, TokenUsage, ToolCallDelta};
use crate::classify;
use crate::delta::{Delta, Frame};
use crate::error::{Error, Kind};
use crate::json::{count, text};

/// What is known of an answer so far.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Frames that could be read, also empty ones.
    frames: u64,
    /// As the first frame that names it says.
    pub(crate) model: Option<String>,
    has_text: bool,
    has_reasoning: bool,
    has_tool_call: bool,
    finish: Option<Finish>,
    is_done: bool,
    bytes: u64,
    /// What its frames have in common, to read the next one faster.
    frame: Frame,
}

/// How the body ended.
pub(crate) enum End {
    /// As its length or its last chunk says.
    InOrder,
    /// The connection broke.
    Broken(Error),
}

impl Answer {
    /// Bytes of text, reasoning and tool calls so far: while it is zero, there is nothing that could be paid twice.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Some text or reasoning has come.
    pub(crate) fn is_partial(&self) -> bool {
        self.has_text || self.has_reasoning
    }

    /// Some frame has come.
    pub(crate) fn has_begun(&self) -> bool {
        self.frames > 0
    }

    /// It is whole but for what may follow the finish reason: usage and `[DONE]`.
    pub(crate) fn has_finished(&self) -> bool {
        self.finish.is_some() || self.is_done
    }

    /// `[DONE]` came: nothing after it counts.
    pub(crate) fn is_done(&self) -> bool {
        self.is_done
    }

    /// One event of a stream.
    pub(crate) fn frame(&mut self, name: &str, data: &str, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        let data = data.trim();
        if self.is_done || data.is_empty() {
            return Ok(());
        }
        if data == "[DONE]" {
            self.is_done = true;
            return Ok(());
        }
        if name == "message"
            && let Some(delta) = Delta::read(data, &mut self.frame)
        {
            self.delta(delta, out);
            return Ok(());
        }
        self.any(name, data, out)
    }

    /// A frame of the usual shape. Does what `any` does, only faster; a test holds the two together.
    fn delta(&mut self, delta: Delta, out: &mut Vec<ChatEvent>) {
        self.frames += 1;
        if self.model.is_none() {
            self.model = delta.model.map(str::to_owned);
        }
        if let Some(reasoning) = delta.reasoning {
            self.reasoning(reasoning.into_owned(), out);
        }
        if let Some(content) = delta.content {
            self.text(content.into_owned(), out);
        }
        if let Some(reason) = delta.finish_reason {
            self.finish = Some(reason.into());
        }
    }

    /// A frame of any shape.
    pub(crate) fn any(&mut self, name: &str, data: &str, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        let parsed = serde_json::from_str::<Value>(data);
        match name {
            "error" => {
                let value = parsed.unwrap_or_else(|_| data.into());
                return Err(classify::frame(error_in(&value).unwrap_or(&value)));
            }
            "message" => {}
            // A ping, or a name that a later version of the API gives its chunks.
            _ if !parsed
                .as_ref()
                .is_ok_and(|value| value.get("choices").is_some() || error_in(value).is_some()) =>
            {
                return Ok(());
            }
            _ => {}
        }
        let value = parsed.map_err(|error| unreadable(&error.to_string(), data))?;
        if !value.is_object() {
            return Err(unreadable("not an object", data));
        }
        self.object(&value, "delta", out)
    }

    /// The one JSON object of an answer that does not come in pieces. It is whole by being readable.
    pub(crate) fn whole(&mut self, body: &[u8], out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        let body = String::from_utf8_lossy(body);
        let body = body.trim_start_matches('\u{feff}').trim();
        if body.is_empty() {
            return Err(unreadable("an empty body", ""));
        }
        let value: Value =
            serde_json::from_str(body).map_err(|error| unreadable(&error.to_string(), body))?;
        let has_choice = value["choices"]
            .as_array()
            .is_some_and(|choices| !choices.is_empty());
        if !has_choice && error_in(&value).is_none() {
            return Err(unreadable("no choices", body));
        }
        self.object(&value, "message", out)?;
        if !self.has_finished() && !self.has_text && !self.has_tool_call {
            return Err(unreadable("no message", body));
        }
        self.is_done = true;
        Ok(())
    }

    fn object(&mut self, value: &Value, part: &str, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        if let Some(error) = error_in(value) {
            return Err(classify::frame(error));
        }
        self.frames += 1;
        if self.model.is_none() {
            self.model = text(&value["model"]);
        }
        let choice = &value["choices"][0];
        self.part(&choice[part], out);
        if let Some(reason) = choice["finish_reason"]
            .as_str()
            .filter(|reason| !reason.is_empty())
        {
            self.finish = Some(reason.into());
        }
        if let Some(usage) = usage(&value["usage"]) {
            out.push(ChatEvent::Usage(usage));
        }
        Ok(())
    }

    fn part(&mut self, part: &Value, out: &mut Vec<ChatEvent>) {
        // Poe sends the same reasoning under both names.
        let reasoning = [&part["reasoning_content"], &part["reasoning"]]
            .into_iter()
            .find_map(words);
        if let Some(reasoning) = reasoning {
            self.reasoning(reasoning, out);
        }
        if let Some(content) = words(&part["content"]) {
            self.text(content, out);
        }
        for (position, call) in part["tool_calls"].as_array().into_iter().flatten().enumerate() {
            let delta = tool_call(call, position);
            self.has_tool_call = true;
            self.bytes += 1 + delta.arguments.len() as u64;
            out.push(ChatEvent::ToolCall(delta));
        }
    }

    fn reasoning(&mut self, reasoning: String, out: &mut Vec<ChatEvent>) {
        self.has_reasoning = true;
        self.bytes += reasoning.len() as u64;
        out.push(ChatEvent::Reasoning(reasoning));
    }

    fn text(&mut self, text: String, out: &mut Vec<ChatEvent>) {
        self.has_text = true;
        self.bytes += text.len() as u64;
        out.push(ChatEvent::Text(text));
    }

    /// The last event: a good end, or why it is none. `had_body`: at least one byte of body had come.
    pub(crate) fn end(&self, end: End, had_body: bool) -> Result<ChatEvent, Error> {
        let has_answer = self.has_text || self.has_tool_call;
        if self.has_finished() {
            let finish = self.finish.clone().unwrap_or(Finish::Stop);
            return if has_answer || finish == Finish::ContentFilter {
                Ok(ChatEvent::Done { finish })
            } else {
                let param = (finish == Finish::Length).then(|| "max_tokens".to_owned());
                Err(Error {
                    param,
                    ..Error::new(
                        Kind::EmptyAnswer,
                        format!("finished ({}) with no text", finish.as_str()),
                    )
                })
            };
        }
        Err(match end {
            End::Broken(error) if self.bytes > 0 => Error {
                kind: Kind::StreamCut,
                ..error
            },
            End::Broken(error) => error,
            End::InOrder if self.has_begun() => Error::new(
                Kind::StreamIncomplete,
                "the stream ended with neither a finish reason nor [DONE]",
            ),
            End::InOrder if had_body => unreadable("not a stream of events", ""),
            End::InOrder => unreadable("an empty body", ""),
        })
    }
}

/// `{"error": …}`; a null or false error is none.
fn error_in(value: &Value) -> Option<&Value> {
    value
        .get("error")
        .filter(|error| !error.is_null() && **error != Value::Bool(false))
}

/// A text, or the texts of an array of parts; `None` when empty.
fn words(value: &Value) -> Option<String> {
    let words = match value {
        Value::String(words) => words.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => return None,
    };
    (!words.is_empty()).then_some(words)
}

fn tool_call(call: &Value, position: usize) -> ToolCallDelta {
    let function = &call["function"];
    let arguments = match &function["arguments"] {
        Value::String(arguments) => arguments.clone(),
        Value::Null => String::new(),
        object => object.to_string(),
    };
    ToolCallDelta {
        index: count(&call["index"]).unwrap_or(position as u64) as u32,
        id: text(&call["id"]),
        name: text(&function["name"]),
        arguments,
        extra_content: call
            .get("extra_content")
            .filter(|extra| !extra.is_null())
            .cloned(),
    }
}

fn usage(value: &Value) -> Option<TokenUsage> {
    value.is_object().then(|| TokenUsage {
        prompt_tokens: count(&value["prompt_tokens"]),
        completion_tokens: count(&value["completion_tokens"]),
        total_tokens: count(&value["total_tokens"]),
        reasoning_tokens: count(&value["completion_tokens_details"]["reasoning_tokens"]),
        cached_tokens: count(&value["prompt_tokens_details"]["cached_tokens"]),
    })
}

/// With the first 200 characters of what could not be read, to be shown; `Display` leaves them out.
pub(crate) fn unreadable(why: &str, what: &str) -> Error {
    let start: String = what.chars().take(200).collect();
    let message = if start.is_empty() {
        why.to_owned()
    } else {
        format!("{why}: {start}")
    };
    Error::new(Kind::MalformedResponse, message)
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
