//! Owns which proxy the way to Poe leads through. A proxy sees host and port of Poe and no more: the key travels inside TLS,
//! and what goes in clear goes to this computer only, past every proxy.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::base_url::BaseUrl;
use crate::error::{Error, Kind};
use crate::secret::Secret;

mod address;
mod environment;
mod exceptions;
pub(crate) mod in_use;
mod rules;

use in_use::{ProxyInUse, ProxySource, UnusableProxy};
pub(crate) use rules::Rules;

/// Whether requests go through a proxy. Those to this computer never do.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// What the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) says, and where it says nothing what the system does
    /// (Windows, macOS).
    #[default]
    System,
    /// What the environment says, and where it says nothing this one, which the desktop's settings name.
    Desktop(DesktopProxy),
    /// None.
    None,
    /// This one, whatever the environment and the system say.
    Manual(ManualProxy),
}

/// The proxy that a desktop's settings name, for `https`. This crate reads no such settings: whoever does hands it in.
/// `Debug` prints no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesktopProxy {
    /// Whose settings they are, such as `GNOME`.
    pub name: String,
    /// `scheme://host:port`, in the schemes of [`ProxyInUse::scheme`] and `socks`, which is SOCKS 5. One that can't be used
    /// fails every request with [`Kind::ProxyFailed`].
    pub address: String,
    /// A name and a password ([`Secret::verbatim`]).
    pub login: Option<(String, Secret)>,
    /// Hosts that are reached past it: names with their subdomains, addresses, networks (`10.0.0.0/8`).
    pub except: Vec<String>,
    /// The proxy is for the hosts in `except` only.
    pub only_these: bool,
}

/// A proxy that a person entered. `Debug` prints no password.
#[derive(Clone, Debug)]
pub struct ManualProxy {
    url: Url,
    login: Option<(String, Secret)>,
}

impl ManualProxy {
    /// Checks an address such as `http://proxy.example:8080`. Schemes: `http`, `https`, `socks5` (this computer looks the
    /// host up), `socks5h` (the proxy does) and `socks`, which is the same. Ports when none is named: 80, 443, 1080.
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
        if address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(invalid("proxy", "it holds a blank, a control character or a backslash"));
        }
        let url = Url::parse(address).map_err(|error| invalid("proxy", &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https" | "socks" | "socks5" | "socks5h") {
            return Err(invalid("proxy", "the scheme is none of http, https, socks5, socks5h and socks"));
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
            return Err(invalid("proxy_login", "the name is empty, or holds a colon or a control character"));
        }
        Ok(ManualProxy { url, login })
    }

    /// Host and port, to show.
    pub fn address(&self) -> String {
        let port = self.url.port_or_known_default().unwrap_or(1080);
        format!("{}:{port}", self.url.host_str().unwrap_or(""))
    }

    fn scheme(&self) -> &str {
        match self.url.scheme() {
            "socks" => "socks5h",
            scheme => scheme,
        }
    }
}

impl From<UnusableProxy> for Error {
    /// [`Kind::ProxyFailed`]; nothing was sent.
    fn from(unusable: UnusableProxy) -> Error {
        Error {
            unusable_proxy: Some(Box::new(unusable)),
            ..Error::new(Kind::ProxyFailed, "the setting of the proxy can't be used")
        }
    }
}

/// A proxy and how to log in there.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) proxy: ProxyInUse,
    /// Name and password.
    pub(crate) login: Option<(String, Option<Secret>)>,
}

impl Route {
    /// As the HTTP library takes it, the login inside.
    fn url(&self) -> Option<Url> {
        let mut url = Url::parse(&format!("{}://{}", self.proxy.scheme, self.proxy.address())).ok()?;
        if let Some((name, password)) = &self.login {
            let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            url.set_username(&encoded(name)).ok()?;
            let password = password.as_ref().map_or("", Secret::expose);
            url.set_password(Some(&encoded(password))).ok()?;
        }
        Some(url)
    }
}

impl Proxy {
    /// The proxy that the way to `base_url` leads through, and where its setting comes from. Reads the environment and the
    /// system's settings as they are now; a [`Client`](crate::Client) keeps what they were when it was made.
    ///
    /// Fails where the setting that decides can't be used.
    pub fn in_use(&self, base_url: &BaseUrl) -> Result<Option<ProxyInUse>, UnusableProxy> {
        Ok(self.route(base_url)?.map(|route| route.proxy))
    }

    pub(crate) fn route(&self, base_url: &BaseUrl) -> Result<Option<Route>, UnusableProxy> {
        self.rules().route(base_url.url())
    }

    pub(crate) fn rules(&self) -> Rules {
        Rules::of(self)
    }
}

fn invalid(field: &str, why: &str) -> Error {
    Error { param: Some(field.to_owned()), ..Error::new(Kind::InvalidInput, why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_proxy_addresses_are_taken() {
        fn check(text: &str, expected: Option<&str>) {
            let got = ManualProxy::parse(text, None);
            assert_eq!(got.as_ref().ok().map(ManualProxy::address).as_deref(), expected, "{text}");
            match got {
                Ok(_) => {}
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
        check("socks://proxy.example", Some("proxy.example:1080"));
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
    fn which_proxy_logins_are_taken() {
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
