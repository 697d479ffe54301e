//! The queue in real time: lets requests wait for their turn, tells them where they stand, and frees what they held when
//! they are dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::queue::{Lane, Outlook, Queue, Ticket};
use crate::rate::Told;
use crate::retry::MAX_WAIT;

/// How often one that waits looks where it stands now.
const LOOK: Duration = Duration::from_secs(1);

/// The one way to the wire for a client and its clones.
pub(crate) struct Gate {
    state: Mutex<State>,
}

struct State {
    queue: Queue,
    waiting: HashMap<Ticket, Arc<Notify>>,
}

impl Gate {
    pub(crate) fn new(limit: u32, places: u32) -> Arc<Gate> {
        Arc::new(Gate {
            state: Mutex::new(State {
                queue: Queue::new(limit, places),
                waiting: HashMap::new(),
            }),
        })
    }

    /// Joins the queue. One that is sent again is the first of its lane.
    pub(crate) fn enter(self: &Arc<Gate>, lane: Lane, is_again: bool) -> Place {
        let woken = Arc::new(Notify::new());
        let mut state = self.lock();
        let ticket = state.queue.join(lane, is_again);
        state.waiting.insert(ticket, Arc::clone(&woken));
        drop(state);
        Place {
            gate: Arc::clone(self),
            ticket,
            woken,
            told: None,
        }
    }

    /// Nothing goes for this long, but for [`MAX_WAIT`] at most: who is told to wait longer fails with that, for a person
    /// to decide, and the others must not wait unseen for it.
    pub(crate) fn pause(&self, wait: Duration) {
        self.change(|queue, now| queue.pause(now + wait.min(MAX_WAIT)));
    }

    fn change(&self, change: impl FnOnce(&mut Queue, Instant)) {
        let now = Instant::now();
        let mut state = self.lock();
        change(&mut state.queue, now);
        state.settle(now, None);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Lets go who may, and wakes the next one, whose time may be another now, unless that is the one who looks.
    fn settle(&mut self, now: Instant, looking: Option<Ticket>) {
        while let Some(ticket) = self.queue.admit(now) {
            self.wake(ticket);
        }
        if let Some((next, _)) = self.queue.next(now)
            && looking != Some(next)
        {
            self.wake(next);
        }
    }

    fn wake(&self, ticket: Ticket) {
        if let Some(waiting) = self.waiting.get(&ticket) {
            waiting.notify_one();
        }
    }
}

/// A request's place, in the queue and then on the wire. Dropping it frees the place, whatever the request had come to.
pub(crate) struct Place {
    gate: Arc<Gate>,
    ticket: Ticket,
    woken: Arc<Notify>,
    /// What was told last, and when.
    told: Option<(Outlook, Instant)>,
}

impl Place {
    /// Waits for the turn: `None` when it has come, otherwise where the request stands, as soon as that is worth telling.
    pub(crate) async fn wait(&mut self) -> Option<Outlook> {
        loop {
            let now = Instant::now();
            let (outlook, look_at) = {
                let mut state = self.gate.lock();
                state.settle(now, Some(self.ticket));
                if state.queue.is_admitted(self.ticket) {
                    return None;
                }
                let next = state.queue.next(now).filter(|next| next.0 == self.ticket);
                let look_at = next.map_or(now + LOOK, |(_, at)| at.min(now + LOOK));
                (state.queue.outlook(self.ticket, now), look_at)
            };
            if let Some(outlook) = outlook.filter(|outlook| self.is_news(outlook, now)) {
                self.told = Some((outlook, now));
                return Some(outlook);
            }
            // Too early or too late, it only looks again.
            let _ = timeout_at(look_at, self.woken.notified()).await;
        }
    }

    /// Waits for the turn of a request that nobody watches.
    pub(crate) async fn turn(&mut self) {
        while self.wait().await.is_some() {}
    }

    /// Another position, or an end that has moved by more than a second and a quarter of the wait.
    fn is_news(&self, outlook: &Outlook, now: Instant) -> bool {
        let Some((told, at)) = self.told else { return true };
        let expected = (at + told.wait).saturating_duration_since(now);
        outlook.position != told.position
            || expected.abs_diff(outlook.wait) > Duration::from_secs(1).max(expected / 4)
    }

    /// Right before the bytes leave.
    pub(crate) fn sent(&self) {
        self.gate.change(|queue, now| queue.sent(self.ticket, now));
    }

    /// The bytes did not leave: no connection.
    pub(crate) fn unsent(&self) {
        self.gate.change(|queue, _| queue.unsent(self.ticket));
    }

    /// The head of the answer is here.
    pub(crate) fn answered(&self, told: Told) {
        self.gate
            .change(|queue, now| queue.answered(self.ticket, told, now));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut state = self.gate.lock();
        state.waiting.remove(&self.ticket);
        state.queue.leave(self.ticket, now);
        state.settle(now, None);
    }
}
