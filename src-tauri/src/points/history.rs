//! Poe's points history, as the window shows it beside the balance. One of the two may fail while the other works: then what is
//! known stays, and only what is missing is told.

use super::balance::{Balance, may_be_half};
use crate::errors::{Failure, UsagePart};
use crate::events::{UsageRowView, UsageView};
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
        let rows = page.rows.into_iter().map(row).collect();
        Ok(UsageView { rows, next: page.next.filter(|_| page.has_more), fetched_at })
    }

    /// What a failure of the history is, held against the balance.
    async fn of_history(&self, error: Error) -> Failure {
        if !may_be_half(&error) {
            return Failure::Poe(error);
        }
        self.ask(false).await;
        if self.is_failing() {
            return Failure::Poe(error);
        }
        Failure::UsagePartial { missing: UsagePart::History, since: self.state.lock().history_at, error }
    }
}

fn row(row: poe::UsageRow) -> UsageRowView {
    let tokens = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    UsageRowView {
        id: row.query_id,
        at: row.at_ms,
        model: row.model,
        kind: row.kind,
        source: row.source_name,
        points: row.points,
        unclear: row.raw_points.filter(|_| row.points.is_none()),
        usd: row.usd,
        input_tokens: tokens(row.input_tokens),
        output_tokens: tokens(row.output_tokens),
    }
}
