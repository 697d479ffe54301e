//! What a message costs on its model and on others, as its card and its buttons say it.

use super::{Chat, length};
use crate::balance::estimate::{self, Price, Size};
use crate::balance::offers::{Market, Offer};
use crate::errors::{Context, ModelRef};
use crate::events::ModelView;

/// What was asked with a request, in tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) prompt: i64,
    /// Of the prompt, what came before the question and could be left out.
    pub(super) older: i64,
    pub(super) max_tokens: Option<u32>,
}

impl Asked {
    /// `None` with attachments: what Poe counts them for is not told.
    pub(super) fn of(request: &poe::ChatRequest) -> Option<Asked> {
        let contents = request.messages.iter().map(|message| &message.content);
        if contents
            .clone()
            .any(|content| content.attachments().next().is_some())
        {
            return None;
        }
        let tokens = |message: &poe::Message| tokens(&message.content.text());
        let before = request.messages.iter().rev().skip(1);
        Some(Asked {
            prompt: request.messages.iter().map(tokens).sum(),
            older: before
                .filter(|message| message.role != poe::Role::System)
                .map(tokens)
                .sum(),
            max_tokens: request.max_tokens,
        })
    }
}

impl Chat {
    pub(super) fn asked(&self, message_id: i64) -> Option<Asked> {
        self.asked.lock().get(&message_id).copied()
    }

    /// Points of a request like this.
    pub(super) fn estimate(&self, asked: Asked, model: &str) -> Option<i64> {
        let known = self.models.find(model)?;
        estimate::points(
            Price::of(&known),
            self.size(asked, Some(&known)),
            self.balance.rate(),
        )
    }

    fn size(&self, asked: Asked, model: Option<&ModelView>) -> Size {
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
    pub(super) fn needed(&self, message_id: i64, model: &str) -> Option<i64> {
        let asked = self.asked(message_id);
        asked.and_then(|asked| self.estimate(asked, model))
    }

    /// Adds what is known of prices to what a card of this message can say. `text`: what came of the answer.
    pub(super) fn priced(&self, message_id: i64, model: &str, text: &str, context: Context) -> Context {
        let Some(asked) = self.asked(message_id) else {
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
        let came = tokens(text);
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

/// An estimate.
pub(super) fn tokens(text: &str) -> i64 {
    i64::try_from(length::estimate(text)).unwrap_or(i64::MAX)
}

fn named(offer: Offer) -> ModelRef {
    ModelRef {
        id: offer.id,
        name: offer.name,
        points: offer.points,
    }
}
