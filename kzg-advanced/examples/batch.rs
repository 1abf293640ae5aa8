//! The blobs of a block: commitments, proofs, verification, and a malformed blob.
//!
//! `cargo run --release -p kzg-advanced --example batch`

use std::error::Error;

use kzg_advanced::batch::{BatchOptions, thread_pool};
use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use kzg_advanced::{
    BackendChoice, BatchProcessor, Blob, CancellationToken, Collect, SettingsOptions, TrustedSetup,
    load,
};

fn main() -> Result<(), Box<dyn Error>> {
    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    // Another thread may cancel the batch by a clone of this token.
    let token = CancellationToken::new();
    let options = BatchOptions::default()
        .with_threads(thread_pool(0, "batch")?)
        .with_cancellation(token)
        .with_progress(|progress| eprintln!("{} of {}", progress.done, progress.total));
    let batch = BatchProcessor::with_options(settings, options);

    let mut blobs: Vec<Box<Blob>> = Vec::new();
    for number in 0..6 {
        let mut blob = Blob::zeroed_on_heap();
        SimpleCoder.encode(format!("item {number}").as_bytes(), &mut blob)?;
        blobs.push(blob);
    }
    let commitments = batch.batch_commitments(&blobs)?;
    let proofs = batch.batch_proofs(&blobs, &commitments)?;
    println!(
        "all match: {}",
        batch.batch_verify(&blobs, &commitments, &proofs)?
    );

    // Two blobs are exchanged, and a third is malformed.
    blobs.swap(0, 1);
    blobs[3].0[0] = 0xff;
    let collecting = batch.on_error(Collect);
    let verdicts = collecting.batch_verify_each(&blobs, &commitments, &proofs)?;
    for (index, verdict) in verdicts.iter().enumerate() {
        match verdict {
            Ok(holds) => println!("blob {index}: {holds}"),
            Err(error) => println!("blob {index}: {error}"),
        }
    }
    Ok(())
}
