//! Words about the way to Poe: name, route, TLS, proxy.

use super::{Words, poe_or, words};
use crate::words::facts::Misfit;
use poe::{ProxyInUse, ProxySource, UnusableProxy};

pub(crate) fn dns_failed(host: Option<&str>) -> Words {
    words(
        format!("Can’t find {}", poe_or(host)),
        format!("The DNS lookup for {} failed.", poe_or(host)),
        &["There’s no internet connection.", "A VPN, filter or DNS server blocks the name."],
    )
}

pub(crate) fn offline() -> Words {
    words(
        "You’re offline",
        "This computer has no connection to the internet.",
        &["Wi-Fi or the cable is disconnected.", "A VPN is down."],
    )
}

pub(crate) fn connection_refused(host: Option<&str>) -> Words {
    words(
        format!("Can’t connect to {}", poe_or(host)),
        format!("{} refused the connection.", poe_or(host)),
        &["A firewall or VPN blocks it, or Poe has an outage.", "The address in Settings is wrong."],
    )
}

pub(crate) fn connect_timeout(host: Option<&str>, seconds: Option<u64>) -> Words {
    let title = match seconds {
        Some(1) => "No connection within 1 second".to_owned(),
        Some(seconds) => format!("No connection within {seconds} seconds"),
        None => "No connection in time".to_owned(),
    };
    words(
        title,
        format!("{} couldn’t be reached in time.", poe_or(host)),
        &["The network is slow or blocked.", "Poe has an outage."],
    )
}

pub(crate) fn tls_untrusted(host: Option<&str>, issuer: Option<&str>) -> Words {
    let signed = match issuer {
        Some(issuer) => format!("was signed by {issuer}, which this computer doesn’t trust"),
        None => "has an unknown issuer".to_owned(),
    };
    words(
        "The secure connection is being intercepted",
        format!("The certificate shown for {} {signed}. The key wasn’t sent.", poe_or(host)),
        &["A company filter or antivirus program inspects secure traffic.", "This network can’t be trusted."],
    )
}

says! {
    /// Why the host may be out of reach while the desktop's proxy is passed over.
    proxy_unread: "Your desktop sets its proxy in a way Telltale can’t follow. Enter it in Settings.",
}

pub(crate) fn tls_invalid(host: Option<&str>, misfit: &Misfit, now: Option<&str>) -> Words {
    let host = poe_or(host);
    let now = now.map_or(String::new(), |now| format!("; this computer’s clock says {now}"));
    let clock = "This computer’s clock is wrong.";
    let other = "Something on the network is impersonating Poe.";
    let title = "A secure connection isn’t possible";
    match misfit {
        Misfit::Dates { from, to } => words(
            title,
            format!("The certificate for {host} is valid from {from} to {to}{now}."),
            &[clock, other],
        ),
        Misfit::Names(names) => words(
            title,
            format!("The certificate shown for {host} is for {names}."),
            &[other, "The address in Settings is wrong."],
        ),
        Misfit::NotKnown => words(
            title,
            format!("The certificate for {host} doesn’t match its name or the date{now}."),
            &[clock, other],
        ),
    }
}

fn origin(source: &ProxySource) -> String {
    match source {
        ProxySource::Environment(name) => name.clone(),
        ProxySource::Desktop(name) => format!("{name}’s settings"),
        ProxySource::System => "the system".to_owned(),
        ProxySource::Manual => "Settings".to_owned(),
    }
}

/// Nothing is sent: going past it would not be what was set.
pub(crate) fn proxy_unusable(unusable: &UnusableProxy, value: &str) -> Words {
    let says = match &unusable.source {
        ProxySource::Environment(name) => format!("The variable {name} says"),
        ProxySource::Desktop(name) => format!("{name}’s settings say"),
        ProxySource::System => "The system’s settings say".to_owned(),
        ProxySource::Manual => "Settings say".to_owned(),
    };
    words(
        "This proxy setting can’t be used",
        format!("{says} {value}, which isn’t a proxy address. Nothing was sent."),
        &[
            "It should look like http://proxy.example:8080. It may also start with https, socks, socks4, socks4a, socks5 or socks5h.",
        ],
    )
}

pub(crate) fn proxy_failed(proxy: Option<&ProxyInUse>, wants_login: bool) -> Words {
    let name = match proxy {
        Some(proxy) => {
            format!("{}, set by {},", proxy.address(), origin(&proxy.source))
        }
        None => "The proxy".to_owned(),
    };
    let what = if wants_login {
        format!("{name} requires sign-in.")
    } else {
        format!("{name} didn’t respond or refused the connection.")
    };
    words(
        "Your proxy is blocking the connection",
        what,
        &["The proxy setting is out of date.", "The proxy needs a name and password."],
    )
}

pub(crate) fn refused_by_network(status: Option<u16>, said: Option<&str>) -> Words {
    let answered = match status {
        Some(401) => "401 Unauthorized".to_owned(),
        Some(403) => "403 Forbidden".to_owned(),
        Some(status) => status.to_string(),
        None => "401 or 403".to_owned(),
    };
    let said = said.map(|text| format!(" It said: {text}")).unwrap_or_default();
    words(
        "Something blocked this before Poe",
        format!(
            "A security check in front of Poe, a VPN or this network answered {answered}. That says nothing about your key.{said}"
        ),
        &[
            "A VPN, filter or security check blocked the request.",
            "The address in Settings leads somewhere else.",
        ],
    )
}

pub(crate) fn captive_portal(host: Option<&str>) -> Words {
    words(
        "This network requires sign-in",
        format!("A web page answered instead of {}.", poe_or(host)),
        &[
            "A hotel or guest network asks you to sign in: open any page in a browser.",
            "The address in Settings is wrong.",
        ],
    )
}

pub(crate) fn connection_lost(host: Option<&str>) -> Words {
    words(
        "The connection broke before an answer",
        format!(
            "The request was sent, but {} closed the connection without responding. It may still have run.",
            poe_or(host)
        ),
        &["Your network changed or your computer went to sleep.", "Poe or a proxy dropped the connection."],
    )
}
