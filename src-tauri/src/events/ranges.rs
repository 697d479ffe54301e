//! Between what a figure lies, as the window sees it.

use serde::Serialize;
use ts_rs::TS;

/// Between what a cost lies nine times out of ten, in points. Both are the same where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export, export_to = "types.ts")]
pub struct PointsRange {
    pub low: i64,
    pub high: i64,
}

impl PointsRange {
    pub fn plus(self, other: PointsRange) -> PointsRange {
        PointsRange { low: self.low.saturating_add(other.low), high: self.high.saturating_add(other.high) }
    }

    /// Of requests together.
    pub fn sum(ranges: Vec<PointsRange>) -> PointsRange {
        let add = |sum: PointsRange, one: PointsRange| PointsRange {
            low: sum.low.saturating_add(one.low),
            high: sum.high.saturating_add(one.high),
        };
        ranges.into_iter().fold(PointsRange { low: 0, high: 0 }, add)
    }

    /// Where one figure has to do: as many times the low end as it goes into the high one.
    pub fn middle(self) -> i64 {
        let product = i128::from(self.low.max(0)) * i128::from(self.high.max(0));
        i64::try_from(product.isqrt()).unwrap_or(i64::MAX)
    }
}
