//! What a message costs on its model and on others, as its card and its buttons say it.

use super::Points;
use super::estimate::{self, Price, Size};
use super::offers::{Market, Offer};
use super::prompt_size::PromptSize;
use crate::errors::{Context, ModelRef};
use crate::events::ModelView;
use crate::tokens;

impl Points {
    pub fn size_of(&self, message_id: i64) -> Option<PromptSize> {
        self.sizes.lock().get(&message_id).copied()
    }

    /// Points of a request like this.
    pub fn estimate(&self, asked: PromptSize, model: &str) -> Option<i64> {
        let known = self.models.find(model)?;
        estimate::points(
            Price::of(&known),
            self.size(asked, Some(&known)),
            self.balance.rate(),
        )
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

    /// Adds what is known of prices to what a card of this message can say. `text`: what came of the answer.
    pub fn priced(&self, message_id: i64, model: &str, text: &str, context: Context) -> Context {
        let Some(asked) = self.size_of(message_id) else {
            return context;
        };
        let known = self.models.find(model);
        let models = self.models.view().models;
        let used = self.charges.used_models();
        let rate = self.balance.rate();
        let market = Market {
            models: &models,
            rate,
            size: self.size(asked, known.as_ref()),
            used: &used,
        };
        let priced = |model: ModelRef| ModelRef {
            points: self
                .models
                .find(&model.id)
                .and_then(|model| market.offer(&model).points),
            ..model
        };
        let context = Context {
            closest: context.closest.into_iter().map(priced).collect(),
            ..context
        };
        let Some(known) = known else { return context };
        let needed = market.offer(&known).points;
        let have = context.balance.map(|(points, _)| points);
        let size = |prompt: i64, answer: i64| Size { prompt, answer };
        let cost = |size: Size| estimate::points(Price::of(&known), size, rate);
        let came = tokens::count(text);
        let without_older = cost(size(asked.prompt - asked.older, market.size.answer));
        let saves = needed.zip(without_older).map(|(needed, rest)| needed - rest);
        Context {
            needed,
            regenerate_points: needed,
            continue_points: cost(size(
                asked.prompt + came,
                estimate::rest_tokens(market.size.answer, came),
            )),
            // Only where it brings the message within reach.
            trim_saves: saves.filter(|saves| {
                needed
                    .zip(have)
                    .is_none_or(|(needed, have)| needed - saves <= have)
            }),
            cheaper: have
                .map(|have| market.cheaper(&known, have))
                .unwrap_or_default()
                .into_iter()
                .map(named)
                .collect(),
            similar: market.similar(&known).map(named),
            ..context
        }
    }
}

fn named(offer: Offer) -> ModelRef {
    ModelRef {
        id: offer.id,
        name: offer.name,
        points: offer.points,
    }
}
