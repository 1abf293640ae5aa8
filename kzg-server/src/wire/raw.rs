//! Calls and answers as bytes: fields side by side, lists one after the other, indices as eight
//! big-endian bytes, a verdict as one byte, 0 or 1.

use std::sync::Arc;

use bytes::Bytes;
use kzg_advanced::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, Operation};

use super::handler::{HANDLERS, Handler, RawLength};
use super::operation::{self, OperationRequest, OperationResponse};

/// The reason why a raw body is no input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RawError {
    /// The handler is none of [`HANDLERS`].
    #[error("{0} with these fields is no handler")]
    NoHandler(&'static str),
    /// The handler has no raw form.
    #[error("{0} has lists of different lengths, and therefore no raw form; send JSON")]
    NoRawForm(&'static str),
    /// The body has another length.
    #[error("a body of {actual} bytes, expected {expected}")]
    Length {
        /// The expected length.
        expected: usize,
        /// The length of the body.
        actual: usize,
    },
    /// The body is not a whole number of items.
    #[error("a body of {actual} bytes, expected a multiple of {each}")]
    Multiple {
        /// The length of an item.
        each: usize,
        /// The length of the body.
        actual: usize,
    },
}

/// Reads a body.
///
/// # Errors
///
/// [`RawError`] for another length than that of the handler's input, and for a handler that is none of
/// [`HANDLERS`].
pub fn read(handler: &Handler, body: &[u8]) -> Result<OperationRequest, RawError> {
    let unknown = RawError::NoHandler(handler.name());
    // The lengths below are those of the fields.
    if !HANDLERS.contains(handler) {
        return Err(unknown);
    }
    let actual = body.len();
    let count = match handler.raw_length() {
        None => return Err(RawError::NoRawForm(handler.name())),
        Some(RawLength::Exactly(expected)) if actual != expected => {
            return Err(RawError::Length { expected, actual });
        }
        Some(RawLength::Exactly(_)) => 1,
        Some(RawLength::MultipleOf(each)) if !actual.is_multiple_of(each) => {
            return Err(RawError::Multiple { each, actual });
        }
        Some(RawLength::MultipleOf(each)) => actual / each,
    };
    let call = Fields(body).call(handler.operation, count);
    call.ok_or(unknown)
}

/// The rest of a body, whose length has been checked.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The call of an operation; `None` if the operation is no handler.
    fn call(mut self, operation: Operation, count: usize) -> Option<OperationRequest> {
        Some(match operation {
            Operation::ComputeKzgProof => OperationRequest::ComputeKzgProof {
                blob: self.blob(),
                z: self.scalar(),
            },
            Operation::ComputeBlobKzgProof => OperationRequest::ComputeBlobKzgProof {
                blob: self.blob(),
                commitment: self.commitment(),
            },
            Operation::VerifyKzgProof => OperationRequest::VerifyKzgProof {
                commitment: self.commitment(),
                z: self.scalar(),
                y: self.scalar(),
                proof: self.proof(),
            },
            Operation::VerifyBlobKzgProof => OperationRequest::VerifyBlobKzgProof {
                blob: self.blob(),
                commitment: self.commitment(),
                proof: self.proof(),
            },
            Operation::VerifyBlobKzgProofBatch => OperationRequest::VerifyBlobKzgProofBatch {
                blobs: (0..count).map(|_| self.blob()).collect(),
                commitments: (0..count).map(|_| self.commitment()).collect(),
                proofs: (0..count).map(|_| self.proof()).collect(),
            },
            Operation::ComputeCells => OperationRequest::ComputeCells { blob: self.blob() },
            Operation::ComputeCellsAndKzgProofs => {
                OperationRequest::ComputeCellsAndKzgProofs { blob: self.blob() }
            }
            Operation::RecoverCellsAndKzgProofs => OperationRequest::RecoverCellsAndKzgProofs {
                cell_indices: self.indices(count),
                cells: self.cells(count),
            },
            Operation::VerifyCellKzgProofBatch => OperationRequest::VerifyCellKzgProofBatch {
                commitments: (0..count).map(|_| self.commitment()).collect(),
                cell_indices: self.indices(count),
                cells: self.cells(count),
                proofs: (0..count).map(|_| self.proof()).collect(),
            },
            Operation::ComputeChallenge => OperationRequest::ComputeChallenge {
                blob: self.blob(),
                commitment: self.commitment(),
            },
            Operation::BlobToKzgCommitment => {
                OperationRequest::BlobToKzgCommitment { blob: self.blob() }
            }
            _ => return None,
        })
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.0.split_first_chunk().expect("the length was checked");
        self.0 = rest;
        *taken
    }

    fn blob(&mut self) -> Arc<Blob> {
        operation::blob(self.take(Blob::LENGTH), 0).expect("the length was checked")
    }

    fn scalar(&mut self) -> Bytes32 {
        Bytes32(self.array())
    }

    fn commitment(&mut self) -> KzgCommitment {
        KzgCommitment(self.array())
    }

    fn proof(&mut self) -> KzgProof {
        KzgProof(self.array())
    }

    fn indices(&mut self, count: usize) -> Vec<u64> {
        (0..count)
            .map(|_| u64::from_be_bytes(self.array()))
            .collect()
    }

    fn cells(&mut self, count: usize) -> Arc<[Cell]> {
        let bytes = self.take(count * Cell::LENGTH);
        let cells = Cell::many_from_slice(bytes).expect("a whole number of cells");
        cells.into()
    }
}

/// Writes an answer.
#[must_use]
pub fn write(answer: &OperationResponse) -> Bytes {
    match answer {
        OperationResponse::Point(point) => Bytes::copy_from_slice(&point.0),
        OperationResponse::Scalar(scalar) => Bytes::copy_from_slice(&scalar.0),
        OperationResponse::Verdict(verdict) => Bytes::copy_from_slice(&[u8::from(*verdict)]),
        OperationResponse::ProofAndValue(proof, value) => [&proof.0[..], &value.0].concat().into(),
        OperationResponse::Cells(cells) => Bytes::copy_from_slice(Cell::bytes_of_many(cells)),
        OperationResponse::CellsAndProofs(cells, proofs) => {
            let (cells, proofs) = (Cell::bytes_of_many(cells), KzgProof::bytes_of_many(proofs));
            [cells, proofs].concat().into()
        }
        OperationResponse::Proofs(proofs) => {
            Bytes::copy_from_slice(KzgProof::bytes_of_many(proofs))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_handler_is_refused() {
        let operation = Operation::WarmUp;
        let of_no_call = Handler {
            operation,
            ..HANDLERS[0]
        };
        let without_fields = Handler {
            fields: &[],
            ..HANDLERS[0]
        };
        for handler in [of_no_call, without_fields] {
            for length in [0, Blob::LENGTH] {
                let error = read(&handler, &vec![0; length]).unwrap_err();
                assert_eq!(error, RawError::NoHandler(handler.name()));
            }
        }
    }

    #[test]
    fn every_handler_takes_its_length_and_no_other() {
        for handler in &HANDLERS {
            match handler.raw_length() {
                None => {
                    let name = handler.name();
                    assert_eq!(read(handler, &[]).unwrap_err(), RawError::NoRawForm(name));
                }
                Some(RawLength::Exactly(expected)) => {
                    let call = read(handler, &vec![0; expected]).unwrap();
                    assert_eq!(call.operation(), handler.operation);
                    for actual in [0, expected - 1, expected + 1] {
                        let error = read(handler, &vec![0; actual]).unwrap_err();
                        assert_eq!(error, RawError::Length { expected, actual });
                    }
                }
                Some(RawLength::MultipleOf(each)) => {
                    for count in [0, 1, 3] {
                        let call = read(handler, &vec![0; count * each]).unwrap();
                        assert_eq!(call.operation(), handler.operation);
                    }
                    let actual = each + 1;
                    let error = read(handler, &vec![0; actual]).unwrap_err();
                    assert_eq!(error, RawError::Multiple { each, actual });
                }
            }
        }
    }
}
