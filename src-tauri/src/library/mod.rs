//! Conversations and messages on disk: one SQLite file, one thread that owns it, one file here for each table; and those of a
//! temporary chat, in memory.

mod archive;
mod aside;
mod asked_with;
mod attachments;
mod backups;
mod balances;
mod branches;
mod cache_refusals;
mod columns;
mod comparing;
mod conversations;
mod deleted_messages;
mod deletion;
pub(crate) mod disk;
mod drafts;
mod duplicate;
mod error;
mod evidence;
mod examples;
mod file;
mod films;
mod history;
mod ids;
mod imports;
mod journal;
mod ledger;
mod made_from;
mod marks;
mod media;
mod memory;
mod messages;
mod migrations;
mod moving;
mod open;
mod order;
mod parameters;
mod projects;
mod prompts;
mod refused_parameters;
mod restore;
mod room;
mod search;
mod sizes;
mod staging;
mod temporary;
mod turns;
mod usage;
mod whole;

pub use archive::{
    ArchivedCall, ArchivedChat, ArchivedFile, ArchivedMedia, ArchivedMessage, ArchivedProject,
};
pub use asked_with::AskedWith;
pub use attachments::{Attachment, FilePlace, NewAttachment};
pub use backups::{BackupFile, BackupState};
pub use balances::{BalanceBefore, BalanceDay, BalanceReading};
pub use comparing::NewComparison;
pub use conversations::{Conversation, ConversationChange, title_of};
pub use disk::SetAside;
pub use drafts::{Draft, DraftPlace};
pub use error::LibraryError;
pub use evidence::{Evidence, Source, ToolCall};
pub use examples::{EXAMPLE, Examples};
pub use history::{HistoryPage, HistoryRow, HistorySpan, Kept, Ledger};
pub use ids::is_temporary;
pub use imports::{Incoming, IncomingProject, NewFile, WithFiles};
pub use ledger::{
    Admission, CacheUse, CallEnd, CallRow, Charge, ChargeState, LimitOf, Limits, NewCall, PastCall,
    ServerSpan,
};
pub use made_from::{FilmHow, MadeFrom};
pub use marks::Broken;
pub use media::{MediaFile, MediaKind, MediaMade, NewMedia};
pub use messages::{Deleted, End, Interrupted, Message, MessageState, Role};
pub use order::{ListOf, ListOrder, ListPart, Organize};
pub use parameters::Parameters;
pub use projects::{Project, ProjectChange};
pub use prompts::{IncomingPrompt, Prompt, PromptChange, PromptContent, PromptKind};
pub use refused_parameters::RefusedParameter;
pub use search::{FoundInChat, HitIn, Piece, Reading, Search, SearchFilter, SearchHit, SearchPage};
pub use sizes::LibrarySizes;
pub use staging::Staging;
pub use turns::{First, NewConversation};
pub use usage::{
    ChatSum, HistoryCell, HistoryCells, HistoryFilter, HistoryOrder, HistorySum, KeptRow, OutsideSum,
    PresetSum,
};

use crate::worker::Worker;
use backups::Backups;
use parking_lot::Mutex;
use rusqlite::Connection;
use search::Searching;
use std::path::Path;
use std::sync::Arc;
use temporary::Temporary;

/// The file of chats in the data folder.
pub const FILE: &str = "telltale.db";
/// Beside it.
pub const SEARCH_FILE: &str = search::FILE;
pub const STAGING_FILE: &str = staging::FILE;
pub const BACKUPS: &str = backups::FOLDER;

const THREAD: &str = "library";

/// A handle; the last one to go closes the file.
#[derive(Clone)]
pub struct Library {
    thread: Arc<Worker<Connection>>,
    backups: Arc<Backups>,
    searching: Arc<Searching>,
    /// When the file was last read through and found whole.
    checked_at: Arc<Mutex<Option<i64>>>,
    temporary: Arc<Mutex<Option<Temporary>>>,
}

impl Library {
    /// Opens the file or makes it. A damaged one is set aside and a new one opened. `now` names the copy that is made of a file
    /// of an earlier version.
    pub fn open(path: &Path, now: i64) -> Result<(Library, Option<SetAside>), LibraryError> {
        let open::Opened { connection, set_aside, checked_at } = open::open(path, now)?;
        let backups = Backups::new(Some(path));
        if set_aside.is_some() {
            // One is offered instead. Where they can't be read there is none to offer.
            let _ = backups.all();
        }
        let library = Library::of(connection, backups, Some(path))?;
        *library.checked_at.lock() = Some(checked_at);
        Ok((library, set_aside))
    }

    /// Where the file cannot be used, and stays as it is: what can be read of it, and all that follows, is forgotten when the
    /// app closes, unless it is moved to another file.
    pub fn in_memory_of(path: &Path) -> Result<Library, LibraryError> {
        Library::of(memory::open(Some(path))?, Backups::new(None), None)
    }

    fn of(connection: Connection, backups: Backups, path: Option<&Path>) -> Result<Library, LibraryError> {
        Ok(Library {
            thread: Arc::new(Worker::start(THREAD, connection)?),
            backups: Arc::new(backups),
            searching: Arc::new(Searching::beside(path)?),
            checked_at: Arc::default(),
            temporary: Arc::default(),
        })
    }

    /// Goes on in another file, which does not exist yet, with a copy of everything; the file of before stays as it is. False:
    /// it could not be read, and the new one begins empty.
    pub async fn move_to(&self, path: &Path, now: i64) -> Result<bool, LibraryError> {
        let (path, backups, searching) = (path.to_owned(), self.backups.clone(), self.searching.clone());
        self.run(move |connection| {
            let is_whole = moving::copy(connection, &path, now)?;
            *connection = open::open_whole(&path, now)?;
            backups.move_to(&path);
            searching.move_beside(&path);
            Ok(is_whole)
        })
        .await
    }

    /// In order with all else, on the one thread that touches the file. A transaction of a job that panics is rolled back. What it
    /// changed is told to the search, where that concerns it.
    async fn run<T, F>(&self, job: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, LibraryError> + Send + 'static,
    {
        let searching = self.searching.clone();
        let told = move |connection: &mut Connection| {
            let before = connection.total_changes();
            let done = job(connection);
            if connection.total_changes() != before && search::is_waiting(connection) {
                searching.changed.notify_one();
            }
            done
        };
        self.thread.ask(told).await.unwrap_or_else(|| Err(Library::unanswered()))
    }

    fn unanswered() -> LibraryError {
        LibraryError::Io("the library's thread failed at this job".to_owned())
    }
}
