//! The log on disk: `requests.jsonl` grows to a limit, then becomes `requests.1.jsonl`, and so on; the oldest goes.
//! Whatever a crash left behind can be read: a line that is no entry is passed over.

use super::entry::Kept;
use crate::data_folder::DataFolder;
use crate::library::disk;
use poe::KeyFragments;
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The current file and four older ones: 5 MiB at most.
const FILES: usize = 5;
const MAX_FILE: u64 = 1024 * 1024;

pub(super) struct Files {
    folder: Arc<DataFolder>,
    max_file: u64,
}

impl Files {
    pub(super) fn new(folder: Arc<DataFolder>) -> Files {
        Files { folder, max_file: MAX_FILE }
    }

    /// The newest entries that can be read, the newest last, and whether any entry, old ones included, has bodies. Files that
    /// no rotation would reach are removed.
    pub(super) fn read(&self, most: usize) -> io::Result<(VecDeque<Kept>, bool)> {
        self.sweep()?;
        let mut newest = VecDeque::new();
        let mut has_bodies = false;
        for number in 0..FILES {
            let path = self.path(number);
            if is_file(&path) {
                disk::make_private(&path)?;
            }
            for kept in entries(&path)?.into_iter().rev() {
                has_bodies |= kept.entry.has_bodies;
                if newest.len() < most {
                    newest.push_front(kept);
                }
            }
        }
        Ok((newest, has_bodies))
    }

    /// The file is opened for each line: requests are rare beside what a disk can do, and a file that somebody removed comes
    /// back.
    pub(super) fn append(&self, kept: &Kept) -> io::Result<()> {
        let line = line(kept)?;
        disk::create_folder(&self.folder.logs())?;
        let path = self.path(0);
        let length = match fs::metadata(&path) {
            Ok(found) => found.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        if length > 0 && length + line.len() as u64 > self.max_file {
            self.rotate()?;
        } else if length > 0 && !ends_a_line(&path)? {
            // A crash, or a full disk, left a piece.
            disk::private().append(true).open(&path)?.write_all(b"\n")?;
        }
        let mut file = disk::private().append(true).create(true).open(&path)?;
        file.write_all(&line)
    }

    pub(super) fn clear(&self) -> io::Result<()> {
        self.sweep()?;
        (0..FILES).try_for_each(|number| remove(&self.path(number)))
    }

    /// Takes the bodies out of all files, and lines that can't be read, which may be pieces of bodies.
    pub(super) fn forget_bodies(&self) -> io::Result<()> {
        for number in 0..FILES {
            let path = self.path(number);
            if !is_file(&path) {
                continue;
            }
            let mut bytes = Vec::new();
            for mut kept in entries(&path)? {
                kept.forget_bodies();
                bytes.extend(line(&kept)?);
            }
            disk::replace(&path, &bytes)?;
        }
        Ok(())
    }

    /// Writes everything into one new file, the oldest first, after a second look for keys.
    pub(super) fn export(&self, to: &Path, with_bodies: bool, keys: &KeyFragments) -> io::Result<()> {
        if let Some(folder) = to.parent() {
            disk::create_folder(folder)?;
        }
        let mut file = disk::private().create_new(true).open(to)?;
        for number in (0..FILES).rev() {
            for mut kept in entries(&self.path(number))? {
                if !with_bodies {
                    kept.forget_bodies();
                }
                kept.redact(keys);
                file.write_all(&line(&kept)?)?;
            }
        }
        file.sync_all()
    }

    fn rotate(&self) -> io::Result<()> {
        remove(&self.path(FILES - 1))?;
        for number in (0..FILES - 1).rev() {
            match fs::rename(self.path(number), self.path(number + 1)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes what is ours by its name and not in the count: of a version that kept more, or half written.
    fn sweep(&self) -> io::Result<()> {
        let folder = match self.folder.logs().read_dir() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            folder => folder?,
        };
        let counted: Vec<PathBuf> = (0..FILES).map(|number| self.path(number)).collect();
        for path in folder.flatten().map(|entry| entry.path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_ours =
                name.starts_with("requests.") && (name.ends_with(".jsonl") || name.ends_with(".new"));
            if is_ours && !counted.contains(&path) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.logs().join(match number {
            0 => "requests.jsonl".to_owned(),
            _ => format!("requests.{number}.jsonl"),
        })
    }
}

fn line(kept: &Kept) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(kept)?;
    line.push(b'\n');
    Ok(line)
}

/// Those of a file that can be read.
fn entries(path: &Path) -> io::Result<Vec<Kept>> {
    if !is_file(path) {
        return Ok(Vec::new());
    }
    let mut bytes = Vec::new();
    // Somebody else may have made it large.
    File::open(path)?.take(4 * MAX_FILE).read_to_end(&mut bytes)?;
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file())
}

fn ends_a_line(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
