//! Every call with every kind of malformed argument names the item, its index and the reason.

use crate::malformed;
use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, Blob, Bytes32, KzgCommitment, KzgProof};
use kzg_traits::error::{Error, ErrorKind, Item, PointError};
use kzg_traits::settings::KzgSettings;

use super::inputs::{INFINITY, Proven, constant};
use crate::reference::Reference;
use kzg_traits::algebra::Fr;

/// A blob with one field element replaced.
fn with_element(blob: &Blob, element: usize, bytes: [u8; 32]) -> Box<Blob> {
    let mut blob = Box::new(blob.clone());
    blob.0[BYTES_PER_FIELD_ELEMENT * element..][..BYTES_PER_FIELD_ELEMENT].copy_from_slice(&bytes);
    blob
}

/// Malformed versions of a blob, with the position of the bad field element.
pub(super) fn bad_blobs(blob: &Blob) -> Vec<(Box<Blob>, usize)> {
    let mut bad: Vec<_> = [0, 1, 17, 4095]
        .into_iter()
        .zip(malformed::field_elements())
        .map(|(element, bytes)| (with_element(blob, element, bytes), element))
        .collect();
    let mut everywhere = Blob::zeroed_on_heap();
    everywhere.0.fill(0xff);
    bad.push((everywhere, 0));
    bad
}

fn element_error(item: Item, index: usize, element: usize) -> Error {
    let error = Error::FieldElement {
        item,
        index,
        element,
    };
    assert_eq!(error.kind(), ErrorKind::Input);
    error
}

fn point_error(item: Item, index: usize, reason: PointError) -> Error {
    let error = Error::Point {
        item,
        index,
        reason,
    };
    assert_eq!(error.kind(), ErrorKind::Input);
    error
}

/// The calls for one item.
pub(super) fn single(settings: &dyn KzgSettings) {
    let proven = Proven::new(settings, 21, 1);
    let (blob, commitment, proof) = proven.first();
    let z = Bytes32([1; 32]);
    for (bad, element) in bad_blobs(blob) {
        let error = element_error(Item::Blob, 0, element);
        assert_eq!(settings.blob_to_kzg_commitment(&bad), Err(error.clone()));
        assert_eq!(settings.compute_kzg_proof(&bad, &z), Err(error.clone()));
        // Of several malformed arguments, the first one is reported.
        let bad_z = Bytes32(malformed::field_elements()[0]);
        assert_eq!(settings.compute_kzg_proof(&bad, &bad_z), Err(error.clone()));
        let cells = settings.compute_cells_at(&bad, &[0, 128]);
        assert_eq!(cells, Err(error.clone()));
        assert_eq!(
            settings.compute_blob_kzg_proof(&bad, &commitment),
            Err(error.clone())
        );
        let verdict = settings.verify_blob_kzg_proof(&bad, &commitment, &proof);
        assert_eq!(verdict, Err(error));
    }
    for bad in malformed::field_elements().map(Bytes32) {
        let error = element_error(Item::Z, 0, 0);
        assert_eq!(settings.compute_kzg_proof(blob, &bad), Err(error.clone()));
        let verdict = settings.verify_kzg_proof(&commitment, &bad, &z, &proof);
        assert_eq!(verdict, Err(error));
        let verdict = settings.verify_kzg_proof(&commitment, &z, &bad, &proof);
        assert_eq!(verdict, Err(element_error(Item::Y, 0, 0)));
    }
    for (bad, reason) in malformed::g1_points() {
        let error = point_error(Item::Commitment, 0, reason);
        let bad_commitment = KzgCommitment(bad);
        let outcome = settings.compute_blob_kzg_proof(blob, &bad_commitment);
        assert_eq!(outcome, Err(error.clone()));
        let verdict = settings.verify_kzg_proof(&bad_commitment, &z, &z, &proof);
        assert_eq!(verdict, Err(error.clone()));
        let verdict = settings.verify_blob_kzg_proof(blob, &bad_commitment, &proof);
        assert_eq!(verdict, Err(error));

        // As above, for points.
        let bad_element = Bytes32(malformed::field_elements()[0]);
        for (z, y, proof) in [
            (&bad_element, &z, proof),
            (&z, &bad_element, proof),
            (&bad_element, &bad_element, KzgProof(bad)),
        ] {
            let verdict = settings.verify_kzg_proof(&bad_commitment, z, y, &proof);
            assert_eq!(verdict, Err(point_error(Item::Commitment, 0, reason)));
        }
        for (bad_z, bad_y, item) in [(&bad_element, &z, Item::Z), (&z, &bad_element, Item::Y)] {
            let verdict = settings.verify_kzg_proof(&commitment, bad_z, bad_y, &KzgProof(bad));
            assert_eq!(verdict, Err(element_error(item, 0, 0)));
        }

        let error = point_error(Item::Proof, 0, reason);
        let verdict = settings.verify_kzg_proof(&commitment, &z, &z, &KzgProof(bad));
        assert_eq!(verdict, Err(error.clone()));
        let verdict = settings.verify_blob_kzg_proof(blob, &commitment, &KzgProof(bad));
        assert_eq!(verdict, Err(error));
    }
}

/// Right items of constant blobs, whose commitments and proofs are known.
pub(super) fn items(count: usize) -> Proven {
    Proven {
        blobs: vec![constant(Reference::ZERO); count],
        commitments: vec![KzgCommitment(INFINITY); count],
        proofs: vec![KzgProof(INFINITY); count],
    }
}

/// Every call for lists fails with `error`; the `*_each` calls give it for that item alone.
fn refused(settings: &dyn KzgSettings, items: &Proven, error: &Error) {
    let Proven {
        blobs,
        commitments,
        proofs,
    } = items;
    let (item, index) = match error {
        Error::FieldElement { item, index, .. } | Error::Point { item, index, .. } => {
            (*item, *index)
        }
        _ => unreachable!("only these two are expected"),
    };
    if item == Item::Blob {
        let outcome = settings.blobs_to_kzg_commitments(blobs.into());
        assert_eq!(outcome.as_ref(), Err(error));
    }
    if item != Item::Proof {
        let outcome = settings.compute_blob_kzg_proofs(blobs.into(), commitments);
        assert_eq!(outcome.as_ref(), Err(error));
    }
    let verdict = settings.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs);
    assert_eq!(verdict.as_ref(), Err(error));
    let each = settings
        .verify_blob_kzg_proof_each(blobs.into(), commitments, proofs)
        .expect("lists of one length");
    for (place, verdict) in each.iter().enumerate() {
        let expected = if place == index {
            Err(error)
        } else {
            Ok(&true)
        };
        assert_eq!(verdict.as_ref(), expected, "item {place}");
    }
}

/// The calls for lists, with the malformed item at every place of three, and beyond the first four, which are
/// hashed together.
pub(super) fn lists(settings: &dyn KzgSettings) {
    let zeros = Blob::zeroed_on_heap();
    for (count, index) in [(3, 0), (3, 1), (3, 2), (6, 4)] {
        let right = items(count);
        for (bad, element) in bad_blobs(&zeros) {
            let mut items = right.clone();
            items.blobs[index] = bad;
            refused(settings, &items, &element_error(Item::Blob, index, element));
        }
        for (bad, reason) in malformed::g1_points() {
            let mut items = right.clone();
            items.commitments[index] = KzgCommitment(bad);
            refused(
                settings,
                &items,
                &point_error(Item::Commitment, index, reason),
            );
            let mut items = right.clone();
            items.proofs[index] = KzgProof(bad);
            refused(settings, &items, &point_error(Item::Proof, index, reason));
        }
    }
}

/// Of several malformed items, the first is named, for every kind of error.
pub(super) fn first_of_several(settings: &dyn KzgSettings) {
    let (bad_point, reason) = malformed::g1_points()[5];
    let mut items = items(3);
    items.blobs[2] = with_element(&items.blobs[2], 3, [0xff; 32]);
    items.commitments[2] = KzgCommitment(bad_point);
    items.proofs[1] = KzgProof(bad_point);
    let batch = |items: &Proven| {
        let Proven {
            blobs,
            commitments,
            proofs,
        } = items;
        settings.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs)
    };
    // The first malformed item counts, not the first list with a malformed item.
    assert_eq!(batch(&items), Err(point_error(Item::Proof, 1, reason)));
    items.commitments[1] = KzgCommitment([0; 48]);
    assert_eq!(
        batch(&items),
        Err(point_error(Item::Commitment, 1, PointError::Encoding))
    );
    items.blobs[0] = with_element(&items.blobs[0], 4095, [0xff; 32]);
    items.blobs[1] = with_element(&items.blobs[1], 0, [0xff; 32]);
    let first_blob = element_error(Item::Blob, 0, 4095);
    assert_eq!(batch(&items), Err(first_blob.clone()));
    let Proven {
        blobs, commitments, ..
    } = &items;
    assert_eq!(
        settings.blobs_to_kzg_commitments(blobs.into()),
        Err(first_blob.clone())
    );
    assert_eq!(
        settings.compute_blob_kzg_proofs(blobs.into(), commitments),
        Err(first_blob)
    );
}
