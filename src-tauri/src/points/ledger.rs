//! Reads Poe's history into the ledger, page by page, and knows how much of it that holds. Poe lists thirty days; what was read
//! is kept for good. A reading begins at the newest row, goes back to what is known, and then on from where the last one was
//! left. It is the one reader of the history: who looks for the row of a call reads through it too.

use super::balance::Balance;
use super::history_row::{kept, row_id};
use super::matching::{History, SETTLES};
use crate::account::Account;
use crate::errors::{self, Context, Failure, Incident};
use crate::events::{Announce, Event, LedgerView, Notice, UsageBurst, UsageSpan};
use crate::library::{
    HistoryCells, HistoryFilter, HistoryOrder, HistoryPage, HistoryRow, HistorySpan, KeptRow,
    Ledger as LedgerOf, Library, LibraryError,
};
use parking_lot::Mutex;
use poe::{Client, Moment, UsageRow, usage};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// Poe gives at most so many rows a page.
const PAGE: u8 = 100;
/// What lies further back is not listed any more ("API reference": 30 days).
const LISTED: i64 = 30 * 24 * 3_600_000;
/// A row may be listed late, or still change: so much of what is known is read again.
const OVERLAP: i64 = 3 * SETTLES;
/// A reading of one call's row that has not come to its end by then is given up on.
const MOST_PAGES: usize = 200;
/// Of the 500 requests a minute that Poe takes, a long reading uses two in five, so that chats find room.
const PAGES_A_MINUTE: usize = 200;
const BETWEEN: Duration = Duration::from_millis(300);
const TELLING: Duration = Duration::from_millis(250);
const USUAL: Duration = Duration::from_secs(30 * 60);
/// So long after a word about a burst none is said of another, as in the window.
const SAME_BURST: i64 = 6 * 3_600_000;
const FIRST_BACK_OFF: Duration = Duration::from_secs(60);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(15 * 60);
/// The demo's points are nobody's: whatever address it has, its ledger is this one.
const DEMO: &str = "demo";

pub struct Ledger {
    pub(super) library: Library,
    pub(super) account: Arc<Account>,
    pub(super) balance: Arc<Balance>,
    announce: Announce,
    state: Mutex<LedgerState>,
    changed: Notify,
    settled: Notify,
    /// One reading at a time.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct LedgerState {
    /// The simulated Poe answers, and this is what it would have listed before its thirty days.
    demo: Option<Vec<UsageRow>>,
    /// All but its card.
    view: LedgerView,
    incident: Option<Incident>,
    failures: u32,
    last: Option<Instant>,
    /// Messages whose rows changed since they were asked for.
    settled: Vec<i64>,
    told: Option<Instant>,
    /// Whose the key is has been asked.
    is_named: bool,
    /// Counts the keys and servers that came after one another.
    owner: u64,
    /// The sums by day, whose they are and as of which revision.
    cells: Option<(LedgerOf, u64, Arc<HistoryCells>)>,
    /// The same of the hours, of the days that were looked at last.
    hours: Option<Hours>,
}

/// Points by the hour of the day: whose, as of which revision, and between which days.
#[derive(Clone)]
struct Hours {
    of: (LedgerOf, u64, Option<i64>, Option<i64>),
    points: Vec<i64>,
}

/// Where a reading stands.
struct Reading {
    ledger: LedgerOf,
    span: Option<HistorySpan>,
    to: i64,
    cursor: Option<String>,
    seen: HashSet<String>,
    pages: usize,
    rows: i64,
}

/// A page as the reading sees it.
struct Turned {
    rows: Vec<UsageRow>,
    next: Option<String>,
    is_last: bool,
    /// The oldest time on it.
    reached: Option<i64>,
}

impl Ledger {
    pub fn new(library: Library, account: Arc<Account>, balance: Arc<Balance>, announce: Announce) -> Ledger {
        Ledger {
            library,
            account,
            balance,
            announce,
            state: Mutex::default(),
            changed: Notify::new(),
            settled: Notify::new(),
            reading: tokio::sync::Mutex::default(),
        }
    }

    pub fn view(&self) -> LedgerView {
        let (view, incident) = {
            let state = self.state.lock();
            (state.view.clone(), state.incident.clone())
        };
        LedgerView { card: incident.map(|incident| errors::card_of(&incident, &self.context())), ..view }
    }

    /// The simulated Poe answers from now on, or no more. `earlier`: rows of before the days that it lists.
    pub fn simulate(&self, earlier: Option<Vec<UsageRow>>) {
        self.state.lock().demo = earlier;
    }

    /// Another key or server can be asked.
    pub fn reconnected(&self) {
        let mut state = self.state.lock();
        let view = LedgerView { revision: state.view.revision + 1, ..LedgerView::default() };
        *state =
            LedgerState { demo: state.demo.take(), view, owner: state.owner + 1, ..LedgerState::default() };
        drop(state);
        self.tell();
        self.changed.notify_one();
    }

    /// Reads now, and says what came of it.
    pub async fn refresh(&self) -> LedgerView {
        self.read_on().await;
        self.view()
    }

    /// Reads when another account is in use, and now and then, for as long as the app runs.
    pub async fn watch(self: Arc<Self>) {
        loop {
            let delay = self.delay();
            tokio::select! {
                () = self.changed.notified() => {}
                () = sleep(delay.unwrap_or(USUAL)), if delay.is_some() => self.read_on().await,
            }
        }
    }

    fn delay(&self) -> Option<Duration> {
        self.account.client()?;
        let state = self.state.lock();
        let Some(last) = state.last else {
            return Some(Duration::ZERO);
        };
        let wait = match state.failures {
            0 => USUAL,
            failures => (FIRST_BACK_OFF * 2_u32.pow(failures.min(8) - 1)).min(LONGEST_BACK_OFF),
        };
        Some(wait.saturating_sub(last.elapsed()))
    }

    /// Whose points the key in use spends.
    pub async fn current(&self) -> Result<LedgerOf, LibraryError> {
        let (service, account) = self.owner();
        self.library.ledger(&service, &account).await
    }

    fn owner(&self) -> (String, String) {
        if self.state.lock().demo.is_some() {
            return (DEMO.to_owned(), DEMO.to_owned());
        }
        let service = self.account.keyless_client().base_url().as_str().to_owned();
        (service, super::whose(&self.account))
    }

    /// Reads the newest rows, back to a time that may become known with the first page, and keeps them. All that were read.
    pub(super) async fn read_since(
        &self,
        client: &Client,
        begin: impl Fn() -> i64,
    ) -> Result<History, Failure> {
        let _one = self.reading.lock().await;
        let mut reading = self.begin().await?;
        let (mut rows, mut since) = (Vec::new(), None);
        while reading.pages < MOST_PAGES {
            let page = self.turn(client, &mut reading).await?;
            since = page.reached.or(since);
            rows.extend(page.rows);
            reading.cursor = match page.next {
                _ if page.is_last => {
                    since = Some(i64::MIN);
                    break;
                }
                Some(next) if since.is_none_or(|at| at >= begin()) && reading.seen.insert(next.clone()) => {
                    Some(next)
                }
                _ => break,
            };
        }
        self.keep_spans(reading.ledger).await?;
        // Where no row told its time, nothing is known to be all there.
        Ok(History { rows: usage::merged(rows), since: since.unwrap_or(i64::MAX) })
    }

    /// Messages whose rows have changed, once there are some.
    pub(super) async fn settled(&self) -> Vec<i64> {
        loop {
            let settled = self.take_settled();
            if !settled.is_empty() {
                return settled;
            }
            self.settled.notified().await;
        }
    }

    pub(super) fn take_settled(&self) -> Vec<i64> {
        std::mem::take(&mut self.state.lock().settled)
    }

    /// Rows are another's now than they were, or the file is another.
    pub fn changed_elsewhere(&self) {
        self.state.lock().view.revision += 1;
        self.tell();
    }

    /// The sums by day; of all they are held until they change.
    pub(super) async fn cells(
        &self,
        ledger: LedgerOf,
        of: &HistoryFilter,
    ) -> Result<Arc<HistoryCells>, LibraryError> {
        let revision = self.state.lock().view.revision;
        let held = self.state.lock().cells.clone();
        if let Some((of, as_of, cells)) = held.filter(|_| !of.is_of_few())
            && (of, as_of) == (ledger, revision)
        {
            return Ok(cells);
        }
        let cells = Arc::new(self.library.history_cells(ledger, of.clone()).await?);
        if !of.is_of_few() {
            self.state.lock().cells = Some((ledger, revision, cells.clone()));
        }
        Ok(cells)
    }

    /// By the hour of the day, of the days of the filter.
    pub(super) async fn hours(
        &self,
        ledger: LedgerOf,
        filter: &HistoryFilter,
    ) -> Result<Vec<i64>, LibraryError> {
        let of = (ledger, self.state.lock().view.revision, filter.from, filter.to);
        if let Some(held) = self.state.lock().hours.clone().filter(|held| held.of == of) {
            return Ok(held.points);
        }
        let points = self.library.history_hours(ledger, filter.clone()).await?;
        self.state.lock().hours = Some(Hours { of, points: points.clone() });
        Ok(points)
    }

    async fn read_on(&self) {
        let Some(client) = self.account.client() else {
            return;
        };
        let _one = self.reading.lock().await;
        let owner = self.state.lock().owner;
        self.state.lock().view.reading = Some(0);
        self.tell();
        let read = async {
            self.read_all(&client).await?;
            Ok(self.burst().await?)
        };
        let read = read.await;
        if self.state.lock().owner != owner {
            return;
        }
        let failure = match read {
            Ok(burst) => {
                self.tell_burst(burst.as_ref()).await;
                self.state.lock().view.burst = burst;
                None
            }
            Err(Failure::Poe(error)) => Some(self.balance.of_history(error, self.read_at()).await),
            Err(failure) => Some(failure),
        };
        let incident = failure.map(|failure| Incident::new(failure, &self.context()));
        let mut state = self.state.lock();
        state.failures = if incident.is_some() { state.failures + 1 } else { 0 };
        (state.incident, state.last, state.view.reading) = (incident, Some(Instant::now()), None);
        drop(state);
        self.tell();
    }

    /// A burst goes on for as long as the last hour holds some of it, and is told once.
    async fn tell_burst(&self, burst: Option<&UsageBurst>) {
        let Some(burst) = burst else { return };
        let is_new = async {
            let ledger = self.current().await?;
            self.library.tell_burst(ledger, burst.until, SAME_BURST).await
        };
        // Told more often than once where the file takes nothing.
        if is_new.await.unwrap_or(true) {
            (self.announce)(Event::Notice(Notice::Burst { points: burst.points }));
        }
    }

    /// From the newest row to what is known, and on from where that ends, to the end of what Poe lists.
    async fn read_all(&self, client: &Client) -> Result<(), Failure> {
        self.name(client).await?;
        self.plant().await?;
        let mut reading = self.begin().await?;
        self.recall(reading.ledger).await?;
        self.keep_spans(reading.ledger).await?;
        let known = self.library.history_spans(reading.ledger).await?;
        let known = known.last().map(|span| span.to - OVERLAP);
        // Of a list that is read on from a row that is not listed any more nothing comes: then all of it is read.
        let mut leaps = true;
        let mut is_new = true;
        loop {
            let page = self.turn(client, &mut reading).await?;
            self.state.lock().view.reading = Some(reading.rows);
            self.tell_sometimes();
            let Some(span) = reading.span.clone() else { break };
            let is_whole = |span: &HistorySpan| span.ends || span.from <= reading.to - LISTED;
            if is_new && known.is_some_and(|known| page.reached.is_some_and(|at| at <= known)) {
                is_new = false;
            }
            // An empty page says that the list ends, whatever it followed.
            let is_lost = page.rows.is_empty() || (span.cursor.is_none() && !span.ends);
            let leads_nowhere = !is_new && leaps && is_lost && span.from > reading.to - LISTED;
            let next = match () {
                () if leads_nowhere => {
                    (leaps, is_new) = (false, true);
                    reading.seen.clear();
                    None
                }
                () if page.is_last || (!is_new && leaps && is_whole(&span)) => break,
                () if !is_new && leaps => match span.cursor {
                    Some(cursor) if reading.seen.insert(cursor.clone()) => Some(cursor),
                    _ => break,
                },
                () => match page.next {
                    Some(next) if reading.seen.insert(next.clone()) => Some(next),
                    _ => break,
                },
            };
            reading.cursor = next;
            if reading.pages >= PAGES_A_MINUTE {
                sleep(BETWEEN).await;
            }
        }
        self.keep_spans(reading.ledger).await?;
        self.state.lock().view.read_at = Some(crate::clock::now());
        Ok(())
    }

    async fn begin(&self) -> Result<Reading, Failure> {
        Ok(Reading {
            ledger: self.current().await?,
            span: None,
            to: 0,
            cursor: None,
            seen: HashSet::new(),
            pages: 0,
            rows: 0,
        })
    }

    /// One page more: read, kept, and what it tells.
    async fn turn(&self, client: &Client, reading: &mut Reading) -> Result<Turned, Failure> {
        let asked = Moment::now();
        let mut page = client.usage(PAGE, reading.cursor.as_deref()).await?;
        for row in &mut page.rows {
            row.query_id = row_id(&row.query_id);
        }
        if reading.pages == 0 {
            let by_server = client.server_time(asked).map(|time| time.at_ms - time.within_ms);
            reading.to = by_server.unwrap_or_else(crate::clock::now);
            self.balance.learned_rows(&page.rows);
        }
        reading.pages += 1;
        reading.rows += i64::try_from(page.rows.len()).unwrap_or(0);
        let rows: Vec<HistoryRow> = page.rows.iter().map(|row| kept(row, reading.to)).collect();
        let reached = rows.iter().filter_map(|row| row.at).min();
        let kept = HistoryPage {
            rows,
            to: reading.to,
            span: reading.span.as_ref().map(|span| span.id),
            // One that could be a key is not kept: the next reading begins anew.
            cursor: page.next.clone().filter(|next| row_id(next) == *next),
            listed_since: page.is_last.then_some(reading.to - LISTED),
        };
        let kept = self.library.keep_history(reading.ledger, kept).await?;
        reading.span = kept.span;
        if kept.changed {
            self.state.lock().view.revision += 1;
            self.tell_sometimes();
        }
        if !kept.messages.is_empty() {
            self.state.lock().settled.extend(kept.messages);
            self.settled.notify_one();
        }
        Ok(Turned { rows: page.rows, next: page.next, is_last: page.is_last, reached })
    }

    /// Two keys of one account spend the same points, where Poe says whose they are. It may not know, or not answer.
    async fn name(&self, client: &Client) -> Result<(), LibraryError> {
        let is_known = std::mem::replace(&mut self.state.lock().is_named, true);
        if is_known || self.state.lock().demo.is_some() {
            return Ok(());
        }
        match client.who_am_i().await {
            Ok(Some(user)) => {
                let (service, account) = self.owner();
                self.library.name_ledger(&service, &account, &user.id).await?;
                self.state.lock().view.revision += 1;
            }
            Ok(None) => {}
            // No more is lost than that two keys have a ledger each; it is asked again with the next reading.
            Err(_) => self.state.lock().is_named = false,
        }
        Ok(())
    }

    /// In the demo: what was listed before.
    async fn plant(&self) -> Result<(), LibraryError> {
        let earlier = self.state.lock().demo.as_mut().map(std::mem::take).unwrap_or_default();
        let Some(newest) = earlier.iter().filter_map(|row| row.at_ms).max() else {
            return Ok(());
        };
        let now = crate::clock::now();
        let oldest = earlier.iter().filter_map(|row| row.at_ms).min();
        let page = HistoryPage {
            rows: usage::merged(earlier).iter().map(|row| kept(row, now)).collect(),
            // They follow one another without a gap, and what the simulated Poe lists follows on them.
            to: newest.max(now - LISTED + OVERLAP),
            span: None,
            cursor: None,
            listed_since: oldest,
        };
        let ledger = self.current().await?;
        self.library.keep_history(ledger, page).await.map(drop)
    }

    /// What a point is worth is known from rows that were read before, also where Poe can't be reached.
    async fn recall(&self, ledger: LedgerOf) -> Result<(), LibraryError> {
        if self.balance.rate().is_none() {
            let newest = HistoryOrder::Newest;
            let rows = self
                .library
                .history_rows(ledger, HistoryFilter::default(), newest, 0, i64::from(PAGE))
                .await?;
            let of = |row: KeptRow| UsageRow { points: row.points, usd: row.usd, ..UsageRow::default() };
            self.balance.learned_rows(&rows.into_iter().map(of).collect::<Vec<_>>());
        }
        Ok(())
    }

    async fn keep_spans(&self, ledger: LedgerOf) -> Result<(), LibraryError> {
        let spans = self.library.history_spans(ledger).await?;
        let spans = spans.iter().map(|span| UsageSpan { from: span.from, to: span.to }).collect();
        self.state.lock().view.spans = spans;
        self.tell();
        Ok(())
    }

    fn read_at(&self) -> Option<i64> {
        self.state.lock().view.read_at
    }

    fn context(&self) -> Context {
        Context::of(&self.account, crate::clock::now())
    }

    fn tell(&self) {
        self.state.lock().told = Some(Instant::now());
        (self.announce)(Event::Ledger(self.view()));
    }

    /// No more often than an eye can follow.
    fn tell_sometimes(&self) {
        let told = self.state.lock().told;
        if told.is_none_or(|told| told.elapsed() >= TELLING) {
            self.tell();
        }
    }
}
