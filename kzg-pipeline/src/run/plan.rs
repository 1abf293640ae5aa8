//! The memory of a job, planned before the job begins.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, Precompute};

use crate::formats::bundle::{self, BLOBS_PER_BUNDLE};
use crate::options::{Artefact, PipelineOptions, Proofs};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// Memory of a process that runs a job beside the buffers and tables of the plan, as measured:
/// the program itself, the trusted setup in each backend, and what the allocator does not give
/// back.
const BASE: u64 = 16 << 20;
/// Memory of each thread in the backends that commit, prove and verify, as measured.
const FOR_EACH_THREAD: u64 = 5 << 20;
/// Additional memory of each thread where the tables are smaller than `SMALL`, as measured:
/// scratch memory for the work that tables save.
const FOR_EACH_THREAD_WITHOUT_TABLES: u64 = 9 << 20;
/// Additional memory for proving and verifying cells, as measured.
const FOR_CELLS: u64 = 28 << 20;
/// The chunks that wait between two stages where nothing limits them.
const QUEUED_CHUNKS: usize = 1;
/// The tables that are tried in turn, after those that are asked for and where they are smaller.
/// Any that are smaller still take more memory, not less.
const TABLES: [Precompute; 2] = [Precompute::LARGE, Precompute::SMALL];

/// The sizes that a job's memory follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryPlan {
    /// The limit that was asked for, in bytes.
    pub limit: Option<u64>,
    /// The blobs that are worked on at once: a multiple of a bundle's, so that bundles never
    /// straddle.
    pub chunk_blobs: usize,
    /// The chunks that wait between two stages at most.
    pub queued_chunks: usize,
    /// The most that all buffers take together, in bytes.
    pub buffer_bytes: u64,
    /// The tables that the backend that proves should be loaded with.
    pub precompute: Precompute,
}

impl MemoryPlan {
    /// Plans a job for speed, within the limit where there is one.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::MemoryLimit`] if the limit is too low for any job of the kind; the
    /// error says what the least is.
    pub(crate) fn new(options: &PipelineOptions) -> Result<Self> {
        let wanted = options
            .chunk_blobs
            .max(1)
            .next_multiple_of(BLOBS_PER_BUNDLE);
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
        // Tables are worth more than chunks, and chunks more than queues.
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

    /// The most that a process takes which does nothing else, in bytes.
    fn total_bytes(&self, options: &PipelineOptions) -> u64 {
        let of_cells = options.proofs.of_cells();
        // For commitments, and for cells; without proofs, who verifies commits too.
        let kinds = 1 + u64::from(of_cells || options.proofs == Proofs::None);
        let tables = kinds * self.precompute.max(Precompute::SMALL).bytes() as u64;
        let for_each_thread = if self.precompute < Precompute::SMALL {
            FOR_EACH_THREAD + FOR_EACH_THREAD_WITHOUT_TABLES
        } else {
            FOR_EACH_THREAD
        };
        let threads = for_each_thread * options.threads as u64;
        let cells = if of_cells { FOR_CELLS } else { 0 };
        BASE + threads + cells + tables + self.buffer_bytes
    }

    /// The blobs that are held at once at most: a chunk in each of the four stages, and those
    /// that wait.
    pub(crate) fn blobs_in_flight(&self) -> usize {
        self.chunk_blobs * (4 + 2 * self.queued_chunks)
    }
}

/// The most that the buffers of a job take.
fn buffer_bytes(options: &PipelineOptions, chunk_blobs: usize, queued_chunks: usize) -> u64 {
    let emits = |artefact| options.emit.contains(&artefact);
    let cells = CELLS_PER_EXT_BLOB * Cell::LENGTH;
    // A chunk is being read, computed, written and verified, and some wait between these.
    let mut blob = Blob::LENGTH * (4 + 2 * queued_chunks);
    let mut fixed = 0;
    if emits(Artefact::Cells) {
        // Computed, then waiting, then written; and all of them read back at once.
        blob += cells * (2 + queued_chunks) + cells;
    }
    if options.proofs.of_cells() {
        // What comes out of the backend, and what is made again to be verified.
        blob += 2 * cells;
    }
    if emits(Artefact::Bundles) {
        let proofs = if options.proofs == Proofs::Blob {
            1
        } else {
            CELLS_PER_EXT_BLOB
        };
        // One is written while another is compared with what is stored, read as a whole.
        fixed += 3 * bundle::json_len(BLOBS_PER_BUNDLE, proofs);
    }
    (blob * chunk_blobs + fixed) as u64
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
}
