//! A removed account, kept in memory until it is put back, another key or removal takes its place, or the app closes.

use super::{Account, AccountRecord, AfterFailure, Held, Key, KeychainError, Unsaved};
use crate::events::Keep;
use poe::{BaseUrl, Secret};

#[derive(Clone)]
pub(super) struct Removed {
    known: AccountRecord,
    /// Its place in the list.
    at: usize,
    active: bool,
    /// What the keychain held.
    stored: Option<Secret>,
    /// What was in use, which a session may have in place of the stored one.
    key: Option<Key>,
    base_url: BaseUrl,
}

/// Why an account is not back.
#[derive(Clone, Debug)]
pub enum NotPutBack {
    Keychain(KeychainError),
    Unsaved(Unsaved),
}

impl Removed {
    /// The account as it is before it goes. `None` where there is nothing to put back.
    pub(super) fn of(held: &Held, id: u32, active: bool, stored: Option<Secret>) -> Option<Removed> {
        let at = held.roster.all().iter().position(|known| known.id == id)?;
        let in_use = held.key.as_ref().filter(|key| key.account == Some(id));
        let key = in_use.or_else(|| held.resting.get(&id)).cloned();
        if stored.is_none() && key.is_none() {
            return None;
        }
        Some(Removed {
            known: held.roster.all()[at].clone(),
            at,
            active,
            stored,
            key,
            base_url: held.base_url.clone(),
        })
    }
}

impl Account {
    /// The account that [`Account::put_back`] puts back.
    pub fn removed(&self) -> Option<AccountRecord> {
        self.held.lock().removed.as_ref().map(|removed| removed.known.clone())
    }

    /// Undoes the last removal: the key is in the keychain again, or with `Keep::Session` in memory only, and in use where it
    /// was and no other account is by now. After an error it can be tried again. `Ok(false)`: there is nothing to undo.
    pub async fn put_back(&self, keep: Keep) -> Result<bool, NotPutBack> {
        let _one = self.changing.lock().await;
        let Some(removed) = self.held.lock().removed.clone() else {
            return Ok(false);
        };
        let id = removed.known.id;
        let stored = removed.stored.clone().filter(|_| keep == Keep::Keychain);
        let known = AccountRecord { session: stored.is_none(), ..removed.known.clone() };
        let (listed, active) = {
            let mut held = self.held.lock();
            let active = removed.active && held.roster.active().is_none();
            (held.roster.restore(known, removed.at, active), active)
        };
        listed.map_err(|error| NotPutBack::Unsaved(AfterFailure::AsItWas.because(&error)))?;
        if let Some(secret) = &stored
            && let Err(error) = self.ask(self.entry(id).write(secret.clone())).await
        {
            // Where its name can't be taken off the list either, the next try finds it there.
            drop(self.change(|held| held.roster.remove(id)));
            return Err(NotPutBack::Keychain(error));
        }
        self.change(|held| {
            held.removed = None;
            let key = removed.key.or_else(|| {
                removed.stored.map(|secret| Key {
                    secret,
                    keep: Keep::Keychain,
                    expires_at: removed.known.expires_at,
                    account: Some(id),
                })
            });
            let Some(mut key) = key else { return };
            if stored.is_none() {
                key.keep = Keep::Session;
            }
            held.seen_keys.insert(id, key.secret.clone());
            let here = active && held.key.is_none() && held.base_url == removed.base_url;
            match held.client_with(Some(&key.secret)) {
                Ok(client) if here => {
                    held.turn += 1;
                    held.hold(key, client);
                }
                _ if key.keep == Keep::Session => drop(held.resting.insert(id, key)),
                _ => {}
            }
        });
        Ok(true)
    }
}
