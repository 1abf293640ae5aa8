//! The capacity of the lanes and the order of tasks.

use super::*;
use crate::layer::InputGuard;

#[test]
fn a_full_queue_waits_times_out_or_refuses() {
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
    // The other lane has its own capacity.
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
    // The only worker computes the first item of the batch. The real-time task is next.
    let mut order = Vec::new();
    for _ in 0..4 {
        let (operation, go) = calls.recv().unwrap();
        order.push(operation);
        let statistics = processor.get_statistics();
        assert_consistent(&statistics);
        assert_eq!(statistics.active_tasks, 1);
        // During the real-time task, the batch counts as waiting.
        let waiting = [2, 1, 1, 0][order.len() - 1];
        assert_eq!(statistics.queued_tasks, waiting);
        drop(go);
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
fn batch_tasks_run_even_under_many_real_time_tasks() {
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
            assert!(statistics.peak_concurrent_tasks <= 3);
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
fn real_time_tasks_count_in_a_row_only_while_batch_tasks_wait() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    let mut handles = Vec::new();
    let mut submit = |task: KzgTask, submission| {
        handles.push(processor.submit(task, submission).unwrap());
    };
    // More real-time tasks in a row than the limit, but no batch task waits.
    for id in 0..19 {
        submit(commit_task(id), Submission::real_time());
        drop(calls.recv().unwrap());
    }
    submit(commit_task(19), Submission::real_time());
    let (_, go) = calls.recv().unwrap();
    let blob = shared(20);
    submit(KzgTask::Cells { id: 20, blob }, Submission::default());
    submit(commit_task(21), Submission::real_time());
    drop(go);
    let (next, go) = calls.recv().unwrap();
    assert_eq!(next, Operation::BlobToKzgCommitment);
    drop((go, calls));
    for handle in handles {
        assert!(!handle.wait().is_error());
    }
}

#[test]
fn zeros_in_the_options_count_as_one() {
    let mut options = ConcurrentOptions::default().with_workers(1);
    (options.queue_capacity, options.max_uncollected) = (0, 0);
    let processor = ConcurrentKzgProcessor::with_options(fake(1), options).unwrap();
    processor.submit_task(commit_task(0)).unwrap();
    assert_eq!(
        processor.submit_task(commit_task(1)).unwrap_err().kind(),
        ErrorKind::Busy
    );
    assert_eq!(processor.results().count(), 1);
}

#[test]
fn the_guard_of_a_place_is_dropped_when_the_task_leaves_its_lane() {
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_queue_capacity(2)
        .with_gathered_items(2);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    let places = Arc::new(());
    let guarded = || Submission::default().with_lane_guard(InputGuard::new(Arc::clone(&places)));
    let taken = || Arc::strong_count(&places) - 1;
    let running = processor.submit(commit_task(0), guarded()).unwrap();
    let (_, go) = calls.recv().unwrap();
    assert_eq!(taken(), 0, "the task has begun");
    let verification = |id| KzgTask::BlobVerification {
        id,
        blob: shared(id as u16),
        commitment: commitment(id as u16),
        proof: proof(id as u16),
    };
    let late = guarded().with_deadline(Instant::now() + Duration::from_millis(5));
    let late = processor.submit(verification(1), late).unwrap();
    assert_eq!(late.wait().error().unwrap().kind(), ErrorKind::Deadline);
    assert_eq!(
        taken(),
        0,
        "the deadline of the task has passed in its lane"
    );
    let shared_call: Vec<_> = (2..4)
        .map(|id| processor.submit(verification(id), guarded()).unwrap())
        .collect();
    assert_eq!(taken(), 2);
    let refused = processor.submit(commit_task(4), guarded().when_full(WhenFull::Refuse));
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(taken(), 2);
    drop(go);
    let (operation, go) = calls.recv().unwrap();
    assert_eq!(operation, Operation::VerifyBlobKzgProofEach);
    assert_eq!(taken(), 0, "both tasks are in the call");
    let last = processor.submit(commit_task(5), guarded()).unwrap();
    assert_eq!(taken(), 1);
    thread::scope(|scope| {
        scope.spawn(|| processor.shutdown(Shutdown::Cancel));
        assert_eq!(last.wait().error().unwrap().kind(), ErrorKind::Cancelled);
        eventually(LONG, || taken() == 0);
        drop((go, calls));
    });
    for handle in shared_call.into_iter().chain([running]) {
        let _ = handle.wait();
    }
}
