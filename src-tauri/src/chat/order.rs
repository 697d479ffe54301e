//! The lists of conversations, and what is done with several at once: pinned, put away, into a project, into the bin and out
//! of it. Also the projects.

use super::{Chat, views};
use crate::errors::Refusal;
use crate::events::{
    ConversationList, ConversationView, Event, ListOf, ListOrder, ListPart, Organize, ProjectChange,
    ProjectView,
};
use crate::library;
use crate::settings;
use std::sync::Arc;

/// Rows that are handed over at once.
const MOST: u32 = 200;
/// Milliseconds that a deleted chat stays in the bin: 30 days.
const BIN: i64 = 30 * 86_400_000;
/// Letters of a project's name.
const NAME: usize = 80;

impl Chat {
    /// The beginning of the list of all.
    pub async fn conversation_list(&self) -> Result<ConversationList, Refusal> {
        Ok(self.turns.list().await?)
    }

    /// Rows of a list, from a place on.
    pub async fn list_conversations(&self, of: ListOf, from: u32, count: u32) -> Result<ListPart, Refusal> {
        let order = *self.turns.order.lock();
        let part = self.library.list(of.into(), order.into(), from.into(), count.min(MOST).into()).await?;
        Ok(ListPart {
            count: u32::try_from(part.count).unwrap_or(u32::MAX),
            rows: part.rows.into_iter().map(views::conversation).collect(),
        })
    }

    pub async fn conversation(&self, id: i64) -> Result<ConversationView, Refusal> {
        Ok(views::conversation(self.library.conversation(id).await?))
    }

    /// What the lists are sorted by from now on.
    pub async fn set_list_order(&self, order: ListOrder) {
        let before = std::mem::replace(&mut *self.turns.order.lock(), order);
        if before != order {
            self.turns.announce_conversations().await;
        }
    }

    /// The same before anything is announced.
    pub fn begin_with_order(&self, order: ListOrder) {
        *self.turns.order.lock() = order;
    }

    /// What goes into the bin stops answering first, and nothing that is still prepared there goes out.
    pub async fn organize(&self, ids: Vec<i64>, what: Organize) -> Result<(), Refusal> {
        let now = crate::clock::now();
        if let Organize::Delete { on: true } = what {
            for id in ids {
                let lock = self.locks.of(id);
                lock.deleted.cancel();
                let _alone = lock.one.lock().await;
                self.turns.stop_in(id).await;
                self.library.organize(vec![id], what.into(), now).await?;
            }
        } else {
            self.library.organize(ids, what.into(), now).await?;
        }
        self.turns.announce_conversations().await;
        Ok(())
    }

    /// The same messages, versions and files once more, under this title.
    pub async fn duplicate(&self, id: i64, title: String) -> Result<ConversationView, Refusal> {
        let copy = self.library.duplicate_conversation(id, title, crate::clock::now()).await?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(copy))
    }

    /// For good: all that is in the bin, what was deleted of chats that stay, and deleted prompts.
    pub async fn empty_bin(&self) -> Result<(), Refusal> {
        self.purge_messages(None).await?;
        self.library.clear_prompts(None).await?;
        self.delete_all(self.library.in_bin(None).await?).await
    }

    /// For good: what has been in the bin for long enough.
    pub async fn clear_bin(&self) -> Result<(), Refusal> {
        let until = crate::clock::now() - BIN;
        self.purge_messages(Some(until)).await?;
        self.library.clear_prompts(Some(until)).await?;
        self.delete_all(self.library.in_bin(Some(until)).await?).await
    }

    async fn purge_messages(&self, until: Option<i64>) -> Result<(), Refusal> {
        if self.library.purge_messages(until).await? {
            self.give_room_back();
        }
        Ok(())
    }

    pub async fn replace_model(&self, gone: String, model: String) -> Result<(), Refusal> {
        self.library.replace_model(gone, model).await?;
        self.turns.announce_conversations().await;
        Ok(())
    }

    pub async fn projects(&self) -> Result<Vec<ProjectView>, Refusal> {
        Ok(self.library.projects().await?.into_iter().map(views::project).collect())
    }

    pub async fn create_project(&self, name: &str, color: String) -> Result<ProjectView, Refusal> {
        let project = self.library.create_project(name_of(name), color, crate::clock::now()).await?;
        self.announce_projects().await;
        Ok(views::project(project))
    }

    pub async fn change_project(
        self: &Arc<Self>,
        id: i64,
        change: ProjectChange,
    ) -> Result<ProjectView, Refusal> {
        if let Some(parameters) = &change.parameters {
            settings::check_parameters(parameters)?;
        }
        let change = library::ProjectChange {
            name: change.name.map(|name| name_of(&name)),
            color: change.color,
            model: change.model.map(|model| Some(model).filter(|model| !model.is_empty())),
            parameters: change.parameters.map(Into::into),
        };
        let project = self.library.change_project(id, change).await?;
        self.announce_projects().await;
        Ok(views::project(project))
    }

    /// From now on in this order.
    pub async fn order_projects(&self, ids: Vec<i64>) -> Result<(), Refusal> {
        self.library.order_projects(ids).await?;
        self.announce_projects().await;
        Ok(())
    }

    pub async fn delete_project(&self, id: i64) -> Result<(), Refusal> {
        self.library.delete_project(id).await?;
        self.announce_projects().await;
        self.turns.announce_conversations().await;
        Ok(())
    }

    pub(super) async fn announce_projects(&self) {
        match self.projects().await {
            Ok(all) => (self.turns.announce)(Event::Projects(all)),
            Err(refusal) => (self.turns.announce)(Event::Notices(vec![self.cards.card(refusal)])),
        }
    }
}

fn name_of(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(NAME).collect()
}
