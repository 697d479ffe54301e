//! The way to a host, byte for byte: straight, or through a proxy by `CONNECT` (RFC 9110, 9.3.6), by `CONNECT` inside of TLS,
//! or by SOCKS 5 (RFC 1928, 1929). For the look at a certificate, which needs the bytes of the handshake; requests go by the
//! HTTP library's own ways.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::base_url::BaseUrl;
use crate::error::{Error, Kind};
use crate::proxy::Route;
use crate::secret::Secret;
use crate::step;

/// SOCKS' numbers for two ways to log in.
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;

/// The longest head of a proxy's answer.
const MAX_HEAD: usize = 8 * 1024;

/// What goes both ways.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// `secure` is for a proxy that is itself spoken to in TLS. `None` for a proxy of a scheme that is not spoken here.
pub(crate) async fn open(
    base_url: &BaseUrl,
    route: Option<&Route>,
    secure: Arc<ClientConfig>,
) -> Result<Option<Box<dyn Stream>>, Error> {
    let host = unbracketed(base_url.host());
    let Some(route) = route else {
        return Ok(Some(Box::new(connect(host, base_url.port()).await?)));
    };
    let scheme = route.proxy.scheme.as_str();
    if !matches!(scheme, "http" | "https" | "socks5" | "socks5h") {
        return Ok(None);
    }
    // Whose host this computer looks up itself, it looks up first.
    let target = match scheme {
        "socks5" => Target::Address(first_address(host, base_url.port()).await?),
        _ => Target::Name(host),
    };
    let refused = |failure: Refused| Error {
        proxy: Some(Box::new(route.proxy.clone())),
        status: failure.status,
        ..step::failed(Kind::ProxyFailed, failure.why)
    };
    let plain = connect(&route.proxy.host, route.proxy.port).await;
    let mut plain = plain.map_err(|error| refused(error.message.into()))?;
    let stream: Box<dyn Stream> = match scheme {
        "http" => {
            by_connect(&mut plain, route, base_url).await.map_err(refused)?;
            Box::new(plain)
        }
        "https" => {
            let inside = in_tls(plain, &route.proxy.host, secure).await;
            let mut inside = inside.map_err(refused)?;
            by_connect(&mut inside, route, base_url).await.map_err(refused)?;
            Box::new(inside)
        }
        _ => {
            by_socks(&mut plain, route, &target, base_url.port())
                .await
                .map_err(refused)?;
            Box::new(plain)
        }
    };
    Ok(Some(stream))
}

/// Why a proxy let nothing through.
struct Refused {
    why: String,
    /// Of its answer, if it spoke HTTP.
    status: Option<u16>,
}

impl From<String> for Refused {
    fn from(why: String) -> Refused {
        Refused { why, status: None }
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Refused {
        error.to_string().into()
    }
}

enum Target<'a> {
    Name(&'a str),
    Address(IpAddr),
}

pub(crate) fn unbracketed(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, Error> {
    let mut failure = step::failed(Kind::DnsFailed, "no address");
    for address in step::addresses(host, port).await? {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = step::not_connected(&error),
        }
    }
    Err(failure)
}

async fn first_address(host: &str, port: u16) -> Result<IpAddr, Error> {
    let found = step::addresses(host, port).await?;
    let first = found.first().map(|address| address.ip());
    first.ok_or_else(|| step::failed(Kind::DnsFailed, "no address"))
}

/// A proxy whose certificate is not accepted hears neither the host nor the login.
async fn in_tls(
    plain: TcpStream,
    host: &str,
    secure: Arc<ClientConfig>,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Refused> {
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let shaken = TlsConnector::from(secure).connect(name, plain).await;
    shaken.map_err(|error| format!("no secure connection to the proxy itself: {error}").into())
}

async fn by_connect(stream: &mut impl Stream, route: &Route, base_url: &BaseUrl) -> Result<(), Refused> {
    let target = format!("{}:{}", base_url.host(), base_url.port());
    let mut head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
    if let Some((name, password)) = &route.login {
        let password = password.as_ref().map_or("", Secret::expose);
        let login = STANDARD.encode(format!("{name}:{password}"));
        head += &format!("Proxy-Authorization: Basic {login}\r\n");
    }
    stream.write_all((head + "\r\n").as_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") && answer.len() < MAX_HEAD {
        // Byte by byte: what follows the head is TLS.
        answer.push(stream.read_u8().await?);
    }
    let status = answer.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    match status {
        [b'2', _, _, ..] if answer.starts_with(b"HTTP/1.") => Ok(()),
        status => {
            let status = String::from_utf8_lossy(status);
            Err(Refused {
                why: format!("it answered {status}"),
                status: status.get(..3).and_then(|status| status.parse().ok()),
            })
        }
    }
}

async fn by_socks(
    stream: &mut impl Stream,
    route: &Route,
    target: &Target<'_>,
    port: u16,
) -> Result<(), Refused> {
    let offers: &[u8] = match route.login {
        Some(_) => &[5, 2, NO_LOGIN, LOGIN],
        None => &[5, 1, NO_LOGIN],
    };
    stream.write_all(offers).await?;
    match (read(stream).await?, &route.login) {
        ([5, NO_LOGIN], _) => {}
        ([5, LOGIN], Some((name, password))) => {
            let mut login = vec![1];
            let password = password.as_ref().map_or("", Secret::expose);
            for part in [name.as_bytes(), password.as_bytes()] {
                login.push(short(part)?);
                login.extend_from_slice(part);
            }
            stream.write_all(&login).await?;
            if read(stream).await? != [1, 0] {
                return Err("it does not take the login".to_owned().into());
            }
        }
        ([5, 0xff], _) => return Err("it wants a login".to_owned().into()),
        _ => return Err("it does not speak SOCKS 5".to_owned().into()),
    }

    let mut request = vec![5, 1, 0];
    match target {
        Target::Address(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Target::Name(name) => {
            request.extend([3, short(name.as_bytes())?]);
            request.extend_from_slice(name.as_bytes());
        }
        Target::Address(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
    }
    request.extend(port.to_be_bytes());
    stream.write_all(&request).await?;
    let [_, answer, _, kind] = read(stream).await?;
    if answer != 0 {
        return Err(format!("it answered {answer}: {}", said(answer)).into());
    }
    // Its own address, which nobody needs.
    let length = match kind {
        1 => 4,
        3 => usize::from(stream.read_u8().await?),
        4 => 16,
        _ => return Err("it does not speak SOCKS 5".to_owned().into()),
    };
    stream.read_exact(&mut vec![0; length + 2]).await?;
    Ok(())
}

async fn read<const N: usize>(stream: &mut impl Stream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Its length, which SOCKS writes in one byte.
fn short(text: &[u8]) -> Result<u8, Refused> {
    u8::try_from(text.len()).map_err(|_| "a name or password is too long for it".to_owned().into())
}

fn said(answer: u8) -> &'static str {
    match answer {
        2 => "not allowed by its rules",
        3 => "the network is out of reach",
        4 => "the host is out of reach",
        5 => "the connection was refused",
        6 => "no answer in time",
        7 | 8 => "not supported",
        _ => "a failure of its own",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::in_use::{ProxyInUse, ProxySource};

    /// What a SOCKS proxy hears, and what comes of its answer.
    #[tokio::test]
    async fn socks_by_address_and_name() {
        async fn check(target: Target<'_>, heard: &[u8], answer: &[u8], expected: Option<&str>) {
            let route = Route {
                proxy: ProxyInUse::at("socks5", "proxy.example", None, ProxySource::Manual),
                login: None,
            };
            let (mut ours, mut theirs) = tokio::io::duplex(1024);
            theirs.write_all(&[5, NO_LOGIN]).await.unwrap();
            theirs.write_all(answer).await.unwrap();
            let got = by_socks(&mut ours, &route, &target, 443).await;
            assert_eq!(got.err().map(|refused| refused.why).as_deref(), expected);
            drop(ours);
            let mut all = Vec::new();
            theirs.read_to_end(&mut all).await.unwrap();
            assert_eq!(all, [&[5, 1, 0], heard].concat());
        }
        const FINE: &[u8] = &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        const NAMED: &[u8] = &[5, 0, 0, 3, 2, b'h', b'i', 0, 0];
        let four = Target::Address([10, 0, 0, 7].into());
        check(four, &[5, 1, 0, 1, 10, 0, 0, 7, 1, 187], FINE, None).await;
        let six = Target::Address(std::net::Ipv6Addr::LOCALHOST.into());
        let heard = [&[5, 1, 0, 4][..], &[0; 15], &[1, 1, 187]].concat();
        check(six, &heard, NAMED, None).await;
        let name = || Target::Name("poe.example");
        let heard = [&[5, 1, 0, 3, 11][..], b"poe.example", &[1, 187]].concat();
        check(name(), &heard, FINE, None).await;
        let refused = Some("it answered 5: the connection was refused");
        check(name(), &heard, &[5, 5, 0, 1], refused).await;
        check(name(), &heard, &[5, 0, 0, 9], Some("it does not speak SOCKS 5")).await;
        let long = "a".repeat(256);
        check(
            Target::Name(&long),
            &[],
            FINE,
            Some("a name or password is too long for it"),
        )
        .await;
    }
}
