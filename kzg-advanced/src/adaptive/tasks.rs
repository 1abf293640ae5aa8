//! The calls that a calibration measures, and their inputs.

use kzg_traits::bytes::{CELLS_PER_BLOB, CELLS_PER_EXT_BLOB};
use kzg_traits::error::Result;
use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, KzgSettings, Operation};
use sha2::{Digest, Sha256};

/// The number of blobs in a call for many.
pub(super) const MANY: usize = 8;

/// Makes a call about a number of blobs.
type Run = fn(&dyn KzgSettings, &Inputs, usize) -> Result<()>;

/// A call that is measured.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// The operation.
    pub operation: Operation,
    /// The number of blobs that the call is about.
    pub blobs: usize,
    /// The number of items per blob, as the layers count them.
    items_per_blob: usize,
    /// The approximate time per blob, relative to a commitment. Only guesses depend on it.
    relative: f64,
    run: Run,
}

impl Task {
    /// The number of items in the call.
    pub fn items(&self) -> usize {
        self.blobs * self.items_per_blob
    }

    /// The approximate time of the call, relative to a commitment.
    pub(super) fn relative(&self) -> f64 {
        self.relative * self.blobs as f64
    }

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// The error of the call.
    ///
    /// # Panics
    ///
    /// If the inputs have fewer blobs than the task.
    pub fn run(&self, settings: &dyn KzgSettings, inputs: &Inputs) -> Result<()> {
        (self.run)(settings, inputs, self.blobs)
    }
}

/// Calls about one blob.
const SINGLE: &[(Operation, usize, f64, Run)] = &[
    (Operation::BlobToKzgCommitment, 1, 1.0, |s, i, _| {
        s.blob_to_kzg_commitment(&i.blobs[0]).map(drop)
    }),
    (Operation::ComputeKzgProof, 1, 1.2, |s, i, _| {
        s.compute_kzg_proof(&i.blobs[0], &i.z).map(drop)
    }),
    (Operation::ComputeBlobKzgProof, 1, 1.2, |s, i, _| {
        s.compute_blob_kzg_proof(&i.blobs[0], &i.commitments[0])
            .map(drop)
    }),
    (Operation::VerifyBlobKzgProof, 1, 0.6, |s, i, _| {
        s.verify_blob_kzg_proof(&i.blobs[0], &i.commitments[0], &i.proofs[0])
            .map(drop)
    }),
    (Operation::VerifyKzgProof, 1, 0.4, |s, i, _| {
        s.verify_kzg_proof(&i.commitments[0], &i.z, &i.y, &i.opening)
            .map(drop)
    }),
    (Operation::ComputeChallenge, 1, 0.1, |s, i, _| {
        s.compute_challenge(&i.blobs[0], &i.commitments[0])
            .map(drop)
    }),
    (Operation::ComputeCells, 1, 0.3, |s, i, _| {
        s.compute_cells(&i.blobs[0]).map(drop)
    }),
    (Operation::ComputeCellsAt, 2, 0.3, |s, i, _| {
        s.compute_cells_at(&i.blobs[0], &[0, 127]).map(drop)
    }),
    (Operation::RecoverCells, CELLS_PER_BLOB, 1.0, |s, i, _| {
        let (indices, cells) = i.half();
        s.recover_cells(indices, cells.into()).map(drop)
    }),
    (Operation::ComputeCellsAndKzgProofs, 1, 10.0, |s, i, _| {
        s.compute_cells_and_kzg_proofs(&i.blobs[0]).map(drop)
    }),
    (Operation::ComputeCellKzgProofs, 1, 10.0, |s, i, _| {
        s.compute_cell_kzg_proofs(&i.blobs[0]).map(drop)
    }),
    (
        Operation::RecoverCellsAndKzgProofs,
        CELLS_PER_BLOB,
        11.0,
        |s, i, _| {
            let (indices, cells) = i.half();
            s.recover_cells_and_kzg_proofs(indices, cells.into())
                .map(drop)
        },
    ),
];

/// Calls about any number of blobs.
const LISTS: &[(Operation, usize, f64, Run)] = &[
    (Operation::BlobsToKzgCommitments, 1, 1.0, |s, i, n| {
        s.blobs_to_kzg_commitments((&i.blobs[..n]).into()).map(drop)
    }),
    (Operation::ComputeBlobKzgProofs, 1, 1.2, |s, i, n| {
        s.compute_blob_kzg_proofs((&i.blobs[..n]).into(), &i.commitments[..n])
            .map(drop)
    }),
    (Operation::VerifyBlobKzgProofBatch, 1, 0.5, |s, i, n| {
        let blobs = (&i.blobs[..n]).into();
        s.verify_blob_kzg_proof_batch(blobs, &i.commitments[..n], &i.proofs[..n])
            .map(drop)
    }),
    (Operation::VerifyBlobKzgProofEach, 1, 0.5, |s, i, n| {
        let blobs = (&i.blobs[..n]).into();
        s.verify_blob_kzg_proof_each(blobs, &i.commitments[..n], &i.proofs[..n])
            .map(drop)
    }),
    (
        Operation::VerifyCellKzgProofBatch,
        CELLS_PER_EXT_BLOB,
        4.0,
        |s, i, n| {
            let (commitments, indices, cells, proofs) = i.cells_of(n);
            s.verify_cell_kzg_proof_batch(&commitments, &indices, (&cells).into(), &proofs)
                .map(drop)
        },
    ),
    (
        Operation::VerifyCellKzgProofEach,
        CELLS_PER_EXT_BLOB,
        4.0,
        |s, i, n| {
            let (commitments, indices, cells, proofs) = i.cells_of(n);
            s.verify_cell_kzg_proof_each(&commitments, &indices, (&cells).into(), &proofs)
                .map(drop)
        },
    ),
    (
        Operation::ComputeManyCellsAndKzgProofs,
        1,
        10.0,
        |s, i, n| {
            s.compute_many_cells_and_kzg_proofs((&i.blobs[..n]).into())
                .map(drop)
        },
    ),
];

/// The approximate time of an operation per item, relative to a commitment.
pub(super) fn typical_time(operation: Operation) -> f64 {
    SINGLE
        .iter()
        .chain(LISTS)
        .find(|(known, ..)| *known == operation)
        .map_or(1.0, |&(_, items, relative, _)| relative / items as f64)
}

/// Every call about one blob, then those about many blobs with each number in `sizes`.
pub fn tasks(sizes: &[usize]) -> impl Iterator<Item = Task> {
    let task = |blobs| {
        move |&(operation, items_per_blob, relative, run)| Task {
            operation,
            blobs,
            items_per_blob,
            relative,
            run,
        }
    };
    let lists = sizes.iter().flat_map(move |&n| LISTS.iter().map(task(n)));
    SINGLE.iter().map(task(1)).chain(lists)
}

/// Blobs, and everything computed from them that a task needs.
#[derive(Debug)]
pub struct Inputs {
    blobs: Vec<Box<Blob>>,
    commitments: Vec<KzgCommitment>,
    proofs: Vec<KzgProof>,
    z: Bytes32,
    y: Bytes32,
    opening: KzgProof,
    indices: Vec<u64>,
    cells: Vec<Cell>,
    cell_proofs: Vec<KzgProof>,
}

impl Inputs {
    /// Computes the inputs of tasks with at most `blobs` blobs.
    ///
    /// # Errors
    ///
    /// The first error of a call of `settings`.
    ///
    /// # Panics
    ///
    /// If `blobs` is zero.
    pub fn new(settings: &dyn KzgSettings, blobs: usize) -> Result<Self> {
        let blobs: Vec<Box<Blob>> = (0..blobs).map(|number| blob(number as u64)).collect();
        let commitments = settings.blobs_to_kzg_commitments((&blobs).into())?;
        let proofs = settings.compute_blob_kzg_proofs((&blobs).into(), &commitments)?;
        let z = Bytes32([1; 32]);
        let (opening, y) = settings.compute_kzg_proof(&blobs[0], &z)?;
        let (cells, cell_proofs) = settings.compute_cells_and_kzg_proofs(&blobs[0])?;
        Ok(Self {
            blobs,
            commitments,
            proofs,
            z,
            y,
            opening,
            indices: (0..CELLS_PER_EXT_BLOB as u64).collect(),
            cells,
            cell_proofs,
        })
    }

    fn half(&self) -> (&[u64], &[Cell]) {
        (
            &self.indices[CELLS_PER_BLOB..],
            &self.cells[CELLS_PER_BLOB..],
        )
    }

    /// The cells of the first blob, `n` times.
    fn cells_of(&self, n: usize) -> (Vec<KzgCommitment>, Vec<u64>, Vec<Cell>, Vec<KzgProof>) {
        (
            vec![self.commitments[0]; n * CELLS_PER_EXT_BLOB],
            self.indices.repeat(n),
            self.cells
                .iter()
                .cloned()
                .cycle()
                .take(n * CELLS_PER_EXT_BLOB)
                .collect(),
            self.cell_proofs.repeat(n),
        )
    }
}

/// A blob of pseudorandom field elements, the same in every run.
fn blob(number: u64) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    for (position, element) in blob.0.chunks_exact_mut(32).enumerate() {
        let seed = number << 32 | position as u64;
        element.copy_from_slice(&Sha256::digest(seed.to_be_bytes()));
        // Below the group order, whose first byte is 0x73.
        element[0] %= 0x73;
    }
    blob
}
