//! By which way the account's client goes to Poe, and who is told.

use super::{Account, Held};
use crate::events::ProxyProblem;
use crate::log::Log;
use poe::{BaseUrl, Client, Config, ExtraCa, KeyFragments, Observer, Proxy, Secret};
use std::sync::Arc;
use std::time::Duration;

/// What a client needs to know of the network between this computer and Poe.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub proxy: Proxy,
    /// Certificate authorities to trust beside the system's.
    pub extra_ca: Vec<ExtraCa>,
    /// What the desktop sets and is not followed.
    pub unfollowed: Option<ProxyProblem>,
    /// Servers of tests that count as somebody on the internet. No setting leads here.
    pub stand_ins: Vec<poe::media::StandIn>,
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
            Observer::new(move |record| {
                let host = record.host.as_ref().unwrap_or(&host);
                log.record(host.clone(), record.clone());
            })
        });
        Config {
            observer,
            log_bodies: self.log.as_ref().is_some_and(|log| log.keeps_bodies()),
            proxy: self.proxy.clone(),
            extra_ca: self.extra_ca.clone(),
            stand_ins: self.stand_ins.clone(),
            ..Config::new(base_url.clone(), key.cloned())
        }
    }
}

impl Account {
    pub fn network(&self) -> Network {
        self.held.lock().network.clone()
    }

    /// A client of its own with the key, address and way in use: it tells the first failure instead of trying again, and
    /// waits for no answer longer than `limit`.
    pub fn checking_client(&self, connect: Duration, limit: Duration) -> Result<Client, poe::Error> {
        let held = self.held.lock();
        let key = held.key.as_ref().map(|key| &key.secret);
        Client::new(Config {
            max_attempts: 1,
            connect_timeout: connect,
            first_byte_timeout: Some(limit),
            idle_timeout: Some(limit),
            ..held.network.config(&held.base_url, key)
        })
    }

    /// Reads the keys of the accounts that are not in use too. Where the keychain is closed it is not asked: the log then
    /// tells them by their shape.
    pub async fn load_all_keys(&self) {
        if self.fault().is_some() {
            return;
        }
        let unmet = |held: &Held| {
            let stored = held.roster.all().iter().filter(|known| !known.session);
            let ids = stored.map(|known| known.id).filter(|id| !held.seen_keys.contains_key(id));
            ids.collect::<Vec<_>>()
        };
        let ids = unmet(&self.held.lock());
        for id in ids {
            if let Ok(Some(key)) = self.ask(self.entry(id).read()).await {
                self.change(|held| {
                    if unmet(held).contains(&id) {
                        held.seen_keys.insert(id, key);
                    }
                });
            }
        }
    }

    /// Every key that this app knows, in use or not.
    pub(super) fn tell_log(&self, held: &Held) {
        let Some(log) = &held.network.log else { return };
        log.keep_out(self.known(held).cloned().collect());
    }

    /// What these keys look like in a text that is to be kept.
    pub fn key_fragments(&self) -> KeyFragments {
        KeyFragments::of(self.known(&self.held.lock()))
    }

    fn known<'a>(&'a self, held: &'a Held) -> impl Iterator<Item = &'a Secret> {
        let in_use = held.key.iter().chain(held.resting.values()).map(|key| &key.secret);
        let coming = held.pending.iter().map(|(wanted, _)| &wanted.secret);
        let issued = held.issued.iter().map(|issued| &issued.key);
        in_use.chain(coming).chain(issued).chain(held.seen_keys.values()).chain(&self.env_key)
    }

    /// The same key and address by another way, told to the same log unless it brings its own. What is being answered goes
    /// on by the old one.
    pub fn set_network(&self, network: Network) -> Result<(), poe::Error> {
        self.rebuild(|held| {
            held.network = Network { log: network.log.clone().or(held.network.log.take()), ..network.clone() }
        })
    }
}
