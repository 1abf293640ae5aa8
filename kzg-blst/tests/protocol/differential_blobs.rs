//! EIP-4844 compared with c-kzg, byte for byte: all six operations on random, edge and malformed inputs.
//! Both libraries must refuse the same inputs.

use std::sync::{Arc, LazyLock};

use kzg_testing::Seeded;
use kzg_traits::error::Result;
use kzg_traits::{Blob, Bytes32, ErrorKind, KzgCommitment, KzgProof, KzgSettings};
use proptest::collection::vec;
use proptest::prelude::*;

static OURS: LazyLock<Arc<dyn KzgSettings>> = LazyLock::new(crate::mainnet);

fn peer() -> &'static c_kzg::KzgSettings {
    c_kzg::ethereum_kzg_settings(0)
}

/// Returns the result, if any. An error must have the kind `Input`.
fn ours<T>(result: Result<T>) -> Option<T> {
    result
        .inspect_err(|error| assert_eq!(error.kind(), ErrorKind::Input, "{error}"))
        .ok()
}

fn theirs<T>(result: core::result::Result<T, c_kzg::Error>) -> Option<T> {
    result.ok()
}

fn their_blob(blob: &Blob) -> c_kzg::Blob {
    c_kzg::Blob::from_bytes(blob.as_slice()).expect("131072 bytes")
}

fn hex<const N: usize>(digits: &str) -> [u8; N] {
    hex::decode_to_array(digits).expect("hexadecimal")
}

/// Field elements at and near the edges, and arbitrary bytes.
fn field_element() -> impl Strategy<Value = [u8; 32]> {
    let order = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
    let order: [u8; 32] = hex(order);
    let near_order = (-2_i8..3).prop_map(move |offset| {
        let mut bytes = order;
        // ..00000001 minus two borrows from the digits before it.
        if offset < -1 {
            bytes[27] -= 1;
            bytes[28..].fill(0xff);
        } else {
            bytes[31] = bytes[31].wrapping_add_signed(offset);
        }
        bytes
    });
    prop_oneof![
        2 => prop_oneof![Just([0; 32]), Just([0xff; 32])],
        2 => (0_u8..4).prop_map(|n| { let mut bytes = [0; 32]; bytes[31] = n; bytes }),
        2 => near_order,
        6 => canonical(),
        1 => any::<[u8; 32]>(),
    ]
}

fn canonical() -> impl Strategy<Value = [u8; 32]> {
    any::<u64>().prop_map(|seed| Seeded::new(seed).field_element().0)
}

fn filled(element: [u8; 32]) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0.as_chunks_mut().0.fill(element);
    blob
}

/// Blobs of random or of equal elements, of which a few are replaced. About one in three is malformed.
fn blob() -> impl Strategy<Value = Box<Blob>> {
    let start = prop_oneof![
        2 => any::<u64>().prop_map(|seed| Seeded::new(seed).blob()),
        1 => canonical().prop_map(filled),
        1 => Just(Blob::zeroed_on_heap()),
    ];
    let replaced = vec((0..4096_usize, field_element()), 0..3);
    (start, replaced).prop_map(|(mut blob, replaced)| {
        for (index, element) in replaced {
            blob.0.as_chunks_mut().0[index] = element;
        }
        blob
    })
}

/// Points of the group, malformed points, and points with one or two flipped bits.
fn point() -> impl Strategy<Value = [u8; 48]> {
    // The commitment to a constant is the multiple of the generator by it.
    let valid = (0..16_u64).prop_map(|n| {
        static KNOWN: LazyLock<Vec<[u8; 48]>> = LazyLock::new(|| {
            let constants = (0..16).map(|n| filled(Seeded::new(n).field_element().0));
            constants
                .map(|blob| OURS.blob_to_kzg_commitment(&blob).expect("canonical").0)
                .collect()
        });
        KNOWN[n as usize]
    });
    let valid = valid.boxed();
    let flags = (any::<[u8; 48]>(), 0..8_u8).prop_map(|(mut bytes, flags)| {
        bytes[0] = (bytes[0] % 0x1a) | (flags << 5);
        bytes
    });
    let flipped = (valid.clone(), vec(0..384_usize, 1..3)).prop_map(|(mut bytes, bits)| {
        for bit in bits {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        bytes
    });
    let mut infinity = [0; 48];
    infinity[0] = 0xc0;
    prop_oneof![4 => valid, 1 => Just(infinity), 2 => flags, 2 => flipped, 1 => Just([0; 48])]
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        // The failing input is in the message. Nothing is written beside the tests.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn blob_to_kzg_commitment(blob: &Blob) -> Option<KzgCommitment> {
    let commitment = ours(OURS.blob_to_kzg_commitment(blob));
    let expected = theirs(peer().blob_to_kzg_commitment(&their_blob(blob)));
    assert_eq!(commitment.map(|c| c.0), expected.map(|c| *c.to_bytes()));
    commitment
}

fn compute_kzg_proof(blob: &Blob, z: [u8; 32]) -> Option<(KzgProof, Bytes32)> {
    let proven = ours(OURS.compute_kzg_proof(blob, &Bytes32(z)));
    let expected = theirs(peer().compute_kzg_proof(&their_blob(blob), &z.into()));
    assert_eq!(
        proven.map(|(proof, y)| (proof.0, y.0)),
        expected.map(|(proof, y)| (*proof.to_bytes(), *y))
    );
    proven
}

fn compute_blob_kzg_proof(blob: &Blob, commitment: [u8; 48]) -> Option<KzgProof> {
    let proof = ours(OURS.compute_blob_kzg_proof(blob, &KzgCommitment(commitment)));
    let expected = theirs(peer().compute_blob_kzg_proof(&their_blob(blob), &commitment.into()));
    assert_eq!(proof.map(|p| p.0), expected.map(|p| *p.to_bytes()));
    proof
}

fn verify_kzg_proof(c: [u8; 48], z: [u8; 32], y: [u8; 32], proof: [u8; 48]) -> Option<bool> {
    let (commitment, kzg_proof) = (KzgCommitment(c), KzgProof(proof));
    let verdict = ours(OURS.verify_kzg_proof(&commitment, &Bytes32(z), &Bytes32(y), &kzg_proof));
    let expected = theirs(peer().verify_kzg_proof(&c.into(), &z.into(), &y.into(), &proof.into()));
    assert_eq!(verdict, expected);
    verdict
}

fn verify_blob_kzg_proof(blob: &Blob, c: [u8; 48], proof: [u8; 48]) -> Option<bool> {
    let (commitment, kzg_proof) = (KzgCommitment(c), KzgProof(proof));
    let verdict = ours(OURS.verify_blob_kzg_proof(blob, &commitment, &kzg_proof));
    let expected =
        theirs(peer().verify_blob_kzg_proof(&their_blob(blob), &c.into(), &proof.into()));
    assert_eq!(verdict, expected);
    verdict
}

fn verify_blob_kzg_proof_batch(
    blobs: &[Box<Blob>],
    commitments: &[KzgCommitment],
    proofs: &[KzgProof],
) -> Option<bool> {
    let verdict = ours(OURS.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs));
    let their_blobs: Vec<_> = blobs.iter().map(|blob| their_blob(blob)).collect();
    let their_commitments: Vec<_> = commitments.iter().map(|c| c.0.into()).collect();
    let their_proofs: Vec<_> = proofs.iter().map(|p| p.0.into()).collect();
    let expected =
        theirs(peer().verify_blob_kzg_proof_batch(&their_blobs, &their_commitments, &their_proofs));
    assert_eq!(verdict, expected);
    verdict
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn commitments_equal_those_of_c_kzg(blob in blob()) {
        blob_to_kzg_commitment(&blob);
    }

    #[test]
    fn proofs_at_a_point_equal_those_of_c_kzg(blob in blob(), z in field_element()) {
        if let Some((proof, y)) = compute_kzg_proof(&blob, z) {
            let commitment = blob_to_kzg_commitment(&blob).expect("canonical").0;
            prop_assert_eq!(verify_kzg_proof(commitment, z, y.0, proof.0), Some(true));
        }
    }

    #[test]
    fn proofs_at_the_challenge_equal_those_of_c_kzg(blob in blob(), other in point()) {
        compute_blob_kzg_proof(&blob, other);
        if let Some(commitment) = blob_to_kzg_commitment(&blob) {
            let proof = compute_blob_kzg_proof(&blob, commitment.0).expect("well formed").0;
            prop_assert_eq!(verify_blob_kzg_proof(&blob, commitment.0, proof), Some(true));
            verify_blob_kzg_proof(&blob, other, proof);
            verify_blob_kzg_proof(&blob, commitment.0, other);
        }
    }

    #[test]
    fn verdicts_on_batches_equal_those_of_c_kzg(
        seed in any::<u64>(),
        n in 0..5_usize,
        replaced in vec((0..3_u8, 0..5_usize, blob(), point()), 0..2),
        (fewer_commitments, fewer_proofs) in (0..8_usize, 0..8_usize),
    ) {
        let mut seeded = Seeded::new(seed);
        let mut blobs: Vec<Box<Blob>> = (0..n).map(|_| seeded.blob()).collect();
        let mut commitments = OURS.blobs_to_kzg_commitments((&blobs).into()).expect("canonical");
        let mut proofs = OURS
            .compute_blob_kzg_proofs((&blobs).into(), &commitments)
            .expect("canonical");
        let right = verify_blob_kzg_proof_batch(&blobs, &commitments, &proofs);
        prop_assert_eq!(right, Some(true));
        for (list, index, blob, point) in replaced.into_iter().filter(|(_, index, ..)| *index < n) {
            match list {
                0 => blobs[index] = blob,
                1 => commitments[index].0 = point,
                _ => proofs[index].0 = point,
            }
        }
        verify_blob_kzg_proof_batch(&blobs, &commitments, &proofs);
        // In some cases a list is too short.
        commitments.truncate(n.saturating_sub(fewer_commitments.saturating_sub(6)));
        proofs.truncate(n.saturating_sub(fewer_proofs.saturating_sub(6)));
        verify_blob_kzg_proof_batch(&blobs, &commitments, &proofs);
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn verdicts_equal_those_of_c_kzg(
        (commitment, proof) in (point(), point()),
        (z, y) in (field_element(), field_element()),
    ) {
        verify_kzg_proof(commitment, z, y, proof);
    }
}

/// Points at the edges of valid encodings, as a commitment and as a proof.
#[test]
fn points_outside_the_group() {
    let mut infinity = [0; 48];
    infinity[0] = 0xc0;
    let (zero, blob) = ([0; 32], Blob::zeroed_on_heap());
    assert_eq!(verify_kzg_proof(infinity, zero, zero, infinity), Some(true));
    let modulus = "9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    let of_order_11 = "b9b3e2c8c6bbf59d3c326b531fc1e639d29200c28624ac604f251a12908c9b7f735318617f625954cc71cdf03229b1ef";
    let mut malformed: Vec<[u8; 48]> = vec![hex(modulus), hex(of_order_11), [0xff; 48]];
    for first in [0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xe0] {
        let mut bytes = [0; 48];
        bytes[0] = first;
        malformed.push(bytes);
        bytes[47] = 4;
        malformed.push(bytes);
    }
    for point in malformed {
        assert_eq!(verify_kzg_proof(point, zero, zero, infinity), None);
        assert_eq!(verify_kzg_proof(infinity, zero, zero, point), None);
        assert_eq!(compute_blob_kzg_proof(&blob, point), None);
        assert_eq!(verify_blob_kzg_proof(&blob, point, infinity), None);
        assert_eq!(verify_blob_kzg_proof(&blob, infinity, point), None);
    }
}

/// Constant blobs, at points for which evaluation takes a special path.
#[test]
fn results_at_edges_equal_those_of_c_kzg() {
    let minus_one = hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000");
    // A primitive root of unity of order 8192, outside the domain, and one of order 4.
    let order_8192 = hex("485d512737b1da3d2ccddea2972e89ed146b58bc434906ac6fdd00bfc78c8967");
    let order_4 = hex("00000000000000008d51ccce760304d0ec030002760300000001000000000000");
    let mut one = [0; 32];
    one[31] = 1;
    for element in [[0; 32], one, minus_one] {
        let mut blob = filled(element);
        for last in [element, one] {
            blob.0.as_chunks_mut().0[4095] = last;
            let commitment = blob_to_kzg_commitment(&blob).expect("canonical").0;
            for z in [[0; 32], one, minus_one, order_4, order_8192] {
                let (proof, y) = compute_kzg_proof(&blob, z).expect("canonical");
                assert_eq!(verify_kzg_proof(commitment, z, y.0, proof.0), Some(true));
            }
        }
    }
}
