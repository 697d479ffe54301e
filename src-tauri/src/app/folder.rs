//! Going on in another data folder, while the app runs: everything that can be read is copied, every room asks for its
//! files there from then on, and the old folder stays as it is. Answers under way go on, and a key that is for this session is kept.

use super::App;
use crate::data_folder::{self, CARRIED};
use crate::errors::{Failure, FolderProblem, Refusal};
use crate::events::{ChosenFolder, CloudDrive, DataPart, DataSize, DataView, Event, SettingsView};
use crate::library::{FILE, LibraryError, LibrarySizes, disk};
use crate::settings::SettingsError;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

impl App {
    /// What lies in the folder, as it is on the disk now.
    pub async fn data_folder(&self) -> Result<DataView, Refusal> {
        let within = self.library.sizes().await?;
        let folder = self.start.data_folder.clone();
        let looked = tokio::task::spawn_blocking(move || {
            Ok(DataView {
                parts: parts(folder.sizes()?, within),
                synced_by: synced_by(&folder.dir()),
                moved_from: folder.moved_from().map(|dir| dir.display().to_string()),
            })
        });
        let looked: io::Result<_> = looked.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
        Ok(looked.map_err(LibraryError::from)?)
    }

    /// What a person should know of a folder before anything is moved there.
    pub async fn look_at_folder(&self, folder: String) -> ChosenFolder {
        let path = Path::new(&folder).to_owned();
        let synced_by = tokio::task::spawn_blocking(move || synced_by(&path)).await;
        ChosenFolder { folder, synced_by: synced_by.unwrap_or_default() }
    }

    /// Moves into a new folder inside of this one. What was refused left everything as it was.
    pub async fn move_data(&self, chosen: &Path) -> Result<SettingsView, Refusal> {
        let _one = self.moving.lock().await;
        if self.start.data_folder.is_fixed() {
            return Err(Failure::Folder(FolderProblem::Fixed).into());
        }
        let old = self.start.data_folder.dir();
        let unusable = |error: LibraryError| {
            Failure::Folder(FolderProblem::Unusable { folder: chosen.display().to_string(), error })
        };
        let new = self.start.data_folder.prepare(chosen).map_err(|e| unusable(e.into()))?;
        let is_whole = match self.copy_to(&old, &new).await {
            Ok(is_whole) => is_whole,
            Err(error) => {
                // Made a moment ago and used by nobody.
                let _ = std::fs::remove_dir_all(&new);
                return Err(unusable(error).into());
            }
        };
        // The chats are there: nothing turns back from here, and what fails is told.
        self.notices.solved(&["storage_failed", "data_folder"]);
        if !is_whole {
            self.chat.unsaved_are_homeless();
            self.tell_folder(FolderProblem::LeftBehind { folder: old.display().to_string() });
        }
        if let Err(error) = self.start.data_folder.move_to(new.clone()) {
            self.tell_folder(FolderProblem::NotRemembered {
                folder: new.display().to_string(),
                cause: error.to_string(),
            });
        }
        // What the old folder did not take may be newer than the copies.
        let accounts = self.account.write_anew();
        let accounts = accounts.map_err(|error| SettingsError::Write(error.to_string()));
        for error in [accounts, self.settings.write_anew()].into_iter().filter_map(Result::err) {
            self.notice(error);
        }
        self.log.moved();
        if let Err(error) = self.chat.save_unsaved().await {
            self.notice(error);
        }
        // Those of before stay in the old folder.
        if let Err(error) = self.library.back_up_if_due(crate::clock::now()).await {
            self.notice(Failure::NotBackedUp(error));
        }
        (self.announce)(Event::Conversations(self.conversations().await));
        Ok(self.tell_settings())
    }

    async fn copy_to(&self, old: &Path, new: &Path) -> Result<bool, LibraryError> {
        let (from, to) = (old.to_path_buf(), new.to_path_buf());
        let carry = move || CARRIED.iter().try_for_each(|name| disk::carry(&from.join(name), &to.join(name)));
        let carried = tokio::task::spawn_blocking(carry).await;
        carried.unwrap_or_else(|panicked| Err(io::Error::other(panicked)))?;
        self.library.move_to(&new.join(FILE), crate::clock::now()).await
    }

    pub(super) fn tell_folder(&self, problem: FolderProblem) {
        self.notice(Failure::Folder(problem));
    }
}

/// Parts of the file of chats are told apart from it.
fn parts(mut sizes: BTreeMap<DataPart, u64>, within: LibrarySizes) -> Vec<DataSize> {
    let chats = sizes.entry(DataPart::Chats).or_default();
    *chats = chats.saturating_sub(within.files + within.history);
    sizes.insert(DataPart::Files, within.files);
    sizes.insert(DataPart::PointsHistory, within.history);
    let sizes = sizes.into_iter().filter(|(_, bytes)| *bytes > 0);
    sizes.map(|(part, bytes)| DataSize { part, bytes: i64::try_from(bytes).unwrap_or(i64::MAX) }).collect()
}

fn synced_by(folder: &Path) -> Option<CloudDrive> {
    data_folder::synced_by(folder, Path::exists)
}
