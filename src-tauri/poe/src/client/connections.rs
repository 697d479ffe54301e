//! Owns the connections to Poe. No request goes out on one that slept: a router or Poe may have dropped it meanwhile without
//! a word, and a paid request that is sent there ends in doubt.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;

use crate::config::Config;
use crate::error::Error;
use crate::proxy::Rules;
use crate::sleep_clock::SleepClock;
use crate::transport;

/// How long a connection may lie idle and be used again.
const IDLE: Duration = Duration::from_secs(10);

/// A sleep this short is none: no connection dies of it.
const NAP: Duration = Duration::from_secs(1);

pub(super) struct Connections {
    config: Config,
    rules: Rules,
    clock: SleepClock,
    held: Mutex<Held>,
}

struct Held {
    http: reqwest::Client,
    /// As the clock told when a connection was asked for last.
    slept: Duration,
}

impl Connections {
    /// Opens none yet.
    pub(super) fn new(config: &Config, rules: Rules) -> Result<Connections, Error> {
        let clock = config.sleep_clock.clone();
        let held = Held {
            http: make(config, &rules)?,
            slept: clock.slept(),
        };
        Ok(Connections {
            config: config.clone(),
            rules,
            clock,
            held: Mutex::new(held),
        })
    }

    /// For a request that is sent at once. After a sleep all connections are left behind; what still runs on them goes on.
    pub(super) fn awake(&self) -> Result<reqwest::Client, Error> {
        let slept = self.clock.slept();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if slept.saturating_sub(held.slept) > NAP {
            held.http = make(&self.config, &self.rules)?;
        }
        held.slept = slept;
        Ok(held.http.clone())
    }
}

fn make(config: &Config, rules: &Rules) -> Result<reqwest::Client, Error> {
    // Connecting must time out first: then it is known that nothing was sent.
    let connect_timeout = match config.first_byte_timeout {
        Some(limit) => config.connect_timeout.min(limit.mul_f64(0.9)),
        None => config.connect_timeout,
    };
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("poe-rust/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE)
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
    rules
        .apply(builder)
        .build()
        .map_err(|error| transport::no_tls(&error))
}
