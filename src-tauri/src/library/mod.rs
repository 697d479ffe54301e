//! Conversations and messages on disk: one SQLite file, one thread that owns it, one file here for each table.

mod attachments;
mod backups;
mod branches;
mod breakdowns;
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
mod restore;
mod stored;
mod thread;

pub use attachments::{Attachment, NewAttachment};
pub use backups::restorable;
pub use breakdowns::Breakdown;
pub use conversations::Conversation;
pub use disk::SetAside;
pub use drafts::Draft;
pub use error::LibraryError;
pub use ledger::{Admission, CallEnd, CallRow, Charge, NewCall, Says, ServerSpan, SettledRow};
pub use marks::Broken;
pub use messages::{End, First, Interrupted, Message, NewConversation};

use crate::events::{BackupView, ConversationChange, DraftPlace, Parameters};
use backups::Backups;
use messages::Place;
use rusqlite::Row;
use std::collections::BTreeMap;
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

    /// All backups, the newest first, each read through.
    pub async fn backups(&self) -> Result<Vec<BackupView>, LibraryError> {
        self.beside(|backups| backups.all()).await
    }

    /// The newest backup that can be restored, as of the last look at them.
    pub fn good_backup(&self) -> Option<BackupView> {
        self.backups.newest_good()
    }

    pub async fn back_up(&self, now: i64) -> Result<BackupView, LibraryError> {
        self.beside(move |backups| backups.make(now)).await
    }

    /// Where the last one is a day old and there is something to keep.
    pub async fn back_up_if_due(&self, now: i64) -> Result<Option<BackupView>, LibraryError> {
        self.beside(move |backups| backups.make_if_due(now)).await
    }

    /// Puts a backup in the place of everything. What is here now is kept, as a backup or set aside.
    pub async fn restore(&self, id: &str, now: i64) -> Result<(), LibraryError> {
        let (id, backups) = (id.to_owned(), self.backups.clone());
        self.thread
            .run(move |connection| backups.one_at_a_time(|path| restore::restore(connection, path, &id, now)))
            .await
    }

    /// Work on backups, on a thread of its own: the library goes on meanwhile.
    async fn beside<T, F>(&self, work: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&Backups) -> Result<T, LibraryError> + Send + 'static,
    {
        let backups = self.backups.clone();
        tokio::task::spawn_blocking(move || work(&backups))
            .await
            .map_err(|error| LibraryError::Io(error.to_string()))?
    }

    /// The newest first.
    pub async fn conversations(&self) -> Result<Vec<Conversation>, LibraryError> {
        self.thread.run(|connection| conversations::all(connection)).await
    }

    pub async fn conversation(&self, id: i64) -> Result<Conversation, LibraryError> {
        self.thread
            .run(move |connection| conversations::one(connection, id))
            .await
    }

    pub async fn create_conversation(
        &self,
        model: &str,
        parameters: Parameters,
        now: i64,
    ) -> Result<Conversation, LibraryError> {
        let model = model.to_owned();
        self.thread
            .run(move |connection| conversations::create(connection, &model, &parameters, now))
            .await
    }

    pub async fn change_conversation(
        &self,
        id: i64,
        change: ConversationChange,
    ) -> Result<Conversation, LibraryError> {
        self.thread
            .run(move |connection| conversations::change(connection, id, &change))
            .await
    }

    /// With all of its messages.
    pub async fn delete_conversation(&self, id: i64) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| conversations::delete(connection, id))
            .await
    }

    /// Sends from this message on; none sends all again.
    pub async fn send_from(&self, id: i64, message: Option<i64>) -> Result<Conversation, LibraryError> {
        self.thread
            .run(move |connection| conversations::send_from(connection, id, message))
            .await
    }

    /// This conversation goes on where an earlier one was at this message.
    pub async fn follow(&self, id: i64, message: i64) -> Result<Conversation, LibraryError> {
        self.thread
            .run(move |connection| conversations::follow(connection, id, message))
            .await
    }

    pub async fn set_summary(&self, id: i64, text: String) -> Result<Conversation, LibraryError> {
        self.thread
            .run(move |connection| conversations::set_summary(connection, id, &text))
            .await
    }

    /// Of all messages of a conversation, shown or not.
    pub async fn message_ids(&self, conversation_id: i64) -> Result<Vec<i64>, LibraryError> {
        self.thread
            .run(move |connection| messages::ids(connection, conversation_id))
            .await
    }

    /// What the thread shows, the oldest first.
    pub async fn messages(&self, conversation_id: i64) -> Result<Vec<Message>, LibraryError> {
        self.thread
            .run(move |connection| branches::shown(connection, conversation_id))
            .await
    }

    /// The messages that lead to this one, and it; shown or not.
    pub async fn path(&self, message_id: i64) -> Result<Vec<Message>, LibraryError> {
        self.thread
            .run(move |connection| branches::path(connection, message_id))
            .await
    }

    /// The messages that follow the same one, wherever there are several; by each of their ids.
    pub async fn siblings(&self, conversation_id: i64) -> Result<BTreeMap<i64, Vec<i64>>, LibraryError> {
        self.thread
            .run(move |connection| branches::siblings(connection, conversation_id))
            .await
    }

    /// From now on the thread goes through this message. Returns its conversation.
    pub async fn choose(&self, message_id: i64) -> Result<i64, LibraryError> {
        self.thread
            .run(move |connection| branches::choose(connection, message_id))
            .await
    }

    pub async fn message(&self, id: i64) -> Result<Message, LibraryError> {
        self.thread
            .run(move |connection| messages::one(connection, id))
            .await
    }

    /// A question and its answer, which starts queued. Both are on the disk, synced, when this returns.
    pub async fn add_turn(
        &self,
        conversation_id: i64,
        text: &str,
        model: &str,
        now: i64,
    ) -> Result<(Message, Message), LibraryError> {
        self.add_turn_with(conversation_id, text, Vec::new(), model, now)
            .await
    }

    /// The same for a question with attachments, which are from then on part of it.
    pub async fn add_turn_with(
        &self,
        conversation_id: i64,
        text: &str,
        attached: Vec<i64>,
        model: &str,
        now: i64,
    ) -> Result<(Message, Message), LibraryError> {
        let (text, model) = (text.to_owned(), model.to_owned());
        self.thread
            .run(move |connection| {
                messages::add_turn(
                    connection,
                    Place::End(conversation_id),
                    &text,
                    &attached,
                    &model,
                    now,
                )
            })
            .await
    }

    /// Another question in the place of this one, which stays with all that follows it.
    pub async fn add_turn_beside(
        &self,
        question: i64,
        text: &str,
        attached: Vec<i64>,
        model: &str,
        now: i64,
    ) -> Result<(Message, Message), LibraryError> {
        let (text, model) = (text.to_owned(), model.to_owned());
        self.thread
            .run(move |connection| {
                messages::add_turn(connection, Place::Beside(question), &text, &attached, &model, now)
            })
            .await
    }

    /// A new conversation with its first question and the place for the answer: all of it, or nothing.
    pub async fn begin_conversation(
        &self,
        new: NewConversation,
        first: First,
        now: i64,
    ) -> Result<(Conversation, Message, Message), LibraryError> {
        self.thread
            .run(move |connection| messages::begin(connection, &new, &first, now))
            .await
    }

    /// Another answer to a question, queued, beside the ones that it has.
    pub async fn add_answer(&self, question: i64, model: &str, now: i64) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.thread
            .run(move |connection| messages::add_answer(connection, question, &model, now))
            .await
    }

    /// The journal of an answer under way: what came of it since the last time. It outlives the app at once and a power cut a
    /// little later, for it comes four times a second and does not wait for the drive.
    pub async fn save_piece(
        &self,
        message_id: i64,
        text: String,
        reasoning: String,
        now: i64,
    ) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| {
                file::without_waiting(connection, |connection| {
                    journal::add(connection, message_id, &text, &reasoning, now)
                })
            })
            .await
    }

    /// What is being written, as far as it was saved.
    pub async fn draft(&self, place: DraftPlace) -> Result<Option<Draft>, LibraryError> {
        self.thread
            .run(move |connection| drafts::one(connection, place))
            .await
    }

    /// Like the journal of an answer: while somebody types, it comes four times a second.
    pub async fn save_draft(&self, place: DraftPlace, draft: Draft, now: i64) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| {
                file::without_waiting(connection, |connection| {
                    drafts::save(connection, place, &draft, now)
                })
            })
            .await
    }

    /// With its files.
    pub async fn discard_draft(&self, place: DraftPlace) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| drafts::discard(connection, place))
            .await
    }

    /// The question whose edit is under way in a conversation, of those that its thread shows.
    pub async fn editing(&self, conversation_id: i64) -> Result<Option<i64>, LibraryError> {
        self.thread
            .run(move |connection| drafts::editing(connection, conversation_id))
            .await
    }

    pub async fn save_end(&self, message_id: i64, end: End) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| messages::save_end(connection, message_id, &end))
            .await
    }

    /// For sending again: the answer is queued and empty.
    pub async fn restart_answer(
        &self,
        message_id: i64,
        model: &str,
        now: i64,
    ) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.thread
            .run(move |connection| messages::restart(connection, message_id, &model, now))
            .await
    }

    /// Keeps a file for the message that is being written.
    pub async fn add_attachment(&self, new: NewAttachment, now: i64) -> Result<Attachment, LibraryError> {
        self.thread
            .run(move |connection| attachments::add(connection, &new, now))
            .await
    }

    /// Of a message that is being written.
    pub async fn draft_attachments(&self, draft: DraftPlace) -> Result<Vec<Attachment>, LibraryError> {
        self.thread
            .run(move |connection| attachments::of_draft(connection, draft))
            .await
    }

    /// Of all messages of a conversation.
    pub async fn attachments(&self, conversation_id: i64) -> Result<Vec<Attachment>, LibraryError> {
        self.thread
            .run(move |connection| attachments::of_conversation(connection, conversation_id))
            .await
    }

    pub async fn attachment(&self, id: i64) -> Result<Attachment, LibraryError> {
        self.thread
            .run(move |connection| attachments::one(connection, id))
            .await
    }

    pub async fn attachment_bytes(&self, id: i64) -> Result<Vec<u8>, LibraryError> {
        self.thread
            .run(move |connection| attachments::bytes(connection, id))
            .await
    }

    /// Gives attachments that no message has yet to the conversation in which they will be sent.
    pub async fn claim_attachments(&self, ids: Vec<i64>, conversation_id: i64) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| attachments::claim(connection, &ids, conversation_id))
            .await
    }

    /// One that was not sent is deleted; one of a message stays and is sent no more.
    pub async fn remove_attachment(&self, id: i64) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| attachments::remove(connection, id))
            .await
    }

    pub async fn leave_out_attachment(&self, id: i64, left_out: bool) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| attachments::set_left_out(connection, id, left_out))
            .await
    }

    /// Other bytes for the same attachment: a picture made smaller.
    pub async fn replace_attachment(
        &self,
        id: i64,
        mime: &'static str,
        bytes: Vec<u8>,
    ) -> Result<Attachment, LibraryError> {
        self.thread
            .run(move |connection| attachments::replace(connection, id, mime, &bytes))
            .await
    }

    /// For going on where an answer stopped: it is queued and keeps its words.
    pub async fn resume_answer(
        &self,
        message_id: i64,
        model: &str,
        now: i64,
    ) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.thread
            .run(move |connection| messages::resume(connection, message_id, &model, now))
            .await
    }

    /// Keeps which account an answer is asked with, by its name.
    pub async fn ask_with(&self, message_id: i64, account: Option<String>) -> Result<(), LibraryError> {
        self.thread
            .run(move |connection| messages::ask_with(connection, message_id, account.as_deref()))
            .await
    }

    /// Keeps the model that an answer is asked of, and its conversation from then on.
    pub async fn ask_model(&self, message_id: i64, model: &str) -> Result<(), LibraryError> {
        let model = model.to_owned();
        self.thread
            .run(move |connection| messages::ask_model(connection, message_id, &model))
            .await
    }

    /// At start: answers that an earlier run left under way become cut. Returns how many.
    pub async fn close_interrupted(&self) -> Result<usize, LibraryError> {
        self.thread.run(messages::close_interrupted).await
    }
}

/// Text as it is on the disk. A damaged byte costs one character, not the message.
fn text(row: &Row<'_>, column: &str) -> rusqlite::Result<String> {
    Ok(optional_text(row, column)?.unwrap_or_default())
}

fn optional_text(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<String>> {
    let bytes = row.get_ref(column)?.as_bytes_or_null()?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
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
