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
    state: Mutex<GateState>,
}

struct GateState {
    queue: Queue,
    waiting: HashMap<Ticket, Arc<Notify>>,
}

impl Gate {
    pub(crate) fn new(limit: u32, slots: u32) -> Arc<Gate> {
        Arc::new(Gate {
            state: Mutex::new(GateState { queue: Queue::new(limit, slots), waiting: HashMap::new() }),
        })
    }

    /// Joins the queue. One that is sent again is the first of its lane.
    pub(crate) fn enter(self: &Arc<Gate>, lane: Lane, is_again: bool) -> Slot {
        let woken = Arc::new(Notify::new());
        let mut state = self.lock();
        let ticket = state.queue.join(lane, is_again);
        state.waiting.insert(ticket, Arc::clone(&woken));
        drop(state);
        Slot { gate: Arc::clone(self), ticket, woken, told: None }
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

    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GateState {
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

/// A request's slot, in the queue and then on the wire. Dropping it frees the slot, whatever the request had come to.
pub(crate) struct Slot {
    gate: Arc<Gate>,
    ticket: Ticket,
    woken: Arc<Notify>,
    /// What was told last, and when.
    told: Option<(Outlook, Instant)>,
}

impl Slot {
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
        self.gate.change(|queue, now| queue.answered(self.ticket, told, now));
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut state = self.gate.lock();
        state.waiting.remove(&self.ticket);
        state.queue.leave(self.ticket, now);
        state.settle(now, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: Lane = Lane::Chat(None);

    /// Lets it go at once, or says where it stands.
    async fn look(slot: &mut Slot) -> Option<usize> {
        slot.wait().await.map(|outlook| outlook.position)
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_slot_is_free_at_once() {
        let gate = Gate::new(500, 1);
        let (mut first, mut second, mut third) =
            (gate.enter(CHAT, false), gate.enter(CHAT, false), gate.enter(CHAT, false));
        assert_eq!(look(&mut first).await, None);
        first.sent();
        assert_eq!(look(&mut second).await, Some(1));
        assert_eq!(look(&mut third).await, Some(2));
        let start = Instant::now();
        let (next, ()) = tokio::join!(third.turn_after(), async {
            drop(second);
            drop(first);
        });
        assert_eq!(next - start, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_one_that_is_not_polled() {
        let gate = Gate::new(500, 2);
        let mut running = gate.enter(CHAT, false);
        running.turn().await;
        let (idle, mut next) = (gate.enter(CHAT, false), gate.enter(CHAT, false));
        // The second slot is the idle one's until the first is free.
        assert_eq!(look(&mut next).await, Some(1));
        drop(running);
        next.turn().await;
        drop(idle);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_told_again_when_that_changes() {
        let gate = Gate::new(500, 1);
        let mut first = gate.enter(CHAT, false);
        first.turn().await;
        let (mut second, mut third) = (gate.enter(CHAT, false), gate.enter(CHAT, false));
        second.wait().await;
        assert_eq!(look(&mut third).await, Some(2));
        // As expected: nothing to tell.
        let quiet = tokio::time::timeout(Duration::from_millis(9_000), third.wait()).await;
        assert!(quiet.is_err());
        gate.pause(Duration::from_secs(60));
        let told = third.wait().await;
        assert!(told.is_some_and(|told| told.wait > Duration::from_secs(50)), "{told:?}");
        drop(second);
        assert_eq!(look(&mut third).await, Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn it_goes_when_the_time_has_come() {
        let start = Instant::now();
        let gate = Gate::new(2, 10);
        let mut times = Vec::new();
        for _ in 0..5 {
            let mut slot = gate.enter(CHAT, false);
            times.push((slot.turn_after().await - start).as_secs());
            slot.sent();
            slot.answered(Told::default());
        }
        assert_eq!(times, [0, 0, 60, 60, 120]);
        // One that never went does not count.
        drop(gate.enter(CHAT, false));
        gate.enter(CHAT, false).turn().await;
        gate.enter(CHAT, false).turn().await;
        assert_eq!(start.elapsed().as_secs(), 120);
        gate.pause(Duration::from_secs(7));
        assert_eq!(gate.enter(Lane::Short, false).turn_after().await - start, Duration::from_millis(127_002));
    }

    #[tokio::test(start_paused = true)]
    async fn many_get_through() {
        let gate = Gate::new(100, 3);
        let start = Instant::now();
        let work: Vec<_> = (0..300)
            .map(|number: i64| {
                let gate = Arc::clone(&gate);
                tokio::spawn(async move {
                    let mut slot = gate.enter(Lane::Chat(Some(number % 7)), false);
                    slot.turn().await;
                    slot.sent();
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    slot.answered(Told::default());
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Instant::now()
                })
            })
            .collect();
        let mut last = start;
        for work in work {
            last = last.max(work.await.unwrap());
        }
        // The rate allows a hundred a minute, of which the last ones go slower; the slots allow more.
        assert!((120..=185).contains(&(last - start).as_secs()), "{:?}", last - start);
        let state = gate.lock();
        assert!(state.waiting.is_empty());
    }

    impl Slot {
        async fn turn_after(&mut self) -> Instant {
            self.turn().await;
            Instant::now()
        }
    }
}
