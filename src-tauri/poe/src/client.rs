//! Owns the connections to Poe: sends a request, applies the retry decision, hands back what came.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_stream::stream;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::time::sleep;
use url::Url;

use crate::answer::unreadable;
use crate::gate::{Gate, Place};
use crate::queue::{Lane, Outlook};
use crate::reply::{Limits, MAX_BODY, Reply, deadline, whole, within};
use crate::{
    Balance, BaseUrl, ChatEvent, ChatRequest, ChatStream, Config, Endpoint, Error, Kind, Model, UsagePage,
    classify, models, rate, retry, transport, usage,
};

/// The list of 362 models has some 600 kB.
const MAX_MODELS: usize = 16 * 1024 * 1024;

/// How long a GET waits for the next byte when the caller set no limit: unlike an answer, it has nothing to think about.
const GET_LIMIT: Duration = Duration::from_secs(30);

/// How long the body of a failure may take. The status alone says enough.
const FAILURE_LIMIT: Duration = Duration::from_secs(3);

/// A client of the Poe API. Cheap to clone; clones share their connections. Its calls need a Tokio runtime.
///
/// Everything that a client and its clones send goes through one queue, so that Poe's limit is kept by waiting here
/// instead of being refused there: at most [`Config::requests_per_minute`] in any minute, or what the answers' headers
/// say (`x-ratelimit-*`, `anthropic-ratelimit-*`), slower from 80 % on, and nothing for as long as a 429 asks, up to a
/// minute. Conversations take turns ([`Client::chat_in`]); everything that is no chat goes before chats, in turn with
/// them when both wait. Dropping a request takes it out of the queue at once.
///
/// It follows no redirect. One to another host is [`Kind::CaptivePortal`], since only a login page does that; any other
/// is [`Kind::NotFound`].
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    http: reqwest::Client,
    gate: Arc<Gate>,
    /// Host and port of the proxy that the way to Poe leads through.
    proxy: Option<String>,
}

/// A failed try, and whether `x-should-retry` forbids another.
struct Failure {
    error: Error,
    is_forbidden: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure {
            error,
            is_forbidden: false,
        }
    }
}

impl Client {
    /// Sets up TLS and proxies; sends nothing.
    ///
    /// Fails with [`Kind::TlsInvalid`] when the system has no certificates to check Poe's by.
    pub fn new(config: Config) -> Result<Client, Error> {
        // Connecting must time out first: then it is known that nothing was sent.
        let connect_timeout = match config.first_byte_timeout {
            Some(limit) => config.connect_timeout.min(limit.mul_f64(0.9)),
            None => config.connect_timeout,
        };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("poe-rust/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(connect_timeout)
            // Poe closes idle connections; a request on one that is just being closed ends in doubt.
            .pool_idle_timeout(Duration::from_secs(20))
            // Tells a dead connection (sleep, another network) from a model that thinks.
            .http2_keep_alive_interval(Duration::from_secs(30))
            .http2_keep_alive_timeout(Duration::from_secs(20));
        if config.base_url.is_http() {
            // No certificate will be looked at, so a system without any must not fail.
            builder = builder.tls_certs_only([]);
        } else {
            for extra in &config.extra_ca {
                builder = builder.tls_certs_merge(extra.certificates()?);
            }
        }
        let (builder, proxy) = config.proxy.apply(builder, &config.base_url)?;
        let http = builder.build().map_err(|error| transport::no_tls(&error))?;
        let gate = Gate::new(config.requests_per_minute, config.max_concurrent);
        Ok(Client {
            inner: Arc::new(Inner {
                config,
                http,
                gate,
                proxy,
            }),
        })
    }

    /// Where it sends to.
    pub fn base_url(&self) -> &BaseUrl {
        &self.inner.config.base_url
    }

    /// Every model, `GET {base}/models` ([reference](https://creator.poe.com/api-reference/listModels)). Works without a
    /// key. Sent again by itself as [`retry`](crate::retry) says, and also after an ambiguous end: it costs nothing.
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        self.get(&self.base_url().join("/models"), MAX_MODELS, models::list)
            .await
    }

    /// The points left, `GET {parent}/usage/current_balance`
    /// ([reference](https://creator.poe.com/api-reference/getCurrentBalance)), and where that is not found `{base}/balance`,
    /// which the error guide names. Free, so it is also the way to try a key.
    pub async fn balance(&self) -> Result<Balance, Error> {
        let (url, other) = (
            self.base_url().join_parent("/usage/current_balance"),
            self.base_url().join("/balance"),
        );
        match self.get(&url, MAX_BODY, usage::balance).await {
            Err(error) if error.status == Some(404) => self.get(&other, MAX_BODY, usage::balance).await,
            result => result,
        }
    }

    /// A page of the history, newest first, `GET {parent}/usage/points_history`
    /// ([reference](https://creator.poe.com/api-reference/getPointsHistory)), and where that is not found
    /// `{base}/usage/history`, which the error guide names.
    ///
    /// `limit` is 1 to 100; anything else fails with [`Kind::InvalidInput`]. `starting_after` is the
    /// [`UsagePage::next`] of the page before.
    pub async fn usage(&self, limit: u8, starting_after: Option<&str>) -> Result<UsagePage, Error> {
        if !(1..=100).contains(&limit) {
            let error = Error::new(Kind::InvalidInput, "the range is 1 to 100");
            return Err(Error {
                param: Some("limit".to_owned()),
                ..error
            });
        }
        let with_query = |mut url: Url| {
            url.query_pairs_mut().append_pair("limit", &limit.to_string());
            if let Some(cursor) = starting_after {
                url.query_pairs_mut().append_pair("starting_after", cursor);
            }
            url
        };
        let page = |body: &Value| usage::page(body, starting_after);
        let url = with_query(self.base_url().join_parent("/usage/points_history"));
        match self.get(&url, MAX_BODY, page).await {
            Err(error) if error.status == Some(404) => {
                self.get(
                    &with_query(self.base_url().join("/usage/history")),
                    MAX_BODY,
                    page,
                )
                .await
            }
            result => result,
        }
    }

    /// Asks, `POST {base}/chat/completions` ([reference](https://creator.poe.com/api-reference/createChatCompletion)), once
    /// the stream is polled. `request.stream` only chooses how the answer travels: the events are the same.
    ///
    /// In the queue all that come this way are one conversation.
    pub fn chat(&self, request: ChatRequest) -> ChatStream {
        self.chat_by(request, None)
    }

    /// Like [`Client::chat`], in a lane of the queue: lanes take turns, so that a conversation with many requests does not
    /// hold up the others. `lane` is any number that tells conversations apart.
    pub fn chat_in(&self, lane: i64, request: ChatRequest) -> ChatStream {
        self.chat_by(request, Some(lane))
    }

    fn chat_by(&self, request: ChatRequest, lane: Option<i64>) -> ChatStream {
        let client = self.clone();
        ChatStream::new(stream! {
            if let Err(error) = request.validate() {
                yield ChatEvent::Failed(error);
                return;
            }
            let body = request.body();
            let endpoint = request.endpoint;
            let of = client.inner.config.max_attempts;
            for attempt in 1.. {
                let mut place = client.inner.gate.enter(Lane::Chat(lane), attempt > 1);
                while let Some(Outlook { position, wait }) = place.wait().await {
                    yield ChatEvent::Queued { position, wait };
                }
                yield ChatEvent::Sending { attempt };
                let mut bytes = 0;
                let failure = match client.ask(&body, endpoint, request.stream, attempt, &place).await {
                    Err(failure) => failure,
                    Ok((mut reply, is_forbidden)) => loop {
                        match reply.next().await {
                            Ok(event) => {
                                if matches!(event, ChatEvent::Done { .. }) {
                                    drop(place);
                                    yield event;
                                    return;
                                }
                                yield event;
                            }
                            Err(error) => {
                                bytes = reply.bytes();
                                break Failure { error, is_forbidden };
                            }
                        }
                    },
                };
                let error = client.place(failure.error, attempt);
                let decision = retry::decide(&error, attempt, of, bytes, fastrand::f64());
                client.pause(&error, decision.wait);
                drop(place);
                match decision.wait {
                    Some(wait) if !failure.is_forbidden => {
                        yield ChatEvent::Retrying { attempt: attempt + 1, of, wait, error };
                        sleep(wait).await;
                    }
                    _ => {
                        yield ChatEvent::Failed(error);
                        return;
                    }
                }
            }
        })
    }

    async fn ask(
        &self,
        body: &[u8],
        endpoint: Endpoint,
        is_stream: bool,
        attempt: u32,
        place: &Place,
    ) -> Result<(Reply, bool), Failure> {
        let config = &self.inner.config;
        let request = self.inner.http.post(self.base_url().join(endpoint.path()));
        let request = match endpoint {
            Endpoint::Messages => request.header("anthropic-version", "2023-06-01"),
            _ => request,
        };
        let accept = if is_stream {
            "text/event-stream"
        } else {
            "application/json"
        };
        let request = request
            .header(ACCEPT, accept)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_vec());
        let first_byte = config.first_byte_timeout.and_then(deadline);
        let limits = Limits {
            first_byte,
            idle: config.idle_timeout,
            total: None,
        };
        let response = self.send(request, limits, place).await?;
        let is_forbidden = retry::is_forbidden(response.headers());
        Ok((Reply::new(response, endpoint, attempt, limits), is_forbidden))
    }

    pub(crate) async fn get<T>(
        &self,
        url: &Url,
        max: usize,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let mut attempt = 1;
        loop {
            let place = self.turn(attempt > 1).await;
            let request = self
                .inner
                .http
                .get(url.clone())
                .header(ACCEPT, "application/json");
            let failure = match self.once(request, max, &place, &parse).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let error = self.place(failure.error, attempt);
            let decision =
                retry::decide_get(&error, attempt, self.inner.config.max_attempts, fastrand::f64());
            self.pause(&error, decision.wait);
            drop(place);
            match decision.wait {
                Some(wait) if !failure.is_forbidden => sleep(wait).await,
                _ => return Err(error),
            }
            attempt += 1;
        }
    }

    /// Sends JSON, once.
    pub(crate) async fn post<T>(
        &self,
        url: &Url,
        body: &Value,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let request = self
            .inner
            .http
            .post(url.clone())
            .header(ACCEPT, "application/json");
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let place = self.turn(false).await;
        let result = self.once(request, MAX_BODY, &place, parse).await;
        result.map_err(|failure| self.place(failure.error, 1))
    }

    /// Sends a form to `{parent}/token`, once: a code is good for one try.
    pub(crate) async fn exchange<T>(
        &self,
        form: &[(&str, &str)],
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self.inner.http.post(self.base_url().join_parent("/token"));
        let request = request
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let place = self.turn(false).await;
        let result = self.once(request, MAX_BODY, &place, parse).await;
        result.map_err(|failure| {
            // What Poe quotes may be the code or the verifier, and an unreadable reply may hold the key.
            let mut error = self.place(failure.error, 1);
            if error.kind == Kind::MalformedResponse {
                error.message = "no key in the reply".to_owned();
            }
            error
        })
    }

    /// The bytes that a GET brings.
    pub(crate) async fn bytes(&self, url: &Url, max: usize) -> Result<Vec<u8>, Error> {
        let place = self.turn(false).await;
        let limits = self.get_limits();
        let read = async {
            let response = self
                .send(self.inner.http.get(url.clone()), limits, &place)
                .await?;
            let status = response.status().as_u16();
            whole(response, max, limits).await.map_err(|(error, _)| {
                Failure::from(Error {
                    status: Some(status),
                    sent: true,
                    ..error
                })
            })
        };
        read.await.map_err(|failure| self.place(failure.error, 1))
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
        place: &Place,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Failure> {
        let limits = self.get_limits();
        let response = self.send(request, limits, place).await?;
        let status = response.status().as_u16();
        let request_id = classify::request_id(response.headers());
        let is_forbidden = retry::is_forbidden(response.headers());
        let place = |error| Failure {
            error: Error {
                status: Some(status),
                request_id: request_id.clone(),
                sent: true,
                ..error
            },
            is_forbidden,
        };
        let body = whole(response, max, limits)
            .await
            .map_err(|(error, _)| place(error))?;
        let text = String::from_utf8_lossy(&body);
        let text = text.trim_start_matches('\u{feff}').trim();
        if classify::is_html(text) {
            return Err(place(Error::new(
                Kind::CaptivePortal,
                "a web page came instead of an answer",
            )));
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| place(unreadable(&error.to_string(), text)))?;
        match value.get("error") {
            Some(error) if !error.is_null() => Err(place(classify::frame(error))),
            _ => parse(&value).ok_or_else(|| place(unreadable("an unexpected shape", text))),
        }
    }

    /// Waits for the turn of something that is no chat.
    async fn turn(&self, is_again: bool) -> Place {
        let mut place = self.inner.gate.enter(Lane::Short, is_again);
        place.turn().await;
        place
    }

    /// An answer with a status of success, or what stands against it.
    async fn send(
        &self,
        request: RequestBuilder,
        limits: Limits,
        place: &Place,
    ) -> Result<Response, Failure> {
        let request = match self.authorization()? {
            Some(key) => request.header(AUTHORIZATION, key),
            None => request,
        };
        place.sent();
        let Some(sent) = within(limits.first_byte, request.send()).await else {
            return Err(Error {
                sent: true,
                ..Error::new(Kind::FirstByteTimeout, "no answer came")
            }
            .into());
        };
        let response = sent.map_err(|error| {
            let error = transport::no_answer(&error, self.inner.proxy.as_deref());
            if !error.sent {
                place.unsent();
            }
            error
        })?;
        place.answered(rate::told(response.headers(), SystemTime::now()));
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let limits = Limits {
            total: deadline(FAILURE_LIMIT),
            ..Limits::default()
        };
        let (Ok(body) | Err((_, body))) = whole(response, MAX_BODY, limits).await;
        let error = classify::response(status, &headers, self.base_url().host(), &body, SystemTime::now());
        self.pause(&error, None);
        Err(Failure {
            error,
            is_forbidden: retry::is_forbidden(&headers),
        })
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
    fn pause(&self, error: &Error, backoff: Option<Duration>) {
        if error.kind == Kind::RateLimitExceeded
            && let Some(wait) = error.retry_after.or(backoff)
        {
            self.inner.gate.pause(wait);
        }
    }

    /// Adds what every failure has, and takes out what none may have.
    fn place(&self, error: Error, attempt: u32) -> Error {
        let mut error = Error {
            attempt,
            host: Some(self.base_url().host().to_owned()),
            ..error
        };
        error.scrub(self.inner.config.key.as_ref());
        error
    }
}
