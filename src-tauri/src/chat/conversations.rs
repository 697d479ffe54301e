//! The conversations: listed, opened, changed, deleted; and what the app asks of the room as a whole.

use super::locks::Locks;
use super::outgoing::Outgoing;
use super::turn::Turns;
use super::{Watcher, views};
use crate::account::Account;
use crate::cards::Cards;
use crate::errors::Refusal;
use crate::events::{
    Announce, ConversationChange, ConversationView, ErrorCard, LiveView, MessageView, Parameters,
    RunningAnswer, Shown,
};
use crate::library::{Library, LibraryError};
use crate::media::Media;
use crate::models::ModelList;
use crate::points::Points;
use crate::settings;
use std::sync::Arc;

pub struct Chat {
    pub(super) library: Library,
    pub(super) account: Arc<Account>,
    pub(super) models: Arc<ModelList>,
    pub(super) points: Arc<Points>,
    media: Arc<Media>,
    pub outgoing: Outgoing,
    pub(super) turns: Arc<Turns>,
    pub(super) cards: Arc<Cards>,
    pub(super) locks: Locks,
    /// One "check and retry" at a time, so that two presses send once.
    pub(super) checking: tokio::sync::Mutex<()>,
}

impl Chat {
    pub fn new(cards: Arc<Cards>, media: Arc<Media>, announce: Announce) -> Chat {
        let Cards { library, account, models, points, .. } = &*cards;
        Chat {
            outgoing: Outgoing::new(library.clone(), models.clone(), points.clone()),
            library: library.clone(),
            account: account.clone(),
            models: models.clone(),
            points: points.clone(),
            turns: Arc::new(Turns::new(cards.clone(), media.clone(), announce)),
            media,
            cards,
            locks: Locks::default(),
            checking: tokio::sync::Mutex::default(),
        }
    }

    /// What would be cut off if the app ended now.
    pub fn running(&self) -> Vec<RunningAnswer> {
        self.turns.running()
    }

    pub fn live(&self) -> Vec<LiveView> {
        self.turns.live()
    }

    /// Tries once more to save the answers that the disk did not take.
    pub async fn save_unsaved(&self) -> Result<(), LibraryError> {
        self.turns.save_unsaved().await
    }

    /// On a press.
    pub async fn save_again(&self, id: i64) -> Result<MessageView, Refusal> {
        self.turns.save_again(id).await
    }

    /// Another file took the place of the one that their rows are in.
    pub fn unsaved_are_homeless(&self) {
        self.turns.unsaved_are_homeless();
    }

    pub async fn create(&self, model: String, parameters: Parameters) -> Result<ConversationView, Refusal> {
        let row = self
            .library
            .create_conversation(&model, parameters.into(), crate::clock::now())
            .await
            .map_err(Refusal::draft)?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(row))
    }

    /// A chat of which nothing is kept on this computer, in the place of the one that was open.
    pub async fn begin_temporary(
        &self,
        model: &str,
        parameters: Parameters,
    ) -> Result<ConversationView, Refusal> {
        settings::check_parameters(&parameters)?;
        if let Some(open) = self.library.temporary().await? {
            self.delete_one(open.id).await?;
        }
        let row = self.library.begin_temporary(model, parameters.into(), crate::clock::now()).await?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(row))
    }

    pub async fn change(&self, id: i64, change: ConversationChange) -> Result<ConversationView, Refusal> {
        if let Some(parameters) = &change.parameters {
            settings::check_parameters(parameters)?;
        }
        let row = self.library.change_conversation(id, change.into()).await?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(row))
    }

    /// For good.
    pub async fn delete(&self, id: i64) -> Result<(), Refusal> {
        self.delete_all(vec![id]).await
    }

    /// For good, and the room that they took goes back to the disk.
    pub async fn delete_all(&self, ids: Vec<i64>) -> Result<(), Refusal> {
        for id in &ids {
            self.delete_one(*id).await?;
        }
        self.turns.announce_conversations().await;
        if !ids.is_empty() {
            self.give_room_back();
        }
        Ok(())
    }

    /// What is not given back now is used by the next chats, and what is not swept now is at the next start.
    pub(super) fn give_room_back(&self) {
        let (library, media) = (self.library.clone(), self.media.clone());
        tokio::spawn(async move {
            let _ = media.sweep().await;
            library.give_room_back().await
        });
    }

    /// Its turns are stopped and end before its rows go, so that what they cost is still counted.
    async fn delete_one(&self, id: i64) -> Result<(), Refusal> {
        let lock = self.locks.of(id);
        lock.deleted.cancel();
        let _alone = lock.one.lock().await;
        self.turns.stop_in(id).await;
        let messages = self.library.message_ids(id).await?;
        match self.library.delete_conversation(id).await {
            // Another press came first.
            Ok(()) | Err(LibraryError::Missing(_)) => {}
            Err(error) => return Err(error.into()),
        }
        for message in messages {
            self.let_go(message);
        }
        Ok(())
    }

    /// What is in memory of a message whose row is gone.
    pub(super) fn let_go(&self, message: i64) {
        self.turns.unsaved.lock().remove(&message);
        self.points.let_go(message);
    }

    /// A snapshot at once, then every change until the turn ends or the watcher leaves.
    pub async fn watch(&self, id: i64, watcher: Watcher) -> Result<(), Refusal> {
        self.turns.watch(id, watcher).await
    }

    pub fn stop(&self, id: i64) {
        self.turns.stop(id);
    }

    /// The whole source of an answer, for the clipboard.
    pub async fn source(&self, id: i64) -> Result<String, Refusal> {
        let in_memory = self.turns.turn(id).map(|turn| turn.source());
        match in_memory.or_else(|| self.turns.unsaved_text(id)) {
            Some(text) => Ok(text),
            None => Ok(self.library.message(id).await?.text),
        }
    }

    /// Stops every turn, and waits until each is saved.
    pub async fn stop_all(&self) {
        self.turns.stop_all().await;
    }

    /// The app ends: so do its turns, and nothing more is sent.
    pub async fn close(&self) {
        let interrupted = self.turns.close().await;
        // Where this fails, the next start opens what it would have opened anyway.
        let _ = self.library.show_interrupted(interrupted).await;
    }

    /// What the window shows from now on.
    pub async fn look_at(&self, shown: Shown) -> Result<(), Refusal> {
        let Shown::Chat { id } = shown else {
            *self.turns.looked_at.lock() = None;
            return Ok(());
        };
        *self.turns.looked_at.lock() = id;
        if self.library.show_conversation(id).await? {
            self.turns.announce_conversations().await;
        }
        Ok(())
    }

    /// The chat that a start opens.
    pub async fn first_shown(&self) -> Result<Option<i64>, Refusal> {
        Ok(self.library.shown_conversation().await?)
    }

    /// Answers that were under way when the app last ended are cut, with the words that they have.
    pub async fn close_interrupted(&self) -> Result<(), Refusal> {
        self.library.close_interrupted().await?;
        Ok(self.points.charges.resume().await?)
    }

    pub fn card(&self, refusal: impl Into<Refusal>) -> ErrorCard {
        self.cards.card(refusal)
    }

    /// Whether models' hosts are asked to keep long chats.
    pub fn set_caching(&self, is_on: bool) {
        self.points.caching.set(is_on);
    }

    /// Points that this app may spend in a day.
    pub fn set_daily_limit(&self, limit: Option<i64>) {
        self.points.charges.set_daily_limit(limit);
    }

    /// Another key or server is in use.
    pub fn reconnected(&self) {
        self.points.charges.reconnected();
    }
}
