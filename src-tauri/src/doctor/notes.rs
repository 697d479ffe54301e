//! The short words beside a rung, and why one was not tried.

use crate::figures::grouped;
use poe::{Certificate, ProxyInUse, ProxySource};
use std::net::SocketAddr;
use std::time::Duration;
use time::OffsetDateTime;

pub(super) const NO_PROXY: &str = "none on the way";
pub(super) const PROXY_DOES_IT: &str = "the proxy does this";
pub(super) const PLAIN_HTTP: &str = "plain http, to this computer only";
pub(super) const UNSEEN_BEHIND_PROXY: &str = "seen with the next step through this kind of proxy";
pub(super) const REFUSED_CERTIFICATE: &str = "the certificate is not accepted";
pub(super) const ANSWERS: &str = "answers";
pub(super) const KEYCHAIN_ASKED: &str = "the keychain has not answered yet";
pub(super) const KEY_NOT_TOLD: &str = "not known: the balance would have told";
pub(super) const NO_POINTS_TOLD: &str = "Poe did not tell";

// Why the rest was not tried
pub(super) const NO_NAME: &str = "not tried: the name was not found";
pub(super) const NO_CONNECTION: &str = "not tried: there is no connection";
pub(super) const NOT_SECURE: &str = "not tried: the connection is not secure";
pub(super) const BLOCKED_BY_PROXY: &str = "not tried: the proxy is in the way";
pub(super) const NO_ANSWER: &str = "not tried: Poe did not answer";
pub(super) const NEEDS_KEY: &str = "not tried: it needs a key";
pub(super) const NEEDS_ACCEPTED_KEY: &str = "not tried: it needs a key that Poe accepts";
pub(super) const NO_MODEL: &str = "not tried: no model is listed";

pub(super) fn addresses(found: &[SocketAddr]) -> String {
    match found {
        [] => String::new(),
        [one] => one.ip().to_string(),
        [one, rest @ ..] => format!("{} and {} more", one.ip(), rest.len()),
    }
}

pub(super) fn proxy(proxy: &ProxyInUse) -> String {
    let source = match &proxy.source {
        ProxySource::Environment(name) => name,
        ProxySource::System => "system",
        ProxySource::Manual => "Settings",
    };
    format!("{} ({source})", proxy.address())
}

pub(super) fn certificate(certificate: &Certificate) -> String {
    let until = day(certificate.not_after_ms);
    match &certificate.issuer {
        Some(issuer) => format!("signed by {issuer}, until {until}"),
        None => format!("valid until {until}"),
    }
}

fn day(ms: i64) -> String {
    let date = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).map(|time| time.date());
    date.map(|date| date.to_string()).unwrap_or_default()
}

pub(super) fn status(error: &poe::Error) -> Option<String> {
    error.status.map(|status| format!("answers with {status}"))
}

pub(super) fn ends_in(last_four: Option<String>) -> Option<String> {
    last_four.map(|four| format!("ends in …{four}"))
}

pub(super) fn points(points: i64) -> String {
    format!("{} points", grouped(points))
}

pub(super) fn models(count: usize) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} model{s}", grouped(i64::try_from(count).unwrap_or(i64::MAX)))
}

pub(super) fn answered(model: &str, first: Option<Duration>) -> String {
    match first {
        Some(time) => format!(
            "{model}, first word after {} ms",
            grouped(time.as_millis() as i64)
        ),
        None => format!("{model}, without a word"),
    }
}
