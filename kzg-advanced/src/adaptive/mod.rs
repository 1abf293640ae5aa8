//! Choosing the fastest backend for the work on this machine.
//!
//! Candidates are settings with a name and a [`BackendProfile`]: a backend with certain options,
//! or any other implementation of [`KzgSettings`](kzg_traits::KzgSettings), on a GPU or elsewhere.
//! Their figures come from a [`Calibration`] and from every call that is made: a backend that
//! becomes slow loses the calls. Where a figure is missing, the candidate is explored, and a
//! [`Decision`] says so. A choice by measurement is not reproducible: a program opts into it by
//! using an [`AdaptiveBackend`] in the place of one fixed backend.

mod backend;
mod calibration;
mod decision;
mod estimate;
mod general;
mod gpu;
mod hardware;
mod measurement;
mod profile;
pub mod quiet;
pub mod sampling;
mod selection;
pub mod tasks;

#[cfg(test)]
mod tests;

pub use backend::AdaptiveBackend;
pub use calibration::{Calibration, CalibrationEntry, CalibrationRefused};
pub use decision::{Decision, Figures};
pub use estimate::EstimateSource;
pub use gpu::Gpu;
pub use hardware::{Cache, Hardware};
pub use profile::{BackendProfile, WorkloadType};
