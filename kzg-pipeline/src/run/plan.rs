//! The memory of a job, planned before the job begins.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, Precompute};

use crate::folder::bundle::{self, BLOBS_PER_BUNDLE};
use crate::options::{Artefact, PipelineOptions, Proofs};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// Measured memory of a process that runs a job, without the buffers and tables of the plan: the
/// pages of the program's file that are in memory, the trusted setup in each backend, and memory that
/// the allocator does not return.
const BASE: u64 = 20 << 20;
/// Measured memory of each thread in the backends that commit, prove and verify.
const FOR_EACH_THREAD: u64 = 5 << 20;
/// Measured additional memory of each thread for tables smaller than `SMALL`: scratch memory for
/// the work that larger tables save.
const FOR_EACH_THREAD_WITHOUT_TABLES: u64 = 9 << 20;
/// Measured additional memory for proving and verifying cells.
const FOR_CELLS: u64 = 24 << 20;
/// The maximum number of chunks that wait between two stages, without a memory limit.
const QUEUED_CHUNKS: usize = 1;
/// The maximum number of blobs in a chunk. Larger chunks gain nothing.
const MOST_CHUNK_BLOBS: usize = 1 << 20;
/// The tables to try after the preferred tables, if they are smaller than the preferred tables.
/// Tables below `SMALL` need more memory in all, because of the scratch memory.
const TABLES: [Precompute; 2] = [Precompute::LARGE, Precompute::SMALL];

/// The sizes that determine a job's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryPlan {
    /// The memory limit of the options, in bytes.
    pub limit: Option<u64>,
    /// The number of blobs in a chunk: a multiple of the blobs in a bundle, so that each bundle
    /// lies within one chunk.
    pub chunk_blobs: usize,
    /// The maximum number of chunks that wait between two stages.
    pub queued_chunks: usize,
    /// The maximum memory of all buffers together, in bytes.
    pub buffer_bytes: u64,
    /// The tables that the backend that proves should be loaded with.
    pub precompute: Precompute,
}

impl PipelineOptions {
    /// The sizes that follow from these options. The backend that proves should be loaded with
    /// the tables of the plan.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::MemoryLimit`] if the limit is too low; the error has the lowest possible
    /// limit.
    pub fn plan(&self) -> Result<MemoryPlan> {
        MemoryPlan::new(self)
    }
}

impl MemoryPlan {
    /// Plans a job for speed, within the memory limit if there is one.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::MemoryLimit`] if the limit is too low for every plan; the error has the
    /// lowest possible limit.
    pub(crate) fn new(options: &PipelineOptions) -> Result<Self> {
        let wanted = whole_bundles(options.chunk_blobs.min(MOST_CHUNK_BLOBS));
        let plan = |precompute, chunk_blobs, queued_chunks| Self {
            limit: options.memory_limit,
            chunk_blobs,
            queued_chunks,
            buffer_bytes: buffer_bytes(options, chunk_blobs, queued_chunks),
            precompute,
        };
        let Some(limit) = options.memory_limit else {
            return Ok(plan(options.precompute, wanted, QUEUED_CHUNKS));
        };
        // A longer chunk does not fit, whatever else the job needs.
        let longest = usize::try_from(limit / Blob::LENGTH as u64).unwrap_or(usize::MAX);
        let wanted = wanted.min(whole_bundles(longest));
        // Larger tables gain more speed than larger chunks, and larger chunks more than queues.
        let mut least = u64::MAX;
        let smaller = TABLES
            .into_iter()
            .filter(|tables| *tables < options.precompute);
        for precompute in core::iter::once(options.precompute).chain(smaller) {
            for chunk_blobs in (BLOBS_PER_BUNDLE..=wanted).rev().step_by(BLOBS_PER_BUNDLE) {
                for queued_chunks in [QUEUED_CHUNKS, 0] {
                    let plan = plan(precompute, chunk_blobs, queued_chunks);
                    let total = plan.total_bytes(options);
                    if total <= limit {
                        return Ok(plan);
                    }
                    least = least.min(total);
                }
            }
        }
        Err(KzgAdvancedError::MemoryLimit { limit, least })
    }

    /// The maximum memory of a process that runs only this job, in bytes.
    fn total_bytes(&self, options: &PipelineOptions) -> u64 {
        let of_cells = options.proofs.of_cells();
        // One kind of table for commitments, and one for cells. Without proofs, the verifier
        // computes commitments too.
        let kinds = 1 + u64::from(of_cells || options.proofs == Proofs::None);
        let tables = self.precompute.max(Precompute::SMALL).bytes() as u64;
        let tables = tables.saturating_mul(kinds);
        let for_each_thread = if self.precompute < Precompute::SMALL {
            FOR_EACH_THREAD + FOR_EACH_THREAD_WITHOUT_TABLES
        } else {
            FOR_EACH_THREAD
        };
        let threads = (options.threads as u64).saturating_mul(for_each_thread);
        let cells = if of_cells { FOR_CELLS } else { 0 };
        [threads, cells, tables, self.buffer_bytes]
            .into_iter()
            .fold(BASE, u64::saturating_add)
    }

    /// The maximum number of blobs in memory: a chunk in each of the four stages, and the waiting
    /// chunks.
    pub(crate) fn blobs_in_flight(&self) -> usize {
        self.chunk_blobs.saturating_mul(4 + 2 * self.queued_chunks)
    }
}

/// The least multiple of the blobs of a bundle that is at least `blobs` and is not zero, or the
/// largest multiple.
fn whole_bundles(blobs: usize) -> usize {
    let bundles = blobs.max(1).checked_next_multiple_of(BLOBS_PER_BUNDLE);
    bundles.unwrap_or(usize::MAX - usize::MAX % BLOBS_PER_BUNDLE)
}

/// The maximum memory of a job's buffers, in bytes.
fn buffer_bytes(options: &PipelineOptions, chunk_blobs: usize, queued_chunks: usize) -> u64 {
    let emits = |artefact| options.emit.contains(&artefact);
    let cells = CELLS_PER_EXT_BLOB * Cell::LENGTH;
    // Each of the four stages has one chunk, and chunks wait between the stages.
    let mut blob = Blob::LENGTH * (4 + 2 * queued_chunks);
    let mut fixed = 0;
    if emits(Artefact::Cells) {
        // Cells of the chunks in computation, in the queue and in writing, and the cells of one
        // chunk that the verification reads back.
        blob += cells * (2 + queued_chunks) + cells;
    }
    if options.proofs.of_cells() {
        // The cells from the backend that proves, and the cells that the verification computes
        // again.
        blob += 2 * cells;
    }
    if emits(Artefact::Bundles) {
        let proofs = if options.proofs == Proofs::Blob {
            1
        } else {
            CELLS_PER_EXT_BLOB
        };
        // One bundle is written, while another is compared with the stored file in memory.
        fixed += 3 * bundle::json_len(BLOBS_PER_BUNDLE, proofs);
        // Blobs of a bundle that is not whole wait in both stages.
        fixed += 2 * (BLOBS_PER_BUNDLE - 1) * Blob::LENGTH;
    }
    let blobs = (blob as u64).saturating_mul(chunk_blobs as u64);
    blobs.saturating_add(fixed as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_keeps_to_its_limit_and_a_larger_one_is_never_worse() {
        for proofs in [Proofs::Blob, Proofs::Both, Proofs::None] {
            let mut options = PipelineOptions::default()
                .with_proofs(proofs)
                .for_threads(2);
            let unlimited = MemoryPlan::new(&options).unwrap();
            assert_eq!(unlimited.precompute, Precompute::SMALL);
            options.memory_limit = Some(1);
            let Err(KzgAdvancedError::MemoryLimit { limit: 1, least }) = MemoryPlan::new(&options)
            else {
                panic!("a byte is enough");
            };
            let mut last = 0;
            for limit in (least..=4 * least).step_by(1 << 20) {
                options.memory_limit = Some(limit);
                let plan = MemoryPlan::new(&options).unwrap();
                assert!(plan.total_bytes(&options) <= limit);
                assert!(plan.chunk_blobs.is_multiple_of(BLOBS_PER_BUNDLE));
                assert!(plan.precompute.bytes() >= last);
                last = plan.precompute.bytes();
            }
            options.memory_limit = Some(least - 1);
            assert!(MemoryPlan::new(&options).is_err());
            options.memory_limit = Some(1 << 40);
            let plan = MemoryPlan::new(&options).unwrap();
            assert_eq!(
                (plan.chunk_blobs, plan.queued_chunks),
                (unlimited.chunk_blobs, 1)
            );
        }
    }

    #[test]
    fn sizes_at_the_end_of_their_range_become_smaller_where_the_limit_demands_it() {
        const LIMIT: u64 = 256 << 20;

        let largest = [usize::MAX / 2 + 1, usize::MAX];
        for proofs in [Proofs::Blob, Proofs::Both, Proofs::None] {
            let options = PipelineOptions::default()
                .with_proofs(proofs)
                .for_threads(2);
            for size in largest {
                let mut options = options.clone().with_memory_limit(Some(LIMIT));
                options.precompute = Precompute::within(size);
                options.chunk_blobs = size;
                let plan = MemoryPlan::new(&options).unwrap();
                assert!(plan.precompute <= Precompute::LARGE, "{plan:?}");
                assert!(plan.total_bytes(&options) <= LIMIT, "{plan:?}");
                options.threads = size;
                assert!(matches!(
                    MemoryPlan::new(&options),
                    Err(KzgAdvancedError::MemoryLimit { limit: LIMIT, .. })
                ));
                options.memory_limit = None;
                let plan = MemoryPlan::new(&options).unwrap();
                assert_eq!(plan.precompute, Precompute::within(size));
                assert_eq!(plan.chunk_blobs, whole_bundles(MOST_CHUNK_BLOBS));
                let buffers = buffer_bytes(&options, plan.chunk_blobs, plan.queued_chunks);
                assert_eq!(plan.buffer_bytes, buffers);
            }
        }
    }

    #[test]
    fn every_limit_and_every_size_of_a_chunk_gives_a_plan_or_an_error_at_once() {
        for size in [0, 1, MOST_CHUNK_BLOBS, usize::MAX] {
            for limit in [0, 1 << 30, 1 << 60, u64::MAX] {
                let mut options = PipelineOptions::default()
                    .for_threads(1)
                    .with_memory_limit(Some(limit));
                options.chunk_blobs = size;
                match MemoryPlan::new(&options) {
                    Ok(plan) => {
                        assert!(plan.chunk_blobs >= 1 && plan.chunk_blobs <= MOST_CHUNK_BLOBS + 6);
                        assert!(plan.total_bytes(&options) <= limit);
                    }
                    Err(error) => {
                        assert_eq!(limit, 0, "{error}");
                        assert!(matches!(error, KzgAdvancedError::MemoryLimit { .. }));
                    }
                }
            }
            let least = PipelineOptions::default().chunk_blobs;
            let threads = PipelineOptions::default().for_threads(size);
            assert_eq!(threads.chunk_blobs, size.saturating_mul(4).max(least));
        }
    }
}
