//! The short words beside a check, of a new key or of the connection.

use super::{day, grouped};
use crate::events::ProxyProblem;
use crate::words::facts::Note;
use poe::tls::Look;
use poe::{ProxyInUse, ProxySource};

pub(crate) fn note(note: &Note) -> String {
    let counted = |count: usize| grouped(i64::try_from(count).unwrap_or(i64::MAX));
    let fixed = match note {
        Note::EndsIn(last_four) => return format!("ends in …{last_four}"),
        Note::StoredIn(keychain) => return format!("in the {keychain}"),
        Note::Points(points) => return format!("{} points", grouped(*points)),
        Note::Models(1) => "1 model",
        Note::Models(count) => return format!("{} models", counted(*count)),
        Note::Answered { model, first: None } => return format!("{model}, no text"),
        Note::Answered {
            model,
            first: Some(time),
        } => {
            let ms = grouped(time.as_millis() as i64);
            return format!("{model}, first word after {ms} ms");
        }
        Note::Addresses(found) => {
            return match &found[..] {
                [] => String::new(),
                [one] => one.ip().to_string(),
                [one, rest @ ..] => format!("{} and {} more", one.ip(), rest.len()),
            };
        }
        Note::Address(address) => return address.to_string(),
        Note::Certificate(look) => return certificate(look),
        Note::Proxy(proxy) => return in_use(proxy),
        Note::Unfollowed(problem) => return unfollowed(problem),
        Note::Status(status) => return format!("returned {status}"),
        Note::UnlikelyKey => "doesn’t look like a Poe key",
        Note::ThisSession => "kept until you quit",
        Note::KeychainAsked => "the keychain hasn’t responded yet",
        Note::KeyNotTold => "unknown: the balance would have shown it",
        Note::NoPointsTold => "Poe didn’t say",
        Note::NoProxy => "no proxy",
        Note::Ok => "OK",
        Note::ProxyDoesIt => "done by the proxy",
        Note::PlainHttp => "plain http, on this computer only",
        Note::NoName => "not tried: the DNS lookup failed",
        Note::NoConnection => "not tried: there’s no connection",
        Note::NotSecure => "not tried: the connection isn’t secure",
        Note::BlockedByProxy => "not tried: the proxy is blocking it",
        Note::NoAnswer => "not tried: Poe didn’t respond",
        Note::NeedsKey => "not tried: it needs a key",
        Note::NeedsAcceptedKey => "not tried: it needs a key Poe accepts",
        Note::NoModel => "not tried: no models are listed",
    };
    fixed.to_owned()
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
    let signed = certificate
        .issuer
        .as_ref()
        .map(|issuer| format!("signed by {issuer}"));
    let valid = format!(
        "valid {} to {}",
        day(certificate.not_before_ms),
        day(certificate.not_after_ms)
    );
    let parts = [look.version.map(str::to_owned), protocol, signed, Some(valid)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
