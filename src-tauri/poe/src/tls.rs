//! Looks at the certificate of a host, to name who signed it. The handshake is broken off at the certificate, always: no
//! byte of a request or key can follow it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::certificate::{self, Certificate, Distrust};
use crate::proxy::{ProxyInUse, Route};
use crate::{BaseUrl, Error, ExtraCa, Kind, Proxy, step};

/// The longest head of a proxy's answer.
const MAX_HEAD: usize = 8 * 1024;

/// Why nobody looked at a certificate.
#[derive(Clone, Debug)]
pub enum NotLooked {
    /// The address is `http`: there is none.
    Http,
    /// The way leads through a proxy of a scheme that this look does not speak: `https`, `socks5` or `socks5h`.
    Proxy(ProxyInUse),
    /// No certificate came: the host or the proxy was not reached, or speaks no TLS. Time over is
    /// [`Kind::ConnectTimeout`].
    Failed(Box<Error>),
}

impl From<Error> for NotLooked {
    fn from(error: Error) -> NotLooked {
        NotLooked::Failed(Box::new(error))
    }
}

/// The certificate that the host of `base_url` shows, and whether this computer would accept it, by the system's
/// authorities and `extra_ca`. It is judged as a [`Client`](crate::Client) judges it, and refused in any case, so that
/// nothing is ever sent but the names of host and proxy (and the proxy's own login).
///
/// The way is the client's: through the proxy that `proxy` means, by `CONNECT` (RFC 9110, 9.3.6). `limit` is for
/// everything together.
pub async fn look(
    base_url: &BaseUrl,
    proxy: &Proxy,
    extra_ca: &[ExtraCa],
    limit: Duration,
) -> Result<Certificate, NotLooked> {
    if base_url.is_http() {
        return Err(NotLooked::Http);
    }
    let looking = look_now(base_url, proxy.route(base_url), extra_ca);
    match tokio::time::timeout(limit, looking).await {
        Ok(looked) => looked,
        Err(_) => Err(step::failed(Kind::ConnectTimeout, "no certificate came in time").into()),
    }
}

async fn look_now(
    base_url: &BaseUrl,
    route: Option<Route>,
    extra_ca: &[ExtraCa],
) -> Result<Certificate, NotLooked> {
    let host = base_url.host().trim_start_matches('[').trim_end_matches(']');
    let no_tls = |error: &dyn std::fmt::Display| step::failed(Kind::TlsInvalid, error.to_string());
    let name = ServerName::try_from(host.to_owned()).map_err(|error| no_tls(&error))?;
    let onlooker = Arc::new(Onlooker::new(extra_ca).map_err(|error| no_tls(&error))?);
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| no_tls(&error))?
        .dangerous()
        .with_custom_certificate_verifier(onlooker.clone())
        .with_no_client_auth();
    // As the client does: a server may choose its certificate by it.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = match route {
        None => open(host, base_url.port()).await?,
        Some(route) if route.proxy.scheme == "http" => through(&route, base_url).await?,
        Some(route) => return Err(NotLooked::Proxy(route.proxy)),
    };
    let failure = match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Err(error) => error,
        // The onlooker refuses everything.
        Ok(_) => std::io::Error::other("the certificate was passed over"),
    };
    let seen = onlooker
        .seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some((der, reason)) = seen else {
        return Err(no_tls(&failure).into());
    };
    certificate::read(&der, reason).ok_or_else(|| no_tls(&"an unreadable certificate").into())
}

async fn open(host: &str, port: u16) -> Result<TcpStream, Error> {
    let mut failure = step::failed(Kind::DnsFailed, "no address");
    for address in step::addresses(host, port).await? {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = step::not_connected(&error),
        }
    }
    Err(failure)
}

/// Asks an HTTP proxy for a connection to the host.
async fn through(route: &Route, base_url: &BaseUrl) -> Result<TcpStream, Error> {
    let refused = |why: String| Error {
        proxy: Some(Box::new(route.proxy.clone())),
        ..step::failed(Kind::ProxyFailed, why)
    };
    let broken = |error: std::io::Error| refused(error.to_string());
    let stream = open(&route.proxy.host, route.proxy.port).await;
    let mut stream = stream.map_err(|error| refused(error.message))?;
    let target = format!("{}:{}", base_url.host(), base_url.port());
    let mut head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
    if let Some((name, password)) = &route.login {
        let login = STANDARD.encode(format!("{name}:{}", password.expose()));
        head += &format!("Proxy-Authorization: Basic {login}\r\n");
    }
    stream
        .write_all((head + "\r\n").as_bytes())
        .await
        .map_err(broken)?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") && answer.len() < MAX_HEAD {
        // Byte by byte: what follows the head is TLS.
        answer.push(stream.read_u8().await.map_err(broken)?);
    }
    match answer.split(|byte| *byte == b' ').nth(1) {
        Some([b'2', _, _, ..]) if answer.starts_with(b"HTTP/1.") => Ok(stream),
        status => Err(refused(format!(
            "it answered {}",
            String::from_utf8_lossy(status.unwrap_or_default())
        ))),
    }
}

fn provider() -> Arc<CryptoProvider> {
    match CryptoProvider::get_default() {
        Some(provider) => Arc::clone(provider),
        None => Arc::new(rustls::crypto::aws_lc_rs::default_provider()),
    }
}

/// Keeps the certificate and what the system's verifier says of it, and lets nobody in.
#[derive(Debug)]
struct Onlooker {
    verifier: Verifier,
    seen: Mutex<Option<(Vec<u8>, Option<Distrust>)>>,
}

impl Onlooker {
    fn new(extra_ca: &[ExtraCa]) -> Result<Onlooker, rustls::Error> {
        let extra: Vec<_> = extra_ca.iter().flat_map(ExtraCa::ders).cloned().collect();
        let verifier = if extra.is_empty() {
            Verifier::new(provider())
        } else {
            Verifier::new_with_extra_roots(extra, provider())
        };
        Ok(Onlooker {
            verifier: verifier?,
            seen: Mutex::new(None),
        })
    }
}

fn no_further<T>() -> Result<T, rustls::Error> {
    Err(rustls::Error::General(
        "only a look at the certificate".to_owned(),
    ))
}

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict =
            self.verifier
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let reason = verdict.err().map(|error| Distrust::of(&error));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((end_entity.to_vec(), reason));
        no_further()
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        no_further()
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        no_further()
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
