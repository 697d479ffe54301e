//! By which way the account's client goes to Poe.

use super::Account;
use poe::{BaseUrl, Client, Config, ExtraCa, Proxy, Secret};

/// What a client needs to know of the network between this computer and Poe.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub proxy: Proxy,
    /// Certificate authorities to trust beside the system's.
    pub extra_ca: Vec<ExtraCa>,
}

impl Network {
    pub fn client(&self, base_url: &BaseUrl, key: Option<&Secret>) -> Result<Client, poe::Error> {
        Client::new(Config {
            proxy: self.proxy.clone(),
            extra_ca: self.extra_ca.clone(),
            ..Config::new(base_url.clone(), key.cloned())
        })
    }
}

impl Account {
    pub fn network(&self) -> Network {
        self.held().network.clone()
    }

    /// The same key and address by another way. What is being answered goes on by the old one.
    pub fn go_by(&self, network: Network) -> Result<(), poe::Error> {
        self.rebuild(|held| held.network = network.clone())
    }
}
