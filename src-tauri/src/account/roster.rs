//! The accounts that this computer knows: their names and what a person tells them apart by, in a small file. No secrets.

use crate::data_folder::DataFolder;
use crate::library::{SetAside, disk};
pub use crate::words::facts::AfterFailure;
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;

/// The version of the file that this app writes.
const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountRecord {
    /// At least 1; also says which entry of the keychain holds the key.
    pub id: u32,
    pub name: String,
    /// Of the key that the keychain holds.
    pub last_four: Option<String>,
    /// When that key ends; `None`: never, as far as is known.
    pub expires_at: Option<i64>,
    /// Where it was accepted.
    pub server: String,
    /// The key is for this session only, so the account is too.
    #[serde(skip)]
    pub session: bool,
    /// Points that were last read, and when.
    #[serde(skip)]
    pub points: Option<(i64, i64)>,
    /// The code of the failure to read them since.
    #[serde(skip)]
    pub unread: Option<String>,
}

/// The list could not be written, and what that leaves.
#[derive(Clone, Debug)]
pub struct Unsaved {
    pub left: AfterFailure,
    /// The system's words.
    pub detail: String,
}

impl AfterFailure {
    pub(super) fn because(self, error: &io::Error) -> Unsaved {
        Unsaved { left: self, detail: error.to_string() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RosterFile {
    version: u32,
    accounts: Vec<AccountRecord>,
    active: Option<u32>,
}

/// What no file stands for.
impl Default for RosterFile {
    fn default() -> RosterFile {
        RosterFile { version: VERSION, accounts: Vec::new(), active: None }
    }
}

#[derive(Default)]
pub(super) struct Roster {
    /// Without one nothing is kept.
    folder: Option<Arc<DataFolder>>,
    /// There is a file that could be neither read nor moved, and must not be written over.
    untouchable: bool,
    accounts: Vec<AccountRecord>,
    active: Option<u32>,
    /// As the file has it.
    written: RosterFile,
}

impl Roster {
    /// Always gives a roster: a file that can't be read is set aside, and the first account's key is found without it.
    pub(super) fn open(folder: Arc<DataFolder>) -> (Roster, Option<SetAside>) {
        let file = folder.accounts();
        let (kept, reason) = match std::fs::read(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => (RosterFile::default(), None),
            Err(error) => (RosterFile::default(), Some(error.to_string())),
            Ok(bytes) => match serde_json::from_slice::<RosterFile>(&bytes) {
                Ok(kept) if kept.version == VERSION => (kept, None),
                Ok(kept) => (
                    RosterFile::default(),
                    Some(format!("version {}, this app knows {VERSION}", kept.version)),
                ),
                Err(error) => (RosterFile::default(), Some(error.to_string())),
            },
        };
        let moved = reason.map(|reason| {
            disk::set_aside(&file, &[], reason.clone()).unwrap_or_else(|error| SetAside {
                original: file.clone(),
                kept_as: file.clone(),
                reason: format!("{reason}; it could not be moved: {error}"),
            })
        });
        let roster = Roster {
            folder: Some(folder),
            untouchable: moved.as_ref().is_some_and(|moved| moved.kept_as == moved.original),
            written: kept.clone(),
            accounts: kept.accounts,
            active: kept.active,
        };
        (roster, moved)
    }

    /// The data folder is another one, where nothing must be left alone.
    pub(super) fn write_anew(&mut self) -> io::Result<()> {
        self.untouchable = false;
        self.write(kept(&self.accounts, self.active))
    }

    pub(super) fn all(&self) -> &[AccountRecord] {
        &self.accounts
    }

    pub(super) fn find(&self, id: u32) -> Option<&AccountRecord> {
        self.accounts.iter().find(|known| known.id == id)
    }

    pub(super) fn active(&self) -> Option<&AccountRecord> {
        self.active.and_then(|id| self.find(id))
    }

    /// Whose key to read at start. Before there was a roster there was one key, which is now the first account's.
    pub(super) fn to_load(&self) -> Option<u32> {
        match self.active {
            Some(id) => Some(id),
            None => self.accounts.is_empty().then_some(FIRST),
        }
    }

    /// The smallest number that no account has.
    pub(super) fn free_id(&self) -> u32 {
        (FIRST..).find(|id| self.find(*id).is_none()).unwrap_or(u32::MAX)
    }

    /// Adds the account or takes its place, and makes it the active one.
    pub(super) fn put(&mut self, known: AccountRecord) -> io::Result<()> {
        let id = known.id;
        self.change(|next| {
            place(next, known);
            Some(id)
        })
    }

    /// The same in memory alone. The next change that can be written writes it too.
    pub(super) fn put_for_now(&mut self, known: AccountRecord) {
        self.active = Some(known.id);
        place(&mut self.accounts, known);
    }

    pub(super) fn activate(&mut self, id: u32) -> io::Result<()> {
        self.change(|_| Some(id))
    }

    pub(super) fn rename(&mut self, id: u32, name: &str) -> io::Result<()> {
        let active = self.active;
        self.change(|next| {
            if let Some(known) = next.iter_mut().find(|it| it.id == id) {
                known.name = name.to_owned();
            }
            active
        })
    }

    /// No other account becomes the active one by itself: that would spend another account's points.
    pub(super) fn remove(&mut self, id: u32) -> io::Result<()> {
        let active = self.active.filter(|active| *active != id);
        self.change(|next| {
            next.retain(|it| it.id != id);
            active
        })
    }

    /// Back to its place in the list, and if so the active one.
    pub(super) fn restore(&mut self, known: AccountRecord, at: usize, active: bool) -> io::Result<()> {
        let id = known.id;
        let active = if active { Some(id) } else { self.active };
        self.change(|next| {
            next.retain(|it| it.id != id);
            next.insert(at.min(next.len()), known);
            active
        })
    }

    pub(super) fn note_points(&mut self, id: u32, points: (i64, i64)) {
        if let Some(known) = self.accounts.iter_mut().find(|it| it.id == id) {
            (known.points, known.unread) = (Some(points), None);
        }
    }

    pub(super) fn note_unread(&mut self, id: u32, code: &str) {
        if let Some(known) = self.accounts.iter_mut().find(|it| it.id == id) {
            known.unread = Some(code.to_owned());
        }
    }

    /// All of the change or none of it; on the disk when this returns.
    fn change(&mut self, change: impl FnOnce(&mut Vec<AccountRecord>) -> Option<u32>) -> io::Result<()> {
        let mut next = self.accounts.clone();
        let active = change(&mut next);
        let after = kept(&next, active);
        // What is for this session alone needs no disk.
        if after != self.written {
            self.write(after)?;
        }
        (self.accounts, self.active) = (next, active);
        Ok(())
    }

    fn write(&mut self, kept: RosterFile) -> io::Result<()> {
        if let Some(folder) = self.folder.as_ref().filter(|_| !self.untouchable) {
            disk::replace(&folder.accounts(), &serde_json::to_vec_pretty(&kept)?)?;
            self.written = kept;
        }
        Ok(())
    }
}

fn place(accounts: &mut Vec<AccountRecord>, known: AccountRecord) {
    match accounts.iter_mut().find(|it| it.id == known.id) {
        Some(old) => *old = known,
        None => accounts.push(known),
    }
}

fn kept(accounts: &[AccountRecord], active: Option<u32>) -> RosterFile {
    let accounts = accounts.iter().filter(|it| !it.session);
    let accounts: Vec<AccountRecord> =
        accounts.map(|it| AccountRecord { points: None, ..it.clone() }).collect();
    RosterFile {
        version: VERSION,
        active: active.filter(|id| accounts.iter().any(|it| it.id == *id)),
        accounts,
    }
}

/// The account of the key that was stored before there were several.
pub(super) const FIRST: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: u32) -> AccountRecord {
        AccountRecord {
            id,
            name: format!("Account {id}"),
            last_four: Some("abcd".to_owned()),
            expires_at: Some(7),
            server: "https://api.poe.com/v1".to_owned(),
            session: false,
            points: None,
            unread: None,
        }
    }

    #[test]
    fn what_is_kept_comes_back_and_a_session_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let data = Arc::new(DataFolder::fixed(folder.path().to_owned()));
        let (mut roster, moved) = Roster::open(data.clone());
        assert!(moved.is_none() && roster.to_load() == Some(FIRST));
        roster.put(known(1)).unwrap();
        roster.put(known(2)).unwrap();
        roster.rename(2, "Work").unwrap();
        let session = AccountRecord { session: true, ..known(3) };
        roster.put(session).unwrap();
        assert_eq!(roster.active().map(|it| it.id), Some(3));

        let (mut roster, _) = Roster::open(data.clone());
        let names: Vec<_> = roster.all().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Account 1", "Work"]);
        assert_eq!(roster.to_load(), None, "the active one is gone; no other takes its place");
        roster.activate(1).unwrap();
        roster.remove(1).unwrap();
        assert_eq!((roster.active(), roster.free_id()), (None, 1));

        std::fs::write(data.accounts(), "{").unwrap();
        let (roster, moved) = Roster::open(data.clone());
        assert!(roster.all().is_empty() && moved.unwrap().kept_as.exists() && !data.accounts().exists());
    }
}
