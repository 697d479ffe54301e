//! A simulated Poe on loopback: real HTTP, real sockets, faults as data. The tests' server and the demo mode.
//!
//! It writes raw JSON and shares no type with the client: a type that is wrong on both sides would agree with itself.

mod account;
mod answers;
mod cache;
mod case;
mod chat;
mod completion;
mod demo;
mod faults;
mod films;
mod history;
mod http;
mod image;
mod long;
mod messages;
mod models;
mod oauth;
mod price;
mod recorded;
mod reply;
mod responses;
mod search;
mod sound;
#[cfg(test)]
mod tests;
mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

pub use case::{Behaviour, Case};
use demo::{Demo, Outcome};
pub use reply::{Encoding, Framing, Part, Reply};

/// The maker of the demo's models that fail.
pub const FAILING: &str = "Demo failures";

/// The makers of the demo's other models: invented, and each answers for its own.
pub const MAKERS: [&str; 5] = ["Northlight", "Quiet Harbor", "Cinder & Co", "Paper Lantern", "Fernhill Labs"];

/// Whether models of this maker are there to show how a failure looks: not to be recommended to anyone.
pub fn only_fails(maker: &str) -> bool {
    maker == FAILING
}

/// Whom the server plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// The friendly script for people, at a natural pace.
    Demo,
    /// The same models with no pauses, for tests; everything else is scripted with `on` and `always`.
    Script,
    /// Real replies from a folder that holds `models.json` and `chat-completions.json`.
    Recorded(PathBuf),
}

/// A running server. Dropping it closes its port and every connection.
pub struct Sim {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Such as `POST`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Without the question mark; empty when there is none.
    pub query: String,
    /// Names and values as they came, in their order.
    pub headers: Vec<(String, String)>,
    /// Unchunked.
    pub body: Vec<u8>,
    /// When it had come whole.
    pub at: Instant,
    /// The client left before it had the whole reply.
    pub closed_early: bool,
}

impl Sim {
    /// Listens on a free port of 127.0.0.1. Fails when there is none, or when recordings can't be read.
    pub async fn start(scenario: Scenario) -> io::Result<Sim> {
        Sim::start_on(0, scenario).await
    }

    /// Like [`Sim::start`], on this port; 0 is any.
    pub async fn start_on(port: u16, scenario: Scenario) -> io::Result<Sim> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            demo: Demo::new(scenario, format!("http://{address}"))?,
            script: Mutex::default(),
            ahead_ms: AtomicI64::new(0),
            requests: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Ok(Sim { address, shared, accepting })
    }

    /// The base as a client wants it, with `/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The points history lists these rows from now on, as they are and in their order, page by page, below those of answers
    /// that were given since the start.
    pub fn set_history(&self, rows: Vec<serde_json::Value>) {
        self.shared.demo.set_history(rows);
    }

    /// Rows of the points history from before the thirty days that it lists, newest first, as it would have listed them: for
    /// who keeps them longer.
    pub fn earlier_history(&self) -> serde_json::Value {
        self.shared.demo.earlier_history()
    }

    /// The models as they would have been listed some days before: one that is gone since, one that is new, and two at other
    /// prices. For who says what has changed.
    pub fn earlier_models(&self) -> serde_json::Value {
        self.shared.demo.earlier_models()
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.shared.requests).clone()
    }

    /// Chat requests and orders of films so far, at wrong addresses too: what could have cost points.
    pub fn posts(&self) -> usize {
        let chat = |request: &&Recorded| {
            let paths = ["/chat/completions", "/messages", "/responses", "/videos", "/remix", "/extensions"];
            request.method == "POST" && paths.iter().any(|path| request.path.ends_with(path))
        };
        lock(&self.shared.requests).iter().filter(chat).count()
    }

    /// The next request that matches gets this reply, once; several queue up. Replies that were set come before the
    /// scenario, its check of the key included. `path` is without the query.
    pub fn on(&self, method: &str, path: &str, reply: Reply) {
        lock(&self.shared.script).once.push(Rule::new(method, path, reply));
    }

    /// Every request that matches, and for which no `on` waits, gets this reply until another one is set.
    pub fn always(&self, method: &str, path: &str, reply: Reply) {
        self.each(method, path, move |_| reply.clone());
    }

    /// Like `always`, with a reply made for each request from its body.
    pub fn each(&self, method: &str, path: &str, reply: impl Fn(&[u8]) -> Reply + Send + Sync + 'static) {
        let always = &mut lock(&self.shared.script).always;
        always.retain(|rule| !rule.matches(method, path));
        always.push(Rule::new(method, path, Box::new(reply)));
    }

    /// From now on requests that fit the case get its answers; others get the scenario's. Another case takes its place.
    pub fn play(&self, case: &Case, variant: &str, behaviour: Behaviour) -> io::Result<()> {
        let origin = format!("http://{}", self.address);
        lock(&self.shared.script).case = Some(case.playing(variant, &origin, behaviour)?);
        Ok(())
    }

    /// From now on this server's clock, by which replies and the demo's history are dated, is ahead of this computer's by so
    /// many milliseconds, or behind it.
    pub fn set_clock_ahead(&self, ms: i64) {
        let before = self.shared.ahead_ms.swap(ms, Ordering::Relaxed);
        self.shared.demo.clock_set(ms - before);
    }

    /// From now on a film is made in so much time.
    pub fn set_film_time(&self, takes: Duration) {
        self.shared.demo.set_film_time(takes);
    }

    /// No film that was ordered so far can be fetched any longer.
    pub fn expire_films(&self) {
        self.shared.demo.expire_films();
    }

    /// What was kept of questions for the next ones is as if so much more time had passed.
    pub fn cool(&self, by: Duration) {
        self.shared.demo.cool(by);
    }

    /// What the demo's account holds: it falls with each answer that the scenario gives.
    pub fn balance(&self) -> i64 {
        self.shared.demo.points()
    }

    /// What the demo's account holds; may be negative.
    pub fn set_balance(&self, points: i64) {
        self.shared.demo.set_balance(points);
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

struct Shared {
    demo: Demo,
    script: Mutex<Script>,
    /// How far the server's clock is ahead of this computer's.
    ahead_ms: AtomicI64,
    requests: Mutex<Vec<Recorded>>,
}

#[derive(Default)]
struct Script {
    once: Vec<Rule<Reply>>,
    always: Vec<Rule<Box<Answering>>>,
    case: Option<case::Playing>,
}

type Answering = dyn Fn(&[u8]) -> Reply + Send + Sync;

struct Rule<R> {
    method: String,
    path: String,
    reply: R,
}

impl<R> Rule<R> {
    fn new(method: &str, path: &str, reply: R) -> Rule<R> {
        Rule { method: method.to_owned(), path: path.to_owned(), reply }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }
}

impl Script {
    fn next(&mut self, request: &http::Request) -> Option<Reply> {
        let (method, path) = (request.method.as_str(), request.path.as_str());
        if let Some(at) = self.once.iter().position(|rule| rule.matches(method, path)) {
            return Some(self.once.remove(at).reply);
        }
        if let Some(rule) = self.always.iter().find(|rule| rule.matches(method, path)) {
            return Some((rule.reply)(&request.body));
        }
        self.case.as_mut()?.next(request)
    }
}

impl Shared {
    /// Keeps the request and returns its number.
    fn record(&self, request: &http::Request) -> usize {
        let mut requests = lock(&self.requests);
        requests.push(Recorded {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            at: Instant::now(),
            closed_early: false,
        });
        requests.len() - 1
    }

    /// By the server's clock.
    fn now(&self) -> SystemTime {
        let ahead = self.ahead_ms.load(Ordering::Relaxed);
        let by = Duration::from_millis(ahead.unsigned_abs());
        let now = SystemTime::now();
        if ahead < 0 { now - by } else { now + by }
    }

    fn left(&self, number: usize) {
        if let Some(request) = lock(&self.requests).get_mut(number) {
            request.closed_early = true;
        }
    }

    fn outcome(&self, request: &http::Request) -> Outcome {
        match lock(&self.script).next(request) {
            Some(reply) => Outcome { reply, bill: None },
            None => self.demo.outcome(request, self.now()),
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Aborting this task drops the set, and with it every connection.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(serve(stream, Arc::clone(&shared))); }
                // Out of file handles, most likely; some come free when connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    // Pieces must leave when they are written. Where this fails they only arrive together.
    let _ = stream.set_nodelay(true);
    let mut buffer = Vec::new();
    while let Ok(Some(request)) = http::read(&mut stream, &mut buffer).await {
        let number = shared.record(&request);
        let Outcome { reply, bill } = shared.outcome(&request);
        let charge = |share: f64| {
            if let Some(bill) = &bill {
                shared.demo.charge(bill, share, shared.now());
            }
        };
        match wire::send(&mut stream, wire::steps(&reply, shared.now()), || charge(1.0)).await {
            wire::End::Whole => {}
            wire::End::Cut => return,
            wire::End::Left(share) => {
                // An answer that had been written to its last byte is charged already.
                if share < 1.0 {
                    charge(share);
                }
                return shared.left(number);
            }
        }
        let close = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if close || reply.framing == Framing::Close {
            return;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
