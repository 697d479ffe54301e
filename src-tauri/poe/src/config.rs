//! What a client may be told: where Poe is, who asks, how often and how long.

use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::ca::ExtraCa;
use crate::media::StandIn;
use crate::proxy::Proxy;
use crate::record::Observer;
use crate::secret::Secret;
use crate::sleep_clock::SleepClock;

/// How a [`Client`](crate::Client) behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where Poe is.
    pub base_url: BaseUrl,
    /// Without one only the list of models works.
    pub key: Option<Secret>,
    /// Tries in all, the first included; 3 by default.
    pub max_attempts: u32,
    /// For name lookup, connection, proxy and TLS together; 10 s by default.
    pub connect_timeout: Duration,
    /// From sending to the first byte of the answer; none by default, since reasoning and media bots may take minutes.
    /// Shorter than `connect_timeout`, it limits connecting too.
    pub first_byte_timeout: Option<Duration>,
    /// Between two pieces of the answer, keep-alive comments included; none by default.
    pub idle_timeout: Option<Duration>,
    /// Requests in any minute, those for lists, balance and history included, until an answer's headers name another
    /// limit; 500 by default ([reference](https://creator.poe.com/api-reference/rate-limits)).
    pub requests_per_minute: u32,
    /// Answers at the same time; 16 by default. More wait in the queue.
    pub max_concurrent: u32,
    /// The system's by default.
    pub proxy: Proxy,
    /// Certificate authorities to trust beside the system's; none by default.
    pub extra_ca: Vec<ExtraCa>,
    /// Told of every try of every request when it has ended; nobody by default.
    pub observer: Option<Observer>,
    /// Whether the observer is also told what was sent and what came, 64 KiB of each at most; off by default, since these
    /// are private words.
    pub log_bodies: bool,
    /// For all of a file that an answer links to, from its request on; 10 minutes by default. Without it a store that sends a byte
    /// now and then would hold its place for good.
    pub media_timeout: Duration,
    /// Servers of tests that count as somebody on the internet ([`Client::fetch_elsewhere`](crate::Client::fetch_elsewhere)), by the
    /// names that lead there; none by default. Names here pass the rule that keeps such a fetch away from this computer, so no
    /// setting of a program may lead here.
    pub stand_ins: Vec<StandIn>,
    /// Tells whether this computer slept, so that no request goes out on a connection that did; the system's by default.
    pub sleep_clock: SleepClock,
}

impl Config {
    /// The defaults.
    pub fn new(base_url: BaseUrl, key: Option<Secret>) -> Config {
        Config {
            base_url,
            key,
            max_attempts: 3,
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: None,
            idle_timeout: None,
            requests_per_minute: 500,
            max_concurrent: 16,
            proxy: Proxy::System,
            extra_ca: Vec::new(),
            observer: None,
            log_bodies: false,
            media_timeout: Duration::from_secs(600),
            stand_ins: Vec::new(),
            sleep_clock: SleepClock::default(),
        }
    }
}
