//! The highest costs of right answers, by operation. A call that costs no more is not slow.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering};

use kzg_traits::Operation;

/// The factor by which a call may exceed the highest cost that was seen.
const SLACK: u32 = 2;

/// The part of a cost by which each cheaper call lowers it, so that one outlier is forgotten.
const DECAY: u64 = 256;

/// The highest time for an item of each operation, in nanoseconds; 0 where none is known.
///
/// An outsider can send valid input that is slow to check. A call over its budget is counted as
/// a failure of its backend only beyond what such input has cost before.
#[derive(Debug)]
pub(super) struct Costs {
    by_operation: Vec<AtomicU64>,
}

impl Costs {
    pub(super) fn new() -> Self {
        let none = |_: &Operation| AtomicU64::new(0);
        Self {
            by_operation: Operation::ALL.iter().map(none).collect(),
        }
    }

    /// Records the time of a right answer.
    pub(super) fn record(&self, operation: Operation, items: usize, time: Duration) {
        let items = u64::try_from(items.max(1)).unwrap_or(u64::MAX);
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / items;
        let highest = &self.by_operation[operation as usize];
        // A lost update loses one measurement.
        let known = highest.load(Ordering::Relaxed);
        highest.store(time.max(known - known / DECAY), Ordering::Relaxed);
    }

    /// The time that a call on a number of items may take at worst; `None` where no cost is known.
    pub(super) fn at_worst(&self, operation: Operation, items: usize) -> Option<Duration> {
        let highest = self.by_operation[operation as usize].load(Ordering::Relaxed);
        let items = u32::try_from(items.max(1)).unwrap_or(u32::MAX);
        let at_worst = Duration::from_nanos(highest).saturating_mul(items);
        (highest > 0).then(|| at_worst.saturating_mul(SLACK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_cost_counts_and_an_outlier_is_forgotten() {
        let operation = Operation::VerifyBlobKzgProof;
        let costs = Costs::new();
        assert_eq!(costs.at_worst(operation, 1), None);
        let millis = Duration::from_millis;
        costs.record(operation, 2, millis(20));
        costs.record(operation, 1, millis(1));
        let at_worst = costs.at_worst(operation, 3).unwrap();
        assert!(
            millis(59) < at_worst && at_worst <= millis(60),
            "{at_worst:?}"
        );
        for _ in 0..2000 {
            costs.record(operation, 1, millis(1));
        }
        assert!(costs.at_worst(operation, 1).unwrap() < millis(3));
        assert_eq!(costs.at_worst(Operation::ComputeCells, 1), None);
    }
}
