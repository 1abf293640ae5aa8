//! An accepted task, and its execution.

use core::fmt;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{Blob, Error, KzgSettings, Operation};

use super::options::Submission;
use super::task::{KzgResult, KzgTask, TaskLabel};
use crate::backend_call::{backend_name, isolated, panic_as_fault, users_code, whole_error};
use crate::batch::calls::{extend, recover};
use crate::batch::{BatchOptions, BatchProcessor, CellsAndProofs, PartialCells};
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// An accepted task. It sends exactly one result, at the latest when it is dropped.
pub(super) struct QueuedTask {
    label: TaskLabel,
    /// `None` once the task has begun.
    task: Option<KzgTask>,
    pub(super) submission: Submission,
    pub(super) submitted: Instant,
    /// `None` once the result is sent.
    reply: Option<Reply>,
}

/// The receiver of a result.
pub(super) type Reply = Box<dyn FnOnce(KzgResult) + Send>;

impl QueuedTask {
    pub(super) fn new(task: KzgTask, submission: Submission, reply: Reply) -> Self {
        Self {
            label: task.label(),
            task: Some(task),
            submission,
            submitted: Instant::now(),
            reply: Some(reply),
        }
    }

    pub(super) fn operation(&self) -> Operation {
        self.label.operation
    }

    pub(super) fn answer(mut self, result: KzgResult) {
        self.send(result);
    }

    /// Drops a refused task without a result.
    pub(super) fn withdraw(mut self) {
        self.reply = None;
    }

    fn send(&mut self, result: KzgResult) {
        if let Some(reply) = self.reply.take() {
            users_code("reply", || reply(result));
        }
    }

    /// Performs the task. `pause` is called between the items of a batch.
    pub(super) fn perform(
        &mut self,
        settings: &Arc<dyn KzgSettings>,
        stop: &CancellationToken,
        pause: impl Fn() + Send + Sync + 'static,
    ) -> KzgResult {
        let Some(task) = self.task.take() else {
            return self.label.failed(KzgAdvancedError::Cancelled);
        };
        if let Some(error) = self.refusal(&**settings) {
            return self.label.failed(error);
        }
        // A token for this batch alone: each pause checks all reasons to stop.
        let cancel = CancellationToken::new();
        let (submission, stop, token) = (self.submission.clone(), stop.clone(), cancel.clone());
        let options = BatchOptions::default()
            .with_cancellation(cancel)
            .with_progress(move |_| {
                pause();
                if submission.is_late() || submission.cancel.is_cancelled() || stop.is_cancelled() {
                    token.cancel();
                }
            });
        let batch = BatchProcessor::with_options(Arc::clone(settings), options);
        let outcome = panic_as_fault(
            || backend_name(&**settings),
            || Ok(self.label.perform(task, &**settings, &batch)),
        );
        match outcome {
            Ok(result) => match result.error() {
                Some(KzgAdvancedError::Cancelled) if self.submission.is_late() => {
                    self.label.failed(self.error(&**settings, Error::Deadline))
                }
                _ => result,
            },
            Err(error) => self.label.failed(self.error(&**settings, error)),
        }
    }

    /// The error of a task that was cancelled or late before it began.
    fn refusal(&self, settings: &dyn KzgSettings) -> Option<KzgAdvancedError> {
        if self.submission.cancel.is_cancelled() {
            Some(KzgAdvancedError::Cancelled)
        } else if self.submission.is_late() {
            Some(self.error(settings, Error::Deadline))
        } else {
            None
        }
    }

    fn error(&self, settings: &dyn KzgSettings, error: Error) -> KzgAdvancedError {
        whole_error(settings, self.label.operation)(error)
    }
}

impl fmt::Debug for QueuedTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedTask")
            .field("label", &self.label)
            .field("submission", &self.submission)
            .finish_non_exhaustive()
    }
}

impl Drop for QueuedTask {
    fn drop(&mut self) {
        self.send(self.label.failed(KzgAdvancedError::Cancelled));
    }
}

impl TaskLabel {
    fn perform(
        self,
        task: KzgTask,
        settings: &dyn KzgSettings,
        batch: &BatchProcessor,
    ) -> KzgResult {
        let id = self.id;
        match task {
            KzgTask::Commitment { blob, .. } => KzgResult::Commitment {
                id,
                result: self.call(settings, |settings| settings.blob_to_kzg_commitment(&blob)),
            },
            KzgTask::BatchCommitment { blobs, .. } => KzgResult::BatchCommitment {
                id,
                result: batch.batch_commitments(references(&blobs)),
            },
            KzgTask::Proof {
                blob, commitment, ..
            } => KzgResult::Proof {
                id,
                result: self.call(settings, |settings| {
                    settings.compute_blob_kzg_proof(&blob, &commitment)
                }),
            },
            KzgTask::Verification {
                commitment,
                proof,
                point,
                value,
                ..
            } => KzgResult::Verification {
                id,
                result: self.call(settings, |settings| {
                    settings.verify_kzg_proof(&commitment, &point, &value, &proof)
                }),
            },
            KzgTask::BlobVerification {
                blob,
                commitment,
                proof,
                ..
            } => KzgResult::Verification {
                id,
                result: self.call(settings, |settings| {
                    settings.verify_blob_kzg_proof(&blob, &commitment, &proof)
                }),
            },
            KzgTask::BatchVerification {
                blobs,
                commitments,
                proofs,
                ..
            } => KzgResult::Verification {
                id,
                result: batch.batch_verify(references(&blobs), &commitments, &proofs),
            },
            KzgTask::Cells { blob, .. } => KzgResult::Cells {
                id,
                result: self.call(settings, |settings| {
                    let mut made = CellsAndProofs::default();
                    let blobs = core::slice::from_ref(&*blob).into();
                    extend(settings, blobs, 0..1, core::slice::from_mut(&mut made))?;
                    Ok(made)
                }),
            },
            KzgTask::Recovery {
                cell_indices,
                cells,
                ..
            } => KzgResult::Recovery {
                id,
                result: self.call(settings, |settings| {
                    let mut made = CellsAndProofs::default();
                    let part = PartialCells {
                        cell_indices: &cell_indices,
                        cells: (&*cells).into(),
                    };
                    recover(settings, &part, &mut made)?;
                    Ok(made)
                }),
            },
        }
    }

    fn call<T>(
        self,
        settings: &dyn KzgSettings,
        call: impl FnOnce(&dyn KzgSettings) -> kzg_traits::error::Result<T>,
    ) -> KzgAdvancedResult<T> {
        isolated(settings, call).map_err(whole_error(settings, self.operation))
    }
}

fn references(blobs: &[Arc<Blob>]) -> impl Iterator<Item = &Blob> {
    blobs.iter().map(|blob| &**blob)
}
