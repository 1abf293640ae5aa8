//! The request for an operation, and the response to it, independent of their form on the wire.

use std::sync::Arc;

use kzg_advanced::{Blob, Bytes32, Bytes48, Cell, Error, Item, KzgCommitment, KzgProof, Operation};

/// The request for an operation, with its input. Only the lengths of items have been checked.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields have the names of the specifications"
)]
#[non_exhaustive]
pub enum OperationRequest {
    /// `blob_to_kzg_commitment`.
    BlobToKzgCommitment { blob: Arc<Blob> },
    /// `compute_kzg_proof`.
    ComputeKzgProof { blob: Arc<Blob>, z: Bytes32 },
    /// `compute_blob_kzg_proof`.
    ComputeBlobKzgProof {
        blob: Arc<Blob>,
        commitment: KzgCommitment,
    },
    /// `verify_kzg_proof`.
    VerifyKzgProof {
        commitment: KzgCommitment,
        z: Bytes32,
        y: Bytes32,
        proof: KzgProof,
    },
    /// `verify_blob_kzg_proof`.
    VerifyBlobKzgProof {
        blob: Arc<Blob>,
        commitment: KzgCommitment,
        proof: KzgProof,
    },
    /// `verify_blob_kzg_proof_batch`.
    VerifyBlobKzgProofBatch {
        blobs: Vec<Arc<Blob>>,
        commitments: Vec<KzgCommitment>,
        proofs: Vec<KzgProof>,
    },
    /// `compute_cells`.
    ComputeCells { blob: Arc<Blob> },
    /// `compute_cells_and_kzg_proofs`.
    ComputeCellsAndKzgProofs { blob: Arc<Blob> },
    /// `recover_cells_and_kzg_proofs`.
    RecoverCellsAndKzgProofs {
        cell_indices: Vec<u64>,
        cells: Arc<[Cell]>,
    },
    /// `verify_cell_kzg_proof_batch`.
    VerifyCellKzgProofBatch {
        commitments: Vec<KzgCommitment>,
        cell_indices: Vec<u64>,
        cells: Arc<[Cell]>,
        proofs: Vec<KzgProof>,
    },
    /// `compute_challenge`.
    ComputeChallenge {
        blob: Arc<Blob>,
        commitment: KzgCommitment,
    },
    /// `compute_verify_cell_kzg_proof_batch_challenge`.
    CellBatchChallenge {
        commitments: Vec<KzgCommitment>,
        commitment_indices: Vec<u64>,
        cell_indices: Vec<u64>,
        cells: Arc<[Cell]>,
        proofs: Vec<KzgProof>,
    },
    /// Proofs of all cells of a blob, without the cells.
    ComputeCellKzgProofs { blob: Arc<Blob> },
    /// The proof of a blob whose commitment the sender does not give.
    ProveBlob { blob: Arc<Blob> },
}

impl OperationRequest {
    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::BlobToKzgCommitment { .. } => Operation::BlobToKzgCommitment,
            Self::ComputeKzgProof { .. } => Operation::ComputeKzgProof,
            Self::ComputeBlobKzgProof { .. } | Self::ProveBlob { .. } => {
                Operation::ComputeBlobKzgProof
            }
            Self::VerifyKzgProof { .. } => Operation::VerifyKzgProof,
            Self::VerifyBlobKzgProof { .. } => Operation::VerifyBlobKzgProof,
            Self::VerifyBlobKzgProofBatch { .. } => Operation::VerifyBlobKzgProofBatch,
            Self::ComputeCells { .. } => Operation::ComputeCells,
            Self::ComputeCellsAndKzgProofs { .. } => Operation::ComputeCellsAndKzgProofs,
            Self::RecoverCellsAndKzgProofs { .. } => Operation::RecoverCellsAndKzgProofs,
            Self::VerifyCellKzgProofBatch { .. } => Operation::VerifyCellKzgProofBatch,
            Self::ComputeChallenge { .. } => Operation::ComputeChallenge,
            Self::CellBatchChallenge { .. } => Operation::ComputeVerifyCellKzgProofBatchChallenge,
            Self::ComputeCellKzgProofs { .. } => Operation::ComputeCellKzgProofs,
        }
    }
}

/// The response to an [`OperationRequest`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OperationResponse {
    /// A commitment or a proof.
    Point(Bytes48),
    /// A challenge.
    Scalar(Bytes32),
    /// `false`: well formed but wrong.
    Verdict(bool),
    /// The proof of a value, and the value.
    ProofAndValue(KzgProof, Bytes32),
    /// 128 cells.
    Cells(Vec<Cell>),
    /// 128 cells and their proofs.
    CellsAndProofs(Vec<Cell>, Vec<KzgProof>),
    /// 128 proofs.
    Proofs(Vec<KzgProof>),
}

/// A blob from its bytes, without a copy on the stack.
///
/// # Errors
///
/// [`Error::Length`].
pub fn blob(bytes: &[u8], index: usize) -> Result<Arc<Blob>, Error> {
    if bytes.len() != Blob::LENGTH {
        return Err(length(Item::Blob, index, Blob::LENGTH, bytes.len()));
    }
    let mut blob = Blob::zeroed_on_heap();
    blob.0.copy_from_slice(bytes);
    Ok(blob.into())
}

pub(crate) fn length(item: Item, index: usize, expected: usize, actual: usize) -> Error {
    Error::Length {
        item,
        index,
        expected,
        actual,
    }
}
