//! A line per answer that Poe has given, documents, or might give.

use super::*;

fn response_of(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            reqwest::header::HeaderName::try_from(*name).unwrap(),
            value.parse().unwrap(),
        );
    }
    response(status, &map, "api.poe.com", body.as_bytes(), SystemTime::now())
}

#[test]
fn answers_that_are_no_success() {
    use DecidedBy::{Code, Status, Text, Type};
    fn check(status: u16, body: &str, kind: Kind, decided_by: DecidedBy) {
        let error = response_of(status, &[], body);
        assert_eq!(
            (error.kind, error.decided_by),
            (kind, decided_by),
            "{status} {body}"
        );
        assert_eq!(error.status, Some(status));
        assert!(error.sent);
    }
    fn body(message: &str, type_: &str, code: &str) -> String {
        format!(r#"{{"error":{{"message":"{message}","type":"{type_}","code":"{code}"}}}}"#)
    }
    fn bare(message: &str, type_: &str) -> String {
        format!(r#"{{"error":{{"message":"{message}","type":"{type_}"}}}}"#)
    }
    let invalid = "invalid_request_error";

    // The guide's own examples.
    check(
        401,
        &body("Invalid API key provided", invalid, "invalid_api_key"),
        Kind::InvalidApiKey,
        Code,
    );
    check(
        400,
        &body("Model 'x' does not exist", invalid, "model_not_found"),
        Kind::ModelNotFound,
        Code,
    );
    check(
        404,
        &body("Model 'x' does not exist", invalid, "model_not_found"),
        Kind::ModelNotFound,
        Code,
    );
    check(
        400,
        &body(
            "Temperature must be between 0 and 2",
            invalid,
            "invalid_parameter",
        ),
        Kind::InvalidParameter,
        Code,
    );
    check(
        400,
        &body(
            "Missing required parameter: 'messages'",
            invalid,
            "missing_parameter",
        ),
        Kind::MissingParameter,
        Code,
    );
    check(
        429,
        &body(
            "Rate limit exceeded. Please try again later.",
            "rate_limit_error",
            "rate_limit_exceeded",
        ),
        Kind::RateLimitExceeded,
        Code,
    );
    check(
        402,
        &body("Insufficient points", "insufficient_quota", "insufficient_points"),
        Kind::InsufficientPoints,
        Code,
    );
    check(
        500,
        &body("An unexpected error occurred.", "api_error", "internal_error"),
        Kind::InternalError,
        Status,
    );
    check(
        503,
        &body("An unexpected error occurred.", "api_error", "internal_error"),
        Kind::ServiceUnavailable,
        Status,
    );

    // Seen on the wire.
    check(
        401,
        &body(
            "Incorrect API key provided.",
            "authentication_error",
            "invalid_api_key",
        ),
        Kind::InvalidApiKey,
        Code,
    );
    check(
        402,
        &body(
            "You've used up your points!",
            "insufficient_quota",
            "insufficient_quota",
        ),
        Kind::InsufficientPoints,
        Code,
    );
    check(
        400,
        &bare("You've used up your points! Visit …", "x"),
        Kind::InsufficientPoints,
        Text,
    );
    check(
        400,
        &bare("Bot does not exist: xai/grok", invalid),
        Kind::ModelNotFound,
        Text,
    );
    check(
        404,
        &bare("Bot does not exist: xai/grok", "not_found_error"),
        Kind::ModelNotFound,
        Text,
    );
    check(
        400,
        &bare("Unsupported value: 'high' is not supported", invalid),
        Kind::BadRequest,
        Status,
    );
    check(
        400,
        &body(
            "Tools are not supported",
            invalid,
            "unsupported_feature_for_model",
        ),
        Kind::UnsupportedFeature,
        Code,
    );
    check(
        404,
        r#"{"type":"error","error":{"type":"api_error","message":"Internal server error"}}"#,
        Kind::NotFound,
        Status,
    );

    // The newer table of types.
    check(
        401,
        r#"{"error":{"code":401,"type":"authentication_error","message":"Invalid API key","metadata":{}}}"#,
        Kind::InvalidApiKey,
        Status,
    );
    check(
        402,
        &bare("balance", "insufficient_credits"),
        Kind::InsufficientPoints,
        Type,
    );
    check(
        403,
        &bare("declined", "moderation_error"),
        Kind::MessageRefused,
        Type,
    );
    check(
        404,
        &bare("no such endpoint", "not_found_error"),
        Kind::NotFound,
        Status,
    );
    check(
        408,
        &bare("did not start", "timeout_error"),
        Kind::ModelTimeout,
        Type,
    );
    check(
        413,
        &bare("too many tokens", "request_too_large"),
        Kind::ContextTooLong,
        Type,
    );
    check(
        413,
        &bare("too many tokens", invalid),
        Kind::ContextTooLong,
        Status,
    );
    check(
        429,
        &bare("slow down", "rate_limit_error"),
        Kind::RateLimitExceeded,
        Status,
    );
    check(
        500,
        &bare("provider", "provider_error"),
        Kind::InternalError,
        Status,
    );
    check(
        502,
        &bare("upstream", "upstream_error"),
        Kind::GatewayError,
        Status,
    );
    check(
        529,
        &bare("busy", "overloaded_error"),
        Kind::ModelOverloaded,
        Type,
    );
    check(529, "", Kind::ModelOverloaded, Status);

    // Traps.
    check(
        403,
        &bare("You do not have access to this bot", "permission_error"),
        Kind::PermissionDenied,
        Status,
    );
    check(
        403,
        &bare("no access", "authentication_error"),
        Kind::PermissionDenied,
        Status,
    );
    check(
        429,
        &body("out of points", "insufficient_quota", "insufficient_quota"),
        Kind::InsufficientPoints,
        Code,
    );
    check(
        429,
        &bare("out of points", "insufficient_quota"),
        Kind::InsufficientPoints,
        Type,
    );
    check(429, "rate limited", Kind::RateLimitExceeded, Status);
    check(
        400,
        &bare("at most 429 tokens, see the safety rules", invalid),
        Kind::BadRequest,
        Status,
    );
    check(
        502,
        &body("x", "overloaded_error", "rate_limit_exceeded"),
        Kind::GatewayError,
        Status,
    );
    check(504, &bare("x", "timeout_error"), Kind::GatewayError, Status);
    check(
        500,
        &bare("x", "invalid_request_error"),
        Kind::InternalError,
        Status,
    );
    check(400, r#"{"error":"plain words"}"#, Kind::BadRequest, Status);
    check(400, r#"{"error":null,"detail":"x"}"#, Kind::BadRequest, Status);
    check(400, r#"{"detail":"Not Found"}"#, Kind::BadRequest, Status);
    check(
        400,
        r#"{"error":{"code":null,"type":7,"message":null}}"#,
        Kind::BadRequest,
        Status,
    );
    check(400, "{\"error\":{\"mess", Kind::BadRequest, Status);

    // The edge.
    let page = "<!DOCTYPE html><html><head><title>Oops</title></head></html>";
    check(401, page, Kind::RefusedByNetwork, Status);
    check(403, page, Kind::RefusedByNetwork, Status);
    check(413, page, Kind::AttachmentTooLarge, Status);
    check(500, page, Kind::InternalError, Status);
    check(503, page, Kind::ServiceUnavailable, Status);
    for status in [502, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530] {
        check(status, page, Kind::GatewayError, Status);
    }
    check(511, page, Kind::CaptivePortal, Status);
    check(418, "", Kind::BadRequest, Status);
    check(507, "", Kind::InternalError, Status);
}

#[test]
fn errors_inside_a_200() {
    fn check(error: &str, kind: Kind, decided_by: DecidedBy) {
        let got = frame(&serde_json::from_str(error).unwrap());
        assert_eq!((got.kind, got.decided_by), (kind, decided_by), "{error}");
    }
    check(
        r#"{"code":"rate_limit_exceeded"}"#,
        Kind::RateLimitExceeded,
        DecidedBy::Code,
    );
    check(
        r#"{"type":"rate_limit_error"}"#,
        Kind::RateLimitExceeded,
        DecidedBy::Type,
    );
    check(
        r#"{"type":"overloaded_error","message":"busy"}"#,
        Kind::ModelOverloaded,
        DecidedBy::Type,
    );
    check(
        r#"{"type":"api_error","code":"internal_error"}"#,
        Kind::InternalError,
        DecidedBy::Code,
    );
    check(
        r#"{"code":429,"message":"slow"}"#,
        Kind::RateLimitExceeded,
        DecidedBy::Status,
    );
    check(
        r#"{"code":"502","message":"x"}"#,
        Kind::GatewayError,
        DecidedBy::Status,
    );
    check(r#"{"code":7,"message":"x"}"#, Kind::Unknown, DecidedBy::Status);
    check(
        r#"{"allow_retry":true,"text":"Internal server error (error_id: 1)"}"#,
        Kind::InternalError,
        DecidedBy::Type,
    );
    check(
        r#"{"allow_retry":false,"text":"This bot needs a picture."}"#,
        Kind::Unknown,
        DecidedBy::Status,
    );
    check(
        r#"{"allow_retry":false,"text":"no","error_type":"user_message_too_long"}"#,
        Kind::ContextTooLong,
        DecidedBy::Type,
    );
    check(
        r#"{"allow_retry":true,"text":"no","error_type":"insufficient_fund"}"#,
        Kind::InsufficientPoints,
        DecidedBy::Type,
    );
    check(
        r#"{"object":"error","type":"BadRequestError","message":"9000 tokens"}"#,
        Kind::BadRequest,
        DecidedBy::Type,
    );
    check(
        r#"{"type":"RateLimitError","message":"x"}"#,
        Kind::RateLimitExceeded,
        DecidedBy::Type,
    );
    check(
        r#"{"status":503,"title":"down","detail":"for an hour"}"#,
        Kind::ServiceUnavailable,
        DecidedBy::Status,
    );
    check(
        r#"{"error":{"code":401,"message":"x"}}"#,
        Kind::InvalidApiKey,
        DecidedBy::Status,
    );
    check(
        r#"{"error":"slow down","code":429}"#,
        Kind::RateLimitExceeded,
        DecidedBy::Status,
    );
    check(
        r#"{"errors":[{"code":"overloaded_error","message":"x"}]}"#,
        Kind::ModelOverloaded,
        DecidedBy::Code,
    );
    check(
        r#""You've used up your points!""#,
        Kind::InsufficientPoints,
        DecidedBy::Text,
    );
    check("true", Kind::Unknown, DecidedBy::Status);
}

#[test]
fn what_stands_before_poe_says_nothing_of_the_key() {
    fn check(status: u16, headers: &[(&str, &str)], body: &str, kind: Kind) {
        let error = response_of(status, headers, body);
        assert_eq!(error.kind, kind, "{status} {headers:?} {body}");
        assert!(!error.is_retryable());
    }
    let challenge: &[(&str, &str)] = &[("cf-mitigated", "challenge")];
    let page = "<html><title>Just a moment...</title></html>";
    for (status, poe_s) in [(401, Kind::InvalidApiKey), (403, Kind::PermissionDenied)] {
        for body in [
            page,
            "",
            " \n",
            "Forbidden",
            "error code: 1020",
            "{}",
            "[]",
            "\"no\"",
            r#"{"message":"Forbidden"}"#,
            r#"{"detail":"Not authenticated"}"#,
            r#"{"error":null,"message":"Forbidden"}"#,
            r#"{"code":403,"message":"blocked by policy","type":"proxy_block"}"#,
        ] {
            check(status, &[], body, Kind::RefusedByNetwork);
            check(status, challenge, body, Kind::RefusedByNetwork);
        }
        for body in [
            r#"{"error":{"code":403,"type":"permission_error","message":"x"}}"#,
            r#"{"error":{"message":"x"}}"#,
            r#"{"error":"x"}"#,
            r#"{"type":"error","error":{"type":"x","message":"x"}}"#,
            r#"{"object":"error","message":"x"}"#,
            r#"{"type":"authentication_error","message":"x"}"#,
        ] {
            check(status, &[], body, poe_s);
            check(status, challenge, body, Kind::RefusedByNetwork);
        }
    }
    check(503, challenge, page, Kind::RefusedByNetwork);
    check(502, challenge, page, Kind::GatewayError);
    assert_eq!(response_of(403, challenge, page).message, "Just a moment...");
}

#[test]
fn every_word_of_a_reason_is_kept() {
    fn check(error: &str, message: &str) {
        assert_eq!(
            frame(&serde_json::from_str(error).unwrap()).message,
            message,
            "{error}"
        );
    }
    check(r#"{"error":{"message":"a"}}"#, "a");
    check(r#"{"error":"a"}"#, "a");
    check(
        r#"{"error":"invalid_grant","error_description":"too old"}"#,
        "invalid_grant: too old",
    );
    check(r#"{"error":true,"message":"a"}"#, "a");
    check(r#"{"error":{"error":{"message":"a"}}}"#, "a");
    check(r#"{"error":{"code":7},"message":"a"}"#, "a");
    check(r#"{"errors":[{"message":"a"},{"message":"b"}]}"#, "a; b");
    check(r#"{"errors":["a"]}"#, "a");
    check(
        r#"{"detail":[{"loc":["body"],"msg":"field required"}]}"#,
        "field required",
    );
    check(
        r#"{"text":"a","error_id":"e-1","allow_retry":true}"#,
        "a (error_id: e-1)",
    );
    check(
        r#"{"text":"a (error_id: e-1)","error_id":"e-1"}"#,
        "a (error_id: e-1)",
    );
    check(
        r#"{"error":{"message":"Provider error","metadata":{"raw":"out of memory"}}}"#,
        "Provider error: out of memory",
    );
    check(r#"{"choices":[{"delta":{},"error":{"message":"a"}}]}"#, "a");
    check(r#"[{"error":{"message":"a"}}]"#, "a");
    check(r#"{"error":{"code":7}}"#, r#"{"code":7}"#);
}

#[test]
fn redirects_are_not_followed() {
    fn check(location: Option<&str>, kind: Kind) {
        for status in [301, 302, 303, 307, 308] {
            let headers: Vec<_> = location.map(|target| ("location", target)).into_iter().collect();
            assert_eq!(
                response_of(status, &headers, "").kind,
                kind,
                "{status} {location:?}"
            );
        }
    }
    check(Some("https://login.hotel.example/"), Kind::CaptivePortal);
    check(
        Some("http://10.0.0.1/portal?url=api.poe.com"),
        Kind::CaptivePortal,
    );
    check(Some("//login.hotel.example/"), Kind::CaptivePortal);
    check(Some("https://api.poe.com/v2/models"), Kind::NotFound);
    check(Some("/v2/models"), Kind::NotFound);
    check(Some("ftp://x/"), Kind::NotFound);
    check(None, Kind::NotFound);
}

#[test]
fn facts_are_kept() {
    let body = r#"{"error":{"message":"no tools","type":"invalid_request_error","param":"model","code":"unsupported_feature_for_model"}}"#;
    let error = response_of(400, &[("x-request-id", "req_1"), ("retry-after", "90")], body);
    assert_eq!(error.message, "no tools");
    assert_eq!(error.request_id.as_deref(), Some("req_1"));
    assert_eq!(error.param.as_deref(), Some("model"));
    assert_eq!(error.provider_type.as_deref(), Some("invalid_request_error"));
    assert_eq!(
        error.provider_code.as_deref(),
        Some("unsupported_feature_for_model")
    );
    assert_eq!(error.retry_after, Some(std::time::Duration::from_secs(90)));
    assert_eq!(
        response_of(502, &[], "<html><TITLE>\n 502 Bad\n Gateway</TITLE>").message,
        "502 Bad Gateway"
    );
    assert_eq!(response_of(502, &[], "<html>").message, "");
}
