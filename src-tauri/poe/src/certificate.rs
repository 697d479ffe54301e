//! Owns what a person should know of a server's certificate: who signed it, for which names, until when, and why it is not
//! accepted. Everything in it was written by whoever answered, so it is bounded, and nothing is decided by it.

use rustls::CertificateError;
use serde::{Deserialize, Serialize};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::invisible::is_invisible;

/// The most characters of a name, and the most names.
const MAX_NAME: usize = 200;
const MAX_NAMES: usize = 20;

/// A server's certificate, as it was shown; see [`tls::look`](crate::tls::look).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Who signed it: the common name, or else the organization. At most 200 characters, as for every text here.
    pub issuer: Option<String>,
    /// Whom it is for, likewise. Often empty today: [`Certificate::names`] count.
    pub subject: Option<String>,
    /// The hosts and addresses that it is for; the first 20.
    pub names: Vec<String>,
    /// Valid from, milliseconds since 1970.
    pub not_before_ms: i64,
    /// Valid until, milliseconds since 1970.
    pub not_after_ms: i64,
    /// Why it is not accepted; `None` when it is.
    pub reason: Option<Distrust>,
}

/// Why a certificate is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distrust {
    /// Nobody that this computer trusts signed it: a company's filter, or somebody in between.
    UnknownIssuer,
    /// Its time is over, by this computer's clock.
    Expired,
    /// Its time is yet to come, by this computer's clock.
    NotYetValid,
    /// It is for other hosts.
    WrongName,
    /// Anything else: withdrawn, for another purpose, unreadable.
    Other,
}

impl Distrust {
    pub(crate) fn of(error: &rustls::Error) -> Distrust {
        let rustls::Error::InvalidCertificate(error) = error else {
            return Distrust::Other;
        };
        use CertificateError as Said;
        match error {
            Said::UnknownIssuer => Distrust::UnknownIssuer,
            Said::Expired | Said::ExpiredContext { .. } => Distrust::Expired,
            Said::NotValidYet | Said::NotValidYetContext { .. } => Distrust::NotYetValid,
            Said::NotValidForName | Said::NotValidForNameContext { .. } => Distrust::WrongName,
            error if is_self_signed(error) => Distrust::UnknownIssuer,
            _ => Distrust::Other,
        }
    }
}

/// A certificate that signs itself; the verifier has no name of its own for it.
fn is_self_signed(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity"))
}

/// `None` for what is no certificate.
pub(crate) fn read(der: &[u8], reason: Option<Distrust>) -> Option<Certificate> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let validity = certificate.validity();
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    let names = alternatives.iter().flat_map(|extension| &extension.value.general_names);
    Some(Certificate {
        issuer: name(certificate.issuer()),
        subject: name(certificate.subject()),
        names: names.filter_map(alternative).take(MAX_NAMES).collect(),
        not_before_ms: validity.not_before.timestamp().saturating_mul(1000),
        not_after_ms: validity.not_after.timestamp().saturating_mul(1000),
        reason,
    })
}

fn name(name: &X509Name<'_>) -> Option<String> {
    let common = name.iter_common_name().find_map(|part| part.as_str().ok());
    let organization = || name.iter_organization().find_map(|part| part.as_str().ok());
    common.or_else(organization).and_then(clean)
}

fn alternative(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(host) => clean(host),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(std::net::IpAddr::from);
            let sixteen = || <[u8; 16]>::try_from(*bytes).map(std::net::IpAddr::from);
            four.or_else(|_| sixteen()).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

/// Without what could hide or turn a text on a screen.
fn clean(text: &str) -> Option<String> {
    let is_plain = |c: &char| !c.is_control() && !is_invisible(*c);
    let text: String = text.trim().chars().filter(is_plain).take(MAX_NAME).collect();
    (!text.is_empty()).then_some(text)
}
