//! Verifications that share one call: each has its own verdict or error.

use core::ops::Range;
use std::sync::Arc;

use kzg_traits::{Blob, Cell, Error, KzgCommitment, KzgProof, KzgSettings};

use super::queued::QueuedTask;
use super::task::KzgTask;
use crate::backend_call::{CallError, isolated};

/// The kinds of verification that share calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Blobs,
    Cells,
}

/// The kind of a task and the number of its items, if the task may share a call. Lists of different
/// lengths are refused by a call of their own.
fn shareable(task: &KzgTask) -> Option<(Kind, usize)> {
    match task {
        KzgTask::BlobVerification { .. } => Some((Kind::Blobs, 1)),
        KzgTask::BatchVerification {
            blobs,
            commitments,
            proofs,
            ..
        } => {
            let count = blobs.len();
            let equal = commitments.len() == count && proofs.len() == count;
            equal.then_some((Kind::Blobs, count))
        }
        KzgTask::CellVerification {
            commitments,
            cell_indices,
            cells,
            proofs,
            ..
        } => {
            let count = cells.len();
            let equal = [commitments.len(), cell_indices.len(), proofs.len()] == [count; 3];
            equal.then_some((Kind::Cells, count))
        }
        _ => None,
    }
}

/// The room of one call for further tasks.
#[derive(Debug)]
pub(super) struct Room {
    kind: Kind,
    items: usize,
}

impl Room {
    /// The room beside a task in a call of `most` items; `None` if the task has its call alone.
    pub(super) fn beside(task: &KzgTask, most: usize) -> Option<Self> {
        let (kind, count) = shareable(task)?;
        let items = most.checked_sub(count).filter(|&left| left > 0)?;
        Some(Self { kind, items })
    }

    /// Returns whether a task fits into the call, and reserves room for the task's items if it fits.
    pub(super) fn admits(&mut self, task: &KzgTask) -> bool {
        let Some((_, count)) = shareable(task).filter(|(kind, _)| *kind == self.kind) else {
            return false;
        };
        let left = self.items.checked_sub(count);
        self.items = left.unwrap_or(self.items);
        left.is_some()
    }
}

/// The verdict on all items of one task.
type Verdict = Result<bool, CallError>;

/// The items of several tasks side by side. Of `blobs` and `cells`, one is empty.
#[derive(Default)]
struct Items<'a> {
    blobs: Vec<&'a Blob>,
    cells: Vec<&'a Cell>,
    cell_indices: Vec<u64>,
    commitments: Vec<KzgCommitment>,
    proofs: Vec<KzgProof>,
}

impl<'a> Items<'a> {
    /// Adds the items of a task. Returns their positions.
    fn add(&mut self, task: &'a KzgTask) -> Range<usize> {
        let first = self.proofs.len();
        match task {
            KzgTask::BlobVerification {
                blob,
                commitment,
                proof,
                ..
            } => {
                self.blobs.push(blob);
                self.commitments.push(*commitment);
                self.proofs.push(*proof);
            }
            KzgTask::BatchVerification {
                blobs,
                commitments,
                proofs,
                ..
            } => {
                self.blobs.extend(blobs.iter().map(|blob| &**blob));
                self.commitments.extend_from_slice(commitments);
                self.proofs.extend_from_slice(proofs);
            }
            KzgTask::CellVerification {
                commitments,
                cell_indices,
                cells,
                proofs,
                ..
            } => {
                self.cells.extend(cells.iter());
                self.cell_indices.extend_from_slice(cell_indices);
                self.commitments.extend_from_slice(commitments);
                self.proofs.extend_from_slice(proofs);
            }
            _ => {}
        }
        first..self.proofs.len()
    }

    fn verify(&self, settings: &dyn KzgSettings) -> Result<Vec<Result<bool, Error>>, Error> {
        let (commitments, proofs) = (&self.commitments, &self.proofs);
        if self.cells.is_empty() {
            settings.verify_blob_kzg_proof_each((&self.blobs).into(), commitments, proofs)
        } else {
            let cells = (&self.cells).into();
            settings.verify_cell_kzg_proof_each(commitments, &self.cell_indices, cells, proofs)
        }
    }
}

/// Verifies the items of all tasks by one call. Returns a verdict for each task.
pub(super) fn verify(tasks: &[Arc<QueuedTask>], settings: &dyn KzgSettings) -> Vec<Verdict> {
    let mut items = Items::default();
    let ranges: Vec<_> = tasks.iter().map(|task| items.add(&task.task)).collect();
    let verdicts = match isolated(settings, |settings| items.verify(settings)) {
        Ok(verdicts) if verdicts.len() == items.proofs.len() => verdicts,
        Ok(verdicts) => {
            let (actual, expected) = (verdicts.len(), items.proofs.len());
            let fault = Error::Fault {
                backend: crate::backend_call::backend_name(settings),
                message: format!("{actual} verdicts on {expected} items"),
            };
            return tasks.iter().map(|_| Err(fault.clone().into())).collect();
        }
        // The call failed for all.
        Err(error) => return tasks.iter().map(|_| Err(error.clone())).collect(),
    };
    let of_task = |range: Range<usize>| {
        let mut holds = true;
        for (index, verdict) in verdicts[range].iter().enumerate() {
            match verdict {
                Ok(verdict) => holds &= verdict,
                Err(error) => return Err(error.clone().with_index(index).into()),
            }
        }
        Ok(holds)
    };
    ranges.into_iter().map(of_task).collect()
}
