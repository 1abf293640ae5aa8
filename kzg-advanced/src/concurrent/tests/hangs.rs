//! Calls that do not return.

use super::*;

const HANGS: Operation = Operation::BlobToKzgCommitment;

/// Settings whose commitments to one blob hang until the gate is opened. All other calls return.
fn hanging(gate: &Gate) -> Arc<Scripted> {
    let gate = gate.clone();
    let settings = Scripted::new(fake(1)).otherwise(move |operation, _| match operation {
        HANGS => Action::hang(&gate),
        _ => Action::Pass,
    });
    Arc::new(settings)
}

fn processor(gate: &Gate, options: ConcurrentOptions) -> ConcurrentKzgProcessor {
    ConcurrentKzgProcessor::with_options(hanging(gate), options).unwrap()
}

fn workers(count: usize) -> ConcurrentOptions {
    ConcurrentOptions::default().with_workers(count)
}

fn soon() -> Submission {
    Submission::default().with_deadline(Instant::now() + Duration::from_millis(20))
}

/// A task whose calls do not hang.
fn sound_task(id: u64) -> KzgTask {
    batch_task(id, 2)
}

/// Submits tasks with deadlines until a number of calls hang. Some tasks may expire in their lane.
fn hang(processor: &ConcurrentKzgProcessor, settings: &Scripted, calls: usize) {
    while settings.calls(HANGS) < calls {
        let result = processor.submit(commit_task(0), soon()).unwrap().wait();
        assert_eq!(kind(&result), Some(ErrorKind::Deadline));
    }
}

fn kind(result: &KzgResult) -> Option<ErrorKind> {
    result.error().map(KzgAdvancedError::kind)
}

fn abandoned(processor: &ConcurrentKzgProcessor) -> usize {
    let statistics = processor.get_statistics();
    assert_consistent(&statistics);
    statistics.abandoned_workers
}

#[test]
fn a_shutdown_does_not_wait_for_calls_that_hang() {
    for how in [Some(Shutdown::Cancel), None] {
        let gate = Gate::default();
        let processor = processor(&gate, workers(2));
        let hung = [0, 1].map(|id| processor.submit(commit_task(id), Submission::default()));
        gate.wait_for(2);
        let waiting = processor.submit(sound_task(2), Submission::default());
        match how {
            Some(how) => {
                processor.shutdown(how);
                assert_eq!(abandoned(&processor), 2);
                let statistics = processor.get_statistics();
                assert_eq!((statistics.active_tasks, statistics.failed_tasks), (0, 3));
                gate.open();
                eventually(LONG, || abandoned(&processor) == 0);
            }
            None => drop(processor),
        }
        for handle in hung.into_iter().chain([waiting]) {
            // The gate may still be closed.
            let result = handle
                .unwrap()
                .try_wait()
                .expect("a result after the shutdown");
            assert!(matches!(result.error(), Some(KzgAdvancedError::Cancelled)));
        }
        gate.open();
    }
}

#[test]
fn a_task_is_answered_at_its_deadline_though_its_call_hangs() {
    let gate = Gate::default();
    let settings = hanging(&gate);
    let shared: Arc<dyn KzgSettings> = Arc::clone(&settings) as _;
    let processor = ConcurrentKzgProcessor::new(shared, 1).unwrap();
    let mut calls = 0;
    while settings.calls(HANGS) < 3 {
        let (sender, results) = std::sync::mpsc::channel();
        let then = move |result: KzgResult| sender.send(result).unwrap();
        processor.submit_then(commit_task(0), soon(), then).unwrap();
        let result = results.recv().expect("the function is called");
        assert_eq!((result.id(), kind(&result)), (0, Some(ErrorKind::Deadline)));

        processor.submit_task_with(commit_task(1), soon()).unwrap();
        let result = processor.get_result(LONG).expect("a result");
        assert_eq!((result.id(), kind(&result)), (1, Some(ErrorKind::Deadline)));

        let result = processor.submit(commit_task(2), soon()).unwrap().wait();
        assert_eq!((result.id(), kind(&result)), (2, Some(ErrorKind::Deadline)));
        let Some(KzgAdvancedError::Performance { call, .. }) = result.error() else {
            panic!("{result:?}");
        };
        assert_eq!(call.operation, Some(HANGS));
        assert_eq!(call.backend.as_deref(), Some("fake"));
        calls += 3;
        let statistics = processor.get_statistics();
        assert_eq!(
            (statistics.failed_tasks, statistics.active_tasks),
            (calls, 0)
        );
    }
    eventually(LONG, || abandoned(&processor) == settings.calls(HANGS));
    gate.open();
    eventually(LONG, || abandoned(&processor) == 0);
    // The results of the calls that returned late are dropped.
    assert_eq!(processor.get_statistics().failed_tasks, calls);
    assert!(processor.get_result(Duration::ZERO).is_none());
}

#[test]
fn calls_succeed_again_though_every_worker_hung() {
    let gate = Gate::default();
    let settings = hanging(&gate);
    let shared: Arc<dyn KzgSettings> = Arc::clone(&settings) as _;
    let processor = ConcurrentKzgProcessor::new(shared, 2).unwrap();
    hang(&processor, &settings, 2);
    assert!(abandoned(&processor) >= 2);
    // The first calls still hang.
    for id in 2..20 {
        let result = processor.submit(sound_task(id), Submission::default());
        assert!(!result.unwrap().wait().is_error());
    }
    assert!(abandoned(&processor) >= 2);
    gate.open();
    let result = processor.submit(commit_task(20), Submission::default());
    assert!(!result.unwrap().wait().is_error());
    eventually(LONG, || abandoned(&processor) == 0);
    assert!(processor.get_statistics().peak_concurrent_tasks <= 2);
}

#[test]
fn the_number_of_replaced_workers_is_bounded() {
    let gate = Gate::default();
    let settings = hanging(&gate);
    let shared: Arc<dyn KzgSettings> = Arc::clone(&settings) as _;
    let options = workers(1).with_max_abandoned(1);
    let processor = ConcurrentKzgProcessor::with_options(shared, options).unwrap();
    for calls in [1, 2] {
        hang(&processor, &settings, calls);
        // A worker whose task expired before its call may have to end before.
        eventually(LONG, || abandoned(&processor) == calls);
    }
    // The only place is taken by the second call, so this task does not begin.
    let result = processor.submit(sound_task(2), soon()).unwrap().wait();
    assert_eq!(kind(&result), Some(ErrorKind::Deadline));
    assert_eq!(settings.total_calls(), 2);
    gate.open();
    let result = processor.submit(sound_task(3), Submission::default());
    assert!(!result.unwrap().wait().is_error());
    eventually(LONG, || abandoned(&processor) == 0);
}

#[test]
fn draining_ends_though_calls_beyond_the_bound_hang() {
    let gate = Gate::default();
    let settings = hanging(&gate);
    let shared: Arc<dyn KzgSettings> = Arc::clone(&settings) as _;
    let options = workers(2).with_max_abandoned(0);
    let processor = ConcurrentKzgProcessor::with_options(shared, options).unwrap();
    hang(&processor, &settings, 2);
    // The calls beyond the bound hang although their threads are not replaced.
    eventually(LONG, || abandoned(&processor) == 2);
    assert_eq!(processor.active_workers(), 0);
    let waiting = processor.submit(sound_task(2), soon()).unwrap();
    processor.shutdown(Shutdown::Drain);
    let result = waiting.try_wait().expect("a result after the shutdown");
    assert_eq!(kind(&result), Some(ErrorKind::Deadline));
    assert_eq!(abandoned(&processor), 2);
    gate.open();
}

#[test]
fn a_batch_goes_on_though_the_task_that_interrupts_it_hangs() {
    let (settings, calls) = gated();
    let processor = ConcurrentKzgProcessor::new(settings, 1).unwrap();
    let batch = processor.submit(batch_task(0, 3), Submission::default());
    let (_, first_item) = calls.recv().unwrap();
    let deadline = Instant::now() + Duration::from_millis(50);
    let urgent = Submission::real_time().with_deadline(deadline);
    let urgent = processor.submit(commit_task(1), urgent).unwrap();
    drop(first_item);
    let (operation, hung) = calls.recv().unwrap();
    if operation == Operation::BlobToKzgCommitment {
        // The call of the urgent task hangs on. The batch begins anew on another thread.
        assert_eq!(kind(&urgent.wait()), Some(ErrorKind::Deadline));
        assert_eq!(abandoned(&processor), 1);
        for _ in 0..3 {
            let (operation, go) = calls.recv().unwrap();
            assert_eq!(operation, Operation::BlobsToKzgCommitments);
            drop(go);
        }
        let KzgResult::BatchCommitment { result, .. } = batch.unwrap().wait() else {
            panic!("another kind of result");
        };
        assert_eq!(result.unwrap(), [0, 1, 2].map(commitment));
        drop(hung);
        eventually(LONG, || abandoned(&processor) == 0);
        assert!(calls.is_empty(), "the first thread has left the batch");
    } else {
        kzg_testing::skipped("the deadline passed before the batch was interrupted");
    }
    drop(calls);
    let statistics = processor.get_statistics();
    assert_consistent(&statistics);
}

#[test]
fn a_worker_may_drop_its_processor_while_another_hangs() {
    let gate = Gate::default();
    let processor = Arc::new(processor(&gate, workers(2)));
    let hung = processor.submit(commit_task(0), Submission::default());
    gate.wait_for(1);
    let inside = Arc::clone(&processor);
    let (go, may_drop) = bounded::<()>(1);
    let then = move |_| {
        let _ = may_drop.recv();
        drop(inside);
    };
    processor
        .submit_then(sound_task(1), Submission::default(), then)
        .unwrap();
    drop(processor);
    drop(go);
    let result = hung.unwrap().wait_timeout(LONG).expect("a result");
    assert_eq!(kind(&result), Some(ErrorKind::Cancelled));
    gate.open();
}
