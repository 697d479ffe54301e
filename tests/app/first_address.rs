//! A start with an address that is none: the window says so, nothing is asked anywhere, and another address is enough to
//! go on.

use crate::commands::{Address, Window};
use crate::conditions::wait_until;
use crate::house::KEY;
use poe::sim::{Scenario, Sim};
use serde_json::json;
use telltale::data_folder::DataFolder;

fn start(dir: tempfile::TempDir, address: Address) -> Window {
    let sim = tauri::async_runtime::block_on(Sim::start(Scenario::Script)).unwrap();
    Window::open_with(DataFolder::fixed(dir.path().to_owned()), sim, dir, address)
}

/// The card, and the way on.
fn is_mended(window: &Window, says: &str) {
    let card = window.call("boot", json!({})).unwrap_err();
    assert_eq!(card["code"], "invalid_base_url", "{card}");
    assert!(card["what"].as_str().unwrap().contains(says), "{card}");
    assert!(!card.to_string().contains("secret"), "{card}");
    let address = |text: &str| json!({ "change": { "baseUrl": text } });
    window.call("change_settings", address("still none")).unwrap_err();
    window.call("boot", json!({})).unwrap_err();
    // Something else that is changed meanwhile is no address.
    window.ok("change_settings", json!({ "change": { "theme": "dark" } }));
    window.call("boot", json!({})).unwrap_err();
    assert!(window.sim.requests().is_empty());

    window.ok("change_settings", address(&window.sim.base_url()));
    let boot = window.ok("boot", json!({}));
    assert_eq!(boot["settings"]["baseUrl"], json!(window.sim.base_url()));
    assert_eq!(boot["settings"]["baseUrlFixed"], false);
    wait_until("the key is asked for", || window.ok("boot", json!({}))["account"]["state"] == "notStored");
    window.set_key(KEY).unwrap();
    assert!(!window.sim.requests().is_empty());
}

#[test]
fn a_variable_that_holds_no_address() {
    let window = start(tempfile::tempdir().unwrap(), Address::Refused("htp://me:secret@api.poe.com/v1"));
    is_mended(&window, "TELLTALE_BASE_URL is “htp://…@api.poe.com/v1”");
    // The next start has the same variable, and asks again.
    let Window { dir, .. } = window;
    let window = start(dir, Address::Refused("htp://x"));
    window.call("boot", json!({})).unwrap_err();
    // Without the variable, what was set is used.
    let Window { dir, .. } = window;
    start(dir, Address::Setting).ok("boot", json!({}));
}

#[test]
fn a_settings_file_that_holds_no_address() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("settings.json");
    std::fs::write(&file, br#"{"version":1,"theme":"dark","baseUrl":"http://api.poe.com/v1"}"#).unwrap();
    let window = start(dir, Address::Setting);
    window.call("boot", json!({})).unwrap_err();
    // A start that mends nothing leaves it as it was.
    let Window { dir, .. } = window;
    let window = start(dir, Address::Setting);
    is_mended(&window, "settings file is “http://api.poe.com/v1”");
    let Window { dir, .. } = window;
    start(dir, Address::Setting).ok("boot", json!({}));
}
