//! The sums by day, looked at through a filter and in any way that the Usage view shows them. Pure; they are held in memory, so
//! that a filter reads nothing.

use crate::events::{Spent, SpentOn, UsageBy, UsageDay};
use crate::library::{HistoryCell, HistoryCells, HistoryFilter};

/// What a day's bar is made of at most, and all others together.
const SERIES: usize = 5;

/// The series, the dearest first, and each day's points of them; all beyond the first few are one without a name.
pub(super) fn stacked(
    all: &HistoryCells,
    filter: &HistoryFilter,
    by: UsageBy,
) -> (Vec<Option<String>>, Vec<UsageDay>) {
    let names = names(all, by, through(all, filter));
    let has_others = names.len() > SERIES + 1;
    let shown = if has_others { SERIES } else { names.len() };
    let mut places = vec![shown; all.names.len()];
    let mut series = Vec::new();
    for (place, (number, _)) in names.iter().take(shown).enumerate() {
        places[*number] = place;
        series.push(Some(all.names[*number].clone()));
    }
    if has_others {
        series.push(None);
    }
    let mut days = Vec::<UsageDay>::new();
    for cell in through(all, filter) {
        if days.last().is_none_or(|day| day.day != cell.day) {
            days.push(UsageDay { day: cell.day, points: vec![0; series.len()], ..UsageDay::default() });
        }
        if let Some(day) = days.last_mut() {
            day.points[places[of(cell, by)]] += cell.sum.points;
            day.spent.add(cell);
        }
    }
    (series, days)
}

/// Points of everything on each day from one to the other, also of days without any.
pub(super) fn by_day(all: &HistoryCells, from: i64, to: i64) -> Vec<i64> {
    let mut days = vec![0; usize::try_from(to - from + 1).unwrap_or_default()];
    let between = HistoryFilter { from: Some(from), to: Some(to), ..HistoryFilter::default() };
    for cell in through(all, &between) {
        if let Some(day) = usize::try_from(cell.day - from).ok().and_then(|at| days.get_mut(at)) {
            *day += cell.sum.points;
        }
    }
    days
}

/// Of these days, whatever days the filter says.
pub(super) fn spent(all: &HistoryCells, filter: &HistoryFilter, from: i64, to: i64) -> Spent {
    let filter = HistoryFilter { from: Some(from), to: Some(to), ..filter.clone() };
    sum(through(all, &filter))
}

/// All that the filter lets through.
pub(super) fn total(all: &HistoryCells, filter: &HistoryFilter) -> Spent {
    sum(through(all, filter))
}

/// Under the days of the filter, whatever else it says; the dearest first.
pub(super) fn choices(all: &HistoryCells, filter: &HistoryFilter, by: UsageBy) -> Vec<SpentOn> {
    let days = HistoryFilter { from: filter.from, to: filter.to, ..HistoryFilter::default() };
    let names = names(all, by, through(all, &days)).into_iter();
    names.map(|(number, spent)| SpentOn { name: all.names[number].clone(), spent }).collect()
}

fn names<'a>(
    all: &HistoryCells,
    by: UsageBy,
    cells: impl Iterator<Item = &'a HistoryCell>,
) -> Vec<(usize, Spent)> {
    let mut sums = vec![Spent::default(); all.names.len()];
    for cell in cells {
        sums[of(cell, by)].add(cell);
    }
    let mut names: Vec<_> = sums.into_iter().enumerate().filter(|(_, sum)| sum.rows > 0).collect();
    names.sort_by(|(a, one), (b, other)| {
        other.points.cmp(&one.points).then_with(|| all.names[*a].cmp(&all.names[*b]))
    });
    names
}

fn through<'a>(all: &'a HistoryCells, filter: &HistoryFilter) -> impl Iterator<Item = &'a HistoryCell> {
    let number = |name: &Option<String>| {
        let name = name.as_ref()?;
        let number = all.names.iter().position(|known| known == name).and_then(|at| u32::try_from(at).ok());
        Some(number.unwrap_or(u32::MAX))
    };
    let (model, kind, source, here) =
        (number(&filter.model), number(&filter.kind), number(&filter.source), filter.here);
    let begin = filter.from.map_or(0, |from| all.cells.partition_point(|cell| cell.day < from));
    let end = filter.to.map_or(all.cells.len(), |to| all.cells.partition_point(|cell| cell.day <= to));
    all.cells[begin..end.max(begin)].iter().filter(move |cell| {
        model.is_none_or(|model| cell.model == model)
            && kind.is_none_or(|kind| cell.kind == kind)
            && source.is_none_or(|source| cell.source == source)
            && here.is_none_or(|here| cell.here == here)
    })
}

fn sum<'a>(cells: impl Iterator<Item = &'a HistoryCell>) -> Spent {
    let mut sum = Spent::default();
    for cell in cells {
        sum.add(cell);
    }
    sum
}

fn of(cell: &HistoryCell, by: UsageBy) -> usize {
    let number = match by {
        UsageBy::Model => cell.model,
        UsageBy::Kind => cell.kind,
        UsageBy::Source => cell.source,
    };
    number as usize
}

impl Spent {
    fn add(&mut self, cell: &HistoryCell) {
        self.points += cell.sum.points;
        self.rows += cell.sum.rows;
        self.unclear += cell.sum.unclear;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::HistorySum;

    /// By day, model, whether it was asked here, and points.
    fn cells(of: &[(i64, &str, bool, i64)]) -> HistoryCells {
        let mut all = HistoryCells { names: vec!["API".to_owned()], cells: Vec::new() };
        for (day, model, here, points) in of {
            let at = all.names.iter().position(|name| name == model).unwrap_or_else(|| {
                all.names.push((*model).to_owned());
                all.names.len() - 1
            });
            let sum = HistorySum { points: *points, rows: 1, unclear: 0 };
            all.cells.push(HistoryCell { day: *day, model: at as u32, kind: 0, source: 0, here: *here, sum });
        }
        all
    }

    #[test]
    fn the_dearest_are_series_and_the_rest_is_one() {
        let all = cells(&[
            (1, "a", true, 10),
            (1, "b", false, 300),
            (2, "a", true, 20),
            (2, "c", false, 5),
            (2, "d", false, 4),
            (3, "e", false, 3),
            (3, "f", false, 2),
            (3, "", false, 1),
        ]);
        let everything = HistoryFilter::default();
        let (series, days) = stacked(&all, &everything, UsageBy::Model);
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
        let (series, days) = stacked(&all, &everything, UsageBy::Kind);
        assert_eq!((series, days[0].points.clone()), (vec![Some("API".to_owned())], vec![310]));
        // One more than the series stands for itself, not for others.
        let six = cells(&[
            (1, "0", true, 1),
            (1, "1", true, 1),
            (1, "2", true, 1),
            (1, "3", true, 1),
            (1, "4", true, 1),
            (1, "5", true, 1),
        ]);
        let (series, _) = stacked(&six, &everything, UsageBy::Model);
        assert_eq!((series.len(), series.iter().all(Option::is_some)), (6, true));
        assert_eq!(stacked(&HistoryCells::default(), &everything, UsageBy::Model), (Vec::new(), Vec::new()));
    }

    #[test]
    fn what_a_filter_lets_through() {
        let all =
            cells(&[(0, "a", false, 1), (5, "a", true, 10), (6, "b", false, 100), (9, "a", false, 1_000)]);
        let check = |filter: HistoryFilter, expected| {
            assert_eq!(total(&all, &filter).points, expected, "{filter:?}");
        };
        let any = HistoryFilter::default;
        check(any(), 1_111);
        check(HistoryFilter { model: Some("a".into()), ..any() }, 1_011);
        check(HistoryFilter { model: Some("none".into()), ..any() }, 0);
        check(HistoryFilter { kind: Some("API".into()), here: Some(true), ..any() }, 10);
        check(HistoryFilter { from: Some(5), to: Some(6), ..any() }, 110);
        check(HistoryFilter { from: Some(6), to: Some(5), ..any() }, 0);
        check(HistoryFilter { from: Some(10), ..any() }, 0);
        let of_b = HistoryFilter { model: Some("b".into()), from: Some(6), ..any() };
        assert_eq!(spent(&all, &of_b, 0, 5).points, 0);
        assert_eq!(spent(&all, &of_b, 0, 6).points, 100);
        assert_eq!(by_day(&all, 4, 9), [0, 10, 100, 0, 0, 1_000]);
        assert_eq!(by_day(&all, 9, 8), [0; 0]);
        let named: Vec<_> =
            choices(&all, &of_b, UsageBy::Model).into_iter().map(|it| (it.name, it.spent.points)).collect();
        assert_eq!(named, [("a".to_owned(), 1_000), ("b".to_owned(), 100)]);
    }
}
