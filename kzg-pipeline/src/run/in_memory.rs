//! Runs a job in memory: the caller's items become blobs, which the caller receives.

use crossbeam_channel::{Receiver, Sender, bounded};

use kzg_traits::{Blob, Cell, KzgSettings};

use crate::formats::cells::StoredCells;
use crate::input::blobs::Claims;
use crate::input::{InputName, Opened, Opening};
use crate::manifest::{BlobRecord, Given};
use crate::progress::Phase;
use crate::report::{Failure, ProcessingReport, Stage, Verification};
use crate::run::job::PipelineJob;
use crate::run::stage_threads::Target;
use crate::run::{FailedJob, Run, RunResults};
use crate::stages::check::mismatches;
use crate::stages::compute::{Made, TakenUp};
use crate::stages::convert::{ChunkEntry, Totals};
use crate::stages::input_check::InputCheck;
use crate::stages::resume::Resume;
use kzg_advanced::codec::BlobCodec;
use kzg_advanced::{FailedCall, KzgAdvancedError, KzgAdvancedResult as Result};

/// A verified blob of a dataset with its commitment, proofs and cells.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ProcessedBlob<'a> {
    /// The commitment, the proofs, and the number of the item that the blob belongs to.
    pub record: &'a BlobRecord,
    /// The blob.
    pub blob: &'a Blob,
    /// The 128 cells of the blob's extension if the options emit cells; otherwise empty.
    pub cells: &'a [Cell],
}

/// Runs a job over the items of a dataset. `receive` gets each verified blob, in order.
pub(crate) fn run(
    job: &PipelineJob,
    dataset: &[Vec<u8>],
    receive: impl FnMut(ProcessedBlob<'_>) + Send,
) -> Result<ProcessingReport, FailedJob> {
    if dataset.is_empty() {
        return Err(KzgAdvancedError::configuration("a dataset without items").into());
    }
    let run = Run::begin(job)?;
    let total = dataset.iter().map(|item| item.len() as u64).sum();
    let inputs = dataset.iter().enumerate().map(|(number, item)| {
        Opening::Opened(Opened {
            name: InputName::from(format!("item {number}")),
            given: Given::Stream,
            mode: None,
            reader: Box::new(&**item),
            claims: Claims::default(),
        })
    });
    // A job in memory writes nothing, so the target is only a channel to the verification.
    let (made, to_verify) = bounded(0);
    let mut check = DatasetCheck {
        run: &run,
        settings: &**job.backends.verifier(),
        codec: job.codec,
        input: InputCheck::default(),
        receive,
        found: Verification::default(),
    };
    let checking = &mut check;
    let ended = run.stage_threads(Some(total)).run(
        run.converter(Box::new(inputs)),
        run.computer(Resume::default()),
        Memory { made },
        // The closure drops the receiver when the verification ends, so that no sender waits.
        move || checking.run(&to_verify),
        drop,
    );
    let results = RunResults {
        totals: ended.totals,
        verification: check.found,
        bytes_written: 0,
        resumed: None,
    };
    let mut report = run.report(results, ended.error.as_ref());
    report.emit.clear();
    let error = ended.error.map(|(_, error)| error);
    match error.or_else(|| none_verified(job, &report)) {
        None => Ok(report),
        Some(error) => Err(FailedJob {
            error: Box::new(error),
            report: Some(Box::new(report)),
        }),
    }
}

/// The error of a job that has blobs, if none of the blobs verified.
fn none_verified(job: &PipelineJob, report: &ProcessingReport) -> Option<KzgAdvancedError> {
    let verification = &report.verification;
    if verification.blobs == 0 || verification.right_blobs > 0 {
        return None;
    }
    let mut message = format!("none of {} blobs verified", verification.blobs);
    if let Some(Failure { item, reason }) = verification.failures.first() {
        message = format!("{message}; {item}: {reason}");
    }
    let call = FailedCall {
        backend: Some(job.backends.verifier().backend().to_owned()),
        attempts: 1,
        ..FailedCall::default()
    };
    Some(call.failed_with(kzg_traits::Error::Integrity { message }))
}

/// Sends results to the verification.
struct Memory {
    made: Sender<Made>,
}

impl Target for Memory {
    const WRITES: bool = false;

    fn write(&mut self, made: Made) -> Result<u64> {
        // Sending fails only if the verification has failed, which reports its own error.
        let _ = self.made.send(made);
        Ok(0)
    }

    fn end(&mut self, _: Totals, _: &mut TakenUp) -> Result<()> {
        Ok(())
    }
}

struct DatasetCheck<'a, F> {
    run: &'a Run<'a>,
    settings: &'a dyn KzgSettings,
    codec: &'static dyn BlobCodec,
    input: InputCheck,
    receive: F,
    found: Verification,
}

impl<F: FnMut(ProcessedBlob<'_>)> DatasetCheck<'_, F> {
    fn run(&mut self, made: &Receiver<Made>) -> Result<()> {
        let meter = &self.run.meter;
        loop {
            let waiting = made.len();
            let Ok(made) = made.recv() else { return Ok(()) };
            meter.took(Stage::Verify, Some(0), waiting);
            meter.time(Stage::Verify, || self.check(&made))?;
            let blobs = made.chunk.blobs.len() as u64;
            let bytes = (made.chunk.blobs.len() * Blob::LENGTH) as u64;
            meter.count(Stage::Verify, blobs, bytes);
            let progress = &self.run.progress;
            progress.advance(Phase::Verify, blobs, made.chunk.bytes);
        }
    }

    fn check(&mut self, made: &Made) -> Result<()> {
        let blobs = made.chunk.blob_refs();
        let cells = (!made.cells.is_empty()).then_some(&*made.cells);
        let proofs = self.run.header.proofs;
        let reasons = mismatches(self.settings, proofs, &blobs, &made.records, cells)?;
        let mut verdicts = reasons
            .into_iter()
            .zip(&made.records)
            .zip(blobs)
            .enumerate();
        for entry in &made.chunk.entries {
            match entry {
                ChunkEntry::Input(input) => self.input.begin(input),
                ChunkEntry::Blob { .. } => {
                    let (place, ((reason, record), blob)) =
                        verdicts.next().expect("one for each blob of the chunk");
                    let decoded = self.input.blob(self.codec, blob);
                    self.found.blobs += 1;
                    let reason = reason.map(|mismatch| mismatch.to_string());
                    let undecoded = decoded.err().map(|error| error.to_string());
                    if let Some(reason) = reason.or(undecoded) {
                        let item = format!("blob {} of item {}", record.blob, record.input);
                        self.found.fail_blob(record.blob, item, reason);
                        continue;
                    }
                    self.found.right_blobs += 1;
                    (self.receive)(ProcessedBlob {
                        record,
                        blob,
                        cells: made.cells.get(place).map_or(&[], StoredCells::cells),
                    });
                }
                ChunkEntry::InputEnd(end) => {
                    self.found.inputs += 1;
                    if let Some((item, reason)) = self.input.end(end) {
                        self.found.fail(item, reason);
                    }
                }
            }
        }
        Ok(())
    }
}
