//! The temporary chat: one that is not kept. Its rows are in memory, in tables of their own, and its ids are such that no row of the
//! file ever has one, so that whoever names a row by its id need not know where it is. Of its calls the file has the rows, as of
//! any chat; they name messages that it does not have.

use super::ids::{self, ids_of, is_temporary};
use super::{Conversation, Library, LibraryError, Parameters, conversations, ledger, memory};
use crate::worker::Worker;
use rusqlite::Connection;
use std::sync::Arc;

const THREAD: &str = "temporary chat";

/// The rows of the one that is open.
#[derive(Clone)]
pub(super) struct Temporary {
    chat: i64,
    rows: Arc<Worker<Connection>>,
}

impl Library {
    /// In the place of the one that was open, which is gone with that.
    pub async fn begin_temporary(
        &self,
        model: &str,
        parameters: Parameters,
        now: i64,
    ) -> Result<Conversation, LibraryError> {
        let chat = ids::of_new_chat();
        let model = model.to_owned();
        let begin = move || {
            let connection = memory::open(None)?;
            // Nor what SQLite sets aside while it sorts.
            connection.pragma_update(None, "temp_store", "MEMORY")?;
            begin_with(&connection, chat)?;
            let conversation = conversations::create(&connection, &model, &parameters, now)?;
            Ok((conversation, Worker::start(THREAD, connection)?))
        };
        let begun = tokio::task::spawn_blocking(begin).await;
        let (conversation, rows) =
            begun.unwrap_or_else(|failed| Err(LibraryError::Io(failed.to_string())))?;
        *self.temporary.lock() = Some(Temporary { chat, rows: Arc::new(rows) });
        Ok(conversation)
    }

    /// The one that is open.
    pub async fn temporary(&self) -> Result<Option<Conversation>, LibraryError> {
        let open = self.temporary.lock().as_ref().map(|open| open.chat);
        match open {
            Some(id) => self.conversation(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// All of it is gone.
    pub(super) fn end_temporary(&self, id: i64) -> Result<(), LibraryError> {
        let ended = self.temporary.lock().take_if(|open| open.chat == id);
        ended.map(drop).ok_or(LibraryError::Missing(id))
    }

    /// Like [`Library::run`], where the row of this id is.
    pub(super) async fn run_at<T, F>(&self, id: i64, job: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, LibraryError> + Send + 'static,
    {
        if !is_temporary(id) {
            return self.run(job).await;
        }
        let [chat, _] = ids_of(id);
        let open = self.temporary.lock().clone().filter(|open| open.chat == chat);
        let open = open.ok_or(LibraryError::Missing(id))?;
        open.rows.ask(job).await.unwrap_or_else(|| Err(Library::unanswered()))
    }

    /// Like [`Library::read_aside`], where the row of this id is.
    pub(super) async fn read_aside_at<T, F>(&self, id: i64, read: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, LibraryError> + Send + 'static,
    {
        match is_temporary(id) {
            true => self.run_at(id, move |connection| read(connection)).await,
            false => self.read_aside(read).await,
        }
    }

    /// What its calls cost is in the file.
    pub(super) async fn with_points(&self, chat: Conversation) -> Result<Conversation, LibraryError> {
        if !is_temporary(chat.id) {
            return Ok(chat);
        }
        let id = chat.id;
        let (points, saved) = self.run(move |connection| ledger::points_of_temporary(connection, id)).await?;
        Ok(Conversation { points, saved, ..chat })
    }
}

/// Whatever is added from here on has an id of this chat.
fn begin_with(connection: &Connection, chat: i64) -> Result<(), LibraryError> {
    let mut set = connection.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)")?;
    set.execute(("conversations", chat - 1))?;
    for table in ["messages", "attachments"] {
        set.execute((table, chat))?;
    }
    Ok(())
}
