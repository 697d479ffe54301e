//! Certificates made on the spot, and a server that speaks TLS with them and answers every request alike.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use poe::ExtraCa;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// One streamed answer, "Hello", with the connection closed after it.
pub(crate) const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
    data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

/// The same without its end, and with no length that would tell.
pub(crate) const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
    data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n";

/// Somebody who signs certificates.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).unwrap().pem();
        Authority { pem, issuer: Issuer::new(params, key) }
    }

    /// What a person would add as a file.
    pub(crate) fn file(&self) -> &str {
        &self.pem
    }

    pub(crate) fn extra(&self) -> Vec<ExtraCa> {
        vec![ExtraCa::parse(self.pem.as_bytes()).unwrap()]
    }

    /// A certificate for this host, changed by `change` before it is signed.
    pub(crate) fn sign(&self, host: &str, change: impl Fn(&mut CertificateParams)) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        server(certificate.der().clone(), &key)
    }
}

/// A certificate that nobody but itself signed.
pub(crate) fn self_signed(host: &str, is_ca: IsCa) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.is_ca = is_ca;
    let certificate = params.self_signed(&key).unwrap();
    server(certificate.der().clone(), &key)
}

fn server(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// A server on loopback that answers the first bytes of each request. Dropping it closes its port.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
    connections: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl TlsServer {
    /// Closes in order after the answer.
    pub(crate) async fn start(config: ServerConfig) -> TlsServer {
        TlsServer::answering(config, HELLO, true).await
    }

    /// `in_order`: says goodbye in TLS before the connection closes.
    pub(crate) async fn answering(
        config: ServerConfig,
        answer: impl Into<Vec<u8>>,
        in_order: bool,
    ) -> TlsServer {
        let answer = answer.into();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (acceptor, seen) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(&received));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut buffer = vec![0; 16 * 1024];
                let Ok(count) = stream.read(&mut buffer).await else {
                    continue;
                };
                seen.lock().unwrap().extend_from_slice(&buffer[..count]);
                if stream.write_all(&answer).await.is_ok() && stream.flush().await.is_ok() && in_order {
                    let _ = stream.shutdown().await; // the client may have left
                }
            }
        });
        TlsServer { address, received, connections, task: task.abort_handle() }
    }

    /// How often somebody connected, whatever came of it.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Everything that came inside TLS.
    pub(crate) fn received(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().unwrap()).into_owned()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
