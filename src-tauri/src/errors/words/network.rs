//! Words about the way to Poe: name, route, TLS, proxy.

use super::{Words, poe_or, words};
use poe::{ProxyInUse, ProxySource, UnusableProxy};

pub(in crate::errors) fn dns_failed(host: Option<&str>) -> Words {
    words(
        format!("Cannot find {}", poe_or(host)),
        format!("The name lookup of {} failed.", poe_or(host)),
        &[
            "There is no internet connection.",
            "A VPN, filter or name server blocks the name.",
        ],
    )
}

pub(in crate::errors) fn offline() -> Words {
    words(
        "You are offline",
        "This computer has no route to the internet.",
        &["Wi-Fi or the cable is disconnected.", "A VPN is down."],
    )
}

pub(in crate::errors) fn connection_refused(host: Option<&str>) -> Words {
    words(
        format!("{} does not answer", poe_or(host)),
        format!("{} did not take the connection.", poe_or(host)),
        &[
            "A firewall or VPN blocks it, or Poe has an outage.",
            "The address in Settings is wrong.",
        ],
    )
}

pub(in crate::errors) fn connect_timeout(host: Option<&str>, seconds: Option<u64>) -> Words {
    let title = match seconds {
        Some(1) => "No connection within 1 second".to_owned(),
        Some(seconds) => format!("No connection within {seconds} seconds"),
        None => "No connection in time".to_owned(),
    };
    words(
        title,
        format!("{} could not be reached within the time allowed.", poe_or(host)),
        &["The network is slow or blocked.", "Poe has an outage."],
    )
}

pub(in crate::errors) fn tls_untrusted(host: Option<&str>, issuer: Option<&str>) -> Words {
    let signed = match issuer {
        Some(issuer) => format!("was signed by {issuer}, which this computer does not know"),
        None => "has an unknown issuer".to_owned(),
    };
    words(
        "The secure connection is being intercepted",
        format!(
            "The certificate shown for {} {signed}. The key was not sent.",
            poe_or(host)
        ),
        &[
            "A company filter or antivirus program reads connections.",
            "The network is not to be trusted.",
        ],
    )
}

/// Why the host may be out of reach while the desktop's proxy is passed over.
pub(in crate::errors) const PROXY_UNREAD: &str =
    "The desktop sets its proxy in a way that Telltale can’t follow: enter it in Settings.";

/// What is wrong with a certificate whose issuer is known.
pub(in crate::errors) enum Misfit {
    /// Not valid yet, or no longer: its days and this computer's.
    Dates {
        from: String,
        to: String,
    },
    /// For other hosts.
    Names(String),
    NotKnown,
}

pub(in crate::errors) fn tls_invalid(host: Option<&str>, misfit: &Misfit, now: Option<&str>) -> Words {
    let host = poe_or(host);
    let now = now.map_or(String::new(), |now| format!("; this computer’s clock says {now}"));
    let clock = "This computer’s clock is wrong.";
    let other = "Something on the network answers in Poe’s place.";
    let title = "Secure connection not possible";
    match misfit {
        Misfit::Dates { from, to } => words(
            title,
            format!("The certificate of {host} is valid from {from} to {to}{now}."),
            &[clock, other],
        ),
        Misfit::Names(names) => words(
            title,
            format!("The certificate shown for {host} is for {names}."),
            &[other, "The address in Settings is wrong."],
        ),
        Misfit::NotKnown => words(
            title,
            format!("The certificate of {host} does not fit its name or the date{now}."),
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
pub(in crate::errors) fn proxy_unusable(unusable: &UnusableProxy, value: &str) -> Words {
    let says = match &unusable.source {
        ProxySource::Environment(name) => format!("The variable {name} says"),
        ProxySource::Desktop(name) => format!("{name}’s settings say"),
        ProxySource::System => "The system’s settings say".to_owned(),
        ProxySource::Manual => "Settings say".to_owned(),
    };
    words(
        "This proxy setting cannot be used",
        format!("{says} {value}, which is no proxy address. Nothing was sent."),
        &[
            "It has to look like http://proxy.example:8080; https, socks, socks4, socks4a, socks5 and socks5h are known too.",
        ],
    )
}

pub(in crate::errors) fn proxy_failed(proxy: Option<&ProxyInUse>, wants_login: bool) -> Words {
    let name = match proxy {
        Some(proxy) => {
            format!("{}, set by {},", proxy.address(), origin(&proxy.source))
        }
        None => "The proxy".to_owned(),
    };
    let what = if wants_login {
        format!("{name} wants a login.")
    } else {
        format!("{name} did not answer or refused the connection.")
    };
    words(
        "Your proxy stands in the way",
        what,
        &[
            "The proxy’s setting is out of date.",
            "The proxy needs a name and password.",
        ],
    )
}

pub(in crate::errors) fn refused_by_network(status: Option<u16>, said: Option<&str>) -> Words {
    let answered = match status {
        Some(401) => "401 Unauthorized".to_owned(),
        Some(403) => "403 Forbidden".to_owned(),
        Some(status) => status.to_string(),
        None => "401 or 403".to_owned(),
    };
    let said = said.map(|text| format!(" It said: {text}")).unwrap_or_default();
    words(
        "Something before Poe refused this",
        format!(
            "A check in front of Poe, a VPN or this network answered {answered}. It says nothing about your key.{said}"
        ),
        &[
            "A VPN, filter or security check blocked the request.",
            "The address in Settings leads to something else.",
        ],
    )
}

pub(in crate::errors) fn captive_portal(host: Option<&str>) -> Words {
    words(
        "This network wants a login",
        format!("A web page answered in place of {}.", poe_or(host)),
        &[
            "A hotel or guest network asks to log in: open any page in a browser.",
            "The address in Settings is wrong.",
        ],
    )
}

pub(in crate::errors) fn connection_lost(host: Option<&str>) -> Words {
    words(
        "The connection broke before an answer",
        format!(
            "The request was sent, and {} closed the connection without a word. The request may have run.",
            poe_or(host)
        ),
        &[
            "The network changed or slept.",
            "Poe or a proxy dropped the connection.",
        ],
    )
}
