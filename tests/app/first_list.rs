//! A first start without a list of models: the network's own card is met, not a field that asks for a model, and the list
//! is asked for again without a press.

use crate::commands::Window;
use crate::conditions::until;
use crate::house::KEY;
use poe::BaseUrl;
use poe::sim::{Reply, Scenario, Sim};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use telltale::account::{Account, Keychain};
use telltale::models::ModelList;

const MODELS: &str = "/v1/models";

fn first(text: &str) -> serde_json::Value {
    json!({ "first": { "model": null, "parameters": null, "text": text, "attachments": [] } })
}

#[test]
fn a_first_message_is_kept_and_goes_out_once_the_list_comes() {
    let sim = tauri::async_runtime::block_on(Sim::start(Scenario::Script)).unwrap();
    // For the start, the checks of the key, the empty message, and the new chat.
    for _ in 0..4 {
        sim.on("GET", MODELS, Reply::html(404, "<h1>404</h1>"));
    }
    let window = Window::open_on(sim, tempfile::tempdir().unwrap());
    window.set_key(KEY).unwrap();
    let empty = window.call("begin_conversation", first(" ")).unwrap_err();
    assert_eq!(empty["code"], "invalid_input", "{empty}");
    assert_eq!(window.ok("boot", json!({}))["conversations"]["rows"], json!([]));

    let begun = window.ok("begin_conversation", first("Hello?"));
    let (chat, answer) = (&begun["conversation"]["id"], &begun["sent"]["answer"]);
    assert_eq!(answer["status"]["waitsFor"], "models");
    let card = &answer["status"]["card"];
    assert_eq!(card["code"], "not_found", "what stopped the list: {card}");
    assert!(card["safe"].as_str().unwrap().contains("waits here"), "{card}");
    let live = window.ok("boot", json!({}))["live"].clone();
    assert_eq!((&live[0]["messageId"], &live[0]["waiting"]), (&answer["id"], &json!(true)));
    assert_eq!(window.sim.posts(), 0);

    let done = window.ended(chat, &answer["id"]);
    assert_eq!(done["status"]["state"], "done", "{done}");
    assert_eq!(done["status"]["model"], "demo-sonnet", "the first that answers with text");
    let chats = window.ok("boot", json!({}))["conversations"]["rows"].clone();
    assert_eq!((&chats[0]["model"], &chats[1]), (&json!("demo-sonnet"), &json!(null)));
    assert_eq!(window.sim.posts(), 1);

    // From now on a chat begins at once, and with what is set for it.
    let asked = json!({ "first": {
        "model": "demo-flash", "parameters": { "maxTokens": 7 }, "text": "And now?", "attachments": [],
    } });
    let begun = window.ok("begin_conversation", asked);
    assert_eq!(begun["conversation"]["parameters"]["maxTokens"], 7);
    let done = window.ended(&begun["conversation"]["id"], &begun["sent"]["answer"]["id"]);
    assert_eq!(done["status"]["state"], "done");
    // What is refused leaves no empty chat.
    let asked = json!({ "first": {
        "model": "demo-flash", "parameters": { "temperature": 9 }, "text": "Refused?", "attachments": [],
    } });
    let refused = window.call("begin_conversation", asked).unwrap_err();
    assert_eq!(refused["field"], "temperature", "{refused}");
    assert_eq!(window.ok("boot", json!({}))["conversations"]["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn a_first_message_that_waits_for_the_list_can_be_taken_back_and_sent_later() {
    let sim = tauri::async_runtime::block_on(Sim::start(Scenario::Script)).unwrap();
    for _ in 0..3 {
        sim.on("GET", MODELS, Reply::html(404, "<h1>404</h1>"));
    }
    let window = Window::open_on(sim, tempfile::tempdir().unwrap());
    window.set_key(KEY).unwrap();
    let begun = window.ok("begin_conversation", first("Hello?"));
    let (chat, answer) = (&begun["conversation"]["id"], &begun["sent"]["answer"]["id"]);
    window.ok("stop", json!({ "messageId": answer }));
    assert_eq!(window.ended(chat, answer)["status"]["state"], "stopped");
    let again = window.ok("resend", json!({ "messageId": answer, "change": {} }));
    assert_eq!(again["status"]["waitsFor"], "models", "the list has not come");
    window.ok("refresh_models", json!({}));
    window.ok("refresh_models", json!({}));
    let done = window.ended(chat, answer);
    assert_eq!((&done["status"]["state"], window.sim.posts()), (&json!("done"), 1));
}

#[tokio::test]
async fn a_list_that_could_not_be_read_is_asked_for_again_and_told_when_it_comes() {
    let sim = Sim::start(Scenario::Script).await.unwrap();
    let base_url = BaseUrl::parse(&sim.base_url()).unwrap();
    let account = Account::new(Keychain::memory(), base_url, None, Box::new(|_| {})).unwrap();
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let models = Arc::new(ModelList::new(Arc::new(account), {
        let told = told.clone();
        Arc::new(move |event| told.lock().unwrap().push(serde_json::to_value(&event).unwrap()))
    }));
    for _ in 0..2 {
        sim.on("GET", MODELS, Reply::html(404, "<h1>404</h1>"));
    }
    let first = models.get().await.card.unwrap();
    tokio::spawn(models.clone().watch());
    for _ in 0..200 {
        if models.view().fetched_at.is_some() {
            break;
        }
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(10)).await;
        tokio::time::resume();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let asked = sim.requests().iter().filter(|it| it.path == MODELS).count();
    assert_eq!(asked, 3);
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[0]["models"]["card"]["at"], json!(first.at));
    assert_eq!(told[1]["models"]["card"]["at"], json!(first.at), "the same once more is no news");
    assert_eq!(told[2]["models"]["card"], json!(null));
}

#[tokio::test]
async fn why_a_list_is_old_is_told_with_whatever_else_is_told_of_it() {
    let sim = Sim::start(Scenario::Script).await.unwrap();
    let base_url = BaseUrl::parse(&sim.base_url()).unwrap();
    let account = Account::new(Keychain::memory(), base_url, None, Box::new(|_| {})).unwrap();
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let models = ModelList::new(Arc::new(account), {
        let told = told.clone();
        Arc::new(move |event| told.lock().unwrap().push(serde_json::to_value(&event).unwrap()))
    });
    assert!(models.get().await.card.is_none());
    sim.on("GET", MODELS, Reply::html(404, "<h1>404</h1>"));
    let card = models.refresh().await.card.expect("why it is old");
    models.found_free(["demo-flash".to_owned()].into());
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 3);
    assert_eq!(told[2]["models"]["card"]["code"], json!(card.code));
}

/// The network to the first one hangs; the demo, or an address that is put right, must not wait for that.
#[tokio::test]
async fn another_server_is_not_kept_waiting_by_the_one_before() {
    let mute = Sim::start(Scenario::Script).await.unwrap();
    mute.always("GET", MODELS, Reply::empty(200).hang());
    let sim = Sim::start(Scenario::Script).await.unwrap();
    let at = |sim: &Sim| BaseUrl::parse(&sim.base_url()).unwrap();
    let account = Account::new(Keychain::memory(), at(&mute), None, Box::new(|_| {})).unwrap();
    let account = Arc::new(account);
    let models = Arc::new(ModelList::new(account.clone(), Arc::new(|_| {})));
    let first = tokio::spawn({
        let models = models.clone();
        async move { models.get().await }
    });
    until("it asks", async || !mute.requests().is_empty()).await;

    account.connect_to(at(&sim), None).unwrap();
    models.forget();
    let soon = Duration::from_secs(5);
    let list = tokio::time::timeout(soon, models.get()).await.expect("it waits");
    assert!(list.card.is_none() && !list.models.is_empty());
    let first = tokio::time::timeout(soon, first).await.expect("it waits").unwrap();
    assert_eq!(first.fetched_at, list.fetched_at, "who asked before gets the same list");
    assert_eq!(sim.requests().len(), 1);
}
