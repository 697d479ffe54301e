//! From the staging file into the library, in steps of some milliseconds, between which everything else has its turn.

use super::found::Wanted;
use super::problem::Problem;
use super::{Import, count};
use crate::events::{Imported, TransferAct};
use crate::library::{
    ArchivedMedia, ArchivedMessage, Incoming, IncomingProject, LibraryError, NewFile, Staging, WithFiles,
};
use std::collections::HashMap;
use tokio::runtime::Handle;

/// Of one step: messages, and bytes of their text.
const MESSAGES: usize = 64;
const BYTES: usize = 256 * 1024;

impl Import {
    pub(super) fn bring(
        &self,
        handle: &Handle,
        import: i64,
        staging: &Staging,
        wanted: &Wanted,
    ) -> Result<Imported, Problem> {
        let total =
            staging.keys()?.values().map(|messages| usize::try_from(*messages).unwrap_or_default()).sum();
        let mut imported = Imported { chats: 0, added: 0, here: 0, newest: None };
        let mut newest = i64::MIN;
        let mut in_projects: HashMap<String, Vec<i64>> = HashMap::new();
        let (mut at, mut done) = (i64::MAX, 0);
        while let Some((id, mut chat)) = staging.chat_before(at)? {
            at = id;
            wanted.check()?;
            let messages = std::mem::take(&mut chat.messages);
            let all = messages.len();
            let Some(mut messages) = self.missing(handle, &chat.key, messages)? else {
                imported.here += 1;
                done += all;
                continue;
            };
            let to = handle.block_on(self.library.import_chat(import, chat.clone()))?;
            if to.goes_on_in.is_some() {
                imported.added += count(messages.len());
            } else {
                imported.chats += 1;
                show_way(&mut messages);
                if chat.updated_at > newest {
                    (newest, imported.newest) = (chat.updated_at, Some(to.conversation_id));
                }
                if let Some(project) = &chat.project {
                    in_projects.entry(project.clone()).or_default().push(to.conversation_id);
                }
            }
            let before = done;
            self.bring_messages(handle, to, messages, staging, &mut |some| {
                done += some;
                self.tell(TransferAct::Import, done, total);
                wanted.check()
            })?;
            done = before + all;
            handle.block_on(self.library.settle_chat(to, chat))?;
        }
        let projects = self.projects(staging, in_projects)?;
        wanted.check()?;
        handle.block_on(self.library.finish_import(import, projects))?;
        Ok(imported)
    }

    /// Those that the chat of this key lacks: all, where there is none, and `None` where it lacks none.
    fn missing(
        &self,
        handle: &Handle,
        key: &str,
        messages: Vec<ArchivedMessage>,
    ) -> Result<Option<Vec<ArchivedMessage>>, LibraryError> {
        let Some(here) = handle.block_on(self.library.chat_of_key(key))? else {
            return Ok(Some(messages));
        };
        let known = handle.block_on(self.library.message_keys(here))?;
        let missing: Vec<_> = messages.into_iter().filter(|message| !known.contains(&message.key)).collect();
        Ok((!missing.is_empty()).then_some(missing))
    }

    fn bring_messages(
        &self,
        handle: &Handle,
        to: Incoming,
        messages: Vec<ArchivedMessage>,
        staging: &Staging,
        told: &mut dyn FnMut(usize) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut step: Vec<ArchivedMessage> = Vec::new();
        let mut bytes = 0;
        let mut left = messages.into_iter().peekable();
        while let Some(message) = left.next() {
            bytes += message.text.len() + message.reasoning.len();
            step.push(message);
            if step.len() < MESSAGES && bytes < BYTES && left.peek().is_some() {
                continue;
            }
            bytes = 0;
            let some = step.len();
            let with_files = handle.block_on(self.library.import_messages(to, std::mem::take(&mut step)))?;
            for WithFiles { message_id, files, media } in with_files {
                for file in files {
                    if let Some(bytes) = bytes_of(staging, file.id)? {
                        handle.block_on(self.library.import_file(message_id, file, bytes))?;
                    }
                }
                for ArchivedMedia { id, url, .. } in media {
                    if let Some(bytes) = bytes_of(staging, id)? {
                        handle.block_on(self.media.take_in(message_id, &url, bytes))?;
                    }
                }
            }
            told(some)?;
        }
        Ok(())
    }

    fn projects(
        &self,
        staging: &Staging,
        mut chats: HashMap<String, Vec<i64>>,
    ) -> Result<Vec<IncomingProject>, Problem> {
        let mut projects = Vec::new();
        for project in staging.projects()? {
            let chats = chats.remove(&project.key).unwrap_or_default();
            let mut files = Vec::new();
            for file in &project.files {
                files.extend(bytes_of(staging, file.id)?.map(|bytes| NewFile { file: file.clone(), bytes }));
            }
            projects.push(IncomingProject { project, chats, files });
        }
        Ok(projects)
    }
}

/// Which of them the thread shows: among those that follow the same one the one that was chosen most, of equals the last.
fn show_way(messages: &mut [ArchivedMessage]) {
    let mut at: HashMap<&str, usize> = HashMap::with_capacity(messages.len());
    let mut next: HashMap<Option<usize>, usize> = HashMap::with_capacity(messages.len());
    for (me, message) in messages.iter().enumerate() {
        // One that follows nothing that came before it begins the chat.
        let above = message.parent.as_deref().and_then(|key| at.get(key)).copied();
        let best = next.entry(above).or_insert(me);
        if message.chosen >= messages[*best].chosen {
            *best = me;
        }
        at.insert(&message.key, me);
    }
    let mut way = Vec::new();
    while let Some(me) = next.get(&way.last().copied()) {
        way.push(*me);
    }
    messages.iter_mut().for_each(|message| message.shown = false);
    way.into_iter().for_each(|me| messages[me].shown = true);
}

/// `None`: it is named, and was not in the file.
fn bytes_of(staging: &Staging, id: i64) -> Result<Option<Vec<u8>>, LibraryError> {
    match staging.file(id) {
        Err(LibraryError::Missing(_)) => Ok(None),
        bytes => bytes.map(Some),
    }
}

impl Wanted {
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.is_over() { Err(Problem::Cancelled) } else { Ok(()) }
    }
}
