//! Damaged files: the app opens, says so, and the old file is kept byte for byte.

use super::{NOW, conversation, end, folder, open, sqlite, texts, turn};
use std::path::{Path, PathBuf};
use telltale::library::{Library, LibraryError, MessageState, SetAside};
use tempfile::TempDir;

/// A library of some size, closed, as bytes.
async fn good() -> Vec<u8> {
    let (_folder, path) = folder();
    let library = open(&path);
    for chat in 0..4 {
        let chat_id = conversation(&library).await.id;
        for number in 0..6 {
            let (_, answer) = turn(&library, chat_id, &format!("question {number} of {chat}")).await;
            let text = format!("answer {number} of {chat}. ").repeat(300);
            library.save_end(answer.id, end(MessageState::Done, &text)).await.unwrap();
        }
    }
    drop(library);
    std::fs::read(path).unwrap()
}

/// The same at each run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(step).take(length).collect()
}

type Opened = Result<(Library, Option<SetAside>), LibraryError>;

fn open_bytes(bytes: &[u8]) -> (TempDir, PathBuf, Opened) {
    let (folder, path) = folder();
    std::fs::write(&path, bytes).unwrap();
    let opened = Library::open(&path, NOW);
    (folder, path, opened)
}

fn assert_kept(set_aside: &SetAside, path: &Path, bytes: &[u8], name: &str) {
    assert_eq!(set_aside.original, path, "{name}");
    assert!(!set_aside.reason.is_empty(), "{name}");
    assert!(set_aside.kept_as.to_str().unwrap().contains("telltale.db.damaged-2"), "{name}: {set_aside:?}");
    assert!(std::fs::read(&set_aside.kept_as).unwrap() == bytes, "{name}: the old file is as it was");
}

/// `bytes` must be found damaged.
async fn check(name: &str, bytes: &[u8]) {
    let (_folder, path, opened) = open_bytes(bytes);
    let (library, set_aside) = opened.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_kept(&set_aside.unwrap_or_else(|| panic!("{name}: not said")), &path, bytes, name);
    let chat = conversation(&library).await.id;
    turn(&library, chat, "after").await;
    drop(library);
    assert_eq!(texts(&open(&path), chat).await, ["after", ""], "{name}: the new one works");
}

#[tokio::test]
async fn files_that_are_no_library() {
    let good = good().await;
    check("empty", b"").await;
    check("one byte", b"x").await;
    check("text", b"this is not a database").await;
    check("zeros", &[0; 8192]).await;
    check("noise", &noise(20_000)).await;
    check("a header and noise", &[&good[..100], &noise(20_000)[..]].concat()).await;
    check("a header alone", &good[..100]).await;
    check("one page", &good[..4096]).await;
    check("half", &good[..good.len() / 2]).await;
    check("a page less", &good[..good.len() - 4096]).await;
    check("a byte less", &good[..good.len() - 1]).await;
    check("zeros from the middle", &[&good[..good.len() / 2], &vec![0; good.len() / 2][..]].concat()).await;
    check("noise for the first page", &[&noise(4096)[..], &good[4096..]].concat()).await;
    check("without a version", &with(&good, 60, &[0, 0, 0, 0])).await;
    check("a negative version", &with(&good, 60, &[0xff; 4])).await;
    check("another program's", &with(&good, 68, b"GPKG")).await;
}

fn with(bytes: &[u8], at: usize, change: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at..at + change.len()].copy_from_slice(change);
    changed
}

#[tokio::test]
async fn the_kind_of_a_page_is_damaged() {
    let good = good().await;
    let pages = good.len() / 4096;
    assert!(pages >= 20, "{pages} pages");
    // The first byte of a B-tree page says what it is; overflow pages have a page number there.
    let trees = (1..pages).filter(|page| [2, 5, 10, 13].contains(&good[page * 4096]));
    let mut checked = 0;
    for page in trees {
        check(&format!("page {page}"), &with(&good, page * 4096, &[0x77])).await;
        checked += 1;
    }
    assert!(checked >= 5, "{checked} pages");
}

/// Every byte of the header. A greater version is indistinguishable from a later app's.
#[tokio::test]
async fn a_damaged_header() {
    let good = good().await;
    for at in 0..100 {
        let flipped = with(&good, at, &[good[at] ^ 1]);
        let name = format!("byte {at} of the header");
        let (_folder, path, opened) = open_bytes(&flipped);
        match opened {
            Ok((_, Some(set_aside))) => assert_kept(&set_aside, &path, &flipped, &name),
            Ok((library, None)) => assert_eq!(library.conversations().await.unwrap().len(), 4, "{name}"),
            Err(LibraryError::Newer { .. }) => assert!((60..64).contains(&at), "{name}"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
    check("a header that forbids writing", &with(&good, 18, &[3])).await;
}

/// A flip within a text can't be noticed: SQLite keeps no checksums. Whatever it hits, the app starts, nothing is
/// overwritten, and reading gives rows or a typed error.
#[tokio::test]
async fn bits_flipped_anywhere() {
    let good = good().await;
    let mut noticed = 0;
    for step in 0..60 {
        let at = 100 + step * (good.len() - 100) / 60 + step * 7;
        let at = at.min(good.len() - 1);
        let flipped = with(&good, at, &[good[at] ^ (1 << (step % 8))]);
        let name = format!("bit {} of byte {at}", step % 8);
        let (_folder, path, opened) = open_bytes(&flipped);
        let (library, set_aside) = opened.unwrap_or_else(|error| panic!("{name}: {error}"));
        match set_aside {
            Some(set_aside) => {
                assert_kept(&set_aside, &path, &flipped, &name);
                noticed += 1;
            }
            None => {
                for chat in library.conversations().await.unwrap_or_default() {
                    match library.messages(chat.id).await {
                        Ok(_) | Err(LibraryError::Damaged(_) | LibraryError::Missing(_)) => {}
                        Err(other) => panic!("{name}: {other}"),
                    }
                }
            }
        }
    }
    assert!(noticed < 60, "a flip within a text costs a character, not the library");
}

/// A start goes by the note of the last one, and reads behind; what changed the file makes it read first.
#[tokio::test]
async fn a_file_that_was_left_whole_is_read_behind_the_start() {
    let good = good().await;
    // A leaf of a table.
    let page = (1..good.len() / 4096).find(|page| good[page * 4096] == 13).unwrap();
    let damaged = with(&good, page * 4096, &[0x77]);
    let left = async || {
        let (folder, path, opened) = open_bytes(&good);
        let library = opened.unwrap().0;
        library.leave().await.unwrap();
        drop(library);
        (folder, path)
    };
    let time_of = |path: &Path| std::fs::metadata(path).unwrap().modified().unwrap();

    let (_folder, path) = left().await;
    std::fs::write(&path, &damaged).unwrap();
    let (_, set_aside) = Library::open(&path, NOW).unwrap();
    assert!(set_aside.is_some(), "somebody changed it since");

    // The disk itself lost it, and nothing tells of that.
    let (_folder, path) = left().await;
    let was = time_of(&path);
    std::fs::write(&path, &damaged).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(was).unwrap();
    let (library, set_aside) = Library::open(&path, NOW).unwrap();
    assert!(set_aside.is_none(), "it is not read through at a start");
    assert!(matches!(library.check(NOW).await, Err(LibraryError::Damaged(_))), "it is read behind");
    library.leave().await.unwrap();
    drop(library);
    assert!(Library::open(&path, NOW).unwrap().1.is_some(), "the next start knows");

    // A week is long enough to go by a note.
    let (_folder, path) = left().await;
    let was = time_of(&path);
    std::fs::write(&path, &damaged).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(was).unwrap();
    assert!(Library::open(&path, NOW + 8 * 86_400_000).unwrap().1.is_some(), "it was long ago");
}

#[tokio::test]
async fn a_damaged_character_costs_only_itself() {
    let mut bytes = good().await;
    let at = bytes.windows(15).position(|window| window == b"question 3 of 2");
    bytes[at.expect("the text lies in the file as it is")] = 0xff;
    let (_folder, _path, opened) = open_bytes(&bytes);
    let (library, set_aside) = opened.unwrap();
    assert!(set_aside.is_none(), "{set_aside:?}");
    let chats = library.conversations().await.unwrap();
    let mut all = Vec::new();
    for chat in &chats {
        all.extend(library.messages(chat.id).await.unwrap());
    }
    assert_eq!((chats.len(), all.len()), (4, 48));
    let titles = chats.iter().filter(|chat| chat.title.contains('\u{FFFD}')).count();
    let texts = all.iter().filter(|message| message.text.contains('\u{FFFD}')).count();
    assert_eq!(titles + texts, 1);
}

#[tokio::test]
async fn the_log_goes_with_its_file() {
    let (folder, path) = folder();
    let (bytes, log) = (noise(9_000), noise(5_000));
    let log_path = folder.path().join("telltale.db-wal");
    std::fs::write(&path, &bytes).unwrap();
    std::fs::write(&log_path, &log).unwrap();
    let (library, set_aside) = Library::open(&path, NOW).unwrap();
    let kept = set_aside.unwrap().kept_as;
    assert!(std::fs::read(&kept).unwrap() == bytes);
    assert!(std::fs::read(format!("{}-wal", kept.display())).unwrap() == log);
    drop(library);
    // A second time in the same second.
    std::fs::write(&path, b"again").unwrap();
    let (_library, set_aside) = Library::open(&path, NOW).unwrap();
    let second = set_aside.unwrap().kept_as;
    assert_ne!(second, kept);
    assert!(std::fs::read(&kept).unwrap() == bytes, "the first one is still there");
    assert_eq!(std::fs::read(&second).unwrap(), b"again");
}

#[tokio::test]
async fn a_start_that_died_at_setting_aside_is_told_by_the_next() {
    let (folder, path) = folder();
    let kept = folder.path().join("telltale.db.damaged-20261122T141503Z");
    std::fs::write(&kept, b"damaged").unwrap();
    std::fs::write(folder.path().join("telltale.db.damaged-20261122T141503Z-wal"), b"log").unwrap();
    let (_, set_aside) = Library::open(&path, NOW).unwrap();
    assert_eq!(set_aside.unwrap().kept_as, kept);
    drop(open(&path));
}

#[tokio::test]
async fn a_first_start_that_was_cut_short_is_no_damage() {
    let (_folder, path) = folder();
    sqlite(&path).pragma_update(None, "journal_mode", "WAL").unwrap();
    assert!(path.metadata().unwrap().len() > 0);
    conversation(&open(&path)).await;
}

#[tokio::test]
async fn a_file_that_another_program_keeps_for_itself() {
    let (_folder, path) = folder();
    drop(open(&path));
    let other = sqlite(&path);
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t (c); COMMIT;")
        .unwrap();
    assert_eq!(Library::open(&path, NOW).map(drop), Err(LibraryError::Locked));
}

#[tokio::test]
async fn an_emptied_file_keeps_its_log() {
    let (folder, path) = folder();
    std::fs::write(&path, b"").unwrap();
    std::fs::write(folder.path().join("telltale.db-wal"), noise(5_000)).unwrap();
    let (_library, set_aside) = Library::open(&path, NOW).unwrap();
    let kept = format!("{}-wal", set_aside.unwrap().kept_as.display());
    assert!(std::fs::read(kept).unwrap() == noise(5_000));
}

#[tokio::test]
async fn another_table_by_the_same_name() {
    let (_folder, path) = folder();
    drop(open(&path));
    sqlite(&path).execute_batch("ALTER TABLE messages RENAME COLUMN reasoning TO thoughts").unwrap();
    let bytes = std::fs::read(&path).unwrap();
    check("other columns", &bytes).await;
}

#[tokio::test]
async fn a_later_version_is_left_alone() {
    let (folder, path) = folder();
    let chat = conversation(&open(&path)).await.id;
    let known: i64 = sqlite(&path).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    sqlite(&path).pragma_update(None, "user_version", 99).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    for _ in 0..2 {
        let refused = Library::open(&path, NOW).map(drop);
        assert_eq!(refused, Err(LibraryError::Newer { found: 99, known }));
    }
    assert!(std::fs::read(&path).unwrap() == bytes);
    let names: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().contains("damaged")), "{names:?}");
    sqlite(&path).pragma_update(None, "user_version", known).unwrap();
    assert_eq!(texts(&open(&path), chat).await.len(), 0);
}

#[tokio::test]
async fn a_place_where_no_file_can_be() {
    let (folder, path) = folder();
    std::fs::write(&path, b"a file, not a folder").unwrap();
    let refused = Library::open(&path.join("telltale.db"), NOW).map(drop);
    assert!(matches!(refused, Err(LibraryError::Io(_))), "{refused:?}");
    drop(folder);
}

#[cfg(unix)]
mod read_only {
    use super::*;
    use crate::conditions::skip;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    const FOLDER: &str = "TELLTALE_TEST_READ_ONLY";
    const NOBODY: u32 = 65_534;

    fn assert_refused(path: &Path) {
        let refused = Library::open(path, NOW).map(drop);
        assert_eq!(refused, Err(LibraryError::ReadOnly), "{}", path.display());
    }

    #[test]
    #[ignore = "runs without root's rights, from a_folder_that_forbids_writing"]
    fn as_nobody() {
        refused_everywhere(Path::new(&std::env::var_os(FOLDER).unwrap()));
    }

    fn refused_everywhere(folder: &Path) {
        assert_refused(&folder.join("telltale.db"));
        assert_refused(&folder.join("new").join("telltale.db"));
        assert_refused(&folder.join("old.db"));
    }

    #[tokio::test]
    async fn a_folder_that_forbids_writing() {
        let (folder, _) = folder();
        let old = folder.path().join("old.db");
        conversation(&open(&old)).await;
        let before = std::fs::read(&old).unwrap();
        let mode = |mode| std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(mode)).unwrap();
        mode(0o555);
        if std::fs::metadata(&old).unwrap().uid() == 0 {
            // Root may write everywhere, so somebody else tries.
            chown(&old, Some(NOBODY), Some(NOBODY)).unwrap();
            let tried = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "damage::read_only::as_nobody", "--ignored"])
                .env(FOLDER, folder.path())
                .uid(NOBODY)
                .gid(NOBODY)
                .output();
            match tried {
                Ok(tried) => assert!(tried.status.success(), "{}", String::from_utf8_lossy(&tried.stdout)),
                Err(error) => skip("users", format!("another user may not run the tests here ({error})")),
            }
        } else {
            refused_everywhere(folder.path());
        }
        mode(0o755);
        assert!(std::fs::read(&old).unwrap() == before);
    }
}
