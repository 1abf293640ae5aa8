//! Cells and their proofs (EIP-7594).

use kzg_backends::kzg_traits::{Cell, KzgCommitment, KzgProof};
use kzg_testing::Seeded;

use crate::calls::{cells_and_proofs, commit, recover, verify_cells};
use crate::inputs::bad_points;

pub(crate) fn cells() {
    let blob = Seeded::new(7594).blob();
    let commitment = commit("cells", &blob).expect("well formed");
    let (cells, proofs) = cells_and_proofs("generated", &blob).expect("well formed");

    let picked = |indices: &[u64]| -> Vec<Cell> {
        indices
            .iter()
            .map(|&index| cells[index as usize % 128].clone())
            .collect()
    };
    let evens: Vec<u64> = (0..128).step_by(2).collect();
    let recovered = recover("even cells", &evens, &picked(&evens));
    assert_eq!(recovered, Ok((cells.clone(), proofs.clone())));
    let mut unsorted = evens.clone();
    unsorted.swap(3, 9);
    let mut doubled = evens.clone();
    doubled[5] = doubled[4];
    let mut beyond = evens.clone();
    beyond[63] = 128;
    for (what, indices) in [
        ("63 cells", &evens[..63]),
        ("no cells", &[]),
        ("unsorted", &unsorted),
        ("doubled", &doubled),
        ("beyond the last", &beyond),
    ] {
        recover(what, indices, &picked(indices)).expect_err(what);
    }
    let mut malformed = picked(&evens);
    malformed[7].0[64..96].fill(0xff);
    recover("malformed", &evens, &malformed).expect_err("not canonical");

    let indices: Vec<u64> = (0..128).collect();
    let same = vec![commitment; 128];
    assert_eq!(
        verify_cells("all", &same, &indices, &cells, &proofs),
        Ok(true)
    );
    assert_eq!(verify_cells("none", &[], &[], &[], &[]), Ok(true));
    let mut swapped = proofs.clone();
    swapped.swap(0, 127);
    let verdict = verify_cells("swapped", &same, &indices, &cells, &swapped);
    assert_eq!(verdict, Ok(false));
    verify_cells("beyond", &same[..1], &[128], &cells[..1], &proofs[..1]).expect_err("index");
    for (what, bad) in bad_points() {
        let (commitment, proof) = (KzgCommitment(bad), KzgProof(bad));
        let one = (&indices[..1], &cells[..1]);
        verify_cells(what, &[commitment], one.0, one.1, &proofs[..1]).expect_err(what);
        verify_cells(what, &same[..1], one.0, one.1, &[proof]).expect_err(what);
    }
}
