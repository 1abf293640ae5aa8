//! The parts of EIP-4844 and EIP-7594 that execution clients need: versioned hashes, the point
//! evaluation precompile, and the sidecars of blob transactions.

use sha2::{Digest, Sha256};

use crate::bytes::{
    Bytes32, CELLS_PER_EXT_BLOB, Cell, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof,
};
use crate::checks::check_count;
use crate::error::{Error, ErrorKind, Item};
use crate::items::Blobs;
use crate::settings::KzgSettings;

pub use crate::bytes::BLS_MODULUS;

/// The first byte of a versioned hash of a KZG commitment.
pub const VERSIONED_HASH_VERSION_KZG: u8 = 0x01;

/// The hash that transactions contain for a commitment: SHA-256 with the version in the first byte.
///
/// Source: `kzg_to_versioned_hash` of EIP-4844.
#[must_use]
pub fn kzg_to_versioned_hash(commitment: &KzgCommitment) -> Bytes32 {
    let mut hash: [u8; 32] = Sha256::digest(commitment.0).into();
    hash[0] = VERSIONED_HASH_VERSION_KZG;
    Bytes32(hash)
}

/// Runs the point evaluation precompile. The input is `versioned_hash`, `z`, `y` of 32 bytes each,
/// then `commitment` and `proof` of 48 bytes each; `z` and `y` are big-endian. The output is
/// `FIELD_ELEMENTS_PER_BLOB` and [`BLS_MODULUS`] as 32 big-endian bytes each.
///
/// # Errors
///
/// [`PointEvaluationError`]; the versioned hash is checked first. An error of kind
/// [`ErrorKind::Input`] means that the precompile fails for this input. An error of another kind
/// says nothing about the input.
///
/// Source: `point_evaluation_precompile` of EIP-4844.
pub fn point_evaluation<S: KzgSettings + ?Sized>(
    settings: &S,
    input: &[u8; 192],
) -> Result<[u8; 64], PointEvaluationError> {
    let bytes32 = |start: usize| Bytes32(array(&input[start..]));
    let (versioned_hash, z, y) = (bytes32(0), bytes32(32), bytes32(64));
    let commitment = KzgCommitment(array(&input[96..]));
    let proof = KzgProof(array(&input[144..]));
    if kzg_to_versioned_hash(&commitment) != versioned_hash {
        return Err(PointEvaluationError::VersionedHash);
    }
    if !settings.verify_kzg_proof(&commitment, &z, &y, &proof)? {
        return Err(PointEvaluationError::Proof);
    }
    let mut output = [0; 64];
    output[24..32].copy_from_slice(&(FIELD_ELEMENTS_PER_BLOB as u64).to_be_bytes());
    output[32..].copy_from_slice(&BLS_MODULUS);
    Ok(output)
}

/// The first `N` of the bytes.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    *bytes.first_chunk().expect("the input is long enough")
}

/// The reason why the point evaluation precompile fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PointEvaluationError {
    /// The versioned hash is not that of the commitment.
    #[error("the versioned hash is not that of the commitment")]
    VersionedHash,
    /// The proof is well formed and does not prove the value.
    #[error("the proof does not prove the value")]
    Proof,
    /// An input is malformed, or the settings gave no result.
    #[error(transparent)]
    Kzg(#[from] Error),
}

impl PointEvaluationError {
    /// The kind of the error, which decides what a caller does.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::VersionedHash | Self::Proof => ErrorKind::Input,
            Self::Kzg(error) => error.kind(),
        }
    }
}

/// The blobs of a transaction with their commitments and proofs.
#[derive(Clone, Copy, Debug)]
pub struct Sidecar<'a> {
    /// The blobs.
    pub blobs: Blobs<'a>,
    /// The commitment to each blob.
    pub commitments: &'a [KzgCommitment],
    /// The proofs, by the version of the sidecar.
    pub proofs: SidecarProofsRef<'a>,
}

/// The proofs of a sidecar.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum SidecarProofsRef<'a> {
    /// Version 0, EIP-4844: a proof for each blob.
    Blobs(&'a [KzgProof]),
    /// Version 1, EIP-7594: the proofs of the 128 cells of each blob, blob after blob.
    Cells(&'a [KzgProof]),
}

impl Sidecar<'_> {
    /// Checks that the numbers of blobs, commitments, proofs and hashes match, that each hash is
    /// that of its commitment, and that the proofs show that each blob matches its commitment.
    ///
    /// # Errors
    ///
    /// [`SidecarError`], with the first item that is wrong.
    ///
    /// Source: "Networking" of EIP-4844 and of EIP-7594.
    pub fn validate<S: KzgSettings + ?Sized>(
        &self,
        settings: &S,
        versioned_hashes: &[Bytes32],
    ) -> Result<(), SidecarError> {
        let blobs = self.blobs.len();
        check_count(Item::Commitment, blobs, self.commitments.len())?;
        if versioned_hashes.len() != blobs {
            return Err(SidecarError::HashCount {
                expected: blobs,
                actual: versioned_hashes.len(),
            });
        }
        let named = self.commitments.iter().zip(versioned_hashes);
        for (index, (commitment, hash)) in named.enumerate() {
            if kzg_to_versioned_hash(commitment) != *hash {
                return Err(SidecarError::VersionedHash { index });
            }
        }
        match self.proofs {
            SidecarProofsRef::Blobs(proofs) => {
                let verdicts =
                    settings.verify_blob_kzg_proof_each(self.blobs, self.commitments, proofs)?;
                first_false(verdicts)?
                    .map_or(Ok(()), |index| Err(SidecarError::BlobProof { index }))
            }
            SidecarProofsRef::Cells(proofs) => self.validate_cells(settings, proofs),
        }
    }

    fn validate_cells<S: KzgSettings + ?Sized>(
        &self,
        settings: &S,
        proofs: &[KzgProof],
    ) -> Result<(), SidecarError> {
        let count = self.blobs.len() * CELLS_PER_EXT_BLOB;
        check_count(Item::Proof, count, proofs.len())?;
        let mut cells = vec![Cell::default(); count];
        let rows = cells
            .chunks_exact_mut(CELLS_PER_EXT_BLOB)
            .zip(self.blobs.iter());
        // The items before a malformed blob are verified, because one of them may be wrong.
        let mut malformed = None;
        for (index, (cells, blob)) in rows.enumerate() {
            if let Err(error) = settings.compute_cells_into(blob, cells) {
                malformed = Some((index, error.with_index(index)));
                break;
            }
        }
        let blobs = malformed
            .as_ref()
            .map_or(self.blobs.len(), |(index, _)| *index);
        let commitments: Vec<KzgCommitment> = self.commitments[..blobs]
            .iter()
            .flat_map(|commitment| [*commitment; CELLS_PER_EXT_BLOB])
            .collect();
        let count = commitments.len();
        let indices: Vec<u64> = (0..blobs)
            .flat_map(|_| 0..CELLS_PER_EXT_BLOB as u64)
            .collect();
        let verdicts = settings.verify_cell_kzg_proof_each(
            &commitments,
            &indices,
            (&cells[..count]).into(),
            &proofs[..count],
        )?;
        match first_false(verdicts) {
            Ok(None) => malformed.map_or(Ok(()), |(_, error)| Err(error.into())),
            Ok(Some(position)) => Err(SidecarError::CellProof {
                blob: position / CELLS_PER_EXT_BLOB,
                cell: position % CELLS_PER_EXT_BLOB,
            }),
            // The commitment of each blob is in the list 128 times.
            Err(
                error @ Error::Point {
                    item: Item::Commitment,
                    index,
                    ..
                },
            ) => Err(error.with_index(index / CELLS_PER_EXT_BLOB).into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The position of the first false verdict, or the error of an item before it.
fn first_false(verdicts: Vec<crate::error::Result<bool>>) -> crate::error::Result<Option<usize>> {
    for (position, verdict) in verdicts.into_iter().enumerate() {
        if !verdict? {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

/// The reason why a sidecar is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SidecarError {
    /// The number of versioned hashes of the transaction is not the number of blobs.
    #[error("{actual} versioned hashes given, expected {expected}")]
    HashCount {
        /// The number of blobs.
        expected: usize,
        /// The number of versioned hashes.
        actual: usize,
    },
    /// A versioned hash is not that of its commitment.
    #[error("versioned hash {index}: not that of the commitment")]
    VersionedHash {
        /// The position of the hash.
        index: usize,
    },
    /// The proof of a blob is well formed and does not hold.
    #[error("blob {index}: the proof does not hold")]
    BlobProof {
        /// The position of the blob.
        index: usize,
    },
    /// The proof of a cell is well formed and does not hold.
    #[error("blob {blob}: the proof of cell {cell} does not hold")]
    CellProof {
        /// The position of the blob.
        blob: usize,
        /// The index of the cell in the extended blob.
        cell: usize,
    },
    /// A list has the wrong length, an item is malformed, or the settings gave no result.
    #[error(transparent)]
    Kzg(#[from] Error),
}

impl SidecarError {
    /// The kind of the error, which decides what a caller does.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::HashCount { .. }
            | Self::VersionedHash { .. }
            | Self::BlobProof { .. }
            | Self::CellProof { .. } => ErrorKind::Input,
            Self::Kzg(error) => error.kind(),
        }
    }
}
