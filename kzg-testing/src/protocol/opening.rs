//! `compute_kzg_proof` and `verify_kzg_proof`, with independently known values.

use crate::reference::Reference;
use crate::seeded::Seeded;
use kzg_traits::algebra::Fr;
use kzg_traits::bytes::{Bytes32, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof};
use kzg_traits::domain::Domain;
use kzg_traits::settings::KzgSettings;

use super::inputs::{
    GENERATOR, INFINITY, MINUS_GENERATOR, Proven, bytes, constant, horner, negative, polynomial,
};

/// Points to open at: 0, 1 and -1 (both in the domain), other roots of unity, arbitrary points.
fn points(domain: &Domain<Reference>) -> Vec<Reference> {
    let roots = domain.roots(FIELD_ELEMENTS_PER_BLOB);
    let mut seeded = Seeded::new(10);
    vec![
        Reference::ZERO,
        Reference::ONE,
        -Reference::ONE,
        Reference::from_u64(2),
        roots[2],
        roots[4095],
        seeded.fr(),
    ]
}

/// A constant's commitment is that multiple of the generator, and its proof is infinity.
pub(super) fn constant_polynomials(settings: &dyn KzgSettings) {
    let points = points(&Domain::new());
    for (value, commitment) in [
        (Reference::ZERO, INFINITY),
        (Reference::ONE, GENERATOR),
        (-Reference::ONE, MINUS_GENERATOR),
    ] {
        let blob = constant(value);
        let (y, commitment) = (bytes(value), KzgCommitment(commitment));
        let infinity = KzgProof(INFINITY);
        assert_eq!(settings.blob_to_kzg_commitment(&blob), Ok(commitment));
        assert_eq!(
            settings.compute_blob_kzg_proof(&blob, &commitment),
            Ok(infinity)
        );
        assert_eq!(
            settings.verify_blob_kzg_proof(&blob, &commitment, &infinity),
            Ok(true)
        );
        assert_eq!(
            settings.verify_blob_kzg_proof(&blob, &commitment, &KzgProof(GENERATOR)),
            Ok(false)
        );
        for &z in &points {
            let verify = |y: Bytes32, proof: [u8; 48]| {
                settings.verify_kzg_proof(&commitment, &bytes(z), &y, &KzgProof(proof))
            };
            let proven = settings.compute_kzg_proof(&blob, &bytes(z));
            assert_eq!(proven, Ok((infinity, y)), "at {z:?}");
            assert_eq!(verify(y, INFINITY), Ok(true), "at {z:?}");
            let other = bytes(value + Reference::ONE);
            assert_eq!(verify(other, INFINITY), Ok(false), "at {z:?}");
            assert_eq!(verify(y, GENERATOR), Ok(false), "at {z:?}");
        }
    }
}

/// The proof of `X` is the generator, the proof of `X²` at 0 is the commitment to `X`, and values
/// are those of the polynomial with the given coefficients.
pub(super) fn low_degrees(settings: &dyn KzgSettings) {
    let domain = Domain::new();
    let mut seeded = Seeded::new(11);
    let (zero, one) = (Reference::ZERO, Reference::ONE);
    let x = polynomial(&domain, &[zero, one]);
    let x_squared = polynomial(&domain, &[zero, zero, one]);
    let coefficients: Vec<Reference> = (0..5).map(|_| seeded.fr()).collect();
    let dense = polynomial(&domain, &coefficients);
    let x_commitment = settings.blob_to_kzg_commitment(&x).expect("well formed");
    let dense_commitment = settings
        .blob_to_kzg_commitment(&dense)
        .expect("well formed");
    for z in points(&domain) {
        let proven = settings.compute_kzg_proof(&x, &bytes(z));
        assert_eq!(proven, Ok((KzgProof(GENERATOR), bytes(z))), "at {z:?}");

        let (proof, y) = settings
            .compute_kzg_proof(&dense, &bytes(z))
            .expect("well formed");
        assert_eq!(y, bytes(horner(&coefficients, z)), "at {z:?}");
        let verdict = settings.verify_kzg_proof(&dense_commitment, &bytes(z), &y, &proof);
        assert_eq!(verdict, Ok(true), "at {z:?}");
    }
    assert_eq!(
        settings.compute_kzg_proof(&x_squared, &bytes(zero)),
        Ok((KzgProof(x_commitment.0), bytes(zero)))
    );
}

/// At a root of unity the value is the blob's field element.
pub(super) fn domain_points(settings: &dyn KzgSettings) {
    let domain = Domain::<Reference>::new();
    let proven = Proven::new(settings, 12, 1);
    let (blob, commitment, _) = proven.first();
    for index in [0, 1, 2, 1000, 4095] {
        let z = bytes(domain.roots(FIELD_ELEMENTS_PER_BLOB)[index]);
        let (proof, y) = settings.compute_kzg_proof(blob, &z).expect("well formed");
        assert_eq!(y.0, blob.field_elements()[index], "element {index}");
        let verdict = settings.verify_kzg_proof(&commitment, &z, &y, &proof);
        assert_eq!(verdict, Ok(true), "element {index}");
        let other = Bytes32(blob.field_elements()[(index + 1) % FIELD_ELEMENTS_PER_BLOB]);
        let verdict = settings.verify_kzg_proof(&commitment, &z, &other, &proof);
        assert_eq!(verdict, Ok(false), "element {index}");
    }
}

/// A proof verifies, and changed points, values, commitments and proofs do not.
pub(super) fn round_trips(settings: &dyn KzgSettings) {
    let mut seeded = Seeded::new(13);
    let proven = Proven::new(settings, 13, 2);
    let (blob, commitment, blob_proof) = proven.first();
    for _ in 0..3 {
        let z = seeded.field_element();
        let (proof, y) = settings.compute_kzg_proof(blob, &z).expect("well formed");
        let verify = |c: &KzgCommitment, z: &Bytes32, y: &Bytes32, p: &KzgProof| {
            settings.verify_kzg_proof(c, z, y, p)
        };
        assert_eq!(verify(&commitment, &z, &y, &proof), Ok(true));
        let other = seeded.field_element();
        assert_eq!(verify(&commitment, &other, &y, &proof), Ok(false), "z");
        assert_eq!(verify(&commitment, &z, &other, &proof), Ok(false), "y");
        for wrong in [
            INFINITY,
            GENERATOR,
            negative(proof.0),
            commitment.0,
            blob_proof.0,
        ] {
            let verdict = verify(&commitment, &z, &y, &KzgProof(wrong));
            assert_eq!(verdict, Ok(false), "proof {wrong:02x?}");
        }
        let others = [INFINITY, GENERATOR, negative(commitment.0), proof.0];
        for wrong in others.into_iter().chain([proven.commitments[1].0]) {
            let verdict = verify(&KzgCommitment(wrong), &z, &y, &proof);
            assert_eq!(verdict, Ok(false), "commitment {wrong:02x?}");
        }
    }
}
