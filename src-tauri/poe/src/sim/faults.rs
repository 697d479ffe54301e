//! The models that fail: one for each error code, in the words of Poe's error guide.

use std::time::Duration;

use serde_json::json;

use super::chat::{Question, paused, unfinished};
use super::completion::Completion;
use super::reply::Reply;

/// How long the friendly script's stream pauses: past the time after which the app says that it does.
const PAUSE: Duration = Duration::from_secs(40);

/// How often in a row the model fails before it answers; `None`: always. Tests get the same failure each time; a person sees
/// the card's button mend it.
pub(super) fn first_failures(question: &Question) -> Option<u32> {
    match question.model.id {
        "demo-rate-limit" => Some(1),
        "demo-internal-error" => Some(2),
        model if !is_fault(model) => Some(0),
        _ if !question.friendly => None,
        // No second try brings a model back, or points.
        "demo-sonnet-retired" | "demo-insufficient-points" => None,
        // A client that follows the guide sends these again by itself, twice; then there is a button.
        "demo-unavailable" | "demo-overloaded" | "demo-timeout" => Some(3),
        _ => Some(1),
    }
}

/// What a try has in common with the one that failed: the question, but where that is what has to be changed.
pub(super) fn same_again(question: &Question) -> &str {
    match question.model.id {
        "demo-refused" | "demo-too-long" => "",
        _ if question.friendly => &question.text,
        _ => "",
    }
}

/// Its answer breaks off in the middle, or never begins.
pub(super) fn breaks_off(model: &str) -> bool {
    matches!(model, "demo-cut" | "demo-stall" | "demo-error-frame" | "demo-length" | "demo-empty")
}

fn is_fault(model: &str) -> bool {
    super::models::find(model).is_some_and(|model| model.maker == super::FAILING)
}

/// The failure that comes instead of an answer.
pub(super) fn instead(question: &Question) -> Option<Reply> {
    let invalid = "invalid_request_error";
    let reply = match question.model.id {
        "demo-invalid-api-key" => {
            Reply::error(401, "Invalid API key provided", invalid, Some("invalid_api_key"))
        }
        "demo-sonnet-retired" => {
            let message = format!("Model '{}' does not exist", question.model.id);
            Reply::error(400, &message, invalid, Some("model_not_found"))
        }
        "demo-invalid-parameter" => {
            Reply::error(400, "Temperature must be between 0 and 2", invalid, Some("invalid_parameter"))
        }
        "demo-missing-parameter" => missing_parameter("messages"),
        "demo-insufficient-points" => insufficient_points(),
        "demo-rate-limit" => rate_limit(if question.friendly { "5" } else { "2" }),
        "demo-internal-error" => internal_error(500),
        "demo-unavailable" => internal_error(503),
        "demo-overloaded" => {
            Reply::error(529, "The model is overloaded. Please try again later.", "overloaded_error", None)
        }
        "demo-forbidden" => Reply::error(403, "Valid API key but insufficient permissions", invalid, None),
        "demo-refused" => {
            Reply::error(403, "Your message was declined by the moderation filter.", "moderation_error", None)
        }
        "demo-too-long" => too_long(),
        "demo-timeout" => Reply::error(408, "The model did not start in time.", "timeout_error", None),
        "demo-gateway" => Reply::html(
            502,
            "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\
             <body><center><h1>502 Bad Gateway</h1></center><hr><center>demo</center></body></html>\n",
        )
        .header("x-request-id", ""),
        _ => return None,
    };
    Some(reply)
}

/// The failure that comes in the middle of an answer.
pub(super) fn broken(question: &Question, completion: &Completion) -> Option<Reply> {
    match question.model.id {
        "demo-cut" => Some(unfinished(question, completion).cut()),
        "demo-stall" if question.friendly && question.stream => Some(paused(question, completion, PAUSE)),
        "demo-stall" => Some(unfinished(question, completion).hang()),
        "demo-error-frame" if question.stream => {
            let mut reply = unfinished(question, completion);
            let error =
                json!({ "error": { "message": UNEXPECTED, "type": "api_error", "code": "internal_error" } });
            reply.body.extend(Reply::sse(&[&error.to_string()]).body);
            Some(reply)
        }
        "demo-error-frame" => Some(internal_error(200)),
        _ => None,
    }
}

const UNEXPECTED: &str = "An unexpected error occurred. Please try again.";

fn internal_error(status: u16) -> Reply {
    Reply::error(status, UNEXPECTED, "api_error", Some("internal_error"))
}

fn rate_limit(seconds: &str) -> Reply {
    let message = "Rate limit exceeded. Please try again later.";
    Reply::error(429, message, "rate_limit_error", Some("rate_limit_exceeded"))
        .header("retry-after", seconds)
        .header("x-ratelimit-remaining-requests", "0")
        .header("x-ratelimit-reset-requests", seconds)
}

pub(super) fn missing_parameter(name: &str) -> Reply {
    let message = format!("Missing required parameter: '{name}'");
    Reply::error(400, &message, "invalid_request_error", Some("missing_parameter"))
}

pub(super) fn insufficient_points() -> Reply {
    let message = "Insufficient points to complete this request";
    Reply::error(402, message, "insufficient_quota", Some("insufficient_points"))
}

pub(super) fn too_long() -> Reply {
    Reply::error(413, "The request is longer than the model's context.", "request_too_large", None)
}
