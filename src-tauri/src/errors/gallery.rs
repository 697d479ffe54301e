//! Every card with values as they come, for the window's gallery and for the catalogue's review.

use super::{Attachment, Backup, Context, Failure, Feature, FilmTrouble, ModelRef, card, samples};
use crate::events::ErrorCard;
use poe::{Error, Kind};
use std::time::Duration;

const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440 * MINUTE;

/// A card for each failure, and for those that look different with a wait or an inner failure one more.
pub fn gallery(now: i64) -> Vec<ErrorCard> {
    let context = known(now);
    let mut all = Vec::new();
    for failure in samples() {
        let failure = match failure {
            Failure::Poe(error) => Failure::Poe(met(error.kind, now)),
            Failure::KeyExpired { .. } => Failure::KeyExpired { at: Some(now - 2 * DAY) },
            Failure::KeyExpiring { .. } => Failure::KeyExpiring { at: Some(now + 5 * DAY) },
            Failure::UsagePartial { missing, error, .. } => {
                Failure::UsagePartial { missing, since: Some(now - 20 * MINUTE), error }
            }
            Failure::Declined { .. } => {
                Failure::Declined { said: Some("I can’t help with that.".to_owned()) }
            }
            Failure::ToolWanted { has_text, .. } => {
                Failure::ToolWanted { tools: vec!["web_search".to_owned()], has_text }
            }
            Failure::Film(FilmTrouble::Failed { .. }) => {
                let said = "The prompt may show somebody who didn’t agree to it.";
                Failure::Film(FilmTrouble::Failed { said: Some(said.to_owned()) })
            }
            other => other,
        };
        all.push(card(&failure, &context));
    }
    let overloaded = Error { inner: Some(Kind::ModelOverloaded), ..met(Kind::StreamError, now) };
    all.push(card(&Failure::Poe(overloaded), &context));
    let unusable = poe::UnusableProxy {
        value: "socks6://proxy.corp:1080".to_owned(),
        source: poe::ProxySource::Environment("ALL_PROXY".to_owned()),
    };
    all.push(card(&Failure::Poe(unusable.into()), &context));
    all
}

/// A message about which everything is known.
pub fn known(now: i64) -> Context {
    let model = |name: &str, points| ModelRef { id: name.to_lowercase(), name: name.to_owned(), points };
    Context {
        now,
        charge: None,
        waits: None,
        message_saved: true,
        attempt: 1,
        of: 3,
        first_failure_at: Some(now - 3 * MINUTE),
        model: Some(model("Claude-Opus-4.6", None)),
        closest: vec![model("Claude-Sonnet-4.6", Some(480)), model("Claude-Haiku-4.5", Some(130))],
        similar: Some(model("GPT-5.2", Some(620))),
        larger: Some(model("Gemini-3-Pro", Some(900))),
        cheaper: vec![model("Claude-Haiku-4.5", Some(130))],
        models_checked_at: Some(now - 120 * MINUTE),
        context_length: Some(200_000),
        max_output: Some(64_000),
        chat_tokens: Some(212_400),
        only_message: false,
        is_temporary: false,
        feature: Some(Feature::Images),
        attachment: Some(Attachment {
            id: "7".to_owned(),
            name: "holiday.png".to_owned(),
            bytes: 31_400_000,
            limit: Some(20_000_000),
            earlier: true,
            of_project: false,
            shrinks: true,
        }),
        max_tokens: Some(1_024),
        temperature: Some(2.5),
        top_p: Some(0.9),
        declared: serde_json::Map::new(),
        balance: Some((1_120, now - 40_000)),
        needed: Some(2_400),
        continue_points: Some(320),
        regenerate_points: Some(2_400),
        trim_saves: Some(1_500),
        last_four: Some("4f9c".to_owned()),
        env_key: true,
        can_sign_in: true,
        keychain: Some("GNOME Keyring".to_owned()),
        base_url: "https://proxy.example.com/v1".to_owned(),
        connect_seconds: Some(10),
        proxy_unfollowed: false,
        often_limited: true,
        queued: Some(2),
        words: Some(1_312),
        backup: Some(Backup { at: now - 150 * MINUTE, file: "telltale-backup.db".to_owned() }),
        not_saved: None,
        can_move: true,
    }
}

/// The failure as Poe, the network or a check here tells it.
pub fn met(kind: Kind, now: i64) -> Error {
    let (status, message) = match kind {
        Kind::InvalidApiKey => (401, "Invalid API key provided"),
        Kind::PermissionDenied => (403, "You do not have access to this bot."),
        Kind::ModelNotFound => (404, "Bot does not exist: claude-opus-4.6"),
        Kind::NotFound => (404, "Not Found"),
        Kind::InvalidParameter => (400, "Temperature must be between 0 and 2"),
        Kind::BadRequest => (400, "Unsupported value: 'high' is not supported."),
        Kind::MissingParameter => (400, "Missing required parameter: 'messages'"),
        Kind::UnsupportedFeature => (400, "Images are not supported by claude-opus-4.6."),
        Kind::ContextTooLong => (413, "Request exceeds the maximum size"),
        Kind::AttachmentTooLarge => (413, "Request Entity Too Large"),
        Kind::MessageRefused => (403, "Content flagged as violence."),
        Kind::InsufficientPoints => (402, "Insufficient points to complete this request"),
        Kind::RateLimitExceeded => (429, "Rate limit exceeded."),
        Kind::InternalError => (500, "An unexpected error occurred."),
        Kind::ServiceUnavailable => (503, "Service temporarily unavailable"),
        Kind::ModelOverloaded => (529, "Overloaded"),
        Kind::ModelTimeout => (408, "Timed out waiting for the model"),
        Kind::GatewayError => (502, "Bad gateway"),
        Kind::StreamError | Kind::StreamCut | Kind::StreamIncomplete | Kind::EmptyAnswer => (200, ""),
        Kind::StreamStalled => (200, ""),
        Kind::RefusedByNetwork => (403, "Just a moment..."),
        Kind::EndedByHost => (200, "error"),
        Kind::CaptivePortal => (200, "<html>"),
        Kind::MalformedResponse => (200, "{\"choices\": [{\"del"),
        Kind::Unknown => (418, "I'm a teapot"),
        Kind::DnsFailed
        | Kind::Offline
        | Kind::ConnectionRefused
        | Kind::TlsUntrusted
        | Kind::TlsInvalid
        | Kind::ProxyFailed
        | Kind::ConnectTimeout
        | Kind::ConnectionLost
        | Kind::FirstByteTimeout
        | Kind::InvalidInput
        | Kind::InvalidBaseUrl => (0, ""),
    };
    let began = matches!(
        kind,
        Kind::StreamError
            | Kind::StreamCut
            | Kind::StreamIncomplete
            | Kind::StreamStalled
            | Kind::EndedByHost
    );
    let lost = matches!(kind, Kind::ConnectionLost | Kind::FirstByteTimeout);
    Error {
        status: (status > 0).then_some(status),
        request_id: (status > 0).then(|| "req_7Qx".to_owned()),
        sent: status > 0 || lost,
        by_poe: status > 0 && !matches!(kind, Kind::GatewayError | Kind::RefusedByNetwork),
        partial: began,
        attempt: 1,
        retry_after: (kind == Kind::RateLimitExceeded).then_some(Duration::from_secs(300)),
        param: (kind == Kind::EmptyAnswer).then(|| "max_tokens".to_owned()),
        proxy: (kind == Kind::ProxyFailed).then(|| Box::new(proxy())),
        certificate: match kind {
            Kind::TlsUntrusted => Some(Box::new(certificate(now, poe::Distrust::UnknownIssuer))),
            Kind::TlsInvalid => Some(Box::new(certificate(now, poe::Distrust::Expired))),
            _ => None,
        },
        decided_by: if status > 0 { poe::DecidedBy::Status } else { poe::DecidedBy::Transport },
        ..Error::new(kind, message)
    }
}

fn proxy() -> poe::ProxyInUse {
    poe::ProxyInUse {
        scheme: "http".to_owned(),
        host: "proxy.corp".to_owned(),
        port: 8080,
        source: poe::ProxySource::Environment("HTTPS_PROXY".to_owned()),
    }
}

fn certificate(now: i64, reason: poe::Distrust) -> poe::Certificate {
    poe::Certificate {
        issuer: Some("Corp Filter CA".to_owned()),
        subject: None,
        names: vec!["api.poe.com".to_owned()],
        not_before_ms: now - 800 * DAY,
        not_after_ms: now - 3 * DAY,
        reason: Some(reason),
    }
}
