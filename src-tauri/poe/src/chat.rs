//! One question and its answer: the request, the check before it is sent, and the events of the stream.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::endpoint::Endpoint;
use crate::message::Message;
use crate::response_format::ResponseFormat;
use crate::tool::{Tool, ToolChoice};
use crate::validate::Problem;
use crate::{Error, Kind, Model, validate};

/// A request to `POST /v1/chat/completions`
/// ([reference](https://creator.poe.com/api-reference/createChatCompletion)).
#[derive(Clone, Debug)]
pub struct ChatRequest {
    /// Where it goes; see [`Endpoint::of`].
    pub endpoint: Endpoint,
    /// The model's id.
    pub model: String,
    /// The conversation so far; the last one is usually the person's.
    pub messages: Vec<Message>,
    /// Whether the answer comes in pieces. Poe advises `false` for image, video and audio bots.
    pub stream: bool,
    /// At least 1. Reasoning may use all of it and leave no text.
    pub max_tokens: Option<u32>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// At most 4.
    pub stop: Vec<String>,
    /// What the model may call; only for those that list `tools` in [`Model::features`].
    pub tools: Vec<Tool>,
    /// Whether it calls them; `None` leaves it to Poe.
    pub tool_choice: Option<ToolChoice>,
    /// Whether it may call several in one answer; `None` leaves it to Poe, whose own pages contradict each other here.
    pub parallel_tool_calls: Option<bool>,
    /// Whether to ask how likely each token was. Poe takes it and, so far, answers with nothing.
    pub logprobs: Option<bool>,
    /// 0 to 20 likely tokens in each place; only with `logprobs`.
    pub top_logprobs: Option<u8>,
    /// In which form the answer should come. Poe promises nothing here, so the answer may be anything.
    pub response_format: Option<ResponseFormat>,
    /// How long it thinks: one of the model's own values, such as `low`.
    pub reasoning_effort: Option<String>,
    /// What the model declares in [`Model::parameters`]; sent at the top level. See [`ChatRequest::keep_declared`].
    pub parameters: Map<String, Value>,
}

impl ChatRequest {
    /// A streaming request with everything else unset.
    pub fn new(model: impl Into<String>, messages: Vec<Message>) -> ChatRequest {
        ChatRequest {
            endpoint: Endpoint::Chat,
            model: model.into(),
            messages,
            stream: true,
            max_tokens: None,
            temperature: None,
            top_p: None,
            stop: Vec::new(),
            tools: Vec::new(),
            tool_choice: None,
            parallel_tool_calls: None,
            logprobs: None,
            top_logprobs: None,
            response_format: None,
            reasoning_effort: None,
            parameters: Map::new(),
        }
    }

    /// Drops the parameters and the reasoning effort that the model does not declare, and returns their names. Poe refuses
    /// what is not declared (strict mode), or ignores it.
    pub fn keep_declared(&mut self, model: &Model) -> Vec<String> {
        let mut dropped = Vec::new();
        self.parameters.retain(|name, _| {
            let keep = model.parameters.iter().any(|parameter| parameter.name == *name);
            if !keep {
                dropped.push(name.clone());
            }
            keep
        });
        if self.reasoning_effort.is_some() && !model.takes_effort() {
            self.reasoning_effort = None;
            dropped.push("reasoning_effort".to_owned());
        }
        dropped
    }

    /// Finds what Poe would refuse anyway, so that nothing is sent: the first of the [`problems`](crate::validate::problems)
    /// that hold for every model. [`Client::chat`](crate::Client::chat) does it first.
    ///
    /// Fails with [`Kind::InvalidInput`], the place in [`Error::param`] ([`Problem::path`](crate::validate::Problem::path))
    /// and [`ProblemKind::code`](crate::validate::ProblemKind::code) in [`Error::provider_code`].
    pub fn validate(&self) -> Result<(), Error> {
        first_of(validate::problems(self, None))
    }

    /// The same by everything that the model declares: what it takes, its ranges, its parameters. For who has the list
    /// ([`Client::models`](crate::Client::models)); a client keeps none, since an old one would refuse what Poe takes.
    pub fn validate_for(&self, model: &Model) -> Result<(), Error> {
        first_of(validate::problems(self, Some(model)))
    }

    /// The JSON to send. The fields above win over parameters of the same name. A stream is asked to tell its usage.
    pub(crate) fn body(&self) -> Vec<u8> {
        let body = self.endpoint.body(self).unwrap_or_else(|| self.chat_body());
        body.to_string().into_bytes()
    }

    fn chat_body(&self) -> Value {
        let mut body = self.parameters.clone();
        let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
        set("model", self.model.as_str().into());
        set("messages", self.messages.iter().map(Message::to_json).collect());
        set("stream", self.stream.into());
        if self.stream {
            set("stream_options", json!({ "include_usage": true }));
        }
        if let Some(max_tokens) = self.max_tokens {
            set("max_tokens", max_tokens.into());
        }
        if let Some(temperature) = self.temperature {
            set("temperature", temperature.into());
        }
        if let Some(top_p) = self.top_p {
            set("top_p", top_p.into());
        }
        if !self.stop.is_empty() {
            set("stop", self.stop.as_slice().into());
        }
        if !self.tools.is_empty() {
            set("tools", self.tools.iter().map(Tool::to_json).collect());
            if let Some(choice) = &self.tool_choice {
                set("tool_choice", choice.to_json());
            }
            if let Some(parallel) = self.parallel_tool_calls {
                set("parallel_tool_calls", parallel.into());
            }
        }
        if let Some(logprobs) = self.logprobs {
            set("logprobs", logprobs.into());
        }
        if let Some(most) = self.top_logprobs {
            set("top_logprobs", most.into());
        }
        if let Some(format) = &self.response_format {
            set("response_format", format.to_json());
        }
        if let Some(effort) = &self.reasoning_effort {
            set("reasoning_effort", effort.as_str().into());
        }
        Value::Object(body)
    }
}

fn first_of(problems: Vec<Problem>) -> Result<(), Error> {
    match problems.into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(Error {
            provider_code: Some(problem.kind.code().to_owned()),
            param: Some(problem.path.clone()),
            ..Error::new(Kind::InvalidInput, problem.message())
        }),
    }
}

/// An answer as it comes: events, the last of which is exactly one [`ChatEvent::Done`] or [`ChatEvent::Failed`].
///
/// Dropping it closes the connection: that is how to stop an answer. It must be polled within a Tokio runtime.
pub struct ChatStream {
    events: Pin<Box<dyn Stream<Item = ChatEvent> + Send>>,
}

impl ChatStream {
    pub(crate) fn new(events: impl Stream<Item = ChatEvent> + Send + 'static) -> ChatStream {
        ChatStream {
            events: Box::pin(events),
        }
    }

    /// The next event, or `None` after the last. Nothing is lost when the future is dropped, so it may stand in a
    /// `select!`.
    pub async fn next(&mut self) -> Option<ChatEvent> {
        std::future::poll_fn(|cx| self.events.as_mut().poll_next(cx)).await
    }
}

impl Stream for ChatStream {
    type Item = ChatEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ChatEvent>> {
        self.events.as_mut().poll_next(cx)
    }
}

/// What happens to a question, in order.
#[derive(Clone, Debug)]
pub enum ChatEvent {
    /// A try has to wait for its turn (see [`Client`](crate::Client)). Comes before [`ChatEvent::Sending`], only when
    /// there is a wait, and again when that changes noticeably.
    Queued {
        /// Among the chats that wait, from 1.
        position: usize,
        /// From now, as far as can be told: the rate is known, how long the answers before it take is a guess.
        wait: Duration,
        /// Requests of this minute and how many there may be, while what is left is spread out: from 80 % on.
        slowed: Option<(u32, u32)>,
    },
    /// A try is about to leave.
    Sending {
        /// From 1.
        attempt: u32,
    },
    /// Poe answered with 200 and the first piece of the answer.
    Started {
        /// The try that was answered.
        attempt: u32,
        /// `x-request-id`, for Poe's support.
        request_id: Option<String>,
        /// As the answer names it: the request's spelling.
        model: Option<String>,
    },
    /// A try failed before any byte of answer; the next one leaves after `wait`. Comes before the wait.
    Retrying {
        /// The coming one.
        attempt: u32,
        /// Tries in all.
        of: u32,
        /// From now.
        wait: Duration,
        /// Why the last one failed.
        error: Error,
    },
    /// A piece of the answer.
    Text(String),
    /// A piece of what the model says in place of an answer when it declines: it came in a field of its own, beside the
    /// text or in place of it.
    Refusal(String),
    /// A piece of the reasoning before it.
    Reasoning(String),
    /// A piece of a tool call.
    ToolCall(ToolCallDelta),
    /// What Poe counted. The last one holds; it is advice, the points history is the bill.
    Usage(TokenUsage),
    /// The answer is whole, as far as the model says.
    Done {
        /// Why it ended.
        finish: Finish,
    },
    /// It failed; [`Error::partial`] says whether some of the answer had come.
    Failed(Error),
}

/// Why an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finish {
    /// By itself.
    Stop,
    /// At `max_tokens` or the model's limit.
    Length,
    /// Declined by a filter, or by the model.
    ContentFilter,
    /// The model wants tools to be run.
    ToolCalls,
    /// Something else, verbatim. No [`ChatEvent::Done`] has it: such an end is [`Kind::EndedByHost`].
    Other(String),
}

/// Hosts have their own words for the same ends, in capitals or not.
impl From<&str> for Finish {
    fn from(reason: &str) -> Finish {
        match reason.to_ascii_lowercase().as_str() {
            "stop" | "end_turn" | "stop_sequence" | "eos" | "completed" => Finish::Stop,
            "length" | "max_tokens" => Finish::Length,
            "content_filter" | "safety" | "refusal" => Finish::ContentFilter,
            "tool_calls" | "tool_use" | "function_call" => Finish::ToolCalls,
            _ => Finish::Other(reason.to_owned()),
        }
    }
}

impl Finish {
    /// `stop`, `length`, `content_filter`, `tool_calls` or the verbatim reason.
    pub fn as_str(&self) -> &str {
        match self {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::ContentFilter => "content_filter",
            Finish::ToolCalls => "tool_calls",
            Finish::Other(reason) => reason,
        }
    }
}

/// A piece of a tool call: pieces of the same `index` belong together, their `arguments` one after another.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ToolCallDelta {
    /// Which call.
    pub index: u32,
    /// Opaque; on the first piece.
    pub id: Option<String>,
    /// The function's name; on the first piece.
    pub name: Option<String>,
    /// A piece of JSON text.
    pub arguments: String,
    /// Opaque (Gemini's thought signature): must be sent back unchanged with the call.
    pub extra_content: Option<Value>,
}

/// Tokens that Poe counted. Unreliable (tool calls are often 14/0/14): never bill from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsage {
    /// Of the question.
    pub prompt_tokens: Option<u64>,
    /// Of the answer, reasoning included.
    pub completion_tokens: Option<u64>,
    /// Of both.
    pub total_tokens: Option<u64>,
    /// Of the reasoning alone.
    pub reasoning_tokens: Option<u64>,
    /// Of the question, read from a cache.
    pub cached_tokens: Option<u64>,
}

#[cfg(test)]
#[path = "chat_tests.rs"]
mod tests;
