//! Waiting for the result of one task.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError};

use super::task::{KzgResult, Label};
use crate::error::KzgAdvancedError;

/// A task that was accepted, and its result to come. Dropping it leaves the task alone and
/// discards the result.
#[derive(Debug)]
#[must_use = "the result comes nowhere else"]
pub struct TaskHandle {
    pub(super) label: Label,
    pub(super) result: Receiver<KzgResult>,
}

impl TaskHandle {
    /// The task's number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.label.id
    }

    /// Waits for the result.
    #[must_use]
    pub fn wait(self) -> KzgResult {
        let result = self.result.recv();
        result.unwrap_or_else(|_| self.label.failed(KzgAdvancedError::Cancelled))
    }

    /// The result, if it is there.
    ///
    /// # Errors
    ///
    /// The handle, if it is not.
    pub fn try_wait(self) -> Result<KzgResult, Self> {
        match self.result.try_recv() {
            Ok(result) => Ok(result),
            Err(TryRecvError::Empty) => Err(self),
            Err(TryRecvError::Disconnected) => Ok(self.wait()),
        }
    }

    /// Waits for the result, but not longer than `timeout`.
    ///
    /// # Errors
    ///
    /// The handle, if the result is not there by then.
    pub fn wait_timeout(self, timeout: Duration) -> Result<KzgResult, Self> {
        match self.result.recv_timeout(timeout) {
            Ok(result) => Ok(result),
            Err(RecvTimeoutError::Timeout) => Err(self),
            Err(RecvTimeoutError::Disconnected) => Ok(self.wait()),
        }
    }
}
