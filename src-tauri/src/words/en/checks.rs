//! The short words beside a check, of a new key or of the connection.

use super::{day, grouped};
use crate::events::ProxyProblem;
use crate::words::facts::Note;
use poe::tls::Look;
use poe::{ProxyInUse, ProxySource};

pub(crate) fn note(note: &Note) -> String {
    match note {
        Note::EndsIn(last_four) => format!("ends in …{last_four}"),
        Note::StoredIn(keychain) => format!("in the {keychain}"),
        Note::Points(points) => format!("{} points", grouped(*points)),
        Note::Models(1) => "1 model".into(),
        Note::Models(count) => format!("{} models", grouped(i64::try_from(*count).unwrap_or(i64::MAX))),
        Note::Answered { model, first: None } => format!("{model}, no text"),
        Note::Answered { model, first: Some(time) } => {
            let ms = grouped(time.as_millis() as i64);
            format!("{model}, first word after {ms} ms")
        }
        Note::Addresses(found) => match &found[..] {
            [] => String::new(),
            [one] => one.ip().to_string(),
            [one, rest @ ..] => format!("{} and {} more", one.ip(), rest.len()),
        },
        Note::Address(address) => address.to_string(),
        Note::Certificate(look) => certificate(look),
        Note::Proxy(proxy) => in_use(proxy),
        Note::Unfollowed(problem) => unfollowed(problem),
        Note::Status(status) => format!("returned {status}"),
        Note::UnlikelyKey => "doesn’t look like a Poe key".into(),
        Note::ThisSession => "kept until you quit".into(),
        Note::KeychainAsked => "the keychain hasn’t responded yet".into(),
        Note::KeyNotTold => "unknown: the balance would have shown it".into(),
        Note::NoPointsTold => "Poe didn’t say".into(),
        Note::NoProxy => "no proxy".into(),
        Note::Ok => "OK".into(),
        Note::ProxyDoesIt => "done by the proxy".into(),
        Note::PlainHttp => "plain http, on this computer only".into(),
        Note::NoName => "not tried: the DNS lookup failed".into(),
        Note::NoConnection => "not tried: there’s no connection".into(),
        Note::NotSecure => "not tried: the connection isn’t secure".into(),
        Note::BlockedByProxy => "not tried: the proxy is blocking it".into(),
        Note::NoAnswer => "not tried: Poe didn’t respond".into(),
        Note::NeedsKey => "not tried: it needs a key".into(),
        Note::NeedsAcceptedKey => "not tried: it needs a key Poe accepts".into(),
        Note::NoModel => "not tried: no models are listed".into(),
    }
}

fn unfollowed(problem: &ProxyProblem) -> String {
    match problem {
        ProxyProblem::Automatic { desktop } => {
            format!("no proxy: {desktop} sets one automatically (PAC), which Telltale can’t follow")
        }
        ProxyProblem::Unread { desktop } => {
            format!("no proxy: {desktop}’s settings couldn’t be read")
        }
        ProxyProblem::Unusable { source, value } => format!("{value}, set by {source}"),
    }
}

fn in_use(proxy: &ProxyInUse) -> String {
    let source = match &proxy.source {
        ProxySource::Environment(name) => name.clone(),
        ProxySource::Desktop(name) => format!("{name}’s settings"),
        ProxySource::System => "system".to_owned(),
        ProxySource::Manual => "Settings".to_owned(),
    };
    format!("{} ({source})", proxy.address())
}

/// What was agreed on, who signed it, and from when to when it holds.
fn certificate(look: &Look) -> String {
    let certificate = &look.certificate;
    let protocol = look.protocol.map(|protocol| match protocol {
        "h2" => "HTTP/2".to_owned(),
        protocol => protocol.to_ascii_uppercase(),
    });
    let signed = certificate.issuer.as_ref().map(|issuer| format!("signed by {issuer}"));
    let valid = format!("valid {} to {}", day(certificate.not_before_ms), day(certificate.not_after_ms));
    let parts = [look.version.map(str::to_owned), protocol, signed, Some(valid)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
