//! The WebAssembly module of the package in this folder.
//!
//! The module imports nothing. An instance holds one loaded trusted setup. A caller writes the
//! arguments of a call to buffers that [`argument`] gives, calls an operation, and reads the result
//! from [`result_pointer`]. `js/instance.js` is that caller.
//!
//! An operation returns [`DONE`] with its result in the result buffer, or a verdict, [`YES`] or
//! [`NO`], or the negative number of an error's kind with the message in the result buffer.
//!
//! The documentation of an operation names its slots and its result. A blob has 131,072 bytes, a cell 2048,
//! a commitment or proof 48, and a field element 32 in big-endian order. A cell index has 8 bytes in
//! little-endian order. Lists are contiguous. Slots that an operation does not name are not read.

mod state;

use kzg_backends::kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof};
use kzg_backends::{BackendChoice, SettingsOptions, TrustedSetup};
use kzg_backends::{load, mainnet};

use state::{Outcome, with_settings, with_state};

/// The operation has written its result.
pub const DONE: i32 = 0;
/// The proof does not hold.
pub const NO: i32 = 0;
/// The proof holds.
pub const YES: i32 = 1;

/// Makes room for an argument, and returns the place for its bytes; null without memory for it.
/// `slot` is the position of the argument.
#[unsafe(no_mangle)]
pub extern "C" fn argument(slot: usize, length: usize) -> *mut u8 {
    with_state(|state| state.make_room(slot, length))
}

/// The place of the last result, or of the message of the last error.
#[unsafe(no_mangle)]
pub extern "C" fn result_pointer() -> *const u8 {
    with_state(|state| state.result().as_ptr())
}

/// The number of bytes of the last result or message.
#[unsafe(no_mangle)]
pub extern "C" fn result_length() -> usize {
    with_state(|state| state.result().len())
}

/// The position of the item that the last error names; -1 if it names none.
#[unsafe(no_mangle)]
pub extern "C" fn error_index() -> i32 {
    with_state(|state| state.error_index())
}

/// Loads a trusted setup; without arguments the mainnet setup. `budget` is the memory for each kind of the
/// prover's tables, in bytes.
///
/// Slots: 0, 4096 points of G1 in monomial form, 48 bytes each; 1, 4096 points of G1 in Lagrange form in
/// natural order, 48 bytes each; 2, 65 points of G2 in monomial form, 96 bytes each. All are compressed.
#[unsafe(no_mangle)]
pub extern "C" fn load_trusted_setup(budget: usize) -> i32 {
    with_state(|state| {
        state.load(|arguments| {
            let precompute = kzg_backends::kzg_traits::Precompute::within(budget);
            let options = SettingsOptions::default().with_precompute(precompute);
            let [g1_monomial, g1_lagrange, g2_monomial, _] = arguments;
            if arguments.iter().all(Vec::is_empty) {
                return mainnet(BackendChoice::Auto, options);
            }
            let setup = TrustedSetup::from_compressed(g1_lagrange, g2_monomial, g1_monomial)?;
            load(BackendChoice::Auto, &setup, options)
        })
    })
}

/// A blob's commitment.
///
/// Slots: 0, the blob. Result: the commitment.
#[unsafe(no_mangle)]
pub extern "C" fn blob_to_kzg_commitment() -> i32 {
    with_settings(|kzg, [blob, ..]| {
        let commitment = kzg.blob_to_kzg_commitment(Blob::from_slice(blob)?)?;
        Ok(Outcome::of(&[&commitment.0]))
    })
}

/// The proof of a blob's value at a point, and the value.
///
/// Slots: 0, the blob; 1, the point `z`, a field element. Result: the proof, then the value `y`, a field
/// element.
#[unsafe(no_mangle)]
pub extern "C" fn compute_kzg_proof() -> i32 {
    with_settings(|kzg, [blob, z, ..]| {
        let (proof, y) = kzg.compute_kzg_proof(Blob::from_slice(blob)?, Bytes32::from_slice(z)?)?;
        Ok(Outcome::of(&[&proof.0, &y.0]))
    })
}

/// The proof that a blob matches its commitment.
///
/// Slots: 0, the blob; 1, the commitment. Result: the proof.
#[unsafe(no_mangle)]
pub extern "C" fn compute_blob_kzg_proof() -> i32 {
    with_settings(|kzg, [blob, commitment, ..]| {
        let commitment = KzgCommitment::from_slice(commitment)?;
        let proof = kzg.compute_blob_kzg_proof(Blob::from_slice(blob)?, commitment)?;
        Ok(Outcome::of(&[&proof.0]))
    })
}

/// Whether the committed polynomial has a value at a point.
///
/// Slots: 0, the commitment; 1, the point `z`; 2, the value `y`; 3, the proof. Result: a verdict.
#[unsafe(no_mangle)]
pub extern "C" fn verify_kzg_proof() -> i32 {
    with_settings(|kzg, [commitment, z, y, proof]| {
        let commitment = KzgCommitment::from_slice(commitment)?;
        let (z, y) = (Bytes32::from_slice(z)?, Bytes32::from_slice(y)?);
        let verdict = kzg.verify_kzg_proof(commitment, z, y, KzgProof::from_slice(proof)?)?;
        Ok(Outcome::Verdict(verdict))
    })
}

/// Whether a blob matches its commitment.
///
/// Slots: 0, the blob; 1, the commitment; 2, the proof. Result: a verdict.
#[unsafe(no_mangle)]
pub extern "C" fn verify_blob_kzg_proof() -> i32 {
    with_settings(|kzg, [blob, commitment, proof, _]| {
        let commitment = KzgCommitment::from_slice(commitment)?;
        let (blob, proof) = (Blob::from_slice(blob)?, KzgProof::from_slice(proof)?);
        let verdict = kzg.verify_blob_kzg_proof(blob, commitment, proof)?;
        Ok(Outcome::Verdict(verdict))
    })
}

/// Whether every blob matches its commitment.
///
/// Slots: 0, the blobs; 1, the commitments; 2, the proofs. Result: a verdict.
#[unsafe(no_mangle)]
pub extern "C" fn verify_blob_kzg_proof_batch() -> i32 {
    with_settings(|kzg, [blobs, commitments, proofs, _]| {
        let commitments = KzgCommitment::many_from_slice(commitments)?;
        let proofs = KzgProof::many_from_slice(proofs)?;
        let blobs = Blob::many_from_slice(blobs)?;
        let verdict = kzg.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs)?;
        Ok(Outcome::Verdict(verdict))
    })
}

/// A blob's 128 cells.
///
/// Slots: 0, the blob. Result: the cells.
#[unsafe(no_mangle)]
pub extern "C" fn compute_cells() -> i32 {
    with_settings(|kzg, [blob, ..]| {
        let cells = kzg.compute_cells(Blob::from_slice(blob)?)?;
        Ok(Outcome::of(&[Cell::bytes_of_many(&cells)]))
    })
}

/// A blob's 128 cells, and their proofs.
///
/// Slots: 0, the blob. Result: the cells, then the proofs.
#[unsafe(no_mangle)]
pub extern "C" fn compute_cells_and_kzg_proofs() -> i32 {
    with_settings(|kzg, [blob, ..]| {
        let (cells, proofs) = kzg.compute_cells_and_kzg_proofs(Blob::from_slice(blob)?)?;
        let proofs = KzgProof::bytes_of_many(&proofs);
        Ok(Outcome::of(&[Cell::bytes_of_many(&cells), proofs]))
    })
}

/// All 128 cells and their proofs, from 64 or more cells.
///
/// Slots: 0, the cell indices; 1, the cells. Result: the cells, then the proofs.
#[unsafe(no_mangle)]
pub extern "C" fn recover_cells_and_kzg_proofs() -> i32 {
    with_settings(|kzg, [cell_indices, cells, ..]| {
        let cell_indices = integers(cell_indices);
        let cells = Cell::many_from_slice(cells)?;
        let (cells, proofs) = kzg.recover_cells_and_kzg_proofs(&cell_indices, cells.into())?;
        let proofs = KzgProof::bytes_of_many(&proofs);
        Ok(Outcome::of(&[Cell::bytes_of_many(&cells), proofs]))
    })
}

/// Whether every cell belongs to the blob of its commitment.
///
/// Slots: 0, the commitments; 1, the cell indices; 2, the cells; 3, the proofs. Result: a verdict.
#[unsafe(no_mangle)]
pub extern "C" fn verify_cell_kzg_proof_batch() -> i32 {
    with_settings(|kzg, [commitments, cell_indices, cells, proofs]| {
        let commitments = KzgCommitment::many_from_slice(commitments)?;
        let cell_indices = integers(cell_indices);
        let (cells, proofs) = (
            Cell::many_from_slice(cells)?,
            KzgProof::many_from_slice(proofs)?,
        );
        let verdict =
            kzg.verify_cell_kzg_proof_batch(commitments, &cell_indices, cells.into(), proofs)?;
        Ok(Outcome::Verdict(verdict))
    })
}

/// The 64-bit integers of an argument, in little-endian order.
fn integers(bytes: &[u8]) -> Vec<u64> {
    let (integers, _) = bytes.as_chunks();
    integers.iter().copied().map(u64::from_le_bytes).collect()
}
