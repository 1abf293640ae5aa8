//! A block's worth of blobs: commitments, proofs, one bad blob, verification.
//!
//! `cargo run --release -p kzg-advanced --example batch`

use std::error::Error;

use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use kzg_advanced::{
    BackendChoice, BatchProcessor, Blob, CancellationToken, Collect, SettingsOptions, TrustedSetup,
    load,
};

fn main() -> Result<(), Box<dyn Error>> {
    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    // Another thread may stop the batch with a clone of this.
    let token = CancellationToken::new();
    let batch = BatchProcessor::new(settings)
        .with_workers(0)?
        .with_cancellation(token)
        .with_progress(|progress| eprintln!("{} of {}", progress.done, progress.total));

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

    // One blob is somebody else's, another is no blob at all.
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
