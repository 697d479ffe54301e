//! How the conversations are put in order: which list each is in, what stands first, and when one goes for good.

use super::conversations::{self, Conversation, SHOWS};
use super::{Library, LibraryError};
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

/// Which of the lists: what is deleted is in the bin alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOf {
    /// All that are neither put away nor deleted.
    Chats,
    Project(i64),
    Archive,
    Bin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrder {
    /// What was asked last.
    Asked,
    /// What was answered last.
    Answered,
    /// What cost most.
    Points,
}

/// A part of a list, and how long the whole of it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPart {
    pub count: i64,
    pub rows: Vec<Conversation>,
}

/// What is done with conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Organize {
    /// Above all others.
    Pin(bool),
    Archive(bool),
    /// None: out of any project.
    Project(Option<i64>),
    /// Into the bin, or back.
    Delete(bool),
}

impl Library {
    pub async fn list(
        &self,
        of: ListOf,
        order: ListOrder,
        from: i64,
        count: i64,
    ) -> Result<ListPart, LibraryError> {
        self.run(move |connection| list(connection, of, order, from, count)).await
    }

    pub async fn organize(&self, ids: Vec<i64>, what: Organize, now: i64) -> Result<(), LibraryError> {
        self.run(move |connection| organize(connection, &ids, what, now)).await
    }

    /// What went into the bin up to this time; without one, all of it.
    pub async fn in_bin(&self, until: Option<i64>) -> Result<Vec<i64>, LibraryError> {
        self.run(move |connection| {
            let sql = format!(
                "SELECT id FROM conversations WHERE deleted_at IS NOT NULL AND deleted_at <= ?1 AND {SHOWS}"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([until.unwrap_or(i64::MAX)], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The models that were asked, the latest first.
    pub async fn asked_models(&self, most: i64) -> Result<Vec<String>, LibraryError> {
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT model FROM (
                     SELECT model, updated_at FROM conversations WHERE {SHOWS} ORDER BY updated_at DESC LIMIT 500)
                 WHERE model <> '' GROUP BY model ORDER BY max(updated_at) DESC LIMIT ?1"
            ))?;
            let rows = statement.query_map([most], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Every conversation of a model that is gone goes on with another.
    pub async fn replace_model(&self, gone: String, model: String) -> Result<(), LibraryError> {
        self.run(move |connection| {
            connection.execute("UPDATE conversations SET model = ?2 WHERE model = ?1", [gone, model])?;
            Ok(())
        })
        .await
    }
}

fn list(
    connection: &Connection,
    of: ListOf,
    order: ListOrder,
    from: i64,
    count: i64,
) -> Result<ListPart, LibraryError> {
    let (condition, project) = match of {
        ListOf::Chats => ("deleted_at IS NULL AND archived_at IS NULL AND ?1 IS NULL", None),
        ListOf::Project(id) => ("deleted_at IS NULL AND archived_at IS NULL AND project_id = ?1", Some(id)),
        ListOf::Archive => ("deleted_at IS NULL AND archived_at IS NOT NULL AND ?1 IS NULL", None),
        ListOf::Bin => ("deleted_at IS NOT NULL AND ?1 IS NULL", None),
    };
    let by = match (of, order) {
        (ListOf::Bin, _) => "deleted_at DESC",
        (_, ListOrder::Asked) => "pinned IS NULL, pinned, updated_at DESC",
        (_, ListOrder::Answered) => "pinned IS NULL, pinned, coalesce(answered_at, updated_at) DESC",
        (_, ListOrder::Points) => "pinned IS NULL, pinned, points DESC",
    };
    let condition = format!("{SHOWS} AND {condition}");
    let whole = format!("SELECT count(*) FROM conversations WHERE {condition}");
    let whole = connection.prepare_cached(&whole)?.query_row([project], |row| row.get(0))?;
    let sql =
        format!("{} WHERE {condition} ORDER BY {by}, id DESC LIMIT ?2 OFFSET ?3", conversations::SELECT);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map((project, count, from), conversations::read)?;
    let rows = rows.map(|row| conversations::marked(connection, row?)).collect::<Result<_, _>>()?;
    Ok(ListPart { count: whole, rows })
}

fn organize(connection: &mut Connection, ids: &[i64], what: Organize, now: i64) -> Result<(), LibraryError> {
    let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let set = match what {
        // What is pinned last comes last of what is pinned.
        Organize::Pin(true) => {
            "pinned = coalesce(pinned, (SELECT coalesce(max(pinned), 0) + 1 FROM conversations)), archived_at = NULL"
        }
        Organize::Pin(false) => "pinned = NULL",
        Organize::Archive(true) => "archived_at = ?1, pinned = NULL",
        Organize::Archive(false) => "archived_at = NULL",
        Organize::Project(_) => "project_id = ?1",
        Organize::Delete(true) => "deleted_at = ?1, shown = 0",
        Organize::Delete(false) => "deleted_at = NULL",
    };
    let value = match what {
        Organize::Project(project) => project,
        _ => Some(now),
    };
    let mut statement =
        all.prepare_cached(&format!("UPDATE conversations SET {set} WHERE id = ?2 AND (?1 IS ?1)"))?;
    for id in ids {
        statement.execute(params_from_iter([value, Some(*id)]))?;
    }
    drop(statement);
    Ok(all.commit()?)
}
