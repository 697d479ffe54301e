//! A reply as data: what the simulated Poe says, and how badly it says it.

use std::time::Duration;

use serde_json::{Value, json};

use super::completion::{Completion, Identity};

/// One HTTP reply. Fields are public so that a test can compose what no builder foresees.
///
/// Every reply gets `date`, `x-request-id`, `openai-processing-ms` and `openai-version` unless `headers` names them. A header
/// with an empty value is left out.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// In the order of sending.
    pub headers: Vec<(String, String)>,
    /// `Wait`, `Cut` and `Hang` before the first bytes happen before the status line: nothing was answered yet. An
    /// empty `Bytes` sends the head alone.
    pub body: Vec<Part>,
    /// How the client learns where the body ends.
    pub framing: Framing,
    /// How the body is packed.
    pub encoding: Encoding,
}

/// A piece of a body, or what happens between two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Each piece is written by itself.
    Bytes(Vec<u8>),
    /// Written `size` bytes at a time.
    Split {
        /// All of them.
        bytes: Vec<u8>,
        /// At least 1; less counts as 1.
        size: usize,
    },
    /// Nothing for so long.
    Wait(Duration),
    /// A TCP reset here.
    Cut,
    /// Nothing more until the client leaves.
    Hang,
}

/// How the client learns where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// `transfer-encoding: chunked`, a chunk for each write.
    Chunked,
    /// A body with a `Cut` or a `Hang` promises more than it sends.
    Length,
    /// No length: the body ends when the connection does.
    Close,
}

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// Flushed after each piece.
    Gzip,
    /// Flushed after each piece.
    Brotli,
}

impl Reply {
    /// A head with no body; `Reply::empty(200).cut()` closes the connection before any byte of an answer.
    pub fn empty(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            framing: Framing::Length,
            encoding: Encoding::Identity,
        }
    }

    /// A body of this type with a length.
    pub fn bytes(status: u16, content_type: &str, bytes: Vec<u8>) -> Reply {
        let mut reply = Reply::empty(status).header("content-type", content_type);
        reply.body.push(Part::Bytes(bytes));
        reply
    }

    /// One JSON value.
    pub fn json(status: u16, value: Value) -> Reply {
        Reply::bytes(status, "application/json", value.to_string().into_bytes())
    }

    /// A web page, as gateways and login pages send.
    pub fn html(status: u16, text: &str) -> Reply {
        Reply::bytes(status, "text/html; charset=utf-8", text.as_bytes().to_vec())
    }

    /// Plain text.
    pub fn text(status: u16, text: &str) -> Reply {
        Reply::bytes(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
    }

    /// Poe's error envelope; without a code the key is absent.
    pub fn error(status: u16, message: &str, type_: &str, code: Option<&str>) -> Reply {
        let mut error = json!({ "message": message, "type": type_ });
        if let Some(code) = code {
            error["code"] = json!(code);
        }
        Reply::json(status, json!({ "error": error }))
    }

    /// Each event becomes `data: …` and a blank line, in a write of its own. `[DONE]` is an event like any other.
    pub fn sse(events: &[&str]) -> Reply {
        let mut reply = Reply::empty(200)
            .header("content-type", "text/event-stream; charset=utf-8")
            .header("cache-control", "no-cache");
        reply.framing = Framing::Chunked;
        reply.body = events.iter().map(|event| Part::Bytes(frame(event))).collect();
        reply
    }

    /// A whole well-formed streamed answer, with usage and `[DONE]`.
    pub fn answer(text: &str) -> Reply {
        let identity = Identity::new("demo-sonnet");
        Completion::text(7, text).stream(&identity, true, None)
    }

    /// Replaces a header of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.retain(|(existing, _)| !existing.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The whole reply, its head included, comes this much later.
    pub fn after(mut self, wait: Duration) -> Reply {
        self.body.insert(0, Part::Wait(wait));
        self
    }

    /// Ends in a TCP reset.
    pub fn cut(mut self) -> Reply {
        self.body.push(Part::Cut);
        self
    }

    /// Sends nothing more, and keeps the connection.
    pub fn hang(mut self) -> Reply {
        self.body.push(Part::Hang);
        self
    }

    /// Writes every piece of the body `size` bytes at a time.
    pub fn split(mut self, size: usize) -> Reply {
        for part in &mut self.body {
            if let Part::Bytes(bytes) = part {
                *part = Part::Split { bytes: std::mem::take(bytes), size };
            }
        }
        self
    }

    /// Packs the body.
    pub fn gzip(mut self) -> Reply {
        self.encoding = Encoding::Gzip;
        self
    }

    /// Packs the body.
    pub fn brotli(mut self) -> Reply {
        self.encoding = Encoding::Brotli;
        self
    }
}

fn frame(event: &str) -> Vec<u8> {
    format!("data: {event}\n\n").into_bytes()
}
