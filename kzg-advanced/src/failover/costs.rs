//! The highest observed times of right answers, by operation, work and size, used to distinguish
//! inputs that are slow to check from a hanging backend.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering};

use kzg_traits::Operation;

use crate::layer::Outcome;

/// The factor by which a call may exceed the highest time that was seen, if nearly all valid inputs of one size take the
/// same time.
const SLACK: u32 = 2;

/// The part of a time by which each faster call lowers it, so that one outlier is forgotten.
const DECAY: u64 = 256;

/// The time that a call may take where no time is known, with a factor of [`SLACK`].
const UNKNOWN: Duration = Duration::from_secs(1);

/// The number of size classes: calls on one item, on 2, on 3 or 4, on 5 to 8, and so on.
const CLASSES: usize = usize::BITS as usize + 1;

/// The work of an attempt on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// The operation of the call.
    Operation,
    /// The verification of an answer, in place of the operation.
    Verification,
}

impl Work {
    const NUMBER: usize = 2;
}

/// The highest time of a call of each operation, work and size class, in nanoseconds; 0 where none
/// is known.
///
/// An outsider can send valid input that is slow to check. A call over its budget is counted as
/// a failure of its backend only beyond what such input has cost before.
#[derive(Debug)]
pub(super) struct Costs {
    by_operation: Vec<[[AtomicU64; CLASSES]; Work::NUMBER]>,
}

impl Costs {
    pub(super) fn new() -> Self {
        let none = |_: &Operation| [const { [const { AtomicU64::new(0) }; CLASSES] }; Work::NUMBER];
        Self {
            by_operation: Operation::ALL.iter().map(none).collect(),
        }
    }

    /// Records the time of a call with this result, unless it says nothing about that of others: if all items are
    /// malformed, or if one of several is false. The [`slack`] of an operation includes the time for false items.
    pub(super) fn record_result(
        &self,
        operation: Operation,
        work: Work,
        items: usize,
        result: &dyn Outcome,
        time: Duration,
    ) {
        if !result.is_malformed() && !result.has_false_item() {
            self.record(operation, work, items, time);
        }
    }

    /// Records the time of a right answer, as that of a call on the largest number of items of its
    /// class.
    pub(super) fn record(&self, operation: Operation, work: Work, items: usize, time: Duration) {
        let class = class_of(items);
        let time = scaled(time, items, class).as_nanos();
        let time = u64::try_from(time).unwrap_or(u64::MAX);
        let highest = &self.by_operation[operation as usize][work as usize][class];
        // A lost update loses one measurement.
        let known = highest.load(Ordering::Relaxed);
        highest.store(time.max(known - known / DECAY), Ordering::Relaxed);
    }

    /// The time that work on a number of items may take at worst: the [`slack`] of the operation times the highest time
    /// of calls of its class, or of the next larger class that is known. A time of smaller calls is scaled.
    pub(super) fn at_worst(&self, operation: Operation, work: Work, items: usize) -> Duration {
        let class = class_of(items);
        let by_class = &self.by_operation[operation as usize][work as usize];
        let highest = |class: usize| {
            let nanos = by_class[class].load(Ordering::Relaxed);
            (nanos > 0).then(|| Duration::from_nanos(nanos))
        };
        let known = (class..CLASSES).find_map(highest).or_else(|| {
            let mut smaller = (0..class).rev();
            smaller.find_map(|smaller| Some(scaled(highest(smaller)?, 1 << smaller, class)))
        });
        known
            .unwrap_or(UNKNOWN / SLACK)
            .saturating_mul(slack(operation))
    }
}

/// The factor by which a call may exceed the highest time that was seen. An outsider who sends slow inputs may be the
/// first one to do so.
fn slack(operation: Operation) -> u32 {
    match operation {
        // Without false cells, the call is one check. If all are false, each is checked by itself, which takes 20 times
        // as long with kzg-blst and 27 times with kzg-arkworks (README.md); the worst batch takes twice as long again.
        Operation::VerifyCellKzgProofEach => 64,
        // As for cells: up to four times, and twice that.
        Operation::VerifyBlobKzgProofEach => 8,
        // The first half of the cells are parts of the blob. The others are computed.
        Operation::ComputeCellsAt => 8,
        // Cells that contradict each other are decoded twice.
        Operation::RecoverCells => 4,
        _ => SLACK,
    }
}

/// The class of a number of items: the least power of two that is no smaller.
fn class_of(items: usize) -> usize {
    let items = items.max(1);
    (usize::BITS - (items - 1).leading_zeros()) as usize
}

/// The time of a call on some items, scaled to the largest number of items of a class.
fn scaled(time: Duration, items: usize, class: usize) -> Duration {
    let largest = 1_u128 << class;
    let items = items.max(1) as u128;
    let nanos = time.as_nanos().saturating_mul(largest) / items;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use kzg_traits::{Error, Item};

    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);
    const OWN: Work = Work::Operation;

    #[test]
    fn the_highest_cost_counts_and_an_outlier_is_forgotten() {
        let operation = Operation::VerifyBlobKzgProof;
        let costs = Costs::new();
        costs.record(operation, OWN, 2, 20 * MILLISECOND);
        costs.record(operation, OWN, 1, MILLISECOND);
        costs.record(operation, OWN, 2, MILLISECOND);
        let at_worst = costs.at_worst(operation, OWN, 2);
        assert!(39 * MILLISECOND < at_worst && at_worst <= 40 * MILLISECOND);
        for _ in 0..2000 {
            costs.record(operation, OWN, 2, MILLISECOND);
        }
        assert!(costs.at_worst(operation, OWN, 2) < 3 * MILLISECOND);
        assert_eq!(costs.at_worst(Operation::ComputeCells, OWN, 1), UNKNOWN);
    }

    /// A verdict on each item takes many times as long if all items are false.
    #[test]
    fn operations_whose_time_depends_on_the_items_may_take_longer() {
        let costs = Costs::new();
        for (operation, factor) in [
            (Operation::VerifyCellKzgProofEach, 64),
            (Operation::VerifyBlobKzgProofEach, 8),
            (Operation::VerifyBlobKzgProofBatch, 2),
        ] {
            let unknown = costs.at_worst(operation, OWN, 128);
            assert_eq!(unknown, UNKNOWN / 2 * factor, "{operation}");
            costs.record(operation, OWN, 128, 3 * MILLISECOND);
            let at_worst = costs.at_worst(operation, OWN, 128);
            assert_eq!(at_worst, 3 * factor * MILLISECOND, "{operation}");
        }
    }

    /// Otherwise one batch of false items would let a backend hang for 64 times as long.
    #[test]
    fn results_with_false_or_only_malformed_items_are_not_recorded() {
        let operation = Operation::VerifyCellKzgProofEach;
        let costs = Costs::new();
        let malformed = || {
            Err(Error::Count {
                item: Item::Cell,
                expected: 1,
                actual: 0,
            })
        };
        for unlike_others in [vec![Ok(true), Ok(false)], vec![malformed(), malformed()]] {
            costs.record_result(operation, OWN, 2, &unlike_others, MILLISECOND);
            assert_eq!(costs.at_worst(operation, OWN, 2), 32 * UNKNOWN);
        }
        let like_others = vec![Ok(true), malformed()];
        costs.record_result(operation, OWN, 2, &like_others, MILLISECOND);
        assert_eq!(costs.at_worst(operation, OWN, 2), 64 * MILLISECOND);
    }

    /// A call on one item has costs that a batch shares among its items.
    #[test]
    fn a_small_call_may_take_as_long_as_a_large_one() {
        let operation = Operation::VerifyCellKzgProofBatch;
        let costs = Costs::new();
        costs.record(operation, OWN, 128, 5 * MILLISECOND);
        assert_eq!(costs.at_worst(operation, OWN, 1), 10 * MILLISECOND);
        costs.record(operation, OWN, 1, 2 * MILLISECOND);
        assert_eq!(costs.at_worst(operation, OWN, 1), 4 * MILLISECOND);
        assert_eq!(costs.at_worst(operation, OWN, 2), 10 * MILLISECOND);
    }

    /// A proof takes longer than its verification, or the other way round.
    #[test]
    fn an_operation_and_its_verification_have_figures_of_their_own() {
        let operation = Operation::ComputeBlobKzgProof;
        let costs = Costs::new();
        costs.record(operation, Work::Verification, 1, 2000 * MILLISECOND);
        assert_eq!(costs.at_worst(operation, OWN, 1), UNKNOWN);
        costs.record(operation, OWN, 1, MILLISECOND);
        assert_eq!(costs.at_worst(operation, OWN, 1), 2 * MILLISECOND);
        let verification = costs.at_worst(operation, Work::Verification, 1);
        assert_eq!(verification, 4000 * MILLISECOND);
    }

    #[test]
    fn a_large_call_may_take_longer_in_proportion() {
        let operation = Operation::VerifyCellKzgProofBatch;
        let costs = Costs::new();
        costs.record(operation, OWN, 1, MILLISECOND);
        for (items, times) in [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (128, 128)] {
            assert_eq!(
                costs.at_worst(operation, OWN, items),
                2 * times * MILLISECOND
            );
        }
        // The largest call of a class takes longer than the smallest one.
        let costs = Costs::new();
        costs.record(operation, OWN, 65, MILLISECOND);
        assert!(costs.at_worst(operation, OWN, 128) >= 3 * MILLISECOND);
        let endless = costs.at_worst(operation, OWN, usize::MAX);
        assert!(endless > Duration::from_secs(1 << 30), "{endless:?}");
        costs.record(operation, OWN, usize::MAX, Duration::MAX);
        assert_eq!(
            costs.at_worst(operation, OWN, 129),
            Duration::from_nanos(u64::MAX) * 2
        );
    }
}
