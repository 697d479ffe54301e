//! Long chats with models whose host keeps what it read: whether to ask for that (`plan.rs`), what is kept at the moment
//! (`warmth.rs`), and which models were found to refuse it. What to send is for `chat` to know.

mod plan;
mod warmth;

pub use plan::{Cached, Place, Plan, Rates, WARMTH, least, next_is_soon, plan};
pub use warmth::{Found, Lost};

use crate::account::Account;
use crate::library::{Library, LibraryError};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use warmth::Warmth;

/// So long a model that refused is asked elsewhere: what Poe refuses today it may take in a week.
const REFUSED_FOR: i64 = 7 * 86_400_000;

pub struct Caching {
    library: Library,
    account: Arc<Account>,
    /// As the person wishes.
    is_on: AtomicBool,
    warmth: Mutex<Warmth>,
}

impl Caching {
    pub(super) fn new(library: Library, account: Arc<Account>) -> Caching {
        Caching { library, account, is_on: AtomicBool::new(true), warmth: Mutex::default() }
    }

    pub fn set(&self, is_on: bool) {
        self.is_on.store(is_on, Relaxed);
    }

    pub fn is_on(&self) -> bool {
        self.is_on.load(Relaxed)
    }

    /// Where a model is asked and by whom: what one keeps is not there for another.
    pub fn whose(&self) -> String {
        super::whose(&self.account)
    }

    pub async fn is_refused(&self, model: &str, now: i64) -> Result<bool, LibraryError> {
        self.library.is_cache_refused(&self.server(), model, now - REFUSED_FOR).await
    }

    /// Its server refused a request that could be kept, and took the same one elsewhere.
    pub async fn refused(&self, model: &str, now: i64) -> Result<(), LibraryError> {
        self.library.refuse_cache(&self.server(), model, now).await
    }

    /// A request was answered whose marks count.
    pub fn keep(&self, conversation: i64, model: &str, marks: &[Place], sent_at: i64) {
        self.warmth.lock().keep(conversation, model, marks, sent_at);
    }

    pub fn find(&self, places: &[Place], now: i64) -> Found {
        self.warmth.lock().find(places, now)
    }

    pub fn lost(&self, conversation: i64, model: &str, places: &[Place], now: i64) -> Option<Lost> {
        self.warmth.lock().lost(conversation, model, places, now)
    }

    /// Where models are asked.
    pub fn server(&self) -> String {
        self.account.keyless_client().base_url().as_str().to_owned()
    }
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod replay;
