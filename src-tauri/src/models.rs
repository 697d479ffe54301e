//! The list of models, as last fetched, and how the window sees it. `closest.rs` finds in it what could be asked instead of a model.

mod closest;

use crate::account::Account;
use crate::errors::{self, Context, Failure, Incident, ModelRef};
use crate::events::{Announce, Event, ModelView, ModelsView};
use parking_lot::Mutex;
use poe::sim::only_fails;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// The longest time between two tries at a list that could not be read.
const SLOWEST: Duration = Duration::from_secs(60);

pub struct ModelList {
    account: Arc<Account>,
    announce: Announce,
    listed: Mutex<Listed>,
    asking: tokio::sync::Mutex<()>,
    /// How many times another server took the place of the one before.
    servers: watch::Sender<u64>,
}

/// The same list as Poe gave it and as the window shows it.
#[derive(Default)]
struct Listed {
    models: Vec<poe::Model>,
    view: ModelsView,
    /// Why the last try brought no list.
    incident: Option<Incident>,
    /// Models that have cost this person nothing so far, in small letters.
    free: BTreeSet<String>,
}

impl Listed {
    fn mark_free(&mut self) {
        for model in &mut self.view.models {
            let prices = [&model.input_usd, &model.output_usd, &model.request_usd];
            let has_price = prices.into_iter().any(Option::is_some);
            model.free_so_far = !has_price && self.free.contains(&model.id.to_lowercase());
        }
    }
}

impl ModelList {
    pub fn new(account: Arc<Account>, announce: Announce) -> ModelList {
        ModelList {
            account,
            announce,
            listed: Mutex::default(),
            asking: tokio::sync::Mutex::new(()),
            servers: watch::Sender::new(0),
        }
    }

    pub fn view(&self) -> ModelsView {
        let incident = self.incident();
        ModelsView {
            card: incident
                .map(|incident| errors::card_of(&incident, &Context::of(&self.account, crate::clock::now()))),
            ..self.listed.lock().view.clone()
        }
    }

    /// Why there is no list, or none that is new.
    pub fn incident(&self) -> Option<Incident> {
        self.listed.lock().incident.clone()
    }

    pub fn fetched_at(&self) -> Option<i64> {
        self.listed.lock().view.fetched_at
    }

    pub fn all(&self) -> Vec<ModelView> {
        self.listed.lock().view.models.clone()
    }

    /// Names are case-insensitive at Poe.
    pub fn find(&self, id: &str) -> Option<ModelView> {
        let listed = self.listed.lock();
        let mut models = listed.view.models.iter();
        models.find(|model| model.id.eq_ignore_ascii_case(id)).cloned()
    }

    /// With all that Poe tells of it.
    pub fn model(&self, id: &str) -> Option<poe::Model> {
        let listed = self.listed.lock();
        let mut models = listed.models.iter();
        models.find(|model| model.id.eq_ignore_ascii_case(id)).cloned()
    }

    /// Models of a like name, the nearest first.
    pub fn closest(&self, id: &str) -> Vec<ModelRef> {
        closest::closest(id, &self.listed.lock().view.models)
    }

    /// One that takes all of a chat, with room for an answer, and more than this one.
    pub fn larger(&self, id: &str, chat_tokens: u64) -> Option<ModelRef> {
        let takes = self.find(id).and_then(|model| u64::try_from(model.context?).ok());
        let needed = (chat_tokens + chat_tokens / 4).max(takes.unwrap_or_default() + 1);
        closest::larger(id, needed, &self.listed.lock().view.models)
    }

    /// The model that a first chat asks: the first in the list that writes text.
    pub fn first_text_model(&self) -> Option<String> {
        let listed = self.listed.lock();
        listed.view.models.iter().find(|model| writes_text(model)).map(|model| model.id.clone())
    }

    /// The list, fetched when there is none yet. Works without a key.
    pub async fn get(&self) -> ModelsView {
        if self.fetched_at().is_some() { self.view() } else { self.fetch(|_| true).await }
    }

    /// While there is no list, another try follows by itself, since a message may wait for it. Asking costs nothing.
    pub async fn watch(self: Arc<Self>) {
        let mut tries = 0;
        loop {
            if self.fetched_at().is_some() {
                tries = 0;
                sleep(SLOWEST).await;
            } else {
                sleep(pause(tries)).await;
                tries += 1;
                self.get().await;
            }
        }
    }

    pub async fn refresh(&self) -> ModelsView {
        self.fetch(|_| false).await
    }

    /// The list as it is after this time: fetched once, however many ask for it.
    pub async fn after(&self, time: i64) -> ModelsView {
        self.fetch(|fetched_at| fetched_at > time).await
    }

    pub fn learned(&self, models: Vec<poe::Model>) {
        {
            let mut listed = self.listed.lock();
            listed.view = ModelsView {
                models: models.iter().cloned().map(model_view).collect(),
                fetched_at: Some(crate::clock::now()),
                card: None,
            };
            (listed.models, listed.incident) = (models, None);
            listed.mark_free();
        }
        (self.announce)(Event::Models(self.view()));
    }

    /// Models (in small letters) that have cost this person nothing so far: what their charges say, not the list.
    pub fn found_free(&self, free: BTreeSet<String>) {
        {
            let mut listed = self.listed.lock();
            if listed.free == free {
                return;
            }
            listed.free = free;
            listed.mark_free();
        }
        if self.fetched_at().is_some() {
            (self.announce)(Event::Models(self.view()));
        }
    }

    /// Another server has other models. Who waits for the list of the one before gets this one's.
    pub fn forget(&self) {
        *self.listed.lock() = Listed::default();
        self.servers.send_modify(|count| *count += 1);
    }

    /// Not where the list that there is, fetched at that time, will do.
    async fn fetch(&self, will_do: impl Fn(i64) -> bool) -> ModelsView {
        let _one = self.asking.lock().await;
        let mut servers = self.servers.subscribe();
        loop {
            if self.fetched_at().is_some_and(&will_do) {
                return self.view();
            }
            let client = self.account.keyless_client();
            let answer = tokio::select! {
                biased;
                _ = servers.changed() => continue,
                answer = client.models() => answer,
            };
            return match answer {
                Ok(models) => {
                    self.learned(models);
                    self.view()
                }
                Err(error) => self.failed(error),
            };
        }
    }

    /// The old list stays; the reason stands beside it.
    fn failed(&self, error: poe::Error) -> ModelsView {
        let context = Context::of(&self.account, crate::clock::now());
        let incident = Incident::new(Failure::Poe(error), &context);
        {
            // The same once more is no news: nobody is to hear it again at each try.
            let known = &mut self.listed.lock().incident;
            if known.as_ref().is_none_or(|known| known.code() != incident.code()) {
                *known = Some(incident);
            }
        }
        let view = self.view();
        (self.announce)(Event::Models(view.clone()));
        view
    }
}

/// 5 s, 10 s, 20 s … up to [`SLOWEST`].
fn pause(tries: u32) -> Duration {
    Duration::from_secs(5).saturating_mul(2_u32.saturating_pow(tries)).min(SLOWEST)
}

/// It answers with text, and is no failure of the demo.
pub(crate) fn writes_text(model: &ModelView) -> bool {
    model.outputs.iter().any(|kind| kind == "text") && !only_fails(&model.maker)
}

pub(crate) fn model_view(model: poe::Model) -> ModelView {
    let tokens = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    let million = poe::Decimal::from(1_000_000);
    let listed = model.listed_price();
    let price = |pick: fn(&poe::Pricing) -> Option<poe::Decimal>| listed.as_ref().and_then(pick);
    let per_million = |usd: poe::Decimal| (usd * million).normalize().to_string();
    ModelView {
        input_usd: price(|p| p.prompt).map(per_million),
        output_usd: price(|p| p.completion).map(per_million),
        cache_read_usd: price(|p| p.input_cache_read).map(per_million),
        cache_write_usd: price(|p| p.input_cache_write).map(per_million),
        request_usd: price(|p| p.request).map(|usd| usd.normalize().to_string()),
        free_so_far: false,
        id: model.id,
        name: model.name,
        maker: model.owned_by,
        description: model.description,
        inputs: model.input_modalities,
        outputs: model.output_modalities,
        features: model.features,
        context: tokens(model.context_length),
        max_output: tokens(model.max_output_tokens),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_slower_and_slower() {
        let pauses = [0, 1, 2, 3, 4, 99].map(|tries| pause(tries).as_secs());
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
    }
}
