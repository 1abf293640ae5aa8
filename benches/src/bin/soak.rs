//! Runs the processors under load for minutes, and checks that memory and the number of threads
//! do not grow: `cargo run --release -p benches --bin soak -- --minutes 10`.
//!
//! The load has malformed input, settings that panic, fail and respond late, full queues, and
//! tasks whose results nobody awaits.

#![forbid(unsafe_code)]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{panic, thread};

use benches::memory::check_growth;
use clap::Parser;
use kzg_advanced::batch::{BatchOptions, thread_pool};
use kzg_advanced::concurrent::{ConcurrentOptions, Priority, Shutdown, Submission, WhenFull};
use kzg_advanced::stream::StreamOptions;
use kzg_advanced::{
    BackendChoice, BatchProcessor, CancellationToken, Collect, ConcurrentKzgProcessor, KzgTask,
    StreamProcessor, load,
};
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgSettings, SettingsOptions, TrustedSetup};
use memory_stats::memory_stats;

/// Fails if memory or the number of threads grows after the first quarter of the run. Before, scratch memory
/// grows until as many calls have run at the same time as ever do.
#[derive(Debug, Parser)]
struct Arguments {
    /// Duration of the run in minutes.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
}

/// Allowed growth in bytes, which an allocator explains.
const ALLOWED_GROWTH: usize = 2 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let settings = load(
        BackendChoice::Auto,
        &TrustedSetup::mainnet(),
        SettingsOptions::default(),
    )?;
    settings.warm_up()?;
    // The scripted panics are expected, so no message is printed for them.
    panic::set_hook(Box::new(|_| ()));
    let end = Instant::now() + Duration::from_secs_f64(arguments.minutes * 60.0);
    let step = Duration::from_secs_f64(arguments.minutes * 6.0);
    let (mut next, mut samples, mut rounds) = (Instant::now() + step, Vec::new(), 0_u64);
    let options = StreamOptions::default().with_threads(thread_pool(2, "stream")?);
    let stream = StreamProcessor::with_options(Arc::clone(&settings), options);
    let options = BatchOptions::default().with_threads(thread_pool(2, "batch")?);
    let batch = BatchProcessor::with_options(Arc::clone(&settings), options);
    while Instant::now() < end {
        round(&settings, &stream, &batch, rounds)?;
        faulty_round(&settings, rounds)?;
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
    Ok(check_growth(&samples[samples.len() / 4..], ALLOWED_GROWTH)?)
}

/// Runs every processor once with valid and malformed input, drops every second stream, and shuts
/// the concurrent processor down.
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

/// Settings in which one call of every seven panics, one fails and one is delayed.
fn faulty(settings: &Arc<dyn KzgSettings>, round: u64) -> Arc<dyn KzgSettings> {
    let scripted = Scripted::new(Arc::clone(settings)).otherwise(move |_, number| {
        match (number as u64 + round) % 7 {
            1 => Action::Panic,
            3 => Action::fault(),
            5 => Action::delay(Duration::from_millis(2)),
            _ => Action::Pass,
        }
    });
    Arc::new(scripted)
}

/// Submits tasks of every size to faulty settings through a queue that is nearly always full. Some
/// tasks are awaited, and others are abandoned, cancelled or past their deadline. Checks that each
/// accepted task has one result.
fn faulty_round(settings: &Arc<dyn KzgSettings>, number: u64) -> Result<(), Box<dyn Error>> {
    let options = ConcurrentOptions::default()
        .with_workers(2)
        .with_queue_capacity(2);
    let processor = ConcurrentKzgProcessor::with_options(faulty(settings, number), options)?;
    let blob: Arc<Blob> = Blob::zeroed_on_heap().into();
    let commitment = settings.blob_to_kzg_commitment(&blob)?;
    let proof = settings.compute_blob_kzg_proof(&blob, &commitment)?;
    let results = Arc::new(AtomicUsize::new(0));
    let (mut accepted, mut handles) = (0, Vec::new());
    for id in 0..24 {
        let blobs = vec![Arc::clone(&blob); 3];
        let task = match id % 6 {
            0 | 1 => KzgTask::BatchCommitment { id, blobs },
            2 | 3 => KzgTask::BatchVerification {
                id,
                blobs,
                commitments: vec![commitment; 3],
                proofs: vec![proof; 3],
            },
            4 if number.is_multiple_of(8) => KzgTask::Cells {
                id,
                blob: Arc::clone(&blob),
            },
            _ => KzgTask::Commitment {
                id,
                blob: Arc::clone(&blob),
            },
        };
        let token = CancellationToken::new();
        let mut submission = Submission::default().with_cancellation(token.clone());
        if id % 4 == 0 {
            submission = submission.with_priority(Priority::RealTime);
        }
        if id % 5 == 0 {
            submission = submission.with_deadline(Instant::now() + Duration::from_millis(1));
        }
        if id % 3 == 0 {
            submission = submission.when_full(WhenFull::Refuse);
        }
        match id % 4 {
            0 => {
                let results = Arc::clone(&results);
                let then = move |_| {
                    results.fetch_add(1, Ordering::SeqCst);
                };
                accepted += usize::from(processor.submit_then(task, submission, then).is_ok());
            }
            1 => drop(processor.submit(task, submission)),
            _ => handles.extend(processor.submit(task, submission)),
        }
        if id % 7 == 0 {
            token.cancel();
        }
    }
    for handle in handles {
        let id = handle.id();
        assert_eq!(handle.wait().id(), id);
    }
    processor.shutdown([Shutdown::Drain, Shutdown::Cancel][(number % 2) as usize]);
    assert_eq!(results.load(Ordering::SeqCst), accepted);
    let end = processor.get_statistics();
    assert_eq!(end.total_tasks, end.completed_tasks + end.failed_tasks);
    assert_eq!((end.active_tasks, end.queued_tasks), (0, 0));
    assert!(end.peak_concurrent_tasks <= 2);

    let blobs: Vec<Box<Blob>> = (0..8).map(|_| Blob::zeroed_on_heap()).collect();
    let token = CancellationToken::new();
    let cancelling = token.clone();
    let options = BatchOptions::default()
        .with_cancellation(token)
        .with_progress(move |progress| {
            if progress.done == 6 {
                cancelling.cancel();
            }
        });
    let batch = BatchProcessor::with_options(faulty(settings, number), options).on_error(Collect);
    assert_eq!(batch.batch_commitments(&blobs)?.len(), 8);
    let stream = StreamProcessor::new(faulty(settings, number));
    assert_eq!(stream.stream_commitments(blobs).count(), 8);
    Ok(())
}

/// Number of threads of this process.
fn threads() -> Result<usize, Box<dyn Error>> {
    // The threads of a processor that was shut down have left their work, but the system may list them
    // for a moment longer.
    thread::sleep(Duration::from_millis(20));
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}
