//! The one maker of this room's cards: what happened is handed in, what is known of models, balance and account is asked here.

use super::outgoing::closest;
use super::turn::limits::Limits;
use crate::account::Account;
use crate::errors::{self, Context, Incident, ModelRef, Refusal};
use crate::events::{ChargeView, ErrorCard};
use crate::library::Library;
use crate::models::ModelList;
use crate::points::Points;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

pub(super) struct Cards {
    pub(super) library: Library,
    pub(super) account: Arc<Account>,
    pub(super) models: Arc<ModelList>,
    pub(super) points: Arc<Points>,
    pub(super) limits: Limits,
    /// Another data folder may be chosen.
    pub(super) can_move: AtomicBool,
    /// Messages that wait for their turn.
    pub(super) queued: AtomicU32,
}

impl Cards {
    /// The card of what went wrong with a message, with what is known now. `text`: what came of the answer.
    pub(super) fn card_of(
        &self,
        incident: &Incident,
        id: i64,
        model: &str,
        text: &str,
        charge: Option<ChargeView>,
    ) -> ErrorCard {
        let words = text.split_whitespace().count();
        let context = self.context(Some(model));
        let context = Context {
            words: (words > 0).then_some(words),
            charge,
            waits: self.points.waits(id),
            larger: self.larger(model, incident.chat_tokens(), context.context_length),
            ..context
        };
        errors::card_of(incident, &self.points.priced(id, model, text, context))
    }

    /// A model that takes all of the chat, with room for an answer, and more than this one.
    pub(super) fn larger(
        &self,
        model: &str,
        chat_tokens: Option<u64>,
        takes: Option<u64>,
    ) -> Option<ModelRef> {
        let tokens = chat_tokens?;
        let needed = (tokens + tokens / 4).max(takes.unwrap_or_default() + 1);
        closest::larger(model, needed, &self.models.view().models)
    }

    pub(super) fn card(&self, refusal: impl Into<Refusal>) -> ErrorCard {
        let refusal = refusal.into();
        let context = self.context(refusal.model.as_deref());
        let context = Context {
            message_saved: refusal.is_saved || context.message_saved,
            not_saved: refusal.not_saved,
            feature: refusal.feature,
            base_url: refusal.base_url.unwrap_or(context.base_url),
            ..context
        };
        errors::card(&refusal.failure, &context)
    }

    /// What a card about a message to this model can say of values.
    pub(super) fn context(&self, model: Option<&str>) -> Context {
        let models = self.models.view();
        let known = model.and_then(|id| self.models.find(id));
        let named = model.map(|id| ModelRef {
            id: id.to_owned(),
            name: known.as_ref().map_or_else(|| id.to_owned(), |m| m.name.clone()),
            points: None,
        });
        let balance = self.points.balance.view();
        Context {
            closest: model
                .map(|id| closest::models(id, &models.models))
                .unwrap_or_default(),
            model: named,
            balance: balance.points.zip(balance.checked_at),
            message_saved: model.is_some(),
            context_length: known
                .as_ref()
                .and_then(|m| m.context)
                .and_then(|n| u64::try_from(n).ok()),
            max_output: known
                .as_ref()
                .and_then(|m| m.max_output)
                .and_then(|n| u64::try_from(n).ok()),
            models_checked_at: models.fetched_at,
            often_limited: self.limits.is_often(crate::clock::now()),
            queued: Some(self.queued.load(Relaxed)),
            backup: self.library.good_backup().map(|backup| errors::Backup {
                at: backup.at,
                file: backup.id,
            }),
            can_move: self.can_move.load(Relaxed),
            ..Context::of(&self.account, crate::clock::now())
        }
    }
}
