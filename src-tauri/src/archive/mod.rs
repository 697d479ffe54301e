//! Chats as files: one or all of them, to be read by people (Markdown, a page, plain text) or read in again (JSON). They are read
//! chat by chat and written as they come, into a file beside the one that was chosen, which takes its name only when it is whole.
//!
//! The key of the account in use is taken out of every text, as it is out of logs.

mod json;
mod markdown;
mod page;
mod print;
mod speaker;
mod text;

pub use json::{FORMAT, VERSION};

use crate::account::Account;
use crate::data_folder::DataFolder;
use crate::events::{Announce, Event, ExportFormat, Exported, TransferAct, TransferView};
use crate::library::{ArchivedChat, ArchivedMedia, ArchivedProject, Library, LibraryError, disk};
use parking_lot::Mutex;
use poe::KeyFragments;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Handle;

#[derive(Debug)]
pub enum ArchiveError {
    Library(LibraryError),
    /// The file that was chosen, or the disk that it is on.
    Write(io::Error),
    /// The person wanted no more of it.
    Cancelled,
}

impl From<LibraryError> for ArchiveError {
    fn from(error: LibraryError) -> ArchiveError {
        ArchiveError::Library(error)
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> ArchiveError {
        ArchiveError::Write(error)
    }
}

pub struct Archive {
    library: Library,
    account: Arc<Account>,
    data_folder: Arc<DataFolder>,
    announce: Announce,
    /// Set to end what is under way.
    cancel: Mutex<Arc<AtomicBool>>,
}

impl Archive {
    pub fn new(
        library: Library,
        account: Arc<Account>,
        data_folder: Arc<DataFolder>,
        announce: Announce,
    ) -> Archive {
        Archive { library, account, data_folder, announce, cancel: Mutex::default() }
    }

    /// Writes these chats, or all.
    pub async fn export(
        self: &Arc<Self>,
        chats: Option<Vec<i64>>,
        format: ExportFormat,
        file: PathBuf,
    ) -> Result<Exported, ArchiveError> {
        let cancel = Arc::new(AtomicBool::new(false));
        *self.cancel.lock() = cancel.clone();
        let chats = match chats {
            Some(chats) => chats,
            None => self.library.archive_list().await?,
        };
        let (archive, handle) = (self.clone(), Handle::current());
        let written = tokio::task::spawn_blocking(move || {
            let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
            let count = i64::try_from(chats.len()).unwrap_or(i64::MAX);
            let source = archive.source(handle, chats, cancel);
            in_place(&file, |out| source.write(format, out))?;
            Ok(Exported { chats: count, file: name })
        });
        let written = written.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked).into()));
        (self.announce)(Event::Transfer(None));
        written
    }

    pub fn cancel(&self) {
        self.cancel.lock().store(true, Ordering::Relaxed);
    }

    /// A chat as it would be written, for the clipboard.
    pub async fn markdown_of(self: &Arc<Self>, chat: i64) -> Result<String, ArchiveError> {
        let (archive, handle) = (self.clone(), Handle::current());
        let written = tokio::task::spawn_blocking(move || {
            let mut text = Vec::new();
            archive.source(handle, vec![chat], Arc::default()).write(ExportFormat::Markdown, &mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        });
        let written = written.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked).into()));
        (self.announce)(Event::Transfer(None));
        written
    }

    fn source(&self, handle: Handle, chats: Vec<i64>, cancel: Arc<AtomicBool>) -> Source {
        Source {
            handle,
            library: self.library.clone(),
            media: self.data_folder.media(),
            announce: self.announce.clone(),
            key: self.account.client().map(|client| client.key_fragments()),
            cancel,
            chats,
        }
    }
}

/// What is written, read chat by chat on a thread that may block.
struct Source {
    handle: Handle,
    library: Library,
    /// The folder of media.
    media: PathBuf,
    announce: Announce,
    key: Option<KeyFragments>,
    cancel: Arc<AtomicBool>,
    chats: Vec<i64>,
}

impl Source {
    fn write(&self, format: ExportFormat, out: &mut dyn Write) -> Result<(), ArchiveError> {
        match format {
            ExportFormat::Json => json::write(self, out),
            ExportFormat::Html => page::write(self, out),
            ExportFormat::Markdown => markdown::write(self, out),
            ExportFormat::Text => text::write(self, out),
        }
    }

    /// Each chat in its turn. One that was deleted meanwhile is passed over.
    fn each(
        &self,
        mut write: impl FnMut(ArchivedChat) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        for (done, id) in self.chats.iter().enumerate() {
            self.tell(done, self.chats.len())?;
            match self.handle.block_on(self.library.archived_chat(*id)) {
                Ok(chat) => write(self.without_key(chat))?,
                Err(LibraryError::Missing(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn projects(&self) -> Result<Vec<ArchivedProject>, ArchiveError> {
        let mut projects = self.handle.block_on(self.library.archived_projects())?;
        for project in &mut projects {
            self.clean(&mut project.name);
            project.parameters.values_mut().for_each(|value| self.clean_value(value));
            project.files.iter_mut().for_each(|file| self.clean(&mut file.name));
        }
        Ok(projects)
    }

    /// `None`: it is gone.
    fn file(&self, id: i64) -> Result<Option<Vec<u8>>, ArchiveError> {
        let bytes = match self.handle.block_on(self.library.attachment_bytes(id)) {
            Err(LibraryError::Missing(_)) => return Ok(None),
            bytes => bytes?,
        };
        // Text only: elsewhere a trace could be taken for one that is none.
        Ok(Some(match String::from_utf8(bytes) {
            Ok(mut text) => {
                self.clean(&mut text);
                text.into_bytes()
            }
            Err(binary) => binary.into_bytes(),
        }))
    }

    /// `None`: its file is gone.
    fn media(&self, media: &ArchivedMedia) -> Result<Option<Vec<u8>>, ArchiveError> {
        match fs::read(self.media.join(&media.file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            bytes => Ok(Some(bytes?)),
        }
    }

    /// Says how far it is; an error where nobody wants it any more.
    fn tell(&self, done: usize, of: usize) -> Result<(), ArchiveError> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(ArchiveError::Cancelled);
        }
        let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
        let view = TransferView { act: TransferAct::Export, done: number(done), of: number(of) };
        (self.announce)(Event::Transfer(Some(view)));
        Ok(())
    }

    fn clean(&self, text: &mut String) {
        if let Some(key) = &self.key {
            key.remove(text);
        }
    }

    fn without_key(&self, mut chat: ArchivedChat) -> ArchivedChat {
        if self.key.is_none() {
            return chat;
        }
        self.clean(&mut chat.title);
        chat.summary.iter_mut().for_each(|text| self.clean(text));
        chat.parameters.values_mut().for_each(|value| self.clean_value(value));
        for message in &mut chat.messages {
            self.clean(&mut message.text);
            self.clean(&mut message.reasoning);
            message.incident.iter_mut().for_each(|incident| self.clean_value(incident));
            message.files.iter_mut().for_each(|file| self.clean(&mut file.name));
            for source in &mut message.sources {
                self.clean(&mut source.url);
                source.title.iter_mut().for_each(|title| self.clean(title));
            }
            message.tools.iter_mut().for_each(|tool| self.clean(&mut tool.arguments));
        }
        chat
    }

    fn clean_value(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => self.clean(text),
            serde_json::Value::Array(values) => values.iter_mut().for_each(|it| self.clean_value(it)),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(|it| self.clean_value(it)),
            _ => {}
        }
    }
}

/// Puts what is written in the place of a file, once it is whole; what is not goes.
fn in_place(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let part = disk::beside(file, ".part");
    let whole = || {
        let mut out = BufWriter::new(disk::private().create(true).truncate(true).open(&part)?);
        write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&part, file)?;
        Ok(())
    };
    let written = whole();
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}
