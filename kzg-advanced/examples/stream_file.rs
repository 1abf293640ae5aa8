//! A file larger than memory: commitments and proofs of its content, in blobs, as they come.
//!
//! `cargo run --release -p kzg-advanced --example stream_file [FILE]`

use std::env;
use std::error::Error;

use kzg_advanced::stream::BlobProof;
use kzg_advanced::{
    BackendChoice, Operation, SettingsOptions, StreamProcessor, TrustedSetup, load,
};

fn main() -> Result<(), Box<dyn Error>> {
    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    let stream = StreamProcessor::new(settings).with_workers(0)?;
    // Without an argument, this example itself.
    let path = env::args_os()
        .nth(1)
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/examples/stream_file.rs").into());

    for (number, result) in stream.stream_proofs(stream.encode_file(&path)?).enumerate() {
        // An item that fails says so in its place, and the stream goes on behind it.
        let BlobProof { commitment, proof } = result?;
        println!("{number}: {commitment} {proof}");
    }
    println!(
        "at most {} blobs in memory, {} at once in fact",
        stream.max_blobs_in_memory(Operation::ComputeBlobKzgProofs),
        stream.pool().statistics().high_water
    );

    // The same file through a function of one's own.
    let lengths = stream.process_file(&path, |chunk| Ok::<_, std::io::Error>(chunk.len()))?;
    println!("{} bytes", lengths.iter().sum::<usize>());
    Ok(())
}
