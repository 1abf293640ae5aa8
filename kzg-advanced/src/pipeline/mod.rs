//! From files of any size to a folder of verified blobs, and back.
//!
//! The stages, each in a file of its own: `convert` (bytes to blobs), `prove` (commitments and
//! proofs, of blobs and of cells), `store` (artefacts and the manifest, crash-safe), `verify` (reads everything back).
//! A bounded number of blobs is in flight, so memory does not grow with the inputs. `resume`
//! takes up what a killed run left; `decode` gives the bytes back.
//!
//! The output of a job depends on the inputs and the options alone: not on threads, chunks, or
//! on how often it was killed and resumed.

use std::path::Path;
use std::sync::Arc;

use kzg_traits::{Blob, KzgSettings, MemoryPool};

use crate::codec::{BlobCodec, SimpleCoder};
use crate::error::{KzgAdvancedError, Result};

mod bundle;
pub mod cells;
mod convert;
mod decode;
mod disk;
mod input;
mod job;
pub mod manifest;
mod names;
mod new_file;
mod options;
mod progress;
mod prove;
mod report;
mod resume;
mod store;
mod stored;
#[cfg(test)]
mod tests;
mod verify;

use convert::Converter;
use disk::Disk;
use job::Job;
use manifest::{FORMAT, Header};
use verify::verify_output;

use crate::cancellation::CancellationToken;

pub(crate) use bundle::BLOBS_PER_BUNDLE;
pub use decode::{DecodeReport, decode};
pub use input::Input;
pub use options::{Artefact, PipelineOptions, Proofs};
pub use progress::{NoProgress, Phase, Progress};
pub use report::{Failure, ProcessingReport, Resumed, Stage, StageTime, Verification};

/// Turns inputs into a folder of verified blobs.
#[derive(Clone, Debug)]
pub struct DataProcessingPipeline {
    settings: Arc<dyn KzgSettings>,
    options: PipelineOptions,
    codec: &'static dyn BlobCodec,
    progress: Arc<dyn Progress>,
    cancel: CancellationToken,
}

impl DataProcessingPipeline {
    /// A pipeline over a backend, which also says on how many threads it computes.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>, options: PipelineOptions) -> Self {
        Self {
            settings,
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
    /// [`KzgAdvancedError::DataValidation`] for an input that cannot be read;
    /// [`KzgAdvancedError::ResourceExhausted`] where writing fails;
    /// [`KzgAdvancedError::Backend`]; [`KzgAdvancedError::Cancelled`]. After the last three, a
    /// run with [`resume`](PipelineOptions::resume) completes the job.
    pub fn run(&self, inputs: Vec<Input>, dir: &Path) -> Result<ProcessingReport> {
        self.run_on(inputs, dir, Disk::default())
    }

    /// Verifies an output folder as a stranger would: that the manifest is whole and its last
    /// line hashes the others, that every blob matches its commitment, versioned hash and proof
    /// (without proofs, the commitment is computed again), that the blobs of each input decode
    /// to bytes of the recorded hash, and that bundles say the same. What was made, and how, is
    /// read from the manifest and not from the options.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::DataValidation`] if there is no manifest;
    /// [`KzgAdvancedError::Backend`]; [`KzgAdvancedError::Cancelled`]. What is wrong with the
    /// artefacts is not an error but in the result.
    pub fn verify(&self, dir: &Path) -> Result<Verification> {
        let total_bytes = decode::survey(dir).ok().map(|(_, totals)| totals.bytes);
        verify_output(self, dir, total_bytes)
    }

    fn run_on(&self, inputs: Vec<Input>, dir: &Path, disk: Disk) -> Result<ProcessingReport> {
        self.options.check()?;
        if inputs.is_empty() {
            return Err(KzgAdvancedError::configuration("no inputs"));
        }
        let mut total_bytes = Some(0);
        for input in &inputs {
            let bytes = input.len_hint()?;
            total_bytes = total_bytes.zip(bytes).map(|(total, bytes)| total + bytes);
        }
        let header = Header {
            format: FORMAT,
            backend: self.settings.backend().to_owned(),
            encoding: self.codec.name().to_owned(),
            proofs: self.options.proofs,
            emit: self.options.emit.clone(),
        };

        let mut job = Job::begin(self, header, dir, disk)?;
        self.progress.begin(Phase::Process, total_bytes);
        let pool = MemoryPool::new(self.options.chunk_len(), Blob::zeroed_on_heap);
        let mut converter = Converter::new(self.codec, inputs, self.options.chunk_len(), pool);
        while let Some(chunk) = job.time(Stage::Convert, || converter.next_chunk())? {
            self.cancel.check()?;
            job.process(&chunk)?;
            self.progress.advance(chunk.blobs.len() as u64, chunk.bytes);
        }
        let (inputs, blobs, bytes) = converter.totals();
        job.end(inputs, blobs, bytes)?;

        let verification = job.time(Stage::Verify, || verify_output(self, dir, Some(bytes)))?;
        job.report(inputs, blobs, bytes, verification)
    }
}
