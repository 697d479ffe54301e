//! Words of the explanation of a code: its headings, its retry rule, and what Poe's own guide says of it.

use crate::errors::catalogue::Rule;

/// Headings of an explanation.
pub(in crate::errors) mod heading {
    pub(in crate::errors) const WHAT: &str = "What happened";
    pub(in crate::errors) const WHY: &str = "Most likely";
    pub(in crate::errors) const SAFE: &str = "Message and points";
    pub(in crate::errors) const BUTTONS: &str = "What you can press";
    pub(in crate::errors) const RETRY: &str = "By itself";
    pub(in crate::errors) const GUIDE: &str = "In Poe's guide";
}

pub(in crate::errors) fn retry(rule: Rule) -> &'static str {
    match rule {
        Rule::Never => "It is not tried again by itself.",
        Rule::Answered | Rule::NotSent => {
            "It is tried again while nothing of the answer has come: at most 3 tries in all, after 1 s and 2 s or as long as \
             Poe asks, up to 60 s. A longer wait is shown and is yours to start."
        }
        Rule::MaybeCharged => "It is never sent again by itself: Poe may have run it and could charge twice.",
        Rule::AnswerBegan => {
            "It is never sent again by itself: some of the answer has come and may have been charged."
        }
        Rule::AfterKey => {
            "It is not tried again by itself; once a new key passes, the message goes out once."
        }
        Rule::WhenBack => "It is sent once when the connection is back, if you choose that.",
        Rule::Background => "It is read again in the background, at least every 15 minutes.",
    }
}

/// Where Poe's guide "Error Handling" speaks of it.
pub(in crate::errors) fn guide(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalid_api_key" => "Authentication Errors (401): Invalid API Key",
        "model_not_found" => "Bad Request Errors (400): Invalid Model",
        "invalid_parameter" => "Bad Request Errors (400): Invalid Parameters",
        "missing_parameter" => "Bad Request Errors (400): Missing Required Fields",
        "bad_request" => "HTTP Status Codes: 400",
        "permission_denied" => "HTTP Status Codes: 403",
        "not_found" => "HTTP Status Codes: 404",
        "insufficient_points" => "Insufficient Points (402)",
        "rate_limit_exceeded" => "Rate Limit Errors (429); Rate Limiting",
        "internal_error" | "service_unavailable" => "Server Errors (500, 503); Implement Retry Logic",
        "stream_cut" | "stream_error" | "stream_incomplete" | "stream_stalled" => "Handle Streaming Errors",
        "invalid_input" | "invalid_base_url" => "Validate Before Sending",
        _ => return None,
    })
}
