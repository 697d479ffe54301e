//! The Usage view: what the ledger's sums and rows say, as the window shows them. Nothing is added up here that the file keeps a
//! sum of.

use super::ledger::Ledger;
use super::usage_rows::row_view;
use super::{Points, cells};
use crate::events::{
    ModelPage, Spent, UsageBurst, UsageBy, UsageChat, UsageCycle, UsageFilter, UsageOrder, UsagePreset,
    UsageRows, UsageView,
};
use crate::library::{ChatSum, HistoryFilter, HistoryOrder, HistorySum, LibraryError, PresetSum};

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

impl Points {
    /// All that is told of a model, with what this person has spent on it; `None` where it is not listed.
    pub async fn model_page(&self, id: &str) -> Result<Option<ModelPage>, LibraryError> {
        let Some(model) = self.models.find(id) else {
            return Ok(None);
        };
        let (spent, last) = self.ledger.of_model(&model.id, &model.name).await?;
        Ok(self.models.page(&model.id, spent, last))
    }
}

impl Ledger {
    pub async fn usage(&self, filter: UsageFilter, by: UsageBy) -> Result<UsageView, LibraryError> {
        let (ledger, now) = (self.current().await?, crate::clock::now());
        let today = self.library.day_of(now).await?;
        let filter = HistoryFilter::from(filter);
        let all = self.cells(ledger, &filter).await?;
        let cycle = self.balance.cycle_began();
        let cycle_day = match cycle {
            Some(began) => Some(self.library.day_of(began).await?),
            None => None,
        };
        let dearest =
            self.library.history_rows(ledger, filter.clone(), HistoryOrder::Dearest, 0, DEAREST).await?;
        let hours = self.hours(ledger, &filter).await?;
        let chats = self.library.history_chats(ledger, filter.clone(), MOST_CHATS).await?;
        let presets = self.library.history_presets(ledger, filter.clone()).await?;
        let since = |day| cells::spent(&all, &filter, day, today + LATER);
        let (series, days) = cells::stacked(&all, &filter, by);
        Ok(UsageView {
            today,
            points_a_dollar: self.balance.rate().and_then(|rate| f64::try_from(rate).ok()),
            spent_today: since(today),
            spent_week: since(today - 6),
            spent_week_before: cells::spent(&all, &filter, today - 13, today - 7),
            spent_month: since(today - 29),
            cycle: cycle.zip(cycle_day).map(|(began_at, from)| UsageCycle {
                began_at,
                from,
                spent: since(from),
            }),
            total: cells::total(&all, &filter),
            outside: match filter.here {
                Some(true) => Spent::default(),
                _ => cells::total(&all, &HistoryFilter { here: Some(false), ..filter.clone() }),
            },
            series,
            days,
            models: cells::choices(&all, &filter, UsageBy::Model),
            kinds: cells::choices(&all, &filter, UsageBy::Kind),
            sources: cells::choices(&all, &filter, UsageBy::Source),
            hours,
            chats: chats.into_iter().map(UsageChat::from).collect(),
            presets: presets.into_iter().map(UsagePreset::from).collect(),
            dearest: dearest.into_iter().filter(|row| row.points > Some(0)).map(row_view).collect(),
        })
    }

    /// Points of the most expensive answer so far.
    pub async fn dearest(&self) -> Result<Option<i64>, LibraryError> {
        let (ledger, all) = (self.current().await?, HistoryFilter::default());
        let rows = self.library.history_rows(ledger, all, HistoryOrder::Dearest, 0, 1).await?;
        Ok(rows.first().and_then(|row| row.points))
    }

    /// What one model has cost, and when it was asked last.
    pub async fn of_model(&self, id: &str, name: &str) -> Result<(Spent, Option<i64>), LibraryError> {
        let ledger = self.current().await?;
        let (sum, last) = self.library.history_of_model(ledger, [id.to_owned(), name.to_owned()]).await?;
        Ok((sum.into(), last))
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
        let total = cells::total(&*self.cells(ledger, &filter).await?, &filter).rows;
        let (offset, limit) = (offset.max(0), limit.clamp(0, MOST_ROWS));
        let rows = self.library.history_rows(ledger, filter, order.into(), offset, limit).await?;
        Ok(UsageRows { offset, total, rows: rows.into_iter().map(row_view).collect() })
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
        let month =
            cells::spent(&*self.cells(ledger, &HistoryFilter::default()).await?, &api, today - 30, today - 1)
                .points;
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

impl From<HistorySum> for Spent {
    fn from(sum: HistorySum) -> Spent {
        Spent { points: sum.points, rows: sum.rows, unclear: sum.unclear }
    }
}

impl From<ChatSum> for UsageChat {
    fn from(chat: ChatSum) -> UsageChat {
        UsageChat {
            conversation: chat.conversation,
            title: chat.title,
            temporary: chat.temporary,
            spent: chat.sum.into(),
        }
    }
}

impl From<PresetSum> for UsagePreset {
    fn from(of: PresetSum) -> UsagePreset {
        UsagePreset { preset: of.preset, name: of.name, spent: of.sum.into() }
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
            preset: filter.preset,
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
