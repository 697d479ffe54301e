//! What a message costs on its model and on others, as its card and its buttons say it.

use super::Points;
use super::estimate::{self, Price, Size};
use super::offers::Prices;
use super::prompt_size::PromptSize;
use crate::errors::ModelRef;
use crate::events::{ModelView, RetryCost};
use crate::tokens;

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

    /// Points of a request like this.
    pub fn estimate(&self, asked: PromptSize, model: &str) -> Option<i64> {
        let known = self.models.find(model)?;
        self.cost(&known, self.size(asked, Some(&known)))
    }

    fn cost(&self, model: &ModelView, size: Size) -> Option<i64> {
        estimate::points(Price::of(model), size, self.balance.rate())
    }

    fn size(&self, asked: PromptSize, model: Option<&ModelView>) -> Size {
        let own = model.map(|model| self.charges.past_answers(&model.id));
        Size {
            prompt: asked.prompt,
            answer: estimate::answer_tokens(
                &own.unwrap_or_default(),
                asked.max_tokens,
                model.and_then(|model| model.max_output),
            ),
        }
    }

    /// Points that a message needs on this model.
    pub fn needed(&self, message_id: i64, model: &str) -> Option<i64> {
        let asked = self.size_of(message_id);
        asked.and_then(|asked| self.estimate(asked, model))
    }

    /// Of the answer to a question that was asked already; `text` is what came of it.
    pub fn retry_cost(&self, asked: PromptSize, model: &ModelView, text: &str) -> RetryCost {
        let size = self.size(asked, Some(model));
        let came = tokens::count(text);
        let rest = Size { prompt: asked.prompt + came, answer: estimate::rest_tokens(size.answer, came) };
        RetryCost { regenerate: self.cost(model, size), go_on: self.cost(model, rest) }
    }

    /// As far as they are known. `text`: what came of the answer.
    pub fn prices(&self, message_id: i64, model: &str, text: &str) -> MessagePrices {
        let mut told = MessagePrices { closest: self.models.closest(model), ..MessagePrices::default() };
        let Some(asked) = self.size_of(message_id) else {
            return told;
        };
        let known = self.models.find(model);
        let prices = Prices {
            models: self.models.all(),
            rate: self.balance.rate(),
            size: self.size(asked, known.as_ref()),
            used: self.charges.used_models(),
        };
        for model in &mut told.closest {
            model.points = self.models.find(&model.id).and_then(|model| prices.of(&model));
        }
        let Some(known) = known else { return told };
        let retry = self.retry_cost(asked, &known, text);
        let without_older = Size { prompt: asked.prompt - asked.older, ..prices.size };
        let have = self.balance.points();
        let saves = retry.regenerate.zip(self.cost(&known, without_older));
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
