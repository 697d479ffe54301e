//! Notes how a try goes while it is under way, and tells the observer once when it is over, whichever way it ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;
use tokio::time::Instant;
use url::Url;

use crate::chat::TokenUsage;
use crate::classify;
use crate::clock::millis;
use crate::config::Config;
use crate::error::{Error, Kind};
use crate::record::{MAX_BODY, Observer, RequestRecord};
use crate::secret::Secret;

/// The most characters of a reason.
const MAX_SAID: usize = 300;

/// What is kept beyond, so that a key across the end is seen whole before the end is cut off.
const MARGIN: usize = 1024;

/// What is asked for in a try.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'static str,
    pub(crate) url: &'a Url,
    pub(crate) model: Option<&'a str>,
    pub(crate) body: Option<&'a [u8]>,
    /// Whether its bodies may be told at all.
    pub(crate) is_open: bool,
    /// Nor may what is said of its failure.
    pub(crate) is_private: bool,
}

impl Asked<'_> {
    pub(crate) fn get(url: &Url) -> Asked<'_> {
        Asked { method: "GET", url, model: None, body: None, is_open: true, is_private: false }
    }
}

/// A try that is under way. Whichever way it ends, the observer is told once: by [`Try::ended`], or when it is dropped.
pub(crate) struct Try(Option<Told>);

struct Told {
    observer: Observer,
    key: Option<Secret>,
    notes: Notes,
    is_private: bool,
}

/// Shared with who reads the body.
#[derive(Clone)]
struct Notes(Arc<Mutex<RecordState>>);

struct RecordState {
    record: RequestRecord,
    joined: Instant,
    left: Option<Instant>,
    /// As it came; `None` when nobody wants it.
    response: Option<Vec<u8>>,
    is_told: bool,
}

/// Records the body of a reply.
#[derive(Clone, Default)]
pub(crate) struct BodyRecorder(Option<Notes>);

impl BodyRecorder {
    pub(crate) fn record(&self, chunk: &[u8]) {
        let Some(notes) = &self.0 else { return };
        let mut state = notes.lock();
        if state.record.first_byte_ms.is_none() && !chunk.is_empty() {
            state.record.first_byte_ms = state.left.map(|left| ms(left.elapsed()));
        }
        state.record.bytes_in += chunk.len() as u64;
        if let Some(kept) = &mut state.response {
            let room = (MAX_BODY + MARGIN).saturating_sub(kept.len());
            kept.extend_from_slice(&chunk[..room.min(chunk.len())]);
        }
    }
}

impl Notes {
    fn lock(&self) -> MutexGuard<'_, RecordState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Try {
    pub(crate) fn new(config: &Config, asked: Asked<'_>, attempt: u32, of: u32) -> Try {
        let Some(observer) = config.observer.clone() else {
            return Try(None);
        };
        let with_bodies = config.log_bodies && asked.is_open;
        let body = asked.body.filter(|_| with_bodies);
        let record = RequestRecord {
            method: asked.method.to_owned(),
            host: asked.url.host_str().filter(|host| *host != config.base_url.host()).map(str::to_owned),
            path: asked.url.path().to_owned(),
            model: asked.model.map(str::to_owned),
            attempt,
            of,
            started_ms: now_ms(),
            request_body: body
                .map(|body| String::from_utf8_lossy(&body[..body.len().min(MAX_BODY + MARGIN)]).into_owned()),
            ..RequestRecord::default()
        };
        Try(Some(Told {
            observer,
            key: config.key.clone(),
            notes: Notes(Arc::new(Mutex::new(RecordState {
                record,
                joined: Instant::now(),
                left: None,
                response: with_bodies.then(Vec::new),
                is_told: false,
            }))),
            is_private: asked.is_private,
        }))
    }

    pub(crate) fn body_recorder(&self) -> BodyRecorder {
        BodyRecorder(self.0.as_ref().map(|told| told.notes.clone()))
    }

    /// Its turn has come.
    pub(crate) fn leaves(&self) {
        self.note(|state| {
            state.record.queued_ms = ms(state.joined.elapsed());
            state.left = Some(Instant::now());
        });
    }

    /// The head of the reply is here.
    pub(crate) fn answered(&self, status: u16, headers: &HeaderMap) {
        self.note(|state| {
            state.record.status = Some(status);
            state.record.request_id = classify::request_id(headers);
        });
    }

    pub(crate) fn used(&self, usage: &TokenUsage) {
        self.note(|state| {
            state.record.prompt_tokens = usage.prompt_tokens.or(state.record.prompt_tokens);
            state.record.completion_tokens = usage.completion_tokens.or(state.record.completion_tokens);
        });
    }

    /// It is over, well or not.
    pub(crate) fn ended(self, error: Option<&Error>) {
        self.tell(error, false);
    }

    fn note(&self, change: impl FnOnce(&mut RecordState)) {
        if let Some(told) = &self.0 {
            change(&mut told.notes.lock());
        }
    }

    fn tell(&self, error: Option<&Error>, stopped: bool) {
        let Some(told) = &self.0 else { return };
        let mut state = told.notes.lock();
        if std::mem::replace(&mut state.is_told, true) {
            return;
        }
        let (left, joined, response) = (state.left, state.joined, state.response.take());
        let mut record = std::mem::take(&mut state.record);
        drop(state);
        match left {
            Some(left) => record.total_ms = ms(left.elapsed()),
            None => record.queued_ms = ms(joined.elapsed()),
        }
        record.error = error.map(|error| error.kind);
        record.decided_by = error.map(|error| error.decided_by);
        record.said = error.filter(|_| !told.is_private).and_then(said);
        record.stopped = stopped;
        record.response_body = response.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        record.scrub(told.key.as_ref());
        told.observer.tell(&record);
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        self.tell(None, true);
    }
}

fn said(error: &Error) -> Option<String> {
    let is_theirs = error.status.is_some() && error.kind != Kind::MalformedResponse;
    let words = error.message.split_whitespace().collect::<Vec<_>>().join(" ");
    (is_theirs && !words.is_empty()).then(|| words.chars().take(MAX_SAID).collect())
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn now_ms() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
