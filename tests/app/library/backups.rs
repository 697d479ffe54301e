//! Backups: rolling, checked, restored in one step, and never half a file, whenever the app dies.

use super::{DAY, NOW, conversation, end, folder, open, sqlite, texts, turn};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use telltale::library::{BackupState, DraftPlace, Library, LibraryError, MessageState, NewAttachment};

const INTO: &str = "TELLTALE_TEST_BACK_UP";

async fn ask(library: &Library, text: &str) -> i64 {
    let chat = conversation(library).await.id;
    let (_, answer) = turn(library, chat, text).await;
    library.save_end(answer.id, end(MessageState::Done, "answer")).await.unwrap();
    chat
}

fn backup_folder(path: &Path) -> PathBuf {
    path.with_file_name("backups")
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn set_aside(path: &Path) -> Vec<PathBuf> {
    let is_aside = |file: &PathBuf| file.to_string_lossy().contains("telltale.db.damaged-");
    files_in(path.parent().unwrap()).into_iter().filter(is_aside).collect()
}

#[tokio::test]
async fn there_and_back() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = ask(&library, "kept").await;
    let picture = NewAttachment {
        place: DraftPlace::end_of(chat).into(),
        name: "a.png".to_owned(),
        mime: "image/png".to_owned(),
        preview: None,
        bytes: vec![7; 100_000],
    };
    let picture = library.add_attachment(picture, NOW).await.unwrap();
    let backup = library.back_up(NOW).await.unwrap();
    assert_eq!(backup.state, BackupState::Good);
    assert_eq!(library.good_backup(), Some(backup.clone()));
    let later = ask(&library, "after the backup").await;
    library.delete_conversation(chat).await.unwrap();

    library.restore(&backup.id, NOW).await.unwrap();
    assert_eq!(texts(&library, chat).await, ["kept", "answer"]);
    assert_eq!(library.attachment_bytes(picture.id).await.unwrap(), [7; 100_000]);
    assert_eq!(library.conversation(later).await, Err(LibraryError::Missing(later)));
    // It is the file, not a view of the backup: what is written now outlives the app.
    ask(&library, "on the restored file").await;
    drop(library);
    let library = open(&path);
    assert_eq!(library.conversations().await.unwrap().len(), 2);

    // What was there before the restore is a backup as well, and the way back.
    let before = library.backups().await.unwrap();
    assert_eq!(before.len(), 2, "{before:?}");
    library.restore(&before[0].id, NOW).await.unwrap();
    assert_eq!(texts(&library, later).await, ["after the backup", "answer"]);
    assert!(set_aside(&path).is_empty());
    super::assert_intact(&path);
}

#[tokio::test]
async fn one_a_day_and_only_of_something() {
    let (_folder, path) = folder();
    let library = open(&path);
    conversation(&library).await;
    assert_eq!(library.back_up_if_due(NOW).await, Ok(None), "nothing was asked yet");
    ask(&library, "q").await;
    let due = async |now| library.back_up_if_due(now).await.unwrap().map(|it| it.at);
    assert_eq!(due(NOW).await, Some(NOW), "the first");
    assert_eq!(due(NOW + DAY - 1).await, None, "the second of the day");
    assert_eq!(due(NOW + DAY).await, Some(NOW + DAY), "the next day");
}

#[tokio::test]
async fn seven_are_kept_for_the_owner_alone() {
    let (_folder, path) = folder();
    let library = open(&path);
    ask(&library, "q").await;
    let mut made = Vec::new();
    for _ in 0..9 {
        made.push(library.back_up(NOW).await.unwrap().id);
    }
    made.reverse();
    let listed: Vec<String> = library.backups().await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(listed, made[..7]);
    assert_eq!(files_in(&backup_folder(&path)).len(), 7);
    #[cfg(unix)]
    for file in files_in(&backup_folder(&path)) {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_damaged_backup_is_skipped_and_refused() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = ask(&library, "kept").await;
    let good = library.back_up(NOW).await.unwrap();
    let damage: [fn(&mut Vec<u8>); 3] =
        [|bytes| bytes.truncate(bytes.len() / 2), |bytes| bytes.clear(), |bytes| bytes[4096..].fill(0x5a)];
    for damage in damage {
        let id = library.back_up(NOW).await.unwrap().id;
        let file = backup_folder(&path).join(&id);
        let mut bytes = fs::read(&file).unwrap();
        damage(&mut bytes);
        fs::write(&file, bytes).unwrap();
        let listed = library.backups().await.unwrap();
        assert_eq!(listed[0].state, BackupState::Damaged, "{listed:?}");
        assert_eq!(library.good_backup(), Some(good.clone()));
        let refused = library.restore(&id, NOW).await;
        assert!(matches!(refused, Err(LibraryError::Damaged(_))), "{refused:?}");
        assert_eq!(texts(&library, chat).await, ["kept", "answer"], "nothing was changed");
    }
}

#[tokio::test]
async fn a_backup_of_a_later_version_is_refused() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = ask(&library, "kept").await;
    let backup = library.back_up(NOW).await.unwrap();
    let file = backup_folder(&path).join(&backup.id);
    sqlite(&file).pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(library.backups().await.unwrap()[0].state, BackupState::Newer);
    assert_eq!(library.good_backup(), None);
    let refused = library.restore(&backup.id, NOW).await;
    assert!(matches!(refused, Err(LibraryError::Newer { found: 99, .. })), "{refused:?}");
    assert_eq!(texts(&library, chat).await, ["kept", "answer"]);
}

#[tokio::test]
async fn only_what_is_listed_can_be_restored() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = ask(&library, "kept").await;
    library.back_up(NOW).await.unwrap();
    for id in ["", "..", "../telltale.db", "/etc/passwd", "telltale-20200101T000000Z.db"] {
        let refused = library.restore(id, NOW).await;
        assert!(matches!(refused, Err(LibraryError::Io(_))), "{id}: {refused:?}");
    }
    assert_eq!(texts(&library, chat).await, ["kept", "answer"]);
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_its_backup_restored() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = ask(&library, "kept").await;
    library.back_up(NOW).await.unwrap();
    drop(library);
    let noise = b"this is not a database any more".repeat(500);
    fs::write(&path, &noise).unwrap();

    let (library, aside) = Library::open(&path, NOW).unwrap();
    let aside = aside.expect("it is said");
    let backup = library.good_backup().expect("there is one");
    library.restore(&backup.id, NOW).await.unwrap();
    assert_eq!(texts(&library, chat).await, ["kept", "answer"]);
    assert!(fs::read(&aside.kept_as).unwrap() == noise, "the damaged file is still there");
}

#[tokio::test]
async fn a_file_that_is_damaged_while_the_app_runs_is_set_aside_at_the_restore() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = ask(&library, "kept").await;
    // More than the cache holds.
    for _ in 0..50 {
        ask(&library, &"much text ".repeat(10_000)).await;
    }
    library.back_up(NOW).await.unwrap();
    drop(library);
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    let library = open(&path);
    bytes[8192..half].fill(0x5a);
    fs::write(&path, &bytes).unwrap();

    let id = library.backups().await.unwrap()[0].id.clone();
    library.restore(&id, NOW).await.unwrap();
    assert_eq!(texts(&library, chat).await, ["kept", "answer"]);
    assert_eq!(set_aside(&path).len(), 1, "{:?}", set_aside(&path));
    super::assert_intact(&path);
}

/// The first version's shape, as it was released.
const FIRST: &str = "
    CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, model TEXT NOT NULL,
        parameters TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
    CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        parent_id INTEGER REFERENCES messages (id), role TEXT NOT NULL, state TEXT NOT NULL, text TEXT NOT NULL,
        reasoning TEXT NOT NULL, model TEXT NOT NULL, finish TEXT, card TEXT, created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL, sent_at INTEGER, first_text_at INTEGER, ended_at INTEGER, prompt_tokens INTEGER,
        completion_tokens INTEGER) STRICT;
    INSERT INTO conversations VALUES (1, 'A title', 'm', '{}', 1, 1);
    INSERT INTO messages (conversation_id, role, state, text, reasoning, model, created_at, updated_at)
        VALUES (1, 'user', 'done', 'from the first version', '', 'm', 1, 1);
    PRAGMA application_id = 0x54454C4C;
    PRAGMA user_version = 1;";

#[tokio::test]
async fn an_earlier_version_is_backed_up_before_its_shape_changes() {
    let (_folder, path) = folder();
    sqlite(&path).execute_batch(FIRST).unwrap();
    let library = open(&path);
    assert_eq!(texts(&library, 1).await, ["from the first version"]);
    let backups = library.backups().await.unwrap();
    assert_eq!(backups.len(), 1);
    let version = sqlite(&backup_folder(&path).join(&backups[0].id))
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .unwrap();
    assert_eq!(version, 1, "as it was");
    drop(library);
    assert_eq!(open(&path).backups().await.unwrap().len(), 1, "only when the shape changes");
}

#[tokio::test]
async fn an_earlier_version_that_cannot_be_backed_up_is_not_touched() {
    let (_folder, path) = folder();
    sqlite(&path).execute_batch(FIRST).unwrap();
    fs::write(backup_folder(&path), "a file where the folder should be").unwrap();
    let refused = Library::open(&path, NOW).map(drop);
    assert!(matches!(refused, Err(LibraryError::Io(_))), "{refused:?}");
    let version = sqlite(&path).pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    assert_eq!(version.unwrap(), 1);
}

/// `/dev/full` takes no byte, as a full disk does not.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_leaves_no_half_backup() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = ask(&library, "kept").await;
    let good = library.back_up(NOW).await.unwrap();
    let part = backup_folder(&path).join("unfinished.part");
    std::os::unix::fs::symlink("/dev/full", &part).unwrap();
    let refused = library.back_up(NOW).await;
    assert_eq!(refused, Err(LibraryError::Full));
    assert!(!part.exists(), "what was half-written is gone");
    assert_eq!(library.backups().await.unwrap(), [good]);
    assert_eq!(texts(&library, chat).await, ["kept", "answer"]);
}

/// Runs in a process of its own: writes and backs up until it is killed.
#[tokio::test]
#[ignore = "the other side of backups::a_killed_backup_is_none"]
async fn backs_up_until_it_is_killed() {
    let path = std::env::var_os(INTO).unwrap();
    let library = open(Path::new(&path));
    loop {
        println!("\nbacking up");
        library.back_up(NOW).await.unwrap();
    }
}

#[tokio::test]
async fn a_killed_backup_is_none() {
    let (_folder, path) = folder();
    let library = open(&path);
    for _ in 0..40 {
        ask(&library, &"much text ".repeat(5_000)).await;
    }
    drop(library);
    let mut halves = 0;
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "backups::backs_up_until_it_is_killed", "--ignored", "--nocapture"])
            .env(INTO, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "backing up"));
        std::thread::sleep(Duration::from_millis(2 + 7 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        halves += usize::from(backup_folder(&path).join("unfinished.part").exists());
        let library = open(&path);
        let backups = library.backups().await.unwrap();
        assert!(backups.iter().all(|it| it.state == BackupState::Good), "{backups:?}");
        assert!(backups.len() <= 8, "{}", backups.len());
        library.back_up(NOW).await.unwrap();
        assert!(!backup_folder(&path).join("unfinished.part").exists());
    }
    assert!(halves > 0, "no round died in the middle of a backup");
    super::assert_intact(&path);
}
