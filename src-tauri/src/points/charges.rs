//! Looks calls up in the points history until it is known what they cost: one request for all that wait, at growing
//! intervals. What is known is kept, so that the rest is looked up after a restart. Times are the server's, counted on by a
//! clock that nobody can set; until a reply has told the server's time they are kept here by that clock alone.

use super::balance::Balance;
use super::learning::Learned;
use super::ledger::Ledger;
use super::matching::{self, Call, History, SETTLES, Verdict, look_up};
use crate::account::Account;
use crate::errors::Failure;
use crate::events::RequestCost;
use crate::library::{
    Admission, CallEnd, CallRow, Charge, ChargeState, Library, LibraryError, LimitOf, Limits, NewCall,
    ServerSpan,
};
use crate::tokens::TextSize;
use parking_lot::Mutex;
use poe::{Client, Moment};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// After a call's end, in milliseconds. At the last but one what is not listed is not found, at the last one its case is
/// closed.
pub(super) const LOOKS: [i64; 8] =
    [1_500, 4_000, 10_500, 30_000, 90_000, 270_000, SETTLES + 5_000, 3 * SETTLES];
const LAST_LOOK: i64 = LOOKS[LOOKS.len() - 1];
/// A history that cannot be read is asked again no sooner than this, and ever later.
const FIRST_BACK_OFF: i64 = 15_000;
const LONGEST_BACK_OFF: i64 = 15 * 60_000;
/// How long a person who asks waits for an answer, and how often it is looked meanwhile.
const PATIENCE: Duration = Duration::from_millis(10_500);
const BETWEEN: Duration = Duration::from_secs(2);
/// The keychain may still be asked, or the person looking for a key.
const WITHOUT_KEY: Duration = Duration::from_secs(30);

pub struct Charges {
    library: Library,
    account: Arc<Account>,
    balance: Arc<Balance>,
    ledger: Arc<Ledger>,
    /// Made anew when a call ends or its charge is known.
    learned: Mutex<Arc<Learned>>,
    state: Mutex<LookupState>,
    /// A call has ended, or another account is in use.
    changed: Notify,
    /// One look at a time; it serves every call.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct LookupState {
    /// When the history was last read.
    read_at: Option<Moment>,
    failures: u32,
    failed_at: Option<Moment>,
    /// The first of the failures in a row.
    failing_since: Option<Moment>,
    daily_limit: Option<i64>,
    /// Of the calls under way, by their messages: whose they are, and when they left.
    under_way: BTreeMap<i64, (String, Option<Moment>)>,
    /// Of calls that ended before the server's time was known, by their ids: when they left and ended.
    unplaced: BTreeMap<i64, (Moment, Moment)>,
}

impl Charges {
    pub fn new(
        library: Library,
        account: Arc<Account>,
        balance: Arc<Balance>,
        ledger: Arc<Ledger>,
    ) -> Charges {
        Charges {
            library,
            account,
            balance,
            ledger,
            learned: Mutex::default(),
            state: Mutex::default(),
            changed: Notify::new(),
            looking: tokio::sync::Mutex::new(()),
        }
    }

    /// Keeps a call that is about to leave.
    /// `over_limit`: the person wants this one sent although the day's limit is reached.
    pub async fn begin(
        &self,
        message_id: i64,
        model: &str,
        text: Option<TextSize>,
        estimate: Option<i64>,
        chat_limit: Option<i64>,
        over_limit: bool,
    ) -> Result<Admission, LibraryError> {
        // It may wait in the queue; should the app end meanwhile, it left no sooner than now.
        let (now, account) = (Moment::now(), self.whose());
        self.state.lock().under_way.insert(message_id, (account.clone(), None));
        let call = NewCall {
            message_id,
            account,
            model: model.to_owned(),
            sent_at: crate::clock::now(),
            server: self.account.client().and_then(|client| span(&client, now, None)),
            text,
            estimate,
            limits: self.limits(chat_limit, over_limit),
        };
        self.library.admit_call(call).await
    }

    fn limits(&self, chat: Option<i64>, over_limit: bool) -> Limits {
        let day = self.state.lock().daily_limit.filter(|_| !over_limit);
        Limits { day, chat, holds_project: !over_limit }
    }

    /// The limit that calls of so many points together would pass, with what is used of it. `of`: the chat, or the project in which
    /// it begins.
    pub async fn passed_limit(
        &self,
        of: (Option<i64>, Option<i64>),
        chat_limit: Option<i64>,
        points: i64,
    ) -> Result<Option<(LimitOf, i64, i64)>, LibraryError> {
        let limits = self.limits(chat_limit, false);
        self.library.passed_limit(self.whose(), crate::clock::now(), limits, of, points).await
    }

    /// The message's call is on its way: its first try, if it makes several.
    pub fn leaves(&self, message_id: i64) {
        if let Some((_, left)) = self.state.lock().under_way.get_mut(&message_id) {
            left.get_or_insert_with(Moment::now);
        }
    }

    pub fn set_daily_limit(&self, limit: Option<i64>) {
        self.state.lock().daily_limit = limit;
    }

    /// Points that this app has used or set aside since midnight.
    pub async fn used_today(&self) -> Result<i64, LibraryError> {
        self.library.used_today(&self.whose(), crate::clock::now()).await
    }

    /// What the day's limit leaves, below 0 where it is passed; `None` without a limit.
    pub async fn left_today(&self) -> Result<Option<i64>, LibraryError> {
        let limit = self.state.lock().daily_limit;
        Ok(match limit {
            Some(limit) => Some(limit - self.used_today().await?),
            None => None,
        })
    }

    /// What past calls teach about the next one.
    pub fn learned(&self) -> Arc<Learned> {
        self.learned.lock().clone()
    }

    async fn learn(&self) -> Result<(), LibraryError> {
        let learned = Learned::of(&self.library.past_calls().await?);
        *self.learned.lock() = Arc::new(learned);
        Ok(())
    }

    /// Models, in small letters, of which each charge that is known was 0 points.
    pub async fn models_found_free(&self) -> Result<BTreeSet<String>, LibraryError> {
        self.library.models_without_charge(&self.whose()).await
    }

    /// The message's call has ended and may have been charged. Its row is looked for from now on.
    pub async fn ended(&self, message_id: i64, end: CallEnd) -> Result<(), LibraryError> {
        let now = Moment::now();
        let (account, left) = self.state.lock().under_way.remove(&message_id).unwrap_or_default();
        let left = left.unwrap_or(now);
        // Another account's server has another clock.
        let client = self.account.client().filter(|_| account == self.whose());
        let server = client.and_then(|client| span(&client, left, Some(now)));
        let end = CallEnd { server, took: i64::try_from(now.since(left).as_millis()).ok(), ..end };
        let call = self.library.end_call(message_id, end).await?;
        if let (Some(call), None) = (call, server) {
            self.state.lock().unplaced.insert(call, (left, now));
        }
        self.learn().await?;
        self.changed.notify_one();
        Ok(())
    }

    /// The message's call cost nothing for certain: it never left, or Poe refused it.
    pub async fn refused(&self, message_id: i64) -> Result<(), LibraryError> {
        self.state.lock().under_way.remove(&message_id);
        self.library.drop_call(message_id).await
    }

    /// At start: calls that the end of the app interrupted, and those that it left open.
    pub async fn resume(&self) -> Result<(), LibraryError> {
        self.library.end_interrupted_calls(crate::clock::now()).await?;
        self.learn().await?;
        self.changed.notify_one();
        Ok(())
    }

    /// Another key or server can be asked.
    pub fn reconnected(&self) {
        let mut state = self.state.lock();
        (state.read_at, state.failures) = (None, 0);
        (state.failed_at, state.failing_since) = (None, None);
        drop(state);
        self.ledger.reconnected();
        self.changed.notify_one();
    }

    /// The requests of a message, the oldest first, as far as they are known to the account in use.
    pub async fn of(&self, message_id: i64) -> Result<Vec<CallRow>, LibraryError> {
        let calls = self.library.calls_of(message_id).await?;
        Ok(calls.into_iter().map(|call| self.as_told(call)).collect())
    }

    /// What each request of a message cost in detail, the oldest first, as far as that is known.
    pub async fn costs(&self, message_id: i64) -> Result<Vec<RequestCost>, LibraryError> {
        let breakdowns = self.library.rows_of(message_id).await?;
        let calls = self.of(message_id).await?.into_iter();
        let cost = |call: CallRow| {
            let breakdown = call.verdict.query_id.as_ref().and_then(|id| breakdowns.get(id));
            super::receipt::request(&call, breakdown)
        };
        Ok(calls.filter(|call| call.ended_at.is_some()).map(cost).collect())
    }

    /// The same of all messages of a chat, by their ids.
    pub async fn of_all(&self, messages: Vec<i64>) -> Result<BTreeMap<i64, Vec<CallRow>>, LibraryError> {
        let mut calls = BTreeMap::<i64, Vec<CallRow>>::new();
        for call in self.library.calls_of_all(messages).await? {
            if let Some(message) = call.message_id {
                calls.entry(message).or_default().push(self.as_told(call));
            }
        }
        Ok(calls)
    }

    /// It was sent with the account that is in use.
    pub fn is_ours(&self, call: &CallRow) -> bool {
        call.account == self.whose()
    }

    /// What another account's history would have to tell nobody is looking for.
    fn as_told(&self, mut call: CallRow) -> CallRow {
        if call.verdict.state == ChargeState::Checking && call.account != self.whose() {
            call.verdict.state = ChargeState::Unknown;
        }
        call
    }

    /// Waits until the history tells something new, or other calls are looked for; the messages that it concerns.
    pub async fn next(&self) -> Result<Vec<i64>, LibraryError> {
        // A charge may have been found since.
        self.learn().await?;
        loop {
            let delay = self.delay().await?;
            tokio::select! {
                () = self.changed.notified() => return Ok(Vec::new()),
                told = self.ledger.settled() => return Ok(told),
                () = sleep(delay.unwrap_or(Duration::from_secs(3_600))), if delay.is_some() => {
                    let told = self.look().await?;
                    if !told.is_empty() {
                        return Ok(told);
                    }
                }
            }
        }
    }

    /// Looks at once and, while nothing is known, a few more times in a person's sight. What the message's last request came
    /// to then.
    pub async fn look_at(&self, message_id: i64) -> Result<ChargeState, LibraryError> {
        let began = Instant::now();
        loop {
            self.look().await?;
            let last = self.of(message_id).await?.pop();
            let told = last.map_or(ChargeState::Unknown, |call| call.verdict.state);
            if told != ChargeState::Checking {
                return Ok(told);
            }
            if self.state.lock().failures > 0 || self.account.client().is_none() {
                return Ok(ChargeState::Unknown);
            }
            if began.elapsed() >= PATIENCE {
                return Ok(ChargeState::NotYet);
            }
            sleep(BETWEEN.min(PATIENCE.saturating_sub(began.elapsed()))).await;
        }
    }

    async fn delay(&self) -> Result<Option<Duration>, LibraryError> {
        let Some(client) = self.account.client() else {
            return Ok(Some(WITHOUT_KEY));
        };
        let calls = self.watched(&client).await?;
        let ages: Vec<_> = calls.iter().filter_map(|call| Some((call, self.age(&client, call)?))).collect();
        let (now, state) = (Moment::now(), self.state.lock());
        let since = |moment: Option<Moment>| moment.map(|moment| ms(now.since(moment)));
        let next = ages.iter().filter_map(|(call, age)| next_look(call, *age, since(state.read_at))).min();
        let held_back = since(state.failed_at).map_or(0, |failed| back_off(state.failures) - failed);
        let next = next.map(|wait| if state.failures > 0 { wait.max(held_back) } else { wait });
        Ok(next.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
    }

    /// Calls that are looked for, or that compete for rows with those.
    async fn watched(&self, client: &Client) -> Result<Vec<CallRow>, LibraryError> {
        let now = client.server_time(Moment::now()).map_or_else(crate::clock::now, |time| time.at_ms);
        self.library.watched_calls(&self.whose(), now - LAST_LOOK - SETTLES).await
    }

    /// How long ago it ended, in milliseconds; `None` while it runs.
    fn age(&self, client: &Client, call: &CallRow) -> Option<i64> {
        let ended = call.ended_at?;
        let unplaced = self.state.lock().unplaced.get(&call.id).copied();
        let by_server = || {
            let now = client.server_time(Moment::now())?;
            Some(now.at_ms - call.server?.ended_at?)
        };
        let by_moments = unplaced.map(|(_, ended)| ms(Moment::now().since(ended)));
        by_moments.or_else(by_server).or(Some(crate::clock::now() - ended)).map(|age| age.max(0))
    }

    /// Reads the history once and judges every open call; the messages whose verdict is new. A history that cannot be
    /// read is no failure of a person's act: it is tried again later, and said where somebody asks.
    async fn look(&self) -> Result<Vec<i64>, LibraryError> {
        let _one = self.looking.lock().await;
        let Some(client) = self.account.client() else {
            return Ok(Vec::new());
        };
        let calls = self.watched(&client).await?;
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        // The first page may be the first reply that tells the server's time.
        let begin = || {
            let calls = self.placed(&client, &calls);
            calls.iter().map(|call| matching::begin(&to_call(call))).min().unwrap_or_default()
        };
        let read = self.ledger.read_since(&client, begin).await;
        let calls = self.placed(&client, &calls);
        let mut told = Vec::new();
        let verdicts = match read {
            Ok(history) => {
                self.read();
                self.keep_placed(&calls).await?;
                told.extend(self.ledger.take_settled());
                self.verdicts(&client, &calls, history).await?
            }
            Err(Failure::Library(error)) => return Err(error),
            Err(_) => {
                self.failed();
                Vec::new()
            }
        };
        let failing = self.state.lock().failing_since.map(|since| ms(Moment::now().since(since)));
        let (mut charged, mut is_matched) = (!told.is_empty(), false);
        for call in calls.iter().filter(|call| call.verdict.query_id.is_none()) {
            let Some(age) = self.age(&client, call) else {
                continue;
            };
            let verdict = verdicts.iter().find(|(id, _)| *id == call.id).map(|(_, verdict)| verdict);
            let Some(charge) = judged(call, verdict, age, failing) else {
                continue;
            };
            let is_charged = charge.state == ChargeState::Charged;
            if self.library.judge_call(call.id, charge).await? {
                self.keep_saved(call).await?;
                is_matched = true;
                told.extend(call.message_id);
                charged |= is_charged;
            }
        }
        if is_matched {
            self.ledger.changed_elsewhere();
        }
        if charged {
            // Points are known to have gone that the balance may have been read too early to show.
            self.balance.answered();
        }
        Ok(told)
    }

    /// With the server's times of calls that ended before those were known.
    fn placed(&self, client: &Client, calls: &[CallRow]) -> Vec<CallRow> {
        let state = self.state.lock();
        let at = |call: &CallRow| {
            let (left, ended) = state.unplaced.get(&call.id)?;
            span(client, *left, Some(*ended))
        };
        let placed = calls.iter().map(|call| CallRow { server: at(call).or(call.server), ..call.clone() });
        placed.collect()
    }

    /// What the call's row says that the cache saved, in place of what was reckoned.
    async fn keep_saved(&self, call: &CallRow) -> Result<(), LibraryError> {
        let Some(message) = call.message_id else {
            return Ok(());
        };
        let calls = self.library.calls_of(message).await?;
        let Some(row) = calls.into_iter().find(|it| it.id == call.id).and_then(|it| it.verdict.query_id)
        else {
            return Ok(());
        };
        match self.library.rows_of(message).await?.get(&row).and_then(super::receipt::saved) {
            Some(points) => self.library.set_saved(call.id, points).await,
            None => Ok(()),
        }
    }

    async fn keep_placed(&self, calls: &[CallRow]) -> Result<(), LibraryError> {
        for call in calls {
            let is_unplaced = self.state.lock().unplaced.contains_key(&call.id);
            if let Some(span) = call.server.filter(|_| is_unplaced) {
                self.library.place_call(call.id, span).await?;
                self.state.lock().unplaced.remove(&call.id);
            }
        }
        Ok(())
    }

    async fn verdicts(
        &self,
        client: &Client,
        calls: &[CallRow],
        mut history: History,
    ) -> Result<Vec<(i64, Verdict)>, LibraryError> {
        let claimed: BTreeSet<String> = self.library.claimed_rows().await?.into_iter().collect();
        history.rows.retain(|row| !claimed.contains(&row.query_id));
        let open = calls.iter().filter(|call| call.verdict.query_id.is_none());
        let open: Vec<Call> = open.map(to_call).collect();
        Ok(match client.server_time(Moment::now()) {
            Some(now) => look_up(&open, &history, now.at_ms),
            None => open.iter().map(|call| (call.id, Verdict::Unknown)).collect(),
        })
    }

    fn read(&self) {
        let mut state = self.state.lock();
        (state.read_at, state.failures) = (Some(Moment::now()), 0);
        (state.failed_at, state.failing_since) = (None, None);
    }

    fn failed(&self) {
        let now = Moment::now();
        let mut state = self.state.lock();
        state.failing_since = state.failing_since.or(Some(now));
        state.failed_at = Some(now);
        state.failures += 1;
    }

    fn whose(&self) -> String {
        super::whose(&self.account)
    }
}

/// "Check and retry" sends again by itself with evidence only that nothing was charged.
pub fn sends_by_itself(state: ChargeState) -> bool {
    state == ChargeState::NotCharged
}

/// When a call ran by the server's clock, if that is known.
fn span(client: &Client, left: Moment, ended: Option<Moment>) -> Option<ServerSpan> {
    let sent = client.server_time(left)?;
    let ended = match ended {
        Some(ended) => Some(client.server_time(ended)?.at_ms),
        None => None,
    };
    Some(ServerSpan { sent_at: sent.at_ms, ended_at: ended, within: sent.within_ms })
}

fn to_call(row: &CallRow) -> Call {
    let ran = row.server.filter(|span| span.ended_at.is_some() || row.ended_at.is_none());
    Call {
        id: row.id,
        model: row.model.clone(),
        sent_at: ran.map_or(row.sent_at, |span| span.sent_at),
        ended_at: ran.map_or(row.ended_at, |span| span.ended_at),
        within: ran.map(|span| span.within),
        answered: row.answered,
        tokens: row.prompt_tokens.zip(row.completion_tokens),
    }
}

/// In how many milliseconds this call is looked up next: at the first of its times since the history was read. One whose row
/// is known is looked at again when it has settled.
fn next_look(call: &CallRow, age: i64, since_read: Option<i64>) -> Option<i64> {
    let is_known = call.verdict.query_id.is_some();
    let mut times = LOOKS.iter().filter(|after| !is_known || **after > SETTLES);
    let next = times.find(|after| since_read.is_none_or(|read| age - read < **after))?;
    Some(next - age)
}

fn back_off(failures: u32) -> i64 {
    (FIRST_BACK_OFF << failures.saturating_sub(1).min(8)).min(LONGEST_BACK_OFF)
}

fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// What to keep of a call that ended so long ago; `None`: nothing new. `failing`: for how long the history could not be read.
/// After the last look what is not known stays unknown.
fn judged(call: &CallRow, verdict: Option<&Verdict>, age: i64, failing: Option<i64>) -> Option<Charge> {
    let is_checking = call.verdict.state == ChargeState::Checking;
    let own = |state, points, query_id: &String| Charge {
        points: Some(points),
        query_id: Some(query_id.clone()),
        ..Charge::from(state)
    };
    match verdict {
        Some(Verdict::Charged { points, query_id }) => Some(own(ChargeState::Charged, *points, query_id)),
        Some(Verdict::NotCharged { query_id }) => Some(own(ChargeState::NotCharged, 0, query_id)),
        Some(Verdict::Ambiguous { amounts }) => {
            Some(Charge { amounts: amounts.clone(), ..Charge::from(ChargeState::Ambiguous) })
        }
        Some(Verdict::NotFound) => Some(ChargeState::NotFound.into()),
        Some(Verdict::Unknown) => Some(ChargeState::Unknown.into()),
        Some(Verdict::NotYet) if is_checking && age >= LAST_LOOK => Some(ChargeState::Unknown.into()),
        None if is_checking && age.min(failing.unwrap_or(0)) >= SETTLES => Some(ChargeState::Unknown.into()),
        Some(Verdict::NotYet) | None => None,
    }
}

#[cfg(test)]
#[path = "charges_tests.rs"]
mod tests;
