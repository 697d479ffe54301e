//! A person, a network and a Poe by chance, in virtual time: rows that are listed up to nine minutes late, points that are given
//! back, clocks that are known to half a second and half a round trip, or never. What is said must be true, and nothing that was charged may be
//! sent again by itself.

use super::super::charges::{LOOKS, sends_by_itself};
use super::*;
use crate::library::ChargeState;

/// Numbers by chance that are the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as i64 % most
    }

    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as i64) as usize]
    }
}

/// What really happened to a call.
struct Truth {
    call: Call,
    /// Points; 0 where the model never ran, or cost nothing.
    cost: i64,
    back: GivenBack,
    verdict: Verdict,
    presses: Vec<i64>,
}

/// When, and how many points.
type GivenBack = Option<(i64, i64)>;

fn back_by(now: i64, back: GivenBack) -> i64 {
    back.filter(|(at, _)| *at <= now).map_or(0, |(_, points)| points)
}

impl Truth {
    fn cost_at(&self, now: i64) -> i64 {
        self.cost - back_by(now, self.back)
    }
}

/// A row with the times from which it is listed, and says its cost.
struct Listed {
    row: UsageRow,
    from: i64,
    settles: i64,
    back: GivenBack,
}

struct World {
    chance: Chance,
    calls: Vec<Truth>,
    rows: Vec<Listed>,
    /// The error of the server's time as the app knows it.
    off: i64,
    within: Option<i64>,
    sent_by_itself: usize,
    paid_twice: usize,
}

const MINUTE: i64 = 60_000;
const START: i64 = 1_790_000_000_000;

impl World {
    fn new(seed: u64) -> World {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            chance.below(2);
        }
        let within = 500 + chance.between(0, 2_000);
        let mut world = World {
            off: chance.between(-within, within),
            within: (!chance.one_in(20)).then_some(within),
            chance,
            calls: Vec::new(),
            rows: Vec::new(),
            sent_by_itself: 0,
            paid_twice: 0,
        };
        for _ in 0..world.chance.between(1, 5) {
            let at = START + world.chance.between(0, 4 * MINUTE);
            world.send(at);
        }
        // Others use the account: with other models, in the chat, and with this model at other times.
        for n in 0..world.chance.between(0, 4) {
            let at = START + world.chance.between(-MINUTE, 5 * MINUTE);
            let mut row = world.row(&format!("other {n}"), at);
            match world.chance.below(3) {
                0 => row.row.kind = "Chat".to_owned(),
                1 => row.row.model = "Other".to_owned(),
                _ => row.row.at_ms = Some(START - 20 * MINUTE),
            }
            world.rows.push(row);
        }
        world
    }

    fn row(&mut self, id: &str, at: i64) -> Listed {
        let whole_seconds = self.chance.one_in(3);
        let from = at + self.chance.one_of(&[0, 500, 3_000, 30_000, 240_000, 539_000]);
        Listed {
            row: UsageRow {
                query_id: id.to_owned(),
                at_ms: Some(if whole_seconds { at / 1_000 * 1_000 } else { at }),
                model: "Demo-Flash".to_owned(),
                kind: "API".to_owned(),
                points: Some(self.chance.one_of(&[50, 137, 137, 212])),
                ..UsageRow::default()
            },
            from,
            settles: from + self.chance.one_of(&[0, 0, 2_000, 40_000]),
            back: None,
        }
    }

    /// A request leaves, ends in one of the ways that there are, and costs something or nothing.
    fn send(&mut self, sent: i64) {
        let ended = sent + self.chance.between(300, 40_000);
        let answered = self.chance.one_in(2);
        let ran = answered || self.chance.one_in(2);
        let id = self.calls.len() as i64;
        let tokens = (self.chance.between(7, 9), self.chance.between(1, 60));
        let (mut cost, mut back) = (0, None);
        if ran {
            let made = match (answered, self.chance.below(3)) {
                (_, 0) => sent + self.chance.between(0, 200),
                (true, _) => ended + self.chance.between(0, 1_500),
                (false, _) => ended + self.chance.between(0, 60_000),
            };
            let mut listed = self.row(&format!("row {id}"), made);
            if self.chance.one_in(8) {
                listed.row.points = Some(0);
            }
            if answered && self.chance.one_in(2) {
                (listed.row.input_tokens, listed.row.output_tokens) =
                    (Some(tokens.0 as u64), Some(tokens.1 as u64));
            }
            cost = listed.row.points.unwrap_or(0);
            if cost > 0 && self.chance.one_in(6) {
                back = Some((made + self.chance.between(1_000, 20 * MINUTE), self.chance.between(1, cost)));
                listed.back = back;
            }
            self.rows.push(listed);
        }
        let seen = |at: i64| at + self.off;
        let presses = (!answered).then(|| ended + self.chance.between(1_000, 12 * MINUTE));
        self.calls.push(Truth {
            call: Call {
                id,
                model: "demo-flash".to_owned(),
                sent_at: seen(sent),
                ended_at: Some(seen(ended)),
                within: self.within,
                answered,
                tokens: answered.then_some(tokens),
            },
            cost,
            back,
            verdict: Verdict::NotYet,
            presses: presses.into_iter().collect(),
        });
    }

    /// The history is read, and every call that is open is judged.
    fn look(&mut self, now: i64) {
        let claimed: Vec<String> = self.calls.iter().filter_map(|it| own_row(&it.verdict)).collect();
        let listed = self.rows.iter().filter(|it| it.from <= now && !claimed.contains(&it.row.query_id));
        let rows = listed.map(|it| UsageRow {
            points: if it.settles <= now {
                it.row.points.map(|points| points - back_by(now, it.back))
            } else {
                Some(0)
            },
            ..it.row.clone()
        });
        let history = History { rows: rows.collect(), since: i64::MIN };
        let seen = now + self.off;
        let open = self.calls.iter().filter(|it| own_row(&it.verdict).is_none());
        let open = open
            .filter(|it| it.call.sent_at <= seen)
            .map(|it| Call { ended_at: it.call.ended_at.filter(|ended| *ended <= seen), ..it.call.clone() });
        for (id, verdict) in look_up(&open.collect::<Vec<_>>(), &history, seen) {
            let truth = &mut self.calls[id as usize];
            let cost = truth.cost_at(now);
            let is_true = match &verdict {
                Verdict::Charged { points, .. } => *points == cost,
                Verdict::NotCharged { .. } => cost == 0,
                Verdict::Ambiguous { amounts } => amounts.is_empty() || amounts.contains(&cost),
                Verdict::NotYet | Verdict::NotFound | Verdict::Unknown => true,
            };
            assert!(is_true, "it cost {cost}, and {verdict:?} is said at {now}: {:?}", truth.call);
            truth.verdict = verdict;
        }
    }

    /// From the first call to an hour later: looks at their times, and a person who presses "Check and retry".
    fn live(&mut self) {
        let mut at = START;
        while let Some(next) = self.next_event(at) {
            at = next;
            self.look(at);
            for id in 0..self.calls.len() {
                if !self.calls[id].presses.contains(&at) {
                    continue;
                }
                let by_itself = sends_by_itself(state(&self.calls[id].verdict));
                self.sent_by_itself += usize::from(by_itself);
                self.paid_twice += usize::from(by_itself && self.calls[id].cost_at(at) > 0);
                // Told of the risk, some press a second time.
                if (by_itself || self.chance.one_in(3)) && self.calls.len() < 9 {
                    self.send(at + 1);
                }
            }
        }
    }

    fn next_event(&self, after: i64) -> Option<i64> {
        let looks = self.calls.iter().flat_map(|it| {
            let ended = it.call.ended_at.unwrap_or(0) - self.off;
            LOOKS.iter().map(move |wait| ended + wait).chain(it.presses.iter().copied())
        });
        looks.filter(|at| *at > after).min()
    }
}

fn state(verdict: &Verdict) -> ChargeState {
    match verdict {
        Verdict::Charged { .. } => ChargeState::Charged,
        Verdict::NotCharged { .. } => ChargeState::NotCharged,
        Verdict::Ambiguous { .. } => ChargeState::Ambiguous,
        Verdict::NotYet => ChargeState::NotYet,
        Verdict::NotFound => ChargeState::NotFound,
        Verdict::Unknown => ChargeState::Unknown,
    }
}

fn own_row(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Charged { query_id, .. } | Verdict::NotCharged { query_id } => Some(query_id.clone()),
        _ => None,
    }
}

#[test]
fn nothing_charged_is_sent_again_by_itself_and_nothing_untrue_is_said() {
    let (mut charged, mut told, mut free, mut found_free, mut by_itself) = (0, 0, 0, 0, 0);
    let mut told_of_refunds = 0;
    for seed in 1..=10_000 {
        let mut world = World::new(seed);
        world.live();
        assert_eq!(world.paid_twice, 0, "schedule {seed}");
        by_itself += world.sent_by_itself;
        for truth in world.calls.iter().filter(|it| it.call.within.is_some()) {
            let is_told = matches!(truth.verdict, Verdict::Charged { .. });
            told_of_refunds += usize::from(is_told && truth.back.is_some());
            match truth.cost {
                0 => (free, found_free) = (free + 1, found_free + usize::from(!is_told)),
                _ => (charged, told) = (charged + 1, told + usize::from(is_told)),
            }
        }
    }
    assert_eq!(found_free, free);
    assert!(told * 10 > charged * 6, "most costs are told: {told} of {charged}");
    assert!(by_itself > 0, "with evidence it is sent");
    assert!(told_of_refunds > 1_000, "{told_of_refunds}");
}
