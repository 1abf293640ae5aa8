//! The crate with c-kzg's interface, against c-kzg itself: the same results, and errors in the same cases.

use arbitrary::{Result, Unstructured};
use ckzg_door as ours;

use crate::inputs;
use crate::parties::c_kzg;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let (kzg, theirs) = (ours::ethereum_kzg_settings(0), c_kzg());
    let blob = inputs::blob(u)?;
    let (z, y) = (inputs::element(u)?, inputs::element(u)?);
    let (commitment, proof) = (inputs::point(u)?, inputs::point(u)?);
    let (our_blob, their_blob) = (
        Box::new(ours::Blob::new(blob.0)),
        Box::new(c_kzg::Blob::new(blob.0)),
    );
    let (our_z, their_z) = (ours::Bytes32::new(z), c_kzg::Bytes32::new(z));
    let (our_y, their_y) = (ours::Bytes32::new(y), c_kzg::Bytes32::new(y));
    let points = [commitment, proof];
    let [our_commitment, our_proof] = points.map(ours::Bytes48::new);
    let [their_commitment, their_proof] = points.map(c_kzg::Bytes48::new);
    assert_eq!(
        kzg.blob_to_kzg_commitment(&our_blob)
            .ok()
            .map(|c| *c.to_bytes()),
        theirs
            .blob_to_kzg_commitment(&their_blob)
            .ok()
            .map(|c| *c.to_bytes())
    );
    assert_eq!(
        kzg.compute_kzg_proof(&our_blob, &our_z)
            .ok()
            .map(|(p, y)| (*p.to_bytes(), *y)),
        theirs
            .compute_kzg_proof(&their_blob, &their_z)
            .ok()
            .map(|(p, y)| (*p.to_bytes(), *y))
    );
    assert_eq!(
        kzg.compute_blob_kzg_proof(&our_blob, &our_commitment)
            .ok()
            .map(|p| *p.to_bytes()),
        theirs
            .compute_blob_kzg_proof(&their_blob, &their_commitment)
            .ok()
            .map(|p| *p.to_bytes())
    );
    assert_eq!(
        kzg.verify_kzg_proof(&our_commitment, &our_z, &our_y, &our_proof)
            .ok(),
        theirs
            .verify_kzg_proof(&their_commitment, &their_z, &their_y, &their_proof)
            .ok()
    );
    assert_eq!(
        kzg.verify_blob_kzg_proof(&our_blob, &our_commitment, &our_proof)
            .ok(),
        theirs
            .verify_blob_kzg_proof(&their_blob, &their_commitment, &their_proof)
            .ok()
    );
    // Lists of different lengths.
    let lengths = [(); 3].map(|()| u.int_in_range(0..=2_usize).unwrap_or(1));
    assert_eq!(
        kzg.verify_blob_kzg_proof_batch(
            &vec![*our_blob; lengths[0]],
            &vec![our_commitment; lengths[1]],
            &vec![our_proof; lengths[2]],
        )
        .ok(),
        theirs
            .verify_blob_kzg_proof_batch(
                &vec![*their_blob; lengths[0]],
                &vec![their_commitment; lengths[1]],
                &vec![their_proof; lengths[2]],
            )
            .ok()
    );
    cells(u, lengths, points)
}

/// Cells with any indices, in lists of any lengths.
fn cells(u: &mut Unstructured<'_>, lengths: [usize; 3], points: [[u8; 48]; 2]) -> Result<()> {
    let (kzg, theirs) = (ours::ethereum_kzg_settings(0), c_kzg());
    let mut bytes = [0; 2048];
    bytes[..32].copy_from_slice(&inputs::element(u)?);
    let indices: Vec<u64> = (0..lengths[0])
        .map(|_| u.int_in_range(0..=129))
        .collect::<Result<_>>()?;
    let [commitment, proof] = points;
    assert_eq!(
        kzg.verify_cell_kzg_proof_batch(
            &vec![ours::Bytes48::new(commitment); lengths[1]],
            &indices,
            &vec![ours::Cell::new(bytes); lengths[0]],
            &vec![ours::Bytes48::new(proof); lengths[2]],
        )
        .ok(),
        theirs
            .verify_cell_kzg_proof_batch(
                &vec![c_kzg::Bytes48::new(commitment); lengths[1]],
                &indices,
                &vec![c_kzg::Cell::new(bytes); lengths[0]],
                &vec![c_kzg::Bytes48::new(proof); lengths[2]],
            )
            .ok()
    );
    let cells = vec![ours::Cell::new(bytes); lengths[2]];
    let recovered = kzg.recover_cells_and_kzg_proofs(&indices, &cells);
    assert!(recovered.is_err(), "fewer than 64 cells");
    Ok(())
}
