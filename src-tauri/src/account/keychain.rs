//! The keychain as the account sees it: three operations, five ways to fail, and whether it keeps someone waiting.

use super::keychain_error::{Answer, KEY, KeychainError, KeychainFault, Operation};
use super::worker::{Waits, Worker};
use crate::words;
use parking_lot::Mutex;
use poe::Secret;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// One entry of the keychain: the key's, unless [`Keychain::entry`] gave it. Cheap to clone; all clones and entries are the
/// same keychain, with one operation in flight.
#[derive(Clone)]
pub struct Keychain {
    inner: Arc<Inner>,
    entry: Arc<str>,
}

enum Inner {
    System(Worker),
    Memory(Mutex<Memory>),
}

#[derive(Default)]
struct Memory {
    entries: BTreeMap<Arc<str>, Secret>,
    fault: Option<KeychainFault>,
}

impl Keychain {
    /// The keychain of this computer. Nothing is asked before the first operation.
    pub fn system() -> Keychain {
        Keychain::with_limits(Duration::from_secs(1), Duration::from_secs(120))
    }

    /// [`Keychain::system`] with other limits.
    pub fn with_limits(soft: Duration, hard: Duration) -> Keychain {
        Keychain::of(Inner::System(Worker::new(soft, hard)))
    }

    /// Forgets everything at exit: for the demo and for tests.
    pub fn memory() -> Keychain {
        Keychain::of(Inner::Memory(Mutex::default()))
    }

    fn of(inner: Inner) -> Keychain {
        Keychain { inner: Arc::new(inner), entry: KEY.into() }
    }

    /// Another entry of the same keychain, for another secret.
    pub fn entry(&self, name: &str) -> Keychain {
        Keychain { inner: self.inner.clone(), entry: name.into() }
    }

    /// Makes a [`Keychain::memory`] fail in this way until told otherwise, for tests.
    pub fn break_with(&self, fault: Option<KeychainFault>) {
        if let Inner::Memory(memory) = &*self.inner {
            memory.lock().fault = fault;
        }
    }

    /// What to call it in the middle of a sentence.
    pub fn name(&self) -> &'static str {
        match &*self.inner {
            Inner::System(_) => words::keychain::system(),
            Inner::Memory(_) => words::keychain::memory(),
        }
    }

    /// `None` only when the store is open and holds no such entry; a locked or missing store is an error.
    pub async fn read(&self) -> Result<Option<Secret>, KeychainError> {
        self.run(Operation::Read).await
    }

    /// Stores the secret in place of any other and reads it back.
    pub async fn write(&self, secret: Secret) -> Result<(), KeychainError> {
        self.run(Operation::Write(secret)).await.map(drop)
    }

    /// Fine when there was none.
    pub async fn remove(&self) -> Result<(), KeychainError> {
        self.run(Operation::Remove).await.map(drop)
    }

    /// Someone waits for the keychain, and has for longer than the soft limit.
    pub fn slow(&self) -> bool {
        self.waits().slow > 0
    }

    /// The store shows a question of its own meanwhile, for a password most likely. Not every store tells.
    pub fn asking(&self) -> bool {
        self.waits().asking
    }

    fn waits(&self) -> Waits {
        match &*self.inner {
            Inner::System(worker) => *worker.waits.borrow(),
            Inner::Memory(_) => Waits::default(),
        }
    }

    /// Changes whenever [`Keychain::slow`] or [`Keychain::asking`] does; `None` where they never will.
    pub(super) fn wait_changes(&self) -> Option<watch::Receiver<Waits>> {
        match &*self.inner {
            Inner::System(worker) => Some(worker.waits.subscribe()),
            Inner::Memory(_) => None,
        }
    }

    async fn run(&self, operation: Operation) -> Answer {
        match &*self.inner {
            Inner::System(worker) => worker.run(self.entry.clone(), operation).await,
            Inner::Memory(memory) => memory.lock().run(&self.entry, operation),
        }
    }
}

impl std::fmt::Debug for Keychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keychain({})", self.name())
    }
}

impl Memory {
    fn run(&mut self, entry: &Arc<str>, operation: Operation) -> Answer {
        if let Some(kind) = self.fault {
            return Err(KeychainError::new(kind, "the keychain in memory was told to fail"));
        }
        match operation {
            Operation::Read => Ok(self.entries.get(entry).cloned()),
            Operation::Write(secret) => {
                self.entries.insert(entry.clone(), secret);
                Ok(None)
            }
            Operation::Remove => {
                self.entries.remove(entry);
                Ok(None)
            }
        }
    }
}
