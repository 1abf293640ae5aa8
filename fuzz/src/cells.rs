//! The operations of EIP-7594 that compute: cells, their proofs, and some of the cells.

use arbitrary::{Result, Unstructured};
use kzg_traits::{Cell, KzgProof};

use crate::implementations::{c_kzg, compare, rust_eth_kzg};
use crate::inputs;

/// Cells and proofs as bytes.
pub type Extension = (Vec<Cell>, Vec<KzgProof>);

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let count = u.int_in_range(0..=5_usize)?;
    let indices: Vec<u64> = (0..count)
        .map(|_| u.int_in_range(0..=129))
        .collect::<Result<_>>()?;
    let blob = inputs::blob(u)?;
    let for_c = Box::new(c_kzg::Blob::new(blob.0));
    let extension = compare(
        |kzg| kzg.compute_cells_and_kzg_proofs(&blob),
        [
            (
                "c-kzg",
                c_kzg()
                    .compute_cells_and_kzg_proofs(&for_c)
                    .ok()
                    .map(|(cells, proofs)| of_c(&cells[..], &proofs[..])),
            ),
            (
                "rust_eth_kzg",
                rust_eth_kzg()
                    .compute_cells_and_kzg_proofs(&blob.0)
                    .ok()
                    .map(|(cells, proofs)| {
                        (
                            cells.iter().map(|cell| Cell(**cell)).collect(),
                            proofs.map(KzgProof).to_vec(),
                        )
                    }),
            ),
        ],
    );
    let cells = extension.as_ref().map(|(cells, _)| cells.clone());
    let proofs = extension.as_ref().map(|(_, proofs)| proofs.clone());
    assert_eq!(compare(|kzg| kzg.compute_cells(&blob), []), cells);
    assert_eq!(
        compare(|kzg| kzg.compute_cell_kzg_proofs(&blob), []),
        proofs
    );
    let some = compare(|kzg| kzg.compute_cells_at(&blob, &indices), []);
    let are_valid = indices.iter().all(|index| *index < 128);
    let expected = cells.filter(|_| are_valid).map(|cells| {
        indices
            .iter()
            .map(|index| cells[*index as usize].clone())
            .collect()
    });
    assert_eq!(some, expected);
    Ok(())
}

/// c-kzg's cells and proofs in our types.
pub fn of_c(cells: &[c_kzg::Cell], proofs: &[c_kzg::KzgProof]) -> Extension {
    let cells = cells.iter().map(|cell| Cell(cell.to_bytes()));
    let proofs = proofs.iter().map(|proof| KzgProof(*proof.to_bytes()));
    (cells.collect(), proofs.collect())
}
