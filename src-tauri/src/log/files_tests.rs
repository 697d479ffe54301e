//! The log on disk: rotation, bounds, what a crash leaves, and what goes.

use super::*;
use crate::log::entry::tests::kept;
use poe::KeyFragments;

struct Disk {
    files: Files,
    folder: tempfile::TempDir,
}

/// A file holds about three entries.
fn disk() -> Disk {
    let folder = tempfile::tempdir().unwrap();
    let max_file = 3 * line(&kept(1)).unwrap().len() as u64 + 20;
    Disk { files: Files { folder: Arc::new(DataFolder::fixed(folder.path().to_owned())), max_file }, folder }
}

impl Disk {
    fn append(&self, ids: std::ops::RangeInclusive<i64>) {
        ids.for_each(|id| self.files.append(&kept(id)).unwrap());
    }

    fn ids(&self) -> Vec<i64> {
        let (read, _) = self.files.read(500).unwrap();
        read.iter().map(|kept| kept.entry.id).collect()
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path().join("logs")).unwrap();
        let mut names: Vec<_> = names.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        disk::create_folder(&self.files.folder.logs()).unwrap();
        fs::write(self.files.folder.logs().join(name), bytes).unwrap();
    }
}

#[test]
fn it_rotates_and_the_oldest_goes() {
    let disk = disk();
    assert_eq!(disk.ids(), [0; 0]);
    disk.append(1..=40);
    assert_eq!(
        disk.names(),
        ["requests.1.jsonl", "requests.2.jsonl", "requests.3.jsonl", "requests.4.jsonl", "requests.jsonl"]
    );
    let ids = disk.ids();
    assert_eq!(ids, (40 - ids.len() as i64 + 1..=40).collect::<Vec<_>>());
    assert!(ids.len() >= 12, "{ids:?}");
    let total: u64 =
        disk.names().iter().map(|name| disk.files.folder.logs().join(name).metadata().unwrap().len()).sum();
    assert!(total <= 5 * disk.files.max_file, "{total}");
    let (newest, has_bodies) = disk.files.read(4).unwrap();
    assert_eq!(newest.iter().map(|kept| kept.entry.id).collect::<Vec<_>>(), [37, 38, 39, 40]);
    assert!(has_bodies);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let disk = disk();
    disk.write("requests.2.jsonl", b"");
    fs::set_permissions(disk.files.path(2), fs::Permissions::from_mode(0o644)).unwrap();
    disk.ids();
    disk.append(1..=5);
    for name in disk.names() {
        let mode = disk.files.folder.logs().join(&name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// What a file holds besides two good entries, and which entries are read back after one more was written.
#[test]
fn damage_costs_only_the_damaged_line() {
    fn check(before: &[u8], between: &[u8], after: &[u8]) {
        let disk = disk();
        let good = |id| serde_json::to_vec(&kept(id)).unwrap();
        let whole = [before, &good(1), b"\n", between, b"\n", &good(2), b"\n", after].concat();
        disk.write("requests.jsonl", &whole);
        let files = Files { folder: disk.files.folder.clone(), max_file: MAX_FILE };
        files.append(&kept(3)).unwrap();
        let ids: Vec<_> = files.read(500).unwrap().0.iter().map(|kept| kept.entry.id).collect();
        let damage = String::from_utf8_lossy(&[before, between, after].join(&b'|')).into_owned();
        assert_eq!(ids, [1, 2, 3], "{damage}");
    }
    let line = serde_json::to_vec(&kept(9)).unwrap();
    check(b"", b"", b"");
    check(b"", b"", &line[..line.len() / 2]);
    check(b"", &line[5..], b"");
    check(b"\n\n", b"{}", b"null\n");
    check(b"\xff\xfe\n", &[0; 600], b"[1,2]");
    check(b"{\"id\":1}\n", b"\r", b"\"");
}

#[test]
fn what_no_rotation_would_reach_is_removed() {
    let disk = disk();
    for name in ["requests.5.jsonl", "requests.77.jsonl", "requests.jsonl.new", "notes.txt"] {
        disk.write(name, b"x");
    }
    disk.ids();
    assert_eq!(disk.names(), ["notes.txt"]);
}

#[test]
fn cleared_is_gone() {
    let disk = disk();
    disk.append(1..=9);
    disk.files.clear().unwrap();
    assert_eq!(disk.names(), [""; 0]);
    disk.files.clear().unwrap();
    disk.append(10..=10);
    assert_eq!(disk.ids(), [10]);
}

#[test]
fn bodies_are_taken_out_of_every_file_damaged_lines_too() {
    let disk = disk();
    disk.append(1..=8);
    assert!(disk.files.read(1).unwrap().1);
    fs::write(disk.files.path(1), b"{\"request\":\"a body, half wri\n").unwrap();
    disk.files.forget_bodies().unwrap();
    for name in disk.names() {
        let text = fs::read_to_string(disk.files.folder.logs().join(&name)).unwrap();
        assert!(!text.contains("body"), "{name}: {text}");
    }
    assert!(!disk.ids().is_empty());
    assert!(!disk.files.read(500).unwrap().1);
}

#[test]
fn an_export_holds_everything_oldest_first() {
    let disk = disk();
    disk.append(1..=8);
    let read = |name: &str, with_bodies| {
        let to = disk.folder.path().join("exports").join(name);
        disk.files.export(&to, with_bodies, &KeyFragments::of(None)).unwrap();
        fs::read_to_string(to).unwrap()
    };
    let (with, without) = (read("a", true), read("b", false));
    let ids: Vec<i64> =
        with.lines().map(|line| serde_json::from_str::<Kept>(line).unwrap().entry.id).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(without.lines().count(), 8);
    assert!(with.contains("a body") && !without.contains("a body"));
    let again = disk.files.export(&disk.folder.path().join("exports/a"), true, &KeyFragments::of(None));
    assert_eq!(again.unwrap_err().kind(), ErrorKind::AlreadyExists);
}
