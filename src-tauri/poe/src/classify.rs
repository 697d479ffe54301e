//! From what Poe answered to the kind of failure: the one place that looks at statuses, codes, types and texts.
//!
//! Order: a specific `code`, a specific `type`, the two texts for which a text is all there is, the HTTP status, and only
//! then the generic codes and types (Poe gives `internal_error` to 500 and 503 alike). What is not known stays unknown.
//! Sources: <https://creator.poe.com/api-reference/errors>,
//! <https://creator.poe.com/docs/external-applications/openai-compatible-api>.

use std::time::SystemTime;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::error::{DecidedBy, Error, Kind};
use crate::{json, retry};

/// An answer with a status that is no success.
pub(crate) fn response(status: u16, headers: &HeaderMap, host: &str, body: &[u8], now: SystemTime) -> Error {
    let provider = Provider::from_body(body);
    let mut error = classify(status, provider);
    if (300..400).contains(&status) {
        // Poe's API redirects nobody. Somebody else's login page does.
        error.kind = if leads_elsewhere(headers, host) {
            Kind::CaptivePortal
        } else {
            Kind::NotFound
        };
        error.decided_by = DecidedBy::Status;
    }
    if error.message.is_empty() {
        error.message = format!("status {status} with nothing readable");
    }
    error.request_id = request_id(headers);
    error.retry_after = retry::after(headers, status, now);
    error
}

/// An error inside an answer that began with 200: `{"error": …}`, `event: error`.
pub(crate) fn frame(value: &Value) -> Error {
    classify(200, Provider::from_error(value))
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    Some(headers.get("x-request-id")?.to_str().ok()?.to_owned())
}

/// What Poe said about a failure, in whatever shape.
#[derive(Default)]
struct Provider {
    message: String,
    code: Option<String>,
    type_: Option<String>,
    param: Option<String>,
    /// It came in the documented envelope, so it is Poe and not some gateway that speaks.
    is_envelope: bool,
}

impl Provider {
    fn from_body(body: &[u8]) -> Provider {
        let text = String::from_utf8_lossy(body);
        let text = text.trim().trim_start_matches('\u{feff}');
        match serde_json::from_str::<Value>(text) {
            Ok(value) => match value.get("error").filter(|error| !error.is_null()) {
                Some(error) => Provider {
                    is_envelope: true,
                    ..Provider::from_error(error)
                },
                None => Provider::from_error(&value),
            },
            Err(_) if is_html(text) => Provider {
                message: title(text),
                ..Provider::default()
            },
            Err(_) => Provider {
                message: text.to_owned(),
                ..Provider::default()
            },
        }
    }

    fn from_error(error: &Value) -> Provider {
        let field = |name: &str| json::text(error.get(name)?);
        let message = match error {
            Value::String(message) => message.clone(),
            _ => ["message", "text", "detail"]
                .into_iter()
                .find_map(field)
                .unwrap_or_else(|| error.to_string()),
        };
        Provider {
            message,
            code: field("code"),
            type_: field("type"),
            param: field("param"),
            is_envelope: false,
        }
    }
}

fn classify(status: u16, provider: Provider) -> Error {
    // Documentation of 2026 says that `code` is the HTTP status as a number; inside a 200 it is all that tells.
    let told = provider
        .code
        .as_deref()
        .and_then(|code| code.parse().ok())
        .filter(|code| (400..600).contains(code));
    let status_or_told = if status < 300 {
        told.unwrap_or(status)
    } else {
        status
    };

    let (kind, decided_by) = if let Some(kind) = gateway(status_or_told) {
        (kind, DecidedBy::Status)
    } else if let Some(kind) = provider.code.as_deref().and_then(specific) {
        (kind, DecidedBy::Code)
    } else if let Some(kind) = provider.type_.as_deref().and_then(specific) {
        (kind, DecidedBy::Type)
    } else if let Some(kind) = only_text(&provider.message) {
        (kind, DecidedBy::Text)
    } else if let Some(kind) = by_status(status_or_told, provider.is_envelope) {
        (kind, DecidedBy::Status)
    } else if let Some(kind) = provider.code.as_deref().and_then(generic) {
        (kind, DecidedBy::Code)
    } else if let Some(kind) = provider.type_.as_deref().and_then(generic) {
        (kind, DecidedBy::Type)
    } else {
        (Kind::Unknown, DecidedBy::Status)
    };
    Error {
        status: Some(status),
        provider_code: provider.code,
        provider_type: provider.type_,
        param: provider.param,
        sent: true,
        decided_by,
        ..Error::new(kind, provider.message)
    }
}

/// These come from the edge, which can't know whether the request ran, whatever body it adds.
fn gateway(status: u16) -> Option<Kind> {
    matches!(status, 502 | 504 | 520..=527 | 530).then_some(Kind::GatewayError)
}

/// Codes and types that mean one thing under any status.
fn specific(name: &str) -> Option<Kind> {
    Some(match name {
        "invalid_api_key" => Kind::InvalidApiKey,
        "model_not_found" => Kind::ModelNotFound,
        "invalid_parameter" => Kind::InvalidParameter,
        "missing_parameter" | "missing_required_parameter" => Kind::MissingParameter,
        "unsupported_feature_for_model" => Kind::UnsupportedFeature,
        "insufficient_points" | "insufficient_quota" | "insufficient_credits" => Kind::InsufficientPoints,
        "rate_limit_exceeded" => Kind::RateLimitExceeded,
        "request_too_large" | "context_length_exceeded" | "user_message_too_long" => Kind::ContextTooLong,
        "moderation_error" | "user_caused_error" | "content_filter" => Kind::MessageRefused,
        "overloaded_error" | "model_overloaded" => Kind::ModelOverloaded,
        "timeout_error" => Kind::ModelTimeout,
        _ => return None,
    })
}

/// The two failures that Poe has been seen to tell by words alone.
fn only_text(message: &str) -> Option<Kind> {
    let message = message.to_ascii_lowercase();
    if message.contains("bot does not exist") {
        Some(Kind::ModelNotFound)
    } else if message.contains("used up your points") {
        Some(Kind::InsufficientPoints)
    } else {
        None
    }
}

fn by_status(status: u16, is_envelope: bool) -> Option<Kind> {
    Some(match status {
        401 => Kind::InvalidApiKey,
        402 => Kind::InsufficientPoints,
        403 => Kind::PermissionDenied,
        404 => Kind::NotFound,
        407 => Kind::ProxyFailed,
        408 => Kind::ModelTimeout,
        413 if is_envelope => Kind::ContextTooLong,
        413 => Kind::AttachmentTooLarge,
        429 => Kind::RateLimitExceeded,
        503 => Kind::ServiceUnavailable,
        511 => Kind::CaptivePortal,
        529 => Kind::ModelOverloaded,
        400..=499 => Kind::BadRequest,
        500..=599 => Kind::InternalError,
        _ => return None,
    })
}

/// Names that go with more than one status; they decide only inside a 200.
fn generic(name: &str) -> Option<Kind> {
    Some(match name {
        "internal_error" | "api_error" | "provider_error" | "server_error" | "upstream_error" => {
            Kind::InternalError
        }
        "service_unavailable" => Kind::ServiceUnavailable,
        "rate_limit_error" => Kind::RateLimitExceeded,
        "authentication_error" => Kind::InvalidApiKey,
        "permission_error" | "permission_denied" => Kind::PermissionDenied,
        "not_found_error" | "not_found" => Kind::NotFound,
        "invalid_request_error" => Kind::BadRequest,
        _ => return None,
    })
}

fn leads_elsewhere(headers: &HeaderMap, host: &str) -> bool {
    let Some(target) = headers.get("location").and_then(|value| value.to_str().ok()) else {
        return false;
    };
    match url::Url::parse(target) {
        Ok(url) => matches!(url.scheme(), "http" | "https") && url.host_str() != Some(host),
        Err(_) => target.starts_with("//"), // every other relative address stays on the host
    }
}

pub(crate) fn is_html(text: &str) -> bool {
    text.trim_start()
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('<')
}

/// The title of a web page is what a person can use of it.
fn title(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|at| {
        let start = at + lower[at..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        Some(html[start..end].split_whitespace().collect::<Vec<_>>().join(" "))
    });
    match title {
        Some(title) if !title.is_empty() => format!("a web page: {title}"),
        _ => "a web page".to_owned(),
    }
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
