//! Chats that come in from files: archives of this app, and exports of ChatGPT, Claude, Chatbox and NextChat, as JSON or in a zip
//! file. They are hostile until they are looked through.
//!
//! `look` reads them into a staging file, of which the person sees what is in it; `accept` brings them into the library bit by bit,
//! where nothing of them shows before all of it is there. Sending goes on meanwhile, and whatever ends it leaves nothing behind.
//!
//! `scan.rs` walks through the bytes, `read.rs` finds chats in them, `package.rs` unpacks; `chatgpt.rs`, `claude.rs`, `chatbox.rs`,
//! `nextchat.rs` and `own.rs` know a program each, with `tree.rs`, `fields.rs`, `dates.rs` and `files.rs`; `found.rs` takes what they
//! find.

mod bring;
mod chatbox;
mod chatgpt;
mod claude;
mod dates;
mod fields;
mod files;
mod found;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod nextchat;
mod own;
mod package;
mod problem;
mod read;
mod scan;
mod tree;

use crate::data_folder::DataFolder;
use crate::errors::{Failure, ImportProblem, Refusal};
use crate::events::{Announce, Event, ImportPreview, Imported, TransferAct, TransferView};
use crate::library::{Library, LibraryError, Staging};
use crate::media::Media;
use files::Files;
use found::{Found, Wanted};
use parking_lot::Mutex;
use problem::Problem;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::runtime::Handle;

pub struct Import {
    library: Library,
    data_folder: Arc<DataFolder>,
    /// What answers made comes in through it.
    media: Arc<Media>,
    announce: Announce,
    /// One at a time, from the choice of files to the end.
    one: tokio::sync::Mutex<()>,
    wanted: Mutex<Wanted>,
    /// What was found, until it comes in or is given up.
    staged: Mutex<Option<Staged>>,
    /// The import that is under way, which nothing sweeps; 0 where there is none.
    under_way: AtomicI64,
}

struct Staged {
    staging: Staging,
    /// Names of the files, for what goes wrong later.
    files: String,
}

/// A file that names packages is small.
const SMALL: u64 = 1024 * 1024;
const MOST_FILES: usize = 1_000;

impl Import {
    pub fn new(
        library: Library,
        data_folder: Arc<DataFolder>,
        media: Arc<Media>,
        announce: Announce,
    ) -> Import {
        Import {
            library,
            data_folder,
            media,
            announce,
            one: tokio::sync::Mutex::default(),
            wanted: Mutex::default(),
            staged: Mutex::default(),
            under_way: AtomicI64::new(0),
        }
    }

    /// Reads files, and says what is in them. `None`: that was cancelled.
    pub async fn look(self: &Arc<Self>, files: Vec<PathBuf>) -> Result<Option<ImportPreview>, Refusal> {
        let _one = self.one.lock().await;
        let wanted = Wanted::default();
        *self.wanted.lock() = wanted.clone();
        self.staged.lock().take();
        let (import, handle) = (self.clone(), Handle::current());
        let names = names(&files);
        let looked = tokio::task::spawn_blocking(move || import.look_through(&handle, &files, wanted)).await;
        (self.announce)(Event::Transfer(None));
        match looked.map_err(|panicked| Failure::Unexpected(panicked.to_string()))? {
            Ok((staged, preview)) => {
                *self.staged.lock() = Some(staged);
                Ok(Some(preview))
            }
            Err(problem) => refused(problem, names),
        }
    }

    fn look_through(
        &self,
        handle: &Handle,
        files: &[PathBuf],
        wanted: Wanted,
    ) -> Result<(Staged, ImportPreview), Problem> {
        let staging = Staging::create(&self.data_folder.dir())?;
        let of = files.iter().filter_map(|file| file.metadata().ok()).map(|it| it.len()).sum();
        let progress = Arc::new(Progress { announce: self.announce.clone(), of, done: AtomicI64::new(0) });
        let mut found = Found::new(staging, crate::clock::now(), wanted);
        for file in files.iter().take(MOST_FILES) {
            read_file(file, &mut found, &progress, true)?;
        }
        if found.is_empty() {
            return Err(Problem::Said(match found.has_source() {
                true => ImportProblem::NoChats,
                false => ImportProblem::Unknown,
            }));
        }
        let keys = found.staging.keys()?;
        let mut here = 0;
        let keys: Vec<String> = keys.into_keys().collect();
        for some in keys.chunks(500) {
            here += handle.block_on(self.library.known_chats(some.to_vec()))?.len();
        }
        let preview = found.preview(files.iter().map(|file| name(file)).collect(), count(here));
        Ok((Staged { staging: found.staging, files: names(files) }, preview))
    }

    /// Brings in what was found. `None`: that was cancelled, and nothing came in.
    pub async fn accept(self: &Arc<Self>) -> Result<Option<Imported>, Refusal> {
        let _one = self.one.lock().await;
        let Some(staged) = self.staged.lock().take() else {
            return Ok(None);
        };
        let wanted = Wanted::default();
        *self.wanted.lock() = wanted.clone();
        let id = match self.begin().await {
            Ok(id) => id,
            Err(error) => return refused(Problem::Library(error), staged.files),
        };
        self.under_way.store(id, Ordering::Relaxed);
        let (import, handle) = (self.clone(), Handle::current());
        let names = staged.files.clone();
        let brought =
            tokio::task::spawn_blocking(move || import.bring(&handle, id, &staged.staging, &wanted)).await;
        self.under_way.store(0, Ordering::Relaxed);
        let brought = brought.map_err(|panicked| Failure::Unexpected(panicked.to_string()));
        if !matches!(brought, Ok(Ok(_))) {
            // What the disk does not take back now the next start does.
            let _ = self.sweep().await;
        }
        (self.announce)(Event::Transfer(None));
        match brought? {
            Ok(imported) => Ok(Some(imported)),
            Err(problem) => refused(problem, names),
        }
    }

    /// What an earlier one left, where the disk did not take it back then, must not be taken for chats that are here.
    async fn begin(&self) -> Result<i64, LibraryError> {
        self.sweep().await?;
        self.library.begin_import(crate::clock::now()).await
    }

    /// Ends what is under way, and gives up what was found.
    pub fn cancel(&self) {
        self.wanted.lock().end();
        self.staged.lock().take();
    }

    /// What an app that ended, or a person who cancelled, left half done.
    pub async fn sweep(&self) -> Result<(), LibraryError> {
        let under_way = Some(self.under_way.load(Ordering::Relaxed)).filter(|id| *id != 0);
        let mut has_swept = false;
        while self.library.sweep_imports(under_way).await? {
            has_swept = true;
            self.tell(TransferAct::Cancel, 0, 0);
        }
        if has_swept {
            let library = self.library.clone();
            // What is not given back now is used by the next chats.
            tokio::spawn(async move { library.give_room_back().await });
        }
        Ok(())
    }

    /// At start.
    pub async fn clear(&self) -> Result<(), LibraryError> {
        Staging::remove_left(&self.data_folder.dir());
        self.sweep().await
    }

    fn tell(&self, act: TransferAct, done: usize, of: usize) {
        let view = TransferView { act, done: count(done), of: count(of) };
        (self.announce)(Event::Transfer(Some(view)));
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

fn names(files: &[PathBuf]) -> String {
    files.iter().map(|file| name(file)).collect::<Vec<_>>().join(", ")
}

fn refused<T>(problem: Problem, file: String) -> Result<Option<T>, Refusal> {
    let problem = match problem {
        Problem::Cancelled => return Ok(None),
        Problem::Said(problem) => problem,
        Problem::Library(error) => ImportProblem::Library(error),
    };
    Err(Failure::Import { file, problem }.into())
}

/// `may_name`: it may name packages that lie beside it.
fn read_file(
    path: &Path,
    found: &mut Found,
    progress: &Arc<Progress>,
    may_name: bool,
) -> Result<(), Problem> {
    let open = || File::open(path).map_err(|error| Problem::of_read(&error));
    let mut start = Vec::new();
    open()?.take(4).read_to_end(&mut start).map_err(|error| Problem::of_read(&error))?;
    found.next_file();
    if package::is_package(&start) {
        package::read(path, found)?;
        progress.add(path.metadata().map_or(0, |it| it.len()));
        return Ok(());
    }
    let (before, seen) = (found.count(), found.has_source());
    let source = Watched { source: BufReader::new(open()?), progress };
    read::read(source, found, &mut Files::default())?;
    let is_small = path.metadata().is_ok_and(|it| it.len() <= SMALL);
    if may_name && is_small && found.count() == before && (!found.has_source() || seen) {
        let json = std::fs::read(path).map_err(|error| Problem::of_read(&error))?;
        for name in read::packages(&json) {
            let beside = path.with_file_name(&name);
            match beside.is_file() {
                true => read_file(&beside, found, progress, false)?,
                false => found.leave_out(crate::events::LeftOutWhy::PartMissing, &name),
            }
        }
    }
    Ok(())
}

/// How many bytes of the files are read.
struct Progress {
    announce: Announce,
    of: u64,
    done: AtomicI64,
}

/// Told of no more often than this many bytes.
const STEP: i64 = 2 * 1024 * 1024;

impl Progress {
    fn add(&self, bytes: u64) {
        let bytes = i64::try_from(bytes).unwrap_or_default();
        let before = self.done.fetch_add(bytes, Ordering::Relaxed);
        if before / STEP != (before + bytes) / STEP {
            let of = i64::try_from(self.of).unwrap_or_default();
            let view = TransferView { act: TransferAct::Read, done: (before + bytes).min(of), of };
            (self.announce)(Event::Transfer(Some(view)));
        }
    }
}

struct Watched<'p, R> {
    source: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}
