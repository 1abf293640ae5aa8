//! Views of c-kzg's types as the types of [`kzg_traits`], without copying.
//!
//! They are for calls on [`KzgSettings::inner`](crate::KzgSettings::inner).
//!
//! ```
//! use c_kzg::{Blob, Bytes48, ethereum_kzg_settings, views};
//!
//! // The verdict on each blob of a batch, which c-kzg cannot give.
//! let blobs = vec![Blob::default(); 2];
//! let infinity = Bytes48::from_hex(&format!("c0{}", "00".repeat(47)))?;
//! let malformed = Bytes48::default();
//! let verdicts = ethereum_kzg_settings(0).inner().verify_blob_kzg_proof_each(
//!     views::blobs(&blobs).into(),
//!     views::commitments(&[infinity, infinity]),
//!     views::proofs(&[infinity, malformed]),
//! );
//! let verdicts = verdicts.map_err(|error| error.to_string()).unwrap();
//! assert_eq!(verdicts[0], Ok(true));
//! assert_eq!(verdicts[1].as_ref().unwrap_err().index(), Some(1));
//! # Ok::<(), c_kzg::Error>(())
//! ```

use kzg_backends::kzg_traits;
use zerocopy::{transmute_mut, transmute_ref};

use crate::{Blob, Bytes32, Bytes48, CELLS_PER_EXT_BLOB, Cell, KzgProof};

/// A blob.
#[must_use]
pub fn blob(blob: &Blob) -> &kzg_traits::Blob {
    transmute_ref!(blob)
}

/// A list of blobs.
#[must_use]
pub fn blobs(blobs: &[Blob]) -> &[kzg_traits::Blob] {
    transmute_ref!(blobs)
}

/// A list of cells.
#[must_use]
pub fn cells(cells: &[Cell]) -> &[kzg_traits::Cell] {
    transmute_ref!(cells)
}

/// 32 bytes.
#[must_use]
pub fn bytes32(bytes: &Bytes32) -> &kzg_traits::Bytes32 {
    transmute_ref!(bytes)
}

/// A commitment.
#[must_use]
pub fn commitment(commitment: &Bytes48) -> &kzg_traits::KzgCommitment {
    transmute_ref!(commitment)
}

/// A list of commitments.
#[must_use]
pub fn commitments(commitments: &[Bytes48]) -> &[kzg_traits::KzgCommitment] {
    transmute_ref!(commitments)
}

/// A proof.
#[must_use]
pub fn proof(proof: &Bytes48) -> &kzg_traits::KzgProof {
    transmute_ref!(proof)
}

/// A list of proofs.
#[must_use]
pub fn proofs(proofs: &[Bytes48]) -> &[kzg_traits::KzgProof] {
    transmute_ref!(proofs)
}

/// The cells of a result, to be written.
pub(crate) fn cells_mut(cells: &mut [Cell; CELLS_PER_EXT_BLOB]) -> &mut [kzg_traits::Cell] {
    let cells: &mut [kzg_traits::Cell; CELLS_PER_EXT_BLOB] = transmute_mut!(cells);
    cells
}

/// The proofs of a result, to be written.
pub(crate) fn proofs_mut(
    proofs: &mut [KzgProof; CELLS_PER_EXT_BLOB],
) -> &mut [kzg_traits::KzgProof] {
    let proofs: &mut [kzg_traits::KzgProof; CELLS_PER_EXT_BLOB] = transmute_mut!(proofs);
    proofs
}
