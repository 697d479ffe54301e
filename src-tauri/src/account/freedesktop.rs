//! The Secret Service of Linux desktops (GNOME Keyring, KWallet, KeePassXC), beyond what the store tells.
//!
//! A search finds nothing in a keyring that is locked or missing, exactly as in one that holds no key, so an absent entry is
//! believed only of a default collection that exists and is open.

use super::{KeychainError, KeychainFault};
use keyring_core::{CredentialStore, Error};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use std::sync::Arc;
use std::time::Duration;
use zbus::blocking::fdo::DBusProxy;

/// The program that asks for GNOME Keyring.
const ASKER: &str = "org.gnome.keyring.SystemPrompter";

pub(super) enum NoEntry {
    NotStored,
    /// The collection was locked and has just been opened: look again.
    Unlocked,
}

pub(super) fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// Opens a locked collection, which may prompt: the keyring prompts by itself where it knows of the entry, and many do not
/// tell while they are locked.
pub(super) fn look_behind_no_entry() -> Result<NoEntry, KeychainError> {
    let service = connect()?;
    let collection = match service.get_default_collection() {
        // None was ever made; the first write makes it, as far as someone can be asked for its password.
        Err(secret_service::Error::NoResult) if can_ask() => return Ok(NoEntry::NotStored),
        collection => collection.map_err(no_collection)?,
    };
    if !collection.is_locked().map_err(unavailable)? {
        return Ok(NoEntry::NotStored);
    }
    match collection.unlock().and_then(|()| collection.ensure_unlocked()) {
        Ok(()) => Ok(NoEntry::Unlocked),
        Err(error) => Err(KeychainError::new(still_locked(), error)),
    }
}

/// Makes the default collection, of this name, where a write failed for want of it, as libsecret does; the keyring asks for its
/// password.
pub(super) fn make_room(error: &Error, name: &str) -> Result<bool, KeychainError> {
    if !matches!(error, Error::NoStorageAccess(_)) {
        return Ok(false);
    }
    let service = connect()?;
    match service.get_default_collection() {
        Err(secret_service::Error::NoResult) => {}
        _ => return Ok(false),
    }
    match service.create_collection(name, "default") {
        Ok(_) => Ok(true),
        // It asked for the new keyring's password, and a person said no; or nobody could be asked.
        Err(error @ secret_service::Error::Prompt) if can_ask() => {
            Err(KeychainError::new(KeychainFault::Denied, error))
        }
        Err(error) => Err(no_collection(error)),
    }
}

/// A refusal by an open keyring is one; a keyring that is still locked may have been refused by a person.
pub(super) fn fault(error: &Error) -> KeychainFault {
    let Ok(service) = connect() else {
        return KeychainFault::Unavailable;
    };
    match service.get_default_collection().and_then(|collection| collection.is_locked()) {
        Ok(true) => still_locked(),
        Ok(false) if matches!(error, Error::NoStorageAccess(_)) => KeychainFault::Denied,
        _ => KeychainFault::Unavailable,
    }
}

/// The store says "dismissed" both of a question that a person refused and of one that could not be shown. It was shown if the
/// program that asks for GNOME Keyring is there or can be started; other keyrings do not tell, and are called locked.
fn still_locked() -> KeychainFault {
    match can_ask() {
        true => KeychainFault::Denied,
        false => KeychainFault::Locked,
    }
}

/// Whether that program runs: it is there only while there is something to ask.
pub(super) async fn is_asking() -> bool {
    let runs = async {
        let bus = zbus::Connection::session().await.ok()?;
        let names = zbus::fdo::DBusProxy::new(&bus).await.ok()?;
        names.name_has_owner(ASKER.try_into().ok()?).await.ok()
    };
    // A bus that says nothing must not hold up who waits already.
    tokio::time::timeout(Duration::from_secs(1), runs).await == Ok(Some(true))
}

fn can_ask() -> bool {
    let asks = || -> zbus::Result<bool> {
        let bus = DBusProxy::new(&zbus::blocking::Connection::session()?)?;
        let mut names = bus.list_names()?.into_iter().chain(bus.list_activatable_names()?);
        Ok(names.any(|name| name.as_str() == ASKER))
    };
    asks().unwrap_or(false)
}

/// No secret passes through this connection, so it needs no encryption.
fn connect() -> Result<SecretService<'static>, KeychainError> {
    SecretService::connect(EncryptionType::Plain).map_err(unavailable)
}

fn no_collection(error: secret_service::Error) -> KeychainError {
    KeychainError::new(KeychainFault::Unavailable, format!("no default collection: {error}"))
}

fn unavailable(error: secret_service::Error) -> KeychainError {
    KeychainError::new(KeychainFault::Unavailable, error)
}
