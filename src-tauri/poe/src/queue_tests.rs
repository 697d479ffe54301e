//! The queue in simulated time: what it promises must hold in any order of events, so most of this is random schedules
//! against a model that only keeps count.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use fastrand::Rng;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn what_the_queue_promises_holds_in_ten_thousand_schedules() {
    std::thread::scope(|scope| {
        for seeds in [0..2_500, 2_500..5_000, 5_000..7_500, 7_500..10_000] {
            scope.spawn(move || seeds.for_each(|seed| World::new(seed).run()));
        }
    });
}

/// What happens to a request unless it is dropped. Times in milliseconds.
struct Request {
    lane: Lane,
    joins: u64,
    dropped: Option<u64>,
    /// From being admitted to leaving, and then to the head and the end of the answer.
    stalls: u64,
    thinks: u64,
    talks: u64,
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Answered,
    /// There was no connection.
    Unsent,
    /// 429, the first time; sent again then.
    Refused(u64),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Join(usize),
    Leave(Ticket),
    Head(Ticket),
    End(Ticket),
    Drop(usize),
}

#[derive(Clone, Copy)]
struct Seen {
    request: usize,
    stage: Option<Stage>,
    /// How many chats went before it, and how many may at most.
    before: usize,
    most_before: usize,
}

struct World {
    seed: u64,
    rng: Rng,
    start: Instant,
    now: u64,
    limit: usize,
    slots: usize,
    lanes: usize,
    /// Whether answers tell of limits.
    tells: bool,
    queue: Queue,
    requests: Vec<Request>,
    events: BinaryHeap<Reverse<(u64, Event)>>,
    /// Everybody who is in the queue.
    present: HashMap<Ticket, Seen>,
    ticket_of: HashMap<usize, Ticket>,
    /// When Poe counted a request.
    counted: Vec<u64>,
    /// When answers began, or were given up.
    answered: Vec<u64>,
    /// Turns that a lane took since another one, which waits, had its own.
    turns: HashMap<(Option<i64>, Option<i64>), usize>,
    was_short: bool,
    paused_until: u64,
    /// Since when somebody waits and nobody was admitted.
    stands_since: Option<u64>,
}

impl World {
    fn new(seed: u64) -> World {
        let mut rng = Rng::with_seed(seed);
        let (limit, slots, lanes) = (rng.usize(1..=12), rng.usize(1..=4), rng.usize(1..=5));
        // All at once, or spread over some minutes.
        let within = if rng.bool() { 1 } else { 200_000 };
        let requests: Vec<Request> = (0..rng.usize(3..40))
            .map(|_| {
                let joins = rng.u64(0..within);
                Request {
                    lane: match rng.usize(0..=lanes) {
                        0 => Lane::Short,
                        1 => Lane::Chat(None),
                        lane => Lane::Chat(Some(lane as i64)),
                    },
                    joins,
                    dropped: (rng.usize(0..5) == 0).then(|| joins + rng.u64(0..90_000)),
                    stalls: if rng.usize(0..10) == 0 { rng.u64(0..2_000) } else { 0 },
                    thinks: rng.u64(0..5_000),
                    talks: rng.u64(0..20_000),
                    fate: match rng.usize(0..20) {
                        0 => Fate::Unsent,
                        1..4 => Fate::Refused(rng.u64(0..30_000)),
                        _ => Fate::Answered,
                    },
                }
            })
            .collect();
        let mut events = BinaryHeap::new();
        for (index, request) in requests.iter().enumerate() {
            events.push(Reverse((request.joins, Event::Join(index))));
            if let Some(at) = request.dropped {
                events.push(Reverse((at, Event::Drop(index))));
            }
        }
        World {
            seed,
            start: Instant::now(),
            now: 0,
            limit,
            slots,
            lanes,
            tells: rng.usize(0..4) == 0,
            rng,
            queue: Queue::new(limit as u32, slots as u32),
            requests,
            events,
            present: HashMap::new(),
            ticket_of: HashMap::new(),
            counted: Vec::new(),
            answered: Vec::new(),
            turns: HashMap::new(),
            was_short: false,
            paused_until: 0,
            stands_since: None,
        }
    }

    fn at(&self) -> Instant {
        self.start + ms(self.now)
    }

    fn run(mut self) {
        loop {
            let next = self.queue.next(self.at()).map(|(_, at)| {
                let at = at.saturating_duration_since(self.start);
                // A timer has full milliseconds.
                at.as_micros().div_ceil(1_000) as u64
            });
            let event = self.events.peek().map(|Reverse((at, _))| *at);
            let Some(then) = next.into_iter().chain(event).min() else {
                break;
            };
            assert!(then >= self.now, "seed {}: back in time", self.seed);
            self.now = then;
            while let Some(&Reverse((at, event))) = self.events.peek()
                && at == self.now
            {
                self.events.pop();
                self.happen(event);
                self.check();
            }
            while let Some(ticket) = self.queue.admit(self.at()) {
                self.admitted(ticket);
                self.check();
            }
            self.check_progress();
        }
        let left: Vec<_> = self.present.keys().collect();
        assert!(left.is_empty(), "seed {}: starved: {left:?}", self.seed);
        if !self.tells {
            self.counted.sort_unstable();
            for minute in self.counted.windows(self.limit + 1) {
                assert!(minute[self.limit] - minute[0] > 60_000, "seed {}: {minute:?}", self.seed);
            }
        }
    }

    fn happen(&mut self, event: Event) {
        let now = self.at();
        match event {
            Event::Join(request) => self.join(request, false),
            Event::Leave(ticket) => {
                let Some(seen) = self.present.get_mut(&ticket) else {
                    return;
                };
                let request = &self.requests[seen.request];
                self.queue.sent(ticket, now);
                if request.fate == Fate::Unsent {
                    self.queue.unsent(ticket);
                    self.leave(ticket);
                } else {
                    seen.stage = Some(Stage::Sent);
                    // Poe counts it somewhere between the two.
                    let dropped = request.dropped.unwrap_or(u64::MAX);
                    let counted = self.now + self.rng.u64(0..=request.thinks);
                    if counted <= dropped {
                        self.counted.push(counted);
                    }
                    self.events.push(Reverse((self.now + request.thinks, Event::Head(ticket))));
                }
            }
            Event::Head(ticket) => {
                let Some(seen) = self.present.get_mut(&ticket) else {
                    return;
                };
                seen.stage = Some(Stage::Answered);
                self.answered.push(self.now);
                let request = seen.request;
                let told = self.told();
                self.queue.answered(ticket, told, now);
                match self.requests[request].fate {
                    Fate::Refused(wait) => {
                        self.requests[request].fate = Fate::Answered;
                        self.queue.pause(now + ms(wait));
                        self.paused_until = self.paused_until.max(self.now + wait);
                        self.leave(ticket);
                        self.join(request, true);
                    }
                    _ => {
                        let end = self.now + self.requests[request].talks;
                        self.events.push(Reverse((end, Event::End(ticket))));
                    }
                }
            }
            Event::End(ticket) => {
                if self.present.contains_key(&ticket) {
                    self.leave(ticket);
                }
            }
            Event::Drop(request) => {
                if let Some(&ticket) = self.ticket_of.get(&request) {
                    self.leave(ticket);
                }
            }
        }
    }

    fn told(&mut self) -> Told {
        if !self.tells {
            return Told::default();
        }
        let limit = (self.rng.usize(0..6) == 0).then(|| self.rng.u32(1..=12));
        if let Some(limit) = limit {
            self.limit = limit as usize;
        }
        let left = self.rng.bool().then(|| (self.rng.u32(0..12), ms(self.rng.u64(1..100_000))));
        Told { limit, left }
    }

    fn join(&mut self, request: usize, is_again: bool) {
        let lane = self.requests[request].lane;
        let ahead = self.waiting(lane).count();
        let ticket = self.queue.join(lane, is_again);
        self.present.insert(
            ticket,
            Seen {
                request,
                stage: None,
                before: 0,
                most_before: if is_again { self.lanes - 1 } else { ahead * self.lanes + self.lanes - 1 },
            },
        );
        self.ticket_of.insert(request, ticket);
        if is_again {
            // Each turn that it takes from its lane costs the others there one round.
            let others: Vec<_> = self.waiting(lane).filter(|other| *other != ticket).collect();
            for other in others {
                self.present.get_mut(&other).unwrap().most_before += self.lanes;
            }
        }
    }

    fn waiting(&self, lane: Lane) -> impl Iterator<Item = Ticket> {
        self.present
            .iter()
            .filter(move |(_, seen)| seen.stage.is_none() && self.requests[seen.request].lane == lane)
            .map(|(ticket, _)| *ticket)
    }

    fn leave(&mut self, ticket: Ticket) {
        let seen = self.present.remove(&ticket).unwrap();
        self.ticket_of.remove(&seen.request);
        if seen.stage == Some(Stage::Sent) {
            self.answered.push(self.now);
        }
        let lane = self.requests[seen.request].lane;
        if let Lane::Chat(lane) = lane
            && self.waiting(Lane::Chat(lane)).next().is_none()
        {
            self.turns.retain(|(waits, _), _| *waits != lane);
        }
        self.queue.leave(ticket, self.at());
        assert!(!self.queue.is_admitted(ticket));
        // Leaving twice changes nothing.
        self.queue.leave(ticket, self.at());
    }

    fn admitted(&mut self, ticket: Ticket) {
        let seed = self.seed;
        let seen = *self.present.get(&ticket).expect("admitted after it had left");
        assert!(seen.stage.is_none(), "seed {seed}: admitted twice");
        assert!(self.now >= self.paused_until, "seed {seed}: during a pause");
        let lane = self.requests[seen.request].lane;
        let chat_waits = self
            .present
            .values()
            .any(|seen| seen.stage.is_none() && self.requests[seen.request].lane != Lane::Short);
        let chat_could_go = chat_waits && self.busy() < self.slots;
        let short_waits = self.waiting(Lane::Short).next().is_some();
        match lane {
            Lane::Short => assert!(!(self.was_short && chat_could_go), "seed {seed}: no turn for chats"),
            Lane::Chat(lane) => {
                assert!(self.was_short || !short_waits, "seed {seed}: a short one had to wait");
                self.take_turn(lane);
                assert!(seen.before <= seen.most_before, "seed {seed}: {} before it", seen.before);
                for seen in self.present.values_mut().filter(|seen| seen.stage.is_none()) {
                    seen.before += 1;
                }
            }
        }
        self.was_short = lane == Lane::Short;
        self.present.get_mut(&ticket).unwrap().stage = Some(Stage::Admitted);
        assert!(self.used() <= self.limit, "seed {seed}: over the limit");
        let leaves = self.now + self.requests[seen.request].stalls;
        self.events.push(Reverse((leaves, Event::Leave(ticket))));
        self.stands_since = None;
    }

    /// Between two turns of a lane that waits, no other has more than one.
    fn take_turn(&mut self, lane: Option<i64>) {
        let mut waiting: Vec<Option<i64>> = self
            .present
            .values()
            .filter(|seen| seen.stage.is_none())
            .filter_map(|seen| match self.requests[seen.request].lane {
                Lane::Chat(other) if other != lane => Some(other),
                _ => None,
            })
            .collect();
        waiting.sort_unstable();
        waiting.dedup();
        for waits in waiting {
            let turns = self.turns.entry((waits, lane)).or_default();
            *turns += 1;
            assert!(*turns <= 1, "seed {}: {lane:?} before {waits:?}", self.seed);
        }
        self.turns.retain(|(waits, _), _| *waits != lane);
    }

    fn used(&self) -> usize {
        let open = |seen: &&Seen| matches!(seen.stage, Some(Stage::Admitted | Stage::Sent));
        let recent = self.answered.iter().filter(|&&at| at + 60_001 > self.now);
        self.present.values().filter(open).count() + recent.count()
    }

    fn busy(&self) -> usize {
        let is_busy = |seen: &&Seen| seen.stage.is_some() && self.requests[seen.request].lane != Lane::Short;
        self.present.values().filter(is_busy).count()
    }

    /// Whoever has left holds nothing, and nobody has more than there is.
    fn check(&mut self) {
        let seed = self.seed;
        self.queue.free_at(self.at());
        assert_eq!(self.queue.used(), self.used(), "seed {seed}");
        assert_eq!(self.queue.busy(), self.busy(), "seed {seed}");
        assert!(self.busy() <= self.slots, "seed {seed}");
        // Each of them costs a look at all lanes.
        if !self.seed.is_multiple_of(8) {
            return;
        }
        let waiting: Vec<Ticket> = self
            .present
            .iter()
            .filter(|(_, seen)| seen.stage.is_none() && self.requests[seen.request].lane != Lane::Short)
            .map(|(ticket, _)| *ticket)
            .collect();
        let at = self.at();
        let mut positions: Vec<usize> = waiting
            .iter()
            .map(|ticket| self.queue.outlook(*ticket, at).expect("it waits").position)
            .collect();
        positions.sort_unstable();
        assert!(positions.into_iter().eq(1..=waiting.len()), "seed {seed}: positions");
    }

    /// The line stands still for a window, a pause and the longest answer at most.
    fn check_progress(&mut self) {
        if self.present.values().all(|seen| seen.stage.is_some()) {
            self.stands_since = None;
            return;
        }
        let since = *self.stands_since.get_or_insert(self.now);
        assert!(self.now - since <= 150_000, "seed {}: it stands still", self.seed);
    }
}

/// A queue whose requests are answered at once; gives when each of `count` went, in milliseconds.
fn times(queue: &mut Queue, start: Instant, count: usize) -> Vec<u64> {
    let tickets: Vec<Ticket> = (0..count).map(|_| queue.join(Lane::Chat(None), false)).collect();
    let mut now = start;
    let mut times = Vec::new();
    for expected in tickets {
        let ticket = loop {
            now = queue.next(now).unwrap().1;
            // By then the pace may be another.
            if let Some(ticket) = queue.admit(now) {
                break ticket;
            }
        };
        assert_eq!(ticket, expected);
        finish(queue, ticket, Told::default(), now);
        times.push((now - start).as_millis() as u64);
    }
    times
}

fn finish(queue: &mut Queue, ticket: Ticket, told: Told, now: Instant) {
    queue.sent(ticket, now);
    queue.answered(ticket, told, now);
    queue.leave(ticket, now);
}

#[test]
fn it_slows_at_four_fifths() {
    let start = Instant::now();
    let times = times(&mut Queue::new(500, 8), start, 1_000);
    assert_eq!(times[399], 0);
    // The last hundred share the minute until the first ones count no more.
    assert!((500..700).contains(&times[400]), "{}", times[400]);
    assert!(times[401..500].windows(2).all(|two| (500..700).contains(&(two[1] - two[0]))));
    assert!((58_000..60_000).contains(&times[499]), "{}", times[499]);
    assert!((60_000..61_000).contains(&times[500]), "{}", times[500]);
    assert!(times.windows(501).all(|minute| minute[500] - minute[0] > 60_000));
    assert!(times[999] < 121_000, "{}", times[999]);
}

#[test]
fn a_small_limit_a_minute_is_kept_to() {
    fn check(limit: u32, expected: &[u64]) {
        let got = times(&mut Queue::new(limit, 8), Instant::now(), expected.len());
        assert_eq!(got, expected, "{limit}");
    }
    check(0, &[0, 60_001, 120_002]);
    check(1, &[0, 60_001, 120_002]);
    check(3, &[0, 0, 0, 60_001, 60_001, 60_001, 120_002]);
    check(5, &[0, 0, 0, 0, 30_000, 60_001]);
}

#[test]
fn what_answers_tell() {
    /// After one answer that tells this: when the next ones go.
    fn check(limit: Option<u32>, left: Option<(u32, u64)>, expected: &[u64]) {
        let mut queue = Queue::new(500, 100);
        let start = Instant::now();
        let ticket = queue.join(Lane::Short, false);
        assert_eq!(queue.admit(start), Some(ticket));
        let left = left.map(|(left, wait)| (left, ms(wait)));
        finish(&mut queue, ticket, Told { limit, left }, start);
        assert_eq!(times(&mut queue, start, expected.len()), expected, "{limit:?} {left:?}");
    }
    check(None, None, &[0, 0, 0]);
    check(Some(3), None, &[0, 0, 60_001]);
    check(Some(1), None, &[60_001, 120_002]);
    check(None, Some((0, 7_000)), &[7_000, 7_000]);
    // Others use the same key: what they left is spread, too.
    check(None, Some((2, 9_000)), &[3_000, 6_000, 9_000, 9_000]);
    check(None, Some((499, 1_000)), &[0, 0]);
    // No minute is longer than a minute.
    check(None, Some((0, 3_600_000)), &[60_001]);
}

#[test]
fn the_latest_request_knows_best() {
    let mut queue = Queue::new(500, 100);
    let now = Instant::now();
    let tickets: Vec<Ticket> = (0..3).map(|_| queue.join(Lane::Chat(None), false)).collect();
    while let Some(ticket) = queue.admit(now) {
        queue.sent(ticket, now);
    }
    let left = |left| Told { limit: None, left: Some((left, 10 * SECOND)) };
    queue.answered(tickets[1], left(1), now);
    // The third one, under way, has taken the last.
    let waits = queue.join(Lane::Chat(None), false);
    assert_eq!(queue.next(now), Some((waits, now + 10 * SECOND)));
    queue.answered(tickets[0], left(400), now);
    assert_eq!(queue.next(now), Some((waits, now + 10 * SECOND)));
    queue.answered(tickets[2], left(400), now);
    assert_eq!(queue.next(now), Some((waits, now)));
}

#[test]
fn what_is_expected() {
    let start = Instant::now();
    let mut queue = Queue::new(10, 2);
    let tickets: Vec<Ticket> = (0..25).map(|lane| queue.join(Lane::Chat(Some(lane)), false)).collect();
    let mut check = |ticket: usize, position: usize, wait: f64| {
        let outlook = queue.outlook(tickets[ticket], start).unwrap();
        assert_eq!(outlook.position, position);
        assert!((outlook.wait.as_secs_f64() - wait).abs() < 1.0, "{ticket}: {outlook:?}");
    };
    check(0, 1, 0.0);
    check(1, 2, 0.0);
    // Two at a time, ten seconds each as long as nothing else is known.
    check(3, 4, 10.0);
    check(5, 6, 20.0);
    // Beyond ten, a minute later.
    check(10, 11, 60.0);
    check(24, 25, 120.0);
    queue.pause(start + 7 * SECOND);
    assert_eq!(queue.outlook(tickets[0], start).unwrap().wait, 7 * SECOND);
    queue.leave(tickets[0], start);
    assert_eq!(queue.outlook(tickets[1], start).unwrap().position, 1);
    assert_eq!(queue.outlook(tickets[0], start), None);
}
