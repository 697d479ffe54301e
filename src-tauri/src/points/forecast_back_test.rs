//! The forecast held against people by chance: what they spent up to a day, and what became of their points after it.
//!
//! A person spends around a mean of 300 to 6,000 points a day, whose logarithm drifts; on weekends 0.2 to 1.5 times as much; up to
//! four days in ten nothing; one day in 25 four to ten times as much. For a month in the middle they do nothing. Six in ten have a
//! plan that is filled up once within a month. They look at the forecast on any day from the eighth on, with points for 4 to 60
//! days of their pace.

use super::forecast::{LONGEST, Purse, forecast};
use fastrand::Rng;

const DAYS: usize = 400;

struct Person {
    days: Vec<i64>,
    mean: f64,
}

fn person(chance: &mut Rng) -> Person {
    let between = |chance: &mut Rng, low: f64, high: f64| low + (high - low) * chance.f64();
    let mean = between(chance, 300_f64.ln(), 6_000_f64.ln()).exp();
    let weekend = [0.2, 0.5, 1.0, 1.5][chance.usize(0..4)];
    let (pauses, spread) = (between(chance, 0.0, 0.4), between(chance, 0.4, 0.9));
    let idle = chance.usize(30..DAYS - 60);
    let mut drift = 0.0;
    let days = (0..DAYS).map(|day| {
        drift = (drift + 0.03 * bell(chance)) * 0.99;
        if (idle..idle + 30).contains(&day) || chance.f64() < pauses {
            return 0;
        }
        let usual = mean * (drift + spread * bell(chance) - spread * spread / 2.0).exp();
        let rhythm = if day % 7 >= 5 { weekend } else { 1.0 };
        let burst = if chance.f64() < 0.04 { between(chance, 4.0, 10.0) } else { 1.0 };
        (usual * rhythm * burst) as i64
    });
    Person { days: days.collect(), mean }
}

/// Twelve even numbers make nearly a bell.
fn bell(chance: &mut Rng) -> f64 {
    (0..12).map(|_| chance.f64()).sum::<f64>() - 6.0
}

/// When nothing was left, had they bought nothing.
fn truth(days: &[i64], purse: &Purse) -> usize {
    let (mut plan, mut rest) = (purse.plan, purse.rest);
    for (day, cost) in days.iter().enumerate() {
        if let Some((_, points)) = purse.grants.iter().find(|(at, _)| *at == day) {
            plan = *points;
        }
        let of_plan = plan.min(*cost);
        (plan, rest) = (plan - of_plan, rest - (cost - of_plan));
        if plan + rest <= 0 {
            return day;
        }
    }
    LONGEST + 1
}

#[test]
fn the_truth_lies_within_the_range() {
    let mut chance = Rng::with_seed(11);
    let (mut within, mut all, mut widths) = (0, 0, Vec::new());
    while all < 600 {
        let person = person(&mut chance);
        let today = chance.usize(8..300);
        let past = &person.days[..today];
        let month = &past[today.saturating_sub(30)..];
        let pace = (month.iter().sum::<i64>() as f64 / month.len() as f64).max(person.mean * 0.2);
        let points = (pace * (4.0 + 56.0 * chance.f64())) as i64;
        let has_plan = chance.f64() < 0.6;
        let plan = if has_plan { (points as f64 * chance.f64()) as i64 } else { 0 };
        let granted = (chance.usize(1..30), (person.mean * (5.0 + 20.0 * chance.f64())) as i64);
        let purse = Purse {
            plan,
            rest: points - plan,
            grants: if has_plan { vec![granted] } else { Vec::new() },
            today: 1.0,
        };
        let Some(found) = forecast(past, &purse, &mut Rng::with_seed(today as u64)) else {
            continue;
        };
        let day = |days: Option<usize>| days.unwrap_or(LONGEST + 1);
        let (low, likely, high) = (day(found.lasts.low), day(found.lasts.likely), day(found.lasts.high));
        all += 1;
        within += i32::from((low..=high).contains(&truth(&person.days[today..], &purse)));
        widths.push((high - low) as f64 / likely.max(1) as f64);
    }
    widths.sort_by(f64::total_cmp);
    let (share, width) = (f64::from(within) / f64::from(all), widths[widths.len() / 2]);
    assert!(share >= 0.8 && width <= 1.8, "{share} {width}");
}
