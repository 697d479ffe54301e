//! The account: where its key lives, whether Poe accepts it, and the client made of it.
//! The key comes in and never goes out: nothing here returns it, prints it or puts it into an error.

mod accounts;
mod balances;
pub mod clipboard;
#[cfg(target_os = "linux")]
mod freedesktop;
mod given;
pub mod keychain;
mod keychain_error;
#[cfg(not(target_os = "linux"))]
mod native;
mod network;
mod new_key;
mod removed;
pub mod renewal;
mod roster;
mod sign_in;
mod store;
mod worker;

pub use crate::words::facts::{Given, NotAKey};
pub use accounts::NotRemoved;
pub use clipboard::ClipboardError;
pub use keychain::Keychain;
pub use keychain_error::{KeychainError, KeychainFault};
pub use network::Network;
pub use new_key::{AcceptedKey, KeyCheckError};
pub use removed::NotPutBack;
pub use renewal::{Renewal, renewal};
pub use roster::{AccountRecord, AfterFailure, Unsaved};
pub use sign_in::{Asked, SignInFault, Waiting};

use crate::data_folder::DataFolder;
use crate::events::{Keep, KeyState};
use crate::library::SetAside;
use given::Offered;
use new_key::NewKey;
use parking_lot::Mutex;
use poe::{BaseUrl, Client, Secret};
use removed::Removed;
use roster::Roster;
use sign_in::{Issued, Open};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

/// The one owner of the key. Its lock is never held while something is awaited; what took long looks at `turn` before it
/// changes anything.
pub struct Account {
    keychain: Keychain,
    env_key: Option<Secret>,
    on_change: Box<dyn Fn(&Account) + Send + Sync>,
    held: Mutex<Held>,
    /// The sign-in that waits for the browser.
    signing_in: Mutex<Option<Open>>,
    /// A word off the clipboard that the person may use as a key anyway.
    offered: Offered,
    /// One change of what the keychain holds, and of the list beside it, at a time.
    changing: tokio::sync::Mutex<()>,
}

struct Held {
    base_url: BaseUrl,
    network: Network,
    key: Option<Key>,
    /// Made of the three above.
    client: Client,
    /// Accepted at that address, and then not stored. It outlives a visit to another server.
    pending: Option<(NewKey, BaseUrl)>,
    /// This app's ID at Poe, without which nobody can sign in.
    client_id: Option<String>,
    /// Brought by a sign-in, and not yet checked.
    issued: Option<Issued>,
    roster: Roster,
    /// What can be put back.
    removed: Option<Removed>,
    /// Keys for this session of accounts that are not in use at the moment.
    resting: BTreeMap<u32, Key>,
    /// Keys that were met in this session, by account: for the log, which keeps them out, and to ask what is left.
    seen_keys: BTreeMap<u32, Secret>,
    state: KeyState,
    fault: Option<KeychainError>,
    /// Counts whatever decides on the key, so that a slow keychain's answer can't undo what was done after the question.
    turn: u64,
}

/// The key in use.
#[derive(Clone)]
struct Key {
    secret: Secret,
    keep: Keep,
    expires_at: Option<i64>,
    /// Whose it is; `None` for one that came with a server, as the demo's.
    account: Option<u32>,
}

impl Held {
    fn client_with(&self, key: Option<&Secret>) -> Result<Client, poe::Error> {
        self.network.client(&self.base_url, key)
    }

    fn hold(&mut self, key: Key, client: Client) {
        if self.key.as_ref().and_then(|it| it.account) != key.account {
            self.park();
        }
        if let Some(id) = key.account {
            self.resting.remove(&id);
            self.seen_keys.insert(id, key.secret.clone());
        }
        self.key = Some(key);
        self.client = client;
        self.pending = None;
        self.fault = None;
        self.settle(KeyState::NotStored);
    }

    /// Another key comes in place of the one in use; one that no keychain holds must not be lost by that.
    fn park(&mut self) {
        if let Some(key) = self.key.take()
            && let (Keep::Session, Some(id)) = (key.keep, key.account)
        {
            self.resting.insert(id, key);
        }
    }

    /// The state that follows from the key held, or `without` a key.
    fn settle(&mut self, without: KeyState) {
        self.state = match self.key.as_ref().map(|key| key.keep) {
            Some(Keep::Keychain) => KeyState::Stored,
            Some(Keep::Session) => KeyState::Session,
            None => without,
        };
    }
}

impl Account {
    /// Asks nothing yet: `load` does. `on_change` is called after every change of what the methods below tell.
    pub fn new(
        keychain: Keychain,
        base_url: BaseUrl,
        env_key: Option<Secret>,
        on_change: Box<dyn Fn(&Account) + Send + Sync>,
    ) -> Result<Account, poe::Error> {
        Ok(Account {
            keychain,
            env_key,
            on_change,
            held: Mutex::new(Held {
                client: Network::default().client(&base_url, None)?,
                base_url,
                network: Network::default(),
                key: None,
                pending: None,
                client_id: None,
                issued: None,
                roster: Roster::default(),
                removed: None,
                resting: BTreeMap::new(),
                seen_keys: BTreeMap::new(),
                state: KeyState::Checking,
                fault: None,
                turn: 0,
            }),
            signing_in: Mutex::default(),
            offered: Offered::default(),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// Keeps the accounts' names in this folder; without one only this session knows them.
    pub fn remembering(self, folder: Arc<DataFolder>) -> (Account, Option<SetAside>) {
        let (roster, set_aside) = Roster::open(folder);
        self.held.lock().roster = roster;
        (self, set_aside)
    }

    /// The data folder is another one: their names are written there.
    pub fn write_anew(&self) -> std::io::Result<()> {
        self.held.lock().roster.write_anew()
    }

    pub fn state(&self) -> KeyState {
        self.held.lock().state
    }

    /// Why the keychain gave no key; there may be one for this session all the same.
    pub fn fault(&self) -> Option<KeychainError> {
        self.held.lock().fault.clone()
    }

    /// `None` without a key and for one too short to show any of it.
    pub fn last_four(&self) -> Option<String> {
        let last_four = self.held.lock().key.as_ref().map(|key| key.secret.last_four());
        last_four.filter(|text| !text.is_empty())
    }

    pub fn keychain_slow(&self) -> bool {
        self.keychain.slow()
    }

    /// It asks the person something, in a window of its own.
    pub fn keychain_asking(&self) -> bool {
        self.keychain.asking()
    }

    pub fn keychain_name(&self) -> &'static str {
        self.keychain.name()
    }

    pub fn has_env_key(&self) -> bool {
        self.env_key.is_some()
    }

    /// When the key in use ends; `None`: never, as far as is known.
    pub fn expires_at(&self) -> Option<i64> {
        self.held.lock().key.as_ref().and_then(|key| key.expires_at)
    }

    /// When the key in use ended.
    pub fn expired(&self, now: i64) -> Option<i64> {
        self.expires_at().filter(|at| *at <= now)
    }

    /// `None` without a key, and with one that has ended: it would only be refused.
    pub fn client(&self) -> Option<Client> {
        let held = self.held.lock();
        let key = held.key.as_ref()?;
        let ended = key.expires_at.is_some_and(|at| at <= crate::clock::now());
        (!ended).then(|| held.client.clone())
    }

    /// With the key if there is one: for the model list, which needs none.
    pub fn keyless_client(&self) -> Client {
        self.held.lock().client.clone()
    }

    /// Reads the active account's key: at start, on "Unlock", on "Ask again". A key in use stays in use whatever the keychain
    /// says. `Err` where the key is in use and the list of accounts could not be written.
    pub async fn load(&self) -> Result<(), Unsaved> {
        let (turn, id) = self.change(|held| {
            held.turn += 1;
            held.fault = None;
            let id = held.roster.to_load();
            match id.and_then(|id| held.resting.get(&id).cloned()) {
                Some(key) if held.key.is_none() => {
                    if let Ok(client) = held.client_with(Some(&key.secret)) {
                        held.hold(key, client);
                        return (held.turn, None);
                    }
                }
                _ => {}
            }
            match id {
                Some(_) => held.state = KeyState::Checking,
                None => held.settle(KeyState::NotStored),
            }
            (held.turn, id)
        });
        let Some(id) = id else { return Ok(()) };
        let answer = self.ask(self.entry(id).read()).await;
        self.change(|held| {
            if held.turn != turn {
                return Ok(());
            }
            let (fault, without) = match answer {
                Ok(Some(secret)) => match held.client_with(Some(&secret)) {
                    Ok(client) => return held.found(id, secret, client),
                    Err(error) => {
                        (Some(KeychainError::new(KeychainFault::Corrupt, error)), KeyState::Corrupt)
                    }
                },
                Ok(None) => {
                    if let Some(key) = &mut held.key {
                        key.keep = Keep::Session;
                    }
                    (None, KeyState::NotStored)
                }
                Err(error) => (Some(error.clone()), state_of(error.kind)),
            };
            held.fault = fault;
            held.settle(without);
            Ok(())
        })
    }

    /// Another server, with the key to use there for this session; without one, `load` comes next. For entering and leaving
    /// the demo.
    pub fn connect_to(&self, base_url: BaseUrl, key: Option<Secret>) -> Result<(), poe::Error> {
        let client = self.network().client(&base_url, key.as_ref())?;
        self.forget_pasted();
        self.change(|held| {
            held.turn += 1;
            held.base_url = base_url;
            held.client = client;
            held.park();
            held.key = key.map(|secret| Key { secret, keep: Keep::Session, expires_at: None, account: None });
            held.fault = None;
            held.settle(KeyState::NotStored);
        });
        Ok(())
    }

    /// The same key at another address: for the setting.
    pub fn move_to(&self, base_url: BaseUrl) -> Result<(), poe::Error> {
        self.rebuild(|held| held.base_url = base_url.clone())
    }

    /// Changes what the client is made of, and makes it anew. Where that fails nothing has changed.
    fn rebuild(&self, change: impl Fn(&mut Held)) -> Result<(), poe::Error> {
        self.change(|held| {
            let (base_url, network) = (held.base_url.clone(), held.network.clone());
            change(held);
            let client = held.client_with(held.key.as_ref().map(|key| &key.secret));
            match client {
                Ok(client) => held.client = client,
                Err(error) => {
                    (held.base_url, held.network) = (base_url, network);
                    return Err(error);
                }
            }
            Ok(())
        })
    }

    /// Empties the clipboard, unless it holds something else than the key in use or the pending one by now.
    pub async fn clear_clipboard(&self) -> Result<(), ClipboardError> {
        let in_use = self.held.lock().key.clone().map(|key| key.secret);
        let pending = self.pending().map(|new| new.secret);
        clipboard::clear_of(in_use.into_iter().chain(pending).collect()).await
    }

    /// The app closes: what was held only to be used or put back later goes.
    pub fn wipe(&self) {
        self.forget_pasted();
        self.held.lock().removed = None;
    }

    fn pending(&self) -> Option<NewKey> {
        let held = self.held.lock();
        let (new, accepted_at) = held.pending.as_ref()?;
        (*accepted_at == held.base_url).then(|| new.clone())
    }

    /// To all that show the account.
    pub fn tell(&self) {
        (self.on_change)(self);
    }

    /// Waits for the keychain and tells meanwhile when it becomes slow, or asks something.
    async fn ask<T>(&self, answer: impl Future<Output = T>) -> T {
        let Some(mut waits) = self.keychain.wait_changes() else {
            return answer.await;
        };
        let mut answer = pin!(answer);
        loop {
            tokio::select! {
                answer = &mut answer => return answer,
                Ok(()) = waits.changed() => (self.on_change)(self),
            }
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        let result = {
            let mut held = self.held.lock();
            let result = change(&mut held);
            self.tell_log(&held);
            result
        };
        (self.on_change)(self);
        result
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let held = self.held.lock();
        f.debug_struct("Account")
            .field("keychain", &self.keychain)
            .field("base_url", &held.base_url.as_str())
            .field("state", &held.state)
            .field("fault", &held.fault)
            .finish_non_exhaustive()
    }
}

fn state_of(fault: KeychainFault) -> KeyState {
    match fault {
        KeychainFault::Locked => KeyState::Locked,
        KeychainFault::Unavailable => KeyState::Unavailable,
        KeychainFault::TimedOut => KeyState::TimedOut,
        KeychainFault::Denied => KeyState::Denied,
        KeychainFault::Corrupt => KeyState::Corrupt,
    }
}
