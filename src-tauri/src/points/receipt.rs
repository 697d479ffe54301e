//! What a person is told of the cost of requests: the sum of what is known, and what is not. Pure.

use crate::events::{self, ChargeView, Fact, RequestCost};
use crate::library::{CallRow, ChargeState, KeptRow};

/// Of requests that belong to one message; `None` while none of them has ended.
pub fn receipt<'a>(calls: impl IntoIterator<Item = &'a CallRow>) -> Option<ChargeView> {
    let calls: Vec<&CallRow> = calls.into_iter().filter(|call| call.ended_at.is_some()).collect();
    let cost = |call: &&CallRow| match call.verdict.state {
        ChargeState::Charged => call.verdict.points,
        ChargeState::NotCharged => Some(0),
        _ => None,
    };
    let known: i64 = calls.iter().filter_map(cost).sum();
    let open: Vec<&&CallRow> = calls.iter().filter(|call| cost(call).is_none()).collect();
    let was_charged = calls.iter().any(|call| call.verdict.state == ChargeState::Charged);
    let is_checking = open.iter().any(|call| call.verdict.state == ChargeState::Checking);
    let state = match open.last() {
        Some(_) if is_checking => ChargeState::Checking,
        Some(call) => call.verdict.state,
        None if was_charged => ChargeState::Charged,
        None => ChargeState::NotCharged,
    };
    // Several may hang together, so that not every sum of what each may have cost is possible.
    let amounts = match &open[..] {
        [one] => one.verdict.amounts.iter().map(|amount| known + amount).collect(),
        _ => Vec::new(),
    };
    (!calls.is_empty()).then(|| ChargeView {
        state: state.into(),
        points: was_charged.then_some(known),
        amounts,
        took: calls.iter().map(|call| call.took).sum(),
        saved: calls.iter().filter_map(|call| call.cache.saved).reduce(|sum, points| sum + points),
    })
}

/// Of a charge that is known, what was taken off it again.
pub(super) fn given_back(row: &KeptRow) -> Option<i64> {
    row.points.and(row.positive.zip(row.negative)).map(|(one, other)| one.min(other))
}

/// What its own row says of it: "Cache discount", "-213 points (8352 tokens)"; or what keeping cost.
pub(super) fn saved(row: &KeptRow) -> Option<i64> {
    let points = |text: &str| {
        let digits = text.split(' ').next().unwrap_or_default().replace(',', "");
        digits.parse::<i64>().ok().map(i64::abs)
    };
    let part = |second: &str| {
        let is_it = |label: &str| label.to_lowercase().split(' ').eq(["cache", second]);
        let found = row.parts.iter().find(|(label, _)| is_it(label));
        found.and_then(|(_, text)| points(text))
    };
    match (part("discount"), part("write")) {
        (None, None) => None,
        (discount, cost) => Some(discount.unwrap_or(0) - cost.unwrap_or(0)),
    }
}

/// One request and, where its row is known, what Poe says of it. The total stands apart.
pub(super) fn request(call: &CallRow, row: Option<&KeptRow>) -> RequestCost {
    let parts = row.map(|it| it.parts.iter()).into_iter().flatten();
    let part = |(label, text): &(String, String)| Fact { label: label.clone(), value: text.clone() };
    RequestCost {
        at: call.sent_at,
        state: call.verdict.state.into(),
        points: call.verdict.points,
        given_back: row.and_then(given_back),
        usd: row.and_then(|it| it.usd.clone()),
        input_tokens: call.prompt_tokens,
        output_tokens: call.completion_tokens,
        parts: parts.filter(|(label, _)| label != "Total").map(part).collect(),
    }
}

impl From<ChargeState> for events::ChargeState {
    fn from(state: ChargeState) -> events::ChargeState {
        match state {
            ChargeState::Checking => events::ChargeState::Checking,
            ChargeState::NotYet => events::ChargeState::NotYet,
            ChargeState::Charged => events::ChargeState::Charged,
            ChargeState::NotCharged => events::ChargeState::NotCharged,
            ChargeState::NotFound => events::ChargeState::NotFound,
            ChargeState::Ambiguous => events::ChargeState::Ambiguous,
            ChargeState::Unknown => events::ChargeState::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{CacheUse, Charge};
    use ChargeState::{Ambiguous, Charged, Checking, NotCharged, NotFound, Unknown};

    fn call(state: ChargeState, points: Option<i64>, amounts: &[i64]) -> CallRow {
        CallRow {
            id: 1,
            message_id: Some(1),
            account: String::new(),
            model: "m".to_owned(),
            sent_at: 0,
            ended_at: Some(1_000),
            server: None,
            took: Some(1_500),
            answered: false,
            prompt_tokens: None,
            completion_tokens: None,
            cache: CacheUse::default(),
            estimate: None,
            verdict: Charge { points, amounts: amounts.to_vec(), ..Charge::from(state) },
        }
    }

    #[test]
    fn the_sum_of_what_is_known_and_what_is_not() {
        let charged = |points| call(Charged, Some(points), &[]);
        let of = |state| call(state, None, &[]);
        let check = |calls: &[CallRow], state: ChargeState, points, amounts: &[i64]| {
            let view = receipt(calls).unwrap();
            assert_eq!(
                (view.state, view.points, &view.amounts[..]),
                (state.into(), points, amounts),
                "{calls:?}"
            );
            assert_eq!(view.took, Some(1_500 * calls.len() as i64));
        };
        check(&[charged(137)], Charged, Some(137), &[]);
        check(&[charged(137), charged(137)], Charged, Some(274), &[]);
        check(&[charged(137), of(NotCharged)], Charged, Some(137), &[]);
        check(&[of(NotCharged), of(NotCharged)], NotCharged, None, &[]);
        check(&[of(Checking)], Checking, None, &[]);
        check(&[charged(137), of(Checking)], Checking, Some(137), &[]);
        check(&[of(Checking), charged(137), of(Unknown)], Checking, Some(137), &[]);
        check(&[of(NotFound), charged(137)], NotFound, Some(137), &[]);
        check(&[call(Ambiguous, None, &[137, 212])], Ambiguous, None, &[137, 212]);
        check(&[charged(100), call(Ambiguous, None, &[0, 50])], Ambiguous, Some(100), &[100, 150]);
        let twice = call(Ambiguous, None, &[137, 212]);
        check(&[twice.clone(), twice], Ambiguous, None, &[]);
        assert!(receipt(&[]).is_none());
        let running = CallRow { ended_at: None, ..of(Checking) };
        assert!(receipt(std::slice::from_ref(&running)).is_none());
        assert_eq!(receipt(&[charged(5), running]).unwrap().points, Some(5));
    }

    #[test]
    fn what_the_cache_saved() {
        fn check(parts: &[(&str, &str)], expected: Option<i64>) {
            let parts = parts.iter().map(|(label, text)| ((*label).to_owned(), (*text).to_owned()));
            let row = KeptRow { parts: parts.collect(), ..KeptRow::default() };
            assert_eq!(saved(&row), expected, "{:?}", row.parts);
        }
        check(&[("Input", "238 points (8369 tokens)"), ("Total", "238 points")], None);
        check(&[("Cache discount", "-213 points (8352 tokens)")], Some(213));
        check(&[("Cache discount", "-1,213 points (83,520 tokens)")], Some(1_213));
        check(&[("Cache write", "62 points (8352 tokens)")], Some(-62));
        check(&[("Cache discount", "-213 points"), ("Cache write", "3 points")], Some(210));
        check(&[("Cache discount", "some")], None);
        let with = |saved| CallRow {
            cache: CacheUse { saved, ..CacheUse::default() },
            ..call(Charged, Some(5), &[])
        };
        assert_eq!(receipt(&[with(Some(213)), with(None), with(Some(-62))]).unwrap().saved, Some(151));
        assert_eq!(receipt(&[with(None)]).unwrap().saved, None);
    }

    #[test]
    fn a_request_in_detail() {
        let pair = |label: &str, text: &str| (label.to_owned(), text.to_owned());
        let row = KeptRow {
            query_id: "q".to_owned(),
            usd: Some("0.0055".to_owned()),
            parts: vec![
                pair("Input", "238 points (8369 tokens)"),
                pair("Cache discount", "-213 points (8352 tokens)"),
                pair("Total", "26 points"),
            ],
            ..KeptRow::default()
        };
        let cost = request(&call(Charged, Some(26), &[]), Some(&row));
        let parts: Vec<_> = cost.parts.iter().map(|it| (&*it.label, &*it.value)).collect();
        assert_eq!(
            parts,
            [("Input", "238 points (8369 tokens)"), ("Cache discount", "-213 points (8352 tokens)")]
        );
        assert_eq!((cost.points, cost.usd.as_deref()), (Some(26), Some("0.0055")));
        let unknown = request(&call(Checking, None, &[]), None);
        assert_eq!((unknown.points, unknown.usd, unknown.parts.len()), (None, None, 0));
    }

    #[test]
    fn a_length_of_time_that_is_not_known_is_not_told() {
        let old = CallRow { took: None, ..call(Charged, Some(1), &[]) };
        assert_eq!(receipt(&[old, call(Charged, Some(1), &[])]).unwrap().took, None);
    }
}
