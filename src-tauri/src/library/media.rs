//! The table of media: which pictures, sounds and films of answers are kept, each as a file in the folder of media, named by what is in it.

use super::asked_with::{self, AskedWith};
use super::columns::{optional_text, stored_as_word, text};
use super::{Library, LibraryError};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

stored_as_word! {
    pub enum MediaKind {
        Image = "image",
        Audio = "audio",
        Video = "video",
    }
}

/// One that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    pub id: i64,
    pub message_id: i64,
    /// As the answer has it.
    pub url: String,
    pub kind: MediaKind,
    /// What the content is, whatever the store called it.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// Pixels, upright; of pictures alone.
    pub pixels: Option<(u32, u32)>,
    /// The name of its file: the SHA-256 of the bytes, and what that kind of file is called.
    pub file: String,
    pub kept_at: i64,
}

/// One that is not yet in the table.
#[derive(Clone, Debug)]
pub struct NewMedia {
    pub message_id: i64,
    pub url: String,
    pub kind: MediaKind,
    pub mime: String,
    pub size: i64,
    pub pixels: Option<(u32, u32)>,
    pub file: String,
}

/// One with what led to it.
#[derive(Clone, Debug)]
pub struct MediaMade {
    pub media: MediaFile,
    pub conversation_id: i64,
    pub model: String,
    /// The question.
    pub prompt: String,
    pub asked_with: AskedWith,
    /// What the answer cost, as far as it is known, and how many of these came with it.
    pub points: Option<i64>,
    pub among: i64,
}

impl Library {
    /// In the place of one of this message and this address whose file was lost.
    pub async fn keep_media(&self, new: NewMedia, now: i64) -> Result<MediaFile, LibraryError> {
        self.run(move |connection| keep(connection, &new, now)).await
    }

    pub async fn media_of(&self, message_id: i64) -> Result<Vec<MediaFile>, LibraryError> {
        self.run_at(message_id, move |connection| {
            let mut statement =
                connection.prepare_cached(&format!("{SELECT} WHERE message_id = ?1 ORDER BY id"))?;
            let rows = statement.query_map([message_id], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The answer came to a question of this file's, and not with an import: anybody may have written that.
    pub async fn is_asked_here(&self, message_id: i64) -> Result<bool, LibraryError> {
        self.run_at(message_id, move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT sent_at IS NOT NULL AND import_id IS NULL FROM messages
                 JOIN conversations ON conversations.id = conversation_id WHERE messages.id = ?1",
            )?;
            let found = statement.query_row([message_id], |row| row.get(0)).optional()?;
            found.ok_or(LibraryError::Missing(message_id))
        })
        .await
    }

    pub async fn media(&self, id: i64) -> Result<MediaFile, LibraryError> {
        self.run(move |connection| {
            let found = connection.query_row(&format!("{SELECT} WHERE id = ?1"), [id], read).optional()?;
            found.ok_or(LibraryError::Missing(id))
        })
        .await
    }

    /// The newest first, a page of them, and how many there are. What lies in the bin is not shown.
    pub async fn media_made(
        &self,
        kind: Option<MediaKind>,
        from: i64,
        count: i64,
    ) -> Result<(i64, Vec<MediaMade>), LibraryError> {
        self.run(move |connection| made(connection, kind, from, count)).await
    }

    /// Names of the files that deleted messages had, and no other has. A file is never taken for left because nothing names it: the
    /// table may be another one's, of a backup or of a file that could not be read.
    pub async fn media_left(&self) -> Result<Vec<String>, LibraryError> {
        self.run(|connection| {
            connection.execute("DELETE FROM media_left WHERE file IN (SELECT file FROM media)", [])?;
            let mut statement = connection.prepare_cached("SELECT file FROM media_left")?;
            let rows = statement.query_map([], |row| text(row, "file"))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// This file is gone.
    pub async fn media_gone(&self, file: String) -> Result<(), LibraryError> {
        self.run(move |connection| {
            connection.execute("DELETE FROM media_left WHERE file = ?1", [file])?;
            Ok(())
        })
        .await
    }
}

const SELECT: &str =
    "SELECT media.id, message_id, url, kind, mime, size, width, height, file, kept_at FROM media";

fn read(row: &Row<'_>) -> rusqlite::Result<MediaFile> {
    let (width, height): (Option<u32>, Option<u32>) = (row.get("width")?, row.get("height")?);
    Ok(MediaFile {
        id: row.get("id")?,
        message_id: row.get("message_id")?,
        url: text(row, "url")?,
        kind: row.get("kind")?,
        mime: text(row, "mime")?,
        size: row.get("size")?,
        pixels: width.zip(height),
        file: text(row, "file")?,
        kept_at: row.get("kept_at")?,
    })
}

fn keep(connection: &Connection, new: &NewMedia, now: i64) -> Result<MediaFile, LibraryError> {
    connection
        .prepare_cached(
            "INSERT INTO media (message_id, url, kind, mime, size, width, height, file, kept_at)
             SELECT id, :url, :kind, :mime, :size, :width, :height, :file, :now FROM messages WHERE id = :message
             ON CONFLICT (message_id, url) DO UPDATE SET kind = excluded.kind, mime = excluded.mime, size = excluded.size,
                 width = excluded.width, height = excluded.height, file = excluded.file, kept_at = excluded.kept_at",
        )?
        .execute(named_params! {
            ":message": new.message_id,
            ":url": new.url,
            ":kind": new.kind,
            ":mime": new.mime,
            ":size": new.size,
            ":width": new.pixels.map(|(width, _)| width),
            ":height": new.pixels.map(|(_, height)| height),
            ":file": new.file,
            ":now": now,
        })?;
    let kept = connection
        .query_row(&format!("{SELECT} WHERE message_id = ?1 AND url = ?2"), (new.message_id, &new.url), read)
        .optional()?;
    kept.ok_or(LibraryError::Missing(new.message_id))
}

fn made(
    connection: &Connection,
    kind: Option<MediaKind>,
    from: i64,
    count: i64,
) -> Result<(i64, Vec<MediaMade>), LibraryError> {
    const SHOWN: &str = "FROM media JOIN messages ON messages.id = message_id
         JOIN conversations ON conversations.id = conversation_id
         WHERE (?1 IS NULL OR kind = ?1) AND import_id IS NULL AND conversations.deleted_at IS NULL AND messages.deleted_at IS NULL";
    let all = connection.query_row(&format!("SELECT count(*) {SHOWN}"), [kind], |row| row.get(0))?;
    let columns = SELECT.trim_end_matches(" FROM media");
    let mut statement = connection.prepare_cached(&format!(
        "{columns}, conversation_id, messages.model AS asked,
             coalesce(messages.prompt, (SELECT question.text FROM messages AS question WHERE question.id = messages.parent_id))
                 AS question, asked_with,
             (SELECT sum(points) FROM calls WHERE calls.message_id = messages.id) AS points,
             (SELECT count(*) FROM media AS other WHERE other.message_id = messages.id) AS among
         {SHOWN} ORDER BY media.id DESC LIMIT ?3 OFFSET ?2"
    ))?;
    let rows = statement.query_map((kind, from, count), |row| {
        Ok(MediaMade {
            media: read(row)?,
            conversation_id: row.get("conversation_id")?,
            model: text(row, "asked")?,
            prompt: text(row, "question")?,
            asked_with: asked_with::of_column(optional_text(row, "asked_with")?.as_deref())
                .unwrap_or_default(),
            points: row.get("points")?,
            among: row.get("among")?,
        })
    })?;
    Ok((all, rows.collect::<Result<_, _>>()?))
}
