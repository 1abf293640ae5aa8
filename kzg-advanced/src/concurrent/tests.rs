use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use kzg_traits::testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, Bytes32, Cell, ErrorKind, KzgSettings, Operation};

use super::{
    ConcurrentKzgProcessor, ConcurrentOptions, KzgResult, KzgTask, Priority, ProcessingStatistics,
    Shutdown, Submission, WhenFull,
};
use crate::cancellation::CancellationToken;
use crate::error::KzgAdvancedError;
use crate::fake::{blob, commitment, fake, malformed_blob, proof};

/// Far beyond what anything here takes: only a bug waits so long.
const LONG: Duration = Duration::from_secs(60);

fn shared(number: u16) -> Arc<Blob> {
    blob(number).into()
}

fn commit_task(id: u64) -> KzgTask {
    KzgTask::Commitment {
        id,
        blob: shared(id as u16),
    }
}

fn batch_task(id: u64, blobs: u16) -> KzgTask {
    KzgTask::BatchCommitment {
        id,
        blobs: (0..blobs).map(shared).collect(),
    }
}

/// A call of [`gated`] settings that has begun; it goes on when the sender sends or is dropped.
type Begun = (Operation, Sender<()>);

/// Settings whose every call tells that it has begun, and waits to be let go.
fn gated() -> (Arc<dyn KzgSettings>, Receiver<Begun>) {
    let (begun, calls) = crossbeam_channel::unbounded();
    let settings = Scripted::new(fake(1)).otherwise(move |operation, _| {
        let (go, gate) = bounded(1);
        // Nobody may be listening any more: then it goes on at once.
        if begun.send((operation, go)).is_ok() {
            let _ = gate.recv();
        }
        Action::Pass
    });
    (Arc::new(settings), calls)
}

fn assert_consistent(statistics: &ProcessingStatistics) {
    let ProcessingStatistics {
        total_tasks,
        completed_tasks,
        failed_tasks,
        queued_tasks,
        active_tasks,
        ..
    } = *statistics;
    assert_eq!(
        total_tasks,
        completed_tasks + failed_tasks + queued_tasks + active_tasks,
        "{statistics:?}"
    );
    assert!(statistics.active_workers <= statistics.peak_concurrent_tasks);
}

#[test]
fn every_kind_of_task_has_its_result_with_its_id() {
    let processor = ConcurrentKzgProcessor::new(fake(4), 2).unwrap();
    let cells: Arc<[Cell]> = vec![Cell::default(); 64].into();
    let tasks = [
        commit_task(0),
        batch_task(1, 9),
        KzgTask::Proof {
            id: 2,
            blob: shared(2),
            commitment: commitment(2),
        },
        KzgTask::Verification {
            id: 3,
            commitment: commitment(3),
            proof: proof(3),
            point: Bytes32::default(),
            value: Bytes32::default(),
        },
        KzgTask::BlobVerification {
            id: 4,
            blob: shared(4),
            commitment: commitment(4),
            proof: proof(5),
        },
        KzgTask::BatchVerification {
            id: 5,
            blobs: (0..9).map(shared).collect(),
            commitments: (0..9).map(commitment).collect(),
            proofs: (0..9).map(proof).collect(),
        },
        KzgTask::Cells {
            id: 6,
            blob: shared(6),
        },
        KzgTask::Recovery {
            id: 7,
            cell_indices: (0..64).collect(),
            cells: Arc::clone(&cells),
        },
    ];
    let check = |result: KzgResult| {
        let id = result.id();
        assert!(!result.is_error(), "{result:?}");
        match result {
            KzgResult::Commitment { id, result } => {
                assert_eq!((id, result.unwrap()), (0, commitment(0)));
            }
            KzgResult::BatchCommitment { result, .. } => {
                assert_eq!(result.unwrap(), (0..9).map(commitment).collect::<Vec<_>>());
            }
            KzgResult::Proof { result, .. } => assert_eq!(result.unwrap(), proof(2)),
            KzgResult::Verification { id, result } => assert_eq!(result.unwrap(), id != 4),
            KzgResult::Cells { result, .. } => assert_eq!(result.unwrap().proofs[9], proof(6)),
            KzgResult::Recovery { id, result } => {
                assert_eq!((id, &result.unwrap().cells[..64]), (7, &*cells));
            }
        }
        id
    };
    // By handle, and through the channel.
    for task in tasks.clone() {
        let handle = processor.submit(task.clone(), Submission::default());
        let handle = handle.unwrap();
        assert_eq!(handle.id(), task.id());
        assert_eq!(check(handle.wait()), task.id());
    }
    for task in tasks.clone() {
        assert_eq!(processor.submit_task(task.clone()).unwrap(), task.id());
    }
    let ids: HashSet<u64> = processor.results().map(check).collect();
    assert_eq!(ids, (0..8).collect());
    let statistics = processor.get_statistics();
    assert_consistent(&statistics);
    assert_eq!(
        (statistics.total_tasks, statistics.completed_tasks),
        (16, 16)
    );
    assert!(processor.get_result(Duration::ZERO).is_none());
}

#[test]
fn malformed_input_is_an_error_result_of_its_own_kind() {
    let processor = ConcurrentKzgProcessor::new(fake(2), 1).unwrap();
    let bad: Arc<Blob> = malformed_blob().into();
    let mut blobs: Vec<_> = (0..5).map(shared).collect();
    blobs[3] = Arc::clone(&bad);
    let tasks = [
        KzgTask::Commitment {
            id: 0,
            blob: Arc::clone(&bad),
        },
        KzgTask::BatchCommitment { id: 1, blobs },
        KzgTask::Cells { id: 2, blob: bad },
        KzgTask::Recovery {
            id: 3,
            cell_indices: Vec::new(),
            cells: Vec::new().into(),
        },
        KzgTask::BatchVerification {
            id: 4,
            blobs: vec![shared(0)],
            commitments: Vec::new(),
            proofs: Vec::new(),
        },
    ];
    for task in tasks {
        let operation = task.operation();
        let result = processor
            .submit(task, Submission::default())
            .unwrap()
            .wait();
        let error = result.error().unwrap();
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
        assert_eq!(
            error.to_string().contains("item 3"),
            operation == Operation::BlobsToKzgCommitments
        );
    }
    assert_eq!(processor.get_statistics().failed_tasks, 5);
}

#[test]
fn a_handle_waits_looks_and_gives_itself_back() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    let handle = processor
        .submit(commit_task(5), Submission::default())
        .unwrap();
    let (_, go) = calls.recv().unwrap();
    let handle = handle.try_wait().unwrap_err();
    let handle = handle.wait_timeout(Duration::from_millis(1)).unwrap_err();
    assert_eq!((handle.id(), processor.active_workers()), (5, 1));
    drop(go);
    assert_eq!(handle.wait_timeout(LONG).unwrap().id(), 5);
    assert_eq!(processor.active_workers(), 0);
}

#[test]
fn a_full_lane_waits_times_out_or_refuses() {
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_queue_capacity(2);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    let running = processor
        .submit(commit_task(0), Submission::default())
        .unwrap();
    let (_, go) = calls.recv().unwrap();
    let queued: Vec<_> = (1..3)
        .map(|id| {
            processor
                .submit(commit_task(id), Submission::default())
                .unwrap()
        })
        .collect();
    let refuse = Submission::default().when_full(WhenFull::Refuse);
    let time_out = Submission::default().when_full(WhenFull::WaitFor(Duration::from_millis(1)));
    for submission in [refuse.clone(), time_out] {
        let error = processor.submit(commit_task(9), submission).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.to_string().contains("batch lane is full"), "{error}");
    }
    let late = Submission::default().with_deadline(Instant::now() + Duration::from_millis(1));
    let error = processor.submit(commit_task(9), late).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert_eq!(processor.get_statistics().refused_tasks, 3);
    // The other lane has room of its own.
    let urgent = refuse.with_priority(Priority::RealTime);
    let urgent = processor.submit(commit_task(7), urgent).unwrap();

    thread::scope(|scope| {
        let waiting = scope.spawn(|| processor.submit(commit_task(3), Submission::default()));
        drop((go, calls));
        assert_eq!(waiting.join().unwrap().unwrap().wait().id(), 3);
    });
    for handle in queued.into_iter().chain([running, urgent]) {
        assert!(!handle.wait().is_error());
    }
    assert_consistent(&processor.get_statistics());
}

#[test]
fn results_that_nobody_collects_are_bounded() {
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_max_uncollected(3);
    let processor = ConcurrentKzgProcessor::with_options(fake(1), options).unwrap();
    for id in 0..3 {
        processor.submit_task(commit_task(id)).unwrap();
    }
    let error = processor.submit_task(commit_task(3)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(processor.get_result(LONG).unwrap().id(), 0);
    processor.submit_task(commit_task(3)).unwrap();
    assert_eq!(processor.results().count(), 3);
    assert_eq!(processor.get_statistics().refused_tasks, 1);
}

#[test]
fn real_time_goes_first_and_between_the_items_of_a_batch() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    let batch = processor
        .submit(batch_task(0, 3), Submission::default())
        .unwrap();
    let (_, first_item) = calls.recv().unwrap();
    let also_batch = processor
        .submit(
            KzgTask::Cells {
                id: 1,
                blob: shared(1),
            },
            Submission::default(),
        )
        .unwrap();
    let urgent = processor
        .submit(commit_task(2), Submission::real_time())
        .unwrap();
    drop(first_item);
    // The only worker is in the batch's first item, and does what is urgent next.
    let mut order = Vec::new();
    for _ in 0..4 {
        let (operation, go) = calls.recv().unwrap();
        order.push(operation);
        drop(go);
        if order.len() == 1 {
            let statistics = processor.get_statistics();
            assert_consistent(&statistics);
            assert!(statistics.active_workers <= 1);
        }
    }
    assert_eq!(
        order,
        [
            Operation::BlobToKzgCommitment,
            Operation::BlobsToKzgCommitments,
            Operation::BlobsToKzgCommitments,
            Operation::ComputeCellsAndKzgProofs,
        ]
    );
    for handle in [batch, also_batch, urgent] {
        assert!(!handle.wait().is_error());
    }
    assert_eq!(processor.get_statistics().peak_concurrent_tasks, 1);
}

#[test]
fn a_flood_of_real_time_leaves_a_turn_for_batch_work() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    let first = processor.submit(commit_task(0), Submission::real_time());
    let (_, go) = calls.recv().unwrap();
    let batch = KzgTask::Proof {
        id: 1,
        blob: shared(1),
        commitment: commitment(1),
    };
    let batch = processor.submit(batch, Submission::default()).unwrap();
    let urgent: Vec<_> = (2..40)
        .map(|id| processor.submit(commit_task(id), Submission::real_time()))
        .collect();
    drop(go);
    let mut before = 0;
    for (operation, go) in &calls {
        drop(go);
        if operation == Operation::ComputeBlobKzgProof {
            break;
        }
        before += 1;
    }
    assert!((1..10).contains(&before), "{before}");
    drop(calls);
    for handle in urgent.into_iter().chain([first, Ok(batch)]) {
        assert!(!handle.unwrap().wait().is_error());
    }
}

#[test]
fn a_task_that_panics_gives_an_error_and_costs_no_worker() {
    for action in [Action::Panic, Action::fault()] {
        let settings = Scripted::new(fake(2)).otherwise(move |_, number| {
            if number % 3 == 0 {
                action.clone()
            } else {
                Action::Pass
            }
        });
        let processor = ConcurrentKzgProcessor::new(Arc::new(settings), 2).unwrap();
        for round in 0..30 {
            let task = if round % 2 == 0 {
                commit_task(round)
            } else {
                batch_task(round, 4)
            };
            processor.submit_task(task).unwrap();
        }
        let results: Vec<_> = processor.results().collect();
        assert_eq!(results.len(), 30);
        let failed = results.iter().filter(|result| result.is_error());
        assert!(failed.clone().count() > 5);
        for result in failed {
            assert_eq!(result.error().unwrap().kind(), ErrorKind::Fault);
        }
        assert_eq!(processor.active_workers(), 0);
        processor.shutdown(Shutdown::Drain);
    }
}

#[test]
fn a_dropped_handle_discards_the_result_alone() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    drop(processor.submit(commit_task(0), Submission::default()));
    drop(processor.submit(commit_task(1), Submission::default()));
    let last = processor
        .submit(commit_task(2), Submission::default())
        .unwrap();
    drop(calls);
    assert!(!last.wait().is_error());
    assert_eq!(processor.get_statistics().completed_tasks, 3);
}

#[test]
fn shutdown_works_off_what_was_accepted_and_accepts_no_more() {
    let processor = ConcurrentKzgProcessor::new(fake(1), 2).unwrap();
    for id in 0..100 {
        processor.submit_task(commit_task(id)).unwrap();
    }
    processor.shutdown(Shutdown::Drain);
    let error = processor.submit_task(commit_task(0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let ids: HashSet<u64> = processor
        .results()
        .map(|result| {
            assert!(!result.is_error());
            result.id()
        })
        .collect();
    assert_eq!(ids.len(), 100);
    processor.shutdown(Shutdown::Cancel); // does nothing more
    let statistics = processor.get_statistics();
    assert_eq!(
        (statistics.completed_tasks, statistics.refused_tasks),
        (100, 1)
    );
}

#[test]
fn shutdown_cancels_what_waits_and_batches_between_items() {
    for dropped in [false, true] {
        let (settings, calls) = gated();
        let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
        let batch = processor
            .submit(batch_task(0, 50), Submission::default())
            .unwrap();
        let (_, go) = calls.recv().unwrap();
        let waiting: Vec<_> = (1..5)
            .map(|id| {
                processor
                    .submit(commit_task(id), Submission::default())
                    .unwrap()
            })
            .collect();
        let ending = thread::spawn(move || {
            if dropped {
                drop(processor);
            } else {
                processor.shutdown(Shutdown::Cancel);
                let statistics = processor.get_statistics();
                assert_consistent(&statistics);
                assert_eq!((statistics.total_tasks, statistics.failed_tasks), (5, 5));
            }
        });
        for handle in waiting {
            let result = handle.wait();
            assert!(matches!(result.error(), Some(KzgAdvancedError::Cancelled)));
        }
        drop((go, calls));
        let result = batch.wait();
        assert!(matches!(result.error(), Some(KzgAdvancedError::Cancelled)));
        ending.join().unwrap();
    }
}

#[test]
fn a_blocked_submission_is_told_of_the_shutdown() {
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_queue_capacity(1);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    let running = processor.submit_task(commit_task(0)).unwrap();
    let (_, go) = calls.recv().unwrap();
    processor.submit_task(commit_task(1)).unwrap();
    thread::scope(|scope| {
        let blocked = scope.spawn(|| processor.submit_task(commit_task(2)));
        let ending = scope.spawn(|| processor.shutdown(Shutdown::Cancel));
        let error = blocked.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        drop((go, calls));
        ending.join().unwrap();
    });
    let ids: Vec<_> = processor.results().map(|result| result.id()).collect();
    assert_eq!(ids, [1, running]);
}

#[test]
fn deadlines_and_cancellations_end_tasks_that_wait_and_batches_under_way() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    let token = CancellationToken::new();
    let batch = processor
        .submit(
            batch_task(0, 9),
            Submission::default().with_cancellation(token.clone()),
        )
        .unwrap();
    let (_, go) = calls.recv().unwrap();
    let late = Submission::default().with_deadline(Instant::now());
    let late = processor.submit(commit_task(1), late).unwrap();
    let unwanted = Submission::default().with_cancellation(token.clone());
    let unwanted = processor.submit(commit_task(2), unwanted).unwrap();
    token.cancel();
    drop(go);
    assert_eq!(batch.wait().error().unwrap().kind(), ErrorKind::Cancelled);
    assert_eq!(late.wait().error().unwrap().kind(), ErrorKind::Deadline);
    assert_eq!(
        unwanted.wait().error().unwrap().kind(),
        ErrorKind::Cancelled
    );
    assert!(calls.is_empty(), "no call was made for them");

    // A deadline that passes in mid-batch.
    let deadline = Instant::now() + Duration::from_millis(20);
    let batch = processor
        .submit(
            batch_task(0, 9),
            Submission::default().with_deadline(deadline),
        )
        .unwrap();
    if let Ok((_, go)) = calls.recv_timeout(Duration::from_secs(1)) {
        while Instant::now() < deadline {
            thread::yield_now();
        }
        drop(go);
    }
    assert_eq!(batch.wait().error().unwrap().kind(), ErrorKind::Deadline);
    assert!(calls.is_empty());
}

#[test]
fn statistics_agree_at_any_moment_under_load() {
    const SUBMITTERS: u64 = 3;
    const EACH: u64 = 300;
    let settings = Scripted::new(fake(1)).otherwise(|_, number| match number % 7 {
        0 => Action::Panic,
        1 => Action::fault(),
        _ => Action::Pass,
    });
    let options = ConcurrentOptions::default()
        .with_workers(3)
        .with_queue_capacity(4);
    let processor = ConcurrentKzgProcessor::with_options(Arc::new(settings), options).unwrap();
    let refused = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for submitter in 0..SUBMITTERS {
            let (processor, refused, done) = (&processor, &refused, &done);
            scope.spawn(move || {
                for id in 0..EACH {
                    let submission = Submission::default()
                        .with_priority(if id % 3 == 0 {
                            Priority::RealTime
                        } else {
                            Priority::Batch
                        })
                        .when_full(if id % 5 == submitter {
                            WhenFull::Refuse
                        } else {
                            WhenFull::Wait
                        });
                    let task = if id % 4 == 0 {
                        batch_task(id, 3)
                    } else {
                        commit_task(id)
                    };
                    match processor.submit(task, submission) {
                        Ok(handle) if id % 11 == 0 => drop(handle),
                        Ok(handle) => assert_eq!(handle.wait().id(), id),
                        Err(error) => {
                            assert_eq!(error.kind(), ErrorKind::Busy);
                            refused.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                }
                done.fetch_add(1, Ordering::SeqCst);
            });
        }
        let mut last = ProcessingStatistics::default();
        while done.load(Ordering::SeqCst) < SUBMITTERS as usize {
            let statistics = processor.get_statistics();
            assert_consistent(&statistics);
            assert!(statistics.total_tasks >= last.total_tasks);
            assert!(statistics.completed_tasks >= last.completed_tasks);
            assert!(statistics.active_workers <= 3 && statistics.peak_concurrent_tasks <= 3);
            last = statistics;
            thread::yield_now();
        }
    });
    processor.shutdown(Shutdown::Drain);
    let end = processor.get_statistics();
    assert_consistent(&end);
    assert_eq!((end.queued_tasks, end.active_tasks), (0, 0));
    assert_eq!(end.refused_tasks, refused.load(Ordering::SeqCst));
    let submitted = (SUBMITTERS * EACH) as usize;
    assert_eq!(end.total_tasks + end.refused_tasks, submitted);
    let latency = end.latency;
    assert!(latency.p50 <= latency.p90 && latency.p99 <= latency.p999);
    assert!(latency.p999 <= latency.max && !latency.max.is_zero());
}

#[test]
fn shutdown_under_load_leaves_no_accepted_task_without_a_result() {
    for round in 0..20 {
        let how = [Shutdown::Drain, Shutdown::Cancel][round % 2];
        let options = ConcurrentOptions::default()
            .with_workers(2)
            .with_queue_capacity(3);
        let processor = ConcurrentKzgProcessor::with_options(fake(1), options).unwrap();
        let results = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut handles = Vec::new();
                    while let Ok(handle) = processor.submit(commit_task(1), Submission::default()) {
                        handles.push(handle);
                        if handles.len() > 10_000 {
                            break; // shut down long ago, or never
                        }
                    }
                    for handle in handles {
                        let result = handle.wait_timeout(LONG).expect("one for each");
                        assert!(how == Shutdown::Cancel || !result.is_error());
                        results.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            for _ in 0..round * 20 {
                thread::yield_now();
            }
            processor.shutdown(how);
        });
        let end = processor.get_statistics();
        assert_eq!(end.total_tasks, results.load(Ordering::SeqCst));
        assert_consistent(&end);
    }
}

#[cfg(feature = "tokio")]
mod asynchronous {
    use super::*;

    /// One thread: whatever blocks it blocks everything.
    fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async { tokio::time::timeout(LONG, future).await.unwrap() })
    }

    #[test]
    fn many_tasks_through_a_small_queue_on_one_thread() {
        let options = ConcurrentOptions::default()
            .with_workers(2)
            .with_queue_capacity(1);
        let processor = ConcurrentKzgProcessor::with_options(fake(1), options).unwrap();
        let processor = Arc::new(processor);
        let ids = block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for id in 0..200 {
                let processor = Arc::clone(&processor);
                tasks.spawn(async move {
                    let submission = Submission::default().with_priority(if id % 2 == 0 {
                        Priority::RealTime
                    } else {
                        Priority::Batch
                    });
                    let handle = processor.submit_async(commit_task(id), submission).await;
                    handle.unwrap().await.id()
                });
            }
            tasks.join_all().await
        });
        assert_eq!(ids.into_iter().collect::<HashSet<_>>(), (0..200).collect());
        let statistics = processor.get_statistics();
        assert_eq!(
            (statistics.completed_tasks, statistics.refused_tasks),
            (200, 0)
        );
    }

    #[test]
    fn waiting_for_room_ends_by_a_shutdown_a_refusal_or_a_drop() {
        let (settings, calls) = gated();
        let options = ConcurrentOptions::default()
            .with_workers(1)
            .with_queue_capacity(1);
        let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
        let running = processor.submit(commit_task(0), Submission::default());
        let (_, go) = calls.recv().unwrap();
        block_on(async {
            let queued = processor.submit_async(commit_task(1), Submission::default());
            let queued = queued.await.unwrap();
            let refuse = Submission::default().when_full(WhenFull::Refuse);
            let refused = processor.submit_async(commit_task(2), refuse).await;
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::Busy);
            let waiting = processor.submit_async(commit_task(3), Submission::default());
            let waited = tokio::time::timeout(Duration::from_millis(1), waiting).await;
            assert!(waited.is_err(), "dropped while it waited");
            let waiting = processor.submit_async(commit_task(4), Submission::default());
            let ((), refused) = tokio::join!(
                async {
                    tokio::task::yield_now().await;
                    processor.shared.close(Shutdown::Cancel);
                },
                waiting
            );
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::Cancelled);
            let result = queued.await;
            assert_eq!((result.id(), result.is_error()), (1, true));
        });
        drop((go, calls));
        assert!(!running.unwrap().wait().is_error());
        assert_eq!(processor.get_statistics().refused_tasks, 2);
    }
}
