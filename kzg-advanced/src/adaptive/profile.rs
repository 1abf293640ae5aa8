//! The stated figures of a backend that is not measured yet, and the kinds of workloads.

use core::time::Duration;

use kzg_traits::Operation;
use serde::{Deserialize, Serialize};

use super::hardware::Hardware;

/// The stated figures of a backend. They are used until the backend is measured on this machine.
/// Zero stands for unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackendProfile {
    /// The name of the candidate: the backend's, with its options where there are several.
    pub name: String,
    /// The time to commit to one blob.
    pub commitment_time: Duration,
    /// The time to prove one blob.
    pub proof_time: Duration,
    /// The time to verify the proof of one blob.
    pub verification_time: Duration,
    /// The memory of the backend's tables, in bytes.
    pub memory_usage: usize,
    /// The number of cores that the backend uses.
    pub cpu_cores: usize,
    /// Whether the backend computes on a GPU that was detected. [`on_gpu`](Self::on_gpu) sets
    /// this; [`AdaptiveBackend::register_backend`](super::AdaptiveBackend::register_backend)
    /// clears it where no GPU was detected.
    pub gpu_available: bool,
}

impl BackendProfile {
    /// A profile with a name and no figures.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// As [`named`](Self::named), for a backend that computes on a GPU:
    /// [`gpu_available`](Self::gpu_available) tells whether `hardware` has one.
    ///
    /// ```
    /// use kzg_advanced::adaptive::{BackendProfile, Hardware};
    ///
    /// let hardware = Hardware::detect();
    /// let profile = BackendProfile::on_gpu("my-gpu-backend", &hardware);
    /// assert_eq!(profile.gpu_available, !hardware.gpus.is_empty());
    /// ```
    #[must_use]
    pub fn on_gpu(name: impl Into<String>, hardware: &Hardware) -> Self {
        Self {
            gpu_available: !hardware.gpus.is_empty(),
            ..Self::named(name)
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

/// The three kinds of operations whose times a profile states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Commitment,
    Proof,
    Verification,
}

impl Family {
    /// The family of an operation on blobs. Operations on cells have none.
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

/// A kind of workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WorkloadType {
    /// A few blobs at once.
    SmallBatch {
        /// The number of blobs.
        count: usize,
    },
    /// Many blobs at once: the throughput matters, and with a small weight the memory of the tables.
    LargeBatch {
        /// The number of blobs.
        count: usize,
    },
    /// An unlimited number of blobs: the throughput and the memory of the tables matter.
    Streaming,
    /// Single verifications: the latency of the slowest calls matters.
    RealTime,
    /// Single blobs for a person who waits for each result.
    Interactive,
}

/// The weights of a candidate's figures for a workload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weights {
    /// The number of items in a call.
    pub(super) items: usize,
    /// The weights of commitments, proofs and verifications, per item.
    pub(super) operations: [(Operation, f64); 3],
    /// The number of deviations that are added to the mean of a time.
    pub(super) deviations: f64,
    /// The relative increase of the time of a candidate that takes all memory.
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
