//! The app as it is killed at any moment: what it does until then (it streams, imports, deletes for good, copies, takes files, indexes),
//! told step by step once each has returned, and whether all that it told is there.

use crate::house::{self, KEY};
use poe::sim::{Part, Reply, Scenario, Sim};
use poe::{BaseUrl, Secret};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tauri::test::{mock_builder, mock_context, noop_assets};
use telltale::app::App;
use telltale::clock::now;
use telltale::data_folder::DataFolder;
use telltale::events::Parameters;
use telltale::library::{DraftPlace, End, FILE, Library, MessageState, NewAttachment, Organize, Search};

/// Names the folder that the process writes into.
pub(crate) const INTO: &str = "TELLTALE_TEST_CRASH_INTO";

const PIECES: usize = 150;
const PACE: Duration = Duration::from_millis(8);
/// Of a chat that comes in, that is copied, and that is deleted.
const MESSAGES: usize = 24;
const CHATS: usize = 4;
const FILE_SIZE: usize = 30_000;

fn answer(pieces: usize) -> String {
    (0..pieces).map(|number| format!("piece {number} of the tide, ")).collect()
}

fn say(line: &str) {
    // Where nobody listens any longer the process is about to be killed.
    let _ = writeln!(std::io::stdout(), "\n{line}");
}

/// Runs in a process of its own, and does not end by itself.
pub(crate) async fn write(folder: &Path) {
    let sim = Sim::start(Scenario::Script).await.unwrap();
    let piece = |number: usize| json!({"choices":[{"index":0,"delta":{"content": &answer(number + 1)[answer(number).len()..]}}]});
    let events: Vec<String> = (0..PIECES).map(|number| piece(number).to_string()).collect();
    let mut reply = Reply::sse(&events.iter().map(String::as_str).collect::<Vec<_>>());
    reply.body = reply.body.into_iter().flat_map(|part| [part, Part::Wait(PACE)]).collect();
    let end = Reply::sse(&[r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "[DONE]"]);
    reply.body.extend(end.body);
    sim.always("POST", "/v1/chat/completions", reply);
    let tauri = telltale::with_commands(mock_builder()).build(mock_context(noop_assets())).unwrap();
    let start = house::start(DataFolder::fixed(folder.join("data")), &sim);
    let app = telltale::compose(tauri.handle(), start, Arc::new(|_| {})).unwrap();
    app.begin().await;
    let address = BaseUrl::parse(&sim.base_url()).unwrap();
    app.account.connect_to(address, Secret::from_pasted(KEY)).unwrap();
    say("ready");
    tokio::join!(stream(&app), import(&app, folder), delete(&app), copy(&app), files(&app));
}

async fn stream(app: &App) {
    loop {
        let chat = app.chat.create("demo-flash".to_owned(), Parameters::default()).await.unwrap().id;
        for _ in 0..3 {
            let word = format!("word{}", fastrand::u64(..));
            let sent = app.chat.send(chat, &word, None).await.unwrap();
            say(&format!("asked {} {word}", sent.question.id));
            let id = sent.answer.id;
            while app.chat.live().iter().any(|live| live.message_id == id) {
                let text = app.chat.source(id).await.unwrap();
                say(&format!("shown {id} {} {}", text.len(), now()));
                tokio::time::sleep(PACE).await;
            }
            say(&format!("answered {id}"));
        }
    }
}

async fn import(app: &App, folder: &Path) {
    loop {
        let tag = fastrand::u32(..);
        let message = |chat: usize, at: usize| {
            let parent = if at == 0 { "none".to_owned() } else { format!("{tag}-{chat}-{}", at - 1) };
            let sender = if at.is_multiple_of(2) { "human" } else { "assistant" };
            json!({"uuid": format!("{tag}-{chat}-{at}"), "sender": sender, "text": "tide ".repeat(40), "parent_message_uuid": parent})
        };
        let chat = |chat: usize| {
            let messages: Vec<_> = (0..MESSAGES).map(|at| message(chat, at)).collect();
            json!({"uuid": format!("c{tag}-{chat}"), "name": format!("import {tag}"), "chat_messages": messages})
        };
        let file = folder.join("export.json");
        std::fs::write(&file, json!((0..CHATS).map(chat).collect::<Vec<_>>()).to_string()).unwrap();
        say(&format!("importing {tag}"));
        app.import.look(vec![file]).await.unwrap();
        app.import.accept().await.unwrap();
        say(&format!("imported {tag}"));
    }
}

/// A chat with so many messages. Each answer is ended by itself: what closes all that are under way would close the one that
/// streams, too.
async fn chat(app: &App) -> i64 {
    let chat = app.library.create_conversation("demo-flash", Default::default(), now()).await.unwrap().id;
    for _ in 0..MESSAGES / 2 {
        let (_, answer) = app.library.add_turn(chat, "high or low?", "demo-flash", now()).await.unwrap();
        app.library.save_end(answer.id, ended()).await.unwrap();
    }
    chat
}

fn ended() -> End {
    End {
        state: MessageState::Done,
        finish: Some("stop".to_owned()),
        incident: None,
        sent_at: None,
        first_text_at: None,
        ended_at: now(),
        prompt_tokens: None,
        completion_tokens: None,
        text: "low".to_owned(),
        reasoning: String::new(),
        evidence: Default::default(),
    }
}

async fn delete(app: &App) {
    loop {
        let (kept, gone) = (chat(app).await, chat(app).await);
        say(&format!("made {kept}"));
        say(&format!("made {gone}"));
        app.library.organize(vec![gone], Organize::Delete(true), now()).await.unwrap();
        // With those that a process before put there.
        for id in app.library.in_bin(None).await.unwrap() {
            say(&format!("deleting {id}"));
        }
        app.chat.empty_bin().await.unwrap();
        say(&format!("deleted {gone}"));
    }
}

async fn copy(app: &App) {
    let first = chat(app).await;
    loop {
        let copy = app.library.duplicate_conversation(first, "copy".to_owned(), now()).await.unwrap();
        say(&format!("made {}", copy.id));
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

async fn files(app: &App) {
    loop {
        let draft = DraftPlace::new_chat();
        let (name, mime) = ("tide.txt".to_owned(), "text/plain".to_owned());
        let new = || NewAttachment {
            place: draft.into(),
            name: name.clone(),
            mime: mime.clone(),
            preview: None,
            bytes: vec![b'~'; FILE_SIZE],
        };
        let kept = app.library.add_attachment(new(), now()).await.unwrap().id;
        say(&format!("file {kept}"));
        let gone = app.library.add_attachment(new(), now()).await.unwrap().id;
        app.library.remove_attachment(gone).await.unwrap();
        say(&format!("removed {gone}"));
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// What all processes so far have told.
#[derive(Default)]
pub(crate) struct Told {
    questions: BTreeMap<i64, String>,
    answered: BTreeSet<i64>,
    /// Of each answer, how long it was and when.
    shown: BTreeMap<i64, Vec<(usize, i64)>>,
    importing: BTreeSet<String>,
    imported: BTreeSet<String>,
    made: BTreeSet<i64>,
    deleting: BTreeSet<i64>,
    deleted: BTreeSet<i64>,
    files: BTreeSet<i64>,
    removed: BTreeSet<i64>,
}

/// What one process had told, when it was killed, and what of it was found afterward.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Messages and chats that had been told.
    pub(crate) committed: usize,
    pub(crate) lost: Vec<String>,
    /// Text of an answer that had been shown for so long and is not there.
    pub(crate) behind: Duration,
    /// What was under way.
    pub(crate) during: BTreeSet<&'static str>,
}

impl Told {
    /// Runs `command`, which calls [`write`], kills it after so long, and looks for all that it told.
    pub(crate) async fn run_and_kill(
        &mut self,
        command: &mut Command,
        folder: &Path,
        after: Duration,
    ) -> Found {
        let mut child = command.env(INTO, folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let is_ready = out.by_ref().lines().map_while(Result::ok).any(|line| line == "ready");
        assert!(is_ready, "the process begins");
        let killer = std::thread::spawn(move || {
            std::thread::sleep(after);
            child.kill().unwrap();
            let at = now();
            child.wait().unwrap();
            at
        });
        let mut told = String::new();
        out.read_to_string(&mut told).unwrap();
        // What stands behind the last line's end may have lost a digit.
        told.truncate(told.rfind('\n').map_or(0, |end| end + 1));
        let killed_at = killer.join().unwrap();
        self.shown.clear();
        for line in told.lines() {
            self.hear(line);
        }
        self.look(&folder.join("data").join(FILE), killed_at).await
    }

    fn hear(&mut self, line: &str) {
        let number = |text: &str| text.parse::<i64>().unwrap();
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["asked", id, word] => _ = self.questions.insert(number(id), word.to_owned()),
            ["shown", id, length, at] => {
                self.shown.entry(number(id)).or_default().push((length.parse().unwrap(), number(at)));
            }
            ["answered", id] => _ = self.answered.insert(number(id)),
            ["importing", tag] => _ = self.importing.insert(tag.to_owned()),
            ["imported", tag] => _ = self.imported.insert(tag.to_owned()),
            ["made", id] => _ = self.made.insert(number(id)),
            ["deleting", id] => _ = self.deleting.insert(number(id)),
            ["deleted", id] => _ = self.deleted.insert(number(id)),
            ["file", id] => _ = self.files.insert(number(id)),
            ["removed", id] => _ = self.removed.insert(number(id)),
            _ => {}
        }
    }

    /// What is there after a start, as the app does it.
    async fn look(&self, file: &Path, killed_at: i64) -> Found {
        let (library, set_aside) = Library::open(file, now()).unwrap();
        let mut found = Found::default();
        let mut lost = |what: String| found.lost.push(what);
        if let Some(set_aside) = set_aside {
            lost(format!("all: {set_aside:?}"));
        }
        library.close_interrupted().await.unwrap();
        let sweeping = library.sweep_imports(None).await.unwrap();
        while library.sweep_imports(None).await.unwrap() {}

        let chats = library.conversations().await.unwrap();
        let there: BTreeSet<i64> = chats.iter().map(|chat| chat.id).collect();
        for chat in &chats {
            let count = library.messages(chat.id).await.unwrap().len();
            let expected =
                self.made.contains(&chat.id) || chat.title == "copy" || chat.title.starts_with("import ");
            if expected && count != MESSAGES {
                lost(format!("{count} messages are left of {} {}", chat.title, chat.id));
            }
        }
        let bin = library.in_bin(None).await.unwrap();
        for id in &bin {
            let count = library.messages(*id).await.unwrap().len();
            if count != MESSAGES {
                lost(format!("{count} messages are left of {id}, in the bin"));
            }
        }
        for id in &self.made {
            let is_there = there.contains(id) || bin.contains(id);
            if is_there && self.deleted.contains(id) {
                lost(format!("chat {id} is back"));
            } else if !is_there && !self.deleting.contains(id) {
                lost(format!("chat {id}"));
            }
        }
        for tag in &self.importing {
            let count = chats.iter().filter(|chat| chat.title == format!("import {tag}")).count();
            if count != CHATS && (count > 0 || self.imported.contains(tag)) {
                lost(format!("import {tag}: {count} chats"));
            }
        }
        for (id, word) in &self.questions {
            if !library.message(*id).await.is_ok_and(|message| message.text == *word) {
                lost(format!("question {id}"));
            }
        }
        for id in &self.answered {
            if !library.message(*id).await.is_ok_and(|message| message.text == answer(PIECES)) {
                lost(format!("answer {id}"));
            }
        }
        let mut behind = 0;
        for (id, shown) in &self.shown {
            let text = library.message(*id).await.unwrap().text;
            if !answer(PIECES).starts_with(&text) {
                lost(format!("answer {id} has another text"));
            }
            let first_missing = shown.iter().find(|(length, _)| *length > text.len());
            behind = behind.max(first_missing.map_or(0, |(_, at)| killed_at - at));
        }
        for id in &self.files {
            if !library.attachment_bytes(*id).await.is_ok_and(|bytes| bytes == [b'~'; FILE_SIZE]) {
                lost(format!("file {id}"));
            }
        }
        for id in &self.removed {
            if library.attachment(*id).await.is_ok() {
                lost(format!("file {id} is back"));
            }
        }
        // The index goes on where it was, and what was asked last is found.
        library.catch_up(true, &|_| ()).await.unwrap();
        if let Some((id, word)) = self.questions.last_key_value() {
            let search = Search { text: word.clone(), most: 10, ..Search::default() };
            let hits = library.search(search).await.unwrap().hits;
            if !hits.iter().any(|hit| hit.message_id == Some(*id)) {
                lost(format!("question {id} is not found"));
            }
        }
        drop(library);
        let verdict = rusqlite::Connection::open(file).unwrap();
        let verdict = verdict.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap();
        if verdict != "ok" {
            lost(format!("integrity: {verdict}"));
        }
        found.behind = Duration::from_millis(u64::try_from(behind).unwrap_or_default());
        found.committed = self.questions.len()
            + self.answered.len()
            + self.made.len()
            + self.imported.len()
            + self.files.len();
        let under_way = [
            ("streaming", self.shown.keys().any(|id| !self.answered.contains(id))),
            ("importing", self.importing.len() > self.imported.len()),
            ("deleting", self.deleting.len() > self.deleted.len()),
            ("half of it swept", sweeping),
        ];
        found.during = under_way.into_iter().filter(|(_, is_so)| *is_so).map(|(what, _)| what).collect();
        found
    }
}
