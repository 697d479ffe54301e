//! The account and its ladder against the simulated Poe, with the keychain in memory: rung by rung, and what stays when one fails.
#![allow(clippy::unwrap_used)]

use poe::sim::{Reply, Scenario, Sim};
use poe::{BaseUrl, Kind, Secret};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use telltale::account::{
    Account, ClimbError, Climbed, Keychain, KeychainFault, Left, Network, NotRemoved, Step, StepState,
    Unsaved,
};
use telltale::events::{Keep, KeySource, KeyState, RungName};
use telltale::log::Log;

const KEY: &str = "sk-poe-canary-7Yb2Qx9LmK4tWc8VnR1eZp6HsD3jUa5";
const OLD: &str = "sk-poe-earlier-0123456789abcdefghijklmnopqrstu";
const BALANCE: &str = "/usage/current_balance";

struct Scene {
    sim: Sim,
    keychain: Keychain,
    account: Arc<Account>,
    /// The state at each call of `on_change`.
    told: Arc<Mutex<Vec<KeyState>>>,
}

impl Scene {
    async fn with_env(env_key: Option<&str>) -> Scene {
        let sim = Sim::start(Scenario::Script).await.unwrap();
        let keychain = Keychain::memory();
        let told = Arc::new(Mutex::new(Vec::new()));
        let own = Arc::new(OnceLock::<Weak<Account>>::new());
        let on_change = {
            let (told, own) = (told.clone(), own.clone());
            move || {
                if let Some(account) = own.get().and_then(Weak::upgrade) {
                    told.lock().unwrap().push(account.state());
                }
            }
        };
        let env_key = env_key.and_then(Secret::from_pasted);
        let account = Account::new(keychain.clone(), address(&sim), env_key, Box::new(on_change)).unwrap();
        let account = Arc::new(account);
        own.set(Arc::downgrade(&account)).unwrap();
        Scene {
            sim,
            keychain,
            account,
            told,
        }
    }

    async fn new() -> Scene {
        Scene::with_env(None).await
    }

    /// Someone who has used the app before.
    async fn with_old_key() -> Scene {
        let scene = Scene::new().await;
        scene.keychain.write(secret(OLD)).await.unwrap();
        scene.account.load().await.unwrap();
        scene.is(KeyState::Stored, Some(OLD)).await;
        scene
    }

    /// The climb's result, and each rung's end: "Shape passed: ends in …jUa5".
    async fn climb(&self, source: KeySource, keep: Keep) -> (Result<Climbed, ClimbError>, Vec<String>) {
        let steps = Mutex::new(Vec::<Step>::new());
        let result = self
            .account
            .climb(source, keep, |step| steps.lock().unwrap().push(step))
            .await;
        let steps = steps.into_inner().unwrap();
        let printed = format!("{steps:?} {result:?} {:?} {:?}", self.account, self.keychain);
        assert!(
            !printed.contains(&KEY[14..]),
            "a step, result or Debug holds the key: {printed}"
        );
        let (begun, ended): (Vec<_>, Vec<_>) = steps
            .into_iter()
            .partition(|step| matches!(step.state, StepState::Running));
        let names = |steps: &[Step]| steps.iter().map(|step| step.name).collect::<Vec<RungName>>();
        assert_eq!(
            names(&begun),
            names(&ended),
            "each rung begins once and ends once"
        );
        (result, ended.iter().map(said).collect())
    }

    async fn paste(&self, key: &str, keep: Keep) -> (Result<Climbed, ClimbError>, Vec<String>) {
        self.climb(KeySource::Typed { key: key.into() }, keep).await
    }

    /// The state is this, was told, and this key is the one that requests carry.
    async fn is(&self, state: KeyState, key: Option<&str>) {
        assert_eq!(self.account.state(), state);
        if let Some(told) = self.told.lock().unwrap().last() {
            assert_eq!(*told, state, "the last change that was told");
        }
        assert_eq!(self.account.client().is_some(), key.is_some());
        let last_four = key.map(|key| key[key.len() - 4..].to_string());
        assert_eq!(self.account.last_four(), last_four);
        self.account.keyless_client().models().await.unwrap();
        assert!(
            sent_key(&self.sim) == key.map(str::to_string),
            "requests carry another key"
        );
    }

    async fn stores(&self, key: Option<&str>) {
        self.keychain.break_with(None);
        let stored = self.keychain.read().await.unwrap();
        assert!(
            stored.as_ref().map(Secret::expose) == key,
            "another key is stored"
        );
    }
}

fn address(sim: &Sim) -> BaseUrl {
    BaseUrl::parse(&sim.base_url()).unwrap()
}

fn secret(key: &str) -> Secret {
    Secret::from_pasted(key).unwrap()
}

fn sent_key(sim: &Sim) -> Option<String> {
    let request = sim.requests().into_iter().next_back().unwrap();
    let header = request
        .headers
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    header.map(|(_, value)| value.strip_prefix("Bearer ").unwrap().to_string())
}

fn said(step: &Step) -> String {
    match &step.state {
        StepState::Running => unreachable!(),
        StepState::Passed { note: None } => format!("{:?} passed", step.name),
        StepState::Passed { note: Some(note) } => format!("{:?} passed: {note}", step.name),
        StepState::Warned { note } => format!("{:?} warned: {note}", step.name),
        StepState::Failed(error) => format!("{:?} failed: {}", step.name, failure(error)),
    }
}

fn failure(error: &ClimbError) -> String {
    match error {
        ClimbError::NoKeyGiven => "no key given".into(),
        ClimbError::ClipboardUnreadable(_) => "clipboard unreadable".into(),
        ClimbError::Poe(error) => error.code().into(),
        ClimbError::Keychain(error) => format!("{:?}", error.kind),
        ClimbError::Unsaved(unsaved) => unsaved.detail.clone(),
    }
}

/// At once, so that the client's retries take no time.
fn broken() -> Reply {
    Reply::error(500, "Internal error", "internal_error", None).header("retry-after", "0")
}

#[tokio::test]
async fn good_key_climbs_to_the_top() {
    let scene = Scene::new().await;
    scene.account.load().await.unwrap();
    scene.is(KeyState::NotStored, None).await;
    scene.sim.set_balance(12_340);
    let (result, rungs) = scene.paste(KEY, Keep::Keychain).await;
    let climbed = result.unwrap();
    let models = climbed.models.unwrap();
    assert!(!models.is_empty());
    let expected = [
        "Shape passed: ends in …jUa5".to_string(),
        "Accepted passed".into(),
        "Stored passed: in the session memory".into(),
        "Balance passed: 12,340 points".into(),
        format!("Models passed: {} models", models.len()),
    ];
    assert_eq!(rungs, expected);
    assert_eq!(climbed.balance.unwrap().points, Some(12_340));
    scene.is(KeyState::Stored, Some(KEY)).await;
    scene.stores(Some(KEY)).await;
}

#[tokio::test]
async fn what_is_pasted_becomes_the_key_or_a_warning() {
    async fn check(pasted: &str, key: &str, shape: &str) {
        let scene = Scene::new().await;
        let (result, rungs) = scene.paste(pasted, Keep::Keychain).await;
        result.unwrap();
        assert_eq!(rungs[0], shape, "{pasted:?}");
        scene.stores(Some(key)).await;
    }
    let fine = "Shape passed: ends in …jUa5";
    check(&format!("  {KEY}\r\n"), KEY, fine).await;
    check(&format!("\"{KEY}\""), KEY, fine).await;
    check(&format!("'Bearer {KEY}' "), KEY, fine).await;
    check(&format!("\u{1b}[200~{KEY}\u{1b}[201~"), KEY, fine).await;
    check("hunter2", "hunter2", "Shape warned: does not look like a Poe key").await;
}

#[tokio::test]
async fn no_key_given() {
    async fn check(source: KeySource) {
        let scene = Scene::with_old_key().await;
        let (result, rungs) = scene.climb(source, Keep::Keychain).await;
        assert_eq!(failure(&result.unwrap_err()), "no key given");
        assert_eq!(rungs, ["Shape failed: no key given"]);
        scene.is(KeyState::Stored, Some(OLD)).await;
    }
    check(KeySource::Typed { key: String::new() }).await;
    check(KeySource::Typed {
        key: " \"\" \n".into(),
    })
    .await;
    check(KeySource::Env).await;
    check(KeySource::Pending).await;
}

#[tokio::test]
async fn refused_key_replaces_nothing() {
    async fn check(reply: Reply, expected: Kind) {
        let scene = Scene::with_old_key().await;
        scene.sim.always("GET", BALANCE, reply);
        let (result, rungs) = scene.paste(KEY, Keep::Keychain).await;
        assert_eq!(failure(&result.unwrap_err()), expected.code());
        assert_eq!(rungs[1..], [format!("Accepted failed: {}", expected.code())]);
        assert!(!scene.account.has_pending_key());
        scene.is(KeyState::Stored, Some(OLD)).await;
        scene.stores(Some(OLD)).await;
    }
    let refused = |status, code| Reply::error(status, "No", "authentication_error", code);
    check(refused(401, Some("invalid_api_key")), Kind::InvalidApiKey).await;
    check(refused(403, None), Kind::PermissionDenied).await;
    check(broken(), Kind::InternalError).await;
    check(
        Reply::json(200, serde_json::json!("nonsense")),
        Kind::MalformedResponse,
    )
    .await;
}

#[tokio::test]
async fn key_that_cannot_be_stored_waits_and_goes_on() {
    let scene = Scene::with_old_key().await;
    scene.keychain.break_with(Some(KeychainFault::Locked));
    let (result, rungs) = scene.paste(KEY, Keep::Keychain).await;
    assert_eq!(failure(&result.unwrap_err()), "Locked");
    assert_eq!(rungs[1..], ["Accepted passed", "Stored failed: Locked"]);
    assert!(scene.account.has_pending_key());
    scene.is(KeyState::Stored, Some(OLD)).await;

    // Still locked, then for this session only.
    let (result, _) = scene.climb(KeySource::Pending, Keep::Keychain).await;
    assert_eq!(failure(&result.unwrap_err()), "Locked");
    let (result, rungs) = scene.climb(KeySource::Pending, Keep::Session).await;
    assert!(result.unwrap().balance.is_some());
    assert_eq!(
        rungs[..3],
        [
            "Shape passed: ends in …jUa5",
            "Accepted passed",
            "Stored warned: kept until the app closes"
        ]
    );
    scene.is(KeyState::Session, Some(KEY)).await;
    assert!(!scene.account.has_pending_key());
    scene.stores(Some(OLD)).await;
}

#[tokio::test]
async fn pending_key_is_stored_once_the_keychain_is_open_and_outlives_the_demo() {
    let scene = Scene::new().await;
    scene.keychain.break_with(Some(KeychainFault::Locked));
    scene.paste(KEY, Keep::Keychain).await.0.unwrap_err();
    scene.keychain.break_with(None);

    let demo = Sim::start(Scenario::Script).await.unwrap();
    scene
        .account
        .connect_to(address(&demo), Some(secret("demo")))
        .unwrap();
    assert!(!scene.account.has_pending_key(), "it was accepted elsewhere");
    scene.account.connect_to(address(&scene.sim), None).unwrap();

    scene.climb(KeySource::Pending, Keep::Keychain).await.0.unwrap();
    scene.is(KeyState::Stored, Some(KEY)).await;
    scene.stores(Some(KEY)).await;
}

#[tokio::test]
async fn session_key_touches_no_keychain() {
    let scene = Scene::with_env(Some(KEY)).await;
    assert!(scene.account.has_env_key());
    scene.keychain.break_with(Some(KeychainFault::Unavailable));
    scene.account.load().await.unwrap();
    scene.is(KeyState::Unavailable, None).await;
    scene.climb(KeySource::Env, Keep::Session).await.0.unwrap();
    scene.is(KeyState::Session, Some(KEY)).await;
    assert!(scene.account.fault().is_none());
    // "Ask again" finds no keychain and leaves the key in use alone.
    scene.account.load().await.unwrap();
    scene.is(KeyState::Session, Some(KEY)).await;
    assert_eq!(scene.account.fault().unwrap().kind, KeychainFault::Unavailable);
    scene.account.forget().await.unwrap();
    scene.is(KeyState::Unavailable, None).await;
    scene.stores(None).await;
}

#[tokio::test]
async fn later_rungs_undo_nothing() {
    let scene = Scene::new().await;
    scene.sim.on(
        "GET",
        BALANCE,
        Reply::error(402, "No points", "insufficient_credits", None),
    );
    scene.sim.always("GET", BALANCE, broken());
    scene.sim.always("GET", "/v1/models", broken());
    let (result, rungs) = scene.paste(KEY, Keep::Keychain).await;
    let climbed = result.unwrap();
    assert!(climbed.balance.is_none() && climbed.models.is_none());
    assert_eq!(
        rungs[1], "Accepted passed",
        "whoever is out of points has been recognized"
    );
    assert_eq!(
        rungs[3..],
        ["Balance failed: internal_error", "Models failed: internal_error"]
    );
    assert_eq!(scene.account.state(), KeyState::Stored);
    scene.stores(Some(KEY)).await;
}

#[tokio::test]
async fn moving_keeps_the_key_and_connecting_changes_it() {
    let scene = Scene::with_old_key().await;
    let other = Sim::start(Scenario::Script).await.unwrap();
    scene.account.move_to(address(&other)).unwrap();
    scene.account.client().unwrap().models().await.unwrap();
    assert!(sent_key(&other).as_deref() == Some(OLD));
    assert_eq!(scene.account.state(), KeyState::Stored);

    scene
        .account
        .connect_to(address(&scene.sim), Some(secret("sk-demo-12345678")))
        .unwrap();
    scene.is(KeyState::Session, Some("sk-demo-12345678")).await;
    scene.account.connect_to(address(&scene.sim), None).unwrap();
    scene.is(KeyState::NotStored, None).await;
    scene.account.load().await.unwrap();
    scene.is(KeyState::Stored, Some(OLD)).await;
}

#[tokio::test]
async fn forgetting() {
    let scene = Scene::with_old_key().await;
    scene.account.forget().await.unwrap();
    scene.is(KeyState::NotStored, None).await;
    scene.stores(None).await;

    // What the keychain keeps for itself is said.
    let scene = Scene::with_old_key().await;
    scene.keychain.break_with(Some(KeychainFault::Denied));
    let refused = scene.account.forget().await;
    assert!(
        matches!(&refused, Err(NotRemoved::Keychain(error)) if error.kind == KeychainFault::Denied),
        "{refused:?}"
    );
    scene.is(KeyState::Denied, None).await;
    scene.stores(Some(OLD)).await;
}

#[tokio::test]
async fn each_fault_is_a_state_of_its_own() {
    async fn check(fault: KeychainFault, expected: KeyState) {
        let scene = Scene::new().await;
        assert_eq!(scene.account.state(), KeyState::Checking);
        scene.keychain.write(secret(KEY)).await.unwrap();
        scene.keychain.break_with(Some(fault));
        scene.account.load().await.unwrap();
        scene.is(expected, None).await;
        assert_eq!(scene.account.fault().unwrap().kind, fault);
        scene.keychain.break_with(None);
        scene.account.load().await.unwrap();
        scene.is(KeyState::Stored, Some(KEY)).await;
        assert!(scene.account.fault().is_none());
        let told = [KeyState::Checking, expected, KeyState::Checking, KeyState::Stored];
        assert_eq!(*scene.told.lock().unwrap(), told);
    }
    check(KeychainFault::Locked, KeyState::Locked).await;
    check(KeychainFault::Unavailable, KeyState::Unavailable).await;
    check(KeychainFault::TimedOut, KeyState::TimedOut).await;
    check(KeychainFault::Denied, KeyState::Denied).await;
    check(KeychainFault::Corrupt, KeyState::Corrupt).await;
}

/// Two accounts in a folder of their own, the second one active.
async fn two_accounts(scene: &Scene, file: &std::path::Path) -> Account {
    let account = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|| {})).unwrap();
    let (account, set_aside) = account.remembering(file.to_path_buf());
    assert!(set_aside.is_none());
    account.load().await.unwrap();
    let typed = |key: &str| KeySource::Typed { key: key.into() };
    account.climb(typed(OLD), Keep::Keychain, |_| {}).await.unwrap();
    account
        .climb_as(true, typed(KEY), Keep::Keychain, |_| {})
        .await
        .unwrap();
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
    let account = two_accounts(&scene, &file).await;
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
    let again = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|| {})).unwrap();
    let (again, _) = again.remembering(file.clone());
    again.load().await.unwrap();
    assert_eq!(listed(&again), "Account 1* …rstu, Work …jUa5");
    again.use_account(2).await.unwrap();
    assert_eq!(again.state(), KeyState::Stored);
    assert_eq!(again.last_four().as_deref(), Some("jUa5"));

    // The one in use goes, and no other takes its place by itself.
    again.forget().await.unwrap();
    assert_eq!(listed(&again), "Account 1 …rstu");
    assert_eq!(
        (again.state(), again.client().is_some()),
        (KeyState::NotStored, false)
    );
    assert!(second.read().await.unwrap().is_none());
    again.load().await.unwrap();
    assert_eq!(again.state(), KeyState::NotStored);
    again.use_account(1).await.unwrap();
    assert!(again.client().is_some());

    // One that is not in use goes without touching the one that is.
    again
        .climb_as(true, KeySource::Typed { key: KEY.into() }, Keep::Keychain, |_| {})
        .await
        .unwrap();
    again.remove_account(1).await.unwrap();
    assert_eq!(listed(&again), "Account 2* …jUa5");
    scene.stores(None).await;
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(
        !kept.contains(&KEY[7..20]) && !kept.contains(&OLD[7..20]),
        "{kept}"
    );
}

#[tokio::test]
async fn the_one_key_of_before_is_the_first_account() {
    let scene = Scene::new().await;
    scene.keychain.write(secret(OLD)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let account = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|| {})).unwrap();
    let (account, _) = account.remembering(folder.path().join("accounts.json"));
    account.load().await.unwrap();
    assert_eq!(listed(&account), "Account 1* …rstu");
    assert_eq!(account.state(), KeyState::Stored);
}

#[tokio::test]
async fn a_sessions_key_outlives_a_switch_and_no_file_knows_of_it() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    let account = two_accounts(&scene, &file).await;
    let session = "sk-poe-session-0123456789abcdefghijklmnopq9876";
    account
        .climb_as(
            true,
            KeySource::Typed { key: session.into() },
            Keep::Session,
            |_| {},
        )
        .await
        .unwrap();
    assert_eq!(
        listed(&account),
        "Account 1 …rstu, Account 2 …jUa5, Account 3* …9876"
    );
    account.use_account(1).await.unwrap();
    account.use_account(3).await.unwrap();
    assert_eq!(
        (account.state(), account.last_four().as_deref()),
        (KeyState::Session, Some("9876"))
    );
    assert!(!std::fs::read_to_string(&file).unwrap().contains("9876"));
    account.remove_account(3).await.unwrap();
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2 …jUa5");
    account.use_account(3).await.unwrap();
    assert!(
        account.client().is_none(),
        "a removed key is gone from memory too"
    );
}

/// A folder where the file was: nothing can take its place, whoever asks.
fn block(file: &std::path::Path) {
    let _ = std::fs::remove_file(file);
    std::fs::create_dir_all(file.join("in the way")).unwrap();
}

#[tokio::test]
async fn a_list_that_cannot_be_written_is_told_and_loses_nothing() {
    fn left(result: Result<(), Unsaved>) -> Left {
        let unsaved = result.unwrap_err();
        assert!(!unsaved.detail.is_empty());
        unsaved.left
    }
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    let account = two_accounts(&scene, &file).await;
    block(&file);

    // Naming, switching, adding: as it was, and the key that was to come waits.
    assert_eq!(left(account.rename_account(1, "Home")), Left::AsItWas);
    assert_eq!(left(account.use_account(1).await), Left::AsItWas);
    let third = "sk-poe-third-0123456789abcdefghijklmnopqrs4321";
    let typed = KeySource::Typed { key: third.into() };
    let added = account.climb_as(true, typed, Keep::Keychain, |_| {}).await;
    assert!(matches!(added, Err(ClimbError::Unsaved(_))), "{added:?}");
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2* …jUa5");
    assert_eq!(account.last_four().as_deref(), Some("jUa5"));

    // Removing: the key is gone in any case, and the name goes with the next try.
    let removed = account.remove_account(1).await;
    assert!(
        matches!(&removed, Err(NotRemoved::Unsaved(unsaved)) if unsaved.left == Left::Named),
        "{removed:?}"
    );
    scene.stores(None).await;
    assert_eq!(listed(&account), "Account 1 …rstu, Account 2* …jUa5");
    std::fs::remove_dir_all(&file).unwrap();
    account.remove_account(1).await.unwrap();
    assert_eq!(listed(&account), "Account 2* …jUa5");
    account
        .climb_as(true, KeySource::Pending, Keep::Keychain, |_| {})
        .await
        .unwrap();
    assert_eq!(listed(&account), "Account 2 …jUa5, Account 1* …4321");
}

#[tokio::test]
async fn a_key_works_also_where_its_account_cannot_be_noted() {
    let scene = Scene::new().await;
    scene.keychain.write(secret(OLD)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    let account = Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|| {})).unwrap();
    let (account, _) = account.remembering(file.clone());
    block(&file);
    assert_eq!(account.load().await.unwrap_err().left, Left::InUse);
    assert_eq!(
        (account.state(), listed(&account).as_str()),
        (KeyState::Stored, "Account 1* …rstu")
    );
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
    let file = folder.path().join("accounts.json");
    two_accounts(&scene, &file).await.use_account(1).await.unwrap();
    fn encoded() -> String {
        KEY.bytes().map(|byte| format!("%{byte:02X}")).collect()
    }
    async fn logged(scene: &Scene, file: &std::path::Path, meets: bool) -> String {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(Log::open(folder.path(), Arc::new(|_| {}), Box::new(|_| {})));
        log.keep_bodies(true).await;
        let account =
            Account::new(scene.keychain.clone(), address(&scene.sim), None, Box::new(|| {})).unwrap();
        let (account, _) = account.remembering(file.to_path_buf());
        let network = Network {
            log: Some(log.clone()),
            ..Network::default()
        };
        account.go_by(network).unwrap();
        account.load().await.unwrap();
        if meets {
            account.meet_all().await;
        }
        let list =
            serde_json::json!({ "data": [], "note": encoded(), "again": [&encoded()[..7], &encoded()[7..]] });
        scene.sim.on("GET", "/v1/models", Reply::json(200, list));
        account.keyless_client().models().await.unwrap();
        log.bodies(1).await.response.unwrap()
    }
    let unmet = logged(&scene, &file, false).await;
    assert!(unmet.contains(&encoded()[60..80]), "the test itself: {unmet}");
    let text = logged(&scene, &file, true).await;
    assert!(text.contains("[secret]"), "{text}");
    for window in encoded().as_bytes().windows(8) {
        let window = str::from_utf8(window).unwrap();
        assert!(!text.replace("\",\"", "").contains(window), "{window} in {text}");
    }
}
