//! When it is looked, and what is kept.

use super::*;

const MINUTE: i64 = 60_000;

fn call(state: ChargeState) -> CallRow {
    CallRow {
        id: 1,
        message_id: Some(1),
        account: String::new(),
        model: "m".to_owned(),
        sent_at: 0,
        ended_at: Some(1_000),
        server: None,
        took: None,
        answered: false,
        prompt_tokens: None,
        completion_tokens: None,
        cache: Default::default(),
        estimate: None,
        verdict: state.into(),
    }
}

#[test]
fn a_few_looks_at_growing_intervals() {
    let looks_of = |call: &CallRow| {
        let (mut age, mut since_read, mut looks) = (0, None, Vec::new());
        while let Some(wait) = next_look(call, age, since_read) {
            age += wait;
            looks.push(age);
            since_read = Some(0);
        }
        looks
    };
    assert_eq!(looks_of(&call(ChargeState::Checking)), LOOKS);
    assert!(LOOKS.windows(3).all(|it| it[2] - it[1] >= it[1] - it[0]));
    let mut known = call(ChargeState::Charged);
    known.verdict.query_id = Some("a".to_owned());
    assert_eq!(looks_of(&known), [605_000, 1_800_000], "it may have been lowered");
}

#[test]
fn a_look_for_one_serves_the_others() {
    let call = call(ChargeState::Checking);
    // Read two seconds ago, when it was nine seconds old.
    assert_eq!(next_look(&call, 11_000, Some(2_000)), Some(-500));
    assert_eq!(next_look(&call, 11_000, Some(400)), Some(19_000));
    assert_eq!(next_look(&call, 2_000_000, Some(1_000)), None);
    // The app was closed.
    assert_eq!(next_look(&call, 2_000_000, None), Some(1_500 - 2_000_000));
}

#[test]
fn a_history_that_fails_is_asked_ever_later() {
    let waits: Vec<i64> = (1..9).map(|failures| back_off(failures) / 1_000).collect();
    assert_eq!(waits, [15, 30, 60, 120, 240, 480, 900, 900]);
    assert_eq!(back_off(u32::MAX), LONGEST_BACK_OFF);
}

#[test]
fn what_is_kept() {
    use ChargeState::{Ambiguous, Charged, Checking, NotCharged, NotFound, Unknown};
    fn check(
        before: ChargeState,
        verdict: Option<Verdict>,
        age: i64,
        failing: Option<i64>,
        kept: Option<ChargeState>,
    ) {
        let got = judged(&call(before), verdict.as_ref(), age, failing).map(|it| it.state);
        assert_eq!(got, kept, "{before:?} {verdict:?} {age}");
    }
    let query_id = || "a".to_owned();
    let charged = || Verdict::Charged { points: 5, query_id: query_id() };
    check(Checking, Some(charged()), MINUTE, None, Some(Charged));
    check(NotFound, Some(charged()), MINUTE, None, Some(Charged));
    check(Unknown, Some(charged()), MINUTE, None, Some(Charged));
    check(Checking, Some(Verdict::NotCharged { query_id: query_id() }), MINUTE, None, Some(NotCharged));
    check(Checking, Some(Verdict::Ambiguous { amounts: vec![] }), MINUTE, None, Some(Ambiguous));
    check(Checking, Some(Verdict::NotFound), 11 * MINUTE, None, Some(NotFound));
    check(Checking, Some(Verdict::NotYet), 11 * MINUTE, None, None);
    check(Checking, Some(Verdict::NotYet), 31 * MINUTE, None, Some(Unknown));
    check(Ambiguous, Some(Verdict::NotYet), 31 * MINUTE, None, None);
    // An hour after the end the app starts again: ten minutes of tries are due to it.
    check(Checking, None, 60 * MINUTE, Some(MINUTE), None);
    check(Checking, None, 60 * MINUTE, Some(10 * MINUTE), Some(Unknown));
    check(Ambiguous, None, 60 * MINUTE, Some(12 * MINUTE), None);
}

#[test]
fn only_evidence_sends_by_itself() {
    use ChargeState::{Ambiguous, Charged, Checking, NotCharged, NotFound, NotYet, Unknown};
    assert!(sends_by_itself(NotCharged));
    for state in [Ambiguous, Charged, Checking, NotFound, NotYet, Unknown] {
        assert!(!sends_by_itself(state), "{state:?}");
    }
}
