//! The state and the report of one run of a job.

pub(crate) mod in_memory;
pub(crate) mod job;
pub(crate) mod plan;
pub(crate) mod stage_threads;
pub(crate) mod to_folder;

use core::fmt;

use kzg_traits::{Blob, ErrorKind, MemoryPool};

use crate::backends::Tally;
use crate::input::Openings;
use crate::manifest::{FORMAT, Header};
use crate::options::Artefact;
use crate::progress::Reporter;
use crate::report::{
    JobOutcome, MemoryUse, Meter, ProcessingReport, Resumed, RunInfo, Stage, Verification,
};
use crate::run::job::PipelineJob;
use crate::run::plan::MemoryPlan;
use crate::run::stage_threads::StageThreads;
use crate::stages::compute::Computer;
use crate::stages::convert::{Converter, Totals};
use crate::stages::resume::Resume;
use kzg_advanced::monitor::MemoryWatch;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// The end of a run, with its report.
#[derive(Debug)]
#[non_exhaustive]
pub struct FinishedRun {
    /// The report; `None` if the run was refused before it began.
    pub report: Option<ProcessingReport>,
    /// The error that ended the run early.
    pub error: Option<KzgAdvancedError>,
}

impl FinishedRun {
    /// A run that did not begin.
    pub(crate) fn refused(error: KzgAdvancedError) -> Self {
        Self {
            report: None,
            error: Some(error),
        }
    }

    /// The report of a run that was not ended early.
    ///
    /// # Errors
    ///
    /// The error that ended the run early.
    pub fn into_result(self) -> Result<ProcessingReport> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self
                .report
                .expect("a run that was not refused has a report")),
        }
    }
}

/// The error of a job in memory that ended early or gave no blob, with its report.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedJob {
    /// The reason why the job failed.
    pub error: Box<KzgAdvancedError>,
    /// The report; `None` if the job was refused before it began.
    pub report: Option<Box<ProcessingReport>>,
}

impl FailedJob {
    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }
}

impl fmt::Display for FailedJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for FailedJob {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl From<KzgAdvancedError> for FailedJob {
    fn from(error: KzgAdvancedError) -> Self {
        Self {
            error: Box::new(error),
            report: None,
        }
    }
}

impl From<FailedJob> for KzgAdvancedError {
    fn from(failed: FailedJob) -> Self {
        *failed.error
    }
}

/// A run that has begun.
pub(crate) struct Run<'a> {
    pub(crate) job: &'a PipelineJob,
    pub(crate) progress: Reporter<'a>,
    pub(crate) plan: MemoryPlan,
    pub(crate) header: Header,
    info: RunInfo,
    pub(crate) meter: Meter,
    /// The pool of buffers for the blobs in all stages.
    pub(crate) pool: MemoryPool<Box<Blob>>,
    /// The tally of the backends before the run.
    before: Tally,
}

/// The results of a run.
pub(crate) struct RunResults {
    pub(crate) totals: Totals,
    pub(crate) verification: Verification,
    pub(crate) bytes_written: u64,
    pub(crate) resumed: Option<Resumed>,
}

impl<'a> Run<'a> {
    pub(crate) fn begin(job: &'a PipelineJob) -> Result<Self> {
        let options = &job.options;
        options.check()?;
        let plan = options.plan()?;
        Ok(Self {
            job,
            progress: Reporter::new(&*job.progress),
            plan,
            header: Header {
                format: FORMAT,
                backend: job.backends.prover().backend().to_owned(),
                encoding: job.codec.name().to_owned(),
                proofs: options.proofs,
                emit: options.emit.clone(),
                trusted_setup: job.backends.trusted_setup(),
                shard: options.shard,
            },
            info: RunInfo::now(&job.command),
            meter: Meter::start(),
            pool: MemoryPool::new(plan.blobs_in_flight(), Blob::zeroed_on_heap),
            before: job.backends.tally(),
        })
    }

    pub(crate) fn converter<'s>(&'s self, inputs: Openings<'s>) -> Converter<'s> {
        Converter::new(
            self.job.codec,
            inputs,
            self.plan.chunk_blobs,
            self.pool.clone(),
            self.header.emit.contains(&Artefact::Bundles),
            self.job.options.keep_going,
            &self.meter,
        )
    }

    pub(crate) fn computer(&self, resume: Resume) -> Computer<'_> {
        let prover = &**self.job.backends.prover();
        Computer::new(prover, &self.header, resume, &self.meter)
    }

    pub(crate) fn stage_threads(&self, total_bytes: Option<u64>) -> StageThreads<'_> {
        StageThreads {
            meter: &self.meter,
            progress: &self.progress,
            cancel: &self.job.cancel,
            queued_chunks: self.plan.queued_chunks,
            total_bytes,
            #[cfg(test)]
            refused: None,
        }
    }

    /// The report of the run; `error` is the error that ended it early.
    pub(crate) fn report(
        &self,
        results: RunResults,
        error: Option<&(Stage, KzgAdvancedError)>,
    ) -> ProcessingReport {
        let outcome = match error {
            None => JobOutcome::Complete,
            Some((_, KzgAdvancedError::Cancelled)) => JobOutcome::Interrupted,
            Some((stage, error)) => {
                self.meter
                    .failed_by(*stage, "job", error.to_string(), error);
                JobOutcome::Failed
            }
        };
        let mut failures = self.meter.failures();
        let verification = results.verification;
        failures.add_failures(Stage::Verify, &verification);
        let skipped = self.meter.left_out();
        let (backends, retries, fallbacks) = self.job.backends.tally().since(&self.before);
        let seconds = self.meter.elapsed().as_secs_f64();
        let Totals {
            inputs,
            blobs,
            bytes,
        } = results.totals;
        let Header {
            backend,
            encoding,
            proofs,
            emit,
            trusted_setup,
            ..
        } = self.header.clone();
        ProcessingReport {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            run: self.info.clone(),
            outcome,
            error: error.map(|(_, error)| error.to_string()),
            backend,
            encoding,
            proofs,
            emit,
            trusted_setup,
            inputs,
            blobs,
            bytes,
            bytes_written: results.bytes_written,
            seconds,
            bytes_per_second: (bytes as f64 / seconds) as u64,
            succeeded: verification.right_blobs,
            failed: failures.count,
            false_claims: self.meter.false_claims(),
            failures: failures.first,
            skipped: skipped.count,
            skipped_items: skipped.first,
            stages: self.meter.stages(),
            throughput: self.meter.throughput(),
            backends,
            retries,
            fallbacks,
            memory: self.memory(),
            verification,
            resumed: results.resumed,
        }
    }

    fn memory(&self) -> MemoryUse {
        let sample = MemoryWatch::new().sample();
        let most_blobs = self.pool.statistics().high_water;
        MemoryUse {
            limit_bytes: self.plan.limit,
            peak_resident_bytes: sample.peak,
            resident_bytes: sample.resident,
            planned_buffer_bytes: self.plan.buffer_bytes,
            peak_blob_bytes: (most_blobs * Blob::LENGTH) as u64,
            table_budget_bytes: self.job.backends.table_budget(),
            chunk_blobs: self.plan.chunk_blobs as u64,
            queued_chunks: self.plan.queued_chunks as u64,
        }
    }
}
