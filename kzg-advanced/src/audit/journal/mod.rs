//! The chain on its file: writing and checkpoints.

mod locked;
mod repair;
mod syncing;

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread::ThreadId;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::checkpoint::{Checkpoint, CheckpointOptions};
use super::event::AuditEvent;
use super::fault::{AuditAction, AuditError, AuditFault, Replacement};
use super::files::Files;
use super::health::AuditHealth;
use super::options::AuditOptions;
use super::record::Head;
use super::sink::Sink;
use locked::{Locked, Message};

/// A log that is open.
pub(super) struct Journal {
    files: Files,
    options: AuditOptions,
    checkpoints: Option<CheckpointOptions>,
    /// The number of the next call.
    calls: AtomicU64,
    state: Mutex<State>,
    /// Notified when records have been written or synced, when checkpoints have been handed out, and
    /// at the end.
    changed: Condvar,
    #[cfg(test)]
    counts: Counts,
}

/// Numbers that tests read.
#[cfg(test)]
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) waits: AtomicU64,
    pub(super) notifications: AtomicU64,
}

struct State {
    sink: Box<dyn Sink>,
    /// The length of the file up to the last whole record.
    length: u64,
    head: Head,
    synced: u64,
    /// Whether bytes of a failed write may follow the last whole record.
    torn: bool,
    lost: u64,
    replaced: u64,
    /// The last replacement that has no record yet, with the number of bytes that it has cost,
    /// together with earlier ones. One record tells of all, so that their number has a bound.
    unrecorded: Option<(Replacement, u64)>,
    failure: Option<AuditFault>,
    /// The fault of the last rotation.
    rotation: Option<AuditFault>,
    /// The length at which another file is begun.
    rotate_at: u64,
    /// Whether the log itself has renamed the file, and could begin no other.
    renamed: bool,
    /// Whether the name of the file may not be durable.
    unnamed: bool,
    closed: bool,
    /// The number of records that have a checkpoint, its own record included.
    signed: u64,
    /// The moment at which the first record after the last checkpoint was written.
    unsigned_since: Option<Instant>,
    /// Checkpoints that have yet to be handed to the receiver.
    copies: Vec<Checkpoint>,
    /// The thread that hands checkpoints to the receiver.
    handing_out: Option<ThreadId>,
    /// The number of threads that send messages, or will when they give the lock back.
    sending: usize,
}

impl Journal {
    pub(super) fn new(
        path: &Path,
        options: AuditOptions,
        sink: Box<dyn Sink>,
        head: Head,
        length: u64,
    ) -> Self {
        // The fields are public, so their bounds are enforced here.
        let options = options.within_bounds();
        Self {
            files: Files::of(path),
            options,
            checkpoints: None,
            calls: AtomicU64::new(head.next),
            state: Mutex::new(State {
                sink,
                length,
                head,
                synced: head.next,
                torn: false,
                lost: 0,
                replaced: 0,
                unrecorded: None,
                failure: None,
                rotation: None,
                rotate_at: options.max_file_bytes,
                renamed: false,
                unnamed: false,
                closed: false,
                signed: head.next,
                unsigned_since: None,
                copies: Vec::new(),
                handing_out: None,
                sending: 0,
            }),
            changed: Condvar::new(),
            #[cfg(test)]
            counts: Counts::default(),
        }
    }

    #[cfg(test)]
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    #[cfg(test)]
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    pub(super) fn with_checkpoints(mut self, checkpoints: Option<CheckpointOptions>) -> Self {
        self.checkpoints = checkpoints.map(CheckpointOptions::within_bounds);
        self
    }

    /// The same journal with another number of the next call.
    pub(super) fn with_next_call(mut self, next_call: u64) -> Self {
        self.calls = AtomicU64::new(next_call);
        self
    }

    /// Takes the number of a call.
    pub(super) fn take_call(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn path(&self) -> &Path {
        self.files.current()
    }

    pub(super) fn options(&self) -> &AuditOptions {
        &self.options
    }

    pub(super) fn head(&self) -> Head {
        self.lock().head
    }

    pub(super) fn health(&self) -> AuditHealth {
        let state = self.lock();
        AuditHealth {
            failure: state.failure.clone(),
            rotation: state.rotation.clone(),
            lost: state.lost,
            unsynced: state.head.next - state.synced,
            replaced: state.replaced,
        }
    }

    /// Records an event.
    pub(super) fn append(&self, event: AuditEvent) -> Result<(), AuditError> {
        let mut state = self.lock();
        // This wait bounds the records that a power failure may lose. The bound cannot be kept
        // while syncs fail.
        while state.failure.is_none() && state.head.next - state.synced >= self.options.unsynced {
            if state.handing_out.is_some() || state.sending > 0 {
                // The thread that syncs may run the receiver of checkpoints or the subscriber of traces,
                // which may be the caller.
                let _ = self.sync(&mut state);
                continue;
            }
            state = self.wait(state);
        }
        let all_synced = state.head.next == state.synced;
        if let Err(error) = self.mend(&mut state) {
            state.lost += 1;
            return Err(error);
        }
        let rotated = self.rotate_if_due(&mut state);
        let written = rotated.and_then(|()| self.write(&mut state, event));
        if written.is_err() {
            state.lost += 1;
        }
        if let Some(checkpoints) = &self.checkpoints {
            state.unsigned_since.get_or_insert_with(Instant::now);
            if written.is_ok() && state.head.next - state.signed >= checkpoints.every {
                // A failure shows in the log's health, and the next record tries again.
                let _ = self.sign(&mut state);
            }
        }
        // The thread that syncs waits for the first record, and no longer once the bound is reached.
        let sync_is_due = all_synced || state.head.next - state.synced >= self.options.unsynced;
        if sync_is_due {
            // Before the lock is given back: a subscriber may be told then, and wait for the sync.
            self.notify();
        }
        drop(state);
        written
    }

    /// Writes the missing records, and waits until all records are on the disk.
    pub(super) fn flush(&self) -> Result<(), AuditError> {
        let mut state = self.lock();
        self.mend(&mut state)?;
        self.sync(&mut state)?;
        self.hand_out_all(state);
        Ok(())
    }

    /// Signs a checkpoint over all records so far.
    pub(super) fn checkpoint(&self) -> Result<Option<Checkpoint>, AuditError> {
        let mut state = self.lock();
        self.mend(&mut state)?;
        let checkpoint = self.sign(&mut state)?;
        self.sync(&mut state)?;
        self.hand_out_all(state);
        Ok(checkpoint)
    }

    /// Signs a checkpoint over the records that have none, and waits until all records are on the
    /// disk.
    pub(super) fn complete(&self) -> Result<(), AuditError> {
        let mut state = self.lock();
        self.mend(&mut state)?;
        if state.head.next > state.signed {
            self.sign(&mut state)?;
        }
        self.sync(&mut state)?;
        self.hand_out_all(state);
        Ok(())
    }

    /// Ends the thread that syncs, after a last checkpoint and a last sync: the thread may not
    /// get to run.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        // After a failed mend, the file may end in the bytes of a failed write.
        if self.mend(&mut state).is_ok() && state.head.next > state.signed {
            let _ = self.sign(&mut state);
        }
        let _ = self.sync(&mut state);
        // Before the lock is given back: a subscriber may be told then.
        self.notify();
        self.hand_out_all(state);
    }

    pub(super) fn error(&self, fault: AuditFault) -> AuditError {
        AuditError {
            path: self.files.current().to_owned(),
            fault,
        }
    }

    fn fail(&self, state: &mut Locked<'_>, fault: AuditFault) -> AuditError {
        if state.failure.is_none() {
            state.tell(Message::Fault(fault.clone()));
        }
        state.failure = Some(fault.clone());
        // The thread that syncs tries to repair the file.
        self.notify();
        self.error(fault)
    }

    /// Returns the result of an action. An error becomes the failure of the log.
    fn checked<T>(
        &self,
        state: &mut Locked<'_>,
        action: AuditAction,
        result: io::Result<T>,
    ) -> Result<T, AuditError> {
        result.map_err(|error| self.fail(state, AuditFault::io(action)(error)))
    }

    /// Writes a signed checkpoint over all records so far. Returns `None` where the log has no
    /// checkpoints, and while the file may end in the bytes of a failed write: they are cut off
    /// later, together with all bytes behind them.
    fn sign(&self, state: &mut Locked<'_>) -> Result<Option<Checkpoint>, AuditError> {
        let Some(CheckpointOptions { key, every, .. }) = &self.checkpoints else {
            return Ok(None);
        };
        if state.torn {
            return Ok(None);
        }
        let checkpoint = key.sign(state.head, now(), *every);
        self.write(state, AuditEvent::checkpoint(checkpoint.clone()))?;
        state.signed = state.head.next;
        state.unsigned_since = None;
        state.copies.push(checkpoint.clone());
        Ok(Some(checkpoint))
    }

    fn write(&self, state: &mut Locked<'_>, mut event: AuditEvent) -> Result<(), AuditError> {
        if state.failure.is_none() && state.head.next - state.synced >= self.options.unsynced {
            // Records of the log itself wait for no other thread. A failure shows in the log's health.
            let _ = self.sync(state);
        }
        event.time = now();
        // The caller took the number of its call before it locked the state, so that the number
        // that is read here is larger.
        let next_call = self.calls.load(Ordering::Relaxed);
        event.next_call = Some(next_call).filter(|&call| call > state.head.next + 1);
        let (line, head) = state.head.record(event);
        let appended = state.sink.append(&line);
        state.torn |= appended.is_err();
        self.checked(state, AuditAction::Write, appended)?;
        state.head = head;
        state.length += line.len() as u64;
        Ok(())
    }
}

/// The time in microseconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| u64::try_from(now.as_micros()).unwrap_or(u64::MAX))
}
