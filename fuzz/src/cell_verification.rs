//! Verification of cells: batches of true, false, equal, exchanged and malformed cells.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use kzg_testing::Seeded;
use kzg_traits::{Blob, Cell, KzgCommitment, KzgProof};

use crate::cells::Extension;
use crate::implementations::{blst, c_kzg, compare, rust_eth_kzg, verdict};
use crate::inputs;

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

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    Batch::any(u, 24)?.verify();
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

    fn push(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (commitment, (cells, proofs)) = &BLOBS[u.choose_index(4)?];
        let index = u.choose_index(128)?;
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

    fn verify(&self) {
        let Self {
            commitments,
            indices,
            cells,
            proofs,
        } = self;
        let bytes_of = |bytes: &[u8; 48]| c_kzg::Bytes48::new(*bytes);
        let verdict_of_all = compare(
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
        );
        let each = compare(
            |kzg| kzg.verify_cell_kzg_proof_each(commitments, indices, cells.into(), proofs),
            [],
        );
        let each = each.expect("lists of one length");
        for (i, verdict) in each.iter().enumerate() {
            let one = i..i + 1;
            let alone = blst().verify_cell_kzg_proof_batch(
                &commitments[one.clone()],
                &indices[one.clone()],
                cells[one.clone()].into(),
                &proofs[one],
            );
            assert_eq!(
                verdict.as_ref().ok(),
                alone.as_ref().ok(),
                "cell {i} of the batch"
            );
        }
        let all = each.iter().cloned().collect::<Result<Vec<bool>, _>>().ok();
        assert_eq!(
            verdict_of_all,
            all.map(|all| all.iter().all(|verdict| *verdict))
        );
    }
}
