//! Names of the details that "Copy details" carries.

use crate::errors::SignInCause;

pub(in crate::errors) const CODE: &str = "Code";
pub(in crate::errors) const STATUS: &str = "Status";
pub(in crate::errors) const TYPE: &str = "Type";
pub(in crate::errors) const POE_CODE: &str = "Poe’s code";
pub(in crate::errors) const PARAMETER: &str = "Parameter";
pub(in crate::errors) const INNER: &str = "In the stream";
pub(in crate::errors) const REQUEST_ID: &str = "Request ID";
pub(in crate::errors) const MODEL: &str = "Model";
pub(in crate::errors) const HOST: &str = "Host";
pub(in crate::errors) const TIME: &str = "Time";
pub(in crate::errors) const ATTEMPT: &str = "Attempt";
pub(in crate::errors) const DECIDED_BY: &str = "Decided by";
pub(in crate::errors) const VERSION: &str = "Telltale";
pub(in crate::errors) const POE_SAYS: &str = "Poe says";
/// Of what stands before Poe.
pub(in crate::errors) const REPLY_SAYS: &str = "The reply says";
pub(in crate::errors) const CAUSE: &str = "Cause";
pub(in crate::errors) const ADDRESS: &str = "Address";
pub(in crate::errors) const LINK: &str = "Link";
pub(in crate::errors) const FILE: &str = "File";
pub(in crate::errors) const PROXY: &str = "Proxy";
pub(in crate::errors) const ISSUER: &str = "Certificate issuer";
pub(in crate::errors) const NAMES: &str = "Certificate for";
pub(in crate::errors) const VALID: &str = "Certificate valid";
pub(in crate::errors) const KEPT_AS: &str = "Saved as";

pub(in crate::errors) fn attempt(attempt: u32, of: u32) -> String {
    format!("{attempt} of {of}")
}

pub(in crate::errors) fn decided_by(decided: poe::DecidedBy) -> &'static str {
    match decided {
        poe::DecidedBy::Transport => "the connection",
        poe::DecidedBy::Code => "Poe’s code",
        poe::DecidedBy::Type => "Poe’s type",
        poe::DecidedBy::Text => "Poe’s text",
        poe::DecidedBy::Status => "the status",
        poe::DecidedBy::Local => "a check on this computer",
    }
}

pub(in crate::errors) fn valid(from: &str, to: &str) -> String {
    format!("{from} to {to}")
}

pub(in crate::errors) fn sign_in(cause: SignInCause) -> &'static str {
    match cause {
        SignInCause::StateMismatch => "state mismatch",
        SignInCause::Denied => "denied",
        SignInCause::TimedOut => "timed out",
        SignInCause::PortBusy => "port busy",
        SignInCause::Refused => "token refused",
    }
}
