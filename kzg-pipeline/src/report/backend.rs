//! Which backends a job ran on, why, and what they did.

use core::fmt;

use serde::{Deserialize, Serialize};

use kzg_advanced::adaptive::{Figures, Source};

/// What a job needs a backend for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// Committing and proving.
    Prove,
    /// Verifying what was stored.
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

/// The choice of a backend for a role, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackendDecision {
    /// What for.
    pub role: Role,
    /// The name of the backend that was chosen.
    pub backend: String,
    /// Why.
    pub reason: String,
    /// The backends that are asked if it gives no answer, in their order.
    pub fallbacks: Vec<String>,
    /// Those that it was chosen from, the best first, where there was a choice.
    pub candidates: Vec<Candidate>,
    /// What each backend that was asked in this role did, as measured.
    pub used: Vec<BackendUse>,
}

/// What was known of a backend when one was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    /// Its name, with its options.
    pub name: String,
    /// The time for a blob in seconds, over commitment, proof and verification; `null` if
    /// nothing is known.
    pub seconds_per_item: Option<f64>,
    /// Where that figure comes from; `null` if nothing is known.
    pub source: Option<FigureSource>,
    /// The memory of its tables in bytes, where that is stated; otherwise 0.
    pub memory_bytes: u64,
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FigureSource {
    /// Calls of this size were measured on this machine.
    Measured,
    /// It was computed from what was measured.
    Extrapolated,
    /// The candidate's profile states it.
    Stated,
    /// It was computed from another candidate's figures and from what is known of the backends on
    /// any machine.
    General,
}

impl From<&Figures> for Candidate {
    fn from(figures: &Figures) -> Self {
        Self {
            name: figures.name.clone(),
            seconds_per_item: figures.seconds_per_item,
            source: figures.source.map(|source| match source {
                Source::Measured => FigureSource::Measured,
                Source::Extrapolated => FigureSource::Extrapolated,
                Source::Stated => FigureSource::Stated,
                _ => FigureSource::General,
            }),
            memory_bytes: figures.memory as u64,
        }
    }
}

/// What a backend did for a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackendUse {
    /// Its name.
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
