//! Measures alloy's builder and revm's precompile over the crate that is named c-kzg, whichever it
//! is. Prints one line for each figure: its name, and nanoseconds of the fastest of many runs.

use std::hint::black_box;
use std::time::Instant;

use alloy_eips::eip4844::builder::{SidecarBuilder, SimpleCoder};
use c_kzg::{Blob, Bytes32, ethereum_kzg_settings};
use revm_precompile::kzg_point_evaluation::{GAS_COST, kzg_to_versioned_hash, run};

/// Bytes that fill six blobs of alloy's encoding.
const SIX_BLOBS: usize = 6 * 4095 * 31 - 31;
const ROUNDS: usize = 5;

fn main() {
    // A process does this once.
    figure("load", 1, || ethereum_kzg_settings(8));
    let settings = ethereum_kzg_settings(8);
    let blob = Blob::from_bytes(&noise(c_kzg::BYTES_PER_BLOB, 32)).expect("the length of a blob");
    figure("first commitment", 1, || {
        settings.blob_to_kzg_commitment(&blob)
    });
    figure("first cells and proofs", 1, || {
        settings.compute_cells_and_kzg_proofs(&blob)
    });

    let data = noise(SIX_BLOBS, usize::MAX);
    let builder = || SidecarBuilder::<SimpleCoder>::from_slice(&data);
    let sidecar = builder().build_4844().expect("six blobs");
    assert_eq!(sidecar.blobs.len(), 6);
    figure("build_4844, 6 blobs", ROUNDS, || builder().build_4844());
    figure("build_7594, 6 blobs", ROUNDS, || builder().build_7594());

    let commitment = settings
        .blob_to_kzg_commitment(&blob)
        .expect("canonical")
        .to_bytes();
    let z = Bytes32::new([2; 32]);
    let (proof, y) = settings.compute_kzg_proof(&blob, &z).expect("canonical");
    let hash = kzg_to_versioned_hash(&commitment[..]);
    let input = [&hash[..], &z[..], &y[..], &commitment[..], &proof[..]].concat();
    assert!(run(&input, GAS_COST).is_ok());
    figure("precompile", 20 * ROUNDS, || run(&input, GAS_COST));
}

/// Bytes as in a real blob: equal ones would give a constant polynomial, whose proofs are infinity
/// and take less time to verify. Every `zero`th byte is zero, so that field elements are canonical.
fn noise(length: usize, zero: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let byte = |index| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if index % zero == 0 { 0 } else { state as u8 }
    };
    (0..length).map(byte).collect()
}

/// Runs a job some times and prints the shortest time.
fn figure<T>(name: &str, rounds: usize, job: impl Fn() -> T) {
    let times = (0..rounds).map(|_| {
        let start = Instant::now();
        black_box(job());
        start.elapsed().as_nanos()
    });
    println!("{name}\t{}", times.min().expect("at least one round"));
}
