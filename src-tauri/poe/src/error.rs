//! What can go wrong, as facts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A failure: what kind, and everything known about it.
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
    /// Of [`Kind::StreamError`]: what the error frame said.
    pub inner: Option<Kind>,
    /// Some text or reasoning had come.
    pub partial: bool,
    /// The request had left this computer.
    pub sent: bool,
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
            inner: None,
            partial: false,
            sent: false,
            attempt: 0,
            decided_by: DecidedBy::Local,
        }
    }

    /// Whether the same request may be sent again by itself.
    pub fn is_retryable(&self) -> bool {
        false
    }

    /// How long Poe asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether points may have been spent.
    pub fn maybe_charged(&self) -> bool {
        false
    }

    /// [`Kind::code`].
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl std::error::Error for Error {}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
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
    /// The proxy was not reached, refused, or wants a login. Nothing was sent.
    ProxyFailed = "proxy_failed",
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
