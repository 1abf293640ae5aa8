//! A limit of calls per second, by governor.

use core::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// Admits a number of calls per second.
#[derive(Debug)]
pub(super) struct Rate(DefaultDirectRateLimiter);

impl Rate {
    pub(super) fn per_second(calls: NonZeroU32) -> Self {
        Self(RateLimiter::direct(Quota::per_second(calls)))
    }

    /// Whether one more call is within the rate now; it is counted if so.
    pub(super) fn admits(&self) -> bool {
        self.0.check().is_ok()
    }
}
