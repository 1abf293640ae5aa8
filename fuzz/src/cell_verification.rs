//! Verification of cells: batches of true, false, equal, exchanged and malformed cells, and whole blobs with
//! false columns.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use kzg_testing::Seeded;
use kzg_traits::{Blob, Cell, KzgCommitment, KzgProof};

use crate::cells::Extension;
use crate::implementations::{blst, c_kzg, compare, rust_eth_kzg, verdict};
use crate::inputs;

/// The number of cells of a blob.
const CELLS: usize = 128;

/// Commitments and extensions of a few blobs.
static BLOBS: LazyLock<Vec<(KzgCommitment, Extension)>> = LazyLock::new(|| {
    let mut constant = Blob::zeroed_on_heap();
    inputs::slots(&mut constant).fill([7; 32]);
    let blobs = [
        Seeded::new(1).blob(),
        Seeded::new(2).blob(),
        constant,
        Blob::zeroed_on_heap(),
    ];
    let extended = blobs.iter().map(|blob| {
        let commitment = blst()
            .blob_to_kzg_commitment(blob)
            .expect("canonical elements");
        let extension = blst().compute_cells_and_kzg_proofs(blob);
        (commitment, extension.expect("canonical elements"))
    });
    extended.collect()
});

/// The four lists of a call.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) commitments: Vec<KzgCommitment>,
    pub(crate) indices: Vec<u64>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) proofs: Vec<KzgProof>,
}

/// Runs the target. One input in 16 is for whole blobs, which take longer.
pub fn run(data: &[u8]) {
    let is_whole = data.last().is_some_and(|byte| byte % 16 == 9);
    let u = &mut Unstructured::new(data);
    let _ = if is_whole {
        whole_blobs(u)
    } else {
        some_cells(u)
    };
}

fn some_cells(u: &mut Unstructured<'_>) -> Result<()> {
    let batch = Batch::any(u, 24)?;
    let verdict_of_all = batch.verify();
    let each = batch.verify_each();
    for (i, verdict) in each.iter().enumerate() {
        assert_eq!(*verdict, batch.verify_alone(i), "cell {i} of the batch");
    }
    let all: Option<Vec<bool>> = each.into_iter().collect();
    assert_eq!(
        verdict_of_all,
        all.map(|all| all.iter().all(|verdict| *verdict))
    );
    Ok(())
}

/// All cells of two blobs, of which those of some columns are changed: a list of verdicts is then deduced from the
/// cells that hold.
fn whole_blobs(u: &mut Unstructured<'_>) -> Result<()> {
    let mut batch = Batch::default();
    for (commitment, (cells, proofs)) in &BLOBS[..2] {
        batch.commitments.extend([*commitment; CELLS]);
        batch.indices.extend(0..CELLS as u64);
        batch.cells.extend_from_slice(cells);
        batch.proofs.extend_from_slice(proofs);
    }
    let mut changed = Vec::new();
    for _ in 0..u.int_in_range(1..=10_u8)? {
        let column = u.choose_index(CELLS)?;
        for k in [column, CELLS + column] {
            if batch.change(k, u)? {
                changed.push(k);
            }
        }
    }
    let each = batch.verify_each();
    for (k, verdict) in each.into_iter().enumerate() {
        let expected = match changed.contains(&k) {
            true => batch.verify_alone(k),
            false => Some(true),
        };
        assert_eq!(verdict, expected, "cell {k} of the batch");
    }
    Ok(())
}

impl Batch {
    /// Up to `most` cells, most of them true, with up to two exchanges.
    pub(crate) fn any(u: &mut Unstructured<'_>, most: u8) -> Result<Self> {
        let mut batch = Self::default();
        for _ in 0..u.int_in_range(0..=most)? {
            batch.push(u)?;
        }
        for _ in 0..u.int_in_range(0..=2_u8)? {
            batch.exchange(u)?;
        }
        Ok(batch)
    }

    /// Changes the proof, a value or both of a cell in some cases. Returns whether it did.
    fn change(&mut self, k: usize, u: &mut Unstructured<'_>) -> Result<bool> {
        let kind = u.int_in_range(0..=4_u8)?;
        if kind == 1 || kind == 3 {
            self.proofs[k] = self.proofs[u.choose_index(self.proofs.len())?];
        }
        if kind == 2 || kind == 3 {
            let place = 32 * u.choose_index(64)?;
            self.cells[k].0[place..place + 32].copy_from_slice(&inputs::element(u)?);
        }
        if kind == 4 {
            self.proofs[k] = KzgProof(inputs::point(u)?);
        }
        Ok(kind > 0)
    }

    fn push(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (commitment, (cells, proofs)) = &BLOBS[u.choose_index(4)?];
        let index = u.choose_index(CELLS)?;
        self.commitments.push(*commitment);
        self.indices.push(index as u64);
        self.cells.push(cells[index].clone());
        self.proofs.push(proofs[index]);
        let last = self.cells.len() - 1;
        match u.int_in_range(0..=19_u8)? {
            0 => self.commitments[last] = KzgCommitment(inputs::point(u)?),
            1 => self.proofs[last] = KzgProof(inputs::point(u)?),
            2 => self.indices[last] = u.int_in_range(0..=130)?,
            3 => {
                let place = 32 * u.choose_index(64)?;
                self.cells[last].0[place..place + 32].copy_from_slice(&inputs::element(u)?);
            }
            // The cell and its proof of another index: what the proof says is right.
            4 => self.indices[last] = (index as u64 + 64) % 128,
            _ => {}
        }
        Ok(())
    }

    /// Exchanges parts of two items, or makes one a copy of the other, in some cases with opposite
    /// errors in the proofs.
    fn exchange(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        if self.cells.len() < 2 {
            return Ok(());
        }
        let (i, j) = (
            u.choose_index(self.cells.len())?,
            u.choose_index(self.cells.len())?,
        );
        let kind = u.int_in_range(0..=6_u8)?;
        match kind {
            0 => self.proofs.swap(i, j),
            1 => self.commitments.swap(i, j),
            2 => self.cells.swap(i, j),
            3 => self.indices.swap(i, j),
            _ => {
                self.cells[i] = self.cells[j].clone();
                self.indices[i] = self.indices[j];
                self.proofs[i] = self.proofs[j];
                self.commitments[i] = self.commitments[j];
                if kind > 4 {
                    let [one, other] = inputs::opposite_errors(&self.proofs[j].0, u)?;
                    (self.proofs[i], self.proofs[j]) = (KzgProof(one), KzgProof(other));
                }
            }
        }
        Ok(())
    }

    /// The verdict on all cells, which all implementations share; `None` for an error.
    fn verify(&self) -> Option<bool> {
        let Self {
            commitments,
            indices,
            cells,
            proofs,
        } = self;
        let bytes_of = |bytes: &[u8; 48]| c_kzg::Bytes48::new(*bytes);
        compare(
            |kzg| kzg.verify_cell_kzg_proof_batch(commitments, indices, cells.into(), proofs),
            [
                (
                    "c-kzg",
                    c_kzg()
                        .verify_cell_kzg_proof_batch(
                            &commitments
                                .iter()
                                .map(|item| bytes_of(&item.0))
                                .collect::<Vec<_>>(),
                            indices,
                            &cells
                                .iter()
                                .map(|cell| c_kzg::Cell::new(cell.0))
                                .collect::<Vec<_>>(),
                            &proofs
                                .iter()
                                .map(|item| bytes_of(&item.0))
                                .collect::<Vec<_>>(),
                        )
                        .ok(),
                ),
                (
                    "rust_eth_kzg",
                    verdict(rust_eth_kzg().verify_cell_kzg_proof_batch(
                        commitments.iter().map(|item| &item.0).collect(),
                        indices,
                        cells.iter().map(|cell| &cell.0).collect(),
                        proofs.iter().map(|item| &item.0).collect(),
                    )),
                ),
            ],
        )
    }

    /// The verdict on each cell, from a call for all of them; `None` for an error.
    fn verify_each(&self) -> Vec<Option<bool>> {
        let each = compare(
            |kzg| {
                kzg.verify_cell_kzg_proof_each(
                    &self.commitments,
                    &self.indices,
                    (&self.cells).into(),
                    &self.proofs,
                )
            },
            [],
        );
        let each = each.expect("lists of one length");
        each.into_iter().map(Result::ok).collect()
    }

    /// The verdict on a cell, from a call for this cell; `None` for an error.
    fn verify_alone(&self, k: usize) -> Option<bool> {
        let one = k..k + 1;
        blst()
            .verify_cell_kzg_proof_batch(
                &self.commitments[one.clone()],
                &self.indices[one.clone()],
                self.cells[one.clone()].into(),
                &self.proofs[one],
            )
            .ok()
    }
}
