//! libkzg as a C program calls it: null pointers, settings that are not loaded or freed, lists without
//! items, outputs that overlap inputs. Every call returns a code, and the results are those of the settings
//! below.
//!
//! Pointers to memory that may not be read are outside of the interface, so the target has none.

use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};
use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use kzg::{C_KZG_RET, KZGSettings};
use kzg_backends::{BackendChoice, BackendId};
use kzg_testing::Seeded;
use kzg_traits::{
    Blob, Bytes32, Cell, KzgCommitment, KzgProof, KzgSettings, SettingsOptions, TrustedSetup,
};
use std::sync::Arc;

static OURS: LazyLock<Arc<dyn KzgSettings>> = LazyLock::new(|| {
    let choice = BackendChoice::Fixed(BackendId::Blst);
    let options = SettingsOptions::default();
    kzg_backends::load(choice, &TrustedSetup::mainnet(), options).expect("the embedded setup")
});

/// The state of the struct that a call gets.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Loaded,
    /// Zero bytes, as before the first load.
    Zeroed,
    Freed,
    Null,
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let state = *u.choose(&[
        State::Loaded,
        State::Loaded,
        State::Loaded,
        State::Zeroed,
        State::Freed,
        State::Null,
    ])?;
    let mut settings = MaybeUninit::<KZGSettings>::zeroed();
    let s = settings.as_mut_ptr();
    // SAFETY: the struct may be written, and any bytes of it are allowed in every call.
    unsafe {
        if matches!(state, State::Loaded | State::Freed) {
            assert!(kzg::kzg_load_mainnet_trusted_setup(s, 0) == C_KZG_RET::C_KZG_OK);
        }
        if state == State::Freed {
            kzg::free_trusted_setup(s);
        }
    }
    let given = if state == State::Null { null_mut() } else { s };
    let result = (0..u.int_in_range(1..=4_u8)?).try_for_each(|_| call(u, given, state));
    // SAFETY: as above. Freeing twice, and freeing null, are allowed.
    unsafe {
        kzg::free_trusted_setup(given);
        kzg::free_trusted_setup(given);
    }
    result
}

fn call(u: &mut Unstructured<'_>, s: *const KZGSettings, state: State) -> Result<()> {
    match u.int_in_range(0..=3_u8)? {
        0 => commitment(u, s, state),
        1 => opening(u, s, state),
        2 => cells(u, s, state),
        _ => batches(u, s, state),
    }
}

/// A blob, malformed in one case of eight.
fn blob(u: &mut Unstructured<'_>) -> Result<Box<Blob>> {
    let mut blob = Seeded::new(u64::from(u.arbitrary::<u8>()? % 4)).blob();
    if u.ratio(1, 8)? {
        let element = u.choose_index(4096)?;
        blob.0[32 * element..][..32].fill(0xff);
    }
    Ok(blob)
}

/// The pointer, or null in one case of eight.
fn or_null<T>(u: &mut Unstructured<'_>, pointer: *const T) -> Result<*const T> {
    Ok(if u.ratio(1, 8)? { null() } else { pointer })
}

fn expect(code: C_KZG_RET, is_ok: bool) {
    assert!((code == C_KZG_RET::C_KZG_OK) == is_ok, "an unexpected code");
    assert!(
        is_ok || code == C_KZG_RET::C_KZG_BADARGS,
        "only arguments are at fault"
    );
}

fn commitment(u: &mut Unstructured<'_>, s: *const KZGSettings, state: State) -> Result<()> {
    let mut blob = blob(u)?;
    let expected = OURS.blob_to_kzg_commitment(&blob);
    let input = or_null(u, &raw const *blob)?;
    let mut out = KzgCommitment([0xaa; 48]);
    // The result may overlap the blob.
    let overlaps: bool = u.arbitrary()?;
    let place = if overlaps {
        (&raw mut *blob).cast()
    } else {
        &raw mut out
    };
    let input = if overlaps && !input.is_null() {
        place.cast_const().cast()
    } else {
        input
    };
    let is_ok = state == State::Loaded && !input.is_null() && expected.is_ok();
    // SAFETY: the pointers are null, or to a blob and to memory for a commitment.
    let code = unsafe { kzg::blob_to_kzg_commitment(place, input, s) };
    expect(code, is_ok);
    if is_ok {
        // SAFETY: the place was written.
        assert_eq!(Ok(unsafe { *place }), expected);
    } else if !overlaps {
        assert_eq!(out.0, [0xaa; 48], "an error writes nothing");
    }
    Ok(())
}

fn opening(u: &mut Unstructured<'_>, s: *const KZGSettings, state: State) -> Result<()> {
    let blob = blob(u)?;
    let z = Bytes32(u.arbitrary()?);
    let expected = OURS.compute_kzg_proof(&blob, &z);
    let (mut proof, mut y) = (KzgProof([0; 48]), Bytes32([0; 32]));
    let (of_blob, of_z) = (or_null(u, &raw const *blob)?, or_null(u, &raw const z)?);
    let is_ok = state == State::Loaded && !of_blob.is_null() && !of_z.is_null() && expected.is_ok();
    // SAFETY: the pointers are null, or to items and to memory for items.
    let code = unsafe { kzg::compute_kzg_proof(&raw mut proof, &raw mut y, of_blob, of_z, s) };
    expect(code, is_ok);
    if is_ok {
        assert_eq!(Ok((proof, y)), expected);
    }
    let commitment = KzgCommitment(u.arbitrary()?);
    let mut ok = true;
    let verdict = OURS.verify_kzg_proof(&commitment, &z, &y, &proof);
    // SAFETY: as above.
    let code = unsafe { kzg::verify_kzg_proof(&raw mut ok, &commitment, &z, &y, &proof, s) };
    expect(code, state == State::Loaded && verdict.is_ok());
    assert_eq!(
        ok,
        verdict.unwrap_or(false) && state == State::Loaded,
        "false unless it holds"
    );
    Ok(())
}

fn cells(u: &mut Unstructured<'_>, s: *const KZGSettings, state: State) -> Result<()> {
    let blob = blob(u)?;
    let expected = OURS.compute_cells(&blob);
    let mut out = vec![Cell::default(); 128];
    let place = if u.ratio(1, 8)? {
        null_mut()
    } else {
        out.as_mut_ptr()
    };
    let is_ok = state == State::Loaded && !place.is_null() && expected.is_ok();
    // SAFETY: the outputs are null or have room for 128 items.
    let code = unsafe { kzg::compute_cells_and_kzg_proofs(place, null_mut(), &*blob, s) };
    expect(code, is_ok);
    if is_ok {
        assert_eq!(Ok(&out), expected.as_ref());
    }
    Ok(())
}

/// Lists of no items may be null; lists of items may not.
fn batches(u: &mut Unstructured<'_>, s: *const KZGSettings, state: State) -> Result<()> {
    let count = u.int_in_range(0..=3_u64)?;
    let commitment = KzgCommitment(u.arbitrary()?);
    let commitments = vec![commitment; count as usize];
    let proofs = vec![KzgProof([0xc0; 48]); count as usize];
    let indices: Vec<u64> = (0..count)
        .map(|_| u.int_in_range(0..=130))
        .collect::<Result<_>>()?;
    let cells = vec![Cell::default(); count as usize];
    let of_cells = or_null(u, cells.as_ptr())?;
    let mut ok = true;
    // SAFETY: the lists are null, or have `count` items.
    let code = unsafe {
        kzg::verify_cell_kzg_proof_batch(
            &raw mut ok,
            commitments.as_ptr(),
            indices.as_ptr(),
            of_cells,
            proofs.as_ptr(),
            count,
            s,
        )
    };
    let verdict =
        OURS.verify_cell_kzg_proof_batch(&commitments, &indices, (&cells).into(), &proofs);
    let is_given = state == State::Loaded && (count == 0 || !of_cells.is_null());
    expect(code, is_given && verdict.is_ok());
    assert_eq!(
        ok,
        is_given && verdict.unwrap_or(false),
        "false unless it holds"
    );
    // Lengths beyond any memory, with null pointers.
    let mut recovered = vec![Cell::default(); 128];
    let huge: u64 = u.arbitrary()?;
    // SAFETY: the lists are null.
    let code = unsafe {
        kzg::recover_cells_and_kzg_proofs(
            recovered.as_mut_ptr(),
            null_mut(),
            null(),
            null(),
            huge,
            s,
        )
    };
    expect(code, false);
    Ok(())
}
