//! Owns which proxy the way to Poe leads through. A proxy sees host and port of Poe and no more: the key travels inside TLS,
//! and what goes in clear goes to this computer only, past every proxy.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{BaseUrl, Error, Kind, Secret};

mod environment;

/// Whether requests go through a proxy. Those to this computer never do.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// What the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) or the system says.
    #[default]
    System,
    /// None.
    None,
    /// This one, whatever the environment and the system say.
    Manual(ManualProxy),
}

/// A proxy that a person entered. `Debug` prints no password.
#[derive(Clone, Debug)]
pub struct ManualProxy {
    url: Url,
    login: Option<(String, Secret)>,
}

impl ManualProxy {
    /// Checks an address such as `http://proxy.example:8080`. Schemes: `http`, `https`, `socks5` (this computer looks the
    /// host up) and `socks5h` (the proxy does). Ports when none is named: 80, 443, 1080.
    ///
    /// `login` is a name and a password ([`Secret::verbatim`]).
    ///
    /// Fails with [`Kind::InvalidInput`] and `proxy` in [`Error::param`] for what is no URL, for another scheme, a path,
    /// query or fragment, and for a login inside the address, where it would be shown. A login with a name that holds a
    /// colon or is empty fails with `proxy_login`: it could not be sent.
    ///
    /// ```
    /// use poe::{ManualProxy, Secret};
    /// let login = Secret::verbatim("secret").map(|password| ("me".to_owned(), password));
    /// assert_eq!(ManualProxy::parse("http://proxy.example:8080", login)?.address(), "proxy.example:8080");
    /// assert!(ManualProxy::parse("http://me:secret@proxy.example", None).is_err());
    /// # Ok::<(), poe::Error>(())
    /// ```
    pub fn parse(address: &str, login: Option<(String, Secret)>) -> Result<ManualProxy, Error> {
        let address = address.trim();
        if address
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return Err(invalid(
                "proxy",
                "it holds a blank, a control character or a backslash",
            ));
        }
        let url = Url::parse(address).map_err(|error| invalid("proxy", &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(invalid(
                "proxy",
                "the scheme is none of http, https, socks5 and socks5h",
            ));
        }
        if url.host_str().is_none_or(str::is_empty) || url.port() == Some(0) {
            return Err(invalid("proxy", "it names no host, or port 0"));
        }
        if address.contains('@') {
            return Err(invalid("proxy", "it holds a login, which has a field of its own"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("proxy", "it holds a path, query or fragment"));
        }
        if login
            .as_ref()
            .is_some_and(|(name, _)| name.is_empty() || name.contains(':') || name.contains(char::is_control))
        {
            return Err(invalid(
                "proxy_login",
                "the name is empty, or holds a colon or a control character",
            ));
        }
        Ok(ManualProxy { url, login })
    }

    /// Host and port, to show.
    pub fn address(&self) -> String {
        let port = self.url.port_or_known_default().unwrap_or(1080);
        format!("{}:{port}", self.url.host_str().unwrap_or(""))
    }

    /// What the HTTP library takes.
    fn rule(&self) -> Result<reqwest::Proxy, Error> {
        let proxy = reqwest::Proxy::all(self.url.as_str())
            .map_err(|_| invalid("proxy", "the address can't be used"))?;
        Ok(match &self.login {
            Some((name, password)) => proxy.basic_auth(name, password.expose()),
            None => proxy,
        })
    }
}

/// A proxy on the way to a host. No login is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyInUse {
    /// `http`, `https`, `socks4`, `socks5` or `socks5h`.
    pub scheme: String,
    /// Its name or address; an IPv6 address without brackets.
    pub host: String,
    /// 80, 443 or 1080 when the setting names none.
    pub port: u16,
    /// Where the setting is.
    pub source: ProxySource,
}

impl ProxyInUse {
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
    /// The system's settings (Windows, macOS).
    System,
    /// [`Proxy::Manual`].
    Manual,
}

/// A proxy and how to log in there.
pub(crate) struct Route {
    pub(crate) proxy: ProxyInUse,
    pub(crate) login: Option<(String, Secret)>,
}

impl Proxy {
    /// The proxy that the way to `base_url` leads through, and where its setting comes from. Reads the environment and the
    /// system's settings as they are now; a [`Client`](crate::Client) keeps what they were when it was made.
    pub fn in_use(&self, base_url: &BaseUrl) -> Option<ProxyInUse> {
        self.route(base_url).map(|route| route.proxy)
    }

    pub(crate) fn route(&self, base_url: &BaseUrl) -> Option<Route> {
        match self {
            _ if base_url.is_loopback() => None,
            Proxy::None => None,
            Proxy::System => environment::route(base_url),
            Proxy::Manual(manual) => Some(Route {
                proxy: ProxyInUse::at(
                    manual.url.scheme(),
                    manual.url.host_str()?,
                    manual.url.port(),
                    ProxySource::Manual,
                ),
                login: manual.login.clone(),
            }),
        }
    }

    /// Tells the HTTP library.
    pub(crate) fn apply(
        &self,
        builder: reqwest::ClientBuilder,
        base_url: &BaseUrl,
    ) -> Result<reqwest::ClientBuilder, Error> {
        Ok(match self {
            _ if base_url.is_loopback() => builder.no_proxy(),
            Proxy::None => builder.no_proxy(),
            Proxy::System => builder,
            Proxy::Manual(manual) => builder.proxy(manual.rule()?),
        })
    }
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
}

fn invalid(field: &str, why: &str) -> Error {
    Error {
        param: Some(field.to_owned()),
        ..Error::new(Kind::InvalidInput, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        fn check(text: &str, expected: Option<&str>) {
            let got = ManualProxy::parse(text, None);
            assert_eq!(
                got.as_ref().ok().map(ManualProxy::address).as_deref(),
                expected,
                "{text}"
            );
            match got {
                Ok(proxy) => assert!(proxy.rule().is_ok(), "{text}"),
                Err(error) => assert_eq!(
                    (error.kind, error.param.as_deref()),
                    (Kind::InvalidInput, Some("proxy")),
                    "{text}"
                ),
            }
        }
        check("http://proxy.example:8080", Some("proxy.example:8080"));
        check(" http://proxy.example/ ", Some("proxy.example:80"));
        check("https://proxy.example", Some("proxy.example:443"));
        check("socks5://proxy.example", Some("proxy.example:1080"));
        check("socks5h://proxy.example:9050", Some("proxy.example:9050"));
        check("http://[::1]:3128", Some("[::1]:3128"));
        check("", None);
        check("proxy.example", None);
        check("proxy.example:8080", None);
        check("socks4://proxy.example", None);
        check("ftp://proxy.example", None);
        check("file:///proxy", None);
        check("socks5://", None);
        check("http://", None);
        check("http://proxy.example:0", None);
        check("http://proxy.example:65536", None);
        check("http://me:secret@proxy.example", None);
        check("http://@proxy.example", None);
        check("http://proxy.example/pac", None);
        check("http://proxy.example?x", None);
        check("http://proxy.example#x", None);
        check("http://proxy.exa\tmple", None);
        check("http:\\\\proxy.example", None);
    }

    #[test]
    fn logins() {
        fn check(name: &str, expected: bool) {
            let login = Secret::verbatim("canary").map(|password| (name.to_owned(), password));
            let got = ManualProxy::parse("http://proxy.example", login);
            assert!(!format!("{got:?}").contains("canary"));
            match got {
                Ok(_) => assert!(expected, "{name:?}"),
                Err(error) => assert_eq!((expected, error.param.as_deref()), (false, Some("proxy_login"))),
            }
        }
        check("me", true);
        check("DOMAIN\\me", true);
        check("", false);
        check("a:b", false);
        check("a\nb", false);
    }
}
