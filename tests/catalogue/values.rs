//! The concrete values on a card: quotes, figures, countdowns, what its buttons carry.

use super::*;

#[test]
fn nothing_in_a_quote_hides_or_runs_on() {
    let message = format!("a\u{202e}b\u{0}c\r\n{}", "long ".repeat(500));
    let card = shown(answered(Kind::BadRequest, 400, &message));
    assert!(card.what.starts_with("Poe says: “abc long long"), "{}", card.what);
    assert!(card.what.ends_with("…”") && card.what.chars().count() <= 300 + 13, "{}", card.what);
}

#[test]
fn figures_have_separators() {
    let card = shown(answered(Kind::InsufficientPoints, 402, ""));
    let facts: Vec<_> = card.facts.iter().map(|fact| (fact.label.as_str(), fact.value.as_str())).collect();
    assert_eq!(facts, [("Needed", "2,400"), ("You have", "1,120"), ("Short", "1,280")]);
    // What stands as a fact is not said twice.
    assert!(card.what.starts_with("Claude-Opus-4.6 needs more points than you have, as of"), "{}", card.what);
    assert!(!card.what.contains("2,400") && !card.what.contains("1,120"));

    let unknown = Context { needed: None, balance: None, ..known() };
    let failure = Failure::Poe(answered(Kind::InsufficientPoints, 402, ""));
    assert!(telltale::errors::card(&failure, &unknown).facts.is_empty());
}

#[test]
fn the_countdown_ends_when_poe_says() {
    fn check(wait: Option<u64>, attempt: u32, ready: Option<i64>, expected: [Action; 3], label: &str) {
        let context = Context { attempt, ..known() };
        let card = card(&Failure::Poe(rate_limit(wait)), &context);
        assert_eq!(card.ready_at, ready);
        assert_eq!(actions(&card), expected);
        assert_eq!(card.actions[0].label, label);
    }
    use Action::{Cancel, ChooseModel, CopyDetails, OpenPlans, WaitAndSend};
    let (more, last) = ([WaitAndSend, ChooseModel, Cancel], [WaitAndSend, ChooseModel, OpenPlans]);
    let seldom = Context { attempt: 3, often_limited: false, ..known() };
    assert_eq!(
        actions(&card(&Failure::Poe(rate_limit(Some(12))), &seldom)),
        [WaitAndSend, ChooseModel, CopyDetails]
    );
    check(Some(12), 1, Some(NOW + 12_000), more, "Send when ready");
    check(Some(12), 3, Some(NOW + 12_000), last, "Send when ready");
    check(Some(300), 1, Some(NOW + 300_000), last, "Send when ready");
    check(None, 1, None, more, "Send now");
}

#[test]
fn buttons_carry_their_values() {
    fn check(error: Error, expected: &[&str]) {
        assert_eq!(labels(&shown(error)), expected);
    }
    let parameter = |message| answered(Kind::InvalidParameter, 400, message);
    check(
        parameter("Temperature must be between 0 and 2"),
        &["Reset temperature and send", "Edit settings", "Copy details"],
    );
    check(parameter("Value must be between 0 and 2"), &["Edit settings", "Copy details"]);
    check(
        answered(Kind::ModelNotFound, 404, ""),
        &["Use Claude-Sonnet-4.6 (≈ 480)", "Refresh models", "Choose another model"],
    );
    check(answered(Kind::GatewayError, 502, ""), &["Check and retry", "Copy message"]);
    check(
        Error { param: Some("max_tokens".to_owned()), ..answered(Kind::EmptyAnswer, 200, "") },
        &["Raise limit to 2,048 and send", "Choose another model"],
    );

    let first = shown(answered(Kind::ModelNotFound, 404, "")).actions.remove(0);
    assert_eq!(
        first.model.as_deref(),
        Some("claude-sonnet-4.6"),
        "the id goes to Poe, the name to the person"
    );
    let raise = card(&Failure::LengthLimit, &known()).actions.remove(1);
    assert_eq!((raise.action, raise.value.as_deref()), (Action::RaiseLimit, Some("2048")));
    assert_eq!(actions(&card(&Failure::LengthLimit, &bare())), [Action::Continue, Action::Keep]);
    assert!(!actions(&card(&Failure::NoKey, &bare())).contains(&Action::UseEnvKey));
    assert_eq!(
        actions(&card(&Failure::NoKey, &known())),
        [Action::SetUp, Action::UseEnvKey, Action::TryDemo]
    );
}
