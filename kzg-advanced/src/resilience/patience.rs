//! Deadlines, and waiting where the caller wants to: outside admission, so that what waits
//! takes no one's place.

use core::time::Duration;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use kzg_traits::Operation;
use kzg_traits::error::Result;

use super::call::Call;
use super::dispatch::{Dispatch, Job};
use super::outcome::Outcome;
use super::policy::{Reaction, RecoveryPolicy};
use super::provenance::Note;

/// How long a pause goes on after a cancellation at most.
const SLICE: Duration = Duration::from_millis(10);

/// Refuses calls that are too late, and makes calls again that found everything busy.
#[derive(Debug)]
pub(super) struct Patient<D> {
    inner: D,
    policy: Arc<RecoveryPolicy>,
}

impl<D: Dispatch> Patient<D> {
    pub(super) fn new(inner: D, policy: Arc<RecoveryPolicy>) -> Self {
        Self { inner, policy }
    }

    pub(super) fn inner(&self) -> &D {
        &self.inner
    }
}

impl<D: Dispatch> Dispatch for Patient<D> {
    fn backend(&self) -> &str {
        self.inner.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        let now = Instant::now();
        let give_up = self.policy.overall().and_then(|time| now.checked_add(time));
        let call = &Call { give_up, ..*call };
        let mut pauses = self.policy.pauses(call.operation).into_iter().flatten();
        let mut attempt = 1;
        loop {
            call.check()?;
            let error = match self.inner.dispatch(call, job) {
                Err(error) if Reaction::to(error.kind()).wait => error,
                result => return result,
            };
            let Some(pause) = pauses.next() else {
                return Err(error);
            };
            let until = Instant::now() + pause;
            let too_late = |limit: Option<Instant>| limit.is_some_and(|limit| until >= limit);
            if too_late(call.give_up) || too_late(call.deadline) {
                return Err(error);
            }
            call.trace.note(Note::Retry {
                backend: self.backend().to_owned(),
                attempt,
                error,
            });
            attempt += 1;
            sleep_until(until, call)?;
        }
    }

    fn release_tables(&self) {
        self.inner.release_tables();
    }
}

/// Sleeps, unless the call is no longer wanted.
fn sleep_until(until: Instant, call: &Call<'_>) -> Result<()> {
    loop {
        call.check()?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(SLICE));
    }
}
