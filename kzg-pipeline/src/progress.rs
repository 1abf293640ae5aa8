//! Following a job.

use core::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};

use kzg_advanced::panic_as_fault;

/// A part of a job, as people follow it. The phases of a pipeline go on at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Inputs are read and become blobs.
    Convert,
    /// Blobs are committed to and proved.
    Prove,
    /// Artefacts are written.
    Write,
    /// Artefacts are read back and verified.
    Verify,
    /// Artefacts become files again.
    Decode,
}

/// Follows a job. The job's threads call it, for each phase one thread at a time.
///
/// A panic of a method is caught and logged, the job goes on, and the methods are not called any
/// more. In a program that is built with `panic = "abort"` a panic ends the program.
pub trait Progress: Debug + Send + Sync {
    /// A phase begins; `bytes` is the length of all inputs where it is known.
    fn begin(&self, phase: Phase, bytes: Option<u64>);

    /// So many more bytes of the inputs, held in so many blobs, are done in a phase.
    fn advance(&self, phase: Phase, blobs: u64, bytes: u64);

    /// A phase has ended, completed or not.
    fn end(&self, _phase: Phase) {}
}

/// A progress that nobody follows.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: Phase, _: u64, _: u64) {}
}

/// Calls a progress of the caller's until it panics.
#[derive(Debug)]
pub(crate) struct Reporter<'a> {
    progress: &'a dyn Progress,
    has_panicked: AtomicBool,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(progress: &'a dyn Progress) -> Self {
        Self {
            progress,
            has_panicked: AtomicBool::new(false),
        }
    }

    pub(crate) fn begin(&self, phase: Phase, bytes: Option<u64>) {
        self.call(|progress| progress.begin(phase, bytes));
    }

    pub(crate) fn advance(&self, phase: Phase, blobs: u64, bytes: u64) {
        self.call(|progress| progress.advance(phase, blobs, bytes));
    }

    pub(crate) fn end(&self, phase: Phase) {
        self.call(|progress| progress.end(phase));
    }

    fn call(&self, call: impl FnOnce(&dyn Progress)) {
        if self.has_panicked.load(Ordering::Relaxed) {
            return;
        }
        let called = panic_as_fault(
            || "progress callback".to_owned(),
            || {
                call(self.progress);
                Ok(())
            },
        );
        if let Err(error) = called {
            self.has_panicked.store(true, Ordering::Relaxed);
            tracing::error!(%error, "progress is not reported any more");
        }
    }
}
