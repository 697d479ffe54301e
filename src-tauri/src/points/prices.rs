//! What a message costs on its model and on others, as its card and its buttons say it.

use super::Points;
use super::estimate::Size;
use super::offers::Prices;
use super::prompt_size::PromptSize;
use super::request_price::{self, Left, RequestPrice, Wanted};
use crate::errors::ModelRef;
use crate::events::{CheaperModel, ModelView, PointsRange, RetryCost, Shortfall};
use crate::tokens::TextSize;

/// What a card can say of the prices of its message.
#[derive(Default)]
pub struct MessagePrices {
    /// Of answering anew, and of going on from a cut.
    pub retry: RetryCost,
    /// What leaving out older messages saves, where that brings the message within reach.
    pub trim_saves: Option<i64>,
    /// Models of a like name.
    pub closest: Vec<ModelRef>,
    /// Models whose answer the balance covers, the best first.
    pub cheaper: Vec<ModelRef>,
    pub similar: Option<ModelRef>,
}

impl Points {
    pub fn size_of(&self, message_id: i64) -> Option<PromptSize> {
        self.sizes.lock().get(&message_id).copied()
    }

    /// Of a request like this.
    pub fn price(&self, asked: PromptSize, model: &ModelView) -> RequestPrice {
        self.price_of(asked, Wanted::Answer, model)
    }

    pub fn price_of(&self, asked: PromptSize, wanted: Wanted, model: &ModelView) -> RequestPrice {
        request_price::price(&asked, wanted, model, &self.charges.learned(), self.balance.rate())
    }

    /// What this adds to each request that it goes along with.
    pub fn standing(&self, along: PromptSize, model: &ModelView) -> RequestPrice {
        request_price::standing(&along, model, &self.charges.learned(), self.balance.rate())
    }

    /// Tokens of all that is sent, about.
    pub fn tokens(&self, asked: &PromptSize, model: &str) -> i64 {
        request_price::prompt(asked, model, &self.charges.learned()).likely
    }

    /// Points of a request like this, where one figure has to do.
    pub fn estimate(&self, asked: PromptSize, model: &str) -> Option<i64> {
        self.range(asked, model).map(PointsRange::middle)
    }

    /// Points that it hardly costs more than.
    pub fn at_most(&self, asked: PromptSize, model: &str) -> Option<i64> {
        self.range(asked, model).map(|points| points.high)
    }

    fn range(&self, asked: PromptSize, model: &str) -> Option<PointsRange> {
        self.price(asked, &self.models.find(model)?).points
    }

    /// Points that a message needs on this model.
    pub fn needed(&self, message_id: i64, model: &str) -> Option<i64> {
        let asked = self.size_of(message_id);
        asked.and_then(|asked| self.estimate(asked, model))
    }

    /// What a message may need beyond what there is. `left`: of the person's limits.
    pub fn short(&self, needed: PointsRange, left: Left) -> Option<Shortfall> {
        request_price::shortfall(needed, self.balance.points(), left)
    }

    /// The best model that there are points for, and that takes the message.
    pub fn cheaper(
        &self,
        asked: PromptSize,
        than: &ModelView,
        has_pictures: bool,
        left: Left,
    ) -> Option<CheaperModel> {
        let have = [self.balance.points(), left.today, left.of_chat].into_iter().flatten().min()?;
        let takes = |model: &ModelView| !has_pictures || model.inputs.iter().any(|kind| kind == "image");
        let prices = self.offers(&asked, Some(than), takes);
        let offers = prices.cheaper(than, have).into_iter();
        let mut offers = offers.filter_map(|offer| {
            let points = self.price(asked, &self.models.find(&offer.id)?).points?;
            Some(CheaperModel { id: offer.id, name: offer.name, points })
        });
        offers.find(|offer| offer.points.high <= have)
    }

    fn offers(
        &self,
        asked: &PromptSize,
        known: Option<&ModelView>,
        takes: impl Fn(&ModelView) -> bool,
    ) -> Prices {
        let learned = self.charges.learned();
        let unknown = ModelView::default();
        let model = known.unwrap_or(&unknown);
        Prices {
            models: self.models.all().into_iter().filter(takes).collect(),
            rate: self.balance.rate(),
            size: Size {
                prompt: request_price::prompt(asked, &model.id, &learned).likely,
                answer: request_price::answer(asked, model, &learned).likely,
            },
            used: learned.models(),
        }
    }

    /// Of the answer to a question that was asked already; `text` is what came of it.
    pub fn retry_cost(&self, asked: PromptSize, model: &ModelView, text: &str) -> RetryCost {
        let came = TextSize::of_message(text).tokens();
        let price = |wanted| self.price_of(asked, wanted, model).points;
        RetryCost {
            regenerate: price(Wanted::Answer),
            go_on: price(Wanted::Rest { came }),
            ..RetryCost::default()
        }
    }

    /// As far as they are known. `text`: what came of the answer.
    pub fn prices(&self, message_id: i64, model: &str, text: &str) -> MessagePrices {
        let mut told = MessagePrices { closest: self.models.closest(model), ..MessagePrices::default() };
        let Some(asked) = self.size_of(message_id) else {
            return told;
        };
        let known = self.models.find(model);
        let prices = self.offers(&asked, known.as_ref(), |_| true);
        for model in &mut told.closest {
            model.points = self.models.find(&model.id).and_then(|model| prices.of(&model));
        }
        let Some(known) = known else { return told };
        let retry = self.retry_cost(asked, &known, text);
        let have = self.balance.points();
        let whole = retry.regenerate.map(PointsRange::middle);
        let saves = whole.zip(self.estimate(asked.without_older(), &known.id));
        let saves = saves.filter(|(_, rest)| have.is_none_or(|have| *rest <= have));
        MessagePrices {
            retry,
            trim_saves: saves.map(|(needed, rest)| needed - rest),
            cheaper: have.map_or_else(Vec::new, |have| prices.cheaper(&known, have)),
            similar: prices.similar(&known),
            ..told
        }
    }
}
