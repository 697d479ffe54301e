//! A backup in the place of the file of chats. What it takes the place of is kept, as another backup or beside it.

use super::file::{self, COMPANIONS};
use super::{Library, LibraryError, backups, disk, memory, open};
use rusqlite::Connection;
use std::fs;
use std::io;
use std::path::Path;

impl Library {
    /// Puts a backup in the place of everything. What is here now is kept, as a backup or set aside.
    pub async fn restore(&self, id: &str, now: i64) -> Result<(), LibraryError> {
        let (id, backups) = (id.to_owned(), self.backups.clone());
        let restored = self
            .run(move |connection| backups.one_at_a_time(|path| restore(connection, path, &id, now)))
            .await;
        self.searching.forget();
        restored
    }
}

/// Puts a backup in the place of the file that `connection` holds, and opens it. The file is whole or as it was after a crash
/// at any point.
fn restore(connection: &mut Connection, path: &Path, id: &str, now: i64) -> Result<(), LibraryError> {
    let folder = backups::folder(path);
    let known = backups::listed(&folder)?.into_iter().any(|(name, _)| name == id);
    let backup = folder.join(id);
    if !known {
        return Err(LibraryError::Io(format!("there is no backup {id}")));
    }
    file::examine(&backup)?;
    let next = disk::beside(path, ".restored");
    file::copy(&backup, &next)?;
    // Chats that are here now become a backup themselves; a damaged file gives none, and is set aside.
    let kept =
        backups::has_messages(connection).unwrap_or(false) && backups::make(connection, &folder, now).is_ok();
    drop(std::mem::replace(connection, memory::open(None)?));
    if !kept && path.exists() {
        disk::set_aside(path, COMPANIONS, String::new())?;
    }
    for companion in COMPANIONS {
        match fs::remove_file(disk::beside(path, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    fs::rename(&next, path)?;
    disk::sync_folder(path)?;
    *connection = open::open_whole(path, now)?;
    Ok(())
}
