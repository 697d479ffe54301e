//! One question and its answer: the request, the events of the stream.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Kind};

/// A request to `POST /v1/chat/completions`
/// ([reference](https://creator.poe.com/api-reference/createChatCompletion)).
#[derive(Clone, Debug, Serialize)]
pub struct ChatRequest {
    /// The model's id.
    pub model: String,
    /// The conversation so far; the last one is usually the person's.
    pub messages: Vec<Message>,
    /// Whether the answer comes in pieces. Poe advises `false` for image, video and audio bots.
    pub stream: bool,
    /// At least 1. Reasoning may use all of it and leave no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// At most 4.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// What the model declares in [`Model::parameters`](crate::Model::parameters); sent at the top level.
    #[serde(flatten)]
    pub parameters: Map<String, Value>,
}

impl ChatRequest {
    /// A streaming request with everything else unset.
    pub fn new(model: impl Into<String>, messages: Vec<Message>) -> ChatRequest {
        ChatRequest {
            model: model.into(),
            messages,
            stream: true,
            max_tokens: None,
            temperature: None,
            top_p: None,
            stop: Vec::new(),
            parameters: Map::new(),
        }
    }

    /// Finds what Poe would refuse.
    pub fn validate(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// One message of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// The text, verbatim.
    pub content: String,
}

impl Message {
    /// Instructions to the model.
    pub fn system(content: impl Into<String>) -> Message {
        Message {
            role: Role::System,
            content: content.into(),
        }
    }

    /// The person's words.
    pub fn user(content: impl Into<String>) -> Message {
        Message {
            role: Role::User,
            content: content.into(),
        }
    }

    /// An earlier answer.
    pub fn assistant(content: impl Into<String>) -> Message {
        Message {
            role: Role::Assistant,
            content: content.into(),
        }
    }
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
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
    /// Declined by a filter.
    ContentFilter,
    /// The model wants tools to be run.
    ToolCalls,
    /// Something else, verbatim.
    Other(String),
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

pub(crate) fn unfinished() -> Error {
    Error::new(Kind::Unknown, "not written yet")
}
