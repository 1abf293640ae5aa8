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
    /// The moments of the deadline, until the call is answered.
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
            let expiry = self.expiries.set(at, move || expiring.expire());
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
            let expiry = self.expiries.set(at, move || expiring.expire());
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

    /// Ends a call that still waits for a thread at its deadline. A running call checks its
    /// deadline itself.
    fn expire(&self) {
        if self.withdraw() {
            self.refuse(Error::Deadline);
        }
    }

    /// Takes the call out of the queue. Returns whether it still waited for a thread.
    fn withdraw(&self) -> bool {
        let ticket = self.ticket().take();
        ticket.is_some_and(|ticket| ticket.withdraw())
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
    /// log.
    fn leave(self: Arc<Self>) {
        if !self.withdraw() {
            return;
        }
        let left = Arc::clone(&self);
        let refuse = move || left.refuse(Error::Cancelled);
        match self.expiries.set(Instant::now(), refuse) {
            Ok(moment) => moment.keep(),
            Err(_) => self.refuse(Error::Cancelled),
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
