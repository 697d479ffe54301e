//! Rolling copies of the file of chats: one a day and one before its shape changes, each checked before it counts.

use super::{Library, LibraryError, disk, file};
use parking_lot::Mutex;
use rusqlite::Connection;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// The folder of the copies, beside the file.
pub(super) const FOLDER: &str = "backups";
/// How many are kept.
const KEPT: usize = 7;
const DAY: i64 = 86_400_000;

const START: &str = "telltale-";
const END: &str = ".db";
/// One that is being written, or that a crash left half-written.
const PART: &str = "unfinished.part";

/// A copy of the file of chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFile {
    /// The name of its file.
    pub id: String,
    pub at: i64,
    /// Bytes.
    pub size: i64,
    pub state: BackupState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupState {
    Good,
    Damaged,
    /// Made by a later version of the app.
    Newer,
}

/// The backups of one file.
pub(super) struct Backups {
    /// None while the chats are in memory only.
    path: Mutex<Option<PathBuf>>,
    /// One is made or restored at a time.
    at_work: Mutex<()>,
    newest_good: Mutex<Option<BackupFile>>,
}

impl Backups {
    pub(super) fn new(path: Option<&Path>) -> Backups {
        Backups {
            path: Mutex::new(path.map(Path::to_path_buf)),
            at_work: Mutex::default(),
            newest_good: Mutex::default(),
        }
    }

    /// From now on those beside this file. The ones that there were stay where they are.
    pub(super) fn move_to(&self, path: &Path) {
        *self.path.lock() = Some(path.to_path_buf());
        *self.newest_good.lock() = None;
    }

    pub(super) fn path(&self) -> Result<PathBuf, LibraryError> {
        let nowhere = || LibraryError::Io("the chats of this session are in memory only".to_owned());
        self.path.lock().clone().ok_or_else(nowhere)
    }

    /// All of them, each read through, the newest first.
    pub(super) fn all(&self) -> Result<Vec<BackupFile>, LibraryError> {
        let Ok(path) = self.path() else {
            return Ok(Vec::new());
        };
        let backups = examined(&path)?;
        *self.newest_good.lock() = newest_good(&backups).cloned();
        Ok(backups)
    }

    /// As of the last look.
    pub(super) fn newest_good(&self) -> Option<BackupFile> {
        self.newest_good.lock().clone()
    }

    /// Through a connection of its own, so that nobody waits for it.
    pub(super) fn make(&self, now: i64) -> Result<BackupFile, LibraryError> {
        self.one_at_a_time(|path| {
            let backup = make(&file::read_only(path)?, &folder(path), now)?;
            *self.newest_good.lock() = Some(backup.clone());
            Ok(backup)
        })
    }

    /// Work on the backups of this file, while no other is done.
    pub(super) fn one_at_a_time<T>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let _one = self.at_work.lock();
        work(&self.path()?)
    }

    /// Where the last one is a day old and there is something to keep.
    pub(super) fn make_if_due(&self, now: i64) -> Result<Option<BackupFile>, LibraryError> {
        let Ok(path) = self.path() else {
            return Ok(None);
        };
        let newest = listed(&folder(&path))?.first().map(|(_, at)| *at);
        if !is_due(newest, now) || !has_messages(&file::read_only(&path)?)? {
            return Ok(None);
        }
        self.make(now).map(Some)
    }
}

impl Library {
    /// All backups, the newest first, each read through.
    pub async fn backups(&self) -> Result<Vec<BackupFile>, LibraryError> {
        self.beside(|backups| backups.all()).await
    }

    /// The newest backup that can be restored, as of the last look at them.
    pub fn good_backup(&self) -> Option<BackupFile> {
        self.backups.newest_good()
    }

    pub async fn back_up(&self, now: i64) -> Result<BackupFile, LibraryError> {
        self.beside(move |backups| backups.make(now)).await
    }

    /// Where the last one is a day old and there is something to keep.
    pub async fn back_up_if_due(&self, now: i64) -> Result<Option<BackupFile>, LibraryError> {
        self.beside(move |backups| backups.make_if_due(now)).await
    }

    /// Work beside the library, on a thread of its own: the library goes on meanwhile.
    pub(super) async fn beside<T, F>(&self, work: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&Backups) -> Result<T, LibraryError> + Send + 'static,
    {
        let backups = self.backups.clone();
        tokio::task::spawn_blocking(move || work(&backups))
            .await
            .map_err(|error| LibraryError::Io(error.to_string()))?
    }
}

/// Beside the file itself.
pub(super) fn folder(library: &Path) -> PathBuf {
    library.with_file_name(FOLDER)
}

/// Writes a copy of what `connection` sees, checks it, and only then gives it a name that counts.
pub(super) fn make(connection: &Connection, folder: &Path, now: i64) -> Result<BackupFile, LibraryError> {
    disk::create_folder(folder)?;
    let part = folder.join(PART);
    let made = file::write(connection, &part).and_then(|()| {
        let newest = listed(folder)?.first().map(|(_, at)| *at);
        let at = next_time(newest, now);
        let path = folder.join(format!("{START}{}{END}", disk::utc(time_at(at))));
        fs::rename(&part, &path)?;
        disk::sync_folder(&path)?;
        look_at(&path, at)
    });
    if made.is_err() {
        // It may be what fills the disk.
        let _ = fs::remove_file(&part);
    } else {
        prune(folder)?;
    }
    made
}

pub(super) fn has_messages(connection: &Connection) -> Result<bool, LibraryError> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM messages)", [], |row| row.get(0))?)
}

fn prune(folder: &Path) -> Result<(), LibraryError> {
    for (name, _) in listed(folder)?.iter().skip(KEPT) {
        fs::remove_file(folder.join(name))?;
    }
    Ok(())
}

/// Names and times of the finished ones, the newest first.
pub(super) fn listed(folder: &Path) -> Result<Vec<(String, i64)>, LibraryError> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found: Vec<(String, i64)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let at = time_of(&name)?;
            Some((name, at))
        })
        .collect();
    found.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    Ok(found)
}

fn examined(library: &Path) -> Result<Vec<BackupFile>, LibraryError> {
    let folder = folder(library);
    let names = listed(&folder)?;
    names.into_iter().map(|(name, at)| look_at(&folder.join(name), at)).collect()
}

fn look_at(path: &Path, at: i64) -> Result<BackupFile, LibraryError> {
    let state = match file::examine(path) {
        Ok(()) => BackupState::Good,
        Err(LibraryError::Newer { .. }) => BackupState::Newer,
        Err(_) => BackupState::Damaged,
    };
    Ok(BackupFile {
        id: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        at,
        size: i64::try_from(fs::metadata(path)?.len()).unwrap_or(i64::MAX),
        state,
    })
}

fn newest_good(backups: &[BackupFile]) -> Option<&BackupFile> {
    backups.iter().find(|backup| backup.state == BackupState::Good)
}

/// A clock that was set back must not put the next one off for long.
fn is_due(newest: Option<i64>, now: i64) -> bool {
    newest.is_none_or(|at| (now - at).abs() >= DAY)
}

/// Names tell whole seconds, and the newest has the last one.
fn next_time(newest: Option<i64>, now: i64) -> i64 {
    let at = now - now.rem_euclid(1000);
    match newest {
        Some(newest) if (0..60_000).contains(&(newest - at)) => newest + 1000,
        _ => at,
    }
}

fn time_at(at: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn time_of(name: &str) -> Option<i64> {
    let time = disk::from_utc(name.strip_prefix(START)?.strip_suffix(END)?)?;
    Some(time.unix_timestamp() * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_day() {
        fn check(newest: Option<i64>, now: i64, expected: bool) {
            assert_eq!(is_due(newest, now), expected, "{newest:?} {now}");
        }
        check(None, 0, true);
        check(Some(0), DAY - 1, false);
        check(Some(0), DAY, true);
        check(Some(DAY), DAY, false);
        // Made while the clock was ahead.
        check(Some(5 * DAY), 0, true);
        check(Some(DAY / 2), 0, false);
    }

    #[test]
    fn each_has_a_name_of_its_own() {
        fn check(newest: Option<i64>, now: i64, expected: i64) {
            assert_eq!(next_time(newest, now), expected, "{newest:?} {now}");
        }
        check(None, 12_345, 12_000);
        check(Some(11_000), 12_345, 12_000);
        check(Some(12_000), 12_345, 13_000);
        check(Some(14_000), 12_345, 15_000);
        // Made while the clock was far ahead.
        check(Some(DAY), 12_345, 12_000);
    }

    #[test]
    fn names() {
        fn check(name: &str, expected: Option<i64>) {
            assert_eq!(time_of(name), expected, "{name}");
        }
        check("telltale-20261122T153503Z.db", Some(1_795_361_703_000));
        check("telltale-20261122T153503Z.db-wal", None);
        check("telltale-20261322T153503Z.db", None);
        check("../telltale-20261122T153503Z.db", None);
        check("unfinished.part", None);
        check("", None);
    }
}
