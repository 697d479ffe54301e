//! Disks that take nothing, for real: a small one that fills up while an answer comes, and one that forbids writing from the
//! start. No word is lost, none is paid twice, and another folder mends it.

use crate::commands::Window;
use crate::conditions::skip;
use crate::house::KEY;
use poe::sim::{Reply, Scenario, Sim};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use telltale::data_folder::DataFolder;
use telltale::library::Library;
use tempfile::TempDir;

const CHAT: &str = "/v1/chat/completions";

/// A start with `data` for the usual folder; a choice is remembered beside it.
pub(crate) fn open(dir: TempDir) -> Window {
    let sim = tauri::async_runtime::block_on(Sim::start(Scenario::Script)).unwrap();
    let data_folder = DataFolder::remembered(dir.path().join("data"), dir.path().join("config/data-folder"));
    Window::open_at(data_folder, sim, dir)
}

fn ask(window: &Window, chat: &Value, text: &str) -> Value {
    let sent = window.ok("send", json!({ "conversationId": chat, "text": text }));
    window.ended(chat, &sent["answer"]["id"])
}

fn actions(card: &Value) -> Vec<&str> {
    let actions = card["actions"].as_array().unwrap().iter();
    actions.map(|it| it["action"].as_str().unwrap()).collect()
}

fn text_in(file: &Path, message: &Value) -> String {
    let (library, set_aside) = Library::open(file, telltale::clock::now()).unwrap();
    assert!(set_aside.is_none());
    let read = library.message(message.as_i64().unwrap());
    tauri::async_runtime::block_on(read).unwrap().text
}

#[test]
fn another_folder_takes_everything_and_the_choice_lasts() {
    let window = open(tempfile::tempdir().unwrap());
    let (old, chosen) = (window.dir.path().join("data"), window.dir.path().join("disk"));
    fs::create_dir(&chosen).unwrap();
    fs::write(chosen.join("a file of somebody else"), "untouched").unwrap();
    window.set_key(KEY).unwrap();
    window.ok("change_settings", json!({ "change": { "theme": "dark" } }));
    let chat = window.chat("demo-flash");
    let first = ask(&window, &chat, "Before?");
    let old_accounts = fs::read(old.join("accounts.json")).unwrap();

    let view = window.ok("move_data", json!({ "folder": chosen }));
    let new = chosen.join("Telltale");
    assert_eq!(view["dataDir"], json!(new));
    // All rooms write there from now on, and nowhere else.
    fs::rename(&old, window.dir.path().join("taken away")).unwrap();
    let second = ask(&window, &chat, "After?");
    assert_eq!(second["status"]["state"], "done");
    window.ok("change_settings", json!({ "change": { "dailyLimit": 777 } }));
    window.ok("rename_account", json!({ "id": 1, "name": "Home" }));
    window.ok("back_up", json!({}));
    let exported = window.ok("log_export", json!({ "withBodies": false }));
    assert!(Path::new(exported.as_str().unwrap()).starts_with(&new), "{exported}");
    let log = fs::read_to_string(new.join("logs/requests.jsonl")).unwrap();
    assert!(log.lines().count() >= 2, "those of before came along: {log}");
    assert!(!old.exists(), "the old folder came back");
    let taken = window.dir.path().join("taken away");
    assert_eq!(fs::read(taken.join("accounts.json")).unwrap(), old_accounts);
    assert!(taken.join("telltale.db").exists());
    assert_eq!(fs::read_to_string(chosen.join("a file of somebody else")).unwrap(), "untouched");

    let posts = window.sim.posts();
    assert_eq!(posts, 2);
    let Window { dir, .. } = window;
    let again = open(dir);
    let boot = again.ok("boot", json!({}));
    assert_eq!(boot["settings"]["dataDir"], json!(new));
    assert_eq!(boot["settings"]["theme"], "dark");
    assert_eq!(boot["settings"]["dailyLimit"], 777);
    assert_eq!(boot["account"]["accounts"][0]["name"], "Home");
    assert_eq!(boot["notices"], json!([]));
    let kept = again.ok("open_conversation", json!({ "id": chat }))["messages"].clone();
    assert_eq!(kept[1]["id"], first["id"]);
    assert_eq!(kept[3]["blocks"], second["blocks"]);
    again.ok("backups", json!({}))["backups"][0].as_object().unwrap();
}

#[test]
fn a_folder_that_cannot_be_used_leaves_everything_where_it_was() {
    let window = open(tempfile::tempdir().unwrap());
    let file = window.dir.path().join("no folder");
    fs::write(&file, "").unwrap();
    let before = window.ok("boot", json!({}))["settings"]["dataDir"].clone();
    let refused = window.call("move_data", json!({ "folder": file })).unwrap_err();
    assert_eq!(refused["code"], "data_folder", "{refused}");
    assert_eq!(refused["title"], "This folder can’t be used");
    assert_eq!(actions(&refused)[0], "choose-folder");
    assert_eq!(window.ok("boot", json!({}))["settings"]["dataDir"], before);
    window.set_key(KEY).unwrap();
    let chat = window.chat("demo-flash");
    assert_eq!(ask(&window, &chat, "Still?")["status"]["state"], "done");
}

#[test]
fn a_remembered_folder_that_is_gone_is_told_and_comes_back_with_its_disk() {
    let window = open(tempfile::tempdir().unwrap());
    let chosen = window.dir.path().join("disk");
    fs::create_dir(&chosen).unwrap();
    window.ok("move_data", json!({ "folder": chosen }));
    let Window { dir, .. } = window;
    let away = dir.path().join("unplugged");
    fs::rename(&chosen, &away).unwrap();

    let window = open(dir);
    let boot = window.ok("boot", json!({}));
    assert_eq!(boot["settings"]["dataDir"], json!(window.dir.path().join("data")));
    assert_eq!(boot["notices"][0]["title"], "Your data folder is missing");
    assert!(!chosen.exists());

    let Window { dir, .. } = window;
    fs::rename(&away, &chosen).unwrap();
    let boot = open(dir).ok("boot", json!({}));
    assert_eq!(boot["settings"]["dataDir"], json!(chosen.join("Telltale")));
    assert_eq!(boot["notices"], json!([]));
}

/// Plays one of the tests below where it may mount disks of its own; false where no process may.
pub(crate) fn played_with_mounts(test: &str) {
    let alone = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount"]).args(arguments);
        command.output()
    };
    if !alone(&["true"]).is_ok_and(|tried| tried.status.success()) {
        return skip("mounts", "no process may mount a disk of its own on this computer");
    }
    let exe = std::env::current_exe().unwrap();
    let played = alone(&[exe.to_str().unwrap(), "--exact", "--ignored", test]).unwrap();
    let said = String::from_utf8_lossy(&played.stdout);
    let complained = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success() && said.contains("1 passed"), "{said}{complained}");
}

pub(crate) fn mount(arguments: &[&str]) {
    let mounted = Command::new("mount").args(arguments).output().unwrap();
    assert!(mounted.status.success(), "{mounted:?}");
}

#[test]
fn a_disk_that_fills_up() {
    played_with_mounts("storage::a_full_disk_costs_no_word");
}

#[test]
fn a_disk_that_forbids_writing() {
    played_with_mounts("storage::a_read_only_folder_is_read_and_left");
}

#[test]
fn a_file_that_cannot_be_deleted() {
    played_with_mounts("storage::what_stays_of_everything_is_told_and_not_tried_again");
}

#[test]
#[ignore = "played by the one above, where it may mount a disk"]
fn what_stays_of_everything_is_told_and_not_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fs::create_dir_all(data.join("backups")).unwrap();
    let backup = data.join("backups/telltale-20261122T153503Z.db");
    for file in [&backup, &data.join("telltale.db"), &data.join("settings.json")] {
        fs::write(file, "{}").unwrap();
    }
    // No system deletes what something is mounted on.
    mount(&["--bind", backup.to_str().unwrap(), backup.to_str().unwrap()]);
    DataFolder::fixed(data.clone()).mark_for_deletion(None).unwrap();
    let window = open(dir);
    let notices = window.ok("boot", json!({}))["notices"].clone();
    assert_eq!(notices.as_array().unwrap().len(), 1, "{notices}");
    assert_eq!(notices[0]["title"], "Some files are still there");
    assert!(notices[0]["what"].as_str().unwrap().contains("backups"), "{notices}");
    assert!(!data.join("deleting").exists() && backup.exists());
    let chat = window.chat("demo-flash");
    let Window { dir, .. } = window;
    open(dir).ok("open_conversation", json!({ "id": chat }));
}

#[test]
#[ignore = "played by the one above, where it may mount a disk"]
fn a_full_disk_costs_no_word() {
    let dir = tempfile::tempdir().unwrap();
    let small = dir.path().join("data");
    fs::create_dir(&small).unwrap();
    mount(&["-t", "tmpfs", "-o", "size=4m", "tmpfs", small.to_str().unwrap()]);
    let window = open(dir);
    window.set_key(KEY).unwrap();
    let chat = window.chat("demo-flash");
    ask(&window, &chat, "While there is room?");

    // The disk is full once the question has arrived at Poe.
    let long = format!("{}\n\n", "tide ".repeat(100)).repeat(60);
    let answer = long.clone();
    window.sim.each("POST", CHAT, move |_| {
        let mut file = fs::File::create(small.join("filler")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
        Reply::answer(&answer)
    });
    let unsaved = ask(&window, &chat, "And now?");
    let card = &unsaved["status"]["card"];
    assert_eq!(card["code"], "storage_failed", "{card}");
    assert_eq!(card["what"], "The disk is full.");
    assert_eq!(actions(card), ["copy-text", "choose-folder", "save-again"]);
    let id = &unsaved["id"];
    let source = window.app().chat.clone();
    let source = tauri::async_runtime::block_on(source.source(id.as_i64().unwrap())).unwrap();
    assert_eq!(source.trim(), long.trim(), "the text to copy");
    let shown = unsaved["blocks"].as_array().unwrap().len();
    assert_eq!(shown, 60, "a reloaded window shows it too");

    // Nothing that would write over it or leave it out is done.
    for (command, arguments) in
        [("save_again", json!({ "messageId": id })), ("resend", json!({ "messageId": id, "change": {} }))]
    {
        let refused = window.call(command, arguments).unwrap_err();
        assert_eq!(refused["code"], "storage_failed", "{command}");
    }
    let refused = window.call("send", json!({ "conversationId": chat, "text": "More?" }));
    let refused = refused.unwrap_err();
    assert_eq!(refused["safe"], "Your message is still in the box. Nothing was sent.");
    assert_eq!(actions(&refused), ["copy-text", "choose-folder", "retry"]);
    assert_eq!(window.sim.posts(), 2);

    let disk = window.dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    window.ok("move_data", json!({ "folder": disk }));
    let saved = window.ended(&chat, id);
    assert_eq!((&saved["status"]["state"], &saved["status"]["card"]), (&json!("done"), &Value::Null));
    let file = disk.join("Telltale/telltale.db");
    assert_eq!(text_in(&file, id).trim(), long.trim());
    assert_eq!(window.sim.posts(), 2, "saved, not sent again");
    window.sim.always("POST", CHAT, Reply::answer("There is room."));
    assert_eq!(ask(&window, &chat, "More?")["status"]["state"], "done");
}

#[test]
#[ignore = "played by the one above, where it may mount a disk"]
fn a_read_only_folder_is_read_and_left() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (library, _) = Library::open(&data.join("telltale.db"), telltale::clock::now()).unwrap();
    let (chat, old) = tauri::async_runtime::block_on(async {
        let chat = library.create_conversation("demo-flash", Default::default(), 1);
        let chat = chat.await.unwrap().id;
        let (_, answer) = library.add_turn(chat, "Before?", "demo-flash", 1).await.unwrap();
        library.save_piece(answer.id, "Of old".to_owned(), String::new(), 1).await.unwrap();
        (json!(chat), json!(answer.id))
    });
    drop(library);
    let before = fs::read(data.join("telltale.db")).unwrap();
    let path = data.to_str().unwrap();
    mount(&["--bind", path, path]);
    mount(&["-o", "remount,bind,ro", path]);

    let window = open(dir);
    let boot = window.ok("boot", json!({}));
    let notices = boot["notices"].as_array().unwrap();
    let chats = notices.iter().find(|it| it["title"] == "Your chats couldn’t be saved");
    let card = chats.unwrap();
    assert_eq!(card["safe"], "This session’s chats are in memory until you quit.");
    assert_eq!(actions(card), ["choose-folder", "copy-details", "dismiss"]);
    let kept = window.ok("open_conversation", json!({ "id": chat }))["messages"].clone();
    assert_eq!(kept[1]["blocks"], json!(["<p>Of old</p>"]), "what can be read is shown");
    let key = json!({ "type": "typed", "key": KEY });
    let given = json!({ "source": key, "keep": "session", "forMessage": null, "progress": "__CHANNEL__:7" });
    window.ok("set_key", given);
    let new = ask(&window, &chat, "In memory?");
    assert_eq!(new["status"]["state"], "done");

    let refused = window.call("delete_everything", json!({})).unwrap_err();
    assert_eq!((&refused["code"], &refused["title"]), (&json!("data_folder"), &json!("Nothing was deleted")));

    let disk = window.dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    window.ok("move_data", json!({ "folder": disk }));
    let file = disk.join("Telltale/telltale.db");
    assert_eq!(text_in(&file, &old), "Of old");
    assert!(!text_in(&file, &new["id"]).is_empty());
    assert_eq!(window.ok("boot", json!({}))["notices"], json!([]));
    assert!(fs::read(data.join("telltale.db")).unwrap() == before, "the old file is as it was");
}
