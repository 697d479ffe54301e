//! Judges certificates as the system does, and keeps what was shown, so that a person can be told who signed one that is
//! not accepted: the HTTP library's own connection shows it, and its error does not hold it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::ca::ExtraCa;
use crate::certificate::{self, Certificate, Distrust};
use crate::error::{Error, Kind};

/// The system's verifier, which decides, and what it was asked about last.
#[derive(Debug)]
pub(crate) struct RecordingVerifier {
    verifier: Verifier,
    shown: Mutex<Option<Shown>>,
}

/// What a host, or the proxy on the way to it, has shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    host: ServerName<'static>,
    der: CertificateDer<'static>,
    distrust: Option<Distrust>,
    /// Known once the certificate is accepted.
    pub(crate) version: Option<&'static str>,
}

impl Shown {
    /// Whether this host showed it. An IPv6 address may stand in brackets.
    pub(crate) fn is_of(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        ServerName::try_from(host).is_ok_and(|host| host == self.host)
    }

    pub(crate) fn is_refused(&self) -> bool {
        self.distrust.is_some()
    }

    /// `None` for what is no certificate.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        certificate::read(&self.der, self.distrust)
    }
}

impl RecordingVerifier {
    /// By the system's authorities and these.
    ///
    /// Fails with [`Kind::TlsInvalid`] when the system has none.
    pub(crate) fn new(extra_ca: &[ExtraCa]) -> Result<Arc<RecordingVerifier>, Error> {
        let extra: Vec<_> = extra_ca.iter().flat_map(ExtraCa::ders).cloned().collect();
        let verifier = match extra.is_empty() {
            true => Verifier::new(provider()),
            false => Verifier::new_with_extra_roots(extra, provider()),
        };
        Ok(Arc::new(RecordingVerifier {
            verifier: verifier.map_err(|error| no_tls(&error))?,
            shown: Mutex::new(None),
        }))
    }

    /// For the HTTP library, which then judges by this verifier alone.
    pub(crate) fn config(self: &Arc<Self>) -> Result<ClientConfig, Error> {
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| no_tls(&error))?;
        let verifier: Arc<RecordingVerifier> = Arc::clone(self);
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
        let mut config = builder.with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// What was shown last.
    pub(crate) fn shown(&self) -> Option<Shown> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn agreed_on(&self, version: &'static str) {
        if let Some(shown) = self.lock().as_mut() {
            shown.version = Some(version);
        }
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict =
            self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        *self.lock() = Some(Shown {
            host: server_name.to_owned(),
            der: end_entity.clone().into_owned(),
            distrust: verdict.as_ref().err().map(Distrust::of),
            version: None,
        });
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.agreed_on("TLS 1.2");
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.agreed_on("TLS 1.3");
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn provider() -> Arc<CryptoProvider> {
    match CryptoProvider::get_default() {
        Some(provider) => Arc::clone(provider),
        None => Arc::new(rustls::crypto::aws_lc_rs::default_provider()),
    }
}

fn no_tls(error: &rustls::Error) -> Error {
    Error::new(Kind::TlsInvalid, error.to_string())
}
