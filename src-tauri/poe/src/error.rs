//! What can go wrong, as facts: no words for people, and nothing secret.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::key_fragments::KeyFragments;
use crate::proxy::in_use::{ProxyInUse, UnusableProxy};
use crate::secret::Secret;

/// The most characters of a text that came from outside.
const MAX_TEXT: usize = 2_000;

/// A failure: what kind, and everything known about it.
///
/// `Display` is for logs: it has the code, the facts and Poe's words, but no piece of an answer.
#[derive(Clone, Debug)]
pub struct Error {
    /// What it is.
    pub kind: Kind,
    /// Poe's words, or the local cause: to quote. At most 2,000 characters, never the key.
    pub message: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// `x-request-id`, for Poe's support.
    pub request_id: Option<String>,
    /// How long Poe asks to wait, also when that is longer than a retry would.
    pub retry_after: Option<Duration>,
    /// `error.code` (a number comes as text).
    pub provider_code: Option<String>,
    /// `error.type`.
    pub provider_type: Option<String>,
    /// `error.param`, or the field of a [`Kind::InvalidInput`].
    pub param: Option<String>,
    /// The host that was to be reached.
    pub host: Option<String>,
    /// Of [`Kind::ProxyFailed`]: which proxy, and where its setting comes from.
    pub proxy: Option<Box<ProxyInUse>>,
    /// Of [`Kind::ProxyFailed`]: the setting that can't be used, in place of a proxy.
    pub unusable_proxy: Option<Box<UnusableProxy>>,
    /// Of [`Kind::TlsUntrusted`] and [`Kind::TlsInvalid`]: the certificate that was not accepted, if one came and a second
    /// look at it ([`tls::look`](crate::tls::look)) found it.
    pub certificate: Option<Box<Certificate>>,
    /// Of [`Kind::StreamError`]: what the error frame said.
    pub inner: Option<Kind>,
    /// Some text or reasoning had come.
    pub partial: bool,
    /// The request had left this computer.
    pub sent: bool,
    /// It came in Poe's own JSON, and not from a gateway or a network in between.
    pub by_poe: bool,
    /// Which try, from 1; 0 when nothing was tried.
    pub attempt: u32,
    /// What told the kind.
    pub decided_by: DecidedBy,
}

/// What told an error's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DecidedBy {
    /// The connection.
    Transport,
    /// A specific `error.code`.
    Code,
    /// A specific `error.type`.
    Type,
    /// One of the two texts that are all Poe gives.
    Text,
    /// The HTTP status.
    Status,
    /// A check on this computer.
    Local,
}

impl Error {
    /// An error of this kind with nothing else known, found on this computer.
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error {
            kind,
            message: message.into(),
            status: None,
            request_id: None,
            retry_after: None,
            provider_code: None,
            provider_type: None,
            param: None,
            host: None,
            proxy: None,
            unusable_proxy: None,
            certificate: None,
            inner: None,
            partial: false,
            sent: false,
            by_poe: false,
            attempt: 0,
            decided_by: DecidedBy::Local,
        }
    }

    /// A [`Kind::MalformedResponse`] with the first 200 characters of what could not be read, to be shown; `Display` leaves them out.
    pub(crate) fn unreadable(why: &str, what: &str) -> Error {
        let start: String = what.chars().take(200).collect();
        let message = if start.is_empty() { why.to_owned() } else { format!("{why}: {start}") };
        Error::new(Kind::MalformedResponse, message)
    }

    /// Whether the same chat request may be sent again without asking anybody: Poe refused it, or it never left, and no
    /// text had come. Says nothing about tries and waiting times; [`retry::decide`](crate::retry::decide) does.
    pub fn is_retryable(&self) -> bool {
        use Kind::*;
        if self.partial {
            return false;
        }
        match self.status {
            None => !self.sent && matches!(self.kind, DnsFailed | ConnectionRefused | ConnectTimeout),
            Some(200..=299) => matches!(self.kind, RateLimitExceeded | ModelOverloaded),
            Some(408 | 429 | 500 | 503 | 529) => {
                matches!(
                    self.kind,
                    RateLimitExceeded | InternalError | ServiceUnavailable | ModelOverloaded | ModelTimeout
                )
            }
            Some(_) => false,
        }
    }

    /// How long Poe asks to wait; may be longer than a retry by itself would.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether a chat request that ended so may have run, and so may have cost points: some text had come, or there is no
    /// evidence that it did not run. Evidence is that it never left, and a refusal in Poe's own JSON before any byte of an
    /// answer. (Asking for models, balance or history costs nothing, however it ends.)
    pub fn maybe_charged(&self) -> bool {
        use Kind::*;
        if !self.sent {
            return false;
        }
        if self.partial {
            return true;
        }
        match self.status {
            // With 200 the run began, unless an error says that it was refused before.
            Some(200..=299) => !matches!(
                self.kind,
                InvalidApiKey
                    | PermissionDenied
                    | ModelNotFound
                    | NotFound
                    | InvalidParameter
                    | MissingParameter
                    | UnsupportedFeature
                    | ContextTooLong
                    | AttachmentTooLarge
                    | MessageRefused
                    | InsufficientPoints
                    | RateLimitExceeded
                    | ModelOverloaded
            ),
            // What is too large or too often never gets further, whoever says it. A gateway knows nothing, whatever it says.
            Some(413 | 429) => false,
            Some(_) => !self.by_poe || self.kind == GatewayError,
            None => true,
        }
    }

    /// Takes out the key, which Poe might quote whole, in part or encoded, and cuts what is too long to show.
    pub(crate) fn scrub(&mut self, key: Option<&Secret>) {
        let fragments = KeyFragments::of(key);
        let texts = [&mut self.provider_code, &mut self.provider_type, &mut self.param, &mut self.request_id];
        for text in texts.into_iter().flatten().chain([&mut self.message]) {
            // First roughly: a body of megabytes is not worth a search.
            cut(text, 2 * MAX_TEXT);
            fragments.remove(text);
            cut(text, MAX_TEXT);
        }
    }

    /// [`Kind::code`].
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
}

impl std::error::Error for Error {}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())?;
        if let Some(inner) = self.inner {
            write!(f, " ({})", inner.code())?;
        }
        if let Some(status) = self.status {
            write!(f, ", status {status}")?;
        }
        for (name, value) in [
            ("code", &self.provider_code),
            ("type", &self.provider_type),
            ("param", &self.param),
            ("request", &self.request_id),
            ("host", &self.host),
        ] {
            if let Some(value) = value {
                write!(f, ", {name} {value}")?;
            }
        }
        if self.attempt > 0 {
            write!(f, ", try {}", self.attempt)?;
        }
        // What could not be read may be a piece of the answer, which belongs in no log.
        if self.kind != Kind::MalformedResponse && !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

/// Makes the enum, the list of all and the codes from one table, so that none can be forgotten.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// The kinds of failure. Exhaustive on purpose: a new kind must break every match that has no words for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[doc = $doc])+ $name,)+ }

        impl Kind {
            /// Every kind, in the order of the declaration.
            pub const ALL: &[Kind] = &[$(Kind::$name,)+];

            /// The stable code, such as `rate_limit_exceeded`.
            pub fn code(self) -> &'static str {
                match self { $(Kind::$name => $code,)+ }
            }
        }
    };
}

kinds! {
    /// 401, or the code of that name: Poe does not accept the key.
    InvalidApiKey = "invalid_api_key",
    /// 403: the key is valid and may not do this.
    PermissionDenied = "permission_denied",
    /// No model of this name, by code or by the text "Bot does not exist".
    ModelNotFound = "model_not_found",
    /// 404 of anything else: a wrong address.
    NotFound = "not_found",
    /// A value out of range.
    InvalidParameter = "invalid_parameter",
    /// Any other 4xx.
    BadRequest = "bad_request",
    /// A field is missing.
    MissingParameter = "missing_parameter",
    /// The model can't do what was asked (tools, images …).
    UnsupportedFeature = "unsupported_feature",
    /// More tokens than the model takes.
    ContextTooLong = "context_too_long",
    /// 413 without Poe's words: the body was too large for the edge.
    AttachmentTooLarge = "attachment_too_large",
    /// Declined by moderation.
    MessageRefused = "message_refused",
    /// 402, or what says so under another status.
    InsufficientPoints = "insufficient_points",
    /// 429: too many requests; not processed and not charged.
    RateLimitExceeded = "rate_limit_exceeded",
    /// 500, and a 5xx that nothing else places.
    InternalError = "internal_error",
    /// 503.
    ServiceUnavailable = "service_unavailable",
    /// 529, or a type or code that says so.
    ModelOverloaded = "model_overloaded",
    /// 408: the model did not start in time.
    ModelTimeout = "model_timeout",
    /// 502, 504, 520 to 527, 530, whatever the body: the request may have run.
    GatewayError = "gateway_error",
    /// The host's name could not be resolved. Nothing was sent.
    DnsFailed = "dns_failed",
    /// No route. Nothing was sent.
    Offline = "offline",
    /// Nobody listens, or the connection broke while it was set up. Nothing was sent.
    ConnectionRefused = "connection_refused",
    /// The certificate's issuer is unknown. Nothing was sent.
    TlsUntrusted = "tls_untrusted",
    /// A certificate with the wrong name or date, or no TLS at all. Nothing was sent.
    TlsInvalid = "tls_invalid",
    /// The proxy was not reached, refused, or wants a login, or its setting can't be used. Nothing was sent.
    ProxyFailed = "proxy_failed",
    /// 401 or 403 in words that are not Poe's own JSON, or what the edge marks as its own: it says nothing about the key.
    RefusedByNetwork = "refused_by_network",
    /// A web page answered in Poe's place: HTML with 200, or a redirect to another host.
    CaptivePortal = "captive_portal",
    /// No connection within the limit. Nothing was sent.
    ConnectTimeout = "connect_timeout",
    /// The connection broke after sending and before any text: the request may have run.
    ConnectionLost = "connection_lost",
    /// Nothing came within the caller's limit: the request may run.
    FirstByteTimeout = "first_byte_timeout",
    /// Nothing more came within the caller's limit.
    StreamStalled = "stream_stalled",
    /// The connection broke in the middle of the answer.
    StreamCut = "stream_cut",
    /// An error frame after some text; [`Error::inner`] says which.
    StreamError = "stream_error",
    /// The answer ended with a finish reason that is none of a good end ([`Error::message`] is that reason, verbatim).
    EndedByHost = "ended_by_host",
    /// The answer ended in order, with neither a finish reason nor `[DONE]`.
    StreamIncomplete = "stream_incomplete",
    /// It finished without text.
    EmptyAnswer = "empty_answer",
    /// Not JSON, not the expected shape, empty, or larger than the limit.
    MalformedResponse = "malformed_response",
    /// Found before sending; [`Error::param`] names the field.
    InvalidInput = "invalid_input",
    /// The base URL can't be used; see [`BaseUrl::parse`](crate::BaseUrl::parse).
    InvalidBaseUrl = "invalid_base_url",
    /// Nothing that is known.
    Unknown = "unknown",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_names_in_snake_case() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code(), "{kind:?}");
        }
        let mut codes: Vec<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Kind::ALL.len());
    }

    #[test]
    fn the_key_and_long_texts_are_taken_out() {
        let mut error = Error::new(Kind::InvalidApiKey, format!("bad key sk-canary! {}", "é".repeat(3_000)));
        error.param = Some("sk-canary".to_owned());
        error.scrub(Secret::from_pasted("sk-canary").as_ref());
        assert_eq!(error.message.chars().count(), 2_000);
        assert!(error.message.starts_with("bad key [secret]! é"));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn what_may_have_cost_points() {
        fn check(kind: Kind, status: Option<u16>, sent: bool, expected: bool) {
            for by_poe in [true, false] {
                let error = Error { status, sent, by_poe, ..Error::new(kind, "") };
                let is_evidence = by_poe || !sent || matches!(status, None | Some(200 | 413 | 429));
                assert_eq!(
                    error.maybe_charged(),
                    expected || !is_evidence,
                    "{kind:?} {status:?} sent: {sent}, by Poe: {by_poe}"
                );
            }
        }
        check(Kind::ConnectionLost, None, true, true);
        check(Kind::GatewayError, Some(502), true, true);
        check(Kind::FirstByteTimeout, None, true, true);
        check(Kind::InternalError, Some(200), true, true);
        check(Kind::InternalError, Some(500), true, false);
        check(Kind::RateLimitExceeded, Some(429), true, false);
        check(Kind::RateLimitExceeded, Some(200), true, false);
        check(Kind::InsufficientPoints, Some(402), true, false);
        check(Kind::CaptivePortal, Some(200), true, true);
        check(Kind::ServiceUnavailable, Some(503), true, false);
        check(Kind::AttachmentTooLarge, Some(413), true, false);
        check(Kind::ConnectTimeout, None, false, false);
        check(Kind::InvalidInput, None, false, false);
        assert!(
            Error { partial: true, sent: true, ..Error::new(Kind::RateLimitExceeded, "") }.maybe_charged()
        );
    }

    #[test]
    fn logs_hold_the_facts_and_no_answer() {
        let mut error = Error::new(Kind::RateLimitExceeded, "slow down");
        error.status = Some(429);
        error.provider_type = Some("rate_limit_error".to_owned());
        error.request_id = Some("req_1".to_owned());
        error.attempt = 2;
        let expected =
            "rate_limit_exceeded, status 429, type rate_limit_error, request req_1, try 2: slow down";
        assert_eq!(error.to_string(), expected);
        assert_eq!(Error::new(Kind::MalformedResponse, "half an ans").to_string(), "malformed_response");
    }
}
