//! Verdicts on the stored cells of several blobs.

use kzg_traits::Cell;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;

use super::*;
use crate::formats::cell_claims::{CellsClaim, verify_each};
use crate::formats::cells::{CheckedCells, StoredCells};

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

    let claim = |blob: usize| stored[blob].claim(&commitments[blob], &proofs[blob]);
    let claims = (0..5).map(|blob| Ok::<_, &str>(claim(blob).unwrap()));
    let each = verify_each(settings, claims.collect(), |_, _| "malformed").unwrap();
    let each: Vec<CheckedCells> = each.into_iter().map(Result::unwrap).collect();
    let single = stored.iter().zip(commitments.iter().zip(&proofs));
    let single = single
        .map(|(cells, (commitment, proofs))| cells.verify(settings, commitment, proofs).unwrap());
    let single: Vec<CheckedCells> = single.collect();
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

    // 20 blobs have more cells than one call. What stands in the place of a claim is returned there.
    let claims = (0..20).map(|position| match position % 7 {
        3 => Err(position),
        _ => Ok(claim(position % 5).unwrap()),
    });
    let checked = verify_each(settings, claims.collect(), |position, _| position).unwrap();
    for (position, checked) in checked.into_iter().enumerate() {
        match position % 7 {
            3 => assert_eq!(checked, Err(position)),
            _ => assert_eq!(checked.as_ref(), Ok(&each[position % 5]), "{position}"),
        }
    }

    let none: Vec<Result<CellsClaim<'_>, ()>> = Vec::new();
    assert!(verify_each(settings, none, |_, _| ()).unwrap().is_empty());
    let count = kzg_traits::Error::Count {
        item: kzg_traits::Item::Proof,
        expected: 128,
        actual: 127,
    };
    let too_few = stored[3].claim(&commitments[3], &proofs[3][1..]);
    assert_eq!(too_few.unwrap_err(), count);
}
