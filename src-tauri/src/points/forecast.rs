//! How long the points will last: what whole days of the past cost is played on from today, a week at a time, many times over.
//! A week keeps its days in order, so that a rhythm of weekdays and days of bursts stay what they are. Pure; chance is passed in.

use fastrand::Rng;

/// Fewer whole days tell nothing of what the next ones will be like.
pub(super) const LEAST_DAYS: usize = WEEK;
/// What lies further ahead is "more than a year".
pub(super) const LONGEST: usize = 365;
/// Days ahead that are drawn.
pub(super) const DRAWN: usize = 30;
const WEEK: usize = 7;
/// Older days are another life.
const MOST_DAYS: usize = 12 * WEEK;
/// After so many days a week counts half as much.
const HALF_LIFE: f64 = 28.0;
const PATHS: usize = 300;
/// Of all paths so many end below the range, and as many above it. See the back test for what that holds.
const OUTSIDE: f64 = 0.07;
/// By how much the pace of a person changes by itself, whatever their days were like: a standard deviation of its logarithm.
const DRIFT: f64 = 0.32;

/// What is there, and what is known to come.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Purse {
    /// Of the plan; these are used first, and the next grant takes their place.
    pub(super) plan: i64,
    /// All others; they stay.
    pub(super) rest: i64,
    /// Days from today, in order: from then on the plan has so many points.
    pub(super) grants: Vec<(usize, i64)>,
    /// How much of today is left, 0 to 1.
    pub(super) today: f64,
}

/// Between which two it lies six times out of seven, and the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range<T> {
    pub(super) low: T,
    pub(super) likely: T,
    pub(super) high: T,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forecast {
    /// Days until nothing is left; absent: more than [`LONGEST`].
    pub(super) lasts: Range<Option<usize>>,
    /// Points at the end of today and of each day after it.
    pub(super) line: Vec<Range<i64>>,
}

/// `past`: points of whole days, the newest last, none left out. None where they are too few or cost nothing.
pub(super) fn forecast(past: &[i64], purse: &Purse, chance: &mut Rng) -> Option<Forecast> {
    let past = &past[past.len().saturating_sub(MOST_DAYS)..];
    let weeks = weeks(past);
    let drift = drift(past)?;
    if weeks.is_empty() {
        return None;
    }
    let mut ends = Vec::with_capacity(PATHS);
    let mut lines = vec![Vec::new(); DRAWN];
    for _ in 0..PATHS {
        let pace = (drift * normal(chance)).exp();
        let end = play(&weeks, pace, purse, chance, |day, points| {
            if let Some(line) = lines.get_mut(day) {
                line.push(points);
            }
        });
        ends.push(end.unwrap_or(LONGEST + 1));
    }
    let days = range(&mut ends);
    let lasts = |days: usize| (days <= LONGEST).then_some(days);
    Some(Forecast {
        lasts: Range { low: lasts(days.low), likely: lasts(days.likely), high: lasts(days.high) },
        line: lines.iter_mut().map(|line| range(line)).collect(),
    })
}

/// One way that the days ahead may go: after how many nothing is left.
fn play(
    weeks: &[Week<'_>],
    pace: f64,
    purse: &Purse,
    chance: &mut Rng,
    mut tell: impl FnMut(usize, i64),
) -> Option<usize> {
    let (mut plan, mut rest) = (purse.plan, purse.rest);
    let mut grants = purse.grants.iter().peekable();
    let mut end = None;
    let mut week: &[i64] = &[];
    for day in 0..=LONGEST {
        if end.is_some() && day >= DRAWN {
            break;
        }
        if day % WEEK == 0 {
            week = chosen(weeks, chance);
        }
        while let Some((_, points)) = grants.next_if(|(at, _)| *at <= day) {
            plan = *points;
        }
        let part = if day == 0 { purse.today } else { 1.0 };
        // Points of a day are far below what a float holds exactly.
        let cost = (week[day % WEEK] as f64 * pace * part).round() as i64;
        let of_plan = cost.min(plan).max(0);
        plan -= of_plan;
        rest = (rest - (cost - of_plan)).max(0);
        if plan + rest <= 0 {
            end = end.or(Some(day));
        }
        tell(day, plan + rest);
    }
    end
}

/// Seven days in order, and how much they weigh.
type Week<'a> = (&'a [i64], f64);

/// The newest first; each begins on the weekday that today is.
fn weeks(past: &[i64]) -> Vec<Week<'_>> {
    let weigh = |age: usize| (-((WEEK * (age + 1)) as f64) / HALF_LIFE).exp2();
    past.rchunks_exact(WEEK).enumerate().map(|(age, week)| (week, weigh(age))).collect()
}

fn chosen<'a>(weeks: &[Week<'a>], chance: &mut Rng) -> &'a [i64] {
    let mut at = chance.f64() * weeks.iter().map(|(_, weight)| weight).sum::<f64>();
    for (week, weight) in weeks {
        at -= weight;
        if at < 0.0 {
            return week;
        }
    }
    weeks.last().map_or(&[0; WEEK], |(week, _)| week)
}

/// How unsure the pace is: it changes by itself, and few days of very different cost do not tell it well. None where nothing was
/// spent.
fn drift(past: &[i64]) -> Option<f64> {
    let count = past.len() as f64;
    let mean = past.iter().sum::<i64>() as f64 / count;
    if past.is_empty() || mean <= 0.0 {
        return None;
    }
    let spread = past.iter().map(|points| (*points as f64 - mean).powi(2)).sum::<f64>() / count;
    let told_by = count.min(HALF_LIFE * std::f64::consts::LOG2_E);
    Some((DRIFT.powi(2) + spread / mean.powi(2) / told_by).sqrt())
}

/// A number as by the bell curve around 0.
fn normal(chance: &mut Rng) -> f64 {
    let (radius, turn) = ((-2.0 * (1.0 - chance.f64()).ln()).sqrt(), chance.f64() * std::f64::consts::TAU);
    radius * turn.cos()
}

fn range<T: Copy + Ord + Default>(values: &mut [T]) -> Range<T> {
    values.sort_unstable();
    let at = |share: f64| {
        let place = (share * values.len() as f64) as usize;
        values.get(place.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    Range { low: at(OUTSIDE), likely: at(0.5), high: at(1.0 - OUTSIDE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(past: &[i64], purse: Purse, expected: Option<[Option<usize>; 3]>) {
        let found = forecast(past, &purse, &mut Rng::with_seed(1)).map(|found| found.lasts);
        let expected = expected.map(|[low, likely, high]| Range { low, likely, high });
        assert_eq!(found, expected, "{past:?} {purse:?}");
    }

    fn rest(points: i64) -> Purse {
        Purse { rest: points, today: 1.0, ..Purse::default() }
    }

    #[test]
    fn what_tells_nothing() {
        check(&[], rest(1_000), None);
        check(&[100; 6], rest(1_000), None);
        check(&[0; 90], rest(1_000), None);
    }

    #[test]
    fn even_days_last_as_long_as_they_divide() {
        let lasts =
            |past: &[i64], purse: Purse| forecast(past, &purse, &mut Rng::with_seed(1)).unwrap().lasts;
        let even = lasts(&[100; 60], rest(3_000));
        assert!((28..=31).contains(&even.likely.unwrap()), "{even:?}");
        assert!(even.low.unwrap() > 15 && even.high.unwrap() < 60, "{even:?}");
        // A quarter of today is left: what is spent of it counts.
        let nothing = lasts(&[100; 60], rest(0));
        assert_eq!(nothing, Range { low: Some(0), likely: Some(0), high: Some(0) });
        let long = lasts(&[1; 60], rest(3_000));
        assert_eq!(long, Range { low: None, likely: None, high: None });
    }

    #[test]
    fn what_is_granted_takes_the_place_of_what_is_left_of_the_plan() {
        let of = |plan, rest, grants: &[(usize, i64)]| {
            let purse = Purse { plan, rest, grants: grants.to_vec(), today: 1.0 };
            forecast(&[100; 60], &purse, &mut Rng::with_seed(1)).unwrap()
        };
        let lasts = |plan, rest, grants: &[(usize, i64)]| of(plan, rest, grants).lasts.likely;
        // A grant that comes before the end lengthens it by its points, one that comes after it by nothing.
        assert!(lasts(500, 500, &[(8, 1_000)]) > lasts(500, 500, &[]));
        assert!(lasts(2_000, 0, &[(3, 500)]) < lasts(2_000, 0, &[]));
        assert_eq!(lasts(500, 0, &[(90, 1_000_000)]), lasts(500, 0, &[]));
        // A plan whose grants cover the pace has no end.
        let monthly: Vec<_> = (0..13).map(|month| (5 + 30 * month, 9_000)).collect();
        assert_eq!(lasts(3_000, 0, &monthly), None);
        let line = of(0, 3_000, &[(10, 5_000)]).line;
        assert!(
            line.len() == DRAWN
                && line[9].likely < line[0].likely
                && line[10].likely > line[9].likely + 4_000
        );
    }

    #[test]
    fn a_day_s_grant_is_there_from_its_morning_on() {
        let daily: Vec<_> = (1..=LONGEST).map(|day| (day, 3_000)).collect();
        let purse = Purse { plan: 3_000, grants: daily, today: 0.5, ..Purse::default() };
        let found = forecast(&[100; 14], &purse, &mut Rng::with_seed(1)).unwrap();
        assert_eq!(found.lasts, Range { low: None, likely: None, high: None });
    }
}
