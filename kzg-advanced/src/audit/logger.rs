//! The handle of an audit log.

use core::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use kzg_traits::Error;

use super::checkpoint::{Checkpoint, CheckpointOptions};
use super::event::{AuditCall, AuditEvent, AuditEventType};
use super::fault::{AuditAction, AuditError, AuditFault};
use super::files::Lock;
use super::found::Found;
use super::health::AuditHealth;
use super::journal::Journal;
use super::options::{AuditOptions, OnAuditFailure};
use super::record::Head;
use crate::layer::Evidence;

/// An append-only log. A clone is another handle; the file is closed with the last.
#[derive(Clone)]
pub struct AuditLogger {
    log: Arc<Open>,
}

/// The open log, which is dropped with the last handle.
struct Open {
    journal: Arc<Journal>,
    // Released when everything is synced.
    _lock: Option<Lock>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.journal.close();
    }
}

impl AuditLogger {
    /// Opens a log, or begins one. A last line that was torn is cut off, and that is recorded.
    /// On Unix a file `NAME.lock` beside it keeps others from opening it at the same time.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if the log is open already, the files cannot be read or written, or the
    /// last record is broken: then nothing is changed, so that someone can look at it.
    pub fn open(path: impl AsRef<Path>, options: AuditOptions) -> Result<Self, AuditError> {
        Self::open_as(path.as_ref(), options, None)
    }

    /// As [`open`](Self::open), with checkpoints that are signed.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_signed(
        path: impl AsRef<Path>,
        options: AuditOptions,
        checkpoints: CheckpointOptions,
    ) -> Result<Self, AuditError> {
        Self::open_as(path.as_ref(), options, Some(checkpoints))
    }

    fn open_as(
        path: &Path,
        options: AuditOptions,
        checkpoints: Option<CheckpointOptions>,
    ) -> Result<Self, AuditError> {
        let found = Found::open(path).map_err(|fault| AuditError {
            path: path.to_owned(),
            fault,
        })?;
        let sink = Box::new(Arc::new(found.file));
        let journal = Journal::new(path, options, sink, found.head, found.length);
        let journal = journal
            .with_next_call(found.next_call)
            .with_checkpoints(checkpoints);
        let opened = AuditEvent::lost(AuditEventType::Opened, found.torn);
        journal.append(opened)?;
        // Records of a process that was killed may have had no checkpoint. The thread that syncs
        // begins later, so that it does not sign another checkpoint over the first record.
        journal.complete()?;
        Self::start(journal, Some(found.lock))
    }

    /// Starts the thread that syncs.
    pub(super) fn start(journal: Journal, lock: Option<Lock>) -> Result<Self, AuditError> {
        let journal = Arc::new(journal);
        let syncing = Arc::clone(&journal);
        thread::Builder::new()
            .name("kzg-audit".to_owned())
            .spawn(move || syncing.keep_synced())
            .map_err(AuditFault::io(AuditAction::StartThread))
            .map_err(|fault| journal.error(fault))?;
        Ok(Self {
            log: Arc::new(Open {
                journal,
                _lock: lock,
            }),
        })
    }

    fn journal(&self) -> &Journal {
        &self.log.journal
    }

    /// A number for a call. No other call that has a record in the log has the same number, also
    /// after the log was reopened.
    ///
    /// A number of a call without a record, such as a call that ended while the disk was full, is
    /// not given again either, once the log has a later record. If the process ends before, the
    /// number may be given again, because the log does not show the number.
    #[must_use]
    pub fn next_call(&self) -> u64 {
        self.journal().take_call()
    }

    /// Records that a call gave a result with this digest.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if it could not be written.
    pub fn log_success(&self, call: &AuditCall, output: [u8; 32]) -> Result<(), AuditError> {
        self.journal().append(call.success(output))
    }

    /// Records that a call gave an error.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if it could not be written.
    pub fn log_failure(&self, call: &AuditCall, error: &Error) -> Result<(), AuditError> {
        self.journal().append(call.failure(error))
    }

    /// Records that a backend is called again, after this attempt of it.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if it could not be written.
    pub fn log_retry(
        &self,
        call: &AuditCall,
        backend: &str,
        attempt: u32,
        error: &Error,
    ) -> Result<(), AuditError> {
        self.journal().append(call.retry(backend, attempt, error))
    }

    /// Records that another backend is called.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if it could not be written.
    pub fn log_fallback(
        &self,
        call: &AuditCall,
        from: &str,
        to: &str,
        error: &Error,
    ) -> Result<(), AuditError> {
        self.journal().append(call.fallback(from, to, error))
    }

    /// Records that two backends disagree.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if it could not be written.
    pub fn log_mismatch(&self, call: &AuditCall, evidence: &Evidence) -> Result<(), AuditError> {
        self.journal().append(call.mismatch(evidence))
    }

    /// Whether a call may be made now.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if the log fails and calls stop then.
    pub fn ready(&self) -> Result<(), AuditError> {
        match (self.on_failure(), self.journal().health().failure) {
            (OnAuditFailure::Stop, Some(failure)) => Err(self.journal().error(failure)),
            _ => Ok(()),
        }
    }

    /// The treatment of calls while the log cannot be written.
    #[must_use]
    pub fn on_failure(&self) -> OnAuditFailure {
        self.journal().options().on_failure
    }

    /// Health of the log.
    #[must_use]
    pub fn health(&self) -> AuditHealth {
        self.journal().health()
    }

    /// The end of the chain. Kept elsewhere, it shows later that no record before it is missing.
    #[must_use]
    pub fn head(&self) -> Head {
        self.journal().head()
    }

    /// Signs a checkpoint now, where the log has checkpoints: for a copy of one's own.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if it cannot be written.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, AuditError> {
        self.journal().checkpoint()
    }

    /// Waits until everything recorded so far is on the disk. After a failure, this method tries to
    /// write and sync at once: its result shows whether the failure is over.
    ///
    /// # Errors
    ///
    /// [`AuditError`] if it cannot be written or synced.
    pub fn flush(&self) -> Result<(), AuditError> {
        self.journal().flush()
    }
}

impl fmt::Debug for AuditLogger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLogger")
            .field("path", &self.journal().path())
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}
