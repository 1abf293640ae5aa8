//! One call of the backend for a range of items.

use core::ops::Range;

use kzg_traits::{Error, ErrorKind, KzgSettings, Operation};

use crate::backend_call::{CallError, backend_error, isolated, item_error};
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// An operation on many items, each of which has one result.
#[expect(missing_debug_implementations, reason = "it holds functions")]
pub struct BatchOperation<'a, T> {
    pub(crate) settings: &'a dyn KzgSettings,
    pub(crate) operation: Operation,
    /// The index of the first item in the caller's count.
    pub(crate) first: u64,
    /// The placeholder of a result that is not computed yet.
    pub(crate) blank: fn() -> T,
    /// Computes the results of a range of the items.
    pub(crate) compute: &'a ComputeRange<'a, T>,
}

/// Computes the results of a range of items by one call of the settings.
pub(crate) type ComputeRange<'a, T> =
    dyn Fn(&dyn KzgSettings, Range<usize>, &mut [T]) -> kzg_traits::error::Result<()> + Sync + 'a;

impl<'a, T> BatchOperation<'a, T> {
    /// The same operation, computed by another function.
    pub(super) fn with_compute<'b>(&self, compute: &'b ComputeRange<'b, T>) -> BatchOperation<'b, T>
    where
        'a: 'b,
    {
        BatchOperation { compute, ..*self }
    }

    /// Computes all results of a range, or gives the error of the call.
    pub(crate) fn compute_all(&self, range: Range<usize>, out: &mut [T]) -> KzgAdvancedResult<()> {
        let start = range.start;
        self.attempt(range, out)
            .map_err(|error| self.error(start, error))
    }

    /// Computes the result of each item of a range, or its own error.
    ///
    /// Where a call for several items fails because of one of them, each item has a call of its
    /// own. Other errors, such as a full queue, hold for all items.
    pub(crate) fn compute_each(&self, range: Range<usize>, out: &mut [KzgAdvancedResult<T>]) {
        let mut results: Vec<T> = range.clone().map(|_| (self.blank)()).collect();
        match self.attempt(range.clone(), &mut results) {
            Ok(()) => {
                for (slot, result) in out.iter_mut().zip(results) {
                    *slot = Ok(result);
                }
            }
            Err(error) if range.len() > 1 && is_of_one_item(&error.source) => {
                for (slot, index) in out.iter_mut().zip(range) {
                    let mut result = (self.blank)();
                    let alone =
                        self.compute_all(index..index + 1, core::slice::from_mut(&mut result));
                    *slot = alone.map(|()| result);
                }
            }
            Err(error) => {
                for (slot, index) in out.iter_mut().zip(range) {
                    *slot = Err(self.error(index, error.clone()));
                }
            }
        }
    }

    /// The results of the first `count` items, or an error.
    pub(super) fn all(&self, count: usize) -> KzgAdvancedResult<Vec<T>> {
        let mut results: Vec<T> = (0..count).map(|_| (self.blank)()).collect();
        if count > 0 {
            self.compute_all(0..count, &mut results)?;
        }
        Ok(results)
    }

    /// The result of each of the first `count` items, or its own error.
    pub(crate) fn results(&self, count: usize) -> Vec<KzgAdvancedResult<T>> {
        let mut results = Vec::new();
        results.resize_with(count, || Err(KzgAdvancedError::Cancelled));
        self.compute_each(0..count, &mut results);
        results
    }

    fn attempt(&self, range: Range<usize>, out: &mut [T]) -> Result<(), CallError> {
        isolated(self.settings, |settings| {
            (self.compute)(settings, range.clone(), out)
        })
    }

    /// The number of item `index` in the caller's count, or the last number where that is larger.
    pub(super) fn number(&self, index: usize) -> u64 {
        self.first.saturating_add(index as u64)
    }

    /// The error of item `index`, which a successful call reported as malformed.
    pub(crate) fn malformed(&self, index: usize, error: Error) -> KzgAdvancedError {
        let index = self.number(index);
        let error = error.with_index(index as usize);
        item_error(self.settings, self.operation, index)(error)
    }

    /// The error of a failed call whose first item is `start`.
    fn error(&self, start: usize, error: CallError) -> KzgAdvancedError {
        let first = self.number(start);
        match self.operation {
            // Its errors name cells, not items.
            Operation::RecoverCellsAndKzgProofs => {
                item_error(self.settings, self.operation, first)(error)
            }
            operation => backend_error(self.settings, operation, first)(error),
        }
    }
}

/// Whether other items may succeed although a call for several failed with this error.
fn is_of_one_item(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Input | ErrorKind::Fault)
}
