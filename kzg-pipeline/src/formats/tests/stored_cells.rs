//! Verdicts on the stored cells of several blobs.

use kzg_traits::Cell;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;

use super::*;
use crate::formats::cells::{CellsClaim, CheckedCells, StoredCells};

/// Replaces a cell by a lost one.
fn lose(cells: &mut StoredCells, index: usize) {
    cells.set(index, &Cell([0xff; Cell::LENGTH]));
}

#[test]
fn several_blobs_get_the_verdicts_of_single_ones() {
    let settings = &**SETTINGS;
    let mut stored = Vec::new();
    let (mut commitments, mut proofs) = (Vec::new(), Vec::new());
    for value in 0..5 {
        let mut blob = Blob::zeroed_on_heap();
        blob.0[31] = value;
        blob.0[63] = 1;
        let (cells, of_cells) = settings.compute_cells_and_kzg_proofs(&blob).unwrap();
        stored.push(StoredCells::from_cells(cells));
        commitments.push(settings.blob_to_kzg_commitment(&blob).unwrap());
        proofs.push(of_cells);
    }
    let swapped = stored[0].cells()[70].clone();
    stored[1].set(70, &swapped);
    lose(&mut stored[2], 0);
    lose(&mut stored[2], 127);
    (0..CELLS_PER_EXT_BLOB).for_each(|index| lose(&mut stored[3], index));
    proofs[4][64] = KzgProof([0; 48]);

    let claims = stored.iter().zip(&commitments).zip(&proofs);
    let claims: Vec<CellsClaim<'_>> = claims
        .map(|((cells, commitment), proofs)| CellsClaim {
            cells,
            commitment,
            proofs,
        })
        .collect();
    let each = CellsClaim::verify_each(settings, &claims).unwrap();
    let single = claims
        .iter()
        .map(|claim| claim.cells.verify(settings, claim.commitment, claim.proofs));
    let single: Vec<CheckedCells> = single.map(Result::unwrap).collect();
    assert_eq!(each, single);
    let bad = each.iter().map(|checked| {
        let bad = checked.bad.iter().map(|(index, _)| *index);
        (checked.good.len(), bad.collect::<Vec<u64>>())
    });
    let expected = [
        (128, vec![]),
        (127, vec![70]),
        (126, vec![]),
        (0, vec![]),
        (127, vec![64]),
    ];
    assert_eq!(bad.collect::<Vec<_>>(), expected);

    assert!(CellsClaim::verify_each(settings, &[]).unwrap().is_empty());
    let mut too_few = claims;
    too_few[3].proofs = &proofs[3][1..];
    let count = kzg_traits::Error::Count {
        item: kzg_traits::Item::Proof,
        expected: 128,
        actual: 127,
    };
    assert_eq!(CellsClaim::verify_each(settings, &too_few), Err(count));
}
