//! Commitments and proofs of blobs (EIP-4844).

use kzg_backends::kzg_traits::{Bytes32, Error, Item, KzgCommitment, KzgProof, KzgSettings};
use kzg_testing::Seeded;

use crate::calls::{commit, prove_at, prove_blob, verify_at, verify_batch};
use crate::implementations::IMPLEMENTATIONS;
use crate::inputs::{INFINITY, bad_points, blobs, evaluation_points, order};

pub(crate) fn commitments_and_proofs() {
    for (what, blob) in blobs() {
        let commitment = commit(what, &blob).expect("well formed");
        let proof = prove_blob(what, &blob, &commitment).expect("well formed");
        let own = std::slice::from_ref(&blob);
        assert_eq!(verify_batch(what, own, &[commitment], &[proof]), Ok(true));
        // A commitment to another blob is accepted and gives another proof.
        prove_blob(what, &blob, &KzgCommitment(INFINITY)).expect("well formed");
        for z in evaluation_points() {
            let Ok((proof, y)) = prove_at(what, &blob, &z) else {
                continue;
            };
            assert_eq!(verify_at(what, &commitment, &z, &y, &proof), Ok(true));
            let wrong = Bytes32::default();
            let verdict = verify_at(what, &commitment, &z, &wrong, &proof);
            assert_eq!(verdict, Ok(y == wrong));
        }
    }
}

pub(crate) fn malformed_field_elements() {
    let mut seeded = Seeded::new(99);
    for position in [0, 1, 17, 4095] {
        for element in [order(), [0xff; 32]] {
            let mut blob = seeded.blob();
            blob.0[32 * position..32 * (position + 1)].copy_from_slice(&element);
            let error = commit("malformed", &blob).expect_err("not canonical");
            let expected = Error::FieldElement {
                item: Item::Blob,
                index: 0,
                element: position,
            };
            assert_eq!(error, expected);
            prove_blob("malformed", &blob, &KzgCommitment(INFINITY)).expect_err("not canonical");
            prove_at("malformed", &blob, &Bytes32::default()).expect_err("not canonical");
        }
    }
    let infinity = KzgProof(INFINITY);
    let commitment = KzgCommitment(INFINITY);
    for bad in [Bytes32(order()), Bytes32([0xff; 32])] {
        let good = Bytes32::default();
        verify_at("bad z", &commitment, &bad, &good, &infinity).expect_err("not canonical");
        verify_at("bad y", &commitment, &good, &bad, &infinity).expect_err("not canonical");
        verify_at("bad both", &commitment, &bad, &bad, &infinity).expect_err("not canonical");
    }
}

pub(crate) fn malformed_points() {
    let blob = Seeded::new(3).blob();
    let zero = Bytes32::default();
    for (what, bad) in bad_points() {
        let (commitment, proof) = (KzgCommitment(bad), KzgProof(bad));
        let (good_commitment, good_proof) = (KzgCommitment(INFINITY), KzgProof(INFINITY));
        let own = std::slice::from_ref(&blob);
        prove_blob(what, &blob, &commitment).expect_err(what);
        verify_at(what, &commitment, &zero, &zero, &good_proof).expect_err(what);
        verify_at(what, &good_commitment, &zero, &zero, &proof).expect_err(what);
        verify_batch(what, own, &[commitment], &[good_proof]).expect_err(what);
        verify_batch(what, own, &[good_commitment], &[proof]).expect_err(what);
        verify_batch(what, own, &[commitment], &[proof]).expect_err(what);
    }
}

pub(crate) fn batches() {
    let mut seeded = Seeded::new(5);
    let blobs: Vec<_> = (0..5).map(|_| seeded.blob()).collect();
    let commitments: Vec<_> = blobs
        .iter()
        .map(|blob| commit("batch", blob).expect("well formed"))
        .collect();
    let proofs: Vec<_> = blobs
        .iter()
        .zip(&commitments)
        .map(|(blob, commitment)| prove_blob("batch", blob, commitment).expect("well formed"))
        .collect();
    for n in 0..=5 {
        let verdict = verify_batch("right", &blobs[..n], &commitments[..n], &proofs[..n]);
        assert_eq!(verdict, Ok(true), "{n} blobs");
    }
    let mut swapped = proofs.clone();
    swapped.swap(1, 3);
    assert_eq!(
        verify_batch("two proofs swapped", &blobs, &commitments, &swapped),
        Ok(false)
    );
    for (what, bad) in bad_points() {
        let mut with_bad = proofs.clone();
        with_bad[4] = KzgProof(bad);
        let error = verify_batch(what, &blobs, &commitments, &with_bad).expect_err(what);
        assert_eq!(error.index(), Some(4));
    }
    verify_batch("a proof less", &blobs, &commitments, &proofs[..4]).expect_err("lengths");
    verify_batch("a commitment less", &blobs, &commitments[..4], &proofs).expect_err("lengths");
    verify_batch("a blob less", &blobs[..4], &commitments, &proofs).expect_err("lengths");
    verify_batch("no blobs", &[], &commitments, &proofs).expect_err("lengths");
}

pub(crate) fn challenges() {
    let mut seeded = Seeded::new(6);
    let blob = seeded.blob();
    let commitment = KzgCommitment(seeded.bytes());
    let challenge = |settings: &dyn KzgSettings| settings.compute_challenge(&blob, &commitment);
    let first = challenge(&*IMPLEMENTATIONS.ours[0]);
    for settings in &IMPLEMENTATIONS.ours {
        assert_eq!(challenge(&**settings), first, "{}", settings.backend());
    }
}
