//! One call of the backend for some items of a job.

use core::ops::Range;

use kzg_traits::{Error, ErrorKind, KzgSettings, Operation};

use crate::backend_call::{CallError, backend_error, isolated, item_error};
use crate::error::{KzgAdvancedError, Result};

/// An operation on many items, of which each has one result.
pub struct Job<'a, T> {
    pub(crate) settings: &'a dyn KzgSettings,
    pub(crate) operation: Operation,
    /// The position of the job's first item in what the caller counts.
    pub(crate) first: u64,
    /// What a result is before it is computed.
    pub(crate) blank: fn() -> T,
    /// Computes the results of a range of the job's items.
    pub(crate) call: &'a Call<'a, T>,
}

pub(crate) type Call<'a, T> =
    dyn Fn(&dyn KzgSettings, Range<usize>, &mut [T]) -> kzg_traits::Result<()> + Sync + 'a;

impl<'a, T> Job<'a, T> {
    /// The same job, done by another call.
    pub(super) fn with_call<'b>(&self, call: &'b Call<'b, T>) -> Job<'b, T>
    where
        'a: 'b,
    {
        Job { call, ..*self }
    }

    /// All results of a range, or an error.
    pub(crate) fn compute(&self, range: Range<usize>, out: &mut [T]) -> Result<()> {
        let start = range.start;
        self.attempt(range, out)
            .map_err(|error| self.error(start, error))
    }

    /// The result of each item of a range, or its own error.
    ///
    /// Where a call for several fails because of one of them, each is asked for alone; other
    /// errors, such as a full queue, are everybody's.
    pub(crate) fn compute_each(&self, range: Range<usize>, out: &mut [Result<T>]) {
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
                    let alone = self.compute(index..index + 1, core::slice::from_mut(&mut result));
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

    /// The result of each of the first `count` items, or its own error.
    pub(crate) fn results(&self, count: usize) -> Vec<Result<T>> {
        let mut results = Vec::new();
        results.resize_with(count, || Err(KzgAdvancedError::Cancelled));
        self.compute_each(0..count, &mut results);
        results
    }

    fn attempt(&self, range: Range<usize>, out: &mut [T]) -> Result<(), CallError> {
        isolated(self.settings, |settings| {
            (self.call)(settings, range.clone(), out)
        })
    }

    /// About item `index`, which a call that went well found malformed.
    pub(crate) fn malformed(&self, index: usize, error: Error) -> KzgAdvancedError {
        let index = self.first + index as u64;
        let error = error.with_index(index as usize);
        item_error(self.settings, self.operation, index)(error)
    }

    /// `start` is the item that the failed call began with.
    fn error(&self, start: usize, error: CallError) -> KzgAdvancedError {
        let first = self.first + start as u64;
        match self.operation {
            // Its errors name cells.
            Operation::RecoverCellsAndKzgProofs => {
                item_error(self.settings, self.operation, first)(error)
            }
            operation => backend_error(self.settings, operation, first)(error),
        }
    }
}

/// Whether another item may do better than the one that an error is about.
fn is_of_one_item(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Input | ErrorKind::Fault)
}
