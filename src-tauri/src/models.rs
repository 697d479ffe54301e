//! The list of models, as last fetched, and how the window sees it (`view.rs`). `kept.rs` is the copy on the disk that a start shows
//! before Poe has answered, `changes.rs` what is another since the person looked, `makers.rs` who is asked about first, `closest.rs`
//! what could be asked instead of a model.

mod changes;
mod closest;
pub(crate) mod films;
mod kept;
mod makers;
mod view;

pub use makers::Allowed;
pub(crate) use view::{SEARCH_TOOL, model_view, settable, takes_search_tool, writes_text};

use crate::account::Account;
use crate::data_folder::DataFolder;
use crate::errors::{self, Context, Failure, Incident, ModelRef};
use crate::events::{
    Announce, DeclaredParameter, Event, ModelChangeKind, ModelPage, ModelView, ModelsView, Notice, Spent,
};
use crate::worker::Worker;
use changes::Seen;
use kept::Kept;
use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// The longest time between two tries at a list that could not be read.
const SLOWEST: Duration = Duration::from_secs(60);
/// In milliseconds: a list that is older is read anew behind, so that an app that runs for days hears of new prices.
const STALE: i64 = 6 * 3_600_000;
/// Counts what lists were made, whichever server's.
static REVISION: AtomicU64 = AtomicU64::new(1);
/// When the person is taken to have looked last in the demo.
const EARLIER: i64 = 3 * 24 * 3_600_000;

pub struct ModelList {
    account: Arc<Account>,
    announce: Announce,
    listed: Mutex<Listed>,
    /// Where lists are kept; nowhere in some tests.
    folder: Option<Arc<DataFolder>>,
    /// Writes them, one after the other.
    disk: Worker<()>,
    chosen: Mutex<Chosen>,
    /// The simulated Poe answers: its list is nobody's to keep, and this is what it listed before.
    simulated: Mutex<Option<Vec<poe::Model>>>,
    asking: tokio::sync::Mutex<()>,
    /// How many times another server took the place of the one before.
    servers: watch::Sender<u64>,
}

/// What a person chose that the list depends on.
#[derive(Default)]
struct Chosen {
    /// In small letters.
    favorites: BTreeSet<String>,
    allowed: Allowed,
}

/// The same list as Poe gave it and as the window shows it.
#[derive(Default)]
struct Listed {
    models: Vec<poe::Model>,
    view: ModelsView,
    /// Whose it is.
    server: String,
    /// What was kept of this server has been looked for.
    recalled: bool,
    /// An earlier run fetched it.
    is_old: bool,
    /// As it was when the person last looked at what had changed.
    seen: Option<Seen>,
    /// Why the last try brought no list.
    incident: Option<Incident>,
    /// Models that have cost this person nothing so far, in small letters.
    free: BTreeSet<String>,
}

impl Listed {
    fn show(&mut self, models: Vec<poe::Model>, fetched_at: i64, chosen: &Chosen) {
        self.view = ModelsView {
            revision: self.view.revision,
            models: models.iter().map(model_view).collect(),
            fetched_at: Some(fetched_at),
            ..ModelsView::default()
        };
        self.models = models;
        self.mark(chosen);
        self.compare();
    }

    fn mark(&mut self, chosen: &Chosen) {
        self.view.revision = REVISION.fetch_add(1, Ordering::Relaxed);
        for model in &mut self.view.models {
            let is_free = self.free.contains(&model.id.to_lowercase());
            model.free_so_far = is_free && !makers::has_price(model);
            model.asks = makers::asks(model, is_free, &chosen.allowed);
        }
    }

    fn compare(&mut self) {
        let seen = self.seen.as_ref().filter(|_| !self.models.is_empty());
        self.view.changes = seen.map_or_else(Vec::new, |seen| changes::since(seen, &self.models));
        self.view.changes_since = seen.map(|seen| seen.at);
    }
}

impl ModelList {
    pub fn new(account: Arc<Account>, announce: Announce) -> ModelList {
        ModelList {
            account,
            announce,
            listed: Mutex::default(),
            folder: None,
            disk: Worker::without_thread(),
            chosen: Mutex::default(),
            simulated: Mutex::default(),
            asking: tokio::sync::Mutex::new(()),
            servers: watch::Sender::new(0),
        }
    }

    /// Keeps what Poe answers, for the next start. Without a thread for it nothing is kept, and nothing else is lost.
    pub fn keeping(self, folder: Arc<DataFolder>) -> ModelList {
        let disk = Worker::start("models", ()).unwrap_or_else(|_| Worker::without_thread());
        ModelList { folder: Some(folder), disk, ..self }
    }

    /// The simulated Poe answers from now on, and this is what it listed some days before; `None`: Poe itself.
    pub fn simulate(&self, before: Option<Vec<poe::Model>>) {
        *self.simulated.lock() = before;
    }

    pub fn set_favorites(&self, ids: &[String]) {
        self.chosen.lock().favorites = ids.iter().map(|id| id.to_lowercase()).collect();
    }

    /// Bots that are asked without a word from now on.
    pub fn set_allowed(&self, allowed: Allowed) {
        {
            let mut chosen = self.chosen.lock();
            if chosen.allowed == allowed {
                return;
            }
            chosen.allowed = allowed;
            self.listed.lock().mark(&chosen);
        }
        if self.fetched_at().is_some() {
            (self.announce)(Event::Models(self.view()));
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

    /// All that is told of it; `spent` and `last` are of this person.
    pub fn page(&self, id: &str, spent: Spent, last: Option<i64>) -> Option<ModelPage> {
        Some(view::page(&self.model(id)?, spent, last))
    }

    /// What it declares that may be set, in its order; nothing where it is not listed.
    pub fn declared(&self, id: &str) -> Vec<DeclaredParameter> {
        self.model(id).map(|model| view::settable_views(&model)).unwrap_or_default()
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

    /// The model that a first chat asks: the first in the list that writes text and asks for no leave.
    pub fn first_text_model(&self) -> Option<String> {
        let listed = self.listed.lock();
        let mut models = listed.view.models.iter();
        models.find(|model| writes_text(model) && !model.asks).map(|model| model.id.clone())
    }

    /// The list, the last one at once, fetched when there is none yet. Works without a key.
    pub async fn get(&self) -> ModelsView {
        self.recall();
        if self.fetched_at().is_some() { self.view() } else { self.fetch(|_| true).await }
    }

    /// The list as Poe has it now, unless it was read a while ago.
    pub async fn freshen(&self) -> ModelsView {
        self.recall();
        match self.fetched_at() {
            Some(at) if !self.is_current() => self.after(at).await,
            _ => self.get().await,
        }
    }

    /// This run has read it, and not long ago.
    fn is_current(&self) -> bool {
        let listed = self.listed.lock();
        let age = listed.view.fetched_at.map(|at| crate::clock::now() - at);
        age.is_some_and(|age| age < STALE) && !listed.is_old
    }

    /// While there is no list, or only an old one, another try follows by itself, since a message may wait for it. Asking costs
    /// nothing.
    pub async fn watch(self: Arc<Self>) {
        let mut tries = 0;
        loop {
            if self.is_current() {
                tries = 0;
                sleep(SLOWEST).await;
            } else {
                sleep(pause(tries)).await;
                tries += 1;
                self.freshen().await;
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
        self.recall();
        let now = crate::clock::now();
        let news = {
            let chosen = self.chosen.lock();
            let mut listed = self.listed.lock();
            // An empty list says nothing of what was in the one before.
            let is_told = !models.is_empty();
            let news = if is_told { news(&listed.models, &models, &chosen.favorites) } else { Vec::new() };
            if is_told && listed.seen.is_none() {
                let simulated = self.simulated.lock();
                listed.seen = Some(match &*simulated {
                    Some(before) => Seen::of(before, now - EARLIER),
                    None => Seen::of(&models, now),
                });
            }
            (listed.incident, listed.is_old, listed.server) = (None, false, self.server());
            listed.show(models, now, &chosen);
            news
        };
        self.keep();
        (self.announce)(Event::Models(self.view()));
        if !news.is_empty() {
            (self.announce)(Event::Notice(Notice::Prices { models: news }));
        }
    }

    /// The person has looked at what changed: what is told from now on is what changes from now on.
    pub fn changes_seen(&self) -> ModelsView {
        {
            let mut listed = self.listed.lock();
            if !listed.models.is_empty() {
                listed.seen = Some(Seen::of(&listed.models, crate::clock::now()));
            }
            listed.compare();
        }
        self.keep();
        self.view()
    }

    /// What was kept of this server, where nothing else is known of it yet.
    fn recall(&self) {
        let server = self.server();
        let chosen = self.chosen.lock();
        let mut listed = self.listed.lock();
        if std::mem::replace(&mut listed.recalled, true) {
            return;
        }
        let Some(folder) = self.folder.as_ref().filter(|_| self.simulated.lock().is_none()) else {
            return;
        };
        match kept::read(&folder.models(), &server) {
            Ok(Some(kept)) => {
                listed.seen = Some(kept.seen);
                if listed.view.fetched_at.is_none() {
                    (listed.is_old, listed.server) = (true, server);
                    listed.show(kept.models, kept.fetched_at, &chosen);
                }
            }
            Ok(None) => {}
            Err(error) => self.log(&server, &error),
        }
    }

    /// Writes the list behind. Where the disk takes it not, the next start asks Poe first, as the first one did.
    fn keep(&self) {
        let Some(folder) = self.folder.clone().filter(|_| self.simulated.lock().is_none()) else {
            return;
        };
        let listed = self.listed.lock();
        let (Some(at), Some(seen)) = (listed.view.fetched_at, &listed.seen) else {
            return;
        };
        // A list of the server before may still be there.
        if listed.models.is_empty() || listed.server != self.server() {
            return;
        }
        let kept = Kept::new(&listed.server, at, listed.models.clone(), seen.clone());
        self.disk.tell(move |()| drop(kept.write(&folder.models())));
    }

    /// A line in the request log: the list could not be read from the disk.
    fn log(&self, server: &str, error: &std::io::Error) {
        if let Some(log) = self.account.network().log {
            let record = poe::RequestRecord {
                method: "READ".to_owned(),
                path: "/models".to_owned(),
                attempt: 1,
                of: 1,
                started_ms: crate::clock::now(),
                said: Some(error.to_string()),
                ..poe::RequestRecord::default()
            };
            log.record(server.to_owned(), record);
        }
    }

    fn server(&self) -> String {
        self.account.keyless_client().base_url().as_str().to_owned()
    }

    /// Models (in small letters) that have cost this person nothing so far: what their charges say, not the list.
    pub fn found_free(&self, free: BTreeSet<String>) {
        {
            let chosen = self.chosen.lock();
            let mut listed = self.listed.lock();
            if listed.free == free {
                return;
            }
            listed.free = free;
            listed.mark(&chosen);
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

/// The favorites, by name, that are gone or cost something else now.
fn news(before: &[poe::Model], now: &[poe::Model], favorites: &BTreeSet<String>) -> Vec<String> {
    if before.is_empty() || favorites.is_empty() {
        return Vec::new();
    }
    let changes = changes::since(&Seen::of(before, 0), now).into_iter();
    let told = changes.filter(|change| {
        change.kind != ModelChangeKind::New && favorites.contains(&change.id.to_lowercase())
    });
    told.map(|change| change.name).collect()
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
