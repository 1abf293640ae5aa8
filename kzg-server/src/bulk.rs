//! Operations on many items, one after another in a stream: the items, their calls, and the forms
//! of their results.

use std::sync::Arc;

use bytes::Bytes;
use kzg_advanced::{Blob, Cell, KzgCommitment, KzgProof};

use crate::problem::{Class, Problem};
use crate::wire::operation::{self, OperationRequest, OperationResponse};
use crate::wire::{json, raw};

/// An operation on many items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Bulk {
    /// Blobs to commitments.
    Commitments,
    /// Blobs to their proofs.
    BlobProofs,
    /// Blobs to the proofs of their cells.
    CellProofs,
    /// Verdicts on blobs with commitments and proofs.
    VerifyBlobs,
    /// Verdicts on cells with commitments, indices and proofs.
    VerifyCells,
}

impl Bulk {
    /// All operations.
    pub const ALL: [Self; 5] = [
        Self::Commitments,
        Self::BlobProofs,
        Self::CellProofs,
        Self::VerifyBlobs,
        Self::VerifyCells,
    ];

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Commitments => "commitments",
            Self::BlobProofs => "blob_proofs",
            Self::CellProofs => "cell_proofs",
            Self::VerifyBlobs => "verify_blobs",
            Self::VerifyCells => "verify_cells",
        }
    }

    /// The number of bytes of an item: a blob; a blob, its commitment and its proof; or a
    /// commitment, an index of eight big-endian bytes, a cell and its proof.
    #[must_use]
    pub fn item_length(self) -> usize {
        const POINT: usize = KzgProof::LENGTH;
        match self {
            Self::Commitments | Self::BlobProofs | Self::CellProofs => Blob::LENGTH,
            Self::VerifyBlobs => Blob::LENGTH + 2 * POINT,
            Self::VerifyCells => POINT + size_of::<u64>() + Cell::LENGTH + POINT,
        }
    }

    /// The number of bytes of a result in raw form.
    #[must_use]
    pub fn result_length(self) -> usize {
        match self {
            Self::Commitments | Self::BlobProofs => KzgProof::LENGTH,
            Self::CellProofs => 128 * KzgProof::LENGTH,
            Self::VerifyBlobs | Self::VerifyCells => 1,
        }
    }

    /// The number of items of one stream that are under way at the same time.
    #[must_use]
    pub fn window(self) -> usize {
        match self {
            Self::VerifyCells => 128,
            _ => 32,
        }
    }

    /// The call for an item.
    ///
    /// # Panics
    ///
    /// If the item has another length than [`item_length`](Self::item_length).
    #[must_use]
    pub fn call(self, item: &[u8]) -> OperationRequest {
        let (first, rest) = match self {
            Self::VerifyCells => item.split_at(KzgCommitment::LENGTH),
            _ => item.split_at(Blob::LENGTH),
        };
        let blob =
            |bytes| -> Arc<Blob> { operation::blob(bytes, 0).expect("the length of a blob") };
        match self {
            Self::Commitments => OperationRequest::BlobToKzgCommitment { blob: blob(first) },
            Self::BlobProofs => OperationRequest::ProveBlob { blob: blob(first) },
            Self::CellProofs => OperationRequest::ComputeCellKzgProofs { blob: blob(first) },
            Self::VerifyBlobs => {
                let (commitment, proof) = rest.split_at(KzgCommitment::LENGTH);
                OperationRequest::VerifyBlobKzgProof {
                    blob: blob(first),
                    commitment: *KzgCommitment::from_slice(commitment).expect("48 bytes"),
                    proof: *KzgProof::from_slice(proof).expect("48 bytes"),
                }
            }
            Self::VerifyCells => {
                let (index, rest) = rest.split_first_chunk().expect("eight bytes");
                let (cell, proof) = rest.split_at(Cell::LENGTH);
                let cells = Cell::many_from_slice(cell).expect("2048 bytes");
                OperationRequest::VerifyCellKzgProofBatch {
                    commitments: vec![*KzgCommitment::from_slice(first).expect("48 bytes")],
                    cell_indices: vec![u64::from_be_bytes(*index)],
                    cells: cells.into(),
                    proofs: vec![*KzgProof::from_slice(proof).expect("48 bytes")],
                }
            }
        }
    }

    /// The result of an item in raw form. A malformed item has bytes of 0xff, which are no
    /// point and no verdict.
    ///
    /// # Errors
    ///
    /// A problem that is not the item's.
    pub fn raw(self, result: Result<OperationResponse, Problem>) -> Result<Bytes, Problem> {
        match result {
            Ok(answer) => Ok(raw::write(&answer)),
            Err(problem) if problem.class == Class::Input => {
                Ok(vec![0xff; self.result_length()].into())
            }
            Err(problem) => Err(problem),
        }
    }

    /// The result of item `index` in JSON: a value, or `{"error": PROBLEM}`.
    #[must_use]
    pub fn json(index: u64, result: Result<OperationResponse, Problem>) -> Vec<u8> {
        let mut text = Vec::new();
        match result {
            Ok(answer) => json::write_value(&answer, &mut text),
            Err(problem) => {
                text.extend_from_slice(b"{\"error\":");
                text.extend_from_slice(&problem.of_item(index).to_json());
                text.push(b'}');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_cut_into_their_fields() {
        for bulk in Bulk::ALL {
            let item: Vec<u8> = (0..bulk.item_length()).map(|n| (n / 48) as u8).collect();
            match bulk.call(&item) {
                OperationRequest::VerifyBlobKzgProof {
                    blob,
                    commitment,
                    proof,
                } => assert_eq!([&blob.0[..], &commitment.0, &proof.0].concat(), item),
                OperationRequest::VerifyCellKzgProofBatch {
                    commitments,
                    cell_indices,
                    cells,
                    proofs,
                } => {
                    let index = cell_indices[0].to_be_bytes();
                    let (cell, proof) = (&cells[0].0[..], &proofs[0].0);
                    assert_eq!([&commitments[0].0[..], &index, cell, proof].concat(), item);
                }
                OperationRequest::BlobToKzgCommitment { blob }
                | OperationRequest::ProveBlob { blob }
                | OperationRequest::ComputeCellKzgProofs { blob } => assert_eq!(blob.0[..], item),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_malformed_item_has_a_result_of_its_own() {
        let problem = Problem::new(Class::Input, "malformed");
        for bulk in Bulk::ALL {
            let result = bulk.raw(Err(problem.clone())).unwrap();
            assert_eq!(result, vec![0xff; bulk.result_length()]);
        }
        let busy = Problem::new(Class::Busy, "full");
        assert_eq!(Bulk::Commitments.raw(Err(busy.clone())), Err(busy));
        let text = Bulk::json(7, Err(problem));
        let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(value["error"]["index"], 7);
        assert_eq!(
            Bulk::json(7, Ok(OperationResponse::Verdict(false))),
            b"false"
        );
    }
}
