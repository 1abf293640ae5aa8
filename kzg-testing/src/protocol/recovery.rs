//! `recover_cells_and_kzg_proofs` and `recover_cells`.

use crate::malformed;
use crate::seeded::Seeded;
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, Cell, KzgProof};
use kzg_traits::error::{Error, ErrorKind, Item};
use kzg_traits::settings::KzgSettings;

/// Sets of available cells: either half, every other cell, pairs, 64 at random, all but the first or
/// the last, more than 64 at random, and all.
fn patterns() -> Vec<Vec<u64>> {
    let all = 0..CELLS_PER_EXT_BLOB as u64;
    vec![
        (0..64).collect(),
        (64..128).collect(),
        all.clone().step_by(2).collect(),
        all.clone().filter(|k| k % 4 < 2).collect(),
        Seeded::new(64).subset(64, 128),
        Seeded::new(65).subset(64, 128),
        (1..128).collect(),
        (0..127).collect(),
        all.filter(|k| k * k % 11 < 5 || *k > 100).collect(),
        (0..128).collect(),
    ]
}

fn pick(cells: &[Cell], indices: &[u64]) -> Vec<Cell> {
    indices.iter().map(|&k| cells[k as usize].clone()).collect()
}

/// Any 64 or more cells give all cells and proofs.
pub(super) fn round_trips(settings: &dyn KzgSettings) {
    let blob = Seeded::new(27).blob();
    let extension = settings.compute_cells_and_kzg_proofs(&blob);
    let (cells, proofs) = extension.expect("well formed");
    for indices in patterns() {
        assert!(indices.len() >= CELLS_PER_EXT_BLOB / 2);
        let some = pick(&cells, &indices);
        let recovered = settings.recover_cells(&indices, (&some).into());
        assert!(recovered.as_ref() == Ok(&cells), "from {indices:?}");
    }
    let everything = patterns().pop().expect("the last");
    for indices in [&patterns()[2], &patterns()[4], &everything] {
        let some = pick(&cells, indices);
        let recovered = settings.recover_cells_and_kzg_proofs(indices, (&some).into());
        assert!(
            recovered == Ok((cells.clone(), proofs.clone())),
            "from {indices:?}"
        );
    }
}

/// Too few or too many cells, indices out of range or order, and field elements.
pub(super) fn malformed(settings: &dyn KzgSettings) {
    let zeros = vec![Cell::default(); CELLS_PER_EXT_BLOB + 1];
    let refused = |indices: &[u64], cells: &[Cell], expected: Error| {
        assert_eq!(expected.kind(), ErrorKind::Input);
        let recovered = settings.recover_cells(indices, cells.into());
        assert_eq!(recovered.as_ref(), Err(&expected));
        let recovered = settings.recover_cells_and_kzg_proofs(indices, cells.into());
        assert_eq!(recovered, Err(expected));
    };
    let first = |n: u64| (0..n).collect::<Vec<u64>>();
    for actual in [0, 1, 63, 129] {
        let indices = first(actual as u64);
        refused(&indices, &zeros[..actual], Error::CellCount { actual });
    }
    for actual in [63, 65] {
        let expected = 64;
        let item = Item::CellIndex;
        let count = Error::Count {
            item,
            expected,
            actual,
        };
        refused(&first(actual as u64), &zeros[..expected], count);
    }
    for (index, value) in [(0, 128), (63, 128), (63, u64::MAX)] {
        let mut indices = first(64);
        indices[index] = value;
        let cell_index = value;
        refused(
            &indices,
            &zeros[..64],
            Error::CellIndex { index, cell_index },
        );
    }
    for index in [1, 40, 63] {
        let mut repeated = first(64);
        repeated[index] = repeated[index - 1];
        refused(&repeated, &zeros[..64], Error::CellOrder { index });
        let mut swapped = first(64);
        swapped.swap(index - 1, index);
        refused(&swapped, &zeros[..64], Error::CellOrder { index });
    }
    for (index, bad) in [0, 1, 40, 63].into_iter().zip(malformed::field_elements()) {
        for element in [0, 63] {
            let mut cells = zeros[..64].to_vec();
            cells[index].0[32 * element..][..32].copy_from_slice(&bad);
            let item = Item::Cell;
            let expected = Error::FieldElement {
                item,
                index,
                element,
            };
            refused(&patterns()[2], &cells, expected);
        }
    }
    // Buffers of wrong lengths.
    let (indices, some) = (first(64), &zeros[..64]);
    for actual in [0, 127, 129] {
        let (item, expected) = (Item::Output, CELLS_PER_EXT_BLOB);
        let count = Error::Count {
            item,
            expected,
            actual,
        };
        let mut cells = vec![Cell::default(); actual];
        let mut proofs = vec![KzgProof::default(); actual];
        let mut right_cells = vec![Cell::default(); 128];
        let mut right_proofs = vec![KzgProof::default(); 128];
        let outcome = settings.recover_cells_into(&indices, some.into(), &mut cells);
        assert_eq!(outcome, Err(count.clone()));
        let both = |cells: &mut [Cell], proofs: &mut [KzgProof]| {
            settings.recover_cells_and_kzg_proofs_into(&indices, some.into(), cells, proofs)
        };
        assert_eq!(both(&mut cells, &mut right_proofs), Err(count.clone()));
        assert_eq!(both(&mut right_cells, &mut proofs), Err(count));
    }
}
