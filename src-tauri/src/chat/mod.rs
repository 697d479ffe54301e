//! Chats: a question is saved and sent, its answer streamed, journaled and ended exactly once.
//! This room alone owns a turn's text, blocks, journal and end; the window holds views that it can rebuild.

mod attachments;
mod charges;
mod checks;
mod closest;
mod costs;
mod drafts;
mod end;
mod funds;
mod joint;
mod length;
mod limits;
mod locks;
mod naming;
mod network;
mod parameters;
mod patience;
mod pictures;
mod prelude;
mod prices;
mod request;
mod run;
mod sending;
mod stream;
mod summary;
mod turn;
mod unsaved;
mod views;

use crate::account::Account;
use crate::balance::{Balance, Charges};
use crate::errors::{self, Context, Failure, Incident, ModelRef, Refusal, Waits};
use crate::events::{
    Announce, BranchView, ChargeView, ConversationChange, ConversationDetail, ConversationView, ErrorCard,
    Event, LiveView, MessageState, MessageView, Parameters, RunningAnswer, Shown, TurnUpdate,
};
use crate::library::{Library, LibraryError, Message};
use crate::models::ModelList;
use crate::settings;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use turn::{Plan, Turn, Way};

/// Takes the updates of one watched turn; says false once nobody listens.
pub type Watcher = Box<dyn Fn(TurnUpdate) -> bool + Send>;

pub struct Chat {
    library: Library,
    account: Arc<Account>,
    models: Arc<ModelList>,
    balance: Arc<Balance>,
    charges: Charges,
    /// One "check and retry" at a time, so that two presses send once.
    checking: tokio::sync::Mutex<()>,
    /// What the last request of a message asked for.
    asked: Mutex<BTreeMap<i64, prices::Asked>>,
    /// Messages that wait for points.
    waiting: Mutex<BTreeMap<i64, funds::Waiting>>,
    announce: Announce,
    /// Turns under way by the id of their answer.
    live: Mutex<BTreeMap<i64, Arc<Turn>>>,
    /// The conversation that a person looks at.
    looked_at: Mutex<Option<i64>>,
    locks: locks::Locks,
    limits: limits::Limits,
    /// Answers that the disk did not take, by their id.
    unsaved: Mutex<BTreeMap<i64, unsaved::Kept>>,
    can_move: AtomicBool,
    is_closing: AtomicBool,
    /// One picture at a time: each takes much memory.
    decoding: tokio::sync::Mutex<()>,
}

impl Chat {
    pub fn new(
        library: Library,
        account: Arc<Account>,
        models: Arc<ModelList>,
        balance: Arc<Balance>,
        announce: Announce,
    ) -> Chat {
        Chat {
            charges: Charges::new(library.clone(), account.clone(), balance.clone()),
            checking: tokio::sync::Mutex::default(),
            asked: Mutex::default(),
            waiting: Mutex::default(),
            library,
            account,
            models,
            balance,
            announce,
            live: Mutex::default(),
            looked_at: Mutex::default(),
            locks: locks::Locks::default(),
            limits: limits::Limits::default(),
            unsaved: Mutex::default(),
            can_move: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            decoding: tokio::sync::Mutex::default(),
        }
    }

    pub async fn conversations(&self) -> Result<Vec<ConversationView>, Refusal> {
        let rows = self.library.conversations().await?;
        Ok(rows.into_iter().map(views::conversation).collect())
    }

    pub async fn create(&self, model: String, parameters: Parameters) -> Result<ConversationView, Refusal> {
        let row = self
            .library
            .create_conversation(&model, parameters, crate::clock::now())
            .await
            .map_err(Refusal::draft)?;
        self.announce_conversations().await;
        Ok(views::conversation(row))
    }

    pub async fn open(self: &Arc<Self>, id: i64) -> Result<ConversationDetail, Refusal> {
        let conversation = self.library.conversation(id).await?;
        let rows = self.library.messages(id).await?;
        let mut calls = self.calls_in(id).await?;
        self.recall_asked(&rows).await?;
        let files_behind = self.files_behind(&conversation).await?;
        let siblings = self.library.siblings(id).await?;
        let editing = self.library.editing(id).await?;
        let mut attached = self.attachment_views(id).await?;
        let chat = self.clone();
        let view = move |row: Message| -> MessageView {
            let calls = calls.remove(&row.id).unwrap_or_default();
            MessageView {
                branch: views::branch(row.id, siblings.get(&row.id)),
                attachments: attached.remove(&row.id).unwrap_or_default(),
                ..chat.view(row, &calls)
            }
        };
        // Coloring the code of a long chat takes long enough to hold up the streams of others.
        let shown = tokio::task::spawn_blocking(move || rows.into_iter().map(view).collect());
        let messages = shown.await.map_err(|e| Failure::Unexpected(e.to_string()))?;
        Ok(ConversationDetail {
            conversation: views::conversation(conversation),
            messages,
            files_behind,
            editing,
        })
    }

    pub async fn change(&self, id: i64, change: ConversationChange) -> Result<ConversationView, Refusal> {
        if let Some(parameters) = &change.parameters {
            settings::check_parameters(parameters)?;
        }
        let row = self.library.change_conversation(id, change).await?;
        self.announce_conversations().await;
        Ok(views::conversation(row))
    }

    /// Its turns are stopped and end before its rows go, so that what they cost is still counted.
    pub async fn delete(&self, id: i64) -> Result<(), Refusal> {
        let lock = self.locks.of(id);
        lock.deleted.cancel();
        let _alone = lock.one.lock().await;
        let turns: Vec<Arc<Turn>> = {
            let live = self.live.lock();
            let here = live.values().filter(|turn| turn.conversation_id == id);
            here.cloned().collect()
        };
        stop_and_wait(turns).await;
        let messages = self.library.message_ids(id).await?;
        match self.library.delete_conversation(id).await {
            // Another press came first.
            Ok(()) | Err(LibraryError::Missing(_)) => {}
            Err(error) => return Err(error.into()),
        }
        for message in messages {
            self.let_go(message);
        }
        self.announce_conversations().await;
        Ok(())
    }

    /// What is in memory of a message whose row is gone.
    fn let_go(&self, message: i64) {
        self.unsaved.lock().remove(&message);
        self.asked.lock().remove(&message);
        self.no_longer_waits(message);
    }

    /// Shows the way through this message, and returns the whole thread.
    pub async fn choose(self: &Arc<Self>, message_id: i64) -> Result<ConversationDetail, Refusal> {
        let conversation = self.library.choose(message_id).await?;
        self.open(conversation).await
    }

    /// A snapshot at once, then every change until the turn ends or the watcher leaves.
    pub async fn watch(&self, id: i64, watcher: Watcher) -> Result<(), Refusal> {
        if let Some(turn) = self.turn(id) {
            turn.watch(watcher);
            return Ok(());
        }
        let message = self.shown(id).await?;
        watcher(TurnUpdate::Snapshot {
            message,
            last: Vec::new(),
        });
        Ok(())
    }

    pub fn stop(&self, id: i64) {
        if let Some(turn) = self.turn(id) {
            turn.stop();
        }
    }

    /// The whole source of an answer, for the clipboard.
    pub async fn source(&self, id: i64) -> Result<String, Refusal> {
        let in_memory = self.turn(id).map(|turn| turn.source());
        match in_memory.or_else(|| self.unsaved_text(id)) {
            Some(text) => Ok(text),
            None => Ok(self.library.message(id).await?.text),
        }
    }

    /// Stops every turn, and waits until each is saved.
    pub async fn stop_all(&self) {
        let turns = self.live.lock().values().cloned().collect();
        stop_and_wait(turns).await;
    }

    /// The app ends: so do its turns, and nothing more is sent.
    pub async fn close(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
        let turns: Vec<Arc<Turn>> = self.live.lock().values().rev().cloned().collect();
        let interrupted = turns.iter().map(|turn| turn.conversation_id).collect();
        stop_and_wait(turns).await;
        // Where this fails, the next start opens what it would have opened anyway.
        let _ = self.library.show_interrupted(interrupted).await;
    }

    /// What the window shows from now on.
    pub async fn look_at(&self, shown: Shown) -> Result<(), Refusal> {
        let Shown::Chat { id } = shown else {
            *self.looked_at.lock() = None;
            return Ok(());
        };
        *self.looked_at.lock() = id;
        if self.library.show_conversation(id).await? {
            self.announce_conversations().await;
        }
        Ok(())
    }

    /// The chat that a start opens.
    pub async fn first_shown(&self) -> Result<Option<i64>, Refusal> {
        Ok(self.library.shown_conversation().await?)
    }

    fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }

    /// What would be cut off if the app ended now.
    pub fn running(&self) -> Vec<RunningAnswer> {
        let turns: Vec<Arc<Turn>> = self.live.lock().values().cloned().collect();
        let running = turns.iter().map(|turn| {
            let status = turn.lock().view.status.clone();
            let is_sent = status.sent_at.is_some() && !turn.live().waiting;
            RunningAnswer {
                conversation_id: turn.conversation_id,
                message_id: turn.message_id,
                is_sent,
                points: self.needed(turn.message_id, &status.model).filter(|_| is_sent),
            }
        });
        running.collect()
    }

    pub fn live(&self) -> Vec<LiveView> {
        self.live.lock().values().map(|turn| turn.live()).collect()
    }

    /// Answers that were under way when the app last ended are cut, with the words that they have.
    pub async fn close_interrupted(&self) -> Result<(), Refusal> {
        self.library.close_interrupted().await?;
        Ok(self.charges.resume().await?)
    }

    fn start(self: &Arc<Self>, answer: Message, branch: Option<BranchView>, plan: Plan) -> MessageView {
        self.unsaved.lock().remove(&answer.id);
        self.no_longer_waits(answer.id);
        let text = answer.text.clone();
        let view = MessageView {
            branch,
            ..views::message(answer)
        };
        let card = plan.waits_with.as_ref().map(|incident| match plan.way {
            Way::WhenListed => {
                let context = Context {
                    waits: Some(Waits::Models),
                    ..Context::of(&self.account, crate::clock::now())
                };
                errors::card_of(incident, &context)
            }
            _ => self.card_of(incident, view.id, &view.status.model, &text, None),
        });
        let turn = Arc::new(Turn::new(view, text, plan, card));
        if self.is_closing() {
            turn.stop();
        }
        let view = turn.view();
        self.live.lock().insert(view.id, turn.clone());
        (self.announce)(Event::Live(self.live()));
        tokio::spawn(run::run(self.clone(), turn));
        view
    }

    /// The turn has ended and is on disk: from here on it is only a row.
    async fn ended(&self, turn: &Turn) {
        self.live.lock().remove(&turn.message_id);
        turn.set_over();
        (self.announce)(Event::Live(self.live()));
        let is_news = turn.view().status.state == MessageState::Done
            && *self.looked_at.lock() != Some(turn.conversation_id);
        if is_news {
            // A disk that fails has told so at the answer.
            let _ = self.library.add_news(turn.conversation_id).await;
        }
        self.announce_conversations().await;
        self.balance.answered();
    }

    /// Points that this app may spend in a day.
    pub fn set_daily_limit(&self, limit: Option<i64>) {
        self.charges.set_daily_limit(limit);
    }

    /// Another key or server is in use.
    pub fn reconnected(&self) {
        self.charges.reconnected();
    }

    fn turn(&self, id: i64) -> Option<Arc<Turn>> {
        self.live.lock().get(&id).cloned()
    }

    /// The card of what went wrong with a message, with what is known now. `text`: what came of the answer.
    fn card_of(
        &self,
        incident: &Incident,
        id: i64,
        model: &str,
        text: &str,
        charge: Option<ChargeView>,
    ) -> ErrorCard {
        let words = text.split_whitespace().count();
        let context = Context {
            words: (words > 0).then_some(words),
            charge,
            waits: self.waits(id),
            ..self.context(Some(model))
        };
        errors::card_of(incident, &self.priced(id, model, text, context))
    }

    async fn announce_conversations(&self) {
        match self.conversations().await {
            Ok(all) => (self.announce)(Event::Conversations(all)),
            Err(refusal) => (self.announce)(Event::Notices(vec![self.card(refusal)])),
        }
    }

    pub fn card(&self, refusal: impl Into<Refusal>) -> ErrorCard {
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
    fn context(&self, model: Option<&str>) -> Context {
        let models = self.models.view();
        let known = model.and_then(|id| self.models.find(id));
        let named = model.map(|id| ModelRef {
            id: id.to_owned(),
            name: known.as_ref().map_or_else(|| id.to_owned(), |m| m.name.clone()),
            points: None,
        });
        let balance = self.balance.view();
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
            queued: u32::try_from(self.live().iter().filter(|turn| turn.waiting).count()).ok(),
            backup: self.library.good_backup().map(|backup| errors::Backup {
                at: backup.at,
                file: backup.id,
            }),
            can_move: self.can_move.load(Ordering::Relaxed),
            ..Context::of(&self.account, crate::clock::now())
        }
    }
}

/// All at once: each waits for the disk.
async fn stop_and_wait(turns: Vec<Arc<Turn>>) {
    for turn in &turns {
        turn.stop();
    }
    for turn in turns {
        turn.over().await;
    }
}
