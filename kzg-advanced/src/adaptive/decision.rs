//! The chosen backend, and the figures behind the choice.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::estimate::EstimateSource;
use super::profile::WorkloadType;

/// The figures of one candidate for a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Figures {
    /// The name of the candidate.
    pub name: String,
    /// The time per item in seconds, weighted over commitments, proofs and verifications; `None`
    /// where nothing is known of any candidate.
    pub seconds_per_item: Option<f64>,
    /// The least certain source among the parts of that time.
    pub source: Option<EstimateSource>,
    /// The operations of the workload that were neither measured on this candidate nor stated by
    /// its profile. Their first calls are explored.
    pub unknown: Vec<String>,
    /// The memory of the candidate's tables in bytes.
    pub memory: usize,
    /// Whether the candidate computes on a GPU that was detected.
    pub gpu: bool,
    /// The figure that decides: the time, increased for the memory. The smallest is the best.
    pub score: Option<f64>,
}

/// A backend chosen for a workload, with the figures behind the choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decision {
    /// The name of the candidate to use.
    pub backend: String,
    /// The workload.
    pub workload: WorkloadType,
    /// The candidates, the best first.
    pub figures: Vec<Figures>,
}

impl Decision {
    /// Whether every figure was measured or stated, so that the choice is no guess.
    #[must_use]
    pub fn is_informed(&self) -> bool {
        self.figures
            .iter()
            .all(|figures| figures.unknown.is_empty())
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.backend)?;
        let known = |figures: &&Figures| figures.seconds_per_item.is_some();
        for (index, figures) in self.figures.iter().filter(known).take(2).enumerate() {
            if index > 0 {
                write!(f, ", {} ", figures.name)?;
            }
            let seconds = figures.seconds_per_item.unwrap_or_default();
            write!(f, "{:.3} ms per item", seconds * 1e3)?;
            match figures.source {
                None | Some(EstimateSource::Measured) => {}
                Some(EstimateSource::Stated) => f.write_str(" (stated)")?,
                Some(EstimateSource::Extrapolated) => f.write_str(" (extrapolated)")?,
                Some(EstimateSource::General) => f.write_str(" (from other backends)")?,
            }
        }
        if !self.figures.iter().any(|figures| known(&figures)) {
            return f.write_str("a guess, since no candidate was measured; each is explored");
        }
        let unknown = self.figures.iter();
        let unknown: Vec<&str> = unknown
            .filter(|figures| !figures.unknown.is_empty())
            .map(|figures| &*figures.name)
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        write!(
            f,
            "; a guess in part: {} to be explored",
            unknown.join(", ")
        )
    }
}
