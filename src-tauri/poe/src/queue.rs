//! Decides which request goes next, and when: the rate window, the slots for answers, the order. Pure: the time is passed
//! in, nothing is slept and nothing is sent; [`gate`](crate::gate) does that.
//!
//! - **Rate.** A request counts from when it may leave until a minute after Poe began to answer it. Whenever between the two
//!   Poe counts it, no minute there can hold more than the limit.
//! - **Pace.** With 80 % used, what is left is spread over the time until more comes free.
//! - **Order.** Conversations take turns, whatever each has waiting. Short requests (lists, balance, history) go before
//!   chats, one in turn with a chat when both wait, and need no slot.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::rate::Told;

/// A minute, and a millisecond so that both its ends count.
pub(crate) const WINDOW: Duration = Duration::from_millis(60_001);

/// Where the pace slows: with this part of the window left.
const LAST_PART: usize = 5;

/// How long an answer takes, as long as none has come.
const TYPICAL: Duration = Duration::from_secs(10);

/// A request, from joining to leaving.
pub(crate) type Ticket = u64;

/// Whose turn a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Answered at once.
    Short,
    /// A conversation's; those without one share a lane.
    Chat(Option<i64>),
}

/// Where a chat stands that has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// From 1.
    pub(crate) position: usize,
    /// How long it will probably take.
    pub(crate) wait: Duration,
    /// Used and limit, while the pace is slowed.
    pub(crate) slowed: Option<(u32, u32)>,
}

pub(crate) struct Queue {
    /// Requests a window.
    limit: usize,
    /// Answers at the same time.
    slots: usize,
    shorts: VecDeque<Ticket>,
    /// Lanes with somebody waiting; the first one has the next turn.
    lanes: VecDeque<(Option<i64>, VecDeque<Ticket>)>,
    was_short: bool,
    running: HashMap<Ticket, Run>,
    /// When the answers of the last minute began, oldest first.
    answered: VecDeque<Instant>,
    last_sent: Option<Instant>,
    sends: u64,
    grant: Option<WindowGrant>,
    paused_until: Option<Instant>,
    /// How long answers take lately.
    typical: Duration,
    tickets: Ticket,
}

struct Run {
    is_short: bool,
    since: Instant,
    stage: Stage,
    /// Which of all sends this is.
    number: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// May leave, and has not.
    Admitted,
    Sent,
    Answered,
}

/// What Poe last said to be left: sends up to number `through`, before `until`.
struct WindowGrant {
    through: u64,
    until: Instant,
    /// The send that it was told in answer to.
    number: u64,
}

impl Queue {
    pub(crate) fn new(limit: u32, slots: u32) -> Queue {
        Queue {
            limit: limit.max(1) as usize,
            slots: slots.max(1) as usize,
            shorts: VecDeque::new(),
            lanes: VecDeque::new(),
            was_short: false,
            running: HashMap::new(),
            answered: VecDeque::new(),
            last_sent: None,
            sends: 0,
            grant: None,
            paused_until: None,
            typical: TYPICAL,
            tickets: 0,
        }
    }

    /// Stands in line. One that was sent before and refused is the first of its lane.
    pub(crate) fn join(&mut self, lane: Lane, is_again: bool) -> Ticket {
        self.tickets += 1;
        let ticket = self.tickets;
        let waiting = match lane {
            Lane::Short => &mut self.shorts,
            Lane::Chat(lane) => {
                let at = self.lanes.iter().position(|(other, _)| *other == lane);
                let at = at.unwrap_or_else(|| {
                    self.lanes.push_back((lane, VecDeque::new()));
                    self.lanes.len() - 1
                });
                &mut self.lanes[at].1
            }
        };
        if is_again {
            waiting.push_front(ticket);
        } else {
            waiting.push_back(ticket);
        }
        ticket
    }

    /// Who goes next and when, as far as that is known: otherwise an answer must begin or end first.
    pub(crate) fn next(&mut self, now: Instant) -> Option<(Ticket, Instant)> {
        let ticket = self.head()?;
        Some((ticket, self.free_at(now)?))
    }

    /// Lets the next one go when its time has come.
    pub(crate) fn admit(&mut self, now: Instant) -> Option<Ticket> {
        let (ticket, _) = self.next(now).filter(|&(_, at)| at <= now)?;
        let is_short = self.shorts.front() == Some(&ticket);
        if is_short {
            self.shorts.pop_front();
        } else if let Some((lane, mut waiting)) = self.lanes.pop_front() {
            waiting.pop_front();
            if !waiting.is_empty() {
                self.lanes.push_back((lane, waiting));
            }
        }
        self.was_short = is_short;
        let run = Run { is_short, since: now, stage: Stage::Admitted, number: 0 };
        self.running.insert(ticket, run);
        Some(ticket)
    }

    pub(crate) fn is_admitted(&self, ticket: Ticket) -> bool {
        self.running.contains_key(&ticket)
    }

    /// It is on its way.
    pub(crate) fn sent(&mut self, ticket: Ticket, now: Instant) {
        if let Some(run) = self.running.get_mut(&ticket) {
            self.sends += 1;
            run.number = self.sends;
            run.stage = Stage::Sent;
            self.last_sent = Some(now);
        }
    }

    /// It never left after all, and so does not count.
    pub(crate) fn unsent(&mut self, ticket: Ticket) {
        if let Some(run) = self.running.get_mut(&ticket) {
            run.stage = Stage::Admitted;
        }
    }

    /// Its answer began, and told this.
    pub(crate) fn answered(&mut self, ticket: Ticket, told: Told, now: Instant) {
        let Some(run) = self.running.get_mut(&ticket) else {
            return;
        };
        if run.stage != Stage::Answered {
            run.stage = Stage::Answered;
            self.answered.push_back(now);
        }
        let number = run.number;
        if let Some(limit) = told.limit {
            self.limit = limit as usize;
        }
        // Answers may come in another order than the requests went; the latest request knows best.
        let is_news = self.grant(now).is_none_or(|grant| grant.number <= number);
        if let Some((left, reset)) = told.left.filter(|_| is_news) {
            self.grant = Some(WindowGrant {
                through: number.saturating_add(left.into()),
                until: now + reset.min(WINDOW),
                number,
            });
        }
    }

    /// It has its answer, or gave up: at whatever point, it holds nothing from now on.
    pub(crate) fn leave(&mut self, ticket: Ticket, now: Instant) {
        if let Some(run) = self.running.remove(&ticket) {
            // Nobody knows whether Poe has counted it yet.
            if run.stage == Stage::Sent {
                self.answered.push_back(now);
            }
            if !run.is_short && run.stage == Stage::Answered {
                self.typical = (self.typical * 7 + now.saturating_duration_since(run.since)) / 8;
            }
            return;
        }
        self.shorts.retain(|other| *other != ticket);
        for (_, waiting) in &mut self.lanes {
            waiting.retain(|other| *other != ticket);
        }
        self.lanes.retain(|(_, waiting)| !waiting.is_empty());
    }

    /// Nothing goes before then.
    pub(crate) fn pause(&mut self, until: Instant) {
        self.paused_until = self.paused_until.max(Some(until));
    }

    /// `None` when it is not a chat that waits.
    pub(crate) fn outlook(&mut self, ticket: Ticket, now: Instant) -> Option<Outlook> {
        let place = |waiting: &VecDeque<Ticket>| waiting.iter().position(|other| *other == ticket);
        let (lane, rank) =
            self.lanes.iter().enumerate().find_map(|(lane, (_, waiting))| Some((lane, place(waiting)?)))?;
        let before = |(other, (_, waiting)): (usize, &(_, VecDeque<Ticket>))| {
            waiting.len().min(rank + usize::from(other < lane))
        };
        let position = 1 + self.lanes.iter().enumerate().map(before).sum::<usize>();
        let wait = self.rate_wait(position, now).max(self.place_wait(position, now));
        Some(Outlook { position, wait, slowed: self.slowed(now) })
    }

    fn rate_wait(&mut self, position: usize, now: Instant) -> Duration {
        let first = self.free_at(now).unwrap_or(now + self.typical);
        let beyond = (self.used() + position).saturating_sub(self.limit);
        let at = if beyond == 0 {
            first + self.gap(now).unwrap_or_default() * u32::try_from(position - 1).unwrap_or(u32::MAX)
        } else {
            // Every one that goes takes the place of one that went.
            let (rounds, rest) = ((beyond - 1) / self.limit, (beyond - 1) % self.limit);
            let since = self.answered.get(rest).copied().unwrap_or(now);
            since + WINDOW * u32::try_from(rounds + 1).unwrap_or(u32::MAX)
        };
        at.max(first).saturating_duration_since(now)
    }

    /// As long as nothing better is known, every answer takes as long as most.
    fn place_wait(&self, position: usize, now: Instant) -> Duration {
        let running = self.running.values().filter(|run| !run.is_short);
        let mut free: Vec<Instant> = running.map(|run| now.max(run.since + self.typical)).collect();
        free.resize(self.slots.max(free.len()), now);
        free.sort_unstable();
        let (rounds, rest) = ((position - 1) / free.len(), (position - 1) % free.len());
        let at = free[rest] + self.typical * u32::try_from(rounds).unwrap_or(u32::MAX);
        at.saturating_duration_since(now)
    }

    fn head(&self) -> Option<Ticket> {
        let short = self.shorts.front();
        let chat = self.lanes.front().and_then(|(_, waiting)| waiting.front());
        let chat = chat.filter(|_| self.busy() < self.slots);
        if self.was_short { chat.or(short).copied() } else { short.or(chat).copied() }
    }

    /// When the rate lets another one go; `None` when an answer must begin first.
    fn free_at(&mut self, now: Instant) -> Option<Instant> {
        while self.answered.front().is_some_and(|&at| at + WINDOW <= now) {
            self.answered.pop_front();
        }
        let mut at = now.max(self.paused_until.unwrap_or(now));
        if let Some(over) = self.used().checked_sub(self.limit) {
            at = at.max(*self.answered.get(over)? + WINDOW);
        }
        if let Some(grant) = self.grant(now).filter(|grant| self.granted(grant) == 0) {
            at = at.max(grant.until);
        }
        if let (Some(last), Some(gap)) = (self.last(), self.gap(now)) {
            at = at.max(last + gap);
        }
        Some(at)
    }

    /// What is used of the limit, when that is so much that the pace slows.
    fn slowed(&self, now: Instant) -> Option<(u32, u32)> {
        let own = self.limit.saturating_sub(self.used());
        let left = self.grant(now).map_or(own, |grant| own.min(self.granted(grant)));
        let is_little = left * LAST_PART <= self.limit;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        is_little.then(|| (number(self.limit - left), number(self.limit)))
    }

    /// The time from one send to the next when there is little left.
    fn gap(&self, now: Instant) -> Option<Duration> {
        let last = self.last()?;
        let own =
            (self.limit.saturating_sub(self.used()), self.answered.front().copied().unwrap_or(last) + WINDOW);
        let granted = self.grant(now).map(|grant| (self.granted(grant), grant.until));
        let (left, more_at) = granted.filter(|granted| granted.0 < own.0).unwrap_or(own);
        if left == 0 || left * LAST_PART > self.limit {
            return None;
        }
        let share = |time: Duration, parts: usize| time / u32::try_from(parts).unwrap_or(u32::MAX);
        let spread = share(more_at.saturating_duration_since(last), left + 1);
        Some(spread.max(share(WINDOW, self.limit)))
    }

    fn grant(&self, now: Instant) -> Option<&WindowGrant> {
        self.grant.as_ref().filter(|grant| now < grant.until)
    }

    fn granted(&self, grant: &WindowGrant) -> usize {
        let taken = self.sends + self.count(|run| run.stage == Stage::Admitted) as u64;
        usize::try_from(grant.through.saturating_sub(taken)).unwrap_or(usize::MAX)
    }

    /// Places in the window that are taken.
    fn used(&self) -> usize {
        self.answered.len() + self.count(|run| run.stage != Stage::Answered)
    }

    /// Chats that are being answered.
    fn busy(&self) -> usize {
        self.count(|run| !run.is_short)
    }

    fn count(&self, which: impl Fn(&Run) -> bool) -> usize {
        self.running.values().filter(|run| which(run)).count()
    }

    /// When the last one went or was let go.
    fn last(&self) -> Option<Instant> {
        let admitted = self.running.values().filter(|run| run.stage == Stage::Admitted);
        admitted.map(|run| run.since).max().max(self.last_sent)
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
