//! Files that only their owner may read, written so that a crash leaves the old or the new one, and damaged ones moved
//! out of the way.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// A damaged file that was moved out of the way, never deleted.
#[derive(Clone, Debug)]
pub struct SetAside {
    pub original: PathBuf,
    pub kept_as: PathBuf,
    pub reason: String,
}

/// Between a file's name and the time at which it was set aside.
pub(crate) const DAMAGED: &str = ".damaged-";

/// Creates a folder for the owner alone. One that exists keeps its permissions: it may not be ours.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Creates one folder for the owner alone; fails where something has this name.
pub(crate) fn create_new_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Copies a file, or a folder with all that is in it. What cannot be read stays behind; what cannot be written is an error.
pub(crate) fn carry(from: &Path, to: &Path) -> io::Result<()> {
    if let Ok(entries) = from.read_dir() {
        create_folder(to)?;
        let mut entries = entries.flatten();
        return entries.try_for_each(|entry| carry(&entry.path(), &to.join(entry.file_name())));
    }
    match fs::read(from) {
        Ok(bytes) => replace(to, &bytes),
        Err(_) => Ok(()),
    }
}

/// For creating files: readable by the owner alone.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes a file's permissions for others away.
#[cfg(unix)]
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))
}

#[cfg(not(unix))]
pub(crate) fn make_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Puts `bytes` in the place of a file: whoever reads it, also after a crash or a power cut, finds all of the old or all
/// of the new.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let next = beside(path, ".new");
    let mut file = private().create(true).truncate(true).open(&next)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&next, path)?;
    sync_folder(path)
}

/// Makes a rename last.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Renames a damaged file, and first the files that belong to it (`-wal`, …), to names with the time in them.
pub(crate) fn set_aside(path: &Path, companions: &[&str], reason: String) -> io::Result<SetAside> {
    let kept_as = free_name(path);
    for companion in companions {
        match fs::rename(beside(path, companion), beside(&kept_as, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(path, &kept_as)?;
    sync_folder(path)?;
    Ok(SetAside { original: path.to_path_buf(), kept_as, reason })
}

/// Where there is no file: the one that was set aside last, by a start that ended before a new one was made and so could
/// not say it.
pub(crate) fn left_aside(path: &Path, companions: &[&str]) -> Option<SetAside> {
    if path.exists() {
        return None;
    }
    let start = format!("{}{DAMAGED}", path.file_name()?.to_str()?);
    let is_file = |name: &str| name.starts_with(&start) && !companions.iter().any(|end| name.ends_with(end));
    let names = path.parent()?.read_dir().ok()?.flatten().map(|entry| entry.file_name());
    let last = names.filter(|name| name.to_str().is_some_and(is_file)).max()?;
    Some(SetAside {
        original: path.to_path_buf(),
        kept_as: path.with_file_name(last),
        reason: "it was set aside at an earlier start".to_owned(),
    })
}

/// Copies a file that stays in use, before what could not be read in it is replaced.
pub(crate) fn copy_aside(path: &Path, bytes: &[u8], reason: String) -> io::Result<SetAside> {
    let kept_as = free_name(path);
    let mut file = private().create_new(true).open(&kept_as)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_folder(path)?;
    Ok(SetAside { original: path.to_path_buf(), kept_as, reason })
}

/// "telltale.db" and "-wal" make "telltale.db-wal".
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

fn free_name(path: &Path) -> PathBuf {
    let first = beside(path, &format!("{DAMAGED}{}", utc(OffsetDateTime::now_utc())));
    let others = (2..).map(|number| beside(&first, &format!(".{number}")));
    std::iter::once(first.clone()).chain(others).find(|name| !name.exists()).unwrap_or(first)
}

/// "20261122T141503Z": sorts by time, and is a file's name on every system.
pub(crate) fn utc(time: OffsetDateTime) -> String {
    let shape = format_description!("[year][month][day]T[hour][minute][second]Z");
    time.format(&shape).unwrap_or_default()
}

/// The time in such a name.
pub(crate) fn from_utc(name: &str) -> Option<OffsetDateTime> {
    let shape = format_description!("[year][month][day]T[hour][minute][second]Z");
    PrimitiveDateTime::parse(name, &shape).ok().map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use super::{from_utc, utc};

    fn check(seconds: i64, expected: &str) {
        let time = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        assert_eq!(utc(time), expected);
        assert_eq!(from_utc(expected), Some(time));
    }

    #[test]
    fn times_in_names() {
        check(0, "19700101T000000Z");
        check(951_827_696, "20000229T123456Z");
        check(951_868_800, "20000301T000000Z");
        check(1_795_361_703, "20261122T153503Z");
        check(4_107_542_399, "21000228T235959Z");
        check(4_107_542_400, "21000301T000000Z");
    }
}
