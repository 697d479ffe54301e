//! The app dies at a random moment, several times: what was said to be on the disk is there.

use super::{End, NOW, conversation, end, open, sqlite, texts, turn};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use telltale::library::{Draft, DraftPlace, MessageState};

const INTO: &str = "TELLTALE_TEST_WRITE_INTO";
const ROUNDS: u32 = 15;

fn piece(number: usize) -> String {
    format!("piece {number} of the answer, ")
}

fn answer(pieces: usize) -> String {
    (0..pieces).map(piece).collect()
}

/// Runs in a process of its own: asks, journals, ends, and tells each step that has returned.
#[tokio::test]
#[ignore = "the other side of kill::a_killed_app_loses_nothing"]
async fn writes_until_it_is_killed() {
    let path = std::env::var_os(INTO).unwrap();
    let library = open(Path::new(&path));
    library.close_interrupted().await.unwrap();
    let chat = library.conversations().await.unwrap().remove(0).id;
    loop {
        let (question, row) = turn(&library, chat, "question").await;
        println!("\nturn {} {}", question.id, row.id);
        for pieces in 1..40 {
            library.save_piece(row.id, piece(pieces - 1), String::new(), NOW).await.unwrap();
            println!("\ntext {} {pieces}", row.id);
        }
        let end = End { finish: None, ..end(MessageState::Done, &answer(40)) };
        library.save_end(row.id, end).await.unwrap();
        println!("\ntext {} 40", row.id);
    }
}

#[tokio::test]
async fn a_killed_app_loses_nothing() {
    let (_folder, path) = super::folder();
    let chat = conversation(&open(&path)).await.id;
    let mut questions = Vec::new();
    let mut pieces: HashMap<i64, usize> = HashMap::new();
    for round in 0..ROUNDS {
        for told in run_and_kill(&path, "kill::writes_until_it_is_killed", random_delay(round)) {
            match told.split(' ').collect::<Vec<_>>()[..] {
                ["turn", question, answer] => {
                    questions.push(question.parse::<i64>().unwrap());
                    pieces.insert(answer.parse().unwrap(), 0);
                }
                ["text", answer, count] => _ = pieces.insert(answer.parse().unwrap(), count.parse().unwrap()),
                _ => {}
            }
        }
        super::assert_intact(&path);
        let library = open(&path);
        library.close_interrupted().await.unwrap();
        for question in &questions {
            assert_eq!(library.message(*question).await.unwrap().text, "question");
        }
        for (id, pieces) in &pieces {
            let message = library.message(*id).await.unwrap();
            assert!(message.text.starts_with(&answer(*pieces)), "round {round}: {pieces} pieces were saved");
            let whole = message.text == answer(40);
            let state = if whole { MessageState::Done } else { MessageState::Cut };
            assert_eq!(message.state, state, "round {round}: {} bytes", message.text.len());
        }
        assert!(texts(&library, chat).await.len() >= 2 * questions.len(), "one chain, nothing torn out");
    }
    assert!(questions.len() >= ROUNDS as usize, "each round wrote something");
}

/// Runs in a process of its own: types a numbered question word by word, sends it, and tells each step that has returned.
#[tokio::test]
#[ignore = "the other side of kill::a_killed_app_loses_no_draft"]
async fn types_until_it_is_killed() {
    let path = std::env::var_os(INTO).unwrap();
    let library = open(Path::new(&path));
    let chat = library.conversations().await.unwrap().remove(0).id;
    println!("\nturn 0 0");
    for number in texts(&library, chat).await.len().. {
        for words in 1..20 {
            let text = typed(number, words);
            let draft = Draft { text, ..Draft::default() };
            library.save_draft(DraftPlace::end_of(chat), draft, NOW).await.unwrap();
            println!("\ndraft {number} {words}");
        }
        turn(&library, chat, &typed(number, 20)).await;
        println!("\nsent {number} 0");
    }
}

fn typed(number: usize, words: usize) -> String {
    format!("question {number}{}", " and".repeat(words))
}

#[tokio::test]
async fn a_killed_app_loses_no_draft() {
    let (_folder, path) = super::folder();
    let chat = conversation(&open(&path)).await.id;
    let mut drafts = 0;
    for round in 0..ROUNDS {
        let told = run_and_kill(&path, "kill::types_until_it_is_killed", random_delay(round));
        super::assert_intact(&path);
        let library = open(&path);
        let asked: Vec<String> = texts(&library, chat).await.into_iter().step_by(2).collect();
        let draft = library.draft(DraftPlace::end_of(chat)).await.unwrap();
        drafts += usize::from(draft.is_some());
        // What is a question already is no draft any more: it would be sent twice.
        let rows: i64 = sqlite(&path).query_row("SELECT count(*) FROM drafts", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, i64::from(draft.is_some()));
        let draft = draft.map(|draft| draft.text).unwrap_or_default();
        let last = told.iter().rfind(|line| !line.is_empty()).map_or("", String::as_str);
        match last.split(' ').collect::<Vec<_>>()[..] {
            ["draft", number, words] => {
                let (number, words) = (number.parse().unwrap(), words.parse().unwrap());
                let sent = asked.last() == Some(&typed(number, 20));
                assert!(
                    draft.starts_with(&typed(number, words)) != sent,
                    "round {round}: {last}, and then {draft:?} after {:?}",
                    asked.last()
                );
            }
            ["sent", number, _] => {
                assert!(asked.contains(&typed(number.parse().unwrap(), 20)), "{last}");
                assert!(!draft.starts_with(&typed(number.parse().unwrap(), 0)), "{last}: {draft}");
            }
            _ => {}
        }
    }
    assert!(drafts > 0, "it was never killed while it typed");
}

/// The lines that the process told before it died.
fn run_and_kill(path: &Path, test: &str, delay: Duration) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(INTO, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let first = lines.by_ref().find(|line| line.starts_with("turn ")).expect("the process writes");
    std::thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    // A last line without its end may have lost a digit.
    let mut told: Vec<String> = std::iter::once(first).chain(lines).collect();
    told.pop();
    told
}

fn random_delay(round: u32) -> Duration {
    let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let mixed = nanoseconds.wrapping_add(round).wrapping_mul(2_654_435_761) >> 8;
    Duration::from_micros(u64::from(mixed % 250_000))
}
