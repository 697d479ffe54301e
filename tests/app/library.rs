//! Conversations and messages on real files: what is written comes back, in order, after a restart too.

#![allow(clippy::unwrap_used)]

#[path = "library/attachments.rs"]
mod attachments;
#[path = "library/backups.rs"]
mod backups;
#[path = "../conditions.rs"]
#[allow(dead_code)]
mod conditions;
#[path = "library/damage.rs"]
mod damage;
#[path = "library/drafts.rs"]
mod drafts;
#[path = "library/frozen.rs"]
mod frozen;
#[path = "library/history.rs"]
mod history;
#[path = "library/kill.rs"]
mod kill;
#[path = "library/marks.rs"]
mod marks;
#[path = "library/room.rs"]
mod room;
#[path = "library/search.rs"]
mod search;

use std::path::{Path, PathBuf};
use telltale::library::{
    Conversation, ConversationChange, End, Evidence, Library, LibraryError, Message, MessageState,
    Parameters, Role, Source, ToolCall,
};
use tempfile::TempDir;

/// 27 November 2026.
const NOW: i64 = 1_795_800_000_000;
const DAY: i64 = 86_400_000;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telltale.db");
    (folder, path)
}

fn open(path: &Path) -> Library {
    let (library, set_aside) = Library::open(path, NOW).unwrap();
    assert!(set_aside.is_none(), "{set_aside:?}");
    library
}

/// As another program sees it.
fn sqlite(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

fn assert_intact(path: &Path) {
    let verdict = sqlite(path).query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(verdict.unwrap(), "ok");
}

/// What went wrong, whose words are none of this room's.
const INCIDENT: &str = r#"{"version":1,"failure":{"kind":"noKey"}}"#;

fn evidence() -> Evidence {
    let source = |number, url: &str, title: Option<&str>| Source {
        number,
        url: url.to_owned(),
        title: title.map(str::to_owned),
    };
    let tool =
        |name: &str, done| ToolCall { name: name.to_owned(), arguments: "{\"a\": 1}".to_owned(), done };
    Evidence {
        sources: vec![
            source(1, "https://a.example", Some("A page")),
            source(7, "https://b.example/\u{0}", None),
        ],
        tools: vec![tool("web_search", true), tool("look", false)],
    }
}

fn end(state: MessageState, text: &str) -> End {
    End {
        state,
        finish: Some("stop".to_owned()),
        incident: None,
        sent_at: Some(11),
        first_text_at: Some(12),
        ended_at: 13,
        prompt_tokens: Some(14),
        completion_tokens: Some(15),
        text: text.to_owned(),
        reasoning: "because".to_owned(),
        evidence: evidence(),
    }
}

async fn conversation(library: &Library) -> Conversation {
    library.create_conversation("claude-haiku-4.5", Parameters::default(), NOW).await.unwrap()
}

async fn turn(library: &Library, conversation: i64, text: &str) -> (Message, Message) {
    library.add_turn(conversation, text, "claude-haiku-4.5", 1_000).await.unwrap()
}

async fn texts(library: &Library, conversation: i64) -> Vec<String> {
    library.messages(conversation).await.unwrap().into_iter().map(|message| message.text).collect()
}

#[tokio::test]
async fn a_turn_is_a_question_and_a_queued_answer() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let (question, answer) = library.add_turn(chat.id, "Why?", "gpt-5", 42).await.unwrap();
    assert_eq!((question.role, question.state), (Role::User, MessageState::Done));
    assert_eq!((question.text.as_str(), question.parent_id, question.created_at), ("Why?", None, 42));
    assert_eq!((answer.role, answer.state), (Role::Assistant, MessageState::Queued));
    assert_eq!((answer.text.as_str(), answer.parent_id), ("", Some(question.id)));
    assert_eq!((answer.model.as_str(), answer.ended_at), ("gpt-5", None));
    assert_eq!(library.messages(chat.id).await.unwrap(), [question, answer.clone()]);
    let (next, _) = turn(&library, chat.id, "And?").await;
    assert_eq!(next.parent_id, Some(answer.id));
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let (_folder, path) = folder();
    let library = open(&path);
    let parameters = Parameters {
        system: Some("Be brief.\n\u{0}\u{1F980}".to_owned()),
        temperature: Some(0.1),
        top_p: Some(1.0),
        max_tokens: Some(u32::MAX),
        budget: Some(i64::MAX),
        declared: serde_json::Map::from_iter([("aspect".to_owned(), "16:9".into())]),
    };
    let chat = library.create_conversation("claude-haiku-4.5", parameters, NOW).await.unwrap();
    let mut ends = Vec::new();
    for state in [MessageState::Done, MessageState::Stopped, MessageState::Cut, MessageState::Failed] {
        let (_, answer) = turn(&library, chat.id, &format!("{state:?}?")).await;
        let end = End {
            incident: (state == MessageState::Failed).then(|| INCIDENT.to_owned()),
            ..end(state, "héllo\n\u{0}🦀")
        };
        library.save_end(answer.id, end.clone()).await.unwrap();
        ends.push((answer.id, end));
    }
    let before = (library.conversations().await.unwrap(), library.messages(chat.id).await.unwrap());
    drop(library);

    let library = open(&path);
    assert_eq!(before, (library.conversations().await.unwrap(), library.messages(chat.id).await.unwrap()));
    assert_eq!(library.conversation(chat.id).await.unwrap().parameters, chat.parameters);
    for (id, end) in ends {
        let message = library.message(id).await.unwrap();
        assert_eq!((message.state, message.finish, message.incident), (end.state, end.finish, end.incident));
        assert_eq!((message.text, message.reasoning), (end.text, end.reasoning));
        assert_eq!(library.evidence(vec![id]).await.unwrap()[&id], end.evidence);
        assert_eq!((message.sent_at, message.first_text_at), (end.sent_at, end.first_text_at));
        assert_eq!(message.ended_at, Some(end.ended_at));
        assert_eq!(
            (message.prompt_tokens, message.completion_tokens),
            (end.prompt_tokens, end.completion_tokens)
        );
    }
}

#[tokio::test]
async fn the_first_question_names_the_conversation() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    assert_eq!(chat.title, "");
    turn(
        &library,
        chat.id,
        "\n  Tell me about the light on a dashboard that says what is going on, and why.",
    )
    .await;
    let title = async || library.conversation(chat.id).await.unwrap().title;
    assert_eq!(title().await, "Tell me about the light on a dashboard that says what is");
    turn(&library, chat.id, "Another question").await;
    assert_eq!(title().await, "Tell me about the light on a dashboard that says what is");
}

#[tokio::test]
async fn the_conversation_asked_last_comes_first() {
    let (_folder, path) = folder();
    let library = open(&path);
    let (one, two) = (conversation(&library).await, conversation(&library).await);
    let order =
        async || library.conversations().await.unwrap().into_iter().map(|chat| chat.id).collect::<Vec<_>>();
    assert_eq!(order().await, [two.id, one.id]);
    library.add_turn(one.id, "q", "m", NOW + 1_000).await.unwrap();
    assert_eq!(order().await, [one.id, two.id]);
    let renamed = ConversationChange { title: Some("New\nname".to_owned()), ..Default::default() };
    assert_eq!(library.change_conversation(two.id, renamed).await.unwrap().title, "New name");
    assert_eq!(order().await, [one.id, two.id], "a new name is no new question");
}

#[tokio::test]
async fn a_change_leaves_the_rest() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    turn(&library, chat.id, "Title").await;
    let parameters = Parameters { temperature: Some(1.5), ..Default::default() };
    let change = ConversationChange { parameters: Some(parameters.clone()), ..Default::default() };
    let changed = library.change_conversation(chat.id, change).await.unwrap();
    assert_eq!((changed.title.as_str(), &changed.model), ("Title", &chat.model));
    let change = ConversationChange { model: Some("gpt-5".to_owned()), ..Default::default() };
    let changed = library.change_conversation(chat.id, change).await.unwrap();
    assert_eq!((changed.model.as_str(), changed.parameters), ("gpt-5", parameters));
}

/// What a later version set stays in the file, whatever this one changes.
#[tokio::test]
async fn settings_of_a_later_version_are_kept() {
    let (_folder, path) = folder();
    let library = open(&path);
    let id = conversation(&library).await.id;
    let file = sqlite(&path);
    let read = || file.query_row("SELECT parameters FROM conversations", [], |row| row.get(0));
    let set = async |before: &str, parameters: Option<Parameters>| {
        file.execute("UPDATE conversations SET parameters = ?1", [before]).unwrap();
        let change = ConversationChange { parameters, ..ConversationChange::default() };
        library.change_conversation(id, change).await.unwrap();
        read().unwrap()
    };
    let system = |text: &str| Some(Parameters { system: Some(text.to_owned()), ..Parameters::default() });
    let later = r#"{"seed":7,"system":"Long.","topP":0.5}"#;
    let after: String = set(later, system("Brief.\n\u{0}🦀")).await;
    let after: serde_json::Value = serde_json::from_str(&after).unwrap();
    assert_eq!(after, serde_json::json!({ "seed": 7, "system": "Brief.\n\u{0}🦀" }));
    let whole =
        r#"{"system":"a","temperature":null,"topP":null,"maxTokens":null,"budget":null,"declared":null}"#;
    assert_eq!(set(later, None).await, later);
    assert_eq!(set("not JSON", system("a")).await, whole);
}

/// A rename in the code must change no file.
#[test]
fn the_words_in_the_columns() {
    fn check<T: Copy + PartialEq + std::fmt::Debug>(
        word: &str,
        value: T,
        as_str: fn(T) -> &'static str,
        parse: fn(&str) -> Option<T>,
    ) {
        assert_eq!((as_str(value), parse(word)), (word, Some(value)));
        assert_eq!(parse(&word.to_uppercase()), None);
    }
    use telltale::library::{ChargeState, Interrupted};
    for (word, role) in [("user", Role::User), ("assistant", Role::Assistant)] {
        check(word, role, Role::as_str, Role::parse);
    }
    for (word, state) in [
        ("queued", MessageState::Queued),
        ("retrying", MessageState::Retrying),
        ("streaming", MessageState::Streaming),
        ("done", MessageState::Done),
        ("stopped", MessageState::Stopped),
        ("cut", MessageState::Cut),
        ("failed", MessageState::Failed),
    ] {
        check(word, state, MessageState::as_str, MessageState::parse);
    }
    for (word, how) in [("sent", Interrupted::Sent), ("unsent", Interrupted::Unsent)] {
        check(word, how, Interrupted::as_str, Interrupted::parse);
    }
    for (word, state) in [
        ("checking", ChargeState::Checking),
        ("notYet", ChargeState::NotYet),
        ("charged", ChargeState::Charged),
        ("notCharged", ChargeState::NotCharged),
        ("notFound", ChargeState::NotFound),
        ("ambiguous", ChargeState::Ambiguous),
        ("unknown", ChargeState::Unknown),
    ] {
        check(word, state, ChargeState::as_str, ChargeState::parse);
    }
}

/// The columns refuse other words, so that only damage brings one.
#[tokio::test]
async fn a_word_that_nobody_knows_is_damage() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let (question, _) = turn(&library, chat.id, "q").await;
    let file = sqlite(&path);
    file.pragma_update(None, "ignore_check_constraints", true).unwrap();
    file.execute("UPDATE messages SET role = 'tool' WHERE id = ?1", [question.id]).unwrap();
    let refused = library.message(question.id).await;
    assert!(
        matches!(&refused, Err(LibraryError::Damaged(detail)) if detail.contains("\"tool\" is no Role")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_journal_holds_the_text_so_far_and_stops_at_the_end() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let (_, answer) = turn(&library, chat.id, "q").await;
    library.save_piece(answer.id, "Hel".to_owned(), "hm".to_owned(), NOW).await.unwrap();
    library.save_piece(answer.id, "lo".to_owned(), "m".to_owned(), NOW).await.unwrap();
    let message = library.message(answer.id).await.unwrap();
    assert_eq!((message.text.as_str(), message.reasoning.as_str()), ("Hello", "hmm"));
    assert_eq!(message.state, MessageState::Streaming);
    library.save_end(answer.id, end(MessageState::Done, "Hello!")).await.unwrap();
    library.save_piece(answer.id, " more".to_owned(), String::new(), NOW).await.unwrap();
    let message = library.message(answer.id).await.unwrap();
    assert_eq!((message.text.as_str(), message.state), ("Hello!", MessageState::Done));
}

/// To keep another piece costs the same, however long the answer is.
#[tokio::test]
async fn a_piece_of_a_long_answer_is_as_small_as_one_of_a_short_answer() {
    let (folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let (_, answer) = turn(&library, chat.id, "q").await;
    let written = || folder.path().join("telltale.db-wal").metadata().unwrap().len();
    let long = "0123456789".repeat(100_000);
    library.save_piece(answer.id, long.clone(), long.clone(), NOW).await.unwrap();
    let before = written();
    for number in 0..20 {
        library.save_piece(answer.id, format!("{number};"), String::new(), NOW).await.unwrap();
    }
    let each = (written() - before) / 20;
    assert!(each < 40_000, "{each} bytes were written for each piece");
    let text = library.message(answer.id).await.unwrap().text;
    assert_eq!(text.len(), long.len() + 50);
    assert!(text.ends_with("17;18;19;"));
}

#[tokio::test]
async fn interrupted_answers_become_cut() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let (_, done) = turn(&library, chat.id, "one").await;
    library.save_end(done.id, end(MessageState::Done, "whole")).await.unwrap();
    let (_, streaming) = turn(&library, chat.id, "two").await;
    library.save_piece(streaming.id, "half".to_owned(), String::new(), NOW).await.unwrap();
    library.save_piece(streaming.id, " of it".to_owned(), "hm".to_owned(), NOW).await.unwrap();
    let (_, queued) = turn(&library, chat.id, "three").await;
    drop(library);

    let library = open(&path);
    assert_eq!(library.close_interrupted().await.unwrap(), 2);
    assert_eq!(library.close_interrupted().await.unwrap(), 0);
    let state = async |id| {
        let message = library.message(id).await.unwrap();
        (message.state, message.text, message.ended_at.is_some())
    };
    assert_eq!(state(done.id).await, (MessageState::Done, "whole".to_owned(), true));
    assert_eq!(state(streaming.id).await, (MessageState::Cut, "half of it".to_owned(), true));
    assert_eq!(library.message(streaming.id).await.unwrap().reasoning, "hm");
    assert_eq!(state(queued.id).await, (MessageState::Cut, String::new(), true));
    assert_eq!(library.message(queued.id).await.unwrap().ended_at, Some(queued.created_at));
}

#[tokio::test]
async fn an_answer_starts_again_empty() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let (question, answer) = turn(&library, chat.id, "q").await;
    let failed = End { incident: Some(INCIDENT.to_owned()), ..end(MessageState::Failed, "half") };
    library.save_end(answer.id, failed).await.unwrap();
    let again = library.restart_answer(answer.id, "gpt-5", NOW).await.unwrap();
    assert_eq!(again, Message { model: "gpt-5".to_owned(), ..answer });
    assert_eq!(library.messages(chat.id).await.unwrap(), [question.clone(), again]);
    let refused = library.restart_answer(question.id, "gpt-5", NOW).await;
    assert_eq!(refused, Err(LibraryError::Missing(question.id)), "a question is no answer");
}

#[tokio::test]
async fn the_newest_branch_is_read() {
    let (_folder, path) = folder();
    let library = open(&path);
    let (chat, other) = (conversation(&library).await, conversation(&library).await);
    turn(&library, chat.id, "old").await;
    let (question, _) = turn(&library, chat.id, "old too").await;
    turn(&library, other.id, "elsewhere").await;
    library.add_turn_beside(question.id, "new", Vec::new(), "m", NOW).await.unwrap();
    assert_eq!(texts(&library, chat.id).await, ["old", "", "new", ""]);
    turn(&library, chat.id, "newer").await;
    assert_eq!(texts(&library, chat.id).await, ["old", "", "new", "", "newer", ""]);
}

#[tokio::test]
async fn a_chosen_message_is_shown_with_all_that_leads_to_it_and_the_rest_as_it_was_left() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (first, _) = turn(&library, chat, "first").await;
    let (second, _) = turn(&library, chat, "second").await;
    let beside = async |question: i64, text: &str| {
        let added = library.add_turn_beside(question, text, Vec::new(), "m", NOW).await;
        added.unwrap().0
    };
    let (deep, other) = (beside(second.id, "deep").await, beside(first.id, "other").await);
    assert_eq!(texts(&library, chat).await, ["other", ""]);
    library.choose(second.id).await.unwrap();
    assert_eq!(texts(&library, chat).await, ["first", "", "second", ""]);
    library.choose(other.id).await.unwrap();
    library.choose(first.id).await.unwrap();
    assert_eq!(texts(&library, chat).await, ["first", "", "second", ""]);
    library.choose(other.id).await.unwrap();
    library.choose(deep.id).await.unwrap();
    assert_eq!(texts(&library, chat).await, ["first", "", "deep", ""]);
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    let (_folder, path) = folder();
    let library = open(&path);
    let missing = LibraryError::Missing(99);
    assert_eq!(library.conversation(99).await, Err(missing.clone()));
    assert_eq!(library.messages(99).await, Err(missing.clone()));
    assert_eq!(library.message(99).await, Err(missing.clone()));
    assert_eq!(library.change_conversation(99, ConversationChange::default()).await, Err(missing.clone()));
    assert_eq!(library.delete_conversation(99).await, Err(missing.clone()));
    assert_eq!(library.add_turn(99, "q", "m", 1).await, Err(missing.clone()));
    assert_eq!(library.save_piece(99, String::new(), String::new(), NOW).await, Err(missing.clone()));
    assert_eq!(library.save_end(99, end(MessageState::Done, "")).await, Err(missing.clone()));
    assert_eq!(library.restart_answer(99, "m", NOW).await, Err(missing));
    assert!(library.messages(conversation(&library).await.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn deleting_leaves_nothing_of_the_text_on_the_disk() {
    let (folder, path) = folder();
    let library = open(&path);
    let (chat, other) = (conversation(&library).await, conversation(&library).await);
    turn(&library, other.id, "kept").await;
    let (_, answer) = turn(&library, chat.id, "CANARY question").await;
    library.save_piece(answer.id, "CANARY ".repeat(5_000), String::new(), NOW).await.unwrap();
    library.save_end(answer.id, end(MessageState::Done, &"CANARY ".repeat(6_000))).await.unwrap();
    library.delete_conversation(chat.id).await.unwrap();
    assert_eq!(library.message(answer.id).await, Err(LibraryError::Missing(answer.id)));
    assert_eq!(texts(&library, other.id).await, ["kept", ""]);
    // A late write of a turn that was under way.
    let late = library.save_piece(answer.id, "late".to_owned(), String::new(), NOW).await;
    assert_eq!(late, Err(LibraryError::Missing(answer.id)));
    let (_, next) = turn(&library, other.id, "next").await;
    assert!(next.id > answer.id, "an id is never used twice");
    for entry in folder.path().read_dir().unwrap() {
        let file = entry.unwrap().path();
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"CANARY"), "{}", file.display());
    }
}

#[tokio::test]
async fn a_conversation_of_thousands_of_messages() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let chain = format!(
        "WITH RECURSIVE chain (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM chain WHERE id < 5000)
         INSERT INTO messages (id, conversation_id, parent_id, role, state, text, reasoning, model, created_at, updated_at,
             place, shown)
         SELECT id, {}, nullif(id - 1, 0), 'user', 'done', id, '', 'm', 1, 1, id - 1, 1 FROM chain",
        chat.id
    );
    sqlite(&path).execute(&chain, []).unwrap();
    let texts = texts(&library, chat.id).await;
    assert_eq!(
        (texts.len(), texts.first().unwrap().as_str(), texts.last().unwrap().as_str()),
        (5000, "1", "5000")
    );
    library.delete_conversation(chat.id).await.unwrap();
    assert!(library.conversations().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_long_answer() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let long = "0123456789".repeat(10_240);
    let (question, answer) = turn(&library, chat.id, &long).await;
    library.save_piece(answer.id, long.clone(), long.clone(), NOW).await.unwrap();
    library.save_end(answer.id, end(MessageState::Done, &long)).await.unwrap();
    drop(library);
    let library = open(&path);
    assert!(library.message(question.id).await.unwrap().text == long);
    assert!(library.message(answer.id).await.unwrap().text == long);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_handles_on_one_file() {
    let (_folder, path) = folder();
    let opened = {
        let path = path.clone();
        std::thread::spawn(move || open(&path))
    };
    let (first, second) = (open(&path), opened.join().unwrap());
    let chat = conversation(&first).await;
    let writes = [first.clone(), second.clone()].map(|library| {
        tokio::spawn(async move {
            for number in 0..25 {
                let (_, answer) = turn(&library, chat.id, &number.to_string()).await;
                library.save_piece(answer.id, "text".to_owned(), String::new(), NOW).await.unwrap();
                library.save_end(answer.id, end(MessageState::Done, "text")).await.unwrap();
            }
        })
    });
    for write in writes {
        write.await.unwrap();
    }
    let messages = first.messages(chat.id).await.unwrap();
    assert_eq!(messages.len(), 100);
    assert_eq!(messages, second.messages(chat.id).await.unwrap());
    drop((first, second));
    assert_intact(&path);
}

#[tokio::test]
async fn another_program_that_holds_the_file() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await;
    let other = sqlite(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(library.add_turn(chat.id, "q", "m", 1).await, Err(LibraryError::Locked));
    assert!(library.messages(chat.id).await.unwrap().is_empty(), "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    turn(&library, chat.id, "q").await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("new").join("data");
    let path = folder.join("telltale.db");
    let library = open(&path);
    conversation(&library).await;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    drop(library);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    drop(open(&path));
    assert_eq!(mode(&path), 0o600);
}
