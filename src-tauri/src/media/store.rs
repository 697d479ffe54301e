//! The files of media, each named by what is in it, so that the same bytes lie there once.

use crate::library::disk;
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;

/// The name under which the bytes lie in the folder from now on.
pub(super) fn put(folder: &Path, ending: &str, bytes: &[u8]) -> io::Result<String> {
    let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{digits}.{ending}");
    let path = folder.join(&name);
    if path.metadata().is_ok_and(|there| there.len() == bytes.len() as u64) {
        return Ok(name);
    }
    disk::create_folder(folder)?;
    disk::replace(&path, bytes)?;
    Ok(name)
}

/// One that is gone already is gone. A name that is none of ours leads to no file.
pub(super) fn remove(folder: &Path, name: &str) -> io::Result<()> {
    if !is_ours(name) {
        return Ok(());
    }
    match std::fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn is_ours(name: &str) -> bool {
    let (digits, ending) = name.split_once('.').unwrap_or((name, ""));
    let is_word = !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_lie_there_once_and_what_nobody_has_goes() {
        let folder = tempfile::tempdir().unwrap();
        let media = folder.path().join("media");
        let one = put(&media, "png", b"one").unwrap();
        assert_eq!(put(&media, "png", b"one").unwrap(), one);
        let other = put(&media, "mp3", b"other").unwrap();
        std::fs::write(media.join("notes.txt"), "mine").unwrap();
        // A write that a crash cut off is made good by the next.
        std::fs::write(media.join(&one), "on").unwrap();
        put(&media, "png", b"one").unwrap();
        assert_eq!(std::fs::read(media.join(&one)).unwrap(), b"one");

        for name in [other.as_str(), other.as_str(), "notes.txt", "../media/notes.txt"] {
            remove(&media, name).unwrap();
        }
        let mut left: Vec<_> = media.read_dir().unwrap().flatten().map(|it| it.file_name()).collect();
        left.sort();
        assert_eq!(left, [one.as_str(), "notes.txt"]);
    }
}
