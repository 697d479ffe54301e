//! The stores of macOS and Windows, which tell a missing entry from a locked store by themselves. Not run yet.

use super::{KeychainError, KeychainFault};
use keyring_core::{CredentialStore, Error};
use std::sync::Arc;

pub(super) enum NoEntry {
    NotStored,
    /// Never here; see freedesktop.rs.
    #[allow(dead_code)]
    Unlocked,
}

#[cfg(target_os = "macos")]
pub(super) fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
pub(super) fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

pub(super) fn look_behind_no_entry() -> Result<NoEntry, KeychainError> {
    Ok(NoEntry::NotStored)
}

pub(super) fn make_room(_error: &Error, _name: &str) -> Result<bool, KeychainError> {
    Ok(false)
}

/// Nobody tells.
pub(super) async fn is_asking() -> bool {
    false
}

pub(super) fn fault(error: &Error) -> KeychainFault {
    match error {
        // The cause keeps its OSStatus for itself, but prints it.
        Error::PlatformFailure(cause) => match format!("{cause:?}") {
            // errSecInteractionNotAllowed
            text if text.contains("-25308") => KeychainFault::Locked,
            // errSecUserCanceled, errSecAuthFailed
            text if text.contains("-128") || text.contains("-25293") => KeychainFault::Denied,
            _ => KeychainFault::Unavailable,
        },
        Error::NoStorageAccess(_) => KeychainFault::Denied,
        _ => KeychainFault::Unavailable,
    }
}
