//! Calls and answers as JSON, in the form of the official vectors: the `input` of a vector is the
//! body of a request, `{"output": ..}` is the answer.

use core::iter::repeat_n;
use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use kzg_advanced::{Blob, Bytes32, Cell, Error, Item, KzgCommitment, KzgProof, Operation};
use serde::{Deserialize, Serialize};

use super::handler::Handler;
use super::operation::{OperationRequest, OperationResponse};

/// A body that is not the input of a handler.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// The operation is no handler.
    #[error("{0} is no handler")]
    NoHandler(&'static str),
    /// Not JSON, or with other names and types.
    #[error("not the JSON input of this handler: {0}")]
    Json(#[from] serde_json::Error),
    /// Not an object. The parser would take the values of an object in an array, too.
    #[error("not the JSON input of this handler: expected an object")]
    NotAnObject,
    /// With a string that no input has.
    #[error("not the JSON input of this handler: {0}")]
    Text(&'static str),
    /// A string that is not hexadecimal digits of the right length.
    #[error(transparent)]
    Input(#[from] Error),
}

/// Reads a body.
///
/// # Errors
///
/// [`JsonError::NoHandler`] for an operation that no handler has, [`JsonError::Json`],
/// [`JsonError::NotAnObject`] and [`JsonError::Text`] for a body that is not the input of the handler,
/// [`JsonError::Input`] for a malformed item.
pub fn read(handler: &Handler, body: &[u8]) -> Result<OperationRequest, JsonError> {
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    if body.iter().find(|byte| !is_space(byte)) != Some(&b'{') {
        return Err(JsonError::NotAnObject);
    }
    Ok(match handler.operation {
        Operation::ComputeKzgProof => {
            let input: BlobAndPoint<'_> = serde_json::from_slice(body)?;
            OperationRequest::ComputeKzgProof {
                blob: input.blob.blob(0)?,
                z: input.z.scalar(Item::Z)?,
            }
        }
        Operation::ComputeBlobKzgProof => {
            let input: BlobAndCommitment<'_> = serde_json::from_slice(body)?;
            OperationRequest::ComputeBlobKzgProof {
                blob: input.blob.blob(0)?,
                commitment: input.commitment.commitment(0)?,
            }
        }
        Operation::VerifyKzgProof => {
            let input: Opening<'_> = serde_json::from_slice(body)?;
            OperationRequest::VerifyKzgProof {
                commitment: input.commitment.commitment(0)?,
                z: input.z.scalar(Item::Z)?,
                y: input.y.scalar(Item::Y)?,
                proof: input.proof.proof(0)?,
            }
        }
        Operation::VerifyBlobKzgProof => {
            let input: ProvenBlob<'_> = serde_json::from_slice(body)?;
            OperationRequest::VerifyBlobKzgProof {
                blob: input.blob.blob(0)?,
                commitment: input.commitment.commitment(0)?,
                proof: input.proof.proof(0)?,
            }
        }
        Operation::VerifyBlobKzgProofBatch => {
            let input: ProvenBlobs<'_> = serde_json::from_slice(body)?;
            OperationRequest::VerifyBlobKzgProofBatch {
                blobs: each(&input.blobs, |text, index| text.blob(index))?,
                commitments: each(&input.commitments, |text, index| text.commitment(index))?,
                proofs: each(&input.proofs, |text, index| text.proof(index))?,
            }
        }
        Operation::ComputeCells => OperationRequest::ComputeCells {
            blob: one_blob(body)?,
        },
        Operation::ComputeCellsAndKzgProofs => OperationRequest::ComputeCellsAndKzgProofs {
            blob: one_blob(body)?,
        },
        Operation::RecoverCellsAndKzgProofs => {
            let input: SomeCells<'_> = serde_json::from_slice(body)?;
            OperationRequest::RecoverCellsAndKzgProofs {
                cell_indices: input.cell_indices,
                cells: cells(&input.cells)?,
            }
        }
        Operation::VerifyCellKzgProofBatch => {
            let input: ProvenCells<'_> = serde_json::from_slice(body)?;
            OperationRequest::VerifyCellKzgProofBatch {
                commitments: each(&input.commitments, |text, index| text.commitment(index))?,
                cell_indices: input.cell_indices,
                cells: cells(&input.cells)?,
                proofs: each(&input.proofs, |text, index| text.proof(index))?,
            }
        }
        Operation::ComputeChallenge => {
            let input: BlobAndCommitment<'_> = serde_json::from_slice(body)?;
            OperationRequest::ComputeChallenge {
                blob: input.blob.blob(0)?,
                commitment: input.commitment.commitment(0)?,
            }
        }
        Operation::ComputeVerifyCellKzgProofBatchChallenge => {
            let input: CellBatch<'_> = serde_json::from_slice(body)?;
            OperationRequest::CellBatchChallenge {
                commitments: each(&input.commitments, |text, index| text.commitment(index))?,
                commitment_indices: input.commitment_indices,
                cell_indices: input.cell_indices,
                cells: evaluations(&input.cosets_evals)?,
                proofs: each(&input.proofs, |text, index| text.proof(index))?,
            }
        }
        Operation::BlobToKzgCommitment => OperationRequest::BlobToKzgCommitment {
            blob: one_blob(body)?,
        },
        other => return Err(JsonError::NoHandler(other.name())),
    })
}

/// A string, borrowed from the body where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    fn blob(&self, index: usize) -> Result<Arc<Blob>, Error> {
        let blob = Blob::from_hex(&self.0).map_err(|error| error.with_index(index))?;
        Ok(blob.into())
    }

    fn commitment(&self, index: usize) -> Result<KzgCommitment, Error> {
        self.0
            .parse()
            .map_err(|error: Error| error.with_index(index))
    }

    fn proof(&self, index: usize) -> Result<KzgProof, Error> {
        self.0
            .parse()
            .map_err(|error: Error| error.with_index(index))
    }

    /// A field element that is the argument `item`.
    fn scalar(&self, item: Item) -> Result<Bytes32, Error> {
        self.0.parse().map_err(|error| match error {
            Error::Length {
                index,
                expected,
                actual,
                ..
            } => Error::Length {
                item,
                index,
                expected,
                actual,
            },
            Error::Hex { index, .. } => Error::Hex { item, index },
            other => other,
        })
    }
}

fn each<T>(
    texts: &[Text<'_>],
    read: impl Fn(&Text<'_>, usize) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let texts = texts.iter().enumerate();
    texts.map(|(index, text)| read(text, index)).collect()
}

fn cells(texts: &[Text<'_>]) -> Result<Arc<[Cell]>, Error> {
    let is_long = |text: &Text<'_>| text.0.len() >= 2 * Cell::LENGTH;
    cells_from(texts, is_long, |text| Cell::from_hex(&text.0))
}

/// Cells in the memory in which they stay. `is_long` says whether an item has the length of a cell: the
/// memory is taken only if all have, so that short items take none.
fn cells_from<T>(
    items: &[T],
    is_long: impl Fn(&T) -> bool,
    read: impl Fn(&T) -> Result<Box<Cell>, Error>,
) -> Result<Arc<[Cell]>, Error> {
    let read = |(index, item)| read(item).map_err(|error| error.with_index(index));
    if let Some(short) = items.iter().position(|item| !is_long(item)) {
        // One of these is malformed.
        let mut until_short = items[..=short].iter().enumerate();
        until_short.try_for_each(|item| read(item).map(drop))?;
    }
    let mut cells: Arc<[Cell]> = repeat_n(Cell::default(), items.len()).collect();
    let places = Arc::get_mut(&mut cells).expect("nothing else has the cells");
    for (place, item) in places.iter_mut().zip(items.iter().enumerate()) {
        *place = *read(item)?;
    }
    Ok(cells)
}

/// Cells from lists of field elements.
fn evaluations(lists: &[Vec<Text<'_>>]) -> Result<Arc<[Cell]>, Error> {
    let is_long = |values: &Vec<Text<'_>>| values.len() >= Cell::LENGTH / Bytes32::LENGTH;
    cells_from(lists, is_long, |values| {
        let mut bytes = Vec::with_capacity(Cell::LENGTH);
        for value in values {
            let value: Bytes32 = value.0.parse()?;
            bytes.extend_from_slice(&value.0);
        }
        Ok(Box::new(Cell::from_slice(&bytes)?.clone()))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneBlob<'a> {
    #[serde(borrow)]
    blob: Text<'a>,
}

fn one_blob(body: &[u8]) -> Result<Arc<Blob>, JsonError> {
    let input: OneBlob<'_> = serde_json::from_slice(body)?;
    Ok(input.blob.blob(0)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlobAndPoint<'a> {
    #[serde(borrow)]
    blob: Text<'a>,
    #[serde(borrow)]
    z: Text<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlobAndCommitment<'a> {
    #[serde(borrow)]
    blob: Text<'a>,
    #[serde(borrow)]
    commitment: Text<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening<'a> {
    #[serde(borrow)]
    commitment: Text<'a>,
    #[serde(borrow)]
    z: Text<'a>,
    #[serde(borrow)]
    y: Text<'a>,
    #[serde(borrow)]
    proof: Text<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenBlob<'a> {
    #[serde(borrow)]
    blob: Text<'a>,
    #[serde(borrow)]
    commitment: Text<'a>,
    #[serde(borrow)]
    proof: Text<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenBlobs<'a> {
    #[serde(borrow)]
    blobs: Vec<Text<'a>>,
    #[serde(borrow)]
    commitments: Vec<Text<'a>>,
    #[serde(borrow)]
    proofs: Vec<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SomeCells<'a> {
    cell_indices: Vec<u64>,
    #[serde(borrow)]
    cells: Vec<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenCells<'a> {
    #[serde(borrow)]
    commitments: Vec<Text<'a>>,
    cell_indices: Vec<u64>,
    #[serde(borrow)]
    cells: Vec<Text<'a>>,
    #[serde(borrow)]
    proofs: Vec<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CellBatch<'a> {
    #[serde(borrow)]
    commitments: Vec<Text<'a>>,
    commitment_indices: Vec<u64>,
    cell_indices: Vec<u64>,
    #[serde(borrow)]
    cosets_evals: Vec<Vec<Text<'a>>>,
    #[serde(borrow)]
    proofs: Vec<Text<'a>>,
}

/// Writes `{"output": ..}`.
#[must_use]
pub fn write(answer: &OperationResponse) -> Bytes {
    let mut text = b"{\"output\":".to_vec();
    write_value(answer, &mut text);
    text.push(b'}');
    text.into()
}

/// Appends the value of an answer.
pub fn write_value(answer: &OperationResponse, out: &mut Vec<u8>) {
    match answer {
        OperationResponse::Point(point) => append(point, out),
        OperationResponse::Scalar(scalar) => append(scalar, out),
        OperationResponse::Verdict(verdict) => append(verdict, out),
        OperationResponse::ProofAndValue(proof, value) => append(&(proof, value), out),
        OperationResponse::Cells(cells) => append(cells, out),
        OperationResponse::CellsAndProofs(cells, proofs) => append(&(cells, proofs), out),
        OperationResponse::Proofs(proofs) => append(proofs, out),
    }
}

/// Appends a value.
pub fn append(value: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("a vector takes any text");
}

#[cfg(test)]
mod tests {
    use super::super::handler::HANDLERS;
    use super::*;

    #[test]
    fn an_operation_that_is_no_handler_is_refused() {
        let operation = Operation::WarmUp;
        let handler = Handler {
            operation,
            ..HANDLERS[0]
        };
        let error = read(&handler, b"{}").unwrap_err();
        assert!(matches!(error, JsonError::NoHandler("warm_up")), "{error}");
    }

    /// There is no memory for as many cells.
    #[test]
    fn short_items_take_no_memory() {
        let items = vec![(); 1 << 50];
        let malformed = |_: &()| Err(Error::CellCount { actual: 0 });
        let refused = cells_from(&items, |_| false, malformed);
        assert_eq!(refused.unwrap_err(), Error::CellCount { actual: 0 });
        let bodies = [
            (
                "verify_cell_kzg_proof_batch",
                r#"{"commitments":[],"cell_indices":[],"cells":["0x","0x"],"proofs":[]}"#,
            ),
            (
                "compute_verify_cell_kzg_proof_batch_challenge",
                r#"{"commitments":[],"commitment_indices":[],"cell_indices":[],
                    "cosets_evals":[[],[]],"proofs":[]}"#,
            ),
        ];
        for (handler, body) in bodies {
            let refused = read(Handler::by_name(handler).unwrap(), body.as_bytes());
            let Err(JsonError::Input(Error::Length { item, index, .. })) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!((item, index), (Item::Cell, 0));
        }
    }
}
