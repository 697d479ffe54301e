//! Files that messages name: those that lie in the same package come along, and of the others the message says that they are
//! missing.

use super::found::Found;
use super::problem::Problem;
use crate::events::{LARGEST_FILE, LeftOutWhy};
use crate::library::ArchivedMessage;
use crate::words::archive as words;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use zip::ZipArchive;

/// What lies beside the chats, by the names of it; nothing where they came as one file.
#[derive(Default)]
pub(super) struct Files {
    package: Option<Package>,
}

struct Package {
    archive: ZipArchive<BufReader<File>>,
    /// By what a name begins with, before its first dash or dot behind the number, and by the whole name.
    places: HashMap<String, usize>,
    /// Bytes that may still be taken out of it.
    left: u64,
}

/// Of all files of one package.
const MOST: u64 = 4 * 1024 * 1024 * 1024;

impl Files {
    pub(super) fn of(archive: ZipArchive<BufReader<File>>) -> Files {
        let mut places = HashMap::new();
        for at in 0..archive.len() {
            let Some(name) = archive.name_for_index(at) else { continue };
            let name = name.rsplit('/').next().unwrap_or_default();
            places.entry(name.to_owned()).or_insert(at);
            // "file-abc-picture.png", "file_0123-….png", "file-abc.png".
            let stem = name.split('.').next().unwrap_or_default();
            places.entry(stem.to_owned()).or_insert(at);
            for (dash, _) in stem.match_indices('-').skip(1).take(1) {
                places.entry(stem[..dash].to_owned()).or_insert(at);
            }
            for (dash, _) in stem.match_indices('-').take(1).filter(|_| stem.starts_with("file_")) {
                places.entry(stem[..dash].to_owned()).or_insert(at);
            }
        }
        Files { package: Some(Package { archive, places, left: MOST }) }
    }

    /// Puts the file of this number, or else of this name, into the message.
    pub(super) fn put(
        &mut self,
        id: &str,
        name: &str,
        message: &mut ArchivedMessage,
        found: &mut Found,
    ) -> Result<(), Problem> {
        let bytes = [id, name].into_iter().filter(|it| !it.is_empty()).find_map(|it| self.read(it));
        let shown = if name.is_empty() { id } else { name };
        match bytes {
            Some(bytes) => message.files.extend(found.file(shown, &bytes)?),
            None => missing(name, message, found),
        }
        Ok(())
    }

    fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        let package = self.package.as_mut()?;
        let at = *package.places.get(name)?;
        let file = package.archive.by_index(at).ok()?;
        // What it says of its size is not believed.
        let mut bytes = Vec::new();
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).ok()?;
        package.left = package.left.checked_sub(bytes.len() as u64)?;
        Some(bytes)
    }
}

/// A file that is named, and that nobody has.
pub(super) fn missing(name: &str, message: &mut ArchivedMessage, found: &mut Found) {
    let name = if name.is_empty() { String::new() } else { crate::chat::plain_name(name) };
    found.leave_out(LeftOutWhy::FileNotInFile, &name);
    if !message.text.is_empty() {
        message.text.push_str("\n\n");
    }
    message.text.push_str(&words::file_missing(&name));
}
