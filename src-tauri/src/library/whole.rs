//! Whether the file is whole. Reading all of it takes seconds once it is large, so a start goes by a note that the app left beside the
//! file when it last closed it, and reads it through behind. Whatever else was done to the file since, a crash or another program,
//! makes the note worthless, and the file is read through first.

use super::{Library, LibraryError, disk, file};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

const NOTE: &str = ".whole";
/// Milliseconds: a file that was not read through for a week is.
const GOOD_FOR: i64 = 7 * 86_400_000;

/// The file as it was left, which any change to it changes.
#[derive(PartialEq, Serialize, Deserialize)]
struct Note {
    size: u64,
    /// Nanoseconds.
    modified: u128,
    /// Milliseconds: when it was last read through.
    checked_at: i64,
}

/// When it was last found whole, where nothing was done to it since it was closed.
pub(super) fn checked_at(path: &Path, now: i64) -> Option<i64> {
    let note: Note = serde_json::from_slice(&fs::read(disk::beside(path, NOTE)).ok()?).ok()?;
    let is_recent = (0..GOOD_FOR).contains(&(now - note.checked_at));
    (is_recent && note_of(path, note.checked_at)? == note).then_some(note.checked_at)
}

/// `None`: it cannot be told by its size and time, since its log holds more.
fn note_of(path: &Path, checked_at: i64) -> Option<Note> {
    if fs::metadata(disk::beside(path, "-wal")).is_ok_and(|log| log.len() > 0) {
        return None;
    }
    let found = fs::metadata(path).ok()?;
    let modified = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(Note { size: found.len(), modified, checked_at })
}

impl Library {
    /// Reads all of the file, beside everything else. What is damaged is set aside by the next start.
    pub async fn check(&self, now: i64) -> Result<(), LibraryError> {
        let found = self.read_aside(file::check).await;
        match found {
            Ok(()) => *self.checked_at.lock() = Some(now),
            Err(LibraryError::Damaged(_)) => *self.checked_at.lock() = None,
            // It could not be read now, which says nothing of it.
            Err(_) => {}
        }
        found
    }

    /// Notes that the file was left whole, as the last that is done with it.
    pub async fn leave(&self) -> Result<(), LibraryError> {
        let checked_at = *self.checked_at.lock();
        self.run(move |connection| {
            let Some(path) = connection.path().filter(|path| !path.is_empty()).map(Path::new) else {
                return Ok(());
            };
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            let place = disk::beside(path, NOTE);
            let Some(note) = checked_at.and_then(|at| note_of(path, at)) else {
                return match fs::remove_file(place) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
                    _ => Ok(()),
                };
            };
            let note = serde_json::to_vec(&note).map_err(|e| LibraryError::Io(e.to_string()))?;
            Ok(disk::replace(&place, &note)?)
        })
        .await
    }
}
