//! From files of any size to a folder of verified blobs, and back.
//!
//! The stages, each in a file of its own: `convert` (bytes to blobs), `compute` (commitments and
//! proofs, of blobs and of cells), `store` (artefacts and the manifest, crash-safe), `verify`
//! (reads everything back). The `engine` runs them at the same time, each on a thread of its
//! own; `plan` says how much is in flight between them, so that memory does not grow with the
//! inputs. `folder` and `dataset` are its two ends: results on disk, or handed to the caller.
//! `resume` takes up what a killed run left; `decode` gives the bytes back.
//!
//! The output of a job depends on the inputs and the options alone: not on threads, chunks,
//! time, or on how often it was killed and resumed.

use std::path::Path;
use std::sync::Arc;

use kzg_traits::{Blob, KzgSettings, MemoryPool};

use crate::codec::{BlobCodec, SimpleCoder};
use crate::error::{KzgAdvancedError, Result};

mod backends;
mod bundle;
pub mod cells;
mod compute;
mod convert;
mod dataset;
mod decode;
mod disk;
mod engine;
mod folder;
mod html;
mod input;
mod input_check;
pub mod manifest;
mod names;
mod new_file;
mod options;
mod plan;
mod progress;
mod prove;
mod report;
mod resume;
mod run;
mod store;
mod stored;
#[cfg(test)]
mod tests;
mod tree;
mod verify;

use disk::Disk;
use manifest::{MANIFEST, ManifestReader};
use report::Meter;
use verify::FolderCheck;

use crate::cancellation::CancellationToken;

pub use backends::{BackendOptions, JobBackends, VerifierChoice, candidate_name};
pub(crate) use bundle::BLOBS_PER_BUNDLE;
pub use dataset::ProcessedBlob;
pub use decode::{DecodeReport, decode};
pub use input::Input;
pub use options::{Artefact, PipelineOptions, Proofs};
pub use plan::MemoryPlan;
pub use progress::{NoProgress, Phase, Progress};
pub use report::{
    BackendDecision, BackendUse, Candidate, Failure, FigureSource, MemoryUse, Outcome,
    ProcessingReport, QueueDepth, Resumed, Role, Stage, StageFailure, StageReport,
    ThroughputSample, Verification,
};
pub use run::Attempt;

/// Turns inputs into verified blobs: in a folder, or in memory.
#[derive(Clone, Debug)]
pub struct DataProcessingPipeline {
    backends: JobBackends,
    options: PipelineOptions,
    codec: &'static dyn BlobCodec,
    progress: Arc<dyn Progress>,
    cancel: CancellationToken,
}

impl DataProcessingPipeline {
    /// A pipeline over one backend, which also says on how many threads it computes.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>, options: PipelineOptions) -> Self {
        Self::with_backends(JobBackends::single(settings), options)
    }

    /// A pipeline over several backends, such as [`JobBackends::choose`] finds.
    #[must_use]
    pub fn with_backends(backends: JobBackends, options: PipelineOptions) -> Self {
        Self {
            backends,
            options,
            codec: &SimpleCoder,
            progress: Arc::new(NoProgress),
            cancel: CancellationToken::default(),
        }
    }

    /// The same pipeline, followed by `progress`.
    #[must_use]
    pub fn with_progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// The same pipeline, stopped by `cancel`.
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// Runs the whole job: writes the artefacts of all inputs into `dir`, reads them back,
    /// verifies them and writes the report. Whether verification passed is in the report.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Configuration`] for options that contradict each other, a folder
    /// that is not empty, or a resumed run with other inputs or options;
    /// [`KzgAdvancedError::MemoryLimit`]; [`KzgAdvancedError::Io`] for an input that cannot be
    /// read and where writing fails; an error of a backend; [`KzgAdvancedError::Cancelled`]. After one that came while the job was going
    /// on, a run with [`resume`](PipelineOptions::resume) completes it.
    ///
    /// # Panics
    ///
    /// If a reader of the caller's does, or whoever follows the progress.
    pub fn run(&self, inputs: Vec<Input>, dir: &Path) -> Result<ProcessingReport> {
        self.attempt(inputs, dir).into_result()
    }

    /// As [`run`](Self::run), with what was done where the job ended early. The report is in the
    /// folder too.
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run).
    #[must_use]
    pub fn attempt(&self, inputs: Vec<Input>, dir: &Path) -> Attempt {
        folder::run(self, inputs, dir, Disk::default())
    }

    /// Does the same in memory: the items of a dataset become blobs that are committed to,
    /// proved and verified, by the same stages. An empty item has no blob.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), but for what is about files.
    pub fn process_dataset(&self, dataset: &[Vec<u8>]) -> Result<ProcessingReport> {
        self.process_dataset_into(dataset, |_| {})
    }

    /// As [`process_dataset`](Self::process_dataset), handing over each blob with its commitment
    /// and proofs once it is verified, in order. What does not verify is not handed over; the
    /// report names it.
    ///
    /// # Errors
    ///
    /// As [`process_dataset`](Self::process_dataset).
    ///
    /// # Panics
    ///
    /// If `receive` does.
    pub fn process_dataset_into(
        &self,
        dataset: &[Vec<u8>],
        receive: impl FnMut(ProcessedBlob<'_>) + Send,
    ) -> Result<ProcessingReport> {
        dataset::run(self, dataset, receive).into_result()
    }

    /// Verifies an output folder as a stranger would: that the manifest is whole and its last
    /// line hashes the others, that every blob matches its commitment, versioned hash and proof
    /// (without proofs, the commitment is computed again), that the blobs of each input decode
    /// to bytes of the recorded hash, and that bundles say the same. What was made, and how, is
    /// read from the manifest and not from the options.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if there is no manifest;
    /// [`KzgAdvancedError::Backend`]; [`KzgAdvancedError::Cancelled`]. What is wrong with the
    /// artefacts is not an error but in the result.
    pub fn verify(&self, dir: &Path) -> Result<Verification> {
        let total_bytes = decode::survey(dir).ok().map(|(_, totals)| totals.bytes);
        let reader =
            ManifestReader::open(dir).map_err(KzgAdvancedError::reading(&dir.join(MANIFEST)))?;
        let chunk_len = self.options.plan()?.chunk_blobs;
        let check = FolderCheck {
            dir,
            settings: &**self.backends.verifier(),
            progress: &*self.progress,
            cancel: &self.cancel,
            meter: &Meter::start(),
            pool: &MemoryPool::new(chunk_len, Blob::zeroed_on_heap),
            chunk_len,
            durable: None,
        };
        let mut found = Verification::default();
        self.progress.begin(Phase::Verify, total_bytes);
        let finished = check.run(reader, &mut found);
        self.progress.end(Phase::Verify);
        if !finished? {
            found.no_end();
        }
        Ok(found)
    }
}
