//! What takes long to read is read aside: on a connection and a thread of its own, so that nothing that is written or shown
//! meanwhile waits for it.

use super::{Library, LibraryError, file};
use rusqlite::Connection;
use std::path::PathBuf;

impl Library {
    /// Sees all that was written before it was called. Where the chats lie in memory only, it is done in order with all else.
    pub(super) async fn read_aside<T, F>(&self, read: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, LibraryError> + Send + 'static,
    {
        let path =
            self.run(|connection| Ok(connection.path().filter(|path| !path.is_empty()).map(PathBuf::from)));
        let Some(path) = path.await? else {
            return self.run(move |connection| read(connection)).await;
        };
        let reading = tokio::task::spawn_blocking(move || read(&file::read_only(&path)?));
        reading.await.unwrap_or_else(|failed| Err(LibraryError::Io(failed.to_string())))
    }
}
