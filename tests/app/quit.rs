//! Closing the window while answers are under way: it is asked about, what has come is saved, and nothing can keep the app open.

use crate::commands::Window;
use crate::conditions::wait_until;
use crate::house::KEY;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use telltale::library::Library;

const CHAT: &str = "/v1/chat/completions";
const WHILE_PRESSED: Duration = Duration::from_millis(1_100);

struct Closing {
    window: Window,
    exits: Arc<AtomicUsize>,
}

impl Closing {
    fn open() -> Closing {
        let window = Window::open();
        window.set_key(KEY).unwrap();
        let exits = Arc::new(AtomicUsize::new(0));
        let count = exits.clone();
        window.app().exit_by(Box::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
        }));
        Closing { window, exits }
    }

    /// A chat with an answer that has begun: the answer's id.
    fn streaming(&self) -> Value {
        let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
        self.window.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
        let chat = self.window.chat("demo-flash");
        let sent = self.window.ok("send", json!({ "conversationId": chat, "text": "Go" }));
        wait_until("text comes", || {
            self.window.ok("open_conversation", json!({ "id": chat }))["messages"][1]["blocks"] != json!([])
        });
        sent["answer"]["id"].clone()
    }

    fn step(&self, step: &str) {
        self.window.ok("quit", json!({ "step": step }));
    }

    fn exits_within(&self, seconds: u64) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(seconds) {
            if self.exits.load(Ordering::SeqCst) > 0 {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    fn saved(&self, answer: &Value) -> (String, String) {
        let (library, _) =
            Library::open(&self.window.dir.path().join("telltale.db"), telltale::clock::now()).unwrap();
        let row = tauri::async_runtime::block_on(library.message(answer.as_i64().unwrap())).unwrap();
        (row.state.as_str().to_owned(), row.text)
    }
}

fn stopped_with_its_text() -> (String, String) {
    ("stopped".to_owned(), "Half an answer".to_owned())
}

#[test]
fn with_nothing_under_way_the_window_closes_at_once() {
    let closing = Closing::open();
    assert!(closing.window.app().may_close());
    assert_eq!(closing.window.ok("boot", json!({}))["quit"], Value::Null);
    closing.step("ask");
    assert!(closing.exits_within(1), "a key quits as well");
}

#[test]
fn an_answer_under_way_is_asked_about_and_goes_on_if_the_person_stays() {
    let closing = Closing::open();
    let answer = closing.streaming();
    assert!(!closing.window.app().may_close());
    let asked = closing.window.ok("boot", json!({}))["quit"].clone();
    assert_eq!(asked["answers"][0]["messageId"], answer, "a reloaded page asks too");
    assert_eq!(asked["answers"][0]["isSent"], true);
    closing.step("shown");
    // The press that repeats is the same press.
    assert!(!closing.window.app().may_close());
    assert!(!closing.exits_within(6), "it is shown, so nothing closes by itself");

    closing.step("stay");
    assert_eq!(closing.window.ok("boot", json!({}))["quit"], Value::Null);
    let live = closing.window.ok("boot", json!({}))["live"].clone();
    assert_eq!(live[0]["messageId"], answer);

    assert!(!closing.window.app().may_close(), "it is asked anew");
    closing.step("shown");
    closing.step("quit");
    assert!(closing.exits_within(2));
    assert_eq!(closing.saved(&answer), stopped_with_its_text());
    assert_eq!(closing.window.sim.posts(), 1);
}

#[test]
fn a_page_that_shows_nothing_keeps_no_window_open() {
    let closing = Closing::open();
    let answer = closing.streaming();
    assert!(!closing.window.app().may_close());
    assert!(closing.exits_within(8), "after some seconds it closes");
    assert_eq!(closing.saved(&answer), stopped_with_its_text());
}

#[test]
fn a_second_request_closes_whatever_the_page_does() {
    let closing = Closing::open();
    let answer = closing.streaming();
    assert!(!closing.window.app().may_close());
    std::thread::sleep(WHILE_PRESSED);
    assert!(!closing.window.app().may_close(), "what has come is saved first");
    assert!(closing.exits_within(2));
    assert_eq!(closing.saved(&answer), stopped_with_its_text());
}

#[test]
fn what_waits_is_named_as_not_sent_and_is_not_sent_while_closing() {
    let closing = Closing::open();
    let limited = Reply::error(503, "Down for now", "api_error", None).header("Retry-After", "2");
    closing.window.sim.on("POST", CHAT, limited);
    let chat = closing.window.chat("demo-flash");
    closing.window.ok("send", json!({ "conversationId": chat, "text": "Go" }));
    wait_until("it waits", || {
        closing.window.ok("boot", json!({}))["live"][0]["waiting"] == true && closing.window.sim.posts() > 0
    });
    assert!(!closing.window.app().may_close());
    let asked = closing.window.ok("boot", json!({}))["quit"].clone();
    assert_eq!(
        (&asked["answers"][0]["isSent"], &asked["answers"][0]["points"]),
        (&json!(false), &Value::Null)
    );
    closing.step("quit");
    assert!(closing.exits_within(2));
    // A question that comes after that is kept, and not asked.
    let chat = closing.window.chat("demo-flash");
    closing.window.ok("send", json!({ "conversationId": chat, "text": "And this?" }));
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(closing.window.sim.posts(), 1);
}
