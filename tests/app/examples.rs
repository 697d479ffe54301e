//! The demo's example chats: all of them come, are found in each of their languages, come once, and go.

use crate::commands::Window;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn listed(window: &Window, of: Value) -> (i64, Vec<Value>) {
    let part = window.ok("list_conversations", json!({ "of": of, "from": 0, "count": 200 }));
    (part["count"].as_i64().unwrap(), part["rows"].as_array().unwrap().clone())
}

fn titles(rows: &[Value]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["title"].as_str()).collect()
}

fn request(text: &str, shown: usize) -> Value {
    let none = json!({ "conversation": null, "project": null, "model": null, "role": null, "since": null, "until": null,
        "hasFiles": false, "points": null });
    json!({ "text": text, "filter": none, "order": "newest", "from": null, "shown": shown })
}

/// Titles of the chats that are found, once the index has them.
fn found(window: &Window, text: &str) -> Vec<String> {
    let request = request(text, 16);
    let began = Instant::now();
    loop {
        let view = window.ok("search_chats", json!({ "request": request }));
        let hits = view["hits"].as_array().unwrap();
        if !hits.is_empty() || began.elapsed() > Duration::from_secs(20) {
            let title = |hit: &Value| {
                let pieces = hit["title"].as_array().unwrap().iter();
                pieces.filter_map(|piece| piece["text"].as_str()).collect()
            };
            return hits.iter().map(title).collect();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_demo_is_filled_with_two_hundred_chats_in_six_languages() {
    let window = Window::open();
    let all = json!({ "kind": "chats" });
    assert_eq!(window.ok("set_examples", json!({ "on": true })), json!(0), "only in the demo");
    window.ok("set_demo", json!({ "on": true }));
    window.chat("demo-flash");
    let own = listed(&window, all.clone()).0;

    assert_eq!(window.ok("set_examples", json!({ "on": true })), json!(200));
    let (count, rows) = listed(&window, all.clone());
    let (archived, _) = listed(&window, json!({ "kind": "archive" }));
    assert_eq!((count - own + archived, archived), (200, 7));
    assert_eq!(rows.iter().take_while(|row| row["pinned"] == true).count(), 3);
    assert!(rows.iter().filter(|row| row["points"].as_i64() > Some(0)).count() > 150, "they cost points");
    let app = window.app();
    let projects = tauri::async_runtime::block_on(app.chat.projects()).unwrap();
    let told: Vec<_> = projects.iter().map(|it| (it.name.as_str(), it.chats, it.files)).collect();
    assert_eq!(told, [("Lisbon in May", 3, 1), ("Lyon à trois", 2, 0)]);

    for (words, title) in [
        ("windowsill", "How do I keep basil alive on a windowsill?"),
        ("Nagellack", "Sauerteig ansetzen"),
        ("oxigenada", "¿Cómo quito una mancha de vino tinto?"),
        ("traboules", "Un week-end à Lyon sans voiture"),
        ("鰹節", "味噌汁の出汁を丁寧にとるには?"),
        ("良渚博物院", "杭州两日慢游"),
        ("newsletter", "Summarize my meeting notes"),
    ] {
        assert!(found(&window, words).iter().any(|it| it == title), "{words}");
    }
    // The first page has what the window shows, and a window shows some.
    for (shown, hits) in [(0, 4), (6, 6), (9, 9), (1_000_000, 50)] {
        let view = window.ok("search_chats", json!({ "request": request("e", shown) }));
        assert_eq!(view["hits"].as_array().unwrap().len(), hits, "{shown}");
        assert!(view["next"].is_number());
    }

    // Once more brings nothing twice, also where one has gone on meanwhile.
    let first = rows.iter().find(|row| row["model"] == "demo-flash").unwrap()["id"].clone();
    let sent = window.ok("send", json!({ "conversationId": first, "text": "And then?" }));
    window.ended(&first, &sent["answer"]["id"]);
    let before = window.ok("open_conversation", json!({ "id": first }))["count"].clone();
    assert_eq!(window.ok("set_examples", json!({ "on": true })), json!(200));
    assert_eq!(listed(&window, all.clone()).0, count);
    assert_eq!(window.ok("open_conversation", json!({ "id": first }))["count"], before);
    assert!(!window.dir.path().join("examples.json").exists());

    // They go as they came, and a person's own stays.
    assert_eq!(window.ok("set_examples", json!({ "on": false })), json!(0));
    let (left, rows) = listed(&window, all);
    assert_eq!(left, own, "{:?}", titles(&rows));
    assert_eq!(listed(&window, json!({ "kind": "bin" })).0, 0);
    assert!(tauri::async_runtime::block_on(app.chat.projects()).unwrap().is_empty());
}
