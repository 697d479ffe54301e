//! A line per answer that Poe has given, documents, or might give.

use serde_json::json;

use super::*;

fn response_of(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(reqwest::header::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    response(status, &map, "api.poe.com", body.as_bytes(), SystemTime::now())
}

fn told(error: &Error) -> String {
    format!("{:?} by {:?}", error.kind, error.decided_by)
}

/// Of each row the status, then the message, type and code of the error, or the whole body; last what is made of it.
fn check_answers(rows: &str) {
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (body, expected) = match cells[1..] {
            [message, type_, "", expected] => (json!({"message": message, "type": type_}), expected),
            [message, type_, code, expected] => {
                (json!({"message": message, "type": type_, "code": code}), expected)
            }
            [body, expected] => (body.into(), expected),
            _ => panic!("three cells or five: {row}"),
        };
        let body = match body.as_str() {
            Some(body) => body.to_owned(),
            None => json!({ "error": body }).to_string(),
        };
        let status = cells[0].parse().unwrap();
        let error = response_of(status, &[], &body);
        assert_eq!(told(&error), expected, "{row}");
        assert_eq!((error.status, error.sent), (Some(status), true), "{row}");
    }
}

#[test]
fn the_error_guides_own_answers() {
    check_answers(
        r#"
        401 | Invalid API key provided                     | invalid_request_error | invalid_api_key     | InvalidApiKey by Code
        400 | Model 'x' does not exist                     | invalid_request_error | model_not_found     | ModelNotFound by Code
        404 | Model 'x' does not exist                     | invalid_request_error | model_not_found     | ModelNotFound by Code
        400 | Temperature must be between 0 and 2          | invalid_request_error | invalid_parameter   | InvalidParameter by Code
        400 | Missing required parameter: 'messages'       | invalid_request_error | missing_parameter   | MissingParameter by Code
        429 | Rate limit exceeded. Please try again later. | rate_limit_error      | rate_limit_exceeded | RateLimitExceeded by Code
        402 | Insufficient points                          | insufficient_quota    | insufficient_points | InsufficientPoints by Code
        500 | An unexpected error occurred.                | api_error             | internal_error      | InternalError by Status
        503 | An unexpected error occurred.                | api_error             | internal_error      | ServiceUnavailable by Status
        "#,
    );
}

#[test]
fn answers_seen_on_the_wire() {
    check_answers(
        r#"
        401 | Incorrect API key provided.                | authentication_error  | invalid_api_key               | InvalidApiKey by Code
        402 | You've used up your points!                | insufficient_quota    | insufficient_quota            | InsufficientPoints by Code
        400 | You've used up your points! Visit …        | x                     |                               | InsufficientPoints by Text
        400 | Bot does not exist: xai/grok               | invalid_request_error |                               | ModelNotFound by Text
        404 | Bot does not exist: xai/grok               | not_found_error       |                               | ModelNotFound by Text
        400 | Unsupported value: 'high' is not supported | invalid_request_error |                               | BadRequest by Status
        400 | Tools are not supported                    | invalid_request_error | unsupported_feature_for_model | UnsupportedFeature by Code
        "#,
    );
}

#[test]
fn answers_of_the_newer_table() {
    check_answers(
        r#"
        402 | balance          | insufficient_credits  |  | InsufficientPoints by Type
        403 | declined         | moderation_error      |  | MessageRefused by Type
        404 | no such endpoint | not_found_error       |  | NotFound by Status
        408 | did not start    | timeout_error         |  | ModelTimeout by Type
        413 | too many tokens  | request_too_large     |  | ContextTooLong by Type
        413 | too many tokens  | invalid_request_error |  | ContextTooLong by Status
        429 | slow down        | rate_limit_error      |  | RateLimitExceeded by Status
        500 | provider         | provider_error        |  | InternalError by Status
        502 | upstream         | upstream_error        |  | GatewayError by Status
        529 | busy             | overloaded_error      |  | ModelOverloaded by Type
        "#,
    );
}

#[test]
fn answers_that_look_like_others() {
    check_answers(
        r#"
        403 | You do not have access to this bot       | permission_error      |                     | PermissionDenied by Status
        403 | no access                                | authentication_error  |                     | PermissionDenied by Status
        429 | out of points                            | insufficient_quota    | insufficient_quota  | InsufficientPoints by Code
        429 | out of points                            | insufficient_quota    |                     | InsufficientPoints by Type
        400 | at most 429 tokens, see the safety rules | invalid_request_error |                     | BadRequest by Status
        502 | x                                        | overloaded_error      | rate_limit_exceeded | GatewayError by Status
        504 | x                                        | timeout_error         |                     | GatewayError by Status
        500 | x                                        | invalid_request_error |                     | InternalError by Status
        "#,
    );
}

#[test]
fn bodies_of_other_shapes() {
    check_answers(
        r#"
        404 | {"type":"error","error":{"type":"api_error","message":"Internal server error"}}                | NotFound by Status
        401 | {"error":{"code":401,"type":"authentication_error","message":"Invalid API key","metadata":{}}} | InvalidApiKey by Status
        529 |                                                                                                | ModelOverloaded by Status
        429 | rate limited                                                                                   | RateLimitExceeded by Status
        400 | {"error":"plain words"}                                                                        | BadRequest by Status
        400 | {"error":null,"detail":"x"}                                                                    | BadRequest by Status
        400 | {"detail":"Not Found"}                                                                         | BadRequest by Status
        400 | {"error":{"code":null,"type":7,"message":null}}                                                | BadRequest by Status
        400 | {"error":{"mess                                                                                | BadRequest by Status
        418 |                                                                                                | BadRequest by Status
        507 |                                                                                                | InternalError by Status
        "#,
    );
}

#[test]
fn pages_of_the_edge() {
    const PAGE: &str = "<!DOCTYPE html><html><head><title>Oops</title></head></html>";
    let check = |status: u16, kind: Kind| {
        let error = response_of(status, &[], PAGE);
        assert_eq!((error.kind, error.decided_by), (kind, DecidedBy::Status), "{status}");
    };
    check(401, Kind::RefusedByNetwork);
    check(403, Kind::RefusedByNetwork);
    check(413, Kind::AttachmentTooLarge);
    check(500, Kind::InternalError);
    check(503, Kind::ServiceUnavailable);
    for status in [502, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530] {
        check(status, Kind::GatewayError);
    }
    check(511, Kind::CaptivePortal);
}

#[test]
fn errors_inside_a_200() {
    let rows = r#"
        {"code":"rate_limit_exceeded"}                                         | RateLimitExceeded by Code
        {"type":"rate_limit_error"}                                            | RateLimitExceeded by Type
        {"type":"overloaded_error","message":"busy"}                           | ModelOverloaded by Type
        {"type":"api_error","code":"internal_error"}                           | InternalError by Code
        {"code":429,"message":"slow"}                                          | RateLimitExceeded by Status
        {"code":"502","message":"x"}                                           | GatewayError by Status
        {"code":7,"message":"x"}                                               | Unknown by Status
        {"allow_retry":true,"text":"Internal server error (error_id: 1)"}      | InternalError by Type
        {"allow_retry":false,"text":"This bot needs a picture."}               | Unknown by Status
        {"allow_retry":false,"text":"no","error_type":"user_message_too_long"} | ContextTooLong by Type
        {"allow_retry":true,"text":"no","error_type":"insufficient_fund"}      | InsufficientPoints by Type
        {"object":"error","type":"BadRequestError","message":"9000 tokens"}    | BadRequest by Type
        {"type":"RateLimitError","message":"x"}                                | RateLimitExceeded by Type
        {"status":503,"title":"down","detail":"for an hour"}                   | ServiceUnavailable by Status
        {"error":{"code":401,"message":"x"}}                                   | InvalidApiKey by Status
        {"error":"slow down","code":429}                                       | RateLimitExceeded by Status
        {"errors":[{"code":"overloaded_error","message":"x"}]}                 | ModelOverloaded by Code
        "You've used up your points!"                                          | InsufficientPoints by Text
        true                                                                   | Unknown by Status
    "#;
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (error, expected) = row.split_once('|').unwrap();
        let error = frame(&serde_json::from_str(error).unwrap());
        assert_eq!(told(&error), expected.trim(), "{row}");
    }
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
        assert_eq!(frame(&serde_json::from_str(error).unwrap()).message, message, "{error}");
    }
    check(r#"{"error":{"message":"a"}}"#, "a");
    check(r#"{"error":"a"}"#, "a");
    check(r#"{"error":"invalid_grant","error_description":"too old"}"#, "invalid_grant: too old");
    check(r#"{"error":true,"message":"a"}"#, "a");
    check(r#"{"error":{"error":{"message":"a"}}}"#, "a");
    check(r#"{"error":{"code":7},"message":"a"}"#, "a");
    check(r#"{"errors":[{"message":"a"},{"message":"b"}]}"#, "a; b");
    check(r#"{"errors":["a"]}"#, "a");
    check(r#"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, "field required");
    check(r#"{"text":"a","error_id":"e-1","allow_retry":true}"#, "a (error_id: e-1)");
    check(r#"{"text":"a (error_id: e-1)","error_id":"e-1"}"#, "a (error_id: e-1)");
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
            assert_eq!(response_of(status, &headers, "").kind, kind, "{status} {location:?}");
        }
    }
    check(Some("https://login.hotel.example/"), Kind::CaptivePortal);
    check(Some("http://10.0.0.1/portal?url=api.poe.com"), Kind::CaptivePortal);
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
    assert_eq!(error.provider_code.as_deref(), Some("unsupported_feature_for_model"));
    assert_eq!(error.retry_after, Some(std::time::Duration::from_secs(90)));
    assert_eq!(response_of(502, &[], "<html><TITLE>\n 502 Bad\n Gateway</TITLE>").message, "502 Bad Gateway");
    assert_eq!(response_of(502, &[], "<html>").message, "");
}
