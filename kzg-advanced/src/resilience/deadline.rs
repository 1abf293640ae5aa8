//! Deadlines, and the retry of whole calls: outside admission, so that a call that waits for its
//! retry holds no place.

use std::sync::Arc;
use std::time::Instant;

use kzg_traits::error::Result;

use crate::failover::{Reaction, RecoveryPolicy};
use crate::layer::{Boxed, Call, Job, Layer, Note};

/// Refuses calls that are too late, and makes calls again that found all backends busy.
#[derive(Debug)]
pub(super) struct Deadline {
    inner: Arc<dyn Layer>,
    policy: Arc<RecoveryPolicy>,
}

impl Deadline {
    pub(super) fn new(inner: Arc<dyn Layer>, policy: Arc<RecoveryPolicy>) -> Self {
        Self { inner, policy }
    }
}

impl Layer for Deadline {
    fn inner(&self) -> Option<&dyn Layer> {
        Some(&*self.inner)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        let now = Instant::now();
        let give_up = self.policy.overall().and_then(|time| now.checked_add(time));
        let call = &Call { give_up, ..*call };
        let mut delays = self.policy.delays(call.operation).into_iter().flatten();
        let mut attempt = 1;
        loop {
            call.check()?;
            let error = match self.inner.dispatch(call, job) {
                Err(error) if Reaction::to(error.kind()).wait => error,
                result => return result,
            };
            let again = delays
                .next()
                .and_then(|delay| Instant::now().checked_add(delay));
            let Some(again) = again.filter(|&again| call.may_retry_at(again)) else {
                return Err(error);
            };
            call.pause_until(again)?;
            call.trace.note(Note::Retry {
                backend: self.backend().to_owned(),
                attempt,
                error,
            });
            attempt += 1;
        }
    }
}
