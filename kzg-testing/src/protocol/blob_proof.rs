//! `compute_blob_kzg_proof`, `verify_blob_kzg_proof` and `compute_challenge`.

use crate::reference::ORDER_BYTES;
use kzg_traits::bytes::{Blob, KzgCommitment, KzgProof};
use kzg_traits::settings::KzgSettings;

use super::inputs::{GENERATOR, INFINITY, Proven, negative};

/// A proof verifies, and changed blobs, commitments and proofs do not.
pub(super) fn round_trips(settings: &dyn KzgSettings) {
    let proven = Proven::new(settings, 14, 2);
    let (blob, commitment, proof) = proven.first();
    let verify = |blob: &Blob, commitment: [u8; 48], proof: [u8; 48]| {
        settings.verify_blob_kzg_proof(blob, &KzgCommitment(commitment), &KzgProof(proof))
    };
    let (commitment, proof) = (commitment.0, proof.0);
    assert_eq!(verify(blob, commitment, proof), Ok(true));
    assert_eq!(verify(&proven.blobs[1], commitment, proof), Ok(false));
    let other = (proven.commitments[1].0, proven.proofs[1].0);
    for wrong in [INFINITY, GENERATOR, negative(proof), commitment, other.1] {
        assert_eq!(
            verify(blob, commitment, wrong),
            Ok(false),
            "proof {wrong:02x?}"
        );
    }
    for wrong in [INFINITY, GENERATOR, negative(commitment), proof, other.0] {
        assert_eq!(
            verify(blob, wrong, proof),
            Ok(false),
            "commitment {wrong:02x?}"
        );
    }
    assert_eq!(verify(blob, INFINITY, INFINITY), Ok(false));
    let mut changed = Blob::zeroed_on_heap();
    changed.0.copy_from_slice(blob.as_slice());
    changed.0[Blob::LENGTH - 1] ^= 1;
    assert_eq!(
        verify(&changed, commitment, proof),
        Ok(false),
        "one bit of the blob"
    );
}

/// A blob's proof is the opening at its challenge, whether or not the commitment is the blob's.
pub(super) fn opens_at_the_challenge(settings: &dyn KzgSettings) {
    let proven = Proven::new(settings, 15, 1);
    let (blob, right, proof) = proven.first();
    let z = settings.compute_challenge(blob, &right).expect("a hash");
    let (opening, y) = settings.compute_kzg_proof(blob, &z).expect("well formed");
    assert_eq!(opening, proof);
    assert_eq!(settings.verify_kzg_proof(&right, &z, &y, &proof), Ok(true));

    for wrong in [INFINITY, GENERATOR].map(KzgCommitment) {
        let proof = settings
            .compute_blob_kzg_proof(blob, &wrong)
            .expect("any point will do");
        let z = settings.compute_challenge(blob, &wrong).expect("a hash");
        let (opening, _) = settings.compute_kzg_proof(blob, &z).expect("well formed");
        assert_eq!(opening, proof);
        assert_eq!(
            settings.verify_blob_kzg_proof(blob, &wrong, &proof),
            Ok(false)
        );
    }
}

/// The challenge is a hash of arbitrary bytes, reduced to a field element.
pub(super) fn challenge(settings: &dyn KzgSettings) {
    let mut seen = Vec::new();
    for fill in [0, 0xff] {
        for commitment in [[0; 48], [0xff; 48], INFINITY, GENERATOR] {
            let mut blob = Blob::zeroed_on_heap();
            blob.0.fill(fill);
            for last in [fill, 1] {
                blob.0[Blob::LENGTH - 1] = last;
                let z = settings
                    .compute_challenge(&blob, &KzgCommitment(commitment))
                    .expect("a hash checks nothing");
                assert!(z.0 < ORDER_BYTES, "{z} is not canonical");
                assert!(!seen.contains(&z), "the same challenge for another input");
                seen.push(z);
            }
        }
    }
}
