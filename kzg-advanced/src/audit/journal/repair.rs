//! The repair of the file of a log after a failed write or a change by others, and the beginning of
//! another file.

use std::fs::File;
use std::sync::Arc;

use super::{Journal, Locked, Message};
use crate::audit::event::{AuditEvent, AuditEventType};
use crate::audit::fault::{AuditAction, AuditError, AuditFault, Replacement};
use crate::audit::files::RotationFault;
use crate::audit::options::OnReplaced;
use crate::audit::sink::UnderItsName;

/// The part of the size of a file by which the file grows until a rotation that failed is repeated.
const RETRY_SHARE: u64 = 16;

impl Journal {
    /// Checks the file under the log's name, cuts off what a failed write has left, and records
    /// what happened to the file and how many events are missing.
    pub(super) fn mend(&self, state: &mut Locked<'_>) -> Result<(), AuditError> {
        self.check_name(state)?;
        if state.unnamed {
            self.checked(state, AuditAction::Sync, self.files.sync_names())?;
            state.unnamed = false;
        }
        if state.torn {
            let length = state.length;
            let truncated = state.sink.truncate(length);
            self.checked(state, AuditAction::Truncate, truncated)?;
            state.torn = false;
        }
        if let Some((replacement, lost)) = state.unrecorded {
            self.write(state, AuditEvent::replaced(replacement, lost))?;
            state.unrecorded = None;
        }
        if state.lost > 0 {
            let gap = AuditEvent::lost(AuditEventType::Gap, state.lost);
            self.write(state, gap)?;
            state.lost = 0;
        }
        Ok(())
    }

    /// Checks whether the file was renamed, removed or cut.
    fn check_name(&self, state: &mut Locked<'_>) -> Result<(), AuditError> {
        let named = state.sink.under_its_name(self.files.current());
        let named = self.checked(state, AuditAction::Examine, named)?;
        let replacement = match named {
            UnderItsName::Same { length } if length >= state.length => {
                state.renamed = false;
                return Ok(());
            }
            UnderItsName::Nothing if state.renamed => return self.reopen(state),
            UnderItsName::Same { .. } => Replacement::Cut,
            UnderItsName::Nothing => Replacement::Removed,
            UnderItsName::Another { .. } => Replacement::AnotherFile,
        };
        if self.options.on_replaced == OnReplaced::Fail {
            return Err(self.fail(state, AuditFault::Replaced(replacement)));
        }
        let length = state.length;
        match named {
            UnderItsName::Same { length } => {
                // The cut may have left a part of a record.
                let complete = state.sink.complete_length();
                let complete = self.checked(state, AuditAction::Examine, complete)?;
                state.torn = complete < length;
                state.length = complete.min(state.length);
            }
            UnderItsName::Nothing | UnderItsName::Another { length: 0 } => self.reopen(state)?,
            UnderItsName::Another { .. } => {
                return Err(self.fail(state, AuditFault::Occupied(replacement)));
            }
        }
        state.replaced += 1;
        state.tell(Message::Replaced(replacement));
        let earlier = state.unrecorded.map_or(0, |(_, lost)| lost);
        let lost = earlier.saturating_add(length - state.length);
        state.unrecorded = Some((replacement, lost));
        Ok(())
    }

    /// Goes on in a new file under the log's name.
    fn reopen(&self, state: &mut Locked<'_>) -> Result<(), AuditError> {
        // The records in the old file stay there, even if the file was renamed or removed. A sync of
        // the new file does not make them durable.
        self.sync(state)?;
        let file = self.checked(state, AuditAction::Reopen, self.files.begin())?;
        self.go_on_in(state, file);
        Ok(())
    }

    /// Has further records go to a file that was begun under the log's name.
    fn go_on_in(&self, state: &mut Locked<'_>, file: File) {
        state.sink = Box::new(Arc::new(file));
        state.length = 0;
        state.torn = false;
        state.renamed = false;
        state.unnamed = true;
        state.rotation = None;
        state.rotate_at = self.options.max_file_bytes;
    }

    /// Begins another file if the current one is full. If that fails, further records go to the full
    /// file, and the rotation is repeated when the file has grown.
    ///
    /// # Errors
    ///
    /// If the full file cannot get its name back, or the names of the files cannot be made durable.
    pub(super) fn rotate_if_due(&self, state: &mut Locked<'_>) -> Result<(), AuditError> {
        if state.length < state.rotate_at || self.sync(state).is_err() {
            return Ok(());
        }
        let (error, renamed) = match self.files.rotate() {
            Ok(rotated) => {
                self.go_on_in(state, rotated.file);
                self.checked(state, AuditAction::Sync, rotated.named)?;
                state.unnamed = false;
                return Ok(());
            }
            Err(RotationFault::Kept(error)) => (error, false),
            Err(RotationFault::Renamed(error)) => (error, true),
        };
        let fault = AuditFault::io(AuditAction::Rotate)(error);
        let earlier = state.rotation.replace(fault.clone());
        let share = (self.options.max_file_bytes / RETRY_SHARE).max(1);
        state.rotate_at = state.length.saturating_add(share);
        state.renamed = renamed;
        if renamed {
            return Err(self.fail(state, fault));
        }
        if earlier.is_none() {
            state.tell(Message::Fault(fault));
        }
        Ok(())
    }
}
