//! Blobs with everything that is computed from them, so that most statements are true.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use kzg_testing::Seeded;
use kzg_traits::{Blob, Cell, KzgCommitment, KzgProof};

use crate::OURS;

/// A blob, and what is computed from it.
pub(crate) struct Known {
    pub(crate) blob: Box<Blob>,
    pub(crate) commitment: KzgCommitment,
    pub(crate) proof: KzgProof,
    pub(crate) cells: Vec<Cell>,
    pub(crate) cell_proofs: Vec<KzgProof>,
}

static BLOBS: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let zero = Blob::zeroed_on_heap();
    let blobs = (0..3).map(|seed| Seeded::new(seed).blob()).chain([zero]);
    let known = blobs.map(|blob| {
        let commitment = OURS.blob_to_kzg_commitment(&blob).expect("a blob");
        let proof = OURS.compute_blob_kzg_proof(&blob, &commitment);
        let (cells, cell_proofs) = OURS.compute_cells_and_kzg_proofs(&blob).expect("a blob");
        Known {
            proof: proof.expect("a blob"),
            blob,
            commitment,
            cells,
            cell_proofs,
        }
    });
    known.collect()
});

/// One of a few blobs.
pub(crate) fn any(u: &mut Unstructured<'_>) -> Result<&'static Known> {
    u.choose(&BLOBS)
}

/// A blob, malformed in one case of eight.
pub(crate) fn blob(u: &mut Unstructured<'_>) -> Result<Box<Blob>> {
    let mut blob = any(u)?.blob.clone();
    if u.int_in_range(0..=7_u8)? == 7 {
        let element = u.choose_index(4096)?;
        blob.0[32 * element..][..32].fill(0xff);
    }
    Ok(blob)
}

/// Damages bytes in one case of eight: a flipped bit, another point, infinity, or any bytes.
pub(crate) fn damage(u: &mut Unstructured<'_>, bytes: &mut [u8; 48]) -> Result<()> {
    if u.int_in_range(0..=7_u8)? != 7 {
        return Ok(());
    }
    match u.int_in_range(0..=3_u8)? {
        0 => bytes[u.choose_index(48)?] ^= 1 << u.int_in_range(0..=7_u8)?,
        1 => *bytes = any(u)?.commitment.0,
        2 => {
            *bytes = [0; 48];
            bytes[0] = 0xc0;
        }
        _ => *bytes = u.arbitrary()?,
    }
    Ok(())
}
