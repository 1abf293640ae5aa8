//! The public interface of a job: [`DataProcessingPipeline`].

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use kzg_advanced::{CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result};
use kzg_traits::{Blob, KzgSettings, MemoryPool};

use crate::backends::JobBackends;
use crate::folder::disk::Disk;
use crate::folder::survey::Survey;
use crate::input::Input;
use crate::manifest::{MANIFEST, ManifestReader};
use crate::options::PipelineOptions;
use crate::progress::{Phase, Progress, Reporter};
use crate::report::{Meter, ProcessingReport, Verification};
use crate::run::in_memory::{self, ProcessedBlob};
use crate::run::job::PipelineJob;
use crate::run::{FailedJob, FinishedRun, to_folder};
use crate::stages::verify::FolderCheck;

/// Turns inputs into verified blobs: in a folder, or in memory.
#[derive(Clone, Debug)]
pub struct DataProcessingPipeline {
    pub(crate) job: PipelineJob,
}

impl DataProcessingPipeline {
    /// A pipeline over one backend. The memory plan uses the number of threads of that backend.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>, options: PipelineOptions) -> Self {
        Self::with_backends(JobBackends::single(settings), options)
    }

    /// A pipeline over several backends, such as [`JobBackends::choose`] finds.
    #[must_use]
    pub fn with_backends(backends: JobBackends, options: PipelineOptions) -> Self {
        Self {
            job: PipelineJob::new(backends, options),
        }
    }

    /// The same pipeline, which reports to `progress`.
    #[must_use]
    pub fn with_progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.job.progress = progress;
        self
    }

    /// The same pipeline, which stops when `cancel` is cancelled.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.job.cancel = cancel;
        self
    }

    /// The same pipeline, with the program's command line in the report.
    #[must_use]
    pub fn with_command_line(
        mut self,
        command: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        self.job.command = command.into_iter().map(Into::into).collect();
        self
    }

    /// Runs the whole job: writes the artefacts of all inputs into `dir`, reads them back,
    /// verifies them and writes the report. The verdict of the verification is in the report.
    ///
    /// The folder is locked while the job runs, and the file of the lock, `job.lock`, stays. The
    /// operating system ends the lock when the process ends, however it ends. Some network file
    /// systems have no locks; there, nothing keeps a second run away.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Configuration`] for options that contradict each other, a folder that
    /// is not empty, a folder in which another run is at work, or a resumed run with other inputs or
    /// options;
    /// [`KzgAdvancedError::MemoryLimit`]; [`KzgAdvancedError::Io`] for an input that cannot be
    /// read or changes while it is read, for a failed write, and for a thread that cannot be
    /// started; an error of a backend; [`KzgAdvancedError::Cancelled`]. A panic of the caller's
    /// reader is an error of kind `Fault`. After an error in the middle of a job, a run with
    /// [`resume`](PipelineOptions::resume) completes the job.
    pub fn run(&self, inputs: Vec<Input>, dir: &Path) -> Result<ProcessingReport> {
        self.attempt(inputs, dir).into_result()
    }

    /// As [`run`](Self::run), but returns the report even if the job ended early. The report is in
    /// the folder too.
    #[must_use]
    pub fn attempt(&self, inputs: Vec<Input>, dir: &Path) -> FinishedRun {
        to_folder::run(&self.job, inputs, dir, Disk::default())
    }

    /// Runs the same stages in memory: the items of a dataset become blobs that are committed to,
    /// proved and verified. An empty item has no blob.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), without the errors about files; [`KzgAdvancedError::Configuration`]
    /// for a dataset without items; [`KzgAdvancedError::Integrity`] if none of the blobs verified.
    /// The error holds the report of the job.
    pub fn process_dataset(&self, dataset: &[Vec<u8>]) -> Result<ProcessingReport, FailedJob> {
        self.process_dataset_into(dataset, |_| {})
    }

    /// As [`process_dataset`](Self::process_dataset), and calls `receive` with each verified blob,
    /// its commitment and its proofs, in order. `receive` does not get blobs that do not verify;
    /// the report names those blobs.
    ///
    /// # Errors
    ///
    /// As [`process_dataset`](Self::process_dataset). A panic of `receive` ends the job with an
    /// error of kind `Fault`.
    pub fn process_dataset_into(
        &self,
        dataset: &[Vec<u8>],
        receive: impl FnMut(ProcessedBlob<'_>) + Send,
    ) -> Result<ProcessingReport, FailedJob> {
        in_memory::run(&self.job, dataset, receive)
    }

    /// Verifies an output folder by its manifest alone, without the options of this pipeline.
    /// Checks that the manifest is complete and that its last line has the hash of the other lines,
    /// that every blob matches its commitment, versioned hash and proof (without proofs, the
    /// commitment is computed again), that the blobs of each input decode to bytes of the recorded
    /// hash, and that the bundles match the manifest and the blobs. If a check fails and the manifest names
    /// another trusted setup than [`JobBackends`] does, the first failure says so.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if there is no manifest; [`KzgAdvancedError::DataValidation`] if
    /// no line of it can be read; [`KzgAdvancedError::Backend`];
    /// [`KzgAdvancedError::Cancelled`]. Faults of artefacts are not errors; the result lists them.
    pub fn verify(&self, dir: &Path) -> Result<Verification> {
        let mut survey = Survey::read(dir)?;
        let encoding_is_lost = !survey.find_encoding(dir, &self.job.cancel)?;
        let total_bytes = survey.bytes();
        let reader =
            ManifestReader::open(dir).map_err(KzgAdvancedError::reading(&dir.join(MANIFEST)))?;
        let chunk_len = self.job.options.plan()?.chunk_blobs;
        let progress = Reporter::new(&*self.job.progress);
        let check = FolderCheck {
            dir,
            header: &survey.header,
            encoding_is_lost,
            settings: &**self.job.backends.verifier(),
            progress: &progress,
            cancel: &self.job.cancel,
            meter: &Meter::start(),
            pool: &MemoryPool::new(chunk_len, Blob::zeroed_on_heap),
            chunk_len,
            durable: None,
        };
        let mut found = Verification::default();
        progress.begin(Phase::Verify, total_bytes);
        let finished = check.run(reader, &mut found);
        progress.end(Phase::Verify);
        if !finished? {
            found.no_end();
        }
        let setup = &survey.header.trusted_setup;
        let difference = setup.difference(&self.job.backends.trusted_setup());
        // The blobs decide: the manifest of a job whose setup was not named verifies with the right one.
        if let Some(difference) = difference.filter(|_| !survey.header_is_lost && found.failed > 0)
        {
            found.fail_first(MANIFEST, difference);
        }
        Ok(found)
    }
}
