//! Room that deleted chats took goes back to the disk, and nobody waits for that.

use super::{assert_intact, conversation, folder, open, sqlite, texts, turn};
use std::path::Path;
use std::time::{Duration, Instant};

/// As long as anything may be held up by it.
const HELD: Duration = Duration::from_millis(250);

/// Some 12 MB of messages, past the library.
fn fill(path: &Path, chat: i64) {
    let file = sqlite(path);
    let chain = "WITH RECURSIVE chain (at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM chain WHERE at < 2999)
         INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, created_at, updated_at, place, shown)
         SELECT ?1, iif(at = 0, NULL, (SELECT coalesce(max(id), 0) FROM messages) + at), 'user', 'done', hex(randomblob(2000)), '',
             'm', 1, 1, at, 1 FROM chain";
    file.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    file.execute(chain, [chat]).unwrap();
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

fn size(path: &Path) -> u64 {
    path.metadata().unwrap().len()
}

fn pragma(path: &Path, name: &str) -> i64 {
    sqlite(path).pragma_query_value(None, name, |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_chat_that_is_deleted_gives_its_room_back_and_holds_nobody_up() {
    let (_folder, path) = folder();
    let library = open(&path);
    let (large, small) = (conversation(&library).await.id, conversation(&library).await.id);
    let before = size(&path);
    fill(&path, large);
    assert!(size(&path) > 10_000_000, "{}", size(&path));
    let deleting = library.clone();
    let deleting = tokio::spawn(async move {
        deleting.delete_conversation(large).await.unwrap();
        deleting.give_room_back().await.unwrap();
    });
    let (mut asked, mut longest) = (0, Duration::ZERO);
    while !deleting.is_finished() {
        let began = Instant::now();
        turn(&library, small, "question").await;
        longest = longest.max(began.elapsed());
        asked += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    deleting.await.unwrap();
    assert!(asked > 2, "it was over before anything was asked");
    assert!(longest < HELD, "a question was held for {longest:?}");
    assert!(size(&path) < before + 2_000_000, "{} bytes are left", size(&path));
    drop(library);
    assert_intact(&path);
    assert_eq!(texts(&open(&path), small).await.len(), 2 * asked);
}

#[tokio::test]
async fn a_file_of_before_gives_back_too_once_it_was_opened() {
    let (_folder, path) = folder();
    let chat = conversation(&open(&path)).await.id;
    fill(&path, chat);
    sqlite(&path).execute_batch("PRAGMA auto_vacuum = NONE; VACUUM").unwrap();
    assert_eq!(pragma(&path, "auto_vacuum"), 0);
    let library = open(&path);
    assert_eq!(pragma(&path, "auto_vacuum"), 2);
    assert_eq!(texts(&library, chat).await.len(), 3_000);
    library.delete_conversation(chat).await.unwrap();
    library.give_room_back().await.unwrap();
    assert_eq!(pragma(&path, "freelist_count"), 0);
    // Written anew only once.
    drop(library);
    let bytes = std::fs::read(&path).unwrap();
    drop(open(&path));
    assert!(std::fs::read(&path).unwrap() == bytes);
}

#[tokio::test]
async fn a_deletion_that_was_cut_short_never_shows_and_is_finished() {
    let (_folder, path) = folder();
    let library = open(&path);
    let (gone, kept) = (conversation(&library).await.id, conversation(&library).await.id);
    turn(&library, gone, "gone").await;
    turn(&library, kept, "kept").await;
    drop(library);
    // As it stands after its first step.
    let hide = "INSERT INTO imports (at) VALUES (0); UPDATE conversations SET import_id = last_insert_rowid() WHERE id = 1;
         DELETE FROM messages WHERE id = 2";
    sqlite(&path).execute_batch(hide).unwrap();
    let library = open(&path);
    let shown = library.conversations().await.unwrap();
    assert_eq!(shown.iter().map(|chat| chat.id).collect::<Vec<_>>(), [kept]);
    assert!(library.in_bin(None).await.unwrap().is_empty());
    while library.sweep_imports(None).await.unwrap() {}
    assert!(library.messages(gone).await.is_err());
    assert_eq!(texts(&library, kept).await, ["kept", ""]);
}
