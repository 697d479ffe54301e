//! Everything of ours away, for good. It is said in a file first, and done by the next start before anything is opened: so whatever
//! ends the app in between, all of it is there or the next start goes on with it.

use super::{DataFolder, contents};
use crate::library::disk;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::PathBuf;

/// Says that everything is to be deleted.
const MARK: &str = "deleting";

#[derive(Serialize, Deserialize)]
struct Mark {
    /// The folder's files are still there.
    files: bool,
    /// Accounts whose keys the keychain may still hold; none where it holds none.
    keys: Option<Vec<u32>>,
}

/// What a start has deleted.
pub struct Deleted {
    /// Accounts whose keys the keychain may still hold.
    pub keys: Option<Vec<u32>>,
    /// What could not be deleted, and why.
    pub left: Vec<(PathBuf, io::Error)>,
}

impl DataFolder {
    /// The next start deletes everything, and the keys of these accounts.
    pub fn mark_for_deletion(&self, keys: Option<Vec<u32>>) -> io::Result<()> {
        self.write_mark(&Mark { files: true, keys })
    }

    /// Nothing is to be deleted any longer.
    pub fn unmark(&self) -> io::Result<()> {
        match fs::remove_file(self.mark()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// Goes on where an earlier run was told to delete everything. `None`: it was not.
    pub fn finish_deletion(&self) -> Option<Deleted> {
        let mark = match fs::read(self.mark()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            // Whatever became of it, it was there to say one thing.
            read => read.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()),
        };
        let Mark { files, keys } = mark.unwrap_or(Mark { files: true, keys: None });
        let mut left = if files { contents::delete(&self.dir()) } else { Vec::new() };
        // What is left is told of, and not tried again: the next start would find the chats of this one.
        let settled = disk::sync_folder(&self.mark()).and_then(|()| match &keys {
            Some(keys) => self.write_mark(&Mark { files: false, keys: Some(keys.clone()) }),
            None => self.unmark(),
        });
        left.extend(settled.err().map(|error| (self.mark(), error)));
        Some(Deleted { keys, left })
    }

    fn write_mark(&self, mark: &Mark) -> io::Result<()> {
        disk::replace(&self.mark(), &serde_json::to_vec(mark)?)
    }

    fn mark(&self) -> PathBuf {
        self.dir().join(MARK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_marked_is_deleted_once_and_what_is_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "canary").unwrap();
        };
        let ours =
            ["telltale.db", "telltale.db-wal", "backups/telltale-20261122T153503Z.db", "settings.json"];
        let data = DataFolder::fixed(folder.path().to_owned());
        ours.iter().for_each(|name| write(name));
        write("notes.txt");
        assert!(data.finish_deletion().is_none());
        data.mark_for_deletion(Some(vec![1, 2])).unwrap();

        let deleted = data.finish_deletion().unwrap();
        assert!(deleted.keys == Some(vec![1, 2]) && deleted.left.is_empty(), "{:?}", deleted.left);
        assert!(ours.iter().all(|name| !folder.path().join(name).exists()));
        assert!(folder.path().join("notes.txt").exists());

        // The app is killed before the keychain has answered, and the next start has chats of its own.
        write("telltale.db");
        assert_eq!(data.finish_deletion().unwrap().keys, Some(vec![1, 2]));
        assert!(folder.path().join("telltale.db").exists());
        data.unmark().unwrap();
        assert!(data.finish_deletion().is_none());
    }

    #[test]
    fn a_mark_that_cannot_be_read_says_what_it_is_there_for() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::fixed(folder.path().to_owned());
        fs::write(folder.path().join("telltale.db"), "canary").unwrap();
        fs::write(folder.path().join(MARK), "").unwrap();
        assert!(data.finish_deletion().unwrap().left.is_empty());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
