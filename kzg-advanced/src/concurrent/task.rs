//! Tasks and their results.

use std::sync::Arc;

use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, Operation};

use crate::batch::CellsAndProofs;
use crate::error::{KzgAdvancedError, Result};

/// Something to compute. It owns its input; blobs are shared, so that a clone costs nothing.
/// `id` is the caller's own, and comes back with the result.
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
#[expect(missing_docs, reason = "the fields are named as in the specifications")]
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
    /// Whether the polynomial behind a commitment has a value at a point.
    Verification {
        id: u64,
        commitment: KzgCommitment,
        proof: KzgProof,
        point: Bytes32,
        value: Bytes32,
    },
    /// Whether a blob matches its commitment.
    BlobVerification {
        id: u64,
        blob: Arc<Blob>,
        commitment: KzgCommitment,
        proof: KzgProof,
    },
    /// Whether each of many blobs matches its commitment.
    BatchVerification {
        id: u64,
        blobs: Vec<Arc<Blob>>,
        commitments: Vec<KzgCommitment>,
        proofs: Vec<KzgProof>,
    },
    /// The 128 cells of a blob's extension and their proofs.
    Cells { id: u64, blob: Arc<Blob> },
    /// Recovers all cells and proofs from at least 64 of the cells, indices ascending.
    Recovery {
        id: u64,
        cell_indices: Vec<u64>,
        cells: Arc<[Cell]>,
    },
}

/// What became of a task, with the task's `id`.
///
/// ```
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgResult, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
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
#[expect(missing_docs, reason = "the fields are the same everywhere")]
pub enum KzgResult {
    /// Of [`KzgTask::Commitment`].
    Commitment {
        id: u64,
        result: Result<KzgCommitment>,
    },
    /// Of [`KzgTask::BatchCommitment`], in the order of the blobs; an error names the first bad
    /// one.
    BatchCommitment {
        id: u64,
        result: Result<Vec<KzgCommitment>>,
    },
    /// Of [`KzgTask::Proof`].
    Proof { id: u64, result: Result<KzgProof> },
    /// Of the three kinds of verification; `Ok(false)` is well formed but wrong.
    Verification { id: u64, result: Result<bool> },
    /// Of [`KzgTask::Cells`].
    Cells {
        id: u64,
        result: Result<CellsAndProofs>,
    },
    /// Of [`KzgTask::Recovery`].
    Recovery {
        id: u64,
        result: Result<CellsAndProofs>,
    },
}

/// What a task is, without its input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) id: u64,
    pub(super) operation: Operation,
}

impl KzgTask {
    /// The caller's own number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.label().id
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.label().operation
    }

    pub(super) fn label(&self) -> Label {
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
        Label { id: *id, operation }
    }
}

impl Label {
    /// The result of a task that came to nothing.
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

    /// Whether the task came to nothing. A verification that says no did not.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.error().is_some()
    }

    /// Why the task came to nothing.
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
