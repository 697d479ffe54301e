//! Films that Poe makes for answers: those that a start finds under way, and those that are made from one that is there.

use super::options::{Retrying, TurnOptions};
use super::{Chat, turn, views};
use crate::errors::Refusal;
use crate::events::{FilmSource, MessageView};
use crate::library::{LibraryError, MadeFrom, MessageState};
use std::sync::Arc;

impl Chat {
    /// At start: films that were being made when the app ended are waited for again. That costs nothing, and orders none.
    pub async fn go_on_with_films(self: &Arc<Self>) -> Result<(), Refusal> {
        for id in self.library.films_under_way().await? {
            let chat = self.chat_of(id).await?;
            self.locks.alone_in(chat, Box::pin(self.awaited(id))).await?;
        }
        Ok(())
    }

    /// Whatever the chat's model is by now: nothing is asked anew.
    pub(super) async fn awaited(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let answer = self.library.await_video(id, crate::clock::now()).await?;
        let conversation = self.library.conversation(answer.conversation_id).await?;
        let siblings = self.library.siblings(vec![id]).await?;
        let options = TurnOptions {
            parameters: conversation.parameters.into(),
            goes_on: false,
            retrying: Retrying::Once,
            waits_with: None,
            over_limit: false,
        };
        let view = turn::start(&self.turns, answer, views::branch(id, siblings.get(&id)), options);
        self.turns.announce_conversations().await;
        Ok(view)
    }

    /// The film that a message is to be made from, as Poe calls it. It is made by the model that made the first.
    pub(super) async fn source_film(
        &self,
        film: Option<FilmSource>,
        model: &str,
    ) -> Result<Option<MadeFrom>, Refusal> {
        let Some(FilmSource { message_id, how }) = film else {
            return Ok(None);
        };
        let answer = self.library.message(message_id).await?;
        let is_there =
            answer.state == MessageState::Done && answer.deleted.is_none() && answer.model == model;
        let video = answer.video_id.filter(|_| is_there).ok_or(LibraryError::Missing(message_id))?;
        Ok(Some(MadeFrom { video, how: how.into() }))
    }
}
