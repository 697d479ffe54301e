//! From what the network did to the kind of failure: walks the chain of causes down to the one that tells.

use std::error::Error as StdError;
use std::io;

use crate::certificate::Distrust;
use crate::error::{DecidedBy, Error, Kind};
use crate::proxy::in_use::ProxyInUse;

type Cause = dyn StdError + 'static;

/// A request that got no answer. `proxy`: the proxy that the way to the host leads through, if any.
pub(crate) fn no_answer(error: &reqwest::Error, proxy: Option<&ProxyInUse>) -> Error {
    let mut failure = Error { decided_by: DecidedBy::Transport, ..Error::new(Kind::Unknown, root(error)) };
    if error.is_connect() {
        failure.kind = no_connection(error);
        if let Some(proxy) = proxy.filter(|_| !matches!(failure.kind, Kind::TlsUntrusted | Kind::TlsInvalid))
        {
            failure.kind = Kind::ProxyFailed;
            failure.message = format!("proxy {}: {}", proxy.address(), failure.message);
            failure.proxy = Some(Box::new(proxy.clone()));
        }
    } else if error.is_builder() {
        failure.decided_by = DecidedBy::Local;
    } else {
        failure.sent = true;
        failure.kind =
            if chain(error).any(is_no_http) { Kind::MalformedResponse } else { Kind::ConnectionLost };
    }
    failure
}

/// A body that broke off ([`Kind::ConnectionLost`]) or that could not be unpacked ([`Kind::MalformedResponse`]).
pub(crate) fn no_body(error: &reqwest::Error) -> Error {
    let broke = chain(error).any(|cause| {
        cause.is::<hyper::Error>() || io_kind(cause).is_some_and(|kind| kind == io::ErrorKind::UnexpectedEof)
    });
    let kind = if broke || !error.is_decode() { Kind::ConnectionLost } else { Kind::MalformedResponse };
    Error { sent: true, decided_by: DecidedBy::Transport, ..Error::new(kind, root(error)) }
}

fn no_connection(error: &reqwest::Error) -> Kind {
    if error.is_timeout() {
        return Kind::ConnectTimeout;
    }
    if let Some(kind) = chain(error).find_map(|cause| cause.downcast_ref().map(tls)) {
        return kind;
    }
    if error.is_dns() || chain(error).any(is_lookup) {
        return Kind::DnsFailed;
    }
    not_connected(chain(error).find_map(io_kind))
}

/// A connection that was not made, by what the system says.
pub(crate) fn not_connected(said: Option<io::ErrorKind>) -> Kind {
    use io::ErrorKind::{AddrNotAvailable, HostUnreachable, NetworkDown, NetworkUnreachable, TimedOut};
    match said {
        Some(TimedOut) => Kind::ConnectTimeout,
        Some(NetworkUnreachable | HostUnreachable | NetworkDown | AddrNotAvailable) => Kind::Offline,
        // Refused, or broken while TLS was being agreed on: in both cases nobody there talks to us.
        _ => Kind::ConnectionRefused,
    }
}

fn tls(error: &rustls::Error) -> Kind {
    match Distrust::of(error) {
        Distrust::UnknownIssuer => Kind::TlsUntrusted,
        _ => Kind::TlsInvalid,
    }
}

/// Whether a certificate came and was not accepted, so that there is one to look at.
pub(crate) fn is_certificate(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))))
}

/// The first of the causes that is of this type.
pub(crate) fn cause<T: StdError + 'static>(error: &reqwest::Error) -> Option<&T> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

/// Whether a proxy answered with 407. The HTTP library's own error type is private; its message is fixed there.
pub(crate) fn wants_login(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| cause.to_string() == "tunnel error: proxy authorization required")
}

/// Whether the way to the host stood, and broke while TLS was being agreed on: what fails before, the connection or the
/// proxy, comes as an error of its own.
pub(crate) fn broke_in_tls(error: &reqwest::Error) -> bool {
    error.is_connect() && chain(error).nth(2).is_some_and(<dyn StdError>::is::<io::Error>)
}

/// The lookup's own error type is private to the HTTP library; its message is fixed there, in English.
fn is_lookup(cause: &Cause) -> bool {
    cause.to_string() == "dns error"
}

/// Something answered, but it was not HTTP.
fn is_no_http(cause: &Cause) -> bool {
    cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)
}

fn io_kind(cause: &Cause) -> Option<io::ErrorKind> {
    cause.downcast_ref::<io::Error>().map(io::Error::kind)
}

/// The error and its causes. An `io::Error` hides what it wraps from `source`: that would skip the TLS error inside.
fn chain(error: &Cause) -> impl Iterator<Item = &Cause> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = match error.downcast_ref::<io::Error>() {
            Some(wrapper) => wrapper.get_ref().map(|inner| inner as &Cause),
            None => error.source(),
        };
        Some(error)
    })
}

/// The innermost cause names no address, so no path or query gets into a log.
fn root(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// A client that can't be set up: the system has no certificates to check Poe's by.
pub(crate) fn no_tls(error: &reqwest::Error) -> Error {
    Error::new(Kind::TlsInvalid, root(error))
}
