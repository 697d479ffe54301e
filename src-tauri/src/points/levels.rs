//! What a reading of the balance tells that is news: it fell below a level that the person set, or it was filled up. Pure.

use std::collections::BTreeSet;

/// What is worth a word, and which levels have had theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// The lowest level that was crossed.
    pub(super) low: Option<i64>,
    /// By how much it was filled up.
    pub(super) added: Option<i64>,
    /// Levels that are not told again before the balance has risen well above them.
    pub(super) told: BTreeSet<i64>,
}

/// Less may be points of a failed request that were given back.
const LEAST_REFILL: i64 = 1_000;

/// `before`: the reading before this one, also of an earlier run; without one nothing is known to have been crossed.
pub(super) fn news(before: Option<i64>, now: i64, levels: &[i64], told: &BTreeSet<i64>) -> News {
    let is_open = |level: i64| !told.contains(&level) || now >= level + margin(level);
    let crossed =
        |level: &i64| before.is_some_and(|before| before >= *level) && now < *level && is_open(*level);
    let crossed: BTreeSet<i64> = levels.iter().copied().filter(crossed).collect();
    let still = told.iter().copied().filter(|level| levels.contains(level) && !is_open(*level));
    let added = before.map(|before| now - before).filter(|added| *added >= least_refill(now - added));
    News { low: crossed.first().copied(), added, told: still.chain(crossed.iter().copied()).collect() }
}

/// So far above a level the balance has to be before it is told again: what is given back around it is no news.
fn margin(level: i64) -> i64 {
    (level / 10).max(50)
}

fn least_refill(before: i64) -> i64 {
    LEAST_REFILL.max(before / 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        before: Option<i64>,
        now: i64,
        told: &[i64],
        low: Option<i64>,
        added: Option<i64>,
        after: &[i64],
    ) {
        let set = |levels: &[i64]| levels.iter().copied().collect::<BTreeSet<i64>>();
        let found = news(before, now, &[20_000, 5_000], &set(told));
        assert_eq!(found, News { low, added, told: set(after) }, "{before:?} {now} {told:?}");
    }

    #[test]
    fn a_level_is_told_when_it_is_crossed_and_once() {
        check(None, 3_000, &[], None, None, &[]);
        check(Some(25_000), 19_999, &[], Some(20_000), None, &[20_000]);
        check(Some(19_999), 19_000, &[20_000], None, None, &[20_000]);
        check(Some(20_000), 19_999, &[], Some(20_000), None, &[20_000]);
        check(Some(25_000), 20_000, &[], None, None, &[]);
        // Both at once are one piece of news.
        check(Some(25_000), 4_000, &[], Some(5_000), None, &[5_000, 20_000]);
        check(Some(19_000), 0, &[20_000], Some(5_000), None, &[5_000, 20_000]);
        check(Some(6_000), -20, &[20_000], Some(5_000), None, &[5_000, 20_000]);
    }

    #[test]
    fn what_goes_to_and_fro_is_told_once() {
        check(Some(19_990), 20_400, &[20_000], None, None, &[20_000]);
        check(Some(20_400), 19_900, &[20_000], None, None, &[20_000]);
        check(Some(20_400), 22_000, &[20_000], None, Some(1_600), &[]);
        check(Some(22_000), 19_900, &[], Some(20_000), None, &[20_000]);
        // One that is no longer set is forgotten.
        check(Some(9_000), 8_900, &[9_500, 20_000], None, None, &[20_000]);
    }

    #[test]
    fn what_is_a_refill() {
        check(Some(100), 1_100, &[5_000], None, Some(1_000), &[5_000]);
        check(Some(100), 1_099, &[5_000], None, None, &[5_000]);
        check(Some(500_000), 509_999, &[], None, None, &[]);
        check(Some(500_000), 512_000, &[], None, Some(12_000), &[]);
        check(Some(0), 150_000, &[5_000, 20_000], None, Some(150_000), &[]);
    }
}
