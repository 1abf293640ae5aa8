//! Blobs, commitments and proofs for the properties.

use crate::malformed::G1_GENERATOR;
use crate::reference::Reference;
use crate::seeded::Seeded;
use kzg_traits::algebra::Fr;
use kzg_traits::bytes::{
    BYTES_PER_FIELD_ELEMENT, Blob, Bytes32, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof,
};
use kzg_traits::domain::Domain;
use kzg_traits::settings::KzgSettings;

/// The neutral element of G1.
pub(super) const INFINITY: [u8; 48] = {
    let mut bytes = [0; 48];
    bytes[0] = 0xc0;
    bytes
};
/// The generator, which is the commitment to the constant one.
pub(super) const GENERATOR: [u8; 48] = G1_GENERATOR;
/// The negative of the generator.
pub(super) const MINUS_GENERATOR: [u8; 48] = negative(GENERATOR);

/// The negative of a point: the other point with the same x coordinate.
pub(super) const fn negative(mut point: [u8; 48]) -> [u8; 48] {
    point[0] ^= 0x20;
    point
}

/// A field element's canonical bytes.
pub(super) fn bytes(element: Reference) -> Bytes32 {
    Bytes32(element.to_bytes())
}

/// The blob of the polynomial that is `element` everywhere.
pub(super) fn constant(element: Reference) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    for slot in blob.0.chunks_exact_mut(BYTES_PER_FIELD_ELEMENT) {
        slot.copy_from_slice(&element.to_bytes());
    }
    blob
}

/// The blob of a polynomial given by its coefficients, the constant one first.
pub(super) fn polynomial(domain: &Domain<Reference>, coefficients: &[Reference]) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    let slots = blob.0.chunks_exact_mut(BYTES_PER_FIELD_ELEMENT);
    for (slot, root) in slots.zip(domain.roots(FIELD_ELEMENTS_PER_BLOB)) {
        slot.copy_from_slice(&horner(coefficients, *root).to_bytes());
    }
    blob
}

/// A polynomial's value.
pub(super) fn horner(coefficients: &[Reference], z: Reference) -> Reference {
    coefficients
        .iter()
        .rev()
        .fold(Reference::ZERO, |sum, &c| sum * z + c)
}

/// Blobs with their commitments and proofs.
#[derive(Clone, Debug)]
pub(super) struct Proven {
    pub(super) blobs: Vec<Box<Blob>>,
    pub(super) commitments: Vec<KzgCommitment>,
    pub(super) proofs: Vec<KzgProof>,
}

impl Proven {
    /// `n` different blobs, committed to and proven one by one.
    pub(super) fn new(settings: &dyn KzgSettings, seed: u64, n: usize) -> Self {
        let mut seeded = Seeded::new(seed);
        let blobs: Vec<_> = (0..n).map(|_| seeded.blob()).collect();
        let commitments: Vec<_> = blobs
            .iter()
            .map(|blob| settings.blob_to_kzg_commitment(blob).expect("well formed"))
            .collect();
        let proofs = blobs
            .iter()
            .zip(&commitments)
            .map(|(blob, commitment)| {
                settings
                    .compute_blob_kzg_proof(blob, commitment)
                    .expect("well formed")
            })
            .collect();
        Self {
            blobs,
            commitments,
            proofs,
        }
    }

    /// The first blob with its commitment and proof.
    pub(super) fn first(&self) -> (&Blob, KzgCommitment, KzgProof) {
        (&self.blobs[0], self.commitments[0], self.proofs[0])
    }
}
