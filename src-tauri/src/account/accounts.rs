//! Several accounts, one of them in use: switching, naming, removing. Each key has an entry of its own in the keychain.

use super::{
    Account, AccountRecord, AfterFailure, Held, Key, Keychain, KeychainError, KeychainFault, NewKey, Removed,
    Unsaved, roster, state_of,
};
use crate::events::{Keep, KeyState};
use crate::words;
use poe::{BaseUrl, Client, Secret};
use std::collections::BTreeSet;
use std::io;

/// Why an account is not wholly gone.
#[derive(Clone, Debug)]
pub enum NotRemoved {
    /// The keychain still holds its key.
    Keychain(KeychainError),
    /// The list of accounts still holds its name.
    Unsaved(Unsaved),
}

impl Account {
    /// In the order in which they were added.
    pub fn accounts(&self) -> Vec<AccountRecord> {
        self.held.lock().roster.all().to_vec()
    }

    /// Whose key is in use; `None` without one and in the demo.
    pub fn active(&self) -> Option<AccountRecord> {
        let held = self.held.lock();
        let id = held.key.as_ref()?.account?;
        held.roster.find(id).cloned()
    }

    /// The other account's key for this one's. Where its key can't be had, the state says why.
    pub async fn use_account(&self, id: u32) -> Result<(), Unsaved> {
        self.forget_pasted();
        let activated = self.change(|held| {
            if held.roster.find(id).is_none() || held.key.as_ref().is_some_and(|it| it.account == Some(id)) {
                return Ok(());
            }
            held.roster.activate(id)?;
            held.park();
            held.drop_client();
            Ok::<_, io::Error>(())
        });
        activated.map_err(|error| AfterFailure::AsItWas.because(&error))?;
        self.load().await
    }

    pub fn rename_account(&self, id: u32, name: &str) -> Result<(), Unsaved> {
        let renamed = self.change(|held| held.roster.rename(id, name));
        renamed.map_err(|error| AfterFailure::AsItWas.because(&error))
    }

    /// Points that were just read for the account in use.
    pub fn note_points(&self, points: i64, at: i64) {
        let mut held = self.held.lock();
        if let Some(id) = held.key.as_ref().and_then(|key| key.account) {
            held.roster.note_points(id, (points, at));
        }
    }

    /// Removes the account in use; see [`Account::remove_account`].
    pub async fn forget(&self) -> Result<(), NotRemoved> {
        let id = self.held.lock().in_use().unwrap_or(roster::FIRST);
        self.remove_account(id).await
    }

    /// Takes the key out of memory and out of the keychain; [`Account::put_back`] undoes it. When the keychain refuses, its
    /// copy is still there and the error says so; where there is no keychain at all, a session's key is simply gone.
    pub async fn remove_account(&self, id: u32) -> Result<(), NotRemoved> {
        let _one = self.changing.lock().await;
        self.forget_pasted();
        let removed = match self.stored_key(id).await {
            Ok(stored) => self.ask(self.entry(id).remove()).await.map(|()| stored),
            // What can't be read can still be removed.
            Err(error) if error.kind == KeychainFault::Corrupt => {
                self.ask(self.entry(id).remove()).await.map(|()| None)
            }
            // Asking a second time would be a second question for its password.
            Err(error) => Err(error),
        };
        self.change(|held| {
            let active = held.in_use().is_none_or(|active| active == id);
            let stored = removed.as_ref().ok().cloned().flatten();
            let before = Removed::of(held, id, active, stored);
            let rested = held.resting.remove(&id).is_some();
            let session = rested || matches!(&held.key, Some(key) if active && key.keep == Keep::Session);
            let gone = match &removed {
                Err(error) => session && error.kind == KeychainFault::Unavailable,
                Ok(_) => true,
            };
            if active {
                held.turn += 1;
                held.pending = None;
                held.issued = None;
                held.key = None;
                held.drop_client();
                held.fault = removed.as_ref().err().cloned();
                held.state = held.fault.as_ref().map_or(KeyState::NotStored, |fault| state_of(fault.kind));
            }
            if gone {
                held.removed = before;
                held.seen_keys.remove(&id);
                let removed = held.roster.remove(id);
                return removed.map_err(|error| NotRemoved::Unsaved(AfterFailure::Named.because(&error)));
            }
            removed.map(drop).map_err(NotRemoved::Keychain)
        })
    }

    /// Accounts whose keys the keychain may hold. The first one may have one that no list tells of.
    pub fn stored_in_keychain(&self) -> Vec<u32> {
        let held = self.held.lock();
        let ids = held.roster.all().iter().map(|known| known.id).chain([roster::FIRST]);
        ids.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Takes the keys of these accounts out of the keychain, for good, as the app is about to end: memory still has them. The
    /// first one that stays ends it.
    pub async fn forget_keys(&self, ids: &[u32]) -> Result<(), KeychainError> {
        let _one = self.changing.lock().await;
        for id in ids {
            match self.ask(self.entry(*id).remove()).await {
                // Without a keychain there is no key in it.
                Err(error) if error.kind != KeychainFault::Unavailable => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// What the keychain holds for the account.
    async fn stored_key(&self, id: u32) -> Result<Option<Secret>, KeychainError> {
        let known = {
            let held = self.held.lock();
            let key = held.key.as_ref();
            let key = key.filter(|key| key.account == Some(id) && key.keep == Keep::Keychain);
            key.map(|key| key.secret.clone())
        };
        match known {
            Some(key) => Ok(Some(key)),
            None => self.ask(self.entry(id).read()).await,
        }
    }

    /// The keychain's entry of an account. The first one's is the entry of the time when there was one key.
    pub(super) fn entry(&self, id: u32) -> Keychain {
        if id == roster::FIRST {
            return self.keychain.clone();
        }
        self.keychain.entry(&format!("poe-api-key-{id}"))
    }

    /// Which account a key that passed belongs to.
    pub(super) fn place_for(&self, new: &NewKey) -> u32 {
        let held = self.held.lock();
        match held.roster.active() {
            Some(active) if !new.add => active.id,
            _ => held.roster.free_id(),
        }
    }
}

impl Held {
    fn in_use(&self) -> Option<u32> {
        let held = self.key.as_ref().and_then(|key| key.account);
        held.or_else(|| self.roster.active().map(|known| known.id))
    }

    fn drop_client(&mut self) {
        if let Ok(keyless) = self.client_with(None) {
            self.client = keyless;
        }
    }

    /// The keychain had this key for the account. It is in use also where the list can't be written.
    pub(super) fn found(&mut self, id: u32, secret: Secret, client: Client) -> Result<(), Unsaved> {
        let last_four = last_four(&secret);
        let known = self.roster.find(id).filter(|known| known.last_four == last_four);
        let expires_at = known.and_then(|known| known.expires_at);
        let noted = match known {
            Some(_) => Ok(()),
            None => {
                let known = self.known(id, &secret, None, false);
                self.roster.put(known.clone()).inspect_err(|_| self.roster.put_for_now(known))
            }
        };
        let key = Key { secret, keep: Keep::Keychain, expires_at, account: Some(id) };
        self.hold(key, client);
        noted.map_err(|error| AfterFailure::InUse.because(&error))
    }

    /// Puts into the roster what is to be known of a key that was stored, or that begins an account for this session.
    pub(super) fn note(
        &mut self,
        id: u32,
        secret: &Secret,
        expires_at: Option<i64>,
        session: bool,
    ) -> io::Result<()> {
        let known = self.known(id, secret, expires_at, session);
        self.roster.put(known)
    }

    fn known(&self, id: u32, secret: &Secret, expires_at: Option<i64>, session: bool) -> AccountRecord {
        let before = self.roster.find(id);
        let name = before.map_or_else(|| words::account_numbered(id), |known| known.name.clone());
        let server = server(&self.base_url);
        AccountRecord {
            id,
            name,
            last_four: last_four(secret),
            expires_at,
            server,
            session,
            points: None,
            unread: None,
        }
    }
}

fn server(base_url: &BaseUrl) -> String {
    base_url.as_str().to_owned()
}

/// `None` for a key too short to show any of it.
pub(super) fn last_four(secret: &Secret) -> Option<String> {
    Some(secret.last_four()).filter(|text| !text.is_empty())
}
