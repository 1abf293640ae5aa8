//! The operations of EIP-4844.

use arbitrary::{Result, Unstructured};
use kzg_testing::Seeded;
use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof};

use crate::{Given, OURS, expect, expect_verdict, known, or_null, place_or_null};

pub(crate) fn commitment(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    let mut blob = known::blob(u)?;
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
    let is_ok = given.is_loaded() && !input.is_null() && expected.is_ok();
    // SAFETY: the pointers are null, or to a blob and to memory for a commitment.
    let code = unsafe { kzg::blob_to_kzg_commitment(place, input, given.settings) };
    expect(code, is_ok);
    if is_ok {
        // SAFETY: the place was written.
        assert_eq!(Ok(unsafe { *place }), expected);
    } else if !overlaps {
        assert_eq!(out.0, [0xaa; 48], "an error writes nothing");
    }
    Ok(())
}

/// Opens a blob, and verifies the opening, in most cases as it is.
pub(crate) fn opening(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    let blob = known::blob(u)?;
    let z = match u.int_in_range(0..=7_u8)? {
        7 => Bytes32(u.arbitrary()?),
        _ => Seeded::new(u.arbitrary()?).field_element(),
    };
    let expected = OURS.compute_kzg_proof(&blob, &z);
    let (mut proof, mut y) = (KzgProof([0; 48]), Bytes32([0; 32]));
    let (of_blob, of_z) = (or_null(u, &raw const *blob)?, or_null(u, &raw const z)?);
    let are_given = given.is_loaded() && !of_blob.is_null() && !of_z.is_null();
    // SAFETY: the pointers are null, or to items and to memory for items.
    let code = unsafe {
        kzg::compute_kzg_proof(&raw mut proof, &raw mut y, of_blob, of_z, given.settings)
    };
    expect(code, are_given && expected.is_ok());
    if are_given && expected.is_ok() {
        assert_eq!(Ok((proof, y)), expected);
    }
    let mut commitment = OURS.blob_to_kzg_commitment(&blob).unwrap_or_default();
    known::damage(u, &mut commitment.0)?;
    known::damage(u, &mut proof.0)?;
    if u.int_in_range(0..=7_u8)? == 7 {
        y.0[u.choose_index(32)?] ^= 1 << u.int_in_range(0..=7_u8)?;
    }
    let verdict = OURS.verify_kzg_proof(&commitment, &z, &y, &proof);
    let of_y = or_null(u, &raw const y)?;
    let mut ok = true;
    let place = place_or_null(u, &raw mut ok)?;
    // SAFETY: as above.
    let code =
        unsafe { kzg::verify_kzg_proof(place, &commitment, &z, of_y, &proof, given.settings) };
    let are_given = given.is_loaded() && !of_y.is_null();
    expect_verdict(code, (!place.is_null()).then_some(ok), are_given, verdict);
    Ok(())
}

/// Proves a blob, and verifies the proof, in most cases as it is.
pub(crate) fn blob_proof(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    let known = known::any(u)?;
    let mut blob = known::blob(u)?;
    let mut commitment = known.commitment;
    if u.int_in_range(0..=7_u8)? != 7 {
        blob.clone_from(&known.blob);
    }
    known::damage(u, &mut commitment.0)?;
    let expected = OURS.compute_blob_kzg_proof(&blob, &commitment);
    let mut proof = KzgProof([0xaa; 48]);
    let of_blob = or_null(u, &raw const *blob)?;
    let of_commitment = or_null(u, &raw const commitment)?;
    let are_given = given.is_loaded() && !of_blob.is_null() && !of_commitment.is_null();
    // SAFETY: the pointers are null, or to items and to memory for a proof.
    let code = unsafe {
        kzg::compute_blob_kzg_proof(&raw mut proof, of_blob, of_commitment, given.settings)
    };
    expect(code, are_given && expected.is_ok());
    if are_given && expected.is_ok() {
        assert_eq!(Ok(proof), expected);
    } else {
        assert_eq!(proof.0, [0xaa; 48], "an error writes nothing");
    }
    known::damage(u, &mut proof.0)?;
    let verdict = OURS.verify_blob_kzg_proof(&blob, &commitment, &proof);
    let mut ok = true;
    let place = place_or_null(u, &raw mut ok)?;
    // SAFETY: as above.
    let code = unsafe {
        kzg::verify_blob_kzg_proof(place, of_blob, of_commitment, &proof, given.settings)
    };
    expect_verdict(code, (!place.is_null()).then_some(ok), are_given, verdict);
    Ok(())
}

/// Lists of no items may be null; lists of items may not.
pub(crate) fn blobs(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    let count = u.int_in_range(0..=3_u64)?;
    let mut blobs: Vec<Blob> = Vec::new();
    let (mut commitments, mut proofs) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let known = known::any(u)?;
        blobs.push((*known.blob).clone());
        let (mut commitment, mut proof) = (known.commitment, known.proof);
        known::damage(u, &mut commitment.0)?;
        known::damage(u, &mut proof.0)?;
        commitments.push(commitment);
        proofs.push(proof);
    }
    let verdict = OURS.verify_blob_kzg_proof_batch((&blobs).into(), &commitments, &proofs);
    let of_blobs = or_null(u, blobs.as_ptr())?;
    let of_proofs = or_null(u, proofs.as_ptr())?;
    let mut ok = true;
    // SAFETY: the lists are null, or have `count` items.
    let code = unsafe {
        kzg::verify_blob_kzg_proof_batch(
            &raw mut ok,
            of_blobs,
            commitments.as_ptr(),
            of_proofs,
            count,
            given.settings,
        )
    };
    let are_lists = count == 0 || !of_blobs.is_null() && !of_proofs.is_null();
    expect_verdict(code, Some(ok), given.is_loaded() && are_lists, verdict);
    Ok(())
}
