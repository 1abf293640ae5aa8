//! How long a call will take, from how long calls took.

use serde::{Deserialize, Serialize};

/// How much of a new measurement goes into the mean.
const ALPHA: f64 = 0.3;
/// Sizes of calls that are kept apart: by powers of two, the last for all that is larger.
pub(super) const SIZES: usize = 12;

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Calls of this size were measured.
    Measured,
    /// It was computed from another size, another operation or another candidate.
    Extrapolated,
    /// The candidate's profile states it.
    Stated,
}

/// The class of a number of items.
pub(super) fn size_class(items: usize) -> usize {
    (items.max(1).ilog2() as usize).min(SIZES - 1)
}

/// A moving mean of the time for each item of a call, in seconds.
///
/// Each sample is first replaced by the median of the last three, so that one hiccup, such as
/// the building of tables, moves nothing; two in a row do.
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
    /// For each size, a time that was not measured.
    assumed: [Option<f64>; SIZES],
}

/// A time for each item, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) per_item: f64,
    pub(super) deviation: f64,
    pub(super) source: Source,
}

impl Estimates {
    pub(super) fn record(&mut self, items: usize, seconds: f64) {
        let items = items.max(1);
        self.by_size[size_class(items)].add(seconds / items as f64);
    }

    /// Takes over a figure of a calibration.
    pub(super) fn assume(&mut self, items: usize, seconds: f64, extrapolated: bool) {
        if extrapolated {
            self.assumed[size_class(items)] = Some(seconds / items.max(1) as f64);
        } else {
            self.record(items, seconds);
        }
    }

    /// The time for a call of so many items: measured at that size, or at the nearest.
    pub(super) fn of(&self, items: usize) -> Option<Estimate> {
        let wanted = size_class(items);
        let exact = &self.by_size[wanted];
        let nearest = |known: &dyn Fn(usize) -> bool| {
            (0..SIZES)
                .filter(|&size| known(size))
                .min_by_key(|size| size.abs_diff(wanted))
        };
        if exact.count > 0 {
            return Some(Estimate {
                per_item: exact.mean,
                deviation: exact.deviation,
                source: Source::Measured,
            });
        }
        let per_item = self.assumed[wanted]
            .or_else(|| {
                let size = nearest(&|size| self.by_size[size].count > 0)?;
                Some(self.by_size[size].mean)
            })
            .or_else(|| self.assumed[nearest(&|size| self.assumed[size].is_some())?])?;
        Some(Estimate {
            per_item,
            deviation: 0.0,
            source: Source::Extrapolated,
        })
    }

    /// The calls that were measured, and their mean time for each item in seconds.
    pub(super) fn total(&self) -> (u64, f64) {
        let count = self.by_size.iter().map(|mean| mean.count).sum();
        let sum: f64 = self
            .by_size
            .iter()
            .map(|mean| mean.mean * mean.count as f64)
            .sum();
        (count, sum)
    }

    /// The calls of a size that were measured.
    pub(super) fn count(&self, size: usize) -> u64 {
        self.by_size[size].count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hiccup_moves_nothing_and_a_change_moves_soon() {
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
    fn what_is_not_measured_comes_from_the_nearest_size() {
        let mut estimates = Estimates::default();
        assert_eq!(estimates.of(1), None);
        estimates.record(1, 2.0);
        estimates.record(64, 64.0);
        assert_eq!(estimates.of(1).unwrap().source, Source::Measured);
        let two = estimates.of(2).unwrap();
        assert_eq!((two.per_item, two.source), (2.0, Source::Extrapolated));
        assert_eq!(estimates.of(5000).unwrap().per_item, 1.0);
        estimates.assume(8, 4.0, true);
        assert_eq!(estimates.of(8).unwrap().per_item, 0.5);
    }
}
