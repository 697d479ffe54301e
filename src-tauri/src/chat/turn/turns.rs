//! The turns under way and the answers that the disk did not take: what of a message is ahead of its row.

use super::state::Turn;
use crate::account::Account;
use crate::cards::Cards;
use crate::chat::locks::Locks;
use crate::chat::options::Retrying;
use crate::chat::{Watcher, views};
use crate::errors::{Failure, Incident, Refusal};
use crate::events::{
    Announce, ChargeView, ConversationList, ErrorCard, Event, ListOrder, LiveView, MessageNews, MessageState,
    MessageView, RunningAnswer, TurnUpdate,
};
use crate::library::{CallRow, End, Evidence, Library, LibraryError, ListOf, Message};
use crate::media::Media;
use crate::models::ModelList;
use crate::points::{Points, PromptSize, charge_of, receipt};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Rows of the list of conversations that are announced: more than a window shows at once.
const FIRST: i64 = 60;
/// Models that were asked of late.
const MODELS: i64 = 12;

pub(in crate::chat) struct Turns {
    pub(in crate::chat) library: Library,
    pub(in crate::chat) account: Arc<Account>,
    pub(in crate::chat) models: Arc<ModelList>,
    pub(in crate::chat) points: Arc<Points>,
    pub(in crate::chat) cards: Arc<Cards>,
    pub(in crate::chat) media: Arc<Media>,
    pub(in crate::chat) announce: Announce,
    /// By the id of their answer.
    pub(in crate::chat) live: Mutex<BTreeMap<i64, Arc<Turn>>>,
    /// What the list of conversations is sorted by.
    pub(in crate::chat) order: Mutex<ListOrder>,
    /// The conversation that a person looks at.
    pub(in crate::chat) looked_at: Mutex<Option<i64>>,
    /// By the id of their answer.
    pub(in crate::chat) unsaved: Mutex<BTreeMap<i64, UnsavedAnswer>>,
    /// Of each chat whose earlier one is being summed up.
    pub(in crate::chat) summing: Locks,
    is_closing: AtomicBool,
}

/// An answer that the disk did not take.
#[derive(Clone)]
pub(in crate::chat) struct UnsavedAnswer {
    pub(in crate::chat) conversation_id: i64,
    pub(in crate::chat) end: End,
    /// What the window tells meanwhile.
    pub(in crate::chat) incident: Incident,
    /// Its row is gone with the file that it was in: it can be copied, and no longer saved.
    pub(in crate::chat) is_homeless: bool,
}

impl Turns {
    pub(in crate::chat) fn new(cards: Arc<Cards>, media: Arc<Media>, announce: Announce) -> Turns {
        Turns {
            library: cards.library.clone(),
            account: cards.account.clone(),
            models: cards.models.clone(),
            points: cards.points.clone(),
            cards,
            media,
            announce,
            live: Mutex::default(),
            order: Mutex::default(),
            looked_at: Mutex::default(),
            unsaved: Mutex::default(),
            summing: Locks::default(),
            is_closing: AtomicBool::new(false),
        }
    }

    /// A snapshot at once, then every change until the turn ends or the watcher leaves.
    pub(in crate::chat) async fn watch(&self, id: i64, watcher: Watcher) -> Result<(), Refusal> {
        if let Some(turn) = self.turn(id) {
            turn.watch(watcher);
            return Ok(());
        }
        let message = self.shown(id).await?;
        watcher(TurnUpdate::Snapshot { message, last: Vec::new() });
        Ok(())
    }

    pub(in crate::chat) fn stop(&self, id: i64) {
        if let Some(turn) = self.turn(id) {
            turn.stop();
        }
    }

    /// Stops every turn, and waits until each is saved.
    pub(in crate::chat) async fn stop_all(&self) {
        let turns = self.live.lock().values().cloned().collect();
        stop_and_wait(turns).await;
    }

    /// Stops those of a conversation, and waits until each is saved.
    pub(in crate::chat) async fn stop_in(&self, conversation: i64) {
        let turns: Vec<Arc<Turn>> = {
            let live = self.live.lock();
            let here = live.values().filter(|turn| turn.conversation_id == conversation);
            here.cloned().collect()
        };
        stop_and_wait(turns).await;
    }

    /// The app ends: so do its turns, and nothing more is sent. The conversations in which something was cut.
    pub(in crate::chat) async fn close(&self) -> Vec<i64> {
        self.is_closing.store(true, Relaxed);
        let turns: Vec<Arc<Turn>> = self.live.lock().values().rev().cloned().collect();
        let interrupted = turns.iter().map(|turn| turn.conversation_id).collect();
        stop_and_wait(turns).await;
        interrupted
    }

    pub(in crate::chat) fn is_closing(&self) -> bool {
        self.is_closing.load(Relaxed)
    }

    /// The request of a turn is about to leave: with which account, and what it will probably cost.
    pub(in crate::chat) async fn begin_call(
        &self,
        turn: &Turn,
        model: &str,
        size: Option<PromptSize>,
    ) -> Result<(), Failure> {
        let account = self.account.active().map(|known| known.name);
        self.library.ask_with(turn.message_id, account.clone()).await?;
        turn.status(|status| status.account = account);
        let budget = turn.options.parameters.budget;
        self.points.begin(turn.message_id, model, size, budget, turn.options.over_limit).await
    }

    /// What would be cut off if the app ended now.
    pub(in crate::chat) fn running(&self) -> Vec<RunningAnswer> {
        let turns: Vec<Arc<Turn>> = self.live.lock().values().cloned().collect();
        let running = turns.iter().map(|turn| {
            let status = turn.lock().view.status.clone();
            let is_sent = status.sent_at.is_some() && !turn.live().waiting;
            RunningAnswer {
                conversation_id: turn.conversation_id,
                message_id: turn.message_id,
                is_sent,
                points: self.points.needed(turn.message_id, &status.model).filter(|_| is_sent),
                is_film: turn.lock().video.is_some(),
            }
        });
        running.collect()
    }

    /// Another answer in the chat of this one is under way.
    pub(in crate::chat) fn has_others(&self, turn: &Turn) -> bool {
        let live = self.live.lock();
        let mut others = live.values().filter(|other| other.message_id != turn.message_id);
        others.any(|other| other.conversation_id == turn.conversation_id && other.is_under_way())
    }

    pub(in crate::chat) fn live(&self) -> Vec<LiveView> {
        self.live.lock().values().map(|turn| turn.live()).collect()
    }

    pub(in crate::chat) fn tell_live(&self) {
        let live = self.live();
        let queued = live.iter().filter(|turn| turn.waiting).count();
        self.cards.set_queued(queued);
        (self.announce)(Event::Live(live));
    }

    /// The turn has ended and is on disk: from here on it is only a row.
    pub(in crate::chat) async fn ended(&self, turn: &Turn) {
        self.live.lock().remove(&turn.message_id);
        turn.set_over();
        self.tell_live();
        let is_news = turn.view().status.state == MessageState::Done
            && *self.looked_at.lock() != Some(turn.conversation_id);
        if is_news {
            // A disk that fails has told so at the answer.
            let _ = self.library.add_news(turn.conversation_id).await;
        }
        self.announce_conversations().await;
        self.points.balance.answered();
    }

    pub(in crate::chat) fn turn(&self, id: i64) -> Option<Arc<Turn>> {
        self.live.lock().get(&id).cloned()
    }

    /// A message whose turn is over, with what is known of its points.
    pub(in crate::chat) async fn shown(&self, id: i64) -> Result<MessageView, Refusal> {
        let row = self.library.message(id).await?;
        let calls = self.points.charges.of(id).await?;
        let evidence = self.evidence_of(id).await?;
        Ok(self.view(row, &calls, evidence))
    }

    pub(in crate::chat) async fn evidence_of(&self, id: i64) -> Result<Evidence, LibraryError> {
        Ok(self.library.evidence(vec![id]).await?.remove(&id).unwrap_or_default())
    }

    /// A row as the window shows it: from the turn's memory while it runs, which is ahead of the disk.
    pub(in crate::chat) fn view(&self, row: Message, calls: &[CallRow], evidence: Evidence) -> MessageView {
        if let Some(turn) = self.turn(row.id) {
            return turn.view();
        }
        let (row, evidence) = self.with_unsaved(row, evidence);
        let card = views::incident(&row).map(|incident| {
            let charge = charge_of(row.sent_at, calls, row.is_interrupted());
            self.cards.card_of(&incident, row.id, &row.model, &row.text, charge)
        });
        let mut view = views::message(row, evidence);
        (view.status.card, view.status.charge) = (card, receipt(calls));
        view
    }

    /// Of what went wrong with a turn under way.
    pub(in crate::chat) fn card(
        &self,
        turn: &Turn,
        incident: &Incident,
        charge: Option<ChargeView>,
    ) -> ErrorCard {
        let (model, text) = {
            let seen = turn.lock();
            (seen.view.status.model.clone(), seen.text.clone())
        };
        self.cards.card_of(incident, turn.message_id, &model, &text, charge)
    }

    /// Why a turn waits for a time or the list of models.
    pub(in crate::chat) fn waiting_card(&self, turn: &Turn) -> Option<ErrorCard> {
        let incident = turn.options.waits_with.as_ref()?;
        Some(match turn.options.retrying {
            Retrying::WhenListed => self.cards.waits_for_models(incident),
            _ => self.card(turn, incident, None),
        })
    }

    pub(in crate::chat) async fn tell(&self, id: i64) {
        // A message that is gone, or on its way again, has nothing to say of its last request.
        if self.turn(id).is_some() {
            return;
        }
        if let Ok(view) = self.shown(id).await {
            (self.announce)(Event::Message(MessageNews {
                conversation_id: view.conversation_id,
                message_id: view.id,
                status: view.status,
            }));
        }
    }

    pub(in crate::chat) async fn announce_conversations(&self) {
        match self.list().await {
            Ok(list) => (self.announce)(Event::Conversations(list)),
            Err(refusal) => (self.announce)(Event::Notices(vec![self.cards.card(refusal)])),
        }
    }

    /// The beginning of the list of all conversations.
    pub(in crate::chat) async fn list(&self) -> Result<ConversationList, LibraryError> {
        let order = *self.order.lock();
        let part = self.library.list(ListOf::Chats, order.into(), 0, FIRST).await?;
        Ok(ConversationList {
            count: u32::try_from(part.count).unwrap_or(u32::MAX),
            rows: part.rows.into_iter().map(views::conversation).collect(),
            models: self.library.asked_models(MODELS).await?,
            order,
            temporary: self.library.temporary().await?.map(views::conversation),
        })
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
