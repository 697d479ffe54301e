//! Conversations and messages on disk: one SQLite file, one thread that owns it, one file here for each table.

mod attachments;
mod backups;
mod branches;
mod breakdowns;
mod columns;
mod conversations;
pub(crate) mod disk;
mod drafts;
mod error;
mod file;
mod journal;
mod ledger;
mod marks;
mod memory;
mod messages;
mod migrations;
mod moving;
mod open;
mod parameters;
mod restore;
mod stored;
mod thread;
mod turns;

pub use attachments::{Attachment, NewAttachment};
pub use backups::{BackupFile, BackupState, restorable};
pub use breakdowns::Breakdown;
pub use conversations::{Conversation, ConversationChange};
pub use disk::SetAside;
pub use drafts::{Draft, DraftPlace};
pub use error::LibraryError;
pub use ledger::{Admission, CallEnd, CallRow, Charge, ChargeState, NewCall, Says, ServerSpan, SettledRow};
pub use marks::Broken;
pub use messages::{End, Interrupted, Message, MessageState, Role};
pub use parameters::Parameters;
pub use turns::{First, NewConversation};

use backups::Backups;
use std::path::Path;
use std::sync::Arc;
use thread::LibraryThread;

/// The file of chats in the data folder.
pub const FILE: &str = "telltale.db";

/// A handle; the last one to go closes the file.
#[derive(Clone)]
pub struct Library {
    thread: Arc<LibraryThread>,
    backups: Arc<Backups>,
}

impl Library {
    /// Opens the file or makes it. A damaged one is set aside and a new one opened. `now` names the copy that is made of a file
    /// of an earlier version.
    pub fn open(path: &Path, now: i64) -> Result<(Library, Option<SetAside>), LibraryError> {
        let (connection, set_aside) = open::open(path, now)?;
        Ok((
            Library {
                thread: Arc::new(LibraryThread::start(connection)?),
                backups: Arc::new(Backups::new(Some(path))),
            },
            set_aside,
        ))
    }

    /// Where the file cannot be used, and stays as it is: what can be read of it, and all that follows, is forgotten when the
    /// app closes, unless it is moved to another file.
    pub fn in_memory_of(path: &Path) -> Result<Library, LibraryError> {
        Ok(Library {
            thread: Arc::new(LibraryThread::start(memory::open(Some(path))?)?),
            backups: Arc::new(Backups::new(None)),
        })
    }

    /// Goes on in another file, which does not exist yet, with a copy of everything; the file of before stays as it is. False:
    /// it could not be read, and the new one begins empty.
    pub async fn move_to(&self, path: &Path, now: i64) -> Result<bool, LibraryError> {
        let (path, backups) = (path.to_owned(), self.backups.clone());
        self.thread
            .run(move |connection| {
                let is_whole = moving::copy(connection, &path, now)?;
                *connection = open::open_whole(&path, now)?;
                backups.move_to(&path);
                Ok(is_whole)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::types::Value;

    async fn check(library: &Library, pragma: &'static str, expected: impl Into<Value>) {
        let read = move |connection: &mut rusqlite::Connection| {
            Ok(connection.pragma_query_value(None, pragma, |row| row.get::<_, Value>(0))?)
        };
        assert_eq!(
            library.thread.run(read).await.unwrap(),
            expected.into(),
            "{pragma}"
        );
    }

    #[tokio::test]
    async fn how_the_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("telltale.db"), 1).unwrap();
        let conversation = library
            .create_conversation("m", Parameters::default(), 1)
            .await
            .unwrap();
        let (_, answer) = library.add_turn(conversation.id, "q", "m", 1).await.unwrap();
        library
            .save_piece(answer.id, "a".to_owned(), String::new(), 2)
            .await
            .unwrap();
        check(&library, "journal_mode", "wal".to_owned()).await;
        // FULL again after the journal.
        check(&library, "synchronous", 2).await;
        check(&library, "foreign_keys", 1).await;
        check(&library, "busy_timeout", 3000).await;
        check(&library, "trusted_schema", 0).await;
        check(&library, "cell_size_check", 1).await;
        check(&library, "secure_delete", 1).await;
        check(&library, "temp_store", 2).await;
        check(&library, "application_id", migrations::APPLICATION_ID).await;
        check(&library, "user_version", migrations::KNOWN).await;
    }
}
