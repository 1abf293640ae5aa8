//! The thread that syncs records in groups, and the copies of checkpoints that a sync releases.

use std::io;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use super::{Journal, State};
use crate::audit::checkpoint::Checkpoint;
use crate::audit::fault::{AuditAction, AuditError};
use crate::backend_call::users_code;

impl Journal {
    /// Syncs records in groups, and repeats failed writes and syncs, until the last handle is
    /// dropped.
    pub(in crate::audit) fn keep_synced(&self) {
        let mut state = self.lock();
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
                state = match checkpoint {
                    None => self.wait(state),
                    Some(left) => {
                        let waited = self.changed.wait_timeout(state, left);
                        waited.unwrap_or_else(PoisonError::into_inner).0
                    }
                };
                continue;
            }
            if unsynced < self.options.unsynced || failed {
                let waited = self.changed.wait_timeout(state, self.options.sync_interval);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if failed && self.mend(&mut state).is_err() {
                continue;
            }
            let target = state.head.next;
            let sync = state.sink.syncer();
            drop(state);
            let result = sync();
            state = self.lock();
            if self.synced(&mut state, target, result).is_ok() && !state.copies.is_empty() {
                self.hand_out(state);
                state = self.lock();
            }
        }
    }

    pub(super) fn sync(&self, state: &mut State) -> Result<(), AuditError> {
        let target = state.head.next;
        let result = (state.sink.syncer())();
        self.synced(state, target, result)
    }

    /// Records the end of a sync that covers all records before `target`.
    fn synced(
        &self,
        state: &mut State,
        target: u64,
        result: io::Result<()>,
    ) -> Result<(), AuditError> {
        self.checked(state, AuditAction::Sync, result)?;
        state.synced = state.synced.max(target);
        // A failed write is repaired by the next write.
        if !state.torn && state.lost == 0 {
            state.failure = None;
        }
        self.changed.notify_all();
        Ok(())
    }

    /// Hands the checkpoints whose records are on the disk to the receiver of copies. Other
    /// checkpoints, which were signed during the last sync, are kept for the next one.
    pub(super) fn hand_out(&self, mut state: MutexGuard<'_, State>) {
        let synced = state.synced;
        let on_disk = |copy: &mut Checkpoint| copy.next <= synced;
        let copies: Vec<Checkpoint> = state.copies.extract_if(.., on_disk).collect();
        drop(state);
        let sink = self.checkpoints.as_ref().and_then(|all| all.sink.as_ref());
        if let Some(sink) = sink {
            for copy in &copies {
                users_code("a receiver of checkpoints", || sink(copy));
            }
        }
    }

    /// The time that is left until the next checkpoint is due; `None` where none is.
    fn until_checkpoint(&self, state: &State) -> Option<Duration> {
        let interval = self.checkpoints.as_ref()?.interval;
        let since = state.unsigned_since?;
        Some(interval.saturating_sub(since.elapsed()))
    }
}
