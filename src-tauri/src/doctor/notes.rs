//! The short words beside a rung, and why one was not tried.

use crate::events::{Drawing, ProxyProblem};
use crate::figures::{day, grouped};
use poe::tls::Look;
use poe::{ProxyInUse, ProxySource};
use std::net::SocketAddr;
use std::time::Duration;

pub(super) const NO_PROXY: &str = "no proxy";
pub(super) const PROXY_DOES_IT: &str = "done by the proxy";
pub(super) const PLAIN_HTTP: &str = "plain http, on this computer only";
pub(super) const REFUSED_CERTIFICATE: &str = "the certificate isn’t trusted";
pub(super) const OK: &str = "OK";
pub(super) const KEYCHAIN_ASKED: &str = "the keychain hasn’t responded yet";
pub(super) const KEY_NOT_TOLD: &str = "unknown: the balance would have shown it";
pub(super) const NO_POINTS_TOLD: &str = "Poe didn’t say";

// Why the rest was not tried
pub(super) const NO_NAME: &str = "not tried: the DNS lookup failed";
pub(super) const NO_CONNECTION: &str = "not tried: there’s no connection";
pub(super) const NOT_SECURE: &str = "not tried: the connection isn’t secure";
pub(super) const BLOCKED_BY_PROXY: &str = "not tried: the proxy is blocking it";
pub(super) const NO_ANSWER: &str = "not tried: Poe didn’t respond";
pub(super) const NEEDS_KEY: &str = "not tried: it needs a key";
pub(super) const NEEDS_ACCEPTED_KEY: &str = "not tried: it needs a key Poe accepts";
pub(super) const NO_MODEL: &str = "not tried: no models are listed";

pub(super) fn addresses(found: &[SocketAddr]) -> String {
    match found {
        [] => String::new(),
        [one] => one.ip().to_string(),
        [one, rest @ ..] => format!("{} and {} more", one.ip(), rest.len()),
    }
}

pub(super) fn unfollowed(problem: &ProxyProblem) -> String {
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

pub(super) fn proxy(proxy: &ProxyInUse) -> String {
    let source = match &proxy.source {
        ProxySource::Environment(name) => name.clone(),
        ProxySource::Desktop(name) => format!("{name}’s settings"),
        ProxySource::System => "system".to_owned(),
        ProxySource::Manual => "Settings".to_owned(),
    };
    format!("{} ({source})", proxy.address())
}

/// What was agreed on, who signed the certificate, and from when to when it holds.
pub(super) fn look(look: &Look) -> String {
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

pub(super) fn status(error: &poe::Error) -> Option<String> {
    error.status.map(|status| format!("returned {status}"))
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
        None => format!("{model}, no text"),
    }
}

pub(super) fn drawing(drawing: &Drawing) -> String {
    match drawing {
        Drawing::Gpu => "The window is drawn by the GPU.".to_owned(),
        Drawing::NoGpu => "The window is drawn without a GPU: none was found.".to_owned(),
        Drawing::GpuClosed { node } => {
            format!("The window is drawn without the GPU: you don’t have access to {node}.")
        }
        Drawing::NvidiaOnX11 => {
            "The window is drawn without the GPU: on X11, NVIDIA’s driver would leave it blank.".to_owned()
        }
        Drawing::NvidiaOnWayland => {
            "The window is drawn by the GPU, without explicit sync: on Wayland, NVIDIA’s driver would crash it."
                .to_owned()
        }
        Drawing::Own { variable } => format!("The window is drawn as {variable} says."),
    }
}
