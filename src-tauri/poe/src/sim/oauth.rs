//! The pages of "Sign in with Poe": consent in plain HTML, without scripts, and the token that a code is good for once.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::{Serializer, parse};

use super::http::Request;
use super::reply::Reply;

/// Codes that were given out and not yet traded.
#[derive(Default)]
pub(super) struct Controller {
    codes: HashMap<String, CodeGrant>,
    given: u32,
}

struct CodeGrant {
    client_id: String,
    redirect_uri: String,
    challenge: String,
    /// Seconds, `null`, or `missing`: what the token reply says of its end.
    expires: String,
}

/// The values of a form or a query.
type Values = HashMap<String, String>;

impl Controller {
    /// `GET /oauth/authorize`: asks the person, or sends the browser back where the request is wrong.
    pub(super) fn ask(&self, request: &Request) -> Reply {
        let values = read(request.query.as_bytes());
        match wrong(&values) {
            None => Reply::html(200, &consent(&values)),
            Some(error) => back(&values, &[("error", error)]),
        }
    }

    /// `GET /oauth/decide`: where the consent page's two buttons lead.
    pub(super) fn decide(&mut self, request: &Request) -> Reply {
        let values = read(request.query.as_bytes());
        if let Some(error) = wrong(&values) {
            return back(&values, &[("error", error)]);
        }
        if value(&values, "decision") != "allow" {
            return back(&values, &[("error", "access_denied")]);
        }
        self.given += 1;
        let code = format!("code-{}-{}", self.given, fastrand::u64(..));
        let grant = CodeGrant {
            client_id: value(&values, "client_id").to_owned(),
            redirect_uri: value(&values, "redirect_uri").to_owned(),
            challenge: value(&values, "code_challenge").to_owned(),
            expires: value(&values, "expires").to_owned(),
        };
        self.codes.insert(code.clone(), grant);
        back(&values, &[("code", &code)])
    }

    /// `POST /token`: a code is good once, for who asked for it, with the verifier of its challenge.
    pub(super) fn trade(&mut self, request: &Request) -> Reply {
        let values = read(&request.body);
        if value(&values, "grant_type") != "authorization_code" {
            return refused("unsupported_grant_type", "Only authorization_code is supported.");
        }
        let Some(grant) = self.codes.remove(value(&values, "code")) else {
            return refused("invalid_grant", "The code is unknown, expired or was used before.");
        };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value(&values, "code_verifier")));
        let fits = grant.client_id == value(&values, "client_id")
            && grant.redirect_uri == value(&values, "redirect_uri")
            && grant.challenge == challenge;
        if !fits {
            return refused("invalid_grant", "The code belongs to another sign-in.");
        }
        let key = format!("sk-poe-demo-signed-in-{:020}-{:08}", fastrand::u64(..), self.given);
        let mut reply = json!({ "api_key": key });
        match grant.expires.as_str() {
            "missing" => {}
            "null" => reply["api_key_expires_in"] = Value::Null,
            seconds => reply["api_key_expires_in"] = json!(seconds.parse::<u64>().unwrap_or(2_592_000)),
        }
        Reply::json(200, reply).header("cache-control", "no-store")
    }
}

fn read(bytes: &[u8]) -> Values {
    parse(bytes).into_owned().collect()
}

fn value<'a>(values: &'a Values, name: &str) -> &'a str {
    values.get(name).map_or("", String::as_str)
}

/// What OAuth calls that which is wrong with a request.
fn wrong(values: &Values) -> Option<&'static str> {
    if value(values, "response_type") != "code" {
        Some("unsupported_response_type")
    } else if value(values, "scope") != "apikey:create" {
        Some("invalid_scope")
    } else if value(values, "client_id").is_empty()
        || value(values, "code_challenge_method") != "S256"
        || value(values, "code_challenge").len() != 43
    {
        Some("invalid_request")
    } else {
        None
    }
}

/// Back to the program that asked; only this computer's own ports are known without registration.
fn back(values: &Values, answer: &[(&str, &str)]) -> Reply {
    let redirect = Url::parse(value(values, "redirect_uri")).ok();
    let local =
        |url: &Url| url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
    let Some(redirect) = redirect.filter(local) else {
        return Reply::html(400, "<!DOCTYPE html><title>Not known</title><p>This address is not registered.");
    };
    let mut query = Serializer::new(String::new());
    query.extend_pairs(answer);
    if let Some(state) = values.get("state") {
        query.append_pair("state", state);
    }
    Reply::empty(302).header("location", &format!("{redirect}?{}", query.finish()))
}

fn refused(error: &str, description: &str) -> Reply {
    Reply::json(400, json!({ "error": error, "error_description": description }))
}

fn consent(values: &Values) -> String {
    let kept = [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "code_challenge",
        "code_challenge_method",
        "state",
    ];
    let hidden: String = kept
        .iter()
        .map(|name| {
            let value = escaped(value(values, name));
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
        })
        .collect();
    let client = escaped(value(values, "client_id"));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Simulated Poe: sign in</title></head><body>\
         <h1>Simulated Poe</h1><p>“{client}” asks for an API key of this account.</p>\
         <form action=\"/oauth/decide\" method=\"get\">{hidden}\
         <p><label>The key expires <select name=\"expires\">\
         <option value=\"2592000\">after 30 days</option><option value=\"259200\">after 3 days</option>\
         <option value=\"8\">after 8 seconds</option><option value=\"null\">never</option>\
         <option value=\"missing\">(not told)</option></select></label></p>\
         <p><button name=\"decision\" value=\"allow\">Allow</button> \
         <button name=\"decision\" value=\"deny\">Deny</button></p></form></body></html>"
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}
