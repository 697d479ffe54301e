//! How long this computer has slept: what the clock that limits idle connections does not count.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clock::Moment;

/// Tells how long the computer has slept in all, from a moment of its own choice on: only the difference between two
/// readings means something. Cheap to clone.
#[derive(Clone)]
pub struct SleepClock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl SleepClock {
    /// A clock that is read by `read`; for tests.
    pub fn new(read: impl Fn() -> Duration + Send + Sync + 'static) -> SleepClock {
        SleepClock(Arc::new(read))
    }

    pub(crate) fn slept(&self) -> Duration {
        (self.0)()
    }
}

impl Default for SleepClock {
    /// The time that went by, less the time for which the computer was awake. On Windows that is zero: the clock that limits
    /// idle connections goes on there during a sleep, so that the limit itself covers it.
    fn default() -> SleepClock {
        let (start, awake) = (Moment::now(), Instant::now());
        SleepClock::new(move || Moment::now().since(start).saturating_sub(awake.elapsed()))
    }
}

impl std::fmt::Debug for SleepClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SleepClock").field(&self.slept()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_does_not_sleep_while_it_is_asked() {
        let clock = SleepClock::default();
        let before = clock.slept();
        std::thread::sleep(Duration::from_millis(20));
        assert!(clock.slept().abs_diff(before) < Duration::from_millis(10));
    }
}
