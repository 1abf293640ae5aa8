//! The point evaluation precompile, and the sidecars of blob transactions.

use crate::seeded::Seeded;
use kzg_traits::bytes::{Bytes32, CELLS_PER_EXT_BLOB, KzgCommitment, KzgProof};
use kzg_traits::error::{Error, ErrorKind, Item, PointError};
use kzg_traits::execution::{
    PointEvaluationError, Sidecar, SidecarError, SidecarProofsRef, kzg_to_versioned_hash,
};
use kzg_traits::settings::KzgSettings;

use super::inputs::{GENERATOR, INFINITY, Proven};

/// The output of the precompile: 4096 and the group order.
const OUTPUT: &str = concat!(
    "0000000000000000000000000000000000000000000000000000000000001000",
    "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001",
);

/// The precompile's input for an opening.
pub(super) fn precompile_input(
    commitment: &KzgCommitment,
    z: &Bytes32,
    y: &Bytes32,
    proof: &KzgProof,
) -> [u8; 192] {
    let hash = kzg_to_versioned_hash(commitment);
    let parts = [&hash.0[..], &z.0, &y.0, &commitment.0, &proof.0].concat();
    parts.try_into().expect("192 bytes")
}

/// The precompile's output, and each of its errors.
pub(super) fn point_evaluation(settings: &dyn KzgSettings) {
    let mut seeded = Seeded::new(101);
    let (blob, z) = (seeded.blob(), seeded.field_element());
    let commitment = settings.blob_to_kzg_commitment(&blob).expect("well formed");
    let (proof, y) = settings.compute_kzg_proof(&blob, &z).expect("well formed");
    let right = precompile_input(&commitment, &z, &y, &proof);
    let output = settings.point_evaluation(&right).expect("a right opening");
    assert_eq!(hex::encode(output), OUTPUT);

    let other = kzg_to_versioned_hash(&KzgCommitment(INFINITY));
    assert_eq!(
        other.to_string(),
        "0x010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014"
    );
    let mut wrong = right;
    wrong[..32].copy_from_slice(&other.0);
    // The hash is checked before anything is decoded.
    wrong[32..64].fill(0xff);
    let refused = settings.point_evaluation(&wrong);
    assert_eq!(refused, Err(PointEvaluationError::VersionedHash));
    let mut wrong = right;
    wrong[0] = 2;
    let refused = settings.point_evaluation(&wrong);
    assert_eq!(refused, Err(PointEvaluationError::VersionedHash));

    let refused =
        settings.point_evaluation(&precompile_input(&commitment, &z, &y, &KzgProof(GENERATOR)));
    assert_eq!(refused, Err(PointEvaluationError::Proof));
    for (item, input) in [
        (
            Item::Z,
            precompile_input(&commitment, &Bytes32([0xff; 32]), &y, &proof),
        ),
        (
            Item::Y,
            precompile_input(&commitment, &z, &Bytes32([0xff; 32]), &proof),
        ),
    ] {
        let error = Error::FieldElement {
            item,
            index: 0,
            element: 0,
        };
        let refused = settings.point_evaluation(&input).expect_err("malformed");
        assert_eq!(refused.kind(), ErrorKind::Input);
        assert_eq!(refused, error.into());
    }
    let not_a_point = KzgCommitment([0; 48]);
    let refused = settings.point_evaluation(&precompile_input(&not_a_point, &z, &y, &proof));
    let error = Error::Point {
        item: Item::Commitment,
        index: 0,
        reason: PointError::Encoding,
    };
    assert_eq!(refused, Err(error.into()));
}

/// Sidecars of both versions, and what can be wrong with them.
pub(super) fn sidecars(settings: &dyn KzgSettings) {
    const N: usize = 2;
    let Proven {
        blobs,
        commitments,
        proofs,
    } = Proven::new(settings, 102, N);
    let (_, cell_proofs) = settings
        .compute_many_cells_and_kzg_proofs((&blobs).into())
        .expect("well formed");
    let hashes: Vec<Bytes32> = commitments.iter().map(kzg_to_versioned_hash).collect();
    let versions = [
        SidecarProofsRef::Blobs(&proofs),
        SidecarProofsRef::Cells(&cell_proofs),
    ];
    for proofs in versions {
        let sidecar = Sidecar {
            blobs: (&blobs).into(),
            commitments: &commitments,
            proofs,
        };
        assert_eq!(sidecar.validate(settings, &hashes), Ok(()));
        assert_eq!(
            sidecar.validate(settings, &hashes[..1]),
            Err(SidecarError::HashCount {
                expected: N,
                actual: 1
            })
        );
        let swapped = [hashes[0], hashes[0]];
        assert_eq!(
            sidecar.validate(settings, &swapped),
            Err(SidecarError::VersionedHash { index: 1 })
        );
        let fewer = Sidecar {
            commitments: &commitments[..1],
            ..sidecar
        };
        let count = Error::Count {
            item: Item::Commitment,
            expected: N,
            actual: 1,
        };
        assert_eq!(fewer.validate(settings, &hashes), Err(count.into()));
        // The blobs of other sidecars.
        let exchanged = [&*blobs[1], &*blobs[0]];
        let exchanged = Sidecar {
            blobs: exchanged.as_slice().into(),
            ..sidecar
        };
        let refused = exchanged.validate(settings, &hashes).expect_err("false");
        assert_eq!(refused.kind(), ErrorKind::Input);
        let mut malformed = blobs.clone();
        malformed[1].0[..32].fill(0xff);
        let malformed = Sidecar {
            blobs: (&malformed).into(),
            ..sidecar
        };
        let error = Error::FieldElement {
            item: Item::Blob,
            index: 1,
            element: 0,
        };
        assert_eq!(malformed.validate(settings, &hashes), Err(error.into()));
    }

    let sidecar = |proofs| Sidecar {
        blobs: (&blobs).into(),
        commitments: &commitments,
        proofs,
    };
    let wrong = [proofs[0], KzgProof(INFINITY)];
    assert_eq!(
        sidecar(SidecarProofsRef::Blobs(&wrong)).validate(settings, &hashes),
        Err(SidecarError::BlobProof { index: 1 })
    );
    let count = |expected, actual| Error::Count {
        item: Item::Proof,
        expected,
        actual,
    };
    assert_eq!(
        sidecar(SidecarProofsRef::Blobs(&cell_proofs)).validate(settings, &hashes),
        Err(count(N, N * CELLS_PER_EXT_BLOB).into())
    );
    assert_eq!(
        sidecar(SidecarProofsRef::Cells(&proofs)).validate(settings, &hashes),
        Err(count(N * CELLS_PER_EXT_BLOB, N).into())
    );
    let mut wrong = cell_proofs.clone();
    wrong.swap(CELLS_PER_EXT_BLOB + 9, CELLS_PER_EXT_BLOB + 70);
    assert_eq!(
        sidecar(SidecarProofsRef::Cells(&wrong)).validate(settings, &hashes),
        Err(SidecarError::CellProof { blob: 1, cell: 9 })
    );
    // A wrong item is reported before a malformed blob that follows it.
    let mut malformed = blobs.clone();
    malformed[1].0[..32].fill(0xff);
    let malformed = |commitments, proofs| Sidecar {
        blobs: (&malformed).into(),
        commitments,
        proofs: SidecarProofsRef::Cells(proofs),
    };
    let mut wrong = cell_proofs.clone();
    wrong.swap(9, 70);
    assert_eq!(
        malformed(&commitments, &wrong).validate(settings, &hashes),
        Err(SidecarError::CellProof { blob: 0, cell: 9 })
    );
    let not_a_point = [KzgCommitment([0; 48]), commitments[1]];
    let error = Error::Point {
        item: Item::Commitment,
        index: 0,
        reason: PointError::Encoding,
    };
    let of_not_a_point = not_a_point.each_ref().map(kzg_to_versioned_hash);
    assert_eq!(
        malformed(&not_a_point, &cell_proofs).validate(settings, &of_not_a_point),
        Err(error.into())
    );
    let none = Sidecar {
        blobs: (&blobs[..0]).into(),
        commitments: &[],
        proofs: SidecarProofsRef::Cells(&[]),
    };
    assert_eq!(none.validate(settings, &[]), Ok(()));
}
