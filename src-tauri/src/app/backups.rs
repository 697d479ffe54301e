//! Backups of the chats as the app makes, lists and restores them.

use super::App;
use crate::clock::now;
use crate::errors::{Failure, Refusal};
use crate::events::{self, BackupView, BackupsView, Event};
use crate::library::{BackupFile, BackupState, LibraryError};
use std::sync::Arc;
use std::time::Duration;

/// How often a look is taken whether the day's backup is due.
const LOOK: Duration = Duration::from_secs(3_600);
/// How long after the start nobody waits for the disk any more.
const CHECK: Duration = Duration::from_secs(20);

impl App {
    /// Makes the day's backup, as long as the app runs. A failure is told once.
    pub(super) async fn watch_backups(self: Arc<Self>) {
        let mut told = false;
        loop {
            let made = match self.library.backups().await {
                Ok(_) => self.library.back_up_if_due(now()).await.map(drop),
                Err(error) => Err(error),
            };
            // After the backup of the day, which keeps it once more.
            if let Err(refusal) = self.chat.clear_bin().await {
                self.notice(refusal);
            }
            if let Err(error) = made
                && !told
            {
                told = true;
                self.notice(Failure::NotBackedUp(error));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Reads all chats through, behind everything else; what is found is told, and set aside by the next start.
    pub(super) async fn check_library(self: Arc<Self>) {
        tokio::time::sleep(CHECK).await;
        if let Err(error @ LibraryError::Damaged(_)) = self.library.check(now()).await {
            self.notice(error);
        }
    }

    pub async fn backups(&self) -> Result<BackupsView, Refusal> {
        let backups = self.library.backups().await?;
        Ok(BackupsView { backups: backups.into_iter().map(view).collect() })
    }

    pub async fn back_up(&self) -> Result<BackupsView, Refusal> {
        let made = self.library.back_up(now()).await;
        made.map_err(Failure::NotBackedUp)?;
        self.backups().await
    }

    /// The chats become those of a backup, at once; those that were here are kept as a backup or beside it.
    pub async fn restore_backup(&self, id: &str) -> Result<BackupsView, Refusal> {
        self.chat.stop_all().await;
        let restored = self.library.restore(id, now()).await;
        restored.map_err(Failure::NotRestored)?;
        self.ledger.changed_elsewhere();
        // One may have been made while chats came in; where that fails the next start does it.
        let _ = self.import.sweep().await;
        self.chat.unsaved_are_homeless();
        self.chat.close_interrupted().await?;
        (self.announce)(Event::Conversations(self.chat.conversation_list().await?));
        (self.announce)(Event::Projects(self.chat.projects().await?));
        self.notices.done(id);
        self.backups().await
    }
}

fn view(backup: BackupFile) -> BackupView {
    BackupView {
        id: backup.id,
        at: backup.at,
        size: backup.size,
        state: match backup.state {
            BackupState::Good => events::BackupState::Good,
            BackupState::Damaged => events::BackupState::Damaged,
            BackupState::Newer => events::BackupState::Newer,
        },
    }
}
