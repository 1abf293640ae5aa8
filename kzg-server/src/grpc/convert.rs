//! Messages to calls, and answers to messages.

use std::sync::Arc;

use bytes::Bytes;
use kzg_advanced::{Blob, Bytes32, Cell, Error, Item, KzgCommitment, KzgProof};

use super::proto;
use crate::problem::{Class, Problem};
use crate::wire::operation::{self, OperationRequest, OperationResponse, blob};

type Read = Result<OperationRequest, Error>;

fn array<const N: usize>(bytes: &Bytes, item: Item, index: usize) -> Result<[u8; N], Error> {
    let read = <[u8; N]>::try_from(&**bytes);
    read.map_err(|_| operation::length(item, index, N, bytes.len()))
}

fn commitment(bytes: &Bytes, index: usize) -> Result<KzgCommitment, Error> {
    array(bytes, Item::Commitment, index).map(KzgCommitment)
}

fn proof(bytes: &Bytes, index: usize) -> Result<KzgProof, Error> {
    array(bytes, Item::Proof, index).map(KzgProof)
}

fn scalar(bytes: &Bytes, item: Item) -> Result<Bytes32, Error> {
    array(bytes, item, 0).map(Bytes32)
}

fn cell(bytes: &Bytes, index: usize) -> Result<Cell, Error> {
    let cell = Cell::from_slice(bytes);
    cell.cloned().map_err(|error| error.with_index(index))
}

fn each<T>(
    items: &[Bytes],
    read: impl Fn(&Bytes, usize) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let items = items.iter().enumerate();
    items.map(|(index, bytes)| read(bytes, index)).collect()
}

fn cells(items: &[Bytes]) -> Result<Arc<[Cell]>, Error> {
    Ok(each(items, cell)?.into())
}

/// A request that is a call of one operation.
pub(super) trait ToOperationRequest {
    /// Reads the call.
    fn to_operation_request(&self, of_blob: fn(Arc<Blob>) -> OperationRequest) -> Read;
}

impl ToOperationRequest for proto::BlobRequest {
    fn to_operation_request(&self, of_blob: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(of_blob(blob(&self.blob, 0)?))
    }
}

impl ToOperationRequest for proto::BlobAndPointRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::ComputeKzgProof {
            blob: blob(&self.blob, 0)?,
            z: scalar(&self.z, Item::Z)?,
        })
    }
}

impl ToOperationRequest for proto::OpeningRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::VerifyKzgProof {
            commitment: commitment(&self.commitment, 0)?,
            z: scalar(&self.z, Item::Z)?,
            y: scalar(&self.y, Item::Y)?,
            proof: proof(&self.proof, 0)?,
        })
    }
}

impl proto::BlobAndCommitmentRequest {
    pub(super) fn prove(&self) -> Read {
        Ok(OperationRequest::ComputeBlobKzgProof {
            blob: blob(&self.blob, 0)?,
            commitment: commitment(&self.commitment, 0)?,
        })
    }

    pub(super) fn challenge(&self) -> Read {
        Ok(OperationRequest::ComputeChallenge {
            blob: blob(&self.blob, 0)?,
            commitment: commitment(&self.commitment, 0)?,
        })
    }
}

impl ToOperationRequest for proto::ProvenBlobRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::VerifyBlobKzgProof {
            blob: blob(&self.blob, 0)?,
            commitment: commitment(&self.commitment, 0)?,
            proof: proof(&self.proof, 0)?,
        })
    }
}

impl ToOperationRequest for proto::ProvenBlobsRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::VerifyBlobKzgProofBatch {
            blobs: each(&self.blobs, |bytes, index| blob(bytes, index))?,
            commitments: each(&self.commitments, commitment)?,
            proofs: each(&self.proofs, proof)?,
        })
    }
}

impl ToOperationRequest for proto::SomeCellsRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::RecoverCellsAndKzgProofs {
            cell_indices: self.cell_indices.clone(),
            cells: cells(&self.cells)?,
        })
    }
}

impl ToOperationRequest for proto::ProvenCellsRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::VerifyCellKzgProofBatch {
            commitments: each(&self.commitments, commitment)?,
            cell_indices: self.cell_indices.clone(),
            cells: cells(&self.cells)?,
            proofs: each(&self.proofs, proof)?,
        })
    }
}

impl ToOperationRequest for proto::ProvenCellRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::VerifyCellKzgProofBatch {
            commitments: vec![commitment(&self.commitment, 0)?],
            cell_indices: vec![self.cell_index],
            cells: [cell(&self.cell, 0)?].into(),
            proofs: vec![proof(&self.proof, 0)?],
        })
    }
}

impl ToOperationRequest for proto::CellBatchRequest {
    fn to_operation_request(&self, _: fn(Arc<Blob>) -> OperationRequest) -> Read {
        Ok(OperationRequest::CellBatchChallenge {
            commitments: each(&self.commitments, commitment)?,
            commitment_indices: self.commitment_indices.clone(),
            cell_indices: self.cell_indices.clone(),
            cells: cells(&self.cosets_evals)?,
            proofs: each(&self.proofs, proof)?,
        })
    }
}

/// An answer as a message.
pub(super) trait FromOperationResponse: Sized {
    /// The message; `None` for an answer of another kind.
    fn from_operation_response(answer: OperationResponse) -> Option<Self>;

    /// The message.
    fn of(answer: OperationResponse) -> Result<Self, Problem> {
        let unexpected = || Problem::new(Class::Fault, "an unexpected answer");
        Self::from_operation_response(answer).ok_or_else(unexpected)
    }
}

fn points(proofs: &[KzgProof]) -> Vec<Bytes> {
    let proofs = proofs.iter();
    proofs
        .map(|proof| Bytes::copy_from_slice(&proof.0))
        .collect()
}

impl FromOperationResponse for proto::PointAnswer {
    fn from_operation_response(answer: OperationResponse) -> Option<Self> {
        let OperationResponse::Point(point) = answer else {
            return None;
        };
        let output = Bytes::copy_from_slice(&point.0);
        Some(Self { output })
    }
}

impl FromOperationResponse for proto::ScalarAnswer {
    fn from_operation_response(answer: OperationResponse) -> Option<Self> {
        let OperationResponse::Scalar(scalar) = answer else {
            return None;
        };
        let output = Bytes::copy_from_slice(&scalar.0);
        Some(Self { output })
    }
}

impl FromOperationResponse for proto::VerdictAnswer {
    fn from_operation_response(answer: OperationResponse) -> Option<Self> {
        let OperationResponse::Verdict(output) = answer else {
            return None;
        };
        Some(Self { output })
    }
}

impl FromOperationResponse for proto::ProofAndValueAnswer {
    fn from_operation_response(answer: OperationResponse) -> Option<Self> {
        let OperationResponse::ProofAndValue(proof, y) = answer else {
            return None;
        };
        Some(Self {
            proof: Bytes::copy_from_slice(&proof.0),
            y: Bytes::copy_from_slice(&y.0),
        })
    }
}

impl FromOperationResponse for proto::CellsAnswer {
    fn from_operation_response(answer: OperationResponse) -> Option<Self> {
        let (cells, proofs) = match answer {
            OperationResponse::Cells(cells) => (cells, Vec::new()),
            OperationResponse::CellsAndProofs(cells, proofs) => (cells, proofs),
            _ => return None,
        };
        Some(Self {
            cells: cells
                .iter()
                .map(|cell| Bytes::copy_from_slice(&cell.0))
                .collect(),
            proofs: points(&proofs),
        })
    }
}

impl FromOperationResponse for proto::ItemAnswer {
    fn from_operation_response(answer: OperationResponse) -> Option<Self> {
        use proto::item_answer::Result as Item;

        let result = match answer {
            OperationResponse::Point(point) => Item::Point(Bytes::copy_from_slice(&point.0)),
            OperationResponse::Proofs(proofs) => Item::Points(proto::Points {
                points: points(&proofs),
            }),
            OperationResponse::Verdict(verdict) => Item::Verdict(verdict),
            _ => return None,
        };
        Some(Self {
            result: Some(result),
        })
    }
}

impl proto::ItemAnswer {
    /// The result of a malformed item.
    pub(super) fn malformed(index: u64, problem: Problem) -> Self {
        let problem = problem.of_item(index);
        let problem = proto::ItemProblem {
            index,
            detail: problem.detail,
            item: problem
                .item
                .map(|item| item.to_string())
                .unwrap_or_default(),
        };
        Self {
            result: Some(proto::item_answer::Result::Error(problem)),
        }
    }
}
