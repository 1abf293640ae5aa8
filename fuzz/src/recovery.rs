//! Recovery of cells and proofs from any of the cells, contradictory cells included.

use arbitrary::{Result, Unstructured};
use kzg_traits::{Cell, KzgProof};

use crate::cells::of_c;
use crate::implementations::{blst, c_kzg, compare, rust_eth_kzg};
use crate::inputs;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let (indices, cells) = stored_cells(u)?;
    let for_c: Vec<c_kzg::Cell> = cells.iter().map(|cell| c_kzg::Cell::new(cell.0)).collect();
    let recovered = compare(
        |kzg| kzg.recover_cells_and_kzg_proofs(&indices, (&cells).into()),
        [(
            "c-kzg",
            c_kzg()
                .recover_cells_and_kzg_proofs(&indices, &for_c)
                .ok()
                .map(|(cells, proofs)| of_c(&cells[..], &proofs[..])),
        )],
    );
    // rust_eth_kzg refuses contradictory cells, which the specification does not.
    let theirs = rust_eth_kzg()
        .recover_cells_and_kzg_proofs(indices.clone(), cells.iter().map(|cell| &cell.0).collect());
    if let Ok((cells, proofs)) = theirs {
        let cells = cells.iter().map(|cell| Cell(**cell)).collect();
        assert_eq!(Some((cells, proofs.map(KzgProof).to_vec())), recovered);
    }
    let only_cells = compare(|kzg| kzg.recover_cells(&indices, (&cells).into()), []);
    assert_eq!(only_cells, recovered.map(|(cells, _)| cells));
    Ok(())
}

/// Indices and cells of a blob, in some cases with a changed cell, or with indices that are refused.
pub(crate) fn stored_cells(u: &mut Unstructured<'_>) -> Result<(Vec<u64>, Vec<Cell>)> {
    let mut indices = indices(u)?;
    let mut blob = inputs::blob(u)?;
    if blst().compute_cells(&blob).is_err() {
        blob = kzg_testing::Seeded::new(u.arbitrary()?).blob();
    }
    let all = blst().compute_cells(&blob).expect("canonical elements");
    let mut cells: Vec<Cell> = indices
        .iter()
        .map(|k| all[*k as usize % 128].clone())
        .collect();
    if u.ratio(1, 4)? && !cells.is_empty() {
        let changed = u.choose_index(cells.len())?;
        let place = 32 * u.choose_index(64)?;
        cells[changed].0[place..place + 32].copy_from_slice(&inputs::element(u)?);
    }
    match u.int_in_range(0..=9_u8)? {
        0 => drop(indices.pop()),
        1 => indices.push(u.int_in_range(0..=200)?),
        2 if indices.len() > 1 => indices.swap(0, 1),
        3 if indices.len() > 1 => indices[1] = indices[0],
        _ => {}
    }
    Ok((indices, cells))
}

/// Ascending indices of cells: about 64 of them, or few, or all.
fn indices(u: &mut Unstructured<'_>) -> Result<Vec<u64>> {
    let wanted = match u.int_in_range(0..=7_u8)? {
        0 => u.int_in_range(0..=128_usize)?,
        1 => 128,
        2 => 63,
        3 => u.int_in_range(64..=127)?,
        _ => 64,
    };
    let mut indices: Vec<u64> = match u.int_in_range(0..=4_u8)? {
        0 => (0..128).collect(),
        1 => (0..128).rev().collect(),
        // Whole cosets, for which the vanishing polynomial is sparse.
        2 => (0..128).map(|k| k / 64 + 2 * (k % 64)).collect(),
        _ => kzg_testing::Seeded::new(u.arbitrary()?).subset(wanted, 128),
    };
    indices.truncate(wanted);
    indices.sort_unstable();
    Ok(indices)
}
