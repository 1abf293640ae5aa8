//! The operations of EIP-4844 that compute: commitments, proofs of a value and proofs of a blob.

use arbitrary::{Result, Unstructured};
use kzg_traits::{Bytes32, KzgCommitment, KzgProof};

use crate::implementations::{c_kzg, compare, rust_eth_kzg};
use crate::inputs;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let z = Bytes32(inputs::element(u)?);
    let other = KzgCommitment(inputs::point(u)?);
    let own: bool = u.ratio(3, 4)?;
    let blob = inputs::blob(u)?;
    let for_c = Box::new(c_kzg::Blob::new(blob.0));

    let commitment = compare(
        |kzg| kzg.blob_to_kzg_commitment(&blob),
        [
            (
                "c-kzg",
                c_kzg()
                    .blob_to_kzg_commitment(&for_c)
                    .ok()
                    .map(|c| KzgCommitment(*c.to_bytes())),
            ),
            (
                "rust_eth_kzg",
                rust_eth_kzg()
                    .blob_to_kzg_commitment(&blob.0)
                    .ok()
                    .map(KzgCommitment),
            ),
        ],
    );
    compare(
        |kzg| kzg.compute_kzg_proof(&blob, &z),
        [
            (
                "c-kzg",
                c_kzg()
                    .compute_kzg_proof(&for_c, &c_kzg::Bytes32::new(z.0))
                    .ok()
                    .map(|(proof, y)| (KzgProof(*proof.to_bytes()), Bytes32(*y))),
            ),
            (
                "rust_eth_kzg",
                rust_eth_kzg()
                    .compute_kzg_proof(&blob.0, z.0)
                    .ok()
                    .map(|(proof, y)| (KzgProof(proof), Bytes32(y))),
            ),
        ],
    );
    // The proof depends on the commitment that is given, even if it is another one's.
    let given = commitment.filter(|_| own).unwrap_or(other);
    compare(
        |kzg| kzg.compute_blob_kzg_proof(&blob, &given),
        [
            (
                "c-kzg",
                c_kzg()
                    .compute_blob_kzg_proof(&for_c, &c_kzg::Bytes48::new(given.0))
                    .ok()
                    .map(|proof| KzgProof(*proof.to_bytes())),
            ),
            (
                "rust_eth_kzg",
                rust_eth_kzg()
                    .compute_blob_kzg_proof(&blob.0, &given.0)
                    .ok()
                    .map(KzgProof),
            ),
        ],
    );
    let challenge = compare(|kzg| kzg.compute_challenge(&blob, &given), []);
    assert!(challenge.is_some(), "a challenge is a hash of any bytes");
    Ok(())
}
