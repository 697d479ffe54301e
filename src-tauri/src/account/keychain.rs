//! The system's keychain, asked on one thread of its own, with limits.

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

#[derive(Clone)]
pub struct Keychain;
