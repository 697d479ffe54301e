//! Looks at the certificate of a host, to name who signed it. The handshake is broken off at the certificate, always: no
//! byte of a request or key can follow it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::base_url::BaseUrl;
use crate::ca::ExtraCa;
use crate::certificate::{self, Certificate, Distrust};
use crate::error::{Error, Kind};
use crate::proxy::in_use::ProxyInUse;
use crate::proxy::{Proxy, Route};
use crate::step;
use crate::tunnel::{self, Stream};

/// What a host shows before anything is sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its certificate.
    pub certificate: Certificate,
    /// Which TLS was agreed on, such as `TLS 1.3`.
    pub version: Option<&'static str>,
    /// Which protocol inside of it, as TLS names them: `h2`, `http/1.1`.
    pub protocol: Option<String>,
}

/// Why nobody looked at a certificate.
#[derive(Clone, Debug)]
pub enum NotLooked {
    /// The address is `http`: there is none.
    Http,
    /// The way leads through a proxy of a scheme that this look does not speak: `socks4`, `socks4a`.
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

/// What the host of `base_url` shows: its certificate, and whether this computer would accept it, by the system's
/// authorities and `extra_ca`. It is judged as a [`Client`](crate::Client) judges it, and refused in any case, so that
/// nothing is ever sent but the names of host and proxy (and the proxy's own login).
///
/// The way is the client's: through the proxy that `proxy` means, or none where its setting can't be used. `limit` is for everything together.
pub async fn look(
    base_url: &BaseUrl,
    proxy: &Proxy,
    extra_ca: &[ExtraCa],
    limit: Duration,
) -> Result<Look, NotLooked> {
    if base_url.is_http() {
        return Err(NotLooked::Http);
    }
    let route = proxy.route(base_url).map_err(Error::from)?;
    let looking = look_now(base_url, route, extra_ca);
    match tokio::time::timeout(limit, looking).await {
        Ok(looked) => looked,
        Err(_) => Err(step::failed(Kind::ConnectTimeout, "no certificate came in time").into()),
    }
}

async fn look_now(base_url: &BaseUrl, route: Option<Route>, extra_ca: &[ExtraCa]) -> Result<Look, NotLooked> {
    let no_tls = |error: &dyn std::fmt::Display| step::failed(Kind::TlsInvalid, error.to_string());
    let host = tunnel::unbracketed(base_url.host());
    let name = ServerName::try_from(host.to_owned()).map_err(|error| no_tls(&error))?;
    let verifier = verifier(extra_ca).map_err(|error| no_tls(&error))?;
    let onlooker = Arc::new(Onlooker {
        verifier: Arc::clone(&verifier),
        seen: Mutex::new(None),
    });
    let mut config = config(onlooker.clone()).map_err(|error| no_tls(&error))?;
    // As the client does: a server may choose its certificate by it.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let hands = ClientConnection::new(Arc::new(config), name).map_err(|error| no_tls(&error))?;
    let secure = self::config(verifier).map_err(|error| no_tls(&error))?;
    let stream = tunnel::open(base_url, route.as_ref(), Arc::new(secure)).await?;
    let Some(stream) = stream else {
        return Err(route.map_or(NotLooked::Http, |route| NotLooked::Proxy(route.proxy)));
    };
    let (hands, failure) = shake(hands, stream).await;
    let seen = onlooker
        .seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some((der, reason)) = seen else {
        return Err(no_tls(&failure).into());
    };
    let certificate = certificate::read(&der, reason).ok_or_else(|| no_tls(&"an unreadable certificate"))?;
    Ok(Look {
        certificate,
        version: hands.protocol_version().and_then(version),
        protocol: hands
            .alpn_protocol()
            .map(|protocol| String::from_utf8_lossy(protocol).into_owned()),
    })
}

/// Until it breaks, which it does at the certificate: the onlooker refuses everything. Nothing but the handshake is sent.
async fn shake(
    mut hands: ClientConnection,
    mut stream: Box<dyn Stream>,
) -> (ClientConnection, std::io::Error) {
    let failure = loop {
        match step_of(&mut hands, &mut stream).await {
            Ok(()) if hands.is_handshaking() => {}
            Ok(()) => break std::io::Error::other("the certificate was passed over"),
            Err(failure) => break failure,
        }
    };
    // What is left to send is the alert, for the host's own log. It may have left.
    let mut alert = Vec::new();
    if hands.write_tls(&mut alert).is_ok() {
        let _ = stream.write_all(&alert).await;
        let _ = stream.shutdown().await;
    }
    (hands, failure)
}

async fn step_of(hands: &mut ClientConnection, stream: &mut Box<dyn Stream>) -> std::io::Result<()> {
    let mut out = Vec::new();
    while hands.wants_write() {
        hands.write_tls(&mut out)?;
    }
    stream.write_all(&out).await?;
    stream.flush().await?;
    let mut came = [0; 4096];
    let count = stream.read(&mut came).await?;
    if count == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let mut rest = &came[..count];
    while !rest.is_empty() {
        hands.read_tls(&mut rest)?;
        hands.process_new_packets().map_err(std::io::Error::other)?;
    }
    Ok(())
}

fn version(agreed: ProtocolVersion) -> Option<&'static str> {
    match agreed {
        ProtocolVersion::TLSv1_2 => Some("TLS 1.2"),
        ProtocolVersion::TLSv1_3 => Some("TLS 1.3"),
        _ => None,
    }
}

fn config(verifier: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, rustls::Error> {
    let versions = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let verified = versions.dangerous().with_custom_certificate_verifier(verifier);
    Ok(verified.with_no_client_auth())
}

/// The system's authorities and these.
fn verifier(extra_ca: &[ExtraCa]) -> Result<Arc<Verifier>, rustls::Error> {
    let extra: Vec<_> = extra_ca.iter().flat_map(ExtraCa::ders).cloned().collect();
    let verifier = match extra.is_empty() {
        true => Verifier::new(provider()),
        false => Verifier::new_with_extra_roots(extra, provider()),
    };
    verifier.map(Arc::new)
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
    verifier: Arc<Verifier>,
    seen: Mutex<Option<(Vec<u8>, Option<Distrust>)>>,
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
