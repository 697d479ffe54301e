//! A failure as JSON: this app's own shape of it, not that of the types that it comes of, so that a rename elsewhere changes
//! nothing on the disk. What a later version wrote is told from what is known.

use super::{Attachment, Context, Failure, FilmTrouble};
use crate::account::{KeychainError, KeychainFault};
use crate::library::{LibraryError, LimitOf};
use poe::{Certificate, DecidedBy, Distrust, Kind, ProxyInUse, ProxySource, UnusableProxy};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What ends an answer, or keeps one from beginning.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Kept {
    Poe(Box<KeptError>),
    NoKey,
    KeyExpired {
        at: Option<i64>,
    },
    Budget {
        #[serde(default)]
        of: LimitOf,
        limit: i64,
        used: i64,
    },
    Attachment(Attachment),
    Keychain {
        fault: String,
        detail: String,
    },
    Library {
        fault: String,
        detail: String,
    },
    LengthLimit,
    Declined {
        said: Option<String>,
    },
    ToolWanted {
        tools: Vec<String>,
        has_text: bool,
    },
    Film {
        trouble: String,
        said: Option<String>,
    },
    Interrupted,
    ClosedUnsent,
    Unexpected {
        cause: String,
    },
}

impl Kept {
    pub(super) fn of(failure: &Failure) -> Kept {
        match failure {
            Failure::Poe(error) => Kept::Poe(Box::new(KeptError::of(error))),
            Failure::NoKey => Kept::NoKey,
            Failure::KeyExpired { at } => Kept::KeyExpired { at: *at },
            Failure::Budget { of, limit, used } => Kept::Budget { of: *of, limit: *limit, used: *used },
            Failure::Attachment(attachment) => Kept::Attachment(attachment.clone()),
            Failure::Keychain(error) => {
                Kept::Keychain { fault: keychain_fault(error.kind).to_owned(), detail: error.detail.clone() }
            }
            Failure::Library(error) => {
                let (fault, detail) = library_fault(error);
                Kept::Library { fault: fault.to_owned(), detail }
            }
            Failure::LengthLimit => Kept::LengthLimit,
            Failure::Declined { said } => Kept::Declined { said: said.clone() },
            Failure::ToolWanted { tools, has_text } => {
                Kept::ToolWanted { tools: tools.clone(), has_text: *has_text }
            }
            Failure::Film(trouble) => {
                let (trouble, said) = film_trouble(trouble);
                Kept::Film { trouble: trouble.to_owned(), said }
            }
            Failure::Interrupted => Kept::Interrupted,
            Failure::ClosedUnsent => Kept::ClosedUnsent,
            Failure::Unexpected(cause) | Failure::UnreadableCard(cause) => {
                Kept::Unexpected { cause: cause.clone() }
            }
            // None of these is the end of an answer.
            Failure::KeyExpiring { .. }
            | Failure::SignIn(_)
            | Failure::UsagePartial { .. }
            | Failure::File { .. }
            | Failure::Import { .. }
            | Failure::NotBackedUp(_)
            | Failure::NotRestored(_)
            | Failure::Accounts(_)
            | Failure::Settings(_)
            | Failure::Address(_)
            | Failure::SettingsSetAside(_)
            | Failure::LibrarySetAside(_)
            | Failure::Log(_)
            | Failure::Folder(_)
            | Failure::Desktop(_)
            | Failure::Input { .. }
            | Failure::NotStarted { .. }
            | Failure::Paused { .. }
            | Failure::PageReloaded { .. } => Kept::Unexpected {
                cause: super::catalogue::entry(failure, &Context::default()).code.to_owned(),
            },
        }
    }

    /// `None` where a later version wrote it.
    pub(super) fn failure(self) -> Option<Failure> {
        Some(match self {
            Kept::Poe(error) => Failure::Poe(error.error()),
            Kept::NoKey => Failure::NoKey,
            Kept::KeyExpired { at } => Failure::KeyExpired { at },
            Kept::Budget { of, limit, used } => Failure::Budget { of, limit, used },
            Kept::Attachment(attachment) => Failure::Attachment(attachment),
            Kept::Keychain { fault, detail } => Failure::Keychain(KeychainError {
                kind: KEYCHAIN_FAULTS.iter().copied().find(|kind| keychain_fault(*kind) == fault)?,
                detail,
            }),
            Kept::Library { fault, detail } => Failure::Library(library_error(&fault, detail)?),
            Kept::LengthLimit => Failure::LengthLimit,
            Kept::Declined { said } => Failure::Declined { said },
            Kept::ToolWanted { tools, has_text } => Failure::ToolWanted { tools, has_text },
            Kept::Film { trouble, said } => Failure::Film(match trouble.as_str() {
                "stopped" => FilmTrouble::Stopped,
                "unreached" => FilmTrouble::Unreached { said },
                "otherAccount" => FilmTrouble::OtherAccount,
                "failed" => FilmTrouble::Failed { said },
                "gone" => FilmTrouble::Gone,
                _ => return None,
            }),
            Kept::Interrupted => Failure::Interrupted,
            Kept::ClosedUnsent => Failure::ClosedUnsent,
            Kept::Unexpected { cause } => Failure::Unexpected(cause),
        })
    }
}

fn film_trouble(trouble: &FilmTrouble) -> (&'static str, Option<String>) {
    match trouble {
        FilmTrouble::Stopped => ("stopped", None),
        FilmTrouble::Unreached { said } => ("unreached", said.clone()),
        FilmTrouble::OtherAccount => ("otherAccount", None),
        FilmTrouble::Failed { said } => ("failed", said.clone()),
        FilmTrouble::Gone => ("gone", None),
    }
}

const KEYCHAIN_FAULTS: &[KeychainFault] = &[
    KeychainFault::Locked,
    KeychainFault::Unavailable,
    KeychainFault::TimedOut,
    KeychainFault::Denied,
    KeychainFault::Corrupt,
];

fn keychain_fault(kind: KeychainFault) -> &'static str {
    match kind {
        KeychainFault::Locked => "locked",
        KeychainFault::Unavailable => "unavailable",
        KeychainFault::TimedOut => "timedOut",
        KeychainFault::Denied => "denied",
        KeychainFault::Corrupt => "corrupt",
    }
}

fn library_fault(error: &LibraryError) -> (&'static str, String) {
    match error {
        LibraryError::Locked => ("locked", String::new()),
        LibraryError::Full => ("full", String::new()),
        LibraryError::ReadOnly => ("readOnly", String::new()),
        LibraryError::Damaged(detail) => ("damaged", detail.clone()),
        LibraryError::Newer { found, known } => ("newer", format!("{found} {known}")),
        LibraryError::Missing(id) => ("missing", id.to_string()),
        LibraryError::Io(detail) => ("io", detail.clone()),
    }
}

fn library_error(fault: &str, detail: String) -> Option<LibraryError> {
    Some(match fault {
        "locked" => LibraryError::Locked,
        "full" => LibraryError::Full,
        "readOnly" => LibraryError::ReadOnly,
        "damaged" => LibraryError::Damaged(detail),
        "newer" => {
            let (found, known) = detail.split_once(' ')?;
            LibraryError::Newer { found: found.parse().ok()?, known: known.parse().ok()? }
        }
        "missing" => LibraryError::Missing(detail.parse().ok()?),
        "io" => LibraryError::Io(detail),
        _ => return None,
    })
}

/// Of a [`poe::Error`]. Codes are those of the catalogue, times milliseconds.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeptError {
    code: String,
    message: String,
    status: Option<u16>,
    request_id: Option<String>,
    retry_after: Option<u64>,
    provider_code: Option<String>,
    provider_type: Option<String>,
    param: Option<String>,
    host: Option<String>,
    proxy: Option<KeptProxy>,
    unusable_proxy: Option<KeptProxy>,
    certificate: Option<KeptCertificate>,
    inner: Option<String>,
    partial: bool,
    sent: bool,
    by_poe: bool,
    attempt: u32,
    decided_by: String,
}

/// A proxy, or the setting that is none.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct KeptProxy {
    scheme: String,
    /// Or what the setting says.
    host: String,
    port: u16,
    set_in: String,
    /// Of the variable or the desktop.
    name: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct KeptCertificate {
    issuer: Option<String>,
    subject: Option<String>,
    names: Vec<String>,
    not_before: i64,
    not_after: i64,
    reason: Option<String>,
}

impl KeptError {
    fn of(error: &poe::Error) -> KeptError {
        KeptError {
            code: error.kind.code().to_owned(),
            message: error.message.clone(),
            status: error.status,
            request_id: error.request_id.clone(),
            retry_after: error.retry_after.and_then(|wait| u64::try_from(wait.as_millis()).ok()),
            provider_code: error.provider_code.clone(),
            provider_type: error.provider_type.clone(),
            param: error.param.clone(),
            host: error.host.clone(),
            proxy: error.proxy.as_deref().map(|proxy| KeptProxy {
                scheme: proxy.scheme.clone(),
                host: proxy.host.clone(),
                port: proxy.port,
                ..KeptProxy::set_in(&proxy.source)
            }),
            unusable_proxy: error
                .unusable_proxy
                .as_deref()
                .map(|proxy| KeptProxy { host: proxy.value.clone(), ..KeptProxy::set_in(&proxy.source) }),
            certificate: error.certificate.as_deref().map(KeptCertificate::of),
            inner: error.inner.map(|kind| kind.code().to_owned()),
            partial: error.partial,
            sent: error.sent,
            by_poe: error.by_poe,
            attempt: error.attempt,
            decided_by: decided_by(error.decided_by).to_owned(),
        }
    }

    /// A code that a later version wrote is that of an unknown failure, with all that was kept of it.
    fn error(self) -> poe::Error {
        let kind = kind_of(&self.code);
        let later = kind.is_none().then_some(self.code);
        poe::Error {
            status: self.status,
            request_id: self.request_id,
            retry_after: self.retry_after.map(Duration::from_millis),
            provider_code: self.provider_code.or(later),
            provider_type: self.provider_type,
            param: self.param,
            host: self.host,
            proxy: self.proxy.and_then(KeptProxy::in_use).map(Box::new),
            unusable_proxy: self.unusable_proxy.and_then(KeptProxy::unusable).map(Box::new),
            certificate: self.certificate.map(|kept| Box::new(kept.certificate())),
            inner: self.inner.map(|code| kind_of(&code).unwrap_or(Kind::Unknown)),
            partial: self.partial,
            sent: self.sent,
            by_poe: self.by_poe,
            attempt: self.attempt,
            decided_by: DECIDED_BY
                .iter()
                .copied()
                .find(|by| decided_by(*by) == self.decided_by)
                .unwrap_or(DecidedBy::Local),
            ..poe::Error::new(kind.unwrap_or(Kind::Unknown), self.message)
        }
    }
}

fn kind_of(code: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.code() == code)
}

impl KeptProxy {
    fn set_in(source: &ProxySource) -> KeptProxy {
        let (set_in, name) = match source {
            ProxySource::Environment(name) => ("environment", name.as_str()),
            ProxySource::Desktop(name) => ("desktop", name.as_str()),
            ProxySource::System => ("system", ""),
            ProxySource::Manual => ("manual", ""),
        };
        KeptProxy { set_in: set_in.to_owned(), name: name.to_owned(), ..KeptProxy::default() }
    }

    fn source(set_in: &str, name: String) -> Option<ProxySource> {
        match set_in {
            "environment" => Some(ProxySource::Environment(name)),
            "desktop" => Some(ProxySource::Desktop(name)),
            "system" => Some(ProxySource::System),
            "manual" => Some(ProxySource::Manual),
            _ => None,
        }
    }

    fn in_use(self) -> Option<ProxyInUse> {
        Some(ProxyInUse {
            source: KeptProxy::source(&self.set_in, self.name)?,
            scheme: self.scheme,
            host: self.host,
            port: self.port,
        })
    }

    fn unusable(self) -> Option<UnusableProxy> {
        Some(UnusableProxy { source: KeptProxy::source(&self.set_in, self.name)?, value: self.host })
    }
}

impl KeptCertificate {
    fn of(certificate: &Certificate) -> KeptCertificate {
        KeptCertificate {
            issuer: certificate.issuer.clone(),
            subject: certificate.subject.clone(),
            names: certificate.names.clone(),
            not_before: certificate.not_before_ms,
            not_after: certificate.not_after_ms,
            reason: certificate.reason.map(|reason| distrust(reason).to_owned()),
        }
    }

    fn certificate(self) -> Certificate {
        let reason = |kept: String| {
            let known = DISTRUST.iter().copied().find(|reason| distrust(*reason) == kept);
            known.unwrap_or(Distrust::Other)
        };
        Certificate {
            issuer: self.issuer,
            subject: self.subject,
            names: self.names,
            not_before_ms: self.not_before,
            not_after_ms: self.not_after,
            reason: self.reason.map(reason),
        }
    }
}

const DISTRUST: &[Distrust] = &[
    Distrust::UnknownIssuer,
    Distrust::Expired,
    Distrust::NotYetValid,
    Distrust::WrongName,
    Distrust::Other,
];

fn distrust(reason: Distrust) -> &'static str {
    match reason {
        Distrust::UnknownIssuer => "unknownIssuer",
        Distrust::Expired => "expired",
        Distrust::NotYetValid => "notYetValid",
        Distrust::WrongName => "wrongName",
        Distrust::Other => "other",
    }
}

const DECIDED_BY: &[DecidedBy] = &[
    DecidedBy::Transport,
    DecidedBy::Code,
    DecidedBy::Type,
    DecidedBy::Text,
    DecidedBy::Status,
    DecidedBy::Local,
];

fn decided_by(by: DecidedBy) -> &'static str {
    match by {
        DecidedBy::Transport => "transport",
        DecidedBy::Code => "code",
        DecidedBy::Type => "type",
        DecidedBy::Text => "text",
        DecidedBy::Status => "status",
        DecidedBy::Local => "local",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_an_error_knows_comes_back() {
        let error = poe::Error {
            status: Some(503),
            request_id: Some("req-1".to_owned()),
            retry_after: Some(Duration::from_millis(1_500)),
            provider_code: Some("code".to_owned()),
            provider_type: Some("type".to_owned()),
            param: Some("model".to_owned()),
            host: Some("api.poe.com".to_owned()),
            proxy: Some(Box::new(ProxyInUse {
                scheme: "http".to_owned(),
                host: "proxy.corp".to_owned(),
                port: 8080,
                source: ProxySource::Desktop("GNOME".to_owned()),
            })),
            unusable_proxy: Some(Box::new(UnusableProxy {
                value: "socks6://x".to_owned(),
                source: ProxySource::Environment("ALL_PROXY".to_owned()),
            })),
            certificate: Some(Box::new(Certificate {
                issuer: Some("Corp CA".to_owned()),
                subject: Some("api".to_owned()),
                names: vec!["api.poe.com".to_owned()],
                not_before_ms: 1,
                not_after_ms: 2,
                reason: Some(Distrust::WrongName),
            })),
            inner: Some(Kind::ModelOverloaded),
            partial: true,
            sent: true,
            by_poe: true,
            attempt: 3,
            decided_by: DecidedBy::Status,
            ..poe::Error::new(Kind::StreamError, "It broke")
        };
        let json = serde_json::to_string(&KeptError::of(&error)).unwrap();
        let kept: KeptError = serde_json::from_str(&json).unwrap();
        assert_eq!(format!("{:?}", kept.error()), format!("{error:?}"));
        for by in DECIDED_BY {
            for reason in DISTRUST {
                let mut error = error.clone();
                error.decided_by = *by;
                error.certificate.as_mut().unwrap().reason = Some(*reason);
                let kept = KeptError::of(&error).error();
                assert_eq!(format!("{kept:?}"), format!("{error:?}"));
            }
        }
    }
}
