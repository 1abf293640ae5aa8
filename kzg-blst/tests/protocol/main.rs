//! The protocol over this backend: beside c-kzg, over trusted setups of every kind, and under the
//! settings and the runner of kzg-testing.
//!
//! One program, because each program of tests compiles and links what it uses once more.

use std::sync::Arc;

use kzg_traits::{KzgSettings, SettingsOptions, TrustedSetup};

mod deduced_verdicts;
mod delegation;
mod differential_blobs;
mod differential_cells;
mod faults_beside_sums;
mod only_false;
mod provided_methods;
mod scripted;
mod trusted_setup;
mod trusted_setup_refused;
mod vector_runner;

/// The mainnet setup over blst.
fn mainnet() -> Arc<dyn KzgSettings> {
    kzg_blst::load(&TrustedSetup::mainnet(), SettingsOptions::default()).expect("valid")
}
