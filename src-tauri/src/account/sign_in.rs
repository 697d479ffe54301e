//! Signing in with Poe: the browser asks the person, and the key that comes back waits here until it is checked.
//! One sign-in at a time; another takes its place.

use super::Account;
use crate::words::pages;
use poe::oauth::{Failure, Pages, Pasted, SignIn};
use poe::{BaseUrl, Client, Secret};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Why a sign-in ended without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInFault {
    /// What came back belongs to another sign-in.
    StateMismatch,
    Denied,
    TimedOut,
    /// The port that the browser comes back to could not be opened.
    PortBusy,
    /// Poe gave no key for the code.
    Refused,
}

/// What a sign-in begins with.
pub struct Asked {
    /// Reaches the server that trades the code; it needs no key.
    pub client: Client,
    pub client_id: String,
    /// Where the browser comes back to; 0 is any port that is free.
    pub port: u16,
}

/// What may be shown of a sign-in while it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The address that the browser was sent to.
    pub url: String,
    /// Milliseconds since 1970.
    pub until: i64,
}

/// A sign-in under way, and the ways to reach it.
pub(super) struct Open {
    waiting: Waiting,
    cancel: CancellationToken,
    paste: Option<oneshot::Sender<Pasted>>,
}

/// A key that a sign-in brought.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) key: Secret,
    pub(super) expires_at: Option<i64>,
}

impl Account {
    /// Sends the browser to Poe through `open` and waits for it. `Ok(false)`: cancelled. After `Ok(true)` `set_key` finds
    /// the key under `KeySource::SignedIn`.
    pub async fn sign_in(&self, asked: Asked, open: impl FnOnce(&str)) -> Result<bool, SignInFault> {
        let cancel = CancellationToken::new();
        self.end_sign_in();
        self.forget_pasted();
        let sign_in = SignIn::start_on(asked.port, asked.client_id).await.map_err(fault)?;
        let url = sign_in.authorize_url_at(&consent_page(asked.client.base_url()));
        let (paste, pasted) = oneshot::channel();
        let limit = i64::try_from(poe::oauth::LIMIT.as_millis()).unwrap_or(i64::MAX);
        *self.signing_in.lock() = Some(Open {
            waiting: Waiting { url: url.clone(), until: crate::clock::now().saturating_add(limit) },
            cancel: cancel.clone(),
            paste: Some(paste),
        });
        self.tell();
        open(&url);
        let pages = Pages { done: pages::done(), refused: pages::refused() };
        let pasted = async {
            match pasted.await {
                Ok(pasted) => pasted,
                Err(_) => std::future::pending().await,
            }
        };
        let ended = tokio::select! {
            ended = sign_in.finish_or(&asked.client, pages, pasted) => Some(ended),
            () = cancel.cancelled() => None,
        };
        let Some(ended) = ended else {
            return Ok(false);
        };
        *self.signing_in.lock() = None;
        let result = ended.map_err(fault).map(|issued| {
            let expires_at = issued.expires_in.map(|left| crate::clock::now().saturating_add(millis(left)));
            self.held.lock().issued = Some(Issued { key: issued.key, expires_at });
            true
        });
        self.tell();
        result
    }

    /// For who signs in from now on.
    pub fn set_client_id(&self, id: Option<String>) {
        self.held.lock().client_id = id;
    }

    pub fn client_id(&self) -> Option<String> {
        self.held.lock().client_id.clone()
    }

    pub fn signing_in(&self) -> Option<Waiting> {
        self.signing_in.lock().as_ref().map(|open| open.waiting.clone())
    }

    pub fn cancel_sign_in(&self) {
        self.end_sign_in();
        self.tell();
    }

    /// Takes the address that the browser ended at, or the code in it. `false`: it is neither, or nothing waits for it.
    pub fn paste_sign_in(&self, text: &str) -> bool {
        let Some(pasted) = Pasted::read(text) else {
            return false;
        };
        let mut open = self.signing_in.lock();
        let paste = open.as_mut().and_then(|open| open.paste.take());
        paste.is_some_and(|paste| paste.send(pasted).is_ok())
    }

    fn end_sign_in(&self) {
        if let Some(open) = self.signing_in.lock().take() {
            open.cancel.cancel();
        }
    }
}

/// Poe asks at its own site. A server on this computer stands in for it, and asks beside its API.
fn consent_page(base_url: &BaseUrl) -> String {
    if !base_url.is_loopback() {
        return poe::oauth::AUTHORIZE.to_owned();
    }
    let parent = base_url.as_str().rsplit_once('/').map_or("", |(parent, _)| parent);
    format!("{parent}/oauth/authorize")
}

fn fault(failure: Failure) -> SignInFault {
    match failure {
        Failure::StateMismatch => SignInFault::StateMismatch,
        Failure::Refused(code) if code == "access_denied" => SignInFault::Denied,
        Failure::Refused(_) | Failure::Exchange(_) => SignInFault::Refused,
        Failure::TimedOut => SignInFault::TimedOut,
        Failure::Listener(_) | Failure::NoRandomness => SignInFault::PortBusy,
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
