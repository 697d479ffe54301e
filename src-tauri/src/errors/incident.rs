//! A failure as it is kept: what it was and the numbers of its moment, never a sentence. The card is made each time it is shown,
//! so that its buttons and what it says of waiting are those of today.
//!
//! The JSON is this app's own, not that of the types that it comes of: a rename elsewhere changes nothing on the disk. It is
//! redacted when it is written, and what is made of it once more.

use super::{Attachment, Context, Failure, Feature, ModelRef, NotSaved, earlier};
use crate::account::{KeychainError, KeychainFault};
use crate::events::ErrorCard;
use crate::library::LibraryError;
use crate::redact::keys;
use poe::{Certificate, DecidedBy, Distrust, Kind, ProxyInUse, ProxySource, UnusableProxy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Of the shape that is written here.
const VERSION: u32 = 1;

#[derive(Clone, Debug)]
pub struct Incident {
    pub(super) what: What,
    pub(super) moment: Moment,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Failure(Failure),
    /// What a version wrote that kept finished cards.
    Words(ErrorCard),
}

impl Incident {
    /// Keeps of the context what was so at this moment; the rest is asked anew when it is shown.
    pub fn new(failure: Failure, context: &Context) -> Incident {
        Incident {
            what: What::Failure(failure),
            moment: Moment::of(context),
        }
    }

    pub fn to_json(&self) -> String {
        let mut value = match &self.what {
            What::Failure(failure) => json!({
                "version": VERSION,
                "failure": Kept::of(failure),
                "moment": self.moment,
            }),
            What::Words(card) => json!(card),
        };
        redact(&mut value);
        value.to_string()
    }

    /// Whatever a version of the app wrote. What tells nothing to this one is kept as it is, and said so.
    pub fn read(json: &str) -> Incident {
        let unreadable = || Incident {
            what: What::Failure(Failure::UnreadableCard(json.to_owned())),
            moment: Moment::default(),
        };
        let Ok(Value::Object(fields)) = serde_json::from_str(json) else {
            return unreadable();
        };
        let Some(failure) = fields.get("failure").filter(|_| fields.contains_key("version")) else {
            let words = earlier::card(&fields).map(|card| Incident {
                moment: Moment {
                    at: card.at,
                    ..Moment::default()
                },
                what: What::Words(card),
            });
            return words.unwrap_or_else(unreadable);
        };
        let moment = fields.get("moment").map(Moment::read).unwrap_or_default();
        let failure = Kept::deserialize(failure).ok().and_then(Kept::failure);
        Incident {
            what: What::Failure(failure.unwrap_or_else(|| Failure::UnreadableCard(json.to_owned()))),
            moment,
        }
    }

    /// When Poe will take the request again, milliseconds since 1970.
    pub fn ready_at(&self) -> Option<i64> {
        match &self.what {
            What::Failure(Failure::Poe(error)) => {
                let wait = i64::try_from(error.retry_after()?.as_millis()).ok()?;
                Some(self.moment.at.saturating_add(wait))
            }
            What::Failure(_) => None,
            What::Words(card) => card.ready_at,
        }
    }

    /// Tokens of the chat as it was sent, as far as they could be estimated.
    pub fn chat_tokens(&self) -> Option<u64> {
        self.moment.chat_tokens
    }

    /// Its code, as the catalogue lists it.
    pub fn code(&self) -> String {
        super::card_of(self, &Context::default()).code
    }
}

/// The part of a context that does not change any more. Fields and units as there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Moment {
    pub(super) at: i64,
    attempt: u32,
    of: u32,
    first_failure_at: Option<i64>,
    models_checked_at: Option<i64>,
    context_length: Option<u64>,
    max_output: Option<u64>,
    chat_tokens: Option<u64>,
    only_message: bool,
    feature: Option<Feature>,
    attachment: Option<Attachment>,
    max_tokens: Option<u32>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    balance: Option<(i64, i64)>,
    needed: Option<i64>,
    last_four: Option<String>,
    base_url: String,
    connect_seconds: Option<u64>,
    often_limited: bool,
    queued: Option<u32>,
    not_saved: Option<NotSaved>,
    /// Of the model that was asked, by its id of then.
    model: Option<String>,
}

impl Moment {
    fn of(context: &Context) -> Moment {
        Moment {
            at: context.now,
            attempt: context.attempt,
            of: context.of,
            first_failure_at: context.first_failure_at,
            models_checked_at: context.models_checked_at,
            context_length: context.context_length,
            max_output: context.max_output,
            chat_tokens: context.chat_tokens,
            only_message: context.only_message,
            feature: context.feature,
            attachment: context.attachment.clone(),
            max_tokens: context.max_tokens,
            temperature: context.temperature,
            top_p: context.top_p,
            balance: context.balance,
            needed: context.needed,
            last_four: context.last_four.clone(),
            base_url: context.base_url.clone(),
            connect_seconds: context.connect_seconds,
            often_limited: context.often_limited,
            queued: context.queued,
            not_saved: context.not_saved,
            model: context.model.as_ref().map(|model| model.id.clone()),
        }
    }

    /// What is known now, with the numbers of then.
    pub(super) fn within(&self, now: &Context) -> Context {
        let named = |id: &String| ModelRef {
            id: id.clone(),
            name: id.clone(),
            points: None,
        };
        Context {
            now: self.at,
            attempt: self.attempt,
            of: self.of,
            first_failure_at: self.first_failure_at,
            models_checked_at: self.models_checked_at,
            context_length: self.context_length,
            max_output: self.max_output,
            chat_tokens: self.chat_tokens,
            only_message: self.only_message,
            feature: self.feature,
            attachment: self.attachment.clone(),
            max_tokens: self.max_tokens,
            temperature: self.temperature,
            top_p: self.top_p,
            balance: self.balance,
            needed: self.needed,
            last_four: self.last_four.clone(),
            base_url: self.base_url.clone(),
            connect_seconds: self.connect_seconds,
            often_limited: self.often_limited,
            queued: self.queued,
            not_saved: self.not_saved,
            model: now.model.clone().or_else(|| self.model.as_ref().map(named)),
            ..now.clone()
        }
    }

    /// A value of another version that can't be read costs no other.
    fn read(value: &Value) -> Moment {
        let Value::Object(fields) = value else {
            return Moment::default();
        };
        let alone = |(name, value): &(&String, &Value)| {
            let one = Map::from_iter([((*name).clone(), (*value).clone())]);
            Moment::deserialize(Value::Object(one)).is_ok()
        };
        let good = fields.iter().filter(alone);
        let good = good.map(|(name, value)| (name.clone(), value.clone())).collect();
        Moment::deserialize(Value::Object(good)).unwrap_or_default()
    }
}

/// What ends an answer, or keeps one from beginning.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Kept {
    Poe(Box<KeptError>),
    NoKey,
    KeyExpired { at: Option<i64> },
    Budget { limit: i64, used: i64 },
    Attachment(Attachment),
    Keychain { fault: String, detail: String },
    Library { fault: String, detail: String },
    LengthLimit,
    Declined { said: Option<String> },
    ToolWanted { tools: Vec<String>, has_text: bool },
    Interrupted,
    ClosedUnsent,
    Unexpected { cause: String },
}

impl Kept {
    fn of(failure: &Failure) -> Kept {
        match failure {
            Failure::Poe(error) => Kept::Poe(Box::new(KeptError::of(error))),
            Failure::NoKey => Kept::NoKey,
            Failure::KeyExpired { at } => Kept::KeyExpired { at: *at },
            Failure::Budget { limit, used } => Kept::Budget {
                limit: *limit,
                used: *used,
            },
            Failure::Attachment(attachment) => Kept::Attachment(attachment.clone()),
            Failure::Keychain(error) => Kept::Keychain {
                fault: keychain_fault(error.kind).to_owned(),
                detail: error.detail.clone(),
            },
            Failure::Library(error) => {
                let (fault, detail) = library_fault(error);
                Kept::Library {
                    fault: fault.to_owned(),
                    detail,
                }
            }
            Failure::LengthLimit => Kept::LengthLimit,
            Failure::Declined { said } => Kept::Declined { said: said.clone() },
            Failure::ToolWanted { tools, has_text } => Kept::ToolWanted {
                tools: tools.clone(),
                has_text: *has_text,
            },
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
            | Failure::NotBackedUp(_)
            | Failure::NotRestored(_)
            | Failure::Climb(_)
            | Failure::Accounts(_)
            | Failure::Settings(_)
            | Failure::Address(_)
            | Failure::SettingsSetAside(_)
            | Failure::LibrarySetAside(_)
            | Failure::Log(_)
            | Failure::Folder(_)
            | Failure::Link(_)
            | Failure::LinkNotOpened(_)
            | Failure::FileNotSaved(_)
            | Failure::Input { .. }
            | Failure::NotStarted { .. }
            | Failure::Paused { .. }
            | Failure::PageReloaded { .. } => Kept::Unexpected {
                cause: super::catalogue::entry(failure, &Context::default())
                    .code
                    .to_owned(),
            },
        }
    }

    /// `None` where a later version wrote it.
    fn failure(self) -> Option<Failure> {
        Some(match self {
            Kept::Poe(error) => Failure::Poe(error.error()),
            Kept::NoKey => Failure::NoKey,
            Kept::KeyExpired { at } => Failure::KeyExpired { at },
            Kept::Budget { limit, used } => Failure::Budget { limit, used },
            Kept::Attachment(attachment) => Failure::Attachment(attachment),
            Kept::Keychain { fault, detail } => Failure::Keychain(KeychainError {
                kind: KEYCHAIN_FAULTS
                    .iter()
                    .copied()
                    .find(|kind| keychain_fault(*kind) == fault)?,
                detail,
            }),
            Kept::Library { fault, detail } => Failure::Library(library_error(&fault, detail)?),
            Kept::LengthLimit => Failure::LengthLimit,
            Kept::Declined { said } => Failure::Declined { said },
            Kept::ToolWanted { tools, has_text } => Failure::ToolWanted { tools, has_text },
            Kept::Interrupted => Failure::Interrupted,
            Kept::ClosedUnsent => Failure::ClosedUnsent,
            Kept::Unexpected { cause } => Failure::Unexpected(cause),
        })
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
            LibraryError::Newer {
                found: found.parse().ok()?,
                known: known.parse().ok()?,
            }
        }
        "missing" => LibraryError::Missing(detail.parse().ok()?),
        "io" => LibraryError::Io(detail),
        _ => return None,
    })
}

/// Of a [`poe::Error`]. Codes are those of the catalogue, times milliseconds.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct KeptError {
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
            retry_after: error
                .retry_after
                .and_then(|wait| u64::try_from(wait.as_millis()).ok()),
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
            unusable_proxy: error.unusable_proxy.as_deref().map(|proxy| KeptProxy {
                host: proxy.value.clone(),
                ..KeptProxy::set_in(&proxy.source)
            }),
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
        KeptProxy {
            set_in: set_in.to_owned(),
            name: name.to_owned(),
            ..KeptProxy::default()
        }
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
        Some(UnusableProxy {
            source: KeptProxy::source(&self.set_in, self.name)?,
            value: self.host,
        })
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

/// Every text of it.
fn redact(value: &mut Value) {
    match value {
        Value::String(text) => *text = keys(text),
        Value::Array(values) => values.iter_mut().for_each(redact),
        Value::Object(fields) => fields.values_mut().for_each(redact),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::{card, card_of, gallery, known, needs_person, samples};

    const NOW: i64 = 1_795_361_703_000;

    fn again(incident: &Incident) -> Incident {
        Incident::read(&incident.to_json())
    }

    #[test]
    fn what_ends_an_answer_comes_back_from_the_disk_letter_for_letter() {
        let context = known(NOW);
        let mut kept = 0;
        for failure in samples() {
            let incident = Incident::new(failure.clone(), &context);
            let shown = card_of(&again(&incident), &context);
            if matches!(Kept::of(&failure), Kept::Unexpected { .. }) {
                assert_eq!(shown.code, "unknown", "{failure:?}");
                continue;
            }
            assert_eq!(shown, card(&failure, &context), "{failure:?}");
            kept += 1;
        }
        assert!(kept > Kind::ALL.len(), "{kept}");
    }

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

    #[test]
    fn numbers_are_those_of_then_and_buttons_those_of_now() {
        let then = known(NOW);
        let failure = Failure::Poe(poe::Error {
            status: Some(402),
            ..poe::Error::new(Kind::InsufficientPoints, "Insufficient points")
        });
        let incident = again(&Incident::new(failure.clone(), &then));
        let now = Context {
            now: NOW + 86_400_000,
            balance: Some((900_000, NOW + 86_400_000)),
            cheaper: Vec::new(),
            trim_saves: None,
            ..then.clone()
        };
        let (before, shown) = (card(&failure, &then), card_of(&incident, &now));
        assert_eq!(
            (&before.what, &before.facts, before.at),
            (&shown.what, &shown.facts, shown.at)
        );
        let offers = |card: &ErrorCard| card.actions.iter().any(|it| it.model.is_some());
        assert!(offers(&before) && !offers(&shown), "{:?}", shown.actions);
    }

    #[test]
    fn what_a_later_version_wrote_is_unknown_with_its_details() {
        let shown = |json: &str| card_of(&Incident::read(json), &known(NOW));
        let later = r#"{"version":2,"failure":{"kind":"poe","code":"moon_between","message":"Full moon","status":599,"tide":3},"moment":{"at":7,"attempt":"third","of":4}}"#;
        let card = shown(later);
        assert_eq!((card.code.as_str(), card.at), ("unknown", 7));
        assert!(card.what.contains("Full moon"), "{}", card.what);
        let details: Vec<&str> = card.details.iter().map(|it| it.value.as_str()).collect();
        assert!(
            details.contains(&"moon_between") && details.contains(&"599"),
            "{details:?}"
        );
        for json in [
            r#"{"version":2,"failure":{"kind":"eclipse","hours":2}}"#,
            r#"{"version":2,"failure":"eclipse"}"#,
            r#"{"version":1,"failure":{"kind":"keychain","fault":"eclipse","detail":""}}"#,
            "eclipse",
            r#"["eclipse"]"#,
        ] {
            let card = shown(json);
            assert_eq!(card.code, "unknown", "{json}");
            assert!(card.what.contains("eclipse"), "{}", card.what);
        }
    }

    #[test]
    fn no_key_is_kept_or_shown() {
        let key = "sk-poe-abcDEF123456ghiJKL789012mnoPQR345678";
        let error = poe::Error {
            param: Some(key.to_owned()),
            ..poe::Error::new(Kind::BadRequest, format!("Bearer {key} is wrong"))
        };
        let incident = Incident::new(Failure::Poe(error), &known(NOW));
        assert!(!incident.to_json().contains("abcDEF"), "{}", incident.to_json());
        let old = format!(r#"{{"code":"bad_request","title":"Bad {key}","what":"x"}}"#);
        let shown = card_of(&Incident::read(&old), &known(NOW));
        assert!(!format!("{shown:?}").contains("abcDEF"), "{shown:?}");
    }

    #[test]
    fn cards_of_before_keep_their_words() {
        let cards = gallery(NOW);
        for card in cards.iter().filter(|card| !card.actions.is_empty()) {
            let json = serde_json::to_string(card).unwrap();
            let incident = Incident::read(&json);
            assert_eq!(card_of(&incident, &known(NOW + 1)), *card);
            assert_eq!(incident.ready_at(), card.ready_at);
            assert_eq!(card_of(&again(&incident), &known(NOW + 1)), *card);
        }
    }

    #[test]
    fn who_waits_for_the_person() {
        fn check(buttons: &[&str], expected: bool) {
            let actions: Vec<Value> = buttons
                .iter()
                .map(|action| json!({ "action": action, "label": "Do it", "model": "m" }))
                .collect();
            let card = json!({ "title": "It failed", "actions": actions }).to_string();
            assert_eq!(needs_person(&Incident::read(&card)), expected, "{buttons:?}");
        }
        check(&["get-points", "use-model", "copy-details"], true);
        check(&["paste-key"], true);
        check(&["choose-model", "retry"], false);
        check(&["check-and-retry"], false);
        check(&["copy-details"], false);
        check(&[], false);
        let no_key = Incident::new(Failure::NoKey, &Context::default());
        assert!(needs_person(&no_key));
    }
}
