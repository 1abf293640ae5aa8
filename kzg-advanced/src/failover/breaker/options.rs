//! The options of a breaker.

use core::time::Duration;

use serde::{Deserialize, Serialize};

/// Least time limit of a probe.
const LEAST_PROBE_LIMIT: Duration = Duration::from_millis(1);
/// The least time for which a failure counts. Without it, no breaker would open.
const LEAST_WINDOW: Duration = Duration::from_millis(1);

/// The options of a breaker. A number below its least counts as the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct BreakerOptions {
    /// The number of failures within the window that opens the breaker; at least 1. With
    /// [`u32::MAX`] failures are not counted; [`Fatal`](super::BreakerOutcome::Fatal) outcomes still open
    /// the breaker. The breaker keeps the time of each failure within the window until it opens, so
    /// the threshold bounds its memory.
    pub threshold: u32,
    /// The time for which a failure counts; at least a millisecond. The window slides: each failure expires by itself.
    pub window: Duration,
    /// The time for which the breaker stays open before it lets probes through.
    pub timeout: Duration,
    /// The number of probes that may run at the same time while the breaker is half open; at
    /// least 1.
    pub probes: u32,
    /// The number of probes that must succeed, without a failure between them, to close the
    /// breaker; at least 1.
    pub successes: u32,
    /// The time limit of a probe. A probe that has not ended by then counts as a failure, so a
    /// probe that hangs does not keep the breaker half open. At least a millisecond.
    pub probe_limit: Duration,
}

impl Default for BreakerOptions {
    /// Opens at 5 failures within a minute, for 30 seconds; closes after 2 probes, one at a
    /// time, of 10 seconds at most.
    fn default() -> Self {
        Self {
            threshold: 5,
            window: Duration::from_secs(60),
            timeout: Duration::from_secs(30),
            probes: 1,
            successes: 2,
            probe_limit: Duration::from_secs(10),
        }
    }
}

impl BreakerOptions {
    /// The same options with every number at its least, where a field was set below that. With
    /// fewer than one probe or success, or without time for a probe, a breaker would never close.
    pub(super) fn within_bounds(self) -> Self {
        Self {
            threshold: self.threshold.max(1),
            window: self.window.max(LEAST_WINDOW),
            probes: self.probes.max(1),
            successes: self.successes.max(1),
            probe_limit: self.probe_limit.max(LEAST_PROBE_LIMIT),
            ..self
        }
    }

    /// The same options with another number of failures, within another window.
    #[must_use]
    pub fn with_threshold(mut self, threshold: u32, window: Duration) -> Self {
        (self.threshold, self.window) = (threshold, window);
        self
    }

    /// The same options with another time for which the breaker stays open.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same options with another number of probes at a time, and of successes.
    #[must_use]
    pub fn with_probes(mut self, probes: u32, successes: u32) -> Self {
        (self.probes, self.successes) = (probes, successes);
        self
    }

    /// The same options with another time limit of a probe.
    #[must_use]
    pub fn with_probe_limit(mut self, limit: Duration) -> Self {
        self.probe_limit = limit;
        self
    }
}
