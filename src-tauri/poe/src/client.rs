//! Owns what a client can be asked for: models, balance, history and answers, and when one is asked for again.

mod connections;
mod send;

use std::sync::Arc;

use async_stream::stream;
use serde_json::Value;
use tokio::time::sleep;
use url::Url;

use crate::base_url::BaseUrl;
use crate::chat::{ChatEvent, ChatStream};
use crate::clock::{Moment, ServerClock, ServerTime};
use crate::config::Config;
use crate::error::{Error, Kind};
use crate::gate::Gate;
use crate::key_fragments::KeyFragments;
use crate::models::{self, Model};
use crate::proxy::Rules;
use crate::queue::{Lane, Outlook};
use crate::recorder::{Asked, Try};
use crate::reply::MAX_BODY;
use crate::request::ChatRequest;
use crate::usage::{self, Balance, UsagePage};
use crate::user::{self, User};
use crate::{endpoint, retry, validate};
use connections::Connections;
use send::{Attempt, AttemptFailure};

/// The list of 362 models has some 600 kB.
const MAX_MODELS: usize = 16 * 1024 * 1024;

/// A client of the Poe API. Cheap to clone; clones share their connections. Its calls need a Tokio runtime.
///
/// Everything that a client and its clones send goes through one queue, so that Poe's limit is kept by waiting here
/// instead of being refused there: at most [`Config::requests_per_minute`] in any minute, or what the answers' headers
/// say (`x-ratelimit-*`, `anthropic-ratelimit-*`), slower from 80 % on, and nothing for as long as a 429 asks, up to a
/// minute. Conversations take turns ([`Client::chat_in`]); everything that is no chat goes before chats, in turn with
/// them when both wait. Dropping a request takes it out of the queue at once.
///
/// A connection is used again within 10 s, and a request that comes later, or after the computer slept, goes out on a new
/// one: the old one may be dead without telling.
///
/// It follows no redirect. One to another host is [`Kind::CaptivePortal`], since only a login page does that; any other
/// is [`Kind::NotFound`].
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    connections: Connections,
    gate: Arc<Gate>,
    clock: ServerClock,
    rules: Rules,
}

impl Client {
    /// Sets up TLS and proxies; sends nothing.
    ///
    /// Fails with [`Kind::TlsInvalid`] when the system has no certificates to check Poe's by.
    pub fn new(config: Config) -> Result<Client, Error> {
        let rules = config.proxy.rules();
        let connections = Connections::new(&config, rules.clone())?;
        let gate = Gate::new(config.requests_per_minute, config.max_concurrent);
        Ok(Client {
            inner: Arc::new(Inner { config, connections, gate, clock: ServerClock::default(), rules }),
        })
    }

    /// What takes its key out of texts that go elsewhere, as it is taken out of every error.
    pub fn key_fragments(&self) -> KeyFragments {
        KeyFragments::of(self.inner.config.key.as_ref())
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.inner.rules
    }

    /// Where it sends to.
    pub fn base_url(&self) -> &BaseUrl {
        &self.inner.config.base_url
    }

    /// Host and port of the computer that a connection is opened to: Poe's, or the proxy's on the way there. To see whether
    /// there is a network without asking anything. `None` where the setting of a proxy can't be used, so that none is opened.
    pub fn first_hop(&self) -> Option<String> {
        Some(match self.inner.rules.route(self.base_url().url()).ok()? {
            Some(route) => route.proxy.address(),
            None => format!("{}:{}", self.base_url().host(), self.base_url().port()),
        })
    }

    /// When a moment was, or will be, by the server's clock; a client and its clones learn that from the `Date` of every
    /// reply. `None` before the first.
    pub fn server_time(&self, moment: Moment) -> Option<ServerTime> {
        self.inner.clock.at(moment)
    }

    /// Every model, `GET {base}/models` ([reference](https://creator.poe.com/api-reference/listModels)). Works without a
    /// key. Sent again by itself as [`retry`](crate::retry) says, and also after an ambiguous end: it costs nothing.
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        self.get(&self.base_url().join("/models"), MAX_MODELS, models::list).await
    }

    /// The points left, `GET {parent}/usage/current_balance`
    /// ([reference](https://creator.poe.com/api-reference/getCurrentBalance)), and where that is not found `{base}/balance`,
    /// which the error guide names. Free, so it is also the way to try a key.
    pub async fn balance(&self) -> Result<Balance, Error> {
        let (url, other) =
            (self.base_url().join_parent("/usage/current_balance"), self.base_url().join("/balance"));
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
            return Err(Error { param: Some("limit".to_owned()), ..error });
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
                self.get(&with_query(self.base_url().join("/usage/history")), MAX_BODY, page).await
            }
            result => result,
        }
    }

    /// Whose key it is, `POST {base}/whoami`. `None` where the server does not know that path, as it is documented nowhere.
    pub async fn who_am_i(&self) -> Result<Option<User>, Error> {
        self.post_if_known(&self.base_url().join("/whoami"), user::user).await
    }

    /// Asks, `POST {base}/chat/completions` ([reference](https://creator.poe.com/api-reference/createChatCompletion)), once
    /// the stream is polled. `request.stream` only chooses how the answer travels: the events are the same.
    ///
    /// What would be refused by every model is refused here ([`validate`](crate::validate)), with [`Kind::InvalidInput`].
    /// What one model declares is for the caller to check before, by [`validate::problems`]: this client keeps no list of
    /// models, since an old one would refuse what Poe takes.
    ///
    /// In the queue all that come this way are one conversation.
    pub fn chat(&self, request: ChatRequest) -> ChatStream {
        self.chat_by(request, None, self.inner.config.max_attempts)
    }

    /// Like [`Client::chat`], in a lane of the queue: lanes take turns, so that a conversation with many requests does not
    /// hold up the others. `lane` is any number that tells conversations apart.
    pub fn chat_in(&self, lane: i64, request: ChatRequest) -> ChatStream {
        self.chat_by(request, Some(lane), self.inner.config.max_attempts)
    }

    /// Like [`Client::chat_in`], with one try: for who decides about another by other rules than [`retry`](crate::retry).
    pub fn chat_once_in(&self, lane: i64, request: ChatRequest) -> ChatStream {
        self.chat_by(request, Some(lane), 1)
    }

    fn chat_by(&self, request: ChatRequest, lane: Option<i64>, of: u32) -> ChatStream {
        let client = self.clone();
        ChatStream::new(stream! {
            if let Err(error) = validate::first(&request) {
                yield ChatEvent::Failed(error);
                return;
            }
            let body = endpoint::body(&request);
            let endpoint = request.endpoint;
            for attempt in 1.. {
                let asked = Asked {
                    method: "POST",
                    url: &client.base_url().join(endpoint.path()),
                    model: Some(&request.model),
                    body: Some(&body),
                    is_open: !request.is_private,
                    is_private: request.is_private,
                };
                let record = Try::new(&client.inner.config, asked, attempt, of);
                let mut slot = client.inner.gate.enter(Lane::Chat(lane), attempt > 1);
                while let Some(Outlook { position, wait, slowed }) = slot.wait().await {
                    yield ChatEvent::Queued { position, wait, slowed };
                }
                record.leaves();
                yield ChatEvent::Sending { attempt };
                let mut bytes = 0;
                let failure = match client.ask(&body, endpoint, request.stream, Attempt { number: attempt, slot: &slot, record: &record }).await {
                    Err(failure) => failure,
                    Ok((mut reply, is_forbidden)) => loop {
                        match reply.next().await {
                            Ok(event) => {
                                match &event {
                                    ChatEvent::Done { .. } => {
                                        record.ended(None);
                                        drop(slot);
                                        yield event;
                                        return;
                                    }
                                    ChatEvent::Usage(usage) => record.used(usage),
                                    _ => {}
                                }
                                yield event;
                            }
                            Err(error) => {
                                bytes = reply.bytes();
                                break AttemptFailure { error, is_forbidden };
                            }
                        }
                    },
                };
                let error = client.completed(failure.error, attempt);
                record.ended(Some(&error));
                let decision = retry::decide(&error, attempt, of, bytes, fastrand::f64());
                client.pause(&error, decision.wait);
                drop(slot);
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
}
