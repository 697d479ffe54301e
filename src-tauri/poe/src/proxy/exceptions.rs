//! Which hosts are reached past a proxy, as `NO_PROXY` and desktops list them.

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

/// Between the entries of a list.
const BETWEEN: [char; 5] = [',', ';', ' ', '\t', '\n'];

/// Hosts that are reached straight.
#[derive(Clone, Debug, Default)]
pub(super) struct Exceptions {
    entries: Vec<String>,
    /// The list is of those that are not.
    reversed: bool,
}

impl Exceptions {
    pub(super) fn listed(list: &str) -> Exceptions {
        Exceptions { entries: entries(list), reversed: false }
    }

    pub(super) fn reversed(self, reversed: bool) -> Exceptions {
        Exceptions { reversed, ..self }
    }

    /// Names stand for their subdomains too, with or without `.` or `*.` in front; addresses may be networks (`10.0.0.0/8`);
    /// a port holds for that port; `*` is every host, `<local>` every name without a dot.
    pub(super) fn hold(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default();
        let listed = self.entries.iter().any(|entry| {
            let (name, only) = parts(entry);
            only.is_none_or(|only| Some(only) == port) && names(name, host)
        });
        listed != self.reversed
    }
}

fn entries(list: &str) -> Vec<String> {
    let entries = list.split(BETWEEN).map(str::trim);
    let entries =
        entries.map(|entry| entry.split_once("://").map_or(entry, |(_, rest)| rest).trim_end_matches('/'));
    entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// The host of an entry, and its port.
fn parts(entry: &str) -> (&str, Option<u16>) {
    if let Some((inside, after)) = entry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (inside, after.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match entry.split_once(':') {
        Some((name, port)) if !port.contains(':') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// By curl's rules, which the HTTP library keeps.
fn names(entry: &str, host: &str) -> bool {
    if entry == "<local>" {
        return !host.contains(['.', ':']);
    }
    let entry = match entry.strip_prefix('*') {
        Some("") | None => entry,
        Some(rest) => rest.trim_start_matches('.'),
    };
    let matcher = Matcher::builder().https("http://proxy.invalid").no(entry).build();
    let target = format!("https://{host}/").parse();
    target.is_ok_and(|target| matcher.intercept(&target).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_reached_straight() {
        fn check(list: &str, host: &str, expected: bool) {
            let url = Url::parse(&format!("https://{host}/v1")).unwrap();
            let exceptions = Exceptions::listed(list);
            assert_eq!(exceptions.hold(&url), expected, "{list} for {host}");
            assert_eq!(exceptions.reversed(true).hold(&url), !expected, "{list} for {host}");
        }
        check("", "api.poe.com", false);
        check("*", "api.poe.com", true);
        check("poe.com", "api.poe.com", true);
        check("poe.com", "poe.com", true);
        check(".poe.com", "api.poe.com", true);
        check("*.poe.com", "api.poe.com", true);
        check("*.poe.com", "poe.com", true);
        check("*poe.com", "api.poe.com", true);
        check("POE.com", "api.poe.com", true);
        check("oe.com", "api.poe.com", false);
        check("api.poe.com.example", "api.poe.com", false);
        check("localhost, 10.0.0.0/8 ,api.poe.com", "api.poe.com", true);
        check("localhost api.poe.com", "api.poe.com", true);
        check("localhost;api.poe.com", "api.poe.com", true);
        check("https://api.poe.com/", "api.poe.com", true);
        check("api.poe.com:443", "api.poe.com", true);
        check("api.poe.com:8443", "api.poe.com", false);
        check("api.poe.com:8443", "api.poe.com:8443", true);
        check("10.0.0.0/8", "10.1.2.3", true);
        check("10.0.0.0/8", "11.1.2.3", false);
        check("10.1.2.3", "10.1.2.3", true);
        check("::1", "[2001:db8::1]", false);
        check("2001:db8::1", "[2001:db8::1]", true);
        check("[2001:db8::1]:443", "[2001:db8::1]", true);
        check("2001:db8::/32", "[2001:db8::1]", true);
        check("<local>", "gateway", true);
        check("<local>", "api.poe.com", false);
    }
}
