//! Estimates of a call's time from the times of earlier calls.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The weight of a new measurement in the mean.
const ALPHA: f64 = 0.3;
/// The number of size classes of calls: powers of two, the last for all larger calls.
pub(super) const SIZES: usize = 12;

/// The source of a figure, the most certain first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EstimateSource {
    /// Calls of this size were measured.
    Measured,
    /// The candidate's profile states the figure.
    Stated,
    /// The figure was computed from calls of another size or another operation of the candidate.
    Extrapolated,
    /// The figure was computed from another candidate's figures and from the general ratios between
    /// the backends.
    General,
}

impl fmt::Display for EstimateSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Measured => "measured on this machine",
            Self::Stated => "stated by the candidate's profile",
            Self::Extrapolated => "extrapolated from measurements on this machine",
            Self::General => "derived from measurements of other backends",
        })
    }
}

/// The class of a number of items.
pub(super) fn size_class(items: usize) -> usize {
    (items.max(1).ilog2() as usize).min(SIZES - 1)
}

/// A moving mean of the time per item of a call, in seconds.
///
/// Each sample is first replaced by the median of the last three: one outlier, such as a call
/// that builds tables, does not move the mean; two in a row do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    pub(super) count: u64,
    pub(super) mean: f64,
    /// The moving mean of the distance from the mean.
    pub(super) deviation: f64,
    last: [f64; 2],
}

impl Mean {
    pub(super) fn add(&mut self, sample: f64) {
        let [one, two] = self.last;
        let smoothed = match self.count {
            0 => sample,
            1 => sample.min(one),
            _ => sample.min(one).max(sample.max(one).min(two)),
        };
        self.last = [sample, one];
        if self.count < 2 {
            self.mean = smoothed;
            self.deviation = 0.0;
        } else {
            let distance = (smoothed - self.mean).abs();
            self.deviation += ALPHA * (distance - self.deviation);
            self.mean += ALPHA * (smoothed - self.mean);
        }
        self.count += 1;
    }
}

/// The times of one operation of one candidate, by size.
#[derive(Clone, Debug, Default)]
pub(super) struct Estimates {
    by_size: [Mean; SIZES],
}

/// A time per item, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) per_item: f64,
    pub(super) deviation: f64,
    pub(super) source: EstimateSource,
}

impl Estimates {
    pub(super) fn record(&mut self, items: usize, seconds: f64) {
        let items = items.max(1);
        self.by_size[size_class(items)].add(seconds / items as f64);
    }

    /// The time of a call with a number of items: measured at that size, or at the nearest size.
    pub(super) fn of(&self, items: usize) -> Option<Estimate> {
        let wanted = size_class(items);
        let (size, nearest) = self
            .by_size
            .iter()
            .enumerate()
            .filter(|(_, mean)| mean.count > 0)
            .min_by_key(|(size, _)| size.abs_diff(wanted))?;
        Some(if size == wanted {
            Estimate {
                per_item: nearest.mean,
                deviation: nearest.deviation,
                source: EstimateSource::Measured,
            }
        } else {
            Estimate {
                per_item: nearest.mean,
                deviation: 0.0,
                source: EstimateSource::Extrapolated,
            }
        })
    }

    /// The number of calls that were measured, and the sum of their times per item in seconds.
    pub(super) fn total(&self) -> (u64, f64) {
        let count = self.by_size.iter().map(|mean| mean.count).sum();
        let sum: f64 = self
            .by_size
            .iter()
            .map(|mean| mean.mean * mean.count as f64)
            .sum();
        (count, sum)
    }

    /// The number of calls of a size that were measured.
    pub(super) fn count(&self, size: usize) -> u64 {
        self.by_size[size].count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_outlier_does_not_move_the_mean_and_a_change_does() {
        let mut mean = Mean::default();
        for _ in 0..10 {
            mean.add(1.0);
        }
        mean.add(50.0);
        mean.add(1.0);
        assert_eq!(mean.mean, 1.0);
        mean.add(10.0);
        mean.add(10.0);
        assert!(mean.mean > 3.0, "{mean:?}");
    }

    #[test]
    fn the_first_call_may_build_tables() {
        let mut mean = Mean::default();
        mean.add(100.0);
        mean.add(1.0);
        mean.add(1.0);
        assert_eq!(mean.mean, 1.0);
    }

    #[test]
    fn a_size_that_was_not_measured_has_the_figure_of_the_nearest() {
        let mut estimates = Estimates::default();
        assert_eq!(estimates.of(1), None);
        estimates.record(1, 2.0);
        estimates.record(64, 64.0);
        assert_eq!(estimates.of(1).unwrap().source, EstimateSource::Measured);
        let two = estimates.of(2).unwrap();
        assert_eq!(
            (two.per_item, two.source),
            (2.0, EstimateSource::Extrapolated)
        );
        assert_eq!(estimates.of(5000).unwrap().per_item, 1.0);
        estimates.record(8, 4.0);
        assert_eq!(estimates.of(16).unwrap().per_item, 0.5);
    }
}
