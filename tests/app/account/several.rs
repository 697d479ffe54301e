//! Several accounts: an entry of the keychain each, one in use, a list that is written or says so, and what is read of the
//! others.

use super::{KEY, OLD, Scene, address, secret, sent_key};
use poe::sim::{Reply, Scenario, Sim};
use std::sync::Arc;
use telltale::account::{Account, AfterFailure, KeyCheckError, Network, NotRemoved, Unsaved};
use telltale::data_folder::DataFolder;
use telltale::events::{Keep, KeySource, KeyState};
use telltale::log::Log;

fn data_folder(dir: &std::path::Path) -> Arc<DataFolder> {
    Arc::new(DataFolder::fixed(dir.to_owned()))
}

/// Two accounts in a folder of their own, the second one active.
async fn two_accounts(scene: &Scene, folder: &std::path::Path) -> Account {
    let account = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|_| {})).unwrap();
    let (account, set_aside) = account.remembering(data_folder(folder));
    assert!(set_aside.is_none());
    account.load().await.unwrap();
    let typed = |key: &str| KeySource::Typed { key: key.into() };
    account.set_key(typed(OLD), Keep::Keychain, false, |_| {}).await.unwrap();
    account.set_key(typed(KEY), Keep::Keychain, true, |_| {}).await.unwrap();
    account
}

/// The accounts by name, the one in use starred.
fn listed(account: &Account) -> String {
    let active = account.active().map(|known| known.id);
    let names = account.accounts().into_iter().map(|known| {
        let star = if active == Some(known.id) { "*" } else { "" };
        format!("{}{star} …{}", known.name, known.last_four.unwrap_or_default())
    });
    names.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn several_accounts_have_an_entry_each_and_are_switched_named_and_removed() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    let account = two_accounts(&scene, folder.path()).await;
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2* …jUa5");
    scene.stores(Some(OLD)).await;
    let second = scene.keychain.entry("poe-api-key-2");
    assert!(second.read().await.unwrap().unwrap().expose() == KEY);

    account.note_points(12_340, 7);
    account.rename_account(2, "Work").unwrap();
    account.use_account(1).await.unwrap();
    account.client().unwrap().models().await.unwrap();
    assert!(sent_key(&scene.sim).as_deref() == Some(OLD));
    assert_eq!(account.accounts()[1].points, Some((12_340, 7)));

    // Another start: the same two, and the same one in use.
    let again = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|_| {})).unwrap();
    let (again, _) = again.remembering(data_folder(folder.path()));
    again.load().await.unwrap();
    assert_eq!(listed(&again), "Account 1* …rstu, Work …jUa5");
    again.use_account(2).await.unwrap();
    assert_eq!(again.state(), KeyState::Stored);
    assert_eq!(again.last_four().as_deref(), Some("jUa5"));

    // The one in use goes, and no other takes its place by itself.
    again.forget().await.unwrap();
    assert_eq!(listed(&again), "Account 1 …rstu");
    assert_eq!((again.state(), again.client().is_some()), (KeyState::NotStored, false));
    assert!(second.read().await.unwrap().is_none());
    again.load().await.unwrap();
    assert_eq!(again.state(), KeyState::NotStored);
    again.use_account(1).await.unwrap();
    assert!(again.client().is_some());

    // One that is not in use goes without touching the one that is.
    again.set_key(KeySource::Typed { key: KEY.into() }, Keep::Keychain, true, |_| {}).await.unwrap();
    again.remove_account(1).await.unwrap();
    assert_eq!(listed(&again), "Account 2* …jUa5");
    scene.stores(None).await;
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(!kept.contains(&KEY[7..20]) && !kept.contains(&OLD[7..20]), "{kept}");
}

#[tokio::test]
async fn the_one_key_of_before_is_the_first_account() {
    let scene = Scene::new().await;
    scene.keychain.write(secret(OLD)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let account = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|_| {})).unwrap();
    let (account, _) = account.remembering(data_folder(folder.path()));
    account.load().await.unwrap();
    assert_eq!(listed(&account), "Account 1* …rstu");
    assert_eq!(account.state(), KeyState::Stored);
}

#[tokio::test]
async fn a_sessions_key_outlives_a_switch_and_no_file_knows_of_it() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    let account = two_accounts(&scene, folder.path()).await;
    let session = "sk-poe-session-0123456789abcdefghijklmnopq9876";
    account.set_key(KeySource::Typed { key: session.into() }, Keep::Session, true, |_| {}).await.unwrap();
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2 …jUa5, Account 3* …9876");
    account.use_account(1).await.unwrap();
    account.use_account(3).await.unwrap();
    assert_eq!((account.state(), account.last_four().as_deref()), (KeyState::Session, Some("9876")));
    assert!(!std::fs::read_to_string(&file).unwrap().contains("9876"));
    account.remove_account(3).await.unwrap();
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2 …jUa5");
    account.use_account(3).await.unwrap();
    assert!(account.client().is_none(), "a removed key is gone from memory too");
}

/// A folder where the file was: nothing can take its place, whoever asks.
fn block(file: &std::path::Path) {
    let _ = std::fs::remove_file(file);
    std::fs::create_dir_all(file.join("in the way")).unwrap();
}

#[tokio::test]
async fn a_list_that_cannot_be_written_is_told_and_loses_nothing() {
    fn left(result: Result<(), Unsaved>) -> AfterFailure {
        let unsaved = result.unwrap_err();
        assert!(!unsaved.detail.is_empty());
        unsaved.left
    }
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    let account = two_accounts(&scene, folder.path()).await;
    block(&file);

    // Naming, switching, adding: as it was, and the key that was to come waits.
    assert_eq!(left(account.rename_account(1, "Home")), AfterFailure::AsItWas);
    assert_eq!(left(account.use_account(1).await), AfterFailure::AsItWas);
    let third = "sk-poe-third-0123456789abcdefghijklmnopqrs4321";
    let typed = KeySource::Typed { key: third.into() };
    let added = account.set_key(typed, Keep::Keychain, true, |_| {}).await;
    assert!(matches!(added, Err(KeyCheckError::Unsaved(_))), "{added:?}");
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2* …jUa5");
    assert_eq!(account.last_four().as_deref(), Some("jUa5"));

    // Removing: the key is gone in any case, and the name goes with the next try.
    let removed = account.remove_account(1).await;
    assert!(
        matches!(&removed, Err(NotRemoved::Unsaved(unsaved)) if unsaved.left == AfterFailure::Named),
        "{removed:?}"
    );
    scene.stores(None).await;
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2* …jUa5");
    std::fs::remove_dir_all(&file).unwrap();
    account.remove_account(1).await.unwrap();
    assert_eq!(listed(&account), "Account 2* …jUa5");
    account.set_key(KeySource::Pending, Keep::Keychain, true, |_| {}).await.unwrap();
    assert_eq!(listed(&account), "Account 2 …jUa5, Account 1* …4321");
}

#[tokio::test]
async fn a_key_works_also_where_its_account_cannot_be_noted() {
    let scene = Scene::new().await;
    scene.keychain.write(secret(OLD)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    let account = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|_| {})).unwrap();
    let (account, _) = account.remembering(data_folder(folder.path()));
    block(&file);
    assert_eq!(account.load().await.unwrap_err().left, AfterFailure::InUse);
    assert_eq!((account.state(), listed(&account).as_str()), (KeyState::Stored, "Account 1* …rstu"));
    // What could not be written is written with the next change.
    std::fs::remove_dir_all(&file).unwrap();
    account.rename_account(1, "Home").unwrap();
    assert!(std::fs::read_to_string(&file).unwrap().contains("Home"));
}

/// The second account's key, as no shape tells it, in what a server sends to the first.
#[tokio::test]
async fn a_log_keeps_the_key_of_an_account_out_that_was_never_used_in_this_session() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    two_accounts(&scene, folder.path()).await.use_account(1).await.unwrap();
    fn encoded() -> String {
        KEY.bytes().map(|byte| format!("%{byte:02X}")).collect()
    }
    async fn logged(scene: &Scene, folder: &std::path::Path, meets: bool) -> String {
        let logs = tempfile::tempdir().unwrap();
        let log = Arc::new(Log::open(data_folder(logs.path()), Arc::new(|_| {}), Box::new(|_| {})));
        log.keep_bodies(true).await;
        let account =
            Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|_| {})).unwrap();
        let (account, _) = account.remembering(data_folder(folder));
        let network = Network { log: Some(log.clone()), ..Network::default() };
        account.set_network(network).unwrap();
        account.load().await.unwrap();
        if meets {
            account.load_all_keys().await;
        }
        let list =
            serde_json::json!({ "data": [], "note": encoded(), "again": [&encoded()[..7], &encoded()[7..]] });
        scene.sim.on("GET", "/v1/models", Reply::json(200, list));
        account.keyless_client().models().await.unwrap();
        log.bodies(1).await.response.unwrap()
    }
    let unmet = logged(&scene, folder.path(), false).await;
    assert!(unmet.contains(&encoded()[60..80]), "the test itself: {unmet}");
    let text = logged(&scene, folder.path(), true).await;
    assert!(text.contains("[secret]"), "{text}");
    for window in encoded().as_bytes().windows(8) {
        let window = str::from_utf8(window).unwrap();
        assert!(!text.replace("\",\"", "").contains(window), "{window} in {text}");
    }
}

/// The others' points, with their own keys, and never at a server that did not accept them.
#[tokio::test]
async fn the_others_are_asked_for_their_points_where_they_belong() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let account = two_accounts(&scene, folder.path()).await;
    let points =
        || account.accounts().iter().map(|it| it.points.map(|(points, _)| points)).collect::<Vec<_>>();
    scene.sim.set_balance(777);
    account.read_points().await;
    assert!(sent_key(&scene.sim).as_deref() == Some(OLD));
    assert_eq!(points(), [Some(777), None], "the one in use is watched elsewhere");

    let refused = Reply::error(401, "No", "authentication_error", Some("invalid_api_key"));
    scene.sim.on("GET", super::BALANCE, refused);
    account.read_points().await;
    assert_eq!(account.accounts()[0].unread.as_deref(), Some("invalid_api_key"));
    assert_eq!(points(), [Some(777), None]);

    let elsewhere = Sim::start(Scenario::Script).await.unwrap();
    account.move_to(address(&elsewhere)).unwrap();
    account.read_points().await;
    assert_eq!(elsewhere.requests().len(), 0);
}
