//! Four functions that c-kzg exposes for the tests of its Go binding: the Fiat-Shamir challenges, and
//! the conversions that surround them.
//!
//! The types of a field element and a point have the sizes of blst's, but hold the bytes of the
//! serialised form. Only these four functions may read or write them.

use std::sync::Arc;

use kzg_backends::kzg_traits::{Blob, Bytes32, Cell, Group, KzgCommitment, KzgProof, PointError};
use kzg_backends::kzg_traits::{Error, Item};
use kzg_backends::{Backend, BackendChoice, BackendVisitor, KzgSettings, TrustedSetup};

use crate::failure::{C_KZG_RET, Failure};
use crate::{boundary, input, loading, output};

/// A field element: 32 big-endian bytes. As large as blst's `blst_fr`.
#[derive(Debug, zerocopy::FromBytes, zerocopy::Immutable, zerocopy::Unaligned)]
#[repr(C)]
#[allow(non_camel_case_types, reason = "the names of the C interface")]
pub struct fr_t {
    serialised: Bytes32,
}

/// A point of G1: 48 bytes in compressed form. As large as blst's `blst_p1`.
#[derive(Debug, zerocopy::FromBytes, zerocopy::Immutable, zerocopy::Unaligned)]
#[repr(C)]
#[allow(non_camel_case_types, reason = "the names of the C interface")]
pub struct g1_t {
    compressed: KzgCommitment,
    unused: [u8; 96],
}

/// Checks a commitment and keeps it as a point.
///
/// # Safety
///
/// `out` is null or valid for writing a `g1_t`. `b` is null or valid for reading 48 bytes, which
/// nobody changes during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bytes_to_kzg_commitment(
    out: *mut g1_t,
    b: *const KzgCommitment,
) -> C_KZG_RET {
    boundary::run(|| {
        output::check_place(out, "out")?;
        // SAFETY: the caller's promise for `b`. The bytes are copied.
        let commitment = *unsafe { input::item(b, "b") }?;
        let backend = BackendChoice::Auto.resolve()?;
        let checked = backend.visit(CheckedPoint(commitment))?;
        checked.map_err(|reason| Error::Point {
            item: Item::Commitment,
            index: 0,
            reason,
        })?;
        let point = g1_t {
            compressed: commitment,
            unused: [0; 96],
        };
        // SAFETY: `out` is not null, so the caller promises that it may be written.
        unsafe { output::write(out, point) };
        Ok(())
    })
}

/// The check of a compressed point by a backend.
struct CheckedPoint(KzgCommitment);

impl BackendVisitor for CheckedPoint {
    type Output = Result<(), PointError>;

    fn visit<B: Backend>(self) -> Self::Output {
        B::G1::from_bytes(&self.0.0).map(|_| ())
    }
}

/// Writes the bytes of a field element.
///
/// # Safety
///
/// `out` is null or valid for writing 32 bytes. `element` is null or a field element that one of the
/// functions of this module has written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bytes_from_bls_field(out: *mut Bytes32, element: *const fr_t) {
    // There is nothing to report a null pointer to, and nothing that could panic.
    let _ = boundary::caught(|| {
        output::check_place(out, "out")?;
        // SAFETY: the caller's promise for both pointers. The bytes are copied before they are
        // written.
        unsafe {
            let bytes = input::item(element, "in")?.serialised;
            output::write(out, bytes);
        }
        Ok(())
    });
}

/// The point at which a blob's proof opens the blob. If the call fails, `kzg_last_error` has the
/// reason and the result is not written.
///
/// # Safety
///
/// `eval_challenge_out` is null or valid for writing a `fr_t`. `blob` is null or valid for reading a
/// blob, and `commitment` is null or a point that [`bytes_to_kzg_commitment`] has written. Nobody
/// changes them during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_challenge(
    eval_challenge_out: *mut fr_t,
    blob: *const Blob,
    commitment: *const g1_t,
) {
    // The function has no result in the C interface.
    let _ = boundary::run(|| {
        output::check_place(eval_challenge_out, "eval_challenge_out")?;
        // SAFETY: the caller's promise for `blob` and `commitment`.
        let (blob, commitment) = unsafe {
            (
                input::item(blob, "blob")?,
                input::item(commitment, "commitment")?.compressed,
            )
        };
        let serialised = mainnet()?.compute_challenge(blob, &commitment)?;
        // SAFETY: `eval_challenge_out` is not null, so the caller promises that it may be written.
        // The inputs are not used any more.
        unsafe { output::write(eval_challenge_out, fr_t { serialised }) };
        Ok(())
    });
}

/// The coefficient whose powers weight a batch of cells. The commitments have no duplicates, and
/// `commitment_indices` has the position of each cell's commitment.
///
/// # Safety
///
/// `challenge_out` is null or valid for writing a `fr_t`. `commitments_bytes` is null or valid for
/// reading `num_commitments` items, each other list for reading `num_cells` items. Nobody changes
/// them during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_verify_cell_kzg_proof_batch_challenge(
    challenge_out: *mut fr_t,
    commitments_bytes: *const KzgCommitment,
    num_commitments: u64,
    commitment_indices: *const u64,
    cell_indices: *const u64,
    cells: *const Cell,
    proofs_bytes: *const KzgProof,
    num_cells: u64,
) -> C_KZG_RET {
    boundary::run(|| {
        output::check_place(challenge_out, "challenge_out")?;
        // SAFETY: the caller's promise for the five lists.
        let (commitments, cells, proofs, commitment_indices, cell_indices) = unsafe {
            (
                input::items(commitments_bytes, num_commitments, "commitments_bytes")?,
                input::items(cells, num_cells, "cells")?,
                input::items(proofs_bytes, num_cells, "proofs_bytes")?,
                input::numbers(commitment_indices, num_cells, "commitment_indices")?,
                input::numbers(cell_indices, num_cells, "cell_indices")?,
            )
        };
        let serialised = mainnet()?.compute_verify_cell_kzg_proof_batch_challenge(
            commitments,
            &commitment_indices,
            &cell_indices,
            cells.into(),
            proofs,
        )?;
        // SAFETY: `challenge_out` is not null, so the caller promises that it may be written. The
        // inputs are not used any more.
        unsafe { output::write(challenge_out, fr_t { serialised }) };
        Ok(())
    })
}

/// Settings for functions of c-kzg that take none. The challenges do not depend on the setup.
fn mainnet() -> Result<Arc<dyn KzgSettings>, Failure> {
    loading::load_settings(0, || Ok(TrustedSetup::mainnet()))
}
