//! The layer that records the end of each call.

use core::time::Duration;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::error::Result;
use kzg_traits::{Error, IoAction};

use super::event::AuditCall;
use super::fault::AuditError;
use super::logger::AuditLogger;
use super::options::OnAuditFailure;
use crate::backend_call::panic_as_fault;
use crate::layer::{Boxed, Call, Job, Layer, Note};

/// Records each call: its retries, fallbacks and mismatches, then its end, exactly once.
#[derive(Debug)]
pub(crate) struct Audited {
    inner: Arc<dyn Layer>,
    log: AuditLogger,
}

impl Audited {
    pub(crate) fn new(inner: Arc<dyn Layer>, log: AuditLogger) -> Self {
        Self { inner, log }
    }
}

impl Layer for Audited {
    fn inner(&self) -> Option<&dyn Layer> {
        Some(&*self.inner)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        self.log.ready().map_err(refused)?;
        let start = Instant::now();
        let result = self.inner.dispatch(call, job);
        // The digest of a caller's own type is code of the caller's.
        let result = result.and_then(|value| {
            let digest = panic_as_fault(|| "the result's digest".to_owned(), || Ok(value.digest()));
            digest.map(|digest| (value, digest))
        });
        let end = result.as_ref().map(|(_, digest)| *digest);
        let recorded = self.record(call, start.elapsed(), end);
        match recorded {
            Err(error) if self.withholds() && result.is_ok() => Err(refused(error)),
            _ => result.map(|(value, _)| value),
        }
    }

    fn refused(&self, call: &Call<'_>, error: &Error) {
        // The caller has its error; a failure of the log shows in the log's health.
        let _ = self.record(call, Duration::ZERO, Err(error));
        self.inner.refused(call, error);
    }
}

fn refused(error: AuditError) -> Error {
    Error::io(IoAction::Write, "the audit log", &io::Error::other(error))
}

impl Audited {
    /// Whether a result is withheld that cannot be recorded.
    fn withholds(&self) -> bool {
        self.log.on_failure() == OnAuditFailure::Stop
    }

    fn record(
        &self,
        call: &Call<'_>,
        duration: Duration,
        end: Result<[u8; 32], &Error>,
    ) -> Result<(), AuditError> {
        let log = &self.log;
        let provenance = call.trace.provenance();
        let degraded = provenance.is_degraded();
        let audited = AuditCall {
            attempts: provenance.attempts,
            degraded,
            confirmed_by: provenance.cross_checked,
            items: call.items(),
            bytes: call.bytes(),
            input: call.input_digest(),
            duration,
            ..AuditCall::new(log.next_call(), call.operation, provenance.backend)
        };
        let mut written = Ok(());
        for note in call.trace.take_notes() {
            let noted = match &note {
                Note::Retry {
                    backend,
                    attempt,
                    error,
                } => log.log_retry(&audited, backend, *attempt, error),
                Note::Fallback { from, to, error } => log.log_fallback(&audited, from, to, error),
                Note::Mismatch(evidence) => log.log_mismatch(&audited, evidence),
            };
            written = written.and(noted);
        }
        // Each call has exactly one record of its end, so this one comes last.
        let ended = match (end, &written) {
            // The caller does not get the result.
            (Ok(_), Err(fault)) if self.withholds() => {
                log.log_failure(&audited, &refused(fault.clone()))
            }
            (Ok(digest), _) => log.log_success(&audited, digest),
            (Err(error), _) => log.log_failure(&audited, error),
        };
        written.and(ended)
    }
}
