//! Everything is deleted: no word and no key is left, in the folder or the keychain, whatever ends the app meanwhile.

use crate::commands::Window;
use crate::conditions::wait_until;
use crate::house::{self, KEY};
use poe::Secret;
use poe::sim::{Reply, Scenario, Sim};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tauri::async_runtime::block_on;
use telltale::account::{Keychain, KeychainFault};
use telltale::app::Start;
use telltale::data_folder::DataFolder;
use telltale::library::DraftPlace;
use tempfile::TempDir;

const CHAT: &str = "/v1/chat/completions";
const CANARY: &str = "the lighthouse keeper counts herons";
const OTHER_KEY: &str = "sk-poe-second9876543210second9876543210second98";

fn open(dir: TempDir, keychain: &Keychain) -> Window {
    let sim = block_on(Sim::start(Scenario::Script)).unwrap();
    let folder = DataFolder::fixed(dir.path().to_owned());
    let start = Start { keychain: keychain.clone(), ..house::start(folder, &sim) };
    Window::open_start(start, sim, dir)
}

/// How often it began anew.
fn restarts(window: &Window) -> Arc<AtomicUsize> {
    let restarts = Arc::new(AtomicUsize::new(0));
    let count = restarts.clone();
    window.app().restart_by(Box::new(move || _ = count.fetch_add(1, Ordering::SeqCst)));
    restarts
}

fn holds(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holds(&path, text));
        } else if fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
        {
            found.push(path.display().to_string());
        }
    }
    found
}

fn stored(keychain: &Keychain) -> [bool; 3] {
    let entries = [keychain.clone(), keychain.entry("poe-api-key-2"), keychain.entry("proxy-password")];
    entries.map(|entry| block_on(entry.read()).unwrap().is_some())
}

/// Something everywhere: two accounts, a chat with a file, settings, a backup, an index, an export, a damaged file.
fn fill(window: &Window, keychain: &Keychain) {
    let folder = window.dir.path();
    window.set_key(KEY).unwrap();
    window.set_key_of(true, OTHER_KEY).unwrap();
    let login = json!({ "mode": "manual", "address": "http://127.0.0.1:9", "login": "ada" });
    window.ok("set_proxy", json!({ "change": { "setting": login, "password": "a proxy password" } }));
    window.ok("bypass_proxy", json!({}));
    let chat = window.chat("demo-flash");
    let sent = window.ok("send", json!({ "conversationId": chat, "text": CANARY }));
    window.ended(&chat, &sent["answer"]["id"]);
    let place = DraftPlace::end_of(chat.as_i64().unwrap());
    let bytes = CANARY.repeat(3_000).into_bytes();
    let app = window.app();
    block_on(app.chat.outgoing.add_attachment(place, "a.txt", Ok(bytes))).unwrap();
    window.ok("change_settings", json!({ "change": { "clientId": CANARY } }));
    window.ok("back_up", json!({}));
    window.ok("log_export", json!({ "withBodies": false }));
    fs::write(folder.join("telltale.db.damaged-20261122T141503Z"), CANARY).unwrap();
    fs::write(folder.join("notes.txt"), "somebody else’s").unwrap();
    wait_until("the index has it", || folder.join("telltale.db.search").exists());
    for part in ["telltale.db", "backups", "settings.json"] {
        let found = holds(folder, CANARY);
        assert!(found.iter().any(|path| path.contains(part)), "{part}: {found:?}");
    }
    assert_eq!(stored(keychain), [true; 3]);
}

fn assert_new(window: &Window, keychain: &Keychain) {
    let boot = window.ok("boot", json!({}));
    assert_eq!((&boot["account"]["state"], &boot["notices"]), (&json!("notStored"), &json!([])), "{boot}");
    assert_eq!(boot["account"]["accounts"], json!([]));
    assert_eq!(boot["conversations"]["rows"], json!([]));
    assert_eq!(boot["settings"]["clientId"], json!(null));
    let folder = window.dir.path();
    for text in [CANARY, &KEY[10..], &OTHER_KEY[10..], "a proxy password"] {
        assert_eq!(holds(folder, text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(stored(keychain), [false; 3]);
    assert!(!folder.join("deleting").exists());
    assert_eq!(fs::read_to_string(folder.join("notes.txt")).unwrap(), "somebody else’s");
    window.set_key(KEY).unwrap();
    let chat = window.chat("demo-flash");
    let sent = window.ok("send", json!({ "conversationId": chat, "text": "Anew?" }));
    assert_eq!(window.ended(&chat, &sent["answer"]["id"])["status"]["state"], "done");
}

#[test]
fn no_word_and_no_key_is_left_and_the_app_begins_anew() {
    let keychain = Keychain::memory();
    let window = open(tempfile::tempdir().unwrap(), &keychain);
    fill(&window, &keychain);
    let restarts = restarts(&window);
    // While an answer is coming.
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    window.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    let chat = window.chat("demo-flash");
    window.ok("send", json!({ "conversationId": chat, "text": "Go" }));
    wait_until("its request has left", || window.sim.posts() >= 2);

    window.ok("delete_everything", json!({}));
    assert_eq!(restarts.load(Ordering::SeqCst), 1);
    assert_eq!(window.app().chat.live(), []);
    assert_eq!(stored(&keychain), [false; 3], "before anything else is gone");
    let Window { dir, .. } = window;
    assert_new(&open(dir, &keychain), &keychain);
}

#[test]
fn whatever_was_done_when_it_was_killed_the_next_start_goes_on() {
    let marked =
        |folder: &Path| DataFolder::fixed(folder.to_owned()).mark_for_deletion(Some(vec![1, 2])).unwrap();
    let gone = |folder: &Path| drop(DataFolder::fixed(folder.to_owned()).finish_deletion());
    let stages: [&dyn Fn(&Path); 3] = [
        &|folder| marked(folder),
        &|folder| {
            marked(folder);
            fs::remove_file(folder.join("telltale.db")).unwrap();
            fs::remove_dir_all(folder.join("logs")).unwrap();
        },
        // The files are gone, the keys are not.
        &|folder| {
            marked(folder);
            gone(folder);
        },
    ];
    for stage in stages {
        let keychain = Keychain::memory();
        let window = open(tempfile::tempdir().unwrap(), &keychain);
        fill(&window, &keychain);
        let Window { dir, .. } = window;
        stage(dir.path());
        assert_new(&open(dir, &keychain), &keychain);
    }
}

#[test]
fn a_keychain_that_keeps_its_keys_keeps_everything() {
    let keychain = Keychain::memory();
    let window = open(tempfile::tempdir().unwrap(), &keychain);
    fill(&window, &keychain);
    let restarts = restarts(&window);
    keychain.break_with(Some(KeychainFault::Locked));
    let refused = window.call("delete_everything", json!({})).unwrap_err();
    assert_eq!(refused["code"], "keychain_locked", "{refused}");
    assert_eq!(restarts.load(Ordering::SeqCst), 0);
    assert!(!window.dir.path().join("deleting").exists());
    let rows = window.ok("boot", json!({}))["conversations"]["rows"].as_array().unwrap().len();
    assert_eq!(rows, 1);

    // Where there is none, none holds a key.
    keychain.break_with(Some(KeychainFault::Unavailable));
    window.ok("delete_everything", json!({}));
    assert_eq!(restarts.load(Ordering::SeqCst), 1);
}

#[test]
fn keys_that_stay_at_the_next_start_are_told_of() {
    let keychain = Keychain::memory();
    block_on(keychain.write(Secret::from_pasted(KEY).unwrap())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    DataFolder::fixed(dir.path().to_owned()).mark_for_deletion(Some(vec![1])).unwrap();
    keychain.break_with(Some(KeychainFault::Locked));
    let window = open(dir, &keychain);
    let boot = window.ok("boot", json!({}));
    assert_eq!(boot["notices"][0]["code"], "keychain_locked", "{boot}");
    assert!(!window.dir.path().join("deleting").exists(), "what comes from now on stays");
}

#[test]
fn what_takes_the_space_is_told_by_part() {
    let keychain = Keychain::memory();
    let window = open(tempfile::tempdir().unwrap(), &keychain);
    let sizes = || {
        let view = window.ok("data_folder", json!({}));
        assert_eq!((&view["syncedBy"], &view["movedFrom"]), (&json!(null), &json!(null)));
        view["parts"].clone()
    };
    let size = |part: &str| {
        let all = sizes();
        let found = all.as_array().unwrap().iter().find(|it| it["part"] == part).cloned();
        found.map_or(0, |it| it["bytes"].as_i64().unwrap())
    };
    assert!(size("chats") > 0);
    assert_eq!(size("files"), 0);
    fill(&window, &keychain);
    let (files, chats) = (size("files"), size("chats"));
    assert!(files >= i64::try_from(CANARY.len() * 3_000).unwrap(), "{files}");
    assert!(chats > 0 && size("pointsHistory") > 0 && size("searchIndex") > 0 && size("settings") > 0);
    assert_eq!(size("setAside"), i64::try_from(CANARY.len()).unwrap());
    let backups = size("backups");
    window.ok("back_up", json!({}));
    assert!(size("backups") > backups);
    let names: Vec<_> = sizes().as_array().unwrap().iter().map(|it| it["part"].clone()).collect();
    let order = [
        "chats",
        "files",
        "pointsHistory",
        "searchIndex",
        "backups",
        "setAside",
        "requestLog",
        "exports",
        "settings",
    ];
    assert_eq!(json!(names), json!(order));
}

#[test]
fn a_folder_that_another_program_syncs_is_told_and_so_is_the_one_of_before() {
    let keychain = Keychain::memory();
    let dir = tempfile::tempdir().unwrap();
    let shared = dir.path().join("shared");
    fs::create_dir_all(shared.join(".stfolder")).unwrap();
    let sim = block_on(Sim::start(Scenario::Script)).unwrap();
    let folder = DataFolder::remembered(dir.path().join("usual"), dir.path().join("config/data-folder"));
    let start = Start { keychain, ..house::start(folder, &sim) };
    let window = Window::open_start(start, sim, dir);
    let chosen = block_on(window.app().look_at_folder(shared.display().to_string()));
    assert_eq!(json!(chosen), json!({ "folder": shared, "syncedBy": "syncthing" }));
    window.ok("move_data", json!({ "folder": shared }));
    let view = window.ok("data_folder", json!({}));
    assert_eq!(view["syncedBy"], "syncthing");
    assert_eq!(view["movedFrom"], json!(window.dir.path().join("usual")));
}
