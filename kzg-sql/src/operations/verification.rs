//! `kzg_verify_blob` and `kzg_verify_cells`.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::checks::check_count;
use kzg_traits::{Blob, Bytes32, Cell, Error, Item, KzgCommitment, KzgProof};

use super::values;
use crate::Kzg;
use crate::arguments::Arguments;
use crate::batch::{self, BLOBS_PER_CALL, EXTENSIONS_PER_CALL, Row};
use crate::operation::{Operation, Parameter, Value};

/// `kzg_verify_blob(blob, commitment, proof)`: whether a blob matches its commitment.
#[derive(Debug)]
pub(crate) struct VerifyBlob;

impl Operation for VerifyBlob {
    fn name(&self) -> &'static str {
        "kzg_verify_blob"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::BLOB, Parameter::COMMITMENT, Parameter::PROOF]]
    }

    fn returns(&self) -> DataType {
        DataType::Boolean
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let blobs = arguments.bytes(0)?.into_iter();
        let claims = arguments.bytes(1)?.into_iter().zip(arguments.bytes(2)?);
        let parsed = blobs.zip(claims).map(|(blob, (commitment, proof))| {
            let (blob, commitment, proof) = (blob?, commitment?, proof?);
            Some(Claim::parse(blob, commitment, proof))
        });
        let rows = batch::in_calls(self.name(), BLOBS_PER_CALL, parsed.collect(), |claims| {
            let blobs: Vec<&Blob> = claims.iter().map(|claim| claim.blob).collect();
            let commitments: Vec<_> = claims.iter().map(|claim| *claim.commitment).collect();
            let proofs: Vec<_> = claims.iter().map(|claim| *claim.proof).collect();
            let verdicts =
                kzg.verify_blob_kzg_proof_each((&blobs).into(), &commitments, &proofs)?;
            // The user does not know the positions of this call.
            let verdicts = verdicts.into_iter();
            Ok(verdicts
                .map(|verdict| verdict.map_err(|error| error.with_index(0)))
                .collect())
        })?;
        Ok(values(rows, Value::Boolean))
    }
}

/// A blob with the commitment and the proof that are claimed for it.
#[derive(Clone, Copy)]
struct Claim<'a> {
    blob: &'a Blob,
    commitment: &'a KzgCommitment,
    proof: &'a KzgProof,
}

impl<'a> Claim<'a> {
    fn parse(blob: &'a [u8], commitment: &'a [u8], proof: &'a [u8]) -> Result<Self, Error> {
        Ok(Self {
            blob: batch::blob(blob)?,
            commitment: KzgCommitment::from_slice(commitment)?,
            proof: KzgProof::from_slice(proof)?,
        })
    }
}

/// `kzg_verify_cells(commitment, cells, proofs)` for all 128 cells, and
/// `kzg_verify_cells(commitment, cell_indices, cells, proofs)` for some: whether all of them are the
/// cells of the commitment's blob.
#[derive(Debug)]
pub(crate) struct VerifyCells;

impl Operation for VerifyCells {
    fn name(&self) -> &'static str {
        "kzg_verify_cells"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[
            &[Parameter::COMMITMENT, Parameter::CELLS, Parameter::PROOFS],
            &[
                Parameter::COMMITMENT,
                Parameter::CELL_INDICES,
                Parameter::CELLS,
                Parameter::PROOFS,
            ],
        ]
    }

    fn returns(&self) -> DataType {
        DataType::Boolean
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let commitments = arguments.bytes(0)?.into_iter();
        let last = arguments.len() - 1;
        let indices = if last == 3 {
            arguments.cell_indices(1)?
        } else {
            vec![Some((0..CELLS_PER_EXT_BLOB as u64).collect()); arguments.rows()]
        };
        let cells = arguments
            .bytes(last - 1)?
            .into_iter()
            .zip(arguments.bytes(last)?);
        let parsed = commitments.zip(indices).zip(cells);
        let parsed = parsed.map(|((commitment, indices), (cells, proofs))| {
            let (commitment, indices) = (commitment?, indices?);
            Some(CellsOfBlob::parse(commitment, indices, cells?, proofs?))
        });
        let parsed = parsed.collect();
        let rows = batch::in_calls(self.name(), EXTENSIONS_PER_CALL, parsed, |blobs| {
            verify(kzg, blobs)
        })?;
        Ok(values(rows, Value::Boolean))
    }
}

/// Cells of one blob with their proofs.
#[derive(Clone)]
struct CellsOfBlob<'a> {
    commitment: KzgCommitment,
    indices: Vec<u64>,
    cells: &'a [Cell],
    proofs: &'a [KzgProof],
}

impl<'a> CellsOfBlob<'a> {
    fn parse(
        commitment: &[u8],
        indices: Vec<u64>,
        cells: &'a [u8],
        proofs: &'a [u8],
    ) -> Result<Self, Error> {
        let commitment = *KzgCommitment::from_slice(commitment)?;
        let cells = Cell::many_from_slice(cells)?;
        let proofs = KzgProof::many_from_slice(proofs)?;
        check_count(Item::Cell, indices.len(), cells.len())?;
        check_count(Item::Proof, indices.len(), proofs.len())?;
        Ok(Self {
            commitment,
            indices,
            cells,
            proofs,
        })
    }
}

/// The verdicts on the cells of several blobs by one call. The error of a blob is that of its first
/// malformed cell, with the position among the cells of that blob.
fn verify(kzg: &Kzg, blobs: &[CellsOfBlob<'_>]) -> Result<Vec<Result<bool, Error>>, Error> {
    let cells: Vec<&Cell> = blobs.iter().flat_map(|blob| blob.cells).collect();
    let proofs: Vec<_> = blobs.iter().flat_map(|blob| blob.proofs).copied().collect();
    let indices: Vec<u64> = blobs
        .iter()
        .flat_map(|blob| &blob.indices)
        .copied()
        .collect();
    let commitments = blobs.iter();
    let commitments: Vec<_> = commitments
        .flat_map(|blob| core::iter::repeat_n(blob.commitment, blob.cells.len()))
        .collect();
    let each = kzg.verify_cell_kzg_proof_each(&commitments, &indices, (&cells).into(), &proofs)?;
    let mut each = each.into_iter();
    let verdicts = blobs.iter().map(|blob| {
        let mut verdict = match blob.cells {
            [] => check_commitment(kzg, &blob.commitment).map(|()| true),
            _ => Ok(true),
        };
        for (position, cell) in each.by_ref().take(blob.cells.len()).enumerate() {
            verdict = match (verdict, cell) {
                (Ok(all), Ok(cell)) => Ok(all && cell),
                (Ok(_), Err(error)) => Err(error.with_index(position)),
                (error, _) => error,
            };
        }
        verdict
    });
    Ok(verdicts.collect())
}

/// Checks that a commitment is a point of the group. A call for no cells does not read it.
fn check_commitment(kzg: &Kzg, commitment: &KzgCommitment) -> Result<(), Error> {
    let zero = Bytes32::default();
    let mut infinity = KzgProof::default();
    infinity.0[0] = 0xc0;
    // The other arguments are well-formed, so that an error about the input is about the commitment.
    kzg.verify_kzg_proof(commitment, &zero, &zero, &infinity)
        .map(drop)
}
