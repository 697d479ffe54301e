//! What the place that keeps the key is called in the middle of a sentence, and what the system is told to call it.

#[cfg(not(any(target_os = "macos", windows)))]
pub(crate) const SYSTEM: &str = "system keyring";
#[cfg(target_os = "macos")]
pub(crate) const SYSTEM: &str = "macOS Keychain";
#[cfg(windows)]
pub(crate) const SYSTEM: &str = "Windows Credential Manager";

/// Gone at exit.
pub(crate) const MEMORY: &str = "session memory";

/// A keyring that is made because there was none.
#[cfg(not(any(target_os = "macos", windows)))]
pub(crate) const NEW: &str = "Default keyring";
