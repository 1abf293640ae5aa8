//! Tasks and their results.

use core::any::Any;
use core::fmt;
use std::sync::Arc;

use kzg_traits::error::Result as KzgCallResult;
use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, KzgSettings, Operation};

use crate::batch::CellsAndProofs;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// A computation with its input. The task owns its input; blobs are shared, so that a clone copies
/// no blob. `id` is chosen by the caller and returned with the result.
///
/// ```
/// use std::sync::Arc;
/// use kzg_advanced::{Blob, KzgTask, Operation};
///
/// let blob: Arc<Blob> = Blob::zeroed_on_heap().into();
/// let one = KzgTask::Commitment { id: 7, blob: Arc::clone(&blob) };
/// let many = KzgTask::BatchCommitment { id: 8, blobs: vec![blob; 100] }; // no blob is copied
/// assert_eq!((one.id(), many.id()), (7, 8));
/// assert_eq!(many.operation(), Operation::BlobsToKzgCommitments);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the fields have the names of the specifications"
)]
pub enum KzgTask {
    /// Commits to a blob.
    Commitment { id: u64, blob: Arc<Blob> },
    /// Commits to many blobs.
    BatchCommitment { id: u64, blobs: Vec<Arc<Blob>> },
    /// Proves that a blob matches its commitment.
    Proof {
        id: u64,
        blob: Arc<Blob>,
        commitment: KzgCommitment,
    },
    /// Verifies the value of a committed polynomial at a point. `point`, `value`: `z` and `y` of the
    /// specification, 32 big-endian bytes each.
    Verification {
        id: u64,
        commitment: KzgCommitment,
        proof: KzgProof,
        point: Bytes32,
        value: Bytes32,
    },
    /// Verifies that a blob matches its commitment.
    BlobVerification {
        id: u64,
        blob: Arc<Blob>,
        commitment: KzgCommitment,
        proof: KzgProof,
    },
    /// Verifies that every blob matches its commitment.
    BatchVerification {
        id: u64,
        blobs: Vec<Arc<Blob>>,
        commitments: Vec<KzgCommitment>,
        proofs: Vec<KzgProof>,
    },
    /// Computes the 128 cells of a blob's extension and their proofs.
    Cells { id: u64, blob: Arc<Blob> },
    /// Recovers all cells and proofs from at least 64 cells, with ascending indices.
    Recovery {
        id: u64,
        cell_indices: Vec<u64>,
        cells: Arc<[Cell]>,
    },
    /// Verifies cells; `commitments[k]` and `proofs[k]` belong to cell `k`.
    CellVerification {
        id: u64,
        commitments: Vec<KzgCommitment>,
        cell_indices: Vec<u64>,
        cells: Arc<[Cell]>,
        proofs: Vec<KzgProof>,
    },
    /// Any other call of the settings; see [`KzgTask::call`].
    Call {
        id: u64,
        operation: Operation,
        call: TaskCall,
    },
}

/// The closure of a [`KzgTask::Call`].
#[derive(Clone)]
pub struct TaskCall(Arc<Closure>);

type Closure = dyn Fn(&dyn KzgSettings) -> KzgCallResult<TaskOutput> + Send + Sync;

/// The value that a [`KzgTask::Call`] gives, to be downcast to its type.
pub type TaskOutput = Box<dyn Any + Send>;

impl TaskCall {
    pub(super) fn perform(&self, settings: &dyn KzgSettings) -> KzgCallResult<TaskOutput> {
        (self.0)(settings)
    }
}

impl fmt::Debug for TaskCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaskCall(..)")
    }
}

/// The result of a task, with the task's `id`.
///
/// ```
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgResult, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// for id in 0..3 {
///     let mut blob = Blob::zeroed_on_heap();
///     if id == 1 {
///         blob.0[0] = 0xff; // no canonical field element
///     }
///     processor.submit_task(KzgTask::Commitment { id, blob: blob.into() })?;
/// }
/// for result in processor.results() {
///     assert_eq!(result.is_error(), result.id() == 1);
///     match result {
///         KzgResult::Commitment { id, result: Ok(commitment) } => println!("{id}: {commitment}"),
///         other => println!("{}: {}", other.id(), other.error().expect("no commitment")),
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are the same in every variant")]
pub enum KzgResult {
    /// Of [`KzgTask::Commitment`].
    Commitment {
        id: u64,
        result: KzgAdvancedResult<KzgCommitment>,
    },
    /// Of [`KzgTask::BatchCommitment`], in the order of the blobs. An error names the first bad
    /// blob.
    BatchCommitment {
        id: u64,
        result: KzgAdvancedResult<Vec<KzgCommitment>>,
    },
    /// Of [`KzgTask::Proof`].
    Proof {
        id: u64,
        result: KzgAdvancedResult<KzgProof>,
    },
    /// Of the four kinds of verification. `Ok(false)`: well formed but wrong.
    Verification {
        id: u64,
        result: KzgAdvancedResult<bool>,
    },
    /// Of [`KzgTask::Cells`].
    Cells {
        id: u64,
        result: KzgAdvancedResult<CellsAndProofs>,
    },
    /// Of [`KzgTask::Recovery`].
    Recovery {
        id: u64,
        result: KzgAdvancedResult<CellsAndProofs>,
    },
    /// Of [`KzgTask::Call`].
    Call {
        id: u64,
        result: KzgAdvancedResult<TaskOutput>,
    },
}

/// A task without its input.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaskLabel {
    pub(super) id: u64,
    pub(super) operation: Operation,
    /// Whether the task is a [`KzgTask::Call`].
    is_call: bool,
}

impl KzgTask {
    /// A task that makes a call for which there is no other kind of task. The result holds the
    /// value of the closure.
    ///
    /// ```
    /// use kzg_advanced::{Blob, Bytes32, KzgProof, KzgTask, Operation};
    ///
    /// let blob = Blob::zeroed_on_heap();
    /// let task = KzgTask::call(7, Operation::ComputeKzgProof, move |settings| {
    ///     settings.compute_kzg_proof(&blob, &Bytes32::default())
    /// });
    /// assert_eq!((task.id(), task.operation()), (7, Operation::ComputeKzgProof));
    /// ```
    #[must_use]
    pub fn call<T: Send + 'static>(
        id: u64,
        operation: Operation,
        call: impl Fn(&dyn KzgSettings) -> KzgCallResult<T> + Send + Sync + 'static,
    ) -> Self {
        let call = move |settings: &dyn KzgSettings| Ok(Box::new(call(settings)?) as TaskOutput);
        let call = TaskCall(Arc::new(call));
        Self::Call {
            id,
            operation,
            call,
        }
    }

    /// The number that the caller chose.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.label().id
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.label().operation
    }

    pub(super) fn label(&self) -> TaskLabel {
        let (id, operation) = match self {
            Self::Commitment { id, .. } => (id, Operation::BlobToKzgCommitment),
            Self::BatchCommitment { id, .. } => (id, Operation::BlobsToKzgCommitments),
            Self::Proof { id, .. } => (id, Operation::ComputeBlobKzgProof),
            Self::Verification { id, .. } => (id, Operation::VerifyKzgProof),
            Self::BlobVerification { id, .. } => (id, Operation::VerifyBlobKzgProof),
            Self::BatchVerification { id, .. } => (id, Operation::VerifyBlobKzgProofBatch),
            Self::Cells { id, .. } => (id, Operation::ComputeCellsAndKzgProofs),
            Self::Recovery { id, .. } => (id, Operation::RecoverCellsAndKzgProofs),
            Self::CellVerification { id, .. } => (id, Operation::VerifyCellKzgProofBatch),
            Self::Call { id, operation, .. } => (id, *operation),
        };
        TaskLabel {
            id: *id,
            operation,
            is_call: matches!(self, Self::Call { .. }),
        }
    }
}

impl TaskLabel {
    /// The result of a task that failed.
    pub(super) fn failed(self, error: KzgAdvancedError) -> KzgResult {
        let id = self.id;
        if self.is_call {
            let result = Err(error);
            return KzgResult::Call { id, result };
        }
        match self.operation {
            Operation::BlobsToKzgCommitments => KzgResult::BatchCommitment {
                id,
                result: Err(error),
            },
            Operation::ComputeBlobKzgProof => KzgResult::Proof {
                id,
                result: Err(error),
            },
            Operation::VerifyKzgProof
            | Operation::VerifyBlobKzgProof
            | Operation::VerifyBlobKzgProofBatch
            | Operation::VerifyCellKzgProofBatch => KzgResult::Verification {
                id,
                result: Err(error),
            },
            Operation::ComputeCellsAndKzgProofs => KzgResult::Cells {
                id,
                result: Err(error),
            },
            Operation::RecoverCellsAndKzgProofs => KzgResult::Recovery {
                id,
                result: Err(error),
            },
            _ => KzgResult::Commitment {
                id,
                result: Err(error),
            },
        }
    }
}

impl KzgResult {
    /// The number of the task.
    #[must_use]
    pub fn id(&self) -> u64 {
        match self {
            Self::Commitment { id, .. }
            | Self::BatchCommitment { id, .. }
            | Self::Proof { id, .. }
            | Self::Verification { id, .. }
            | Self::Cells { id, .. }
            | Self::Recovery { id, .. }
            | Self::Call { id, .. } => *id,
        }
    }

    /// Whether the task failed. A negative verdict is no failure.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.error().is_some()
    }

    /// The error of a task that failed.
    #[must_use]
    pub fn error(&self) -> Option<&KzgAdvancedError> {
        match self {
            Self::Commitment { result, .. } => result.as_ref().err(),
            Self::BatchCommitment { result, .. } => result.as_ref().err(),
            Self::Proof { result, .. } => result.as_ref().err(),
            Self::Verification { result, .. } => result.as_ref().err(),
            Self::Cells { result, .. } | Self::Recovery { result, .. } => result.as_ref().err(),
            Self::Call { result, .. } => result.as_ref().err(),
        }
    }
}
