//! Settings that cost nothing, for tests of what stands above a backend.

use std::sync::Arc;

use kzg_traits::{
    Blob, Blobs, Bytes32, Cell, Cells, Error, Item, KzgCommitment, KzgProof, KzgSettings,
    Operation, Result,
};

/// Whatever belongs together has the same first bytes; a first byte of 0xff is malformed.
#[derive(Debug)]
pub(crate) struct Fake {
    pub(crate) items_per_call: usize,
}

/// Settings that want so many items in a call.
pub(crate) fn fake(items_per_call: usize) -> Arc<dyn KzgSettings> {
    Arc::new(Fake { items_per_call })
}

/// Blob `number` of a test.
pub(crate) fn blob(number: u16) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[1..3].copy_from_slice(&number.to_be_bytes());
    blob
}

/// The first so many blobs.
pub(crate) fn blobs(count: u16) -> Vec<Box<Blob>> {
    (0..count).map(blob).collect()
}

/// A blob that no operation takes.
pub(crate) fn malformed_blob() -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[0] = 0xff;
    blob
}

/// The commitment to blob `number`.
pub(crate) fn commitment(number: u16) -> KzgCommitment {
    KzgCommitment(head(&*blob(number)))
}

/// The proof of blob `number`.
pub(crate) fn proof(number: u16) -> KzgProof {
    KzgProof(head(&*blob(number)))
}

fn head(bytes: impl AsRef<[u8]>) -> [u8; 48] {
    let mut head = [0; 48];
    head[..32].copy_from_slice(&bytes.as_ref()[..32]);
    head
}

fn checked(item: Item, bytes: &[u8]) -> Result<[u8; 48]> {
    if bytes[0] == 0xff {
        return Err(Error::FieldElement {
            item,
            index: 0,
            element: 0,
        });
    }
    Ok(head(bytes))
}

impl KzgSettings for Fake {
    fn backend(&self) -> &str {
        "fake"
    }

    fn items_per_call(&self, _: Operation) -> usize {
        self.items_per_call
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        checked(Item::Blob, blob.as_slice()).map(KzgCommitment)
    }

    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        Ok((KzgProof(checked(Item::Blob, blob.as_slice())?), *z))
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, _: &KzgCommitment) -> Result<KzgProof> {
        checked(Item::Blob, blob.as_slice()).map(KzgProof)
    }

    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        checked(Item::Commitment, commitment.as_slice())?;
        Ok(commitment.0 == proof.0 && z == y)
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool> {
        let expected = checked(Item::Blob, blob.as_slice())?;
        Ok(commitment.0 == expected && proof.0 == expected)
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        let mut all_hold = true;
        for (index, blob) in blobs.iter().enumerate() {
            all_hold &= self
                .verify_blob_kzg_proof(blob, &commitments[index], &proofs[index])
                .map_err(|error| error.with_index(index))?;
        }
        Ok(all_hold)
    }

    fn compute_challenge(&self, _: &Blob, _: &KzgCommitment) -> Result<Bytes32> {
        Ok(Bytes32::default())
    }

    fn compute_cells_into(&self, blob: &Blob, cells: &mut [Cell]) -> Result<()> {
        let head = checked(Item::Blob, blob.as_slice())?;
        for cell in cells {
            cell.0[..48].copy_from_slice(&head);
        }
        Ok(())
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        self.compute_cells_into(blob, cells)?;
        proofs.fill(KzgProof(head(blob)));
        Ok(())
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        if cells.len() < 64 || cell_indices.len() != cells.len() {
            return Err(Error::CellCount {
                actual: cells.len(),
            });
        }
        for (index, cell) in cells.iter().enumerate() {
            checked(Item::Cell, cell.as_slice()).map_err(|error| error.with_index(index))?;
        }
        recovered_cells.fill(cells.at(0).clone());
        recovered_proofs.fill(KzgProof(head(cells.at(0))));
        Ok(())
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        commitments: &[KzgCommitment],
        _: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<bool> {
        let mut items = cells.iter().zip(commitments.iter().zip(proofs));
        Ok(items.all(|(cell, (commitment, proof))| {
            head(cell) == commitment.0 && commitment.0 == proof.0
        }))
    }

    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        _: &[KzgCommitment],
        _: &[u64],
        _: &[u64],
        _: Cells<'_>,
        _: &[KzgProof],
    ) -> Result<Bytes32> {
        Ok(Bytes32::default())
    }
}
