//! The steps of reaching a host, one by one, for who wants to know which of them fails: name lookup, connection, and (in
//! [`tls`](crate::tls)) the certificate; the proxy on the way is [`Proxy::in_use`](crate::Proxy::in_use). None of them
//! sends anything of a request. The caller times them.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::error::{DecidedBy, Error, Kind};
use crate::transport;

/// The addresses of a host, in the order in which they would be tried; at least one. `host` is a name or an address (IPv6
/// with or without brackets).
///
/// Fails with [`Kind::DnsFailed`], and with [`Kind::ConnectTimeout`] after `limit`.
pub async fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Error> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match timeout(limit, addresses(host, port)).await {
        Ok(found) => found,
        Err(_) => Err(failed(Kind::ConnectTimeout, "no answer to the name lookup in time")),
    }
}

/// Opens a connection and closes it; nothing is sent.
///
/// Fails with [`Kind::ConnectionRefused`], [`Kind::Offline`] (no route), and with [`Kind::ConnectTimeout`] after `limit`
/// or the system's own.
pub async fn connect(address: SocketAddr, limit: Duration) -> Result<(), Error> {
    match timeout(limit, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(not_connected(&error)),
        Err(_) => Err(failed(Kind::ConnectTimeout, "no connection in time")),
    }
}

pub(crate) async fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    let found = lookup_host((host, port)).await;
    let found: Vec<SocketAddr> = found.map_err(|error| failed(Kind::DnsFailed, error.to_string()))?.collect();
    if found.is_empty() {
        return Err(failed(Kind::DnsFailed, "the name has no address"));
    }
    Ok(found)
}

pub(crate) fn not_connected(error: &io::Error) -> Error {
    failed(transport::not_connected(Some(error.kind())), error.to_string())
}

pub(crate) fn failed(kind: Kind, message: impl Into<String>) -> Error {
    Error { decided_by: DecidedBy::Transport, ..Error::new(kind, message) }
}
