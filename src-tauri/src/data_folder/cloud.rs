//! Programs that copy a folder to other computers while it is used, told by what they call their folder and what they leave in it.
//! SQLite's files are several that belong together, which such a program copies one by one.

use crate::events::CloudDrive;
use std::path::Path;

/// The names of their folders, whatever comes behind a `*`.
const NAMES: &[(&str, CloudDrive)] = &[
    ("Dropbox", CloudDrive::Dropbox),
    // "Dropbox (Personal)", "OneDrive - Company"; macOS keeps "OneDrive-Personal" and "GoogleDrive-me@example.com".
    ("Dropbox (*", CloudDrive::Dropbox),
    ("OneDrive", CloudDrive::OneDrive),
    ("OneDrive - *", CloudDrive::OneDrive),
    ("OneDrive-*", CloudDrive::OneDrive),
    ("Google Drive", CloudDrive::GoogleDrive),
    ("GoogleDrive-*", CloudDrive::GoogleDrive),
    // GNOME's own.
    ("google-drive:*", CloudDrive::GoogleDrive),
    ("iCloud Drive", CloudDrive::ICloudDrive),
    ("iCloudDrive", CloudDrive::ICloudDrive),
    ("com~apple~CloudDocs", CloudDrive::ICloudDrive),
    ("Nextcloud", CloudDrive::Nextcloud),
    ("pCloudDrive", CloudDrive::PCloud),
    ("pCloud Drive", CloudDrive::PCloud),
];

/// What they leave in it.
const LEFT: &[(&str, CloudDrive)] = &[
    (".dropbox", CloudDrive::Dropbox),
    (".dropbox.cache", CloudDrive::Dropbox),
    (".shortcut-targets-by-id", CloudDrive::GoogleDrive),
    (".tmp.drivedownload", CloudDrive::GoogleDrive),
    (".nextcloudsync.log", CloudDrive::Nextcloud),
    (".owncloudsync.log", CloudDrive::Nextcloud),
    (".stfolder", CloudDrive::Syncthing),
];

/// Which of them syncs this folder, as far as can be told. `is_there`: whether a path exists.
pub fn synced_by(folder: &Path, is_there: impl Fn(&Path) -> bool) -> Option<CloudDrive> {
    folder.ancestors().find_map(|above| {
        let name = above.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let named = NAMES.iter().find(|(pattern, _)| is_called(name, pattern));
        named.or_else(|| LEFT.iter().find(|(left, _)| is_there(&above.join(left)))).map(|(_, drive)| *drive)
    })
}

/// The systems on which most of these run do not tell large letters from small ones.
fn is_called(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(pattern),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &str, left: &str, expected: Option<CloudDrive>) {
        let found = synced_by(Path::new(folder), |path| !left.is_empty() && path == Path::new(left));
        assert_eq!(found, expected, "{folder} with {left:?}");
    }

    #[test]
    fn folders_that_are_synced() {
        use CloudDrive::{Dropbox, GoogleDrive, ICloudDrive, Nextcloud, OneDrive, PCloud, Syncthing};
        check("/home/ada/Dropbox", "", Some(Dropbox));
        check("/home/ada/Dropbox/chats/Telltale", "", Some(Dropbox));
        check("/home/ada/Dropbox (Personal)/Telltale", "", Some(Dropbox));
        check("/home/ada/box/Telltale", "/home/ada/box/.dropbox.cache", Some(Dropbox));
        check("/Users/ada/Library/CloudStorage/OneDrive-Personal", "", Some(OneDrive));
        check("/mnt/c/Users/Ada/OneDrive - Company/Documents", "", Some(OneDrive));
        check("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/x", "", Some(ICloudDrive));
        check("/mnt/c/Users/Ada/iCloudDrive", "", Some(ICloudDrive));
        check("/Users/ada/Library/CloudStorage/GoogleDrive-ada@example.com/My Drive", "", Some(GoogleDrive));
        check("/run/user/1000/gvfs/google-drive:host=example.com,user=ada/x", "", Some(GoogleDrive));
        check("/home/ada/drive/My Drive", "/home/ada/drive/.shortcut-targets-by-id", Some(GoogleDrive));
        check("/home/ada/nextcloud/Telltale", "", Some(Nextcloud));
        check("/home/ada/cloud/x", "/home/ada/cloud/.nextcloudsync.log", Some(Nextcloud));
        check("/home/ada/pCloudDrive", "", Some(PCloud));
        check("/home/ada/shared/deep/below", "/home/ada/shared/.stfolder", Some(Syncthing));
    }

    #[test]
    fn folders_that_are_not() {
        check("/home/ada/.local/share/dev.telltale.desktop", "", None);
        check("/home/ada/Dropbox backup of 2019", "", None);
        check("/home/ada/OneDriver", "", None);
        check("/home/ada/My Drive", "", None);
        check("/home/ada/documents", "/home/ada/documents/below/.stfolder", None);
        check("/", "", None);
        check("", "", None);
    }
}
