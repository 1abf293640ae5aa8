//! What was chosen, and why.

use core::fmt;

use serde::Serialize;

use super::estimate::Source;
use super::profile::WorkloadType;

/// What is known of a candidate for a workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// The candidate.
    pub name: String,
    /// The time for one item in seconds, weighed over commitments, proofs and verifications.
    pub seconds_per_item: Option<f64>,
    /// Where the least certain part of it comes from.
    pub source: Option<Source>,
    /// The memory of its tables in bytes.
    pub memory: usize,
    /// Whether it computes on a GPU.
    pub gpu: bool,
    /// What decides: the time, longer for the memory it takes. Smaller is better.
    pub score: Option<f64>,
}

/// A choice of a backend for a workload, with the figures it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Decision {
    /// The candidate to use.
    pub backend: String,
    /// The workload.
    pub workload: WorkloadType,
    /// The candidates, the best first; those of which nothing is known last.
    pub figures: Vec<Figures>,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.backend)?;
        let seconds = |figures: &Figures| figures.seconds_per_item;
        let (best, second) = (self.figures.first(), self.figures.get(1));
        match (best.and_then(seconds), second.and_then(seconds)) {
            (None, _) => write!(f, ": nothing is known of any candidate, so the first"),
            (Some(best), None) => {
                write!(
                    f,
                    ": {:.3} ms an item, of the others nothing is known",
                    best * 1e3
                )
            }
            (Some(best), Some(other)) => {
                let name = &self.figures[1].name;
                write!(
                    f,
                    ": {:.3} ms an item, {name} {:.3} ms",
                    best * 1e3,
                    other * 1e3
                )
            }
        }
    }
}
