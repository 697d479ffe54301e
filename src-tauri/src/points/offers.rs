//! Other models that could answer the same question, and what they would cost. Pure.

use super::estimate::{self, Price, Size};
use crate::errors::ModelRef;
use crate::events::ModelView;
use poe::Decimal;
use poe::sim::only_fails;

/// The prices of a request of this size.
pub struct Prices {
    pub models: Vec<ModelView>,
    /// Points a dollar.
    pub rate: Option<Decimal>,
    pub size: Size,
    /// Models that this person has had answers of.
    pub used: Vec<String>,
}

const MOST_CHEAPER: usize = 3;

impl Prices {
    /// What it costs on this model, where the list tells its price.
    pub fn of(&self, model: &ModelView) -> Option<i64> {
        estimate::points(Price::of(model), self.size, self.rate)
    }

    fn offer(&self, model: &ModelView) -> ModelRef {
        ModelRef { points: self.of(model), ..model.into() }
    }

    /// Models that take the question and cost at most `have`: those that the person uses first, then those of the same
    /// maker, then the dearest, which are likeliest to do as well.
    pub fn cheaper(&self, than: &ModelView, have: i64) -> Vec<ModelRef> {
        let limit = self.of(than).map_or(have, |points| have.min(points - 1));
        let mut found: Vec<(&ModelView, i64)> = self
            .others(than)
            .filter_map(|model| Some((model, self.of(model)?)))
            .filter(|(_, points)| *points <= limit)
            .collect();
        found.sort_by_key(|(model, points)| {
            let is_used = self.used.iter().any(|id| id.eq_ignore_ascii_case(&model.id));
            (!is_used, model.maker != than.maker, std::cmp::Reverse(*points), model.id.clone())
        });
        let best = found.into_iter().take(MOST_CHEAPER);
        best.map(|(model, _)| self.offer(model)).collect()
    }

    /// The model nearest in price; where several are as near, one of the same maker.
    pub fn similar(&self, to: &ModelView) -> Option<ModelRef> {
        let own = Price::of(to)?;
        let distance = |model: &&ModelView| {
            let other = Price::of(model)?;
            let (own, other) = (own.output.or(own.request)?, other.output.or(other.request)?);
            Some(((own - other).abs(), model.maker != to.maker, model.id.clone()))
        };
        let nearest = self.others(to).filter(|model| distance(model).is_some()).min_by_key(distance)?;
        Some(self.offer(nearest))
    }

    /// Every other model that writes text and has room for the question.
    fn others<'a>(&'a self, than: &'a ModelView) -> impl Iterator<Item = &'a ModelView> {
        let has_room =
            |model: &ModelView| model.context.is_none_or(|most| self.size.prompt + self.size.answer <= most);
        self.models
            .iter()
            .filter(|model| !model.id.eq_ignore_ascii_case(&than.id))
            .filter(|model| model.outputs == ["text"] && !only_fails(&model.maker))
            .filter(move |model| has_room(model))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(id: &str, maker: &str, output_usd: &str, context: i64) -> ModelView {
        ModelView {
            id: id.to_owned(),
            name: id.to_uppercase(),
            maker: maker.to_owned(),
            outputs: vec!["text".to_owned()],
            context: Some(context),
            input_usd: (!output_usd.is_empty()).then(|| "0".to_owned()),
            output_usd: (!output_usd.is_empty()).then(|| output_usd.to_owned()),
            ..ModelView::default()
        }
    }

    /// A thousand tokens each way, and a thousand points a dollar: the price per million is the points.
    fn check(used: &[&str], have: i64, cheaper: &[&str], similar: Option<&str>) {
        let models = [
            model("dear", "A", "100", 9_000),
            model("little", "A", "5", 9_000),
            model("other", "B", "60", 9_000),
            model("another", "B", "40", 9_000),
            model("tiny", "C", "1", 9_000),
            model("narrow", "A", "20", 100),
            model("unknown", "A", "", 9_000),
            ModelView { outputs: vec!["image".to_owned()], ..model("painter", "A", "20", 9_000) },
            model("broken", poe::sim::FAILING, "61", 9_000),
            model("broken too", poe::sim::FAILING, "2", 9_000),
        ];
        let prices = Prices {
            models: models.to_vec(),
            rate: Some(Decimal::from(1_000)),
            size: Size { prompt: 1_000, answer: 1_000 },
            used: used.iter().map(|id| (*id).to_owned()).collect(),
        };
        let found = prices.cheaper(&models[0], have);
        assert_eq!(found.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), cheaper, "{have}");
        assert_eq!(prices.similar(&models[0]).map(|it| it.id).as_deref(), similar);
        assert!(found.iter().all(|offer| offer.points.is_some_and(|points| points <= have && points < 100)));
    }

    #[test]
    fn what_is_offered_instead() {
        check(&[], 1_000, &["little", "other", "another"], Some("other"));
        check(&[], 50, &["little", "another", "tiny"], Some("other"));
        check(&["TINY"], 50, &["tiny", "little", "another"], Some("other"));
        check(&[], 3, &["tiny"], Some("other"));
        check(&[], 0, &[], Some("other"));
    }
}
