//! One attempt of a call on a member: on the caller's thread, or on a thread of the member within a
//! budget.

use core::time::Duration;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::error::Result;
use kzg_traits::{Error, IoAction};

use super::{CONCURRENT_ATTEMPTS, Member, Plan, Reply};
use crate::failover::breaker::{BreakerOutcome, Permit};
use crate::failover::late::Late;
use crate::failover::policy::Reaction;
use crate::layer::{Attempted, Boxed, Call, Job, OwnedWork, attempt};
use crate::workers::{Handoff, Refusal};

/// The result of an attempt on a thread of the member, and its time; an error if the attempt never
/// began.
type Delivered = Result<(Attempted, Duration)>;

/// The end of one attempt.
enum Ended<'m> {
    /// The attempt returned.
    Returned(Result<Boxed>, Permit<'m>),
    /// The attempt was not made, or it was abandoned. The permit is settled.
    Without(Error),
}

impl Member {
    /// Makes one attempt. Gives back the error and the permit where the backend may be called
    /// again.
    pub(super) fn attempt<'m>(
        &'m self,
        call: &Call<'_>,
        job: &Job<'_>,
        plan: &Plan,
        permit: Permit<'m>,
    ) -> core::result::Result<Reply<'m>, (Error, Permit<'m>)> {
        let ended = match call.owned_work() {
            Some(work) => self.attempt_within_budget(call, work, plan, permit),
            None => {
                let begun = Instant::now();
                let attempted = attempt(&**self.settings(call.service), &self.name, job);
                self.returned(call, plan, attempted, begun.elapsed(), permit)
            }
        };
        let (result, permit) = match ended {
            Ended::Without(error) => return Ok(Reply::failed(error)),
            Ended::Returned(result, permit) => (result, permit),
        };
        match result {
            Err(error) if Reaction::to(error.kind()).retry => Err((error, permit)),
            Err(error) => {
                let probe = permit.is_probe();
                permit.settle(Reaction::to(error.kind()).breaker);
                Ok(Reply {
                    probe,
                    ..Reply::failed(error)
                })
            }
            Ok(value) => Ok(Reply {
                result: Ok(value),
                probe: permit.is_probe(),
                permit: Some(permit),
                ends_the_call: false,
            }),
        }
    }

    /// Makes one attempt on a thread of the member, and waits for it no longer than its budget.
    fn attempt_within_budget<'m>(
        &'m self,
        call: &Call<'_>,
        work: &OwnedWork,
        plan: &Plan,
        permit: Permit<'m>,
    ) -> Ended<'m> {
        if self.abandoned() >= self.max_abandoned {
            permit.settle(BreakerOutcome::Neutral);
            let reason = format!("{} calls of {} do not return", self.abandoned(), self.name);
            return Ended::Without(Error::Busy { reason });
        }
        let begun = Instant::now();
        let handoff = Arc::new(Handoff::new());
        let (settings, name) = (Arc::clone(self.settings(call.service)), self.name.clone());
        let (job, deliver) = (Arc::clone(&work.job), Arc::clone(&handoff));
        let submitted = self.attempts.submit(move |started| {
            let attempted = match started {
                Ok(()) => Ok((attempt(&*settings, &name, &*job), begun.elapsed())),
                Err(error) => Err(no_thread(&name, error)),
            };
            deliver.deliver(attempted);
        });
        let ticket = match submitted {
            Ok(ticket) => ticket,
            Err(refusal) => {
                permit.settle(BreakerOutcome::Neutral);
                return Ended::Without(self.refused(refusal));
            }
        };
        let end = call
            .deadline
            .map(|deadline| plan.budget.end(begun, deadline, plan.backends));
        let waited = handoff.wait(|| match end {
            Some(end) if Instant::now() >= end => Err(self.over_budget(call, begun, end)),
            _ => {
                let limit = call.wait_limit()?;
                let left = end.map(|end| end.saturating_duration_since(Instant::now()));
                Ok([limit, left].into_iter().flatten().min())
            }
        });
        let error = match waited {
            Ok(attempted) => return self.ended(call, plan, attempted, permit),
            Err(error) => error,
        };
        // The attempt may end at this moment.
        let late = Late::new(&self.record, call, plan.work);
        let receive = late.clone();
        let came = handoff.abandon(move |attempted: Delivered| match attempted {
            Ok((attempted, time)) => receive.returned(&attempted.result, time),
            Err(_) => receive.never_began(),
        });
        if let Some(attempted) = came {
            return self.ended(call, plan, attempted, permit);
        }
        // An attempt that never began says nothing about the backend. Neither does a cancelled
        // attempt, which keeps its thread like an attempt that is waited for: otherwise callers that
        // leave would use up the bound of abandoned attempts of a backend without faults.
        let over_budget = if error == Error::Cancelled {
            ticket.withdraw();
            false
        } else {
            ticket.abandon()
        };
        late.judge(permit, begun, over_budget);
        Ended::Without(error)
    }

    /// The end of an attempt on a thread of the member. An attempt that never began says nothing about
    /// the backend.
    fn ended<'m>(
        &'m self,
        call: &Call<'_>,
        plan: &Plan,
        attempted: Delivered,
        permit: Permit<'m>,
    ) -> Ended<'m> {
        match attempted {
            Ok((attempted, time)) => self.returned(call, plan, attempted, time, permit),
            Err(error) => {
                permit.settle(BreakerOutcome::Neutral);
                Ended::Without(error)
            }
        }
    }

    fn returned<'m>(
        &'m self,
        call: &Call<'_>,
        plan: &Plan,
        attempted: Attempted,
        time: Duration,
        permit: Permit<'m>,
    ) -> Ended<'m> {
        if let Ok(result) = &attempted.result
            && !call.is_empty()
        {
            let costs = &self.record.costs;
            costs.record_result(call.operation, plan.work, call.items(), &**result, time);
        }
        let result = if plan.counts {
            attempted.traced(call.trace, call.service)
        } else {
            attempted.result
        };
        Ended::Returned(result, permit)
    }

    /// The error of an attempt over its budget: a fault of the backend, unless the call's own
    /// deadline has come.
    fn over_budget(&self, call: &Call<'_>, begun: Instant, end: Instant) -> Error {
        if call.is_late() {
            return Error::Deadline;
        }
        Error::Fault {
            backend: self.name.clone(),
            message: format!("no answer within the attempt's budget of {:?}", end - begun),
        }
    }

    fn refused(&self, refusal: Refusal<()>) -> Error {
        match refusal {
            Refusal::Full(()) | Refusal::Closed(()) => Error::Busy {
                reason: format!("{CONCURRENT_ATTEMPTS} calls run on {}", self.name),
            },
            Refusal::NoThread((), error) => no_thread(&self.name, &error),
        }
    }
}

/// The error of an attempt for which no thread can be started.
fn no_thread(backend: &str, error: &io::Error) -> Error {
    Error::io(IoAction::Start, format!("a thread for {backend}"), error)
}
