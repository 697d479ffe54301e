//! Everything away: the answers under way, the keys, and with the next start, which follows at once, all files. Every room begins
//! anew by that, whatever it holds in memory.

use super::App;
use crate::data_folder::Deleted;
use crate::errors::{Failure, FolderProblem, Refusal};
use crate::library::LibraryError;
use std::io;

impl App {
    /// What was refused deleted nothing but keys, if any.
    pub async fn delete_everything(&self) -> Result<(), Refusal> {
        let _one = self.moving.lock().await;
        self.import.cancel();
        self.chat.stop_all().await;
        let accounts = self.account.stored_in_keychain();
        self.mark(Some(accounts.clone()))?;
        if let Err(refusal) = self.forget_keys(&accounts).await {
            self.start.data_folder.unmark().map_err(|error| self.not_deleted(error))?;
            return Err(refusal);
        }
        // Where this fails the next start looks for them once more.
        let _ = self.mark(None);
        self.chat.close().await;
        self.start.data_folder.release();
        self.restart();
        Ok(())
    }

    /// At start: what an app that was killed at it left in the keychain.
    pub(super) async fn forget_left_keys(&self) {
        let Some(accounts) = self.left_keys.lock().take() else {
            return;
        };
        if let Err(refusal) = self.forget_keys(&accounts).await {
            self.notice(refusal);
        }
        // They are told of, and not taken again: by the next start there may be others.
        if let Err(error) = self.start.data_folder.unmark() {
            self.notice(self.not_deleted(error));
        }
    }

    async fn forget_keys(&self, accounts: &[u32]) -> Result<(), Refusal> {
        self.account.forget_keys(accounts).await?;
        Ok(self.connection.forget_password().await?)
    }

    fn mark(&self, keys: Option<Vec<u32>>) -> Result<(), Refusal> {
        self.start.data_folder.mark_for_deletion(keys).map_err(|error| self.not_deleted(error))
    }

    fn not_deleted(&self, error: io::Error) -> Refusal {
        let folder = self.start.data_folder.dir().display().to_string();
        Failure::Folder(FolderProblem::NotDeleted { folder, error: error.into() }).into()
    }
}

/// What a start could not delete.
pub(super) fn left_over(deleted: &Deleted) -> Option<Refusal> {
    let (path, error) = deleted.left.first()?;
    let problem = FolderProblem::LeftOver {
        file: path.display().to_string(),
        others: deleted.left.len() - 1,
        error: LibraryError::from(io::Error::from(error.kind())),
    };
    Some(Failure::Folder(problem).into())
}
