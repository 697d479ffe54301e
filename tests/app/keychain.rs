//! The system's keychain against a real GNOME Keyring: each state is told, is the right one, and is told within two seconds.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

mod keyring_session;

use keyring_session::{CANARY, Home, NONE, RESTART, SCENARIO, START, UNLOCK};
use poe::{BaseUrl, Secret};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use std::collections::HashMap;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use telltale::account::{
    Account, ClipboardError, KeyCheckError, Keychain, KeychainError, KeychainFault, NotAKey,
};
use telltale::data_folder::DataFolder;
use telltale::events::{Keep, KeySource, KeyState};

#[test]
fn open_keyring_keeps_the_key_until_it_is_removed() {
    let home = Home::new();
    home.play(UNLOCK, "write");
    let stored = std::fs::read(home.path("data/keyrings/login.keyring")).unwrap();
    assert!(
        stored.len() > CANARY.len(),
        "the keyring's file is where it is looked for, and has something in it"
    );
    home.play(UNLOCK, "read back in another process and remove");
    home.play(UNLOCK, "nothing is stored");
}

#[test]
fn a_removed_account_leaves_nothing() {
    let home = Home::new();
    home.play(UNLOCK, "two accounts, both removed");
    home.play(UNLOCK, "no item of ours");
}

#[test]
fn what_was_removed_can_be_put_back() {
    let home = Home::new();
    home.play(UNLOCK, "removed and put back");
    // Nothing of it is left for the next start but what was put back.
    home.play(UNLOCK, "one item of ours");
}

#[test]
fn locked_keyring_is_not_an_empty_one() {
    let home = Home::new();
    home.play(UNLOCK, "nothing is stored");
    home.play(START, "locked");
    home.play(UNLOCK, "write");
    home.play(START, "locked");
    home.play(START, "locked, then opened");
}

#[test]
fn keyring_that_was_never_set_up_is_not_an_empty_one() {
    Home::new().play(START, "no collection");
}

#[test]
fn bus_without_a_keyring_until_one_starts() {
    Home::new().play(NONE, "no service, then one");
}

#[test]
fn restarted_keyring_is_found_again() {
    Home::new().play(UNLOCK, "restarted");
}

#[test]
fn ambiguous_and_unreadable_entries_can_be_replaced() {
    let home = Home::new();
    home.play(UNLOCK, "ambiguous");
    home.play(UNLOCK, "not text");
}

#[test]
fn without_a_bus_there_is_no_keychain_and_without_a_display_no_clipboard() {
    let home = Home::new();
    home.play_at(&format!("unix:path={}", home.path("nowhere").display()), "no bus");
}

#[test]
fn a_bus_that_never_answers_is_asked_once_and_keeps_no_process_from_ending() {
    let home = Home::new();
    let path = home.path("mute");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for connection in listener.incoming() {
            held.push(connection);
        }
    });
    let begun = Instant::now();
    home.play_at(&format!("unix:path={}", path.display()), "mute");
    assert!(begun.elapsed() < Duration::from_secs(5), "a parked keychain kept the process from ending");
}

/// Runs in a process of its own, on a bus of its own.
#[test]
#[ignore = "the other side of the scenarios above"]
fn plays_a_scenario() {
    let scenario = std::env::var(SCENARIO).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // On a worker, where the stores' blocking calls would panic.
    runtime.block_on(runtime.spawn(play(scenario))).unwrap();
}

async fn play(scenario: String) {
    let keychain = Keychain::system();
    match scenario.as_str() {
        "write" => {
            write(&keychain).await.unwrap();
            assert!(stored(&keychain).await);
            write(&keychain).await.unwrap();
            assert_eq!(state(&keychain).await, KeyState::Stored);
        }
        "read back in another process and remove" => {
            assert!(stored(&keychain).await);
            keychain.remove().await.unwrap();
            assert!(!stored(&keychain).await);
            keychain.remove().await.unwrap();
        }
        "two accounts, both removed" => {
            let folder = std::path::PathBuf::from(std::env::var_os("HOME").unwrap());
            let account = accepting(&keychain, &folder).await;
            for add in [false, true] {
                let key = KeySource::Typed { key: CANARY.into() };
                account.set_key(key, Keep::Keychain, add, |_| {}).await.unwrap();
            }
            assert_eq!(items().await, 2);
            account.remove_account(1).await.unwrap();
            assert_eq!(items().await, 1);
            account.forget().await.unwrap();
            assert_eq!(items().await, 0);
            assert!(account.client().is_none() && account.accounts().is_empty());
        }
        "removed and put back" => {
            let folder = std::path::PathBuf::from(std::env::var_os("HOME").unwrap());
            let account = accepting(&keychain, &folder).await;
            for add in [false, true] {
                let key = KeySource::Typed { key: CANARY.into() };
                account.set_key(key, Keep::Keychain, add, |_| {}).await.unwrap();
            }
            account.rename_account(1, "Home").unwrap();
            account.remove_account(1).await.unwrap();
            assert_eq!(items().await, 1);
            assert_eq!(account.removed().unwrap().name, "Home");
            assert!(account.put_back(Keep::Keychain).await.unwrap());
            assert_eq!(items().await, 2);
            let names: Vec<_> = account.accounts().into_iter().map(|known| known.name).collect();
            assert_eq!(names, ["Home", "Account 2"]);
            assert_eq!(account.active().unwrap().id, 2);

            account.forget().await.unwrap();
            assert_eq!((items().await, account.state()), (1, KeyState::NotStored));
            assert!(account.put_back(Keep::Keychain).await.unwrap());
            assert_eq!((items().await, account.state()), (2, KeyState::Stored));
            assert!(account.client().is_some() && account.removed().is_none());
            assert!(!account.put_back(Keep::Keychain).await.unwrap());

            account.forget().await.unwrap();
            assert!(account.put_back(Keep::Session).await.unwrap());
            assert_eq!((items().await, account.state()), (1, KeyState::Session));
            account.forget().await.unwrap();
            account.wipe();
            assert!(!account.put_back(Keep::Keychain).await.unwrap());
        }
        "one item of ours" => assert_eq!(items().await, 1),
        "no item of ours" => assert_eq!(items().await, 0),
        "nothing is stored" => {
            assert!(!stored(&keychain).await);
            assert_eq!(state(&keychain).await, KeyState::NotStored);
        }
        "locked" => {
            refuses(&keychain, KeychainFault::Locked).await;
            assert_eq!(state(&keychain).await, KeyState::Locked);
        }
        "locked, then opened" => {
            refuses(&keychain, KeychainFault::Locked).await;
            shell(RESTART);
            assert!(stored(&keychain).await);
        }
        "no collection" => {
            refuses(&keychain, KeychainFault::Unavailable).await;
            assert_eq!(state(&keychain).await, KeyState::Unavailable);
        }
        "no service, then one" => {
            refuses(&keychain, KeychainFault::Unavailable).await;
            shell(UNLOCK);
            write(&keychain).await.unwrap();
            assert!(stored(&keychain).await);
        }
        "restarted" => {
            write(&keychain).await.unwrap();
            shell(RESTART);
            assert!(stored(&keychain).await);
        }
        "ambiguous" => {
            tokio::task::spawn_blocking(|| {
                put(&[("target", "one")], CANARY.as_bytes());
                put(&[("target", "two")], CANARY.as_bytes());
            })
            .await
            .unwrap();
            corrupt_until_replaced(&keychain).await;
        }
        "not text" => {
            tokio::task::spawn_blocking(|| put(&[], b"\xff\xfe")).await.unwrap();
            corrupt_until_replaced(&keychain).await;
        }
        "no bus" => {
            refuses(&keychain, KeychainFault::Unavailable).await;
            assert_eq!(state(&keychain).await, KeyState::Unavailable);
            no_clipboard(&keychain).await;
        }
        "mute" => mute().await,
        other => panic!("no scenario {other}"),
    }
}

async fn mute() {
    let (soft, hard) = (Duration::from_millis(100), Duration::from_millis(400));
    let keychain = Keychain::with_limits(soft, hard);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let account = watched(&keychain, seen.clone());
    let begun = Instant::now();
    account.load().await.unwrap();
    assert!(begun.elapsed() >= hard);
    assert_eq!(account.state(), KeyState::TimedOut);
    assert_eq!(account.fault().unwrap().kind, KeychainFault::TimedOut);
    assert!(!keychain.slow(), "nobody waits any more");
    let expected = [(KeyState::Checking, false), (KeyState::Checking, true), (KeyState::TimedOut, false)];
    assert_eq!(*seen.lock().unwrap(), expected);

    let begun = Instant::now();
    for _ in 0..20 {
        refuses(&keychain, KeychainFault::TimedOut).await;
    }
    assert!(begun.elapsed() < hard, "later questions wait for nothing");
    assert_eq!(keychain_threads(), 1);
}

/// Where there is no display either.
async fn no_clipboard(keychain: &Keychain) {
    let account = watched(keychain, Arc::default());
    let refused = account.set_key(KeySource::Clipboard, Keep::Session, false, |_| {}).await;
    assert!(matches!(refused, Err(KeyCheckError::NotAKey(NotAKey::ClipboardUnreadable(_)))), "{refused:?}");
    assert_eq!(account.clear_clipboard().await, Err(ClipboardError));
}

/// What an account makes of the keychain.
async fn state(keychain: &Keychain) -> KeyState {
    let account = watched(keychain, Arc::default());
    account.load().await.unwrap();
    let printed = format!("{account:?} {:?} {keychain:?}", account.fault());
    assert!(!printed.contains(CANARY), "{printed}");
    assert_eq!(account.client().is_some(), account.state() == KeyState::Stored);
    account.state()
}

/// An account at a server that takes every key, and that outlives this call.
async fn accepting(keychain: &Keychain, folder: &std::path::Path) -> Account {
    let sim = poe::sim::Sim::start(poe::sim::Scenario::Script).await.unwrap();
    let base_url = BaseUrl::parse(&sim.base_url()).unwrap();
    std::mem::forget(sim);
    let account = Account::new(keychain.clone(), base_url, None, Box::new(|_| {})).unwrap();
    let data_folder = DataFolder::fixed(folder.to_owned());
    account.remembering(std::sync::Arc::new(data_folder)).0
}

/// How many items of this app the keyring holds, whatever their names.
async fn items() -> usize {
    let count = || {
        let service = SecretService::connect(EncryptionType::Plain).unwrap();
        let found = service.search_items(HashMap::from([("service", "dev.telltale.desktop")]));
        let found = found.unwrap();
        found.unlocked.len() + found.locked.len()
    };
    tokio::task::spawn_blocking(count).await.unwrap()
}

/// An account that notes its state and whether it waits, whenever one of them changes.
fn watched(keychain: &Keychain, seen: Arc<Mutex<Vec<(KeyState, bool)>>>) -> Arc<Account> {
    let on_change = move |account: &Account| {
        let now = (account.state(), account.keychain_slow());
        let mut seen = seen.lock().unwrap();
        if seen.last() != Some(&now) {
            seen.push(now);
        }
    };
    let base_url = BaseUrl::parse("http://127.0.0.1:9/v1").unwrap();
    Arc::new(Account::new(keychain.clone(), base_url, None, Box::new(on_change)).unwrap())
}

async fn refuses(keychain: &Keychain, expected: KeychainFault) {
    let read = in_time(keychain.read()).await.map(|key| key.is_some());
    assert_eq!(read.map_err(fault), Err(expected), "read");
    assert_eq!(write(keychain).await.map_err(fault), Err(expected), "write");
    assert_eq!(in_time(keychain.remove()).await.map_err(fault), Err(expected), "remove");
}

fn fault(error: KeychainError) -> KeychainFault {
    assert!(!error.detail.is_empty());
    assert!(!format!("{error} {error:?}").contains(CANARY));
    error.kind
}

async fn corrupt_until_replaced(keychain: &Keychain) {
    assert_eq!(in_time(keychain.read()).await.map(drop).map_err(fault), Err(KeychainFault::Corrupt));
    write(keychain).await.unwrap();
    assert!(stored(keychain).await);
    keychain.remove().await.unwrap();
}

async fn write(keychain: &Keychain) -> Result<(), KeychainError> {
    in_time(keychain.write(Secret::from_pasted(CANARY).unwrap())).await
}

async fn stored(keychain: &Keychain) -> bool {
    match in_time(keychain.read()).await.unwrap() {
        Some(key) => {
            assert!(key.expose() == CANARY, "another key came back");
            true
        }
        None => false,
    }
}

async fn in_time<T>(operation: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let result = operation.await;
    assert!(begun.elapsed() < Duration::from_secs(2), "took {:?}", begun.elapsed());
    result
}

/// An entry that answers to our name, put there by someone else.
fn put(more: &[(&str, &str)], secret: &[u8]) {
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    let mut attributes = HashMap::from([("service", "dev.telltale.desktop"), ("username", "poe-api-key")]);
    attributes.extend(more.iter().copied());
    let collection = service.get_default_collection().unwrap();
    collection.create_item("theirs", attributes, secret, false, "application/octet-stream").unwrap();
}

fn shell(command: &str) {
    let output = Command::new("sh").args(["-c", command]).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

fn keychain_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.trim() == "keychain").count()
}
