//! Asynchronous submission and results.

use super::*;

/// Runs a future on one thread, so that a blocking call would stop every future.
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
        .with_queue_capacity(1)
        .with_shutdown_grace(LONG);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    let processor = Arc::new(processor);
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
        let ending = Arc::clone(&processor);
        let (ending, refused) = tokio::join!(
            async {
                tokio::task::yield_now().await;
                thread::spawn(move || ending.shutdown(Shutdown::Cancel))
            },
            waiting
        );
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Cancelled);
        let result = queued.await;
        assert_eq!((result.id(), result.is_error()), (1, true));
        // The shutdown waits for the call under way.
        drop((go, calls));
        ending.join().unwrap();
    });
    assert!(!running.unwrap().wait().is_error());
    assert_eq!(processor.get_statistics().refused_tasks, 2);
}

#[test]
fn a_waker_that_panics_costs_no_worker_and_no_result() {
    struct Panicking;
    impl std::task::Wake for Panicking {
        fn wake(self: Arc<Self>) {
            panic!("scripted");
        }
    }
    let waker = std::task::Waker::from(Arc::new(Panicking));
    let mut context = std::task::Context::from_waker(&waker);
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_queue_capacity(1);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    let running = block_on(processor.submit_async(commit_task(0), Submission::default()));
    let mut running = std::pin::pin!(running.unwrap());
    let (_, go) = calls.recv().unwrap();
    let queued = processor.submit(commit_task(1), Submission::default());
    // One future waits for its result, the other future waits for room in the queue.
    let mut waiting = std::pin::pin!(processor.submit_async(commit_task(2), Submission::default()));
    assert!(running.as_mut().poll(&mut context).is_pending());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    drop((go, calls));
    assert!(!queued.unwrap().wait().is_error());
    assert!(!block_on(running).is_error());
    let last = block_on(waiting).unwrap();
    assert!(!block_on(last).is_error());
    assert_consistent(&processor.get_statistics());
    processor.shutdown(Shutdown::Drain);
}

#[test]
fn neither_room_nor_a_result_is_waited_for_beyond_the_deadline() {
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_queue_capacity(1);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    let soon = || Instant::now() + Duration::from_millis(5);
    block_on(async {
        let running = processor.submit_async(commit_task(0), Submission::default());
        let running = running.await.unwrap();
        // From here on the only worker is busy with a call.
        let (_, go) = calls.recv().unwrap();
        // One task fills its lane, the other waits in the other lane until its deadline.
        let filling = processor.submit_async(commit_task(4), Submission::default());
        let filling = filling.await.unwrap();
        let late = Submission::real_time().with_deadline(soon());
        let queued = processor.submit_async(commit_task(1), late).await.unwrap();

        let bounded_wait =
            Submission::default().when_full(WhenFull::WaitFor(Duration::from_millis(5)));
        let refused = processor.submit_async(commit_task(2), bounded_wait).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Busy);
        let late = Submission::default().with_deadline(soon());
        let refused = processor.submit_async(commit_task(3), late).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Deadline);

        let result = queued.await;
        assert_eq!(result.id(), 1);
        assert_eq!(result.error().unwrap().kind(), ErrorKind::Deadline);
        assert_eq!(
            processor.active_workers(),
            1,
            "the worker is still in the call"
        );
        drop((go, calls));
        assert!(!running.await.is_error());
        assert!(!filling.await.is_error());
    });
    processor.shutdown(Shutdown::Drain);
    let end = processor.get_statistics();
    assert_eq!((end.total_tasks, end.refused_tasks), (3, 2));
    assert_consistent(&end);
}

#[test]
fn a_dropped_submission_leaves_no_deadline_behind() {
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_queue_capacity(1);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    block_on(async {
        let running = processor.submit_async(commit_task(0), Submission::default());
        let running = running.await.unwrap();
        let (_, go) = calls.recv().unwrap();
        let filling = processor.submit_async(commit_task(1), Submission::default());
        let filling = filling.await.unwrap();
        let deadline = Instant::now() + Duration::from_secs(3600);
        let later = Submission::default().with_deadline(deadline);
        let mut waiting = Box::pin(processor.submit_async(commit_task(2), later));
        let waited = tokio::time::timeout(Duration::from_millis(1), &mut waiting).await;
        assert!(waited.is_err());
        assert_eq!(processor.shared.deadlines(), 1);
        drop(waiting);
        assert_eq!(processor.shared.deadlines(), 0);
        drop((go, calls));
        assert!(!running.await.is_error());
        assert!(!filling.await.is_error());
    });
}

#[test]
fn a_task_that_expires_in_its_lane_makes_room() {
    let (settings, calls) = gated();
    let options = ConcurrentOptions::default()
        .with_workers(1)
        .with_queue_capacity(1);
    let processor = ConcurrentKzgProcessor::with_options(settings, options).unwrap();
    block_on(async {
        let running = processor.submit_async(commit_task(0), Submission::default());
        let running = running.await.unwrap();
        let (_, go) = calls.recv().unwrap();
        let late = Submission::default().with_deadline(Instant::now() + Duration::from_millis(5));
        let late = processor.submit_async(commit_task(1), late).await.unwrap();
        // Only the end of the late task makes room, since the worker is still in its call.
        let next = processor.submit_async(commit_task(2), Submission::default());
        let next = next.await.unwrap();
        assert_eq!(late.await.error().unwrap().kind(), ErrorKind::Deadline);
        drop((go, calls));
        assert!(!running.await.is_error());
        assert!(!next.await.is_error());
    });
}
