//! Commitments, proofs and cells by hashing.

use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest, Sha256};

use kzg_traits::bytes::{
    Blob, Bytes32, CELLS_PER_BLOB, CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof,
};
use kzg_traits::checks::{check_cell_index, check_count, check_recovery};
use kzg_traits::error::{Error, Item, PointError, Result};
use kzg_traits::items::{Blobs, Cells};
use kzg_traits::settings::KzgSettings;

/// The answers of a [`Fake`](super::Fake): hashes, or zeros without a computation.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    /// Whether nothing is computed: results are zero, and every verification is true.
    pub(super) instant: bool,
    /// Whether one bit of each proof of a blob is wrong.
    pub(super) wrong_proofs: bool,
    /// The number of the commitment that fails with a fault.
    pub(super) fault_at: Option<usize>,
    /// The number of blobs that were committed to.
    pub(super) committed: AtomicUsize,
}

/// `N` bytes of hash. The first byte is not 0xff.
fn hash<const N: usize>(domain: &str, parts: &[&[u8]]) -> [u8; N] {
    let mut hash = Sha256::new();
    hash.update(domain);
    parts.iter().for_each(|part| hash.update(part));
    let digest = hash.finalize();
    let mut bytes = [0; N];
    for (byte, source) in bytes.iter_mut().zip(digest.iter().cycle()) {
        *byte = *source;
    }
    bytes[0] &= 0x7f;
    bytes
}

fn well_formed(elements: &[[u8; 32]], item: Item, index: usize) -> Result<()> {
    match elements.iter().position(|element| element[0] == 0xff) {
        None => Ok(()),
        Some(element) => Err(Error::FieldElement {
            item,
            index,
            element,
        }),
    }
}

fn point(bytes: &[u8; 48], item: Item, index: usize) -> Result<()> {
    if bytes[0] == 0xff {
        return Err(Error::Point {
            item,
            index,
            reason: PointError::Encoding,
        });
    }
    Ok(())
}

fn commit(blob: &Blob) -> KzgCommitment {
    KzgCommitment(hash("commitment", &[&mixed(blob)]))
}

/// A digest of a blob in 8 bytes. SHA-256 over the whole blob would take most of a test's time.
fn mixed(blob: &Blob) -> [u8; 8] {
    let words = blob
        .0
        .as_chunks()
        .0
        .iter()
        .map(|&word| u64::from_be_bytes(word));
    let mixed = words.fold(0, |mixed: u64, word| {
        (mixed ^ word)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    });
    mixed.to_be_bytes()
}

fn prove(blob: &Blob, commitment: &KzgCommitment) -> KzgProof {
    KzgProof(hash("proof", &[&commit(blob).0, &commitment.0]))
}

fn open(commitment: &KzgCommitment, z: &Bytes32, y: &Bytes32) -> KzgProof {
    KzgProof(hash("opening", &[&commitment.0, &z.0, &y.0]))
}

fn cell_proof(commitment: &KzgCommitment, index: u64, cell: &Cell) -> KzgProof {
    let index = index.to_be_bytes();
    KzgProof(hash("cell", &[&commitment.0, &index, &cell.0]))
}

/// The complement of a cell: the cell at the same place of the other half.
fn complement(cell: &Cell) -> Cell {
    let mut other = cell.clone();
    for element in other.0.chunks_exact_mut(32) {
        // The first byte is kept: a well-formed cell has a well-formed complement.
        element[1..].iter_mut().for_each(|byte| *byte = !*byte);
    }
    other
}

fn extend(blob: &Blob, cells: &mut [Cell]) -> Result<()> {
    let half = Cell::many_from_slice(&blob.0)?;
    for (index, cell) in cells.iter_mut().enumerate() {
        *cell = if index < CELLS_PER_BLOB {
            half[index].clone()
        } else {
            complement(&half[index - CELLS_PER_BLOB])
        };
    }
    Ok(())
}

impl KzgSettings for Hashes {
    fn backend(&self) -> &str {
        "hashes"
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        let number = self.committed.fetch_add(1, Ordering::Relaxed);
        if self.fault_at == Some(number) {
            return Err(Error::Fault {
                backend: "fake".to_owned(),
                message: format!("scripted for commitment {number}"),
            });
        }
        if self.instant {
            return Ok(KzgCommitment::default());
        }
        well_formed(blob.field_elements(), Item::Blob, 0)?;
        Ok(commit(blob))
    }

    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        if self.instant {
            return Ok((KzgProof::default(), *z));
        }
        well_formed(blob.field_elements(), Item::Blob, 0)?;
        well_formed(&[z.0], Item::Z, 0)?;
        let commitment = commit(blob);
        let y = Bytes32(hash("value", &[&commitment.0, &z.0]));
        Ok((open(&commitment, z, &y), y))
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        if self.instant {
            return Ok(KzgProof::default());
        }
        well_formed(blob.field_elements(), Item::Blob, 0)?;
        point(&commitment.0, Item::Commitment, 0)?;
        let mut proof = prove(blob, commitment);
        proof.0[47] ^= u8::from(self.wrong_proofs);
        Ok(proof)
    }

    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        if self.instant {
            return Ok(true);
        }
        point(&commitment.0, Item::Commitment, 0)?;
        well_formed(&[z.0], Item::Z, 0)?;
        well_formed(&[y.0], Item::Y, 0)?;
        point(&proof.0, Item::Proof, 0)?;
        Ok(*proof == open(commitment, z, y))
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool> {
        if self.instant {
            return Ok(true);
        }
        well_formed(blob.field_elements(), Item::Blob, 0)?;
        point(&commitment.0, Item::Commitment, 0)?;
        point(&proof.0, Item::Proof, 0)?;
        Ok(*commitment == commit(blob) && *proof == prove(blob, commitment))
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        if self.instant {
            return Ok(true);
        }
        let verdicts = self.verify_blob_kzg_proof_each(blobs, commitments, proofs)?;
        verdicts
            .into_iter()
            .try_fold(true, |all, verdict| Ok(all & verdict?))
    }

    fn compute_challenge(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<Bytes32> {
        if self.instant {
            return Ok(Bytes32::default());
        }
        Ok(Bytes32(hash("challenge", &[&mixed(blob), &commitment.0])))
    }

    fn compute_cells_into(&self, blob: &Blob, cells: &mut [Cell]) -> Result<()> {
        if self.instant {
            return Ok(());
        }
        check_count(Item::Output, CELLS_PER_EXT_BLOB, cells.len())?;
        well_formed(blob.field_elements(), Item::Blob, 0)?;
        extend(blob, cells)
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        if self.instant {
            return Ok(());
        }
        check_count(Item::Output, CELLS_PER_EXT_BLOB, cells.len())?;
        check_count(Item::Output, CELLS_PER_EXT_BLOB, proofs.len())?;
        self.compute_cells_into(blob, cells)?;
        let commitment = commit(blob);
        for (index, (cell, proof)) in cells.iter().zip(proofs).enumerate() {
            *proof = cell_proof(&commitment, index as u64, cell);
        }
        Ok(())
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        if self.instant {
            return Ok(());
        }
        check_recovery(cell_indices, cells.len())?;
        let mut blob = Blob::zeroed_on_heap();
        for (position, (&index, cell)) in cell_indices.iter().zip(cells.iter()).enumerate() {
            well_formed(cell.field_elements(), Item::Cell, position)?;
            let index = index as usize;
            let content = if index < CELLS_PER_BLOB {
                cell.clone()
            } else {
                complement(cell)
            };
            let start = index % CELLS_PER_BLOB * Cell::LENGTH;
            blob.0[start..start + Cell::LENGTH].copy_from_slice(&content.0);
        }
        self.compute_cells_and_kzg_proofs_into(&blob, recovered_cells, recovered_proofs)
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<bool> {
        if self.instant {
            return Ok(true);
        }
        check_count(Item::Commitment, cells.len(), commitments.len())?;
        check_count(Item::CellIndex, cells.len(), cell_indices.len())?;
        check_count(Item::Proof, cells.len(), proofs.len())?;
        let mut all = true;
        for (k, cell) in cells.iter().enumerate() {
            point(&commitments[k].0, Item::Commitment, k)?;
            check_cell_index(k, cell_indices[k])?;
            well_formed(cell.field_elements(), Item::Cell, k)?;
            point(&proofs[k].0, Item::Proof, k)?;
            all &= proofs[k] == cell_proof(&commitments[k], cell_indices[k], cell);
        }
        Ok(all)
    }

    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        commitments: &[KzgCommitment],
        _: &[u64],
        _: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<Bytes32> {
        if self.instant {
            return Ok(Bytes32::default());
        }
        check_count(Item::Proof, cells.len(), proofs.len())?;
        let commitments = KzgCommitment::bytes_of_many(commitments);
        let proofs = KzgProof::bytes_of_many(proofs);
        Ok(Bytes32(hash("batch", &[commitments, proofs])))
    }
}
