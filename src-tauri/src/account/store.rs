//! Our one entry in the platform's credential store: reading, writing, removing it, and naming what went wrong.
//! Everything here blocks, and panics inside of an async runtime: only the keychain's thread calls it.
//! Tested on Linux; the stores of macOS and Windows compile behind the same calls and have not been run yet.

use super::{KeychainError, KeychainFault};
use keyring_core::{CredentialStore, Entry, Error};
use poe::Secret;
use std::sync::Arc;
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
use super::freedesktop as platform;
#[cfg(not(target_os = "linux"))]
use super::native as platform;

pub(super) use platform::NAME;

const SERVICE: &str = "dev.telltale.desktop";
const USER: &str = "poe-api-key";

/// Opened by the first operation, and again after a failure: a keyring may be started, or restarted, later than the app.
#[derive(Default)]
pub(super) struct Store {
    open: Option<Arc<CredentialStore>>,
}

impl Store {
    pub(super) fn read(&mut self) -> Result<Option<Secret>, KeychainError> {
        let mut secret = self.attempt(|entry| entry.get_secret());
        if matches!(secret, Err(Error::NoEntry)) {
            match platform::look_behind_no_entry()? {
                platform::NoEntry::NotStored => return Ok(None),
                platform::NoEntry::Unlocked => secret = self.attempt(|entry| entry.get_secret()),
            }
        }
        match secret {
            Ok(bytes) => decode(bytes).map(Some),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(named(&error)),
        }
    }

    pub(super) fn write(&mut self, key: &Secret) -> Result<(), KeychainError> {
        let put = |entry: &Entry| entry.set_secret(key.expose().as_bytes());
        let mut done = self.attempt(put);
        if let Err(Error::Ambiguous(entries)) = done {
            remove_all(&entries)?;
            done = self.attempt(put);
        }
        if let Err(error) = done {
            if !platform::make_room(&error)? {
                return Err(named(&error));
            }
            self.attempt(put).map_err(|error| named(&error))?;
        }
        match self.read()? {
            Some(back) if back.expose() == key.expose() => Ok(()),
            _ => Err(KeychainError::new(
                KeychainFault::Corrupt,
                "what was read back differs from what was written",
            )),
        }
    }

    pub(super) fn remove(&mut self) -> Result<(), KeychainError> {
        let remove = |entry: &Entry| entry.delete_credential();
        match self.attempt(remove) {
            Ok(()) => Ok(()),
            Err(Error::NoEntry) => match platform::look_behind_no_entry()? {
                platform::NoEntry::NotStored => Ok(()),
                platform::NoEntry::Unlocked => match self.attempt(remove) {
                    Ok(()) | Err(Error::NoEntry) => Ok(()),
                    Err(error) => Err(named(&error)),
                },
            },
            Err(Error::Ambiguous(entries)) => remove_all(&entries),
            Err(error) => Err(named(&error)),
        }
    }

    /// With a store that was open already a failure of the platform is tried once more with a new one: the keyring may have
    /// been restarted meanwhile. All three operations may be repeated.
    fn attempt<T>(&mut self, operation: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, Error> {
        let was_open = self.open.is_some();
        let result = self.once(&operation);
        if !matches!(result, Err(Error::PlatformFailure(_))) {
            return result;
        }
        self.open = None;
        if was_open { self.once(&operation) } else { result }
    }

    fn once<T>(&mut self, operation: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, Error> {
        let store = match &self.open {
            Some(store) => store,
            None => self.open.insert(platform::open()?),
        };
        operation(&store.build(SERVICE, USER, None)?)
    }
}

fn remove_all(entries: &[Entry]) -> Result<(), KeychainError> {
    entries
        .iter()
        .try_for_each(|entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(named(&error)),
        })
}

fn decode(bytes: Vec<u8>) -> Result<Secret, KeychainError> {
    let bytes = Zeroizing::new(bytes);
    let corrupt = |detail| KeychainError::new(KeychainFault::Corrupt, detail);
    let text = std::str::from_utf8(&bytes).map_err(|_| corrupt("the entry is not UTF-8"))?;
    Secret::from_pasted(text).ok_or_else(|| corrupt("the entry is empty"))
}

fn named(error: &Error) -> KeychainError {
    let kind = match error {
        Error::Ambiguous(_) | Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            KeychainFault::Corrupt
        }
        error => platform::fault(error),
    };
    // Display only: Debug of an encoding error prints the entry's bytes.
    KeychainError::new(kind, error)
}
