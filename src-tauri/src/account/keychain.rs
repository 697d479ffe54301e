//! The keychain as the account sees it: three operations, five ways to fail, and whether it keeps someone waiting.

use super::worker::Worker;
use poe::Secret;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Why the keychain gave no key.
#[derive(Clone, Debug)]
pub struct KeychainError {
    pub kind: KeychainFault,
    /// The store's own words, for logs.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainFault {
    Locked,
    Unavailable,
    TimedOut,
    Denied,
    Corrupt,
}

impl KeychainError {
    pub(super) fn new(kind: KeychainFault, detail: impl ToString) -> KeychainError {
        KeychainError {
            kind,
            detail: detail.to_string(),
        }
    }
}

impl std::fmt::Display for KeychainError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.detail)
    }
}

impl std::error::Error for KeychainError {}

/// Cheap to clone; all clones are the same keychain.
#[derive(Clone)]
pub struct Keychain(Arc<Inner>);

enum Inner {
    System(Worker),
    Memory(Mutex<Memory>),
}

#[derive(Default)]
struct Memory {
    key: Option<Secret>,
    fault: Option<KeychainFault>,
}

pub(super) enum Operation {
    Read,
    Write(Secret),
    Remove,
}

pub(super) type Answer = Result<Option<Secret>, KeychainError>;

impl Keychain {
    /// The keychain of this computer. Nothing is asked before the first operation.
    pub fn system() -> Keychain {
        Keychain::with_limits(Duration::from_secs(5), Duration::from_secs(120))
    }

    /// [`Keychain::system`] with other limits.
    pub fn with_limits(soft: Duration, hard: Duration) -> Keychain {
        Keychain(Arc::new(Inner::System(Worker::new(soft, hard))))
    }

    /// Forgets everything at exit: for the demo and for tests.
    pub fn memory() -> Keychain {
        Keychain(Arc::new(Inner::Memory(Mutex::default())))
    }

    /// Makes a [`Keychain::memory`] fail in this way until told otherwise, for tests.
    pub fn break_with(&self, fault: Option<KeychainFault>) {
        if let Inner::Memory(memory) = &*self.0 {
            lock(memory).fault = fault;
        }
    }

    /// What to call it in the middle of a sentence.
    pub fn name(&self) -> &'static str {
        match &*self.0 {
            Inner::System(_) => super::store::NAME,
            Inner::Memory(_) => "session memory",
        }
    }

    /// `None` only when the store is open and holds no key; a locked or missing store is an error.
    pub async fn read(&self) -> Result<Option<Secret>, KeychainError> {
        self.run(Operation::Read).await
    }

    /// Stores the key in place of any other and reads it back.
    pub async fn write(&self, key: Secret) -> Result<(), KeychainError> {
        self.run(Operation::Write(key)).await.map(drop)
    }

    /// Fine when there was none.
    pub async fn remove(&self) -> Result<(), KeychainError> {
        self.run(Operation::Remove).await.map(drop)
    }

    /// Someone waits for the keychain, and has for longer than the soft limit.
    pub fn slow(&self) -> bool {
        match &*self.0 {
            Inner::System(worker) => *worker.slow.borrow() > 0,
            Inner::Memory(_) => false,
        }
    }

    /// Changes whenever [`Keychain::slow`] does; `None` where it never will.
    pub(super) fn slow_changes(&self) -> Option<watch::Receiver<usize>> {
        match &*self.0 {
            Inner::System(worker) => Some(worker.slow.subscribe()),
            Inner::Memory(_) => None,
        }
    }

    async fn run(&self, operation: Operation) -> Answer {
        match &*self.0 {
            Inner::System(worker) => worker.run(operation).await,
            Inner::Memory(memory) => lock(memory).run(operation),
        }
    }
}

impl std::fmt::Debug for Keychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keychain({})", self.name())
    }
}

impl Memory {
    fn run(&mut self, operation: Operation) -> Answer {
        if let Some(kind) = self.fault {
            return Err(KeychainError::new(
                kind,
                "the keychain in memory was told to fail",
            ));
        }
        match operation {
            Operation::Read => return Ok(self.key.clone()),
            Operation::Write(key) => self.key = Some(key),
            Operation::Remove => self.key = None,
        }
        Ok(None)
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
