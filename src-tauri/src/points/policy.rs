//! When to look at the balance next: a pure decision, so that every case is a line of a table.

use std::time::Duration;

/// What the decision rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// There is a key (or the simulated Poe) to ask with.
    pub connected: bool,
    pub focused: bool,
    /// An answer ended since the last check.
    pub answered: bool,
    /// A message cannot be paid for yet, and the person is getting points.
    pub waiting_for_points: bool,
    /// Checks that failed in a row.
    pub failures: u32,
    /// Since the last check ended, well or not; `None` before the first.
    pub since_last: Option<Duration>,
}

/// Poe settles a charge a moment after the answer's end.
const SETTLES: Duration = Duration::from_millis(800);
/// Two checks are never closer than this, however many answers end.
const APART: Duration = Duration::from_secs(2);
const FOCUSED: Duration = Duration::from_secs(120);
const BACKGROUND: Duration = Duration::from_secs(15 * 60);
/// The points are bought in a browser, so the window is often not the one in front.
const WAITING_FOCUSED: Duration = Duration::from_secs(10);
const WAITING: Duration = Duration::from_secs(30);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(15 * 60);

/// From now; `None` until something changes.
pub fn next_check(input: Input) -> Option<Duration> {
    if !input.connected {
        return None;
    }
    let Some(since) = input.since_last else {
        return Some(Duration::ZERO);
    };
    let rest = |of: Duration| of.saturating_sub(since);
    Some(if input.failures > 0 {
        rest(Duration::from_secs(5 << input.failures.min(8)).min(LONGEST_BACK_OFF))
    } else if input.answered {
        rest(APART).max(SETTLES)
    } else {
        rest(match (input.waiting_for_points, input.focused) {
            (true, true) => WAITING_FOCUSED,
            (true, false) => WAITING,
            (false, true) => FOCUSED,
            (false, false) => BACKGROUND,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Input), seconds: Option<f64>) {
        let mut input = Input {
            connected: true,
            focused: true,
            answered: false,
            waiting_for_points: false,
            failures: 0,
            since_last: Some(Duration::from_secs(60)),
        };
        change(&mut input);
        assert_eq!(next_check(input), seconds.map(Duration::from_secs_f64), "{input:?}");
    }

    #[test]
    fn when_it_is_looked_at_next() {
        check(|i| i.connected = false, None);
        check(|i| i.since_last = None, Some(0.0));
        check(|i| i.answered = true, Some(0.8));
        check(|_| {}, Some(60.0));
        check(|i| i.since_last = Some(Duration::from_secs(500)), Some(0.0));
        check(|i| i.focused = false, Some(840.0));
    }

    #[test]
    fn points_that_are_waited_for_are_looked_for_more_often() {
        let recently = Some(Duration::from_secs(4));
        check(|i| (i.waiting_for_points, i.since_last) = (true, recently), Some(6.0));
        check(|i| (i.waiting_for_points, i.since_last, i.focused) = (true, recently, false), Some(26.0));
        check(|i| i.waiting_for_points = true, Some(0.0));
        check(
            |i| (i.waiting_for_points, i.failures, i.since_last) = (true, 1, Some(Duration::ZERO)),
            Some(10.0),
        );
    }

    #[test]
    fn many_answers_make_no_storm() {
        let just_now = Some(Duration::from_millis(100));
        check(|i| (i.answered, i.since_last) = (true, just_now), Some(1.9));
    }

    #[test]
    fn failures_back_off_and_stay_bounded() {
        check(|i| (i.failures, i.since_last) = (1, Some(Duration::ZERO)), Some(10.0));
        check(|i| (i.failures, i.since_last) = (4, Some(Duration::ZERO)), Some(80.0));
        check(|i| (i.failures, i.since_last) = (99, Some(Duration::ZERO)), Some(900.0));
        check(|i| (i.failures, i.answered) = (9, true), Some(840.0));
    }
}
