//! The second stage: commits to the blobs of a chunk and proves them, except the blobs that an
//! earlier run has recorded.

use core::time::Duration;
use std::time::Instant;

use kzg_advanced::batch::Consecutive;
use kzg_traits::{Blob, KzgSettings, Operation};

use crate::formats::cells::StoredCells;
use crate::manifest::{BlobRecord, Header, Record, kzg_to_versioned_hash};
use crate::options::Artefact;
use crate::report::{Meter, Stage};
use crate::stages::convert::{Chunk, ChunkEntry};
use crate::stages::resume::Resume;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result, backend_error};

/// A chunk with the commitments, proofs and cells of its blobs.
pub(crate) struct Made {
    pub(crate) chunk: Chunk,
    /// The lines of an earlier run that stay where they are in the manifest.
    pub(crate) kept: Vec<Record>,
    /// The lines to append.
    pub(crate) lines: Vec<Record>,
    /// The record of each blob.
    pub(crate) records: Vec<BlobRecord>,
    /// Whether an earlier run has recorded the blob, for each blob.
    pub(crate) recorded: Vec<bool>,
    /// The cells of each blob if cells are emitted; otherwise empty.
    pub(crate) cells: Vec<StoredCells>,
    /// If the job needs no further line of the earlier run: whether the earlier manifest ends in damage.
    pub(crate) earlier_is_used_up: Option<bool>,
}

/// Computes the records and cells of each chunk.
pub(crate) struct Computer<'a> {
    settings: &'a dyn KzgSettings,
    header: &'a Header,
    resume: Resume,
    meter: &'a Meter,
    kept_blobs: u64,
    /// The time spent on checking the lines of an earlier run.
    resuming: Duration,
}

/// The state of the resumption after the last chunk has been computed.
#[derive(Default)]
pub(crate) struct TakenUp {
    pub(crate) resume: Resume,
    pub(crate) kept_blobs: u64,
    pub(crate) time: Duration,
}

/// Compares what inputs say about their blobs with what was computed, and verifies the cells that they hold.
fn check_claims(settings: &dyn KzgSettings, chunk: &Chunk, records: &[BlobRecord]) -> Result<()> {
    let claims = chunk.entries.iter().filter_map(|entry| match entry {
        ChunkEntry::Blob { claim, .. } => Some(claim),
        ChunkEntry::Input(_) | ChunkEntry::InputEnd(_) => None,
    });
    for (claim, record) in claims.zip(records) {
        if let Some(claim) = claim {
            let wrong = |wrong| KzgAdvancedError::data(claim.name.clone(), wrong);
            claim.check(record).map_err(wrong)?;
            let operation = Operation::VerifyCellKzgProofEach;
            let verified = claim.verify_cells(settings, &record.commitment);
            let verified = verified.map_err(backend_error(settings, operation, record.blob))?;
            verified.map_err(wrong)?;
        }
    }
    Ok(())
}

impl<'a> Computer<'a> {
    pub(crate) fn new(
        settings: &'a dyn KzgSettings,
        header: &'a Header,
        resume: Resume,
        meter: &'a Meter,
    ) -> Self {
        Self {
            settings,
            header,
            resume,
            meter,
            kept_blobs: 0,
            resuming: Duration::ZERO,
        }
    }

    pub(crate) fn make(&mut self, chunk: Chunk) -> Result<Made> {
        let started = Instant::now();
        let kept = self.resume.keep(self.settings, self.header, &chunk)?;
        self.resuming += started.elapsed();
        let recorded: Vec<bool> = kept.blobs.iter().map(Option::is_some).collect();
        let old_blobs = recorded.iter().filter(|&&recorded| recorded).count();
        self.kept_blobs += old_blobs as u64;

        let blobs = chunk.blob_refs();
        let mut old = kept.blobs.into_iter();
        let (mut records, mut cells) = (Vec::with_capacity(blobs.len()), Vec::new());
        // Neighbours are computed together.
        for run in recorded.chunk_by(PartialEq::eq) {
            let begin = records.len();
            let (first, run_blobs) = (
                chunk.first_blob + begin as u64,
                &blobs[begin..begin + run.len()],
            );
            let old: Vec<BlobRecord> = old.by_ref().take(run.len()).flatten().collect();
            if old.is_empty() {
                let (new, new_cells) = self.records(run_blobs, first)?;
                records.extend(new);
                cells.extend(new_cells);
            } else {
                records.extend(old);
                // These cells are only compared with the stored cells.
                cells.extend(self.emitted_cells(run_blobs, first)?);
            }
        }
        let inputs = chunk.entries.iter().filter_map(|entry| match entry {
            ChunkEntry::Blob { input, .. } => Some(*input),
            ChunkEntry::Input(_) | ChunkEntry::InputEnd(_) => None,
        });
        for (record, input) in records.iter_mut().zip(inputs) {
            record.input = input;
        }
        check_claims(self.settings, &chunk, &records)?;
        let new_blobs = blobs.len() - old_blobs;
        let bytes = (new_blobs * Blob::LENGTH) as u64;
        self.meter.count(Stage::Commit, new_blobs as u64, bytes);
        self.meter.count(Stage::Prove, new_blobs as u64, bytes);

        let mut blob_records = records.iter();
        let lines = chunk.entries.iter().map(|entry| match entry {
            ChunkEntry::Input(input) => Record::Input(input.clone()),
            ChunkEntry::InputEnd(end) => Record::InputEnd(end.clone()),
            ChunkEntry::Blob { .. } => {
                let record = blob_records.next();
                Record::Blob(record.expect("one for each blob").clone())
            }
        });
        Ok(Made {
            lines: lines.skip(kept.lines.len()).collect(),
            kept: kept.lines,
            records,
            recorded,
            cells,
            chunk,
            earlier_is_used_up: self.resume.is_used_up(),
        })
    }

    /// The cells of consecutive blobs if the options emit cells; otherwise empty.
    fn emitted_cells(&self, blobs: &[&Blob], first: u64) -> Result<Vec<StoredCells>> {
        if !self.header.emit.contains(&Artefact::Cells) {
            return Ok(Vec::new());
        }
        self.time(Stage::Prove, first, |consecutive| {
            let cells = consecutive.cells(blobs.into())?;
            Ok(cells.into_iter().map(StoredCells::from_cells).collect())
        })
    }

    /// Ends the computation, and returns the state of the resumption.
    pub(crate) fn into_taken_up(self) -> TakenUp {
        TakenUp {
            resume: self.resume,
            kept_blobs: self.kept_blobs,
            time: self.resuming,
        }
    }

    /// Commits to consecutive blobs and proves them. Returns their records without the number of
    /// the input, and their cells if the options emit cells.
    fn records(&self, blobs: &[&Blob], first: u64) -> Result<(Vec<BlobRecord>, Vec<StoredCells>)> {
        let commitments = self.time(Stage::Commit, first, |consecutive| {
            consecutive.commitments(blobs.into())
        })?;
        let mut proofs = vec![None; blobs.len()];
        if self.header.proofs.of_blobs() {
            let made = self.time(Stage::Prove, first, |consecutive| {
                consecutive.proofs(blobs.into(), &commitments)
            })?;
            proofs = made.into_iter().map(Some).collect();
        }
        let made = commitments.into_iter().zip(proofs).zip(first..);
        let mut records: Vec<BlobRecord> = made
            .map(|((commitment, proof), blob)| BlobRecord {
                input: 0,
                blob,
                commitment,
                versioned_hash: kzg_to_versioned_hash(&commitment),
                proof,
                cell_proofs: None,
            })
            .collect();
        if !self.header.proofs.of_cells() {
            return Ok((records, self.emitted_cells(blobs, first)?));
        }
        let made = self.time(Stage::Prove, first, |consecutive| {
            consecutive.cells_and_proofs(blobs.into())
        })?;
        let emits_cells = self.header.emit.contains(&Artefact::Cells);
        let mut cells = Vec::new();
        for (record, made) in records.iter_mut().zip(made) {
            record.cell_proofs = Some(made.proofs);
            if emits_cells {
                cells.push(StoredCells::from_cells(made.cells));
            }
        }
        Ok((records, cells))
    }

    /// Works on consecutive blobs, the first of which has the number `first`, and measures the
    /// time.
    fn time<T>(
        &self,
        stage: Stage,
        first: u64,
        work: impl FnOnce(Consecutive<'_>) -> Result<T>,
    ) -> Result<T> {
        self.meter
            .time(stage, || work(Consecutive::new(self.settings, first)))
    }
}
