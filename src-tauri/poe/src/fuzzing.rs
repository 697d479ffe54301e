//! Doors into private parts, for the fuzz targets and the bench: each takes bytes that anybody may have sent, and panics
//! only where a promise is broken.

use std::time::SystemTime;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::answer::{Answer, End};
use crate::chat::ChatEvent;
use crate::error::Error;
use crate::frames::Frames;
use crate::secret::Secret;
use crate::{classify, media, models, sse, usage};

/// A chat stream from its bytes to its events, as the client reads it.
#[derive(Default)]
pub struct Reading {
    frames: Frames,
    answer: Answer,
}

impl Reading {
    /// Nothing read yet.
    pub fn new() -> Reading {
        Reading::default()
    }

    /// Appends the events that these bytes complete.
    pub fn push(&mut self, bytes: &[u8], events: &mut Vec<ChatEvent>) -> Result<(), Error> {
        self.frames.push(bytes, &mut |piece| self.answer.piece(piece, events))
    }

    /// The same with what an unfinished stream holds.
    pub fn finish(&mut self, events: &mut Vec<ChatEvent>) -> Result<(), Error> {
        self.frames.end(&mut |piece| self.answer.piece(piece, events))
    }

    /// The last event.
    pub fn end(&self) -> Result<ChatEvent, Error> {
        self.answer.end(End::InOrder, true)
    }
}

/// The same events whatever the pieces, and none lost by being lent.
pub fn stream(input: &[u8]) {
    let parse = |size: usize| {
        let (mut parser, mut events) = (sse::Parser::new(), Vec::new());
        for piece in input.chunks(size) {
            parser.push(piece, &mut events).expect("the input is far below the limit");
        }
        events
    };
    let whole = parse(input.len().max(1));
    for size in [1, 2, 7, 64] {
        assert_eq!(parse(size), whole, "in pieces of {size}");
    }
    // Mended or not, the same answer whatever the pieces.
    let read = |size: usize| {
        let (mut reading, mut events) = (Reading::new(), Vec::new());
        let mut result = Ok(());
        for piece in input.chunks(size) {
            result = result.and_then(|()| reading.push(piece, &mut events));
        }
        let result = result.and_then(|()| reading.finish(&mut events));
        format!("{events:?} {result:?} {:?}", reading.end().map_err(|error| error.kind))
    };
    let answer = read(input.len().max(1));
    for size in [1, 2, 7, 64] {
        assert_eq!(read(size), answer, "in pieces of {size}");
    }
    for event in &whole {
        // Anything may be in a frame.
        let (mut answer, mut out) = (Answer::default(), Vec::new());
        let _ = answer.frame(&event.name, &event.data, &mut out);
        let _ = answer.end(End::InOrder, true);
    }
}

/// The frames of one answer, a line each, read the fast way and by serde_json alike; each also as a whole answer.
pub fn delta(frames: &str) {
    let (mut fast, mut slow) = (Answer::default(), Answer::default());
    for json in frames.split('\n').map(str::trim) {
        let _ = Answer::default().frame("error", json, &mut Vec::new());
        let _ = Answer::default().frame("other", json, &mut Vec::new());
        let _ = Answer::default().whole(json.as_bytes(), &mut Vec::new());
        if matches!(json, "" | "[DONE]") {
            continue; // neither way sees these
        }
        let (mut events, mut expected) = (Vec::new(), Vec::new());
        let result = fast.frame("message", json, &mut events);
        let expected_result = slow.any("message", json, &mut expected);
        assert_eq!(
            format!("{result:?} {events:?} {fast:?}"),
            format!("{expected_result:?} {expected:?} {slow:?}")
        );
    }
}

/// The error of a refused request; whatever Poe said, it does not hold the key.
pub fn refusal(status: u16, body: &[u8]) -> Error {
    const KEY: &str = "p-0123456789abcdef";
    let mut error =
        classify::response(status, &HeaderMap::new(), "api.poe.com", body, SystemTime::UNIX_EPOCH);
    error.scrub(Secret::from_pasted(KEY).as_ref());
    assert!(!format!("{error} {error:?}").contains(KEY));
    error
}

/// A page of the history and a balance: points are never negative, each row is there once, the next page is never this one,
/// and pages that are merged once more stay as they are.
pub fn history(json: &str) {
    let Ok(body) = serde_json::from_str::<Value>(json) else {
        return;
    };
    let _ = usage::balance(&body);
    for cursor in [None, Some("x")] {
        let Some(page) = usage::page(&body, cursor) else {
            continue;
        };
        let is_sound = |row: &crate::UsageRow| row.points.unwrap_or(0) >= 0 && row.at_ms.unwrap_or(0) >= 0;
        assert!(page.rows.iter().all(is_sound));
        assert_eq!(usage::merged(page.rows.clone()), page.rows);
        assert!(cursor.is_none() || page.next.as_deref() != cursor);
        assert_eq!(page.has_more, page.next.is_some());
    }
}

/// The list of models: every row has an id.
pub fn models(json: &str) {
    if let Ok(body) = serde_json::from_str::<Value>(json) {
        let models = models::list(&body).unwrap_or_default();
        assert!(models.iter().all(|model| !model.id.is_empty()));
    }
}

/// The media of an answer: each once, as written.
pub fn media(answer: &str) {
    let links = media::links(answer);
    for (position, link) in links.iter().enumerate() {
        assert!(answer.contains(&link.url));
        assert!(links[..position].iter().all(|other| other.url != link.url));
    }
    assert!(media::without_doubles(answer).len() <= answer.len());
}
