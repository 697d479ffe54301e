//! Owns which way a request goes: straight, through a proxy, or not at all where a setting can't be used.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

use super::exceptions::Exceptions;
use super::{
    DesktopProxy, ManualProxy, Proxy, ProxyInUse, ProxySource, Route, UnusableProxy, address, environment,
};
use crate::base_url;
use crate::secret::Secret;

/// The settings as they were when they were read.
#[derive(Clone, Default)]
pub(crate) struct Rules {
    named: Option<Result<Route, UnusableProxy>>,
    /// Whoever one of them holds for goes straight.
    exceptions: Vec<Exceptions>,
    /// What the HTTP library reads of the system (Windows, macOS), where nothing is named.
    system: Option<Arc<Matcher>>,
}

impl Rules {
    pub(super) fn of(proxy: &Proxy) -> Rules {
        match proxy {
            Proxy::None => Rules::default(),
            Proxy::Manual(manual) => Rules { named: Some(Ok(by_hand(manual))), ..Rules::default() },
            Proxy::System => Rules::of_system(environment::variable, None),
            Proxy::Desktop(desktop) => Rules::of_system(environment::variable, Some(desktop)),
        }
    }

    fn of_system(variable: impl Fn(&str) -> Option<String>, desktop: Option<&DesktopProxy>) -> Rules {
        let mut exceptions = vec![environment::exceptions(&variable)];
        let named = environment::named(&variable).or_else(|| {
            let desktop = desktop?;
            let listed = Exceptions::listed(&desktop.except.join(","));
            exceptions.push(listed.reversed(desktop.only_these));
            Some(by_desktop(desktop))
        });
        let system = named.is_none().then(|| Arc::new(Matcher::from_system()));
        Rules { named, exceptions, system }
    }

    /// The way to this address. Whatever is not `https` goes to this computer only, past every proxy.
    pub(crate) fn route(&self, url: &Url) -> Result<Option<Route>, UnusableProxy> {
        let is_straight = url.scheme() != "https" || base_url::is_loopback(url);
        if is_straight || self.exceptions.iter().any(|exceptions| exceptions.hold(url)) {
            return Ok(None);
        }
        match (&self.named, &self.system) {
            (Some(named), _) => named.clone().map(Some),
            (None, Some(system)) => Ok(by_system(system, url)),
            (None, None) => Ok(None),
        }
    }

    /// Tells the HTTP library, which then reads no setting by itself.
    pub(crate) fn apply(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        let rules = self.clone();
        // A setting that can't be used is refused before the library is asked.
        let route = move |url: &Url| rules.route(url).ok().flatten()?.url();
        builder.no_proxy().proxy(reqwest::Proxy::custom(route))
    }
}

fn by_hand(manual: &ManualProxy) -> Route {
    let host = manual.url.host_str().unwrap_or_default();
    Route {
        proxy: ProxyInUse::at(manual.scheme(), host, manual.url.port(), ProxySource::Manual),
        login: manual.login.clone().map(|(name, password)| (name, Some(password))),
    }
}

fn by_desktop(desktop: &DesktopProxy) -> Result<Route, UnusableProxy> {
    let source = ProxySource::Desktop(desktop.name.clone());
    let route = address::read(&desktop.address, source)?;
    let login = desktop.login.clone().map(|(name, password)| (name, Some(password)));
    Ok(Route { login: login.or(route.login), ..route })
}

fn by_system(system: &Matcher, url: &Url) -> Option<Route> {
    let proxy = system.intercept(&url.as_str().parse().ok()?)?;
    let uri = proxy.uri();
    Some(Route {
        proxy: ProxyInUse::at(
            uri.scheme_str().unwrap_or("http"),
            uri.host()?,
            uri.port_u16(),
            ProxySource::System,
        ),
        login: login(&proxy),
    })
}

fn login(proxy: &Intercept) -> Option<(String, Option<Secret>)> {
    if let Some((name, password)) = proxy.raw_auth() {
        return Some((name.to_owned(), Secret::verbatim(password)));
    }
    let encoded = proxy.basic_auth()?.to_str().ok()?.strip_prefix("Basic ")?;
    let plain = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = plain.split_once(':')?;
    Some((name.to_owned(), Secret::verbatim(password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desktop(address: &str, except: &[&str]) -> DesktopProxy {
        DesktopProxy {
            name: "GNOME".to_owned(),
            address: address.to_owned(),
            login: None,
            except: except.iter().map(|entry| (*entry).to_owned()).collect(),
            only_these: false,
        }
    }

    fn check(variables: &[(&str, &str)], desktop: Option<&DesktopProxy>, expected: &str) {
        let variable = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        };
        let rules = Rules::of_system(variable, desktop);
        let url = Url::parse("https://api.poe.example/v1").unwrap();
        let got = match rules.route(&url) {
            Ok(None) => "straight".to_owned(),
            Ok(Some(route)) => format!("{} by {:?}", route.proxy.address(), route.proxy.source),
            Err(unusable) => format!("{} of {:?} can't be used", unusable.value, unusable.source),
        };
        assert_eq!(got, expected, "{variables:?} {desktop:?}");
        let own = Url::parse("https://127.0.0.1:9/v1").unwrap();
        assert!(matches!(rules.route(&own), Ok(None)), "this computer is behind no proxy");
    }

    #[test]
    fn a_variable_wins_over_the_desktop() {
        let gnome = desktop("socks://two.example:1080", &["*.example.org"]);
        let one = ("HTTPS_PROXY", "one.example:1");
        check(&[one], Some(&gnome), "one.example:1 by Environment(\"HTTPS_PROXY\")");
        check(&[], Some(&gnome), "two.example:1080 by Desktop(\"GNOME\")");
        check(&[("HTTP_PROXY", "one.example:1")], Some(&gnome), "two.example:1080 by Desktop(\"GNOME\")");
        check(&[("ALL_PROXY", "x://y")], Some(&gnome), "x://y of Environment(\"ALL_PROXY\") can't be used");
        check(&[("NO_PROXY", "poe.example")], Some(&gnome), "straight");
        check(&[one, ("no_proxy", "poe.example")], None, "straight");
        check(&[("ALL_PROXY", "x://y"), ("NO_PROXY", "poe.example")], None, "straight");
        // The desktop's exceptions are for its own proxy.
        let here = desktop("two.example:1", &["poe.example"]);
        check(&[], Some(&here), "straight");
        check(&[one], Some(&here), "one.example:1 by Environment(\"HTTPS_PROXY\")");
        let junk = desktop("gopher://two.example", &[]);
        check(&[], Some(&junk), "gopher://two.example of Desktop(\"GNOME\") can't be used");
        check(&[], None, "straight");
    }
}
