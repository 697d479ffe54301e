//! The history beside the balance, of which one may fail while the other works: then what is known stays, and only what is
//! missing is told.

use super::balance::{Balance, may_be_half};
use super::history;
use crate::errors::{Failure, UsagePart};
use crate::events::UsageView;
use poe::Error;

/// Rows of the points history a page; Poe gives at most 100.
const PAGE: u8 = 50;

impl Balance {
    /// A page of the points history, newest first.
    pub async fn history(&self, cursor: Option<&str>) -> Result<UsageView, Failure> {
        let client = self.account.client().ok_or(Failure::NoKey)?;
        let page = match client.usage(PAGE, cursor).await {
            Ok(page) => page,
            Err(error) => return Err(self.of_history(error).await),
        };
        self.learned_rows(&page.rows);
        let fetched_at = crate::clock::now();
        if cursor.is_none() {
            self.state.lock().history_at = Some(fetched_at);
        }
        let rows = page.rows.into_iter().map(history::row).collect();
        Ok(UsageView {
            rows,
            next: page.next.filter(|_| page.has_more),
            fetched_at,
        })
    }

    /// What a failure of the history is, held against the balance.
    async fn of_history(&self, error: Error) -> Failure {
        if !may_be_half(&error) || self.ask(false).await.card.is_some() {
            return Failure::Poe(error);
        }
        Failure::UsagePartial {
            missing: UsagePart::History,
            since: self.state.lock().history_at,
            error,
        }
    }
}
