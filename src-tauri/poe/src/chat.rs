//! The answer to a question as it comes: the stream, its events, and how it ends.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::error::Error;
use crate::source::Source;
use crate::tool::ToolCallDelta;
use futures_core::Stream;
use serde::{Deserialize, Serialize};

/// An answer as it comes: events, the last of which is exactly one [`ChatEvent::Done`] or [`ChatEvent::Failed`].
///
/// Dropping it closes the connection: that is how to stop an answer. It must be polled within a Tokio runtime.
pub struct ChatStream {
    events: Pin<Box<dyn Stream<Item = ChatEvent> + Send>>,
}

impl ChatStream {
    pub(crate) fn new(events: impl Stream<Item = ChatEvent> + Send + 'static) -> ChatStream {
        ChatStream { events: Box::pin(events) }
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
    /// The model's host searched the web by itself, for these words.
    Searched(String),
    /// The pages that the answer names so far, all of them, by their numbers. Comes again when there are more.
    Sources(Vec<Source>),
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
    /// Something else, verbatim. No [`ChatEvent::Done`] has it: such an end is [`Kind::EndedByHost`](crate::Kind::EndedByHost).
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
    /// Of the question, kept in a cache for the next one.
    pub cache_written_tokens: Option<u64>,
}
