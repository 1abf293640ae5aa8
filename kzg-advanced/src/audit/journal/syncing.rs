//! The thread that syncs records in groups, and the copies of checkpoints that a sync releases.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use super::{Journal, Locked, State};
use crate::audit::checkpoint::Checkpoint;
use crate::audit::fault::{AuditAction, AuditError};
use crate::backend_call::users_code;

impl Journal {
    /// Syncs records in groups, and repeats failed writes and syncs, until the last handle is
    /// dropped.
    pub(in crate::audit) fn keep_synced(&self) {
        let mut state = self.lock();
        // When the thread first saw the records or the failure that wait for the interval.
        let mut waiting_since: Option<Instant> = None;
        while !state.closed {
            let unsynced = state.head.next - state.synced;
            let failed = state.failure.is_some();
            let checkpoint = self.until_checkpoint(&state);
            if checkpoint == Some(Duration::ZERO) && !failed {
                // A failure is repaired like that of any other record.
                let _ = self.sign(&mut state);
                continue;
            }
            if unsynced == 0 && !failed {
                waiting_since = None;
                state = match checkpoint {
                    None => self.wait(state),
                    Some(left) => self.wait_timeout(state, left),
                };
                continue;
            }
            if unsynced < self.options.unsynced || failed {
                let since = waiting_since.get_or_insert_with(Instant::now);
                let left = self.options.sync_interval.saturating_sub(since.elapsed());
                state = self.wait_timeout(state, left);
            }
            if state.closed {
                // Another logger may have opened the log meanwhile.
                break;
            }
            let unsynced = state.head.next - state.synced;
            if unsynced == 0 && !failed && state.copies.is_empty() {
                // Another thread has synced all records meanwhile, and has woken this one.
                continue;
            }
            let is_early =
                waiting_since.is_some_and(|since| since.elapsed() < self.options.sync_interval);
            if is_early && !failed && (1..self.options.unsynced).contains(&unsynced) {
                // Another thread has woken this one for another reason.
                continue;
            }
            waiting_since = None;
            if failed && self.mend(&mut state).is_err() {
                continue;
            }
            let target = state.head.next;
            let sync = state.sink.syncer();
            drop(state);
            let result = sync();
            state = self.lock();
            if self.synced(&mut state, target, result).is_ok() && !state.copies.is_empty() {
                state = self.hand_out(state);
            }
        }
    }

    pub(super) fn sync(&self, state: &mut Locked<'_>) -> Result<(), AuditError> {
        let target = state.head.next;
        let result = (state.sink.syncer())();
        self.synced(state, target, result)
    }

    /// Records the end of a sync that covers all records before `target`.
    fn synced(
        &self,
        state: &mut Locked<'_>,
        target: u64,
        result: io::Result<()>,
    ) -> Result<(), AuditError> {
        self.checked(state, AuditAction::Sync, result)?;
        state.synced = state.synced.max(target);
        // A failed write is repaired by the next write.
        if !state.torn && !state.unnamed && state.lost == 0 {
            state.failure = None;
        }
        self.notify();
        Ok(())
    }

    /// Hands the checkpoints whose records are on the disk to the receiver of copies, in their
    /// order. Other checkpoints, which were signed during the last sync, are kept for the next one.
    ///
    /// No lock is held while the receiver runs. One thread at a time hands out: that thread also
    /// hands out what is on the disk meanwhile.
    fn hand_out<'s>(&'s self, mut state: Locked<'s>) -> Locked<'s> {
        if state.handing_out.is_some() {
            return state;
        }
        let sink = self.checkpoints.as_ref().and_then(|all| all.sink.as_ref());
        state.handing_out = Some(thread::current().id());
        loop {
            let synced = state.synced;
            let on_disk = |copy: &mut Checkpoint| copy.next <= synced;
            let copies: Vec<Checkpoint> = state.copies.extract_if(.., on_disk).collect();
            if copies.is_empty() {
                state.handing_out = None;
                self.notify();
                return state;
            }
            drop(state);
            if let Some(sink) = sink {
                for copy in &copies {
                    users_code("a receiver of checkpoints", || sink(copy));
                }
            }
            state = self.lock();
        }
    }

    /// As [`hand_out`](Self::hand_out). If another thread hands out, waits until that thread has
    /// handed out everything. A receiver that uses the log does not wait for itself.
    pub(super) fn hand_out_all<'s>(&'s self, state: Locked<'s>) {
        let this = thread::current().id();
        let mut state = self.hand_out(state);
        while state.handing_out.is_some_and(|thread| thread != this) {
            state = self.wait(state);
        }
    }

    /// The time that is left until the next checkpoint is due; `None` where none is.
    fn until_checkpoint(&self, state: &State) -> Option<Duration> {
        let interval = self.checkpoints.as_ref()?.interval;
        let since = state.unsigned_since?;
        Some(interval.saturating_sub(since.elapsed()))
    }
}
