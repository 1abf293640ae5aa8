//! A service: many clients submit tasks, gossip is verified before bulk work, and a full queue is
//! an error.
//!
//! `cargo run --release -p kzg-advanced --example concurrent_service`

use std::error::Error;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use kzg_advanced::concurrent::{ConcurrentOptions, Shutdown, Submission, WhenFull};
use kzg_advanced::{
    BackendChoice, Blob, ConcurrentKzgProcessor, ErrorKind, KzgResult, KzgTask, SettingsOptions,
    TrustedSetup, load,
};

fn main() -> Result<(), Box<dyn Error>> {
    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    let blob: Arc<Blob> = Blob::zeroed_on_heap().into();
    let commitment = settings.blob_to_kzg_commitment(&blob)?;
    let proof = settings.compute_blob_kzg_proof(&blob, &commitment)?;
    let options = ConcurrentOptions::default().with_queue_capacity(8);
    let processor = ConcurrentKzgProcessor::with_options(settings, options)?;

    thread::scope(|scope| {
        // Bulk work: results are collected from the processor.
        scope.spawn(|| {
            for id in 0..4 {
                let blobs = vec![Arc::clone(&blob); 8];
                let submitted = processor.submit_task(KzgTask::BatchCommitment { id, blobs });
                if let Err(error) = submitted {
                    eprintln!("task {id}: {error}");
                }
            }
        });
        // Gossip: before the bulk work, within half a second, and each client waits for its own
        // result.
        for client in 100..104 {
            let (processor, blob) = (&processor, Arc::clone(&blob));
            scope.spawn(move || {
                let task = KzgTask::BlobVerification {
                    id: client,
                    blob,
                    commitment,
                    proof,
                };
                let submission = Submission::real_time()
                    .when_full(WhenFull::Refuse)
                    .with_deadline(Instant::now() + Duration::from_millis(500));
                match processor
                    .submit(task, submission)
                    .map(|handle| handle.wait())
                {
                    Ok(KzgResult::Verification { id, result }) => println!("{id}: {result:?}"),
                    Ok(other) => unreachable!("{other:?}"),
                    Err(error) if error.kind() == ErrorKind::Busy => println!("try again later"),
                    Err(error) => eprintln!("{error}"),
                }
            });
        }
    });
    processor.shutdown(Shutdown::Drain);
    for result in processor.results() {
        println!("bulk task {}: {}", result.id(), !result.is_error());
    }
    println!("{:#?}", processor.get_statistics());
    Ok(())
}
