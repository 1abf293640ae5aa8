//! Agreement of two settings.

use crate::malformed;
use crate::reference::Reference;
use crate::seeded::Seeded;
use kzg_traits::bytes::{Blob, Bytes32, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof};
use kzg_traits::domain::Domain;
use kzg_traits::items::Blobs;
use kzg_traits::settings::KzgSettings;

use super::cell_batch::CellItems;
use super::inputs::{GENERATOR, INFINITY, Proven, bytes};

/// Checks that both settings answer every operation with the same bytes, the same verdicts and
/// the same errors: a backend against another, or the same with other options.
///
/// # Panics
///
/// If they differ.
pub fn agree(one: &dyn KzgSettings, other: &dyn KzgSettings) {
    agree_on_proving(one, other);
    agree_on_verifying(one, other);
    agree_on_cells(one, other);
}

/// Compares the results of one call.
macro_rules! same {
    ($one:expr, $other:expr, $method:ident($($argument:expr),* $(,)?)) => {
        assert_eq!(
            $one.$method($($argument),*),
            $other.$method($($argument),*),
            "{} and {}: {}",
            $one.backend(),
            $other.backend(),
            stringify!($method),
        )
    };
}

/// A list of blobs with right commitments and proofs.
fn right(settings: &dyn KzgSettings) -> Proven {
    Proven::new(settings, 23, 5)
}

/// The operations that use the prover's tables.
pub(super) fn agree_on_proving(one: &dyn KzgSettings, other: &dyn KzgSettings) {
    let mut seeded = Seeded::new(22);
    let root = Domain::<Reference>::new().roots(FIELD_ELEMENTS_PER_BLOB)[1234];
    let mut bad = seeded.blob();
    bad.0[32 * 99..][..32].fill(0xff);
    let (off_curve, _) = malformed::g1_points()[4];
    for blob in [seeded.blob(), Blob::zeroed_on_heap(), bad] {
        same!(one, other, blob_to_kzg_commitment(&blob));
        for z in [Bytes32([0xff; 32]), bytes(root), seeded.field_element()] {
            same!(one, other, compute_kzg_proof(&blob, &z));
        }
        for point in [GENERATOR, off_curve].map(KzgCommitment) {
            same!(one, other, compute_blob_kzg_proof(&blob, &point));
        }
    }
    let mut items = right(one);
    for spoil in [false, true] {
        if spoil {
            items.blobs[2].0[32 * 4095..].fill(0xff);
            items.blobs[4].0[..32].fill(0xff);
        }
        let (list, commitments) = (Blobs::from(&items.blobs), &items.commitments);
        same!(one, other, blobs_to_kzg_commitments(list));
        same!(one, other, compute_blob_kzg_proofs(list, commitments));
        let mut short = [KzgCommitment(INFINITY); 3];
        same!(one, other, blobs_to_kzg_commitments_into(list, &mut short));
    }
}

fn agree_on_verifying(one: &dyn KzgSettings, other: &dyn KzgSettings) {
    let right = right(one);
    let (blob, commitment, _) = right.first();
    let z = Seeded::new(24).field_element();
    let (proof, y) = one.compute_kzg_proof(blob, &z).expect("well formed");
    let points = malformed::g1_points().map(|(point, _)| point);
    for point in points.into_iter().chain([INFINITY, GENERATOR, proof.0]) {
        for y in [y, z, Bytes32([0xff; 32])] {
            same!(
                one,
                other,
                verify_kzg_proof(&commitment, &z, &y, &KzgProof(point))
            );
            same!(
                one,
                other,
                verify_kzg_proof(&KzgCommitment(point), &z, &y, &proof)
            );
        }
        same!(one, other, compute_challenge(blob, &KzgCommitment(point)));
    }
    let mut wrong = right.clone();
    wrong.proofs.swap(2, 4);
    let mut mixed = wrong.clone();
    mixed.blobs[3].0[32 * 7] = 0xff;
    mixed.proofs[1] = KzgProof([0; 48]);
    mixed.commitments[4] = KzgCommitment([0xff; 48]);
    for items in [&right, &wrong, &mixed] {
        let (blobs, commitments, proofs) = (&items.blobs, &items.commitments, &items.proofs);
        let list = Blobs::from(blobs);
        same!(
            one,
            other,
            verify_blob_kzg_proof_batch(list, commitments, proofs)
        );
        same!(
            one,
            other,
            verify_blob_kzg_proof_each(list, commitments, proofs)
        );
        same!(
            one,
            other,
            verify_blob_kzg_proof_batch(list, &commitments[1..], proofs)
        );
        for index in 0..blobs.len() {
            let (blob, commitment, proof) = (&blobs[index], &commitments[index], &proofs[index]);
            same!(one, other, verify_blob_kzg_proof(blob, commitment, proof));
        }
    }
}

fn agree_on_cells(one: &dyn KzgSettings, other: &dyn KzgSettings) {
    let mut seeded = Seeded::new(29);
    let (good, mut bad) = (seeded.blob(), seeded.blob());
    bad.0[32 * 77..][..32].fill(0xff);
    for blob in [&good, &bad] {
        same!(one, other, compute_cells(blob));
        same!(one, other, compute_cells_and_kzg_proofs(blob));
        same!(one, other, compute_cell_kzg_proofs(blob));
        same!(one, other, compute_cells_at(blob, &[127, 3, 3]));
        same!(one, other, compute_cells_at(blob, &[3, 128]));
    }
    let (blobs, spoilt) = ([&*good, &*good], [&*good, &*bad, &*bad]);
    same!(
        one,
        other,
        compute_many_cells_and_kzg_proofs((&blobs[..]).into())
    );
    same!(
        one,
        other,
        compute_many_cells_and_kzg_proofs((&spoilt[..]).into())
    );

    let indices: Vec<u64> = (0..128).filter(|k| k % 3 > 0).collect();
    let cells = one.compute_cells_at(&good, &indices).expect("well formed");
    let mut contradictory = cells.clone();
    contradictory[5].0[31] ^= 1;
    let mut malformed = cells.clone();
    malformed[80].0.fill(0xff);
    malformed[11].0.fill(0xff);
    for cells in [&cells, &contradictory, &malformed] {
        same!(one, other, recover_cells(&indices, cells.into()));
    }
    same!(
        one,
        other,
        recover_cells_and_kzg_proofs(&indices, (&cells).into())
    );
    same!(one, other, recover_cells(&indices[1..], (&cells).into()));
    // More cells are compared with the recovered ones, which hides a wrong polynomial.
    same!(
        one,
        other,
        recover_cells(&indices[..64], (&cells[..64]).into())
    );

    let right = CellItems::of_ones(&[0, 1, 64, 127, 64]);
    let mut wrong = right.clone();
    wrong.proofs[3] = KzgProof(GENERATOR);
    let mut mixed = wrong.clone();
    mixed.cells[1].0.fill(0xff);
    mixed.proofs[2].0 = [0; 48];
    mixed.indices[4] = 128;
    for items in [&right, &wrong, &mixed] {
        assert_eq!(items.batch(one), items.batch(other), "cell batch");
        assert_eq!(items.each(one), items.each(other), "each cell");
    }
}
