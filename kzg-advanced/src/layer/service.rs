//! The levels of service, from full service down to verification alone.

use kzg_traits::Operation;
use serde::{Deserialize, Serialize};

/// The service that a call gets: full, or reduced by some steps. Each level includes the
/// reductions of the levels before it. No level weakens a verification.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServiceLevel {
    /// Full service.
    #[default]
    Full,
    /// Calls run on the settings with fewer threads, where a backend was registered with such.
    FewerThreads,
    /// The prover's tables are freed when this level is entered. A call that needs tables builds
    /// them again.
    WithoutTables,
    /// Proofs are refused. Verifications, commitments and cells are served.
    VerifyOnly,
}

impl ServiceLevel {
    const LADDER: [Self; 4] = [
        Self::Full,
        Self::FewerThreads,
        Self::WithoutTables,
        Self::VerifyOnly,
    ];

    /// The next lower level, if there is one.
    pub(crate) fn below(self) -> Option<Self> {
        Self::LADDER.get(self as usize + 1).copied()
    }

    /// The next higher level; full service for full service.
    pub(crate) fn above(self) -> Self {
        Self::LADDER[(self as usize).saturating_sub(1)]
    }

    /// Whether an operation is served at this level.
    #[must_use]
    pub fn serves(self, operation: Operation) -> bool {
        self < Self::VerifyOnly || !makes_proofs(operation)
    }
}

/// Whether the result of an operation contains proofs, or serves the prover alone.
fn makes_proofs(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::ComputeKzgProof
            | Operation::ComputeBlobKzgProof
            | Operation::ComputeBlobKzgProofs
            | Operation::ComputeCellsAndKzgProofs
            | Operation::ComputeCellKzgProofs
            | Operation::ComputeManyCellsAndKzgProofs
            | Operation::RecoverCellsAndKzgProofs
            | Operation::WarmUp
    )
}
