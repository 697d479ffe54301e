//! What lies in the data folder: whose part each file is, by its name, how much the parts take, and all of it away. What somebody
//! else put there is neither counted nor touched.

use super::{ACCOUNTS, CERTIFICATES, EXPORTS, LOGS, MEDIA, MODELS, PRINTED, SETTINGS};
use crate::events::DataPart;
use crate::library::{self, disk};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// The first that a name begins with is meant.
const PARTS: &[(&str, DataPart)] = &[
    (library::SEARCH_FILE, DataPart::SearchIndex),
    (library::FILE, DataPart::Chats),
    (library::STAGING_FILE, DataPart::Chats),
    (library::BACKUPS, DataPart::Backups),
    (MEDIA, DataPart::Media),
    (LOGS, DataPart::RequestLog),
    (EXPORTS, DataPart::Exports),
    (PRINTED, DataPart::Exports),
    (SETTINGS, DataPart::Settings),
    (ACCOUNTS, DataPart::Settings),
    (CERTIFICATES, DataPart::Settings),
    (MODELS, DataPart::Settings),
];

/// What a file's name may end with while it is used, and after a crash.
const BESIDE: &[&str] = &["", "-wal", "-shm", "-journal", ".new", ".restored", ".probe", ".whole"];

/// Windows deletes no file that the app of before, which is about to end, still has open.
const TRIES: u32 = if cfg!(windows) { 20 } else { 1 };
const PAUSE: Duration = Duration::from_millis(100);

/// `None`: it is not ours, or holds nothing that is a person's.
fn part(name: &str) -> Option<DataPart> {
    let (base, part) = PARTS.iter().find(|(base, _)| name.starts_with(base))?;
    let rest = &name[base.len()..];
    if rest.starts_with(disk::DAMAGED) {
        return Some(DataPart::SetAside);
    }
    BESIDE.contains(&rest).then_some(*part)
}

fn parts(dir: &Path) -> io::Result<Vec<(PathBuf, DataPart)>> {
    let entries = match dir.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let ours = entries.flatten().filter_map(|entry| {
        let part = part(entry.file_name().to_str()?)?;
        Some((entry.path(), part))
    });
    Ok(ours.collect())
}

/// Bytes of each part.
pub(super) fn sizes(dir: &Path) -> io::Result<BTreeMap<DataPart, u64>> {
    let mut sizes = BTreeMap::new();
    for (path, part) in parts(dir)? {
        *sizes.entry(part).or_default() += size(&path);
    }
    Ok(sizes)
}

/// What is gone by the time that it is looked at takes nothing.
fn size(path: &Path) -> u64 {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => {
            let entries = path.read_dir().into_iter().flatten().flatten();
            entries.map(|entry| size(&entry.path())).sum()
        }
        found => found.as_ref().map_or(0, Metadata::len),
    }
}

/// Deletes every part. Returns what is still there, and why.
pub(super) fn delete(dir: &Path) -> Vec<(PathBuf, io::Error)> {
    let parts = match parts(dir) {
        Err(error) => return vec![(dir.to_owned(), error)],
        Ok(parts) => parts,
    };
    let left = parts.into_iter().filter_map(|(path, _)| {
        let error = remove(&path).err()?;
        Some((path, error))
    });
    left.collect()
}

fn remove(path: &Path) -> io::Result<()> {
    let mut tries = 1;
    loop {
        let removed = match fs::symlink_metadata(path) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(path),
            _ => fs::remove_file(path),
        };
        match removed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(_) if tries < TRIES => {
                tries += 1;
                thread::sleep(PAUSE);
            }
            removed => return removed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_some_part_and_a_strangers_is_none() {
        fn check(name: &str, expected: Option<DataPart>) {
            assert_eq!(part(name), expected, "{name}");
        }
        check("telltale.db", Some(DataPart::Chats));
        check("telltale.db-wal", Some(DataPart::Chats));
        check("telltale.db.restored", Some(DataPart::Chats));
        check("telltale.db.search", Some(DataPart::SearchIndex));
        check("telltale.db.search-shm", Some(DataPart::SearchIndex));
        check("telltale.db.damaged-20261122T141503Z", Some(DataPart::SetAside));
        check("telltale.db.damaged-20261122T141503Z-wal", Some(DataPart::SetAside));
        check("settings.json.damaged-20261122T141503Z.2", Some(DataPart::SetAside));
        check("import.db", Some(DataPart::Chats));
        check("backups", Some(DataPart::Backups));
        check("media", Some(DataPart::Media));
        check("logs", Some(DataPart::RequestLog));
        check("exports", Some(DataPart::Exports));
        check("print", Some(DataPart::Exports));
        check("settings.json", Some(DataPart::Settings));
        check("accounts.json.new", Some(DataPart::Settings));
        check("certificates", Some(DataPart::Settings));
        check("models", Some(DataPart::Settings));
        for strange in ["in-use", "front", "telltale.db.gz", "logs of mine", "models.csv", "notes.txt", ""] {
            check(strange, None);
        }
    }
}
