//! The table of projects: what chats that belong together begin with, and what they may cost together.

use super::columns::{optional_text, text};
use super::{Library, LibraryError, Parameters};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};

#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    pub id: i64,
    pub name: String,
    /// By the name that the window gives it.
    pub color: String,
    /// What its chats are asked of; none: as everywhere.
    pub model: Option<String>,
    /// What its chats begin with. `budget`: what all of them may cost together.
    pub parameters: Parameters,
    /// Chats in it that are not in the bin.
    pub chats: i64,
    /// What they cost, as far as it is known.
    pub points: i64,
    /// Files that go with its chats, and their bytes.
    pub files: i64,
    pub file_bytes: i64,
}

/// What is given takes the place of what is there.
#[derive(Clone, Debug, Default)]
pub struct ProjectChange {
    pub name: Option<String>,
    pub color: Option<String>,
    /// Of the inner one, none: as everywhere.
    pub model: Option<Option<String>>,
    pub parameters: Option<Parameters>,
}

impl Library {
    /// In the order that the person gave them.
    pub async fn projects(&self) -> Result<Vec<Project>, LibraryError> {
        self.run(|connection| all(connection)).await
    }

    pub async fn project(&self, id: i64) -> Result<Project, LibraryError> {
        self.run(move |connection| one(connection, id)).await
    }

    /// After the others.
    pub async fn create_project(
        &self,
        name: String,
        color: String,
        now: i64,
    ) -> Result<Project, LibraryError> {
        self.run(move |connection| {
            connection.execute(
                "INSERT INTO projects (name, color, parameters, place, created_at)
                 VALUES (:name, :color, :parameters, (SELECT coalesce(max(place) + 1, 0) FROM projects), :now)",
                named_params! {
                    ":name": name, ":color": color, ":parameters": Parameters::default().to_json()?, ":now": now,
                },
            )?;
            one(connection, connection.last_insert_rowid())
        })
        .await
    }

    pub async fn change_project(&self, id: i64, change: ProjectChange) -> Result<Project, LibraryError> {
        self.run(move |connection| {
            let parameters = change.parameters.as_ref().map(Parameters::to_json).transpose()?;
            connection.execute(
                "UPDATE projects SET name = coalesce(:name, name), color = coalesce(:color, color),
                     model = iif(:sets_model, :model, model), parameters = coalesce(:parameters, parameters)
                 WHERE id = :id",
                named_params! {
                    ":name": change.name, ":color": change.color, ":sets_model": change.model.is_some(),
                    ":model": change.model.flatten(), ":parameters": parameters, ":id": id,
                },
            )?;
            one(connection, id)
        })
        .await
    }

    /// Its chats stay, and are in none from then on; its files go with it.
    pub async fn delete_project(&self, id: i64) -> Result<(), LibraryError> {
        self.run(move |connection| {
            connection.execute("DELETE FROM projects WHERE id = ?1", [id])?;
            Ok(())
        })
        .await
    }

    /// From now on in this order.
    pub async fn order_projects(&self, ids: Vec<i64>) -> Result<(), LibraryError> {
        self.run(move |connection| {
            let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (place, id) in (0_i64..).zip(&ids) {
                all.execute("UPDATE projects SET place = ?1 WHERE id = ?2", (place, id))?;
            }
            Ok(all.commit()?)
        })
        .await
    }
}

const SELECT: &str = "SELECT id, name, color, model, parameters,
        (SELECT count(*) FROM conversations WHERE project_id = projects.id AND deleted_at IS NULL) AS chats,
        (SELECT coalesce(sum(points), 0) FROM conversations WHERE project_id = projects.id) AS points,
        (SELECT count(*) FROM attachments WHERE project_id = projects.id AND NOT left_out) AS files,
        (SELECT coalesce(sum(size), 0) FROM attachments WHERE project_id = projects.id AND NOT left_out) AS file_bytes
    FROM projects";

fn read(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: row.get("id")?,
        name: text(row, "name")?,
        color: text(row, "color")?,
        model: optional_text(row, "model")?,
        parameters: Parameters::from_json(&text(row, "parameters")?),
        chats: row.get("chats")?,
        points: row.get("points")?,
        files: row.get("files")?,
        file_bytes: row.get("file_bytes")?,
    })
}

fn all(connection: &Connection) -> Result<Vec<Project>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY place, id"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn one(connection: &Connection, id: i64) -> Result<Project, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    statement.query_row([id], read).optional()?.ok_or(LibraryError::Missing(id))
}
