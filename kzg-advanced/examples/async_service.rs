//! A service on tokio: requests wait for room and for their results without blocking a thread, at
//! most until their deadlines.
//!
//! `cargo run --release -p kzg-advanced --features tokio --example async_service`

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kzg_advanced::concurrent::{ConcurrentOptions, Shutdown, Submission};
use kzg_advanced::{
    BackendChoice, Blob, ConcurrentKzgProcessor, KzgAdvancedError, KzgResult, KzgTask,
    SettingsOptions, TrustedSetup, load,
};
use tokio::task::JoinSet;

async fn request(
    processor: Arc<ConcurrentKzgProcessor>,
    id: u64,
    blob: Arc<Blob>,
) -> Result<KzgResult, KzgAdvancedError> {
    let submission =
        Submission::real_time().with_deadline(Instant::now() + Duration::from_millis(200));
    let task = KzgTask::Commitment { id, blob };
    Ok(processor.submit_async(task, submission).await?.await)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default())?;
    let options = ConcurrentOptions::default().with_queue_capacity(4);
    let processor = Arc::new(ConcurrentKzgProcessor::with_options(settings, options)?);
    let blob: Arc<Blob> = Blob::zeroed_on_heap().into();

    let mut requests = JoinSet::new();
    for id in 0..40 {
        requests.spawn(request(Arc::clone(&processor), id, Arc::clone(&blob)));
    }
    while let Some(outcome) = requests.join_next().await {
        match outcome? {
            Ok(result) => match result.error() {
                None => println!("request {}: committed", result.id()),
                Some(error) => println!("request {}: {error}", result.id()),
            },
            Err(error) => println!("no room before the deadline: {error}"),
        }
    }
    // A shutdown blocks its thread until the workers have ended.
    let closing = Arc::clone(&processor);
    tokio::task::spawn_blocking(move || closing.shutdown(Shutdown::Drain)).await?;
    println!("{:#?}", processor.get_statistics());
    Ok(())
}
