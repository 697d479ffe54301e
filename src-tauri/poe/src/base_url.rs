//! Owns where Poe is, and that the key never travels there in clear.

use url::{Host, Url};

use crate::{Error, Kind};

/// The OpenAI-style base address, with `/v1`. Balance and history live at its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl Default for BaseUrl {
    /// Poe's own address.
    fn default() -> BaseUrl {
        BaseUrl(url::Url::parse(BaseUrl::DEFAULT).expect("a constant that parses"))
    }
}

impl BaseUrl {
    /// Poe itself.
    pub const DEFAULT: &str = "https://api.poe.com/v1";

    /// Checks an address. Slashes at the end are dropped, and an address without a path gets `/v1`.
    ///
    /// Fails with [`Kind::InvalidBaseUrl`] for what is no URL, for another scheme than http(s), for a user name, password,
    /// query or fragment, and for `http` to any host but this computer: the key would travel in clear.
    ///
    /// ```
    /// use poe::BaseUrl;
    /// assert_eq!(BaseUrl::parse("https://api.poe.com")?.as_str(), "https://api.poe.com/v1");
    /// assert!(BaseUrl::parse("http://api.poe.com/v1").is_err());
    /// # Ok::<(), poe::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<BaseUrl, Error> {
        let text = text.trim();
        // The URL standard drops some of these silently; then the address would not be the one that was read.
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return Err(invalid("it holds a blank, a control character or a backslash"));
        }
        let mut url = Url::parse(text).map_err(|error| invalid(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("the scheme is neither https nor http"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("it holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it holds a query or fragment"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(if path.is_empty() { "/v1" } else { &path });
        let base = BaseUrl(url);
        if base.is_http() && !base.is_loopback() {
            return Err(invalid(
                "http is for this computer only: the key would travel in clear",
            ));
        }
        Ok(base)
    }

    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host alone; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or("")
    }

    /// Whether it is this computer: 127.0.0.0/8, ::1 or `localhost`.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    pub(crate) fn is_http(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// `path` begins with a slash.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }

    /// Beside the last part of the path.
    pub(crate) fn join_parent(&self, path: &str) -> Url {
        let parent = self.0.path().rsplit_once('/').map_or("", |(parent, _)| parent);
        let mut url = self.0.clone();
        url.set_path(&format!("{parent}{path}"));
        url
    }
}

fn invalid(why: &str) -> Error {
    Error::new(Kind::InvalidBaseUrl, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        fn check(text: &str, expected: Option<&str>) {
            let got = BaseUrl::parse(text);
            assert_eq!(got.as_ref().ok().map(BaseUrl::as_str), expected, "{text}");
            assert!(
                got.is_ok_and(|_| true) || BaseUrl::parse(text).unwrap_err().kind == Kind::InvalidBaseUrl
            );
        }
        check("https://api.poe.com/v1", Some("https://api.poe.com/v1"));
        check(" https://api.poe.com/v1/ \n", Some("https://api.poe.com/v1"));
        check("https://api.poe.com", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/", Some("https://api.poe.com/v1"));
        check(
            "https://gateway.example/poe/v1//",
            Some("https://gateway.example/poe/v1"),
        );
        check("HTTPS://API.POE.COM/v1", Some("https://api.poe.com/v1"));
        check("http://127.0.0.1:8080/v1", Some("http://127.0.0.1:8080/v1"));
        check("http://localhost:8080", Some("http://localhost:8080/v1"));
        check("http://[::1]:8080/v1", Some("http://[::1]:8080/v1"));

        check("", None);
        check("api.poe.com/v1", None);
        check("localhost:8080/v1", None);
        check("http://api.poe.com/v1", None);
        check("http://127.0.0.1.evil.example/v1", None);
        check("http://localhost.evil.example/v1", None);
        check("http://0.0.0.0/v1", None);
        check("http://192.168.0.1/v1", None);
        check("https://me@api.poe.com/v1", None);
        check("https://:secret@api.poe.com/v1", None);
        check("https://api.poe.com@evil.example/v1", None);
        check("https://api.poe.com/v1?key=x", None);
        check("https://api.poe.com/v1?", None);
        check("https://api.poe.com/v1#x", None);
        check("https://api.po\ne.com/v1", None);
        check("https:\\\\api.poe.com\\v1", None);
        check("ftp://api.poe.com/v1", None);
        check("file:///v1", None);
        check("javascript:alert(1)", None);
        check("https://", None);
    }

    #[test]
    fn neighbors() {
        fn check(base: &str, own: &str, parent: &str) {
            let base = BaseUrl::parse(base).unwrap();
            assert_eq!(base.join("/models").as_str(), own);
            assert_eq!(base.join_parent("/usage/current_balance").as_str(), parent);
        }
        check(
            BaseUrl::DEFAULT,
            "https://api.poe.com/v1/models",
            "https://api.poe.com/usage/current_balance",
        );
        check(
            "https://x.example/poe/v1",
            "https://x.example/poe/v1/models",
            "https://x.example/poe/usage/current_balance",
        );
    }
}
