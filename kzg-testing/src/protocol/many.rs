//! Calls for many blobs do what the calls for one do, into buffers of the right length.

use kzg_traits::bytes::{Blob, KzgCommitment, KzgProof};
use kzg_traits::error::{Error, Item};
use kzg_traits::items::Blobs;
use kzg_traits::settings::KzgSettings;

use super::inputs::{INFINITY, Proven};

/// For no blob, one, and several.
pub(super) fn equal_to_single(settings: &dyn KzgSettings) {
    let proven = Proven::new(settings, 19, 4);
    for n in [0, 1, 2, 4] {
        let blobs = Blobs::from(&proven.blobs).slice(0..n);
        let (commitments, proofs) = (&proven.commitments[..n], &proven.proofs[..n]);
        assert_eq!(
            settings.blobs_to_kzg_commitments(blobs).as_deref(),
            Ok(commitments)
        );
        assert_eq!(
            settings
                .compute_blob_kzg_proofs(blobs, commitments)
                .as_deref(),
            Ok(proofs)
        );
        // Earlier content of the buffer is overwritten.
        let mut out = vec![KzgCommitment(INFINITY); n];
        assert_eq!(
            settings.blobs_to_kzg_commitments_into(blobs, &mut out),
            Ok(())
        );
        assert_eq!(out, commitments);
        let mut out = vec![KzgProof(INFINITY); n];
        let outcome = settings.compute_blob_kzg_proofs_into(blobs, commitments, &mut out);
        assert_eq!((outcome, out.as_slice()), (Ok(()), proofs));
    }
}

/// Blobs side by side, boxed, and scattered with repetitions.
pub(super) fn forms_of_lists(settings: &dyn KzgSettings) {
    let proven = Proven::new(settings, 20, 2);
    let Proven {
        blobs,
        commitments,
        proofs,
    } = &proven;
    let side_by_side: Vec<Blob> = blobs.iter().map(|blob| (**blob).clone()).collect();
    let scattered: Vec<&Blob> = blobs.iter().map(|blob| &**blob).collect();
    for blobs in [
        Blobs::from(&side_by_side),
        Blobs::from(blobs),
        Blobs::from(&scattered),
    ] {
        assert_eq!(
            settings.blobs_to_kzg_commitments(blobs).as_ref(),
            Ok(commitments)
        );
        assert_eq!(
            settings
                .compute_blob_kzg_proofs(blobs, commitments)
                .as_ref(),
            Ok(proofs)
        );
        assert_eq!(
            settings.verify_blob_kzg_proof_batch(blobs, commitments, proofs),
            Ok(true)
        );
    }
    let repeated = vec![scattered[1]; 3];
    assert_eq!(
        settings.blobs_to_kzg_commitments((&repeated).into()),
        Ok(vec![commitments[1]; 3])
    );
}

/// Lists and buffers of different lengths, shorter and longer, are refused by their name.
pub(super) fn counts(settings: &dyn KzgSettings) {
    let blobs = vec![Blob::zeroed_on_heap(); 2];
    for expected in [0, 2] {
        let blobs = Blobs::from(&blobs).slice(0..expected);
        let commitments = vec![KzgCommitment(INFINITY); expected];
        let proofs = vec![KzgProof(INFINITY); expected];
        for actual in [0, 1, 2, 3] {
            if actual == expected {
                continue;
            }
            let count = |item| Error::Count {
                item,
                expected,
                actual,
            };
            let (few_commitments, few_proofs) = (
                vec![KzgCommitment(INFINITY); actual],
                vec![KzgProof(INFINITY); actual],
            );

            let wrong = Err(count(Item::Commitment));
            assert_eq!(
                settings.compute_blob_kzg_proofs(blobs, &few_commitments),
                wrong
            );
            let wrong = Err(count(Item::Commitment));
            assert_eq!(
                settings.verify_blob_kzg_proof_batch(blobs, &few_commitments, &proofs),
                wrong
            );
            let wrong = Err(count(Item::Proof));
            assert_eq!(
                settings.verify_blob_kzg_proof_batch(blobs, &commitments, &few_proofs),
                wrong
            );
            let wrong = Err(count(Item::Commitment));
            assert_eq!(
                settings.verify_blob_kzg_proof_each(blobs, &few_commitments, &proofs),
                wrong
            );
            let wrong = Err(count(Item::Proof));
            assert_eq!(
                settings.verify_blob_kzg_proof_each(blobs, &commitments, &few_proofs),
                wrong
            );

            let wrong = Err(count(Item::Output));
            let mut out = few_commitments.clone();
            assert_eq!(
                settings.blobs_to_kzg_commitments_into(blobs, &mut out),
                wrong
            );
            let mut out = few_proofs.clone();
            assert_eq!(
                settings.compute_blob_kzg_proofs_into(blobs, &commitments, &mut out),
                wrong
            );
            let mut out = vec![Ok(true); actual];
            assert_eq!(
                settings.verify_blob_kzg_proof_each_into(blobs, &commitments, &proofs, &mut out),
                wrong
            );
            // Of several wrong lengths, that of the first list is reported.
            let wrong = Err(count(Item::Commitment));
            let (commitments, proofs) = (&few_commitments, &few_proofs);
            assert_eq!(
                settings.verify_blob_kzg_proof_each_into(blobs, commitments, proofs, &mut out),
                wrong
            );
        }
    }
}
