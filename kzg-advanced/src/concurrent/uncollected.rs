//! The bound on results that wait to be collected.
//!
//! This file takes its primitives from `sync`, so that a model checker can replace them.

use super::sync::{AtomicUsize, Ordering};

/// Counts the results that wait to be collected, those of tasks under way included.
#[derive(Debug)]
pub(super) struct UncollectedResults {
    count: AtomicUsize,
    limit: usize,
}

impl UncollectedResults {
    /// No results, and room for `limit` of them, at least one.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            count: AtomicUsize::new(0),
            limit: limit.max(1),
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Reserves room for one result; `false` if there is none. Each reservation is
    /// [released](Self::release) once.
    pub(super) fn reserve(&self) -> bool {
        let reserved = self
            .count
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| {
                (count < self.limit).then_some(count + 1)
            });
        reserved.is_ok()
    }

    pub(super) fn release(&self) {
        self.count.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether no result waits or is to come.
    pub(super) fn is_empty(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }
}
