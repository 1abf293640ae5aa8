//! A limit of calls per second, by governor.

use core::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// Admits a number of calls per second.
#[derive(Debug)]
pub(super) struct Rate<C: Clock = DefaultClock>(
    RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>,
);

impl Rate {
    pub(super) fn per_second(calls: NonZeroU32) -> Self {
        Self::with_clock(calls, DefaultClock::default())
    }
}

impl<C: Clock> Rate<C> {
    fn with_clock(calls: NonZeroU32, clock: C) -> Self {
        Self(RateLimiter::direct_with_clock(
            Quota::per_second(calls),
            clock,
        ))
    }

    /// Whether one more call is within the rate now; it is counted if so.
    pub(super) fn admits(&self) -> bool {
        self.0.check().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn each_second_admits_as_many_calls_as_the_rate() {
        let clock = FakeRelativeClock::default();
        let calls = NonZeroU32::new(4).unwrap();
        let rate = Rate::with_clock(calls, clock.clone());
        let admitted = || (0..10).filter(|_| rate.admits()).count();
        assert_eq!(admitted(), 4);
        assert_eq!(admitted(), 0);
        clock.advance(Duration::from_millis(500));
        assert_eq!(admitted(), 2);
        clock.advance(Duration::from_secs(60));
        assert_eq!(admitted(), 4);
    }
}
