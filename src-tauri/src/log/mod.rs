//! The request log: what was asked of Poe, when, and how it ended, so that a failure can be looked into afterwards.
//!
//! A record is handed over without waiting; a thread of its own looks for keys in it (`entry.rs`), keeps the newest in memory
//! (`store.rs`) and appends it to files of bounded size (`files.rs`). What was sent and received is kept only while the person
//! has that switched on, which ends with the app. Nothing that goes wrong here reaches a request.

mod entry;
mod files;
mod page;
mod store;

use crate::data_folder::DataFolder;
use crate::events::{Announce, Event, LogBodies, LogFilter, LogPage, LogView};
use crate::library::disk;
use crate::worker::Worker;
use files::Files;
use parking_lot::Mutex;
use poe::{RequestRecord, Secret};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use store::LogStore;
use time::OffsetDateTime;

/// Why the log could not be written, in the system's words.
#[derive(Clone, Debug)]
pub struct LogError(pub String);

impl From<io::Error> for LogError {
    fn from(error: io::Error) -> LogError {
        LogError(error.to_string())
    }
}

/// More than this waiting to be written means that the disk stands still; their memory is not worth more.
const MOST_WAITING: u32 = 256;

type OnFault = Box<dyn Fn(LogError) + Send + Sync>;

pub struct Log {
    thread: Worker<LogStore>,
    shared: Arc<Shared>,
}

/// What the thread's jobs need besides the store.
struct Shared {
    folder: Arc<DataFolder>,
    keeps_bodies: AtomicBool,
    waiting: AtomicU32,
    missed: AtomicU32,
    has_told: AtomicBool,
    /// As last announced.
    view: Mutex<LogView>,
    announce: Announce,
    on_fault: OnFault,
}

impl Shared {
    fn announce(&self, store: &LogStore) -> LogView {
        let view = LogView {
            bodies: self.keeps_bodies.load(Relaxed),
            missed: self.missed.load(Relaxed),
            folder: self.folder.logs().display().to_string(),
            ..store.view()
        };
        self.view.lock().clone_from(&view);
        (self.announce)(Event::Log(view.clone()));
        view
    }

    /// A disk that is full stays so for many requests; it is told of once.
    fn note(&self, outcome: io::Result<()>) {
        if let Err(error) = outcome
            && !self.has_told.swap(true, Relaxed)
        {
            (self.on_fault)(error.into());
        }
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Log")
    }
}

impl Log {
    /// Begins to read what earlier runs wrote. `on_fault` is called at most once, when the files can't be read or written.
    pub fn open(folder: Arc<DataFolder>, announce: Announce, on_fault: OnFault) -> Log {
        let shared = Arc::new(Shared {
            folder: folder.clone(),
            keeps_bodies: AtomicBool::new(false),
            waiting: AtomicU32::new(0),
            missed: AtomicU32::new(0),
            has_told: AtomicBool::new(false),
            view: Mutex::default(),
            announce,
            on_fault,
        });
        // Without a thread, which only a system at its end refuses, nothing is logged and nothing else is lost.
        let thread = Worker::start("log", LogStore::new(Files::new(folder)));
        let thread = thread.unwrap_or_else(|_| Worker::without_thread());
        thread.tell({
            let shared = shared.clone();
            move |store| {
                shared.note(store.read());
                shared.announce(store);
            }
        });
        Log { thread, shared }
    }

    /// The data folder is another one, where copies of the files may be already: a fault there is told anew.
    pub fn moved(&self) {
        self.shared.has_told.store(false, Relaxed);
        let shared = self.shared.clone();
        self.thread.tell(move |store| {
            shared.announce(store);
        });
    }

    /// Takes what the client tells of a try at this host, and returns at once.
    pub fn record(&self, host: String, mut record: RequestRecord) {
        if !self.keeps_bodies() {
            record.request_body = None;
            record.response_body = None;
        }
        if self.shared.waiting.fetch_add(1, Relaxed) >= MOST_WAITING {
            self.shared.waiting.fetch_sub(1, Relaxed);
            self.shared.missed.fetch_add(1, Relaxed);
            return;
        }
        let shared = self.shared.clone();
        self.thread.tell(move |store| {
            shared.waiting.fetch_sub(1, Relaxed);
            shared.note(store.add(record, host));
            shared.announce(store);
        });
    }

    /// What no entry may hold from here on, besides the key of the client that tells of a try.
    pub fn keep_out(&self, keys: Vec<Secret>) {
        self.thread.tell(move |store| store.keep_out(keys));
    }

    pub fn keeps_bodies(&self) -> bool {
        self.shared.keeps_bodies.load(Relaxed)
    }

    /// Does not wait for the disk.
    pub fn view(&self) -> LogView {
        let view = self.shared.view.lock();
        view.clone()
    }

    pub async fn page(&self, filter: LogFilter) -> LogPage {
        self.thread.ask(move |store| store.page(&filter)).await.unwrap_or_default()
    }

    /// Of an entry in memory.
    pub async fn bodies(&self, id: i64) -> LogBodies {
        self.thread.ask(move |store| store.bodies(id)).await.unwrap_or_default()
    }

    /// Whether what is sent and received is kept, from now on and until the app ends. Clients have to be made anew for it.
    pub async fn keep_bodies(&self, on: bool) -> LogView {
        self.shared.keeps_bodies.store(on, Relaxed);
        let shared = self.shared.clone();
        self.thread.ask(move |store| shared.announce(store)).await.unwrap_or_default()
    }

    /// Deletes everything, or what was sent and received alone.
    pub async fn clear(&self, only_bodies: bool) -> Result<LogView, LogError> {
        let shared = self.shared.clone();
        let cleared = self.thread.ask(move |store| {
            let cleared = if only_bodies { store.forget_bodies() } else { store.clear() };
            let view = shared.announce(store);
            cleared.map(|()| view)
        });
        Ok(cleared.await.ok_or_else(failed)??)
    }

    /// Writes what the files hold into a new one below the data folder, and says which.
    pub async fn export(&self, with_bodies: bool) -> Result<PathBuf, LogError> {
        let name = format!("requests-{}", disk::utc(OffsetDateTime::now_utc()));
        let names = (2..).map(|number| format!("{name}-{number}"));
        let exports = self.shared.folder.exports();
        let mut paths =
            std::iter::once(name.clone()).chain(names).map(|name| exports.join(format!("{name}.jsonl")));
        let to = paths.find(|path| !path.exists()).unwrap_or_default();
        let path = to.clone();
        let exported = self.thread.ask(move |store| store.export(&path, with_bodies));
        exported.await.ok_or_else(failed)??;
        Ok(to)
    }
}

fn failed() -> LogError {
    LogError("the log's thread failed at this".to_owned())
}
