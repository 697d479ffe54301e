//! Our entries in the platform's credential store: reading, writing, removing it, and naming what went wrong.
//! Everything here blocks, and panics inside of an async runtime: only the keychain's thread calls it.
//! Tested on Linux; the stores of macOS and Windows compile behind the same calls and have not been run yet.

use super::keychain_error::KEY;
use super::{KeychainError, KeychainFault};
use crate::words;
use keyring_core::{CredentialStore, Entry, Error};
use poe::Secret;
use std::sync::Arc;
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
use super::freedesktop as platform;
#[cfg(not(target_os = "linux"))]
use super::native as platform;

pub(super) use platform::is_asking;

const SERVICE: &str = "dev.telltale.desktop";

/// Opened by the first operation, and again after a failure: a keyring may be started, or restarted, later than the app.
#[derive(Default)]
pub(super) struct Store {
    open: Option<Arc<CredentialStore>>,
}

impl Store {
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Secret>, KeychainError> {
        let mut secret = self.attempt(name, |entry| entry.get_secret());
        if matches!(secret, Err(Error::NoEntry)) {
            match platform::look_behind_no_entry()? {
                platform::NoEntry::NotStored => return Ok(None),
                platform::NoEntry::Unlocked => secret = self.attempt(name, |entry| entry.get_secret()),
            }
        }
        match secret {
            Ok(bytes) => decode(name, bytes).map(Some),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(named(&error)),
        }
    }

    pub(super) fn write(&mut self, name: &str, secret: &Secret) -> Result<(), KeychainError> {
        let put = |entry: &Entry| entry.set_secret(secret.expose().as_bytes());
        let mut done = self.attempt(name, put);
        if let Err(Error::Ambiguous(entries)) = done {
            remove_all(&entries)?;
            done = self.attempt(name, put);
        }
        if let Err(error) = done {
            if !platform::make_room(&error, words::keychain::new())? {
                return Err(named(&error));
            }
            self.attempt(name, put).map_err(|error| named(&error))?;
        }
        match self.read(name)? {
            Some(back) if back.expose() == secret.expose() => Ok(()),
            _ => Err(KeychainError::new(
                KeychainFault::Corrupt,
                "what was read back differs from what was written",
            )),
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> Result<(), KeychainError> {
        let remove = |entry: &Entry| entry.delete_credential();
        match self.attempt(name, remove) {
            Ok(()) => Ok(()),
            Err(Error::NoEntry) => match platform::look_behind_no_entry()? {
                platform::NoEntry::NotStored => Ok(()),
                platform::NoEntry::Unlocked => match self.attempt(name, remove) {
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
    fn attempt<T>(&mut self, name: &str, operation: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, Error> {
        let was_open = self.open.is_some();
        let result = self.once(name, &operation);
        if !matches!(result, Err(Error::PlatformFailure(_))) {
            return result;
        }
        self.open = None;
        if was_open { self.once(name, &operation) } else { result }
    }

    fn once<T>(&mut self, name: &str, operation: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, Error> {
        let store = match &self.open {
            Some(store) => store,
            None => self.open.insert(platform::open()?),
        };
        operation(&store.build(SERVICE, name, None)?)
    }
}

fn remove_all(entries: &[Entry]) -> Result<(), KeychainError> {
    entries.iter().try_for_each(|entry| match entry.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(named(&error)),
    })
}

/// A key that another program stored may come with a line end; of a password every blank counts.
fn decode(name: &str, bytes: Vec<u8>) -> Result<Secret, KeychainError> {
    let bytes = Zeroizing::new(bytes);
    let corrupt = |detail| KeychainError::new(KeychainFault::Corrupt, detail);
    let text = std::str::from_utf8(&bytes).map_err(|_| corrupt("the entry is not UTF-8"))?;
    let secret = if name == KEY { Secret::verbatim(text.trim()) } else { Secret::verbatim(text) };
    secret.ok_or_else(|| corrupt("the entry is empty"))
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
