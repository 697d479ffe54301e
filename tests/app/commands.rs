//! The window's commands through Tauri's own dispatch, without a display: names, arguments, results and typed errors.

use crate::house::{self, KEY};
use poe::sim::{Reply, Scenario, Sim};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::webview::InvokeRequest;
use tauri::{Manager, WebviewWindow, WebviewWindowBuilder};
use telltale::app::{App, Start};
use telltale::data_folder::DataFolder;
use telltale::events::Parameters;

pub(crate) struct Window {
    window: WebviewWindow<MockRuntime>,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
    pub(crate) sim: Sim,
    _tauri: tauri::App<MockRuntime>,
    pub(crate) dir: tempfile::TempDir,
}

/// Where the app asks.
pub(crate) enum Address {
    /// The variable names the simulated Poe.
    Variable,
    /// The variable says this, which is no address.
    Refused(&'static str),
    /// There is no variable.
    Setting,
}

impl Window {
    /// A first start against the simulated Poe, with an empty keychain in memory.
    pub(crate) fn open() -> Window {
        Window::open_in(tempfile::tempdir().unwrap())
    }

    pub(crate) fn open_in(dir: tempfile::TempDir) -> Window {
        let sim = tauri::async_runtime::block_on(Sim::start(Scenario::Script)).unwrap();
        Window::open_on(sim, dir)
    }

    pub(crate) fn open_on(sim: Sim, dir: tempfile::TempDir) -> Window {
        let data_folder = DataFolder::fixed(dir.path().to_owned());
        Window::open_at(data_folder, sim, dir)
    }

    pub(crate) fn open_at(data_folder: DataFolder, sim: Sim, dir: tempfile::TempDir) -> Window {
        Window::open_with(data_folder, sim, dir, Address::Variable)
    }

    pub(crate) fn open_with(
        data_folder: DataFolder,
        sim: Sim,
        dir: tempfile::TempDir,
        address: Address,
    ) -> Window {
        let first = house::start(data_folder, &sim);
        let start = match address {
            Address::Variable => first,
            Address::Refused(text) => {
                Start { base_url: None, refused_base_url: Some(text.to_owned()), ..first }
            }
            Address::Setting => Start { base_url: None, ..first },
        };
        Window::open_start(start, sim, dir)
    }

    pub(crate) fn open_start(start: Start, sim: Sim, dir: tempfile::TempDir) -> Window {
        let tauri = telltale::with_commands(mock_builder()).build(mock_context(noop_assets())).unwrap();
        let told = Arc::default();
        let app = telltale::compose(tauri.handle(), start, house::listener(&told)).unwrap();
        tauri::async_runtime::block_on(app.begin());
        let window = WebviewWindowBuilder::new(&tauri, "main", tauri::WebviewUrl::default()).build().unwrap();
        Window { window, told, sim, _tauri: tauri, dir }
    }

    /// Another start on the same folder, with an empty keychain.
    pub(crate) fn start_again(self) -> Window {
        Window::open_in(self.dir)
    }

    pub(crate) fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.into(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_string(),
        };
        let answer = get_ipc_response(&self.window, request).map(|body| body.deserialize::<Value>().unwrap());
        let told = match &answer {
            Ok(value) | Err(value) => value.to_string(),
        };
        self.told.lock().unwrap().push(told);
        answer
    }

    pub(crate) fn app(&self) -> Arc<App> {
        self._tauri.state::<Arc<App>>().inner().clone()
    }

    pub(crate) fn ok(&self, command: &str, arguments: Value) -> Value {
        self.call(command, arguments).unwrap_or_else(|card| panic!("{command}: {card}"))
    }

    pub(crate) fn set_key(&self, key: &str) -> Result<Value, Value> {
        self.set_key_of(false, key)
    }

    /// Of the active account, or of a further one.
    pub(crate) fn set_key_of(&self, add: bool, key: &str) -> Result<Value, Value> {
        self.call(
            "set_key",
            json!({ "source": { "type": "typed", "key": key }, "keep": "keychain", "add": add, "forMessage": null, "progress": "__CHANNEL__:7" }),
        )
    }

    /// A chat in which nothing was asked yet: its id.
    pub(crate) fn chat(&self, model: &str) -> Value {
        let room = self.app().chat.clone();
        let made = room.create(model.to_owned(), Parameters::default());
        json!(tauri::async_runtime::block_on(made).unwrap().id)
    }

    /// The answer once it has ended.
    pub(crate) fn ended(&self, conversation: &Value, answer: &Value) -> Value {
        let began = Instant::now();
        let mut told = usize::MAX;
        loop {
            // Nothing has changed where nothing was told.
            let now = self.told.lock().unwrap().len();
            if now == told && began.elapsed() < Duration::from_secs(9) {
                std::thread::sleep(Duration::from_millis(2));
                continue;
            }
            told = now;
            let detail = self.ok("open_conversation", json!({ "id": conversation }));
            let message =
                detail["messages"].as_array().unwrap().iter().find(|m| &m["id"] == answer).cloned().unwrap();
            if !["queued", "retrying", "streaming"].contains(&message["status"]["state"].as_str().unwrap()) {
                return message;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "the answer never ended: {message}");
        }
    }
}

#[test]
fn an_answer_keeps_the_name_of_the_account_that_asked() {
    let window = Window::open();
    let add = |add: bool| window.set_key_of(add, &format!("{KEY}{add}")).unwrap();
    let chat = window.chat("demo-flash");
    let ask = || {
        let sent = window.ok("send", json!({ "conversationId": chat, "text": "Who asks?" }));
        window.ended(&chat, &sent["answer"]["id"])
    };
    add(false);
    let first = ask();
    assert_eq!(first["status"]["account"], "Account 1");
    let accounts = add(true)["accounts"].clone();
    assert_eq!(accounts.as_array().unwrap().len(), 2);
    assert_eq!(ask()["status"]["account"], "Account 2");
    window.ok("rename_account", json!({ "id": 1, "name": "Home" }));
    window.ok("use_account", json!({ "id": 1 }));
    assert_eq!(ask()["status"]["account"], "Home");
    let kept = window.ended(&chat, &first["id"]);
    assert_eq!(kept["status"]["account"], "Account 1", "by its name of that time");
    let refused = window.call("rename_account", json!({ "id": 1, "name": KEY })).unwrap_err();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid_input"), &json!("name")));
    let accounts = window.ok("boot", json!({}))["account"]["accounts"].clone();
    assert_eq!(accounts[0]["name"], "Home", "a key is no name");
}

#[test]
fn first_start_to_a_streamed_answer_and_no_key_in_anything_told() {
    let window = Window::open();
    let boot = window.ok("boot", json!({}));
    assert_eq!(boot["account"]["state"], "notStored");
    assert_eq!(boot["conversations"]["rows"], json!([]));

    let account = window.set_key(&format!("  \"Bearer {KEY}\"\n")).unwrap();
    assert_eq!((&account["state"], &account["lastFour"]), (&json!("stored"), &json!(&KEY[KEY.len() - 4..])));

    let chat = json!({ "id": window.chat("demo-flash") });
    let sent = window.ok("send", json!({ "conversationId": chat["id"], "text": "Hello there" }));
    assert_eq!(sent["question"]["text"], "Hello there");
    let answer = window.ended(&chat["id"], &sent["answer"]["id"]);
    assert_eq!(answer["status"]["state"], "done");
    assert!(!answer["blocks"].as_array().unwrap().is_empty());

    assert!(window.ok("models", json!({}))["models"].as_array().unwrap().len() >= 8);
    assert!(window.ok("refresh_balance", json!({}))["points"].as_i64().unwrap() > 0);
    window.ok("read_usage", json!({}));
    let spent = window.ok("usage_view", json!({ "filter": {}, "by": "model" }));
    assert!(spent["total"]["rows"].as_i64() > Some(0), "{spent}");
    let rows = json!({ "filter": {}, "order": "newest", "offset": 0, "limit": 50 });
    assert_eq!(window.ok("usage_rows", rows)["rows"].as_array().unwrap().len(), 50);
    assert_eq!(window.ok("boot", json!({}))["conversations"]["rows"][0]["title"], "Hello there");

    let gone = window.ok("forget_key", json!({}));
    assert_eq!(gone["state"], "notStored");
    assert_key_untold(&window);
}

#[test]
fn a_key_that_poe_refuses_replaces_nothing() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    let card = window.set_key("sk-poe-bad-0123456789012345678901234567890123").unwrap_err();
    assert_eq!(card["code"], "invalid_api_key");
    let boot = window.ok("boot", json!({}));
    assert_eq!(
        (&boot["account"]["state"], &boot["account"]["lastFour"]),
        (&json!("stored"), &json!(&KEY[KEY.len() - 4..]))
    );
    assert_key_untold(&window);
}

#[test]
fn a_key_set_from_a_card_sends_the_message_once() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    let chat = json!({ "id": window.chat("demo-flash") });
    window.sim.on(
        "POST",
        "/v1/chat/completions",
        Reply::error(401, "Invalid", "authentication_error", Some("invalid_api_key")),
    );
    let sent = window.ok("send", json!({ "conversationId": chat["id"], "text": "Hello" }));
    let failed = window.ended(&chat["id"], &sent["answer"]["id"]);
    assert_eq!(failed["status"]["card"]["code"], "invalid_api_key");
    let source = json!({ "type": "typed", "key": KEY });
    let arguments = json!({ "source": source, "keep": "session", "forMessage": sent["answer"]["id"], "progress": "__CHANNEL__:7" });
    window.ok("set_key", arguments);
    assert_eq!(window.ended(&chat["id"], &sent["answer"]["id"])["status"]["state"], "done");
    assert_eq!(window.sim.posts(), 2);
}

#[test]
fn the_demo_is_an_address_and_ends_with_a_key() {
    let window = Window::open();
    let account = window.ok("set_demo", json!({ "on": true }));
    assert_eq!((&account["demo"], &account["state"]), (&json!(true), &json!("session")));
    let chat = json!({ "id": window.chat("demo-flash") });
    let sent = window.ok("send", json!({ "conversationId": chat["id"], "text": "Hello" }));
    assert_eq!(window.ended(&chat["id"], &sent["answer"]["id"])["status"]["state"], "done");
    assert_eq!(window.sim.posts(), 0, "nothing goes to the real address");
    let account = window.set_key(KEY).unwrap();
    assert_eq!((&account["demo"], &account["state"]), (&json!(false), &json!("stored")));
}

/// A refused argument: the command, what it was given, the card's code and field.
#[test]
fn bad_input_gets_its_typed_error() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    let chat = window.chat("demo-flash");
    let check = |command: &str, arguments: Value, code: &str, field: &str| {
        let card = window.call(command, arguments.clone()).expect_err(&format!("{command} {arguments}"));
        assert_eq!(
            (&card["code"], &card["field"]),
            (&json!(code), &json!(field)),
            "{command} {arguments}: {card}"
        );
        assert!(!card["what"].as_str().unwrap().is_empty());
    };
    check("send", json!({ "conversationId": chat, "text": " \n\t " }), "invalid_input", "message");
    for base in
        ["not a url", "ftp://example.org/v1", "http://example.org/v1", "https://user:pw@example.org/v1", ""]
    {
        check("change_settings", json!({ "change": { "baseUrl": base } }), "invalid_base_url", "base_url");
    }
    check(
        "change_settings",
        json!({ "change": { "defaultParameters": { "temperature": 9 } } }),
        "invalid_input",
        "temperature",
    );
    check(
        "change_conversation",
        json!({ "id": chat, "change": { "parameters": { "topP": -1 } } }),
        "invalid_input",
        "top_p",
    );
    let card = window.set_key("  \"\"  ").unwrap_err();
    assert_eq!((&card["code"], &card["field"]), (&json!("invalid_input"), &json!("key")));
    for url in ["javascript:alert(1)", "file:///etc/passwd", "smb://host/share", "https://a@b.example"] {
        window.call("open_link", json!({ "url": url })).expect_err(url);
    }
    assert_eq!(window.sim.posts(), 0);
}

fn assert_key_untold(window: &Window) {
    let told = window.told.lock().unwrap().join("\n");
    let secret = &KEY["sk-poe-".len()..];
    for start in 0..=secret.len() - 8 {
        assert!(!told.contains(&secret[start..start + 8]), "the window was told a piece of the key");
    }
}

#[test]
fn a_library_of_a_later_version_is_left_alone_and_the_app_still_answers() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("telltale.db");
    drop(telltale::library::Library::open(&file, telltale::clock::now()).unwrap());
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    drop(connection);
    let before = std::fs::read(&file).unwrap();

    let window = Window::open_in(dir);
    let notices = window.ok("boot", json!({}))["notices"].clone();
    assert_eq!(notices[0]["code"], "storage_failed", "{notices}");
    window.set_key(KEY).unwrap();
    let chat = json!({ "id": window.chat("demo-flash") });
    let sent = window.ok("send", json!({ "conversationId": chat["id"], "text": "Hello" }));
    assert_eq!(window.ended(&chat["id"], &sent["answer"]["id"])["status"]["state"], "done");
    assert_eq!(std::fs::read(&file).unwrap(), before, "the file was touched");
}
