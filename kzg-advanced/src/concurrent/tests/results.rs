//! The results of tasks.

use kzg_testing::fake::Fake;

use super::*;

/// Tasks that were cancelled in their lane took no time of a worker.
#[test]
fn cancelled_tasks_do_not_lower_the_mean_processing_time() {
    let delay = Duration::from_millis(50);
    let slow = Scripted::new(fake(1)).otherwise(move |_, _| Action::delay(delay));
    let processor = ConcurrentKzgProcessor::new(Arc::new(slow), 1).unwrap();
    let cancel = CancellationToken::new();
    let first = processor.submit(commit_task(0), Submission::default());
    let waiting: Vec<_> = (1..10)
        .map(|id| {
            let submission = Submission::default().with_cancellation(cancel.clone());
            processor.submit(commit_task(id), submission).unwrap()
        })
        .collect();
    cancel.cancel();
    assert!(!first.unwrap().wait().is_error());
    for handle in waiting {
        let _ = handle.wait();
    }
    assert!(processor.get_statistics().average_processing_time >= delay);
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
            proof: opening(3).0,
            point: Bytes32::default(),
            value: opening(3).1,
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
            KzgResult::Cells { result, .. } => {
                assert_eq!(result.unwrap().proofs, cells_and_proofs(6).1);
            }
            KzgResult::Recovery { id, result } => {
                assert_eq!((id, &result.unwrap().cells[..64]), (7, &*cells));
            }
            other @ KzgResult::Call { .. } => panic!("{other:?}"),
        }
        id
    };
    // First the results by handles, then the results through the channel.
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
fn a_handle_that_does_not_wait_long_enough_returns_itself() {
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
fn uncollected_results_are_bounded() {
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
    assert!(calls.is_empty(), "no call was made for these tasks");

    // The deadline passes in the middle of a batch.
    let deadline = Instant::now() + Duration::from_millis(20);
    let batch = processor
        .submit(
            batch_task(0, 9),
            Submission::default().with_deadline(deadline),
        )
        .unwrap();
    assert_eq!(batch.wait().error().unwrap().kind(), ErrorKind::Deadline);
    assert!(Instant::now() >= deadline);
    // The call under way, if there is one by now, is the last.
    let begun = AtomicUsize::new(0);
    eventually(LONG, || {
        begun.fetch_add(calls.try_iter().count(), Ordering::SeqCst);
        let statistics = processor.get_statistics();
        statistics.active_workers + statistics.abandoned_workers == 0
    });
    assert!(begun.into_inner() + calls.try_iter().count() <= 1);
}

#[test]
fn settings_without_a_name_that_panic_cost_no_worker() {
    let nameless = Fake::new("fake").without_name();
    let settings = Scripted::new(Arc::new(nameless)).otherwise(|_, _| Action::Panic);
    let processor = ConcurrentKzgProcessor::new(Arc::new(settings), 1).unwrap();
    let submissions = [
        Submission::default(),
        Submission::default().with_deadline(Instant::now()),
    ];
    for (id, submission) in (0..).zip(submissions) {
        processor
            .submit_task_with(commit_task(id), submission)
            .unwrap();
    }
    processor.submit_task(batch_task(2, 3)).unwrap();
    let results: Vec<_> = processor.results().collect();
    assert_eq!(results.len(), 3);
    assert!(results.iter().all(KzgResult::is_error));
    let statistics = processor.get_statistics();
    assert_consistent(&statistics);
    assert_eq!((statistics.failed_tasks, statistics.active_tasks), (3, 0));
}

#[test]
fn vectors_that_are_too_short_do_not_become_results() {
    let processor = ConcurrentKzgProcessor::new(Arc::new(careless()), 1).unwrap();
    let (cells, _) = cells_and_proofs(3);
    let tasks = [
        KzgTask::Cells {
            id: 0,
            blob: shared(3),
        },
        KzgTask::Recovery {
            id: 1,
            cell_indices: (0..64).collect(),
            cells: cells[..64].into(),
        },
    ];
    for task in tasks {
        let handle = processor.submit(task, Submission::default()).unwrap();
        let (KzgResult::Cells { result, .. } | KzgResult::Recovery { result, .. }) = handle.wait()
        else {
            panic!("another kind of result");
        };
        assert_eq!(result.unwrap().proofs, cells_and_proofs(3).1);
    }
}

#[test]
fn a_waiter_has_the_deadline_error_on_time_while_the_worker_is_in_a_call() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    let deadline = Instant::now() + Duration::from_millis(20);
    let submit = |id| {
        let submission = Submission::default().with_deadline(deadline);
        processor.submit(commit_task(id), submission).unwrap()
    };
    let (running, queued) = (submit(0), submit(1));
    // Until the end of the assertions, the worker computes the first task or has not begun it.
    assert_eq!(running.wait().error().unwrap().kind(), ErrorKind::Deadline);
    let late = queued.try_wait().unwrap();
    assert_eq!(
        (late.id(), late.error().unwrap().kind()),
        (1, ErrorKind::Deadline)
    );
    let late = submit(2).wait_timeout(LONG).unwrap();
    assert_eq!(late.error().unwrap().kind(), ErrorKind::Deadline);
    let statistics = processor.get_statistics();
    assert_consistent(&statistics);
    assert_eq!(statistics.total_tasks, 3);
    // A result that arrives in time is returned, however late the caller waits on the handle.
    drop(calls);
    let deadline = Instant::now() + LONG;
    let submission = Submission::default().with_deadline(deadline);
    let handle = processor.submit(commit_task(3), submission).unwrap();
    assert!(!handle.wait().is_error());
}

#[test]
fn results_may_go_to_channels_of_the_clients() {
    let processor = ConcurrentKzgProcessor::new(fake(1), 2).unwrap();
    let clients = [0, 100].map(|first| {
        let (sender, results) = std::sync::mpsc::channel();
        for id in first..first + 10 {
            let sender = sender.clone();
            let then = move |result: KzgResult| {
                sender.send(result.id()).unwrap();
                assert_ne!(id % 5, 0, "scripted");
            };
            processor
                .submit_then(commit_task(id), Submission::default(), then)
                .unwrap();
        }
        (first, results)
    });
    for (first, results) in clients {
        let ids: HashSet<u64> = results.iter().collect();
        assert_eq!(ids, (first..first + 10).collect());
    }
    processor.shutdown(Shutdown::Drain);
    assert_eq!(processor.get_statistics().completed_tasks, 20);
    let refused = processor.submit_then(commit_task(0), Submission::default(), |_| {
        panic!("a refused task has no result")
    });
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Cancelled);
}
