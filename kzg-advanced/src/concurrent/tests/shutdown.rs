//! Shutdown.

use super::*;
use crate::workers::State;

#[test]
fn shutdown_processes_accepted_tasks_and_refuses_further_ones() {
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
    processor.shutdown(Shutdown::Cancel); // has no effect
    let statistics = processor.get_statistics();
    assert_eq!(
        (statistics.completed_tasks, statistics.refused_tasks),
        (100, 1)
    );
}

#[test]
fn shutdown_cancels_waiting_tasks_and_batches_between_items() {
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
fn a_blocked_submission_ends_by_the_shutdown() {
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
                            break; // the shutdown has failed
                        }
                    }
                    for handle in handles {
                        let result = handle.wait_timeout(LONG).expect("a result for each task");
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

#[test]
fn the_channel_of_results_ends_with_the_last_one() {
    for how in [Shutdown::Drain, Shutdown::Cancel] {
        let (settings, calls) = gated();
        let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
        processor.submit_task(commit_task(0)).unwrap();
        let (_, go) = calls.recv().unwrap();
        processor.submit_task(commit_task(1)).unwrap();
        thread::scope(|scope| {
            // Only the shutdown ends this wait.
            let collecting =
                scope.spawn(|| std::iter::from_fn(|| processor.get_result(Duration::MAX)).count());
            let ending = scope.spawn(|| processor.shutdown(how));
            drop((go, calls));
            ending.join().unwrap();
            assert_eq!(collecting.join().unwrap(), 2);
        });
        assert!(processor.get_result(Duration::MAX).is_none());
        assert_eq!(processor.results().count(), 0);
    }
}

#[test]
fn a_worker_may_shut_its_processor_down() {
    let options = ConcurrentOptions::default()
        .with_workers(2)
        .with_shutdown_grace(LONG);
    let processor = ConcurrentKzgProcessor::with_options(fake(1), options);
    let processor = Arc::new(processor.unwrap());
    let (done, waiting) = bounded(1);
    let inside = Arc::downgrade(&processor);
    let then = move |_| {
        // The processor may be gone by now.
        if let Some(processor) = inside.upgrade() {
            processor.shutdown(Shutdown::Drain);
        }
        done.send(()).unwrap();
    };
    processor
        .submit_then(commit_task(0), Submission::default(), then)
        .unwrap();
    waiting.recv_timeout(LONG).unwrap();
    let error = processor.submit_task(commit_task(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    processor.shutdown(Shutdown::Drain);
    assert_ended(&processor);
}

#[test]
fn shutdown_joins_every_thread() {
    for how in [Shutdown::Drain, Shutdown::Cancel] {
        let settings = fake(1);
        let options = ConcurrentOptions::default()
            .with_workers(4)
            .with_shutdown_grace(LONG);
        let processor = ConcurrentKzgProcessor::with_options(Arc::clone(&settings), options);
        let processor = processor.unwrap();
        let within = || Submission::default().with_deadline(Instant::now() + LONG);
        for id in 0..20 {
            let _ = processor.submit(commit_task(id), within()).unwrap();
        }
        assert_eq!(threads(&processor), 4);
        assert!(processor.shared.alarm.has_thread());
        processor.shutdown(how);
        assert_ended(&processor);
        // A refused submission sets its deadline too.
        assert!(processor.submit(commit_task(20), within()).is_err());
        processor.shutdown(how);
        assert_ended(&processor);
        drop(processor);
        assert_eq!(
            Arc::strong_count(&settings),
            1,
            "nothing holds the settings"
        );
    }
}

fn threads(processor: &ConcurrentKzgProcessor) -> usize {
    processor.shared.pool.roster().read(State::threads)
}

/// No thread is left that performs tasks.
fn assert_ended(processor: &ConcurrentKzgProcessor) {
    assert_eq!(threads(processor), 0);
    assert_eq!(processor.shared.pool.not_joined(), 0);
    assert!(!processor.shared.alarm.has_thread());
    assert_eq!(Arc::strong_count(&processor.shared), 1);
    assert_eq!(processor.get_statistics().abandoned_workers, 0);
}
