//! Chats that come in: what exports of each program say, what hostile ones come to, and that it is all or nothing.

use crate::conditions::{skip, wait_until};
use crate::house::House;
use crate::storage::{self, mount, played_with_mounts};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tauri::async_runtime::block_on;
use telltale::errors::{Context, Failure, ImportProblem, Incident, Refusal, card_of};
use telltale::events::{Action, ExportFormat, ImportPreview, ImportSource, Imported, LeftOutWhy};
use telltale::library::{
    ArchivedCall, ArchivedChat, ArchivedMessage, ChargeState, Conversation, Library, LibraryError, Message,
    MessageState, Parameters, PromptContent, PromptKind, Role,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

async fn look(house: &House, files: &[PathBuf]) -> ImportPreview {
    house.import.look(files.to_vec()).await.unwrap_or_else(|refusal| panic!("{:?}", refusal.failure)).unwrap()
}

async fn import(house: &House, files: &[PathBuf]) -> (ImportPreview, Imported) {
    let preview = look(house, files).await;
    (preview, house.import.accept().await.unwrap().unwrap())
}

async fn refused(house: &House, file: &Path) -> ImportProblem {
    match house.import.look(vec![file.to_owned()]).await {
        Err(refusal) => match refusal.failure {
            Failure::Import { problem, .. } => problem,
            other => panic!("{}: {other:?}", file.display()),
        },
        Ok(preview) => panic!("{}: {preview:?}", file.display()),
    }
}

fn left_out(preview: &ImportPreview) -> Vec<(LeftOutWhy, i64)> {
    preview.left_out.iter().map(|it| (it.why, it.count)).collect()
}

async fn titled(house: &House, title: &str) -> (Conversation, Vec<Message>) {
    let chats = house.library.conversations().await.unwrap();
    let found = chats.into_iter().find(|chat| chat.title == title);
    let chat = found.unwrap_or_else(|| panic!("no chat {title}"));
    let thread = house.library.messages(chat.id).await.unwrap();
    (chat, thread)
}

/// How many stand in the place of a message.
async fn versions(house: &House, message: &Message) -> usize {
    let chat = house.library.archived_chat(message.conversation_id).await.unwrap();
    let parents = chat.messages.iter().find(|it| it.text == message.text).map(|it| it.parent.clone());
    chat.messages.iter().filter(|it| Some(&it.parent) == parents.as_ref()).count()
}

fn texts(thread: &[Message]) -> Vec<&str> {
    thread.iter().map(|message| message.text.as_str()).collect()
}

/// Nothing that the folder holds has this in it.
fn nowhere(folder: &Path, secret: &str) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            nowhere(&entry.path(), secret);
        } else {
            let bytes = fs::read(entry.path()).unwrap();
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {}", entry.path().display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chatgpt_with_its_branches_thoughts_and_citations() {
    let house = House::new().await;
    let (preview, imported) = import(&house, &[fixture("chatgpt.json")]).await;
    assert_eq!((preview.sources.as_slice(), preview.chats), (&[ImportSource::ChatGpt][..], 2));
    assert_eq!(imported.chats, 2);
    let why = [
        (LeftOutWhy::Empty, 1),
        (LeftOutWhy::Broken, 1),
        (LeftOutWhy::LostMessage, 1),
        (LeftOutWhy::FileNotInFile, 2),
    ];
    assert_eq!(left_out(&preview), why);
    let (chat, thread) = titled(&house, "Tides").await;
    let asked = "Why are there two tides a day?\n\n[beach.png isn’t in the import]\n\n[chart.pdf isn’t in the import]";
    let answered = "Because the Earth turns below two bulges.([Sea](https://sea.example))";
    assert_eq!(texts(&thread)[..2], [asked, ""]);
    assert_eq!(texts(&thread)[2..], [answered, "And springs?", "Sun and Moon in line."]);
    assert!(thread[1].reasoning.contains("**The Moon**") && thread[1].reasoning.contains("[Used web.run]"));
    assert_eq!((thread[2].model.as_str(), thread[4].finish.as_deref()), ("thinker-2", Some("length")));
    assert_eq!((chat.updated_at, thread[0].created_at), (1_760_000_900_500, 1_760_000_001_500));
    assert!(thread.iter().all(|message| message.created_at > 1_700_000_000_000));
    assert_eq!(versions(&house, &thread[2]).await, 2, "the other way is kept");
    let (_, round) = titled(&house, "Broken").await;
    assert_eq!(texts(&round), ["round", "and round"]);

    // Once more, and what is here is here once.
    let (preview, imported) = import(&house, &[fixture("chatgpt.json")]).await;
    assert_eq!((preview.here, imported.chats, imported.added, imported.here), (2, 0, 0, 2));
    assert_eq!(house.library.conversations().await.unwrap().len(), 2);
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_with_its_blocks_and_projects() {
    let house = House::new().await;
    let files = [fixture("claude.json"), fixture("claude-projects.json")];
    let (preview, imported) = import(&house, &files).await;
    assert_eq!((preview.chats, preview.projects, preview.attachments, imported.chats), (2, 1, 1, 2));
    assert_eq!(left_out(&preview), [(LeftOutWhy::Empty, 1), (LeftOutWhy::FileNotInFile, 1)]);
    let (chat, thread) = titled(&house, "Count the boats.").await;
    let asked = "Count the boats.\n\n[map.png isn’t in the import]";
    let found = ["Two. [harbor.example](<https://harbor.example/list>)", "Thank you."];
    assert_eq!(texts(&thread), [asked, found[0], found[1]]);
    assert_eq!(thread[1].reasoning, "Two lines.\n\n[Used counter]");
    assert_eq!(thread[1].first_text_at.zip(thread[1].sent_at).map(|(to, from)| to - from), Some(2_500));
    assert_eq!(versions(&house, &thread[1]).await, 2);
    let attached = house.library.attachments(chat.id).await.unwrap();
    assert_eq!(house.library.attachment_bytes(attached[0].id).await.unwrap(), b"one\ntwo\n");
    let (_, old) = titled(&house, "Old export").await;
    assert_eq!(texts(&old), ["Hello", "Hi"]);
    let projects = house.library.archived_projects().await.unwrap();
    assert_eq!((projects[0].name.as_str(), projects[0].files.len()), ("Boats", 1));
    assert_eq!(projects[0].parameters["system"], "Speak like a sailor.");

    // One chat that is the whole file.
    let one: Vec<Value> = serde_json::from_slice(&fs::read(&files[0]).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "one.json", one[0].to_string());
    assert_eq!(look(&house, &[file]).await.here, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn chatbox_and_nextchat_without_their_keys() {
    let house = House::new().await;
    let (preview, _) = import(&house, &[fixture("chatbox.json"), fixture("nextchat.json")]).await;
    assert_eq!(preview.chats, 3);
    let why = left_out(&preview);
    let expected = [(LeftOutWhy::NotInFile, 1), (LeftOutWhy::FileNotInFile, 1), (LeftOutWhy::Settings, 3)];
    assert_eq!(why, expected);
    let (knots, thread) = titled(&house, "Knots").await;
    let asked = "Which knot?\n\n[A file that isn’t in the import]";
    assert_eq!(texts(&thread), [asked, "A bowline.", ""]);
    assert_eq!(thread[1].reasoning, "A loop.\n\n[Used rope]");
    assert_eq!((thread[1].prompt_tokens, thread[1].completion_tokens), (Some(4), Some(3)));
    assert_eq!(thread[2].state, MessageState::Failed);
    let incident = Incident::read(thread[2].incident.as_deref().expect("what went wrong"));
    assert!(card_of(&incident, &Context::default()).what.contains("Rate limited"));
    assert_eq!(knots.parameters.system.as_deref(), Some("Speak of ropes."));
    assert_eq!((knots.parameters.temperature, knots.parameters.top_p), (Some(0.25), Some(0.5)));
    assert_eq!(versions(&house, &thread[1]).await, 2);
    assert_eq!(texts(&titled(&house, "Before").await.1), ["Old words."]);

    let (winds, thread) = titled(&house, "Winds").await;
    assert_eq!(texts(&thread), ["Which wind?", "West.", "On this map?", "East"]);
    assert_eq!((thread[3].state, winds.sent_from), (MessageState::Cut, Some(thread[2].id)));
    assert_eq!(winds.parameters.system.as_deref(), Some("Speak of weather."));
    assert_eq!(house.library.attachments(winds.id).await.unwrap()[0].mime, "image/png");
    let times: Vec<i64> = thread.iter().map(|message| message.created_at).collect();
    assert_eq!(times, [1_772_614_800_000, 1_772_614_805_000, 1_772_614_860_000, 1_772_614_860_000]);

    let folder = house.file().parent().unwrap().to_owned();
    let told = house.told().concat();
    for secret in
        ["canary-CHATBOX", "canary-NEXTCHAT", "LICENSE-CANARY", "ACCESS-CANARY", "elsewhere.example"]
    {
        nowhere(&folder, secret);
        assert!(!told.contains(secret), "{secret}");
    }
}

/// Exports that were seen, and what they should come to, lie beside the repository.
#[tokio::test(flavor = "multi_thread")]
async fn samples_that_were_seen() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/import");
    let folder = std::env::var_os("TELLTALE_IMPORTS").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        return skip("imports", "TELLTALE_IMPORTS names no folder of exports");
    }
    let house = House::new().await;
    let samples = ["chatgpt-branches", "claude-conversations", "chatbox-backup", "nextchat-backup"];
    let files: Vec<PathBuf> = samples.iter().map(|name| folder.join(format!("{name}.json"))).collect();
    let (preview, imported) = import(&house, &files).await;
    assert_eq!((preview.chats, imported.chats), (5, 5), "{preview:?}");
    let ways = titled(&house, "Two ways").await;
    assert_eq!(texts(&ways.1), ["Name a colour.", "Blue.", "Another?", "Green."]);
    assert_eq!((ways.0.updated_at, ways.1[1].model.as_str()), (1_760_000_500_125, "model-b"));
    assert_eq!(house.library.message_ids(ways.0.id).await.unwrap().len(), 7);
    assert_eq!((versions(&house, &ways.1[1]).await, versions(&house, &ways.1[2]).await), (2, 2));
    let sum = titled(&house, "Sum this up.").await;
    assert_eq!(texts(&sum.1)[1..], ["There are three words.", "Thanks.", "You are welcome."]);
    assert!(sum.1[0].text.contains("photo.png"));
    assert_eq!(house.library.attachments(sum.0.id).await.unwrap()[0].name, "notes.txt");
    let first = titled(&house, "first thread").await;
    assert_eq!(texts(&first.1), ["Before."]);
    let trips: Vec<_> = house.library.conversations().await.unwrap();
    let trips = trips.iter().filter(|chat| chat.title == "Trip").count();
    assert_eq!(trips, 2, "of Chatbox and of NextChat");
    let folder = house.file().parent().unwrap().to_owned();
    for number in 1..=4 {
        nowhere(&folder, &format!("CANARY-{number}"));
    }
    let without = serde_json::from_slice::<Value>(&fs::read(&files[2]).unwrap()).unwrap();
    let mut without = without.as_object().unwrap().clone();
    without.retain(|key, _| !key.starts_with("session:") && key != "chat-sessions-list");
    without.insert("__exported_items".to_owned(), json!(["setting"]));
    let file = write(&folder, "settings-only.json", Value::Object(without).to_string());
    assert_eq!(refused(&house, &file).await, ImportProblem::NoChats);
}

/// A chat as it could stand in a library: a tree of some messages, with whatever they may carry.
fn random_chat(random: &mut fastrand::Rng, number: usize, preset: &str) -> ArchivedChat {
    let count = random.usize(1..30);
    let word = |random: &mut fastrand::Rng| -> String {
        let words = ["tide", "größe", "海", "🦀", "\"q\"", "a\nb", "{}", "\\u0000", "</script>", ""];
        (0..random.usize(0..6)).map(|_| words[random.usize(..words.len())]).collect()
    };
    let key = format!("chat-{number}");
    let mut messages: Vec<ArchivedMessage> = Vec::new();
    let mut chosen: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for at in 0..count {
        let above = (at > 0 && random.u8(..10) > 0).then(|| random.usize(..at));
        let role = match above.map(|above| messages[above].role) {
            Some(Role::User) => Role::Assistant,
            _ => Role::User,
        };
        let parent = above.map(|above| messages[above].key.clone());
        let most = chosen.entry(parent.clone()).or_default();
        *most += i64::from(random.bool());
        let states = [MessageState::Done, MessageState::Stopped, MessageState::Cut, MessageState::Failed];
        let is_answer = role == Role::Assistant;
        let calls = if is_answer && random.bool() {
            vec![ArchivedCall {
                model: "m".to_owned(),
                sent_at: random.i64(1..1_000_000),
                ended_at: Some(2_000_000),
                answered: true,
                charge: ChargeState::Charged,
                points: Some(random.i64(0..500)),
                cache_saved: Some(random.i64(-5..50)),
                query_id: Some(format!("q-{number}-{at}")),
                ..ArchivedCall::default()
            }]
        } else {
            Vec::new()
        };
        messages.push(ArchivedMessage {
            key: format!("{key}:{}", 1000 + at),
            parent,
            role,
            state: if is_answer { states[random.usize(..4)] } else { MessageState::Done },
            text: word(random),
            reasoning: if is_answer { word(random) } else { String::new() },
            model: format!("model-{}", random.u8(..4)),
            finish: is_answer.then(|| "stop".to_owned()),
            incident: (is_answer && random.u8(..5) == 0)
                .then(|| json!({"version": 1, "failure": {"kind": "noKey"}})),
            created_at: random.i64(1..1_000_000),
            updated_at: random.i64(1..1_000_000),
            ended_at: is_answer.then(|| random.i64(1..1_000_000)),
            completion_tokens: is_answer.then(|| random.i64(0..900)),
            chosen: *most,
            calls,
            ..ArchivedMessage::default()
        });
    }
    let mut parameters = Map::new();
    parameters.insert("system".to_owned(), json!(word(random)));
    parameters.insert("ofALaterVersion".to_owned(), json!([1, 2]));
    let sent_from = random.bool().then(|| messages[random.usize(..count)].key.clone());
    let calls = || messages.iter().flat_map(|message| &message.calls);
    ArchivedChat {
        title: format!("Chat {number} {}", word(random).replace('\n', " ")),
        model: "model-1".to_owned(),
        parameters,
        created_at: random.i64(1..1_000_000),
        updated_at: random.i64(1..1_000_000),
        answered_at: random.bool().then_some(7),
        pinned: random.bool().then_some(3),
        archived_at: random.bool().then_some(9),
        unread: random.bool(),
        preset: random.bool().then(|| preset.to_owned()),
        all_left_out: sent_from.is_none() && random.bool(),
        sent_from,
        summary: random.bool().then(|| word(random)),
        points: calls().filter_map(|call| call.points).sum(),
        saved: calls().filter_map(|call| call.cache_saved).sum(),
        key,
        messages,
        ..ArchivedChat::default()
    }
}

fn preset() -> PromptContent {
    let parameters = Parameters::default();
    PromptContent {
        kind: PromptKind::Preset,
        name: "Sailor".to_owned(),
        text: String::new(),
        model: None,
        parameters,
    }
}

fn archive(chats: &[ArchivedChat]) -> Value {
    json!({"format": "telltale-archive", "version": 1, "chats": chats, "projects": [], "files": []})
}

/// The chats of an archive, by their keys, with what is shown told by the choices alone.
fn chats_of(text: &str) -> BTreeMap<String, ArchivedChat> {
    let archive: Value = serde_json::from_str(text).unwrap();
    let chats: Vec<ArchivedChat> = serde_json::from_value(archive["chats"].clone()).unwrap();
    chats.into_iter().map(|chat| (chat.key.clone(), chat)).collect()
}

/// The keys of what a thread shows, by the format's own words.
fn way(chat: &ArchivedChat) -> Vec<String> {
    let mut way: Vec<String> = Vec::new();
    loop {
        let last = way.last();
        let next = chat.messages.iter().filter(|it| it.parent.as_ref() == last).max_by_key(|it| it.chosen);
        let Some(next) = next else { return way };
        way.push(next.key.clone());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_goes_out_again_the_same_and_two_libraries_double_nothing() {
    let rounds = std::env::var("TELLTALE_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(4);
    for seed in 0..rounds {
        let mut random = fastrand::Rng::with_seed(seed);
        let (first, second) = (House::new().await, House::new().await);
        let preset = first.library.create_prompt(preset(), 1).await.unwrap().unwrap();
        let chats: Vec<ArchivedChat> =
            (0..12).map(|number| random_chat(&mut random, number, &preset.key)).collect();
        let folder = tempfile::tempdir().unwrap();
        let file = write(folder.path(), "in.json", archive(&chats).to_string());
        let (_, imported) = import(&first, &[file]).await;
        assert_eq!(imported.chats, 12, "seed {seed}");
        let out = folder.path().join("out.json");
        first.archive.export(None, ExportFormat::Json, out.clone()).await.unwrap();
        let gone_out = chats_of(&fs::read_to_string(&out).unwrap());
        for chat in &chats {
            let mut out = gone_out[&chat.key].clone();
            let shown: Vec<String> = way(chat);
            let told = out.messages.iter().filter(|it| it.shown).map(|it| it.key.clone());
            let told: std::collections::BTreeSet<String> = told.collect();
            assert_eq!(told, shown.into_iter().collect(), "seed {seed}, {}", chat.key);
            out.messages.iter_mut().for_each(|message| message.shown = false);
            assert_eq!(&out, chat, "seed {seed}");
        }

        // The second library has some of them, of which one goes on there.
        let some: Vec<ArchivedChat> = chats.iter().take(5).cloned().collect();
        let file = write(folder.path(), "some.json", archive(&some).to_string());
        import(&second, &[file]).await;
        let (here, _) = titled(&second, &chats[0].title).await;
        let (question, _) = second.library.add_turn(here.id, "Only here", "m", 5_000_000).await.unwrap();
        let (preview, imported) = import(&second, std::slice::from_ref(&out)).await;
        assert_eq!((preview.here, imported.chats, imported.here), (5, 7, 5), "seed {seed}");
        // And back: only what is new there.
        second.archive.export(None, ExportFormat::Json, out.clone()).await.unwrap();
        let both = chats_of(&fs::read_to_string(&out).unwrap());
        assert_eq!(both.len(), 12);
        let (_, imported) = import(&first, std::slice::from_ref(&out)).await;
        assert_eq!((imported.chats, imported.added, imported.here), (0, 2, 11), "seed {seed}");
        first.archive.export(None, ExportFormat::Json, out.clone()).await.unwrap();
        let merged = chats_of(&fs::read_to_string(&out).unwrap());
        let keys = |chat: &ArchivedChat| {
            let mut keys: Vec<_> =
                chat.messages.iter().map(|it| (it.key.clone(), it.parent.clone())).collect();
            keys.sort();
            keys
        };
        for (key, chat) in &both {
            assert_eq!(keys(chat), keys(&merged[key]), "seed {seed}, {key}");
        }
        let shown = first.library.messages(titled(&first, &chats[0].title).await.0.id).await.unwrap();
        assert_eq!(
            shown.len(),
            second.library.path(question.id).await.unwrap().len() + 1,
            "it goes on here too"
        );
        assert_eq!(shown[shown.len() - 2].text, "Only here");
    }
}

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_are_read_whatever_their_parts_are_called() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<Value> = serde_json::from_slice(&fs::read(fixture("chatgpt.json")).unwrap()).unwrap();
    let (first, second) = (json!([all[0]]).to_string(), json!([all[1]]).to_string());
    let picture = b"\x89PNG\r\n\x1a\nrest";
    let inner = package(&[("conversations.json", first.as_bytes())]);
    let bytes = package(&[
        ("conversations-000.json", first.as_bytes()),
        ("../../etc/conversations-001.json", second.as_bytes()),
        ("file_abc123-beach.png", picture),
        ("user.json", br#"{"id":"me","email":"a@b.example"}"#),
        ("chat.html", b"<html>"),
        ("inner.zip", &inner),
    ]);
    let (preview, imported) = import(&house, &[write(folder.path(), "any.zip", bytes)]).await;
    assert_eq!((preview.chats, preview.attachments, imported.chats), (2, 1, 2), "{preview:?}");
    let other: Vec<_> = preview.left_out.iter().filter(|it| it.why == LeftOutWhy::OtherFile).collect();
    assert_eq!(other[0].count, 3, "{other:?}");
    let (chat, _) = titled(&house, "Tides").await;
    let attached = house.library.attachments(chat.id).await.unwrap();
    assert_eq!((attached[0].name.as_str(), attached[0].mime.as_str()), ("beach.png", "image/png"));

    // A small file names several packages; one of them is not there.
    let claude = fs::read(fixture("claude.json")).unwrap();
    write(folder.path(), "part-000.zip", package(&[("conversations.json", &claude)]));
    let list = json!({"parts": [{"url": "https://x.example/part-000.zip?sig=1"}, {"name": "part-001.zip"}]});
    let preview = look(&house, &[write(folder.path(), "manifest.json", list.to_string())]).await;
    assert_eq!((preview.chats, preview.sources.as_slice()), (2, &[ImportSource::Claude][..]));
    assert!(left_out(&preview).contains(&(LeftOutWhy::PartMissing, 1)), "{preview:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hostile_ends_in_plain_words() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| write(folder.path(), name, bytes);
    let began = Instant::now();
    for (name, text) in [
        ("empty", ""),
        ("blank", "  "),
        ("list", "[]"),
        ("numbers", "[1,2,3]"),
        ("word", "hello"),
        ("open", "["),
        ("quote", "\""),
        ("object", "{}"),
        ("other", r#"{"users":[{"name":"x"}]}"#),
    ] {
        assert_eq!(refused(&house, &file(name, text.as_bytes())).await, ImportProblem::Unknown, "{name}");
    }
    let newer = br#"{"format":"telltale-archive","version":9,"chats":[]}"#;
    assert_eq!(refused(&house, &file("newer", newer)).await, ImportProblem::Newer { version: 9 });
    let none = br#"{"format":"telltale-archive","version":1,"chats":[]}"#;
    assert_eq!(refused(&house, &file("none", none)).await, ImportProblem::NoChats);
    assert!(matches!(refused(&house, Path::new("/nowhere.json")).await, ImportProblem::Unreadable { .. }));
    assert!(matches!(refused(&house, folder.path()).await, ImportProblem::Unreadable { .. }));

    // Zip files: cut off, with a password, and such as unpack to more than any export.
    let zip = package(&[("a.json", &fs::read(fixture("claude.json")).unwrap())]);
    assert_eq!(refused(&house, &file("cut.zip", &zip[..zip.len() / 2])).await, ImportProblem::BrokenZip);
    let mut locked = zip.clone();
    for at in [6, zip.windows(4).rposition(|it| it == b"PK\x01\x02").unwrap() + 8] {
        locked[at] |= 1;
    }
    assert_eq!(refused(&house, &file("locked.zip", &locked)).await, ImportProblem::Encrypted);
    let mut bomb = b"[\"".to_vec();
    bomb.resize(64 * 1024 * 1024, b'a');
    let bomb = package(&[("conversations.json", &bomb)]);
    assert!(bomb.len() < 200_000);
    assert_eq!(refused(&house, &file("bomb.zip", &bomb)).await, ImportProblem::Bomb);

    // Chats: too deep, with too many parts, half of a character, damaged letters, a mark of the byte order, cut off at the end.
    let good = r#"{"uuid":"g","name":"Good","chat_messages":[{"sender":"human","text":"Hi \ud83d"}]}"#;
    let deep =
        format!(r#"{{"uuid":"d","name":"Deep","chat_messages":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let many = format!(r#"{{"uuid":"m","name":"Many","chat_messages":[{}1]}}"#, "1,".repeat(2_000_000));
    let mut bytes = format!("\u{feff}[{deep},{many},{good},{{\"chat_messages\":7,\"name\":").into_bytes();
    bytes.extend(b"\"\xff\xfe\"},{\"uuid\":\"b\",\"name\":\"\xff\",\"chat_messages\":[{\"sender\":\"human\",\"text\":\"x\"}]},{\"uuid\":");
    let preview = look(&house, &[file("mixed.json", &bytes)]).await;
    let why = [(LeftOutWhy::Broken, 2), (LeftOutWhy::TooLarge, 1), (LeftOutWhy::CutOff, 1)];
    assert_eq!((preview.chats, left_out(&preview)), (2, why.to_vec()), "{preview:?}");
    house.import.cancel();
    assert!(began.elapsed() < Duration::from_secs(60));
    assert_eq!(house.library.conversations().await.unwrap(), []);
}

/// Fixtures with pieces of them moved, cut out, doubled and swapped for something of another kind: no panic, no hang, and what
/// comes of them can be brought in and read.
#[tokio::test(flavor = "multi_thread")]
async fn mutations_of_every_program_end_well() {
    let seconds = std::env::var("TELLTALE_FUZZ_SECONDS").ok().and_then(|it| it.parse().ok()).unwrap_or(4);
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    let own = archive(&[random_chat(&mut random, 1, "sailor")]).to_string().into_bytes();
    let names = ["chatgpt.json", "claude.json", "chatbox.json", "nextchat.json", "claude-projects.json"];
    let mut seeds: Vec<Vec<u8>> = names.iter().map(|name| fs::read(fixture(name)).unwrap()).collect();
    seeds.push(own);
    seeds.push(package(&[("a.json", &seeds[0]), ("b.png", b"\x89PNG\r\n\x1a\n")]));
    let pieces: [&[u8]; 14] = [
        b"null",
        b"[]",
        b"{}",
        b"\"\"",
        b"0",
        b"-1",
        b"1e999",
        b"[[[[",
        b"\"messages\":",
        b"\\ud800",
        b"\xff",
        b"\0",
        b"true",
        b"PK",
    ];
    let began = Instant::now();
    let (mut tried, mut came) = (0, 0);
    while began.elapsed() < Duration::from_secs(seconds) {
        let mut bytes = seeds[random.usize(..seeds.len())].clone();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(..bytes.len());
            let to = (at + random.usize(1..40)).min(bytes.len());
            match random.u8(..4) {
                0 => drop(bytes.drain(at..to)),
                1 => drop(bytes.splice(at..to, pieces[random.usize(..pieces.len())].iter().copied())),
                2 => {
                    let piece = bytes[at..to].to_vec();
                    let there = random.usize(..bytes.len());
                    bytes.splice(there..there, piece);
                }
                _ => bytes[at] = random.u8(..),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        let one = Instant::now();
        let looked = house.import.look(vec![write(folder.path(), "mutation", &bytes)]).await;
        tried += 1;
        match looked {
            Ok(preview) if tried % 8 == 0 => {
                assert!(preview.is_some());
                house.import.accept().await.unwrap().unwrap();
                came += 1;
            }
            Ok(_) => {}
            Err(refusal) => assert!(matches!(refusal.failure, Failure::Import { .. }), "{refusal:?}"),
        }
        assert!(one.elapsed() < Duration::from_secs(5), "a mutation took {:?}", one.elapsed());
    }
    assert!(tried > 20 && came > 0, "{tried} mutations, {came} came in");
    for chat in house.library.conversations().await.unwrap() {
        house.library.messages(chat.id).await.unwrap();
        house.library.archived_chat(chat.id).await.unwrap();
    }
    let verdict = rusqlite::Connection::open(house.file()).unwrap();
    let verdict = verdict.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(verdict.unwrap(), "ok");
}

/// Enough that it takes a while.
fn large() -> Value {
    let messages = |chat: usize| -> Vec<Value> {
        let one = |at: usize| {
            let parent = if at == 0 { "none".to_owned() } else { format!("{chat}-{}", at - 1) };
            let sender = if at.is_multiple_of(2) { "human" } else { "assistant" };
            json!({"uuid": format!("{chat}-{at}"), "sender": sender, "text": "tide ".repeat(40), "parent_message_uuid": parent})
        };
        (0..400).map(one).collect()
    };
    let chat = |number: usize| json!({"uuid": format!("c{number}"), "name": format!("Chat {number}"), "chat_messages": messages(number)});
    Value::from((0..40).map(chat).collect::<Vec<_>>())
}

fn rows(house: &House, table: &str) -> i64 {
    let file = rusqlite::Connection::open(house.file()).unwrap();
    file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_shows_before_all_is_there_and_a_cancelled_import_leaves_nothing() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "large.json", large().to_string());
    look(&house, std::slice::from_ref(&file)).await;
    let import = house.import.clone();
    let under_way = tokio::spawn(async move { import.accept().await });
    house.until_told("\"act\":\"import\"").await;
    // Sending goes on, and the list knows of nothing else.
    let (asked, answer) = house.ask("Meanwhile?").await;
    house.ended(answer).await;
    let shown: Vec<i64> = house.library.conversations().await.unwrap().iter().map(|it| it.id).collect();
    assert_eq!(shown, [asked]);
    assert_eq!(house.library.archive_list().await.unwrap(), [asked]);
    house.import.cancel();
    assert_eq!(under_way.await.unwrap().unwrap(), None);
    assert_eq!((rows(&house, "conversations"), rows(&house, "messages"), rows(&house, "imports")), (1, 2, 0));

    // The app ends in the middle: what had come is swept away at the next start.
    look(&house, std::slice::from_ref(&file)).await;
    let import = house.import.clone();
    let under_way = tokio::spawn(async move { import.accept().await });
    crate::conditions::until("some of it is in the file", async || rows(&house, "messages") > 1_000).await;
    let house = house.killed().await;
    drop(under_way);
    let shown: Vec<i64> = house.library.conversations().await.unwrap().iter().map(|it| it.id).collect();
    assert_eq!(shown, [asked]);
    assert!(rows(&house, "messages") > 1_000);
    house.import.clear().await.unwrap();
    assert_eq!((rows(&house, "conversations"), rows(&house, "messages"), rows(&house, "imports")), (1, 2, 0));

    let (_, imported) = self::import(&house, &[file]).await;
    assert_eq!((imported.chats, rows(&house, "messages")), (40, 16_002));
    let left = house.file().with_file_name("import.db");
    assert!(!left.exists(), "what was staged is gone");
}

/// What the disk is filled with until it is full.
fn fill_up(folder: &Path) {
    let mut file = fs::File::create(folder.join("filler")).unwrap();
    while file.write_all(&[0; 512]).is_ok() {}
}

#[test]
fn a_disk_that_fills_up_while_chats_come_in() {
    played_with_mounts("import::a_full_disk_drops_an_import_whole");
}

#[test]
#[ignore = "played by the one above, where it may mount a disk"]
fn a_full_disk_drops_an_import_whole() {
    let dir = tempfile::tempdir().unwrap();
    let small = dir.path().join("data");
    fs::create_dir(&small).unwrap();
    mount(&["-t", "tmpfs", "-o", "size=24m", "tmpfs", small.to_str().unwrap()]);
    let file = write(dir.path(), "large.json", large().to_string());
    let window = storage::open(dir);
    let app = window.app();
    let shown = || block_on(app.library.conversations()).unwrap().len();
    let mine = window.chat("demo-flash");

    // There is no room to look through it.
    fill_up(&small);
    let refused = block_on(app.import.look(vec![file.clone()])).unwrap_err();
    let refused = app.card(refused);
    assert_eq!(
        (refused.code.as_str(), refused.what.as_str()),
        ("import_failed", "The disk is full. Nothing was imported.")
    );
    assert_eq!(refused.actions[0].action, Action::ChooseFolder);
    assert!(!small.join("import.db").exists());
    fs::remove_file(small.join("filler")).unwrap();

    // There is room for that, and none to bring it in.
    block_on(app.import.look(vec![file.clone()])).unwrap().unwrap();
    let import = app.import.clone();
    let under_way = tauri::async_runtime::spawn(async move { import.accept().await });
    wait_until("some of it is in the file", || {
        window.told.lock().unwrap().iter().any(|event| event.contains("\"act\":\"import\""))
    });
    fill_up(&small);
    let refused: Result<_, Refusal> = block_on(under_way).unwrap();
    let Failure::Import { problem: ImportProblem::Library(LibraryError::Full), .. } =
        refused.unwrap_err().failure
    else {
        panic!("another failure");
    };
    assert_eq!(shown(), 1, "none of them shows");

    // Once there is room, and without a start in between, all of it comes in once.
    fs::remove_file(small.join("filler")).unwrap();
    block_on(app.import.look(vec![file])).unwrap().unwrap();
    let imported = block_on(app.import.accept()).unwrap().unwrap();
    assert_eq!((imported.chats, imported.added, imported.here, shown()), (40, 0, 0, 41));
    for chat in block_on(app.library.conversations()).unwrap().iter().filter(|chat| json!(chat.id) != mine) {
        assert_eq!(block_on(app.library.messages(chat.id)).unwrap().len(), 400, "{}", chat.title);
    }
}

#[test]
fn a_folder_that_forbids_writing_imports_nothing() {
    played_with_mounts("import::a_read_only_folder_is_said_at_an_import");
}

#[test]
#[ignore = "played by the one above, where it may mount a disk"]
fn a_read_only_folder_is_said_at_an_import() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    let path = data.to_str().unwrap();
    mount(&["--bind", path, path]);
    mount(&["-o", "remount,bind,ro", path]);
    let window = storage::open(dir);
    let app = window.app();
    let refused = app.card(block_on(app.import.look(vec![fixture("chatgpt.json")])).unwrap_err());
    assert_eq!(refused.what, "The folder is read-only. Nothing was imported.");
    assert_eq!(refused.actions[0].action, Action::ChooseFolder);
    let disk = window.dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    window.ok("move_data", json!({ "folder": disk }));
    block_on(app.import.look(vec![fixture("chatgpt.json")])).unwrap().unwrap();
    assert_eq!(block_on(app.import.accept()).unwrap().unwrap().chats, 2);
}

#[test]
fn an_import_goes_on_in_the_folder_that_everything_moves_to() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), "large.json", large().to_string());
    let window = storage::open(dir);
    let (app, old) = (window.app(), window.dir.path().join("data"));
    block_on(app.import.look(vec![file])).unwrap().unwrap();
    let import = app.import.clone();
    let under_way = tauri::async_runtime::spawn(async move { import.accept().await });
    wait_until("some of it is in the file", || {
        let told = window.told.lock().unwrap();
        told.iter().filter(|event| event.contains("\"act\":\"import\"")).count() > 5
    });
    let disk = window.dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    window.ok("move_data", json!({ "folder": disk }));
    assert_eq!(block_on(under_way).unwrap().unwrap().unwrap().chats, 40);
    let chats = block_on(app.library.conversations()).unwrap();
    assert_eq!(chats.len(), 40);
    for chat in &chats {
        assert_eq!(block_on(app.library.messages(chat.id)).unwrap().len(), 400, "{}", chat.title);
    }
    assert!(!old.join("import.db").exists(), "what was staged is gone");
    let (of_before, _) = Library::open(&old.join("telltale.db"), telltale::clock::now()).unwrap();
    assert!(block_on(of_before.conversations()).unwrap().is_empty(), "the half of it shows nowhere");
}
