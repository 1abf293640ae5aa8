//! Runs the processors under load for minutes, and watches memory and threads:
//! `cargo run --release -p benches --bin soak -- --minutes 10`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use kzg_advanced::concurrent::{Priority, Shutdown, Submission, WhenFull};
use kzg_advanced::{
    BackendChoice, BatchProcessor, Collect, ConcurrentKzgProcessor, KzgTask, StreamProcessor, load,
};
use kzg_traits::{Blob, ErrorKind, KzgSettings, SettingsOptions, TrustedSetup};
use memory_stats::memory_stats;

/// Fails if memory or threads have grown between the first and the last tenth of the time.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
}

/// Growth that an allocator explains.
const ALLOWED_GROWTH: usize = 16 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let settings = load(
        BackendChoice::Auto,
        &TrustedSetup::mainnet(),
        SettingsOptions::default(),
    )?;
    settings.warm_up()?;
    let end = Instant::now() + Duration::from_secs_f64(arguments.minutes * 60.0);
    let step = Duration::from_secs_f64(arguments.minutes * 6.0);
    let (mut next, mut samples, mut rounds) = (Instant::now() + step, Vec::new(), 0_u64);
    let stream = StreamProcessor::new(Arc::clone(&settings)).with_workers(2)?;
    let batch = BatchProcessor::new(Arc::clone(&settings)).with_workers(2)?;
    while Instant::now() < end {
        round(&settings, &stream, &batch, rounds)?;
        rounds += 1;
        if Instant::now() >= next {
            next += step;
            let sample = (
                memory_stats().ok_or("no memory figures")?.physical_mem,
                threads()?,
            );
            println!(
                "round {rounds}: {} KiB, {} threads",
                sample.0 >> 10,
                sample.1
            );
            samples.push(sample);
        }
    }
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return Err("too short for two samples".into());
    };
    if last.0 > first.0 + ALLOWED_GROWTH || last.1 > first.1 {
        return Err(format!("grown from {first:?} to {last:?}").into());
    }
    Ok(())
}

/// Every processor once, good and malformed input, a shutdown and a stream that is dropped.
fn round(
    settings: &Arc<dyn KzgSettings>,
    stream: &StreamProcessor,
    batch: &BatchProcessor,
    number: u64,
) -> Result<(), Box<dyn Error>> {
    let mut blobs: Vec<Box<Blob>> = (0..6).map(|_| Blob::zeroed_on_heap()).collect();
    for (index, blob) in (1..).zip(&mut blobs) {
        blob.0[31] = index;
        blob.0[40..48].copy_from_slice(&number.to_be_bytes());
    }
    blobs[4].0[0] = 0xff;
    let results = batch.clone().on_error(Collect).batch_commitments(&blobs)?;
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
    let mut results = stream.stream_proofs(blobs.clone());
    assert!(results.next().is_some_and(|result| result.is_ok()));
    if number.is_multiple_of(2) {
        drop(results);
    } else {
        assert_eq!(results.filter(Result::is_err).count(), 1);
    }
    let processor = ConcurrentKzgProcessor::new(Arc::clone(settings), 2)?;
    for (id, blob) in (0..).zip(blobs) {
        let submission = Submission::default()
            .with_priority(if id % 2 == 0 {
                Priority::RealTime
            } else {
                Priority::Batch
            })
            .when_full(WhenFull::Refuse);
        let blob = blob.into();
        processor.submit_task_with(KzgTask::Commitment { id, blob }, submission)?;
    }
    let how = [Shutdown::Drain, Shutdown::Cancel][(number / 2 % 2) as usize];
    processor.shutdown(how);
    for result in processor.results() {
        if let Some(error) = result.error() {
            assert!(matches!(
                error.kind(),
                ErrorKind::Input | ErrorKind::Cancelled
            ));
        }
    }
    Ok(())
}

/// The threads of this process.
fn threads() -> Result<usize, Box<dyn Error>> {
    // Those of a processor that was shut down have been joined, but may be listed a moment more.
    thread::sleep(Duration::from_millis(20));
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}
