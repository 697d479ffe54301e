//! The account and a new key's checks against the simulated Poe, with the keychain in memory: check by check, and what stays when
//! one fails.
#![allow(clippy::unwrap_used)]

#[path = "account/several.rs"]
mod several;
#[path = "account/undo.rs"]
mod undo;

use poe::sim::{Reply, Scenario, Sim};
use poe::{BaseUrl, Kind, Secret};
use std::sync::{Arc, Mutex};
use telltale::account::{AcceptedKey, Account, KeyCheckError, Keychain, KeychainFault, NotRemoved};
use telltale::checks::{Check, Outcome};
use telltale::errors::{self, Context};
use telltale::events::{CheckName, Keep, KeySource, KeyState};

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
        let seen = told.clone();
        let on_change = move |account: &Account| seen.lock().unwrap().push(account.state());
        let env_key = env_key.and_then(Secret::from_pasted);
        let account = Account::new(keychain.clone(), address(&sim), env_key, Box::new(on_change)).unwrap();
        Scene { sim, keychain, account: Arc::new(account), told }
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

    async fn has_no_pending_key(&self) {
        let (result, _) = self.set_key(KeySource::Pending, Keep::Keychain).await;
        assert_eq!(failure(&result.unwrap_err()), "NotGiven");
    }

    /// The result, and each check's end: "Shape passed: ends in …jUa5".
    async fn set_key(
        &self,
        source: KeySource,
        keep: Keep,
    ) -> (Result<AcceptedKey, KeyCheckError>, Vec<String>) {
        let told = Mutex::new(Vec::<Check<KeyCheckError>>::new());
        let tell = |check: &Check<KeyCheckError>| told.lock().unwrap().push(check.clone());
        let result = self.account.set_key(source, keep, false, tell).await;
        let told = told.into_inner().unwrap();
        let printed = format!("{told:?} {result:?} {:?} {:?}", self.account, self.keychain);
        assert!(!printed.contains(&KEY[14..]), "a check, result or Debug holds the key: {printed}");
        let (begun, ended): (Vec<_>, Vec<_>) =
            told.into_iter().partition(|check| matches!(check.outcome, Outcome::Running));
        let names =
            |told: &[Check<KeyCheckError>]| told.iter().map(|check| check.name).collect::<Vec<CheckName>>();
        assert_eq!(names(&begun), names(&ended), "each begins once and ends once");
        (result, ended.iter().map(said).collect())
    }

    async fn paste(&self, key: &str, keep: Keep) -> (Result<AcceptedKey, KeyCheckError>, Vec<String>) {
        self.set_key(KeySource::Typed { key: key.into() }, keep).await
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
        assert!(sent_key(&self.sim) == key.map(str::to_string), "requests carry another key");
    }

    async fn stores(&self, key: Option<&str>) {
        self.keychain.break_with(None);
        let stored = self.keychain.read().await.unwrap();
        assert!(stored.as_ref().map(Secret::expose) == key, "another key is stored");
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
    let header = request.headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    header.map(|(_, value)| value.strip_prefix("Bearer ").unwrap().to_string())
}

fn said(check: &Check<KeyCheckError>) -> String {
    let card = |error: &KeyCheckError| errors::card(&error.clone().into(), &Context::default());
    let view = check.view(card);
    let why = match &check.outcome {
        Outcome::Failed(error, _) => Some(failure(error)),
        _ => view.note,
    };
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    format!("{:?} {}{why}", view.name, format!("{:?}", view.state).to_lowercase())
}

fn failure(error: &KeyCheckError) -> String {
    match error {
        KeyCheckError::NotAKey(why) => format!("{why:?}"),
        KeyCheckError::Poe(error) => error.code().into(),
        KeyCheckError::Keychain(error) => format!("{:?}", error.kind),
        KeyCheckError::Unsaved(unsaved) => unsaved.detail.clone(),
    }
}

/// At once, so that the client's retries take no time.
fn broken() -> Reply {
    Reply::error(500, "Internal error", "internal_error", None).header("retry-after", "0")
}

#[tokio::test]
async fn a_good_key_passes_every_check() {
    let scene = Scene::new().await;
    scene.account.load().await.unwrap();
    scene.is(KeyState::NotStored, None).await;
    scene.sim.set_balance(12_340);
    let (result, ended) = scene.paste(KEY, Keep::Keychain).await;
    let accepted = result.unwrap();
    let models = accepted.models.unwrap();
    assert!(!models.is_empty());
    let expected = [
        "Shape passed: ends in …jUa5".to_string(),
        "Accepted passed".into(),
        "Stored passed: in the session memory".into(),
        "Balance passed: 12,340 points".into(),
        format!("Models passed: {} models", models.len()),
    ];
    assert_eq!(ended, expected);
    assert_eq!(accepted.balance.unwrap().points, Some(12_340));
    scene.is(KeyState::Stored, Some(KEY)).await;
    scene.stores(Some(KEY)).await;
}

#[tokio::test]
async fn what_is_pasted_becomes_the_key_or_a_warning() {
    async fn check(pasted: &str, key: &str, shape: &str) {
        let scene = Scene::new().await;
        let (result, ended) = scene.paste(pasted, Keep::Keychain).await;
        result.unwrap();
        assert_eq!(ended[0], shape, "{pasted:?}");
        scene.stores(Some(key)).await;
    }
    let fine = "Shape passed: ends in …jUa5";
    check(&format!("  {KEY}\r\n"), KEY, fine).await;
    check(&format!("\"{KEY}\""), KEY, fine).await;
    check(&format!("'Bearer {KEY}' "), KEY, fine).await;
    check(&format!("\u{1b}[200~{KEY}\u{1b}[201~"), KEY, fine).await;
    check(&format!("# mine\nexport POE_API_KEY=\"{KEY}\"\n"), KEY, fine).await;
    check(&format!("{{\"env\": {{\"key\": \"{KEY}\"}}}}"), KEY, fine).await;
    check("hunter2", "hunter2", "Shape warned: doesn’t look like a Poe key").await;
}

#[tokio::test]
async fn what_is_no_key_is_not_sent_though_typed() {
    let several = format!("{{\"home\": \"{KEY}\", \"work\": \"{OLD}\"}}");
    let long = "a".repeat(201);
    for (typed, why) in [
        ("Dear Anna, my PIN is 4711", "Broken(Typed)"),
        ("one\ntwo", "Broken(Typed)"),
        (&*long, "Broken(Typed)"),
        (&*several, "Several(Typed)"),
    ] {
        let scene = Scene::with_old_key().await;
        let before = scene.sim.requests().len();
        let (result, ended) = scene.paste(typed, Keep::Keychain).await;
        assert_eq!(failure(&result.unwrap_err()), why);
        assert_eq!(ended, [format!("Shape failed: {why}")]);
        assert_eq!(scene.sim.requests().len(), before, "{typed}");
        scene.stores(Some(OLD)).await;
    }
    let scene = Scene::new().await;
    let (result, _) = scene.set_key(KeySource::Anyway, Keep::Keychain).await;
    assert_eq!(failure(&result.unwrap_err()), "Forgotten");
    assert_eq!(scene.sim.requests().len(), 0);
}

#[tokio::test]
async fn no_key_given() {
    async fn check(source: KeySource) {
        let scene = Scene::with_old_key().await;
        let (result, ended) = scene.set_key(source, Keep::Keychain).await;
        assert_eq!(failure(&result.unwrap_err()), "NotGiven");
        assert_eq!(ended, ["Shape failed: NotGiven"]);
        scene.is(KeyState::Stored, Some(OLD)).await;
    }
    check(KeySource::Typed { key: String::new() }).await;
    check(KeySource::Typed { key: " \"\" \n".into() }).await;
    check(KeySource::Env).await;
    check(KeySource::Pending).await;
}

#[tokio::test]
async fn refused_key_replaces_nothing() {
    async fn check(reply: Reply, expected: Kind) {
        let scene = Scene::with_old_key().await;
        scene.sim.always("GET", BALANCE, reply);
        let (result, ended) = scene.paste(KEY, Keep::Keychain).await;
        assert_eq!(failure(&result.unwrap_err()), expected.code());
        assert_eq!(ended[1..], [format!("Accepted failed: {}", expected.code())]);
        scene.has_no_pending_key().await;
        scene.is(KeyState::Stored, Some(OLD)).await;
        scene.stores(Some(OLD)).await;
    }
    let refused = |status, code| Reply::error(status, "No", "authentication_error", code);
    check(refused(401, Some("invalid_api_key")), Kind::InvalidApiKey).await;
    check(refused(403, None), Kind::PermissionDenied).await;
    check(broken(), Kind::InternalError).await;
    check(Reply::json(200, serde_json::json!("nonsense")), Kind::MalformedResponse).await;
}

#[tokio::test]
async fn key_that_cannot_be_stored_waits_and_goes_on() {
    let scene = Scene::with_old_key().await;
    scene.keychain.break_with(Some(KeychainFault::Locked));
    let (result, ended) = scene.paste(KEY, Keep::Keychain).await;
    assert_eq!(failure(&result.unwrap_err()), "Locked");
    assert_eq!(ended[1..], ["Accepted passed", "Stored failed: Locked"]);
    scene.is(KeyState::Stored, Some(OLD)).await;

    // Still locked, then for this session only.
    let (result, _) = scene.set_key(KeySource::Pending, Keep::Keychain).await;
    assert_eq!(failure(&result.unwrap_err()), "Locked");
    let (result, ended) = scene.set_key(KeySource::Pending, Keep::Session).await;
    assert!(result.unwrap().balance.is_some());
    assert_eq!(
        ended[..3],
        ["Shape passed: ends in …jUa5", "Accepted passed", "Stored warned: kept until you quit"]
    );
    scene.is(KeyState::Session, Some(KEY)).await;
    scene.has_no_pending_key().await;
    scene.stores(Some(OLD)).await;
}

#[tokio::test]
async fn pending_key_is_stored_once_the_keychain_is_open_and_outlives_the_demo() {
    let scene = Scene::new().await;
    scene.keychain.break_with(Some(KeychainFault::Locked));
    scene.paste(KEY, Keep::Keychain).await.0.unwrap_err();
    scene.keychain.break_with(None);

    let demo = Sim::start(Scenario::Script).await.unwrap();
    scene.account.connect_to(address(&demo), Some(secret("demo"))).unwrap();
    // It was accepted elsewhere.
    scene.has_no_pending_key().await;
    scene.account.connect_to(address(&scene.sim), None).unwrap();

    scene.set_key(KeySource::Pending, Keep::Keychain).await.0.unwrap();
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
    scene.set_key(KeySource::Env, Keep::Session).await.0.unwrap();
    scene.is(KeyState::Session, Some(KEY)).await;
    assert!(scene.account.fault().is_none());
    // "Check again" finds no keychain and leaves the key in use alone.
    scene.account.load().await.unwrap();
    scene.is(KeyState::Session, Some(KEY)).await;
    assert_eq!(scene.account.fault().unwrap().kind, KeychainFault::Unavailable);
    scene.account.forget().await.unwrap();
    scene.is(KeyState::Unavailable, None).await;
    scene.stores(None).await;
}

#[tokio::test]
async fn later_checks_undo_nothing() {
    let scene = Scene::new().await;
    scene.sim.on("GET", BALANCE, Reply::error(402, "No points", "insufficient_credits", None));
    scene.sim.always("GET", BALANCE, broken());
    scene.sim.always("GET", "/v1/models", broken());
    let (result, ended) = scene.paste(KEY, Keep::Keychain).await;
    let accepted = result.unwrap();
    assert!(accepted.balance.is_none() && accepted.models.is_none());
    assert_eq!(ended[1], "Accepted passed", "whoever is out of points has been recognized");
    assert_eq!(ended[3..], ["Balance failed: internal_error", "Models failed: internal_error"]);
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

    scene.account.connect_to(address(&scene.sim), Some(secret("sk-demo-12345678"))).unwrap();
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
