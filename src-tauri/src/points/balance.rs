//! The balance: what Poe last said of the points, when, and when to ask again. The ledger has the history beside it.

use super::estimate;
use super::policy::{Input, next_check};
use crate::account::Account;
use crate::errors::{self, Context, Failure, Incident, UsagePart};
use crate::events::{Announce, BalanceView, Event};
use parking_lot::Mutex;
use poe::{Client, Error, Kind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

pub struct Balance {
    account: Arc<Account>,
    announce: Announce,
    state: Mutex<BalanceState>,
    /// Something changed that may bring the next check forward.
    changed: Notify,
    /// What was read last, for who waits for points.
    read: watch::Sender<Option<i64>>,
    /// One check at a time; who comes meanwhile waits and shares its outcome.
    asking: tokio::sync::Mutex<()>,
    /// How many times another key or server took the place of the one before.
    owners: watch::Sender<u64>,
}

#[derive(Default)]
struct BalanceState {
    /// All but its card.
    view: BalanceView,
    /// Why the last check failed.
    incident: Option<Incident>,
    focused: bool,
    answered: bool,
    failures: u32,
    waiting_for_points: bool,
    last: Option<Instant>,
    /// Points a dollar, as learned from this account.
    rate: Option<poe::Decimal>,
    cycle_began: Option<i64>,
    grants: Vec<ComingGrant>,
}

/// Points that the plan will be filled up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ComingGrant {
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) points: i64,
    /// Days from one to the next; absent: Poe told of this one only.
    pub(super) every: Option<i64>,
}

impl Balance {
    pub fn new(account: Arc<Account>, announce: Announce) -> Balance {
        Balance {
            account,
            announce,
            state: Mutex::new(BalanceState { focused: true, ..BalanceState::default() }),
            changed: Notify::new(),
            read: watch::Sender::default(),
            asking: tokio::sync::Mutex::new(()),
            owners: watch::Sender::new(0),
        }
    }

    pub fn view(&self) -> BalanceView {
        let (view, incident) = {
            let state = self.state.lock();
            (state.view.clone(), state.incident.clone())
        };
        BalanceView { card: incident.map(|incident| errors::card_of(&incident, &self.context())), ..view }
    }

    pub fn points(&self) -> Option<i64> {
        self.state.lock().view.points
    }

    /// When Poe told them.
    pub fn checked_at(&self) -> Option<i64> {
        self.state.lock().view.checked_at
    }

    pub fn is_failing(&self) -> bool {
        self.state.lock().incident.is_some()
    }

    /// An answer ended, or its charge was found: points have gone that the last reading may not show.
    pub fn answered(&self) {
        self.state.lock().answered = true;
        self.changed.notify_one();
    }

    /// A message waits until there are enough.
    pub fn wait_for_points(&self, waiting: bool) {
        self.state.lock().waiting_for_points = waiting;
        self.changed.notify_one();
    }

    /// Tells of each time the balance was read.
    pub fn reads(&self) -> watch::Receiver<Option<i64>> {
        self.read.subscribe()
    }

    pub fn focused(&self, focused: bool) {
        self.state.lock().focused = focused;
        self.changed.notify_one();
    }

    /// Another key or server: what was known belongs to somebody else, and so does an answer that is under way.
    pub fn forget(&self) {
        let mut state = self.state.lock();
        *state = BalanceState { focused: state.focused, ..BalanceState::default() };
        drop(state);
        self.owners.send_modify(|count| *count += 1);
        self.tell();
        self.changed.notify_one();
    }

    /// Takes what another request already learned.
    pub fn learned(&self, balance: poe::Balance) {
        let mut state = self.state.lock();
        // Rows of the history say it more exactly.
        state.rate = state.rate.or_else(|| estimate::rate_of_balance(&balance));
        (state.cycle_began, state.grants) = (balance.cycle_start_ms, grants(&balance));
        (state.view, state.incident) = (view(balance, crate::clock::now()), None);
        // `answered` stays: what was read may be older than the answer, if it was asked for before its end.
        (state.failures, state.last) = (0, Some(Instant::now()));
        let points = state.view.points;
        drop(state);
        self.tell();
        self.read.send_replace(points);
    }

    /// Asks now. The old figure stays where the new one cannot be had, with the reason beside it.
    pub async fn refresh(&self) -> BalanceView {
        self.ask(true).await;
        self.view()
    }

    /// `compare`: a failure is held against the history, which may still answer.
    async fn ask(&self, compare: bool) {
        let came = Instant::now();
        let _one = self.asking.lock().await;
        if self.state.lock().last.is_some_and(|last| last >= came) {
            return;
        }
        let mut owners = self.owners.subscribe();
        loop {
            let Some(client) = self.account.client() else {
                return;
            };
            self.state.lock().answered = false;
            self.state.lock().view.checking = true;
            self.tell();
            let answer = async {
                match client.balance().await {
                    Err(error) if compare => Err(self.of_balance(&client, error).await),
                    answer => answer.map_err(Failure::Poe),
                }
            };
            let answer = tokio::select! {
                biased;
                _ = owners.changed() => continue,
                answer = answer => answer,
            };
            match answer {
                Ok(balance) => self.learned(balance),
                Err(failure) => self.failed(failure),
            }
            return;
        }
    }

    fn failed(&self, failure: Failure) {
        let incident = Incident::new(failure, &self.context());
        let mut state = self.state.lock();
        (state.incident, state.view.checking) = (Some(incident), false);
        (state.failures, state.last) = (state.failures + 1, Some(Instant::now()));
        drop(state);
        self.tell();
    }

    /// Points a dollar of this account, once it has told.
    pub fn rate(&self) -> Option<poe::Decimal> {
        self.state.lock().rate
    }

    /// Takes what rows of the history tell of the worth of a point.
    pub fn learned_rows(&self, rows: &[poe::UsageRow]) {
        if let Some(rate) = estimate::rate(rows) {
            self.state.lock().rate = Some(rate);
        }
    }

    fn context(&self) -> Context {
        Context::of(&self.account, crate::clock::now())
    }

    /// Looks at the balance whenever the policy says so, for as long as the app runs.
    pub async fn watch(self: Arc<Self>) {
        loop {
            let delay = next_check(self.input());
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep(delay.unwrap_or(Duration::from_secs(3_600))), if delay.is_some() => {
                    self.refresh().await;
                }
            }
        }
    }

    fn input(&self) -> Input {
        let state = self.state.lock();
        Input {
            connected: self.account.client().is_some(),
            focused: state.focused,
            answered: state.answered,
            waiting_for_points: state.waiting_for_points,
            failures: state.failures,
            since_last: state.last.map(|last| last.elapsed()),
        }
    }

    fn tell(&self) {
        (self.announce)(Event::Balance(self.view()));
    }

    /// What a failure of the history, last read then, is when held against the balance.
    pub(super) async fn of_history(&self, error: Error, since: Option<i64>) -> Failure {
        if !may_be_half(&error) {
            return Failure::Poe(error);
        }
        self.ask(false).await;
        if self.is_failing() {
            return Failure::Poe(error);
        }
        Failure::UsagePartial { missing: UsagePart::History, since, error }
    }

    /// When the plan's cycle began, as Poe told.
    pub(super) fn cycle_began(&self) -> Option<i64> {
        self.state.lock().cycle_began
    }

    pub(super) fn grants(&self) -> Vec<ComingGrant> {
        self.state.lock().grants.clone()
    }

    pub(super) fn plan_points(&self) -> Option<i64> {
        self.state.lock().view.plan_points
    }

    /// What a failure of the balance is, held against the history.
    async fn of_balance(&self, client: &Client, error: Error) -> Failure {
        if !may_be_half(&error) || client.usage(1, None).await.is_err() {
            return Failure::Poe(error);
        }
        Failure::UsagePartial { missing: UsagePart::Balance, since: self.checked_at(), error }
    }
}

/// A monthly one comes again after as long as the present cycle takes, where Poe tells its beginning.
fn grants(balance: &poe::Balance) -> Vec<ComingGrant> {
    const DAY: i64 = 24 * 3_600_000;
    const CYCLES: std::ops::RangeInclusive<i64> = 20..=400;
    let grant = |grant: poe::Grant, every| ComingGrant { at: grant.at_ms, points: grant.points, every };
    let daily = balance.next_daily.map(|it| grant(it, Some(1)));
    let monthly = balance.next_monthly.map(|it| {
        let cycle = balance.cycle_start_ms.map(|began| (it.at_ms - began + DAY / 2) / DAY);
        grant(it, cycle.filter(|days| CYCLES.contains(days)))
    });
    daily.into_iter().chain(monthly).collect()
}

fn view(balance: poe::Balance, now: i64) -> BalanceView {
    BalanceView {
        points: balance.points,
        plan_points: balance.plan_points,
        addon_points: balance.addon_points,
        usd: balance.total_usd,
        next_grant_at: balance.next_grant.as_ref().map(|grant| grant.at_ms),
        next_grant_points: balance.next_grant.as_ref().map(|grant| grant.points),
        checked_at: Some(now),
        checking: false,
        card: None,
    }
}

/// It came from Poe, and is about neither the key nor the network: the other half may do better.
fn may_be_half(error: &Error) -> bool {
    let of_all = [Kind::InvalidApiKey, Kind::PermissionDenied, Kind::InsufficientPoints, Kind::CaptivePortal];
    error.status.is_some() && !of_all.contains(&error.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_points_come_again() {
        const DAY: i64 = 24 * 3_600_000;
        let check =
            |daily: bool, monthly: Option<i64>, began: Option<i64>, expected: &[(i64, Option<i64>)]| {
                let grant = |days: i64| poe::Grant { at_ms: days * DAY, points: 3_000 };
                let balance = poe::Balance {
                    next_daily: daily.then(|| grant(1)),
                    next_monthly: monthly.map(grant),
                    cycle_start_ms: began.map(|days| days * DAY),
                    ..poe::Balance::default()
                };
                let found: Vec<_> = grants(&balance).iter().map(|it| (it.at / DAY, it.every)).collect();
                assert_eq!(found, expected, "{daily} {monthly:?} {began:?}");
            };
        check(false, None, None, &[]);
        check(true, Some(12), Some(-18), &[(1, Some(1)), (12, Some(30))]);
        check(false, Some(12), None, &[(12, None)]);
        check(false, Some(12), Some(11), &[(12, None)]);
        check(false, Some(12), Some(-9_000), &[(12, None)]);
    }

    #[test]
    fn what_may_concern_one_half_only() {
        fn check(status: Option<u16>, kind: Kind, expected: bool) {
            let error = Error { status, ..Error::new(kind, "") };
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
