//! What the list of chats tells of each beside its name: which one the window shows, where an answer came that nobody has seen,
//! and which ended in a way that a person should know of.

use super::columns::optional_text;
use super::ids::is_temporary;
use super::messages::{Interrupted, MessageState};
use super::{Library, LibraryError, branches, file};
use rusqlite::{Connection, OptionalExtension, params_from_iter};

/// How the newest answer of a conversation ended, where it ended badly.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// With words in it; else it failed.
    pub is_cut: bool,
    /// Its request may have left.
    pub was_sent: bool,
    /// As [`Message::incident`](super::Message::incident).
    pub incident: Option<String>,
}

impl Library {
    /// The window shows this conversation from now on, or none that is kept; what is new in it has been seen. Says whether
    /// that was anything. A power cut may bring the one before back.
    pub async fn show_conversation(&self, id: Option<i64>) -> Result<bool, LibraryError> {
        let id = id.filter(|id| !is_temporary(*id));
        self.run(move |connection| file::without_waiting(connection, |connection| show(connection, id))).await
    }

    /// An answer ended in it while nobody looked.
    pub async fn add_news(&self, id: i64) -> Result<(), LibraryError> {
        self.run(move |connection| {
            connection.execute("UPDATE conversations SET unread = 1 WHERE id = ?1", [id])?;
            Ok(())
        })
        .await
    }

    /// The conversation that was shown last, or the interrupted one that goes before it.
    pub async fn shown_conversation(&self) -> Result<Option<i64>, LibraryError> {
        self.run(|connection| {
            let shown = "SELECT id FROM conversations WHERE shown = 1";
            Ok(connection.query_row(shown, [], |row| row.get(0)).optional()?)
        })
        .await
    }

    /// Where answers are interrupted by the app's end: the next start opens one of them, the one that was shown if it is among
    /// them, else the first.
    pub async fn show_interrupted(&self, mut ids: Vec<i64>) -> Result<(), LibraryError> {
        ids.retain(|id| !is_temporary(*id));
        self.run(move |connection| show_interrupted(connection, &ids)).await
    }
}

fn show(connection: &Connection, id: Option<i64>) -> Result<bool, LibraryError> {
    let seen =
        connection.execute("UPDATE conversations SET unread = 0 WHERE id = ?1 AND unread = 1", [id])?;
    connection.execute("UPDATE conversations SET shown = (id IS ?1) WHERE shown <> (id IS ?1)", [id])?;
    Ok(seen > 0)
}

pub(super) fn show_interrupted(connection: &Connection, ids: &[i64]) -> Result<(), LibraryError> {
    let Some(first) = ids.first() else {
        return Ok(());
    };
    let among = vec!["?"; ids.len()].join(", ");
    let sql = format!("SELECT count(*) FROM conversations WHERE shown = 1 AND id IN ({among})");
    let is_shown: i64 = connection.query_row(&sql, params_from_iter(ids), |row| row.get(0))?;
    if is_shown == 0 {
        connection.execute("UPDATE conversations SET shown = (id = ?1)", [first])?;
    }
    Ok(())
}

/// How a conversation ended that did so badly. Its newest message is found by its index; the way through the tree is walked
/// only where that one did, since another version of it may be shown.
pub(super) fn of(connection: &Connection, conversation_id: i64) -> Result<Option<Broken>, LibraryError> {
    let mut newest = connection.prepare_cached(
        "SELECT id, state, incident, interrupted FROM messages
         WHERE id = (SELECT max(id) FROM messages WHERE conversation_id = ?1) AND state IN ('cut', 'failed')
             AND deleted_at IS NULL",
    )?;
    let ended = newest
        .query_row([conversation_id], |message| {
            Ok((
                message.get::<_, i64>("id")?,
                message.get::<_, MessageState>("state")?,
                optional_text(message, "incident")?,
                message.get::<_, Option<Interrupted>>("interrupted")?,
            ))
        })
        .optional()?;
    let Some((id, state, incident, interrupted)) = ended else {
        return Ok(None);
    };
    if branches::tip(connection, conversation_id)? != Some(id) {
        return Ok(None);
    }
    Ok(Some(Broken {
        is_cut: state == MessageState::Cut,
        was_sent: interrupted != Some(Interrupted::Unsent),
        incident,
    }))
}
