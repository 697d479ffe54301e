//! The one maker of cards above the rooms that they speak of: what happened is handed in, and what is known of models, points,
//! account and library is asked here. `cards/limits.rs` counts how often Poe asked to slow down.

mod limits;

use crate::account::Account;
use crate::errors::{self, Context, Failure, Incident, ModelRef, Moment, Refusal, Waits};
use crate::events::{ChargeView, ErrorCard, PaidRequest, PointsRange};
use crate::library::{self, Library};
use crate::models::ModelList;
use crate::points::Points;
use limits::Limits;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

pub struct Cards {
    pub library: Library,
    pub account: Arc<Account>,
    pub models: Arc<ModelList>,
    pub points: Arc<Points>,
    limits: Limits,
    /// Another data folder may be chosen.
    can_move: bool,
    /// Messages that wait for their turn.
    queued: AtomicU32,
}

impl Cards {
    pub fn new(
        library: Library,
        account: Arc<Account>,
        models: Arc<ModelList>,
        points: Arc<Points>,
        can_move: bool,
    ) -> Cards {
        Cards {
            library,
            account,
            models,
            points,
            limits: Limits::default(),
            can_move,
            queued: AtomicU32::new(0),
        }
    }

    pub fn set_queued(&self, messages: usize) {
        self.queued.store(u32::try_from(messages).unwrap_or(u32::MAX), Relaxed);
    }

    /// A request failed so.
    pub fn notice(&self, error: &poe::Error) {
        self.limits.notice(error);
    }

    /// The numbers of this moment, for what goes wrong with a message to this model.
    pub fn moment(&self, model: Option<&str>) -> Moment {
        let known = model.and_then(|id| self.models.find(id));
        let tokens = |count: Option<i64>| count.and_then(|n| u64::try_from(n).ok());
        Moment {
            models_checked_at: self.models.fetched_at(),
            context_length: tokens(known.as_ref().and_then(|model| model.context)),
            max_output: tokens(known.as_ref().and_then(|model| model.max_output)),
            balance: self.points.balance.points().zip(self.points.balance.checked_at()),
            often_limited: self.limits.is_often(crate::clock::now()),
            queued: Some(self.queued.load(Relaxed)),
            model: model.map(str::to_owned),
            ..Moment::of(&self.of_account())
        }
    }

    /// The card of what went wrong with a message, with what is known now. `text`: what came of the answer.
    pub fn card_of(
        &self,
        incident: &Incident,
        id: i64,
        model: &str,
        text: &str,
        charge: Option<ChargeView>,
    ) -> ErrorCard {
        let words = text.split_whitespace().count();
        let prices = self.points.prices(id, model, text);
        let context = Context {
            words: (words > 0).then_some(words),
            is_temporary: library::is_temporary(id),
            charge,
            waits: self.points.waits(id),
            larger: incident.moment.chat_tokens.and_then(|tokens| self.models.larger(model, tokens)),
            closest: prices.closest,
            similar: prices.similar,
            cheaper: prices.cheaper,
            regenerate_points: prices.retry.regenerate.map(PointsRange::middle),
            continue_points: prices.retry.go_on.map(PointsRange::middle),
            trim_saves: prices.trim_saves,
            ..self.now(Some(model))
        };
        errors::card_of(incident, &context)
    }

    /// Of a message that waits until the list of models can be read.
    pub fn waits_for_models(&self, incident: &Incident) -> ErrorCard {
        let context = Context { waits: Some(Waits::Models), ..self.of_account() };
        errors::card_of(incident, &context)
    }

    /// Of a request that is no message.
    pub fn of_request(&self, failure: &Failure, request: PaidRequest) -> ErrorCard {
        let context = Context {
            model: Some(ModelRef { id: request.model, name: request.name, points: request.points }),
            ..self.of_account()
        };
        errors::card(failure, &context)
    }

    /// The card of what was refused.
    pub fn card(&self, refusal: impl Into<Refusal>) -> ErrorCard {
        let refusal = refusal.into();
        let model = refusal.model.clone();
        let context =
            Context { message_saved: refusal.is_saved || model.is_some(), ..self.now(model.as_deref()) };
        errors::card_of(&self.incident(refusal), &context)
    }

    /// What was refused, with the numbers of this moment, for who shows it later or more than once.
    pub fn incident(&self, refusal: impl Into<Refusal>) -> Incident {
        let refusal = refusal.into();
        let moment = self.moment(refusal.model.as_deref());
        let moment = Moment {
            not_saved: refusal.not_saved,
            feature: refusal.feature,
            base_url: refusal.base_url.unwrap_or(moment.base_url),
            ..moment
        };
        Incident::of(refusal.failure, moment)
    }

    /// The card of what concerns no message.
    pub fn shown(&self, incident: &Incident) -> ErrorCard {
        errors::card_of(incident, &self.now(None))
    }

    fn now(&self, model: Option<&str>) -> Context {
        let named = |id: &str| ModelRef {
            id: id.to_owned(),
            name: self.models.find(id).map_or_else(|| id.to_owned(), |known| known.name),
            points: None,
        };
        Context {
            model: model.map(named),
            message_saved: model.is_some(),
            backup: self
                .library
                .good_backup()
                .map(|backup| errors::Backup { at: backup.at, file: backup.id }),
            can_move: self.can_move,
            ..self.of_account()
        }
    }

    fn of_account(&self) -> Context {
        Context::of(&self.account, crate::clock::now())
    }
}
