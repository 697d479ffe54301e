//! "Was I charged?": which row of the points history belongs to which call, and what that says of its cost. A pure decision.
//!
//! Poe ties no row to a request. What they share is the model, the time and, where both tell them, the tokens. A row is made
//! while its request runs, or soon after one that was left, and may be listed minutes later. So a row is a call's for certain
//! where no other call can have brought it, and a row that is not listed says nothing: only one that settled at 0 says that
//! nothing was charged.

use poe::UsageRow;
use std::collections::{BTreeMap, BTreeSet};

/// A chat request that was sent. Times are milliseconds since 1970 by the server's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub id: i64,
    pub model: String,
    pub sent_at: i64,
    /// `None` while it runs: it can still bring a row, so it competes with the others.
    pub ended_at: Option<i64>,
    /// By how much the times may be wrong, either way. `None`: the server's clock was never known, and they are any time.
    pub within: Option<i64>,
    /// It brought its whole answer: it has a row, however late that is listed.
    pub answered: bool,
    /// Of the question and of the answer, as Poe counted them.
    pub tokens: Option<(i64, i64)>,
}

/// What was read of the points history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Those that no earlier verdict took, each once.
    pub rows: Vec<UsageRow>,
    /// No row that was listed then is missing from this time on, milliseconds since 1970.
    pub since: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Charged {
        points: i64,
        query_id: String,
    },
    /// Its row settled at 0.
    NotCharged {
        query_id: String,
    },
    /// It cost one of these, in rising order; none where that cannot be said yet.
    Ambiguous {
        amounts: Vec<i64>,
    },
    /// Its row may still be listed, or still say 0.
    NotYet,
    /// After all this time none is listed.
    NotFound,
    /// Nobody can tell: its time is not known, or its row does not say what it cost, or the history does not reach it.
    Unknown,
}

/// A row is made so long before its call was sent at most, since its time may be cut to a whole second, and so long after
/// an answer that came whole.
const EARLY: i64 = 2_000;
const AFTER_ANSWER: i64 = 5_000;
/// The model may go on so long for who has left.
const AFTER_LEAVING: i64 = 120_000;
/// Rows are listed so late, and a fresh one that says 0 points settles by then. A row made so long after a call that was
/// left may still be its own, but nothing more.
pub(super) const SETTLES: i64 = 600_000;

/// How far back the history must be read for a call that was sent then.
pub(super) fn begin(call: &Call) -> i64 {
    call.sent_at - call.within.unwrap_or(0) - EARLY
}

/// The verdict on every call that has ended. `now` is by the server's clock too.
pub fn look_up(calls: &[Call], history: &History, now: i64) -> Vec<(i64, Verdict)> {
    let models: BTreeSet<String> = calls.iter().map(|call| name(&call.model)).collect();
    let mut verdicts = Vec::new();
    for model in models {
        let mut matching = Matching {
            calls: calls.iter().filter(|call| name(&call.model) == model).collect(),
            rows: rows_of(&model, &history.rows),
            own: BTreeMap::new(),
            since: history.since,
            now,
        };
        matching.by_tokens();
        matching.by_the_only_call();
        matching.by_equal_cost();
        for (at, call) in matching.calls.iter().enumerate() {
            if call.ended_at.is_some() {
                verdicts.push((call.id, matching.verdict(at)));
            }
        }
    }
    verdicts.sort_by_key(|(id, _)| *id);
    verdicts
}

/// Calls and rows of one model, and who is whose by their places.
struct Matching<'a> {
    calls: Vec<&'a Call>,
    rows: Vec<&'a UsageRow>,
    own: BTreeMap<usize, usize>,
    since: i64,
    now: i64,
}

impl Matching<'_> {
    /// A call and a row that tell the same tokens, as no other of those that it could be does.
    fn by_tokens(&mut self) {
        let same = |call: &Call, row: &UsageRow| {
            let told = row.input_tokens.zip(row.output_tokens);
            let told =
                told.and_then(|(input, output)| Some((input.try_into().ok()?, output.try_into().ok()?)));
            call.tokens.is_some() && call.tokens == told
        };
        let mut pairs = Vec::new();
        for (c, call) in self.calls.iter().enumerate() {
            let fitting = |(_, row): &(usize, &&UsageRow)| self.may_be(c, row) && same(call, row);
            pairs.extend(self.rows.iter().enumerate().filter(fitting).map(|(r, _)| (c, r)));
        }
        let alone = |pair: &&(usize, usize)| {
            pairs.iter().filter(|other| other.0 == pair.0 || other.1 == pair.1).count() == 1
        };
        self.own = pairs.iter().filter(alone).copied().collect();
    }

    /// A row that only one call can have brought is that call's. Of two such rows of one call one is somebody else's.
    fn by_the_only_call(&mut self) {
        loop {
            let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for row in self.free_rows() {
                let mut fitting = self.free_calls().filter(|call| self.may_be(*call, self.rows[row]));
                if let (Some(call), None) = (fitting.next(), fitting.next()) {
                    found.entry(call).or_default().push(row);
                }
            }
            found.retain(|_, rows| rows.len() == 1);
            if found.is_empty() {
                return;
            }
            self.own.extend(found.into_iter().map(|(call, rows)| (call, rows[0])));
        }
    }

    /// Where each has a row and all rows cost the same, it does not matter whose is which.
    fn by_equal_cost(&mut self) {
        for call in 0..self.calls.len() {
            if self.own.contains_key(&call) {
                continue;
            }
            let (mut calls, rows) = self.entangled(call);
            let costs: BTreeSet<Option<i64>> = rows.iter().map(|row| self.rows[*row].points).collect();
            if costs.len() != 1 || costs.contains(&None) {
                continue;
            }
            if calls.len() > rows.len() {
                // After all this time those that are listed belong to the answers that came.
                calls.retain(|call| self.calls[*call].answered);
                if calls.len() > rows.len() || calls.iter().any(|call| !self.is_old(*call)) {
                    continue;
                }
            }
            calls.sort_by_key(|call| self.calls[*call].ended_at.unwrap_or(self.now));
            let mut left = rows;
            for call in calls {
                if let Some(at) = left.iter().position(|row| self.may_be(call, self.rows[*row])) {
                    self.own.insert(call, left.remove(at));
                }
            }
        }
    }

    fn verdict(&self, at: usize) -> Verdict {
        if self.calls[at].within.is_none() {
            return Verdict::Unknown;
        }
        match self.own.get(&at) {
            Some(&row) => self.settled(at, self.rows[row]),
            None => self.without_row(at),
        }
    }

    fn settled(&self, at: usize, row: &UsageRow) -> Verdict {
        let query_id = row.query_id.clone();
        match row.points {
            Some(points @ 1..) => Verdict::Charged { points, query_id },
            _ if !self.has_settled(at, row) => Verdict::NotYet,
            Some(_) => Verdict::NotCharged { query_id },
            None => Verdict::Unknown,
        }
    }

    fn without_row(&self, at: usize) -> Verdict {
        let call = self.calls[at];
        let (calls, rows) = self.entangled(at);
        let own: Vec<usize> = rows.iter().copied().filter(|row| self.may_be(at, self.rows[*row])).collect();
        let is_complete = rows.len() >= calls.len();
        if own.is_empty() {
            let late = self.free_rows().filter(|row| !call.answered && self.may_be_late(at, self.rows[*row]));
            let late: Vec<usize> = late.collect();
            return match () {
                () if !self.is_old(at) => Verdict::NotYet,
                () if !late.is_empty() => self.one_of(at, &late, true),
                () if self.since > begin(call) => Verdict::Unknown,
                () => Verdict::NotFound,
            };
        }
        match (is_complete, self.is_old(at)) {
            (true, _) => self.one_of(at, &own, false),
            (false, true) => self.one_of(at, &own, !call.answered),
            (false, false) if call.answered => Verdict::NotYet,
            (false, false) => Verdict::Ambiguous { amounts: Vec::new() },
        }
    }

    /// `or_none`: or nothing was charged.
    fn one_of(&self, at: usize, rows: &[usize], or_none: bool) -> Verdict {
        let cost = |row: &usize| {
            self.rows[*row].points.filter(|points| *points > 0 || self.has_settled(at, self.rows[*row]))
        };
        let costs: Option<BTreeSet<i64>> = rows.iter().map(cost).collect();
        let mut amounts = costs.unwrap_or_default();
        if or_none && !amounts.is_empty() {
            amounts.insert(0);
        }
        Verdict::Ambiguous { amounts: amounts.into_iter().collect() }
    }

    /// The free calls and rows that hang together with this call: whose is which of them cannot be told apart.
    fn entangled(&self, call: usize) -> (Vec<usize>, Vec<usize>) {
        let (mut calls, mut rows) = (BTreeSet::from([call]), BTreeSet::new());
        loop {
            let before = (calls.len(), rows.len());
            rows.extend(
                self.free_rows().filter(|row| calls.iter().any(|call| self.may_be(*call, self.rows[*row]))),
            );
            calls.extend(
                self.free_calls().filter(|call| rows.iter().any(|row| self.may_be(*call, self.rows[*row]))),
            );
            if (calls.len(), rows.len()) == before {
                return (calls.into_iter().collect(), rows.into_iter().collect());
            }
        }
    }

    fn free_calls(&self) -> impl Iterator<Item = usize> {
        (0..self.calls.len()).filter(|call| !self.own.contains_key(call))
    }

    fn free_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.rows.len()).filter(|row| self.own.values().all(|taken| taken != row))
    }

    fn may_be(&self, at: usize, row: &UsageRow) -> bool {
        let call = self.calls[at];
        let after = if call.answered { AFTER_ANSWER } else { AFTER_LEAVING };
        call.within.is_none() || self.is_within(at, row, after)
    }

    fn may_be_late(&self, at: usize, row: &UsageRow) -> bool {
        self.is_within(at, row, SETTLES)
    }

    fn is_within(&self, at: usize, row: &UsageRow, after: i64) -> bool {
        let call = self.calls[at];
        let latest = call.ended_at.unwrap_or(self.now) + call.within.unwrap_or(0) + after;
        row.at_ms.is_some_and(|made| (begin(call)..=latest).contains(&made))
    }

    /// It was made after its call's end if the model went on.
    fn has_settled(&self, at: usize, row: &UsageRow) -> bool {
        self.is_old(at) && row.at_ms.is_some_and(|made| self.now - made >= SETTLES)
    }

    /// What is listed of this call by now is all that ever will be.
    fn is_old(&self, at: usize) -> bool {
        let call = self.calls[at];
        let within = call.within.unwrap_or(0);
        call.ended_at.is_some_and(|ended| self.now - ended >= SETTLES + within)
    }
}

/// Calls through a key. The guide's own sample has no type at all.
fn rows_of<'a>(model: &str, rows: &'a [UsageRow]) -> Vec<&'a UsageRow> {
    let is_api = |row: &UsageRow| row.kind.is_empty() || row.kind.eq_ignore_ascii_case("API");
    let rows = rows.iter().filter(|row| is_api(row) && name(&row.model) == model);
    let mut rows: Vec<&UsageRow> = rows.collect();
    rows.sort_by_key(|row| row.at_ms);
    rows
}

/// The history writes names as people read them, the list in small letters.
fn name(model: &str) -> String {
    model.to_lowercase().replace([' ', '_'], "-")
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "matching_schedules.rs"]
mod schedules;
