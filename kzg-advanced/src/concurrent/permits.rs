//! A bound on results that wait to be collected.
//!
//! As `lanes`, this file takes what it synchronises by from `sync`.

use super::sync::{AtomicUsize, Ordering};

/// Permits of which so many are out at most.
#[derive(Debug)]
pub(super) struct Permits {
    out: AtomicUsize,
    most: usize,
}

impl Permits {
    /// At least one.
    pub(super) fn new(most: usize) -> Self {
        Self {
            out: AtomicUsize::new(0),
            most: most.max(1),
        }
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Takes one, if there is one left. Whoever does must [`give`](Self::give) it back once.
    pub(super) fn take(&self) -> bool {
        let taken = self
            .out
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |out| {
                (out < self.most).then_some(out + 1)
            });
        taken.is_ok()
    }

    pub(super) fn give(&self) {
        self.out.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether any is out.
    pub(super) fn are_out(&self) -> bool {
        self.out.load(Ordering::Acquire) > 0
    }
}
