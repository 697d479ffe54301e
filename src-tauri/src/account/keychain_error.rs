//! What is asked of a keychain and what it may answer, the same for every store.

use poe::Secret;

/// Why the keychain gave no key.
#[derive(Clone, Debug)]
pub struct KeychainError {
    pub kind: KeychainFault,
    /// The store's own words, for logs.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainFault {
    Locked,
    Unavailable,
    TimedOut,
    Denied,
    Corrupt,
}

impl KeychainError {
    pub(super) fn new(kind: KeychainFault, detail: impl ToString) -> KeychainError {
        KeychainError { kind, detail: detail.to_string() }
    }
}

impl std::fmt::Display for KeychainError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.detail)
    }
}

impl std::error::Error for KeychainError {}

/// The entry of the key.
pub(super) const KEY: &str = "poe-api-key";

pub(super) enum Operation {
    Read,
    Write(Secret),
    Remove,
}

pub(super) type Answer = Result<Option<Secret>, KeychainError>;
