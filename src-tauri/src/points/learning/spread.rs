//! A number that is not known yet. Pure.

/// What is expected of it, and between what it lies nine times out of ten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    pub low: i64,
    pub likely: i64,
    pub high: i64,
}

impl Spread {
    pub fn exactly(n: i64) -> Spread {
        Spread { low: n, likely: n, high: n }
    }

    /// Of what is known by its bounds only; it may lie anywhere between them, so the middle is that of their ratio.
    pub fn between(low: i64, high: i64) -> Spread {
        let middle = (i128::from(low.max(0)) * i128::from(high.max(0))).isqrt();
        Spread { low, likely: i64::try_from(middle).unwrap_or(i64::MAX).clamp(low, high.max(low)), high }
    }

    pub(super) fn of(low: f64, likely: f64, high: f64) -> Spread {
        Spread { low: low.floor() as i64, likely: likely.round() as i64, high: high.ceil() as i64 }
    }

    pub fn at_most(self, limit: i64) -> Spread {
        self.map(|n| n.min(limit))
    }

    pub fn map(self, change: impl Fn(i64) -> i64) -> Spread {
        Spread { low: change(self.low), likely: change(self.likely), high: change(self.high) }
    }

    /// Both may be at their lowest at once, or at their highest.
    pub fn plus(self, other: Spread) -> Spread {
        Spread {
            low: self.low.saturating_add(other.low),
            likely: self.likely.saturating_add(other.likely),
            high: self.high.saturating_add(other.high),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_bounds() {
        assert_eq!(Spread::between(300, 3_000).likely, 948);
        assert_eq!(Spread::between(0, 3_000).likely, 0);
        assert_eq!(Spread::between(7, 7), Spread::exactly(7));
        assert_eq!(Spread::between(1, i64::MAX).likely, 3_037_000_499);
        let sum = Spread::between(1, 4).plus(Spread::exactly(10));
        assert_eq!(sum, Spread { low: 11, likely: 12, high: 14 });
        assert_eq!(sum.at_most(12), Spread { low: 11, likely: 12, high: 12 });
    }
}
