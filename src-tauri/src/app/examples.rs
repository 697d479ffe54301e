//! Example chats for the demo, which has no others: brought in as any archive is, so that a second press finds each of them here
//! already, and taken away again. What they are called by tells them from a person's own.

mod compose;

use super::App;
use crate::errors::{Failure, Refusal};
use crate::library::{LibraryError, disk};
use std::io::Write;
use std::path::Path;

/// Where they stand while they come in.
const FILE: &str = "examples.json";

impl App {
    /// How many are here.
    pub async fn example_chats(&self) -> Result<i64, Refusal> {
        let examples = self.library.examples().await?;
        Ok(i64::try_from(examples.chats.len()).unwrap_or(i64::MAX))
    }

    /// Brings them in, in the demo only, or takes them away for good. How many are here then.
    pub async fn set_examples(&self, on: bool) -> Result<i64, Refusal> {
        if !on {
            let examples = self.library.examples().await?;
            self.chat.delete_all(examples.chats).await?;
            for project in examples.projects {
                self.chat.delete_project(project).await?;
            }
        } else if self.in_demo() {
            self.fill().await?;
        }
        self.example_chats().await
    }

    async fn fill(&self) -> Result<(), Refusal> {
        let file = self.start.data_folder.dir().join(FILE);
        let path = file.clone();
        let written = tokio::task::spawn_blocking(move || write(&path)).await;
        written.map_err(|panicked| Failure::Unexpected(panicked.to_string()))??;
        let found = self.import.look(vec![file.clone()]).await;
        // It is read; the next press writes it anew.
        let _ = std::fs::remove_file(&file);
        if found?.is_some() {
            self.import_chats().await?;
        }
        Ok(())
    }
}

fn write(file: &Path) -> Result<(), LibraryError> {
    let archive = compose::archive(crate::clock::now()).to_string();
    let mut out = disk::private().create(true).truncate(true).open(file)?;
    Ok(out.write_all(archive.as_bytes())?)
}
