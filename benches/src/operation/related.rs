//! Operations on points with known relations.

use super::Operation;

/// A relation between the points of an input. A sender of blobs and proofs can choose such points.
/// An operation on these points should take no longer than on random points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Every blob is the polynomial `X^64`: all cell proofs are the generator.
    EqualCellProofs,
    /// The blobs alternate between `X^64` and `-X^64`: cell proofs of adjacent blobs are opposite.
    OppositeCellProofs,
    /// Every blob is the polynomial `X + 7`: all blob proofs are the generator.
    EqualBlobProofs,
    /// The blobs alternate between `X + 7` and `-X - 7`: proofs of adjacent blobs are opposite.
    OppositeBlobProofs,
    /// Every blob is zero: all commitments and proofs are the point at infinity.
    Infinity,
}

impl Relation {
    /// Number of relations.
    pub const COUNT: usize = Self::Infinity as usize + 1;
}

/// An operation on points with known relations.
#[derive(Debug, PartialEq, Eq)]
pub struct RelatedOperation {
    pub(super) name: &'static str,
    /// The same operation on random points.
    pub operation: Operation,
    /// The relation between the points.
    pub relation: Relation,
}

const fn related(name: &'static str, operation: Operation, relation: Relation) -> RelatedOperation {
    RelatedOperation {
        name,
        operation,
        relation,
    }
}

pub(super) static RELATED: [RelatedOperation; 14] = [
    related(
        "verify_blob_kzg_proof_batch(64), all points equal",
        Operation::VerifyBlobKzgProofBatch,
        Relation::EqualBlobProofs,
    ),
    related(
        "verify_blob_kzg_proof_batch(64), all opposite",
        Operation::VerifyBlobKzgProofBatch,
        Relation::OppositeBlobProofs,
    ),
    related(
        "verify_blob_kzg_proof_batch(64), all infinity",
        Operation::VerifyBlobKzgProofBatch,
        Relation::Infinity,
    ),
    related(
        "compute_cells_and_kzg_proofs, sparse blob",
        Operation::ComputeCellsAndKzgProofs,
        Relation::EqualCellProofs,
    ),
    related(
        "compute_cells_and_kzg_proofs, zero blob",
        Operation::ComputeCellsAndKzgProofs,
        Relation::Infinity,
    ),
    related(
        "recover_cells_and_kzg_proofs(64), sparse blob",
        Operation::RecoverCellsAndKzgProofs,
        Relation::EqualCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(1x128), sparse blob",
        Operation::VerifyCellKzgProofBatchOneBlob,
        Relation::EqualCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(1x128), all infinity",
        Operation::VerifyCellKzgProofBatchOneBlob,
        Relation::Infinity,
    ),
    related(
        "verify_cell_kzg_proof_batch(21x128), sparse blob",
        Operation::VerifyCellKzgProofBatchBlock,
        Relation::EqualCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(21x128), all opposite",
        Operation::VerifyCellKzgProofBatchBlock,
        Relation::OppositeCellProofs,
    ),
    related(
        "verify_cell_kzg_proof_batch(21x128), all infinity",
        Operation::VerifyCellKzgProofBatchBlock,
        Relation::Infinity,
    ),
    related(
        "g1_from_bytes_batched(1024), all points equal",
        Operation::DecodePoints,
        Relation::EqualCellProofs,
    ),
    related(
        "g1_from_bytes_batched(1024), all opposite",
        Operation::DecodePoints,
        Relation::OppositeCellProofs,
    ),
    related(
        "g1_from_bytes_batched(1024), all infinity",
        Operation::DecodePoints,
        Relation::Infinity,
    ),
];
