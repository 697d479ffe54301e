//! What a request will probably cost, from its size, the model's price and what past calls teach. Pure.

use super::caching::{Cached, Rates};
use super::estimate::{self, Price};
use super::learning::{Learned, Spread};
use super::prompt_size::PromptSize;
use crate::events::{ModelView, PointsRange, ShortOf, Shortfall, UsdRange};
use crate::tokens::TextSize;
use poe::Decimal;

/// What limits leave, below 0 where they are passed; absent without one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    pub today: Option<i64>,
    pub of_chat: Option<i64>,
}

/// Absent as far as it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestPrice {
    pub points: Option<PointsRange>,
    /// Where the list tells a price, and nothing yet what a point is worth.
    pub usd: Option<UsdRange>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An answer as this person's are.
    Answer,
    /// The rest of one of which so many tokens came.
    Rest { came: i64 },
    /// An answer of about so many tokens.
    About { tokens: i64 },
}

pub(super) fn price(
    asked: &PromptSize,
    wanted: Wanted,
    model: &ModelView,
    learned: &Learned,
    rate: Option<Decimal>,
) -> RequestPrice {
    let Some(listed) = Price::of(model) else {
        let before = learned.charge(&model.id);
        let points = before.map(|spread| PointsRange { low: spread.low, high: spread.high });
        return RequestPrice { points, usd: None };
    };
    let request = if asked.usd.is_zero() {
        listed.request
    } else {
        Some(listed.request.unwrap_or_default() + asked.usd)
    };
    let (prompt, answer) = (prompt(asked, &model.id, learned), answer(asked, model, learned));
    let (prompt, answer) = match wanted {
        Wanted::Answer => (prompt, answer),
        Wanted::Rest { came } => {
            let rest = answer.map(|answer| estimate::rest_tokens(answer, came));
            (prompt.plus(Spread::exactly(came)), rest)
        }
        Wanted::About { tokens } => (prompt, at_most(near(tokens), asked, model)),
    };
    let input = listed.input.map(|usd| usd * share(asked, model));
    let dollars = Price { input, request, ..listed }.between(prompt, answer);
    RequestPrice {
        points: dollars.zip(rate).and_then(|(dollars, rate)| dollars.points(rate)),
        usd: dollars.filter(|_| rate.is_none()).map(|dollars| dollars.shown()),
    }
}

/// What this adds to a request that it goes along with: no answer of its own, and nothing of the request as such.
pub(super) fn standing(
    along: &PromptSize,
    model: &ModelView,
    learned: &Learned,
    rate: Option<Decimal>,
) -> RequestPrice {
    let Some(listed) = Price::of(model) else {
        return RequestPrice::default();
    };
    let input = listed.input.map(|usd| usd * share(along, model));
    let price = Price { input, output: None, request: Some(along.usd) };
    if input.is_none_or(|usd| usd.is_zero()) && along.usd.is_zero() {
        return RequestPrice { points: Some(PointsRange { low: 0, high: 0 }), usd: None };
    }
    let dollars = price.between(prompt(along, &model.id, learned), Spread::default());
    RequestPrice {
        points: dollars.zip(rate).and_then(|(dollars, rate)| dollars.points(rate)),
        usd: dollars.filter(|_| rate.is_none()).map(|dollars| dollars.shown()),
    }
}

/// What a token of the question costs in the mean, as a share of a plain one.
fn share(asked: &PromptSize, model: &ModelView) -> Decimal {
    let Cached { read, written } = asked.cached;
    let whole = asked.tokens();
    if whole <= 0 || (read, written) == (0, 0) {
        return Decimal::ONE;
    }
    let Rates { read: a_read, write: a_written } = Rates::of(model);
    let (read, written) = (read.min(whole), written.min(whole - read.min(whole)));
    let sum = (whole - read - written) as f64 + read as f64 * a_read + written as f64 * a_written;
    Decimal::try_from(sum / whole as f64).unwrap_or(Decimal::ONE)
}

/// Tokens of all that is sent.
pub(super) fn prompt(asked: &PromptSize, model: &str, learned: &Learned) -> Spread {
    let is_empty = asked.text == TextSize::default();
    let text = if is_empty { Spread::default() } else { learned.prompt(model, asked.text) };
    text.plus(asked.files)
}

/// Tokens of the answer: as the model's answers to this person were, and never past a limit.
pub(super) fn answer(asked: &PromptSize, model: &ModelView, learned: &Learned) -> Spread {
    at_most(learned.answer(&model.id), asked, model)
}

fn at_most(answer: Spread, asked: &PromptSize, model: &ModelView) -> Spread {
    let limits = [asked.max_tokens.map(i64::from), model.max_output];
    limits.into_iter().flatten().fold(answer, Spread::at_most).map(|tokens| tokens.max(1))
}

/// Models keep to a length as people do: about.
fn near(tokens: i64) -> Spread {
    Spread { low: tokens * 2 / 3, likely: tokens, high: tokens.saturating_mul(3) / 2 }
}

/// What is short of what a message may need: of all there is, or of what the limits of the day and the chat leave.
pub(super) fn shortfall(needed: PointsRange, balance: Option<i64>, left: Left) -> Option<Shortfall> {
    let short = |of, have: Option<i64>| {
        let have = have.map(|have| have.max(0)).filter(|have| *have < needed.high)?;
        let points = PointsRange { low: (needed.low - have).max(0), high: needed.high - have };
        Some(Shortfall { of, points })
    };
    // Whichever is more in the way.
    let all = [
        short(ShortOf::Balance, balance),
        short(ShortOf::Limit, left.today),
        short(ShortOf::Chat, left.of_chat),
    ];
    all.into_iter()
        .flatten()
        .reduce(|one, other| if other.points.high > one.points.high { other } else { one })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::PastCall;

    fn asked(letters: i64, files: Spread, usd: &str, max_tokens: Option<u32>) -> PromptSize {
        PromptSize {
            text: TextSize { letters, messages: i64::from(letters > 0), ..TextSize::default() },
            older: TextSize::default(),
            files,
            usd: usd.parse().unwrap(),
            max_tokens,
            cached: Cached::default(),
        }
    }

    fn model(input: &str, output: &str, request: &str) -> ModelView {
        let price = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ModelView {
            id: "m".to_owned(),
            input_usd: price(input),
            output_usd: price(output),
            request_usd: price(request),
            max_output: Some(5_000),
            ..ModelView::default()
        }
    }

    fn past(model: &str, answer: i64, points: Option<i64>) -> PastCall {
        PastCall {
            model: model.to_owned(),
            text: None,
            prompt_tokens: None,
            completion_tokens: Some(answer),
            answered: true,
            points,
        }
    }

    #[test]
    fn what_a_request_costs() {
        let learned = Learned::of(&[180, 200, 220, 200].map(|answer| past("m", answer, Some(answer))));
        let check = |asked: PromptSize, model: ModelView, rate: Option<i64>, low: i64, high: i64| {
            let found = price(&asked, Wanted::Answer, &model, &learned, rate.map(Decimal::from)).points;
            let is_near = |found: i64, expected: i64| (found - expected).abs() * 20 <= expected;
            let is_right = found.is_some_and(|it| is_near(it.low, low) && is_near(it.high, high));
            assert!(is_right, "{asked:?} {model:?} {rate:?}: {found:?}, expected {low} to {high}");
        };
        let none = Spread::default();
        // A point a token each way: the answers were 180 to 220.
        let even = || model("1", "1", "");
        check(asked(0, none, "0", None), even(), Some(1_000_000), 84, 517);
        check(asked(4_000, none, "0", None), even(), Some(1_000_000), 817, 1_721);
        check(asked(4_000, none, "0", Some(50)), even(), Some(1_000_000), 676, 1_432);
        check(asked(0, Spread::between(300, 3_000), "0", Some(1)), even(), Some(1_000_000), 301, 3_001);
        // What is known is one figure.
        check(asked(4_000, none, "0", None), model("", "", "0.036"), Some(33_333), 1_200, 1_200);
        check(asked(4_000, none, "0.02", None), model("", "", "0.01"), Some(100_000), 3_000, 3_000);
        // Without a list price it is what was paid, whatever a point is worth.
        check(asked(4_000, none, "0", None), model("", "", ""), None, 79, 502);
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let (asked, learned) = (asked(400, Spread::default(), "0", None), Learned::default());
        let found = price(&asked, Wanted::Answer, &model("1", "1", ""), &learned, None);
        assert!(found.points.is_none() && found.usd.is_some(), "{found:?}");
        let found = price(&asked, Wanted::Answer, &model("", "", ""), &learned, Some(Decimal::ONE_HUNDRED));
        assert_eq!(found, RequestPrice::default());
    }

    #[test]
    fn what_is_kept_costs_less() {
        let learned = Learned::of(&[180, 200, 220, 200].map(|answer| past("m", answer, Some(answer))));
        let check = |read, written, expected: i64| {
            let even = ModelView { max_output: Some(1), ..model("1", "1", "") };
            let size = PromptSize {
                cached: Cached { read, written },
                ..asked(0, Spread::exactly(10_000), "0", Some(1))
            };
            let found =
                price(&size, Wanted::Answer, &even, &learned, Some(Decimal::from(1_000_000))).points.unwrap();
            assert_eq!((found.low, found.high), (expected, expected), "{read} {written}");
        };
        check(0, 0, 10_001);
        check(9_000, 0, 1_901);
        check(9_000, 1_000, 2_151);
        check(0, 10_000, 12_501);
        // No more than there is.
        check(20_000, 20_000, 1_001);
    }

    #[test]
    fn what_goes_with_each_turn_costs_its_tokens_alone() {
        let learned = Learned::default();
        let check = |asked: PromptSize, model: ModelView, rate: Option<i64>, expected: Option<(i64, i64)>| {
            let found = standing(&asked, &model, &learned, rate.map(Decimal::from)).points;
            assert_eq!(found.map(|it| (it.low, it.high)), expected, "{asked:?} {model:?}");
        };
        let files = |tokens, usd| asked(0, Spread::exactly(tokens), usd, None);
        let million = Some(1_000_000);
        // A point a token; the answer and the request as such are each turn's own.
        check(files(1_200, "0"), model("1", "5", "0.01"), million, Some((1_200, 1_200)));
        check(
            asked(0, Spread::between(300, 3_000), "0", None),
            model("1", "5", ""),
            million,
            Some((300, 3_000)),
        );
        // A picture whose price is told.
        check(files(0, "0.002"), model("1", "5", ""), million, Some((2_000, 2_000)));
        // What the host has kept costs a tenth.
        let kept = PromptSize { cached: Cached { read: 2_000, written: 0 }, ..files(2_000, "0") };
        check(kept, model("1", "5", ""), million, Some((200, 200)));
        // Where each message costs the same, nothing.
        check(files(9_000, "0"), model("", "", "0.036"), million, Some((0, 0)));
        check(files(9_000, "0"), model("", "", ""), million, None);
        check(files(9_000, "0"), model("1", "5", ""), None, None);
    }

    #[test]
    fn going_on_costs_the_rest() {
        let learned = Learned::of(&vec![past("m", 2_000, None); 9]);
        let of = |wanted| {
            let found = price(
                &asked(40, Spread::default(), "0", None),
                wanted,
                &model("1", "1", ""),
                &learned,
                Some(Decimal::from(1_000_000)),
            );
            found.points.unwrap()
        };
        let (whole, rest) = (of(Wanted::Answer), of(Wanted::Rest { came: 1_000 }));
        assert!(rest.low >= 1_500 && rest.high < whole.high + 1_000, "{whole:?} {rest:?}");
        assert!(rest.middle() > whole.middle(), "it is sent along: {whole:?} {rest:?}");
    }

    #[test]
    fn what_is_short() {
        fn check(
            needed: (i64, i64),
            balance: Option<i64>,
            left: Option<i64>,
            expected: Option<(ShortOf, i64, i64)>,
        ) {
            let left = Left { today: left, of_chat: None };
            let found = shortfall(PointsRange { low: needed.0, high: needed.1 }, balance, left);
            let expected =
                expected.map(|(of, low, high)| Shortfall { of, points: PointsRange { low, high } });
            assert_eq!(found, expected, "{needed:?} {balance:?} {left:?}");
        }
        check((140, 190), None, None, None);
        check((140, 190), Some(190), Some(500), None);
        check((140, 190), Some(150), None, Some((ShortOf::Balance, 0, 40)));
        check((140, 190), Some(100), None, Some((ShortOf::Balance, 40, 90)));
        check((238_000, 238_000), Some(46_747), None, Some((ShortOf::Balance, 191_253, 191_253)));
        check((140, 190), Some(1_000), Some(-20), Some((ShortOf::Limit, 140, 190)));
        check((140, 190), Some(100), Some(50), Some((ShortOf::Limit, 90, 140)));
        check((140, 190), Some(50), Some(100), Some((ShortOf::Balance, 90, 140)));
        let left = Left { today: Some(150), of_chat: Some(20) };
        let found = shortfall(PointsRange { low: 140, high: 190 }, Some(1_000), left);
        let points = PointsRange { low: 120, high: 170 };
        assert_eq!(found, Some(Shortfall { of: ShortOf::Chat, points }));
    }
}
