//! The matching as a table, and in ten thousand histories of a person, a network and clocks that are made up by chance.

use super::*;

/// A call by its number, sent and ended so many seconds after the start.
fn call(id: i64, sent: f64, ended: f64) -> Call {
    Call {
        id,
        model: "claude-haiku-4.5".to_owned(),
        sent_at: ms(sent),
        ended_at: Some(ms(ended)),
        within: Some(500),
        answered: false,
        tokens: None,
    }
}

fn answered(id: i64, sent: f64, ended: f64) -> Call {
    Call { answered: true, ..call(id, sent, ended) }
}

fn running(id: i64, sent: f64) -> Call {
    Call { ended_at: None, ..call(id, sent, 0.0) }
}

fn row(id: &str, at: f64, points: impl Into<Option<i64>>) -> UsageRow {
    UsageRow {
        query_id: id.to_owned(),
        at_ms: Some(ms(at)),
        model: "Claude-Haiku-4.5".to_owned(),
        kind: "API".to_owned(),
        points: points.into(),
        ..UsageRow::default()
    }
}

fn ms(seconds: f64) -> i64 {
    1_776_108_000_000 + (seconds * 1000.0) as i64
}

fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Charged { points, query_id } => format!("{query_id} {points}"),
        Verdict::NotCharged { query_id } => format!("{query_id} free"),
        Verdict::Ambiguous { amounts } => {
            let amounts: Vec<String> = amounts.iter().map(i64::to_string).collect();
            format!("? {}", amounts.join("/")).trim().to_owned()
        }
        Verdict::NotYet => "wait".to_owned(),
        Verdict::NotFound => "none".to_owned(),
        Verdict::Unknown => "unknown".to_owned(),
    }
}

/// What is said of each call, in the order of their numbers, so many seconds after the start.
fn check(calls: &[Call], rows: &[UsageRow], now: f64, expected: &[&str]) {
    let history = History { rows: rows.to_vec(), since: i64::MIN };
    let got: Vec<String> = look_up(calls, &history, ms(now)).iter().map(|(_, it)| said(it)).collect();
    assert_eq!(got, expected, "after {now} s\n{calls:?}\n{rows:?}");
}

#[test]
fn one_call() {
    let one = [call(1, 0.0, 4.0)];
    check(&one, &[row("a", 3.0, 238)], 5.0, &["a 238"]);
    check(&one, &[row("a", -0.5, 238)], 5.0, &["a 238"]);
    check(&one, &[row("a", 60.0, 238)], 90.0, &["a 238"]);
    check(&one, &[row("a", 3.0, 238)], 5_000.0, &["a 238"]);
    // An older and a much later call of somebody else.
    check(&one, &[row("a", -6.0, 9), row("b", 610.0, 9)], 620.0, &["none"]);
    // So late that it may be anybody's.
    check(&one, &[row("b", 130.0, 9)], 200.0, &["wait"]);
    check(&one, &[row("b", 540.0, 9)], 620.0, &["? 0/9"]);
    check(&[answered(1, 0.0, 4.0)], &[row("b", 60.0, 9)], 200.0, &["wait"]);
}

#[test]
fn silence_is_no_evidence() {
    for one in [call(1, 0.0, 4.0), answered(1, 0.0, 4.0)] {
        for now in [4.0, 16.0, 60.0, 603.0, 604.4] {
            check(std::slice::from_ref(&one), &[], now, &["wait"]);
        }
        check(std::slice::from_ref(&one), &[], 604.5, &["none"]);
        check(&[one], &[], 86_400.0, &["none"]);
    }
    // Listed nine and a half minutes late.
    check(&[call(1, 0.0, 4.0)], &[row("a", 3.0, 238)], 574.0, &["a 238"]);
}

#[test]
fn what_the_history_does_not_reach_is_not_known() {
    let check = |since: f64, now: f64, expected: &str| {
        let history = History { rows: vec![], since: ms(since) };
        let got = look_up(&[call(1, 0.0, 4.0)], &history, ms(now));
        assert_eq!(said(&got[0].1), expected, "since {since}, after {now} s");
    };
    check(-10.0, 700.0, "none");
    check(-2.5, 700.0, "none");
    check(-2.4, 700.0, "unknown");
    check(100.0, 700.0, "unknown");
    check(100.0, 70.0, "wait");
}

#[test]
fn the_uncertainty_of_the_clock_widens_the_window() {
    let within = |ms: i64| [Call { within: Some(ms), ..answered(1, 0.0, 4.0) }];
    check(&within(500), &[row("a", -2.6, 9)], 700.0, &["none"]);
    check(&within(700), &[row("a", -2.6, 9)], 700.0, &["a 9"]);
    check(&within(500), &[row("a", 9.6, 9)], 700.0, &["none"]);
    check(&within(700), &[row("a", 9.6, 9)], 700.0, &["a 9"]);
}

#[test]
fn a_call_whose_time_was_never_known() {
    let lost = Call { within: None, ..call(1, 40.0, 43.0) };
    // Its clock may be 40 seconds ahead, or right.
    check(std::slice::from_ref(&lost), &[row("a", 1.0, 250)], 60.0, &["unknown"]);
    check(std::slice::from_ref(&lost), &[], 3_600.0, &["unknown"]);
    // A row that may be its own is nobody else's for certain.
    check(&[lost, call(2, 100.0, 104.0)], &[row("a", 103.0, 250)], 300.0, &["unknown", "?"]);
}

#[test]
fn zero_points_settle_later() {
    let one = [call(1, 0.0, 4.0)];
    check(&one, &[row("a", 3.0, 0)], 14.0, &["wait"]);
    check(&one, &[row("a", 3.0, 0)], 600.0, &["wait"]);
    check(&one, &[row("a", 3.0, 299)], 14.0, &["a 299"]);
    check(&one, &[row("a", 3.0, 0)], 605.0, &["a free"]);
    // What cannot be read is not 0.
    check(&one, &[row("a", 3.0, None)], 14.0, &["wait"]);
    check(&one, &[row("a", 3.0, None)], 605.0, &["unknown"]);
}

#[test]
fn only_rows_of_this_model_and_of_a_key_count() {
    let one = [call(1, 0.0, 4.0)];
    let other = |change: fn(&mut UsageRow)| {
        let mut row = row("a", 3.0, 50);
        change(&mut row);
        [row]
    };
    check(&one, &other(|r| r.kind = "Chat".to_owned()), 20.0, &["wait"]);
    check(&one, &other(|r| r.model = "GPT-5".to_owned()), 20.0, &["wait"]);
    check(&one, &other(|r| r.at_ms = None), 20.0, &["wait"]);
    check(&one, &other(|r| r.model = "Claude Haiku 4.5".to_owned()), 20.0, &["a 50"]);
    // The guide's sample: seconds, no type.
    check(&one, &other(|r| (r.kind, r.at_ms) = (String::new(), Some(ms(0.0)))), 20.0, &["a 50"]);
}

#[test]
fn more_calls_than_rows() {
    // At the same time: nobody can tell whose it is.
    let both = [call(1, 0.0, 4.0), call(2, 1.0, 4.5)];
    check(&both, &[row("a", 3.0, 50)], 20.0, &["?", "?"]);
    check(&both, &[row("a", 3.0, 50)], 700.0, &["? 0/50", "? 0/50"]);
    // The model may have gone on for who left first.
    let apart = [call(1, 0.0, 4.0), call(2, 30.0, 34.0)];
    check(&apart, &[row("a", 33.0, 50)], 60.0, &["?", "?"]);
    // It was made before the second was sent.
    check(&apart, &[row("a", 3.0, 50)], 60.0, &["a 50", "wait"]);
    check(&[call(1, 0.0, 4.0), call(2, 200.0, 204.0)], &[row("a", 203.0, 50)], 300.0, &["wait", "a 50"]);
    // One that still runs may have brought it.
    check(&[call(1, 0.0, 4.0), running(2, 1.0)], &[row("a", 3.0, 50)], 20.0, &["?"]);
    // Answers that came have rows, which may be listed late; one that was left may have none.
    let both = [answered(1, 0.0, 4.0), call(2, 1.0, 4.5)];
    check(&both, &[row("a", 3.0, 50)], 20.0, &["wait", "?"]);
    check(&both, &[row("a", 3.0, 50)], 700.0, &["a 50", "none"]);
    let both = [answered(1, 0.0, 4.0), answered(2, 1.0, 4.5)];
    check(&both, &[row("a", 3.0, 50)], 20.0, &["wait", "wait"]);
}

#[test]
fn as_many_calls_as_rows() {
    let apart = [answered(1, 0.0, 4.0), answered(2, 8.0, 12.0)];
    check(&apart, &[row("b", 11.0, 60), row("a", 3.0, 50)], 40.0, &["a 50", "b 60"]);
    let left = [call(1, 0.0, 4.0), call(2, 8.0, 12.0)];
    check(&left, &[row("b", 11.0, 60), row("a", 3.0, 50)], 40.0, &["a 50", "b 60"]);
    // Both made after both had been left, in whatever order.
    check(&left, &[row("a", 20.0, 50), row("b", 30.0, 60)], 40.0, &["? 50/60", "? 50/60"]);
    // At the same time no order tells, but the tokens do.
    let mut both = [answered(1, 0.0, 4.0), answered(2, 1.0, 3.0)];
    let mut rows = [row("a", 2.0, 137), row("b", 2.5, 212)];
    check(&both, &rows, 40.0, &["? 137/212", "? 137/212"]);
    both[0].tokens = Some((100, 7));
    (rows[1].input_tokens, rows[1].output_tokens) = (Some(100), Some(7));
    check(&both, &rows, 40.0, &["b 212", "a 137"]);
    // A fresh row does not say its cost yet, and one that can't be read never does.
    both[0].tokens = None;
    rows[0].points = Some(0);
    check(&both, &rows, 40.0, &["?", "?"]);
    check(&both, &rows, 700.0, &["? 0/212", "? 0/212"]);
    rows[0].points = None;
    check(&both, &rows, 700.0, &["?", "?"]);
}

#[test]
fn where_all_cost_the_same_it_is_that() {
    let both = [answered(1, 0.0, 4.0), answered(2, 1.0, 4.5)];
    let same = [row("a", 3.0, 137), row("b", 3.2, 137)];
    check(&both, &same, 20.0, &["a 137", "b 137"]);
    check(&[call(1, 0.0, 4.0), call(2, 1.0, 4.5)], &same, 20.0, &["a 137", "b 137"]);
    // A third one runs, or is not listed yet: it may have cost something else.
    check(&[both[0].clone(), both[1].clone(), running(3, 2.0)], &same, 20.0, &["wait", "wait"]);
    check(&[both[0].clone(), both[1].clone(), call(3, 2.0, 5.0)], &same, 20.0, &["wait", "wait", "?"]);
    check(&[both[0].clone(), both[1].clone(), call(3, 2.0, 5.0)], &same, 700.0, &["a 137", "b 137", "none"]);
}

#[test]
fn more_rows_than_calls() {
    let one = [call(1, 0.0, 4.0)];
    check(&one, &[row("a", 3.0, 50), row("b", 90.0, 60)], 100.0, &["? 50/60"]);
    check(&one, &[row("a", 3.0, 50), row("b", 3.5, 50)], 100.0, &["a 50"]);
    check(&[answered(1, 0.0, 4.0)], &[row("a", 3.0, 50), row("b", 90.0, 60)], 100.0, &["a 50"]);
}
