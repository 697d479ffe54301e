//! Which proxy was used, or could not be, and who set it: what a failure tells of it. Below errors, which hold it.

use serde::{Deserialize, Serialize};

/// A proxy on the way to a host. No login is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyInUse {
    /// `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`.
    pub scheme: String,
    /// Its name or address; an IPv6 address without brackets.
    pub host: String,
    /// 80, 443 or 1080 when the setting names none.
    pub port: u16,
    /// Where the setting is.
    pub source: ProxySource,
}

impl ProxyInUse {
    pub(crate) fn at(scheme: &str, host: &str, port: Option<u16>, source: ProxySource) -> ProxyInUse {
        let usual = match scheme {
            "http" => 80,
            "https" => 443,
            _ => 1080,
        };
        ProxyInUse {
            scheme: scheme.to_owned(),
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: port.unwrap_or(usual),
            source,
        }
    }

    /// Host and port, to show.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Where the setting of a proxy comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxySource {
    /// This environment variable, such as `HTTPS_PROXY`.
    Environment(String),
    /// The settings of this desktop, such as `GNOME`.
    Desktop(String),
    /// The system's settings (Windows, macOS).
    System,
    /// [`Proxy::Manual`](crate::Proxy::Manual).
    Manual,
}

/// A setting of a proxy that can't be used. Nothing is sent while it decides: going straight would pass over what a person
/// set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusableProxy {
    /// What it says, without a login; at most 100 characters.
    pub value: String,
    /// Where it is.
    pub source: ProxySource,
}
