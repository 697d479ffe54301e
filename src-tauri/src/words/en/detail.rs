//! Names of the details that "Copy details" carries.

use crate::words::facts::SignInCause;

pub(crate) const CODE: &str = "Code";
pub(crate) const STATUS: &str = "Status";
pub(crate) const TYPE: &str = "Type";
pub(crate) const POE_CODE: &str = "Poe’s code";
pub(crate) const PARAMETER: &str = "Parameter";
pub(crate) const INNER: &str = "In the stream";
pub(crate) const REQUEST_ID: &str = "Request ID";
pub(crate) const MODEL: &str = "Model";
pub(crate) const HOST: &str = "Host";
pub(crate) const TIME: &str = "Time";
pub(crate) const ATTEMPT: &str = "Attempt";
pub(crate) const DECIDED_BY: &str = "Decided by";
pub(crate) const VERSION: &str = "Telltale";
pub(crate) const POE_SAYS: &str = "Poe says";
/// Of what stands before Poe.
pub(crate) const REPLY_SAYS: &str = "The reply says";
pub(crate) const CAUSE: &str = "Cause";
pub(crate) const ADDRESS: &str = "Address";
pub(crate) const LINK: &str = "Link";
pub(crate) const FILE: &str = "File";
pub(crate) const PROXY: &str = "Proxy";
pub(crate) const ISSUER: &str = "Certificate issuer";
pub(crate) const NAMES: &str = "Certificate for";
pub(crate) const VALID: &str = "Certificate valid";
pub(crate) const KEPT_AS: &str = "Saved as";

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
