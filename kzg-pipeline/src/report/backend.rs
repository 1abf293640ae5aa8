//! The backends of a job, the reasons for their choice, and their work.

use core::fmt;

use serde::{Deserialize, Serialize};

use kzg_advanced::adaptive::{EstimateSource, Figures};

/// The role of a backend in a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// Committing and proving.
    Prove,
    /// Verifying the stored artefacts.
    Verify,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Prove => "prove",
            Self::Verify => "verify",
        })
    }
}

/// The choice of a backend for a role, and the work of the backends in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackendDecision {
    /// The role.
    pub role: Role,
    /// The name of the backend that was chosen.
    pub backend: String,
    /// The reason of the choice.
    pub reason: String,
    /// The fallbacks, in the order in which they are tried.
    pub fallbacks: Vec<String>,
    /// The candidates of the choice, the best first; empty if there was no choice.
    pub candidates: Vec<BackendCandidate>,
    /// The measured work of each backend that had calls in this role.
    pub used: Vec<BackendUse>,
}

/// The figures of a backend at the time of the choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackendCandidate {
    /// The name of the backend, with its options.
    pub name: String,
    /// The time for a blob in seconds, over commitment, proof and verification; `null` if
    /// nothing is known.
    pub seconds_per_item: Option<f64>,
    /// The source of that figure; `null` if nothing is known.
    pub source: Option<FigureSource>,
    /// The memory of the backend's tables in bytes; 0 if it is not known.
    pub memory_bytes: u64,
}

/// The source of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FigureSource {
    /// Calls of this size were measured on this machine.
    Measured,
    /// The figure was computed from measurements of calls of other sizes.
    Extrapolated,
    /// The figure is from the candidate's profile.
    Stated,
    /// The figure was computed from another candidate's figures and from the known relative speed
    /// of the backends.
    General,
}

impl From<&Figures> for BackendCandidate {
    fn from(figures: &Figures) -> Self {
        Self {
            name: figures.name.clone(),
            seconds_per_item: figures.seconds_per_item,
            source: figures.source.map(|source| match source {
                EstimateSource::Measured => FigureSource::Measured,
                EstimateSource::Extrapolated => FigureSource::Extrapolated,
                EstimateSource::Stated => FigureSource::Stated,
                _ => FigureSource::General,
            }),
            memory_bytes: figures.memory as u64,
        }
    }
}

/// The work of a backend for a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackendUse {
    /// The name of the backend.
    pub backend: String,
    /// The calls, failed ones included.
    pub calls: u64,
    /// The calls that failed.
    pub failed_calls: u64,
    /// The items of these calls: a blob that is committed to and proved counts twice.
    pub items: u64,
    /// The time that these calls took, in seconds.
    pub seconds: f64,
}
