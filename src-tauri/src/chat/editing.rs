//! What is done with one message without asking anything: its text is changed in its place, it is deleted and put back, and what leads
//! to it goes on in a chat of its own.

use super::{Chat, views};
use crate::errors::Refusal;
use crate::events::{ConversationView, MessageView};
use crate::library::{LibraryError, Message, Role};
use std::sync::Arc;

impl Chat {
    /// A question may have files of its draft besides. What follows stays as it is, and what was charged.
    pub async fn edit_message(
        self: &Arc<Self>,
        id: i64,
        text: String,
        attached: Vec<i64>,
    ) -> Result<MessageView, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.edited(id, text, attached))).await
    }

    async fn edited(
        self: &Arc<Self>,
        id: i64,
        text: String,
        attached: Vec<i64>,
    ) -> Result<MessageView, Refusal> {
        self.save_first(id).await?;
        let message = self.library.message(id).await?;
        let has_files = match message.role {
            Role::User => {
                let conversation = self.library.conversation(message.conversation_id).await?;
                self.outgoing.has_files(&conversation, &attached, Some(id)).await?
            }
            // An answer's files are in its text.
            Role::Assistant if !attached.is_empty() => return Err(LibraryError::Missing(id).into()),
            Role::Assistant => false,
        };
        self.outgoing.check_text(&text, has_files)?;
        let row = self.library.edit_message(id, text, attached, crate::clock::now()).await?;
        self.changed_in_place(row).await
    }

    /// It can be put back until the bin is emptied. A turn that still works on it ends first, so that what it cost is counted.
    pub async fn delete_message(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.deleted(chat, id))).await
    }

    async fn deleted(self: &Arc<Self>, chat: i64, id: i64) -> Result<MessageView, Refusal> {
        for live in self.turns.live().into_iter().filter(|live| live.conversation_id == chat) {
            let answer = self.library.message(live.message_id).await?;
            if (answer.id == id || answer.parent_id == Some(id))
                && let Some(turn) = self.turns.turn(answer.id)
            {
                turn.stop();
                turn.over().await;
            }
        }
        self.save_first(id).await?;
        let row = self.library.delete_message(id, crate::clock::now()).await?;
        self.points.let_go(id);
        self.changed_in_place(row).await
    }

    pub async fn put_back_message(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.put_back(id))).await
    }

    async fn put_back(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let row = self.library.put_back_message(id).await?;
        self.changed_in_place(row).await
    }

    /// What it costs to ask again in this chat is looked at anew, and how the list of chats marks it.
    async fn changed_in_place(self: &Arc<Self>, row: Message) -> Result<MessageView, Refusal> {
        let id = row.id;
        let all = self.library.message_ids(row.conversation_id).await?;
        self.points.forget_sizes(&all);
        let view = self.shown_as(vec![row]).await?.pop();
        self.turns.announce_conversations().await;
        view.ok_or(LibraryError::Missing(id).into())
    }

    /// A chat in which the question of this answer waits, with what it was asked with. Nothing is sent.
    pub async fn ask_again(&self, answer: i64) -> Result<ConversationView, Refusal> {
        let chat = self.library.ask_again(answer, crate::clock::now()).await?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(chat))
    }

    /// The messages that lead to this one, under this title. A question waits there to be asked.
    pub async fn fork(&self, message_id: i64, title: String) -> Result<ConversationView, Refusal> {
        let copy = self.library.fork_conversation(message_id, title, crate::clock::now()).await?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(copy))
    }
}
