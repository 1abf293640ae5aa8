//! A file larger than memory: commitments and proofs of its content, encoded into blobs.
//!
//! `cargo run --release -p kzg-advanced --example stream_file [FILE]`

use std::env;
use std::error::Error;

use kzg_advanced::batch::thread_pool;
use kzg_advanced::stream::{BlobProof, StreamOptions};
use kzg_advanced::{
    BackendChoice, Operation, SettingsOptions, StreamProcessor, TrustedSetup, load,
};

fn main() -> Result<(), Box<dyn Error>> {
    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    let options = StreamOptions::default().with_threads(thread_pool(0, "stream")?);
    let stream = StreamProcessor::with_options(settings, options);
    // Without an argument, the file is this example.
    let path = env::args_os()
        .nth(1)
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/examples/stream_file.rs").into());

    for (number, result) in stream.stream_proofs(stream.encode_file(&path)?).enumerate() {
        // An error stands in the place of its item, and the stream continues after it.
        let BlobProof { commitment, proof } = result?;
        println!("{number}: {commitment} {proof}");
    }
    println!(
        "bound: {} blobs in memory; used: {}",
        stream.max_blobs_in_memory(Operation::ComputeBlobKzgProofs),
        stream.pool().statistics().high_water
    );

    // A function over the chunks of the same file.
    let lengths = stream.process_file(&path, |chunk| Ok::<_, std::io::Error>(chunk.len()))?;
    println!("{} bytes", lengths.iter().sum::<usize>());
    Ok(())
}
