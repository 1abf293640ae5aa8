//! Calls from callers that must not block, without an async runtime.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use kzg_advanced::resilience::{Request, WorkerOptions};
use kzg_advanced::{ErrorKind, KzgAdvancedError};
use kzg_testing::scripted::{Action, Gate, eventually};

use crate::*;

/// A timeout that only a fault of the manager reaches.
const LONG: Duration = Duration::from_secs(60);

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn job(settings: &dyn KzgSettings) -> Result<kzg_advanced::KzgCommitment> {
    commit(settings)
}

#[test]
fn recovery_is_the_same_as_in_blocking_calls() {
    let (first, second) = (failing("first", fault()), sound("second"));
    let manager = manager(&[&first, &second]);
    let answer = block_on(manager.execute_with_recovery(COMMIT, job)).expect("the second answers");
    assert_eq!(Ok(answer.value), right());
    assert_eq!(&*answer.provenance.backend, "second");
    assert_eq!(answer.provenance.attempts, 3);
}

#[test]
fn the_caller_is_answered_at_the_deadline_while_the_worker_stays_busy() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = builder(&[&first])
        .with_worker_options(WorkerOptions::new(1, 1))
        .build();
    let soon = Request::default().with_timeout(3000 * MILLISECOND);
    let long = Request::default().with_timeout(LONG);
    let hanging = manager.submit(COMMIT, Request::default(), job);
    gate.wait_for(1);
    assert_eq!(manager.busy_workers(), 1);

    let queued = manager.submit(COMMIT, soon, job);
    let error = block_on(manager.submit(COMMIT, long, job)).expect_err("no room");
    assert_eq!(error.kind(), ErrorKind::Busy);
    let error = block_on(queued).expect_err("too late");
    assert!(
        matches!(error, KzgAdvancedError::Performance { .. }),
        "{error}"
    );
    assert_eq!(manager.busy_workers(), 1, "it still hangs");

    gate.open();
    assert_eq!(
        Ok(block_on(hanging).expect("it was waited for").value),
        right()
    );
    // The calls that expired in the queue never reached the backend.
    let next = block_on(manager.submit(COMMIT, Request::default(), job));
    assert!(next.is_ok());
    assert_eq!(first.total_calls(), 2);
}

#[test]
fn a_call_that_hangs_is_answered_at_its_deadline() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = builder(&[&first])
        .with_worker_options(WorkerOptions::new(1, 1))
        .build();
    let request = Request::default().with_timeout(200 * MILLISECOND);
    let hanging = manager.submit(COMMIT, request, job);
    let error = block_on(hanging).expect_err("too late");
    assert_eq!(error.kind(), ErrorKind::Deadline);
    gate.open();
}

/// Callers may leave while their calls wait for a worker.
#[test]
fn a_call_whose_future_is_dropped_leaves_the_queue() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = builder(&[&first])
        .with_worker_options(WorkerOptions::new(1, 1))
        .build();
    let running = manager.submit(COMMIT, Request::default(), job);
    gate.wait_for(1);
    for _ in 0..10 {
        drop(manager.submit(COMMIT, Request::default(), job));
    }
    // Another thread takes the dropped calls out of the queue.
    let waiting = RefCell::new(None);
    eventually(LONG, || {
        let mut pending = Box::pin(manager.submit(COMMIT, Request::default(), job));
        let mut context = Context::from_waker(Waker::noop());
        let has_room = pending.as_mut().poll(&mut context).is_pending();
        waiting.replace(Some(pending));
        has_room
    });
    gate.open();
    assert_eq!(Ok(block_on(running).expect("answered").value), right());
    let waiting = block_on(waiting.take().expect("a call"));
    assert_eq!(Ok(waiting.expect("room").value), right());
    // The dropped calls never reached the backend.
    assert_eq!(first.total_calls(), 2);
}

/// A deadline may come while the call is on its way into the queue.
#[test]
fn a_call_that_is_late_when_it_enters_the_queue_leaves_it() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = builder(&[&first])
        .with_worker_options(WorkerOptions::new(1, 1))
        .build();
    let running = manager.submit(COMMIT, Request::default(), job);
    gate.wait_for(1);
    for microseconds in (0..100).cycle().take(5000) {
        let request = Request::default().with_timeout(Duration::from_micros(microseconds));
        let error = block_on(manager.submit(COMMIT, request, job)).expect_err("no worker");
        // With the earlier call in the queue, this call would be refused.
        assert_eq!(error.kind(), ErrorKind::Deadline);
    }
    gate.open();
    assert_eq!(Ok(block_on(running).expect("answered").value), right());
    assert_eq!(first.total_calls(), 1);
}

#[test]
fn a_call_whose_future_was_dropped_is_not_started() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = builder(&[&first])
        .with_worker_options(WorkerOptions::new(1, 8))
        .build();
    let running = manager.submit(COMMIT, Request::default(), job);
    gate.wait_for(1);
    drop(manager.submit(COMMIT, Request::default(), job));
    gate.open();
    block_on(running).expect("answered");
    block_on(manager.submit(COMMIT, Request::default(), job)).expect("answered");
    assert_eq!(first.total_calls(), 2);
}

#[test]
fn submitted_calls_are_answered_after_the_manager_is_dropped() {
    let first = sound("first");
    let manager = manager(&[&first]);
    let pending: Vec<_> = (0..10)
        .map(|_| manager.submit(COMMIT, Request::default(), job))
        .collect();
    drop(manager);
    for pending in pending {
        assert_eq!(Ok(block_on(pending).expect("answered").value), right());
    }
}

#[test]
fn a_panic_in_a_job_is_a_fault_and_the_worker_continues() {
    let first = sound("first");
    let manager = builder(&[&first])
        .with_worker_options(WorkerOptions::new(1, 8))
        .build();
    let panicking = manager.submit::<()>(COMMIT, Request::default(), |_| panic!("in a job"));
    assert_eq!(
        block_on(panicking).expect_err("a fault").kind(),
        ErrorKind::Fault
    );
    assert!(block_on(manager.submit(COMMIT, Request::default(), job)).is_ok());
}
