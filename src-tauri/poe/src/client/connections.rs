//! Owns the connections to Poe. No request goes out on one that slept: a router or Poe may have dropped it meanwhile without
//! a word, and a paid request that is sent there ends in doubt.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;

use crate::certificate::Certificate;
use crate::config::Config;
use crate::error::Error;
use crate::proxy::Rules;
use crate::sleep_clock::SleepClock;
use crate::transport;
use crate::verifier::RecordingVerifier;

/// How long a connection may lie idle and be used again.
const IDLE: Duration = Duration::from_secs(10);

/// A sleep this short is none: no connection dies of it.
const NAP: Duration = Duration::from_secs(1);

pub(super) struct Connections {
    config: Config,
    rules: Rules,
    /// None where no certificate will be looked at, so that a system without authorities does not fail.
    verifier: Option<Arc<RecordingVerifier>>,
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
        let verifier = match config.base_url.is_http() {
            true => None,
            false => Some(RecordingVerifier::new(&config.extra_ca)?),
        };
        let held = Held { http: make(config, &rules, verifier.as_ref())?, slept: clock.slept() };
        Ok(Connections { config: config.clone(), rules, verifier, clock, held: Mutex::new(held) })
    }

    /// For a request that is sent at once. After a sleep all connections are left behind; what still runs on them goes on.
    pub(super) fn awake(&self) -> Result<reqwest::Client, Error> {
        let slept = self.clock.slept();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if slept.saturating_sub(held.slept) > NAP {
            held.http = make(&self.config, &self.rules, self.verifier.as_ref())?;
        }
        held.slept = slept;
        Ok(held.http.clone())
    }

    /// The certificate that this host showed last, if it was not accepted.
    pub(super) fn refused(&self, host: &str) -> Option<Certificate> {
        let shown = self.verifier.as_ref()?.shown()?;
        (shown.is_refused() && shown.is_of(host)).then(|| shown.certificate()).flatten()
    }
}

fn make(
    config: &Config,
    rules: &Rules,
    verifier: Option<&Arc<RecordingVerifier>>,
) -> Result<reqwest::Client, Error> {
    // Connecting must time out first: then it is known that nothing was sent.
    let connect_timeout = match config.first_byte_timeout {
        Some(limit) => config.connect_timeout.min(limit.mul_f64(0.9)),
        None => config.connect_timeout,
    };
    let builder = reqwest::Client::builder()
        .user_agent(concat!("poe-rust/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE)
        // Tells a dead connection (sleep, another network) from a model that thinks.
        .http2_keep_alive_interval(Duration::from_secs(30))
        .http2_keep_alive_timeout(Duration::from_secs(20));
    let builder = match verifier {
        Some(verifier) => builder.tls_backend_preconfigured(verifier.config()?),
        None => builder.tls_certs_only([]),
    };
    rules.apply(builder).build().map_err(|error| transport::no_tls(&error))
}
