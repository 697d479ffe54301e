//! What an observer is told about a try of a request, for a log that a person can read: what was asked, how long it took
//! and how it ended. Never the key, nor any part or encoding of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{DecidedBy, Kind};
use crate::key_fragments::KeyFragments;
use crate::secret::Secret;

/// The most bytes of a body in a record.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// Who is told of each try; see [`Config::observer`](crate::Config::observer). Called on the task that sends, so it must return at once and never
/// panic: give the record to a queue or a buffer.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&RequestRecord) + Send + Sync>);

impl Observer {
    /// Calls this for each try.
    pub fn new(observe: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Observer {
        Observer(Arc::new(observe))
    }

    pub(crate) fn tell(&self, record: &RequestRecord) {
        (self.0)(record);
    }
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Observer")
    }
}

/// One try of one request, told when it has ended: by an answer, a failure, or because the caller dropped it. What is
/// refused before sending ([`Kind::InvalidInput`]) is no try.
///
/// No text holds the key, its base64, its URL-encoding, or eight characters in a row of these, nor do the pieces that a
/// stream cut its text into. There are no headers in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// `GET` or `POST`.
    pub method: String,
    /// Who was asked, where that is not the host of [`Config::base_url`](crate::Config::base_url).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Of the URL, without its query, which may hold ids.
    pub path: String,
    /// Of a chat.
    pub model: Option<String>,
    /// Which try, from 1.
    pub attempt: u32,
    /// How many there would be at most.
    pub of: u32,
    /// When the try joined the queue, milliseconds since 1970 by the wall clock.
    pub started_ms: i64,
    /// How long it waited for its turn, milliseconds.
    pub queued_ms: u64,
    /// From leaving the queue to the first byte of the reply's body, milliseconds. `None` when none came.
    pub first_byte_ms: Option<u64>,
    /// From leaving the queue to the end, milliseconds; 0 for what never left the queue.
    pub total_ms: u64,
    /// HTTP status.
    pub status: Option<u16>,
    /// `x-request-id`, for Poe's support.
    pub request_id: Option<String>,
    /// How it failed; as text [`Kind::code`].
    pub error: Option<Kind>,
    /// What told that.
    pub decided_by: Option<DecidedBy>,
    /// What Poe, or whatever answered in its place, said of the failure: at most 300 characters, on one line. Never of what
    /// could not be read, which may be a piece of the answer.
    #[serde(default)]
    pub said: Option<String>,
    /// Tokens of the question, as Poe counted.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer, as Poe counted.
    pub completion_tokens: Option<u64>,
    /// Bytes of the reply's body, after unpacking (gzip, brotli), as far as it was read.
    pub bytes_in: u64,
    /// The caller dropped it before its end, in the queue or later.
    pub stopped: bool,
    /// What was sent, only with [`Config::log_bodies`](crate::Config::log_bodies): the first 64 KiB. Never of a sign-in.
    pub request_body: Option<String>,
    /// What came, only with [`Config::log_bodies`](crate::Config::log_bodies): the first 64 KiB. Never of a sign-in, nor of media.
    pub response_body: Option<String>,
}

impl RequestRecord {
    pub(crate) fn scrub(&mut self, key: Option<&Secret>) {
        let fragments = KeyFragments::of(key);
        for body in [&mut self.request_body, &mut self.response_body].into_iter().flatten() {
            fragments.remove_from_body(body);
            body.truncate(body.floor_char_boundary(MAX_BODY));
        }
        let texts =
            [&mut self.host, &mut self.model, &mut self.request_id, &mut self.said].into_iter().flatten();
        for text in texts.chain([&mut self.path]) {
            fragments.remove(text);
            text.truncate(text.floor_char_boundary(MAX_BODY));
        }
    }
}
