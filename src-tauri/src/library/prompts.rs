//! The table of prompts: presets, with which chats begin, and snippets, which are put into messages. Of each kind a name is
//! one prompt's. What is deleted keeps its row for a while: it can be put back, and what it cost keeps its name.

use super::columns::{optional_text, stored_as_word, text};
use super::{Library, LibraryError, Parameters};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, named_params};

stored_as_word! {
    pub enum PromptKind {
        Preset = "preset",
        Snippet = "snippet",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    pub id: i64,
    /// What it is called wherever it goes.
    pub key: String,
    pub updated_at: i64,
    /// It can be put back.
    pub is_deleted: bool,
    pub content: PromptContent,
}

/// One that comes in from elsewhere.
#[derive(Clone, Debug)]
pub struct IncomingPrompt {
    pub key: String,
    pub content: PromptContent,
    pub updated_at: i64,
    /// The time of the version here whose place it takes; none where there was none.
    pub seen_at: Option<i64>,
}

/// What a person writes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptContent {
    pub kind: PromptKind,
    pub name: String,
    /// Of a snippet.
    pub text: String,
    /// What a preset's chats are asked of; none: as everywhere.
    pub model: Option<String>,
    /// What they begin with, the system prompt among it.
    pub parameters: Parameters,
}

/// What is given takes the place of what is there.
#[derive(Clone, Debug, Default)]
pub struct PromptChange {
    pub name: Option<String>,
    pub text: Option<String>,
    /// Of the inner one, none: as everywhere.
    pub model: Option<Option<String>>,
    pub parameters: Option<Parameters>,
}

impl Library {
    /// All that are not deleted, by their names.
    pub async fn prompts(&self) -> Result<Vec<Prompt>, LibraryError> {
        self.run(|connection| all(connection)).await
    }

    /// The same with those that are deleted and can be put back.
    pub async fn all_prompts(&self) -> Result<Vec<Prompt>, LibraryError> {
        self.run(|connection| select(connection, "1")).await
    }

    /// `None`: another of its kind has this name.
    pub async fn create_prompt(
        &self,
        content: PromptContent,
        now: i64,
    ) -> Result<Option<Prompt>, LibraryError> {
        self.run(move |connection| {
            let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if is_taken(&step, content.kind, &content.name, None)? {
                return Ok(None);
            }
            let id = add(&step, &content, None, now)?;
            let made = one(&step, id)?;
            step.commit()?;
            Ok(Some(made))
        })
        .await
    }

    /// `None`: another of its kind has this name.
    pub async fn change_prompt(
        &self,
        id: i64,
        change: PromptChange,
        now: i64,
    ) -> Result<Option<Prompt>, LibraryError> {
        self.run(move |connection| {
            let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let before = one(&step, id)?;
            let PromptChange { name, text, model, parameters } = change;
            let content = PromptContent {
                kind: before.content.kind,
                name: name.unwrap_or(before.content.name),
                text: text.unwrap_or(before.content.text),
                model: model.unwrap_or(before.content.model),
                parameters: parameters.unwrap_or(before.content.parameters),
            };
            if is_taken(&step, content.kind, &content.name, Some(id))? {
                return Ok(None);
            }
            write(&step, id, &content, now)?;
            let changed = one(&step, id)?;
            step.commit()?;
            Ok(Some(changed))
        })
        .await
    }

    /// It can be put back until it is cleared away.
    pub async fn delete_prompt(&self, id: i64, now: i64) -> Result<(), LibraryError> {
        self.run(move |connection| {
            connection.execute(
                "UPDATE prompts SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL",
                (id, now),
            )?;
            Ok(())
        })
        .await
    }

    /// Under a name that is free, where its own is another's by now.
    pub async fn put_back_prompt(&self, id: i64) -> Result<Prompt, LibraryError> {
        self.run(move |connection| {
            let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let prompt = one(&step, id)?;
            let name = free_name(&step, prompt.content.kind, &prompt.content.name, Some(id))?;
            step.execute("UPDATE prompts SET deleted_at = NULL, name = ?2 WHERE id = ?1", (id, name))?;
            let back = one(&step, id)?;
            step.commit()?;
            Ok(back)
        })
        .await
    }

    /// All of them at once, each under a name that is free; how many are new here, and how many are other now. One of which the
    /// version here was changed since it was looked at stays as it is.
    pub async fn bring_prompts(
        &self,
        incoming: Vec<IncomingPrompt>,
        now: i64,
    ) -> Result<(u32, u32), LibraryError> {
        self.run(move |connection| {
            let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let (mut added, mut changed) = (0, 0);
            for IncomingPrompt { key, mut content, updated_at, seen_at } in incoming {
                let known = step
                    .prepare_cached(
                        "SELECT id, updated_at, deleted_at IS NOT NULL FROM prompts WHERE key = ?1",
                    )?
                    .query_row([&key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                    .optional()?;
                let known: Option<(i64, i64, bool)> = known;
                content.name = free_name(&step, content.kind, &content.name, known.map(|it| it.0))?;
                let at = updated_at.clamp(0, now);
                match known {
                    None => {
                        add(&step, &content, Some(&key), at)?;
                        added += 1;
                    }
                    Some((id, _, true)) => {
                        write(&step, id, &content, at)?;
                        step.execute("UPDATE prompts SET deleted_at = NULL WHERE id = ?1", [id])?;
                        added += 1;
                    }
                    Some((id, at_here, false)) if seen_at == Some(at_here) => {
                        write(&step, id, &content, at)?;
                        changed += 1;
                    }
                    Some(_) => {}
                }
            }
            step.commit()?;
            Ok((added, changed))
        })
        .await
    }

    /// For good: what was deleted, until this time where one is given.
    pub async fn clear_prompts(&self, until: Option<i64>) -> Result<(), LibraryError> {
        self.run(move |connection| {
            connection
                .execute("DELETE FROM prompts WHERE deleted_at <= coalesce(?1, deleted_at)", [until])?;
            Ok(())
        })
        .await
    }
}

const SELECT: &str = "SELECT id, key, kind, name, text, model, parameters, updated_at,
    deleted_at IS NOT NULL AS is_deleted FROM prompts";

fn read(row: &Row<'_>) -> rusqlite::Result<Prompt> {
    Ok(Prompt {
        id: row.get("id")?,
        key: text(row, "key")?,
        updated_at: row.get("updated_at")?,
        is_deleted: row.get("is_deleted")?,
        content: PromptContent {
            kind: row.get("kind")?,
            name: text(row, "name")?,
            text: text(row, "text")?,
            model: optional_text(row, "model")?,
            parameters: Parameters::from_json(&text(row, "parameters")?),
        },
    })
}

fn all(connection: &Connection) -> Result<Vec<Prompt>, LibraryError> {
    select(connection, "deleted_at IS NULL")
}

fn select(connection: &Connection, condition: &str) -> Result<Vec<Prompt>, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE {condition}"))?;
    let mut prompts = statement.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    prompts.sort_by_cached_key(|prompt| (prompt.content.name.to_lowercase(), prompt.id));
    Ok(prompts)
}

/// Also one that is deleted.
fn one(connection: &Connection, id: i64) -> Result<Prompt, LibraryError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    statement.query_row([id], read).optional()?.ok_or(LibraryError::Missing(id))
}

fn add(
    step: &Transaction<'_>,
    content: &PromptContent,
    key: Option<&str>,
    now: i64,
) -> Result<i64, LibraryError> {
    step.execute(
        "INSERT INTO prompts (key, kind, name, text, model, parameters, created_at, updated_at)
         VALUES (coalesce(:key, lower(hex(randomblob(16)))), :kind, :name, :text, :model, :parameters, :now, :now)",
        named_params! {
            ":key": key, ":kind": content.kind, ":name": content.name, ":text": content.text, ":model": content.model,
            ":parameters": content.parameters.to_json()?, ":now": now,
        },
    )?;
    Ok(step.last_insert_rowid())
}

fn write(step: &Transaction<'_>, id: i64, content: &PromptContent, now: i64) -> Result<(), LibraryError> {
    step.execute(
        "UPDATE prompts SET name = :name, text = :text, model = :model, parameters = :parameters, updated_at = :now
         WHERE id = :id",
        named_params! {
            ":name": content.name, ":text": content.text, ":model": content.model,
            ":parameters": content.parameters.to_json()?, ":now": now, ":id": id,
        },
    )?;
    Ok(())
}

/// Names that differ in their capitals alone can't be told apart where they are typed.
fn is_taken(
    connection: &Connection,
    kind: PromptKind,
    name: &str,
    by_other_than: Option<i64>,
) -> Result<bool, LibraryError> {
    let wanted = name.to_lowercase();
    Ok(all(connection)?.iter().any(|prompt| {
        prompt.content.kind == kind
            && Some(prompt.id) != by_other_than
            && prompt.content.name.to_lowercase() == wanted
    }))
}

/// The name itself, or with the first number behind it that makes it one of its own.
fn free_name(
    connection: &Connection,
    kind: PromptKind,
    name: &str,
    of: Option<i64>,
) -> Result<String, LibraryError> {
    let mut free = name.to_owned();
    let mut number = 2;
    while is_taken(connection, kind, &free, of)? {
        free = format!("{name} {number}");
        number += 1;
    }
    Ok(free)
}
