//! Watches the balance: keeps each reading, tells when it falls below a level or is filled up, and reports where it stands: the
//! days behind (readings and the ledger's sums) and the days ahead (`forecast.rs`).

use super::balance::Balance;
use super::cells;
use super::forecast::{DRAWN, Forecast, LEAST_DAYS, LONGEST, Purse, Range, forecast};
use super::ledger::Ledger;
use super::levels::news;
use crate::events::{Announce, BalanceAhead, BalanceOfDay, BalanceReport, Event, GrantOfDay, Lasts, Notice};
use crate::library::{BalanceDay, BalanceReading, HistoryFilter, Ledger as LedgerOf, Library, LibraryError};
use fastrand::Rng;
use parking_lot::Mutex;
use std::sync::Arc;

/// Days behind that are drawn, and over which the pace is told.
const PAST: i64 = 30;
/// As many whole days as a forecast looks at.
const KNOWN: i64 = 84;
const DAY: i64 = 24 * 3_600_000;
/// A history that was read up to here lately is known up to now.
const FRESH: i64 = 2 * DAY;

pub struct Readings {
    library: Library,
    balance: Arc<Balance>,
    ledger: Arc<Ledger>,
    announce: Announce,
    levels: Mutex<Vec<i64>>,
}

/// Absent as far as it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    pub today: Option<i64>,
    /// Points a day, over the last thirty whole ones or as many as there are.
    pub pace: Option<i64>,
}

impl Readings {
    pub fn new(library: Library, balance: Arc<Balance>, ledger: Arc<Ledger>, announce: Announce) -> Readings {
        Readings { library, balance, ledger, announce, levels: Mutex::default() }
    }

    pub fn set_levels(&self, levels: Vec<i64>) {
        *self.levels.lock() = levels;
    }

    /// Keeps what is read, for as long as the app runs. A disk that fails costs a day's point of the line, and is told by
    /// whatever else is written.
    pub async fn watch(self: Arc<Self>) {
        let mut reads = self.balance.reads();
        // It may have been read already.
        reads.mark_changed();
        while reads.changed().await.is_ok() {
            let _ = self.keep().await;
        }
    }

    async fn keep(&self) -> Result<(), LibraryError> {
        let ledger = self.ledger.current().await?;
        let view = self.balance.view();
        let (Some(points), Some(at)) = (view.points, view.checked_at) else {
            return Ok(());
        };
        if self.ledger.current().await? != ledger {
            // Another account came in between: whose this is nobody can tell, and its next reading is near.
            return Ok(());
        }
        let reading = BalanceReading { at, points, plan: view.plan_points, addon: view.addon_points };
        let before = self.library.keep_balance(ledger, reading).await?;
        let levels = self.levels.lock().clone();
        let news = news(before.points, points, &levels, &before.told);
        if news.told != before.told {
            self.library.keep_told_levels(ledger, news.told).await?;
        }
        if let Some(level) = news.low {
            (self.announce)(Event::Notice(Notice::LowBalance { points, level }));
        }
        if let Some(added) = news.added {
            (self.announce)(Event::Notice(Notice::Refill { points, added }));
        }
        Ok(())
    }

    /// What a small view shows of the days behind.
    pub async fn lately(&self) -> Result<Lately, LibraryError> {
        let days = self.days(self.ledger.current().await?, crate::clock::now()).await?;
        Ok(Lately { today: days.spent_today(), pace: days.pace() })
    }

    async fn days(&self, ledger: LedgerOf, now: i64) -> Result<Days, LibraryError> {
        let (today, rest_of_today) = self.library.day_and_rest(now).await?;
        let span = self.library.history_spans(ledger).await?.pop().filter(|span| span.to >= now - FRESH);
        let since = match &span {
            // The day on which it begins is known in part.
            Some(span) => self.library.day_of(span.from).await? + 1,
            None => today,
        };
        let sums = self.ledger.cells(ledger, &HistoryFilter::default()).await?;
        // Before the first row there may have been no account.
        let first = sums.cells.iter().map(|cell| cell.day).find(|day| *day > 0).unwrap_or(today);
        Ok(Days {
            today,
            rest_of_today,
            is_known: span.is_some(),
            since: since.max(first),
            spent: cells::by_day(&sums, today - KNOWN.max(PAST), today),
        })
    }

    pub async fn report(&self) -> Result<BalanceReport, LibraryError> {
        let (ledger, now) = (self.ledger.current().await?, crate::clock::now());
        let days = self.days(ledger, now).await?;
        let (today, whole) = (days.today, days.whole());
        let mut report = BalanceReport {
            today,
            spent_today: days.spent_today().unwrap_or_default(),
            known_days: count(whole.len()),
            pace: days.pace(),
            pace_days: count(days.lately().len()),
            ..BalanceReport::default()
        };
        let Some(points) = self.balance.points() else {
            return Ok(report);
        };
        let readings = self.library.balances(ledger, today - PAST).await?;
        report.past = past(&days.spent, &readings, today, days.since, points);
        let mut grants = Vec::new();
        for grant in self.balance.grants() {
            let first = self.library.day_of(grant.at).await?;
            grants.extend(days_of(first, grant.every, today).map(|day| (day, grant.points)));
        }
        grants.sort_unstable();
        let is_drawn = |(day, _): &&(i64, i64)| *day - today < count(DRAWN);
        let shown = |(day, points): &(i64, i64)| GrantOfDay { day: *day, points: *points };
        report.grants = grants.iter().filter(is_drawn).map(shown).collect();
        if whole.len() >= LEAST_DAYS {
            let plan = self.balance.plan_points().unwrap_or_default().clamp(0, points.max(0));
            let purse = Purse {
                plan,
                rest: (points - plan).max(0),
                grants: grants.iter().map(|(day, points)| (index(day - today), *points)).collect(),
                today: days.rest_of_today,
            };
            // The same all day long, so that the figure moves with the points alone.
            let mut chance = Rng::with_seed(today.unsigned_abs());
            if let Some(forecast) = forecast(whole, &purse, &mut chance) {
                (report.lasts, report.ahead) = (Some(lasts(&forecast)), ahead(&forecast, today));
            }
        }
        Ok(report)
    }
}

/// The last days of the whole account, as far as they are known.
struct Days {
    today: i64,
    rest_of_today: f64,
    is_known: bool,
    /// The first day of which every row is known.
    since: i64,
    /// Points of each day, up to today.
    spent: Vec<i64>,
}

impl Days {
    /// Those that are over.
    fn whole(&self) -> &[i64] {
        let before = &self.spent[..self.spent.len() - 1];
        let known = (self.today - self.since).clamp(0, KNOWN);
        &before[before.len() - index(known)..]
    }

    fn lately(&self) -> &[i64] {
        let whole = self.whole();
        &whole[whole.len().saturating_sub(index(PAST))..]
    }

    /// Points a day.
    fn pace(&self) -> Option<i64> {
        let days = self.lately();
        (!days.is_empty()).then(|| days.iter().sum::<i64>() / count(days.len()))
    }

    fn spent_today(&self) -> Option<i64> {
        self.spent.last().copied().filter(|_| self.is_known)
    }
}

/// From the first on, which may be over, to the end of all that is looked at.
fn days_of(first: i64, every: Option<i64>, today: i64) -> impl Iterator<Item = i64> {
    let step = every.filter(|every| *every > 0);
    let days = std::iter::successors(Some(first), move |day| Some(day + step?));
    days.take_while(move |day| *day <= today + count(LONGEST)).skip_while(move |day| *day < today)
}

/// What there was at the end of each day. Where nobody looked it is reckoned back from the day after it, as far as all that was
/// spent is known.
fn past(spent: &[i64], readings: &[BalanceDay], today: i64, since: i64, now: i64) -> Vec<BalanceOfDay> {
    let mut days = vec![BalanceOfDay { day: today, points: now, reckoned: false }];
    for day in (today - PAST..today).rev() {
        let after = days[days.len() - 1];
        let read = readings.iter().find(|read| read.day == day).map(|read| read.reading.points);
        let spent_after = spent[spent.len() - 1 - index(today - after.day)];
        let reckoned = (after.day >= since && after.day == day + 1).then_some(after.points + spent_after);
        match read.or(reckoned) {
            Some(points) => days.push(BalanceOfDay { day, points, reckoned: read.is_none() }),
            // An older reading is beyond a gap.
            None => continue,
        }
    }
    days.reverse();
    days
}

fn lasts(forecast: &Forecast) -> Lasts {
    let days = |days: Option<usize>| days.map(count);
    let Range { low, likely, high } = forecast.lasts;
    Lasts { low: days(low), likely: days(likely), high: days(high) }
}

fn ahead(forecast: &Forecast, today: i64) -> Vec<BalanceAhead> {
    let day = |(at, range): (usize, &Range<i64>)| BalanceAhead {
        day: today + count(at),
        low: range.low,
        likely: range.likely,
        high: range.high,
    };
    forecast.line.iter().enumerate().map(day).collect()
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn index(n: i64) -> usize {
    usize::try_from(n).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_was_on_days_that_nobody_looked() {
        let mut spent = vec![0; 31];
        spent.splice(26.., [1, 20, 300, 4_000, 50_000]);
        let read =
            |day, points| BalanceDay { day, reading: BalanceReading { points, ..BalanceReading::default() } };
        let check = |readings: &[BalanceDay], since, expected: &[(i64, i64, bool)]| {
            let found = past(&spent, readings, 100, since, 1_000);
            let found: Vec<_> = found.iter().rev().map(|it| (it.day, it.points, it.reckoned)).collect();
            assert_eq!(found[..expected.len()], *expected, "{readings:?} {since}");
            found.len()
        };
        let all =
            check(&[], 0, &[(100, 1_000, false), (99, 51_000, true), (98, 55_000, true), (97, 55_300, true)]);
        assert_eq!(all, 31);
        // A refill on day 99 shows as a step between what was read.
        let refilled = [(100, 1_000, false), (99, 51_000, true), (98, 9_000, false), (97, 9_300, true)];
        check(&[read(98, 9_000)], 0, &refilled);
        // Rows are known since day 99 only.
        let part = [(100, 1_000, false), (99, 51_000, true), (98, 55_000, true), (90, 7, false)];
        assert_eq!(check(&[read(90, 7)], 99, &part), 4);
        assert_eq!(check(&[], 101, &[(100, 1_000, false)]), 1);
    }

    #[test]
    fn on_which_days_points_are_granted() {
        let check = |first, every, expected: &[i64]| {
            let found: Vec<_> = days_of(first, every, 100).take(3).collect();
            assert_eq!(found, expected, "{first} {every:?}");
        };
        check(112, None, &[112]);
        check(112, Some(30), &[112, 142, 172]);
        check(99, Some(1), &[100, 101, 102]);
        check(99, None, &[]);
        check(112, Some(0), &[112]);
        check(900, Some(30), &[]);
    }
}
