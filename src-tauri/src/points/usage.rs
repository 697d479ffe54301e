//! The Usage view: what the ledger's sums and rows say, as the window shows them. Nothing is added up here that the file keeps a
//! sum of.

use super::ledger::Ledger;
use super::usage_rows::row_view;
use crate::events::{
    Spent, SpentOn, UsageBurst, UsageBy, UsageChat, UsageCycle, UsageDay, UsageFilter, UsageOrder, UsageRows,
    UsageView,
};
use crate::library::{ChatSum, DaySum, HistoryFilter, HistoryOrder, HistorySum, LibraryError, SumBy};
use std::collections::BTreeMap;

/// What a day's bar is made of at most, and all others together.
const SERIES: usize = 5;
const MOST_CHATS: i64 = 10;
const DEAREST: i64 = 10;
/// Rows that the window is given at once.
const MOST_ROWS: i64 = 200;
/// A row comes from tomorrow at the latest.
const LATER: i64 = 2;
/// An hour's points outside this app that are worth a word: so many, and so many times what the last month's hours had.
const BURST: i64 = 5_000;
const TIMES_USUAL: i64 = 10;
const HOUR: i64 = 3_600_000;

impl Ledger {
    pub async fn usage(&self, filter: UsageFilter, by: UsageBy) -> Result<UsageView, LibraryError> {
        let (ledger, now) = (self.current().await?, crate::clock::now());
        let today = self.library.day_of(now).await?;
        let filter = HistoryFilter::from(filter);
        let cells = self.library.history_days(ledger, filter.clone(), by.into()).await?;
        let (series, days) = stacked(cells);
        let all_days = HistoryFilter { from: None, to: None, ..filter.clone() };
        let cycle = self.balance.cycle_began();
        let cycle_day = match cycle {
            Some(began) => Some(self.library.day_of(began).await?),
            None => None,
        };
        let spans = vec![
            (today, today + LATER),
            (today - 6, today + LATER),
            (today - 13, today - 7),
            (today - 29, today + LATER),
            (cycle_day.unwrap_or(today), today + LATER),
        ];
        let tiles = self.library.history_sums(ledger, all_days, spans).await?;
        let &[day, week, before, month, of_cycle] = &tiles[..] else { return Ok(UsageView::default()) };
        let whole = (filter.from.unwrap_or(i64::MIN), filter.to.unwrap_or(i64::MAX));
        let outside = match filter.here {
            Some(true) => HistorySum::default(),
            _ => {
                let outside = HistoryFilter { here: Some(false), ..filter.clone() };
                self.library.history_sums(ledger, outside, vec![whole]).await?.pop().unwrap_or_default()
            }
        };
        let names = async |by| -> Result<Vec<SpentOn>, LibraryError> {
            let names = self.library.history_names(ledger, filter.clone(), by).await?;
            Ok(names.into_iter().map(|(name, sum)| SpentOn { name, spent: sum.into() }).collect())
        };
        let dearest = self.library.history_rows(ledger, filter.clone(), HistoryOrder::Dearest, 0, DEAREST);
        Ok(UsageView {
            today,
            points_a_dollar: self.balance.rate().and_then(|rate| f64::try_from(rate).ok()),
            spent_today: day.into(),
            spent_week: week.into(),
            spent_week_before: before.into(),
            spent_month: month.into(),
            cycle: cycle.zip(cycle_day).map(|(began_at, from)| UsageCycle {
                began_at,
                from,
                spent: of_cycle.into(),
            }),
            total: days.iter().fold(Spent::default(), |sum, day| sum.and(&day.spent)),
            outside: outside.into(),
            series,
            days,
            models: names(SumBy::Model).await?,
            kinds: names(SumBy::Kind).await?,
            sources: names(SumBy::Source).await?,
            hours: self.library.history_hours(ledger, filter.clone()).await?,
            chats: {
                let chats = self.library.history_chats(ledger, filter.clone(), MOST_CHATS).await?;
                chats.into_iter().map(UsageChat::from).collect()
            },
            dearest: dearest.await?.into_iter().filter(|row| row.points > Some(0)).map(row_view).collect(),
        })
    }

    /// A screen of rows. Their number is that of the sums, so that nothing is counted.
    pub async fn usage_rows(
        &self,
        filter: UsageFilter,
        order: UsageOrder,
        offset: i64,
        limit: i64,
    ) -> Result<UsageRows, LibraryError> {
        let ledger = self.current().await?;
        let filter = HistoryFilter::from(filter);
        let whole = (filter.from.unwrap_or(i64::MIN), filter.to.unwrap_or(i64::MAX));
        let total = self.library.history_sums(ledger, filter.clone(), vec![whole]).await?;
        let (offset, limit) = (offset.max(0), limit.clamp(0, MOST_ROWS));
        let rows = self.library.history_rows(ledger, filter, order.into(), offset, limit).await?;
        Ok(UsageRows {
            offset,
            total: total.first().map_or(0, |sum| sum.rows),
            rows: rows.into_iter().map(row_view).collect(),
        })
    }

    /// Whether the last hour took far more points outside this app than an hour of the last month did.
    pub(super) async fn burst(&self) -> Result<Option<UsageBurst>, LibraryError> {
        let (ledger, now) = (self.current().await?, crate::clock::now());
        let today = self.library.day_of(now).await?;
        let outside = self.library.outside_since(ledger, today - 1, now - HOUR).await?;
        let Some(most) = outside.into_iter().next() else {
            return Ok(None);
        };
        let api = HistoryFilter {
            kind: Some("API".to_owned()),
            source: Some(most.source.clone()),
            here: Some(false),
            ..HistoryFilter::default()
        };
        let month = self.library.history_sums(ledger, api, vec![(today - 30, today - 1)]).await?;
        let month = month.first().map_or(0, |sum| sum.points);
        Ok(is_burst(most.sum.points, month).then_some(UsageBurst {
            until: now,
            points: most.sum.points,
            rows: most.sum.rows,
            source: most.source,
        }))
    }
}

fn is_burst(hour: i64, month: i64) -> bool {
    hour >= BURST && hour >= TIMES_USUAL * month / (30 * 24)
}

/// The series, the dearest first, and each day's points of them; all beyond the first few are one without a name.
fn stacked(cells: Vec<DaySum>) -> (Vec<Option<String>>, Vec<UsageDay>) {
    let mut names = BTreeMap::<&str, i64>::new();
    for cell in &cells {
        *names.entry(&cell.name).or_default() += cell.sum.points;
    }
    let mut names: Vec<(&str, i64)> = names.into_iter().collect();
    names.sort_by_key(|(name, points)| (std::cmp::Reverse(*points), *name));
    let has_others = names.len() > SERIES + 1;
    let shown = if has_others { SERIES } else { names.len() };
    let places: BTreeMap<&str, usize> = names.iter().take(shown).map(|(name, _)| *name).zip(0..).collect();
    let mut series: Vec<Option<String>> =
        names.iter().take(shown).map(|(name, _)| Some((*name).to_owned())).collect();
    if has_others {
        series.push(None);
    }
    let mut days = Vec::<UsageDay>::new();
    for cell in &cells {
        if days.last().is_none_or(|day| day.day != cell.day) {
            days.push(UsageDay { day: cell.day, points: vec![0; series.len()], ..UsageDay::default() });
        }
        let Some(day) = days.last_mut() else { continue };
        day.points[places.get(&*cell.name).copied().unwrap_or(shown)] += cell.sum.points;
        day.spent = day.spent.and(&cell.sum.into());
    }
    (series, days)
}

impl Spent {
    fn and(&self, other: &Spent) -> Spent {
        Spent {
            points: self.points + other.points,
            rows: self.rows + other.rows,
            unclear: self.unclear + other.unclear,
        }
    }
}

impl From<HistorySum> for Spent {
    fn from(sum: HistorySum) -> Spent {
        Spent { points: sum.points, rows: sum.rows, unclear: sum.unclear }
    }
}

impl From<ChatSum> for UsageChat {
    fn from(chat: ChatSum) -> UsageChat {
        UsageChat { conversation: chat.conversation, title: chat.title, spent: chat.sum.into() }
    }
}

impl From<UsageFilter> for HistoryFilter {
    fn from(filter: UsageFilter) -> HistoryFilter {
        HistoryFilter {
            from: filter.from,
            to: filter.to,
            model: filter.model,
            kind: filter.kind,
            source: filter.source,
            here: filter.here,
            conversation: filter.conversation,
        }
    }
}

impl From<UsageBy> for SumBy {
    fn from(by: UsageBy) -> SumBy {
        match by {
            UsageBy::Model => SumBy::Model,
            UsageBy::Kind => SumBy::Kind,
            UsageBy::Source => SumBy::Source,
        }
    }
}

impl From<UsageOrder> for HistoryOrder {
    fn from(order: UsageOrder) -> HistoryOrder {
        match order {
            UsageOrder::Newest => HistoryOrder::Newest,
            UsageOrder::Oldest => HistoryOrder::Oldest,
            UsageOrder::Dearest => HistoryOrder::Dearest,
            UsageOrder::Model => HistoryOrder::Model,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(day: i64, name: &str, points: i64) -> DaySum {
        DaySum { day, name: name.to_owned(), sum: HistorySum { points, rows: 1, unclear: 0 } }
    }

    #[test]
    fn the_dearest_are_series_and_the_rest_is_one() {
        let cells = vec![
            cell(1, "a", 10),
            cell(1, "b", 300),
            cell(2, "a", 20),
            cell(2, "c", 5),
            cell(2, "d", 4),
            cell(3, "e", 3),
            cell(3, "f", 2),
            cell(3, "", 1),
        ];
        let (series, days) = stacked(cells);
        let names: Vec<_> = series.iter().map(|name| name.as_deref()).collect();
        assert_eq!(names, [Some("b"), Some("a"), Some("c"), Some("d"), Some("e"), None]);
        let points: Vec<_> = days.iter().map(|day| (day.day, day.points.clone(), day.spent.rows)).collect();
        assert_eq!(
            points,
            [
                (1, vec![300, 10, 0, 0, 0, 0], 2),
                (2, vec![0, 20, 5, 4, 0, 0], 3),
                (3, vec![0, 0, 0, 0, 3, 3], 3),
            ]
        );
        // One more than the series stands for itself, not for others.
        let (series, _) = stacked((0..6).map(|at| cell(1, &at.to_string(), at)).collect());
        assert_eq!((series.len(), series.iter().all(Option::is_some)), (6, true));
        assert_eq!(stacked(Vec::new()), (Vec::new(), Vec::new()));
    }

    #[test]
    fn what_is_a_burst() {
        let check = |hour, month, expected| assert_eq!(is_burst(hour, month), expected, "{hour} {month}");
        check(4_999, 0, false);
        check(5_000, 0, true);
        check(5_000, 360_000, true);
        check(5_000, 360_100, false);
        check(i64::MAX / 20, i64::MAX / 20, true);
    }
}
