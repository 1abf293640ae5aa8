//! Watching a job.

use core::fmt::Debug;

/// A part of a job, as people follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Inputs become artefacts.
    Process,
    /// Artefacts are read back and verified.
    Verify,
    /// Artefacts become files again.
    Decode,
}

/// Follows a job. Called from the thread that runs it.
pub trait Progress: Debug + Send + Sync {
    /// A phase begins; `bytes` is the length of all inputs where it is known.
    fn begin(&self, phase: Phase, bytes: Option<u64>);

    /// So many more bytes of the inputs are done, held in so many blobs.
    fn advance(&self, blobs: u64, bytes: u64);
}

/// Follows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: u64, _: u64) {}
}
