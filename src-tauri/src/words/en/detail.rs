//! Names of the details that "Copy details" carries.

use crate::words::facts::SignInCause;

says! {
    code: "Code",
    status: "Status",
    kind: "Type",
    poe_code: "Poe’s code",
    parameter: "Parameter",
    inner: "In the stream",
    request_id: "Request ID",
    model: "Model",
    host: "Host",
    time: "Time",
    tries: "Attempt",
    decider: "Decided by",
    version: "Telltale",
    poe_says: "Poe says",
    /// Of what stands before Poe.
    reply_says: "The reply says",
    cause: "Cause",
    address: "Address",
    link: "Link",
    file: "File",
    proxy: "Proxy",
    issuer: "Certificate issuer",
    names: "Certificate for",
    validity: "Certificate valid",
    kept_as: "Saved as",
}

pub(crate) fn attempt(attempt: u32, of: u32) -> String {
    format!("{attempt} of {of}")
}

pub(crate) fn decided_by(decided: poe::DecidedBy) -> &'static str {
    match decided {
        poe::DecidedBy::Transport => "the connection",
        poe::DecidedBy::Code => "Poe’s code",
        poe::DecidedBy::Type => "Poe’s type",
        poe::DecidedBy::Text => "Poe’s text",
        poe::DecidedBy::Status => "the status",
        poe::DecidedBy::Local => "a check on this computer",
    }
}

pub(crate) fn valid(from: &str, to: &str) -> String {
    format!("{from} to {to}")
}

pub(crate) fn sign_in(cause: SignInCause) -> &'static str {
    match cause {
        SignInCause::StateMismatch => "state mismatch",
        SignInCause::Denied => "denied",
        SignInCause::TimedOut => "timed out",
        SignInCause::PortBusy => "port busy",
        SignInCause::Refused => "token refused",
    }
}
