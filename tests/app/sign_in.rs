//! Signing in with Poe on real sockets: the app's listener, the simulated Poe's pages, and a browser that is a plain HTTP
//! client. Each way it can end is a line.
#![allow(clippy::unwrap_used)]

use poe::sim::{Reply, Scenario, Sim};
use poe::{BaseUrl, Client, Config};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use telltale::account::{Account, Asked, Keychain, SignInFault};
use telltale::events::{Keep, KeySource, KeyState};
use tokio::sync::mpsc;
use url::Url;

struct Scene {
    sim: Sim,
    account: Arc<Account>,
    told: Arc<AtomicUsize>,
}

impl Scene {
    async fn new() -> Scene {
        let sim = Sim::start(Scenario::Script).await.unwrap();
        let base_url = BaseUrl::parse(&sim.base_url()).unwrap();
        let told = Arc::new(AtomicUsize::new(0));
        let count = told.clone();
        let on_change = Box::new(move |_: &Account| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let account = Account::new(Keychain::memory(), base_url, None, on_change).unwrap();
        account.load().await.unwrap();
        Scene { sim, account: Arc::new(account), told }
    }

    fn asked(&self, port: u16) -> Asked {
        let base_url = BaseUrl::parse(&self.sim.base_url()).unwrap();
        Asked {
            client: Client::new(Config::new(base_url, None)).unwrap(),
            client_id: "telltale-tests".to_owned(),
            port,
        }
    }

    /// Signs in while `browser` does what a person would with the address that was opened.
    async fn sign_in<B: Future<Output = ()>>(
        &self,
        browser: impl FnOnce(String) -> B,
    ) -> Result<bool, SignInFault> {
        let (opened, mut address) = mpsc::unbounded_channel();
        let open = move |url: &str| opened.send(url.to_owned()).unwrap();
        let browse = async { browser(address.recv().await.unwrap()).await };
        let (result, ()) = tokio::join!(self.account.sign_in(self.asked(0), open), browse);
        assert_eq!(self.account.signing_in(), None, "nothing waits any more");
        result
    }
}

/// Follows the consent page as its form would.
async fn decide(address: &str, decision: &str, expires: &str) -> reqwest::Response {
    let page = reqwest::get(address).await.unwrap();
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    assert!(text.contains("telltale-tests") && !text.contains("<script"), "{text}");
    reqwest::get(decision_address(address, decision, expires)).await.unwrap()
}

fn decision_address(address: &str, decision: &str, expires: &str) -> Url {
    let mut url = Url::parse(address).unwrap();
    url.set_path("/oauth/decide");
    url.query_pairs_mut().append_pair("decision", decision).append_pair("expires", expires);
    url
}

/// Where the browser would be sent, without going there.
async fn redirect(url: Url) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let reply = client.get(url).send().await.unwrap();
    reply.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn allowed_the_key_is_checked_and_its_end_is_known() {
    async fn check(expires: &str, seconds_left: Option<i64>) {
        let scene = Scene::new().await;
        let before = scene.told.load(Ordering::Relaxed);
        let signed_in = scene
            .sign_in(async |address| {
                assert!(address.contains("/oauth/authorize?") && !address.contains("verifier"));
                let page = decide(&address, "allow", expires).await;
                assert_eq!(page.status(), 200);
                assert!(page.text().await.unwrap().contains("Telltale"));
            })
            .await;
        assert_eq!(signed_in, Ok(true));
        assert!(scene.told.load(Ordering::Relaxed) >= before + 2, "begin and end were told");
        let now = telltale::clock::now();
        scene.account.set_key(KeySource::SignedIn, Keep::Keychain, false, |_| {}).await.unwrap();
        assert_eq!(scene.account.state(), KeyState::Stored);
        match (scene.account.expires_at(), seconds_left) {
            (Some(at), Some(seconds)) => {
                assert!((at - now - seconds * 1000).abs() < 5_000, "{expires}: {at}")
            }
            (at, seconds) => assert_eq!(at, seconds, "{expires}"),
        }
        let known = scene.account.active().unwrap();
        assert_eq!(known.expires_at, scene.account.expires_at());
        // What was brought is good for one check.
        let again = scene.account.set_key(KeySource::SignedIn, Keep::Keychain, false, |_| {}).await;
        assert!(again.is_err());
    }
    check("2592000", Some(2_592_000)).await;
    check("3", Some(3)).await;
    check("null", None).await;
    check("missing", None).await;
}

#[tokio::test]
async fn each_end_without_a_key_is_named() {
    use SignInFault::{Denied, Refused, StateMismatch};
    enum Browser {
        Denies,
        ComesFromAnotherSignIn,
        IsRefusedByPoe,
        FindsTheServerDown,
    }
    async fn check(browser: Browser, expected: SignInFault) {
        let scene = Scene::new().await;
        let result = scene
            .sign_in(async |address| match browser {
                Browser::Denies => {
                    let page = decide(&address, "deny", "null").await;
                    assert!(page.text().await.unwrap().contains("wasn’t finished"));
                }
                Browser::ComesFromAnotherSignIn => {
                    let back = redirect(decision_address(&address, "allow", "null")).await;
                    let forged = back.replace("state=", "state=x");
                    assert_eq!(reqwest::get(forged).await.unwrap().status(), 400);
                }
                Browser::IsRefusedByPoe => {
                    let wrong = address.replace("scope=apikey", "scope=other");
                    assert_eq!(reqwest::get(wrong).await.unwrap().status(), 200);
                }
                Browser::FindsTheServerDown => {
                    let reply = Reply::json(500, serde_json::json!({ "error": "server_error" }));
                    scene.sim.always("POST", "/token", reply);
                    decide(&address, "allow", "null").await;
                }
            })
            .await;
        assert_eq!(result, Err(expected));
        let refused = scene.account.set_key(KeySource::SignedIn, Keep::Keychain, false, |_| {}).await;
        assert!(refused.is_err() && scene.account.client().is_none());
    }
    check(Browser::Denies, Denied).await;
    check(Browser::ComesFromAnotherSignIn, StateMismatch).await;
    check(Browser::IsRefusedByPoe, Refused).await;
    check(Browser::FindsTheServerDown, Refused).await;
}

#[tokio::test]
async fn a_code_is_good_once() {
    let scene = Scene::new().await;
    let mut used = String::new();
    let first = scene
        .sign_in(async |address| {
            let back = redirect(decision_address(&address, "allow", "null")).await;
            used = Url::parse(&back)
                .unwrap()
                .query_pairs()
                .find(|(name, _)| name == "code")
                .map(|(_, code)| code.into_owned())
                .unwrap();
            reqwest::get(back).await.unwrap();
        })
        .await;
    assert_eq!(first, Ok(true));
    let replayed = scene.sign_in(async |_| assert!(scene.account.paste_sign_in(&used))).await;
    assert_eq!(replayed, Err(SignInFault::Refused));
}

#[tokio::test]
async fn what_the_address_bar_shows_can_be_pasted() {
    async fn check(paste: impl Fn(&str) -> String, expected: Result<bool, SignInFault>) {
        let scene = Scene::new().await;
        let result = scene
            .sign_in(async |address| {
                let back = redirect(decision_address(&address, "allow", "null")).await;
                assert!(!scene.account.paste_sign_in("nothing of the kind"));
                assert!(!scene.account.paste_sign_in(""));
                assert!(scene.account.paste_sign_in(&paste(&back)));
            })
            .await;
        assert_eq!(result, expected);
        assert!(!scene.account.paste_sign_in("code"), "nothing waits for it");
    }
    check(|back| format!("  {back}\n"), Ok(true)).await;
    check(|back| back.split_once('?').unwrap().1.to_owned(), Ok(true)).await;
    let code = |back: &str| {
        let rest = back.split_once("code=").unwrap().1;
        rest.split('&').next().unwrap().to_owned()
    };
    check(code, Ok(true)).await;
    check(|back| back.replace("state=", "state=x"), Err(SignInFault::StateMismatch)).await;
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let scene = Scene::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let opened = |_: &str| panic!("no browser is sent where nothing listens");
    let result = scene.account.sign_in(scene.asked(port), opened).await;
    assert_eq!(result, Err(SignInFault::PortBusy));
}

#[tokio::test]
async fn cancelled_it_ends_at_once_and_another_takes_its_place() {
    let scene = Scene::new().await;
    let cancelled = scene
        .sign_in(async |_| {
            let waiting = scene.account.signing_in().unwrap();
            let left = waiting.until - telltale::clock::now();
            assert!((115_000..=120_000).contains(&left), "{left} ms");
            scene.account.cancel_sign_in();
        })
        .await;
    assert_eq!(cancelled, Ok(false));

    let (opened, mut addresses) = mpsc::unbounded_channel();
    let open = || {
        let opened = opened.clone();
        move |url: &str| opened.send(url.to_owned()).unwrap()
    };
    let second = async {
        addresses.recv().await.unwrap();
        let browse = async {
            decide(&addresses.recv().await.unwrap(), "allow", "null").await;
        };
        tokio::join!(scene.account.sign_in(scene.asked(0), open()), browse).0
    };
    let (first, second) = tokio::join!(scene.account.sign_in(scene.asked(0), open()), second);
    assert_eq!((first, second), (Ok(false), Ok(true)));
    assert_eq!(scene.account.signing_in(), None);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_to_which_nobody_comes_ends_by_itself() {
    let scene = Scene::new().await;
    let result = scene.account.sign_in(scene.asked(0), |_| {}).await;
    assert_eq!(result, Err(SignInFault::TimedOut));
}
