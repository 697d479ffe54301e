//! The table of attachments: files of a message, of one that is still being written, or of a project. The bytes are kept as they
//! came, so that an answer can be asked for again after the file itself has moved.

use super::columns::text;
use super::{DraftPlace, Library, LibraryError};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};

/// All that is known of an attachment but its bytes, which can be large.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    pub id: i64,
    /// None while the message is being written.
    pub message_id: Option<i64>,
    /// Where the message is being written; none for a chat that does not exist yet.
    pub conversation_id: Option<i64>,
    /// The project whose it is, where it is no message's.
    pub project_id: Option<i64>,
    pub name: String,
    /// What the content is, whatever the name says.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// A small picture of it as JPEG or PNG.
    pub preview: Option<Vec<u8>>,
    /// It stays here and is no longer sent.
    pub left_out: bool,
}

/// Whose a file is that no message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePlace {
    /// Of the message that it is to go with.
    Draft(DraftPlace),
    /// Of a project, with each chat of which it goes.
    Project(i64),
}

impl FilePlace {
    /// Of the chat or project.
    fn id(self) -> i64 {
        match self {
            FilePlace::Draft(draft) => draft.id(),
            FilePlace::Project(id) => id,
        }
    }
}

impl From<DraftPlace> for FilePlace {
    fn from(draft: DraftPlace) -> FilePlace {
        FilePlace::Draft(draft)
    }
}

/// A file that is not yet in the table.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    pub place: FilePlace,
    pub name: String,
    pub mime: String,
    pub preview: Option<Vec<u8>>,
    pub bytes: Vec<u8>,
}

impl Library {
    /// Keeps a file for the message that is being written, or for a project.
    pub async fn add_attachment(&self, new: NewAttachment, now: i64) -> Result<Attachment, LibraryError> {
        self.run_at(new.place.id(), move |connection| add(connection, &new, now)).await
    }

    /// Of a message that is being written.
    pub async fn draft_attachments(&self, draft: DraftPlace) -> Result<Vec<Attachment>, LibraryError> {
        self.run_at(draft.id(), move |connection| of_draft(connection, draft)).await
    }

    /// Of a project, in the order in which they came.
    pub async fn project_files(&self, project_id: i64) -> Result<Vec<Attachment>, LibraryError> {
        self.run(move |connection| select(connection, "project_id = ?1", [project_id])).await
    }

    pub async fn delete_project_file(&self, id: i64) -> Result<(), LibraryError> {
        self.run(move |connection| {
            let gone = "DELETE FROM attachments WHERE id = ?1 AND project_id IS NOT NULL";
            changed_one(connection.execute(gone, [id])?, id)
        })
        .await
    }

    /// Of all messages of a conversation.
    pub async fn attachments(&self, conversation_id: i64) -> Result<Vec<Attachment>, LibraryError> {
        self.run_at(conversation_id, move |connection| of_conversation(connection, conversation_id)).await
    }

    /// Of each of these messages, which are of one chat.
    pub async fn attachments_of(&self, messages: Vec<i64>) -> Result<Vec<Attachment>, LibraryError> {
        self.run_at(messages.first().copied().unwrap_or_default(), move |connection| {
            let files = messages.iter().map(|id| of_message(connection, *id));
            Ok(files.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
        .await
    }

    pub async fn attachment(&self, id: i64) -> Result<Attachment, LibraryError> {
        self.run_at(id, move |connection| one(connection, id)).await
    }

    pub async fn attachment_bytes(&self, id: i64) -> Result<Vec<u8>, LibraryError> {
        self.run_at(id, move |connection| bytes(connection, id)).await
    }

    /// Gives attachments that no message has yet to the conversation in which they will be sent.
    pub async fn claim_attachments(&self, ids: Vec<i64>, conversation_id: i64) -> Result<(), LibraryError> {
        self.run_at(conversation_id, move |connection| claim(connection, &ids, conversation_id)).await
    }

    /// One that was not sent is deleted; one of a message or a project stays and is sent no more.
    pub async fn remove_attachment(&self, id: i64) -> Result<(), LibraryError> {
        self.run_at(id, move |connection| remove(connection, id)).await
    }

    pub async fn leave_out_attachment(&self, id: i64, left_out: bool) -> Result<(), LibraryError> {
        self.run_at(id, move |connection| set_left_out(connection, id, left_out)).await
    }

    /// Other bytes for the same attachment: a picture made smaller.
    pub async fn replace_attachment(
        &self,
        id: i64,
        mime: &'static str,
        bytes: Vec<u8>,
    ) -> Result<Attachment, LibraryError> {
        self.run_at(id, move |connection| replace(connection, id, mime, &bytes)).await
    }
}

const SELECT: &str = "SELECT id, message_id, conversation_id, project_id, name, mime, size, preview, left_out FROM attachments";

fn read(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment {
        id: row.get("id")?,
        message_id: row.get("message_id")?,
        conversation_id: row.get("conversation_id")?,
        project_id: row.get("project_id")?,
        name: text(row, "name")?,
        mime: text(row, "mime")?,
        size: row.get("size")?,
        preview: row.get("preview")?,
        left_out: row.get("left_out")?,
    })
}

fn select(
    connection: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Attachment>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE {condition} ORDER BY id"))?;
    let rows = statement.query_map(parameters, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Of a message that is being written; in the order in which they came.
pub(super) fn of_draft(connection: &Connection, draft: DraftPlace) -> Result<Vec<Attachment>, LibraryError> {
    select(
        connection,
        "message_id IS NULL AND project_id IS NULL AND conversation_id IS ?1 AND instead_of IS ?2",
        [draft.conversation_id, draft.instead_of],
    )
}

/// Of all messages of a conversation.
pub(super) fn of_conversation(
    connection: &Connection,
    conversation_id: i64,
) -> Result<Vec<Attachment>, LibraryError> {
    let sent = "message_id IN (SELECT id FROM messages WHERE conversation_id = ?1)";
    select(connection, sent, [conversation_id])
}

pub(super) fn of_message(connection: &Connection, message_id: i64) -> Result<Vec<Attachment>, LibraryError> {
    select(connection, "message_id = ?1", [message_id])
}

pub(super) fn one(connection: &Connection, id: i64) -> Result<Attachment, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    statement.query_row([id], read).optional()?.ok_or(LibraryError::Missing(id))
}

pub(super) fn bytes(connection: &Connection, id: i64) -> Result<Vec<u8>, LibraryError> {
    connection
        .query_row("SELECT bytes FROM attachments WHERE id = ?1", [id], |row| row.get(0))
        .optional()?
        .ok_or(LibraryError::Missing(id))
}

pub(super) fn add(
    connection: &Connection,
    new: &NewAttachment,
    now: i64,
) -> Result<Attachment, LibraryError> {
    let (draft, project) = match new.place {
        FilePlace::Draft(draft) => (draft, None),
        FilePlace::Project(id) => (DraftPlace::default(), Some(id)),
    };
    let id = connection
        .prepare_cached(
            "INSERT INTO attachments (conversation_id, instead_of, project_id, name, mime, size, preview, bytes, created_at)
             VALUES (:conversation, :instead_of, :project, :name, :mime, :size, :preview, :bytes, :now)",
        )?
        .insert(named_params! {
            ":conversation": draft.conversation_id, ":instead_of": draft.instead_of, ":project": project,
            ":name": new.name, ":mime": new.mime,
            ":size": size(&new.bytes), ":preview": new.preview, ":bytes": new.bytes, ":now": now,
        })?;
    one(connection, id)
}

/// Gives attachments that no message has yet to the conversation in which they will be sent.
pub(super) fn claim(
    connection: &mut Connection,
    ids: &[i64],
    conversation_id: i64,
) -> Result<(), LibraryError> {
    let claim = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for id in ids {
        let changed = claim.execute(
            "UPDATE attachments SET conversation_id = ?2 WHERE id = ?1 AND message_id IS NULL AND project_id IS NULL",
            [*id, conversation_id],
        )?;
        if changed == 0 {
            return Err(LibraryError::Missing(*id));
        }
    }
    Ok(claim.commit()?)
}

/// They become part of a message that is being saved.
pub(super) fn attach(connection: &Connection, ids: &[i64], message_id: i64) -> Result<(), LibraryError> {
    let mut attach = connection.prepare_cached(
        "UPDATE attachments SET message_id = ?2, conversation_id = NULL, instead_of = NULL
         WHERE id = ?1 AND message_id IS NULL AND project_id IS NULL",
    )?;
    for id in ids {
        if attach.execute([*id, message_id])? == 0 {
            return Err(LibraryError::Missing(*id));
        }
    }
    Ok(())
}

/// A question that takes the place of another, or goes on in another chat, brings the same files, each with its own state from then on.
pub(super) fn copy(connection: &Connection, from: i64, to: i64) -> Result<(), LibraryError> {
    connection.execute(
        "INSERT INTO attachments (message_id, name, mime, size, preview, bytes, left_out, created_at)
         SELECT ?2, name, mime, size, preview, bytes, left_out, created_at FROM attachments
         WHERE message_id = ?1 ORDER BY id",
        [from, to],
    )?;
    Ok(())
}

/// The same for one that waits at the end of a chat to be asked.
pub(super) fn copy_to_draft(
    connection: &Connection,
    from: i64,
    conversation: i64,
) -> Result<(), LibraryError> {
    connection.execute(
        "INSERT INTO attachments (conversation_id, name, mime, size, preview, bytes, left_out, created_at)
         SELECT ?2, name, mime, size, preview, bytes, left_out, created_at FROM attachments
         WHERE message_id = ?1 ORDER BY id",
        [from, conversation],
    )?;
    Ok(())
}

/// One that was not sent is deleted; one of a message or a project stays and is sent no more.
pub(super) fn remove(connection: &Connection, id: i64) -> Result<(), LibraryError> {
    let unsent = "DELETE FROM attachments WHERE id = ?1 AND message_id IS NULL AND project_id IS NULL";
    if connection.execute(unsent, [id])? > 0 {
        return Ok(());
    }
    set_left_out(connection, id, true)
}

pub(super) fn set_left_out(connection: &Connection, id: i64, left_out: bool) -> Result<(), LibraryError> {
    let changed = connection.execute("UPDATE attachments SET left_out = ?2 WHERE id = ?1", (id, left_out))?;
    changed_one(changed, id)
}

/// Other bytes for the same attachment: a picture made smaller.
pub(super) fn replace(
    connection: &Connection,
    id: i64,
    mime: &str,
    bytes: &[u8],
) -> Result<Attachment, LibraryError> {
    let changed = connection.execute(
        "UPDATE attachments SET mime = :mime, size = :size, bytes = :bytes WHERE id = :id",
        named_params! { ":mime": mime, ":size": size(bytes), ":bytes": bytes, ":id": id },
    )?;
    changed_one(changed, id)?;
    one(connection, id)
}

fn changed_one(changed: usize, id: i64) -> Result<(), LibraryError> {
    if changed == 0 { Err(LibraryError::Missing(id)) } else { Ok(()) }
}

fn size(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}
