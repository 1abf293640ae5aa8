//! The second stage: a chunk's blobs are committed to and proved; of all this only what an
//! earlier run has not done.

use core::time::Duration;
use std::time::Instant;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, KzgSettings};

use crate::manifest::{BlobRecord, Header, Record, kzg_to_versioned_hash};
use crate::options::Artefact;
use crate::report::{Meter, Stage};
use crate::run::resume::Resume;
use crate::stages::convert::{Chunk, Entry};
use crate::stages::prove::{commit, extend, prove, prove_cells};
use kzg_advanced::Result;

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
    /// The cells of each blob where they are emitted, 128 for each; otherwise none.
    pub(crate) cells: Vec<Cell>,
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

    /// Proves the cells of the new blobs, if that is asked for, and returns the cells of all, if
    /// they are emitted.
    fn cells(
        &self,
        chunk: &Chunk,
        old: &[&Blob],
        new: &[&Blob],
        records: &mut [BlobRecord],
    ) -> Result<Vec<Cell>> {
        let emits_cells = self.header.emit.contains(&Artefact::Cells);
        let first_new = chunk.first_blob + old.len() as u64;
        let extended =
            |blobs, first| self.time(Stage::Prove, |settings| extend(settings, blobs, first));
        // Those of what an earlier run has recorded are made again only to be compared.
        let mut cells = if emits_cells && !old.is_empty() {
            extended(old, chunk.first_blob)?
        } else {
            Vec::new()
        };
        if self.header.proofs.of_cells() {
            let (new_cells, proofs) = self.time(Stage::Prove, |settings| {
                prove_cells(settings, new, first_new)
            })?;
            if emits_cells {
                cells.extend(new_cells);
            }
            let proofs = proofs.chunks_exact(CELLS_PER_EXT_BLOB);
            for (record, proofs) in records[old.len()..].iter_mut().zip(proofs) {
                record.cell_proofs = Some(proofs.to_vec());
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
        let commitments = self.time(Stage::Commit, |settings| commit(settings, blobs, first))?;
        let mut proofs = vec![None; blobs.len()];
        if self.header.proofs.of_blobs() {
            let made = self.time(Stage::Prove, |settings| {
                prove(settings, blobs, &commitments, first)
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

    fn time<T>(&self, stage: Stage, work: impl FnOnce(&dyn KzgSettings) -> Result<T>) -> Result<T> {
        self.meter.time(stage, || work(self.settings))
    }
}
