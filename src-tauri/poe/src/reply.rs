//! Reads one answer off the wire: tells what it is, keeps to the limits of time and size, and hands out events.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use crate::answer::{Answer, End};
use crate::chat::ChatEvent;
use crate::endpoint::{self, Translator};
use crate::error::{Error, Kind};
use crate::frames::{self, Frames, Piece};
use crate::recorder::BodyRecorder;
use crate::request::Endpoint;
use crate::{classify, retry, sse, transport};

/// The largest reply that is no answer and not the list of models.
pub(crate) const MAX_BODY: usize = 4 * 1024 * 1024;

/// The largest answer that does not come in pieces: what a stream may bring in one.
const MAX_ANSWER: usize = sse::MAX_EVENT;

/// How long the usage and `[DONE]` may follow the finish reason. Nobody waits for them longer: the answer is there.
const AFTER_FINISH: Duration = Duration::from_secs(2);

/// Limits that the caller set.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits {
    /// When the first byte of the body must have come.
    pub(crate) first_byte: Option<Instant>,
    /// Between two pieces.
    pub(crate) idle: Option<Duration>,
    /// When everything must have come; goes before the other two.
    pub(crate) total: Option<Instant>,
}

/// An answer that is being read.
pub(crate) struct Reply {
    body: Body,
    format: Format,
    translator: Translator,
    answer: Answer,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    attempt: u32,
    has_started: bool,
    ready: VecDeque<ChatEvent>,
    /// Empty between reads; kept for its room.
    out: Vec<ChatEvent>,
    /// What comes after everything in `ready`.
    end: Option<Result<ChatEvent, Error>>,
}

/// What the body is. Poe answers some stream requests with one JSON object, and a login page answers for anybody.
enum Format {
    /// Not told before the first byte that is no blank.
    Untold(ContentType),
    Stream(Frames),
    Json(Vec<u8>),
}

/// What the content type says; without one it may be a stream.
#[derive(Clone, Copy)]
enum ContentType {
    Stream,
    Json,
    Html,
}

impl Reply {
    pub(crate) fn new(
        response: Response,
        endpoint: Endpoint,
        attempt: u32,
        limits: Limits,
        recorder: BodyRecorder,
    ) -> Reply {
        let content_type = match response.headers().get("content-type").and_then(|value| value.to_str().ok())
        {
            Some(value) if value.contains("json") => ContentType::Json,
            Some(value) if value.contains("html") => ContentType::Html,
            _ => ContentType::Stream,
        };
        Reply {
            request_id: classify::request_id(response.headers()),
            retry_after: retry::after(response.headers(), response.status().as_u16(), SystemTime::now()),
            body: Body::new(response, limits, recorder),
            format: Format::Untold(content_type),
            translator: Translator::new(endpoint),
            answer: Answer::default(),
            attempt,
            has_started: false,
            ready: VecDeque::new(),
            out: Vec::new(),
            end: None,
        }
    }

    /// How much of the answer has come.
    pub(crate) fn bytes(&self) -> u64 {
        self.answer.bytes()
    }

    /// The next event; `Done` is the last one, and so is a failure.
    pub(crate) async fn next(&mut self) -> Result<ChatEvent, Error> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            if let Some(end) = self.end.take() {
                return end.map_err(|error| self.place(error));
            }
            let chunk = match self.body.next().await {
                Ok(chunk) => chunk,
                // After the finish reason no failure of the connection matters any more.
                Err(error) => {
                    let mut out = Vec::new();
                    let left = self.leftover(&mut out);
                    self.announce(&mut out);
                    if let Err(error) = left {
                        self.end = Some(Err(error));
                        continue;
                    }
                    let whole = self.answer.has_finished() || error.kind == Kind::ConnectionLost;
                    self.end = Some(if whole { self.end(End::Broken(error)) } else { Err(error) });
                    continue;
                }
            };
            let mut out = std::mem::take(&mut self.out);
            let result = match chunk {
                Some(chunk) => self.take(&chunk, &mut out),
                None => self.finish(&mut out).map(|()| self.end = Some(self.end(End::InOrder))),
            };
            self.announce(&mut out);
            self.out = out;
            if let Err(error) = result {
                self.end = Some(Err(error));
            } else if self.end.is_none() && self.answer.is_done() {
                self.end = Some(self.end(End::InOrder));
            } else if self.answer.has_finished() {
                self.body.hurry(AFTER_FINISH);
            }
        }
    }

    fn end(&self, end: End) -> Result<ChatEvent, Error> {
        self.answer.end(end, self.body.bytes > 0)
    }

    /// `Started` comes before the first thing that Poe says, unless that is an error.
    fn announce(&mut self, out: &mut Vec<ChatEvent>) {
        if !self.has_started && self.answer.has_begun() {
            self.has_started = true;
            self.ready.push_back(ChatEvent::Started {
                attempt: self.attempt,
                request_id: self.request_id.clone(),
                model: self.answer.model.clone(),
            });
        }
        self.ready.extend(out.drain(..));
    }

    fn take(&mut self, mut chunk: &[u8], out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        if let Format::Untold(content_type) = self.format {
            // A byte order mark tells as little as a blank.
            let Some(start) = chunk.iter().position(|byte| !b" \t\r\n\xef\xbb\xbf".contains(byte)) else {
                return Ok(());
            };
            chunk = &chunk[start..];
            self.format = match (chunk[0], content_type) {
                (b'<', _) => return Err(login_page()),
                (b'{', _) => Format::Json(Vec::new()),
                (_, ContentType::Html) => return Err(login_page()),
                // A field of an event under a wrong content type.
                (_, ContentType::Json) if !is_field(chunk) => Format::Json(Vec::new()),
                _ => Format::Stream(Frames::default()),
            };
        }
        match &mut self.format {
            Format::Untold(_) => Ok(()),
            Format::Json(body) => {
                if body.len() + chunk.len() > MAX_ANSWER {
                    return Err(Error::unreadable(&format!("a body of more than {MAX_ANSWER} bytes"), ""));
                }
                body.extend_from_slice(chunk);
                Ok(())
            }
            Format::Stream(frames) => frames
                .push(chunk, &mut |piece| understand(&mut self.translator, &mut self.answer, piece, out)),
        }
    }

    fn finish(&mut self, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        let Format::Json(body) = &self.format else {
            return self.leftover(out);
        };
        if frames::is_lines(&String::from_utf8_lossy(body)) {
            let mut frames = Frames::default();
            let (translator, answer) = (&mut self.translator, &mut self.answer);
            let mut take = |piece: Piece<'_>| understand(translator, answer, piece, out);
            frames.push(body, &mut take)?;
            return frames.end(&mut take);
        }
        match endpoint::completion(self.translator.endpoint(), body) {
            Some(completion) => self.answer.whole(&completion, out),
            None => self.answer.whole(body, out),
        }
    }

    /// What a stream holds when nothing more comes.
    fn leftover(&mut self, out: &mut Vec<ChatEvent>) -> Result<(), Error> {
        match &mut self.format {
            Format::Stream(frames) => {
                frames.end(&mut |piece| understand(&mut self.translator, &mut self.answer, piece, out))
            }
            Format::Untold(_) | Format::Json(_) => Ok(()),
        }
    }

    /// Adds what only this answer knows; an error frame after some text becomes one of the stream.
    fn place(&self, error: Error) -> Error {
        let is_frame = error.status.is_some();
        let mut error = Error {
            status: Some(self.body.status),
            request_id: self.request_id.clone(),
            retry_after: self.retry_after.filter(|_| is_frame),
            partial: self.answer.is_partial(),
            sent: true,
            ..error
        };
        if is_frame && self.answer.bytes() > 0 {
            error.inner = Some(error.kind);
            error.kind = Kind::StreamError;
        }
        error
    }
}

/// A piece of a stream, in the words of chat completions.
fn understand(
    translator: &mut Translator,
    answer: &mut Answer,
    piece: Piece<'_>,
    out: &mut Vec<ChatEvent>,
) -> Result<(), Error> {
    let translated = match piece {
        Piece::Frame(name, data) if name != "error" => translator.translate(data),
        _ => None,
    };
    match translated {
        None => answer.piece(piece, out),
        Some(chunks) => chunks.iter().try_for_each(|chunk| answer.frame("message", chunk, out)),
    }
}

/// The beginning of a stream of events, as far as it has come.
fn is_field(chunk: &[u8]) -> bool {
    ["data:", "event:", "error:", "id:", "retry:", ":"]
        .iter()
        .any(|field| chunk.starts_with(field.as_bytes()) || field.as_bytes().starts_with(chunk))
}

fn login_page() -> Error {
    Error::new(Kind::CaptivePortal, "a web page came instead of an answer")
}

/// The bytes of a reply, with the caller's patience.
struct Body {
    response: Response,
    status: u16,
    limits: Limits,
    bytes: u64,
    recorder: BodyRecorder,
}

impl Body {
    fn new(response: Response, limits: Limits, recorder: BodyRecorder) -> Body {
        Body { status: response.status().as_u16(), response, limits, bytes: 0, recorder }
    }

    /// The answer is there but for its end: from now on nobody waits long.
    fn hurry(&mut self, limit: Duration) {
        self.limits.total = self.limits.total.or_else(|| deadline(limit));
    }

    /// The next piece, or `None` at the end in order.
    async fn next(&mut self) -> Result<Option<bytes::Bytes>, Error> {
        let limit =
            if self.bytes == 0 { self.limits.first_byte } else { self.limits.idle.and_then(deadline) };
        let piece = within(self.limits.total.or(limit), self.response.chunk()).await;
        match piece {
            Some(Ok(chunk)) => {
                if let Some(chunk) = &chunk {
                    self.bytes += chunk.len() as u64;
                    self.recorder.record(chunk);
                }
                Ok(chunk)
            }
            Some(Err(error)) => Err(transport::no_body(&error)),
            None if self.bytes == 0 => {
                Err(Error { sent: true, ..Error::new(Kind::FirstByteTimeout, "no byte of the answer came") })
            }
            None => Err(Error { sent: true, ..Error::new(Kind::StreamStalled, "nothing more came") }),
        }
    }
}

/// A limit too far away to be a time is none.
pub(crate) fn deadline(limit: Duration) -> Option<Instant> {
    Instant::now().checked_add(limit)
}

/// `None` when the time is over.
pub(crate) async fn within<T>(limit: Option<Instant>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        Some(limit) => timeout_at(limit, work).await.ok(),
        None => Some(work.await),
    }
}

/// The whole body, when it keeps to the limits. What was read before a failure comes with it.
pub(crate) async fn whole(
    response: Response,
    max: usize,
    limits: Limits,
    recorder: BodyRecorder,
) -> Result<Vec<u8>, (Error, Vec<u8>)> {
    let too_large = || Error::unreadable(&format!("a body of more than {max} bytes"), "");
    // One that says so itself need not be read.
    if response.status().is_success() && response.content_length().is_some_and(|told| told > max as u64) {
        return Err((too_large(), Vec::new()));
    }
    let mut body = Body::new(response, limits, recorder);
    let mut read = Vec::new();
    loop {
        match body.next().await {
            Ok(Some(chunk)) if read.len() + chunk.len() > max => {
                return Err((too_large(), read));
            }
            Ok(Some(chunk)) => read.extend_from_slice(&chunk),
            Ok(None) => return Ok(read),
            Err(error) => return Err((error, read)),
        }
    }
}
