//! `kzg_commitment`, `kzg_blob_proof` and `kzg_versioned_hash`.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof, kzg_to_versioned_hash};

use super::bytes;
use crate::arguments::Arguments;
use crate::batch::{self, BLOBS_PER_CALL, Parsed, Row};
use crate::operation::{Operation, Parameter, Value};
use crate::{Kzg, Reason};

/// `kzg_commitment(blob)`: the commitment, 48 bytes.
#[derive(Debug)]
pub(crate) struct Commitment;

impl Operation for Commitment {
    fn name(&self) -> &'static str {
        "kzg_commitment"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::BLOB]]
    }

    fn returns(&self) -> DataType {
        DataType::FixedSizeBinary(KzgCommitment::LENGTH as i32)
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let rows = batch::in_calls(self.name(), BLOBS_PER_CALL, blobs(arguments)?, |blobs| {
            batch::many_or_one_by_one(blobs, |blobs| kzg.blobs_to_kzg_commitments(blobs.into()))
        })?;
        Ok(bytes(rows))
    }

    /// A blob whose field elements are canonical has a commitment, so nothing is computed.
    fn reasons(&self, _: &Kzg, arguments: &Arguments) -> Result<Vec<Option<Reason>>> {
        reasons_of_blobs(self.name(), arguments)
    }
}

/// The reasons of malformed blobs, which are found without a computation.
pub(super) fn reasons_of_blobs(
    function: &'static str,
    arguments: &Arguments,
) -> Result<Vec<Option<Reason>>> {
    let rows = batch::in_calls(function, BLOBS_PER_CALL, blobs(arguments)?, |blobs| {
        Ok(vec![Ok(()); blobs.len()])
    })?;
    Ok(rows.into_iter().map(|row| row?.err()).collect())
}

/// The blobs of the first argument.
pub(super) fn blobs(arguments: &Arguments) -> Result<Vec<Parsed<&Blob>>> {
    let rows = arguments.bytes(0)?.into_iter();
    Ok(rows.map(|row| row.map(batch::blob)).collect())
}

/// `kzg_blob_proof(blob, commitment)`: the proof that a blob matches its commitment, 48 bytes. The
/// commitment is not checked to be that of the blob.
#[derive(Debug)]
pub(crate) struct BlobProof;

impl Operation for BlobProof {
    fn name(&self) -> &'static str {
        "kzg_blob_proof"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::BLOB, Parameter::COMMITMENT]]
    }

    fn returns(&self) -> DataType {
        DataType::FixedSizeBinary(KzgProof::LENGTH as i32)
    }

    fn evaluate(&self, kzg: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let blobs = arguments.bytes(0)?.into_iter();
        let parsed = blobs.zip(arguments.bytes(1)?).map(|(blob, commitment)| {
            let (blob, commitment) = (blob?, commitment?);
            Some(batch::blob(blob).and_then(|blob| {
                KzgCommitment::from_slice(commitment).map(|commitment| (blob, *commitment))
            }))
        });
        let rows = batch::in_calls(self.name(), BLOBS_PER_CALL, parsed.collect(), |items| {
            batch::many_or_one_by_one(items, |items| {
                let (blobs, commitments): (Vec<&Blob>, Vec<_>) = items.iter().copied().unzip();
                kzg.compute_blob_kzg_proofs((&blobs).into(), &commitments)
            })
        })?;
        Ok(bytes(rows))
    }
}

/// `kzg_versioned_hash(commitment)`: the hash by which transactions name a commitment, 32 bytes. Any
/// 48 bytes have one.
#[derive(Debug)]
pub(crate) struct VersionedHash;

impl Operation for VersionedHash {
    fn name(&self) -> &'static str {
        "kzg_versioned_hash"
    }

    fn signatures(&self) -> &'static [&'static [Parameter]] {
        &[&[Parameter::COMMITMENT]]
    }

    fn returns(&self) -> DataType {
        DataType::FixedSizeBinary(Bytes32::LENGTH as i32)
    }

    fn evaluate(&self, _: &Kzg, arguments: &Arguments) -> Result<Vec<Row<Value>>> {
        let parsed = arguments.bytes(0)?.into_iter();
        let parsed = parsed
            .map(|row| row.map(KzgCommitment::from_slice))
            .collect();
        let rows = batch::in_calls(self.name(), BLOBS_PER_CALL, parsed, |commitments| {
            Ok(commitments
                .iter()
                .map(|commitment| Ok(kzg_to_versioned_hash(commitment)))
                .collect())
        })?;
        Ok(bytes(rows))
    }
}
