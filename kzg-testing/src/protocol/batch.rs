//! `verify_blob_kzg_proof_batch` and `verify_blob_kzg_proof_each`.

use sha2::{Digest, Sha256};

use crate::reference::Reference;
use kzg_traits::algebra::Fr;
use kzg_traits::bytes::{Blob, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof};
use kzg_traits::error::{Error, Item, PointError};
use kzg_traits::settings::KzgSettings;

use super::inputs::{GENERATOR, INFINITY, MINUS_GENERATOR, Proven, bytes, constant};

/// Both forms of batch verification of the same items.
fn both(settings: &dyn KzgSettings, items: &Proven) -> (bool, Vec<bool>) {
    let Proven {
        blobs,
        commitments,
        proofs,
    } = items;
    let all = settings
        .verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs)
        .expect("well formed");
    let each = settings
        .verify_blob_kzg_proof_each(blobs.into(), commitments, proofs)
        .expect("lists of one length")
        .into_iter()
        .map(|verdict| verdict.expect("well formed"))
        .collect();
    (all, each)
}

/// The items of `proven` at `places`.
fn pick(proven: &Proven, places: &[usize]) -> Proven {
    Proven {
        blobs: places.iter().map(|&i| proven.blobs[i].clone()).collect(),
        commitments: places.iter().map(|&i| proven.commitments[i]).collect(),
        proofs: places.iter().map(|&i| proven.proofs[i]).collect(),
    }
}

/// A batch verifies if and only if every item is right, for no item, one, several and repeated
/// items.
pub(super) fn verdicts(settings: &dyn KzgSettings) {
    const N: usize = 5;
    let proven = Proven::new(settings, 16, N);
    for n in 0..=N {
        let places: Vec<_> = (0..n).collect();
        assert_eq!(
            both(settings, &pick(&proven, &places)),
            (true, vec![true; n])
        );
    }
    let repeated = pick(&proven, &[0, 0, 1, 0]);
    assert_eq!(both(settings, &repeated), (true, vec![true; 4]));

    for wrong in 0..N {
        let mut expected = vec![true; N];
        expected[wrong] = false;
        let mut items = proven.clone();
        items.proofs[wrong] = KzgProof(GENERATOR);
        assert_eq!(
            both(settings, &items),
            (false, expected.clone()),
            "proof {wrong}"
        );
        let mut items = proven.clone();
        items.commitments[wrong] = KzgCommitment(INFINITY);
        assert_eq!(
            both(settings, &items),
            (false, expected),
            "commitment {wrong}"
        );
    }
    let one = pick(&proven, &[0]);
    for wrong in [INFINITY, GENERATOR, one.commitments[0].0] {
        let mut items = one.clone();
        items.proofs[0] = KzgProof(wrong);
        assert_eq!(both(settings, &items), (false, vec![false]));
    }
    let all_wrong = Proven {
        proofs: vec![KzgProof(INFINITY); N],
        ..proven
    };
    assert_eq!(both(settings, &all_wrong), (false, vec![false; N]));
}

/// Errors that would cancel out with equal weights are found.
pub(super) fn cancelling_errors(settings: &dyn KzgSettings) {
    let proven = Proven::new(settings, 17, 4);
    let mut swapped = proven.clone();
    swapped.proofs.swap(1, 3);
    assert_eq!(
        both(settings, &swapped),
        (false, vec![true, false, true, false])
    );
    let mut swapped = proven.clone();
    swapped.commitments.swap(0, 1);
    assert_eq!(
        both(settings, &swapped),
        (false, vec![false, false, true, true])
    );
    let mut swapped = proven;
    swapped.blobs.swap(2, 3);
    assert_eq!(
        both(settings, &swapped),
        (false, vec![true, true, false, false])
    );

    // The same blob five times, with two of the proofs, infinity, off by the generator either way.
    for (i, j) in [(0, 1), (1, 0), (0, 2), (1, 3), (0, 3), (0, 4)] {
        let mut opposite = Proven {
            blobs: vec![constant(Reference::ONE); 5],
            commitments: vec![KzgCommitment(GENERATOR); 5],
            proofs: vec![KzgProof(INFINITY); 5],
        };
        opposite.proofs[i] = KzgProof(GENERATOR);
        opposite.proofs[j] = KzgProof(MINUS_GENERATOR);
        let expected = (0..5).map(|item| item != i && item != j).collect();
        assert_eq!(both(settings, &opposite), (false, expected));
    }
}

/// Each item has its own verdict in a list of right, wrong and malformed items.
pub(super) fn each(settings: &dyn KzgSettings) {
    let mut items = pick(&Proven::new(settings, 18, 4), &[0, 1, 2, 3, 0, 1, 2, 3]);
    let point = |item, index, reason| {
        Err(Error::Point {
            item,
            index,
            reason,
        })
    };
    items.commitments[1].0 = [0; 48];
    items.proofs[3] = KzgProof(GENERATOR);
    items.blobs[4].0[32 * 17] = 0xff;
    items.proofs[6].0 = [0xff; 48];
    items.commitments[7] = KzgCommitment(INFINITY);
    let expected = vec![
        Ok(true),
        point(Item::Commitment, 1, PointError::Encoding),
        Ok(true),
        Ok(false),
        Err(Error::FieldElement {
            item: Item::Blob,
            index: 4,
            element: 17,
        }),
        Ok(true),
        point(Item::Proof, 6, PointError::Encoding),
        Ok(false),
    ];
    let Proven {
        blobs,
        commitments,
        proofs,
    } = &items;
    let each = settings.verify_blob_kzg_proof_each(blobs.into(), commitments, proofs);
    assert_eq!(each, Ok(expected.clone()));

    // Earlier content of the buffer is overwritten.
    for left in [Ok(true), Ok(false), Err(Error::Cancelled)] {
        let mut out = vec![left; blobs.len()];
        let outcome =
            settings.verify_blob_kzg_proof_each_into(blobs.into(), commitments, proofs, &mut out);
        assert_eq!((outcome, &out), (Ok(()), &expected));
    }
    for (index, expected) in expected.into_iter().enumerate() {
        let single =
            settings.verify_blob_kzg_proof(&blobs[index], &commitments[index], &proofs[index]);
        let single = single.map_err(|error| error.with_index(index));
        assert_eq!(single, expected, "item {index} by itself");
    }
    let all = settings.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs);
    assert_eq!(all, point(Item::Commitment, 1, PointError::Encoding));
}

/// No proof can be chosen after the weights of a batch.
pub(super) fn weights_bind_every_proof(settings: &dyn KzgSettings) {
    for hashed in [[None, None], [Some(KzgProof(GENERATOR)), None]] {
        for last in cancelling_proofs(settings, hashed) {
            let forged = Proven {
                blobs: vec![constant(Reference::ONE); 2],
                commitments: vec![KzgCommitment(GENERATOR); 2],
                proofs: vec![KzgProof(GENERATOR), last],
            };
            assert_eq!(both(settings, &forged), (false, vec![false, false]));
        }
    }
}

/// A malformed item does not replace another item in the hash that determines the weights.
pub(super) fn each_binds_every_proof(settings: &dyn KzgSettings) {
    let malformed = KzgProof([0; 48]);
    let first = KzgProof(GENERATOR);
    let blob = constant(Reference::ONE);
    let blobs: Vec<&Blob> = vec![&blob; 3];
    // The items are the second and the third; the hash is over the first two proofs.
    for last in cancelling_proofs(settings, [Some(malformed), Some(first)]) {
        let proofs = [malformed, first, last];
        let each = settings
            .verify_blob_kzg_proof_each((&blobs).into(), &[KzgCommitment(GENERATOR); 3], &proofs)
            .expect("lists of one length");
        assert!(each[0].is_err());
        assert_eq!(each[1..], [Ok(false), Ok(false)], "neither proof is right");
    }
}

/// Proofs for the constant one whose error cancels the error of the proof `GENERATOR`, if the weights
/// of the two come from a hash of the proofs in `hashed`.
///
/// With weights `v` and `w`, that is `-v/w` times the generator. The first of the proofs is for the
/// weights `1` and `r` of the specification, the second for the short weights of kzg-traits.
fn cancelling_proofs(settings: &dyn KzgSettings, hashed: [Option<KzgProof>; 2]) -> [KzgProof; 2] {
    let commitment = KzgCommitment(GENERATOR);
    let z = settings
        .compute_challenge(&constant(Reference::ONE), &commitment)
        .expect("a hash");
    let mut hash = Sha256::new()
        .chain_update(b"RCKZGBATCH___V1_")
        .chain_update((FIELD_ELEMENTS_PER_BLOB as u64).to_be_bytes())
        .chain_update(2_u64.to_be_bytes());
    for proof in hashed {
        hash.update(commitment.0);
        hash.update(z.0);
        hash.update(bytes(Reference::ONE).0);
        hash.update(proof.as_ref().map_or(&[][..], |proof| &proof.0[..]));
    }
    let transcript: [u8; 32] = hash.finalize().into();
    let powers = [Reference::ONE, Reference::from_bytes_reduced(&transcript)];
    let short: [u8; 32] = Sha256::new()
        .chain_update(b"KZGSHORTWEIGHTS_")
        .chain_update(transcript)
        .chain_update(0_u64.to_be_bytes())
        .finalize()
        .into();
    let short = [&short[..16], &short[16..]].map(|half| {
        let mut bytes = [0; 32];
        bytes[16..].copy_from_slice(half);
        Reference::from_bytes_reduced(&bytes)
    });
    [powers, short].map(|[v, w]| {
        let factor = -(v * w.inverse().expect("a hash is not zero"));
        let point = settings.blob_to_kzg_commitment(&constant(factor));
        KzgProof(point.expect("well formed").0)
    })
}
