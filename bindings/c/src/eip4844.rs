//! The operations of EIP-4844.
//!
//! The requirements on pointers are the same for all functions. They are listed once, here, and each
//! function's "Safety" section refers to them:
//!
//! - `s` is null, or the memory of a `KZGSettings`.
//! - An input is null, or valid for reading its items: one, or as many as the call says.
//! - An output is null, or valid for writing its items.
//! - During the call, nobody changes an input, and nobody else accesses an output. Inputs and outputs
//!   may overlap each other.
//!
//! Null pointers are refused, except for lists of no items and for optional outputs.

use kzg_backends::kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof};

use crate::boundary;
use crate::failure::C_KZG_RET;
use crate::handle::{self, KZGSettings};
use crate::input;
use crate::output;

/// Commits to a blob.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn blob_to_kzg_commitment(
    out: *mut KzgCommitment,
    blob: *const Blob,
    s: *const KZGSettings,
) -> C_KZG_RET {
    boundary::run(|| {
        output::check_place(out, "out")?;
        // SAFETY: the caller's promise for `s` and `blob`.
        let (settings, blob) = unsafe { (handle::settings(s)?, input::item(blob, "blob")?) };
        let commitment = settings.blob_to_kzg_commitment(blob)?;
        // SAFETY: `out` is not null, so the caller promises that it may be written. The blob is not
        // used any more.
        unsafe { output::write(out, commitment) };
        Ok(())
    })
}

/// Evaluates a blob's polynomial at `z`, and proves the value.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_kzg_proof(
    proof_out: *mut KzgProof,
    y_out: *mut Bytes32,
    blob: *const Blob,
    z_bytes: *const Bytes32,
    s: *const KZGSettings,
) -> C_KZG_RET {
    boundary::run(|| {
        output::check_place(proof_out, "proof_out")?;
        output::check_place(y_out, "y_out")?;
        // SAFETY: the caller's promise for `s`, `blob` and `z_bytes`.
        let (settings, blob, z) = unsafe {
            (
                handle::settings(s)?,
                input::item(blob, "blob")?,
                input::item(z_bytes, "z_bytes")?,
            )
        };
        let (proof, y) = settings.compute_kzg_proof(blob, z)?;
        // SAFETY: the outputs are not null, so the caller promises that they may be written. The
        // inputs are not used any more.
        unsafe {
            output::write(proof_out, proof);
            output::write(y_out, y);
        }
        Ok(())
    })
}

/// Proves that a blob matches its commitment. The function does *not* check that the commitment is
/// that of the blob.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_blob_kzg_proof(
    out: *mut KzgProof,
    blob: *const Blob,
    commitment_bytes: *const KzgCommitment,
    s: *const KZGSettings,
) -> C_KZG_RET {
    boundary::run(|| {
        output::check_place(out, "out")?;
        // SAFETY: the caller's promise for `s`, `blob` and `commitment_bytes`.
        let (settings, blob, commitment) = unsafe {
            (
                handle::settings(s)?,
                input::item(blob, "blob")?,
                input::item(commitment_bytes, "commitment_bytes")?,
            )
        };
        let proof = settings.compute_blob_kzg_proof(blob, commitment)?;
        // SAFETY: `out` is not null, so the caller promises that it may be written. The inputs are
        // not used any more.
        unsafe { output::write(out, proof) };
        Ok(())
    })
}

/// Whether the committed polynomial has the value `y` at `z`.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn verify_kzg_proof(
    ok: *mut bool,
    commitment_bytes: *const KzgCommitment,
    z_bytes: *const Bytes32,
    y_bytes: *const Bytes32,
    proof_bytes: *const KzgProof,
    s: *const KZGSettings,
) -> C_KZG_RET {
    let work = || {
        // SAFETY: the caller's promise for `s` and the four inputs.
        let (settings, commitment, z, y, proof) = unsafe {
            (
                handle::settings(s)?,
                input::item(commitment_bytes, "commitment_bytes")?,
                input::item(z_bytes, "z_bytes")?,
                input::item(y_bytes, "y_bytes")?,
                input::item(proof_bytes, "proof_bytes")?,
            )
        };
        Ok(settings.verify_kzg_proof(commitment, z, y, proof)?)
    };
    // SAFETY: the caller promises that `ok` is null or may be written. The inputs are used in the
    // work alone.
    unsafe { boundary::verdict(ok, work) }
}

/// Whether a blob matches its commitment.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn verify_blob_kzg_proof(
    ok: *mut bool,
    blob: *const Blob,
    commitment_bytes: *const KzgCommitment,
    proof_bytes: *const KzgProof,
    s: *const KZGSettings,
) -> C_KZG_RET {
    let work = || {
        // SAFETY: the caller's promise for `s` and the three inputs.
        let (settings, blob, commitment, proof) = unsafe {
            (
                handle::settings(s)?,
                input::item(blob, "blob")?,
                input::item(commitment_bytes, "commitment_bytes")?,
                input::item(proof_bytes, "proof_bytes")?,
            )
        };
        Ok(settings.verify_blob_kzg_proof(blob, commitment, proof)?)
    };
    // SAFETY: the caller promises that `ok` is null or may be written. The inputs are used in the
    // work alone.
    unsafe { boundary::verdict(ok, work) }
}

/// Whether every one of `n` blobs matches its commitment; true for no blobs.
///
/// # Safety
///
/// See the module. Each list has `n` items.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn verify_blob_kzg_proof_batch(
    ok: *mut bool,
    blobs: *const Blob,
    commitments_bytes: *const KzgCommitment,
    proofs_bytes: *const KzgProof,
    n: u64,
    s: *const KZGSettings,
) -> C_KZG_RET {
    let work = || {
        // SAFETY: the caller's promise for `s` and the three lists of `n` items.
        let (settings, blobs, commitments, proofs) = unsafe {
            (
                handle::settings(s)?,
                input::items(blobs, n, "blobs")?,
                input::items(commitments_bytes, n, "commitments_bytes")?,
                input::items(proofs_bytes, n, "proofs_bytes")?,
            )
        };
        Ok(settings.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs)?)
    };
    // SAFETY: the caller promises that `ok` is null or may be written. The inputs are used in the
    // work alone.
    unsafe { boundary::verdict(ok, work) }
}
