//! Puts an answer together from frames: what each frame adds, and whether the end is a good one. Pure; the same for a
//! stream and for one JSON object.
//!
//! The official libraries take a stream that just ends for a whole answer. Here it is whole only with a finish reason or
//! `[DONE]`.

use serde_json::{Value, json};

use crate::chat::{ChatEvent, Finish, TokenUsage};
use crate::classify;
use crate::delta::{Delta, Frame};
use crate::endpoint::SEARCHES;
use crate::error::{Error, Kind};
use crate::frames::Piece;
use crate::json::{count, text};
use crate::said;
use crate::source::Sources;
use crate::tool::ToolCallDelta;

/// Searches of one answer that are told, and characters of each.
const MOST_SEARCHES: usize = 50;
const LONGEST_SEARCH: usize = 500;

/// So much is kept of lines that belong to no event, in bytes.
const MAX_REMARK: usize = 4_000;

/// What is known of an answer so far.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Frames that could be read, also empty ones.
    frames: u64,
    /// As the first frame that names it says.
    pub(crate) model: Option<String>,
    has_text: bool,
    has_reasoning: bool,
    has_refusal: bool,
    has_tool_call: bool,
    sources: Sources,
    searches: usize,
    /// The first frame that said something and was no piece of the answer.
    said: Option<Value>,
    /// Lines that belong to no event.
    remark: String,
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
    /// Bytes of text, refusal, reasoning and tool calls so far, and one more for each search: while it is zero, there is nothing that could be paid twice.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Some text, refusal or reasoning has come.
    pub(crate) fn is_partial(&self) -> bool {
        self.has_text || self.has_reasoning || self.has_refusal
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

    /// What `Frames` hands out.
    pub(crate) fn piece(&mut self, piece: Piece<'_>, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        match piece {
            Piece::Frame(name, data) => self.frame(name, data, out),
            Piece::Remark(line) => {
                let room = MAX_REMARK.saturating_sub(self.remark.len());
                self.remark.push_str(&line[..line.floor_char_boundary(room)]);
                self.remark.push('\n');
                Ok(())
            }
        }
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
            self.finishes(reason);
        }
    }

    /// Some hosts write the word for nothing in every piece.
    fn finishes(&mut self, reason: &str) {
        let is_none = ["", "null", "none"].iter().any(|none| reason.eq_ignore_ascii_case(none));
        if !is_none {
            self.finish = Some(reason.into());
        }
    }

    /// A frame of any shape.
    pub(crate) fn any(&mut self, name: &str, data: &str, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        let parsed = serde_json::from_str::<Value>(data);
        let is_piece = |value: &Value| value.get("choices").is_some();
        match name {
            "error" if !parsed.as_ref().is_ok_and(is_piece) => {
                return Err(classify::frame(&parsed.unwrap_or_else(|_| data.into())));
            }
            "error" | "message" => {}
            // A ping, or a name that a later version of the API gives its chunks.
            _ if !parsed.as_ref().is_ok_and(|value| is_piece(value) || said::is_failure(value)) => {
                return Ok(());
            }
            _ => {}
        }
        let value = parsed.map_err(|error| Error::unreadable(&error.to_string(), data))?;
        if !value.is_object() {
            return Err(Error::unreadable("not an object", data));
        }
        self.object(&value, "delta", out)
    }

    /// The one JSON object of an answer that does not come in pieces. It is whole by being readable.
    pub(crate) fn whole(&mut self, body: &[u8], out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        let body = String::from_utf8_lossy(body);
        let body = body.trim_start_matches('\u{feff}').trim();
        if body.is_empty() {
            return Err(Error::unreadable("an empty body", ""));
        }
        let value: Value =
            serde_json::from_str(body).map_err(|error| Error::unreadable(&error.to_string(), body))?;
        let has_choice = value["choices"].as_array().is_some_and(|choices| !choices.is_empty());
        if !has_choice && !said::is_failure(&value) {
            return Err(Error::unreadable("no choices", body));
        }
        self.object(&value, "message", out)?;
        if !self.has_finished() && !self.has_answer() {
            return Err(Error::unreadable("no message", body));
        }
        self.is_done = true;
        Ok(())
    }

    fn object(&mut self, value: &Value, part: &str, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        let is_failure = said::is_failure(value);
        if !is_failure {
            self.frames += 1;
            if self.said.is_none() && said::is_remark(value) {
                self.said = Some(value.clone());
            }
        }
        if self.model.is_none() {
            self.model = text(&value["model"]);
        }
        let choice = &value["choices"][0];
        let before = self.bytes;
        match &choice[part] {
            Value::Null => self.other_part(choice, out),
            part => self.part(part, out),
        }
        let named = [value, choice, &choice["delta"], &choice["message"]];
        let mut is_new = false;
        for part in named {
            is_new |= self.sources.take(part);
        }
        if is_new {
            out.push(ChatEvent::Sources(self.sources.all().to_vec()));
        }
        if is_failure {
            // Words that came along were paid for.
            self.frames += u64::from(self.bytes > before);
            return Err(classify::frame(value));
        }
        self.finishes(choice["finish_reason"].as_str().unwrap_or_default());
        if let Some(usage) = usage(&value["usage"]) {
            out.push(ChatEvent::Usage(usage));
        }
        Ok(())
    }

    /// A whole message in a stream, or the text of an older interface. Beside pieces it would be the same words again.
    fn other_part(&mut self, choice: &Value, out: &mut Vec<ChatEvent>) {
        if self.has_answer() || self.has_reasoning {
            return;
        }
        match &choice["message"] {
            Value::Null => {
                if let Some(text) = choice["text"].as_str().filter(|text| !text.is_empty()) {
                    self.text(text.to_owned(), out);
                }
            }
            message => self.part(message, out),
        }
    }

    fn part(&mut self, part: &Value, out: &mut Vec<ChatEvent>) {
        // Poe sends the same reasoning under both names.
        let reasoning = [&part["reasoning_content"], &part["reasoning"]]
            .into_iter()
            .find_map(|value| words(value, &["text"]));
        if let Some(reasoning) = reasoning {
            self.reasoning(reasoning, out);
        }
        if let Some(content) = words(&part["content"], &["text"]) {
            self.text(content, out);
        }
        let refused = part["content"].as_array().and_then(|_| words(&part["content"], &["refusal"]));
        for refusal in [words(&part["refusal"], &["text", "refusal"]), refused].into_iter().flatten() {
            self.has_refusal = true;
            self.bytes += refusal.len() as u64;
            out.push(ChatEvent::Refusal(refusal));
        }
        // The interface before tools.
        let call = &part["function_call"];
        if call.is_object() {
            self.tool_call(tool_call(&json!({ "function": call }), 0), out);
        }
        for (position, call) in part["tool_calls"].as_array().into_iter().flatten().enumerate() {
            self.tool_call(tool_call(call, position), out);
        }
        for query in part[SEARCHES].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if self.searches < MOST_SEARCHES {
                self.searches += 1;
                self.bytes += 1;
                out.push(ChatEvent::Searched(query.chars().take(LONGEST_SEARCH).collect()));
            }
        }
    }

    fn tool_call(&mut self, delta: ToolCallDelta, out: &mut Vec<ChatEvent>) {
        self.has_tool_call = true;
        self.bytes += 1 + delta.arguments.len() as u64;
        out.push(ChatEvent::ToolCall(delta));
    }

    fn has_answer(&self) -> bool {
        self.has_text || self.has_refusal || self.has_tool_call
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
        if self.has_finished() {
            return match self.finish.clone().unwrap_or(Finish::Stop) {
                Finish::Other(reason) => Err(Error::new(Kind::EndedByHost, reason)),
                finish if self.has_answer() || finish == Finish::ContentFilter => {
                    Ok(ChatEvent::Done { finish })
                }
                finish => Err(self.empty(&finish)),
            };
        }
        Err(match end {
            End::Broken(error) if self.bytes > 0 => Error { kind: Kind::StreamCut, ..error },
            End::Broken(error) => error,
            End::InOrder if self.has_begun() => self.reason().unwrap_or_else(|| {
                let why = "the stream ended with neither a finish reason nor [DONE]";
                Error::new(Kind::StreamIncomplete, self.with_remark(why))
            }),
            End::InOrder if had_body => self
                .reason()
                .unwrap_or_else(|| Error::unreadable("not a stream of events", self.remark.trim())),
            End::InOrder => Error::unreadable("an empty body", ""),
        })
    }

    fn empty(&self, finish: &Finish) -> Error {
        self.reason().unwrap_or_else(|| Error {
            param: (*finish == Finish::Length).then(|| "max_tokens".to_owned()),
            ..Error::new(
                Kind::EmptyAnswer,
                self.with_remark(&format!("finished ({}) with no text", finish.as_str())),
            )
        })
    }

    /// What the stream said instead of an answer.
    fn reason(&self) -> Option<Error> {
        if let Some(said) = &self.said {
            return Some(classify::frame(said));
        }
        let value: Value = serde_json::from_str(self.remark.trim()).ok()?;
        said::is_failure(&value).then(|| classify::frame(&value))
    }

    fn with_remark(&self, why: &str) -> String {
        let remark = self.remark.trim();
        if remark.is_empty() { why.to_owned() } else { format!("{why}; {remark}") }
    }
}

/// A text, or the texts under one of these names of an array of parts; `None` when empty.
fn words(value: &Value, names: &[&str]) -> Option<String> {
    let words = match value {
        Value::String(words) => words.clone(),
        Value::Array(parts) => {
            let text =
                |part: &Value| names.iter().find_map(|name| Some(part.get(name)?.as_str()?.to_owned()));
            parts.iter().filter_map(text).collect()
        }
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
        extra_content: call.get("extra_content").filter(|extra| !extra.is_null()).cloned(),
    }
}

fn usage(value: &Value) -> Option<TokenUsage> {
    value.is_object().then(|| TokenUsage {
        prompt_tokens: count(&value["prompt_tokens"]),
        completion_tokens: count(&value["completion_tokens"]),
        total_tokens: count(&value["total_tokens"]),
        reasoning_tokens: count(&value["completion_tokens_details"]["reasoning_tokens"]),
        cached_tokens: count(&value["prompt_tokens_details"]["cached_tokens"]),
        cache_written_tokens: count(&value["prompt_tokens_details"]["cache_written_tokens"]),
    })
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
