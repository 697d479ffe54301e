//! Owns where Poe is, and that the key never travels there in clear.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use url::{Host, Url};

use crate::error::{Error, Kind};

/// What stands around an address that was copied out of a text or a program.
const AROUND: [char; 11] = ['"', '\'', '`', '<', '>', ',', ';', '“', '”', '‘', '’'];

/// What is called at a server, below the base address or beside its last part.
const CALLS: [&str; 9] = [
    "/chat/completions",
    "/completions",
    "/responses",
    "/messages",
    "/models",
    "/balance",
    "/usage/current_balance",
    "/usage/points_history",
    "/usage/history",
];

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

    /// Checks an address. Blanks and quotes around it, slashes at its end and what is called there (`/chat/completions`,
    /// `/models` …) are dropped, and an address without a path gets `/v1`. Without a scheme it is `https`, and `http` on this
    /// computer.
    ///
    /// Fails with [`Kind::InvalidBaseUrl`] for what is no URL, for another scheme than http(s), for a user name, password,
    /// query or fragment, and for `http` to any host but this computer: the key would travel in clear.
    ///
    /// ```
    /// use poe::BaseUrl;
    /// assert_eq!(BaseUrl::parse("https://api.poe.com")?.as_str(), "https://api.poe.com/v1");
    /// assert_eq!(BaseUrl::parse("api.poe.com/v1/chat/completions")?.as_str(), "https://api.poe.com/v1");
    /// assert!(BaseUrl::parse("http://api.poe.com/v1").is_err());
    /// # Ok::<(), poe::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<BaseUrl, Error> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || AROUND.contains(&c));
        // The URL standard drops some of these silently; then the address would not be the one that was read.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(invalid("it holds a blank, a control character or a backslash"));
        }
        // What is written before an @ looks like the host to a hurried eye, and an empty login leaves no trace in the URL.
        let rest = text.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches('/');
        if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
            return Err(invalid("it holds a user name or password"));
        }
        let mut url = Url::parse(&with_scheme(text)).map_err(|error| invalid(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("the scheme is neither https nor http"));
        }
        let labels = url.host_str().unwrap_or("");
        if labels.strip_suffix('.').unwrap_or(labels).split('.').any(str::is_empty) {
            return Err(invalid("a part of the host's name is empty"));
        }
        if url.port() == Some(0) {
            return Err(invalid("no server has port 0"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it holds a query or fragment"));
        }
        let path = without_calls(url.path()).to_owned();
        url.set_path(if path.is_empty() { "/v1" } else { &path });
        let base = BaseUrl(url);
        if base.is_http() && !base.is_loopback() {
            return Err(invalid("http is for this computer only: the key would travel in clear"));
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

    /// 443 or 80 when it names none.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Whether it is this computer: 127.0.0.0/8, ::1 or `localhost`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    pub(crate) fn has_scheme(&self, scheme: &str) -> bool {
        self.0.scheme() == scheme
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

/// Only for what reads as a host: a name with a dot, an address, `localhost`.
fn with_scheme(text: &str) -> Cow<'_, str> {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    if text.contains("://") || !is_name || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let is_here = name.eq_ignore_ascii_case("localhost")
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    match (is_here, name.contains('.')) {
        (true, _) => Cow::Owned(format!("http://{text}")),
        (false, true) => Cow::Owned(format!("https://{text}")),
        (false, false) => Cow::Borrowed(text),
    }
}

fn without_calls(path: &str) -> &str {
    let mut path = path.trim_end_matches('/');
    while let Some(base) = CALLS.iter().find_map(|call| path.strip_suffix(call)) {
        path = base.trim_end_matches('/');
    }
    path
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn invalid(why: &str) -> Error {
    Error::new(Kind::InvalidBaseUrl, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_addresses_are_taken() {
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
        check("https://gateway.example/poe/v1//", Some("https://gateway.example/poe/v1"));
        check("HTTPS://API.POE.COM/v1", Some("https://api.poe.com/v1"));
        check("http://127.0.0.1:8080/v1", Some("http://127.0.0.1:8080/v1"));
        check("http://localhost:8080", Some("http://localhost:8080/v1"));
        check("http://[::1]:8080/v1", Some("http://[::1]:8080/v1"));

        // What is called there is no part of it.
        check("https://api.poe.com/v1/chat/completions", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/v1/chat/completions/", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/v1//chat/completions//", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/chat/completions", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/v1/responses", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/v1/messages", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/v1/models/", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/v1/completions", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/usage/current_balance", Some("https://api.poe.com/v1"));
        check("https://api.poe.com/usage/points_history", Some("https://api.poe.com/v1"));
        check("https://x.example/poe/v1/chat/completions", Some("https://x.example/poe/v1"));
        check("https://x.example/v1/chat/completions/models", Some("https://x.example/v1"));
        check("https://x.example/supermodels", Some("https://x.example/supermodels"));
        check("https://x.example/models/v1", Some("https://x.example/models/v1"));
        // What stands around it is none, either.
        check("\"https://api.poe.com/v1\",", Some("https://api.poe.com/v1"));
        check("'https://api.poe.com/v1/models'", Some("https://api.poe.com/v1"));
        check(" “https://api.poe.com/v1” ", Some("https://api.poe.com/v1"));
        check("<https://api.poe.com/v1>", Some("https://api.poe.com/v1"));
        // A host by itself.
        check("api.poe.com", Some("https://api.poe.com/v1"));
        check("api.poe.com/v1", Some("https://api.poe.com/v1"));
        check("API.poe.com:8443/v1/models", Some("https://api.poe.com:8443/v1"));
        check("localhost:8080/v1", Some("http://localhost:8080/v1"));
        check("127.0.0.1:8080", Some("http://127.0.0.1:8080/v1"));
        check("192.168.0.1:8080/v1", Some("https://192.168.0.1:8080/v1"));

        check("", None);
        check("v1", None);
        check("poe", None);
        check("me@api.poe.com/v1", None);
        check("me:secret@api.poe.com/v1", None);
        check("api.poe.com:secret/v1", None);
        check("api.poe.com/v1/chat/completions?key=x", None);
        check("https://api.poe.com/v1/models#x", None);
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

    /// Where the key would go, as a person is shown it; `None` where it goes nowhere.
    #[test]
    fn where_the_key_would_go_is_shown_as_it_is() {
        fn check(text: &str, expected: Option<&str>) {
            let got = BaseUrl::parse(text);
            let got = got.as_ref().ok().map(|base| (base.host(), base.as_str()));
            assert_eq!(got.map(|(host, _)| host), expected, "{text}");
            if let Some((host, shown)) = got {
                let rest = shown.split_once("://").unwrap().1;
                assert!(rest.starts_with(host) && shown.is_ascii(), "{text} is shown as {shown}");
                assert!(!rest[host.len()..].contains('@'), "{text} is shown as {shown}");
            }
        }
        // Logins.
        check("https://api.poe.com@evil.example/v1", None);
        check("https://api.poe.com:443@evil.example/v1", None);
        check("https://api.poe.com%2Fv1@evil.example/", None);
        check("https://@evil.example/v1", None);
        check("https://:@evil.example/v1", None);
        check("https://@api.poe.com/v1", None);
        check("https://a@b@api.poe.com/v1", None);
        check("https:api.poe.com@evil.example", None);
        check("https:///api.poe.com@evil.example", None);
        check("https:////@evil.example", None);
        // Names that look like Poe's: they are other hosts, and are shown as such.
        check("https://api.poe.com.evil.example/v1", Some("api.poe.com.evil.example"));
        check("https://api-poe.com/v1", Some("api-poe.com"));
        check("https://api.poe.com.evil/v1", Some("api.poe.com.evil"));
        check("https://\u{430}pi.poe.com/v1", Some("xn--pi-6kc.poe.com"));
        check("https://api.p\u{43e}e.com/v1", Some("api.xn--pe-fmc.com"));
        check("https://api.poe.c\u{43e}m/v1", Some("api.poe.xn--cm-fmc"));
        check("https://xn--pi-6kc.poe.com/v1", Some("xn--pi-6kc.poe.com"));
        check("https://api\u{2024}poe.com/v1", None);
        check("https://api。poe。com/v1", Some("api.poe.com"));
        check("https://ａｐｉ.poe.com/v1", Some("api.poe.com"));
        check("https://api.p\u{ad}oe.com/v1", Some("api.poe.com"));
        check("https://api.poe\u{2044}com/v1", Some("api.xn--poecom-rq0c"));
        check("https://API.POE.COM/v1", Some("api.poe.com"));
        check("https://api.poe.com./v1", Some("api.poe.com."));
        check("https://api.poe%2ecom/v1", Some("api.poe.com"));
        check("https://api.poe.com%2fevil/v1", None);
        check("https://api.poe.com%00.evil.example/v1", None);
        check("https://api.poe.com%20.evil.example/v1", None);
        check("https://api.poe.com%40evil.example/v1", None);
        // Ways to write this computer, and ways to look like it.
        check("http://127.1:1/v1", Some("127.0.0.1"));
        check("http://0x7f.0.0.1/v1", Some("127.0.0.1"));
        check("http://2130706433/v1", Some("127.0.0.1"));
        check("http://0177.0.0.1/v1", Some("127.0.0.1"));
        check("http://127.255.255.254/v1", Some("127.255.255.254"));
        check("http://LOCALHOST/v1", Some("localhost"));
        check("http://[0:0:0:0:0:0:0:1]/v1", Some("[::1]"));
        check("http://localhost./v1", None);
        check("http://128.0.0.1/v1", None);
        check("http://127.0.0.1.nip.example/v1", None);
        check("http://localhost@evil.example/v1", None);
        check("http://evil.example#@localhost/v1", None);
        check("http://evil.example?@localhost/v1", None);
        check("http://[::ffff:127.0.0.1]/v1", None);
        check("http://[::]/v1", None);
        check("http://0/v1", None);
        check("http://10.0.0.1/v1", None);
        // Other addresses are as good as names, with TLS.
        check("https://192.168.0.1/v1", Some("192.168.0.1"));
        check("https://[2001:db8::1]/v1", Some("[2001:db8::1]"));
        check("https://256.0.0.1/v1", None);
        check("https://[::1/v1", None);
        // Ports.
        check("https://api.poe.com:443/v1", Some("api.poe.com"));
        check("https://api.poe.com:8443/v1", Some("api.poe.com"));
        check("https://api.poe.com:/v1", Some("api.poe.com"));
        check("https://api.poe.com:0/v1", None);
        check("https://api.poe.com:65536/v1", None);
        check("https://api.poe.com:-1/v1", None);
        check("https://api.poe.com:80:443/v1", None);
        // What a parser drops or turns.
        check("https://api.poe.com\\@evil.example/v1", None);
        check("https://evil.example\\.poe.com/v1", None);
        check("https://api.poe.com\t.evil.example/v1", None);
        check("https://api.poe.com\n.evil.example/v1", None);
        check("ht\ttps://api.poe.com/v1", None);
        check("https://api.poe.com /v1", None);
        check("https://api.poe\0.com/v1", None);
        check("https://api.poe.com\u{3000}/v1", None);
        check("//api.poe.com/v1", None);
        check("/v1", None);
        check("data:text/plain,https://api.poe.com/v1", None);
        check("blob:https://api.poe.com/v1", None);
        check("view-source:https://api.poe.com/v1", None);
        check("httpss://api.poe.com/v1", None);
        check("wss://api.poe.com/v1", None);
        check("https://..", None);
        check("https://.", None);
    }

    #[test]
    fn paths_are_put_beside_and_above_the_base() {
        fn check(base: &str, own: &str, parent: &str) {
            let base = BaseUrl::parse(base).unwrap();
            assert_eq!(base.join("/models").as_str(), own);
            assert_eq!(base.join_parent("/usage/current_balance").as_str(), parent);
        }
        check(BaseUrl::DEFAULT, "https://api.poe.com/v1/models", "https://api.poe.com/usage/current_balance");
        check(
            "https://x.example/poe/v1",
            "https://x.example/poe/v1/models",
            "https://x.example/poe/usage/current_balance",
        );
    }
}
