//! A file of blobs, mapped into memory and read where it lies.
//!
//! `cargo run --release -p kzg-advanced --example mapped_file`

use std::error::Error;
use std::fs::File;

use kzg_advanced::{
    BackendChoice, BatchProcessor, Blob, SettingsOptions, StreamProcessor, TrustedSetup,
    ZeroCopyView, load,
};
use memmap2::Mmap;

fn main() -> Result<(), Box<dyn Error>> {
    let path = tempfile::NamedTempFile::new()?.into_temp_path();
    std::fs::write(&path, vec![0; 3 * Blob::LENGTH])?;
    let file = File::open(&path)?;
    // SAFETY: nobody else knows this file, so that its bytes stay as they are. Of any other file
    // that has to be seen to: where somebody cuts a mapped file short, reading it kills the
    // process by SIGBUS, and where somebody writes to it, bytes change under a shared reference,
    // which is undefined behaviour.
    let mapping = unsafe { Mmap::map(&file)? };

    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    let view = ZeroCopyView::<Blob, _>::new(&mapping)?;
    let batch = BatchProcessor::new(settings.clone());
    let last_two = view.subview(1, 2).ok_or("three blobs were written")?;
    println!("{:?}", batch.batch_commitments(last_two.as_slice())?);

    // Or all of it, in order, with a bounded number of results at once.
    let stream = StreamProcessor::new(settings).with_workers(2)?;
    for commitment in stream.stream_commitments(stream.blobs_from_bytes(mapping)?) {
        println!("{}", commitment?);
    }
    Ok(())
}
