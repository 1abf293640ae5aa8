//! What is said of a backend before it is measured, and what work there is.

use core::time::Duration;

use kzg_traits::Operation;
use serde::{Deserialize, Serialize};

/// What is known of a backend before it has been measured here. Where nothing is known, zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendProfile {
    /// The name of the candidate: a backend's, with its options where there are several.
    pub name: String,
    /// The time to commit to one blob.
    pub commitment_time: Duration,
    /// The time to prove one blob.
    pub proof_time: Duration,
    /// The time to verify one blob's proof.
    pub verification_time: Duration,
    /// The memory that its tables take, in bytes.
    pub memory_usage: usize,
    /// The cores that it uses.
    pub cpu_cores: usize,
    /// Whether it computes on a GPU.
    pub gpu_available: bool,
}

impl BackendProfile {
    /// A candidate of which nothing is known but its name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The stated time of an operation for one item, in seconds.
    pub(super) fn stated(&self, operation: Operation) -> Option<f64> {
        let time = match Family::of(operation)? {
            Family::Commitment => self.commitment_time,
            Family::Proof => self.proof_time,
            Family::Verification => self.verification_time,
        };
        Some(time.as_secs_f64()).filter(|&seconds| seconds > 0.0)
    }
}

/// The three times of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Commitment,
    Proof,
    Verification,
}

impl Family {
    /// The family of an operation on blobs; cells have none, since their times are others.
    fn of(operation: Operation) -> Option<Self> {
        use Operation as Op;
        match operation {
            Op::BlobToKzgCommitment | Op::BlobsToKzgCommitments => Some(Self::Commitment),
            Op::ComputeKzgProof | Op::ComputeBlobKzgProof | Op::ComputeBlobKzgProofs => {
                Some(Self::Proof)
            }
            Op::VerifyKzgProof
            | Op::VerifyBlobKzgProof
            | Op::VerifyBlobKzgProofBatch
            | Op::VerifyBlobKzgProofEach => Some(Self::Verification),
            _ => None,
        }
    }
}

/// What work there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkloadType {
    /// A few blobs at once.
    SmallBatch {
        /// How many.
        count: usize,
    },
    /// Many blobs at once: throughput counts, and some memory.
    LargeBatch {
        /// How many.
        count: usize,
    },
    /// Blobs without end: throughput counts, and memory as much.
    Streaming,
    /// Single verifications whose slowest counts.
    RealTime,
    /// Single blobs of a person who waits.
    Interactive,
}

/// How a workload weighs what is known of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weights {
    /// Items in a call.
    pub(super) items: usize,
    /// Commitments, proofs and verifications, for each item.
    pub(super) operations: [(Operation, f64); 3],
    /// How many deviations above the mean a time counts with.
    pub(super) deviations: f64,
    /// How much longer a time counts if a candidate takes all the memory.
    pub(super) memory: f64,
}

impl WorkloadType {
    pub(super) fn weights(self) -> Weights {
        let single = |commit, prove, verify| {
            [
                (Operation::BlobToKzgCommitment, commit),
                (Operation::ComputeBlobKzgProof, prove),
                (Operation::VerifyBlobKzgProof, verify),
            ]
        };
        let many = [
            (Operation::BlobsToKzgCommitments, 1.0),
            (Operation::ComputeBlobKzgProofs, 1.0),
            (Operation::VerifyBlobKzgProofBatch, 1.0),
        ];
        let (items, operations, deviations, memory) = match self {
            Self::SmallBatch { count: 0 | 1 } => (1, single(1.0, 1.0, 1.0), 0.0, 0.0),
            Self::SmallBatch { count } => (count, many, 0.0, 0.0),
            Self::LargeBatch { count } => (count.max(8), many, 0.0, 1.0),
            Self::Streaming => (8, many, 0.0, 4.0),
            Self::RealTime => (1, single(0.0, 0.0, 1.0), 2.0, 0.0),
            Self::Interactive => (1, single(1.0, 1.0, 1.0), 0.0, 0.0),
        };
        Weights {
            items,
            operations,
            deviations,
            memory,
        }
    }
}
