//! What the last days came to: the points of today, and how many a day.

use super::cells;
use super::ledger::Ledger;
use crate::library::{HistoryFilter, LibraryError};

/// Days that a pace is of, with today.
const DAYS: i64 = 30;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    /// Absent where the history of today is not known.
    pub today: Option<i64>,
    /// Points a day.
    pub pace: Option<i64>,
}

impl Ledger {
    pub async fn lately(&self) -> Result<Lately, LibraryError> {
        let spans = self.view().spans;
        let (Some(first), Some(_)) = (spans.first(), self.view().read_at) else {
            return Ok(Lately::default());
        };
        let ledger = self.current().await?;
        let today = self.library.day_of(crate::clock::now()).await?;
        let known_since = self.library.day_of(first.from).await?;
        let all = self.cells(ledger, None).await?;
        let spent = |from| cells::spent(&all, &HistoryFilter::default(), from, today).points;
        Ok(Lately { today: Some(spent(today)), pace: pace(spent(today - DAYS + 1), known_since, today) })
    }
}

/// Of days that nothing is known of none are counted.
fn pace(points: i64, known_since: i64, today: i64) -> Option<i64> {
    let days = (today - known_since + 1).min(DAYS);
    (days > 0).then(|| points / days)
}

#[cfg(test)]
mod tests {
    use super::pace;

    #[test]
    fn points_a_day() {
        let check = |points, known_since, expected| assert_eq!(pace(points, known_since, 1_000), expected);
        check(3_000, 900, Some(100));
        check(3_000, 971, Some(100));
        check(3_000, 991, Some(300));
        check(3_000, 1_000, Some(3_000));
        check(3_000, 1_001, None);
    }
}
