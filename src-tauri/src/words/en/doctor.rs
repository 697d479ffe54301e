//! The doctor: the short words beside a check, why one was not tried, and the report that is copied for whoever helps.

use super::{day, grouped};
use crate::events::{CheckName, CheckState, Drawing, KeyState, ProxyProblem};
use poe::tls::Look;
use poe::{ProxyInUse, ProxySource};
use std::net::SocketAddr;
use std::time::Duration;

says! {
    no_proxy: "no proxy",
    proxy_does_it: "done by the proxy",
    plain_http: "plain http, on this computer only",
    refused_certificate: "the certificate isn’t trusted",
    ok: "OK",
    keychain_asked: "the keychain hasn’t responded yet",
    key_not_told: "unknown: the balance would have shown it",
    no_points_told: "Poe didn’t say",
}

// Why the rest was not tried
says! {
    no_name: "not tried: the DNS lookup failed",
    no_connection: "not tried: there’s no connection",
    not_secure: "not tried: the connection isn’t secure",
    blocked_by_proxy: "not tried: the proxy is blocking it",
    no_answer: "not tried: Poe didn’t respond",
    needs_key: "not tried: it needs a key",
    needs_accepted_key: "not tried: it needs a key Poe accepts",
    no_model: "not tried: no models are listed",
}

pub(crate) fn addresses(found: &[SocketAddr]) -> String {
    match found {
        [] => String::new(),
        [one] => one.ip().to_string(),
        [one, rest @ ..] => format!("{} and {} more", one.ip(), rest.len()),
    }
}

pub(crate) fn unfollowed(problem: &ProxyProblem) -> String {
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

pub(crate) fn proxy(proxy: &ProxyInUse) -> String {
    let source = match &proxy.source {
        ProxySource::Environment(name) => name.clone(),
        ProxySource::Desktop(name) => format!("{name}’s settings"),
        ProxySource::System => "system".to_owned(),
        ProxySource::Manual => "Settings".to_owned(),
    };
    format!("{} ({source})", proxy.address())
}

/// What was agreed on, who signed the certificate, and from when to when it holds.
pub(crate) fn look(look: &Look) -> String {
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

pub(crate) fn status(error: &poe::Error) -> Option<String> {
    error.status.map(|status| format!("returned {status}"))
}

pub(crate) fn ends_in(last_four: Option<String>) -> Option<String> {
    last_four.map(|four| format!("ends in …{four}"))
}

pub(crate) fn points(points: i64) -> String {
    format!("{} points", grouped(points))
}

pub(crate) fn models(count: usize) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} model{s}", grouped(i64::try_from(count).unwrap_or(i64::MAX)))
}

pub(crate) fn answered(model: &str, first: Option<Duration>) -> String {
    match first {
        Some(time) => format!(
            "{model}, first word after {} ms",
            grouped(time.as_millis() as i64)
        ),
        None => format!("{model}, no text"),
    }
}

pub(crate) fn drawing(drawing: &Drawing) -> String {
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

// The report

pub(crate) fn version(number: &str) -> String {
    format!("Telltale {number}")
}

pub(crate) fn system(name: &str) -> String {
    format!("System: {name}")
}

pub(crate) fn address(base_url: &str) -> String {
    format!("Address: {base_url}")
}

pub(crate) fn key(state: KeyState, keychain: &str) -> String {
    format!("Key: {state:?}, kept in the {keychain}")
}

pub(crate) fn check(name: CheckName) -> &'static str {
    match name {
        CheckName::Dns => "DNS",
        CheckName::Tcp => "Connection",
        CheckName::Tls => "Certificate",
        CheckName::Proxy => "Proxy",
        CheckName::Http => "Poe",
        CheckName::Key => "Key",
        CheckName::Balance => "Balance",
        CheckName::Models => "Models",
        CheckName::Request => "Request",
    }
}

pub(crate) fn state(state: CheckState) -> &'static str {
    match state {
        CheckState::Waiting | CheckState::Running => "not tried",
        CheckState::Passed => "passed",
        CheckState::Warned => "passed with a note",
        CheckState::Failed => "failed",
        CheckState::Skipped => "skipped",
    }
}

pub(crate) fn took(ms: u32) -> String {
    format!("{ms} ms")
}
