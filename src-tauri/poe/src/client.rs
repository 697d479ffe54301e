//! The connection to Poe.

use std::sync::Arc;
use std::time::Duration;

use crate::chat::unfinished;
use crate::{Balance, ChatEvent, ChatRequest, ChatStream, Error, Kind, Model, Secret, UsagePage};

/// The OpenAI-style base address, with `/v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(url::Url);

impl BaseUrl {
    /// Poe itself.
    pub const DEFAULT: &str = "https://api.poe.com/v1";

    /// Checks an address. `https` anywhere, `http` to loopback only: the key would travel in clear.
    pub fn parse(text: &str) -> Result<BaseUrl, Error> {
        let mut url =
            url::Url::parse(text.trim()).map_err(|e| Error::new(Kind::InvalidBaseUrl, e.to_string()))?;
        if url.path() == "/" {
            url.set_path("/v1");
        }
        Ok(BaseUrl(url))
    }

    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or("")
    }

    /// Whether it is this computer.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }
}

/// How a [`Client`] behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where Poe is.
    pub base_url: BaseUrl,
    /// Without one only the list of models works.
    pub key: Option<Secret>,
    /// Tries in all, 3 by default.
    pub max_attempts: u32,
    /// For name, connection and TLS together; 10 s by default.
    pub connect_timeout: Duration,
    /// From sending to the first byte of the answer; none by default.
    pub first_byte_timeout: Option<Duration>,
    /// Between two pieces; none by default.
    pub idle_timeout: Option<Duration>,
    /// The system's by default.
    pub proxy: Proxy,
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
            proxy: Proxy::System,
        }
    }
}

/// Whether requests go through a proxy. Loopback never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// What the system or the environment says.
    System,
    /// None.
    None,
}

/// A client of the Poe API. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    config: Arc<Config>,
}

impl Client {
    /// Sets up TLS and proxies; sends nothing.
    pub fn new(config: Config) -> Result<Client, Error> {
        Ok(Client {
            config: Arc::new(config),
        })
    }

    /// Where it sends to.
    pub fn base_url(&self) -> &BaseUrl {
        &self.config.base_url
    }

    /// The models.
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        Err(unfinished())
    }

    /// The points left.
    pub async fn balance(&self) -> Result<Balance, Error> {
        Err(unfinished())
    }

    /// A page of the points history.
    pub async fn usage(&self, limit: u8, starting_after: Option<&str>) -> Result<UsagePage, Error> {
        let _ = (limit, starting_after);
        Err(unfinished())
    }

    /// Asks.
    pub fn chat(&self, request: ChatRequest) -> ChatStream {
        let _ = request;
        ChatStream::new(async_stream::stream! { yield ChatEvent::Failed(unfinished()); })
    }
}
