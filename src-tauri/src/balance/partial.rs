//! Balance and history, of which one may fail while the other works: then what is known stays, and only what is missing is
//! told.

use super::{Balance, history};
use crate::errors::{Failure, UsagePart};
use crate::events::UsageView;
use poe::{Client, Error, Kind};

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

    /// What a failure of the balance is, held against the history.
    pub(super) async fn of_balance(&self, client: &Client, error: Error) -> Failure {
        if !may_be_half(&error) || client.usage(1, None).await.is_err() {
            return Failure::Poe(error);
        }
        Failure::UsagePartial {
            missing: UsagePart::Balance,
            since: self.state.lock().view.checked_at,
            error,
        }
    }
}

/// It came from Poe, and is about neither the key nor the network: the other half may do better.
fn may_be_half(error: &Error) -> bool {
    let of_all = [
        Kind::InvalidApiKey,
        Kind::PermissionDenied,
        Kind::InsufficientPoints,
        Kind::CaptivePortal,
    ];
    error.status.is_some() && !of_all.contains(&error.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_concern_one_half_only() {
        fn check(status: Option<u16>, kind: Kind, expected: bool) {
            let error = Error {
                status,
                ..Error::new(kind, "")
            };
            assert_eq!(may_be_half(&error), expected, "{kind:?}");
        }
        check(Some(503), Kind::ServiceUnavailable, true);
        check(Some(500), Kind::InternalError, true);
        check(Some(404), Kind::NotFound, true);
        check(Some(429), Kind::RateLimitExceeded, true);
        check(Some(200), Kind::MalformedResponse, true);
        check(Some(401), Kind::InvalidApiKey, false);
        check(Some(403), Kind::PermissionDenied, false);
        check(Some(200), Kind::CaptivePortal, false);
        check(None, Kind::DnsFailed, false);
    }
}
