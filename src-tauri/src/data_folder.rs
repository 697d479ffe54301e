//! The folder where everything that the app writes lies: which one, who decided that, what lies where in it, and that one app
//! alone uses it. Every room shares it and asks it when it opens a file, so a move is one value that changes.
//!
//! A choice is remembered outside of that folder, which may be the one that cannot be written. Whoever sets the folder from
//! outside (`TELLTALE_DATA_DIR`) is told that everything lies below it, so then nothing is remembered and no other is taken.

mod cloud;
mod contents;
mod deletion;

pub use cloud::synced_by;
pub use deletion::Deleted;

use crate::events::DataPart;
use crate::library::{self, disk};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The name of the folder that is made inside of a chosen one.
const OURS: &str = "Telltale";

const SETTINGS: &str = "settings.json";
const ACCOUNTS: &str = "accounts.json";
const CERTIFICATES: &str = "certificates";
const LOGS: &str = "logs";
const MODELS: &str = "models";
const MEDIA: &str = "media";
const EXPORTS: &str = "exports";
const PRINTED: &str = "print";

/// What moves along besides the chats. Backups, exports and damaged files stay in the old folder.
pub const CARRIED: &[&str] = &[SETTINGS, ACCOUNTS, CERTIFICATES, LOGS, MODELS, MEDIA];

/// Held by the app that uses the folder.
const LOCK: &str = "in-use";

type OnLock = Box<dyn Fn(&Path) + Send + Sync>;

pub struct DataFolder {
    /// Where the choice is remembered; none where the folder is set from outside.
    memory: Option<PathBuf>,
    /// The one that is used where none was chosen.
    usual: PathBuf,
    /// A remembered folder that is not there.
    missing: Option<PathBuf>,
    now: Mutex<Now>,
    /// Told of each folder that is held from then on.
    on_lock: Option<OnLock>,
}

struct Now {
    dir: PathBuf,
    /// As long as the file is open, no second app gets its lock.
    held: Option<File>,
}

/// Another copy of the app uses the folder.
#[derive(Debug)]
pub struct InUse;

impl DataFolder {
    /// Set from outside.
    pub fn fixed(dir: PathBuf) -> DataFolder {
        DataFolder::at(dir.clone(), dir, None, None)
    }

    /// The one that was chosen, or the usual one. A chosen one that is gone (a disk that is not connected) is not made anew:
    /// its chats would seem lost.
    pub fn remembered(usual: PathBuf, memory: PathBuf) -> DataFolder {
        let chosen = std::fs::read_to_string(&memory).ok().map(PathBuf::from);
        match chosen.filter(|dir| dir.is_absolute()) {
            Some(dir) if dir.is_dir() => DataFolder::at(dir, usual, Some(memory), None),
            missing => DataFolder::at(usual.clone(), usual, Some(memory), missing),
        }
    }

    fn at(dir: PathBuf, usual: PathBuf, memory: Option<PathBuf>, missing: Option<PathBuf>) -> DataFolder {
        DataFolder { memory, usual, missing, now: Mutex::new(Now { dir, held: None }), on_lock: None }
    }

    /// A second start knocks there.
    pub fn on_second_start(self, on_lock: impl Fn(&Path) + Send + Sync + 'static) -> DataFolder {
        DataFolder { on_lock: Some(Box::new(on_lock)), ..self }
    }

    pub fn dir(&self) -> PathBuf {
        self.now.lock().dir.clone()
    }

    pub fn settings(&self) -> PathBuf {
        self.dir().join(SETTINGS)
    }

    pub fn accounts(&self) -> PathBuf {
        self.dir().join(ACCOUNTS)
    }

    pub fn chats(&self) -> PathBuf {
        self.dir().join(library::FILE)
    }

    /// Authorities that a person added.
    pub fn certificates(&self) -> PathBuf {
        self.dir().join(CERTIFICATES)
    }

    pub fn logs(&self) -> PathBuf {
        self.dir().join(LOGS)
    }

    /// What Poe last listed.
    pub fn models(&self) -> PathBuf {
        self.dir().join(MODELS)
    }

    /// Pictures, sounds and films of answers.
    pub fn media(&self) -> PathBuf {
        self.dir().join(MEDIA)
    }

    pub fn exports(&self) -> PathBuf {
        self.dir().join(EXPORTS)
    }

    /// Pages that a browser is to print.
    pub fn printed(&self) -> PathBuf {
        self.dir().join(PRINTED)
    }

    /// Bytes of each part of what lies in it.
    pub fn sizes(&self) -> io::Result<BTreeMap<DataPart, u64>> {
        contents::sizes(&self.dir())
    }

    /// The usual folder, where another was chosen and chats of before still lie there.
    pub fn moved_from(&self) -> Option<&Path> {
        let holds_chats = self.usual != self.dir() && self.usual.join(library::FILE).exists();
        holds_chats.then_some(&*self.usual)
    }

    pub fn is_fixed(&self) -> bool {
        self.memory.is_none()
    }

    pub fn missing(&self) -> Option<&Path> {
        self.missing.as_deref()
    }

    /// Two copies of the app on one folder would each call the other's running answers interrupted. A folder that cannot be
    /// written is used all the same: what fails there is told where it fails.
    pub fn lock(&self) -> Result<(), InUse> {
        let mut now = self.now.lock();
        // Only this person may read it; refused for a folder of somebody else.
        let _ = disk::create_folder(&now.dir).and_then(|()| disk::make_private(&now.dir));
        now.held = lock_file(&now.dir)?;
        self.tell(&now.dir);
        Ok(())
    }

    /// Another start may use it from now on: this app is about to end.
    pub fn release(&self) {
        self.now.lock().held = None;
    }

    /// A new folder of our own inside of a chosen one, so that nothing there is touched. It can be written.
    pub fn prepare(&self, chosen: &Path) -> io::Result<PathBuf> {
        let chosen = std::path::absolute(chosen)?;
        let names = (2..).map(|number| format!("{OURS} {number}"));
        for name in std::iter::once(OURS.to_owned()).chain(names) {
            let dir = chosen.join(name);
            match disk::create_new_folder(&dir) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| dir),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Uses this folder from now on, and at later starts where that could be remembered.
    pub fn move_to(&self, dir: PathBuf) -> io::Result<()> {
        // Made a moment ago, so nobody else holds it.
        let held = lock_file(&dir).ok().flatten();
        let remembered = match (&self.memory, dir.to_str()) {
            (Some(memory), Some(text)) => remember(memory, text),
            _ => Err(io::ErrorKind::Unsupported.into()),
        };
        self.tell(&dir);
        *self.now.lock() = Now { dir, held };
        remembered
    }

    fn tell(&self, dir: &Path) {
        if let Some(on_lock) = &self.on_lock {
            on_lock(dir);
        }
    }
}

/// `None` where nothing can be locked: a folder that cannot be written, or a file system without locks.
fn lock_file(dir: &Path) -> Result<Option<File>, InUse> {
    let path = dir.join(LOCK);
    let file = disk::private().create(true).truncate(false).open(&path);
    let Ok(file) = file.or_else(|_| File::open(&path)) else {
        return Ok(None);
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(InUse),
        Err(TryLockError::Error(_)) => Ok(None),
        Ok(()) => Ok(Some(file)),
    }
}

fn remember(memory: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = memory.parent() {
        disk::create_folder(folder)?;
    }
    disk::replace(memory, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_lasts_and_one_that_is_gone_is_told_and_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (usual, memory) = (folder.path().join("usual"), folder.path().join("config/data-folder"));
        let open = || DataFolder::remembered(usual.clone(), memory.clone());
        let folder_in_use = open();
        assert_eq!((folder_in_use.dir(), folder_in_use.is_fixed()), (usual.clone(), false));

        let chosen = folder_in_use.prepare(folder.path()).unwrap();
        assert_eq!(chosen, folder.path().join("Telltale"));
        folder_in_use.move_to(chosen.clone()).unwrap();
        assert_eq!(folder_in_use.dir(), chosen);
        assert_eq!(open().dir(), chosen);
        assert_eq!(open().prepare(folder.path()).unwrap(), folder.path().join("Telltale 2"));

        std::fs::remove_dir_all(&chosen).unwrap();
        let folder_in_use = open();
        assert_eq!((folder_in_use.dir(), folder_in_use.missing()), (usual.clone(), Some(chosen.as_path())));
        assert!(!chosen.exists());

        for nonsense in ["", "relative/path", "\u{0}"] {
            std::fs::write(&memory, nonsense).unwrap();
            assert_eq!((open().dir(), open().missing()), (usual.clone(), None), "{nonsense:?}");
        }
    }

    #[test]
    fn one_app_holds_a_folder_also_after_it_has_moved_there() {
        let folder = tempfile::tempdir().unwrap();
        let open = |dir: &Path| DataFolder::fixed(dir.to_owned());
        let usual = folder.path().join("usual");
        let first = DataFolder::remembered(usual.clone(), folder.path().join("memory"));
        first.lock().unwrap();
        open(&usual).lock().unwrap_err();
        let chosen = first.prepare(folder.path()).unwrap();
        first.move_to(chosen.clone()).unwrap();
        open(&chosen).lock().unwrap_err();
        open(&usual).lock().unwrap();
        drop(first);
        open(&chosen).lock().unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_not_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a file");
        std::fs::write(&file, "").unwrap();
        DataFolder::fixed(file.join("below")).lock().unwrap();
        let folder_in_use = DataFolder::remembered(file.join("below"), file.join("memory"));
        folder_in_use.prepare(&file).unwrap_err();
        let chosen = folder_in_use.prepare(folder.path()).unwrap();
        folder_in_use.move_to(chosen.clone()).unwrap_err();
        assert_eq!(folder_in_use.dir(), chosen, "for this run");
    }
}
