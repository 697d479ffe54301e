//! Answers that the disk did not take. They stay in memory until it does, so that a full disk costs no word while the app
//! runs; they are never sent again for that.

use super::state::Turn;
use super::turns::{Turns, UnsavedAnswer};
use crate::errors::{Incident, NotSaved, Refusal};
use crate::events::MessageView;
use crate::library::{End, Evidence, LibraryError, Message};

impl Turns {
    pub(in crate::chat) fn keep_unsaved(&self, turn: &Turn, end: End, incident: Incident) {
        let kept = UnsavedAnswer { conversation_id: turn.conversation_id, end, incident, is_homeless: false };
        self.unsaved.lock().insert(turn.message_id, kept);
    }

    /// Words of an answer are in memory alone. One that was never asked has none.
    pub(in crate::chat) fn is_unsaved(&self, id: i64) -> bool {
        let unsaved = self.unsaved.lock();
        unsaved.get(&id).is_some_and(|kept| kept.end.sent_at.is_some())
    }

    pub(in crate::chat) fn unsaved_text(&self, id: i64) -> Option<String> {
        self.unsaved.lock().get(&id).map(|kept| kept.end.text.clone())
    }

    /// The row as it would be if the disk had taken it.
    pub(in crate::chat) fn with_unsaved(
        &self,
        mut row: Message,
        mut evidence: Evidence,
    ) -> (Message, Evidence) {
        if let Some(UnsavedAnswer { end, incident, .. }) = self.unsaved.lock().get(&row.id).cloned() {
            (row.state, row.finish, row.incident) = (end.state, end.finish, Some(incident.to_json()));
            (row.sent_at, row.first_text_at) = (end.sent_at, end.first_text_at);
            row.ended_at = Some(end.ended_at);
            (row.prompt_tokens, row.completion_tokens) = (end.prompt_tokens, end.completion_tokens);
            (row.text, row.reasoning) = (end.text, end.reasoning);
            evidence = end.evidence;
        }
        (row, evidence)
    }

    /// Tries once more to save all of them, and tells the window of each that is saved. One that the disk does not take stays,
    /// and keeps none of the others from it; one whose row is gone is let go.
    pub(in crate::chat) async fn save_unsaved(&self) -> Result<(), LibraryError> {
        self.save_those(|_| true).await
    }

    /// Those of one chat.
    pub(in crate::chat) async fn save_unsaved_of(&self, conversation: i64) -> Result<(), LibraryError> {
        self.save_those(|kept| kept.conversation_id == conversation).await
    }

    async fn save_those(&self, wanted: impl Fn(&UnsavedAnswer) -> bool) -> Result<(), LibraryError> {
        let those: Vec<i64> = {
            let unsaved = self.unsaved.lock();
            let those = unsaved.iter().filter(|(_, kept)| !kept.is_homeless && wanted(kept));
            those.map(|(id, _)| *id).collect()
        };
        let mut result = Ok(());
        for id in those {
            // One that has begun anew meanwhile has no end.
            let Some(end) = self.unsaved.lock().get(&id).map(|kept| kept.end.clone()) else {
                continue;
            };
            match self.library.save_end(id, end).await {
                Ok(()) => {
                    self.unsaved.lock().remove(&id);
                    self.tell(id).await;
                }
                Err(LibraryError::Missing(_)) => drop(self.unsaved.lock().remove(&id)),
                Err(error) => result = result.and(Err(error)),
            }
        }
        result
    }

    /// On a press.
    pub(in crate::chat) async fn save_again(&self, id: i64) -> Result<MessageView, Refusal> {
        let saved = self.save_unsaved().await;
        let is_left = self.unsaved.lock().get(&id).is_some_and(|kept| !kept.is_homeless);
        if let (Err(error), true) = (saved, is_left) {
            let model = self.library.message(id).await.map(|row| row.model);
            return Err(Refusal {
                model: model.ok(),
                is_saved: true,
                not_saved: Some(NotSaved::Answer),
                ..error.into()
            });
        }
        self.shown(id).await
    }

    /// Another file took the place of the one that their rows are in.
    pub(in crate::chat) fn unsaved_are_homeless(&self) {
        for kept in self.unsaved.lock().values_mut() {
            kept.is_homeless = true;
        }
    }
}
