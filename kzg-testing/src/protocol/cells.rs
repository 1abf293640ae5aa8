//! The cells of an extended blob and their proofs, with independently known values.

use crate::reference::Reference;
use crate::seeded::Seeded;
use kzg_traits::algebra::Fr;
use kzg_traits::bytes::{
    Blob, CELLS_PER_EXT_BLOB, Cell, FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_EXT_BLOB, KzgProof,
};
use kzg_traits::domain::Domain;
use kzg_traits::error::{Error, Item};
use kzg_traits::items::Blobs;
use kzg_traits::settings::KzgSettings;

use super::inputs::{GENERATOR, INFINITY, constant, horner, polynomial};
use super::malformed_input::bad_blobs;

/// The cells hold the polynomial's values at all 8192 roots of unity, the blob's own first.
pub(super) fn values(settings: &dyn KzgSettings) {
    let domain = Domain::new();
    let mut seeded = Seeded::new(25);
    let coefficients: Vec<Reference> = (0..5).map(|_| seeded.fr()).collect();
    let blob = polynomial(&domain, &coefficients);
    let cells = settings.compute_cells(&blob).expect("well formed");
    assert_eq!(cells.len(), CELLS_PER_EXT_BLOB);
    let elements = cells.iter().flat_map(Cell::field_elements);
    let roots = domain.roots(FIELD_ELEMENTS_PER_EXT_BLOB);
    for (place, (element, root)) in elements.zip(roots).enumerate() {
        let expected = horner(&coefficients, *root).to_bytes();
        assert_eq!(*element, expected, "value {place}");
    }
    let blob = seeded.blob();
    let cells = settings.compute_cells(&blob).expect("well formed");
    let first_half: Vec<u8> = cells[..64].iter().flat_map(|cell| cell.0).collect();
    assert!(first_half == blob.as_slice(), "the blob is the first half");
}

/// `X^64` is constant on every cell, so that its proofs are the generator. The proofs of polynomials
/// of lower degree are infinity.
pub(super) fn known_proofs(settings: &dyn KzgSettings) {
    let domain = Domain::new();
    let mut monomial = vec![Reference::ZERO; FIELD_ELEMENTS_PER_CELL + 1];
    monomial[FIELD_ELEMENTS_PER_CELL] = Reference::ONE;
    let power = polynomial(&domain, &monomial);
    let lower = polynomial(&domain, &[Reference::from_u64(3), -Reference::ONE]);
    for (blob, proof) in [
        (power, GENERATOR),
        (lower, INFINITY),
        (constant(-Reference::ONE), INFINITY),
    ] {
        let proofs = settings.compute_cell_kzg_proofs(&blob);
        assert_eq!(proofs, Ok(vec![KzgProof(proof); CELLS_PER_EXT_BLOB]));
    }
}

/// Calls for a part of the results, or for many blobs, give the same as the call for all results of
/// one blob.
pub(super) fn forms(settings: &dyn KzgSettings) {
    let mut seeded = Seeded::new(26);
    let blobs = [seeded.blob(), seeded.blob()];
    let (mut all_cells, mut all_proofs) = (Vec::new(), Vec::new());
    for blob in &blobs {
        let extension = settings.compute_cells_and_kzg_proofs(blob);
        let (cells, proofs) = extension.expect("well formed");
        assert_eq!(settings.compute_cells(blob).as_ref(), Ok(&cells));
        assert_eq!(settings.compute_cell_kzg_proofs(blob).as_ref(), Ok(&proofs));
        // Parts of the blob alone, a few other cells, repeated cells, and so many other cells that an
        // implementation may compute all at once.
        let lists = [
            vec![],
            vec![0],
            vec![127, 64, 0, 64, 63, 1],
            (0..64).rev().collect(),
            vec![100; 70],
            (70..75).collect(),
            vec![64, 3, 80, 81, 82, 83, 84, 64, 3],
            (0..128).rev().collect(),
        ];
        for indices in &lists {
            let expected: Vec<Cell> = indices.iter().map(|&k| cells[k as usize].clone()).collect();
            assert_eq!(settings.compute_cells_at(blob, indices), Ok(expected));
        }
        all_cells.extend(cells);
        all_proofs.extend(proofs);
    }
    for n in 0..=blobs.len() {
        let many = settings.compute_many_cells_and_kzg_proofs(blobs[..n].into());
        let of_first = |n| n * CELLS_PER_EXT_BLOB;
        let expected = (
            all_cells[..of_first(n)].to_vec(),
            all_proofs[..of_first(n)].to_vec(),
        );
        assert!(many == Ok(expected), "{n} blobs");
    }
}

/// Malformed blobs and indices are named, and buffers of a wrong length are refused.
pub(super) fn malformed(settings: &dyn KzgSettings) {
    let zero = Blob::zeroed_on_heap();
    for (bad, element) in bad_blobs(&zero) {
        let error = |index| Error::FieldElement {
            item: Item::Blob,
            index,
            element,
        };
        assert_eq!(settings.compute_cells(&bad), Err(error(0)));
        assert_eq!(settings.compute_cells_and_kzg_proofs(&bad), Err(error(0)));
        assert_eq!(settings.compute_cell_kzg_proofs(&bad), Err(error(0)));
        assert_eq!(settings.compute_cells_at(&bad, &[64]), Err(error(0)));
        let blobs: Vec<&Blob> = vec![&zero, &bad, &bad];
        let many = settings.compute_many_cells_and_kzg_proofs(Blobs::from(&blobs));
        assert_eq!(many, Err(error(1)));
    }
    for (index, indices) in [(0, &[128][..]), (1, &[0, u64::MAX]), (2, &[5, 127, 128])] {
        let error = Error::CellIndex {
            index,
            cell_index: indices[index],
        };
        assert_eq!(settings.compute_cells_at(&zero, indices), Err(error));
    }
    for actual in [0, 127, 129] {
        let refused = |outcome: kzg_traits::error::Result<()>, expected| {
            let item = Item::Output;
            let count = Error::Count {
                item,
                expected,
                actual,
            };
            assert_eq!(outcome, Err(count));
        };
        let mut cells = vec![Cell::default(); actual];
        let mut proofs = vec![KzgProof::default(); actual];
        let mut right_cells = vec![Cell::default(); CELLS_PER_EXT_BLOB];
        let mut right_proofs = vec![KzgProof::default(); CELLS_PER_EXT_BLOB];
        refused(settings.compute_cells_into(&zero, &mut cells), 128);
        refused(
            settings.compute_cell_kzg_proofs_into(&zero, &mut proofs),
            128,
        );
        refused(settings.compute_cells_at_into(&zero, &[1], &mut cells), 1);
        let both = |cells: &mut [Cell], proofs: &mut [KzgProof]| {
            refused(
                settings.compute_cells_and_kzg_proofs_into(&zero, cells, proofs),
                128,
            );
            let one = Blobs::from(core::slice::from_ref(&*zero));
            refused(
                settings.compute_many_cells_and_kzg_proofs_into(one, cells, proofs),
                128,
            );
        };
        both(&mut cells, &mut right_proofs);
        both(&mut right_cells, &mut proofs);
    }
}
