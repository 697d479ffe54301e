//! What reading finds, as it is found: chats go into the staging file, and what does not come in is counted with its reason.

use super::problem::Problem;
use crate::events::{ImportPreview, ImportSource, LARGEST_FILE, LeftOut, LeftOutWhy};
use crate::library::{ArchivedChat, ArchivedFile, ArchivedProject, MessageState, Role, Staging, title_of};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Of what is left out for one reason, so many are named.
const NAMED: usize = 3;
/// A name that is longer is cut.
const LONGEST_NAME: usize = 120;
/// More of them are no chat, and would be one that nobody can open.
pub(super) const MOST_MESSAGES: usize = 200_000;

/// Whether what is under way is wanted still.
#[derive(Clone, Default)]
pub(super) struct Wanted(Arc<AtomicBool>);

impl Wanted {
    pub(super) fn end(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) struct Found {
    pub(super) staging: Staging,
    sources: BTreeSet<ImportSource>,
    chats: i64,
    messages: i64,
    projects: i64,
    attachments: i64,
    span: Option<(i64, i64)>,
    left_out: BTreeMap<LeftOutWhy, (i64, Vec<String>)>,
    /// Files of an archive are numbered from here, so that those of two archives are not taken for the same.
    base: i64,
    now: i64,
    wanted: Wanted,
}

impl Found {
    pub(super) fn new(staging: Staging, now: i64, wanted: Wanted) -> Found {
        Found {
            staging,
            sources: BTreeSet::new(),
            chats: 0,
            messages: 0,
            projects: 0,
            attachments: 0,
            span: None,
            left_out: BTreeMap::new(),
            base: 0,
            now,
            wanted,
        }
    }

    pub(super) fn check_wanted(&self) -> Result<(), Problem> {
        if self.wanted.is_over() { Err(Problem::Cancelled) } else { Ok(()) }
    }

    /// Another file is read from here on.
    pub(super) fn next_file(&mut self) {
        self.base += 1 << 40;
    }

    /// The number of an archive's file here. `None`: it is none.
    pub(super) fn file_number(&self, id: i64) -> Option<i64> {
        (0..1 << 40).contains(&id).then_some(self.base + id)
    }

    pub(super) fn saw(&mut self, source: ImportSource) {
        self.sources.insert(source);
    }

    pub(super) fn has_source(&self) -> bool {
        !self.sources.is_empty()
    }

    /// Chats and projects.
    pub(super) fn count(&self) -> i64 {
        self.chats + self.projects
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chats == 0 && self.projects == 0
    }

    pub(super) fn leave_out(&mut self, why: LeftOutWhy, name: &str) {
        let (count, names) = self.left_out.entry(why).or_default();
        *count += 1;
        if !name.trim().is_empty() && names.len() < NAMED {
            names.push(name.chars().take(LONGEST_NAME).collect());
        }
    }

    /// A file's bytes, where they are few enough.
    pub(super) fn file(&mut self, name: &str, bytes: &[u8]) -> Result<Option<ArchivedFile>, Problem> {
        if bytes.len() as u64 > LARGEST_FILE {
            self.leave_out(LeftOutWhy::FileTooLarge, name);
            return Ok(None);
        }
        let Ok(mime) = crate::chat::sniff(bytes) else {
            self.leave_out(LeftOutWhy::FileNotInFile, name);
            return Ok(None);
        };
        let id = self.staging.add_file(bytes)?;
        Ok(Some(ArchivedFile {
            id,
            name: crate::chat::plain_name(name),
            mime: mime.to_owned(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            left_out: false,
            created_at: self.now,
        }))
    }

    /// A chat, completed by what its program did not tell.
    pub(super) fn chat(&mut self, source: ImportSource, mut chat: ArchivedChat) -> Result<(), Problem> {
        self.saw(source);
        let name = if chat.title.is_empty() { chat.key.clone() } else { chat.title.clone() };
        if chat.messages.is_empty() {
            self.leave_out(LeftOutWhy::Empty, &name);
            return Ok(());
        }
        if chat.messages.len() > MOST_MESSAGES {
            self.leave_out(LeftOutWhy::TooLarge, &name);
            return Ok(());
        }
        let is_dated = chat.updated_at > 0 || chat.messages.iter().any(|message| message.created_at > 0);
        // An archive of ours says all itself.
        if source != ImportSource::Telltale {
            self.complete(&mut chat);
        }
        match self.staging.add_chat(&chat) {
            Ok(true) => {}
            Ok(false) => {
                self.leave_out(LeftOutWhy::Twice, &name);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        self.chats += 1;
        self.messages += count(chat.messages.len());
        self.attachments += count(chat.messages.iter().map(|message| message.files.len()).sum());
        if is_dated {
            let (from, to) = self.span.unwrap_or((chat.updated_at, chat.updated_at));
            self.span = Some((from.min(chat.updated_at), to.max(chat.updated_at)));
        }
        Ok(())
    }

    fn complete(&self, chat: &mut ArchivedChat) {
        if chat.title.trim().is_empty() {
            let first = chat
                .messages
                .iter()
                .find(|message| message.role == Role::User && !message.text.trim().is_empty());
            chat.title = first.map(|message| title_of(&message.text)).unwrap_or_default();
        } else {
            let words = chat.title.split(|c: char| c.is_whitespace() || c.is_control());
            let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            chat.title = line.chars().take(LONGEST_NAME).collect();
        }
        let known = chat.messages.iter().map(|message| message.created_at).filter(|at| *at > 0);
        let (first, last) = (known.clone().min(), known.max());
        if chat.created_at <= 0 {
            chat.created_at = first.unwrap_or(self.now);
        }
        if chat.updated_at <= 0 {
            chat.updated_at = last.unwrap_or(chat.created_at);
        }
        // A message without a time is as old as the one before it.
        let mut before = chat.created_at;
        for message in &mut chat.messages {
            if message.created_at <= 0 {
                message.created_at = before;
            }
            before = message.created_at;
            if message.updated_at <= 0 {
                message.updated_at = message.created_at;
            }
            if message.role == Role::Assistant
                && message.ended_at.is_none()
                && message.state != MessageState::Queued
            {
                message.ended_at = Some(message.updated_at);
            }
        }
        if chat.model.is_empty() {
            let models = chat.messages.iter().rev().map(|message| &message.model);
            chat.model = models.clone().find(|model| !model.is_empty()).cloned().unwrap_or_default();
        }
    }

    pub(super) fn project(
        &mut self,
        source: ImportSource,
        mut project: ArchivedProject,
    ) -> Result<(), Problem> {
        self.saw(source);
        if project.created_at <= 0 {
            project.created_at = self.now;
        }
        if project.color.is_empty() {
            project.color = "blue".to_owned();
        }
        self.staging.add_project(&project)?;
        self.projects += 1;
        Ok(())
    }

    pub(super) fn preview(&self, files: Vec<String>, here: i64) -> ImportPreview {
        ImportPreview {
            files,
            sources: self.sources.iter().copied().collect(),
            chats: self.chats,
            messages: self.messages,
            projects: self.projects,
            attachments: self.attachments,
            here,
            from: self.span.map(|(from, _)| from),
            to: self.span.map(|(_, to)| to),
            left_out: self
                .left_out
                .iter()
                .map(|(why, (count, names))| LeftOut { why: *why, count: *count, names: names.clone() })
                .collect(),
        }
    }
}
