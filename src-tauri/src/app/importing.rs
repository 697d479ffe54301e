//! Chats that come in, as the app tells of them: the list, and what an app that ended meanwhile left.

use super::App;
use crate::errors::Refusal;
use crate::events::{Event, Imported};
use std::sync::Arc;

impl App {
    /// `None`: it was cancelled, and nothing came in.
    pub async fn import_chats(&self) -> Result<Option<Imported>, Refusal> {
        let imported = self.import.accept().await?;
        if imported.is_some() {
            (self.announce)(Event::Conversations(self.chat.conversation_list().await?));
            (self.announce)(Event::Projects(self.chat.projects().await?));
        }
        Ok(imported)
    }

    /// After the start: nobody waits for it.
    pub(super) async fn clear_unfinished(self: Arc<Self>) {
        self.archive.remove_printed();
        // Where it fails the next start does it; nothing of it shows.
        let _ = self.import.clear().await;
    }
}
