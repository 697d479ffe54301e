//! Tells linear work from quadratic in a test, by what the same work takes at two lengths.

use std::time::{Duration, Instant};

/// Work on text of a length takes about eight times as long at eight times the length, not 64 times.
pub(crate) fn assert_linear(length: usize, work: impl Fn(usize)) {
    let best = |length| {
        let took = (0..3).map(|_| {
            let begun = Instant::now();
            work(length);
            begun.elapsed()
        });
        took.min().unwrap_or(Duration::MAX)
    };
    let (short, long) = (best(length / 8), best(length));
    assert!(long < 24 * short, "{short:?}, and {long:?} for eight times as much");
}
