//! A check: told as it begins and as it ends, kept as a fact, shown whenever it is asked for.

use std::sync::Mutex;
use std::time::Duration;
use telltale::checks::{Check, Checks, Note, Outcome};
use telltale::errors::{self, Context, Failure};
use telltale::events::{self, CheckName, CheckState};

fn views(made: &[Check<Failure>]) -> Vec<events::Check> {
    let card = |failure: &Failure| errors::card(failure, &Context::default());
    made.iter().map(|check| check.view(card)).collect()
}

#[test]
fn a_check_is_told_as_it_begins_and_as_it_ends() {
    let told = Mutex::new(Vec::new());
    let tell = |check: &Check<Failure>| told.lock().unwrap().push(check.clone());
    let checks = Checks::new(&tell);
    for name in [CheckName::Dns, CheckName::Key, CheckName::Models] {
        checks.set(name, Outcome::Waiting);
    }
    checks.begin(CheckName::Dns).pass(None);
    checks.begin(CheckName::Key).fail(Failure::NoKey);
    checks.skip_waiting(&Note::NeedsKey);
    let states = |made: &[Check<Failure>]| {
        let views = views(made).into_iter();
        views.map(|view| (view.name, view.state)).collect::<Vec<_>>()
    };
    let ends = [
        (CheckName::Dns, CheckState::Passed),
        (CheckName::Key, CheckState::Failed),
        (CheckName::Models, CheckState::Skipped),
    ];
    assert_eq!(states(&checks.into_made()), ends);
    let begins = [
        (CheckName::Dns, CheckState::Running),
        ends[0],
        (CheckName::Key, CheckState::Running),
        ends[1],
        ends[2],
    ];
    assert_eq!(states(&told.lock().unwrap())[3..], begins);
}

#[test]
fn how_a_fact_is_shown() {
    fn check(outcome: Outcome<Failure>, state: CheckState, note: Option<&str>, is_timed: bool) {
        let check = Check { name: CheckName::Key, outcome, took: Duration::from_millis(12) };
        let view = views(&[check]).remove(0);
        assert_eq!((view.state, view.note.as_deref()), (state, note));
        assert_eq!(view.took_ms, is_timed.then_some(12), "{state:?}");
        let code = view.card.map(|card| card.code);
        let has_failed = state == CheckState::Failed;
        assert_eq!(code.as_deref(), has_failed.then_some("no_api_key"), "{state:?}");
    }
    let points = |points| poe::Balance { points, ..poe::Balance::default() };
    check(Outcome::Waiting, CheckState::Waiting, None, false);
    check(Outcome::Running, CheckState::Running, None, false);
    check(Outcome::Passed(None), CheckState::Passed, None, true);
    check(Outcome::Failed(Failure::NoKey, None), CheckState::Failed, None, true);
    let (failed, seen) = (Failure::NoKey, Some(Note::Models(1)));
    check(Outcome::Failed(failed, seen), CheckState::Failed, Some("1 model"), true);
    let skipped = Outcome::Skipped(Note::NeedsKey);
    check(skipped, CheckState::Skipped, Some("not tried: it needs a key"), false);
    let some = Outcome::points(&points(Some(12_340)));
    check(some, CheckState::Passed, Some("12,340 points"), true);
    let untold = Outcome::points(&points(None));
    check(untold, CheckState::Warned, Some("Poe didn’t say"), true);
    check(Outcome::models(&[]), CheckState::Warned, Some("0 models"), true);
}
