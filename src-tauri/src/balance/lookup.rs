//! Looks calls up in the points history until it is known what they cost: one request for all that wait, at growing
//! intervals, for ten minutes at most. What is known is kept, so that the rest is looked up after a restart.

use super::Balance;
use super::charge::{self, Call, SETTLES, Verdict, look_up};
use super::past::Past;
use crate::account::Account;
use crate::events::{ChargeState, ChargeView};
use crate::library::{Admission, CallEnd, CallRow, Library, LibraryError, NewCall};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// After a call's end, in milliseconds. The last one closes its case.
const LOOKS: [i64; 7] = [1_500, 4_000, 10_500, 30_000, 90_000, 270_000, SETTLES];
/// A history that cannot be read is asked again no sooner than this, and ever later.
const FIRST_BACK_OFF: i64 = 15_000;
const LONGEST_BACK_OFF: i64 = 15 * 60_000;
/// How long a person who asks waits for an answer, and how often it is looked meanwhile.
const PATIENCE: Duration = Duration::from_millis(10_500);
const BETWEEN: Duration = Duration::from_secs(2);
/// The keychain may still be asked, or the person looking for a key.
const WITHOUT_KEY: Duration = Duration::from_secs(30);
/// Poe gives at most so many rows a page. Calls further back than a few pages are not known.
const PAGE: u8 = 100;
const MOST_PAGES: usize = 5;

pub struct Charges {
    library: Library,
    account: Arc<Account>,
    balance: Arc<Balance>,
    past: Past,
    state: Mutex<State>,
    /// A call has ended, or another account is in use.
    changed: Notify,
    /// One look at a time; it serves every call.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    /// When the history was last read.
    read_at: Option<i64>,
    failures: u32,
    failed_at: i64,
    /// The first of the failures in a row.
    failing_since: i64,
    daily_limit: Option<i64>,
}

impl Charges {
    pub fn new(library: Library, account: Arc<Account>, balance: Arc<Balance>) -> Charges {
        Charges {
            library,
            account,
            balance,
            past: Past::default(),
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
        estimate: Option<i64>,
        over_limit: bool,
    ) -> Result<Admission, LibraryError> {
        let call = NewCall {
            message_id,
            account: self.whose(),
            model: model.to_owned(),
            sent_at: crate::now(),
            estimate,
            limit: self.lock().daily_limit.filter(|_| !over_limit),
        };
        self.library.admit_call(call).await
    }

    pub fn set_daily_limit(&self, limit: Option<i64>) {
        self.lock().daily_limit = limit;
    }

    /// Points that this app has used or set aside since midnight.
    pub async fn used_today(&self) -> Result<i64, LibraryError> {
        self.library.used_today(&self.whose(), crate::now()).await
    }

    /// Tokens of this person's last answers of a model.
    pub fn past_answers(&self, model: &str) -> Vec<i64> {
        self.past.of(model)
    }

    /// Models that this person has had answers of.
    pub fn used_models(&self) -> Vec<String> {
        self.past.models()
    }

    /// The message's call has ended and may have been charged. Its row is looked for from now on.
    pub async fn ended(&self, message_id: i64, model: &str, end: CallEnd) -> Result<(), LibraryError> {
        if let Some(tokens) = end.completion_tokens.filter(|tokens| end.answered && *tokens > 0) {
            self.past.add(model, tokens);
        }
        self.library.end_call(message_id, end).await?;
        self.changed.notify_one();
        Ok(())
    }

    /// The message's call cost nothing for certain: it never left, or was refused.
    pub async fn refused(&self, message_id: i64) -> Result<(), LibraryError> {
        self.library.drop_call(message_id).await
    }

    /// At start: calls that the end of the app interrupted, and those that it left open.
    pub async fn resume(&self) -> Result<(), LibraryError> {
        self.library.end_interrupted_calls(crate::now()).await?;
        for (model, tokens) in self.library.past_answers().await? {
            self.past.add(&model, tokens);
        }
        self.changed.notify_one();
        Ok(())
    }

    /// Another key or server can be asked.
    pub fn reconnected(&self) {
        let mut state = self.lock();
        *state = State {
            daily_limit: state.daily_limit,
            ..State::default()
        };
        drop(state);
        self.changed.notify_one();
    }

    /// What became of the last call of a message.
    pub async fn of(&self, message_id: i64) -> Result<Option<ChargeView>, LibraryError> {
        Ok(self
            .library
            .call_of(message_id)
            .await?
            .and_then(|call| view(&call)))
    }

    /// Waits until the history tells something new; the messages that it concerns.
    pub async fn next(&self) -> Result<Vec<i64>, LibraryError> {
        loop {
            let delay = self.delay().await?;
            tokio::select! {
                () = self.changed.notified() => {}
                () = sleep(delay.unwrap_or(Duration::from_secs(3_600))), if delay.is_some() => {
                    let told = self.look().await?;
                    if !told.is_empty() {
                        return Ok(told);
                    }
                }
            }
        }
    }

    /// Looks at once and, while nothing is known, a few more times in a person's sight.
    pub async fn look_at(&self, message_id: i64) -> Result<ChargeView, LibraryError> {
        const NOBODY_KNOWS: ChargeView = ChargeView {
            state: ChargeState::Unknown,
            points: None,
        };
        let began = Instant::now();
        loop {
            self.look().await?;
            let told = self.of(message_id).await?.unwrap_or(NOBODY_KNOWS);
            if told.state != ChargeState::Checking || began.elapsed() >= PATIENCE || self.lock().failures > 0
            {
                return Ok(told);
            }
            sleep(BETWEEN.min(PATIENCE.saturating_sub(began.elapsed()))).await;
        }
    }

    async fn delay(&self) -> Result<Option<Duration>, LibraryError> {
        if self.account.client().is_none() {
            return Ok(Some(WITHOUT_KEY));
        }
        let now = crate::now();
        let calls = self.library.open_calls(&self.whose(), now - 2 * SETTLES).await?;
        let state = self.lock();
        let next = calls
            .iter()
            .filter_map(|call| next_look(call, state.read_at))
            .min();
        let next = next.map(|at| match state.failures {
            0 => at,
            failures => at.max(state.failed_at + back_off(failures)),
        });
        Ok(next.map(|at| Duration::from_millis(u64::try_from(at - now).unwrap_or(0))))
    }

    /// Reads the history once and judges every open call; the messages whose verdict is new. A history that cannot be
    /// read is no failure of a person's act: it is tried again later, and said where somebody asks.
    async fn look(&self) -> Result<Vec<i64>, LibraryError> {
        let _one = self.looking.lock().await;
        let Some(client) = self.account.client() else {
            return Ok(Vec::new());
        };
        let calls = self
            .library
            .open_calls(&self.whose(), crate::now() - 2 * SETTLES)
            .await?;
        let Some(first) = calls.iter().map(|call| call.sent_at).min() else {
            return Ok(Vec::new());
        };
        let rows = rows_since(&client, charge::begin(first)).await;
        let now = crate::now();
        let verdicts = match rows {
            Ok(mut rows) => {
                self.balance.learned_rows(&rows);
                self.read(now);
                let claimed: BTreeSet<String> = self.library.claimed_rows().await?.into_iter().collect();
                rows.retain(|row| !claimed.contains(&row.query_id));
                look_up(&calls.iter().map(to_call).collect::<Vec<_>>(), &rows, now)
            }
            Err(_) => {
                self.failed(now);
                Vec::new()
            }
        };
        let failing_since = self.lock().failing();
        let (mut told, mut charged) = (Vec::new(), false);
        for call in &calls {
            let verdict = verdicts
                .iter()
                .find(|(id, _)| *id == call.id)
                .map(|(_, verdict)| verdict);
            let Some((state, points, query_id)) = judged(call, verdict, failing_since, now) else {
                continue;
            };
            if self.library.judge_call(call.id, state, points, query_id).await? {
                told.extend(call.message_id);
                charged |= state == ChargeState::Charged;
            }
        }
        if charged {
            // Points are known to have gone that the balance may have been read too early to show.
            self.balance.answered();
        }
        Ok(told)
    }

    fn read(&self, now: i64) {
        let mut state = self.lock();
        (state.read_at, state.failures) = (Some(now), 0);
    }

    fn failed(&self, now: i64) {
        let mut state = self.lock();
        if state.failures == 0 {
            state.failing_since = now;
        }
        state.failures += 1;
        state.failed_at = now;
    }

    /// Another account's history cannot tell of this one's calls.
    fn whose(&self) -> String {
        let client = self.account.keyless_client();
        let key = self.account.last_four().unwrap_or_default();
        format!("{} {key}", client.base_url().as_str())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn failing(&self) -> Option<i64> {
        (self.failures > 0).then_some(self.failing_since)
    }
}

async fn rows_since(client: &poe::Client, since: i64) -> Result<Vec<poe::UsageRow>, poe::Error> {
    let mut rows = Vec::new();
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let page = client.usage(PAGE, cursor.as_deref()).await?;
        let reached = page
            .rows
            .iter()
            .rev()
            .find_map(|row| row.at_ms)
            .is_none_or(|at| at < since);
        rows.extend(page.rows);
        cursor = page.next;
        if reached || cursor.is_none() {
            break;
        }
    }
    Ok(rows)
}

/// What a person is shown of a call; `None` while it runs.
pub fn view(call: &CallRow) -> Option<ChargeView> {
    call.ended_at.map(|_| ChargeView {
        state: call.charge,
        points: call.points,
    })
}

fn to_call(row: &CallRow) -> Call {
    Call {
        id: row.id,
        model: row.model.clone(),
        sent_at: row.sent_at,
        ended_at: row.ended_at,
        answered: row.answered,
        tokens: row.prompt_tokens.zip(row.completion_tokens),
    }
}

/// When this call is looked up next: the first of its times since the history was read.
fn next_look(call: &CallRow, read_at: Option<i64>) -> Option<i64> {
    let ended = call.ended_at?;
    let mut times = LOOKS.iter().map(|after| ended + after);
    times.find(|at| read_at.is_none_or(|read| read < *at))
}

fn back_off(failures: u32) -> i64 {
    (FIRST_BACK_OFF << failures.saturating_sub(1).min(8)).min(LONGEST_BACK_OFF)
}

/// What to keep of a call now; `None`: nothing new. After the last look what is not known stays unknown.
fn judged(
    call: &CallRow,
    verdict: Option<&Verdict>,
    failing_since: Option<i64>,
    now: i64,
) -> Option<(ChargeState, Option<i64>, Option<String>)> {
    let ended = call.ended_at?;
    let is_over = now - ended.max(failing_since.unwrap_or(ended)) >= SETTLES;
    match verdict {
        Some(Verdict::Charged { points, query_id }) => {
            Some((ChargeState::Charged, Some(*points), Some(query_id.clone())))
        }
        Some(Verdict::NotCharged) => Some((ChargeState::NotCharged, None, None)),
        Some(Verdict::Ambiguous { .. }) => Some((ChargeState::Ambiguous, None, None)),
        Some(Verdict::NotYet) | None if is_over && call.charge == ChargeState::Checking => {
            Some((ChargeState::Unknown, None, None))
        }
        Some(Verdict::NotYet) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn call(charge: ChargeState) -> CallRow {
        CallRow {
            id: 1,
            message_id: Some(1),
            model: "m".to_owned(),
            sent_at: 0,
            ended_at: Some(1_000),
            answered: false,
            prompt_tokens: None,
            completion_tokens: None,
            estimate: None,
            charge,
            points: None,
            query_id: None,
        }
    }

    #[test]
    fn a_few_looks_at_growing_intervals() {
        let mut read = None;
        let mut looks = Vec::new();
        while let Some(at) = next_look(&call(ChargeState::Checking), read) {
            looks.push(at - 1_000);
            read = Some(at);
        }
        assert_eq!(looks, LOOKS);
        assert!(LOOKS.windows(3).all(|it| it[2] - it[1] >= it[1] - it[0]));
        let running = CallRow {
            ended_at: None,
            ..call(ChargeState::Checking)
        };
        assert_eq!(next_look(&running, None), None);
    }

    #[test]
    fn a_history_that_fails_is_asked_ever_later() {
        let waits: Vec<i64> = (1..9).map(|failures| back_off(failures) / 1_000).collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(back_off(u32::MAX), LONGEST_BACK_OFF);
    }

    #[test]
    fn what_is_kept() {
        use ChargeState::{Ambiguous, Charged, Checking, NotCharged, Unknown};
        fn check(
            before: ChargeState,
            verdict: Option<Verdict>,
            failing: Option<i64>,
            now: i64,
            kept: Option<ChargeState>,
        ) {
            let got = judged(&call(before), verdict.as_ref(), failing, now).map(|it| it.0);
            assert_eq!(got, kept, "{before:?} {verdict:?} {now}");
        }
        let charged = Verdict::Charged {
            points: 5,
            query_id: "a".to_owned(),
        };
        check(Checking, Some(charged.clone()), None, MINUTE, Some(Charged));
        check(NotCharged, Some(charged), None, MINUTE, Some(Charged));
        check(
            Checking,
            Some(Verdict::NotCharged),
            None,
            MINUTE,
            Some(NotCharged),
        );
        check(
            Checking,
            Some(Verdict::Ambiguous { candidates: vec![] }),
            None,
            MINUTE,
            Some(Ambiguous),
        );
        check(Checking, Some(Verdict::NotYet), None, 9 * MINUTE, None);
        check(Checking, Some(Verdict::NotYet), None, 11 * MINUTE, Some(Unknown));
        // An hour after the end the app starts again: ten minutes of tries are due to it.
        check(Checking, None, Some(60 * MINUTE), 61 * MINUTE, None);
        check(Checking, None, Some(60 * MINUTE), 70 * MINUTE, Some(Unknown));
        check(Ambiguous, None, Some(MINUTE), 12 * MINUTE, None);
    }
}
