//! Owns one try: asks for its turn, sends, reads the reply or what stands against it, and notes how it went.

use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::time::sleep;
use url::Url;

use super::Client;
use crate::clock::Moment;
use crate::error::{Error, Kind};
use crate::gate::Slot;
use crate::media::elsewhere;
use crate::proxy::in_use::ProxyInUse;
use crate::queue::Lane;
use crate::recorder::{Asked, Try};
use crate::reply::{Limits, MAX_BODY, Reply, deadline, whole, within};
use crate::request::Endpoint;
use crate::{classify, rate, retry, said, transport};

/// How long a GET waits for the next byte when the caller set no limit: unlike an answer, it has nothing to think about.
const GET_LIMIT: Duration = Duration::from_secs(30);

/// How long the body of a failure may take. The status alone says enough.
const FAILURE_LIMIT: Duration = Duration::from_secs(3);

/// One try of a request: its slot in the queue and on the wire, and the record that is made of it.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    /// From 1.
    pub(super) number: u32,
    pub(super) slot: &'a Slot,
    pub(super) record: &'a Try,
}

/// A failed try, and whether `x-should-retry` forbids another.
pub(super) struct AttemptFailure {
    pub(super) error: Error,
    pub(super) is_forbidden: bool,
}

impl From<Error> for AttemptFailure {
    fn from(error: Error) -> AttemptFailure {
        AttemptFailure { error, is_forbidden: false }
    }
}

impl Client {
    pub(super) async fn ask(
        &self,
        body: &[u8],
        endpoint: Endpoint,
        is_stream: bool,
        attempt: Attempt<'_>,
    ) -> Result<(Reply, bool), AttemptFailure> {
        let config = &self.inner.config;
        let url = self.base_url().join(endpoint.path());
        let request = self.http(&url)?.post(url);
        let request = match endpoint {
            Endpoint::Messages => request.header("anthropic-version", "2023-06-01"),
            _ => request,
        };
        let accept = if is_stream { "text/event-stream" } else { "application/json" };
        let request =
            request.header(ACCEPT, accept).header(CONTENT_TYPE, "application/json").body(body.to_vec());
        let first_byte = config.first_byte_timeout.and_then(deadline);
        let limits = Limits { first_byte, idle: config.idle_timeout, total: None };
        let response = self.send(request, limits, attempt).await?;
        let is_forbidden = retry::is_forbidden(response.headers());
        let reply = Reply::new(response, endpoint, attempt.number, limits, attempt.record.body_recorder());
        Ok((reply, is_forbidden))
    }

    pub(crate) async fn get<T>(
        &self,
        url: &Url,
        max: usize,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let mut number = 1;
        let of = self.inner.config.max_attempts;
        loop {
            let record = Try::new(&self.inner.config, Asked::get(url), number, of);
            let slot = self.turn(number > 1, &record).await;
            let attempt = Attempt { number, slot: &slot, record: &record };
            let tried = async {
                let request = self.http(url)?.get(url.clone());
                let request = request.header(ACCEPT, "application/json");
                self.once(request, max, attempt, &parse).await
            };
            let failure = match tried.await {
                Ok(value) => {
                    record.ended(None);
                    return Ok(value);
                }
                Err(failure) => failure,
            };
            let error = self.completed(failure.error, number);
            record.ended(Some(&error));
            let decision = retry::decide_get(&error, number, of, fastrand::f64());
            self.pause(&error, decision.wait);
            drop(slot);
            match decision.wait {
                Some(wait) if !failure.is_forbidden => sleep(wait).await,
                _ => return Err(error),
            }
            number += 1;
        }
    }

    /// Sends JSON, once.
    pub(crate) async fn post<T>(
        &self,
        url: &Url,
        body: &Value,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let text = body.to_string();
        let asked = Asked {
            method: "POST",
            url,
            model: body["model"].as_str(),
            body: Some(text.as_bytes()),
            is_open: true,
            is_private: false,
        };
        self.post_once(asked, "application/json", parse).await
    }

    /// Sends a form to `{parent}/token`, once: a code is good for one try.
    pub(crate) async fn exchange<T>(
        &self,
        form: &[(&str, &str)],
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let asked = Asked {
            method: "POST",
            url: &self.base_url().join_parent("/token"),
            model: None,
            body: Some(body.as_bytes()),
            // The code and the verifier go, and the key comes.
            is_open: false,
            is_private: false,
        };
        let result = self.post_once(asked, "application/x-www-form-urlencoded", parse).await;
        result.map_err(|mut error| {
            // What Poe quotes may be the code or the verifier, and an unreadable reply may hold the key.
            if error.kind == Kind::MalformedResponse {
                error.message = "no key in the reply".to_owned();
            }
            error
        })
    }

    async fn post_once<T>(
        &self,
        asked: Asked<'_>,
        content_type: &'static str,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let url = asked.url.clone();
        let body = asked.body.unwrap_or_default().to_vec();
        let record = Try::new(&self.inner.config, asked, 1, 1);
        let slot = self.turn(false, &record).await;
        let attempt = Attempt { number: 1, slot: &slot, record: &record };
        let asking = async {
            let request = self.http(&url)?.post(url.clone());
            let request = request.header(ACCEPT, "application/json");
            let request = request.header(CONTENT_TYPE, content_type).body(body);
            self.once(request, MAX_BODY, attempt, parse).await
        };
        let result = asking.await.map_err(|failure: AttemptFailure| self.completed(failure.error, 1));
        record.ended(result.as_ref().err());
        result
    }

    /// Sends nothing but the key, once, to a path that the server need not know: then there is nothing, and no failure.
    /// What it tells is about a person, so that it is not recorded.
    pub(crate) async fn post_if_known<T>(
        &self,
        url: &Url,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let asked = Asked { method: "POST", url, model: None, body: None, is_open: false, is_private: false };
        let record = Try::new(&self.inner.config, asked, 1, 1);
        let slot = self.turn(false, &record).await;
        let attempt = Attempt { number: 1, slot: &slot, record: &record };
        let asking = async {
            let request = self.http(url)?.post(url.clone()).header(ACCEPT, "application/json");
            self.once(request.header(CONTENT_LENGTH, 0), MAX_BODY, attempt, parse).await
        };
        let result = match asking.await {
            Ok(value) => Ok(Some(value)),
            Err(AttemptFailure { error, .. }) if matches!(error.status, Some(404 | 405)) => Ok(None),
            Err(AttemptFailure { error, .. }) => Err(self.completed(error, 1)),
        };
        record.ended(result.as_ref().err());
        result
    }

    /// The bytes that a GET brings.
    pub(crate) async fn bytes(&self, url: &Url, max: usize) -> Result<Vec<u8>, Error> {
        let asked = Asked { is_open: false, ..Asked::get(url) };
        let record = Try::new(&self.inner.config, asked, 1, 1);
        let slot = self.turn(false, &record).await;
        let limits = self.get_limits();
        let attempt = Attempt { number: 1, slot: &slot, record: &record };
        let read = async {
            let response = self.send(self.http(url)?.get(url.clone()), limits, attempt).await?;
            let status = response.status().as_u16();
            let read = whole(response, max, limits, record.body_recorder()).await;
            read.map_err(|(error, _)| {
                AttemptFailure::from(Error { status: Some(status), sent: true, ..error })
            })
        };
        let result = read.await.map_err(|failure| self.completed(failure.error, 1));
        record.ended(result.as_ref().err());
        result
    }

    /// What another host keeps, and its content type: without the key, and past the queue.
    pub(crate) async fn fetch(&self, url: &Url, max: usize) -> Result<(Vec<u8>, Option<String>), Error> {
        self.fetch_by(self.http(url), url, max).await
    }

    /// Likewise, by a connection that is the caller's.
    pub(crate) async fn fetch_by(
        &self,
        http: Result<reqwest::Client, Error>,
        url: &Url,
        max: usize,
    ) -> Result<(Vec<u8>, Option<String>), Error> {
        let asked = Asked { is_open: false, ..Asked::get(url) };
        let record = Try::new(&self.inner.config, asked, 1, 1);
        record.leaves();
        let total = deadline(self.inner.config.media_timeout);
        let limits = self.get_limits();
        let read = async {
            let sending = http?.get(url.clone()).send();
            let Some(sent) = within([limits.first_byte, total].into_iter().flatten().min(), sending).await
            else {
                return Err(Error::new(Kind::FirstByteTimeout, "no answer came"));
            };
            let response = sent.map_err(|error| {
                let refused = elsewhere::is_not_public(&error);
                refused.unwrap_or_else(|| transport::no_answer(&error, self.proxy(url).as_ref()))
            })?;
            let (status, headers) = (response.status(), response.headers().clone());
            record.answered(status.as_u16(), &headers);
            let most = if status.is_success() { max } else { MAX_BODY };
            let reading = whole(response, most, limits, record.body_recorder());
            let Some(read) = within(total, reading).await else {
                return Err(Error { sent: true, ..Error::new(Kind::StreamStalled, "it takes too long") });
            };
            if !status.is_success() {
                let (Ok(body) | Err((_, body))) = read;
                let host = url.host_str().unwrap_or_default();
                return Err(classify::response(status.as_u16(), &headers, host, &body, SystemTime::now()));
            }
            let bytes = read.map_err(|(error, _)| Error { status: Some(status.as_u16()), ..error })?;
            let name = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let name = name.and_then(|name| name.split(';').next());
            Ok((bytes, name.map(|name| name.trim().to_lowercase())))
        };
        let result = read
            .await
            .map_err(|error| Error { host: url.host_str().map(str::to_owned), ..self.completed(error, 1) });
        record.ended(result.as_ref().err());
        result
    }

    fn get_limits(&self) -> Limits {
        let config = &self.inner.config;
        Limits {
            first_byte: deadline(config.first_byte_timeout.unwrap_or(GET_LIMIT)),
            idle: Some(config.idle_timeout.unwrap_or(GET_LIMIT)),
            total: None,
        }
    }

    async fn once<T>(
        &self,
        request: RequestBuilder,
        max: usize,
        attempt: Attempt<'_>,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, AttemptFailure> {
        let limits = self.get_limits();
        let response = self.send(request, limits, attempt).await?;
        let status = response.status().as_u16();
        let request_id = classify::request_id(response.headers());
        let is_forbidden = retry::is_forbidden(response.headers());
        let failed = |error| AttemptFailure {
            error: Error { status: Some(status), request_id: request_id.clone(), sent: true, ..error },
            is_forbidden,
        };
        let body = whole(response, max, limits, attempt.record.body_recorder())
            .await
            .map_err(|(error, _)| failed(error))?;
        let text = String::from_utf8_lossy(&body);
        let text = text.trim_start_matches('\u{feff}').trim();
        if classify::is_html(text) {
            return Err(failed(Error::new(Kind::CaptivePortal, "a web page came instead of an answer")));
        }
        let value: Value = serde_json::from_str(text)
            .map_err(|error| failed(Error::unreadable(&error.to_string(), text)))?;
        let parsed = if value.get("error").is_none_or(Value::is_null) { parse(&value) } else { None };
        parsed.ok_or_else(|| {
            failed(if said::is_failure(&value) {
                classify::frame(&value)
            } else {
                Error::unreadable("an unexpected shape", text)
            })
        })
    }

    /// To send something to this address at once. Fails where the setting of a proxy can't be used, so that nothing is sent.
    fn http(&self, url: &Url) -> Result<reqwest::Client, Error> {
        self.inner.rules.route(url)?;
        self.inner.connections.awake()
    }

    /// The proxy on the way to this address.
    fn proxy(&self, url: &Url) -> Option<ProxyInUse> {
        Some(self.inner.rules.route(url).ok()??.proxy)
    }

    /// Waits for the turn of something that is no chat.
    async fn turn(&self, is_again: bool, record: &Try) -> Slot {
        let mut slot = self.inner.gate.enter(Lane::Short, is_again);
        slot.turn().await;
        record.leaves();
        slot
    }

    /// An answer with a status of success, or what stands against it.
    async fn send(
        &self,
        request: RequestBuilder,
        limits: Limits,
        Attempt { slot, record, .. }: Attempt<'_>,
    ) -> Result<Response, AttemptFailure> {
        let request = match self.authorization()? {
            Some(key) => request.header(AUTHORIZATION, key),
            None => request,
        };
        slot.sent();
        let leaves = Moment::now();
        let Some(sent) = within(limits.first_byte, request.send()).await else {
            return Err(Error { sent: true, ..Error::new(Kind::FirstByteTimeout, "no answer came") }.into());
        };
        let response = match sent {
            Ok(response) => response,
            Err(error) => {
                let mut failure = transport::no_answer(&error, self.proxy(self.base_url().url()).as_ref());
                if !failure.sent {
                    slot.unsent();
                }
                if transport::is_certificate(&error) {
                    let refused = self.inner.connections.refused(self.base_url().host());
                    failure.certificate = refused.map(Box::new);
                }
                return Err(failure.into());
            }
        };
        record.answered(response.status().as_u16(), response.headers());
        self.inner.clock.learn(response.headers(), leaves, Moment::now());
        slot.answered(rate::told(response.headers(), SystemTime::now()));
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let limits = Limits { total: deadline(FAILURE_LIMIT), ..Limits::default() };
        let (Ok(body) | Err((_, body))) = whole(response, MAX_BODY, limits, record.body_recorder()).await;
        let error = classify::response(status, &headers, self.base_url().host(), &body, SystemTime::now());
        self.pause(&error, None);
        Err(AttemptFailure { error, is_forbidden: retry::is_forbidden(&headers) })
    }

    fn authorization(&self) -> Result<Option<HeaderValue>, Error> {
        let Some(key) = &self.inner.config.key else {
            return Ok(None);
        };
        let value = HeaderValue::try_from(format!("Bearer {}", key.expose()).into_bytes());
        let mut value =
            value.map_err(|_| Error::new(Kind::InvalidApiKey, "the key holds control characters"))?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// When Poe asks to slow down, that holds for everything.
    pub(super) fn pause(&self, error: &Error, backoff: Option<Duration>) {
        if error.kind == Kind::RateLimitExceeded
            && let Some(wait) = error.retry_after.or(backoff)
        {
            self.inner.gate.pause(wait);
        }
    }

    /// Adds what every failure has, and takes out what none may have.
    pub(super) fn completed(&self, error: Error, attempt: u32) -> Error {
        let mut error = Error { attempt, host: Some(self.base_url().host().to_owned()), ..error };
        error.scrub(self.inner.config.key.as_ref());
        error
    }
}
