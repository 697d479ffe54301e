//! Points: what there are, what a request will probably cost, and what it did cost.
//!
//! What there are: `balance.rs`, what Poe last said, with `policy.rs` (when to ask again); `readings.rs` keeps what it was, tells
//! of levels (`levels.rs`) and how long it will last (`forecast.rs`). Where they went: `ledger.rs` reads Poe's
//! history and keeps it (`history_row.rs`), `usage.rs` shows its sums (`cells.rs`) and `usage_rows.rs` its rows.
//! What a request will cost: `request_price.rs`, by its `prompt_size.rs`, the list (`estimate.rs`) and what this person's past
//! calls teach (`learning/`), and what the model's host has kept of it (`caching/`); `offers.rs` the same on other models,
//! `prices.rs` all of that for one message, `turn_prices.rs` a typical turn on each model. What it did cost:
//! `charges.rs` owns the calls, kept before they leave and looked up in the history until `matching.rs` knows which row is whose;
//! `receipt.rs` adds them up. `waiting.rs` are
//! messages that wait for points. Nothing here sends a chat request.

pub mod balance;
pub mod caching;
mod cells;
mod charges;
pub mod estimate;
mod forecast;
#[cfg(test)]
mod forecast_back_test;
mod history_row;
pub mod learning;
mod ledger;
mod levels;
pub mod matching;
pub mod offers;
pub mod policy;
mod prices;
mod prompt_size;
mod readings;
mod receipt;
mod request_price;
#[cfg(test)]
mod simulated;
mod turn_prices;
mod usage;
mod usage_rows;
mod waiting;

pub use balance::Balance;
pub use caching::Caching;
pub use charges::{Charges, sends_by_itself};
pub use ledger::Ledger;
pub use prompt_size::PromptSize;
pub use readings::{Lately, Readings};
pub use receipt::receipt;
pub use request_price::{Left, RequestPrice, Wanted};

use crate::account::Account;
use crate::errors::Failure;
use crate::events::{Announce, ChargeView, MessageState, MessageStatus};
use crate::library::{Admission, CacheUse, CallEnd, CallRow, Library, LibraryError};
use crate::models::ModelList;
use caching::Rates;
use parking_lot::Mutex;
use poe::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;
use waiting::Shortfall;

pub struct Points {
    pub balance: Arc<Balance>,
    pub charges: Charges,
    pub ledger: Arc<Ledger>,
    pub caching: Caching,
    models: Arc<ModelList>,
    /// Of the last request of each message.
    sizes: Mutex<BTreeMap<i64, PromptSize>>,
    waiting: Mutex<BTreeMap<i64, Shortfall>>,
}

impl Points {
    pub fn new(
        library: Library,
        account: Arc<Account>,
        models: Arc<ModelList>,
        balance: Arc<Balance>,
        announce: Announce,
    ) -> Points {
        let ledger = Ledger::new(library.clone(), account.clone(), balance.clone(), announce);
        let ledger = Arc::new(ledger);
        Points {
            caching: Caching::new(library.clone(), account.clone()),
            charges: Charges::new(library, account, balance.clone(), ledger.clone()),
            balance,
            ledger,
            models,
            sizes: Mutex::default(),
            waiting: Mutex::default(),
        }
    }

    /// Before a request leaves: keeps what it will probably cost, and refuses what passes the day's limit or
    /// the chat's.
    /// `size`: unknown with files that can't be counted. `budget`: of its chat. `over_limit`: the person wants this one sent all
    /// the same.
    pub async fn begin(
        &self,
        message_id: i64,
        model: &str,
        size: Option<PromptSize>,
        budget: Option<i64>,
        over_limit: bool,
    ) -> Result<(), Failure> {
        match size {
            Some(size) => self.remember(message_id, size.uncached()),
            None => drop(self.sizes.lock().remove(&message_id)),
        }
        // Set aside until it is known: so much that the day's limit holds, however many answers stream side by side.
        let estimate = size.and_then(|size| self.at_most(size.cold(), model));
        let text = size.filter(PromptSize::is_text).map(|size| size.text);
        let admitted =
            self.charges.begin(message_id, model, text, estimate, budget.filter(|_| !over_limit), over_limit);
        match admitted.await? {
            Admission::Admitted(_) => Ok(()),
            Admission::OverLimit { of, used, limit } => Err(Failure::Budget { of, limit, used }),
        }
    }

    /// After its end: the message's calls. Where it can't have cost anything there is nothing to look up.
    pub async fn end(
        &self,
        message_id: i64,
        status: &MessageStatus,
        cache: CacheUse,
        may_be_charged: bool,
    ) -> Result<Vec<CallRow>, LibraryError> {
        let Some(sent_at) = status.sent_at.filter(|_| may_be_charged) else {
            self.charges.refused(message_id).await?;
            return self.charges.of(message_id).await;
        };
        let end = CallEnd {
            sent_at,
            ended_at: status.ended_at.unwrap_or_else(crate::clock::now),
            server: None,
            took: None,
            answered: status.state == MessageState::Done,
            prompt_tokens: status.prompt_tokens,
            completion_tokens: status.completion_tokens,
            cache: CacheUse { saved: self.saved(&status.model, cache), ..cache },
        };
        self.charges.ended(message_id, end).await?;
        self.charges.of(message_id).await
    }

    /// By the list, until the call's own row tells.
    fn saved(&self, model: &str, cache: CacheUse) -> Option<i64> {
        let (model, rate) = (self.models.find(model)?, self.balance.rate()?);
        let plain = estimate::Price::of(&model)?.input?;
        let Rates { read, write } = Rates::of(&model);
        let (found, kept) = (cache.read.unwrap_or(0), cache.written.unwrap_or(0));
        let tokens = found as f64 * (1.0 - read) - kept as f64 * (write - 1.0);
        let points = plain * Decimal::try_from(tokens).ok()? * rate;
        i64::try_from(points.round()).ok().filter(|_| (found, kept) != (0, 0))
    }

    pub fn remember(&self, message_id: i64, size: PromptSize) {
        self.sizes.lock().insert(message_id, size);
    }

    /// What leads to these messages has changed.
    pub fn forget_sizes(&self, messages: &[i64]) {
        self.sizes.lock().retain(|id, _| !messages.contains(id));
    }

    /// The message is gone.
    pub fn let_go(&self, message_id: i64) {
        self.sizes.lock().remove(&message_id);
        self.no_longer_waits(message_id);
    }
}

/// What the call cost that a card came of, if it may have cost anything: a refused one is not kept.
pub fn charge_of(sent_at: Option<i64>, calls: &[CallRow], is_interrupted: bool) -> Option<ChargeView> {
    let last = calls.last().filter(|call| is_interrupted || sent_at == Some(call.sent_at))?;
    receipt([last])
}

/// Whose points a call spends, as it is kept: another account's history cannot tell of it.
fn whose(account: &Account) -> String {
    let client = account.keyless_client();
    let key = account.last_four().unwrap_or_default();
    format!("{} {key}", client.base_url().as_str())
}
