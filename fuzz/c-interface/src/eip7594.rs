//! The operations of EIP-7594.

use std::ptr::{null, null_mut};

use arbitrary::{Result, Unstructured};
use kzg_testing::Seeded;
use kzg_traits::{Cell, KzgProof};

use crate::{Given, OURS, expect, expect_verdict, known, or_null, place_or_null};

/// Memory for the cells and the proofs of an extended blob.
fn outputs() -> (Vec<Cell>, Vec<KzgProof>) {
    (vec![Cell::default(); 128], vec![KzgProof::default(); 128])
}

/// Cells, proofs, both, or neither, which is an error.
pub(crate) fn cells(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    let blob = known::blob(u)?;
    let expected = OURS.compute_cells_and_kzg_proofs(&blob);
    let (mut cells, mut proofs) = outputs();
    let of_cells = place_or_null(u, cells.as_mut_ptr())?;
    let of_proofs = if u.arbitrary()? {
        proofs.as_mut_ptr()
    } else {
        null_mut()
    };
    let of_blob = or_null(u, &raw const *blob)?;
    let is_ok = given.is_loaded()
        && !of_blob.is_null()
        && !(of_cells.is_null() && of_proofs.is_null())
        && expected.is_ok();
    // SAFETY: the outputs are null or have room for 128 items.
    let code =
        unsafe { kzg::compute_cells_and_kzg_proofs(of_cells, of_proofs, of_blob, given.settings) };
    expect(code, is_ok);
    let (expected_cells, expected_proofs) = match expected {
        Ok(expected) if is_ok => expected,
        _ => return Ok(()),
    };
    if !of_cells.is_null() {
        assert_eq!(cells, expected_cells);
    }
    if !of_proofs.is_null() {
        assert_eq!(proofs, expected_proofs);
    }
    Ok(())
}

/// Lists of no items may be null; lists of items may not.
pub(crate) fn batch(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    let count = u.int_in_range(0..=5_u64)?;
    let (mut commitments, mut indices) = (Vec::new(), Vec::new());
    let (mut cells, mut proofs) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let known = known::any(u)?;
        let index = u.choose_index(128)?;
        let (mut commitment, mut proof) = (known.commitment, known.cell_proofs[index]);
        let mut cell = known.cells[index].clone();
        known::damage(u, &mut commitment.0)?;
        known::damage(u, &mut proof.0)?;
        match u.int_in_range(0..=15_u8)? {
            13 => cell = Cell::default(),
            14 => cell.0[u.choose_index(Cell::LENGTH)?] ^= 1,
            15 => cell.0[..32].fill(0xff),
            _ => {}
        }
        indices.push(match u.int_in_range(0..=15_u8)? {
            15 => u.int_in_range(0..=130)?,
            _ => index as u64,
        });
        commitments.push(commitment);
        cells.push(cell);
        proofs.push(proof);
    }
    let verdict =
        OURS.verify_cell_kzg_proof_batch(&commitments, &indices, (&cells).into(), &proofs);
    let of_cells = or_null(u, cells.as_ptr())?;
    let of_indices = or_null(u, indices.as_ptr())?;
    let mut ok = true;
    // SAFETY: the lists are null, or have `count` items.
    let code = unsafe {
        kzg::verify_cell_kzg_proof_batch(
            &raw mut ok,
            commitments.as_ptr(),
            of_indices,
            of_cells,
            proofs.as_ptr(),
            count,
            given.settings,
        )
    };
    let are_lists = count == 0 || !of_cells.is_null() && !of_indices.is_null();
    expect_verdict(code, Some(ok), given.is_loaded() && are_lists, verdict);
    Ok(())
}

/// Recovers from about half of the cells, and with lengths beyond any memory.
pub(crate) fn recovery(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    let known = known::any(u)?;
    let wanted = match u.int_in_range(0..=7_u8)? {
        7 => 63,
        6 => 128,
        more => 64 + usize::from(more),
    };
    let mut indices = Seeded::new(u.arbitrary()?).subset(wanted, 128);
    let mut cells: Vec<Cell> = indices
        .iter()
        .map(|index| known.cells[*index as usize].clone())
        .collect();
    match u.int_in_range(0..=15_u8)? {
        13 => cells[u.choose_index(wanted)?].0[..32].fill(0xff),
        14 => indices.swap(0, 1),
        15 => indices[wanted - 1] = u.int_in_range(0..=200)?,
        _ => {}
    }
    let expected = OURS.recover_cells_and_kzg_proofs(&indices, (&cells).into());
    let (mut recovered, mut proofs) = outputs();
    let place = place_or_null(u, recovered.as_mut_ptr())?;
    let of_proofs = place_or_null(u, proofs.as_mut_ptr())?;
    let of_indices = or_null(u, indices.as_ptr())?;
    let of_cells = or_null(u, cells.as_ptr())?;
    let are_given = [of_indices.is_null(), of_cells.is_null(), place.is_null()] == [false; 3];
    let is_ok = given.is_loaded() && are_given && expected.is_ok();
    // SAFETY: the lists are null or have as many items as the call says, the outputs room for 128.
    let code = unsafe {
        let count = wanted as u64;
        kzg::recover_cells_and_kzg_proofs(
            place,
            of_proofs,
            of_indices,
            of_cells,
            count,
            given.settings,
        )
    };
    expect(code, is_ok);
    if let (true, Ok((all_cells, all_proofs))) = (is_ok, expected) {
        assert_eq!(recovered, all_cells);
        if !of_proofs.is_null() {
            assert_eq!(proofs, all_proofs);
        }
    }
    let huge: u64 = u.arbitrary()?;
    // SAFETY: the lists are null, and the output has room for 128 items.
    let code = unsafe {
        kzg::recover_cells_and_kzg_proofs(
            recovered.as_mut_ptr(),
            null_mut(),
            null(),
            null(),
            huge,
            given.settings,
        )
    };
    expect(code, false);
    Ok(())
}
