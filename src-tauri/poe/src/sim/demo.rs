//! The friendly Poe: which address answers what, and who may ask.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::account::{Account, Bill};
use super::cache::{Block, Cache, Cached};
use super::chat::Question;
use super::films::{self, Films};
use super::http::Request;
use super::recorded::Recordings;
use super::reply::Reply;
use super::{Scenario, chat, faults, image, lock, messages, models, oauth, responses, sound};

pub(super) struct Outcome {
    pub(super) reply: Reply,
    /// To be charged when the answer has been sent.
    pub(super) bill: Option<Bill>,
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Outcome {
        Outcome { reply, bill: None }
    }
}

pub(super) struct Demo {
    /// `http://127.0.0.1:PORT`
    pub(super) origin: String,
    /// For people: keys of the demo only, and answers at a natural pace.
    pub(super) friendly: bool,
    recordings: Option<Recordings>,
    account: Mutex<Account>,
    sign_in: Mutex<oauth::Controller>,
    /// How often each failing model was asked what: some fail the first times only.
    asked: Mutex<HashMap<(&'static str, String), u32>>,
    /// What `/v1/messages` keeps.
    cache: Mutex<Cache>,
    pub(super) films: Mutex<Films>,
    /// Chat requests of the last minute.
    recent: Mutex<VecDeque<Instant>>,
}

impl Demo {
    pub(super) fn new(scenario: Scenario, origin: String) -> io::Result<Demo> {
        let friendly = scenario == Scenario::Demo;
        let recordings = match scenario {
            Scenario::Recorded(folder) => Some(Recordings::read(&folder)?),
            Scenario::Demo | Scenario::Script => None,
        };
        // A test reads a new row's cost by reading twice, a person by waiting.
        let moment = friendly.then_some(Duration::from_millis(1_500));
        Ok(Demo {
            origin,
            friendly,
            recordings,
            account: Mutex::new(Account::new(moment)),
            sign_in: Mutex::default(),
            asked: Mutex::default(),
            cache: Mutex::default(),
            films: Mutex::new(Films::new(friendly)),
            recent: Mutex::default(),
        })
    }

    pub(super) fn set_balance(&self, points: i64) {
        lock(&self.account).points = points;
    }

    pub(super) fn points(&self) -> i64 {
        lock(&self.account).points
    }

    pub(super) fn charge(&self, bill: &Bill, share: f64, now: SystemTime) {
        lock(&self.account).charge(bill, share, now);
    }

    pub(super) fn cached(&self, model: &models::Model, blocks: &[Block], now: SystemTime) -> Cached {
        lock(&self.cache).take(model.id, models::LEAST_CACHED, blocks, now)
    }

    pub(super) fn set_film_time(&self, takes: Duration) {
        lock(&self.films).set_time(takes);
    }

    pub(super) fn expire_films(&self) {
        lock(&self.films).expire();
    }

    pub(super) fn cool(&self, by: Duration) {
        lock(&self.cache).cool(by);
    }

    pub(super) fn set_history(&self, rows: Vec<Value>) {
        lock(&self.account).history.set(rows);
    }

    pub(super) fn earlier_history(&self) -> Value {
        lock(&self.account).history.earlier()
    }

    pub(super) fn earlier_models(&self) -> Value {
        models::earlier(&self.origin)
    }

    /// The clock was set: what it dated so far moves along.
    pub(super) fn clock_set(&self, by_ms: i64) {
        lock(&self.account).history.shift(by_ms);
    }

    /// Whether the model fails this time. After the try that succeeds it begins to fail anew.
    pub(super) fn fails(&self, question: &Question) -> bool {
        let Some(first) = faults::first_failures(question) else {
            return true;
        };
        if first == 0 || question.goes_on() {
            return false;
        }
        let mut asked = lock(&self.asked);
        let count = asked.entry((question.model.id, faults::same_again(question).to_owned())).or_default();
        *count += 1;
        (*count - 1) % (first + 1) < first
    }

    pub(super) fn outcome(&self, request: &Request, now: SystemTime) -> Outcome {
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/v1/models") => self.models().into(),
            ("GET", path) if path.starts_with("/base/") => {
                image::reply(request).or_else(|| sound::reply(request)).unwrap_or_else(not_found).into()
            }
            ("GET", "/oauth/authorize") => lock(&self.sign_in).ask(request).into(),
            ("GET", "/oauth/decide") => lock(&self.sign_in).decide(request).into(),
            ("POST", "/token") => lock(&self.sign_in).trade(request).into(),
            ("GET", "/usage/current_balance") => {
                self.allowed(request, || Reply::json(200, lock(&self.account).balance()).into())
            }
            ("GET", "/usage/points_history") => self.allowed(request, || {
                let (limit, cursor) = (request.parameter("limit"), request.parameter("starting_after"));
                lock(&self.account).history.page(limit.as_deref(), cursor.as_deref()).into()
            }),
            ("POST", "/v1/chat/completions") => {
                let mut outcome = self.allowed(request, || match &self.recordings {
                    Some(recordings) => recordings.chat(request).into(),
                    None => chat::outcome(self, request),
                });
                self.add_rate(&mut outcome.reply);
                outcome
            }
            (_, path) if self.recordings.is_none() && path.starts_with("/v1/videos") => {
                let rest = path.trim_start_matches("/v1/videos").to_owned();
                self.allowed(request, || films::outcome(self, request, &rest, now))
            }
            // None of these was recorded with its request.
            ("POST", "/v1/responses") if self.recordings.is_none() => {
                let mut outcome = self.allowed(request, || responses::outcome(self, request));
                self.add_rate(&mut outcome.reply);
                outcome
            }
            ("POST", "/v1/messages") if self.recordings.is_none() => {
                let mut outcome = self.allowed(request, || messages::outcome(self, request, now));
                outcome.reply = messages::in_its_shape(outcome.reply);
                let left = self.left_this_minute();
                outcome.reply = [("limit", "500"), ("remaining", &left.to_string())].into_iter().fold(
                    outcome.reply,
                    |reply, (name, value)| {
                        reply.header(&format!("anthropic-ratelimit-requests-{name}"), value)
                    },
                );
                outcome
            }
            _ => not_found().into(),
        }
    }

    fn models(&self) -> Reply {
        let list = match &self.recordings {
            Some(recordings) => recordings.models(),
            None => models::list(&self.origin),
        };
        Reply::json(200, list).header("content-type", "application/json; charset=utf-8")
    }

    fn allowed(&self, request: &Request, then: impl FnOnce() -> Outcome) -> Outcome {
        let key =
            request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
        let good = match key {
            None | Some("") => return no_key().into(),
            Some(key) if self.friendly => key == "demo" || key.starts_with("sk-poe-demo"),
            Some(key) => !key.contains("bad") && !key.contains("revoked"),
        };
        if good { then() } else { bad_key().into() }
    }

    /// After one more request.
    fn left_this_minute(&self) -> usize {
        let now = Instant::now();
        let mut recent = lock(&self.recent);
        recent.push_back(now);
        while recent.front().is_some_and(|at| now.duration_since(*at) > Duration::from_secs(60)) {
            recent.pop_front();
        }
        500_usize.saturating_sub(recent.len())
    }

    /// The rate window that Poe describes: 500 a minute.
    fn add_rate(&self, reply: &mut Reply) {
        let left = self.left_this_minute();
        for (name, value) in [("limit", "500"), ("remaining", &left.to_string()), ("reset", "1")] {
            let name = format!("x-ratelimit-{name}-requests");
            if !reply.headers.iter().any(|(existing, _)| *existing == name) {
                reply.headers.push((name, value.to_owned()));
            }
        }
    }
}

fn not_found() -> Reply {
    Reply::error(404, "Resource not found", "not_found_error", None)
}

/// As Poe was seen to answer.
fn bad_key() -> Reply {
    let message = "Incorrect API key provided. You can find your API key at https://poe.com/api/keys.";
    Reply::error(401, message, "authentication_error", Some("invalid_api_key"))
}

/// The other documented form, with a number for a code.
fn no_key() -> Reply {
    let error = serde_json::json!({
        "code": 401, "type": "authentication_error", "message": "Invalid API key", "metadata": {},
    });
    Reply::json(401, serde_json::json!({ "error": error }))
}
