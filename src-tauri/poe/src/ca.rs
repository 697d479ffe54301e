//! Owns certificates that a person adds: those of a company whose filter signs every connection anew.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::certificate::{self, Certificate};
use crate::error::{Error, Kind};

/// Certificate authorities that are trusted beside the system's, as one file holds them.
#[derive(Clone)]
pub struct ExtraCa(Vec<CertificateDer<'static>>);

impl ExtraCa {
    /// Reads a file: PEM with one certificate or more (other parts are passed over), or one certificate as DER.
    ///
    /// Fails with [`Kind::InvalidInput`] and `extra_ca` in [`Error::param`] when it holds no certificate, or one that can't
    /// be read: a filter's certificate that is silently left out would look like a filter that nobody trusts.
    pub fn parse(file: &[u8]) -> Result<ExtraCa, Error> {
        let is_pem = file.windows(10).any(|window| window == b"-----BEGIN");
        let found: Vec<CertificateDer<'static>> = if is_pem {
            CertificateDer::pem_slice_iter(file)
                .collect::<Result<_, _>>()
                .map_err(|error| invalid(&error.to_string()))?
        } else {
            vec![CertificateDer::from(file.to_vec())]
        };
        if found.is_empty() {
            return Err(invalid("it holds no certificate"));
        }
        let mut store = RootCertStore::empty();
        for certificate in &found {
            let added = store.add(certificate.clone());
            added.map_err(|error| invalid(&error.to_string()))?;
        }
        Ok(ExtraCa(found))
    }

    /// How many certificates it holds; at least one.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What each of them says of itself, in the file's order.
    pub fn facts(&self) -> Vec<Certificate> {
        let facts = |der| certificate::read(der, None);
        self.0.iter().filter_map(|der| facts(der.as_ref())).collect()
    }

    pub(crate) fn ders(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

impl std::fmt::Debug for ExtraCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ExtraCa({} certificates)", self.count())
    }
}

fn invalid(why: &str) -> Error {
    Error { param: Some("extra_ca".to_owned()), ..Error::new(Kind::InvalidInput, why) }
}
