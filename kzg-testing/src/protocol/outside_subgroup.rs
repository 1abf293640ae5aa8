//! Points outside the subgroup. On several threads, the subgroup check of a small batch runs beside the sums of the
//! batch. Its errors come first nevertheless.

use crate::malformed::{self, G1_OUTSIDE_SUBGROUP};
use kzg_traits::bytes::{KzgCommitment, KzgProof};
use kzg_traits::error::{Error, Item, PointError};
use kzg_traits::settings::KzgSettings;

use super::cell_batch::CellItems;
use super::inputs::Proven;
use super::malformed_input::{bad_blobs, items};

/// The number of blobs of a batch.
const ITEMS: usize = 3;

/// A point outside the subgroup.
fn outside(item: Item, index: usize) -> Error {
    Error::Point {
        item,
        index,
        reason: PointError::Subgroup,
    }
}

/// The verdicts on `count` items, of which one has an error and the others are right.
fn only(index: usize, error: &Error, count: usize) -> Vec<Result<bool, Error>> {
    let mut verdicts = vec![Ok(true); count];
    verdicts[index] = Err(error.clone());
    verdicts
}

/// Every kind of point, at every place, in batches of blobs. No other error hides the point.
pub(super) fn of_blobs(settings: &dyn KzgSettings) {
    let right = items(ITEMS);
    let batch = |items: &Proven| {
        let Proven {
            blobs,
            commitments,
            proofs,
        } = items;
        let each = settings.verify_blob_kzg_proof_each(blobs.into(), commitments, proofs);
        (
            settings.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs),
            each.expect("lists of one length"),
        )
    };
    assert_eq!(batch(&right).0, Ok(true));
    for encoding in G1_OUTSIDE_SUBGROUP {
        for index in 0..ITEMS {
            let mut items = right.clone();
            items.proofs[index] = KzgProof(encoding);
            let error = outside(Item::Proof, index);
            let each = only(index, &error, ITEMS);
            assert_eq!(batch(&items), (Err(error), each));
            // The commitment comes before the proof.
            items.commitments[index] = KzgCommitment(encoding);
            let error = outside(Item::Commitment, index);
            let each = only(index, &error, ITEMS);
            assert_eq!(batch(&items), (Err(error), each));
        }
    }
    let [encoding, ..] = G1_OUTSIDE_SUBGROUP;
    let mut items = right;
    items.commitments[1] = KzgCommitment(encoding);
    // The batch is false besides.
    items.commitments[0] = KzgCommitment(malformed::G1_GENERATOR);
    assert_eq!(batch(&items).0, Err(outside(Item::Commitment, 1)));
    // A later blob is malformed, then the same one, which comes before its commitment.
    let (bad, element) = bad_blobs(&items.blobs[2]).swap_remove(0);
    let malformed = |index| Error::FieldElement {
        item: Item::Blob,
        index,
        element,
    };
    items.blobs[2] = bad.clone();
    assert_eq!(batch(&items).0, Err(outside(Item::Commitment, 1)));
    items.blobs[1] = bad;
    assert_eq!(batch(&items).0, Err(malformed(1)));
}

/// Every kind of point in batches of cells: of different columns, of one column, and of so many cells of one column
/// that one sum over the proofs serves both sides of the equation. No other error hides the point.
pub(super) fn of_cells(settings: &dyn KzgSettings) {
    for indices in [vec![0, 64, 127], vec![5; 3], vec![5; 30]] {
        let (right, count) = (CellItems::of_ones(&indices), indices.len());
        assert_eq!(right.batch(settings), Ok(true));
        for encoding in G1_OUTSIDE_SUBGROUP {
            for index in [0, 1, count - 1] {
                let mut items = right.clone();
                items.proofs[index] = KzgProof(encoding);
                let error = outside(Item::Proof, index);
                assert_eq!(items.batch(settings), Err(error.clone()));
                assert_eq!(items.each(settings), Ok(only(index, &error, count)));
                // The commitment comes before the index, the values and the proof.
                items.commitments[index] = KzgCommitment(encoding);
                items.indices[index] = 128;
                let error = outside(Item::Commitment, index);
                assert_eq!(items.batch(settings), Err(error.clone()));
                assert_eq!(items.each(settings), Ok(only(index, &error, count)));
            }
            // The first of the cells that share a commitment is named.
            let mut items = right.clone();
            items.commitments[1..].fill(KzgCommitment(encoding));
            assert_eq!(items.batch(settings), Err(outside(Item::Commitment, 1)));
        }
        let [encoding, ..] = G1_OUTSIDE_SUBGROUP;
        let mut items = right;
        items.proofs[1] = KzgProof(encoding);
        // The batch is false besides.
        items.proofs[0] = KzgProof(malformed::G1_GENERATOR);
        assert_eq!(items.batch(settings), Err(outside(Item::Proof, 1)));
        // A later cell is malformed, then the same one, whose values come before its proof.
        items.cells[2].0[..32].fill(0xff);
        assert_eq!(items.batch(settings), Err(outside(Item::Proof, 1)));
        items.cells[1].0[..32].fill(0xff);
        let error = Error::FieldElement {
            item: Item::Cell,
            index: 1,
            element: 0,
        };
        assert_eq!(items.batch(settings), Err(error));
    }
}
