//! Messages that are being written: kept for each place, gone with the transaction that makes messages of them, and with
//! their chat.

use super::{NOW, assert_intact, conversation, folder, open, sqlite, texts, turn};
use telltale::library::{
    Draft, DraftPlace, First, Library, LibraryError, NewAttachment, NewConversation, Parameters,
};

fn words(text: &str) -> Draft {
    Draft { text: text.to_owned(), ..Draft::default() }
}

async fn kept(library: &Library, place: DraftPlace) -> Option<String> {
    library.draft(place).await.unwrap().map(|draft| draft.text)
}

async fn attach(library: &Library, draft: DraftPlace, name: &str) -> i64 {
    let new = NewAttachment {
        place: draft.into(),
        name: name.to_owned(),
        mime: "text/plain".to_owned(),
        preview: None,
        bytes: b"content".to_vec(),
    };
    library.add_attachment(new, NOW).await.unwrap().id
}

async fn files(library: &Library, place: DraftPlace) -> Vec<String> {
    let files = library.draft_attachments(place).await.unwrap();
    files.into_iter().map(|file| file.name).collect()
}

#[tokio::test]
async fn each_place_has_its_own_after_a_restart_too() {
    let (_folder, path) = folder();
    let library = open(&path);
    let (first, second) = (conversation(&library).await.id, conversation(&library).await.id);
    let (question, _) = turn(&library, first, "Why?").await;
    let edit = DraftPlace::instead_of(first, question.id);
    let places = [DraftPlace::new_chat(), DraftPlace::end_of(first), DraftPlace::end_of(second), edit];
    for (number, place) in places.into_iter().enumerate() {
        library.save_draft(place, words("begun"), NOW).await.unwrap();
        library.save_draft(place, words(&format!("draft {number}")), NOW).await.unwrap();
        attach(&library, place, &format!("{number}.txt")).await;
    }
    drop(library);

    let library = open(&path);
    for (number, place) in places.into_iter().enumerate() {
        assert_eq!(kept(&library, place).await.unwrap(), format!("draft {number}"));
        assert_eq!(files(&library, place).await, [format!("{number}.txt")]);
    }
    // Emptied, it is none; an edit is one until it is given up.
    for place in places {
        library.save_draft(place, words(""), NOW).await.unwrap();
    }
    assert_eq!(kept(&library, places[1]).await, None);
    assert_eq!(kept(&library, edit).await.unwrap(), "");
    library.discard_draft(edit).await.unwrap();
    assert_eq!(kept(&library, edit).await, None);
    assert_eq!(files(&library, edit).await, Vec::<String>::new());
    assert_eq!(files(&library, places[1]).await, ["1.txt"]);
    assert_intact(&path);
}

#[tokio::test]
async fn it_is_gone_once_its_message_is_there_and_not_before() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let end = DraftPlace::end_of(chat);
    library.save_draft(end, words("Why?"), NOW).await.unwrap();
    let refused = library.add_turn_with(chat, "Why?", vec![99], "m", 1).await;
    assert_eq!(refused.unwrap_err(), LibraryError::Missing(99));
    assert_eq!(kept(&library, end).await.unwrap(), "Why?");
    assert_eq!(texts(&library, chat).await, Vec::<String>::new());

    let (question, _) = turn(&library, chat, "Why?").await;
    assert_eq!(kept(&library, end).await, None);

    // Sending an edit takes the edit, and what waits at the end stays.
    let edit = DraftPlace::instead_of(chat, question.id);
    library.save_draft(end, words("half a thought"), NOW).await.unwrap();
    library.save_draft(edit, words("Why, then?"), NOW).await.unwrap();
    let file = attach(&library, edit, "edit.txt").await;
    let (beside, _) = library.add_turn_beside(question.id, "Why, then?", vec![file], "m", 2).await.unwrap();
    assert_eq!(kept(&library, edit).await, None);
    assert_eq!(kept(&library, end).await.unwrap(), "half a thought");
    let sent = library.attachments(chat).await.unwrap();
    assert_eq!(sent[0].message_id, Some(beside.id));
    assert_eq!(files(&library, edit).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_written_for_a_new_chat_goes_into_it() {
    let (_folder, path) = folder();
    let library = open(&path);
    let new = DraftPlace::new_chat();
    let parameters = Parameters { temperature: Some(0.5), ..Parameters::default() };
    let draft = Draft {
        text: "For a new chat".to_owned(),
        model: Some("gpt-5".to_owned()),
        parameters: Some(parameters),
        preset: None,
        film: None,
    };
    library.save_draft(new, draft.clone(), NOW).await.unwrap();
    let file = attach(&library, new, "new.txt").await;
    assert_eq!(library.draft(new).await.unwrap(), Some(draft));
    let other = conversation(&library).await.id;
    assert_eq!(kept(&library, DraftPlace::end_of(other)).await, None, "only the chat that it begins");
    let first = |attached| First::New { text: "For a new chat".to_owned(), attached };
    let chat = NewConversation {
        model: "gpt-5".to_owned(),
        parameters: Parameters::default(),
        follows: None,
        project_id: None,
        preset_id: None,
    };
    let refused = library.begin_conversation(chat.clone(), first(vec![99]), 1).await;
    assert_eq!(refused.unwrap_err(), LibraryError::Missing(99));
    assert_eq!(kept(&library, new).await.unwrap(), "For a new chat");
    let (chat, question, _) = library.begin_conversation(chat, first(vec![file]), 1).await.unwrap();
    assert_eq!(library.draft(new).await.unwrap(), None);
    assert_eq!(files(&library, new).await, Vec::<String>::new());
    let sent = library.attachments(chat.id).await.unwrap();
    assert_eq!(sent[0].message_id, Some(question.id));
    // A chosen model alone is worth keeping.
    let chosen = Draft { model: Some("gpt-5".to_owned()), ..Draft::default() };
    library.save_draft(new, chosen.clone(), NOW).await.unwrap();
    assert_eq!(library.draft(new).await.unwrap(), Some(chosen));
}

#[tokio::test]
async fn the_edit_under_way_is_the_last_one_whose_question_is_shown() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (first, _) = turn(&library, chat, "First").await;
    let (second, _) = turn(&library, chat, "Second").await;
    assert_eq!(library.editing(chat).await.unwrap(), None);
    let save = async |place, now| library.save_draft(place, words("text"), now).await.unwrap();
    save(DraftPlace::end_of(chat), NOW).await;
    assert_eq!(library.editing(chat).await.unwrap(), None);
    save(DraftPlace::instead_of(chat, second.id), NOW + 1).await;
    assert_eq!(library.editing(chat).await.unwrap(), Some(second.id));
    save(DraftPlace::instead_of(chat, first.id), NOW + 2).await;
    assert_eq!(library.editing(chat).await.unwrap(), Some(first.id));
    save(DraftPlace::instead_of(chat, second.id), NOW + 3).await;
    // Another version of the first question is shown, and with it neither of these two.
    library.add_turn_beside(first.id, "First, again", Vec::new(), "m", 2).await.unwrap();
    assert_eq!(library.editing(chat).await.unwrap(), None);
    library.choose(first.id).await.unwrap();
    assert_eq!(library.editing(chat).await.unwrap(), Some(second.id));
    save(DraftPlace::end_of(chat), NOW + 4).await;
    assert_eq!(library.editing(chat).await.unwrap(), None);
}

#[tokio::test]
async fn one_setting_of_it_that_cannot_be_read_costs_no_other() {
    let (_folder, path) = folder();
    let library = open(&path);
    let new = DraftPlace::new_chat();
    library.save_draft(new, words("text"), NOW).await.unwrap();
    let written = r#"UPDATE drafts SET parameters = '{"temperature":"hot","topP":0.5}'"#;
    sqlite(&path).execute(written, []).unwrap();
    let parameters = library.draft(new).await.unwrap().unwrap().parameters.unwrap();
    assert_eq!((parameters.temperature, parameters.top_p), (None, Some(0.5)));
}

#[tokio::test]
async fn it_goes_with_its_chat() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (question, _) = turn(&library, chat, "Why?").await;
    for place in [DraftPlace::end_of(chat), DraftPlace::instead_of(chat, question.id)] {
        library.save_draft(place, words("secret plans"), NOW).await.unwrap();
        attach(&library, place, "plans.txt").await;
    }
    library.delete_conversation(chat).await.unwrap();
    for table in ["drafts", "attachments"] {
        let left = sqlite(&path).query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
        assert_eq!(left, Ok(0_i64), "{table}");
    }
    let late = library.save_draft(DraftPlace::end_of(chat), words("too late"), NOW).await;
    assert!(late.is_err(), "a chat that is gone takes none");
    drop(library);
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(12).any(|window| window == b"secret plans"));
}

#[tokio::test]
async fn any_text_comes_back_as_it_was() {
    let (_folder, path) = folder();
    let library = open(&path);
    let long = "ä🦀\u{202e}".repeat(400_000);
    for text in
        ["'); DROP TABLE drafts; --", "a\0b\u{1b}[31m\u{feff}", "\r\n\t  \u{2028}", "e\u{301}👩‍👩‍👧", &long]
    {
        library.save_draft(DraftPlace::new_chat(), words(text), NOW).await.unwrap();
        drop(library.clone());
        assert_eq!(kept(&library, DraftPlace::new_chat()).await.unwrap(), text);
    }
}

/// A project's files belong to no message, and go with none by themselves.
#[tokio::test]
async fn a_projects_files_are_none_of_a_new_chats() {
    let (_folder, path) = folder();
    let library = open(&path);
    let project = library.create_project("Harbor".to_owned(), "blue".to_owned(), NOW).await.unwrap().id;
    attach(&library, DraftPlace::new_chat(), "mine.txt").await;
    let file = sqlite(&path);
    file.execute(
        "INSERT INTO attachments (project_id, name, mime, size, created_at, bytes)
         VALUES (?1, 'plan.txt', 'text/plain', 4, ?2, X'706C616E')",
        [project, NOW],
    )
    .unwrap();
    assert_eq!(files(&library, DraftPlace::new_chat()).await, ["mine.txt"]);
    library.discard_draft(DraftPlace::new_chat()).await.unwrap();
    let kept = "SELECT group_concat(name) FROM attachments";
    assert_eq!(file.query_row(kept, [], |row| row.get::<_, String>(0)).unwrap(), "plan.txt");
}

/// The shape before there were drafts.
const BEFORE: &str = "
    ALTER TABLE messages DROP COLUMN asked_with;
    ALTER TABLE messages DROP COLUMN video_id;
    ALTER TABLE messages DROP COLUMN video_from;
    ALTER TABLE messages DROP COLUMN video_how;
    DROP INDEX drafts_by_film;
    ALTER TABLE drafts DROP COLUMN film_of;
    ALTER TABLE drafts DROP COLUMN film_how;
    DROP TRIGGER history_matched;
    DROP INDEX calls_by_temporary;
    ALTER TABLE calls DROP COLUMN temporary;
    DROP TABLE sources;
    DROP TABLE tool_calls;
    DROP INDEX conversations_by_preset;
    ALTER TABLE conversations DROP COLUMN preset_id;
    DROP INDEX history_by_preset;
    ALTER TABLE drafts DROP COLUMN preset_id;
    DROP TABLE prompts;
    ALTER TABLE messages DROP COLUMN compared;
    ALTER TABLE messages DROP COLUMN prompt;
    DROP TABLE refused_parameters;
    DROP TABLE deleted_messages;
    ALTER TABLE messages DROP COLUMN words;
    ALTER TABLE messages DROP COLUMN edited_at;
    ALTER TABLE messages DROP COLUMN deleted_at;
    DROP TABLE media;
    DROP TABLE media_left;
    DROP TABLE grafts;
    DROP INDEX projects_by_external;
    ALTER TABLE projects DROP COLUMN external;
    DROP INDEX messages_by_external;
    ALTER TABLE messages DROP COLUMN external;
    DROP INDEX conversations_by_external;
    DROP INDEX conversations_by_import;
    ALTER TABLE conversations DROP COLUMN external;
    ALTER TABLE conversations DROP COLUMN import_id;
    DROP TABLE imports;
    DROP TRIGGER search_title_added;
    DROP TRIGGER search_title_changed;
    DROP TRIGGER search_title_deleted;
    DROP TRIGGER search_message_added;
    DROP TRIGGER search_message_changed;
    DROP TRIGGER search_message_deleted;
    DROP TRIGGER search_file_added;
    DROP TRIGGER search_file_changed;
    DROP TRIGGER search_file_deleted;
    DROP TABLE search_queue;
    DROP TABLE search_step;
    DROP INDEX attachments_by_project;
    ALTER TABLE attachments DROP COLUMN project_id;
    DROP INDEX conversations_by_project;
    DROP INDEX conversations_in_bin;
    ALTER TABLE conversations DROP COLUMN project_id;
    ALTER TABLE conversations DROP COLUMN pinned;
    ALTER TABLE conversations DROP COLUMN archived_at;
    ALTER TABLE conversations DROP COLUMN deleted_at;
    ALTER TABLE conversations DROP COLUMN answered_at;
    DROP TABLE projects;
    DROP INDEX messages_shown;
    ALTER TABLE conversations DROP COLUMN reading;
    ALTER TABLE conversations DROP COLUMN reading_at;
    ALTER TABLE messages DROP COLUMN place;
    ALTER TABLE messages DROP COLUMN shown;
    ALTER TABLE messages RENAME COLUMN incident TO card;
    DROP TRIGGER points_of_conversation;
    DROP TRIGGER saved_in_conversation;
    DROP TABLE cache_refusals;
    DROP TABLE balances;
    DROP TABLE levels_told;
    ALTER TABLE conversations DROP COLUMN saved;
    ALTER TABLE calls DROP COLUMN cache_read;
    ALTER TABLE calls DROP COLUMN cache_written;
    ALTER TABLE calls DROP COLUMN cache_saved;
    ALTER TABLE conversations DROP COLUMN shown;
    ALTER TABLE conversations DROP COLUMN unread;
    ALTER TABLE conversations DROP COLUMN points;
    DROP TABLE journal;
    DROP TABLE history;
    DROP TABLE history_spans;
    DROP TABLE ledger_keys;
    DROP TABLE ledgers;
    DROP TABLE spent_by_day;
    DROP TABLE spent_by_hour;
    DROP TABLE spent_by_chat;
    ALTER TABLE calls DROP COLUMN letters;
    ALTER TABLE calls DROP COLUMN marks;
    ALTER TABLE calls DROP COLUMN ideographs;
    ALTER TABLE calls DROP COLUMN sent;
    DROP TABLE drafts;
    ALTER TABLE attachments RENAME TO later;
    CREATE TABLE attachments (id INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id INTEGER REFERENCES messages (id) ON DELETE CASCADE,
        conversation_id INTEGER REFERENCES conversations (id) ON DELETE CASCADE, name TEXT NOT NULL, mime TEXT NOT NULL,
        size INTEGER NOT NULL, left_out INTEGER NOT NULL DEFAULT 0 CHECK (left_out IN (0, 1)),
        created_at INTEGER NOT NULL, preview BLOB, bytes BLOB NOT NULL) STRICT;
    INSERT INTO attachments SELECT id, message_id, conversation_id, name, mime, size, left_out, created_at, preview, bytes
        FROM later;
    DROP TABLE later;
    PRAGMA user_version = 6;";

#[tokio::test]
async fn a_file_from_before_there_were_drafts_keeps_its_files() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    turn(&library, chat, "Why?").await;
    attach(&library, DraftPlace::end_of(chat), "waits.txt").await;
    attach(&library, DraftPlace::new_chat(), "new.txt").await;
    drop(library);
    sqlite(&path).execute_batch(BEFORE).unwrap();

    let library = open(&path);
    assert_eq!(library.backups().await.unwrap().len(), 1, "as it was");
    assert_eq!(files(&library, DraftPlace::end_of(chat)).await, ["waits.txt"]);
    assert_eq!(files(&library, DraftPlace::new_chat()).await, ["new.txt"]);
    library.save_draft(DraftPlace::end_of(chat), words("from now on"), NOW).await.unwrap();
    drop(library);
    assert_eq!(kept(&open(&path), DraftPlace::end_of(chat)).await.unwrap(), "from now on");
    assert_intact(&path);
}
