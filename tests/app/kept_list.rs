//! The list of models across starts: the last one is there at once, Poe's own comes behind it, and what is another in it is told.

use crate::commands::Window;
use poe::BaseUrl;
use poe::sim::{Reply, Scenario, Sim};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use telltale::account::{Account, Keychain};
use telltale::data_folder::DataFolder;
use telltale::events::ModelsView;
use telltale::models::ModelList;

const MODELS: &str = "/v1/models";

/// Each under the event's name.
type Told = Arc<Mutex<Vec<Value>>>;

/// A start of the app, as far as the list goes.
fn list(dir: &Path, sim: &Sim) -> (ModelList, Told, Arc<Account>) {
    let at = BaseUrl::parse(&sim.base_url()).unwrap();
    let account = Arc::new(Account::new(Keychain::memory(), at, None, Box::new(|_| {})).unwrap());
    let told = Told::default();
    let models = ModelList::new(account.clone(), {
        let told = told.clone();
        Arc::new(move |event| {
            told.lock().unwrap().push(serde_json::to_value(&event).unwrap());
        })
    });
    (models.keeping(Arc::new(DataFolder::fixed(dir.to_owned()))), told, account)
}

fn ids(view: &ModelsView) -> Vec<&str> {
    view.models.iter().map(|model| model.id.as_str()).collect()
}

fn rows(rows: &[(&str, &str)]) -> Reply {
    let row = |(id, price): &(&str, &str)| {
        json!({ "id": id, "owned_by": "Northlight", "metadata": { "display_name": id.to_uppercase() },
            "pricing": { "prompt": price, "completion": price } })
    };
    Reply::json(200, json!({ "object": "list", "data": rows.iter().map(row).collect::<Vec<_>>() }))
}

fn notices(told: &Told) -> Vec<Value> {
    let told = told.lock().unwrap();
    told.iter().filter_map(|event| event.get("notice")).map(|notice| notice["models"].clone()).collect()
}

#[tokio::test]
async fn a_start_shows_the_last_list_at_once_and_poes_own_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let sim = Sim::start(Scenario::Script).await.unwrap();
    sim.always("GET", MODELS, rows(&[("a", "1"), ("b", "1")]));
    let (first, _, _) = list(dir.path(), &sim);
    let before = first.get().await;
    assert_eq!((ids(&before), before.changes_since.is_some()), (vec!["a", "b"], true));
    drop(first);

    // Poe does not answer: the list is there all the same, with its age, and the reason stands beside it.
    sim.always("GET", MODELS, Reply::html(404, "<h1>404</h1>"));
    let (second, _, _) = list(dir.path(), &sim);
    let asked = sim.requests().len();
    let at_once = second.get().await;
    assert_eq!((ids(&at_once), at_once.fetched_at), (ids(&before), before.fetched_at));
    assert_eq!(sim.requests().len(), asked, "nothing is waited for");
    let refused = second.freshen().await;
    assert!(refused.card.is_some() && refused.models.len() == 2, "{:?}", refused.card);
    drop(second);

    sim.always("GET", MODELS, rows(&[("a", "1"), ("c", "1")]));
    let (third, _, _) = list(dir.path(), &sim);
    assert_eq!(ids(&third.get().await), ["a", "b"]);
    assert_eq!(ids(&third.freshen().await), ["a", "c"]);
    let asked = sim.requests().len();
    third.freshen().await;
    assert_eq!(sim.requests().len(), asked, "it was read a moment ago");
}

#[tokio::test]
async fn another_servers_list_is_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) =
        (Sim::start(Scenario::Script).await.unwrap(), Sim::start(Scenario::Script).await.unwrap());
    one.always("GET", MODELS, rows(&[("of-one", "1")]));
    two.always("GET", MODELS, rows(&[("of-two", "1")]));
    let (models, _, account) = list(dir.path(), &one);
    assert_eq!(ids(&models.get().await), ["of-one"]);
    account.connect_to(BaseUrl::parse(&two.base_url()).unwrap(), None).unwrap();
    models.forget();
    assert!(models.view().models.is_empty());
    assert_eq!(ids(&models.get().await), ["of-two"]);
    drop(models);

    two.always("GET", MODELS, Reply::html(404, "<h1>404</h1>"));
    let (models, _, account) = list(dir.path(), &two);
    assert_eq!(ids(&models.get().await), ["of-two"]);
    // Each has its own.
    account.connect_to(BaseUrl::parse(&one.base_url()).unwrap(), None).unwrap();
    models.forget();
    let asked = one.requests().len();
    assert_eq!((ids(&models.get().await), one.requests().len()), (vec!["of-one"], asked));
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_as_good_as_none() {
    let dir = tempfile::tempdir().unwrap();
    let sim = Sim::start(Scenario::Script).await.unwrap();
    sim.always("GET", MODELS, rows(&[("a", "1")]));
    let (models, _, _) = list(dir.path(), &sim);
    models.get().await;
    drop(models);
    let file = std::fs::read_dir(dir.path().join("models")).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"\0\0\0", b"[1, 2]"] {
        std::fs::write(&file, damaged).unwrap();
        let (models, _, _) = list(dir.path(), &sim);
        let asked = sim.requests().len();
        let view = models.get().await;
        assert_eq!((ids(&view), sim.requests().len(), view.card.is_none()), (vec!["a"], asked + 1, true));
        drop(models);
        let (models, _, _) = list(dir.path(), &sim);
        models.get().await;
        assert_eq!(sim.requests().len(), asked + 1, "it is whole again");
    }
}

#[test]
fn a_list_that_cannot_be_read_is_told_in_the_log() {
    let sim = tauri::async_runtime::block_on(Sim::start(Scenario::Script)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let name = sim.base_url().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    std::fs::create_dir(dir.path().join("models")).unwrap();
    std::fs::write(dir.path().join(format!("models/{name}.json")), "{").unwrap();
    let window = Window::open_on(sim, dir);
    assert!(window.ok("models", json!({}))["models"].as_array().unwrap().len() > 8);
    let page = window.ok("log_page", json!({ "filter": { "text": "READ" } }));
    let entry = &page["entries"][0];
    assert_eq!((&entry["method"], &entry["path"]), (&json!("READ"), &json!("/models")), "{page}");
    assert!(entry["said"].as_str().unwrap().contains("EOF"), "{entry}");
}

#[tokio::test]
async fn what_changed_is_told_until_it_was_looked_at_and_of_favorites_once_by_notice() {
    let dir = tempfile::tempdir().unwrap();
    let sim = Sim::start(Scenario::Script).await.unwrap();
    sim.always("GET", MODELS, rows(&[("a", "3"), ("b", "3"), ("c", "3")]));
    let (models, told, _) = list(dir.path(), &sim);
    assert!(models.get().await.changes.is_empty(), "a first list is no news");
    drop(models);
    assert!(notices(&told).is_empty());

    // Meanwhile one was gone, one became cheaper, and one is new.
    sim.always("GET", MODELS, rows(&[("b", "2"), ("c", "3"), ("d", "1")]));
    let (models, told, _) = list(dir.path(), &sim);
    models.set_favorites(&["B".to_owned(), "a".to_owned(), "c".to_owned(), "d".to_owned()]);
    let changed = |view: &ModelsView| -> Vec<String> {
        view.changes.iter().map(|change| format!("{} {:?}", change.id, change.kind)).collect()
    };
    let expected = ["b Cheaper", "d New", "a Gone"];
    assert_eq!(changed(&models.freshen().await), expected);
    assert_eq!(notices(&told), [json!(["B", "A"])], "by name, and what is new is no favorite's news");
    assert_eq!(changed(&models.refresh().await), expected, "until the person has looked");
    assert_eq!(notices(&told).len(), 1);
    // A list of nothing says nothing.
    sim.on("GET", MODELS, rows(&[]));
    assert!(models.refresh().await.changes.is_empty());
    assert_eq!(changed(&models.refresh().await), expected);
    assert_eq!(notices(&told).len(), 1);
    drop(models);

    let (models, told, _) = list(dir.path(), &sim);
    models.set_favorites(&["b".to_owned()]);
    assert_eq!(changed(&models.get().await), expected, "a start later, too");
    assert!(models.changes_seen().changes.is_empty());
    assert!(models.freshen().await.changes.is_empty());
    drop(models);
    let (models, _, _) = list(dir.path(), &sim);
    assert!(models.get().await.changes.is_empty());
    assert!(notices(&told).is_empty());
}
