//! Tells linear work from quadratic in a test, by what the same work takes at two lengths.

use std::time::{Duration, Instant};

/// Work on text of a length takes about eight times as long at eight times the length, not 64 times.
pub(crate) fn assert_linear(length: usize, work: impl Fn(usize)) {
    let took = |length| {
        let begun = Instant::now();
        work(length);
        begun.elapsed()
    };
    let (mut short, mut long) = (Duration::MAX, Duration::MAX);
    // Other programs can only make it longer: the least of many tries is the work itself.
    for tries in 1..=20 {
        (short, long) = (short.min(took(length / 8)), long.min(took(length)));
        if tries >= 3 && long < 24 * short {
            return;
        }
    }
    panic!("{short:?}, and {long:?} for eight times as much");
}
