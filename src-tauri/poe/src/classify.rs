//! From what Poe answered to the kind of failure: the one place that looks at statuses, codes, types and texts.
//!
//! Order: a specific `code`, a specific `type`, the two texts for which a text is all there is, the HTTP status, and only
//! then the generic codes and types (Poe gives `internal_error` to 500 and 503 alike). What is not known stays unknown.
//! Where in a reply these stand is for `said.rs` to know.
//! Sources: <https://creator.poe.com/api-reference/errors>,
//! <https://creator.poe.com/docs/external-applications/openai-compatible-api>.

use std::time::SystemTime;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::error::{DecidedBy, Error, Kind};
use crate::retry;
use crate::said::Said;

/// An answer with a status that is no success.
pub(crate) fn response(status: u16, headers: &HeaderMap, host: &str, body: &[u8], now: SystemTime) -> Error {
    let mut error = classify(status, said(body));
    if (300..400).contains(&status) {
        // Poe's API redirects nobody. Somebody else's login page does.
        error.kind = if leads_elsewhere(headers, host) { Kind::CaptivePortal } else { Kind::NotFound };
        error.decided_by = DecidedBy::Status;
    }
    // The edge says so itself: the request was held there, whatever the body.
    if headers.contains_key("cf-mitigated") && error.kind != Kind::GatewayError {
        (error.kind, error.decided_by) = (Kind::RefusedByNetwork, DecidedBy::Status);
    }
    error.request_id = request_id(headers);
    error.retry_after = retry::after(headers, status, now);
    error
}

/// An error inside an answer that began with 200, with everything that came around it: `{"error": …}`, the data of an
/// `event: error`, the value of a field `error:`.
pub(crate) fn frame(value: &Value) -> Error {
    let said = Said::in_json(value);
    let may_pass = said.may_pass;
    let mut error = classify(200, said);
    // Poe's own protocol tells a failure of the bot or of Poe by nothing else.
    if error.kind == Kind::Unknown && may_pass {
        (error.kind, error.decided_by) = (Kind::InternalError, DecidedBy::Type);
    }
    error
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    Some(headers.get("x-request-id")?.to_str().ok()?.to_owned())
}

/// What a body says. A web page says its title: that is what a person can use of it.
fn said(body: &[u8]) -> Said {
    let text = String::from_utf8_lossy(body);
    let text = text.trim().trim_start_matches('\u{feff}');
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Said::in_json(&value),
        Err(_) if is_html(text) => Said::in_text(&title(text)),
        Err(_) => Said {
            // The API's own error that broke off on its way.
            is_envelope: text.starts_with('{') && text.contains("\"error\""),
            ..Said::in_text(text)
        },
    }
}

fn classify(status: u16, said: Said) -> Error {
    // Documentation of 2026 says that `code` is the HTTP status as a number; inside a 200 it is all that tells.
    let status_or_told = if status < 300 { said.status.unwrap_or(status) } else { status };
    let (code, type_) = (said.code.as_deref().map(snake), said.type_.as_deref().map(snake));
    let (code, type_) = (code.as_deref(), type_.as_deref());
    // An edge or a filter does not know the API's names.
    let knows_the_api = [code, type_].into_iter().flatten().any(|name| generic(name).is_some());
    let is_poe = said.is_envelope || knows_the_api || status < 300;

    let (kind, decided_by) = if let Some(kind) = gateway(status_or_told) {
        (kind, DecidedBy::Status)
    } else if let Some(kind) = code.and_then(specific) {
        (kind, DecidedBy::Code)
    } else if let Some(kind) = type_.and_then(specific) {
        (kind, DecidedBy::Type)
    } else if let Some(kind) = only_text(&said.message) {
        (kind, DecidedBy::Text)
    } else if let Some(kind) = by_status(status_or_told, is_poe) {
        (kind, DecidedBy::Status)
    } else if let Some(kind) = code.and_then(generic) {
        (kind, DecidedBy::Code)
    } else if let Some(kind) = type_.and_then(generic) {
        (kind, DecidedBy::Type)
    } else {
        (Kind::Unknown, DecidedBy::Status)
    };
    Error {
        status: Some(status),
        provider_code: said.code,
        provider_type: said.type_,
        param: said.param,
        sent: true,
        by_poe: is_poe,
        decided_by,
        ..Error::new(kind, said.message)
    }
}

/// `RateLimitError` is `rate_limit_error`: some hosts give the names of their classes.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_small = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && was_small {
            snake.push('_');
        }
        was_small = letter.is_ascii_lowercase();
        snake.push(letter.to_ascii_lowercase());
    }
    snake
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
        "insufficient_points" | "insufficient_quota" | "insufficient_credits" | "insufficient_fund" => {
            Kind::InsufficientPoints
        }
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

/// `is_poe`: it is Poe that speaks. What stands before it (a challenge, a filter, a VPN) gives 401 and 403 as well, and
/// knows nothing of the key.
fn by_status(status: u16, is_poe: bool) -> Option<Kind> {
    Some(match status {
        401 | 403 if !is_poe => Kind::RefusedByNetwork,
        401 => Kind::InvalidApiKey,
        402 => Kind::InsufficientPoints,
        403 => Kind::PermissionDenied,
        404 => Kind::NotFound,
        407 => Kind::ProxyFailed,
        408 => Kind::ModelTimeout,
        413 if is_poe => Kind::ContextTooLong,
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
        "internal_error"
        | "api_error"
        | "provider_error"
        | "server_error"
        | "upstream_error"
        | "internal_server_error" => Kind::InternalError,
        "service_unavailable" | "service_unavailable_error" => Kind::ServiceUnavailable,
        "rate_limit_error" => Kind::RateLimitExceeded,
        "authentication_error" => Kind::InvalidApiKey,
        "permission_error" | "permission_denied" | "permission_denied_error" => Kind::PermissionDenied,
        "not_found_error" | "not_found" => Kind::NotFound,
        "invalid_request_error" | "bad_request_error" => Kind::BadRequest,
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
    text.trim_start().trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// Empty where it has none.
fn title(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|at| {
        let start = at + lower[at..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        Some(html[start..end].split_whitespace().collect::<Vec<_>>().join(" "))
    });
    title.unwrap_or_default()
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
