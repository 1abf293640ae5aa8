//! The layer that records what became of each call.

use std::io;
use std::time::Instant;

use kzg_traits::{Error, IoAction, Operation, Result};

use super::event::AuditCall;
use super::logger::{AuditError, AuditLogger};
use super::options::OnAuditFailure;
use crate::resilience::{Call, Dispatch, Job, Note, Outcome};

/// Records each call, where there is a log.
#[derive(Debug)]
pub(crate) struct Audited<D> {
    inner: D,
    log: Option<AuditLogger>,
}

impl<D: Dispatch> Audited<D> {
    pub(crate) fn new(inner: D, log: Option<AuditLogger>) -> Self {
        Self { inner, log }
    }

    pub(crate) fn inner(&self) -> &D {
        &self.inner
    }
}

impl<D: Dispatch> Dispatch for Audited<D> {
    fn backend(&self) -> &str {
        self.inner.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        let Some(log) = &self.log else {
            return self.inner.dispatch(call, job);
        };
        log.ready().map_err(refused)?;
        let start = Instant::now();
        let result = self.inner.dispatch(call, job);
        let duration = start.elapsed();
        let recorded = record(log, call, duration, &result);
        match recorded {
            Err(error) if log.on_failure() == OnAuditFailure::Stop && result.is_ok() => {
                Err(refused(error))
            }
            _ => result,
        }
    }

    fn release_tables(&self) {
        self.inner.release_tables();
    }
}

fn refused(error: AuditError) -> Error {
    Error::io(IoAction::Write, "the audit log", &io::Error::other(error))
}

fn record<T: Outcome>(
    log: &AuditLogger,
    call: &Call<'_>,
    duration: std::time::Duration,
    result: &Result<T>,
) -> core::result::Result<(), AuditError> {
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
    written.and(match result {
        Ok(value) => log.log_success(&audited, value.digest()),
        Err(error) => log.log_failure(&audited, error),
    })
}
