//! Reads the address of a proxy as variables and desktops write it. What can't be used is kept to be named, without a login.

use percent_encoding::percent_decode_str;
use url::Url;

use super::{ProxyInUse, ProxySource, Route, UnusableProxy};
use crate::secret::Secret;

/// The most characters that are shown of what can't be used.
const MOST_SHOWN: usize = 100;

/// `scheme://name:password@host:port`, all but the host left out at will. Without a scheme it is `http`; `socks`, as GNOME
/// writes it, is SOCKS 5 with the host looked up by the proxy. A path is passed over, as curl does.
pub(super) fn read(text: &str, source: ProxySource) -> Result<Route, UnusableProxy> {
    let text = text.trim();
    route(text, &source).ok_or_else(|| UnusableProxy { value: shown(text), source })
}

fn route(text: &str, source: &ProxySource) -> Option<Route> {
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '\'' | '\u{fffd}');
    if text.contains(is_odd) {
        return None;
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => "http",
        "https" => "https",
        "socks4" => "socks4",
        "socks4a" => "socks4a",
        "socks5" => "socks5",
        "socks" | "socks5h" => "socks5h",
        _ => return None,
    };
    let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty() && !host.contains('%'))?;
    // What follows the host may be the rest of a password, and the host its name.
    let is_cut =
        [Some(url.path()), url.query(), url.fragment()].into_iter().flatten().any(|part| part.contains('@'));
    if url.port() == Some(0) || is_cut {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        (name, password) => Some((decoded(name)?, Secret::verbatim(&decoded(password.unwrap_or_default())?))),
    };
    Some(Route { proxy: ProxyInUse::at(scheme, host, url.port(), source.clone()), login })
}

/// What stands before an `@` is a login; so may be what stands where a port should, and what follows the host.
fn shown(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => ("", text),
    };
    let login = [("@", 1), ("%40", 3)].map(|(sign, length)| rest.rfind(sign).map_or(0, |at| at + length));
    let host = &rest[login.into_iter().max().unwrap_or_default()..];
    let host = host.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let (name, port) = match host.split_once("]:") {
        Some((inside, port)) => (format!("{inside}]"), Some(port)),
        None if host.starts_with('[') => (host.to_owned(), None),
        None => match host.split_once(':') {
            Some((name, port)) => (name.to_owned(), Some(port)),
            None => (host.to_owned(), None),
        },
    };
    let scheme: String = match scheme {
        "" => String::new(),
        scheme if scheme.contains('@') => "…://".to_owned(),
        scheme => format!("{scheme}://"),
    };
    let port = match port {
        None => String::new(),
        Some(port) if port.len() <= 6 && port.bytes().all(|byte| byte.is_ascii_digit()) => format!(":{port}"),
        Some(_) => ":…".to_owned(),
    };
    let all = format!("{scheme}{name}{port}");
    all.chars().filter(|c| !c.is_control()).take(MOST_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> ProxySource {
        ProxySource::Environment("ALL_PROXY".to_owned())
    }

    #[test]
    fn what_can_be_used() {
        fn check(text: &str, expected: &str) {
            let route = read(text, source()).unwrap_or_else(|unusable| panic!("{text}: {unusable:?}"));
            let proxy = &route.proxy;
            assert_eq!(format!("{} {}", proxy.scheme, proxy.address()), expected, "{text}");
            assert_eq!(proxy.source, source());
        }
        check("http://proxy.example:8080", "http proxy.example:8080");
        check(" http://proxy.example/ ", "http proxy.example:80");
        check("HTTP://Proxy.Example:3128/path", "http proxy.example:3128");
        check("https://proxy.example", "https proxy.example:443");
        check("proxy.example:8080", "http proxy.example:8080");
        check("proxy.example", "http proxy.example:80");
        check("127.0.0.1:8080", "http 127.0.0.1:8080");
        check("[::1]:3128", "http [::1]:3128");
        check("http://[2001:db8::1]:3128", "http [2001:db8::1]:3128");
        check("socks://127.0.0.1:1080/", "socks5h 127.0.0.1:1080");
        check("SOCKS://proxy.example", "socks5h proxy.example:1080");
        check("socks5://proxy.example", "socks5 proxy.example:1080");
        check("Socks5h://[::1]:9050", "socks5h [::1]:9050");
        check("socks4://proxy.example:9", "socks4 proxy.example:9");
        check("socks4a://proxy.example", "socks4a proxy.example:1080");
    }

    #[test]
    fn logins_go_along() {
        fn check(text: &str, name: &str, password: Option<&str>) {
            let route = read(text, source()).unwrap_or_else(|unusable| panic!("{text}: {unusable:?}"));
            let (got, secret) = route.login.clone().unwrap();
            assert_eq!((got.as_str(), secret.as_ref().map(Secret::expose)), (name, password), "{text}");
            // As the HTTP library reads it again.
            let url = route.url().unwrap();
            let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
            let again = (decoded(url.username()), url.password().map(decoded));
            assert_eq!(again, (name.to_owned(), password.map(str::to_owned)), "{text}");
        }
        check("http://me:word@proxy.example", "me", Some("word"));
        check("me:word@proxy.example:80", "me", Some("word"));
        check("socks://me:p%40ss%25word@[::1]:1080", "me", Some("p@ss%word"));
        check("socks5://DOMAIN%5Cme:word@proxy.example", "DOMAIN\\me", Some("word"));
        check("http://me@proxy.example", "me", None);
        check("http://me:a@b@proxy.example", "me", Some("a@b"));
    }

    #[test]
    fn what_can_not_is_named_without_a_login() {
        fn check(text: &str, expected: &str) {
            match read(text, source()) {
                Ok(route) => panic!("{text} is taken as {:?}", route.proxy),
                Err(unusable) => {
                    assert_eq!(unusable.value, expected, "{text}");
                    assert!(!format!("{unusable:?}").contains("canary"), "{text}");
                }
            }
        }
        check("ftp://proxy.example:21", "ftp://proxy.example:21");
        check("socks6://me:canary@proxy.example:21", "socks6://proxy.example:21");
        check("quic://me:canary@proxy.example", "quic://proxy.example");
        check("http://", "http://");
        check("socks://:1080", "socks://:1080");
        check("http://proxy.example:0", "http://proxy.example:0");
        check("http://proxy.example:65536", "http://proxy.example:65536");
        check("http://proxy.example:80:80", "http://proxy.example:…");
        check("http:proxy.example:80", "http:…");
        check("http://me:canary", "http://me:…");
        check("http://me:can#ary-canary@proxy.example:80", "http://proxy.example:80");
        check("http://me:1#canary@proxy.example:x", "http://proxy.example:…");
        check("http://me%3Acanary%40proxy.example:80", "http://proxy.example:80");
        check("\"http://proxy.example:80\"", "\"http://proxy.example:…");
        check("http://proxy.example 80", "http://proxy.example 80");
        check("http://[::1", "http://[::1");
        check("http://proxy\u{fffd}.example", "http://proxy\u{fffd}.example");
        check("pac+https://proxy.example/me?canary", "pac+https://proxy.example");
        check("me:canary@pac://proxy.example", "…://proxy.example");
    }
}
