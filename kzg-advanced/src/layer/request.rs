//! The wishes of a caller beside the answer: a deadline, cancellation, provenance.

use core::time::Duration;
use std::time::Instant;

use super::guard::InputGuard;
use super::provenance::ProvenanceSlot;
use crate::CancellationToken;

/// The wishes of a caller for its calls.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Request {
    /// The moment after which no answer is wanted.
    pub deadline: Option<Instant>,
    /// The time that each call may take from the moment at which it is made.
    pub timeout: Option<Duration>,
    /// Tokens, each of which stops the calls between attempts.
    pub cancel: Vec<CancellationToken>,
    /// The SHA-256 digest of the inputs for the audit log, where a closure hides the inputs.
    pub input_digest: Option<[u8; 32]>,
    /// The receiver of the provenance of answers.
    pub provenance: Option<ProvenanceSlot>,
    /// Values that are kept as long as copies of the inputs.
    pub input_guards: Vec<InputGuard>,
}

impl Request {
    /// The same request with a deadline.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same request with a time limit for each call.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The same request with one more token that cancels its calls.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel.push(cancel);
        self
    }

    /// The same request with the digest of the inputs.
    #[must_use]
    pub fn with_input_digest(mut self, digest: [u8; 32]) -> Self {
        self.input_digest = Some(digest);
        self
    }

    /// The same request with a receiver of provenance.
    #[must_use]
    pub fn with_provenance(mut self, slot: &ProvenanceSlot) -> Self {
        self.provenance = Some(slot.clone());
        self
    }

    /// The same request with one more value that is kept as long as copies of the inputs.
    #[must_use]
    pub fn with_input_guard(mut self, guard: InputGuard) -> Self {
        self.input_guards.push(guard);
        self
    }

    /// The earlier of the deadline and the end of the timeout, counted from now.
    #[must_use]
    pub fn deadline_from_now(&self) -> Option<Instant> {
        // A timeout too long to be represented is none.
        let timeout = self
            .timeout
            .and_then(|timeout| Instant::now().checked_add(timeout));
        match (self.deadline, timeout) {
            (Some(deadline), Some(timeout)) => Some(deadline.min(timeout)),
            (deadline, timeout) => deadline.or(timeout),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_of_deadline_and_timeout_counts() {
        let now = Instant::now();
        let hour = Duration::from_secs(3600);
        let request = Request::default().with_deadline(now + hour);
        assert_eq!(request.deadline_from_now(), Some(now + hour));
        let sooner = request.clone().with_timeout(hour / 2);
        assert!(sooner.deadline_from_now() < Some(now + hour));
        let endless = Request::default().with_timeout(Duration::MAX);
        assert_eq!(endless.deadline_from_now(), None);
    }
}
