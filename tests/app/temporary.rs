//! The temporary chat: it is asked, edited and looked up like any, nothing of it is in any file, and what it cost stays.

use crate::commands::Window;
use crate::house::KEY;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use telltale::library::DraftPlace;

const CHAT: &str = "/v1/chat/completions";
const HISTORY: &str = "/usage/points_history";
/// What each thing that is said in it begins with.
const MARK: &str = "Walrus";

/// All files in the folder, whatever they are.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[track_caller]
fn assert_nothing_in_files(window: &Window) {
    let all = files(window.dir.path());
    assert!(all.iter().any(|file| file.ends_with("telltale.db")), "{all:?}");
    for file in all {
        let bytes = std::fs::read(&file).unwrap();
        for text in [
            MARK.as_bytes().to_vec(),
            MARK.to_lowercase().into_bytes(),
            MARK.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ] {
            assert!(!bytes.windows(text.len()).any(|part| part == text), "{}", file.display());
        }
    }
}

fn begin(window: &Window) -> Value {
    window.ok("begin_temporary_chat", json!({ "model": "demo-flash", "parameters": {} }))
}

fn ask(window: &Window, chat: &Value, question: &str, answer: Reply) -> Value {
    window.sim.on("POST", CHAT, answer);
    let sent = window.ok("send", json!({ "conversationId": chat, "text": question }));
    window.ended(chat, &sent["answer"]["id"])
}

fn temporary(window: &Window) -> Value {
    let chat = window.app().chat.clone();
    let list = chat.conversation_list();
    let list = tauri::async_runtime::block_on(list).unwrap();
    serde_json::to_value(list.temporary).unwrap()
}

fn row(id: &str, points: i64) -> Value {
    json!({
        "query_id": id, "bot_name": "Demo-Flash", "creation_time": telltale::clock::now() * 1_000, "usage_type": "API",
        "cost_points": points, "cost_usd": "0.01", "api_key_name": "Laptop",
    })
}

#[test]
fn nothing_of_it_is_in_any_file_and_what_it_cost_stays() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    window.ok("log_keep_bodies", json!({ "on": true }));
    let kept = window.chat("demo-flash");
    ask(&window, &kept, "Kept as ever?", Reply::answer("As ever."));

    let chat = begin(&window);
    let id = chat["id"].clone();
    assert_eq!((&chat["temporary"], &chat["title"]), (&json!(true), &json!("")));
    assert!(id.as_i64().unwrap() < 1 << 53, "a number of the window");

    // Written, with a file, and sent.
    let place = json!({ "conversationId": id, "insteadOf": null });
    window.ok(
        "save_draft",
        json!({ "place": place, "change": { "text": "Walrus draft", "model": null, "parameters": null } }),
    );
    assert_eq!(
        window.ok("draft", json!({ "place": place, "model": null, "project": null }))["text"],
        "Walrus draft"
    );
    let app = window.app();
    let added = app.chat.outgoing.add_attachment(
        DraftPlace::end_of(id.as_i64().unwrap()),
        "Walrus.txt",
        Ok(b"Walrus tusks, as text".to_vec()),
    );
    let file = tauri::async_runtime::block_on(added).unwrap();
    window.sim.on("POST", CHAT, Reply::answer("Walrus answer"));
    let sent = window
        .ok("send", json!({ "conversationId": id, "text": "Walrus question?", "attachments": [file.id] }));
    let answer = window.ended(&id, &sent["answer"]["id"]);
    assert_eq!(answer["status"]["state"], "done");
    let body = window.sim.requests().into_iter().rfind(|request| request.path == CHAT).unwrap().body;
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("Walrus tusks") && body.contains("Walrus question?"), "{body}");

    // Refused in words that repeat it, asked again, changed, deleted, put back, found.
    let refusal = Reply::error(400, "Walrus is no such thing", "invalid_request_error", None);
    let failed = ask(&window, &id, "Walrus again", refusal);
    assert_eq!(failed["status"]["state"], "failed");
    window.sim.on("POST", CHAT, Reply::answer("Walrus at last"));
    window.ok("resend", json!({ "messageId": failed["id"], "change": {} }));
    let again = window.ended(&id, &failed["id"]);
    window
        .ok("edit_message", json!({ "messageId": again["id"], "text": "Walrus by hand", "attachments": [] }));
    window.ok("delete_message", json!({ "messageId": again["id"] }));
    window.ok("put_back_message", json!({ "messageId": again["id"] }));
    let found = window.ok("find_in_chat", json!({ "conversationId": id, "text": "by hand" }));
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let detail = window.ok("open_conversation", json!({ "id": id }));
    assert_eq!(detail["conversation"]["title"], "Walrus question?");
    assert_eq!(detail["count"], 4);
    assert_eq!(temporary(&window)["id"], id);

    // It is in no list, and nothing that is kept can be made of it.
    let list = window.ok("list_conversations", json!({ "of": { "kind": "chats" }, "from": 0, "count": 50 }));
    assert_eq!(list["rows"].as_array().unwrap().iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&kept]);
    for (command, arguments) in [
        ("fork_conversation", json!({ "messageId": again["id"], "title": "Walrus" })),
        ("duplicate_conversation", json!({ "id": id, "title": "Walrus" })),
        ("summarize_and_start", json!({ "messageId": again["id"] })),
        ("print_chat", json!({ "id": id })),
    ] {
        window.call(command, arguments).expect_err(command);
    }
    window.ok("look_at", json!({ "shown": { "view": "chat", "id": id } }));
    let hits = window.app().search.clone();
    let request =
        serde_json::from_value(json!({ "text": "walrus", "filter": {}, "order": "newest", "from": null }))
            .unwrap();
    assert!(tauri::async_runtime::block_on(hits.find(request)).unwrap().hits.is_empty());

    assert_nothing_in_files(&window);

    // Ended, it is gone.
    window.ok("delete_conversation", json!({ "id": id }));
    assert_eq!(temporary(&window), Value::Null);
    window.call("open_conversation", json!({ "id": id })).unwrap_err();
    window.call("send", json!({ "conversationId": id, "text": "Walrus?" })).unwrap_err();
    assert_nothing_in_files(&window);
    tauri::async_runtime::block_on(app.chat.close());
    assert_nothing_in_files(&window);
    let window = window.start_again();
    assert_eq!(temporary(&window), Value::Null);
    let boot = window.ok("boot", json!({}));
    assert_eq!(
        (&boot["open"], &boot["conversations"]["count"]),
        (&Value::Null, &json!(1)),
        "nothing of it, and the other one"
    );
}

/// Its chat holds it to a budget like any, another one does not count it, and its rows say what they were of.
#[test]
fn what_it_cost_is_known_and_stays() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    let app = window.app();
    tauri::async_runtime::spawn(app.chat.clone().watch_charges());
    let id = begin(&window)["id"].clone();
    let answer = ask(&window, &id, "How much?", Reply::answer("Seven."));
    let rows = json!({ "has_more": false, "length": 1, "data": [row("q1", 7)] });
    window.sim.always("GET", HISTORY, Reply::json(200, rows));
    tauri::async_runtime::block_on(app.ledger.refresh());
    let began = Instant::now();
    while temporary(&window)["points"] != json!(7) {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "what it cost is never known: {}",
            temporary(&window)
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(window.ended(&id, &answer["id"])["status"]["charge"]["points"], 7);
    let limited = json!({ "model": null, "title": null, "parameters": { "budget": 7 } });
    window.ok("change_conversation", json!({ "id": id, "change": limited }));
    window.sim.always("POST", CHAT, Reply::answer("More."));
    let over = ask(&window, &id, "More?", Reply::answer("Never sent."));
    assert_eq!(over["status"]["state"], "failed", "{over}");
    assert_eq!(over["status"]["sentAt"], Value::Null, "{over}");

    let another = begin(&window)["id"].clone();
    assert_ne!(another, id);
    assert_eq!(temporary(&window)["points"], 0);
    window.call("open_conversation", json!({ "id": id })).unwrap_err();
    window.ok("delete_conversation", json!({ "id": another }));
    let rows = |window: &Window| {
        let filter = json!({ "from": null, "to": null, "model": null, "kind": null, "source": null, "here": null, "conversation": null });
        window.ok("usage_rows", json!({ "filter": filter, "order": "newest", "offset": 0, "limit": 10 }))["rows"].clone()
    };
    let known = rows(&window);
    assert_eq!(
        (&known[0]["id"], &known[0]["temporary"], &known[0]["conversation"]),
        (&json!("q1"), &json!(true), &Value::Null)
    );
    tauri::async_runtime::block_on(app.chat.close());
    drop(app);
    // The simulated Poe of another start is another one, with other rows.
    let window = window.start_again();
    let file = rusqlite::Connection::open(window.dir.path().join("telltale.db")).unwrap();
    let kept = "SELECT points, temporary IS NOT NULL, message_id IS NULL FROM calls WHERE query_id = 'q1'";
    let kept = file.query_row(kept, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(kept, (7, true, true));
}
