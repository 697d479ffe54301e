//! The one small request: a short question, and ten tokens of an answer. It is made on a press, once, whatever becomes of it.

use crate::events::PaidRequest;
use crate::words::doctor as notes;
use poe::{ChatEvent, ChatRequest, Client, Kind, Message};
use std::time::Instant;

/// Tokens of the question, generously, and of the answer.
pub(crate) const QUESTION: u32 = 20;
pub(crate) const ANSWER: u32 = 10;

/// What came of it.
pub(crate) struct Answered {
    /// Who answered, and how fast.
    pub(crate) note: String,
    /// Without a word it ran all the same: its few tokens went into thinking.
    pub(crate) spoke: bool,
}

pub(crate) async fn ask(client: &Client, request: &PaidRequest) -> Result<Answered, poe::Error> {
    let began = Instant::now();
    let mut chat = ChatRequest::new(&*request.model, vec![Message::user("Say OK.")]);
    chat.max_tokens = Some(ANSWER);
    let mut stream = client.chat(chat);
    let mut first = None;
    let answered = |first, spoke| Answered {
        note: notes::answered(&request.name, first),
        spoke,
    };
    while let Some(event) = stream.next().await {
        match event {
            ChatEvent::Text(_) | ChatEvent::Refusal(_) | ChatEvent::Reasoning(_) => {
                first = first.or(Some(began.elapsed()))
            }
            ChatEvent::Done { .. } => return Ok(answered(first, true)),
            ChatEvent::Failed(error) if error.kind == Kind::EmptyAnswer => return Ok(answered(first, false)),
            ChatEvent::Failed(error) => return Err(error),
            _ => {}
        }
    }
    Err(poe::Error::new(
        Kind::StreamIncomplete,
        "the stream ended without an end",
    ))
}
