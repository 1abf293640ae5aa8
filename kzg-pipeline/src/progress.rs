//! Watching a job.

use core::fmt::Debug;

/// A part of a job, as people follow it. Those of a pipeline go on at the same time.
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

/// Follows a job. Called from the job's threads, for each phase from one at a time.
pub trait Progress: Debug + Send + Sync {
    /// A phase begins; `bytes` is the length of all inputs where it is known.
    fn begin(&self, phase: Phase, bytes: Option<u64>);

    /// In a phase, so many more bytes of the inputs are done, held in so many blobs.
    fn advance(&self, phase: Phase, blobs: u64, bytes: u64);

    /// A phase has ended, be it early.
    fn end(&self, _phase: Phase) {}
}

/// Follows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: Phase, _: u64, _: u64) {}
}
