//! The second stage: a chunk's blobs are committed to and proved; of all this only what an
//! earlier run has not done.

use core::time::Duration;
use std::time::Instant;

use kzg_advanced::batch::Consecutive;
use kzg_traits::{Blob, KzgSettings};

use crate::formats::cells::StoredCells;
use crate::manifest::{BlobRecord, Header, Record, kzg_to_versioned_hash};
use crate::options::Artefact;
use crate::report::{Meter, Stage};
use crate::run::resume::Resume;
use crate::stages::convert::{Chunk, Entry};
use kzg_advanced::KzgAdvancedResult as Result;

/// A chunk with what was computed of it.
pub(crate) struct Made {
    pub(crate) chunk: Chunk,
    /// The lines that an earlier run has written, and that stand.
    pub(crate) kept: Vec<Record>,
    /// The lines after those.
    pub(crate) lines: Vec<Record>,
    /// Of each blob, what its line says.
    pub(crate) records: Vec<BlobRecord>,
    /// How many of these are among the lines that stand.
    pub(crate) recorded: usize,
    /// The cells of each blob where cells are emitted; otherwise none.
    pub(crate) cells: Vec<StoredCells>,
}

/// Computes what is to be written of each chunk.
pub(crate) struct Computer<'a> {
    settings: &'a dyn KzgSettings,
    header: &'a Header,
    resume: Resume,
    meter: &'a Meter,
    kept_blobs: u64,
    /// The time spent on what an earlier run left.
    resuming: Duration,
}

/// What an earlier run left, when the last chunk has been computed.
#[derive(Default)]
pub(crate) struct TakenUp {
    pub(crate) resume: Resume,
    pub(crate) kept_blobs: u64,
    pub(crate) time: Duration,
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
        let recorded = kept.blobs.len();
        self.kept_blobs += recorded as u64;

        let blobs = chunk.blob_refs();
        let (old, new) = blobs.split_at(recorded);
        let first = chunk.first_blob + recorded as u64;
        let mut records = kept.blobs;
        records.extend(self.records(new, first)?);
        let entries = chunk.entries.iter();
        let inputs = entries.filter_map(|entry| match entry {
            Entry::Blob { input } => Some(*input),
            Entry::Input(_) | Entry::InputEnd(_) => None,
        });
        for (record, input) in records.iter_mut().zip(inputs) {
            record.input = input;
        }
        let cells = self.cells(&chunk, old, new, &mut records)?;
        let bytes = (new.len() * Blob::LENGTH) as u64;
        self.meter.count(Stage::Commit, new.len() as u64, bytes);
        self.meter.count(Stage::Prove, new.len() as u64, bytes);

        let mut blob_records = records[recorded..].iter();
        let new_entries = &chunk.entries[kept.records.len()..];
        let lines = new_entries
            .iter()
            .map(|entry| match entry {
                Entry::Input(input) => Record::Input(input.clone()),
                Entry::InputEnd(end) => Record::InputEnd(end.clone()),
                Entry::Blob { .. } => {
                    let record = blob_records.next();
                    Record::Blob(record.expect("one for each new blob").clone())
                }
            })
            .collect();
        Ok(Made {
            kept: kept.records,
            lines,
            records,
            recorded,
            cells,
            chunk,
        })
    }

    /// Proves the cells of the new blobs where that is asked for, and returns the cells of all
    /// blobs where they are emitted.
    fn cells(
        &self,
        chunk: &Chunk,
        old: &[&Blob],
        new: &[&Blob],
        records: &mut [BlobRecord],
    ) -> Result<Vec<StoredCells>> {
        let emits_cells = self.header.emit.contains(&Artefact::Cells);
        let first_new = chunk.first_blob + old.len() as u64;
        let extended = |blobs: &[&Blob], first| {
            self.time(Stage::Prove, first, |consecutive| {
                let cells = consecutive.cells(blobs.into())?;
                Ok(cells.into_iter().map(StoredCells::from_cells))
            })
        };
        let mut cells = Vec::new();
        if emits_cells {
            // The cells of blobs that an earlier run has recorded are only compared with the
            // stored ones.
            cells.extend(extended(old, chunk.first_blob)?);
        }
        if self.header.proofs.of_cells() {
            let made = self.time(Stage::Prove, first_new, |consecutive| {
                consecutive.cells_and_proofs(new.into())
            })?;
            for (record, made) in records[old.len()..].iter_mut().zip(made) {
                record.cell_proofs = Some(made.proofs);
                if emits_cells {
                    cells.push(StoredCells::from_cells(made.cells));
                }
            }
        } else if emits_cells {
            cells.extend(extended(new, first_new)?);
        }
        Ok(cells)
    }

    /// What is left when there are no more chunks.
    pub(crate) fn into_taken_up(self) -> TakenUp {
        TakenUp {
            resume: self.resume,
            kept_blobs: self.kept_blobs,
            time: self.resuming,
        }
    }

    /// Commits to consecutive blobs and proves them: their records, without the number of the
    /// input and without what is about cells.
    fn records(&self, blobs: &[&Blob], first: u64) -> Result<Vec<BlobRecord>> {
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
        Ok(made
            .map(|((commitment, proof), blob)| BlobRecord {
                input: 0,
                blob,
                commitment,
                versioned_hash: kzg_to_versioned_hash(&commitment),
                proof,
                cell_proofs: None,
            })
            .collect())
    }

    /// Works on consecutive blobs, of which the first has the number `first`, and counts the
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
