//! What was found, as it stands in the chats' file, where the filter lets it through. Chats in the bin are not found.

use super::super::columns::{optional_text, text};
use super::super::{LibraryError, Role};
use super::index::{Found, Kind};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use std::sync::LazyLock;

/// What is looked at; without a value everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilter {
    pub conversation: Option<i64>,
    pub project: Option<i64>,
    pub model: Option<String>,
    pub role: Option<Role>,
    /// From this time on, and before that one.
    pub from: Option<i64>,
    pub until: Option<i64>,
    pub has_files: bool,
    /// What cost so much at least: an answer, and a chat by all of its answers.
    pub points: Option<i64>,
}

/// A row that was found, with all that it says.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) conversation_id: i64,
    pub(super) title: String,
    /// None: the chat itself, by its title.
    pub(super) message_id: Option<i64>,
    pub(super) role: Option<Role>,
    pub(super) model: String,
    pub(super) at: i64,
    pub(super) points: Option<i64>,
    pub(super) file: Option<String>,
    pub(super) text: String,
    pub(super) reasoning: String,
}

/// Not in the bin, and no part of an import that is not done.
const CHAT: &str = "chat.deleted_at IS NULL
    AND (chat.import_id IS NULL OR (SELECT done FROM imports WHERE imports.id = chat.import_id))
    AND (:conversation IS NULL OR chat.id = :conversation)
    AND (:project IS NULL OR chat.project_id = :project)";

const COST: &str = "(SELECT sum(points) FROM calls WHERE message_id = message.id)";

static TITLE: LazyLock<String> = LazyLock::new(|| {
    // It has no role and no files.
    format!(
        "SELECT chat.id AS conversation_id, title, NULL AS message_id, NULL AS role, model, created_at AS at, points,
             NULL AS file, '' AS text, '' AS reasoning
         FROM conversations AS chat WHERE id = :id AND {CHAT} AND :role IS NULL AND NOT :has_files
             AND (:model IS NULL OR model = :model) AND (:points IS NULL OR points >= :points)
             AND created_at >= :from AND created_at < :until"
    )
});

static MESSAGE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT chat.id AS conversation_id, title, message.id AS message_id, role, message.model AS model,
             message.created_at AS at, {COST} AS points, NULL AS file, text, reasoning
         FROM messages AS message JOIN conversations AS chat ON chat.id = conversation_id
         WHERE message.id = :id AND message.deleted_at IS NULL AND {CHAT} AND (:model IS NULL OR message.model = :model)
             AND (:role IS NULL OR role = :role) AND (:points IS NULL OR {COST} >= :points)
             AND message.created_at >= :from AND message.created_at < :until
             AND (NOT :has_files OR EXISTS (SELECT 1 FROM attachments WHERE message_id = message.id))"
    )
});

/// It stands with its question, and costs nothing by itself.
static FILE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT chat.id AS conversation_id, title, message.id AS message_id, role, message.model AS model,
             message.created_at AS at, NULL AS points, name AS file, iif(mime = 'text/plain', bytes, '') AS text,
             '' AS reasoning
         FROM attachments JOIN messages AS message ON message.id = message_id
             JOIN conversations AS chat ON chat.id = message.conversation_id
         WHERE attachments.id = :id AND message.deleted_at IS NULL AND {CHAT} AND (:model IS NULL OR message.model = :model)
             AND (:role IS NULL OR role = :role) AND (:points IS NULL OR {COST} >= :points)
             AND message.created_at >= :from AND message.created_at < :until AND :has_files IN (0, 1)"
    )
});

/// Of what was found, in its order, at most so many; and how many were looked at for that.
pub(super) fn read(
    connection: &Connection,
    found: &[Found],
    filter: &SearchFilter,
    most: usize,
) -> Result<(Vec<Hit>, usize), LibraryError> {
    let mut hits = Vec::new();
    for (at, Found { source, .. }) in found.iter().enumerate() {
        if hits.len() == most {
            return Ok((hits, at));
        }
        let sql = match source.kind {
            Kind::Title => &TITLE,
            Kind::Message => &MESSAGE,
            Kind::File => &FILE,
        };
        let hit = connection.prepare_cached(sql)?.query_row(
            named_params! {
                ":id": source.id, ":conversation": filter.conversation, ":project": filter.project,
                ":model": filter.model, ":role": filter.role, ":from": filter.from.unwrap_or(i64::MIN),
                ":until": filter.until.unwrap_or(i64::MAX), ":has_files": filter.has_files, ":points": filter.points,
            },
            read_one,
        );
        hits.extend(hit.optional()?);
    }
    Ok((hits, found.len()))
}

fn read_one(row: &Row<'_>) -> rusqlite::Result<Hit> {
    Ok(Hit {
        conversation_id: row.get("conversation_id")?,
        title: text(row, "title")?,
        message_id: row.get("message_id")?,
        role: row.get("role")?,
        model: text(row, "model")?,
        at: row.get("at")?,
        points: row.get("points")?,
        file: optional_text(row, "file")?,
        text: text(row, "text")?,
        reasoning: text(row, "reasoning")?,
    })
}
