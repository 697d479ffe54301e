//! What a turn like this person's costs on each model of the list.

use super::Points;
use super::estimate::{Price, Size, points};
use super::learning::Learned;
use crate::events::{ModelView, TurnPrices};
use poe::Decimal;
use poe::sim::only_fails;

/// Of dollars that are only an estimate two digits are enough.
const DIGITS: u32 = 2;

impl Points {
    pub fn turn_prices(&self) -> TurnPrices {
        prices(&self.models.all(), &self.charges.learned(), self.balance.rate())
    }
}

fn prices(models: &[ModelView], learned: &Learned, rate: Option<Decimal>) -> TurnPrices {
    let typical = learned.typical();
    // Models that have not been asked yet are all reckoned alike, so once.
    let prompt = learned.prompt("", typical.text).likely;
    let mut told = TurnPrices {
        prompt,
        answer: typical.answer,
        calls: typical.calls,
        points_a_dollar: rate.and_then(|rate| f64::try_from(rate).ok()),
        ..TurnPrices::default()
    };
    // What only shows a failure is no choice for a turn.
    for model in models.iter().filter(|model| !only_fails(&model.maker)) {
        let size = match learned.knows(&model.id) {
            true => Size {
                prompt: learned.prompt(&model.id, typical.text).likely,
                answer: learned.answer_like(&model.id, typical.answer),
            },
            false => Size { prompt, answer: typical.answer },
        };
        let size = Size { answer: size.answer.min(model.max_output.unwrap_or(i64::MAX)).max(1), ..size };
        let price = Price::of(model);
        let found = match price {
            Some(_) => points(price, size, rate),
            None if model.free_so_far => Some(0),
            // What was paid before says more than a list that tells nothing.
            None => learned.charge(&model.id).map(|spread| spread.likely),
        };
        if let Some(found) = found {
            told.points.insert(model.id.clone(), found);
        } else if let Some(price) = price {
            let usd = price.dollars(size);
            let usd = usd.round_sf(DIGITS).unwrap_or(usd).normalize().to_string();
            told.usd.insert(model.id.clone(), usd);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::PastCall;
    use crate::tokens::TextSize;

    fn model(id: &str, usd: [&str; 3]) -> ModelView {
        let [input_usd, output_usd, request_usd] =
            usd.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        ModelView { id: id.to_owned(), input_usd, output_usd, request_usd, ..ModelView::default() }
    }

    fn past(model: &str, answer: i64, points: Option<i64>) -> PastCall {
        PastCall {
            model: model.to_owned(),
            text: Some(TextSize { letters: 4_000, ..TextSize::default() }),
            prompt_tokens: None,
            completion_tokens: Some(answer),
            answered: true,
            points,
        }
    }

    fn check(
        calls: &[PastCall],
        model: ModelView,
        rate: Option<i64>,
        points: Option<i64>,
        usd: Option<&str>,
    ) {
        let found = prices(std::slice::from_ref(&model), &Learned::of(calls), rate.map(Decimal::from));
        let usd_found = found.usd.get(&model.id).map(String::as_str);
        assert_eq!((found.points.get(&model.id).copied(), usd_found), (points, usd), "{model:?} {calls:?}");
    }

    #[test]
    fn what_a_typical_turn_costs() {
        // A point a token each way.
        let even = || model("m", ["1", "1", ""]);
        const MILLION: Option<i64> = Some(1_000_000);
        check(&[], even(), MILLION, Some(254 + 700), None);
        check(&[past("other", 200, None)], even(), MILLION, Some(1_000 + 200), None);
        check(&[], ModelView { max_output: Some(50), ..even() }, MILLION, Some(254 + 50), None);
        check(&[], model("m", ["", "", "0.036"]), Some(33_333), Some(1_200), None);
        // As long as nobody knows what a point is worth.
        check(&[], even(), None, None, Some("0.00095"));
        check(&[], model("m", ["", "", ""]), MILLION, None, None);
        check(&[], ModelView { free_so_far: true, ..model("m", ["", "", ""]) }, None, Some(0), None);
        check(
            &[past("M", 200, Some(70)), past("M", 200, Some(70))],
            model("m", ["", "", ""]),
            None,
            Some(70),
            None,
        );
    }

    #[test]
    fn a_model_that_answers_at_length_costs_more() {
        let calls: Vec<PastCall> =
            (0..20).flat_map(|_| [past("short", 100, None), past("long", 3_000, None)]).collect();
        let models = ["short", "long", "new"].map(|id| model(id, ["1", "1", ""]));
        let found = prices(&models, &Learned::of(&calls), Some(Decimal::from(1_000_000)));
        let points = |id: &str| found.points[id];
        assert!(points("long") > 2 * points("short"), "{found:?}");
        assert_eq!((points("new"), found.answer, found.calls), (1_000 + 100, 100, 40));
    }
}
