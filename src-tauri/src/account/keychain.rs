//! The system's keychain, asked on one thread of its own, with limits.
//!
//! The stores' interfaces block, have no timeout, and may wait for a prompt that nobody sees. So there is one thread, one
//! operation in flight, a soft limit after which the window says that it waits, and a hard limit after which the caller gets
//! [`KeychainFault::TimedOut`]. The thread may stay parked in the store; while it does, later operations are answered at once
//! and no second thread is started.

use super::store::Store;
use poe::Secret;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

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
    System(System),
    Memory(Mutex<Memory>),
}

#[derive(Default)]
struct Memory {
    key: Option<Secret>,
    fault: Option<KeychainFault>,
}

enum Operation {
    Read,
    Write(Secret),
    Remove,
}

type Answer = Result<Option<Secret>, KeychainError>;

impl Keychain {
    /// The keychain of this computer. Nothing is asked before the first operation.
    pub fn system() -> Keychain {
        Keychain::with_limits(Duration::from_secs(5), Duration::from_secs(120))
    }

    /// [`Keychain::system`] with other limits.
    pub fn with_limits(soft: Duration, hard: Duration) -> Keychain {
        Keychain(Arc::new(Inner::System(System {
            soft,
            hard,
            gate: Arc::new(Semaphore::new(1)),
            worker: Mutex::new(None),
            flight: Arc::default(),
            slow: watch::Sender::new(0),
        })))
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
            Inner::Memory(_) => "memory",
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
            Inner::System(system) => *system.slow.borrow() > 0,
            Inner::Memory(_) => false,
        }
    }

    /// Changes whenever [`Keychain::slow`] does; `None` where it never will.
    pub(super) fn slow_changes(&self) -> Option<watch::Receiver<usize>> {
        match &*self.0 {
            Inner::System(system) => Some(system.slow.subscribe()),
            Inner::Memory(_) => None,
        }
    }

    async fn run(&self, operation: Operation) -> Answer {
        match &*self.0 {
            Inner::System(system) => system.run(operation).await,
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

struct System {
    soft: Duration,
    hard: Duration,
    /// Its one permit travels with the operation and comes back when the store has answered, however late.
    gate: Arc<Semaphore>,
    worker: Mutex<Option<mpsc::Sender<Job>>>,
    flight: Arc<Mutex<Flight>>,
    /// How many callers have waited for longer than the soft limit.
    slow: watch::Sender<usize>,
}

#[derive(Default, PartialEq)]
enum Flight {
    #[default]
    None,
    Running,
    /// Its caller has been told that time is up; the store has not answered yet.
    Abandoned,
}

struct Job {
    operation: Operation,
    reply: oneshot::Sender<Answer>,
    in_flight: InFlight,
}

/// Ends the operation on drop, so also when the worker panics.
struct InFlight {
    flight: Arc<Mutex<Flight>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        *lock(&self.flight) = Flight::None;
    }
}

/// Counts a slow caller until it has its answer or leaves.
struct Slow<'a>(&'a watch::Sender<usize>);

impl<'a> Slow<'a> {
    fn begin(slow: &'a watch::Sender<usize>) -> Slow<'a> {
        slow.send_modify(|count| *count += 1);
        Slow(slow)
    }
}

impl Drop for Slow<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl System {
    async fn run(&self, operation: Operation) -> Answer {
        let time_up = |detail: String| KeychainError::new(KeychainFault::TimedOut, detail);
        if *lock(&self.flight) == Flight::Abandoned {
            return Err(time_up(
                "still waiting for the answer to an earlier question".into(),
            ));
        }
        let mut answer = std::pin::pin!(tokio::time::timeout(self.hard, self.ask(operation)));
        let in_time = match tokio::time::timeout(self.soft, &mut answer).await {
            Ok(in_time) => in_time,
            Err(_) => {
                let _slow = Slow::begin(&self.slow);
                answer.await
            }
        };
        in_time.unwrap_or_else(|_| {
            let mut flight = lock(&self.flight);
            if *flight == Flight::Running {
                *flight = Flight::Abandoned;
            }
            Err(time_up(format!("no answer within {:?}", self.hard)))
        })
    }

    async fn ask(&self, operation: Operation) -> Answer {
        let permit = self.gate.clone().acquire_owned().await.map_err(ended)?;
        *lock(&self.flight) = Flight::Running;
        let in_flight = InFlight {
            flight: self.flight.clone(),
            _permit: permit,
        };
        let (reply, answer) = oneshot::channel();
        self.hand_over(Job {
            operation,
            reply,
            in_flight,
        })?;
        answer.await.unwrap_or_else(|gone| Err(ended(gone)))
    }

    /// Starts the thread with the first job, and again should it have ended.
    fn hand_over(&self, job: Job) -> Result<(), KeychainError> {
        let mut worker = lock(&self.worker);
        let job = match worker.as_ref() {
            Some(jobs) => match jobs.send(job) {
                Ok(()) => return Ok(()),
                Err(mpsc::SendError(job)) => job,
            },
            None => job,
        };
        let (jobs, queue) = mpsc::channel();
        std::thread::Builder::new()
            .name("keychain".into())
            .spawn(move || work(queue))
            .map_err(ended)?;
        jobs.send(job).map_err(ended)?;
        *worker = Some(jobs);
        Ok(())
    }
}

fn work(queue: mpsc::Receiver<Job>) {
    let mut store = Store::default();
    for job in queue {
        let answer = match job.operation {
            Operation::Read => store.read(),
            Operation::Write(key) => store.write(&key).map(|()| None),
            Operation::Remove => store.remove().map(|()| None),
        };
        // Free first: whoever gets the answer may ask again at once.
        drop(job.in_flight);
        drop(job.reply.send(answer));
    }
}

fn ended(cause: impl std::fmt::Display) -> KeychainError {
    KeychainError::new(
        KeychainFault::Unavailable,
        format!("the keychain's thread ended: {cause}"),
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
