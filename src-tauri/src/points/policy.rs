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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    First,
    AfterAnswer,
    WaitingForPoints,
    Focused,
    InBackground,
    AfterFailure,
    NotConnected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// From now; `None` until something changes.
    pub delay: Option<Duration>,
    pub reason: Reason,
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

pub fn next_check(input: Input) -> Decision {
    let decide = |delay, reason| Decision {
        delay: Some(delay),
        reason,
    };
    if !input.connected {
        return Decision {
            delay: None,
            reason: Reason::NotConnected,
        };
    }
    let Some(since) = input.since_last else {
        return decide(Duration::ZERO, Reason::First);
    };
    let rest = |of: Duration| of.saturating_sub(since);
    if input.failures > 0 {
        let back_off = Duration::from_secs(5 << input.failures.min(8)).min(LONGEST_BACK_OFF);
        return decide(rest(back_off), Reason::AfterFailure);
    }
    if input.answered {
        return decide(rest(APART).max(SETTLES), Reason::AfterAnswer);
    }
    if input.waiting_for_points {
        let apart = if input.focused { WAITING_FOCUSED } else { WAITING };
        return decide(rest(apart), Reason::WaitingForPoints);
    }
    if input.focused {
        return decide(rest(FOCUSED), Reason::Focused);
    }
    decide(rest(BACKGROUND), Reason::InBackground)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Input), seconds: Option<f64>, reason: Reason) {
        let mut input = Input {
            connected: true,
            focused: true,
            answered: false,
            waiting_for_points: false,
            failures: 0,
            since_last: Some(Duration::from_secs(60)),
        };
        change(&mut input);
        let expected = Decision {
            delay: seconds.map(Duration::from_secs_f64),
            reason,
        };
        assert_eq!(next_check(input), expected, "{input:?}");
    }

    #[test]
    fn every_reason_has_its_delay() {
        check(|i| i.connected = false, None, Reason::NotConnected);
        check(|i| i.since_last = None, Some(0.0), Reason::First);
        check(|i| i.answered = true, Some(0.8), Reason::AfterAnswer);
        check(|_| {}, Some(60.0), Reason::Focused);
        check(
            |i| i.since_last = Some(Duration::from_secs(500)),
            Some(0.0),
            Reason::Focused,
        );
        check(|i| i.focused = false, Some(840.0), Reason::InBackground);
    }

    #[test]
    fn points_that_are_waited_for_are_looked_for_more_often() {
        let recently = Some(Duration::from_secs(4));
        check(
            |i| (i.waiting_for_points, i.since_last) = (true, recently),
            Some(6.0),
            Reason::WaitingForPoints,
        );
        check(
            |i| (i.waiting_for_points, i.since_last, i.focused) = (true, recently, false),
            Some(26.0),
            Reason::WaitingForPoints,
        );
        check(
            |i| i.waiting_for_points = true,
            Some(0.0),
            Reason::WaitingForPoints,
        );
        check(
            |i| (i.waiting_for_points, i.failures, i.since_last) = (true, 1, Some(Duration::ZERO)),
            Some(10.0),
            Reason::AfterFailure,
        );
    }

    #[test]
    fn many_answers_make_no_storm() {
        let just_now = Some(Duration::from_millis(100));
        check(
            |i| (i.answered, i.since_last) = (true, just_now),
            Some(1.9),
            Reason::AfterAnswer,
        );
    }

    #[test]
    fn failures_back_off_and_stay_bounded() {
        check(
            |i| (i.failures, i.since_last) = (1, Some(Duration::ZERO)),
            Some(10.0),
            Reason::AfterFailure,
        );
        check(
            |i| (i.failures, i.since_last) = (4, Some(Duration::ZERO)),
            Some(80.0),
            Reason::AfterFailure,
        );
        check(
            |i| (i.failures, i.since_last) = (99, Some(Duration::ZERO)),
            Some(900.0),
            Reason::AfterFailure,
        );
        check(
            |i| (i.failures, i.answered) = (9, true),
            Some(840.0),
            Reason::AfterFailure,
        );
    }
}
