//! A file of blobs that is mapped into memory and read without copying.
//!
//! `cargo run --release -p kzg-advanced --example mapped_file`

use std::error::Error;
use std::fs::File;

use kzg_advanced::batch::thread_pool;
use kzg_advanced::stream::StreamOptions;
use kzg_advanced::{
    BackendChoice, BatchProcessor, Blob, SettingsOptions, StreamProcessor, TrustedSetup,
    ZeroCopyView, load,
};
use memmap2::Mmap;

fn main() -> Result<(), Box<dyn Error>> {
    let path = tempfile::NamedTempFile::new()?.into_temp_path();
    std::fs::write(&path, vec![0; 3 * Blob::LENGTH])?;
    let file = File::open(&path)?;
    // SAFETY: only this process knows the new temporary file, and nothing writes to it while it is
    // mapped. For any other file the program must ensure the same: reading a mapped file that
    // another process has truncated ends this process by SIGBUS, and a write to the file changes
    // bytes behind a shared reference, which is undefined behaviour.
    let mapping = unsafe { Mmap::map(&file)? };

    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    let view = ZeroCopyView::<Blob, _>::new(&mapping)?;
    let batch = BatchProcessor::new(settings.clone());
    let last_two = view.subview(1, 2).ok_or("three blobs were written")?;
    println!("{:?}", batch.batch_commitments(last_two.as_slice())?);

    // All blobs in order, with a bounded number of results at once.
    let options = StreamOptions::default().with_threads(thread_pool(2, "stream")?);
    let stream = StreamProcessor::with_options(settings, options);
    for commitment in stream.stream_commitments(stream.blobs_from_bytes(mapping)?) {
        println!("{}", commitment?);
    }
    Ok(())
}
