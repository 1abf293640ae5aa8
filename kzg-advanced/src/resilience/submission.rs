//! A call that runs on a worker, for a caller that does not block.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use kzg_traits::{Error, IoAction, Operation};

use super::pending::{Pending, Queued, Waiter};
use crate::CancellationToken;
use crate::backend_call::{panic_as_fault, users_code};
use crate::error::{FailedCall, KzgAdvancedError};
use crate::layer::{Answer, Layer, Outcome, OwnedWork, Provenance, Request, Trace, call, run_job};
use crate::sync::lock;
use crate::workers::{Alarm, ClosurePool, Moment, Refusal, Ticket};

/// The time after its deadline within which a running call answers its waiter itself. After that
/// time, the waiter is answered although the call hangs outside of a backend.
const GRACE: Duration = Duration::from_millis(50);

/// The threads of submitted calls, and the alarms of their deadlines.
#[derive(Debug)]
pub(super) struct Submissions {
    pub(super) pool: ClosurePool,
    /// Ends calls that wait for a thread, at their deadlines or when their callers leave. The layers are
    /// notified of each, which may take as long as a write of the audit log.
    pub(super) expiries: Arc<Alarm>,
    /// Answers calls that are stuck at their deadlines. The alarm waits for no layer.
    pub(super) answers: Alarm,
}

/// A submitted call, from its submission to its end.
struct Submitted<T> {
    layers: Arc<dyn Layer>,
    operation: Operation,
    request: Request,
    work: OwnedWork,
    trace: Trace,
    waiter: Arc<Waiter<T>>,
    expiries: Arc<Alarm>,
    /// Set once the pool has accepted the call.
    ticket: Mutex<Option<Ticket>>,
    /// The moments of the deadline and of the caller's leave, until the call is answered.
    moments: Mutex<Vec<Moment>>,
}

impl Submissions {
    /// Begins a call on a worker.
    pub(super) fn submit<T: Outcome>(
        &self,
        layers: &Arc<dyn Layer>,
        operation: Operation,
        request: Request,
        work: OwnedWork,
    ) -> Pending<T> {
        let dropped = CancellationToken::default();
        // The time in the queue counts.
        let deadline = request.deadline_from_now();
        let request = Request {
            deadline,
            timeout: None,
            ..request
        };
        let submitted = Arc::new(Submitted {
            layers: Arc::clone(layers),
            operation,
            request: request.with_cancellation(dropped.clone()),
            work,
            trace: Trace::default(),
            waiter: Arc::new(Waiter::new()),
            expiries: Arc::clone(&self.expiries),
            ticket: Mutex::default(),
            moments: Mutex::default(),
        });
        if let Err(error) = self.begin(&submitted, deadline) {
            submitted.refuse(error);
        }
        let call: Arc<dyn Queued> = Arc::clone(&submitted) as _;
        let waiter = Arc::clone(&submitted.waiter);
        Pending::new(waiter, dropped, Arc::downgrade(&call))
    }

    fn begin<T: Outcome>(
        &self,
        submitted: &Arc<Submitted<T>>,
        deadline: Option<Instant>,
    ) -> Result<(), Error> {
        if let Some(at) = deadline {
            let expiring = Arc::clone(submitted);
            let expiry = self
                .expiries
                .set(at, move || expiring.end_in_queue(Error::Deadline));
            submitted
                .moments()
                .push(expiry.map_err(|error| no_thread(&error))?);
            let hanging = Arc::clone(submitted);
            // The moments stay: the expiry may be late, and still has to take the call out of the queue.
            let answer = move || hanging.waiter.answer(hanging.failed(Error::Deadline));
            if let Some(late) = at.checked_add(GRACE) {
                let answer = self.answers.set(late, answer);
                submitted
                    .moments()
                    .push(answer.map_err(|error| no_thread(&error))?);
            }
        }
        let running = Arc::clone(submitted);
        let ticket = self.pool.submit(move |started| match started {
            Ok(()) => running.run(),
            Err(error) => running.refuse(no_thread(error)),
        });
        *submitted.ticket() = Some(ticket.map_err(|refusal| match refusal {
            Refusal::Full(()) | Refusal::Closed(()) => Error::Busy {
                reason: "every worker is taken, and the queue is full".to_owned(),
            },
            Refusal::NoThread((), error) => no_thread(&error),
        })?);
        // The deadline may have passed before the ticket was set. The expiry is set again, because the
        // caller must not wait for a write of the audit log.
        if let Some(at) = deadline.filter(|&at| Instant::now() >= at) {
            let expiring = Arc::clone(submitted);
            let expiry = self
                .expiries
                .set(at, move || expiring.end_in_queue(Error::Deadline));
            // The thread of the alarm runs since the moment was first set.
            expiry.map_err(|error| no_thread(&error))?.keep();
        }
        Ok(())
    }
}

/// The error of a call for which no thread can be started.
fn no_thread(error: &io::Error) -> Error {
    Error::io(IoAction::Start, "a thread for a call", error)
}

impl<T: Outcome> Submitted<T> {
    fn run(&self) {
        let (layers, request) = (&*self.layers, &self.request);
        // Layers isolate the code of the user's. A panic of a layer itself is answered too.
        let result = panic_as_fault(
            || layers.backend().to_owned(),
            || {
                run_job(
                    layers,
                    self.operation,
                    request,
                    &self.trace,
                    &self.work,
                    true,
                )
            },
        );
        let provenance = self.trace.provenance();
        self.answer(answer(self.operation, result, provenance));
    }

    /// Ends a call that still waits for a thread, at its deadline or when its caller leaves. A running
    /// call checks both itself.
    fn end_in_queue(&self, error: Error) {
        let ticket = self.ticket().take();
        if ticket.is_some_and(|ticket| ticket.withdraw()) {
            self.refuse(error);
        }
    }

    /// Ends a call that has not reached the layers.
    fn refuse(&self, error: Error) {
        let call = call(self.operation, &self.request, &self.trace);
        users_code("a layer", || self.layers.refused(&call, &error));
        self.answer(self.failed(error));
    }

    /// Answers the call, unless it has been answered, and clears its moments.
    fn answer(&self, result: Result<Answer<T>, KzgAdvancedError>) {
        self.waiter.answer(result);
        self.clear_moments();
    }

    fn clear_moments(&self) {
        let moments = core::mem::take(&mut *self.moments());
        drop(moments);
    }

    fn failed(&self, error: Error) -> Result<Answer<T>, KzgAdvancedError> {
        answer(self.operation, Err(error), self.trace.provenance())
    }

    fn moments(&self) -> MutexGuard<'_, Vec<Moment>> {
        lock(&self.moments)
    }

    fn ticket(&self) -> MutexGuard<'_, Option<Ticket>> {
        lock(&self.ticket)
    }
}

impl<T: Outcome> Queued for Submitted<T> {
    /// The layers are notified on another thread: the caller must not wait for a write of the audit
    /// log. The call keeps its place in the queue until that thread has come to it, so that callers
    /// that leave add no more calls than the queue has places.
    fn leave(self: Arc<Self>) {
        if self.waiter.is_answered() {
            return;
        }
        let leaving = Arc::clone(&self);
        let leave = move || leaving.end_in_queue(Error::Cancelled);
        match self.expiries.set(Instant::now(), leave) {
            // The moment comes at once, also for a call that is answered meanwhile: the call may be in the
            // queue still.
            Ok(moment) => self.moments().push(moment),
            Err(_) => self.end_in_queue(Error::Cancelled),
        }
    }
}

/// The answer of a call, or its error with the call.
pub(super) fn answer<T>(
    operation: Operation,
    result: Result<T, Error>,
    provenance: Provenance,
) -> Result<Answer<T>, KzgAdvancedError> {
    let error = match result {
        Ok(value) => return Ok(Answer { value, provenance }),
        Err(error) => error,
    };
    let called = provenance.called();
    let call = FailedCall {
        operation: Some(operation),
        backend: called.backend,
        attempts: called.attempts,
        index: error.index().map(|index| index as u64),
    };
    Err(call.failed_with(error))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use kzg_testing::fake::Fake;
    use kzg_testing::scripted::eventually;
    use kzg_traits::error::Result;
    use kzg_traits::{Blob, KzgCommitment, KzgSettings};

    use super::*;
    use crate::layer::{Boxed, Call, Job};
    use crate::workers::Limits;

    const LONG: Duration = Duration::from_secs(20);

    /// A layer that waits when it is notified of a cancelled call, as for the disk of a log.
    #[derive(Debug)]
    struct Waits {
        begun: Sender<()>,
        allowed: Mutex<Receiver<()>>,
    }

    impl Layer for Waits {
        fn inner(&self) -> Option<&dyn Layer> {
            None
        }

        fn dispatch(&self, _: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
            job(&Fake::new("fake"))
        }

        fn refused(&self, _: &Call<'_>, error: &Error) {
            if *error == Error::Cancelled {
                let _ = self.begun.send(());
                let _ = lock(&self.allowed).recv();
            }
        }
    }

    #[test]
    fn calls_that_callers_leave_keep_their_places_while_a_layer_waits() {
        let (begun, begins) = channel();
        let (allow, allowed) = channel();
        let allowed = Mutex::new(allowed);
        let layers: Arc<dyn Layer> = Arc::new(Waits { begun, allowed });
        let limits = Limits {
            threads: 1,
            idle: 1,
            abandoned: 0,
        };
        let submissions = Submissions {
            pool: ClosurePool::new("kzg-test", limits, 1),
            expiries: Arc::default(),
            answers: Alarm::default(),
        };
        let (running, runs) = channel();
        let (end, ends) = channel::<()>();
        let held = submissions.pool.submit(move |_| {
            let _ = running.send(());
            let _ = ends.recv();
        });
        assert!(held.is_ok());
        runs.recv_timeout(LONG).unwrap();

        let inputs = Arc::new(Blob::zeroed_on_heap());
        let submit = || {
            let inputs = Arc::clone(&inputs);
            let job = move |settings: &dyn KzgSettings| settings.blob_to_kzg_commitment(&inputs);
            let work = OwnedWork::opaque(&[], job);
            let operation = Operation::BlobToKzgCommitment;
            let request = Request::default();
            submissions.submit::<KzgCommitment>(&layers, operation, request, work)
        };
        drop(submit());
        begins.recv_timeout(LONG).unwrap();
        for _ in 0..100 {
            drop(submit());
        }
        // The call of which the layer is notified, and one in the queue.
        assert_eq!(Arc::strong_count(&inputs), 3);
        drop((allow, end));
        eventually(LONG, || Arc::strong_count(&inputs) == 1);
    }
}
