//! Prompts: presets, with which chats begin, and snippets, which are put into messages. What a person writes of one is held to
//! the same rules here, wherever it comes from: names of one line that are told apart, texts of a bounded length without
//! what can't be seen, and no key of this app. `file.rs` writes them and reads them in again, `difference.rs` tells what is other.

mod difference;
mod file;

use crate::account::Account;
use crate::errors::{Failure, InputProblem, Refusal};
use crate::events::{Announce, Event, NewPrompt, PromptChange, PromptKind, PromptView};
use crate::library::{self, Library, Prompt, PromptContent};
use crate::settings;
use parking_lot::Mutex;
use std::sync::Arc;

/// Letters of a name.
const LONGEST_NAME: usize = 80;
/// Letters of a snippet's text, or of a system prompt: as long as what the message's box still takes.
const LONGEST_TEXT: usize = 50_000;
/// All of them are handed to the window at once.
const MOST: usize = 500;

pub struct Prompts {
    library: Library,
    account: Arc<Account>,
    announce: Announce,
    /// What was found in a file, until it comes in.
    looked: Mutex<file::Looked>,
}

impl Prompts {
    pub fn new(library: Library, account: Arc<Account>, announce: Announce) -> Prompts {
        Prompts { library, account, announce, looked: Mutex::default() }
    }

    /// By their names.
    pub async fn all(&self) -> Result<Vec<PromptView>, Refusal> {
        Ok(self.library.prompts().await?.into_iter().map(view).collect())
    }

    pub async fn create(&self, new: NewPrompt) -> Result<PromptView, Refusal> {
        if self.library.prompts().await?.len() >= MOST {
            return Err(input("name", InputProblem::TooManyPrompts { limit: MOST as u64 }));
        }
        let content = self.checked(PromptContent {
            kind: new.kind.into(),
            name: new.name,
            text: new.text,
            model: new.model,
            parameters: new.parameters.into(),
        })?;
        let name = content.name.clone();
        let made = self.library.create_prompt(content, crate::clock::now()).await?;
        self.kept(made, name).await
    }

    pub async fn change(&self, id: i64, change: PromptChange) -> Result<PromptView, Refusal> {
        let name = change.name.map(|name| self.name(&name)).transpose()?;
        let text = change.text.map(|text| self.text("text", &text)).transpose()?;
        let parameters = change.parameters.map(|it| self.parameters(it.into())).transpose()?;
        let wanted = name.clone().unwrap_or_default();
        let change = library::PromptChange {
            name,
            text,
            model: change.model.map(|model| Some(model).filter(|model| !model.is_empty())),
            parameters,
        };
        let changed = self.library.change_prompt(id, change, crate::clock::now()).await?;
        self.kept(changed, wanted).await
    }

    /// It can be put back for a while.
    pub async fn delete(&self, id: i64) -> Result<(), Refusal> {
        self.library.delete_prompt(id, crate::clock::now()).await?;
        self.tell().await
    }

    pub async fn put_back(&self, id: i64) -> Result<PromptView, Refusal> {
        let back = self.library.put_back_prompt(id).await?;
        self.tell().await?;
        Ok(view(back))
    }

    async fn kept(&self, kept: Option<Prompt>, name: String) -> Result<PromptView, Refusal> {
        let Some(prompt) = kept else {
            return Err(input("name", InputProblem::NameTaken { name }));
        };
        self.tell().await?;
        Ok(view(prompt))
    }

    async fn tell(&self) -> Result<(), Refusal> {
        (self.announce)(Event::Prompts(self.all().await?));
        Ok(())
    }

    fn checked(&self, content: PromptContent) -> Result<PromptContent, Refusal> {
        let PromptContent { kind, name, text, model, parameters } = content;
        Ok(PromptContent {
            kind,
            name: self.name(&name)?,
            text: self.text("text", &text)?,
            model: model.filter(|model| !model.is_empty()),
            parameters: self.parameters(parameters)?,
        })
    }

    /// On one line, without what can't be seen.
    fn name(&self, name: &str) -> Result<String, Refusal> {
        let is_seen = |c: char| c.is_whitespace() || !(c.is_control() || poe::is_invisible(c));
        let seen: String = name.chars().filter(|c| is_seen(*c)).collect();
        let mut name = seen.split_whitespace().collect::<Vec<_>>().join(" ");
        self.account.key_fragments().remove(&mut name);
        match name.chars().count() {
            0 => Err(input("name", InputProblem::NoName)),
            1..=LONGEST_NAME => Ok(name),
            _ => Err(input("name", InputProblem::PromptTooLong { limit: LONGEST_NAME as u64 })),
        }
    }

    /// Line ends are those of the window's fields; of control characters tabs alone stay.
    fn text(&self, field: &'static str, text: &str) -> Result<String, Refusal> {
        let text = text.replace("\r\n", "\n");
        let mut text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        self.account.key_fragments().remove(&mut text);
        if text.chars().count() > LONGEST_TEXT {
            return Err(input(field, InputProblem::PromptTooLong { limit: LONGEST_TEXT as u64 }));
        }
        Ok(text)
    }

    fn parameters(&self, parameters: library::Parameters) -> Result<library::Parameters, Refusal> {
        settings::check_parameters(&parameters.clone().into())?;
        let system = parameters.system.as_deref().map(|system| self.text("system", system)).transpose()?;
        Ok(library::Parameters { system: system.filter(|system| !system.trim().is_empty()), ..parameters })
    }
}

fn input(field: &'static str, problem: InputProblem) -> Refusal {
    Failure::Input { field: field.into(), problem }.into()
}

/// What a person reads of it.
fn words(content: &PromptContent) -> &str {
    match content.kind {
        library::PromptKind::Preset => content.parameters.system.as_deref().unwrap_or_default(),
        library::PromptKind::Snippet => &content.text,
    }
}

fn view(prompt: Prompt) -> PromptView {
    let PromptContent { kind, name, text, model, parameters } = prompt.content;
    PromptView {
        id: prompt.id,
        kind: kind.into(),
        name,
        text,
        model,
        parameters: parameters.into(),
        updated_at: prompt.updated_at,
    }
}

impl From<PromptKind> for library::PromptKind {
    fn from(kind: PromptKind) -> library::PromptKind {
        match kind {
            PromptKind::Preset => library::PromptKind::Preset,
            PromptKind::Snippet => library::PromptKind::Snippet,
        }
    }
}

impl From<library::PromptKind> for PromptKind {
    fn from(kind: library::PromptKind) -> PromptKind {
        match kind {
            library::PromptKind::Preset => PromptKind::Preset,
            library::PromptKind::Snippet => PromptKind::Snippet,
        }
    }
}
