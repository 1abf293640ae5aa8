//! The distribution of durations.

use core::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest time that the histogram keeps, an hour in nanoseconds, with three significant
/// digits.
const HIGHEST: u64 = 3_600_000_000_000;
const DIGITS: u8 = 3;
/// The upper end of the first class in nanoseconds. The upper end of each further class is four times
/// that of the class before.
const FIRST_CLASS: u64 = 4_000;

/// Collects durations in a histogram.
#[derive(Debug)]
pub struct Latencies {
    times: Histogram<u64>,
    /// The sum in nanoseconds, for a mean that is exact.
    total: u128,
    /// The exact shortest and longest time in nanoseconds; the histogram rounds its values.
    min: u64,
    max: u64,
}

/// The distribution of durations. All figures are zero if no duration was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Latency {
    /// The number of counted durations.
    pub count: u64,
    /// The shortest duration in seconds.
    pub min_seconds: f64,
    /// The mean duration in seconds.
    pub mean_seconds: f64,
    /// The median in seconds: half of the durations are not longer.
    pub p50_seconds: f64,
    /// The 90th percentile in seconds: 90% of the durations are not longer.
    pub p90_seconds: f64,
    /// The 99th percentile in seconds: 99% of the durations are not longer.
    pub p99_seconds: f64,
    /// The longest duration in seconds.
    pub max_seconds: f64,
    /// The number of durations in each class, in ascending order without gaps, from the first class
    /// with a duration to the last one.
    pub classes: Vec<LatencyClass>,
}

/// A class of durations.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LatencyClass {
    /// The upper end of the class in seconds, up to the rounding of the histogram: four times the
    /// upper end of the class before. The class begins where the class before ends.
    pub up_to_seconds: f64,
    /// The number of durations in the class.
    pub count: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            times: Histogram::new_with_bounds(1, HIGHEST, DIGITS).expect("the bounds are valid"),
            total: 0,
            min: u64::MAX,
            max: 0,
        }
    }
}

impl Latencies {
    /// Adds one duration.
    pub fn record(&mut self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.times.saturating_record(nanoseconds.max(1));
        self.total += u128::from(nanoseconds);
        self.min = self.min.min(nanoseconds);
        self.max = self.max.max(nanoseconds);
    }

    /// The number of durations.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.times.len()
    }

    /// The duration in seconds that `percent` percent of the durations do not exceed.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> f64 {
        // The histogram returns the upper end of a bucket, which may exceed the longest duration.
        let upper = self.times.value_at_percentile(percent);
        seconds(upper.clamp(self.min.min(self.max), self.max))
    }

    /// The figures of all durations.
    #[must_use]
    pub fn summary(&self) -> Latency {
        let count = self.count();
        if count == 0 {
            return Latency::default();
        }
        Latency {
            count,
            min_seconds: seconds(self.min),
            mean_seconds: self.total as f64 / 1e9 / count as f64,
            p50_seconds: self.percentile(50.0),
            p90_seconds: self.percentile(90.0),
            p99_seconds: self.percentile(99.0),
            max_seconds: seconds(self.max),
            classes: self.classes(),
        }
    }

    fn classes(&self) -> Vec<LatencyClass> {
        let mut classes = Vec::new();
        let (mut low, mut high) = (0, FIRST_CLASS);
        let mut left = self.count();
        while left > 0 {
            // The histogram counts a duration above its highest value as that value.
            let count = if high >= HIGHEST {
                left
            } else {
                self.times.count_between(low, high).min(left)
            };
            left -= count;
            if count > 0 || !classes.is_empty() {
                classes.push(LatencyClass {
                    up_to_seconds: seconds(high),
                    count,
                });
            }
            // Values in one bucket cannot be told apart: the next class begins with the next bucket.
            low = self.times.highest_equivalent(high) + 1;
            high *= 4;
        }
        classes
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_one_class_and_the_ends_are_exact() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.summary(), Latency::default());
        let times = [1, 4_000, 4_001, 16_000, 70_000, 5_000_000, u64::MAX];
        for &time in &times {
            latencies.record(Duration::from_nanos(time));
        }
        let summary = latencies.summary();
        assert_eq!(summary.count, times.len() as u64);
        let counted: u64 = summary.classes.iter().map(|class| class.count).sum();
        assert_eq!(counted, summary.count);
        assert_eq!(summary.min_seconds, 1e-9);
        assert_eq!(summary.max_seconds, u64::MAX as f64 / 1e9);
        let ends: Vec<f64> = summary.classes.iter().map(|c| c.up_to_seconds).collect();
        assert!(
            ends.windows(2).all(|pair| pair[1] == 4.0 * pair[0]),
            "{ends:?}"
        );
        assert_eq!(summary.classes.last().unwrap().count, 1);
        assert!(summary.p50_seconds <= summary.p90_seconds);
    }
}
