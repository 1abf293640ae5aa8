//! One run of a pipeline: what happens to each chunk, in which order.

use std::path::Path;
use std::time::{Duration, Instant};

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, KzgSettings};

use super::convert::{Chunk, Entry};
use super::disk::Disk;
use super::manifest::{BlobRecord, EndRecord, Header, Record, kzg_to_versioned_hash};
use super::options::Artefact;
use super::prove::{commit, extend, prove, prove_cells};
use super::report::{
    BackendDecision, MemoryUse, Meter, Outcome, ProcessingReport, Resumed, Role, Stage,
    Verification,
};
use super::resume::Resume;
use super::store::{Store, has_begun};
use super::stored::StoredBlobs;
use super::{DataProcessingPipeline, PipelineOptions};
use crate::error::Result;
use crate::monitor::MemoryWatch;

/// A run under way.
pub(crate) struct Job<'a> {
    settings: &'a dyn KzgSettings,
    options: &'a PipelineOptions,
    header: Header,
    store: Store,
    resume: Resume,
    stored: StoredBlobs,
    kept_blobs: u64,
    /// The time spent on what an earlier run left.
    resuming: Duration,
    watch: Meter,
}

impl<'a> Job<'a> {
    /// Opens the output folder and writes the header, or finds it there.
    pub(crate) fn begin(
        pipeline: &'a DataProcessingPipeline,
        header: Header,
        dir: &Path,
        disk: Disk,
    ) -> Result<Self> {
        let watch = Meter::start();
        let options = &pipeline.options;
        let has_begun = has_begun(dir, options.resume)?;
        let (resume, header_stands) = if has_begun {
            Resume::open(dir, &header)?
        } else {
            (Resume::nothing(), false)
        };
        let mut store = Store::open(dir, &options.emit, has_begun, disk)?;
        let record = Record::Header(header.clone());
        if header_stands {
            store.keep(&record);
        } else {
            store.append([&record])?;
        }
        Ok(Self {
            settings: &*pipeline.settings,
            options,
            header,
            store,
            resume,
            stored: StoredBlobs::new(dir, options.proofs),
            kept_blobs: 0,
            resuming: Duration::ZERO,
            watch,
        })
    }

    /// Does a stage's work and counts its time.
    pub(crate) fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        self.watch.time(stage, work)
    }

    /// Commits to a chunk's blobs, proves them, writes their artefacts and then their lines;
    /// of all this only what an earlier run has not done.
    pub(crate) fn process(&mut self, chunk: &Chunk) -> Result<()> {
        let Self {
            settings,
            header,
            store,
            resume,
            stored,
            resuming,
            watch,
            ..
        } = self;
        let started = Instant::now();
        let kept = resume.keep(*settings, header, chunk, stored)?;
        *resuming += started.elapsed();
        kept.records.iter().for_each(|record| store.keep(record));
        let recorded = kept.blobs.len();
        self.kept_blobs += recorded as u64;

        let blobs = chunk.blob_refs();
        let new = &blobs[recorded..];
        let first = chunk.first_blob + recorded as u64;
        let commitments = watch.time(Stage::Commit, || commit(*settings, new, first))?;
        let mut proofs = vec![None; new.len()];
        if header.proofs.of_blobs() {
            let made = watch.time(Stage::Prove, || prove(*settings, new, &commitments, first))?;
            proofs = made.into_iter().map(Some).collect();
        }
        // The cells of what an earlier run has recorded are made again only to be compared.
        let emits_cells = header.emit.contains(&Artefact::Cells);
        let mut cells = Vec::new();
        if emits_cells {
            let old = &blobs[..recorded];
            cells = watch.time(Stage::Prove, || extend(*settings, old, chunk.first_blob))?;
        }
        let mut cell_proofs = vec![None; new.len()];
        if header.proofs.of_cells() {
            let (new_cells, made) =
                watch.time(Stage::Prove, || prove_cells(*settings, new, first))?;
            cells.extend(new_cells);
            let made = made.chunks_exact(CELLS_PER_EXT_BLOB);
            cell_proofs = made.map(|proofs| Some(proofs.to_vec())).collect();
        } else if emits_cells {
            cells.extend(watch.time(Stage::Prove, || extend(*settings, new, first))?);
        }

        let made = commitments.into_iter().zip(proofs).zip(cell_proofs);
        let mut made = made.zip(first..);
        let mut blob_records = kept.blobs;
        let mut lines = Vec::new();
        for entry in &chunk.entries[kept.records.len()..] {
            lines.push(match entry {
                Entry::Input(input) => Record::Input(input.clone()),
                Entry::InputEnd(end) => Record::InputEnd(end.clone()),
                Entry::Blob { input } => {
                    let (((commitment, proof), cell_proofs), blob) =
                        made.next().expect("one for each new blob of the chunk");
                    let record = BlobRecord {
                        input: *input,
                        blob,
                        commitment,
                        versioned_hash: kzg_to_versioned_hash(&commitment),
                        proof,
                        cell_proofs,
                    };
                    blob_records.push(record.clone());
                    Record::Blob(record)
                }
            });
        }
        watch.time(Stage::Write, || {
            store.write_artefacts(&blob_records, &blobs, &cells, recorded)?;
            store.append(&lines)
        })?;
        watch.count(Stage::Write, blobs.len() as u64, chunk.bytes);
        watch.done(blobs.len() as u64, chunk.bytes);
        Ok(())
    }

    /// Writes the last line, unless it is there.
    pub(crate) fn end(&mut self, inputs: u64, blobs: u64, bytes: u64) -> Result<()> {
        let end = EndRecord {
            inputs,
            blobs,
            bytes,
            manifest_sha256: self.store.manifest_sha256(),
        };
        let stands = self.resume.keep_end(&end)?;
        let record = Record::End(end);
        if stands {
            self.store.keep(&record);
        } else {
            self.store.append([&record])?;
        }
        self.store.cut_tail()
    }

    /// Writes the report, and returns it with what concerns this run alone.
    pub(crate) fn report(
        mut self,
        inputs: u64,
        blobs: u64,
        bytes: u64,
        verification: Verification,
    ) -> Result<ProcessingReport> {
        let seconds = self.watch.elapsed().as_secs_f64();
        for failure in &verification.failures {
            self.watch
                .failed(Stage::Verify, &failure.item, &failure.reason);
        }
        let memory = MemoryWatch::new().sample();
        let (failures, skipped) = (self.watch.failures(), self.watch.left_out());
        let chunk_blobs = self.options.chunk_len() as u64;
        let mut report = ProcessingReport {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            outcome: Outcome::Complete,
            error: None,
            bytes_written: self.store.written(),
            succeeded: verification.blobs.saturating_sub(verification.failed),
            failed: failures.count,
            failures: failures.first,
            skipped: skipped.count,
            skipped_items: skipped.first,
            throughput: self.watch.throughput(),
            backends: vec![BackendDecision {
                role: Role::Prove,
                backend: self.header.backend.clone(),
                reason: "chosen by the caller".to_owned(),
                fallbacks: Vec::new(),
                candidates: Vec::new(),
                used: Vec::new(),
            }],
            retries: 0,
            fallbacks: 0,
            memory: MemoryUse {
                limit_bytes: None,
                peak_resident_bytes: memory.peak,
                resident_bytes: memory.resident,
                planned_buffer_bytes: chunk_blobs * Blob::LENGTH as u64,
                peak_blob_bytes: chunk_blobs * Blob::LENGTH as u64,
                table_budget_bytes: None,
                chunk_blobs,
                queued_chunks: 0,
            },
            backend: self.header.backend,
            encoding: self.header.encoding,
            proofs: self.header.proofs,
            emit: self.header.emit,
            inputs,
            blobs,
            bytes,
            seconds,
            bytes_per_second: (bytes as f64 / seconds) as u64,
            stages: self.watch.stages(),
            verification,
            resumed: None,
        };
        self.store.write_report(&report)?;
        if self.options.resume {
            if let Some(damaged) = self.resume.damaged {
                self.store.mended.add(damaged);
            }
            report.resumed = Some(Resumed {
                seconds: self.resuming.as_secs_f64(),
                kept_blobs: self.kept_blobs,
                mended: self.store.mended.count,
                mended_items: self.store.mended.names,
            });
        }
        Ok(report)
    }
}
