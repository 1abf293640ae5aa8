//! The crate with c-kzg's interface, against c-kzg itself: the same results, and errors in the same cases.

use std::fmt::Debug;

use arbitrary::{Result, Unstructured};
use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof};

use crate::blob_verification::statement;
use crate::cell_verification::Batch;
use crate::cells::Extension;
use crate::{inputs, recovery};

/// c-kzg's interface over bytes; `None` stands for any error.
trait Interface {
    fn commitment(&self, blob: &Blob) -> Option<KzgCommitment>;
    fn opening(&self, blob: &Blob, z: &Bytes32) -> Option<(KzgProof, Bytes32)>;
    fn blob_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Option<KzgProof>;
    fn verify(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Option<bool>;
    fn verify_blob(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Option<bool>;
    fn verify_blobs(
        &self,
        blobs: &[Box<Blob>],
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Option<bool>;
    fn cells(&self, blob: &Blob) -> Option<Vec<Cell>>;
    fn cells_and_proofs(&self, blob: &Blob) -> Option<Extension>;
    fn recovered(&self, indices: &[u64], cells: &[Cell]) -> Option<Extension>;
    fn verify_cells(&self, batch: &Batch) -> Option<bool>;
}

/// Implements the interface over a crate that has it.
macro_rules! interface_of {
    ($name:ident: $library:ident) => {
        struct $name;

        impl $name {
            fn settings() -> &'static $library::KzgSettings {
                $library::ethereum_kzg_settings(0)
            }

            fn blob(blob: &Blob) -> Box<$library::Blob> {
                Box::new($library::Blob::new(blob.0))
            }

            fn points<'a>(
                points: impl IntoIterator<Item = &'a [u8; 48]>,
            ) -> Vec<$library::Bytes48> {
                let points = points.into_iter();
                points.map(|bytes| $library::Bytes48::new(*bytes)).collect()
            }

            fn our_cells(cells: &[$library::Cell]) -> Vec<Cell> {
                cells.iter().map(|cell| Cell(cell.to_bytes())).collect()
            }

            fn our_proofs(proofs: &[$library::KzgProof]) -> Vec<KzgProof> {
                let proofs = proofs.iter();
                proofs.map(|proof| KzgProof(*proof.to_bytes())).collect()
            }

            fn their_cells(cells: &[Cell]) -> Vec<$library::Cell> {
                cells
                    .iter()
                    .map(|cell| $library::Cell::new(cell.0))
                    .collect()
            }
        }

        impl Interface for $name {
            fn commitment(&self, blob: &Blob) -> Option<KzgCommitment> {
                let commitment = Self::settings()
                    .blob_to_kzg_commitment(&Self::blob(blob))
                    .ok()?;
                Some(KzgCommitment(*commitment.to_bytes()))
            }

            fn opening(&self, blob: &Blob, z: &Bytes32) -> Option<(KzgProof, Bytes32)> {
                let z = $library::Bytes32::new(z.0);
                let (proof, y) = Self::settings()
                    .compute_kzg_proof(&Self::blob(blob), &z)
                    .ok()?;
                Some((KzgProof(*proof.to_bytes()), Bytes32(*y)))
            }

            fn blob_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Option<KzgProof> {
                let commitment = $library::Bytes48::new(commitment.0);
                let blob = Self::blob(blob);
                let proof = Self::settings()
                    .compute_blob_kzg_proof(&blob, &commitment)
                    .ok()?;
                Some(KzgProof(*proof.to_bytes()))
            }

            fn verify(
                &self,
                commitment: &KzgCommitment,
                z: &Bytes32,
                y: &Bytes32,
                proof: &KzgProof,
            ) -> Option<bool> {
                let verdict = Self::settings().verify_kzg_proof(
                    &$library::Bytes48::new(commitment.0),
                    &$library::Bytes32::new(z.0),
                    &$library::Bytes32::new(y.0),
                    &$library::Bytes48::new(proof.0),
                );
                verdict.ok()
            }

            fn verify_blob(
                &self,
                blob: &Blob,
                commitment: &KzgCommitment,
                proof: &KzgProof,
            ) -> Option<bool> {
                let verdict = Self::settings().verify_blob_kzg_proof(
                    &Self::blob(blob),
                    &$library::Bytes48::new(commitment.0),
                    &$library::Bytes48::new(proof.0),
                );
                verdict.ok()
            }

            fn verify_blobs(
                &self,
                blobs: &[Box<Blob>],
                commitments: &[KzgCommitment],
                proofs: &[KzgProof],
            ) -> Option<bool> {
                let blobs: Vec<_> = blobs.iter().map(|blob| *Self::blob(blob)).collect();
                let verdict = Self::settings().verify_blob_kzg_proof_batch(
                    &blobs,
                    &Self::points(commitments.iter().map(|commitment| &commitment.0)),
                    &Self::points(proofs.iter().map(|proof| &proof.0)),
                );
                verdict.ok()
            }

            fn cells(&self, blob: &Blob) -> Option<Vec<Cell>> {
                let cells = Self::settings().compute_cells(&Self::blob(blob)).ok()?;
                Some(Self::our_cells(&cells[..]))
            }

            fn cells_and_proofs(&self, blob: &Blob) -> Option<Extension> {
                let blob = Self::blob(blob);
                let (cells, proofs) = Self::settings().compute_cells_and_kzg_proofs(&blob).ok()?;
                Some((Self::our_cells(&cells[..]), Self::our_proofs(&proofs[..])))
            }

            fn recovered(&self, indices: &[u64], cells: &[Cell]) -> Option<Extension> {
                let cells = Self::their_cells(cells);
                let recovered = Self::settings().recover_cells_and_kzg_proofs(indices, &cells);
                let (cells, proofs) = recovered.ok()?;
                Some((Self::our_cells(&cells[..]), Self::our_proofs(&proofs[..])))
            }

            fn verify_cells(&self, batch: &Batch) -> Option<bool> {
                let verdict = Self::settings().verify_cell_kzg_proof_batch(
                    &Self::points(batch.commitments.iter().map(|commitment| &commitment.0)),
                    &batch.indices,
                    &Self::their_cells(&batch.cells),
                    &Self::points(batch.proofs.iter().map(|proof| &proof.0)),
                );
                verdict.ok()
            }
        }
    };
}

interface_of!(Ours: ckzg_compatibility);
interface_of!(Theirs: c_kzg);

/// Makes a call of both crates, asserts that the results are equal, and returns the result.
fn both<R: PartialEq + Debug>(call: impl Fn(&dyn Interface) -> R) -> R {
    let ours = call(&Ours);
    assert_eq!(ours, call(&Theirs), "ours and c-kzg");
    ours
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    opening(u)?;
    blobs(u)?;
    cells(u)
}

/// An opening, true in most cases.
fn opening(u: &mut Unstructured<'_>) -> Result<()> {
    let (blob, z) = (inputs::blob(u)?, Bytes32(inputs::element(u)?));
    let mut commitment = match both(|library| library.commitment(&blob)) {
        Some(commitment) => commitment,
        None => KzgCommitment(inputs::point(u)?),
    };
    let (mut proof, mut y) = match both(|library| library.opening(&blob, &z)) {
        Some(opened) => opened,
        None => (KzgProof(inputs::point(u)?), Bytes32(inputs::element(u)?)),
    };
    match u.int_in_range(0..=7_u8)? {
        5 => commitment = KzgCommitment(inputs::point(u)?),
        6 => y = Bytes32(inputs::element(u)?),
        7 => proof = KzgProof(inputs::point(u)?),
        _ => {}
    }
    both(|library| library.verify(&commitment, &z, &y, &proof));
    Ok(())
}

/// Statements about blobs, one by one and together, in some cases in lists of different lengths.
fn blobs(u: &mut Unstructured<'_>) -> Result<()> {
    let (mut blobs, mut commitments, mut proofs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..u.int_in_range(0..=2_u8)? {
        let (blob, commitment, proof) = statement(u)?;
        both(|library| library.blob_proof(&blob, &commitment));
        both(|library| library.verify_blob(&blob, &commitment, &proof));
        blobs.push(blob);
        commitments.push(commitment);
        proofs.push(proof);
    }
    match u.int_in_range(0..=9_u8)? {
        7 => drop(blobs.pop()),
        8 => drop(commitments.pop()),
        9 => drop(proofs.pop()),
        _ => {}
    }
    both(|library| library.verify_blobs(&blobs, &commitments, &proofs));
    Ok(())
}

/// Cells of a blob, a batch of cells, in some cases in lists of different lengths, and a recovery.
fn cells(u: &mut Unstructured<'_>) -> Result<()> {
    let blob = inputs::blob(u)?;
    both(|library| library.cells(&blob));
    let mut batch = Batch::any(u, 4)?;
    match u.int_in_range(0..=15_u8)? {
        12 => drop(batch.commitments.pop()),
        13 => drop(batch.indices.pop()),
        14 => drop(batch.cells.pop()),
        15 => drop(batch.proofs.pop()),
        _ => {}
    }
    both(|library| library.verify_cells(&batch));
    // These calls take the longest.
    match u.int_in_range(0..=3_u8)? {
        0 => {
            let (indices, cells) = recovery::stored_cells(u)?;
            both(|library| library.recovered(&indices, &cells));
        }
        1 => drop(both(|library| library.cells_and_proofs(&blob))),
        _ => {}
    }
    Ok(())
}
