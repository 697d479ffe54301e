//! The account: where its key lives, whether Poe accepts it, and the client made of it.
//! The key comes in and never goes out: nothing here returns it, prints it or puts it into an error.

pub mod clipboard;
#[cfg(target_os = "linux")]
mod freedesktop;
pub mod keychain;
pub mod ladder;
#[cfg(not(target_os = "linux"))]
mod native;
mod network;
mod store;
mod worker;

pub use clipboard::ClipboardError;
pub use keychain::{Keychain, KeychainError, KeychainFault};
pub use ladder::{ClimbError, Climbed, Step, StepState};
pub use network::Network;

use crate::events::{Keep, KeyState};
use poe::{BaseUrl, Client, Secret};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The one owner of the key. Its lock is never held while something is awaited; what took long looks at `turn` before it
/// changes anything.
pub struct Account {
    keychain: Keychain,
    env_key: Option<Secret>,
    on_change: Box<dyn Fn() + Send + Sync>,
    held: Mutex<Held>,
}

struct Held {
    base_url: BaseUrl,
    network: Network,
    key: Option<(Secret, Keep)>,
    /// Made of the three above.
    client: Client,
    /// Accepted at that address, and then not stored. It outlives a visit to another server.
    pending: Option<(Secret, BaseUrl)>,
    state: KeyState,
    fault: Option<KeychainError>,
    /// Counts whatever decides on the key, so that a slow keychain's answer can't undo what was done after the question.
    turn: u64,
}

impl Held {
    fn client_with(&self, key: Option<&Secret>) -> Result<Client, poe::Error> {
        self.network.client(&self.base_url, key)
    }

    fn hold(&mut self, key: Secret, keep: Keep, client: Client) {
        self.key = Some((key, keep));
        self.client = client;
        self.pending = None;
        self.fault = None;
        self.settle(KeyState::NotStored);
    }

    /// The state that follows from the key held, or `without` a key.
    fn settle(&mut self, without: KeyState) {
        self.state = match &self.key {
            Some((_, Keep::Keychain)) => KeyState::Stored,
            Some((_, Keep::Session)) => KeyState::Session,
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
        on_change: Box<dyn Fn() + Send + Sync>,
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
                state: KeyState::Checking,
                fault: None,
                turn: 0,
            }),
        })
    }

    pub fn state(&self) -> KeyState {
        self.held().state
    }

    /// Why the keychain gave no key; there may be one for this session all the same.
    pub fn fault(&self) -> Option<KeychainError> {
        self.held().fault.clone()
    }

    /// `None` without a key and for one too short to show any of it.
    pub fn last_four(&self) -> Option<String> {
        let last_four = self.held().key.as_ref().map(|(key, _)| key.last_four());
        last_four.filter(|text| !text.is_empty())
    }

    pub fn keychain_slow(&self) -> bool {
        self.keychain.slow()
    }

    pub fn keychain_name(&self) -> &'static str {
        self.keychain.name()
    }

    pub fn has_env_key(&self) -> bool {
        self.env_key.is_some()
    }

    /// A key was accepted and not stored: `KeySource::Pending` can go on from there.
    pub fn has_pending_key(&self) -> bool {
        self.pending().is_some()
    }

    /// `None` without a key.
    pub fn client(&self) -> Option<Client> {
        let held = self.held();
        held.key.is_some().then(|| held.client.clone())
    }

    /// With the key if there is one: for the model list, which needs none.
    pub fn keyless_client(&self) -> Client {
        self.held().client.clone()
    }

    /// Reads the keychain: at start, on "Unlock", on "Ask again". A key in use stays in use whatever the keychain says.
    pub async fn load(&self) {
        let turn = self.change(|held| {
            held.state = KeyState::Checking;
            held.fault = None;
            held.turn += 1;
            held.turn
        });
        let answer = self.ask(self.keychain.read()).await;
        self.change(|held| {
            if held.turn != turn {
                return;
            }
            let (fault, without) = match answer {
                Ok(Some(key)) => match held.client_with(Some(&key)) {
                    Ok(client) => return held.hold(key, Keep::Keychain, client),
                    Err(error) => (
                        Some(KeychainError::new(KeychainFault::Corrupt, error)),
                        KeyState::Corrupt,
                    ),
                },
                Ok(None) => {
                    if let Some((_, keep)) = &mut held.key {
                        *keep = Keep::Session;
                    }
                    (None, KeyState::NotStored)
                }
                Err(error) => (Some(error.clone()), state_of(error.kind)),
            };
            held.fault = fault;
            held.settle(without);
        });
    }

    /// Takes the key out of memory and out of the keychain. When the keychain refuses, its copy is still there and the error
    /// says so; where there is no keychain at all, a session's key is simply gone.
    pub async fn forget(&self) -> Result<(), KeychainError> {
        let removed = self.ask(self.keychain.remove()).await;
        let keyless = self.held().client_with(None);
        self.change(|held| {
            let session = matches!(held.key, Some((_, Keep::Session)));
            held.turn += 1;
            held.pending = None;
            held.key = None;
            if let Ok(keyless) = keyless {
                held.client = keyless;
            }
            held.fault = removed.as_ref().err().cloned();
            held.state = held
                .fault
                .as_ref()
                .map_or(KeyState::NotStored, |fault| state_of(fault.kind));
            match removed {
                Err(error) if session && error.kind == KeychainFault::Unavailable => Ok(()),
                removed => removed,
            }
        })
    }

    /// Another server, with the key to use there for this session; without one, `load` comes next. For entering and leaving
    /// the demo.
    pub fn connect_to(&self, base_url: BaseUrl, key: Option<Secret>) -> Result<(), poe::Error> {
        let client = self.network().client(&base_url, key.as_ref())?;
        self.change(|held| {
            held.turn += 1;
            held.base_url = base_url;
            held.client = client;
            held.key = key.map(|key| (key, Keep::Session));
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
            let client = held.client_with(held.key.as_ref().map(|(key, _)| key));
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
        let in_use = self.held().key.clone().map(|(key, _)| key);
        clipboard::clear_of(in_use.into_iter().chain(self.pending()).collect()).await
    }

    fn pending(&self) -> Option<Secret> {
        let held = self.held();
        let (key, accepted_at) = held.pending.as_ref()?;
        (*accepted_at == held.base_url).then(|| key.clone())
    }

    /// Waits for the keychain and tells meanwhile when it becomes slow.
    async fn ask<T>(&self, answer: impl Future<Output = T>) -> T {
        let Some(mut slow) = self.keychain.slow_changes() else {
            return answer.await;
        };
        let mut answer = pin!(answer);
        loop {
            tokio::select! {
                answer = &mut answer => return answer,
                Ok(()) = slow.changed() => (self.on_change)(),
            }
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        let result = change(&mut self.held());
        (self.on_change)();
        result
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let held = self.held();
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
