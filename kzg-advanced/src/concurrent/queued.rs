//! An accepted task, and its execution.

use core::fmt;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use kzg_traits::{Blob, Error, KzgSettings};

use super::lanes::{Lane, LaneTask};
use super::options::Submission;
use super::task::{KzgResult, KzgTask, TaskLabel};
use crate::backend_call::{backend_name, isolated, panic_as_fault, users_code, whole_error};
use crate::batch::calls::{extend, recover};
use crate::batch::{BatchOptions, BatchProcessor, CellsAndProofs, PartialCells};
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};
use crate::layer::InputGuard;
use crate::sync::lock;
use crate::workers::Moment;

/// An accepted task. It sends exactly one result, at the latest when it is dropped.
///
/// The lanes, the thread that performs the task, and the alarm of its deadline share it.
pub(super) struct QueuedTask {
    pub(super) label: TaskLabel,
    pub(super) task: KzgTask,
    pub(super) submission: Submission,
    pub(super) submitted: Instant,
    /// `None` once the result is sent.
    reply: Mutex<Option<Reply>>,
    /// The value that is kept until the task leaves its lane.
    lane_guard: Mutex<Option<InputGuard>>,
    /// The moment of the deadline. It is cleared when the task is settled or dropped, such as by a
    /// client that no longer waits for room.
    deadline: Mutex<Option<Moment>>,
}

/// The receiver of a result.
pub(super) type Reply = Box<dyn FnOnce(KzgResult) + Send>;

impl QueuedTask {
    pub(super) fn new(task: KzgTask, mut submission: Submission, reply: Reply) -> Self {
        Self {
            label: task.label(),
            task,
            lane_guard: Mutex::new(submission.lane_guard.take()),
            submission,
            submitted: Instant::now(),
            reply: Mutex::new(Some(reply)),
            deadline: Mutex::default(),
        }
    }

    /// Sends the result. A second result is dropped.
    pub(super) fn answer(&self, result: KzgResult) {
        if let Some(reply) = self.take_reply() {
            users_code("a reply", || reply(result));
        }
    }

    /// Drops the receiver of the result of a refused task.
    pub(super) fn withdraw(&self) {
        drop(self.take_reply());
    }

    /// Drops the value that is kept until the task leaves its lane.
    pub(super) fn leave_lane(&self) {
        let guard = lock(&self.lane_guard).take();
        users_code("the guard of a place in a lane", || drop(guard));
    }

    /// Sets the moment of the deadline, in place of an earlier one. `None` clears it.
    pub(super) fn set_deadline(&self, moment: Option<Moment>) {
        let mut deadline = lock(&self.deadline);
        let earlier = core::mem::replace(&mut *deadline, moment);
        drop(deadline);
        drop(earlier);
    }

    fn take_reply(&self) -> Option<Reply> {
        lock(&self.reply).take()
    }

    /// Performs the task. `goes_on` is asked between the items of a batch.
    pub(super) fn perform(
        &self,
        settings: &Arc<dyn KzgSettings>,
        goes_on: impl Fn() -> bool + Send + Sync + 'static,
    ) -> KzgResult {
        // A token for this batch alone: each pause checks all reasons to stop.
        let cancel = CancellationToken::new();
        let token = cancel.clone();
        let options = BatchOptions::default()
            .with_cancellation(cancel)
            .with_progress(move |_| {
                if !goes_on() {
                    token.cancel();
                }
            });
        let batch = BatchProcessor::with_options(Arc::clone(settings), options);
        let outcome = panic_as_fault(
            || backend_name(&**settings),
            || Ok(self.label.perform(&self.task, &**settings, &batch)),
        );
        let error = |error| whole_error(&**settings, self.label.operation)(error);
        match outcome {
            Ok(result) => match result.error() {
                Some(KzgAdvancedError::Cancelled) if self.submission.is_late() => {
                    self.label.failed(error(Error::Deadline))
                }
                _ => result,
            },
            Err(fault) => self.label.failed(error(fault)),
        }
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

/// A task is equal to itself alone.
impl PartialEq for QueuedTask {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }
}

impl LaneTask for Arc<QueuedTask> {
    fn lane(&self) -> Lane {
        self.submission.priority.lane()
    }
}

impl Drop for QueuedTask {
    fn drop(&mut self) {
        self.answer(self.label.failed(KzgAdvancedError::Cancelled));
    }
}

impl TaskLabel {
    fn perform(
        self,
        task: &KzgTask,
        settings: &dyn KzgSettings,
        batch: &BatchProcessor,
    ) -> KzgResult {
        let id = self.id;
        match task {
            KzgTask::Commitment { blob, .. } => KzgResult::Commitment {
                id,
                result: self.call(settings, |settings| settings.blob_to_kzg_commitment(blob)),
            },
            KzgTask::BatchCommitment { blobs, .. } => KzgResult::BatchCommitment {
                id,
                result: batch.batch_commitments(references(blobs)),
            },
            KzgTask::Proof {
                blob, commitment, ..
            } => KzgResult::Proof {
                id,
                result: self.call(settings, |settings| {
                    settings.compute_blob_kzg_proof(blob, commitment)
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
                    settings.verify_kzg_proof(commitment, point, value, proof)
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
                    settings.verify_blob_kzg_proof(blob, commitment, proof)
                }),
            },
            KzgTask::BatchVerification {
                blobs,
                commitments,
                proofs,
                ..
            } => KzgResult::Verification {
                id,
                result: batch.batch_verify(references(blobs), commitments, proofs),
            },
            KzgTask::Cells { blob, .. } => KzgResult::Cells {
                id,
                result: self.call(settings, |settings| {
                    let mut made = CellsAndProofs::default();
                    let blobs = core::slice::from_ref(&**blob).into();
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
                        cell_indices,
                        cells: (&**cells).into(),
                    };
                    recover(settings, &part, &mut made)?;
                    Ok(made)
                }),
            },
            KzgTask::CellVerification {
                commitments,
                cell_indices,
                cells,
                proofs,
                ..
            } => KzgResult::Verification {
                id,
                result: self.call(settings, |settings| {
                    let cells = (&**cells).into();
                    settings.verify_cell_kzg_proof_batch(commitments, cell_indices, cells, proofs)
                }),
            },
            KzgTask::Call { call, .. } => KzgResult::Call {
                id,
                result: self.call(settings, |settings| call.perform(settings)),
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
