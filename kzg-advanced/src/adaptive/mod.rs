//! Choosing the fastest backend for the work on this machine.
//!
//! Candidates are settings with a name and a [`BackendProfile`]: a backend with certain options,
//! or anyone's own [`KzgSettings`](kzg_traits::KzgSettings), on a GPU or elsewhere. What is known
//! of them comes from a [`Calibration`] and from every call that is made; so a backend that
//! becomes slow is left. A choice by measurement is not reproducible: it is opted into, by using
//! an [`AdaptiveBackend`] in the place of a fixed one.

mod backend;
mod calibration;
mod decision;
mod estimate;
mod hardware;
mod profile;
pub mod sampling;
mod selection;
pub mod tasks;

#[cfg(test)]
mod tests;

pub use backend::AdaptiveBackend;
pub use calibration::{Calibration, CalibrationEntry};
pub use decision::{Decision, Figures};
pub use estimate::Source;
pub use hardware::{Cache, Hardware};
pub use profile::{BackendProfile, WorkloadType};
