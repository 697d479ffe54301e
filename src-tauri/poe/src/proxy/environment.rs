//! The proxy that the HTTP library takes by itself, and which setting it takes it from. It reads the variables as curl does
//! (the upper-case name first, a set but empty one ends the search), and the system's settings where these say nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::{ProxyInUse, ProxySource, Route};
use crate::{BaseUrl, Secret};

const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];

pub(super) fn route(base_url: &BaseUrl) -> Option<Route> {
    let target = base_url.as_str().parse().ok()?;
    let proxy = Matcher::from_system().intercept(&target)?;
    let source = source(|name| std::env::var(name).ok(), proxy.uri());
    Some(Route {
        proxy: ProxyInUse::at(
            proxy.uri().scheme_str().unwrap_or("http"),
            proxy.uri().host()?,
            proxy.uri().port_u16(),
            source,
        ),
        login: login(&proxy),
    })
}

/// Which setting names the proxy at `uri`. `variable` reads the environment.
fn source(variable: impl Fn(&str) -> Option<String>, uri: &Uri) -> ProxySource {
    let first = |names: [&'static str; 2]| {
        let (name, value) = names.into_iter().find_map(|name| Some((name, variable(name)?)))?;
        names_it(&value, uri).then(|| ProxySource::Environment(name.to_owned()))
    };
    first(HTTPS).or_else(|| first(ALL)).unwrap_or(ProxySource::System)
}

fn names_it(value: &str, uri: &Uri) -> bool {
    let matcher = Matcher::builder().https(value).build();
    let proxy = matcher.intercept(&Uri::from_static("https://poe.example/"));
    proxy.is_some_and(|proxy| proxy.uri() == uri)
}

fn login(proxy: &Intercept) -> Option<(String, Secret)> {
    if let Some((name, password)) = proxy.raw_auth() {
        return Some((name.to_owned(), Secret::verbatim(password)?));
    }
    let encoded = proxy.basic_auth()?.to_str().ok()?.strip_prefix("Basic ")?;
    let plain = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = plain.split_once(':')?;
    Some((name.to_owned(), Secret::verbatim(password)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_setting_it_is() {
        fn check(variables: &[(&str, &str)], expected: Option<&str>) {
            let variable = |wanted: &str| {
                let found = variables.iter().find(|(name, _)| *name == wanted);
                found.map(|(_, value)| (*value).to_owned())
            };
            let got = match source(variable, &Uri::from_static("http://one.example:8080/")) {
                ProxySource::Environment(name) => Some(name),
                _ => None,
            };
            assert_eq!(got.as_deref(), expected, "{variables:?}");
        }
        let (one, two) = ("http://me:secret@one.example:8080", "http://two.example:8080");
        check(&[], None);
        check(&[("HTTPS_PROXY", one)], Some("HTTPS_PROXY"));
        check(&[("https_proxy", one)], Some("https_proxy"));
        check(&[("HTTPS_PROXY", "one.example:8080")], Some("HTTPS_PROXY"));
        check(&[("ALL_PROXY", one)], Some("ALL_PROXY"));
        check(&[("all_proxy", one), ("HTTPS_PROXY", "")], Some("all_proxy"));
        check(&[("HTTPS_PROXY", one), ("ALL_PROXY", two)], Some("HTTPS_PROXY"));
        check(&[("ALL_PROXY", two)], None);
        check(&[("HTTP_PROXY", one)], None);
    }
}
