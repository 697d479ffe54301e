//! A chat away for good: out of sight at once, and then its rows in steps of some milliseconds, between which everything else has
//! its turn. What the end of the app leaves of it goes as an import does that was broken off: it never shows again.

use super::ids::is_temporary;
use super::{Library, LibraryError, file};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// Messages of one step.
const STEP: i64 = 64;

impl Library {
    /// With all of its messages, and their text out of the log too (`secure_delete` overwrites it in the file only). A chat that
    /// waits for a summary of it goes on without.
    pub async fn delete_conversation(&self, id: i64) -> Result<(), LibraryError> {
        if is_temporary(id) {
            return self.end_temporary(id);
        }
        self.run(move |connection| hide(connection, id)).await?;
        // It is out of sight: what the disk does not let go of now the next start takes away.
        let _ = self.take_away(id).await;
        Ok(())
    }

    async fn take_away(&self, id: i64) -> Result<(), LibraryError> {
        while self.run(move |connection| file::without_waiting(connection, |it| step(it, id))).await? {}
        self.run(|connection| {
            // Another handle that reads at this moment puts it off to the next checkpoint.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            Ok(())
        })
        .await
    }
}

fn hide(connection: &mut Connection, id: i64) -> Result<(), LibraryError> {
    let hide = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    hide.execute(
        "UPDATE conversations SET summary_of = NULL
         WHERE summary IS NULL AND summary_of IN (SELECT id FROM messages WHERE conversation_id = ?1)",
        [id],
    )?;
    hide.execute("INSERT INTO imports (at) VALUES (0)", [])?;
    // By its name elsewhere it may come in again, as another chat.
    let hidden = hide.execute(
        "UPDATE conversations SET import_id = ?2, external = NULL, shown = 0 WHERE id = ?1",
        (id, hide.last_insert_rowid()),
    )?;
    if hidden == 0 {
        return Err(LibraryError::Missing(id));
    }
    Ok(hide.commit()?)
}

/// Says whether there is more. A file can be large, so each goes by itself.
fn step(connection: &mut Connection, id: i64) -> Result<bool, LibraryError> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let files = step.execute(
        "DELETE FROM attachments WHERE id = (
             SELECT attachments.id FROM messages JOIN attachments ON message_id = messages.id
             WHERE messages.conversation_id = ?1 LIMIT 1)",
        [id],
    )?;
    // The later ones follow the earlier ones.
    let messages = match files {
        0 => step.execute(
            "DELETE FROM messages WHERE id IN (
                 SELECT id FROM messages WHERE conversation_id = ?1 ORDER BY id DESC LIMIT ?2)",
            [id, STEP],
        )?,
        _ => 0,
    };
    let has_more = files + messages > 0;
    if !has_more {
        let import = "SELECT import_id FROM conversations WHERE id = ?1";
        let import: Option<i64> = step.query_row(import, [id], |row| row.get(0)).optional()?.flatten();
        step.execute("DELETE FROM conversations WHERE id = ?1", [id])?;
        step.execute("DELETE FROM imports WHERE id = ?1", [import])?;
    }
    step.commit()?;
    Ok(has_more)
}
