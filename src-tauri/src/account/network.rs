//! By which way the account's client goes to Poe, and who is told.

use super::Account;
use crate::log::Log;
use poe::{BaseUrl, Client, Config, ExtraCa, Observer, Proxy, Secret};
use std::sync::Arc;
use std::time::Duration;

/// What a client needs to know of the network between this computer and Poe.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub proxy: Proxy,
    /// Certificate authorities to trust beside the system's.
    pub extra_ca: Vec<ExtraCa>,
    /// Told of every request.
    pub log: Option<Arc<Log>>,
}

impl Network {
    pub fn client(&self, base_url: &BaseUrl, key: Option<&Secret>) -> Result<Client, poe::Error> {
        Client::new(self.config(base_url, key))
    }

    fn config(&self, base_url: &BaseUrl, key: Option<&Secret>) -> Config {
        let observer = self.log.clone().map(|log| {
            let host = base_url.host().to_owned();
            Observer::new(move |record| log.record(host.clone(), record.clone()))
        });
        Config {
            observer,
            log_bodies: self.log.as_ref().is_some_and(|log| log.keeps_bodies()),
            proxy: self.proxy.clone(),
            extra_ca: self.extra_ca.clone(),
            ..Config::new(base_url.clone(), key.cloned())
        }
    }
}

impl Account {
    pub fn network(&self) -> Network {
        self.held().network.clone()
    }

    /// A client of its own with the key, address and way in use: it tells the first failure instead of trying again, and
    /// waits for no answer longer than `limit`.
    pub fn checking_client(&self, connect: Duration, limit: Duration) -> Result<Client, poe::Error> {
        let held = self.held();
        let key = held.key.as_ref().map(|key| &key.secret);
        Client::new(Config {
            max_attempts: 1,
            connect_timeout: connect,
            first_byte_timeout: Some(limit),
            idle_timeout: Some(limit),
            ..held.network.config(&held.base_url, key)
        })
    }

    /// The same key and address by another way, told to the same log unless it brings its own. What is being answered goes
    /// on by the old one.
    pub fn go_by(&self, network: Network) -> Result<(), poe::Error> {
        self.rebuild(|held| {
            held.network = Network {
                log: network.log.clone().or(held.network.log.take()),
                ..network.clone()
            }
        })
    }
}
