//! "Was I charged?": which row of the points history belongs to which call. A pure decision.
//!
//! Poe ties no row to a request. What they share is the model, the time and, where both tell them, the tokens; so a row is
//! taken for a call's only if no other call could have brought it.

use poe::UsageRow;
use std::collections::{BTreeMap, BTreeSet};

/// A chat request that was sent. Times are milliseconds since 1970, by this computer's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub id: i64,
    pub model: String,
    pub sent_at: i64,
    /// `None` while it runs: it can still bring a row, so it competes with the others.
    pub ended_at: Option<i64>,
    /// It brought its whole answer: a row will come, however late.
    pub answered: bool,
    /// Of the question and of the answer, as Poe counted them.
    pub tokens: Option<(i64, i64)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Charged {
        points: i64,
        query_id: String,
    },
    NotCharged,
    /// Each of these rows may be its own, or another call's.
    Ambiguous {
        candidates: Vec<String>,
    },
    /// Its row may still come, or still say 0.
    NotYet,
}

/// The clocks of Poe and of this computer may differ so much, and a row be late by so much.
const EARLY: i64 = 5_000;
const LATE: i64 = 120_000;
/// Where rows lie nearly always: what is this close to one call alone is that call's.
const NEAR_BEFORE: i64 = 1_000;
const NEAR_AFTER: i64 = 5_000;
/// A call whose row has not appeared so long after its end has none.
const APPEARS: i64 = 10_000;
/// A fresh row says 0 points and settles later; after this long 0 is what it cost.
pub(super) const SETTLES: i64 = 600_000;

/// How far back the history must be read for a call that was sent then.
pub(super) fn begin(sent_at: i64) -> i64 {
    sent_at - EARLY
}

/// The verdict on every call that has ended. `rows` are those that no earlier verdict took, and reach back to before the
/// first call.
pub fn look_up(calls: &[Call], rows: &[UsageRow], now: i64) -> Vec<(i64, Verdict)> {
    let mut verdicts = Vec::new();
    let models: BTreeSet<String> = calls.iter().map(|call| name(&call.model)).collect();
    for model in models {
        let mut calls: Vec<&Call> = calls.iter().filter(|call| name(&call.model) == model).collect();
        let mut rows: Vec<&UsageRow> = rows
            .iter()
            .filter(|row| is_api(row) && name(&row.model) == model)
            .collect();
        calls.sort_by_key(|call| (call.sent_at, call.id));
        rows.sort_by_key(|row| row.at_ms);
        let own = assign(&calls, &rows, now);
        for (at, call) in calls.iter().enumerate() {
            let Some(ended) = call.ended_at else { continue };
            let verdict = match own.get(&at) {
                Some(&row) => settled(rows[row], now - ended),
                None => {
                    let taken: BTreeSet<usize> = own.values().copied().collect();
                    let open = |(row, it): (usize, &&UsageRow)| {
                        (!taken.contains(&row) && is_within(call, it, EARLY, LATE, now))
                            .then(|| it.query_id.clone())
                    };
                    let candidates: Vec<String> = rows.iter().enumerate().filter_map(open).collect();
                    without_row(call, candidates, now - ended)
                }
            };
            verdicts.push((call.id, verdict));
        }
    }
    verdicts.sort_by_key(|(id, _)| *id);
    verdicts
}

fn settled(row: &UsageRow, since_end: i64) -> Verdict {
    match row.points.unwrap_or_default() {
        0 if since_end < SETTLES => Verdict::NotYet,
        0 => Verdict::NotCharged,
        points => Verdict::Charged {
            points,
            query_id: row.query_id.clone(),
        },
    }
}

fn without_row(call: &Call, candidates: Vec<String>, since_end: i64) -> Verdict {
    if !candidates.is_empty() {
        Verdict::Ambiguous { candidates }
    } else if call.answered || since_end < APPEARS {
        Verdict::NotYet
    } else {
        Verdict::NotCharged
    }
}

/// Call to row, by their places in the two lists of one model, both in the order of time.
fn assign(calls: &[&Call], rows: &[&UsageRow], now: i64) -> BTreeMap<usize, usize> {
    let mut own = BTreeMap::new();
    let same_tokens = |call: &Call, row: &UsageRow| {
        let read = row.input_tokens.zip(row.output_tokens);
        let read = read.map(|(input, output)| (i64::try_from(input).ok(), i64::try_from(output).ok()));
        let told = call.tokens.map(|(input, output)| (Some(input), Some(output)));
        told.is_some() && told == read && is_within(call, row, EARLY, LATE, now)
    };
    only_ones(&mut own, calls, rows, same_tokens);
    only_ones(&mut own, calls, rows, |call, row| {
        is_within(call, row, NEAR_BEFORE, NEAR_AFTER, now)
    });
    only_ones(&mut own, calls, rows, |call, row| {
        is_within(call, row, EARLY, LATE, now)
    });
    in_order(&mut own, calls, rows, now);
    own
}

/// Joins every call and row that have only each other among those still free.
fn only_ones(
    own: &mut BTreeMap<usize, usize>,
    calls: &[&Call],
    rows: &[&UsageRow],
    fits: impl Fn(&Call, &UsageRow) -> bool,
) {
    let taken: BTreeSet<usize> = own.values().copied().collect();
    let mut pairs = Vec::new();
    for (c, call) in calls.iter().enumerate().filter(|(c, _)| !own.contains_key(c)) {
        for (r, row) in rows.iter().enumerate().filter(|(r, _)| !taken.contains(r)) {
            if fits(call, row) {
                pairs.push((c, r));
            }
        }
    }
    for &(c, r) in &pairs {
        if pairs.iter().filter(|pair| pair.0 == c || pair.1 == r).count() == 1 {
            own.insert(c, r);
        }
    }
}

/// As many rows as calls, and all calls one after the other: then the first row is the first call's.
fn in_order(own: &mut BTreeMap<usize, usize>, calls: &[&Call], rows: &[&UsageRow], now: i64) {
    let taken: BTreeSet<usize> = own.values().copied().collect();
    let free_rows: Vec<usize> = (0..rows.len())
        .filter(|row| !taken.contains(row))
        .filter(|&row| {
            (0..calls.len())
                .any(|c| !own.contains_key(&c) && is_within(calls[c], rows[row], EARLY, LATE, now))
        })
        .collect();
    let free_calls: Vec<usize> = (0..calls.len()).filter(|call| !own.contains_key(call)).collect();
    // Calls far from every row have a verdict of their own and must not spoil the count.
    let free_calls: Vec<usize> = free_calls
        .into_iter()
        .filter(|&call| {
            free_rows
                .iter()
                .any(|&row| is_within(calls[call], rows[row], EARLY, LATE, now))
        })
        .collect();
    let one_after_the_other = free_calls.windows(2).all(|pair| {
        calls[pair[0]]
            .ended_at
            .is_some_and(|ended| ended <= calls[pair[1]].sent_at)
    });
    let pairs: Vec<(usize, usize)> = free_calls
        .iter()
        .copied()
        .zip(free_rows.iter().copied())
        .collect();
    let all_fit = pairs
        .iter()
        .all(|&(call, row)| is_within(calls[call], rows[row], EARLY, LATE, now));
    if free_calls.len() == free_rows.len() && one_after_the_other && all_fit {
        own.extend(pairs);
    }
}

fn is_within(call: &Call, row: &UsageRow, before: i64, after: i64, now: i64) -> bool {
    (call.sent_at - before..=call.ended_at.unwrap_or(now) + after).contains(&row.at_ms.unwrap_or_default())
}

/// Calls through a key. The guide's own sample has no type at all.
fn is_api(row: &UsageRow) -> bool {
    row.kind.is_empty() || row.kind.eq_ignore_ascii_case("API")
}

/// The history writes names as people read them, the list in small letters.
fn name(model: &str) -> String {
    model.to_lowercase().replace([' ', '_'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call by its number, sent and ended so many seconds after the start.
    fn call(id: i64, sent: f64, ended: f64) -> Call {
        Call {
            id,
            model: "claude-haiku-4.5".to_owned(),
            sent_at: ms(sent),
            ended_at: Some(ms(ended)),
            answered: false,
            tokens: None,
        }
    }

    fn row(id: &str, at: f64, points: i64) -> UsageRow {
        UsageRow {
            query_id: id.to_owned(),
            at_ms: Some(ms(at)),
            model: "Claude-Haiku-4.5".to_owned(),
            kind: "API".to_owned(),
            points: Some(points),
            ..UsageRow::default()
        }
    }

    fn ms(seconds: f64) -> i64 {
        1_776_108_000_000 + (seconds * 1000.0) as i64
    }

    fn said(verdict: &Verdict) -> String {
        match verdict {
            Verdict::Charged { points, query_id } => format!("{query_id} {points}"),
            Verdict::NotCharged => "free".to_owned(),
            Verdict::Ambiguous { candidates } => format!("? {}", candidates.join(",")),
            Verdict::NotYet => "wait".to_owned(),
        }
    }

    /// What is said of each call, in the order of their numbers, so many seconds after the start.
    fn check(calls: &[Call], rows: &[UsageRow], now: f64, expected: &[&str]) {
        let got: Vec<String> = look_up(calls, rows, ms(now))
            .iter()
            .map(|(_, verdict)| said(verdict))
            .collect();
        assert_eq!(got, expected, "{calls:?}\n{rows:?}");
    }

    #[test]
    fn one_call() {
        let one = [call(1, 0.0, 4.0)];
        check(&one, &[row("a", 3.0, 238)], 5.0, &["a 238"]);
        check(&one, &[row("a", -0.5, 238)], 5.0, &["a 238"]);
        check(&one, &[row("a", 60.0, 238)], 90.0, &["a 238"]);
        check(&one, &[], 5.0, &["wait"]);
        check(&one, &[], 14.0, &["free"]);
        // An older and a much later call of somebody else.
        check(&one, &[row("a", -6.0, 9), row("b", 130.0, 9)], 200.0, &["free"]);
        let answered = Call {
            answered: true,
            ..call(1, 0.0, 4.0)
        };
        check(&[answered], &[], 400.0, &["wait"]);
    }

    #[test]
    fn zero_points_settle_later() {
        let one = [call(1, 0.0, 4.0)];
        check(&one, &[row("a", 3.0, 0)], 14.0, &["wait"]);
        check(&one, &[row("a", 3.0, 299)], 14.0, &["a 299"]);
        check(&one, &[row("a", 3.0, 0)], 604.0, &["free"]);
    }

    #[test]
    fn only_rows_of_this_model_and_of_a_key_count() {
        let one = [call(1, 0.0, 4.0)];
        let other = |change: fn(&mut UsageRow)| {
            let mut row = row("a", 3.0, 50);
            change(&mut row);
            [row]
        };
        check(&one, &other(|r| r.kind = "Chat".to_owned()), 20.0, &["free"]);
        check(&one, &other(|r| r.model = "GPT-5".to_owned()), 20.0, &["free"]);
        check(
            &one,
            &other(|r| r.model = "Claude Haiku 4.5".to_owned()),
            20.0,
            &["a 50"],
        );
        // The guide's sample: seconds, no type.
        check(
            &one,
            &other(|r| (r.kind, r.at_ms) = (String::new(), Some(ms(0.0)))),
            20.0,
            &["a 50"],
        );
    }

    #[test]
    fn two_calls_and_one_row() {
        // At the same time: nobody can tell whose it is.
        let both = [call(1, 0.0, 4.0), call(2, 1.0, 4.5)];
        check(&both, &[row("a", 3.0, 50)], 20.0, &["? a", "? a"]);
        // One after the other: it lies with one of them.
        let apart = [call(1, 0.0, 4.0), call(2, 30.0, 34.0)];
        check(&apart, &[row("a", 33.0, 50)], 60.0, &["free", "a 50"]);
        check(&apart, &[row("a", 3.0, 50)], 60.0, &["a 50", "free"]);
        // Too far from both to tell.
        check(&apart, &[row("a", 80.0, 50)], 100.0, &["? a", "? a"]);
        // One that still runs may have brought it.
        let running = Call {
            ended_at: None,
            ..call(2, 1.0, 0.0)
        };
        check(
            &[call(1, 0.0, 4.0), running],
            &[row("a", 3.0, 50)],
            20.0,
            &["? a"],
        );
    }

    #[test]
    fn two_calls_and_two_rows() {
        let apart = [call(1, 0.0, 4.0), call(2, 8.0, 12.0)];
        check(
            &apart,
            &[row("b", 11.0, 60), row("a", 3.0, 50)],
            40.0,
            &["a 50", "b 60"],
        );
        // Late, and still in their order.
        check(
            &apart,
            &[row("a", 20.0, 50), row("b", 30.0, 60)],
            40.0,
            &["a 50", "b 60"],
        );
        // At the same time no order tells, but the tokens do.
        let mut both = [call(1, 0.0, 4.0), call(2, 1.0, 3.0)];
        let mut rows = [row("a", 3.0, 50), row("b", 3.5, 60)];
        check(&both, &rows, 40.0, &["? a,b", "? a,b"]);
        both[0].tokens = Some((100, 7));
        (rows[1].input_tokens, rows[1].output_tokens) = (Some(100), Some(7));
        check(&both, &rows, 40.0, &["b 60", "a 50"]);
    }

    #[test]
    fn one_call_and_two_rows() {
        let one = [call(1, 0.0, 4.0)];
        check(&one, &[row("a", 3.0, 50), row("b", 90.0, 60)], 100.0, &["a 50"]);
        check(&one, &[row("a", 3.0, 50), row("b", 3.5, 60)], 100.0, &["? a,b"]);
    }

    #[test]
    fn a_row_is_claimed_by_one_call_only() {
        let many: Vec<Call> = (0..6)
            .map(|n| call(n, n as f64 * 7.0, n as f64 * 7.0 + 3.0))
            .collect();
        let rows: Vec<UsageRow> = (0..4)
            .map(|n| row(&n.to_string(), n as f64 * 9.0 + 2.0, 10 + n))
            .collect();
        let mut claimed: Vec<String> = look_up(&many, &rows, ms(100.0))
            .into_iter()
            .filter_map(|(_, verdict)| match verdict {
                Verdict::Charged { query_id, .. } => Some(query_id),
                _ => None,
            })
            .collect();
        let all = claimed.len();
        claimed.sort();
        claimed.dedup();
        assert_eq!(claimed.len(), all);
    }
}
