//! What a request will probably cost: its tokens at the model's price in dollars, and dollars in points at the rate of the
//! person's own account. Pure. Nothing is assumed of what a point is worth, and what is not known stays unknown.

use super::learning::Spread;
use crate::events::{ModelView, PointsRange, UsdRange};
use poe::{Decimal, UsageRow};

/// US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// A token of the question.
    pub input: Option<Decimal>,
    /// A token of the answer.
    pub output: Option<Decimal>,
    /// The request as such.
    pub request: Option<Decimal>,
}

/// How large a request is, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub prompt: i64,
    pub answer: i64,
}

/// The balance tells dollars in cents only: below this they are too coarse to divide by.
const ENOUGH_DOLLARS: Decimal = Decimal::ONE;

impl Price {
    /// `None`: the list tells no price.
    pub fn of(model: &ModelView) -> Option<Price> {
        let dollars = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Decimal>().ok());
        let a_token = |text: &Option<String>| dollars(text).map(|million| million / Decimal::from(1_000_000));
        let price = Price {
            input: a_token(&model.input_usd),
            output: a_token(&model.output_usd),
            request: dollars(&model.request_usd),
        };
        (price != Price::default()).then_some(price)
    }

    pub fn dollars(&self, size: Size) -> Decimal {
        let part = |price: Option<Decimal>, count: i64| price.unwrap_or_default() * Decimal::from(count);
        part(self.input, size.prompt) + part(self.output, size.answer) + self.request.unwrap_or_default()
    }

    /// Between what it lies nine times out of ten. A long question and a long answer seldom come together, so what either
    /// may add is not simply summed.
    pub fn between(&self, prompt: Spread, answer: Spread) -> Option<Dollars> {
        let at = |prompt, answer| f64::try_from(self.dollars(Size { prompt, answer })).ok();
        let likely = at(prompt.likely, answer.likely)?;
        let apart = |prompt_at, answer_at| {
            let by_prompt = at(prompt_at, answer.likely)? - likely;
            let by_answer = at(prompt.likely, answer_at)? - likely;
            Some(by_prompt.hypot(by_answer))
        };
        let low = likely - apart(prompt.low, answer.low)?;
        let high = likely + apart(prompt.high, answer.high)?;
        let exactly = self.dollars(Size { prompt: prompt.likely, answer: answer.likely });
        if low == high {
            return Some(Dollars { low: exactly, high: exactly });
        }
        let least = self.request.unwrap_or_default();
        Some(Dollars { low: Decimal::try_from(low).ok()?.max(least), high: Decimal::try_from(high).ok()? })
    }
}

/// US dollars, at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dollars {
    pub low: Decimal,
    pub high: Decimal,
}

/// Of what is only an estimate two digits are enough.
const DIGITS: u32 = 2;

impl Dollars {
    pub fn points(&self, rate: Decimal) -> Option<PointsRange> {
        Some(PointsRange { low: whole_points(self.low, rate)?, high: whole_points(self.high, rate)? })
    }

    pub fn shown(&self) -> UsdRange {
        let text = |usd: Decimal| usd.round_sf(DIGITS).unwrap_or(usd).normalize().to_string();
        UsdRange { low: text(self.low), high: text(self.high) }
    }
}

fn whole_points(dollars: Decimal, rate: Decimal) -> Option<i64> {
    let points = dollars.checked_mul(rate)?.ceil();
    i64::try_from(points).ok().map(|points| points.max(1))
}

/// Points of a request, at least one. `rate` is in points a dollar.
pub fn points(price: Option<Price>, size: Size, rate: Option<Decimal>) -> Option<i64> {
    whole_points(price?.dollars(size), rate?)
}

/// Points a dollar, as these rows of the history were charged. Small rows are rounded to whole points, so the sums are
/// compared.
pub fn rate(rows: &[UsageRow]) -> Option<Decimal> {
    let mut sums = (Decimal::ZERO, Decimal::ZERO);
    for row in rows {
        let dollars = row.usd.as_deref().and_then(|usd| usd.parse::<Decimal>().ok()).map(|usd| usd.abs());
        let points = row.points.filter(|points| *points > 0);
        if let Some((points, dollars)) = points.zip(dollars.filter(|dollars| !dollars.is_zero())) {
            sums = (sums.0 + Decimal::from(points), sums.1 + dollars);
        }
    }
    sums.0.checked_div(sums.1)
}

/// The same from the balance, which tells both.
pub fn rate_of_balance(balance: &poe::Balance) -> Option<Decimal> {
    let dollars: Decimal = balance.total_usd.as_deref()?.parse().ok()?;
    let points = balance.points.filter(|points| *points > 0)?;
    (dollars >= ENOUGH_DOLLARS).then(|| Decimal::from(points).checked_div(dollars))?
}

/// How much of it is still to come where some has: at least half as much again, since it was not at its end.
pub fn rest_tokens(answer: i64, came: i64) -> i64 {
    (answer - came).max(came / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(input: &str, output: &str, request: &str) -> ModelView {
        let price = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ModelView {
            input_usd: price(input),
            output_usd: price(output),
            request_usd: price(request),
            ..ModelView::default()
        }
    }

    fn row(points: i64, usd: &str) -> UsageRow {
        UsageRow { points: Some(points), usd: Some(usd.to_owned()), ..UsageRow::default() }
    }

    #[test]
    fn what_a_request_costs() {
        fn check(price: (&str, &str, &str), size: (i64, i64), rate: Option<i64>, expected: Option<i64>) {
            let price = Price::of(&model(price.0, price.1, price.2));
            let size = Size { prompt: size.0, answer: size.1 };
            assert_eq!(points(price, size, rate.map(Decimal::from)), expected, "{price:?} {size:?}");
        }
        // 8,369 tokens at 0.85 dollars a million, as Poe was seen to charge.
        check(("0.85", "4.25", ""), (8_369, 4), Some(33_333), Some(238));
        check(("", "", "0.036"), (10, 700), Some(33_333), Some(1_200));
        check(("3", "15", "0.01"), (1_000, 1_000), Some(30_000), Some(840));
        check(("0.01", "0.01", ""), (1, 1), Some(33_333), Some(1));
        check(("", "", ""), (1, 1), Some(33_333), None);
        check(("3", "15", ""), (1, 1), None, None);
        check(("free", "15", ""), (1_000, 0), Some(33_333), Some(1));
    }

    #[test]
    fn between_what_it_lies() {
        let spread = |low, likely, high| Spread { low, likely, high };
        fn check(
            price: (&str, &str, &str),
            prompt: Spread,
            answer: Spread,
            points: (i64, i64),
            usd: (&str, &str),
        ) {
            let price = Price::of(&model(price.0, price.1, price.2)).unwrap();
            let found = price.between(prompt, answer).unwrap();
            let (range, shown) = (found.points(Decimal::from(30_000)).unwrap(), found.shown());
            assert_eq!((range.low, range.high), points, "{price:?} {prompt:?} {answer:?}");
            assert_eq!((shown.low.as_str(), shown.high.as_str()), usd);
        }
        let (question, answer) = (spread(970, 1_000, 1_030), spread(560, 1_000, 2_040));
        // Three points a hundred tokens each way: the sides of a right angle, 30 and 440 down, 30 and 1,040 up.
        check(("1", "1", ""), question, answer, (47, 92), ("0.0016", "0.003"));
        check(("1", "1", "0.1"), question, answer, (3_047, 3_092), ("0.1", "0.1"));
        check(("", "", "0.036"), question, answer, (1_080, 1_080), ("0.036", "0.036"));
        check(
            ("3", "15", ""),
            Spread::exactly(1_000),
            Spread::exactly(100),
            (135, 135),
            ("0.0045", "0.0045"),
        );
        check(("1", "1", ""), spread(1, 10, 400), spread(1, 10, 400), (1, 18), ("0.0000073", "0.00057"));
    }

    #[test]
    fn what_a_dollar_is_in_points() {
        fn check(rows: &[UsageRow], expected: Option<&str>) {
            assert_eq!(rate(rows).map(|rate| rate.round_dp(2).normalize().to_string()).as_deref(), expected);
        }
        check(&[row(26, "0.00078"), row(1_200, "0.036")], Some("33333.33"));
        check(&[row(26, "-0.00078")], Some("33333.33"));
        check(&[row(0, "0"), row(1, "0"), row(5, "nothing")], None);
        check(&[], None);
        let balance = |points, usd: &str| poe::Balance {
            points: Some(points),
            total_usd: Some(usd.to_owned()),
            ..poe::Balance::default()
        };
        assert!(
            rate_of_balance(&balance(654_141, "19.82"))
                .is_some_and(|rate| rate.round() == Decimal::from(33_004))
        );
        assert_eq!(rate_of_balance(&balance(1_500, "0.05")), None);
        assert_eq!(rate_of_balance(&balance(-5, "2.00")), None);
    }
}
