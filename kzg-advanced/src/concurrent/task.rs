//! Tasks and their results.

use std::sync::Arc;

use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, Operation};

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
    /// Verifies the value of a committed polynomial at a point.
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
    /// Of the three kinds of verification. `Ok(false)`: well formed but wrong.
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
}

/// A task without its input.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaskLabel {
    pub(super) id: u64,
    pub(super) operation: Operation,
}

impl KzgTask {
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
        };
        TaskLabel { id: *id, operation }
    }
}

impl TaskLabel {
    /// The result of a task that failed.
    pub(super) fn failed(self, error: KzgAdvancedError) -> KzgResult {
        let id = self.id;
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
            | Operation::VerifyBlobKzgProofBatch => KzgResult::Verification {
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
            | Self::Recovery { id, .. } => *id,
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
        }
    }
}
