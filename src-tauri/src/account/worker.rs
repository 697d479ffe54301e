//! The one thread that asks the system's keychain, and the limits under which it is waited for.
//!
//! The stores' interfaces block, have no timeout, and may wait for a prompt that nobody sees. So there is one thread, one
//! operation in flight, a soft limit after which the window says that it waits, and for what where that can be told, and a
//! hard limit after which the caller gets [`KeychainFault::TimedOut`]. The thread may stay parked in the store; while it does, later operations are answered at once
//! and no second thread is started.

use super::keychain_error::{Answer, Operation};
use super::store::{Store, is_asking};
use super::{KeychainError, KeychainFault};
use parking_lot::Mutex;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::time::{sleep, timeout};

/// How often a look is taken whether the store is asking something, while someone waits.
const LOOK: Duration = Duration::from_millis(250);

pub(super) struct Worker {
    soft: Duration,
    hard: Duration,
    /// Its one permit travels with the operation and comes back when the store has answered, however late.
    gate: Arc<Semaphore>,
    /// The thread's queue, once there is one.
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    flight: Arc<Mutex<Flight>>,
    pub(super) waits: watch::Sender<Waits>,
}

/// How the store keeps people waiting.
#[derive(Clone, Copy, Default)]
pub(super) struct Waits {
    /// Callers that have waited for longer than the soft limit.
    pub(super) slow: usize,
    /// It shows a question of its own meanwhile.
    pub(super) asking: bool,
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
    entry: Arc<str>,
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
        *self.flight.lock() = Flight::None;
    }
}

/// Counts a slow caller until it has its answer or leaves.
struct Slow<'a>(&'a watch::Sender<Waits>);

impl<'a> Slow<'a> {
    fn begin(waits: &'a watch::Sender<Waits>) -> Slow<'a> {
        waits.send_modify(|waits| waits.slow += 1);
        Slow(waits)
    }

    async fn look(&self) {
        let asking = is_asking().await;
        self.0.send_if_modified(|waits| std::mem::replace(&mut waits.asking, asking) != asking);
        sleep(LOOK).await;
    }
}

impl Drop for Slow<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waits| {
            waits.slow -= 1;
            waits.asking &= waits.slow > 0;
        });
    }
}

impl Worker {
    pub(super) fn new(soft: Duration, hard: Duration) -> Worker {
        Worker {
            soft,
            hard,
            gate: Arc::new(Semaphore::new(1)),
            jobs: Mutex::new(None),
            flight: Arc::default(),
            waits: watch::Sender::default(),
        }
    }

    pub(super) async fn run(&self, entry: Arc<str>, operation: Operation) -> Answer {
        let time_up = |detail: String| KeychainError::new(KeychainFault::TimedOut, detail);
        if *self.flight.lock() == Flight::Abandoned {
            return Err(time_up("still waiting for the answer to an earlier question".into()));
        }
        let mut answer = std::pin::pin!(timeout(self.hard, self.ask(entry, operation)));
        let in_time = match timeout(self.soft, &mut answer).await {
            Ok(in_time) => in_time,
            Err(_) => {
                let slow = Slow::begin(&self.waits);
                loop {
                    tokio::select! {
                        in_time = &mut answer => break in_time,
                        () = slow.look() => {}
                    }
                }
            }
        };
        in_time.unwrap_or_else(|_| {
            let mut flight = self.flight.lock();
            if *flight == Flight::Running {
                *flight = Flight::Abandoned;
            }
            Err(time_up(format!("no answer within {:?}", self.hard)))
        })
    }

    async fn ask(&self, entry: Arc<str>, operation: Operation) -> Answer {
        let permit = self.gate.clone().acquire_owned().await.map_err(ended)?;
        *self.flight.lock() = Flight::Running;
        let in_flight = InFlight { flight: self.flight.clone(), _permit: permit };
        let (reply, answer) = oneshot::channel();
        self.hand_over(Job { entry, operation, reply, in_flight })?;
        answer.await.unwrap_or_else(|gone| Err(ended(gone)))
    }

    /// Starts the thread with the first job, and again should it have ended.
    fn hand_over(&self, job: Job) -> Result<(), KeychainError> {
        let mut running = self.jobs.lock();
        let job = match running.as_ref() {
            Some(jobs) => match jobs.send(job) {
                Ok(()) => return Ok(()),
                Err(mpsc::SendError(job)) => job,
            },
            None => job,
        };
        let (jobs, queue) = mpsc::channel();
        std::thread::Builder::new().name("keychain".into()).spawn(move || work(queue)).map_err(ended)?;
        jobs.send(job).map_err(ended)?;
        *running = Some(jobs);
        Ok(())
    }
}

fn work(queue: mpsc::Receiver<Job>) {
    let mut store = Store::default();
    for job in queue {
        let answer = match job.operation {
            Operation::Read => store.read(&job.entry),
            Operation::Write(secret) => store.write(&job.entry, &secret).map(|()| None),
            Operation::Remove => store.remove(&job.entry).map(|()| None),
        };
        // Free first: whoever gets the answer may ask again at once.
        drop(job.in_flight);
        drop(job.reply.send(answer));
    }
}

fn ended(cause: impl std::fmt::Display) -> KeychainError {
    KeychainError::new(KeychainFault::Unavailable, format!("the keychain's thread ended: {cause}"))
}
