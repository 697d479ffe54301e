//! The files with certificates that a person added, in a folder of their own. Each is read whole or refused: one that is
//! silently left out would look like a filter that nobody trusts.

use crate::data_folder::DataFolder;
use crate::events::CertificateView;
use crate::library::disk;
use crate::settings::SettingsError;
use parking_lot::Mutex;
use poe::ExtraCa;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The largest file that is taken: a system's whole bundle has a quarter of it.
pub const MOST_BYTES: u64 = 1024 * 1024;

/// The most characters of a file's name.
const MOST_NAME: usize = 80;

/// What a crash leaves behind; see `disk::replace`.
const HALF_WRITTEN: &str = ".new";

pub(super) struct Certificates {
    data_folder: Arc<DataFolder>,
    files: Mutex<BTreeMap<String, ExtraCa>>,
}

impl Certificates {
    /// Files that can't be used are left out and told.
    pub(super) fn read(data_folder: Arc<DataFolder>) -> (Certificates, Vec<SettingsError>) {
        let (mut files, mut failures) = (BTreeMap::new(), Vec::new());
        let folder = data_folder.certificates();
        let names = match names(&folder) {
            Ok(names) => names,
            Err(error) => {
                failures.push(SettingsError::Write(error.to_string()));
                Vec::new()
            }
        };
        for name in names {
            match load(&folder.join(&name)) {
                Ok(parsed) => _ = files.insert(name, parsed),
                Err(error) => failures.push(error),
            }
        }
        let certificates = Certificates { data_folder, files: Mutex::new(files) };
        (certificates, failures)
    }

    pub(super) fn all(&self) -> Vec<ExtraCa> {
        self.files.lock().values().cloned().collect()
    }

    pub(super) fn view(&self) -> Vec<CertificateView> {
        let files = self.files.lock();
        files.iter().map(|(file, parsed)| view(file, parsed)).collect()
    }

    /// On the disk when this returns. Another file of the same name stays.
    pub(super) fn add(&self, name: &str, bytes: &[u8]) -> Result<(), SettingsError> {
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_BYTES {
            return Err(SettingsError::CertificateTooLarge);
        }
        let parsed = ExtraCa::parse(bytes).map_err(SettingsError::Certificate)?;
        let (folder, mut files) = (self.data_folder.certificates(), self.files.lock());
        let mut file = clean(name);
        let mut number = 1;
        while files.contains_key(&file) {
            if std::fs::read(folder.join(&file)).is_ok_and(|known| known == bytes) {
                break;
            }
            number += 1;
            file = format!("{number}-{}", clean(name));
        }
        let write = || {
            disk::create_folder(&folder)?;
            disk::replace(&folder.join(&file), bytes)
        };
        write().map_err(|error| SettingsError::Write(error.to_string()))?;
        files.insert(file, parsed);
        Ok(())
    }

    /// Only what is listed can be removed, so no name leads out of the folder.
    pub(super) fn remove(&self, file: &str) -> Result<(), SettingsError> {
        let mut files = self.files.lock();
        if !files.contains_key(file) {
            return Ok(());
        }
        match std::fs::remove_file(self.data_folder.certificates().join(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(SettingsError::Write(error.to_string()));
            }
            _ => {}
        }
        files.remove(file);
        Ok(())
    }
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.ends_with(HALF_WRITTEN) {
            names.push(name);
        }
    }
    Ok(names)
}

fn load(path: &Path) -> Result<ExtraCa, SettingsError> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    match read {
        Ok(count) if count as u64 > MOST_BYTES => Err(SettingsError::CertificateTooLarge),
        Ok(_) => ExtraCa::parse(&bytes).map_err(SettingsError::Certificate),
        Err(error) => {
            Err(SettingsError::Certificate(poe::Error::new(poe::Kind::InvalidInput, error.to_string())))
        }
    }
}

fn view(file: &str, parsed: &ExtraCa) -> CertificateView {
    let first = parsed.facts().into_iter().next();
    CertificateView {
        file: file.to_owned(),
        count: u32::try_from(parsed.count()).unwrap_or(u32::MAX),
        expires_at: first.as_ref().map(|it| it.not_after_ms),
        subject: first.and_then(|it| it.subject),
    }
}

/// A file's name that means nothing else to any system.
fn clean(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' })
        .take(MOST_NAME)
        .collect();
    let plain = plain.trim_matches(['.', '-']);
    match plain {
        "" => "certificate.pem".to_owned(),
        // Would look half written.
        plain if plain.ends_with(HALF_WRITTEN) => format!("{plain}.pem"),
        plain => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        fn check(name: &str, expected: &str) {
            assert_eq!(clean(name), expected);
        }
        check("company-root.pem", "company-root.pem");
        check("../../etc/passwd", "etc-passwd");
        check("..", "certificate.pem");
        check("", "certificate.pem");
        check("root.new", "root.new.pem");
        check("Société CA.crt", "Soci-t--CA.crt");
        check("a/b\\c:d\0e", "a-b-c-d-e");
        check(&"x".repeat(300), &"x".repeat(MOST_NAME));
    }
}
