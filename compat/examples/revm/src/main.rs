//! revm with our point evaluation precompile, by `install_crypto` and without any patch.
//!
//! Without revm's feature `c-kzg`, c-kzg is not in the program at all.

use std::sync::Arc;

use kzg_backends::kzg_traits::{
    Bytes32, KzgCommitment, KzgProof, KzgSettings, kzg_to_versioned_hash,
};
use kzg_backends::{BackendChoice, SettingsOptions, mainnet};
use revm::precompile::kzg_point_evaluation::{GAS_COST, RETURN_VALUE, run};
use revm::precompile::{Crypto, PrecompileHalt, install_crypto};

#[derive(Debug)]
struct Kzg(Arc<dyn KzgSettings>);

impl Crypto for Kzg {
    fn verify_kzg_proof(
        &self,
        z: &[u8; 32],
        y: &[u8; 32],
        commitment: &[u8; 48],
        proof: &[u8; 48],
    ) -> Result<(), PrecompileHalt> {
        let (commitment, proof) = (KzgCommitment(*commitment), KzgProof(*proof));
        match self
            .0
            .verify_kzg_proof(&commitment, &Bytes32(*z), &Bytes32(*y), &proof)
        {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(PrecompileHalt::BlobVerifyKzgProofFailed),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = mainnet(BackendChoice::Auto, SettingsOptions::default())?;
    assert!(
        install_crypto(Kzg(Arc::clone(&settings))),
        "installed before anything else"
    );

    // The precompile's input: versioned hash, z, y, commitment, proof.
    let blob = kzg_backends::kzg_traits::Blob::zeroed_on_heap();
    let (commitment, z) = (settings.blob_to_kzg_commitment(&blob)?, Bytes32([1; 32]));
    let (proof, y) = settings.compute_kzg_proof(&blob, &z)?;
    let hash = kzg_to_versioned_hash(&commitment);
    let mut input = [hash.as_ref(), &z.0, &y.0, &commitment.0, &proof.0].concat();
    let output = run(&input, GAS_COST).map_err(|halt| format!("{halt:?}"))?;
    assert_eq!(output.bytes[..], RETURN_VALUE[..]);

    // Another value than the blob's at z.
    input[95] ^= 1;
    let halt = run(&input, GAS_COST).map(drop).expect_err("a wrong value");
    assert_eq!(halt, PrecompileHalt::BlobVerifyKzgProofFailed);
    println!("revm asks {}", settings.backend());
    Ok(())
}
