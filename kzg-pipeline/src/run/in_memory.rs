//! A job in memory: its inputs are the caller's, and so are its results.

use crossbeam_channel::{Receiver, Sender, bounded};

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, KzgSettings};

use crate::DataProcessingPipeline;
use crate::formats::cells::StoredCells;
use crate::input::{Opened, Opening};
use crate::manifest::BlobRecord;
use crate::progress::Phase;
use crate::report::{Stage, Verification};
use crate::run::engine::Target;
use crate::run::resume::Resume;
use crate::run::{Attempt, Results, Run};
use crate::stages::compute::{Made, TakenUp};
use crate::stages::convert::{Entry, Totals};
use crate::stages::input_check::InputCheck;
use crate::stages::prove::mismatches;
use kzg_advanced::Result;
use kzg_advanced::codec::BlobCodec;

/// A blob of a dataset with what was made of it, verified.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ProcessedBlob<'a> {
    /// The commitment, the proofs, and the number of the item that the blob belongs to.
    pub record: &'a BlobRecord,
    /// The blob.
    pub blob: &'a Blob,
    /// The 128 cells of its extension where the options emit cells; otherwise none.
    pub cells: &'a [Cell],
}

/// Runs a job over the items of a dataset; `receive` gets each blob that is right, in order.
pub(crate) fn run(
    pipeline: &DataProcessingPipeline,
    dataset: &[Vec<u8>],
    receive: impl FnMut(ProcessedBlob<'_>) + Send,
) -> Attempt {
    let run = match Run::begin(pipeline) {
        Ok(run) => run,
        Err(error) => return Attempt::refused(error),
    };
    let total = dataset.iter().map(|item| item.len() as u64).sum();
    let inputs = dataset.iter().enumerate().map(|(number, item)| {
        Opening::Opened(Opened {
            name: format!("item {number}"),
            reader: Box::new(&**item),
        })
    });
    // The stage that writes in other jobs has nothing to do but hand on, so it is the queue.
    let (made, to_verify) = bounded(0);
    let mut check = DatasetCheck {
        run: &run,
        settings: &**pipeline.backends.verifier(),
        codec: pipeline.codec,
        input: InputCheck::default(),
        receive,
        found: Verification::default(),
    };
    let checking = &mut check;
    let ended = run.engine(Some(total)).run(
        run.converter(Box::new(inputs)),
        run.computer(Resume::nothing()),
        Memory { made },
        // Gone when verifying ends, so that nobody waits for it any more.
        move || checking.run(&to_verify),
        drop,
    );
    let results = Results {
        totals: ended.totals,
        verification: check.found,
        bytes_written: 0,
        resumed: None,
    };
    let mut report = run.report(results, ended.error.as_ref());
    report.emit.clear();
    Attempt {
        report: Some(report),
        error: ended.error.map(|(_, error)| error),
    }
}

/// Hands results on to whoever verifies them.
struct Memory {
    made: Sender<Made>,
}

impl Target for Memory {
    const WRITES: bool = false;

    fn write(&mut self, made: Made) -> Result<u64> {
        // Where nobody receives it, verification has failed, and says so itself.
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
            let progress = &self.run.pipeline.progress;
            progress.advance(Phase::Verify, blobs, made.chunk.bytes);
        }
    }

    fn check(&mut self, made: &Made) -> Result<()> {
        let blobs = made.chunk.blob_refs();
        let rows = made.cells.chunks_exact(CELLS_PER_EXT_BLOB);
        let stored: Vec<StoredCells> = rows
            .map(|cells| StoredCells::from_cells(cells.to_vec()))
            .collect();
        let cells = (!stored.is_empty()).then_some(&*stored);
        let proofs = self.run.header.proofs;
        let reasons = mismatches(self.settings, proofs, &blobs, &made.records, cells)?;
        let mut verdicts = reasons
            .into_iter()
            .zip(&made.records)
            .zip(blobs)
            .enumerate();
        for entry in &made.chunk.entries {
            match entry {
                Entry::Input(input) => self.input.begin(input),
                Entry::Blob { .. } => {
                    let (place, ((reason, record), blob)) =
                        verdicts.next().expect("one for each blob of the chunk");
                    let decoded = self.input.blob(self.codec, blob).err();
                    self.found.blobs += 1;
                    if let Some(reason) = reason.or(decoded) {
                        let item = format!("blob {} of item {}", record.blob, record.input);
                        self.found.fail(item, reason);
                        continue;
                    }
                    self.found.right_blobs += 1;
                    (self.receive)(ProcessedBlob {
                        record,
                        blob,
                        cells: stored.get(place).map_or(&[], StoredCells::cells),
                    });
                }
                Entry::InputEnd(end) => {
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
