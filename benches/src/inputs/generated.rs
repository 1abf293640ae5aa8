//! The blobs of all inputs, and the values that are computed from them.

use std::cell::OnceCell;

use kzg_blst::{Blst, Fr};
use kzg_traits::bytes::FIELD_ELEMENTS_PER_BLOB;
use kzg_traits::domain::Domain;
use kzg_traits::{
    Blob, Bytes32, Cell, Fr as _, KzgCommitment, KzgProof, KzgSettings, Settings, SettingsOptions,
    TrustedSetup,
};
use sha2::{Digest, Sha256};

/// Seed of the random blobs. The value is arbitrary and never changes.
const SEED: u64 = 4844;

/// The blobs, and the values that are computed from them at their first use.
#[derive(Debug)]
pub(super) struct Generated {
    pub(super) settings: OnceCell<Settings<Blst>>,
    pub(super) blobs: Vec<Box<Blob>>,
    pub(super) z: Bytes32,
    pub(super) commitments: Vec<OnceCell<KzgCommitment>>,
    pub(super) proofs: Vec<OnceCell<KzgProof>>,
    pub(super) extensions: Vec<OnceCell<(Vec<Cell>, Vec<KzgProof>)>>,
    pub(super) setup_file: OnceCell<TrustedSetup>,
}

impl Generated {
    pub(super) fn settings(&self) -> &Settings<Blst> {
        self.settings.get_or_init(|| {
            Settings::load(&TrustedSetup::mainnet(), SettingsOptions::default())
                .expect("the embedded setup is valid")
        })
    }

    pub(super) fn commitment(&self, index: usize) -> KzgCommitment {
        *self.commitments[index].get_or_init(|| {
            let commitment = self.settings().blob_to_kzg_commitment(&self.blobs[index]);
            commitment.expect("the blob is canonical")
        })
    }

    pub(super) fn proof(&self, index: usize) -> KzgProof {
        *self.proofs[index].get_or_init(|| {
            let commitment = self.commitment(index);
            let proof = (self.settings()).compute_blob_kzg_proof(&self.blobs[index], &commitment);
            proof.expect("the blob is canonical")
        })
    }

    pub(super) fn extension(&self, index: usize) -> &(Vec<Cell>, Vec<KzgProof>) {
        self.extensions[index].get_or_init(|| {
            let extension = self
                .settings()
                .compute_cells_and_kzg_proofs(&self.blobs[index]);
            extension.expect("the blob is canonical")
        })
    }
}

/// The blob of the polynomial with the given coefficients of 1, X and X^64.
pub(super) fn polynomial(coefficients: [i8; 3]) -> Box<Blob> {
    let [constant, linear, cell] = coefficients.map(|k| {
        let magnitude = Fr::from_u64(k.unsigned_abs().into());
        if k < 0 { -magnitude } else { magnitude }
    });
    let mut blob = Blob::zeroed_on_heap();
    let slots = blob.0.as_chunks_mut().0.iter_mut();
    let domain = Domain::<Fr>::new();
    for (slot, x) in slots.zip(domain.roots(FIELD_ELEMENTS_PER_BLOB)) {
        *slot = (constant + linear * *x + cell * x.pow(64)).to_bytes();
    }
    blob
}

/// Returns a generator of pseudorandom field elements, from a chain of SHA-256 hashes.
///
/// Each element is canonical, because its first byte is below the first byte of the group order.
pub(super) fn random_field_elements() -> impl FnMut() -> [u8; 32] {
    let mut hash = Sha256::digest(SEED.to_be_bytes());
    move || {
        loop {
            hash = Sha256::digest(hash);
            let mut element: [u8; 32] = hash.into();
            element[0] &= 0x7f;
            if element[0] < 0x73 {
                return element;
            }
        }
    }
}
