//! Progress reports of a job.

use core::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};

use kzg_advanced::panic_as_fault;

/// A part of a job in progress reports. The phases of a pipeline run at the same time.
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

/// Receives the progress of a job. The job's threads call the methods; for each phase, one thread
/// at a time.
///
/// A panic of a method is caught and logged. The job continues, and the methods are not called
/// again. In a program that is built with `panic = "abort"`, a panic ends the program.
pub trait Progress: Debug + Send + Sync {
    /// A phase begins; `bytes` is the length of all inputs, if that length is known.
    fn begin(&self, phase: Phase, bytes: Option<u64>);

    /// A phase has finished more blobs, which hold `bytes` bytes of the inputs.
    fn advance(&self, phase: Phase, blobs: u64, bytes: u64);

    /// A phase has ended, completed or not.
    fn end(&self, _phase: Phase) {}
}

/// A progress that ignores all reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: Phase, _: u64, _: u64) {}
}

/// Calls the caller's [`Progress`] until one of its methods panics.
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
