//! What was removed can be put back until another key comes, and a keychain that refuses leaves it to be tried again.

use super::{KEY, OLD, Scene, secret, sent_key};
use poe::sim::{Scenario, Sim};
use telltale::account::{KeychainFault, NotPutBack};
use telltale::events::{Keep, KeySource, KeyState};

#[tokio::test]
async fn the_removed_key_is_stored_and_in_use_again() {
    let scene = Scene::with_old_key().await;
    scene.account.forget().await.unwrap();
    scene.is(KeyState::NotStored, None).await;
    assert_eq!(scene.account.removed().unwrap().last_four.as_deref(), Some("rstu"));
    assert!(scene.account.put_back(Keep::Keychain).await.unwrap());
    scene.is(KeyState::Stored, Some(OLD)).await;
    scene.stores(Some(OLD)).await;
    assert!(scene.account.removed().is_none());
}

#[tokio::test]
async fn a_keychain_that_refuses_leaves_the_undo() {
    let scene = Scene::with_old_key().await;
    scene.account.forget().await.unwrap();
    scene.keychain.break_with(Some(KeychainFault::Locked));
    let refused = scene.account.put_back(Keep::Keychain).await;
    assert!(
        matches!(&refused, Err(NotPutBack::Keychain(error)) if error.kind == KeychainFault::Locked),
        "{refused:?}"
    );
    assert!(scene.account.accounts().is_empty(), "its name is not listed");
    scene.is(KeyState::NotStored, None).await;
    // In memory it needs no keychain.
    assert!(scene.account.put_back(Keep::Session).await.unwrap());
    scene.is(KeyState::Session, Some(OLD)).await;
    scene.stores(None).await;

    let scene = Scene::with_old_key().await;
    scene.account.forget().await.unwrap();
    scene.keychain.break_with(Some(KeychainFault::Denied));
    scene.account.put_back(Keep::Keychain).await.unwrap_err();
    scene.keychain.break_with(None);
    assert!(scene.account.put_back(Keep::Keychain).await.unwrap());
    scene.is(KeyState::Stored, Some(OLD)).await;
}

#[tokio::test]
async fn a_sessions_key_comes_back_with_the_stored_one_behind_it() {
    let scene = Scene::with_old_key().await;
    let typed = KeySource::Typed { key: KEY.into() };
    scene.set_key(typed, Keep::Session).await.0.unwrap();
    scene.account.forget().await.unwrap();
    scene.stores(None).await;
    assert!(scene.account.put_back(Keep::Keychain).await.unwrap());
    scene.is(KeyState::Session, Some(KEY)).await;
    scene.stores(Some(OLD)).await;

    // Where there is no keychain at all.
    let scene = Scene::new().await;
    scene.keychain.break_with(Some(KeychainFault::Unavailable));
    scene.account.load().await.unwrap();
    let typed = KeySource::Typed { key: KEY.into() };
    scene.set_key(typed, Keep::Session).await.0.unwrap();
    scene.account.forget().await.unwrap();
    assert!(scene.account.client().is_none());
    assert!(scene.account.put_back(Keep::Keychain).await.unwrap());
    scene.is(KeyState::Session, Some(KEY)).await;
}

#[tokio::test]
async fn another_key_ends_the_undo_and_a_refused_one_does_not() {
    let scene = Scene::with_old_key().await;
    scene.account.forget().await.unwrap();
    let broken = KeySource::Typed { key: "two words".into() };
    scene.set_key(broken, Keep::Keychain).await.0.unwrap_err();
    assert!(scene.account.removed().is_some());
    let typed = KeySource::Typed { key: KEY.into() };
    scene.set_key(typed, Keep::Keychain).await.0.unwrap();
    assert!(scene.account.removed().is_none());
    assert!(!scene.account.put_back(Keep::Keychain).await.unwrap());
    scene.is(KeyState::Stored, Some(KEY)).await;
    scene.stores(Some(KEY)).await;
}

#[tokio::test]
async fn put_back_while_another_account_is_in_use_it_waits_in_the_list() {
    let scene = Scene::with_old_key().await;
    let typed = KeySource::Typed { key: KEY.into() };
    scene.account.set_key(typed, Keep::Keychain, true, |_| {}).await.unwrap();
    scene.account.remove_account(2).await.unwrap();
    scene.account.use_account(1).await.unwrap();
    assert!(scene.account.put_back(Keep::Keychain).await.unwrap());
    assert_eq!(scene.account.active().unwrap().id, 1);
    scene.is(KeyState::Stored, Some(OLD)).await;
    scene.account.use_account(2).await.unwrap();
    scene.is(KeyState::Stored, Some(KEY)).await;
}

#[tokio::test]
async fn at_another_server_the_key_is_kept_and_not_used() {
    let scene = Scene::with_old_key().await;
    scene.account.forget().await.unwrap();
    let demo = Sim::start(Scenario::Script).await.unwrap();
    scene.account.connect_to(super::address(&demo), Some(secret("sk-demo-12345678"))).unwrap();
    assert!(scene.account.put_back(Keep::Keychain).await.unwrap());
    scene.account.keyless_client().models().await.unwrap();
    assert_eq!(sent_key(&demo).as_deref(), Some("sk-demo-12345678"));
    scene.account.connect_to(super::address(&scene.sim), None).unwrap();
    scene.account.load().await.unwrap();
    scene.is(KeyState::Stored, Some(OLD)).await;
}
