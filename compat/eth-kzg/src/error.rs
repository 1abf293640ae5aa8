//! The error of every operation.

use std::fmt;

use kzg_backends::kzg_traits::{self, ErrorKind};

/// The reason why an operation has no result, or a verification failed.
///
/// The variants are those of the original. What they hold is our own, since the original does not
/// export those types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The backend failed while proving.
    Prover(Failure),
    /// A proof of a cell does not hold, or lists of a batch do not fit together.
    Verifier(Failure),
    /// The cells or indices given do not allow recovery.
    Recovery(Failure),
    /// A field element or a point is malformed.
    Serialization(Failure),
    /// An operation of EIP-4844 failed.
    EIP4844(Failure),
}

/// The cause of the failure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The input is well formed, and a proof does not hold.
    InvalidProof,
    /// The cells are well formed, and no blob has all of them.
    ContradictoryCells,
    /// Any other error; of the kind [`Input`](ErrorKind::Input) it names the malformed item.
    Kzg(kzg_traits::Error),
}

impl Error {
    /// Whether a proof is well formed and does not hold.
    #[must_use]
    pub const fn is_proof_invalid(&self) -> bool {
        matches!(self.failure(), Failure::InvalidProof)
    }

    /// The error that names the malformed item; `None` if a proof does not hold, or if cells contradict
    /// each other.
    #[must_use]
    pub const fn kzg(&self) -> Option<&kzg_traits::Error> {
        match self.failure() {
            Failure::InvalidProof | Failure::ContradictoryCells => None,
            Failure::Kzg(error) => Some(error),
        }
    }

    const fn failure(&self) -> &Failure {
        match self {
            Self::Prover(failure)
            | Self::Verifier(failure)
            | Self::Recovery(failure)
            | Self::Serialization(failure)
            | Self::EIP4844(failure) => failure,
        }
    }

    /// The error of a computation.
    pub(crate) fn of_prover(error: kzg_traits::Error) -> Self {
        Self::of(error, Self::Prover)
    }

    /// The error of a recovery.
    pub(crate) fn of_recovery(error: kzg_traits::Error) -> Self {
        match error.kind() {
            ErrorKind::Input => Self::of(error, Self::Recovery),
            _ => Self::Prover(Failure::Kzg(error)),
        }
    }

    /// The error of a verification of cells.
    pub(crate) fn of_verifier(error: kzg_traits::Error) -> Self {
        Self::of(error, Self::Verifier)
    }

    /// The error of an operation of EIP-4844.
    pub(crate) fn of_eip4844(error: kzg_traits::Error) -> Self {
        Self::EIP4844(Failure::Kzg(error))
    }

    /// `Serialization` for a malformed field element or point, and otherwise what `wrap` makes.
    fn of(error: kzg_traits::Error, wrap: fn(Failure) -> Self) -> Self {
        let wrap = match error {
            kzg_traits::Error::FieldElement { .. } | kzg_traits::Error::Point { .. } => {
                Self::Serialization
            }
            _ => wrap,
        };
        wrap(Failure::Kzg(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failure() {
            Failure::InvalidProof => f.write_str("the proof does not hold"),
            Failure::ContradictoryCells => f.write_str("no blob has all of the cells"),
            Failure::Kzg(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
